"""Balls on a surface, each on its way down with an optimizer of its own."""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.live.points import short
from dlkeras.live.tracing import Traced, join
from dlkeras.live.widget import Widget
from dlkeras.visualization.descent import COLORS, MARKERS

SIDE = 48  # points along each side of the map
MOST = 6  # optimizers: as many as there are colors in the page


def drop_ball(
    surface: Callable[[Any], Any],
    slope: Callable[[Any], Any],
    optimizers: Mapping[str, Callable[[], Any]],
    window: Sequence[float],
    steps: int = 40,
    start: Sequence[float] | None = None,
    name: str = "drop_ball",
) -> Widget:
    """A map to drop balls on; one rolls for each optimizer.

    The model behind it is *one* step of all optimizers, with what they
    remember as further inputs and outputs. The page takes the steps.

    Args:
        surface: The height of a point `w`, written with NumPy's arithmetic on
            `w[..., 0]` and `w[..., 1]`, or on `w` as a whole.
        slope: Its gradient there, shaped like `w`, or as a pair of numbers.
        optimizers: What to call each one, and a function that makes it: an
            object with `step(w, g)` that returns the new `w`, and that keeps
            what it remembers in attributes which exist from the start.
        window: What the map shows: `(left, right, bottom, top)`.
        steps: How many steps a ball rolls. Few enough, for a method that hops
            about the bottom: there the last digit of a number decides where to,
            and browsers round in another way.
        start: The point to begin with; if None, near the upper left corner.
        name: What to call the widget.

    Returns:
        The widget.

    Raises:
        ValueError: If the window or the number of steps makes no sense, there
            are too many optimizers, or one does more than arithmetic.
    """
    window = np.asarray(window, dtype="float64").ravel().tolist()
    if len(window) != 4 or not (window[0] < window[1] and window[2] < window[3]):
        raise ValueError(
            "`window` must be (left, right, bottom, top). "
            f"Received: window={tuple(window)}"
        )
    if not 1 <= len(optimizers) <= MOST:
        raise ValueError(
            f"drop_ball shows one to {MOST} optimizers. "
            f"Received: optimizers={list(optimizers)}"
        )
    if not 1 <= steps <= 500:
        raise ValueError(f"`steps` must be 1 to 500. Received: steps={steps}")
    left, right, bottom, top = window
    if start is None:
        start = left + 0.15 * (right - left), top - 0.15 * (top - bottom)
    start = np.array(short(start))
    if start.shape != (2,) or not (
        left <= start[0] <= right and bottom <= start[1] <= top
    ):
        raise ValueError(
            f"`start` must lie in the window. Received: start={start.tolist()}"
        )
    memories = {
        title: _memory(title, make, slope, start) for title, make in optimizers.items()
    }
    model = _one_step(surface, slope, optimizers, memories)
    with np.errstate(all="ignore"):  # a ball may fly off the map
        paths = {
            title: walk(make(), slope, start, steps)
            for title, make in optimizers.items()
        }
    _check(model, memories, paths)
    grid = np.meshgrid(np.linspace(left, right, SIDE), np.linspace(bottom, top, SIDE))
    heights = np.asarray(surface(np.stack(grid, axis=-1)))  # (SIDE, SIDE)
    return Widget(
        "drop_ball",
        name,
        {"model": model},
        {
            "names": list(optimizers),
            # For each optimizer: the names of its inputs, and their first values.
            "memories": [
                {
                    f"memory{n}_{attribute}": short(value)
                    for attribute, value in memory.items()
                }
                for n, memory in enumerate(memories.values())
            ],
            "steps": steps,
            "start": start.tolist(),
            "window": short(window),
            "heights": short(heights.ravel()),
        },
        _still(grid, heights, paths, window),
        "Drop a ball: who arrives first? Find a start from which another one wins, "
        "and one where they end at different places.",
    )


def walk(optimizer: Any, slope: Callable, start: Any, steps: int) -> np.ndarray:
    """The path of one ball, in NumPy.

    Returns:
        Shape `(steps + 1, 2)`.
    """
    path = [np.array(start, dtype="float64")]
    for _ in range(steps):
        path.append(optimizer.step(path[-1], join(slope(path[-1]))))
    return np.array(path)


