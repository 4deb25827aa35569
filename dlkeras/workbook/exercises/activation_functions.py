"""Exercises of the lab *Activation functions*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, NotTried, Wrong, as_array, attempt


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
                "np.where(z > 0, ..., ...).",
            ) from wrong
        raise


class Outputs(Exercise):
    """An output activation for each of five tasks."""

    name = "outputs"

    KNOWN = ("none", "softplus", "sigmoid", "softmax")
    RIGHT = (
        ("bird", "softmax"),
        ("temperature", "none"),
        ("fraud", "sigmoid"),
        ("topics", "sigmoid"),
        ("waiting", "softplus"),
    )
    HINTS = (
        ("bird", "sigmoid", "The photo shows one bird: what makes the sum 1?"),
        ("bird", "", "200 species, one of them in the photo: that is a choice of one."),
        ("temperature", "", "It can freeze: the output must reach negative numbers."),
        ("fraud", "softmax", "With one output, softmax always answers 1."),
        ("fraud", "", "Yes or no needs one probability."),
        ("topics", "softmax", "Several topics may be likely at once, so no sum of 1."),
        ("topics", "", "Each topic is a yes or no of its own."),
        ("waiting", "none", "It works, but may promise a negative wait."),
        ("waiting", "", "The wait has no ceiling, but it has a floor at 0."),
    )

    def grade(self, answer):
        """Compare task by task, and explain the first slip."""
        if not isinstance(answer, dict) or len(answer) != len(self.RIGHT):
            raise Wrong(
                f"expected the five tasks with a word each, got {answer!r}",
                "Keep the tasks, and put a word where the dots stand.",
            )
        if any(word is ... for word in answer.values()):
            raise NotTried
        for task, word in answer.items():
            key, right = next(
                ((k, r) for k, r in self.RIGHT if k in task), (None, None)
            )
            if key is None:
                raise Wrong(f"there is no task {task!r}", "Keep the tasks as given.")
            if word not in self.KNOWN:
                raise Wrong(
                    f"for {task!r} got {word!r}",
                    f"Choose one of {', '.join(self.KNOWN)}.",
                )
            if word != right:
                hint = next(h for k, w, h in self.HINTS if k == key and w in ("", word))
                raise Wrong(f"for {task!r} {word!r} does not fit", hint)

    def solution(self):
        """What the answer means decides."""
        tasks = {
            "which of 200 bird species is in the photo": "softmax",
            "tomorrow's temperature in degrees Celsius": "none",
            "is this transaction fraud": "sigmoid",
            "which of ten topics an article touches, several allowed": "sigmoid",
            "the waiting time at the counter in minutes": "softplus",
        }
        return tasks

    def wrong_answers(self):
        """Softmax for several labels, for one output; a floor for frost."""
        right = self.solution()
        bird, temperature, fraud, topics, waiting = right
        return [
            ({**right, topics: "softmax"}, "several topics".capitalize()),
            ({**right, fraud: "softmax"}, "always answers 1"),
            ({**right, temperature: "softplus"}, "freeze"),
            ({**right, waiting: "none"}, "negative wait"),
            ({**right, waiting: "sigmoid"}, "no ceiling"),
            ({**right, bird: "sigmoid"}, "sum 1"),
            ({**right, bird: "tanh"}, "Choose one of"),
            ({bird: "softmax"}, "Keep the tasks"),
        ]


class LogSoftmax(Exercise):
    """The logarithm of softmax, in one stable formula."""

    name = "log_softmax"

    def grade(self, answer):
        """Small scores, large ones, and rows of very different size."""
        cases = [
            np.array([[1.0, 2.0, 3.0], [0.5, -0.5, 0.0]]),
            np.array([[0.0, 1000.0, 999.0], [-1000.0, -1001.0, -3000.0]]),
        ]
        for z in cases:
            shifted = z - z.max(axis=1, keepdims=True)
            right = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
            got = as_array(_call(answer, z.copy()))
            if got.shape == z.shape and np.allclose(got, right, atol=1e-9):
                continue
            message = (
                f"for z = {z.tolist()} expected {right.round(3).tolist()}, "
                f"got {got.round(3).tolist()}"
            )
            raise Wrong(message, self._hint(got, right, z))

    @staticmethod
    def _hint(got, right, z):
        if got.shape != z.shape:
            return "The result has the shape of z, (samples, classes)."
        if np.allclose(got, np.exp(right)):
            return "This is softmax itself. Its logarithm is wanted."
        if np.isinf(got[1]).any() and np.allclose(got[0], right[0]):
            return "Subtract the largest score of each row, not the largest of all."
        if np.isnan(got).any() or (got == np.inf).any():
            return "exp(1000) overflows: subtract each row's largest score first."
        if (got == -np.inf).any():
            return (
                "A probability was rounded to 0 before its logarithm was taken. "
                "With m the row's largest score, log p = z − m − log(sum(exp(z − m)))."
            )
        flat = z - z.max() - np.log(np.exp(z - z.max()).sum())
        if np.allclose(got, flat):
            return "Sum over each row alone: axis=1, keepdims=True."
        if np.allclose(got, -right):
            return "The sign is turned: the logarithm of a probability is negative."
        return "log(a / b) = log a − log b, and log(exp(z)) = z."

    def solution(self):
        """The logarithm undoes the upper exponential."""

        def log_softmax(z):
            z = z - z.max(axis=1, keepdims=True)
            return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

        return log_softmax

    def wrong_answers(self):
        """No shift, logarithm of softmax, one sum for all rows, no logarithm."""

        def no_shift(z):
            return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

        def log_of_softmax(z):
            e = np.exp(z - z.max(axis=1, keepdims=True))
            return np.log(e / e.sum(axis=1, keepdims=True))

        def one_sum(z):
            z = z - z.max()
            return z - np.log(np.exp(z).sum())

        def one_shift(z):
            z = z - z.max()
            return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

        def no_logarithm(z):
            e = np.exp(z - z.max(axis=1, keepdims=True))
            return e / e.sum(axis=1, keepdims=True)

        return [
            (no_shift, "overflows"),
            (log_of_softmax, "rounded to 0"),
            (one_sum, "axis=1"),
            (one_shift, "of each row, not"),
            (no_logarithm, "softmax itself"),
        ]


class YourOwn(Exercise):
    """A new activation that lets gradients through twenty layers."""

    name = "your_own"

    def grade(self, answer):
        """Bends, is new, and keeps the gradient's size."""
        from dlkeras.scratch import activations

        z = np.linspace(-4, 4, 200)

        def f(scores):
            values = as_array(_call(answer, scores.copy()))
            if values.shape != scores.shape:
                raise Wrong(
                    f"for scores of shape {scores.shape} got shape {values.shape}",
                    "One number must come out for each that goes in.",
                )
            if not np.isfinite(values).all():
                raise Wrong(
                    f"for scores from {scores.min():.3g} to {scores.max():.3g} got "
                    f"{values[~np.isfinite(values)][0]}",
                    "Every score needs a finite value: mind roots, logarithms and "
                    "divisions for negative scores and 0.",
                )
            return values

        values = f(z)
        line = np.polyval(np.polyfit(z, values, 1), z)
        if np.abs(values - line).max() < 0.01 * max(np.ptp(values), 1e-9):
            raise Wrong(
                "your function is a straight line from −4 to 4",
                "Without a bend, twenty layers are one. Treat negative scores "
                "differently from positive ones.",
            )
        for name in ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu"):
            known = activations.get(name)(z)
            if np.abs(values - known).max() < 0.01:
                raise Wrong(
                    f"this is {name}, one of the nine",
                    "Change it: another slope, a shift, a sum of two of them.",
                )
        gradient = self._through_layers(f)
        message = (
            "from the last layer to the first the gradient was multiplied "
            f"by {gradient:.1e}"
        )
        if gradient == 0:
            raise Wrong(
                "no gradient comes through at all",
                "Your function is flat wherever it was tried: give it a slope.",
            )
        if not gradient > 0.01:
            raise Wrong(
                message,
                "It fades. Scores lie mostly between −2 and 2: make the function "
                "steeper there, and its values closer to 0 on average.",
            )
        if gradient > 100:
            raise Wrong(
                message,
                "It explodes: the function is steep for the size of its values. Smooth "
                "its wiggles, or make it less steep where it is large.",
            )

    @staticmethod
    def _through_layers(f, depth=20, width=200, samples=50, step=1e-5):
        """Size of the gradient at the first layer, relative to the last."""
        rng = np.random.default_rng(0)
        a, slopes, weights = rng.normal(size=(samples, width)), [], []
        for _ in range(depth):
            W = rng.normal(size=(width, width)) / np.sqrt(width)
            z = a @ W
            scale = z.std() or 1.0
            z, W = z / scale, W / scale  # scores with a standard deviation of 1
            slopes.append((f(z + step) - f(z - step)) / (2 * step))
            weights.append(W)
            a = f(z)
        gradient = last = rng.normal(size=a.shape) * slopes[-1]
        for W, slope in zip(weights[:0:-1], slopes[-2::-1], strict=True):
            gradient = (gradient @ W.T) * slope
        last_size = np.linalg.norm(last)
        return np.linalg.norm(gradient) / last_size if last_size else 0.0

    def solution(self):
        """ReLU on the right, a gentle wave on the left: one of very many."""

        def my_activation(z):
            return np.where(z > 0, z, 0.5 * np.sin(z))

        return my_activation

    def wrong_answers(self):
        """A line, a known one, a flat one, one undefined, a wiggle, a sum."""
        return [
            (lambda z: 3 * z + 1, "Without a bend"),
            (lambda z: np.maximum(0, z), "Change it"),
            (lambda z: 1 / (1 + np.exp(-2 * z)), "It fades"),
            (lambda z: np.where(z > 0, 1.0, 0.0), "flat"),
            (np.sqrt, "finite"),
            (lambda z: z + np.sin(6 * z), "It explodes"),
            (lambda z: np.maximum(0, z).sum(), "One number must come out"),
            (lambda z: z if z > 0 else 0.3 * z, "np.where"),
        ]
