"""Gradients by the backend's own automatic differentiation.

Keras trains on three backends but offers no call of its own for a gradient.
This is the one place where a lab's code asks which backend it runs on.
"""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np


def value_and_gradients(
    function: Callable[[], Any], variables: Sequence[keras.Variable]
) -> tuple[float, list[np.ndarray]]:
    """Evaluate a scalar function, and its gradient for each variable.

    Args:
        function: Takes nothing and returns a scalar tensor computed from
            `variables` by Keras layers, losses or `keras.ops`.
        variables: Float variables of Keras, such as `model.trainable_variables`.

    Returns:
        The value, and one array for each variable, of the variable's shape.
        A variable that the function does not use has a gradient of zeros.

    Raises:
        ValueError: If the function's result is no scalar, or there is no
            variable.

    >>> w = keras.Variable([1.0, 2.0])
    >>> value_and_gradients(lambda: keras.ops.sum(w**2), [w])
    (5.0, [array([2., 4.], dtype=float32)])
    """
    if not variables:
        raise ValueError(f"At least one variable is needed. Received: {variables!r}")
    value, gradients = _BACKENDS[keras.backend.backend()](function, variables)
    if len(value.shape):
        raise ValueError(
            "The function must return a scalar. "
            f"Received a result of shape {tuple(value.shape)}"
        )
    arrays = [
        np.zeros(v.shape, v.dtype) if g is None else keras.ops.convert_to_numpy(g)
        for v, g in zip(variables, gradients, strict=True)
    ]
    return float(value), arrays


def _tensorflow(function, variables):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = function()
    if value.shape.rank != 0:
        return value, []
    return value, tape.gradient(value, [v.value for v in variables])


def _jax(function, variables):
    import jax

    def pure(values):
        scope = keras.StatelessScope(list(zip(variables, values, strict=True)))
        with scope:
            return function()

    values = [v.value for v in variables]
    if jax.eval_shape(pure, values).shape != ():
        return pure(values), []
    return jax.value_and_grad(pure)(values)


def _torch(function, variables):
    import torch

    values = [v.value for v in variables]
    value = function()
    if value.ndim != 0:
        return value, []
    return value.detach(), torch.autograd.grad(value, values, allow_unused=True)


_BACKENDS = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}
