"""A network as nodes and weighted connections."""

import itertools
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

POSITIVE, NEGATIVE = "#D55E00", "#0072B2"


def draw_network(
    network: Any,
    *,
    input_names: Sequence[str] = (),
    output_names: Sequence[str] = (),
    layer_names: Sequence[str] = (),
    values: Sequence[np.ndarray] | None = None,
    largest: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a fully connected network with its weights as colored lines.

    Data flows from left to right. A line is the thicker the larger its
    weight; positive weights are orange and solid, negative ones blue and
    dashed. Biases are not drawn.

    Args:
        network: A Keras model, of which each layer with a two-dimensional
            weight (`Dense`, `Neuron`) is drawn, in the order of the layers;
            or a list of weight arrays, each of shape `(inputs, units)`.
        input_names: A name for each input, written to its left.
        output_names: A name for each output, written to its right.
        layer_names: A name for each column of nodes, inputs included, written
            below it.
        values: The number that each node holds for one sample, one array a
            column, inputs included. It is written into the node and shades
            it: the larger, the darker.
        largest: The weight that gets the thickest line, to compare several
            drawings; the network's own largest if None.
        ax: Where to draw; the current axes if None.

    Returns:
        The axes drawn on.

    Raises:
        ValueError: If the network has no such weights, its layers do not fit
            together, or a number of names or values does not fit it.

    >>> draw_network(model, input_names=["age", "height"], output_names=["weight"])
    """
    weights = _weights(network)
    sizes = [weights[0].shape[0], *(w.shape[1] for w in weights)]
    _check("input_names", input_names, sizes[0], "inputs")
    _check("output_names", output_names, sizes[-1], "outputs")
    _check("layer_names", layer_names, len(sizes), "columns of nodes")
    if values is not None:
        values = [np.asarray(column, dtype=float).ravel() for column in values]
        if [len(column) for column in values] != sizes:
            raise ValueError(
                f"`values` must hold one array for each column, of lengths {sizes}. "
                f"Received lengths: {[len(column) for column in values]}"
            )
    if largest is None:
        largest = max(np.abs(w).max() for w in weights) or 1
    elif not largest > 0:
        raise ValueError(f"`largest` must be above 0. Received: largest={largest}")

    ax = ax or plt.gca()
    ax.axis("off")
    ax.set(xlim=(-0.12, len(sizes) - 0.88), ylim=(0, 1))
    step = 1 / max(*sizes, 2)
    columns = []
    for i, size in enumerate(sizes):
        gap = min(1 / max(size, 2), 2.5 * step)  # short columns spread a little
        y = 0.5 + gap * ((size - 1) / 2 - np.arange(size))
        columns.append(np.column_stack([np.full(size, i), y]))
    height = 72 * ax.get_window_extent().height / ax.figure.dpi  # in points
    diameter = min(0.72 * step * height, 34)
    for w, left, right in zip(weights, columns[:-1], columns[1:], strict=True):
        _draw_connections(w / largest, left, right, ax)
    for i, column in enumerate(columns):
        _draw_nodes(column, diameter, None if values is None else values[i], ax)

    room = diameter / 2 + 5
    for names, column, side in (
        (input_names, columns[0], -1),
        (output_names, columns[-1], 1),
    ):
        for name, place in zip(names, column, strict=False):
            ax.annotate(
                name,
                place,
                xytext=(side * room, 0),
                textcoords="offset points",
                ha="left" if side > 0 else "right",
                va="center",
                fontsize=12,
            )
    for i, name in enumerate(layer_names):
        ax.text(i, -0.02, name, ha="center", va="top", fontsize=12)
    return ax


def _weights(network: Any) -> list[np.ndarray]:
    """Weights of a model's layers, or the arrays of a list, checked."""
    if hasattr(network, "layers"):
        import keras

        found = [
            keras.ops.convert_to_numpy(weight)
            for layer in network.layers
            for weight in layer.weights
            if len(weight.shape) == 2
        ]
    else:
        found = [np.asarray(weight, dtype=float) for weight in network]
    if not found:
        raise ValueError(f"There is no weight to draw. Received: network={network!r}")
    shapes = [weight.shape for weight in found]
    if any(len(shape) != 2 or 0 in shape for shape in shapes):
        raise ValueError(
            f"Each weight must have shape (inputs, units). Received shapes: {shapes}"
        )
    if any(a[1] != b[0] for a, b in itertools.pairwise(shapes)):
        raise ValueError(
            "Each layer must have as many inputs as the one before has units. "
            f"Received shapes: {shapes}"
        )
    return found


def _check(argument: str, names: Sequence[str], size: int, what: str) -> None:
    if len(names) not in (0, size):
        raise ValueError(
            f"`{argument}` must have one name for each of the {size} {what}. "
            f"Received: {argument}={list(names)}"
        )


def _draw_connections(
    w: np.ndarray, left: np.ndarray, right: np.ndarray, ax: Axes
) -> None:
    """Lines from every node on the left to every node on the right."""
    strength = np.minimum(np.abs(w), 1).ravel()
    order = np.argsort(strength, kind="stable")  # the strongest on top
    ends = np.array([[a, b] for a in left for b in right])[order]  # as w.ravel()
    strength, positive = strength[order], (w > 0).ravel()[order]
    for sign, color, style in (
        (positive, POSITIVE, "solid"),
        (~positive, NEGATIVE, (0, (3, 1))),
    ):
        if not sign.any():
            continue
        lines = LineCollection(
            ends[sign],
            colors=color,
            linestyles=[style],
            linewidths=0.5 + 4 * strength[sign],
            alpha=0.35 + 0.65 * strength[sign],
            zorder=1,
        )
        ax.add_collection(lines, autolim=False)


def _draw_nodes(
    column: np.ndarray, diameter: float, values: np.ndarray | None, ax: Axes
) -> None:
    """Circles, with the number each one holds if there are numbers."""
    shades = np.zeros(len(column))
    if values is not None:
        shades = np.abs(values) / (np.abs(values).max() or 1)
    ax.scatter(
        *column.T,
        s=diameter**2,
        c=[str(1 - 0.4 * shade) for shade in shades],
        edgecolors="black",
        linewidths=1.3,
        clip_on=False,
        zorder=2,
    )
    for place, value in zip(column, () if values is None else values, strict=False):
        text = f"{value:.1f}".replace("-", "−")
        size = min(11.5, 0.42 * diameter)
        ax.text(*place, text, ha="center", va="center", fontsize=size, zorder=3)
