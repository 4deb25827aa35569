"""Exercises of the lab *Neural networks and the anatomy of a neuron*."""

import itertools

import numpy as np

from dlkeras.workbook.exercise import Exercise, Wrong, as_array, attempt


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _shown(array: np.ndarray) -> str:
    return np.array2string(array, precision=3, separator=", ").replace("\n", "")


class Parameters(Exercise):
    """Parameters of a network with layers of 30, 16, 8 and 2."""

    name = "parameters"

    def grade(self, answer):
        """One number; the usual slips give others."""
        got = as_array(answer)
        if got.shape != ():
            raise Wrong(
                f"expected one number, got {answer!r}",
                "Add up the parameters of the three layers.",
            )
        if got == 650:
            return
        mistakes = {
            624: "You counted the weights only: each neuron has a bias, too.",
            627: "A bias belongs to each neuron, not to each layer.",
            680: "The inputs are no neurons: they have no bias.",
            632: "The output neurons have a bias each, too.",
            496: "That is the first layer. Add the two others.",
            56: "You counted the nodes. Count the connections and biases.",
            7680: "Layers add up; only inputs and neurons of one layer multiply.",
        }
        raise Wrong(
            f"expected another number than {got:g}",
            mistakes.get(
                int(got),
                "Each layer has (inputs + 1) × neurons: which three are these?",
            ),
        )

    def solution(self):
        """Three layers, each with one more input than it seems."""
        count = (30 + 1) * 16 + (16 + 1) * 8 + (8 + 1) * 2
        return count

    def wrong_answers(self):
        """Biases forgotten, one a layer, one an input; one layer; the nodes."""
        return [
            (30 * 16 + 16 * 8 + 8 * 2, "a bias, too"),
            (30 * 16 + 16 * 8 + 8 * 2 + 3, "not to each layer"),
            (650 + 30, "no neurons"),
            (31 * 16, "two others"),
            (30 + 16 + 8 + 2, "Count the connections"),
            (651, "(inputs + 1)"),
        ]


class Forward(Exercise):
    """The forward pass of any network of sigmoid layers."""

    name = "forward"

    def grade(self, answer):
        """Networks of one, two and four layers."""
        rng = np.random.default_rng(0)
        for sizes in ([3, 2], [2, 4, 1], [3, 5, 4, 2, 3]):
            weights = [
                (rng.normal(size=(n, m)), rng.normal(size=m))
                for n, m in itertools.pairwise(sizes)
            ]
            x = rng.normal(size=(6, sizes[0]))
            copies = [(W.copy(), b.copy()) for W, b in weights]
            got = as_array(attempt(answer, x.copy(), copies))
            expected = self._forward(x, weights)
            if got.shape == expected.shape and np.allclose(got, expected, atol=1e-6):
                continue
            if got.shape == expected.shape:
                came = (
                    f"{_shown(expected[0])} for the first sample, got {_shown(got[0])}"
                )
            else:
                came = f"shape {expected.shape}, got {got.shape}"
            layers = "-".join(map(str, sizes))
            message = f"for a network {layers} expected {came}"
            raise Wrong(message, self._hint(got, expected, x, weights))

    @staticmethod
    def _forward(x, weights, bend=_sigmoid):
        for W, b in weights:
            x = bend(x @ W + b)
        return x

    def _hint(self, got, expected, x, weights):
        W, b = weights[-1]
        before = self._forward(x, weights[:-1])
        first = self._forward(x, weights[:1])
        mistakes = [
            (before @ W + b, "The last layer has a sigmoid, too."),
            (self._forward(x, weights, lambda z: z), "Every layer needs its sigmoid."),
            (_sigmoid(self._forward(x, weights, lambda z: z)), "each layer, not only"),
            (
                self._forward(x, [(W, 0 * b) for W, b in weights]),
                "Where are the biases? Add b in each layer.",
            ),
            (self._forward(x, weights, np.tanh), "That is tanh: use the sigmoid."),
        ]
        for value, hint in mistakes:
            if got.shape == value.shape and np.allclose(got, value, atol=1e-6):
                if hint == "each layer, not only":
                    return "The sigmoid bends each layer, not only the last."
                return hint
        if got.shape == first.shape and np.allclose(got, first) and len(weights) > 1:
            return "You returned after the first layer: go on until the list ends."
        if got.shape != expected.shape:
            return "One row a sample, one column an output of the last layer."
        return "Each layer reads what the one before has answered, not x again."

    def solution(self):
        """The answers of one layer are the inputs of the next."""

        def my_forward(x, weights):
            a = x
            for W, b in weights:
                a = 1 / (1 + np.exp(-(a @ W + b)))
            return a

        return my_forward

    def wrong_answers(self):
        """Linear output, one bend only, no biases, first layer only."""

        def first_only(x, weights):
            return self._forward(x, weights[:1])

        def linear_output(x, weights):
            *hidden, (W, b) = weights
            return self._forward(x, hidden) @ W + b

        def bent_at_the_end(x, weights):
            return _sigmoid(self._forward(x, weights, lambda z: z))

        def no_biases(x, weights):
            return self._forward(x, [(W, 0) for W, _ in weights])

        return [
            (first_only, "until the list ends"),
            (linear_output, "last layer has a sigmoid"),
            (bent_at_the_end, "not only the last"),
            (no_biases, "biases"),
        ]


