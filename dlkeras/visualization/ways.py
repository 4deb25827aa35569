"""Blocks of networks, drawn as ways from input to output."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure


def draw_ways(blocks: Mapping[str, Sequence[Sequence[str]]]) -> Figure:
    """Draw blocks of layers, two in a row; data flows from above to below.

    Args:
        blocks: For each title the ways through the block, from left to right;
            a way is the names of its layers in order. An empty way is a
            shortcut, whose end is marked with a plus sign.

    Returns:
        The figure, without a title of its own.

    Raises:
        ValueError: If there is no block, or a block without a way.

    >>> draw_ways({"residual": [["3×3", "3×3"], []]})
    """
    if not blocks or not all(blocks.values()):
        raise ValueError(f"Each block needs a way. Received: blocks={dict(blocks)!r}")
    rows = (len(blocks) + 1) // 2
    fig, axes = plt.subplots(rows, 2, figsize=(5.6, 2.7 * rows), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, (title, ways) in zip(axes.flat, blocks.items(), strict=False):
        left = -1 if len(ways) > 2 else 0
        for x, way in enumerate(ways, start=left):
            _draw_way(ax, x, way)
        down = {"arrowstyle": "-|>", "lw": 1.5, "fc": "black", "shrinkA": 0}
        ax.annotate("", (0, -0.45), (0, -0.2), arrowprops=down)
        ax.plot([0, 0], [1.4, 1.2], color="black", lw=1.5)
        ax.set_title(title, fontsize=13)
        ax.set(xlim=(-1.6, 1.6), ylim=(-0.5, 1.4))
    return fig


def _draw_way(ax, x, names):
    color, width = ("black", 1.5) if names else ("#D55E00", 3)
    corners = np.array([(0, 1.2), (x, 1.1), (x, -0.1), (0, -0.2)])
    ax.plot(*corners.T, color=color, lw=width, zorder=1)
    box = {"boxstyle": "round,pad=0.25", "fc": "#CFE4F2", "ec": "#0072B2"}
    for y, name in zip(
        np.linspace(1.1, -0.1, len(names) + 2)[1:-1], names, strict=True
    ):
        ax.text(x, y, name, bbox=box, ha="center", va="center", fontsize=11)
    if not names:
        ax.text(0.15, -0.42, "+", color=color, fontsize=20, weight="bold")
