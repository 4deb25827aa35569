"""Exercises of the lab *What is deep learning*."""

import functools

import numpy as np

from dlkeras.workbook.exercise import Exercise, Wrong, as_array, attempt


class Accuracy(Exercise):
    """Share of samples whose most probable class is the true one."""

    name = "accuracy"

    def grade(self, answer):
        """Three classes, five samples; the most probable is seldom above one half."""
        probabilities = np.array(
            [
                [0.5, 0.3, 0.2],
                [0.4, 0.35, 0.25],
                [0.2, 0.55, 0.25],
                [0.3, 0.3, 0.4],
                [0.2, 0.1, 0.7],
            ]
        )
        labels = np.array([0, 1, 1, 2, 2])
        for rows, expected in ((slice(None), 0.8), (slice(1, 2), 0.0)):
            p, y = probabilities[rows], labels[rows]
            got = as_array(attempt(answer, p.copy(), y.copy()))
            if got.shape == () and np.isclose(got, expected):
                continue
            message = f"for labels {y.tolist()} expected {expected}, got {got.tolist()}"
            raise Wrong(message, self._hint(got, p, y, expected))

    @staticmethod
    def _hint(got, p, y, expected):
        if got.shape == y.shape:
            return "That is one value a sample: return their mean, a single number."
        if got.shape != ():
            return "Return a single number."
        true = p[np.arange(len(y)), y]
        mistakes = {
            "Percent? Return a share between 0 and 1.": 100 * expected,
            "That is a count: divide it by the number of samples.": expected * len(y),
            "That is the share of mistakes; take the others.": 1 - expected,
            "A class need not reach 0.5 to be the most probable: use argmax.": np.mean(
                true > 0.5
            ),
            "That is the mean probability. Only the most probable class counts.": (
                true.mean()
            ),
        }
        for hint, value in mistakes.items():
            if np.isclose(got, value):
                return hint
        return "argmax along axis 1 names the most probable class of each sample."

    def solution(self):
        """The largest probability decides, then we count."""

        def my_accuracy(probabilities, labels):
            answers = probabilities.argmax(axis=1)
            return np.mean(answers == labels)

        return my_accuracy

    def wrong_answers(self):
        """Percent, a count, mistakes, a threshold, a mean, no mean, wrong axis."""
        return [
            (lambda p, y: 100 * np.mean(p.argmax(1) == y), "share between 0 and 1"),
            (lambda p, y: np.sum(p.argmax(1) == y), "That is a count"),
            (lambda p, y: np.mean(p.argmax(1) != y), "share of mistakes"),
            (lambda p, y: np.mean(p[np.arange(len(y)), y] > 0.5), "need not reach"),
            (lambda p, y: np.mean(p[np.arange(len(y)), y]), "mean probability"),
            (lambda p, y: p.argmax(1) == y, "one value a sample"),
            (lambda p, y: np.mean(p.argmax() == y), "argmax along axis 1"),
        ]