class Bump(Exercise):
    """A network by hand that answers yes between 1 and 2 only."""

    name = "bump"

    def grade(self, answer):
        """Its answers left of, on and right of the bump."""
        (W1, b1), (W2, b2) = self._layers(answer)
        zones = {
            "below 0.8": np.linspace(-3, 0.8, 39),
            "from 1.2 to 1.8": np.linspace(1.2, 1.8, 13),
            "above 2.2": np.linspace(2.2, 6, 39),
        }
        yes = {}
        for zone, x in zones.items():
            hidden = _sigmoid(np.clip(x[:, None] @ W1 + b1, -500, 500))
            z = (hidden @ W2 + b2)[:, 0]
            yes[zone] = z > 0, x, _sigmoid(np.clip(z, -500, 500))
        wanted = (False, True, False)
        for (zone, (over, x, y)), want in zip(yes.items(), wanted, strict=True):
            if (over == want).all():
                continue
            first = np.flatnonzero(over != want)[0]
            message = (
                f"for x = {x[first]:.1f} ({zone}) expected "
                f"{'more' if want else 'less'} than 0.5, got {y[first]:.3f}"
            )
            shares = [over.mean() for over, _, _ in yes.values()]
            raise Wrong(message, self._hint(W1[0], b1, shares))

    @staticmethod
    def _layers(answer):
        shapes = ((1, 2), (2,)), ((2, 1), (1,))
        problem = Wrong(
            f"expected [(W1, b1), (W2, b2)], got {answer!r}",
            "The shapes are W1 (1, 2), b1 (2,), W2 (2, 1), b2 (1,): "
            "[([[., .]], [., .]), ([[.], [.]], [.])].",
        )
        try:
            layers = [tuple(as_array(part) for part in pair) for pair in answer]
        except TypeError:
            raise problem from None
        if tuple(tuple(part.shape for part in pair) for pair in layers) != shapes:
            raise problem
        return layers

    @staticmethod
    def _hint(w, b, shares):
        low, middle, high = shares
        if not w.all():
            return "A hidden neuron with weight 0 takes no notice of the input."
        crossings = np.sort(-b / w)
        if np.abs(crossings - [1, 2]).max() > 0.2:
            return (
                "A hidden neuron with weight w and bias b crosses one half at "
                f"x = −b / w. Yours do at {crossings[0]:.2g} and {crossings[1]:.2g}: "
                "which places would help?"
            )
        if np.abs(w).min() < 3:
            return (
                "The flanks are too flat: make the weights of the hidden layer larger."
            )
        if low == high == 1 and middle < 0.5:
            return "Upside down: turn the signs of W2 and b2 around."
        if low == middle == high == 1:
            return "It always says yes. Lower the bias of the output."
        if low == middle == high == 0:
            return (
                "It never says yes. Make the weights larger, or the output's bias "
                "less negative."
            )
        if middle == 1 and low == 0:
            return (
                "It goes up and does not come down again: let the second hidden neuron "
                "rise at 2, and count against the first."
            )
        if middle == 1 and high == 0:
            return "It comes down, but should first go up: let one neuron rise at 1."
        return "Close: play with the weights and the bias of the output."

    def solution(self):
        """One neuron goes up at 1, the other at 2; their difference is a bump."""
        W1, b1 = [[20, 20]], [-20, -40]
        W2, b2 = [[10], [-10]], [-5]
        bump = [(W1, b1), (W2, b2)]
        return bump

    def wrong_answers(self):
        """A step, upside down, always, never, at the wrong place, wrong shape."""
        W1, b1 = [[20, 20]], [-20, -40]
        return [
            ([(W1, b1), ([[10], [10]], [-5])], "does not come down"),
            ([(W1, b1), ([[-10], [10]], [5])], "Upside down"),
            ([(W1, b1), ([[10], [-10]], [5])], "always says yes"),
            ([(W1, b1), ([[10], [-10]], [-15])], "never says yes"),
            ([([[20, 20]], [20, 40]), ([[10], [-10]], [-5])], "at -2 and -1"),
            ([([[20, 20]], [-10, -20]), ([[10], [-10]], [-5])], "at 0.5 and 1"),
            ([([[1, 1]], [-1, -2]), ([[10], [-10]], [-5])], "too flat"),
            ([([[20, 0]], [-20, -40]), ([[10], [-10]], [-5])], "weight 0"),
            ([([20, 20], b1), ([10, -10], -5)], "The shapes are"),
        ]
