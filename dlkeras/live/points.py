"""What widgets on a plane need: points, a window around them, short numbers."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np


def short(values: Any, digits: int = 4) -> Any:
    """Numbers as lists that take few bytes in JSON.

    Args:
        values: A number or an array.
        digits: Significant digits to keep.

    Returns:
        A float, or nested lists in the shape of the array.

    >>> short([[3.14159, 271828]])
    [[3.142, 271800.0]]
    """
    values = np.asarray(values, dtype="float64")
    if values.ndim:
        return [short(one, digits) for one in values]
    return float(f"{values:.{digits}g}")


def check_points(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Points of the plane with a class each, as arrays.

    Args:
        x: Points, shape `(samples, 2)`.
        y: Their classes 0 or 1, shape `(samples,)` or `(samples, 1)`.

    Returns:
        `x` of shape `(samples, 2)`, and `y` of shape `(samples,)`, integers.

    Raises:
        ValueError: If `x` does not hold points of the plane, is not finite, or
            if `y` does not give each of them the class 0 or 1.
    """
    x, y = np.asarray(x, dtype="float64"), np.asarray(y).ravel()
    if x.ndim != 2 or x.shape[1] != 2 or not len(x):
        raise ValueError(f"`x` must have shape (samples, 2). Received: {x.shape}")
    if not np.isfinite(x).all():
        bad = np.flatnonzero(~np.isfinite(x).all(axis=1))[0]
        raise ValueError(f"`x` must be finite. Received: x[{bad}]={x[bad].tolist()}")
    if len(y) != len(x):
        raise ValueError(
            "`y` must hold a class for each point. "
            f"Received: {len(x)} points, {len(y)} classes"
        )
    known = set(np.unique(y).tolist())
    if not known <= {0, 1}:
        raise ValueError(f"`y` must hold 0 and 1 only. Received: {sorted(known)}")
    return x, y.astype("int64")


def check_pair(name: str, pair: Sequence[str]) -> list[str]:
    """Two names, as a list.

    Raises:
        ValueError: If there are more or fewer.
    """
    if isinstance(pair, str) or len(pair) != 2:
        raise ValueError(f"`{name}` must hold two names. Received: {name}={pair!r}")
    return [str(one) for one in pair]


def window_around(x: np.ndarray, room: float = 0.15) -> list[float]:
    """The window `[left, right, bottom, top]` around points of the plane.

    Args:
        x: Points, shape `(samples, 2)`.
        room: Free margin, as a share of their range.
    """
    low, high = x.min(axis=0), x.max(axis=0)
    margin = np.where(high > low, room * (high - low), 1.0)
    low, high = short(low - margin), short(high + margin)
    return [low[0], high[0], low[1], high[1]]


def answer(model: keras.Model, x: Any) -> np.ndarray:
    """A model's output as an array, by a direct call: `predict` would be traced."""
    return keras.ops.convert_to_numpy(model(np.asarray(x, "float32")))
