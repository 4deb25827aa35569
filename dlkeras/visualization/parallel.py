"""Many settings and their scores as lines through parallel axes."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes


def plot_parallel(
    settings: Mapping[str, Sequence[float]],
    scores: Sequence[float],
    *,
    label: str = "score",
    ax: Axes | None = None,
) -> Axes:
    """Draw each combination as a line: through its settings, to its score.

    Args:
        settings: For each setting its value in each combination. On its axis
            the values that occur stand in order, at equal distances.
        scores: The score of each combination, in percent; its line is the
            darker, the higher it is, and drawn above the lower ones.
        label: What the scores are.
        ax: Where to draw; the current axes if None.

    Returns:
        The axes drawn on.

    Raises:
        ValueError: If a setting has more or fewer values than there are scores.

    >>> plot_parallel({"rate": (0.1, 1), "width": (8, 16)}, (60, 90))
    """
    counts = {name: len(values) for name, values in settings.items()}
    if not counts or set(counts.values()) != {len(scores)}:
        raise ValueError(
            f"Each setting needs a value for each of the {len(scores)} scores. "
            f"Received: {counts}"
        )
    ax = ax or plt.gca()
    heights = []
    for place, values in enumerate(settings.values()):
        levels, ranks = np.unique(values, return_inverse=True)
        top = max(len(levels) - 1, 1)
        heights.append(ranks / top)
        step = max(1, top // 2) if len(levels) > 3 else 1
        for rank in range(0, len(levels), step):
            _label(ax, place, rank / top, f"{levels[rank]:g}")
    heights.append(np.asarray(scores, dtype=float) / 100)
    for percent in (0, 50, 100):
        _label(ax, len(settings), percent / 100, f"{percent} %")
    lines = np.array(heights).T  # (combinations, axes)
    for line in lines[lines[:, -1].argsort()]:
        ax.plot(line, color=plt.cm.viridis_r(line[-1]), linewidth=0.7, alpha=0.8)
    ax.vlines(range(len(heights)), 0, 1, color="black", linewidth=1)
    ax.set_xticks(range(len(heights)), [*settings, label])
    ax.set(yticks=[], xlim=(-0.5, len(settings) + 0.1))
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax


def _label(ax, x, y, text):
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
    ax.text(x - 0.05, y, text, ha="right", va="center", fontsize=11, bbox=box, zorder=3)
