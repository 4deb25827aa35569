"""One neuron with two inputs, with its weights in the reader's hands."""

from collections.abc import Sequence
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops

from dlkeras.live.points import check_pair, check_points, short, window_around
from dlkeras.live.widget import Widget
from dlkeras.visualization import plot_decision

ACTIVATIONS = ("sigmoid", "tanh", "relu", "step")


def neuron(
    weights: Any,
    bias: Any,
    x: Any,
    y: Any,
    feature_names: Sequence[str],
    class_names: Sequence[str],
    activation: str = "sigmoid",
    name: str = "neuron",
) -> Widget:
    """Sliders for two weights and a bias; the plane as the neuron sees it.

    The model behind it is the neuron itself, with its weights as inputs: it
    gives `z = w·x + b`, and sigmoid, tanh, ReLU and step of it.

    Args:
        weights: The trained weights, two numbers, in any shape.
        bias: The trained bias, one number, in any shape.
        x: Points to draw, shape `(samples, 2)`.
        y: Their classes 0 or 1, shape `(samples,)`.
        feature_names: What the two inputs are, with units.
        class_names: What 0 and 1 stand for.
        activation: The one to begin with: sigmoid, tanh, relu or step.
        name: What to call the widget.

    Returns:
        The widget.

    Raises:
        ValueError: If a shape or a class is wrong, or the activation unknown.
    """
    x, y = check_points(x, y)
    features = check_pair("feature_names", feature_names)
    classes = check_pair("class_names", class_names)
    w, b = (np.asarray(values, dtype="float64").ravel() for values in (weights, bias))
    if w.shape != (2,) or b.shape != (1,) or not np.isfinite([*w, *b]).all():
        raise ValueError(
            "neuron needs two weights and one bias, all finite. "
            f"Received: weights={weights!r}, bias={bias!r}"
        )
    if activation not in ACTIVATIONS:
        raise ValueError(
            f"`activation` must be one of {', '.join(ACTIVATIONS)}. "
            f"Received: activation={activation!r}"
        )
    return Widget(
        "neuron",
        name,
        {"model": neuron_model()},
        {
            "weights": short(w),
            "bias": short(b[0]),
            "x": short(x),
            "y": y.tolist(),
            "features": features,
            "classes": classes,
            "activation": activation,
            "activations": list(ACTIVATIONS),
            "window": window_around(x),
        },
        _still(w, b, x, y, features, classes),
        "What does a weight do, and what the bias? Find what turns the line, what "
        "moves it, and what makes the change across it sharper. Does another "
        "activation move the line?",
    )


def neuron_model() -> keras.Model:
    """The neuron, its weights being inputs: `x` (2,), `w` (2,) and `b` (1,).

    Returns:
        A Functional model with the outputs z, sigmoid, tanh, ReLU and step,
        each of shape `(batch, 1)`.
    """
    x, w, b = (
        keras.Input((size,), name=n) for n, size in (("x", 2), ("w", 2), ("b", 1))
    )
    z = ops.sum(x * w, axis=-1, keepdims=True) + b
    step = ops.cast(z > 0, "float32")
    return keras.Model([x, w, b], [z, ops.sigmoid(z), ops.tanh(z), ops.relu(z), step])


def _still(w, b, x, y, features, classes):
    def output(points):
        return 1 / (1 + np.exp(-np.clip(points @ w + b, -60, 60)))

    with plt.style.context("dlkeras.visualization.lab"):
        fig, ax = plt.subplots(figsize=(5.6, 4.2))
        plot_decision(output, x, y, class_names=tuple(classes), ax=ax)
        ax.set(xlabel=features[0], ylabel=features[1])
        ax.set_title("Two weights turn the line, the bias moves it")
        # Outside: points may lie in any corner.
        fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig
