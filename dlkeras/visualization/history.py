"""Learning curves."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes


def plot_history(
    history: Mapping[str, Sequence[float]],
    metric: str = "loss",
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw a metric over the epochs, on training and validation data.

    Args:
        history: The `history` attribute of what `fit` returned.
        metric: Which of its metrics; its `val_` twin is drawn if there.
        ax: Where to draw; the current axes if None.

    Returns:
        The axes drawn on.

    Raises:
        KeyError: If `history` does not hold the metric.
    """
    if metric not in history:
        raise KeyError(f"No {metric!r} in the history. It holds: {sorted(history)}")
    ax = ax or plt.gca()
    curves = {"training": metric, "validation": f"val_{metric}"}
    for label, key in curves.items():
        if key not in history:
            continue
        values = history[key]
        epochs = range(1, len(values) + 1)
        (line,) = ax.plot(epochs, values)
        ax.annotate(
            label,
            (epochs[-1], values[-1]),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=line.get_color(),
        )
    ax.set(xlabel="epoch", ylabel=metric.replace("_", " "))
    return ax
