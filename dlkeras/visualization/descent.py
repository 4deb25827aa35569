"""Paths that optimizers take, in motion."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "^", "s", "D", "v", "P", "X")


def animate_descent(
    loss: Callable[[np.ndarray], np.ndarray],
    paths: Mapping[str, np.ndarray],
    extent: Sequence[float],
    *,
    title: str,
    interval: int = 120,
    rest: int = 8,
) -> FuncAnimation:
    """Let paths run over a surface, all at the same pace.

    Args:
        loss: Maps points of shape `(..., 2)` to heights of shape `(...)`.
        paths: A name for each path, and its points, shape `(points, 2)`; at
            most seven paths, with the same number of points.
        extent: Window as `(left, right, bottom, top)`.
        title: What the animation shows.
        interval: Milliseconds between two steps.
        rest: How many frames to rest on the last step.

    Returns:
        The animation; it lives as long as you keep it in a variable.

    Raises:
        ValueError: If the paths differ in length, or are none or too many.
    """
    shapes = {name: np.shape(points) for name, points in paths.items()}
    if len(set(shapes.values())) != 1 or len(paths) > len(MARKERS):
        raise ValueError(
            f"One to {len(MARKERS)} paths with the same number of points are needed. "
            f"Received: {shapes}"
        )
    steps = next(iter(shapes.values()))[0]
    left, right, bottom, top = extent
    grid = np.meshgrid(np.linspace(left, right, 150), np.linspace(bottom, top, 150))
    height = loss(np.stack(grid, axis=-1))
    # Levels lie closer together near the bottom.
    levels = height.min() + np.ptp(height) * np.linspace(0, 1, 15) ** 2

    fig, ax = plt.subplots(figsize=(5.0, 4.2))
    ax.contourf(*grid, height, levels=levels, cmap="Greys_r", alpha=0.45)
    ax.contour(*grid, height, levels=levels, colors="white", linewidths=0.6)
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="$w_1$", ylabel="$w_2$")
    ax.set_title(title)
    ax.grid(False)
    lines = [
        ax.plot([], [], color=color, marker=marker, ms=9, mec="white", label=name)[0]
        for name, color, marker in zip(paths, COLORS, MARKERS, strict=False)
    ]
    ax.legend(ncols=2, loc="upper right", frameon=True, framealpha=0.9)
    count = ax.text(0.03, 0.04, "", transform=ax.transAxes)

    def draw(frame):
        for line, points in zip(lines, paths.values(), strict=True):
            line.set_data(*np.asarray(points)[: frame + 1].T)
            line.set_markevery([frame])  # the marker rides at the front
        count.set_text(f"step {frame}")
        return [*lines, count]

    frames = [*range(steps), *[steps - 1] * rest]
    return FuncAnimation(fig, draw, frames=frames, interval=interval)
