"""Why layers need a bend between them, as a drawing."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

# Height of each chain, and what stands where along it.
CHAINS = {
    4.3: {0: "x", 3: "$W_1$", 7: "$W_2$", 10: "y"},
    2.5: {0: "x", 5: "$W_1 W_2$", 10: "y"},
    0.2: {0: "x", 2.3: "$W_1$", 5: "      ", 7.7: "$W_2$", 10: "y"},
}


def draw_chains(ax: Axes | None = None) -> Axes:
    """Draw two layers that merge into one, and two that a bend keeps apart.

    Args:
        ax: Where to draw; the current axes if None.

    Returns:
        The axes drawn on, without a title.

    >>> draw_chains().set_title("Without a bend, two layers are one")
    """
    ax = ax or plt.gca()
    for y, stops in CHAINS.items():
        ax.annotate("", (9.6, y), (0.4, y), arrowprops={"arrowstyle": "-|>", "lw": 2})
        for x, text in stops.items():
            box = {"boxstyle": "round,pad=0.5", "facecolor": "#CFE3F1"}
            look = box if 0 < x < 10 else None
            ax.text(x, y, text, ha="center", va="center", fontsize=16, bbox=look)
    ax.plot([4.55, 5, 5.4], [0.0, 0.0, 0.5], color="#D55E00", lw=3, zorder=9)
    ax.text(5, 3.4, "is the same as", ha="center", va="center")
    ax.text(5, 1.35, "but with a bend it stays two layers", ha="center", va="center")
    ax.set(xlim=(-0.3, 10.3), ylim=(-0.5, 5))
    ax.axis("off")
    return ax
