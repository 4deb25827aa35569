"""Exercises of the lab *Backpropagation*."""

import numpy as np

from dlkeras.workbook.exercise import (
    Exercise,
    Wrong,
    as_array,
    as_parts,
    attempt,
    is_close,
)


class Slopes(Exercise):
    """Two slopes by the chain rule, on paper."""

    name = "slopes"

    def grade(self, answer):
        """Compare with the slopes of L = a b + a² at a = 3, b = −2."""
        got = as_array(answer)
        if got.shape != (2,):
            raise Wrong(
                f"expected two slopes, got {answer!r}",
                "Give the slope for a and the slope for b, as (…, …).",
            )
        if is_close(got, [4, 3]):
            return
        if is_close(got, [3, 4]):
            hint = "Both are right, in the wrong order: a comes first."
        elif is_close(got[0], 6) or is_close(got[0], -2):
            hint = (
                "Two paths lead from a to L, one through a b and one through a². "
                "Their slopes add."
            )
        elif is_close(got[0], 1):
            hint = "The slope of a² is 2 a: a is both of its factors."
        elif is_close(got[1], -2):
            hint = "The local slope of a product is the other factor."
        else:
            hint = "Slope of a b for a: b. For b: a. Slope of a² for a: 2 a."
        shown = ", ".join(f"{slope:g}" for slope in got)
        raise Wrong(f"at a = 3, b = −2 these are not the slopes: ({shown})", hint)

    def solution(self):
        """Two paths from a, one from b."""
        a, b = 3, -2
        slopes = (b + 2 * a, a)
        return slopes

    def wrong_answers(self):
        """A path forgotten, the order swapped, a wrong rule."""
        return [
            ((6, 3), "Their slopes add"),
            ((-2, 3), "Their slopes add"),
            ((3, 4), "wrong order"),
            ((1, 3), "2 a"),
            ((4, -2), "other factor"),
            (4, "as (…, …)"),
        ]


class ReluBackward(Exercise):
    """The backward pass of a layer with ReLU."""

    name = "relu_backward"

    def grade(self, answer):
        """Three gradients for a batch of five, by shape and by value."""
        rng = np.random.default_rng(0)
        x, W = rng.normal(size=(5, 3)), rng.normal(size=(3, 2))
        b, da = rng.normal(size=2), rng.normal(size=(5, 2))
        copies = [array.copy() for array in (x, W, b, da)]
        result = attempt(answer, *copies)
        result = as_parts(
            result, 3, "the gradients dx, dW, db", "End with: return dx, dW, db."
        )
        dz = da * (x @ W + b > 0)
        right = {"dx": dz @ W.T, "dW": x.T @ dz, "db": dz.sum(axis=0)}
        got = dict(zip(right, map(as_array, result), strict=True))
        unmasked = {"dx": da @ W.T, "dW": x.T @ da, "db": da.sum(axis=0)}
        for name, expected in right.items():
            mine = got[name]
            if is_close(mine, expected):
                continue
            if mine.shape != expected.shape:
                message = f"{name} has shape {mine.shape}, expected {expected.shape}"
            else:
                message = f"{name} has the right shape, but not the right values"
            raise Wrong(
                message, self._hint(name, mine, expected, unmasked[name], right)
            )

    @staticmethod
    def _hint(name, mine, expected, unmasked, right):
        if any(is_close(mine, other) for n, other in right.items() if n != name):
            return "The three are in another order: dx, dW, db."
        if is_close(mine, unmasked):
            return "Where z is not above 0, ReLU is flat: nothing flows back there."
        if is_close(mine * 5, expected):
            return "Sum over the samples. The mean is taken once, by the loss."
        if name == "db" and mine.shape != expected.shape:
            return "One bias serves all samples: sum over them, axis 0."
        if mine.shape != expected.shape:
            return "A gradient has the shape of what it belongs to: which one fits?"
        return "First dz = da where z > 0, else 0. Then as in the text, with this dz."

    def solution(self):
        """As in the text, with the slope of ReLU."""

        def relu_backward(x, W, b, da):
            dz = da * (x @ W + b > 0)
            return dz @ W.T, x.T @ dz, dz.sum(axis=0)

        return relu_backward

    def wrong_answers(self):
        """No slope, the order, the mean, no sum, a transpose."""

        def dz_of(x, W, b, da):
            return da * (x @ W + b > 0)

        def no_slope(x, W, b, da):
            return da @ W.T, x.T @ da, da.sum(axis=0)

        def other_order(x, W, b, da):
            dz = dz_of(x, W, b, da)
            return x.T @ dz, dz.sum(axis=0), dz @ W.T

        def mean(x, W, b, da):
            dz = dz_of(x, W, b, da)
            return dz @ W.T, x.T @ dz / len(x), dz.mean(axis=0)

        def no_sum(x, W, b, da):
            dz = dz_of(x, W, b, da)
            return dz @ W.T, x.T @ dz, dz

        def transposed(x, W, b, da):
            dz = dz_of(x, W, b, da)
            return dz @ W.T, dz.T @ x, dz.sum(axis=0)

        def mask_by_gradient(x, W, b, da):
            dz = da * (da > 0)
            return dz @ W.T, x.T @ dz, dz.sum(axis=0)

        return [
            (no_slope, "nothing flows back"),
            (other_order, "another order"),
            (mean, "taken once"),
            (no_sum, "axis 0"),
            (transposed, "which one fits"),
            (mask_by_gradient, "where z > 0"),
            (lambda x, W, b, da: x.T @ da, "return dx, dW, db"),
        ]


