"""Automatic differentiation of numbers, in one screen."""

import itertools
import math
from collections.abc import Iterable
from numbers import Real

_number = itertools.count()


class Value:
    """A number that remembers how it was made, and so knows its slopes.

    Arithmetic on values builds a graph. `backward` walks it from the result
    to the inputs and leaves in each value's `grad` how much the result
    changes when that value does. Each value keeps pairs of a parent and the
    *local slope* with respect to it: that is all the chain rule needs.

    Args:
        data: The number.
        name: What to call it in drawings and messages.

    Attributes:
        data: The number, a float.
        grad: Slope of the value on which `backward` was last called, with
            respect to this one. A new call starts from zero; it does not add
            to the last one, as PyTorch's does.
        op: How it was made: `"+"`, `"−"`, `"×"`, `"÷"`, `"^2"`, `"tanh"`, …;
            empty for an input.
        parents: Pairs of a parent and the local slope.

    References:
        - Wengert (1964), https://doi.org/10.1145/355586.364791
        - Karpathy (2020), https://github.com/karpathy/micrograd: the idea of
          an engine for single numbers that fits on one screen.

    >>> w, x = Value(3, "w"), Value(2, "x")
    >>> y = w * x + 1
    >>> y.backward()
    >>> w
    Value(w = 3, grad=2)
    >>> y
    Value(6 + 1 = 7, grad=1)
    """

    __array_ufunc__ = None  # NumPy's numbers leave arithmetic to this class

    def __init__(
        self,
        data: float,
        name: str = "",
        *,
        op: str = "",
        parents: Iterable[tuple["Value", float]] = (),
    ):
        self.data, self.grad = float(data), 0.0
        self.name, self.op = name, op
        self.parents = tuple(parents)
        self._number = next(_number)  # a child's number is above its parents'

    def __repr__(self) -> str:
        of = [parent.name or f"{parent.data:.4g}" for parent, _ in self.parents]
        if len(of) == 2:
            made = f" {self.op} ".join(of)
        elif self.op.startswith("^"):
            made = of[0] + self.op
        else:
            made = f"{self.op}({of[0]})" if of else ""
        parts = [part for part in (self.name, made, f"{self.data:.4g}") if part]
        return f"Value({' = '.join(parts)}, grad={self.grad:.4g})"

    # Each operation: its result, and the local slope for each parent.

    def __add__(self, other):
        return _binary("+", self, other, lambda a, b: (a + b, 1, 1))

    def __sub__(self, other):
        return _binary("−", self, other, lambda a, b: (a - b, 1, -1))

    def __mul__(self, other):
        return _binary("×", self, other, lambda a, b: (a * b, b, a))

    def __truediv__(self, other):
        return _binary("÷", self, other, lambda a, b: (a / b, 1 / b, -a / b**2))

    def __pow__(self, n: float) -> "Value":
        if not isinstance(n, Real):
            return NotImplemented
        if self.data < 0 and n != int(n):
            raise ValueError(
                "A negative number has no real fractional power. "
                f"Received: {self.data:g} ** {n}"
            )
        slope = n * self.data ** (n - 1) if n else 0.0
        return Value(self.data**n, op=f"^{n:g}", parents=[(self, slope)])

    def exp(self) -> "Value":
        """The exponential; its slope is itself."""
        a = math.exp(self.data)
        return Value(a, op="exp", parents=[(self, a)])

    def log(self) -> "Value":
        """The natural logarithm of a number above 0.

        Raises:
            ValueError: If the number is not above 0.
        """
        if self.data <= 0:
            raise ValueError(f"`log` needs a number above 0. Received: {self.data:g}")
        return Value(math.log(self.data), op="log", parents=[(self, 1 / self.data)])

    def tanh(self) -> "Value":
        """The hyperbolic tangent, between −1 and 1."""
        a = math.tanh(self.data)
        return Value(a, op="tanh", parents=[(self, 1 - a**2)])

    def sigmoid(self) -> "Value":
        """The logistic function, between 0 and 1."""
        a = (1 + math.tanh(self.data / 2)) / 2  # no overflow
        return Value(a, op="sigmoid", parents=[(self, a * (1 - a))])

    def relu(self) -> "Value":
        """The number if above 0, else 0; the slope at 0 is 0, as in Keras."""
        return Value(
            max(self.data, 0), op="relu", parents=[(self, float(self.data > 0))]
        )

    def __neg__(self):
        return self * -1

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other):
        return _as_value(other) - self

    def __rtruediv__(self, other):
        return _as_value(other) / self

    def graph(self) -> list["Value"]:
        """All values that this one was made from, oldest first, itself last."""
        found, waiting = {self}, [self]
        while waiting:
            new = {parent for parent, _ in waiting.pop().parents} - found
            found |= new
            waiting.extend(new)
        return sorted(found, key=lambda value: value._number)

    def backward(self) -> None:
        """Fill in `grad` of every value in the graph, by the chain rule."""
        graph = self.graph()
        for value in graph:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(graph):  # children before their parents
            for parent, slope in value.parents:
                parent.grad += slope * value.grad


def _as_value(number) -> Value:
    return number if isinstance(number, Value) else Value(number)


def _binary(op, a, b, rule) -> Value:
    if not isinstance(b, Value | Real):
        return NotImplemented
    a, b = _as_value(a), _as_value(b)
    data, slope_a, slope_b = rule(a.data, b.data)
    return Value(data, op=op, parents=[(a, slope_a), (b, slope_b)])
