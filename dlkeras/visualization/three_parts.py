"""What training, validation and test rows are each for, in one drawing."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

TRAINING, VALIDATION, TEST = "#0072B2", "#D55E00", "#009E73"

# Name, left end and width in tenths of the table, color.
_PARTS = [
    ("training", 0.0, 6.4, TRAINING),
    ("validation", 6.4, 1.6, VALIDATION),
    ("test", 8.0, 2.0, TEST),
]
_RING = {
    "batch": (1.1, 3.4),
    "predict": (4.6, 3.4),
    "loss": (4.6, 1.2),
    "step": (1.1, 1.2),
}
# From where to where, color.
_ARROWS = [
    ((1.1, 4.95), (1.1, 4.0), TRAINING),
    ((1.9, 3.4), (3.6, 3.4), TRAINING),
    ((4.6, 2.8), (4.6, 1.8), TRAINING),
    ((3.9, 1.2), (1.8, 1.2), TRAINING),
    ((1.1, 1.8), (1.1, 2.8), TRAINING),
    ((7.2, 4.95), (7.2, 3.9), VALIDATION),
    ((9.0, 4.95), (9.0, 1.9), TEST),
]


def draw_three_parts(*, ax: Axes | None = None) -> Axes:
    """Draw a table cut in three: one part trains, one guides, one judges.

    Args:
        ax: Where to draw, about 5.6 × 3.6 inches; the current axes if None.

    Returns:
        The axes drawn on, without a title.

    >>> draw_three_parts().set_title("One table, three uses")
    """
    ax = ax or plt.gca()
    center = {"ha": "center", "va": "center"}
    for name, left, width, color in _PARTS:
        ax.barh(5.4, width - 0.08, left=left, height=0.9, color=color, align="center")
        ax.text(left + width / 2, 6.2, name, color=color, weight="bold", **center)
    box = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": TRAINING, "lw": 2}
    for name, place in _RING.items():
        ax.text(*place, name, color="black", bbox=box, **center)
    for start, end, color in _ARROWS:
        arrow = {"arrowstyle": "-|>", "lw": 2, "color": color, "mutation_scale": 16}
        ax.annotate("", end, start, arrowprops=arrow)
    ax.text(2.85, 2.3, "round and round", style="italic", **center)
    ax.text(7.2, 3.2, "after each\nepoch", color=VALIDATION, **center)
    ax.text(9.0, 1.2, "once, at\nthe end", color=TEST, **center)
    ax.set(xlim=(-0.1, 10.1), ylim=(0.5, 6.7))
    ax.axis("off")
    return ax
