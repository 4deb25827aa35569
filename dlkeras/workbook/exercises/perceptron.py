"""Exercises of the lab *Perceptron*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, Wrong, as_array, as_parts, attempt
from dlkeras.workbook.exercises._gates import CORNERS, threshold_neuron


class Nand(Exercise):
    """Weights and a bias that compute NAND."""

    name = "nand"

    def grade(self, answer):
        """Try all four inputs."""
        w, b = threshold_neuron(answer)
        z = CORNERS @ w + b
        got = (z > 0).astype(int)
        wrong = np.flatnonzero(got != [1, 1, 1, 0])
        if not len(wrong):
            return
        first = wrong[0]
        message = (
            f"for the input {tuple(CORNERS[first].tolist())} expected "
            f"{[1, 1, 1, 0][first]}, got {got[first]} (z = {z[first]:g})"
        )
        if (got == [0, 0, 0, 1]).all():
            hint = "This is AND. Turn the arrow of the weights around."
        elif (z == 0).any():
            hint = "A score of exactly 0 answers 0: move the line off that corner."
        elif w[0] > 0 or w[1] > 0:
            hint = "More ones must make a 1 less likely: which sign has each weight?"
        else:
            hint = "The signs are right. Shift the line with b, between 1 and 2 ones."
        raise Wrong(message, hint)

    def solution(self):
        """Both ones are too much, one alone is not."""
        nand = (-1, -1, 1.5)
        return nand

    def wrong_answers(self):
        """AND, a line through two corners, a line too low, too few numbers."""
        return [
            ((1, 1, -1.5), "This is AND"),
            ((-1, -1, 1), "exactly 0"),
            ((-1, -1, 0.5), "Shift the line"),
            ((1, -1, 0.5), "which sign"),
            ((-1, -1), "two weights and a bias"),
        ]


class Update(Exercise):
    """One correction by Rosenblatt's rule."""

    name = "update"

    def grade(self, answer):
        """A missed 1, a false 1, and a point that is right already."""
        cases = [
            # w, b, x, y, what kind
            ([0.5, -1.0], 0.25, [1.0, 2.0], 1, "missed"),
            ([0.5, 1.0], 0.25, [1.0, 2.0], 0, "false"),
            ([0.5, 1.0], 0.25, [1.0, 2.0], 1, "right"),
            ([0.5, -1.0], 0.25, [1.0, 2.0], 0, "right"),
        ]
        rate = 0.5
        for w, b, x, y, kind in cases:
            w, x = np.array(w), np.array(x)
            error = y - int(x @ w + b > 0)
            result = attempt(answer, w.copy(), b, x.copy(), y, rate)
            pair = as_parts(result, 2, "the pair (w, b)", "End with: return w, b.")
            got_w, got_b = map(as_array, pair)
            expected_w, expected_b = w + rate * error * x, b + rate * error
            right_w = got_w.shape == (2,) and np.allclose(got_w, expected_w)
            right_b = got_b.shape == () and np.allclose(got_b, expected_b)
            if right_w and right_b:
                continue
            message = (
                f"for w = {w}, b = {b}, x = {x}, y = {y} expected "
                f"w = {expected_w}, b = {expected_b}, got w = {got_w}, b = {got_b}"
            )
            raise Wrong(message, self._hint(kind, right_w, error, rate, w, b, x, got_w))

    @staticmethod
    def _hint(kind, right_w, error, rate, w, b, x, got_w):
        if kind == "right":
            return "This point is right already: y − ŷ is 0, and nothing may change."
        if right_w:
            return "The weights are right. The bias moves too, as if its input were 1."
        if got_w.shape == w.shape:
            if np.allclose(got_w, w - rate * error * x):
                return "You moved the wrong way: the error is y − ŷ."
            if np.allclose(got_w, w + error * x):
                return "Multiply the correction by the learning rate."
            if np.allclose(got_w, w):
                return "Nothing changed, though the answer was wrong: z > 0 answers 1."
        return "The correction is learning_rate * (y − ŷ) * x."

    def solution(self):
        """The rule, as in the text."""

        def update(w, b, x, y, learning_rate):
            error = y - int(x @ w + b > 0)
            return w + learning_rate * error * x, b + learning_rate * error

        return update

    def wrong_answers(self):
        """Wrong sign, bias forgotten, no rate, changes a right answer."""

        def wrong_sign(w, b, x, y, learning_rate):
            error = int(x @ w + b > 0) - y
            return w + learning_rate * error * x, b + learning_rate * error

        def no_bias(w, b, x, y, learning_rate):
            return w + learning_rate * (y - int(x @ w + b > 0)) * x, b

        def no_rate(w, b, x, y, learning_rate):
            error = y - int(x @ w + b > 0)
            return w + error * x, b + error

        def always(w, b, x, y, learning_rate):
            sign = 2 * y - 1
            return w + learning_rate * sign * x, b + learning_rate * sign

        return [
            (wrong_sign, "wrong way"),
            (no_bias, "bias moves too"),
            (no_rate, "learning rate"),
            (always, "right already"),
        ]


class ThirdInput(Exercise):
    """A feature that makes XOR learnable."""

    name = "third_input"

    def grade(self, answer):
        """Train a perceptron on the three inputs."""
        from dlkeras.scratch import Perceptron

        third = []
        for x1, x2 in CORNERS.tolist():
            value = as_array(attempt(answer, x1, x2))
            if value.shape != ():
                raise Wrong(
                    f"for ({x1}, {x2}) expected one number, got {value!r}",
                    "Return a single number computed from x1 and x2.",
                )
            third.append(float(value))
        if not np.isfinite(third).all():
            raise Wrong(
                f"expected finite numbers, got {third}",
                "Mind the zeros: do not divide by an input or take its logarithm.",
            )
        x = np.column_stack([CORNERS, third])
        neuron = Perceptron(inputs=3)
        for _ in range(2000):
            if neuron.learn(x, np.array([0, 1, 1, 0])) == 0:
                return
        message = f"with third inputs {third} the perceptron still does not learn XOR"
        plane = np.column_stack([CORNERS, np.ones(4)])
        flat = plane @ np.linalg.lstsq(plane, third, rcond=None)[0]
        if np.allclose(flat, third):
            hint = (
                "Yours is a weighted sum of x1 and x2: the neuron makes those itself. "
                "Try something that no weighted sum can do."
            )
        else:
            hint = "It bends the right way, but too little: make its values larger."
        raise Wrong(message, hint)

    def solution(self):
        """The product is 1 only where AND is."""

        def third_input(x1, x2):
            return x1 * x2

        return third_input

    def wrong_answers(self):
        """Sums and differences bring nothing new; a faint product is too faint."""
        return [
            (lambda x1, x2: x1 + x2, "weighted sum"),
            (lambda x1, x2: x1 - 2 * x2 + 1, "weighted sum"),
            (lambda x1, x2: 0.001 * x1 * x2, "larger"),
            (lambda x1, x2: [x1, x2], "single number"),
        ]
