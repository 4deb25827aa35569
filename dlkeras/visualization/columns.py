"""A table whose numbers are bars."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from dlkeras.visualization.scores import COLORS


def plot_columns(columns: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw a column of bars for each measure, and a row for each name.

    Args:
        columns: For each title of a column, at most three, its numbers by
            name. All columns have the same names, in the same order, and
            their numbers are not negative.

    Returns:
        The figure, without a title.

    Raises:
        ValueError: If there is no column or no name, there are more than
            three columns, or their names differ.

    >>> plot_columns({"meters": {"cat": 0.3, "dog": 0.6}, "kg": {"cat": 4, "dog": 20}})
    """
    names = [list(column) for column in columns.values()]
    same = all(rows and rows == names[0] for rows in names)
    if not 1 <= len(names) <= len(COLORS) or not same:
        raise ValueError(
            f"Up to {len(COLORS)} columns need the same names. "
            f"Received: columns={dict(columns)}"
        )
    height = 1 + 0.42 * len(names[0])
    fig, axes = plt.subplots(
        1, len(names), figsize=(5.6, height), sharey=True, squeeze=False
    )
    for ax, color, (title, column) in zip(
        axes.flat, COLORS, columns.items(), strict=False
    ):
        bars = ax.barh(names[0], column.values(), color=color)
        longest = max(column.values())
        digits = 2 if longest < 10 else 1 if longest < 100 else 0
        ax.bar_label(bars, fmt=f"%.{digits}f", padding=3, fontsize=12)
        ax.set(xlabel=title, xlim=(0, 1.5 * longest or 1), xticks=[])
        ax.grid(visible=False)
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(axis="y", length=0)
    axes[0, 0].invert_yaxis()
    return fig