class FirstWeights(Exercise):
    """First weights that carry a gradient through forty layers."""

    name = "first_weights"

    def grade(self, answer):
        """Send inputs forward and a gradient back, through three networks."""
        kept = []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            a, stack = rng.normal(size=(64, 48)), []
            for inputs, units in [(48, 64)] + [(64, 64)] * 39:
                W = as_array(attempt(answer, inputs, units, rng))
                if W.shape != (inputs, units):
                    raise Wrong(
                        f"for {inputs} inputs and {units} units the weights have "
                        f"shape {W.shape}, expected ({inputs}, {units})",
                        "One row for each input, one column for each unit.",
                    )
                if np.allclose(W, W[:, :1], rtol=1e-6, atol=0):
                    raise Wrong(
                        f"all {units} units of a layer have the same weights",
                        "They would stay equal for ever: draw the weights at random.",
                    )
                a = np.tanh(a @ W)
                stack.append((W, a))
            da = rng.normal(size=a.shape)
            first = np.linalg.norm(da)
            for W, a in stack[:0:-1]:
                da = (da * (1 - a**2)) @ W.T
            kept.append(np.linalg.norm(da) / first)
        share = float(np.exp(np.mean(np.log(np.maximum(kept, 1e-300)))))
        if 0.01 <= share <= 100:
            return
        message = f"at the first layer the gradient has {share:.1e} times its size"
        if share < 1:
            hint = (
                "It vanished. Each unit sums many inputs: how large must a weight be "
                "for the sum to be as large as one input?"
            )
        else:
            hint = (
                "It exploded. The sum of n random numbers is √n times as large as "
                "one: what does that say about a weight?"
            )
        raise Wrong(message, hint)

    def solution(self):
        """Variance 1 over the number of inputs: the sum keeps its size."""
        import numpy as np

        def first_weights(inputs, units, rng):
            return rng.normal(0, 1 / np.sqrt(inputs), size=(inputs, units))

        return first_weights

    def wrong_answers(self):
        """Too small, too large, all equal, all zero, transposed."""
        return [
            (lambda n, m, rng: rng.normal(0, 0.01, size=(n, m)), "It vanished"),
            (lambda n, m, rng: rng.normal(size=(n, m)), "It exploded"),
            (lambda n, m, rng: rng.normal(0, 1 / n, size=(n, m)), "It vanished"),
            (lambda n, m, rng: np.full((n, m), 1 / n), "stay equal"),
            (lambda n, m, rng: np.zeros((n, m)), "stay equal"),
            (lambda n, m, rng: rng.normal(size=(m, n)) / n**0.5, "One row"),
        ]
