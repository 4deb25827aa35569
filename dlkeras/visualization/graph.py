"""Computational graphs, drawn from the engine's own."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes

from dlkeras.scratch import Value

_VALUE, _GRAD = "#0072B2", "#B34700"


def plot_graph(
    result: Value,
    *,
    slopes: bool = False,
    forward: int | None = None,
    backward: int | None = None,
    size: float = 12,
    ax: Axes | None = None,
) -> Axes:
    """Draw how a value was made: a box for each value, results on the right.

    A box holds the operation or the name, the number, and below it, in
    orange, the gradient. With `forward` and `backward` the graph can be shown
    as it fills in, a frame at a time.

    Args:
        result: The last value of the graph. Anything with the attributes
            `data`, `grad`, `name`, `op`, `parents` and the method `graph` of
            `dlkeras.scratch.Value` will do.
        slopes: Whether to write each local slope on its arrow.
        forward: For how many values, oldest first, to show the number; all
            if None. The last of them is framed.
        backward: For how many values, newest first, to show the gradient;
            all if None. The last of them is framed, and the arrows along
            which it hands its gradient on are colored.
        size: Size of the text in points.
        ax: Where to draw; the current axes if None.

    Returns:
        The axes drawn on.
    """
    ax = ax or plt.gca()
    graph = result.graph()
    place = _places(result, graph)
    known = graph[:forward] if forward is not None else graph
    reached = graph[::-1][: len(graph) if backward is None else backward]
    current = reached[-1] if backward else known[-1] if forward else None

    boxes = {}
    for value in graph:
        name, number = value.name or value.op, f"{value.data:.3g}"
        text = ax.text(
            *place[value],
            "\n".join([name] * bool(name) + [number if value in known else ""]),
            size=size,
            ha="center",
            va="center",
            bbox={
                "boxstyle": "round,pad=0.35",
                "facecolor": "#D6EAF5" if value.parents else "white",
                "edgecolor": "black" if value is current else _VALUE,
                "linewidth": 3 if value is current else 1.2,
            },
        )
        boxes[value] = text.get_bbox_patch()
        if value in reached:
            ax.annotate(
                f"{value.grad:.3g}",
                place[value],
                xytext=(0, -(2.5 if name else 1.9) * size),
                textcoords="offset points",
                size=size,
                weight="bold",
                color=_GRAD,
                ha="center",
                va="center",
            )
    for value in graph:
        handed_on = backward is not None and value in reached
        for parent, slope in value.parents:
            ax.annotate(
                "",
                xy=place[value],
                xytext=place[parent],
                zorder=4,  # after the boxes, whose edges it must know
                arrowprops={
                    "arrowstyle": "<|-" if handed_on else "-|>",
                    "color": _GRAD if handed_on else "#777777",
                    "linewidth": 3 if handed_on and value is current else 1.5,
                    "patchA": boxes[parent],
                    "patchB": boxes[value],
                    "shrinkA": 2,
                    "shrinkB": 2,
                },
            )
            if slopes:
                middle = np.mean([place[value], place[parent]], axis=0)
                ax.text(
                    *middle,
                    f"× {slope:.3g}",
                    size=size,
                    color=_GRAD,
                    ha="center",
                    va="center",
                    zorder=5,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
                )
    columns, rows = zip(*place.values(), strict=True)
    ax.set(
        xlim=(min(columns) - 0.5, max(columns) + 0.5),
        ylim=(min(rows) - 0.7, max(rows) + 0.5),
    )
    ax.axis("off")
    return ax


def animate_graph(
    result: Value,
    *,
    title: str,
    interval: int = 600,
    rest: int = 6,
) -> FuncAnimation:
    """Let numbers flow forward through a graph, and then gradients back.

    Args:
        result: The last value of the graph, after its `backward`; see
            `plot_graph`.
        title: What the animation shows.
        interval: Milliseconds between two values.
        rest: How many frames to rest on the full graph.

    Returns:
        The animation; it lives as long as you keep it in a variable.

    >>> w = Value(2, "w")
    >>> loss = (w * 3) ** 2
    >>> loss.backward()
    >>> animation = animate_graph(loss, title="Forward and back")
    """
    fig, ax = plt.subplots(figsize=(5.4, 3.6))
    size = len(result.graph())

    def draw(frame):
        ax.clear()
        plot_graph(result, forward=frame + 1, backward=max(0, frame + 1 - size), ax=ax)
        ax.set_title(title)

    return FuncAnimation(fig, draw, frames=2 * size + rest, interval=interval)


def _places(result: Value, graph: list[Value]) -> dict[Value, tuple[float, float]]:
    """Columns by the longest way to the result; rows so that parents surround."""
    column = dict.fromkeys(graph, 0)
    for value in reversed(graph):
        for parent, _ in value.parents:
            column[parent] = min(column[parent], column[value] - 1)
    leaves = [value for value in _depth_first(result) if not value.parents]
    row = {leaf: -float(i) for i, leaf in enumerate(leaves)}
    for value in graph:
        if value.parents:
            of = list(dict.fromkeys(parent for parent, _ in value.parents))
            row[value] = sum(row[parent] for parent in of) / len(of)
    return {value: (column[value], row[value]) for value in graph}


def _depth_first(result: Value) -> list[Value]:
    seen: dict[Value, None] = {}
    waiting = [result]
    while waiting:
        value = waiting.pop()
        if value not in seen:
            seen[value] = None
            waiting.extend(parent for parent, _ in reversed(value.parents))
    return list(seen)
