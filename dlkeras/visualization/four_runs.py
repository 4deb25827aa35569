"""Learning curves to read: four runs, sketched."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure


def draw_four_runs() -> Figure:
    """Sketch the learning curves of four runs, A to D.

    In A the rate is too small, B overfits, in C the rate is too large, D is
    fine. The drawing does not say so: readers find out.

    Returns:
        The figure, without a title of its own.

    >>> draw_four_runs().suptitle("What happened in each run?")
    """
    t = np.linspace(0, 1, 60)
    fall = np.exp(-7 * t)
    runs = {  # losses on training and validation data
        "A": (1 - 0.25 * t, 1.03 - 0.25 * t),
        "B": (
            0.05 + 0.95 * np.exp(-5 * t),
            1.05 - 2 * t * np.exp(-3.4 * t) + 0.3 * t**2,
        ),
        "C": (0.8 + 0.3 * np.sin(60 * t), 0.95 + 0.35 * np.sin(60 * t + 0.5)),
        "D": (0.3 + 0.7 * fall, 0.35 + 0.7 * fall),
    }
    fig, axes = plt.subplots(2, 2, figsize=(5.6, 4.4), sharex=True, sharey=True)
    for ax, (name, (training, validation)) in zip(axes.flat, runs.items(), strict=True):
        ax.plot(t, training, label="training")
        ax.plot(t, validation, "--", label="validation")
        ax.set(title=name, xticks=[], ylim=(0, 1.4))
    axes[1, 1].legend(loc="upper right")
    fig.supxlabel("epochs")
    fig.supylabel("loss")
    return fig
