"""Made-up points of the plane in two or more classes."""

import numpy as np


def make_moons(
    samples: int = 200, *, noise: float = 0.1, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles that reach into each other.

    Args:
        samples: Number of points, at least 2.
        noise: Standard deviation of the points around their curve.
        seed: Seed of the points.

    Returns:
        Points, float32 of shape `(samples, 2)`, and their classes 0 or 1,
        int64 of shape `(samples,)`, in random order. Without noise, x lies
        between −1 and 2 and y between −0.5 and 1.

    Raises:
        ValueError: If an argument is out of range.

    >>> x, y = make_moons(200, noise=0.1, seed=seed)
    """
    rng = _check(samples, noise, seed, classes=2)
    y = _labels(samples, 2)
    angle = rng.uniform(0, np.pi, samples)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return _finish(np.where(y[:, None] == 0, upper, lower), y, noise, rng)


def make_circles(
    samples: int = 200, *, noise: float = 0.1, inner: float = 0.5, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """A circle of radius 1 (class 0) around a smaller one (class 1).

    Args:
        samples: Number of points, at least 2.
        noise: Standard deviation of the points around their circle.
        inner: Radius of the smaller circle, between 0 and 1.
        seed: Seed of the points.

    Returns:
        Points, float32 of shape `(samples, 2)`, and their classes 0 or 1,
        int64 of shape `(samples,)`, in random order.

    Raises:
        ValueError: If an argument is out of range.

    >>> x, y = make_circles(200, noise=0.1, seed=seed)
    """
    rng = _check(samples, noise, seed, classes=2)
    if not 0 < inner < 1:
        raise ValueError(f"`inner` must lie between 0 and 1. Received: inner={inner!r}")
    y = _labels(samples, 2)
    angle = rng.uniform(0, 2 * np.pi, samples)
    radius = np.where(y == 0, 1.0, inner)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _finish(points, y, noise, rng)


def make_spirals(
    samples: int = 200,
    *,
    noise: float = 0.02,
    classes: int = 2,
    turns: float = 1.5,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Arms of a spiral that wind around each other, one a class.

    Args:
        samples: Number of points, at least one for each class.
        noise: Standard deviation of the points around their arm.
        classes: Number of arms, at least 2.
        turns: How often each arm winds around the center.
        seed: Seed of the points.

    Returns:
        Points, float32 of shape `(samples, 2)`, and their classes 0, 1, …,
        int64 of shape `(samples,)`, in random order. Without noise, all
        points lie within a distance of 1.

    Raises:
        ValueError: If an argument is out of range.

    >>> x, y = make_spirals(300, classes=3, seed=seed)
    """
    if not isinstance(classes, int | np.integer) or classes < 2:
        raise ValueError(f"`classes` must be at least 2. Received: classes={classes!r}")
    if not 0 < turns < np.inf:
        raise ValueError(f"`turns` must be above 0. Received: turns={turns!r}")
    rng = _check(samples, noise, seed, classes=classes)
    y = _labels(samples, classes)
    # Uniform in the square of the radius: as dense outside as inside.
    radius = np.sqrt(rng.uniform(0.01, 1, samples))
    angle = 2 * np.pi * (turns * radius + y / classes)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _finish(points, y, noise, rng)


def _check(
    samples: int, noise: float, seed: int, *, classes: int
) -> np.random.Generator:
    if not isinstance(samples, int | np.integer) or samples < classes:
        raise ValueError(
            f"`samples` must be a whole number of at least {classes}. "
            f"Received: samples={samples!r}"
        )
    if not 0 <= noise < np.inf:
        raise ValueError(f"`noise` must be at least 0. Received: noise={noise!r}")
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(
            f"`seed` must be a whole number of at least 0. Received: seed={seed!r}"
        )
    return np.random.default_rng(seed)


def _labels(samples: int, classes: int) -> np.ndarray:
    return np.arange(samples, dtype="int64") % classes  # as equal as can be


def _finish(
    points: np.ndarray, y: np.ndarray, noise: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    points = points + noise * rng.standard_normal(points.shape)
    order = rng.permutation(len(y))
    return points[order].astype("float32"), y[order]
