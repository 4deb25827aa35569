"""Decision surfaces of several networks, one after the other on the same plane."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.live.points import answer, check_pair, check_points, short, window_around
from dlkeras.live.widget import Widget
from dlkeras.visualization import plot_decision


def surfaces(
    models: Mapping[str, keras.Model],
    x: Any,
    y: Any,
    feature_names: Sequence[str] = ("x₁", "x₂"),
    class_names: Sequence[str] = ("class 0", "class 1"),
    name: str = "surfaces",
) -> Widget:
    """Buttons to choose a network; its probability over the plane as colors.

    Args:
        models: What to call each network, and the trained model: from points
            of shape `(2,)` to one probability.
        x: Points to draw, shape `(samples, 2)`.
        y: Their classes 0 or 1, shape `(samples,)`.
        feature_names: What the two inputs are, with units.
        class_names: What 0 and 1 stand for.
        name: What to call the widget.

    Returns:
        The widget.

    Raises:
        ValueError: If there is no model, or one takes or gives something else.
    """
    x, y = check_points(x, y)
    features = check_pair("feature_names", feature_names)
    classes = check_pair("class_names", class_names)
    if not models:
        raise ValueError(f"surfaces needs a model. Received: models={models!r}")
    for title, model in models.items():
        if model.input_shape != (None, 2) or model.output_shape != (None, 1):
            raise ValueError(
                "surfaces needs models from (2,) to one probability. "
                f"Received: {title!r} with input_shape={model.input_shape}, "
                f"output_shape={model.output_shape}"
            )
        found = _probability(model)(x)
        if found.min() < 0 or found.max() > 1:
            raise ValueError(
                "surfaces needs probabilities: end the model with a sigmoid. "
                f"Received: {title!r}, which gives {found.min():.3g} "
                f"to {found.max():.3g}"
            )
    # Titles may hold what a file name cannot.
    files = {f"model_{n}": model for n, model in enumerate(models.values())}
    return Widget(
        "surfaces",
        name,
        files,
        {
            "names": list(models),
            "files": list(files),
            "inputs": [model.inputs[0].name for model in models.values()],
            "x": short(x),
            "y": y.tolist(),
            "features": features,
            "classes": classes,
            "window": window_around(x),
        },
        _still(models, x, y, features, classes),
        "Switch between the networks. How does the shape of the black line change? "
        "Move the cross far from all points: how sure is each network there?",
    )


def _probability(model):
    # Rounding can put a sigmoid a hair beside its range; a logit is far off.
    return lambda points: np.round(answer(model, points)[:, 0], 6)


def _still(models, x, y, features, classes):
    ends = dict(list(models.items())[:: max(1, len(models) - 1)][:2])
    with plt.style.context("dlkeras.visualization.lab"):
        fig, axes = plt.subplots(
            1, len(ends), figsize=(5.6, 3.6), sharey=True, squeeze=False
        )
        for ax, (title, model) in zip(axes[0], ends.items(), strict=True):
            look = {"class_names": tuple(classes), "resolution": 80, "size": 18}
            plot_decision(_probability(model), x, y, ax=ax, **look)
            ax.set(title=title, xlabel=features[0])
        axes[0, 0].set_ylabel(features[1])
        handles = axes[0, 0].get_legend_handles_labels()
        fig.legend(*handles, loc="outside lower center", ncols=2, markerscale=2)
        fig.suptitle("Same points, another network, another boundary")
    return fig
