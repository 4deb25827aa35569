"""Exercises of the lab *Dropout*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, Wrong, as_array, attempt, is_close


class Scatter(Exercise):
    """Standard deviation of what dropout makes of one number."""

    name = "scatter"

    def grade(self, answer):
        """Values 4 and 0, with probabilities 3/4 and 1/4."""
        got = as_array(answer)
        if got.shape != ():
            raise Wrong(f"expected one number, got {answer!r}", "Give one number.")
        if is_close(got, np.sqrt(3), tol=0.005):
            return
        if is_close(got, 3, tol=0.005):
            hint = "That is the variance, or the mean. The deviation is a root."
        elif is_close(got, 3 * np.sqrt(3) / 4, tol=0.005):
            hint = "What is kept is divided by 1 − p: it comes out as 4, not as 3."
        elif is_close(got, 3 * np.sqrt(3), tol=0.005):
            hint = "A quarter is silenced, three quarters are kept: not the reverse."
        elif is_close(got, 2, tol=0.005):
            hint = "0 and 4 are not equally likely."
        elif got < 0:
            hint = "A standard deviation is never negative."
        else:
            hint = "Which two numbers can come out, how often, and with what mean?"
        raise Wrong(f"expected another standard deviation than {got:g}", hint)

    def solution(self):
        """Two values, their mean, and the mean of the squared distances."""
        values, chances = np.array([0.0, 4.0]), np.array([0.25, 0.75])
        mean = values @ chances
        deviation = np.sqrt((values - mean) ** 2 @ chances)
        return deviation

    def wrong_answers(self):
        """The variance, no scaling, the shares swapped, equal chances."""
        return [
            (3, "a root"),
            (1.299, "divided by 1 − p"),
            (5.196, "the reverse"),
            (2, "equally likely"),
            (-np.sqrt(3), "never negative"),
            (0.75, "Which two numbers"),
            ((0, 4), "one number"),
        ]


class Layer(Exercise):
    """Inverted dropout, in training and in use."""

    name = "layer"

    def grade(self, answer):
        """Nothing in use; in training the share, the scale, one mask a number."""
        rng = np.random.default_rng(0)
        a = rng.uniform(1, 2, size=(200, 50))
        given = a.copy()
        in_use = as_array(attempt(answer, given, 0.2, False, np.random.default_rng(1)))
        if in_use.shape != a.shape:
            raise Wrong(
                f"for an array of shape {a.shape} expected that shape, got "
                f"{in_use.shape}",
                "Return all numbers, the silenced ones as 0.",
            )
        if not np.allclose(in_use, a):
            if np.allclose(in_use, 0.8 * a):
                hint = "Inverted dropout scales in training, and not at all in use."
            else:
                hint = "With training=False return a as it is."
            raise Wrong("in use, a must not change, and it did", hint)
        out = as_array(attempt(answer, given, 0.2, True, np.random.default_rng(1)))
        if not np.array_equal(given, a):
            raise Wrong(
                "your function changed the array that it was given",
                "Return a new array: a * mask, without changing a.",
            )
        if out.shape != a.shape:
            raise Wrong(
                f"in training expected the shape {a.shape}, got {out.shape}",
                "Return all numbers, the silenced ones as 0.",
            )
        self._grade_training(out, a)
        again = as_array(attempt(answer, a.copy(), 0.2, True, np.random.default_rng(2)))
        if np.array_equal(again == 0, out == 0):
            raise Wrong(
                "two different generators gave the same mask",
                "Draw the mask from the rng that you are given.",
            )

    @staticmethod
    def _grade_training(out, a):
        zeros = out == 0
        share = zeros.mean()
        message = f"with rate 0.2 a share of {share:.2f} of the numbers became 0"
        if abs(share - 0.8) < 0.03:
            raise Wrong(message, "The rate is the share to silence, not to keep.")
        if zeros.all(axis=0).any() or zeros.all(axis=1).any():
            raise Wrong(
                "whole rows or columns were silenced together",
                "Draw one random number for each entry: rng.random(a.shape).",
            )
        if abs(share - 0.2) > 0.03:
            raise Wrong(message, "Keep an entry where its random number is >= rate.")
        scale = (out / a)[~zeros]
        if np.allclose(scale, 1 / 0.8):
            return
        if np.allclose(scale, 1):
            hint = "The mean has dropped: divide what is kept by 1 − rate."
        elif np.allclose(scale, 1 / 0.2):
            hint = "Divide by the share that is kept, 1 − rate, not by the rate."
        elif np.allclose(scale, 0.8):
            hint = "Divide by 1 − rate instead of multiplying."
        else:
            hint = "All that is kept is divided by the same number, 1 − rate."
        raise Wrong(
            f"expected what is kept to be 1.25 times as large, got {scale[0]:.3g}", hint
        )

    def solution(self):
        """The function of the lab, and nothing in use."""

        def my_dropout(a, rate, training, rng):
            if not training:
                return a
            mask = rng.random(a.shape) >= rate
            return a * mask / (1 - rate)

        return my_dropout

    def wrong_answers(self):
        """No scale, kept and silenced swapped, scaled in use, on in use, rows."""

        def no_scale(a, rate, training, rng):
            return a * (rng.random(a.shape) >= rate) if training else a

        def swapped(a, rate, training, rng):
            return a * (rng.random(a.shape) < rate) / rate if training else a

        def classic(a, rate, training, rng):
            if training:
                return a * (rng.random(a.shape) >= rate)
            return a * (1 - rate)

        def always_on(a, rate, training, rng):
            return a * (rng.random(a.shape) >= rate) / (1 - rate)

        def columns(a, rate, training, rng):
            if not training:
                return a
            return a * (rng.random(a.shape[-1]) >= rate) / (1 - rate)

        def in_place(a, rate, training, rng):
            if training:
                a *= (rng.random(a.shape) >= rate) / (1 - rate)
            return a

        def by_rate(a, rate, training, rng):
            return a * (rng.random(a.shape) >= rate) / rate if training else a

        def own_rng(a, rate, training, rng):
            mask = np.random.default_rng(0).random(a.shape) >= rate
            return a * mask / (1 - rate) if training else a

        return [
            (no_scale, "divide what is kept"),
            (swapped, "not to keep"),
            (classic, "not at all in use"),
            (always_on, "as it is"),
            (columns, "each entry"),
            (in_place, "new array"),
            (by_rate, "not by the rate"),
            (own_rng, "that you are given"),
        ]


class Foreignness(Exercise):
    """A score that is higher where thinned networks disagree."""

    name = "foreignness"

    def grade(self, answer):
        """Sure digits, smudged digits and foreign images, by their AUC."""
        known, smudged, foreign = self._answers(np.random.default_rng(0))
        p = np.concatenate([known, smudged, foreign], axis=1)
        score = as_array(attempt(answer, p.copy()))
        images = p.shape[1]
        if score.shape != (images,):
            raise Wrong(
                f"for {images} images expected {images} numbers, got the shape "
                f"{score.shape}",
                "Give one number an image: the passes are axis 0, the classes axis 2.",
            )
        if not np.isfinite(score).all():
            raise Wrong(
                "some of the numbers are not finite",
                "The logarithm of 0: add a tiny number to the probabilities.",
            )
        sure, doubtful, high = np.split(score, [100, 200])
        low = np.concatenate([sure, doubtful])
        area = self._auc(low, high)
        if area >= 0.95:
            return
        if area < 0.3:
            hint = "Foreign images must score higher: turn the sign around."
        elif self._auc(sure, high) > 0.9 and self._auc(doubtful, high) < 0.9:
            hint = (
                "Smudged digits score as high as foreign ones. On them each network "
                "doubts, and yet all say the same. Measure how the answers differ."
            )
        else:
            hint = "How far do the answers for one image differ between the passes?"
        raise Wrong(f"expected an AUC of at least 0.95, got {area:.3g}", hint)

    @staticmethod
    def _auc(low, high):
        higher = np.mean(high[:, None] > low)
        return higher + 0.5 * np.mean(high[:, None] == low)

    @staticmethod
    def _answers(rng):
        passes, images = 30, 100
        known, smudged, foreign = rng.normal(0, 0.3, size=(3, passes, images, 10))
        known[:, np.arange(images), rng.integers(10, size=images)] += 10
        smudged[:, :, [4, 9]] += 5
        two = rng.permuted(np.tile(np.arange(10), (images, 1)), axis=1)[:, :2]
        at = np.where(rng.random((passes, images)) < 0.5, *two.T)  # now this, now that
        np.put_along_axis(foreign, at[:, :, None], 8, axis=2)
        exps = (np.exp(z) for z in (known, smudged, foreign))
        return [e / e.sum(axis=2, keepdims=True) for e in exps]

    def solution(self):
        """How far the answers scatter over the passes."""

        def foreignness(p):
            return p.var(axis=0).sum(axis=-1)

        return foreignness

    def wrong_answers(self):
        """Doubt instead of disagreement, one pass, the sign, one number."""

        def whole_doubt(p):
            mean = p.mean(axis=0)
            return -(mean * np.log(mean)).sum(axis=-1)

        def mean_doubt(p):
            return -(p * np.log(p)).sum(axis=-1).mean(axis=0)

        def smallest_best(p):
            return 1 - p.max(axis=2).mean(axis=0)

        return [
            (whole_doubt, "how the answers differ"),
            (mean_doubt, "how the answers differ"),
            (smallest_best, "how the answers differ"),
            (lambda p: 1 - p[0].max(axis=1), "how the answers differ"),
            (lambda p: -p.var(axis=0).sum(axis=1), "turn the sign"),
            (lambda p: p.mean(axis=0).argmax(axis=1), "differ between the passes"),
            (lambda p: p.var(), "one number an image"),
        ]
