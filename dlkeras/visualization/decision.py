"""The plane as a classifier sees it."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

CLASS_COLORS = ("#0072B2", "#D55E00", "#009E73")
CLASS_MARKERS = ("o", "^", "s")


def plot_decision(
    predict: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    *,
    class_names: tuple[str, ...] = ("class 0", "class 1"),
    pad: float = 0.15,
    size: float = 36,
    resolution: int = 150,
    ax: Axes | None = None,
) -> Axes:
    """Shade the plane by a two-class score, and draw the points on it.

    Args:
        predict: Maps points of shape `(n, 2)` to scores between 0 and 1 of
            shape `(n,)` or `(n, 1)`; the boundary is drawn at 0.5.
        x: Points, shape `(samples, 2)`.
        y: Their classes 0 or 1, shape `(samples,)`.
        class_names: A name for each class, for the legend.
        pad: Room around the points, as a share of their range.
        size: Area of a point's marker, in square points.
        resolution: Grid points along each side.
        ax: Where to draw; the current axes if None.

    Returns:
        The axes drawn on.

    Raises:
        ValueError: If `x` does not hold points of the plane.
    """
    x, y = np.asarray(x), np.asarray(y).ravel()
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"`x` must have shape (samples, 2). Received: {x.shape}")
    ax = ax or plt.gca()
    low, high = x.min(axis=0), x.max(axis=0)
    room = pad * (high - low)
    sides = [
        np.linspace(low[i] - room[i], high[i] + room[i], resolution) for i in (0, 1)
    ]
    grid = np.stack(np.meshgrid(*sides), axis=-1)  # (resolution, resolution, 2)
    score = np.asarray(predict(grid.reshape(-1, 2).astype("float32")))
    score = score.reshape(grid.shape[:2])
    ax.contourf(
        grid[..., 0],
        grid[..., 1],
        score,
        levels=np.linspace(0, 1, 11),
        colors=plt.get_cmap("RdBu_r")(np.linspace(0.15, 0.85, 10)),
        alpha=0.45,
        extend="both",
    )
    if score.min() < 0.5 < score.max():
        ax.contour(grid[..., 0], grid[..., 1], score, levels=[0.5], colors="black")
    for label, name in enumerate(class_names):
        ax.scatter(
            *x[y == label].T,
            s=size,
            color=CLASS_COLORS[label],
            marker=CLASS_MARKERS[label],
            edgecolor="white",
            linewidth=0.8,
            label=name,
            zorder=3,
        )
    ax.grid(False)
    return ax