class Prepare(Exercise):
    """Gray levels to numbers from 0 to 1, ink always bright."""

    name = "prepare"

    def grade(self, answer):
        """The same drawing in both kinds, with soft edges."""
        drawing = np.zeros((28, 28), "uint8")
        drawing[6:22, 12:16] = 255
        drawing[6:22, 11] = drawing[6:22, 16] = 100
        for kind, image in (
            ("bright ink on black", drawing),
            ("dark ink on white", 255 - drawing),
        ):
            got = as_array(attempt(answer, image.copy()))
            expected = drawing / 255
            if got.shape == expected.shape and np.allclose(got, expected, atol=1e-4):
                continue
            if got.shape != expected.shape:
                message = f"expected shape {expected.shape}, got {got.shape}"
            else:
                message = (
                    f"for {kind} expected ink {expected[10, 13]:.2f}, its edge "
                    f"{expected[10, 11]:.2f} and paper {expected[0, 0]:.2f}, got "
                    f"{got[10, 13]:.2f}, {got[10, 11]:.2f} and {got[0, 0]:.2f}"
                )
            raise Wrong(message, self._hint(got, expected, kind))

    @staticmethod
    def _hint(got, expected, kind):
        if got.shape != expected.shape:
            return "Return the whole image, 28 × 28 numbers."
        if np.allclose(got, 255 * expected, atol=0.03):
            return "The ink is bright, but the numbers go to 255: divide."
        if np.allclose(got, 1 - expected, atol=1e-4):
            if kind == "dark ink on white":
                return (
                    "This one must be turned around. There is more paper than ink: "
                    "what does the mean of the image tell you?"
                )
            return "This image has bright ink already: leave it so."
        if np.isin(got, [0, 1]).all():
            return "Keep the gray levels at the edges: divide by 255, do not cut."
        if got.min() < -0.01 or got.max() > 1.01:
            return "Dark on white turned around is 255 − image; then divide by 255."
        return "Divide by 255; if the mean is above one half, take 1 minus it."

    def solution(self):
        """More paper than ink: a bright mean means white paper."""

        def my_prepare(image):
            image = image.astype("float32") / 255
            return 1 - image if image.mean() > 0.5 else image

        return my_prepare

    def wrong_answers(self):
        """Scale only, turn around always, no scale, a threshold, no division."""

        def unscaled(image):
            return 255.0 - image if image.mean() > 127 else 1.0 * image

        def cut(image):
            image = (image > 127).astype(float)
            return 1 - image if image.mean() > 0.5 else image

        return [
            (lambda image: image / 255, "turned around"),
            (lambda image: 1 - image / 255, "bright ink already"),
            (unscaled, "divide"),
            (cut, "Keep the gray levels"),
            (lambda image: image.mean() / 255, "whole image"),
            (lambda image: image / 255 - 0.5, "Dark on white turned around"),
        ]


@functools.cache
def _threes_and_eights() -> tuple[np.ndarray, np.ndarray]:
    """All 3s and 8s of the small digits, and whether each is an 8."""
    from dlkeras.datasets import load_digits

    (x_train, y_train), (x_test, y_test) = load_digits()
    x, y = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])
    wanted = np.isin(y, [3, 8])
    return x[wanted], y[wanted] == 8


class Feature(Exercise):
    """One number that tells a 3 from an 8."""

    name = "feature"

    def grade(self, answer):
        """The best threshold, on either side, must be right for nine in ten."""
        images, is_eight = _threes_and_eights()
        values = []
        for image in images:
            value = as_array(attempt(answer, image.copy()))
            if value.shape != ():
                raise Wrong(
                    f"expected one number for an image, got shape {value.shape}",
                    "Reduce the image to a single number, with a sum or a mean.",
                )
            values.append(float(value))
        values = np.array(values)
        if not np.isfinite(values).all():
            raise Wrong(
                f"expected finite numbers, got {values[~np.isfinite(values)][0]}",
                "Some images have no ink where you divide: add a small number there.",
            )
        score = self._best_cut(values, is_eight)
        if score >= 0.9:
            return
        message = (
            f"with the best threshold {100 * score:.1f} % of the 3s and 8s are on the "
            "right side, and 90 % are needed"
        )
        raise Wrong(message, self._hint(values, score))

    @staticmethod
    def _best_cut(values, is_eight):
        cuts = np.append(np.unique(values), np.inf)
        above = values[:, None] >= cuts  # (images, cuts)
        right = np.mean(above == is_eight[:, None], axis=0)
        return max(right.max(), 1 - right.min())

    @staticmethod
    def _hint(values, score):
        if np.ptp(values) == 0:
            return "It gives the same number for every image: look at its pixels."
        if score < 0.75:
            return (
                "This hardly differs between 3 and 8. An 8 closes two loops on its "
                "left, where a 3 is open: look at pixels there."
            )
        return (
            "On the right track. Look at fewer pixels: those at the left, above and "
            "below the middle, where only an 8 has ink."
        )

    def solution(self):
        """An 8 has ink at the left where a 3 is open."""

        def my_feature(image):
            return image[2:4, 2].sum() + image[4:6, 1:3].sum()

        return my_feature

    def wrong_answers(self):
        """All ink, one number for all, a row, the left half, no single number."""
        return [
            (lambda image: image.sum(), "hardly differs"),
            (lambda image: 1, "same number"),
            (lambda image: image[7].sum(), "hardly differs"),
            (lambda image: image[:, :4].sum(), "right track"),
            (lambda image: image.sum(axis=0), "single number"),
            (lambda image: np.inf, "no ink where you divide"),
        ]
