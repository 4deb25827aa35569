"""Paths that optimizers take, in motion."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "^", "s", "D", "v", "P", "X")

Loss = Callable[[np.ndarray], np.ndarray] | np.ndarray
Paths = Mapping[str, np.ndarray]


def animate_descent(
    surfaces: Mapping[str, tuple[Loss, Paths, Sequence[float]]],
    *,
    title: str,
    every: int = 4,
    interval: int = 300,
    rest: int = 1,
) -> FuncAnimation:
    """Let paths run over surfaces, side by side and all at the same pace.

    Args:
        surfaces: One or two panels: a name for each surface, and its loss,
            paths and window. The *loss* maps points of shape `(..., 2)` to
            heights of shape `(...)`; a matrix `H` of shape `(2, 2)` stands for
            the valley `w H w / 2`. The *paths* have a name each, the same
            on all surfaces, and points of shape `(points, 2)`; at most seven
            paths, all with the same number of points. The *window* is
            `(left, right, bottom, top)`.
        title: What the animation shows.
        every: How many steps to go from frame to frame.
        interval: Milliseconds between two frames.
        rest: How many frames to rest on the last step.

    Returns:
        The animation; it lives as long as you keep it in a variable.

    Raises:
        ValueError: If the paths differ in length or name, or are none or too
            many.

    >>> path = np.array([[1.0, 1.0], [0.5, 0.2], [0.0, 0.0]])
    >>> bowl = lambda w: np.sum(w**2, axis=-1), {"SGD": path}, (-1, 1, -1, 1)
    >>> animation = animate_descent({"a bowl": bowl}, title="Downhill")
    """
    shapes = [
        {name: np.shape(points) for name, points in paths.items()}
        for _, paths, _ in surfaces.values()
    ]
    names = list(shapes[0]) if shapes else []
    if (
        len({shape for panel in shapes for shape in panel.values()}) != 1
        or any(list(panel) != names for panel in shapes)
        or len(names) > len(MARKERS)
    ):
        raise ValueError(
            f"One to {len(MARKERS)} paths, the same on each surface and with the same "
            f"number of points, are needed. Received: {shapes}"
        )
    last = shapes[0][names[0]][0] - 1

    width = 5.6 if len(surfaces) > 1 else 5.0
    # Room for the legend is left between the title and the surfaces.
    fig, axes = plt.subplots(
        1, len(surfaces), figsize=(width, 4.0), squeeze=False, layout="constrained"
    )
    fig.get_layout_engine().set(rect=(0, 0, 1, 0.92))
    lines = []  # one of (line, its points) for each path on each surface
    for ax, (name, (loss, paths, window)) in zip(
        axes.flat, surfaces.items(), strict=True
    ):
        _draw_surface(ax, loss, window)
        ax.set(title=name, xlabel="w₁")
        for color, marker, (label, points) in zip(
            COLORS, MARKERS, paths.items(), strict=False
        ):
            style = {"color": color, "marker": marker, "mec": "white", "ms": 9}
            (line,) = ax.plot([], [], label=label, **style)
            lines.append((line, np.asarray(points)))
    axes[0, 0].set_ylabel("w₂")
    fig.suptitle(title)
    handles = axes[0, 0].get_legend_handles_labels()
    # Below the title, for a paused video has its controls at the bottom.
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0.945)}
    fig.legend(*handles, **place, ncols=4, columnspacing=1)
    count = axes[0, 0].text(0.04, 0.04, "", transform=axes[0, 0].transAxes)

    def draw(step):
        for line, points in lines:
            line.set_data(*points[: step + 1].T)
            line.set_markevery([step])  # the marker rides at the front
        count.set_text(f"step {step}")
        return [*(line for line, _ in lines), count]

    frames = [*range(0, last, every), *[last] * (1 + rest)]
    return FuncAnimation(fig, draw, frames=frames, interval=interval)


def _draw_surface(ax: Axes, loss: Loss, window: Sequence[float]) -> None:
    left, right, bottom, top = window
    grid = np.meshgrid(np.linspace(left, right, 80), np.linspace(bottom, top, 80))
    points = np.stack(grid, axis=-1)
    height = (
        loss(points) if callable(loss) else np.sum(points @ loss * points, axis=-1) / 2
    )
    # Levels lie closer together near the bottom.
    levels = height.min() + np.ptp(height) * np.linspace(0, 1, 13) ** 2
    ax.contourf(*grid, height, levels=levels, cmap="Greys_r", alpha=0.45)
    ax.contour(*grid, height, levels=levels, colors="white", linewidths=0.6)
    ax.set(xlim=(left, right), ylim=(bottom, top))
    ax.grid(False)
