"""A straight boundary that moves as a neuron learns."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation

from dlkeras.visualization.decision import plot_decision


def animate_boundary(
    steps: Sequence[tuple[np.ndarray, float, int]],
    x: np.ndarray,
    y: np.ndarray,
    *,
    class_names: tuple[str, ...] = ("class 0", "class 1"),
    axis_names: tuple[str, str] = ("$x_1$", "$x_2$"),
    interval: int = 500,
    rest: int = 6,
) -> FuncAnimation:
    """Show the boundary after every correction, and which point called for it.

    Args:
        steps: After each correction the weights, shape `(2,)`, the bias, and
            the index of the point that was wrong; it is ringed.
        x: Points, shape `(samples, 2)`.
        y: Their classes 0 or 1, shape `(samples,)`.
        class_names: A name for each class, for the legend.
        axis_names: A name for each of the two inputs.
        interval: Milliseconds between two corrections.
        rest: How many frames to rest on the last one.

    Returns:
        The animation; it lives as long as you keep it in a variable.

    Raises:
        ValueError: If there are no steps.

    >>> animation = animate_boundary([(w, b, 3)], x, y)
    """
    if not len(steps):
        raise ValueError(f"At least one step is needed. Received: steps={steps!r}")
    fig, ax = plt.subplots(figsize=(5.0, 4.4))

    def draw(frame):
        w, b, i = steps[frame]
        ax.clear()

        def score(points):  # a step, softened so that the line is smooth
            return 1 / (1 + np.exp(-10 * (points @ w + b)))

        plot_decision(score, x, y, class_names=class_names, ax=ax)
        ax.plot(*x[i], "o", ms=16, mfc="none", mec="black", mew=2)
        ax.set(xlabel=axis_names[0], ylabel=axis_names[1])
        ax.set_title(f"Correction {frame + 1} turns the boundary")
        ax.legend(loc="upper right")

    frames = [*range(len(steps)), *[len(steps) - 1] * rest]
    return FuncAnimation(fig, draw, frames=frames, interval=interval)
