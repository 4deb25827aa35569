"""Results of several methods as bars."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

COLORS = ("#0072B2", "#C04E00", "#00805E")


def plot_scores(
    scores: Mapping[str, float | Sequence[float]],
    *,
    groups: Sequence[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar for each score, its name at the left and its number at the end.

    Args:
        scores: For each name one score, or one for each group, none of them
            negative.
        groups: What the scores of a name stand for, at most three; written
            into the bars of the name where they fit best.
        ax: Where to draw; the current axes if None.

    Returns:
        The axes drawn on.

    Raises:
        ValueError: If there is no score, or a name has more or fewer scores
            than there are groups.

    >>> plot_scores({"cars": (10, 12), "ships": (4, 5)}, groups=("2024", "2025"))
    """
    table = [np.atleast_1d(score) for score in scores.values()]
    width = len(groups) or 1
    if not table or any(len(row) != width for row in table) or width > len(COLORS):
        raise ValueError(
            f"Each name needs {width} of at most {len(COLORS)} scores. "
            f"Received: {dict(scores)}"
        )
    ax = ax or plt.gca()
    table = np.array(table, dtype=float)  # (names, groups)
    height = 0.8 / width
    longest = table.min(axis=1).argmax()  # whose shortest bar is the longest
    for k, column in enumerate(table.T):
        places = np.arange(len(table)) + (k - (width - 1) / 2) * height
        bars = ax.barh(places, column, 0.92 * height, color=COLORS[k])
        ax.bar_label(bars, fmt="%.0f", padding=4)
        if groups:
            start = 0.02 * table.max(), places[longest]
            ax.text(*start, groups[k], color="white", va="center")
    ax.set_yticks(range(len(table)), list(scores))
    ax.set_xlim(0, 1.12 * table.max() or 1)
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    return ax
