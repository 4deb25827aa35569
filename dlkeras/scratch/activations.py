"""Activation functions in NumPy, each with its derivative.

>>> from dlkeras.scratch import activations
>>> activations.relu(np.array([-1.0, 2.0]))
array([0., 2.])
>>> activations.relu.derivative(np.array([-1.0, 2.0]))
array([0., 1.])
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LEAKY_SLOPE = 0.2  # as in `keras.activations.leaky_relu`

_erf = np.vectorize(math.erf, otypes=[float])


@dataclass(frozen=True, repr=False)
class Activation:
    """A function that works on each number alone, and its derivative.

    Args:
        name: The name that Keras gives the function.
        function: Maps scores `z` to values, element by element.
        slope: Maps scores `z` to the derivative there.

    >>> square = Activation("square", lambda z: z**2, lambda z: 2 * z)
    >>> square(3.0), square.derivative(3.0)
    (9.0, 6.0)
    """

    name: str
    function: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]

    def __repr__(self) -> str:
        return f"Activation({self.name!r})"

    def __call__(self, z: np.ndarray) -> np.ndarray:
        """Values of the shape of the scores `z`."""
        return self.function(np.asarray(z, dtype=float))

    def derivative(self, z: np.ndarray) -> np.ndarray:
        """Derivatives at the scores `z`, of their shape.

        At its kink, ReLU's derivative counts as 0 and leaky ReLU's as its
        small slope, as in Keras.
        """
        return self.slope(np.asarray(z, dtype=float))


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))  # 1 / (1 + exp(-z)), without overflow


def _normal_share(z):
    """Share of a standard normal distribution that lies below z."""
    return 0.5 * (1 + _erf(z / math.sqrt(2)))


def _normal_density(z):
    return np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


linear = Activation("linear", lambda z: z + 0.0, np.ones_like)
sigmoid = Activation("sigmoid", _sigmoid, lambda z: _sigmoid(z) * _sigmoid(-z))
tanh = Activation("tanh", np.tanh, lambda z: 1 - np.tanh(z) ** 2)
relu = Activation(
    "relu", lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)
)
leaky_relu = Activation(
    "leaky_relu",
    lambda z: np.where(z > 0, z, LEAKY_SLOPE * z),
    lambda z: np.where(z > 0, 1.0, LEAKY_SLOPE),
)
elu = Activation(
    "elu",
    lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    lambda z: np.exp(np.minimum(z, 0)),
)
gelu = Activation(
    "gelu",
    lambda z: z * _normal_share(z),
    lambda z: _normal_share(z) + z * _normal_density(z),
)
silu = Activation(
    "silu",
    lambda z: z * _sigmoid(z),
    lambda z: _sigmoid(z) * (1 + z * _sigmoid(-z)),
)
softplus = Activation("softplus", lambda z: np.logaddexp(0, z), _sigmoid)

_BY_NAME = {
    activation.name: activation
    for activation in (
        linear,
        sigmoid,
        tanh,
        relu,
        leaky_relu,
        elu,
        gelu,
        silu,
        softplus,
    )
}


def get(name: str | Activation) -> Activation:
    """The activation of that name; an `Activation` is handed back.

    Args:
        name: Its name in Keras, such as `"relu"`.

    Raises:
        ValueError: If there is none of that name.
    """
    if isinstance(name, Activation):
        return name
    if name not in _BY_NAME:
        raise ValueError(
            f"`name` must be one of {', '.join(_BY_NAME)}. Received: name={name!r}"
        )
    return _BY_NAME[name]


def softmax(z: np.ndarray, axis: int = -1) -> np.ndarray:
    """Probabilities from scores: positive, with sum 1 along an axis.

    Args:
        z: Scores of any size; the largest is subtracted first, so that no
            exponential overflows.
        axis: The axis of the classes.

    Returns:
        Probabilities of the shape of `z`.

    References:
        Bridle (1990), https://doi.org/10.1007/978-3-642-76153-9_28
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(z: np.ndarray, axis: int = -1) -> np.ndarray:
    """Logarithm of `softmax`, exact also where a probability rounds to 0."""
    z = np.asarray(z, dtype=float)
    z = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


def softmax_jacobian(z: np.ndarray) -> np.ndarray:
    """Derivative of each probability for each score, along the last axis.

    Args:
        z: Scores, shape `(..., classes)`.

    Returns:
        Shape `(..., classes, classes)`: entry `[i, j]` says how probability
        `i` changes with score `j`.
    """
    p = softmax(z)
    return p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :])
