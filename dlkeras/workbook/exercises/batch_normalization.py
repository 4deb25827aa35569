"""Exercises of the lab *Batch normalization*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, NotTried, Wrong, as_array, attempt


class Lag(Exercise):
    """Batches until a moving average has made nine tenths of its way."""

    name = "lag"

    def grade(self, answer):
        """The first whole number of batches with 0.99 ** batches <= 0.1."""
        got = as_array(answer)
        if got.shape != ():
            raise Wrong(f"expected one number, got {answer!r}", "Give one number.")
        if got == 230:
            return
        if got in (21, 22):
            hint = "That is for a momentum of 0.9; here it is 0.99."
        elif got in (10, 11):
            hint = "0.9 of the way is not 0.99 of it: what is left after n batches?"
        elif got in (90, 91):
            hint = "Each batch closes 1 % of the gap that is left, not of the first."
        elif 229 <= got < 230:
            hint = "Count whole batches, and take the first that is enough."
        else:
            hint = "After n batches a share 0.99 ** n of the way is left."
        raise Wrong(
            f"expected another number of batches than {got:g} (0.99 ** {got:g} "
            f"= {0.99**got:.3g} of the way is left)",
            hint,
        )

    def solution(self):
        """Count, or take logarithms."""
        batches, average = 0, 0.0
        while average < 4.5:
            average, batches = 0.99 * average + 0.01 * 5, batches + 1
        return batches

    def wrong_answers(self):
        """The other momentum, a straight line, no whole number, a guess."""
        return [
            (22, "momentum of 0.9"),
            (90, "gap that is left"),
            (np.log(0.1) / np.log(0.99), "whole batches"),
            (229, "whole batches"),
            (10, "what is left"),
            (100, "0.99 ** n"),
            ([230, 1], "one number"),
        ]


class Fold(Exercise):
    """A dense layer and the batch norm behind it, made into one dense layer."""

    name = "fold"

    def grade(self, answer):
        """The folded layer must answer as the two do, on random weights."""
        rng = np.random.default_rng(0)
        W, b = rng.normal(size=(4, 3)), rng.normal(size=3)
        gamma, beta, mean = rng.normal(size=(3, 3))
        var = rng.uniform(0.01, 2, size=3)
        result = attempt(answer, W.copy(), b.copy(), gamma, beta, mean, var)
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise Wrong(
                f"expected the pair (W, b), got {result!r}", "End with: return W, b."
            )
        if any(part is None or part is Ellipsis for part in result):
            raise NotTried
        got_W, got_b = map(as_array, result)
        if got_W.shape != W.shape or got_b.shape != b.shape:
            raise Wrong(
                f"expected the shapes {W.shape} and {b.shape}, got {got_W.shape} and "
                f"{got_b.shape}",
                "gamma and the others hold one number for each column of W.",
            )
        scale = gamma / np.sqrt(var + 1e-3)
        x = rng.normal(size=(5, 4))
        expected = (x @ W + b - mean) * scale + beta
        got = x @ got_W + got_b
        if np.allclose(got, expected, atol=1e-6):
            return
        raise Wrong(
            f"for a random input expected {expected[0].round(4)}, got "
            f"{got[0].round(4)}",
            self._hint(got_W, got_b, W, b, scale, gamma, beta, mean, var),
        )

    @staticmethod
    def _hint(got_W, got_b, W, b, scale, gamma, beta, mean, var):
        if np.allclose(got_W, W * scale):
            if np.allclose(got_b, beta - mean * scale):
                return "The old bias is normalized, too."
            if np.allclose(got_b, b * scale + beta):
                return "The moving mean is missing from the bias."
            return "W is right. For b: what comes out for the input 0?"
        if np.allclose(got_W, W * gamma / np.sqrt(var), atol=1e-9):
            return "Add the 0.001 to the variance before you take the root."
        if np.allclose(got_W, W * gamma / (var + 1e-3)):
            return "Divide by the standard deviation, the root of the variance."
        if np.allclose(got_W, W / np.sqrt(var + 1e-3)):
            return "gamma scales what is normalized, so it scales W."
        return "Write out gamma * (x @ W + b - mean) / std + beta and sort by x."

    def solution(self):
        """What stands before x, and what does not."""

        def fold(W, b, gamma, beta, mean, var):
            scale = gamma / np.sqrt(var + 0.001)
            return W * scale, (b - mean) * scale + beta

        return fold

    def wrong_answers(self):
        """No old bias, no mean, no root, no epsilon, no gamma, unchanged."""

        def no_bias(W, b, gamma, beta, mean, var):
            scale = gamma / np.sqrt(var + 0.001)
            return W * scale, beta - mean * scale

        def no_mean(W, b, gamma, beta, mean, var):
            scale = gamma / np.sqrt(var + 0.001)
            return W * scale, b * scale + beta

        def no_root(W, b, gamma, beta, mean, var):
            scale = gamma / (var + 0.001)
            return W * scale, (b - mean) * scale + beta

        def no_epsilon(W, b, gamma, beta, mean, var):
            scale = gamma / np.sqrt(var)
            return W * scale, (b - mean) * scale + beta

        def no_gamma(W, b, gamma, beta, mean, var):
            scale = 1 / np.sqrt(var + 0.001)
            return W * scale, (b - mean) * scale + beta

        def bias_unscaled(W, b, gamma, beta, mean, var):
            scale = gamma / np.sqrt(var + 0.001)
            return W * scale, b - mean * scale + beta

        return [
            (no_bias, "old bias"),
            (no_mean, "moving mean"),
            (no_root, "root of the variance"),
            (no_epsilon, "0.001"),
            (no_gamma, "gamma scales"),
            (bias_unscaled, "for the input 0"),
            (lambda W, b, *rest: (W, b), "sort by x"),
            (lambda W, *rest: W, "return W, b"),
        ]


class Lamp(Exercise):
    """A normalization that does not see how an image is lit."""

    name = "lamp"

    def grade(self, answer):
        """The same under another light, alone and in company; images stay apart."""
        rng = np.random.default_rng(0)
        images = rng.uniform(0, 255, size=(6, 8, 8))
        images[3] *= 0.1  # a dark one
        out = self._call(answer, images)
        if not np.isfinite(out).all():
            raise Wrong(
                "some numbers that came out are not finite",
                "Mind what you divide by: it must never be 0.",
            )
        alone = self._call(answer, images[:1])
        company = np.abs(alone[0] - out[0]).max()
        if company > 1e-3 * np.abs(out[0]).max():
            raise Wrong(
                f"an image comes out differently without its companions, by "
                f"{company:.3g}",
                "Take mean and spread of each image by itself: over axes 1 and 2.",
            )
        flat, shown = out.reshape(6, -1), images.reshape(6, -1)
        flat = flat - flat.mean(axis=1, keepdims=True)
        shown = shown - shown.mean(axis=1, keepdims=True)
        lengths = np.linalg.norm(flat, axis=1) * np.linalg.norm(shown, axis=1)
        if ((flat * shown).sum(axis=1) < 0.9 * lengths + 1e-9).any():
            raise Wrong(
                "an image can no longer be recognized in what came out",
                "Keep bright pixels above dark ones: shift and scale, no more.",
            )
        for what, lit, hint in (
            ("30 gray levels lighter", images + 30, "Take away the image's own mean."),
            (
                "with half the contrast",
                images * 0.5,
                "Divide by the image's own spread: half as wide, half the divisor.",
            ),
        ):
            change = np.abs(self._call(answer, lit) - out).max() / flat.std()
            if change > 0.01:
                raise Wrong(
                    f"expected the same for images {what}, but they change by "
                    f"{change:.3g} of the spread",
                    hint,
                )
        black = self._call(answer, np.zeros((1, 8, 8)))
        if not np.isfinite(black).all():
            raise Wrong(
                "for a black image, numbers that are not finite came out",
                "Mind what you divide by: add a small epsilon to it.",
            )

    @staticmethod
    def _call(answer, images):
        with np.errstate(all="ignore"):
            out = as_array(attempt(answer, images.copy()))
        if out.shape != images.shape:
            raise Wrong(
                f"for images of shape {images.shape} expected the same shape, got "
                f"{out.shape}",
                "Use keepdims=True for mean and spread, and return all images.",
            )
        return out

    def solution(self):
        """Layer norm over the pixels."""

        def same_in_any_light(images):
            mean = images.mean(axis=(1, 2), keepdims=True)
            var = images.var(axis=(1, 2), keepdims=True)
            return (images - mean) / np.sqrt(var + 0.001)

        return same_in_any_light

    def wrong_answers(self):
        """Batch norm, only the mean, only the spread, nothing left, no epsilon."""

        def batch_norm(images):
            return (images - images.mean(axis=0)) / (images.std(axis=0) + 1e-3)

        def whole(images):
            return (images - images.mean()) / images.std()

        def mean_only(images):
            return images - images.mean(axis=(1, 2), keepdims=True)

        def spread_only(images):
            return images / (images.std(axis=(1, 2), keepdims=True) + 1e-3)

        def no_epsilon(images):
            mean = images.mean(axis=(1, 2), keepdims=True)
            return (images - mean) / images.std(axis=(1, 2), keepdims=True)

        return [
            (batch_norm, "by itself"),
            (whole, "by itself"),
            (mean_only, "own spread"),
            (spread_only, "own mean"),
            (no_epsilon, "epsilon"),
            (lambda images: 0 * images, "Keep bright pixels"),
            (lambda images: -images, "Keep bright pixels"),
            (lambda images: images.mean(axis=(1, 2)), "keepdims"),
        ]
