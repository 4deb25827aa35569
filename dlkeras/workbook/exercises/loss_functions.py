"""Exercises of the lab *Loss functions*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, Wrong, as_array, attempt


def _call(function, *args):
    """Call a reader's function on arrays, with a word for the usual stumble."""
    try:
        with np.errstate(all="ignore"):
            return attempt(function, *args)
    except Wrong as wrong:
        if "truth value" in wrong.message:
            raise Wrong(
                wrong.message,
                "An `if` decides once; an array needs a decision for each number: "
                "np.where(condition, ..., ...).",
            ) from wrong
        raise


class Constants(Exercise):
    """The constant with the lowest MSE, MAE and quantile loss."""

    name = "constants"

    def grade(self, answer):
        """Compare each with what a search over all constants would find."""
        got = as_array(answer)
        if got.shape != (3,):
            raise Wrong(
                f"expected three numbers, got {answer!r}",
                "Give a tuple: lowest for MSE, for MAE, for the quantile loss.",
            )
        names = ("MSE", "MAE", "quantile loss")
        for value, right, name in zip(got, (22, 3, 4), names, strict=True):
            if abs(value - right) > 1e-6:
                raise Wrong(
                    f"{value:g} does not have the lowest {name}",
                    self._hint(name, value),
                )

    @staticmethod
    def _hint(name, value):
        if name == "MSE":
            if value == 3:
                return "3 is the middle target. Squares feel how far away 100 is."
            return "Set the slope of the mean of (c − y)² to 0, and solve for c."
        if name == "MAE":
            if value == 22:
                return (
                    "22 is the mean. For MAE it does not matter how far away 100 is: "
                    "as many targets should lie above as below."
                )
            return "A step up helps the targets above, and harms those below. Count."
        if value in (2, 3):
            return "Too low costs three times as much as too high: aim higher."
        if value == 100:
            return "That is too careful: a quarter of the targets may lie above."
        if value == 75:
            return "Not 75 % of the largest: 75 % of the targets stay below it."
        return "A share q of the targets lies below, and 1 − q above. Sort and count."

    def solution(self):
        """The mean, the median, and the value at three quarters."""
        constants = (22, 3, 4)
        return constants

    def wrong_answers(self):
        """Mean and median swapped; the mean twice; the wrong side; too careful."""
        return [
            ((3, 22, 4), "Squares feel"),
            ((22, 22, 4), "22 is the mean"),
            ((22, 2.5, 4), "Count"),
            ((22, 3, 2), "aim higher"),
            ((22, 3, 100), "too careful"),
            ((22, 3, 75), "Not 75 %"),
            ((50.5, 3, 4), "slope"),
            (22, "Give a tuple"),
        ]


class Weighted(Exercise):
    """A loss class in which class 1 counts more."""

    name = "weighted"

    def grade(self, answer):
        """Both classes, right and wrong answers, two weights, and a batch."""
        import keras

        if not (isinstance(answer, type) and issubclass(answer, keras.losses.Loss)):
            raise Wrong(
                f"expected a subclass of keras.losses.Loss, got {answer!r}",
                "Pass the class itself: check(WeightedCrossentropy).",
            )
        y = np.array([[1.0], [1.0], [0.0], [0.0]], "float32")
        p = np.array([[0.9], [0.2], [0.9], [0.2]], "float32")
        tensors = [keras.ops.convert_to_tensor(a) for a in (y, p)]
        for weight in (5.0, 2.0):
            loss = attempt(answer, weight)
            cost = -np.log(np.where(y == 1, p, 1 - p))[:, 0]
            right = np.where(y[:, 0] == 1, weight, 1) * cost
            got = as_array(attempt(loss.call, *tensors))
            if got.shape != right.shape or not np.allclose(got, right, atol=1e-4):
                raise Wrong(
                    f"for y = {y[:, 0].tolist()}, p = {p[:, 0].round(2).tolist()} and "
                    f"weight {weight:g} expected {right.round(3).tolist()}, got "
                    f"{got.round(3).tolist()}",
                    self._hint(got, right, cost, y[:, 0], weight),
                )

    @staticmethod
    def _hint(got, right, cost, y, weight):
        if got.shape == ():
            return "One loss for each sample: take the mean over axis=-1 only."
        if got.shape == (4, 1):
            return "Shape (batch, 1) is left: take the mean over the last axis."
        if got.shape != right.shape:
            return "One loss for each sample, shape (batch,)."
        if np.allclose(got, -right, atol=1e-4):
            return "A loss is not negative: mind the sign before the logarithm."
        if np.allclose(got, cost, atol=1e-4):
            return "That is cross-entropy. Multiply class 1's part by self.weight."
        if np.allclose(got, weight * cost, atol=1e-4):
            return "Both classes are weighted. Only where y is 1 does weight count."
        if np.allclose(got, np.where(y == 1, 1, weight) * cost, atol=1e-4):
            return "The wrong class is weighted: a missed 1 must cost more."
        if np.allclose(got, np.where(y == 1, right, 0), atol=1e-4):
            return "Class 0 costs nothing yet: add −(1 − y) log(1 − p)."
        return "For each sample: −(weight · y · log p + (1 − y) · log(1 − p))."

    def solution(self):
        """One factor more than cross-entropy."""
        import keras
        from keras import ops

        class WeightedCrossentropy(keras.losses.Loss):
            def __init__(self, weight):
                super().__init__()
                self.weight = weight

            def call(self, y, p):
                yes, no = y * ops.log(p), (1 - y) * ops.log(1 - p)
                return ops.mean(-(self.weight * yes + no), axis=-1)

        return WeightedCrossentropy

    def wrong_answers(self):
        """Wrong sign, wrong class, both classes, no class 0, a scalar, a column."""
        import keras
        from keras import ops

        def made(call):
            class WeightedCrossentropy(keras.losses.Loss):
                def __init__(self, weight):
                    super().__init__()
                    self.weight = weight

            WeightedCrossentropy.call = lambda self, y, p: call(
                self.weight, y * ops.log(p), (1 - y) * ops.log(1 - p)
            )
            return WeightedCrossentropy

        return [
            (made(lambda w, yes, no: ops.mean(w * yes + no, axis=-1)), "sign"),
            (made(lambda w, yes, no: ops.mean(-(yes + w * no), axis=-1)), "a missed 1"),
            (made(lambda w, yes, no: ops.mean(-w * (yes + no), axis=-1)), "Both"),
            (made(lambda w, yes, no: ops.mean(-w * yes, axis=-1)), "Class 0"),
            (made(lambda w, yes, no: ops.mean(-(yes + no), axis=-1)), "self.weight"),
            (made(lambda w, yes, no: ops.mean(-(w * yes + no))), "axis=-1 only"),
            (made(lambda w, yes, no: -(w * yes + no)), "last axis"),
            (self.solution()(2.0), "the class itself"),
        ]