def _memory(title, make, slope, start):
    """The attributes that change on the way, with their first values."""
    fresh, used = make(), make()
    try:
        walk(used, slope, start + 0.1, 2)  # a little off: a slope of 0 changes none
    except Exception as error:
        raise ValueError(f"The optimizer {title!r} cannot step: {error}") from error
    found = {}
    for attribute, value in vars(used).items():
        first = getattr(fresh, attribute, None)
        if isinstance(value, str | bool) or np.array_equal(value, first):
            continue
        if first is None or np.size(value) > 2:
            raise ValueError(
                f"What {title!r} remembers must be numbers from the start. "
                f"Received: {attribute}={first!r}, later {value!r}"
            )
        found[attribute] = np.broadcast_to(first, np.size(value)).astype("float64")
    return found


def _one_step(surface, slope, optimizers, memories):
    inputs, outputs = [], []
    for n, (title, make) in enumerate(optimizers.items()):
        optimizer = copy.copy(make())
        w = keras.Input((2,), name=f"w{n}")
        inputs.append(w)
        for attribute, first in memories[title].items():
            inputs.append(keras.Input((len(first),), name=f"memory{n}_{attribute}"))
            setattr(optimizer, attribute, Traced(inputs[-1]))
        try:
            new = optimizer.step(Traced(w), join(slope(Traced(w))))
            kept = [getattr(optimizer, attribute) for attribute in memories[title]]
            outputs += [one.tensor for one in (new, surface(new), *kept)]
        except Exception as error:
            raise ValueError(
                f"The surface, its slope and the optimizer {title!r} must be made of "
                f"arithmetic. Received an error: {error}"
            ) from error
    return keras.Model(inputs, outputs, name="one_step")


def _check(model, memories, paths):
    """Does the model step as the optimizers do? Global state would show here."""
    now = [
        np.array([value], "float32")
        for title, memory in memories.items()
        for value in (paths[title][0], *memory.values())
    ]
    for step in (1, 2, 3):
        found = [keras.ops.convert_to_numpy(one) for one in model(now)]
        now = []
        for title, memory in memories.items():
            w, _height, *kept = found[: 2 + len(memory)]
            del found[: 2 + len(memory)]
            expected = paths[title][min(step, len(paths[title]) - 1)]
            scale = max(1.0, np.abs(expected).max())
            if step < len(paths[title]) and not np.allclose(
                w[0] / scale, expected / scale, atol=1e-4
            ):
                raise ValueError(
                    f"{title!r} steps otherwise when exported. "
                    f"Received: {w[0].tolist()} for {expected.tolist()}"
                )
            now += [w, *kept]


def _still(grid, heights, paths, window):
    levels = heights.min() + (np.ptp(heights) or 1) * np.linspace(0, 1, 15) ** 2
    with plt.style.context("dlkeras.visualization.lab"):
        fig, ax = plt.subplots(figsize=(5.6, 4.6))
        ax.contourf(*grid, heights, levels=levels, cmap="Greys_r", alpha=0.45)
        lines = {"colors": "white", "linewidths": 0.6, "linestyles": "solid"}
        ax.contour(*grid, heights, levels=levels, **lines)
        for (title, path), color, mark in zip(
            paths.items(), COLORS, MARKERS, strict=False
        ):
            look = {"color": color, "marker": mark, "mec": "white", "ms": 10, "lw": 1.6}
            ax.plot(*path.T, label=title, markevery=[len(path) - 1], **look)
        ax.plot(*next(iter(paths.values()))[0], "x", color="black", ms=10, mew=2.5)
        ax.set(xlim=window[:2], ylim=window[2:], xlabel="$w_1$", ylabel="$w_2$")
        ax.set_title("One start, as many ways down as optimizers")
        ax.grid(False)
        handles = ax.get_legend_handles_labels()
        fig.legend(*handles, loc="outside lower center", ncols=min(4, len(paths)))
    return fig
