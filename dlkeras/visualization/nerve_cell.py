"""A living neuron and an artificial one, part by part."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLLECT, ADD, PASS_ON = "#0072B2", "#E69F00", "#009E73"


def draw_neurons() -> Figure:
    """Draw a nerve cell above an artificial neuron, like parts in like colors.

    Returns:
        The figure, without a title.

    References:
        McCulloch and Pitts (1943), https://doi.org/10.1007/BF02478259

    >>> draw_neurons().suptitle("Many inputs, one sum, one output")
    """
    fig, (top, bottom) = plt.subplots(
        2, 1, figsize=(5.6, 6.0), height_ratios=(1.45, 1), layout="constrained"
    )
    _draw_cell(top)
    _draw_artificial(bottom)
    top.set(xlim=(-2.9, 5.7), ylim=(-2.2, 2.5), aspect="equal")
    bottom.set(xlim=(-2.9, 5.7), ylim=(-1.5, 1.5), aspect="equal")
    top.axis("off")
    bottom.axis("off")
    return fig


def _draw_cell(ax: Axes) -> None:
    for angle in (1.75, 2.55, 3.35, 4.15):
        _branch(ax, np.zeros(2), angle, 0.95, 2, COLLECT)
    along = np.linspace(0, 4.2, 50)
    ax.plot(along, 0.12 * np.sin(1.5 * along), color=PASS_ON, lw=4, zorder=1)
    for angle in (-0.6, 0.05, 0.7):
        _branch(ax, np.array([4.2, 0.0]), angle, 0.65, 1, PASS_ON)
    turn = np.linspace(0, 2 * np.pi, 100)
    radius = 0.55 + 0.06 * np.cos(5 * turn + 1)
    body = radius * np.array([np.cos(turn), np.sin(turn)])
    ax.fill(*body, fc=ADD, ec="black", zorder=2)
    ax.plot(0, 0, "o", color="black", ms=9, zorder=3)
    ax.text(0.5, 1.9, "dendrites collect", color=COLLECT)
    ax.text(0.25, -1.0, "the cell body adds up", color="#8A5F00")
    ax.text(1.1, 0.45, "the axon passes on", color="#00704F")


def _branch(
    ax: Axes, start: np.ndarray, angle: float, length: float, depth: int, color: str
) -> None:
    """A twig that splits in two, again and again, down to its tips."""
    end = start + length * np.array([np.cos(angle), np.sin(angle)])
    ax.plot(*np.transpose([start, end]), color=color, lw=1 + 1.3 * depth, zorder=1)
    if depth == 0:
        ax.plot(*end, "o", color=color, ms=5)
        return
    for turn in (-0.45, 0.4):
        _branch(ax, end, angle + turn, 0.72 * length, depth - 1, color)


def _draw_artificial(ax: Axes) -> None:
    for i, y in enumerate((1.15, 0.0, -1.15), start=1):
        ax.plot([-1.9, 0], [y, 0], color=COLLECT, lw=6 - 1.5 * i, zorder=1)
        ax.text(
            -2.1, y, f"$x_{i}$", ha="right", va="center", color=COLLECT, fontsize=17
        )
        side = 0.14 if y >= 0 else -0.45
        ax.text(-1.15, 0.68 * y + side, f"$w_{i}$", ha="center", color=COLLECT)
    ax.plot([0, 4.4], [0, 0], color=PASS_ON, lw=4, zorder=1)
    ax.plot(0, 0, "o", ms=46, mfc=ADD, mec="black", zorder=2)
    ax.text(0, 0, "$\\Sigma + b$", ha="center", va="center", zorder=3)
    ax.plot(2.4, 0, "s", ms=46, mfc="white", mec="black", zorder=2)
    bend = np.linspace(-1, 1, 40)
    ax.plot(2.4 + 0.45 * bend, 0.4 * np.tanh(3 * bend), color="black", zorder=3)
    ax.text(1.2, 0.2, "$z$", ha="center", fontsize=17)
    ax.text(2.4, 0.8, "$f$", ha="center", fontsize=17)
    ax.text(4.6, 0, "$y$", va="center", color="#00704F", fontsize=17)
