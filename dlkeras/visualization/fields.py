"""Artificial intelligence, machine learning and deep learning as sets."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

_FIELDS = (
    ("Artificial intelligence", "people write the rules", "#E8F1F8", "black"),
    ("Machine learning", "rules are learned,\nfeatures are chosen", "#A9CCE3", "black"),
    ("Deep learning", "features are learned, too,\nlayer by layer", "#1F6FA8", "white"),
)


def draw_fields(ax: Axes | None = None) -> Axes:
    """Draw deep learning inside machine learning inside artificial intelligence.

    Args:
        ax: Where to draw, about 5.6 by 4.4 inches; the current axes if None.

    Returns:
        The axes drawn on, without a title.

    >>> draw_fields().set_title("Each is a part of the one around it")
    """
    ax = ax or plt.gca()
    for i, (name, what, color, ink) in enumerate(_FIELDS):
        left, bottom, top = 0.5 * i, 0.3 * i, 7.5 - 2.2 * i
        box = FancyBboxPatch(
            (left, bottom),
            10 - 2 * left,
            top - bottom,
            boxstyle="round,pad=0,rounding_size=0.4",
            fc=color,
            ec="black",
        )
        ax.add_patch(box)
        ax.text(left + 0.4, top - 0.7, name, weight="bold", fontsize=15, color=ink)
        ax.text(left + 0.4, top - 0.85, what, va="top", color=ink)
    ax.set(xlim=(-0.1, 10.1), ylim=(-0.1, 7.6))
    ax.axis("off")
    return ax
