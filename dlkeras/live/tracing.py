"""NumPy code turned into Keras operations, by running it once."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops


class Traced(np.lib.mixins.NDArrayOperatorsMixin):
    """A vector, or a number, that stands for the tensor of a Functional model.

    NumPy's functions and operators work on it, element by element, and so does
    `sum`; each becomes the Keras operation of the same name. There is no batch
    axis: code that is written for one point is traced as it is.

    Args:
        tensor: Shape `(batch, size)`; with size 1 it stands for a number.
    """

    def __init__(self, tensor: keras.KerasTensor):
        self.tensor = tensor

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        function = getattr(ops, ufunc.__name__, None)
        # `t += 1` names t as `out`; it gets a new tensor like any other result.
        if function is None or method != "__call__" or options.keys() - {"out"}:
            return NotImplemented
        return Traced(function(*map(_operand, inputs)))

    def __getitem__(self, index: Any) -> "Traced":
        position = index[-1] if isinstance(index, tuple) else index  # w[..., 0]
        size = self.tensor.shape[1]
        if not -size <= position < size:  # iteration ends here as well
            raise IndexError(f"There are {size} numbers. Received: index={index!r}")
        position %= size
        return Traced(self.tensor[:, position : position + 1])

    def __iter__(self) -> Iterator["Traced"]:
        return (self[position] for position in range(self.tensor.shape[1]))

    def __bool__(self) -> bool:
        raise TypeError("what is decided by `if` cannot be exported")

    def sum(self, axis: int = -1, out: None = None) -> "Traced":
        """Add up the numbers."""
        return Traced(ops.sum(self.tensor, axis=-1, keepdims=True))


def join(pair: Any) -> Any:
    """A vector out of the two numbers of a list, a tuple or an array of them."""
    if isinstance(pair, Traced):
        return pair
    if all(isinstance(one, Traced) for one in pair):
        return Traced(ops.concatenate([one.tensor for one in pair], axis=-1))
    return np.stack(list(pair), axis=-1)


def _operand(value: Any) -> Any:
    return value.tensor if isinstance(value, Traced) else np.asarray(value, "float32")