class YourOwn(Exercise):
    """A loss that resists wild numbers and is precise on clean ones."""

    name = "your_own"

    SAMPLES, SIZE = 300, 40
    PLACES = np.arange(-1.5, 1.51, 0.025)  # constants that are tried

    def grade(self, answer):
        """Fit constants to clean and to spoiled samples, and look at their spread."""
        e = np.linspace(-4, 4, 81)
        cost = self._losses(answer, e)
        at_0 = cost[40]
        if (cost < at_0 - 1e-9).any():
            raise Wrong(
                f"an error of {e[cost.argmin()]:.1f} costs {cost.min():.3g}, an error "
                f"of 0 costs {at_0:.3g}",
                "No error must be the cheapest of all. Is the loss negative somewhere?",
            )
        if not np.allclose(cost, cost[::-1]):
            raise Wrong(
                "errors of 2 and −2 cost differently",
                "Both sides should cost the same: use np.abs(e) or e**2.",
            )
        if np.ptp(cost) < 1e-6:
            raise Wrong("all errors cost the same", "A larger error must cost more.")
        for delta in (0.5, 1.0, 1.345, 1.5, 2.0):
            size = np.abs(e)
            huber = np.where(size <= delta, e**2 / 2, delta * (size - delta / 2))
            if np.abs(cost / cost[-1] - huber / huber[-1]).max() < 1e-4:
                raise Wrong(
                    "this is Huber's loss",
                    "Find a smooth one: what grows like e² near 0, and slower later?",
                )
        rng = np.random.default_rng(0)
        clean = rng.normal(size=(self.SAMPLES, self.SIZE))
        spread = self._fit(answer, clean).std() / clean.mean(axis=1).std()
        spoiled = clean.copy()
        spoiled[:, : self.SIZE // 10] = 15.0
        shift = abs(self._fit(answer, spoiled).mean())
        if shift > 0.4:
            raise Wrong(
                f"one wild number in ten moves the best constant by {shift:.2f}",
                "Large errors still cost too much: let the loss grow no faster than "
                "the error itself.",
            )
        if spread > 1.17:
            raise Wrong(
                "on clean numbers the best constant varies "
                f"{spread:.2f} times as much as the mean does",
                "A tip at 0, or one that is too narrow, wastes information: near 0 "
                "the loss should be round, like a square.",
            )

    def _losses(self, answer, e):
        cost = as_array(_call(answer, e.copy()))
        if cost.shape != e.shape:
            raise Wrong(
                f"for errors of shape {e.shape} got shape {cost.shape}",
                "One loss for each error: no mean, no sum.",
            )
        if not np.isfinite(cost).all():
            raise Wrong(
                f"an error of {e[~np.isfinite(cost)][0]:.3g} costs "
                f"{cost[~np.isfinite(cost)][0]}",
                "Every error needs a finite loss: mind roots and logarithms of "
                "negative numbers, and exponentials of large ones.",
            )
        return cost

    def _fit(self, answer, samples):
        """The best constant for each row."""
        errors = self.PLACES[:, None, None] - samples  # (places, rows, size)
        cost = self._losses(answer, errors).mean(axis=-1)
        return self.PLACES[cost.argmin(axis=0)]

    def solution(self):
        """Smooth all the way: one of many."""

        def my_loss(e):
            return np.sqrt(1 + e**2) - 1

        return my_loss

    def wrong_answers(self):
        """Squares, sticks, one side, upside down, Huber again, a narrow pit."""
        return [
            (lambda e: e**2, "Large errors still"),
            (lambda e: np.cosh(e / 4) - 1, "Large errors still"),
            (lambda e: np.abs(e), "A tip at 0"),
            (lambda e: np.abs(e) ** 0.5, "A tip at 0"),
            (lambda e: np.maximum(e, 0), "Both sides"),
            (lambda e: 1 / (1 + e**2), "cheapest"),
            (
                lambda e: np.where(np.abs(e) < 1, e**2, 2 * np.abs(e) - 1),
                "smooth one",
            ),
            (lambda e: np.mean(e**2), "no mean"),
            (lambda e: np.log(e), "finite"),
        ]
