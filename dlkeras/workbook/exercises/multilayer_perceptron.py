"""Exercises of the lab *Multilayer perceptron*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, Wrong, as_array, attempt
from dlkeras.workbook.exercises._gates import CORNERS, threshold_neuron

HIDDEN = np.array([[0, 1], [1, 1], [1, 1], [1, 0]])  # OR and NAND of the corners


class Equal(Exercise):
    """An output neuron on OR and NAND that answers 1 for equal bits."""

    name = "equal"

    def grade(self, answer):
        """Try all four inputs."""
        w, b = threshold_neuron(answer)
        z = HIDDEN @ w + b
        got = (z > 0).astype(int)
        wrong = np.flatnonzero(got != [1, 0, 0, 1])
        if not len(wrong):
            return
        first = wrong[0]
        message = (
            f"for the input {tuple(CORNERS[first].tolist())}, where the hidden "
            f"layer answers {tuple(HIDDEN[first].tolist())}, expected "
            f"{[1, 0, 0, 1][first]}, got {got[first]} (z = {z[first]:g})"
        )
        if (got == [0, 1, 1, 0]).all():
            hint = "This is XOR itself. Turn all the signs around."
        elif (z == 0).any():
            hint = "A sum of exactly 0 answers 0: move the line off that corner."
        elif max(w) >= 0:
            hint = "Both hidden neurons on must mean 0: which sign has each weight?"
        elif b > 0:
            hint = "The signs are right. Move the bias: one on gives 1, two give 0."
        else:
            hint = "Only a bias above 0 can lift the sum above 0."
        raise Wrong(message, hint)

    def solution(self):
        """NAND of the two hidden answers."""
        equal = (-1, -1, 1.5)
        return equal

    def wrong_answers(self):
        """XOR, a line through two corners, one too low, positive, too few."""
        return [
            ((1, 1, -1.5), "XOR itself"),
            ((-1, -1, 1), "exactly 0"),
            ((-1, -1, 0.5), "Move the bias"),
            ((-1, -1, 2.5), "Move the bias"),
            ((1, -1, 0.5), "which sign"),
            ((0, 0, 1), "which sign"),
            ((-1, -1, -0.5), "Only a bias"),
            ((-1, -1), "two weights and a bias"),
        ]


def _network(answer, units):
    """The function that an answer (w, b, v, c) computes."""
    if not isinstance(answer, (tuple, list)) or len(answer) != 4:
        raise Wrong(
            f"expected four parts (w, b, v, c), got {answer!r}",
            "Give the four parts as a tuple: (w, b, v, c).",
        )
    w, b, v, c = (as_array(part) for part in answer)
    if any(part.shape != (units,) for part in (w, b, v)) or c.size != 1:
        raise Wrong(
            f"expected {units} numbers in each of w, b and v and one for c, got "
            f"shapes {w.shape}, {b.shape}, {v.shape} and {c.shape}",
            "One weight, one bias and one height for each hidden neuron.",
        )
    return lambda x: np.tanh(x[:, None] * w + b) @ v + float(c.squeeze())


class Bump(Exercise):
    """Two smooth steps that make a bump."""

    name = "bump"

    def grade(self, answer):
        """Try points inside and outside, away from the edges."""
        f = _network(answer, 2)
        x = np.array([-3, 0, 0.5, 0.8, 1.2, 1.5, 1.8, 2.2, 2.5, 4])
        expected = ((x > 1) & (x < 2)).astype(float)
        got = f(x)
        errors = np.abs(got - expected)
        if np.isfinite(got).all() and errors.max() <= 0.1:
            return
        worst = int(np.argmax(np.nan_to_num(errors, nan=np.inf)))
        message = (
            f"at x = {x[worst]:g} expected {expected[worst]:g}, got {got[worst]:.3g}"
        )
        raise Wrong(message, self._hint(f, answer))

    @staticmethod
    def _hint(f, answer):
        left, middle, right = f(np.array([-50.0, 1.5, 50.0]))
        w, v = (as_array(answer[part]) for part in (0, 2))
        if abs(left - right) > 0.1:
            return "Left and right differ: the second step must undo the first."
        if abs(left) > 0.1:
            return "Far outside it must be 0: choose c, or mind how v is signed."
        if middle < -0.5:
            return "Your bump points down: swap the signs in v."
        if middle > 1.5:
            return "tanh climbs by 2, from −1 to 1: halve the heights v."
        if np.abs(w).min() < 8 and np.abs(v).max() <= 0.75:
            return "The steps are too gentle: make w larger, and b with it."
        return "A step stands where w x + b = 0: at x = 1 and at x = 2."

    def solution(self):
        """One step up at 1, one step down at 2, each of height 1."""
        w = np.array([20, 20])
        bump = (w, -w * [1, 2], np.array([0.5, -0.5]), 0)
        return bump

    def wrong_answers(self):
        """Two steps up, too high, too gentle, misplaced, upside down."""
        w = np.array([20, 20])
        return [
            ((w, [-20, -40], [0.5, 0.5], 0), "undo the first"),
            ((w, [-20, -40], [1, -1], 0), "halve"),
            ((w / 10, [-2, -4], [0.5, -0.5], 0), "too gentle"),
            ((w, [-1, -2], [0.5, -0.5], 0), "w x + b = 0"),
            ((w, [-20, -40], [-0.5, 0.5], 0), "points down"),
            ((w, [-20, -40], [0.5, -0.5], 1), "choose c"),
            ((w, [-20, -40], [0.5, -0.5]), "four parts"),
        ]


class Approximate(Exercise):
    """A network built for a function, without training."""

    name = "approximate"

    def grade(self, answer):
        """Three functions, two sizes; only the errors count."""
        functions = {
            "x²": lambda x: x**2,
            "1 + sin 6x": lambda x: 1 + np.sin(6 * x),
            "cos 4x − 3x": lambda x: np.cos(4 * x) - 3 * x,
        }
        x = np.linspace(0, 1, 401)
        for name, f in functions.items():
            errors = {}
            for units in (10, 40):
                parts = attempt(answer, f, units)
                net = _network(parts, units)
                errors[units] = float(np.abs(net(x) - f(x)).max())
            small, large = errors[10], errors[40]
            close = large <= 0.1 * np.ptp(f(x))
            if close and (large <= small / 2 or small < 1e-3):
                continue
            message = (
                f"for f(x) = {name} the largest error on [0, 1] is {small:.3g} with 10 "
                f"neurons and {large:.3g} with 40"
            )
            raise Wrong(message, self._hint(net(x) - f(x), f, small, large, parts))

    @staticmethod
    def _hint(error, f, small, large, parts):
        if not np.isfinite(error).all():
            return "Some number is not finite: keep the weights below a thousand."
        w, b = (as_array(part) for part in parts[:2])
        if np.mean(b * (w + b) > 0) > 0.5:  # no step between 0 and 1
            return "A step stands where w x + b = 0: most of yours are not in [0, 1]."
        if np.ptp(error) < 0.5 * np.abs(error).max():
            return "The shape is right but shifted: set c so that it starts at f(0)."
        if abs(abs(error[-1] - error[0]) - abs(f(1.0) - f(0.0))) < 0.1 * abs(
            f(1.0) - f(0.0)
        ):
            return "tanh climbs by 2: a step of height h needs v = h / 2."
        if large > small / 2:
            return (
                "More neurons bring too little: place the steps closer, and make "
                "them steeper as they get narrower."
            )
        return "One step for each piece of [0, 1], as high as f climbs there."

    def solution(self):
        """A staircase: at the middle of each piece, a step as high as f climbs."""

        def approximate(f, units):
            edges = np.linspace(0, 1, units + 1)
            middle = (edges[:-1] + edges[1:]) / 2
            w = np.full(units, 2.0 * units)
            v = np.diff(f(edges)) / 2  # tanh climbs by 2
            return w, -w * middle, v, f(0) + v.sum()

        return approximate

    def wrong_answers(self):
        """Heights doubled, offset forgotten, steps that never get steeper."""

        def staircase(f, units, height=0.5, steep=2.0, start=1.0):
            edges = np.linspace(0, 1, units + 1)
            w = np.full(units, steep * units)
            v = np.diff(f(edges)) * height
            c = start * f(0) + v.sum()
            return w, -w * (edges[:-1] + edges[1:]) / 2, v, c

        def gentle(f, units):
            return staircase(f, units, steep=5 / units)

        def unsigned(f, units):
            w, b, v, c = staircase(f, units)
            return w, -b, v, c

        return [
            (lambda f, units: staircase(f, units, height=1.0), "v = h / 2"),
            (unsigned, "w x + b = 0"),
            (lambda f, units: staircase(f, units, start=0.0), "starts at f(0)"),
            (gentle, "steeper"),
            (lambda f, units: staircase(f, 8), "for each hidden neuron"),
        ]
