"""Loss functions in NumPy, each with its gradient.

A loss takes targets and predictions of shape `(samples, outputs)`, or any
other shape with the outputs on the last axis, and gives one number for each
sample, as in Keras.

>>> from dlkeras.scratch import losses
>>> losses.mse([[1.0], [2.0]], [[2.0], [4.0]])
array([1., 4.])
>>> losses.mse.gradient([[1.0], [2.0]], [[2.0], [4.0]])
array([[1.],
       [2.]])
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlkeras.scratch.activations import log_softmax, softmax

EPSILON = 1e-7  # keeps probabilities off 0 and 1, as `keras.config.epsilon()`


@dataclass(frozen=True, repr=False)
class Loss:
    """A loss and its gradient.

    Args:
        name: Its name.
        losses: Maps `y_true` and `y_pred` to one loss for each sample.
        slope: Maps them to the derivative of each sample's loss for each of
            its predictions, of the shape of `y_pred`.
    """

    name: str
    losses: Callable[[np.ndarray, np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray]

    def __repr__(self) -> str:
        return f"Loss({self.name!r})"

    def __call__(self, y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
        """One loss for each sample, shape `(samples,)`."""
        return self.losses(*_arrays(y_true, y_pred))

    def gradient(self, y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
        """Gradient of the mean loss for the predictions, of their shape."""
        y_true, y_pred = _arrays(y_true, y_pred)
        slope = self.slope(y_true, y_pred)
        return slope / max(1, np.prod(slope.shape[:-1], dtype=int))


def _arrays(y_true, y_pred):
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred, dtype=float)
    if y_pred.ndim == 0 or y_true.shape not in (y_pred.shape, y_pred.shape[:-1]):
        raise ValueError(
            "`y_true` must have the shape of `y_pred`, or lack its last axis where "
            f"it holds class numbers. Received: {y_true.shape} and {y_pred.shape}"
        )
    return y_true, y_pred


def _of_errors(name, f, df):
    """A loss of the errors y_pred − y_true alone, averaged over the outputs."""

    def check(y_true, y_pred):
        if y_true.shape != y_pred.shape:
            raise ValueError(
                "`y_true` and `y_pred` must have one shape. "
                f"Received: {y_true.shape} and {y_pred.shape}"
            )
        return y_pred - y_true

    return Loss(
        name,
        lambda y_true, y_pred: f(check(y_true, y_pred)).mean(axis=-1),
        lambda y_true, y_pred: df(check(y_true, y_pred)) / y_pred.shape[-1],
    )


mse = _of_errors("mse", np.square, lambda e: 2 * e)
mae = _of_errors("mae", np.abs, np.sign)


def huber(delta: float = 1.0) -> Loss:
    """Squared near 0, straight beyond `delta`.

    References:
        Huber (1964), https://doi.org/10.1214/aoms/1177703732
    """
    _positive(delta=delta)
    return _of_errors(
        f"huber({delta:g})",
        lambda e: np.where(
            np.abs(e) <= delta, e**2 / 2, delta * (np.abs(e) - delta / 2)
        ),
        lambda e: np.clip(e, -delta, delta),
    )


def quantile(q: float = 0.5) -> Loss:
    """Pinball loss: its best constant is the `q`-quantile of the targets.

    References:
        Koenker and Bassett (1978), https://doi.org/10.2307/1913643
    """
    if not 0 < q < 1:
        raise ValueError(f"`q` must lie between 0 and 1. Received: q={q!r}")
    return _of_errors(
        f"quantile({q:g})",
        lambda e: np.maximum(-q * e, (1 - q) * e),
        lambda e: np.where(e > 0, 1 - q, np.where(e < 0, -q, 0.0)),
    )


def _clip(p):
    return np.clip(p, EPSILON, 1 - EPSILON)


def _floor(p):
    return np.clip(p, EPSILON, 1)


def _inside(p):
    """1 where clipping leaves a probability alone, 0 where it does not."""
    return (p > EPSILON) & (p < 1 - EPSILON)


binary_crossentropy = Loss(
    "binary_crossentropy",
    lambda y, p: (
        -np.mean(y * np.log(_clip(p)) + (1 - y) * np.log(1 - _clip(p)), axis=-1)
    ),
    lambda y, p: _inside(p) * ((1 - y) / (1 - _clip(p)) - y / _clip(p)) / p.shape[-1],
)


def focal(gamma: float = 2.0, alpha: float | None = None) -> Loss:
    """Binary cross-entropy, weighted down by `(1 - p_t)**gamma` where it is right.

    Args:
        gamma: How strongly; 0 is binary cross-entropy.
        alpha: Weight of class 1, against `1 - alpha` for class 0; no weights
            if None.

    References:
        Lin et al. (2017), https://arxiv.org/abs/1708.02002
    """
    if not gamma >= 0:
        raise ValueError(f"`gamma` must be at least 0. Received: gamma={gamma!r}")
    if alpha is not None and not 0 < alpha < 1:
        raise ValueError(f"`alpha` must lie between 0 and 1. Received: alpha={alpha!r}")

    def weight(y):
        return 1.0 if alpha is None else np.where(y == 1, alpha, 1 - alpha)

    def losses(y, p):
        p_t = np.where(y == 1, _clip(p), 1 - _clip(p))
        return np.mean(-weight(y) * (1 - p_t) ** gamma * np.log(p_t), axis=-1)

    def slope(y, p):
        p_t = np.where(y == 1, _clip(p), 1 - _clip(p))
        by_p_t = (1 - p_t) ** gamma * (gamma * np.log(p_t) / (1 - p_t) - 1 / p_t)
        sign = np.where(y == 1, 1, -1)
        return _inside(p) * weight(y) * sign * by_p_t / p.shape[-1]

    return Loss(f"focal({gamma:g})", losses, slope)


hinge = Loss(
    "hinge",
    lambda y, z: np.mean(np.maximum(1 - _signs(y) * z, 0), axis=-1),
    lambda y, z: np.where(_signs(y) * z < 1, -_signs(y), 0.0) / z.shape[-1],
)
categorical_crossentropy = Loss(
    "categorical_crossentropy",
    lambda y, p: -np.sum(y * np.log(_clip(p)), axis=-1),
    lambda y, p: -y * _inside(p) / _clip(p),
)
sparse_categorical_crossentropy = Loss(
    "sparse_categorical_crossentropy",
    lambda y, p: -np.log(_clip(_of_class(y, p))),
    lambda y, p: -_one_hot(y, p) * _inside(p) / _clip(p),
)
kl_divergence = Loss(
    "kl_divergence",
    lambda y, p: np.sum(_floor(y) * np.log(_floor(y) / _floor(p)), axis=-1),
    lambda y, p: -_floor(y) * (p > EPSILON) / _floor(p),
)
# On scores instead of probabilities: softmax and the logarithm in one go, so
# that the gradient is the plain difference p − y.
softmax_crossentropy = Loss(
    "softmax_crossentropy",
    lambda y, z: -np.sum(_one_hot(y, z) * log_softmax(z), axis=-1),
    lambda y, z: softmax(z) * _one_hot(y, z).sum(-1, keepdims=True) - _one_hot(y, z),
)


def smooth_labels(y: np.ndarray, amount: float) -> np.ndarray:
    """Take `amount` off one-hot labels, and share it among all classes.

    Args:
        y: One-hot labels, shape `(samples, classes)`.
        amount: From 0 (nothing happens) to 1 (all classes alike).

    References:
        Szegedy et al. (2016), https://arxiv.org/abs/1512.00567
    """
    if not 0 <= amount <= 1:
        raise ValueError(f"`amount` must lie from 0 to 1. Received: amount={amount!r}")
    y = np.asarray(y, dtype=float)
    return (1 - amount) * y + amount / y.shape[-1]


def _positive(**arguments):
    for name, value in arguments.items():
        if not value > 0:
            raise ValueError(f"`{name}` must be above 0. Received: {name}={value!r}")


def _signs(y):
    """Classes 0 and 1 as −1 and 1; −1 and 1 as they are."""
    return 2.0 * y - 1 if np.isin(y, [0, 1]).all() else y


def _one_hot(y, p):
    """Class numbers as one-hot labels; labels that have the axis as they are."""
    return y if y.shape == p.shape else np.eye(p.shape[-1])[y.astype(int)]


def _of_class(y, p):
    labels = y if y.ndim == p.ndim else y[..., None]
    return np.take_along_axis(p, labels.astype(int), axis=-1)[..., 0]
