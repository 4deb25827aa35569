"""A network as nodes and weighted connections."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.patches import Circle

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
        network: A Keras model of which the layers with a two-dimensional
            weight (`Dense`, `Neuron`) are drawn in their order, or a list of
            weight arrays, each of shape `(inputs, units)`.
        input_names: A name for each input, written to its left.
        output_names: A name for each output, written to its right.
        layer_names: A name for each column of nodes, inputs included, written
            above it.
        values: The number that each node holds for one sample, one array a
            column, inputs included; written into the nodes, and shading them
            by their share of the column's largest.
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
        largest = max(np.abs(w).max() for w in weights)
    elif not largest > 0:
        raise ValueError(f"`largest` must be above 0. Received: largest={largest}")

    ax = ax or plt.gca()
    # All nodes of a column share a height of 1; columns stand 1.1 apart.
    step = 1 / max(max(sizes), 2)
    columns = [
        np.column_stack(
            [np.full(size, 1.1 * i), 0.5 + step * ((size - 1) / 2 - np.arange(size))]
        )
        for i, size in enumerate(sizes)
    ]
    radius = min(0.36 * step, 0.09)
    for w, left, right in zip(weights, columns[:-1], columns[1:], strict=True):
        _draw_connections(w / (largest or 1), left, right, ax)
    for i, column in enumerate(columns):
        _draw_nodes(column, radius, None if values is None else values[i], ax)

    for names, column, side in (
        (input_names, columns[0], -1),
        (output_names, columns[-1], 1),
    ):
        for name, (x, y) in zip(names, column, strict=False):
            ax.text(
                x + side * (radius + 0.06),
                y,
                name,
                ha="left" if side > 0 else "right",
                va="center",
                fontsize=12,
            )
    for i, name in enumerate(layer_names):
        ax.text(1.1 * i, 1.06, name, ha="center", va="bottom", fontsize=12)
    ax.set_xlim(-0.2, 1.1 * (len(sizes) - 1) + 0.2)
    ax.set_ylim(-0.04, 1.04)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def _weights(network: Any) -> list[np.ndarray]:
    """Kernels of a model's layers, or the arrays of a list, checked."""
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
    for weight in found:
        if weight.ndim != 2 or 0 in weight.shape:
            raise ValueError(
                "Each weight must have shape (inputs, units). "
                f"Received shapes: {[w.shape for w in found]}"
            )
    if any(a.shape[1] != b.shape[0] for a, b in zip(found, found[1:], strict=False)):
        raise ValueError(
            "Each layer must have as many inputs as the one before has units. "
            f"Received shapes: {[w.shape for w in found]}"
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
    order = np.argsort(strength)  # the strongest on top
    ends = np.array([[a, b] for a in left for b in right])[order]  # as w.ravel()
    strength, positive = strength[order], (w > 0).ravel()[order]
    for sign, color, style in (
        (positive, POSITIVE, "solid"),
        (~positive, NEGATIVE, (0, (3, 1.2))),
    ):
        ax.add_collection(
            LineCollection(
                ends[sign],
                colors=color,
                linestyles=[style],
                linewidths=0.3 + 3.7 * strength[sign],
                alpha=np.clip(0.25 + 0.75 * strength[sign], 0, 1),
                zorder=1,
            )
        )


def _draw_nodes(
    column: np.ndarray, radius: float, values: np.ndarray | None, ax: Axes
) -> None:
    """Circles, with the number each one holds if there are numbers."""
    shade = np.zeros(len(column))
    if values is not None:
        shade = Normalize(0, np.abs(values).max() or 1)(np.abs(values))
    for i, (x, y) in enumerate(column):
        face = "white" if values is None else str(1 - 0.35 * shade[i])
        ax.add_patch(Circle((x, y), radius, fc=face, ec="black", lw=1.3, zorder=2))
        if values is not None:
            text = f"{values[i]:.1f}".replace("-", "−")
            ax.text(x, y, text, ha="center", va="center", fontsize=11, zorder=3)
