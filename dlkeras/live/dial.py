"""A dial for the penalty, and the fitted curve that belongs to it."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

from dlkeras.live.points import answer, short
from dlkeras.live.widget import Widget

POINTS = 161  # of the curve


def dial(
    model: Any,
    strengths: Sequence[float],
    x_train: Any,
    y_train: Any,
    x_new: Any,
    y_new: Any,
    truth: Callable[[np.ndarray], np.ndarray] | None = None,
    dial_name: str = "strength λ",
    labels: Sequence[str] = ("x", "y"),
    name: str = "dial",
) -> Widget:
    """A slider over fits from wild to stiff; their errors on old and new points.

    Args:
        model: A trained model from `x` of shape `(1,)` to one column for each
            strength; or the weights of polynomials, shape
            `(degree + 1, strengths)`, the constant first.
        strengths: The positions of the dial, rising.
        x_train: Where the training points are, shape `(samples,)`.
        y_train: Their targets, shape `(samples,)`.
        x_new: Points that no fit has seen.
        y_new: Their targets.
        truth: The curve that the points come from, if it is known: maps `x` of
            shape `(points,)` to `y`.
        dial_name: What the strengths are.
        labels: What `x` and `y` are, with units.
        name: What to call the widget.

    Returns:
        The widget.

    Raises:
        ValueError: If the model, the strengths or the points do not fit each
            other.
    """
    strengths = np.asarray(strengths, dtype="float64").ravel()
    if len(strengths) < 2 or not (np.diff(strengths) > 0).all():
        raise ValueError(
            "`strengths` must hold two numbers or more, rising. "
            f"Received: strengths={strengths.tolist()}"
        )
    if not isinstance(model, keras.Model):
        model = polynomials(model)
    if (model.input_shape, model.output_shape) != ((None, 1), (None, len(strengths))):
        raise ValueError(
            "dial needs a model from one number to one column for each of "
            f"{len(strengths)} strengths. Received: input_shape={model.input_shape}, "
            f"output_shape={model.output_shape}"
        )
    train = _check("train", x_train, y_train)
    new = _check("new", x_new, y_new)
    every_x, every_y = np.hstack([train, new])
    line = np.linspace(every_x.min(), every_x.max(), POINTS)
    true = None if truth is None else np.asarray(truth(line), "float64")
    if true is not None and true.shape != line.shape:
        raise ValueError(
            f"`truth` must give a number for each x. Received: {true.shape} "
            f"for {line.shape}"
        )
    beside = 0.03 * (line[-1] - line[0] or 1.0)  # no point is cut at the edge
    above = 0.12 * (np.ptp(every_y) or 1.0)
    window = [
        line[0] - beside,
        line[-1] + beside,
        every_y.min() - above,
        every_y.max() + above,
    ]
    return Widget(
        "dial",
        name,
        {"model": model},
        {
            "input": model.inputs[0].name,
            "strengths": short(strengths),
            "dial": dial_name,
            "labels": list(labels),
            "train": short(train),
            "new": short(new),
            "line": short(line),
            "truth": None if true is None else short(true),
            "window": short(window),
        },
        _still(model, strengths, train, line, true, window, labels),
        "Turn the dial from left to right. Which error falls all the way, and which "
        "one turns? Where would you stop if you had the training points alone?",
    )


def polynomials(weights: Any) -> keras.Model:
    """Polynomials side by side, as a Functional model.

    Args:
        weights: Shape `(degree + 1, curves)`, the constant first.

    Returns:
        A model from `x` of shape `(1,)` to one column for each curve.

    Raises:
        ValueError: If the weights are no matrix of finite numbers.
    """
    weights = np.asarray(weights, dtype="float32")
    if weights.ndim != 2 or len(weights) < 2 or not np.isfinite(weights).all():
        raise ValueError(
            "The weights must be finite, shape (degree + 1, curves), from degree 1. "
            f"Received: shape {weights.shape}"
        )
    x = keras.Input((1,), name="x")
    powers = [x]
    for _ in weights[2:]:
        powers.append(powers[-1] * x)
    joined = layers.Concatenate()(powers) if len(powers) > 1 else x
    dense = layers.Dense(weights.shape[1])
    model = keras.Model(x, dense(joined))
    dense.set_weights([weights[1:], weights[0]])  # the constant is the bias
    return model


def _check(which, x, y):
    pair = [np.asarray(values, dtype="float64").ravel() for values in (x, y)]
    if len(pair[0]) != len(pair[1]) or not len(pair[0]):
        raise ValueError(
            f"`x_{which}` and `y_{which}` must have the same length. "
            f"Received: {len(pair[0])} and {len(pair[1])}"
        )
    if not np.isfinite(pair).all():
        raise ValueError(f"`x_{which}` and `y_{which}` must be finite.")
    return np.array(pair)


def _still(model, strengths, train, line, true, window, labels):
    curves = answer(model, line[:, None])
    shown = (0, len(strengths) // 2, len(strengths) - 1)
    styles = (("#CC79A7", ":"), ("#0072B2", "-"), ("#D55E00", "--"))
    with plt.style.context("dlkeras.visualization.lab"):
        fig, ax = plt.subplots(figsize=(5.6, 4.2))
        if true is not None:
            ax.plot(line, true, color="black", lw=1, label="true curve")
        for column, (color, style) in zip(shown, styles, strict=True):
            label = f"λ = {strengths[column]:.3g}"
            ax.plot(line, curves[:, column], style, color=color, label=label)
        ax.plot(*train, "o", color="white", mec="black", ms=7)
        ax.set(xlabel=labels[0], ylabel=labels[1], ylim=window[2:])
        ax.locator_params(axis="x", nbins=5)
        ax.set_title("Too weak bends to the noise, too strong is stiff")
        handles = ax.get_legend_handles_labels()
        fig.legend(*handles, loc="outside lower center", ncols=2)
    return fig
