"""Turn what a network knows about a thing, and see its answer move."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.live.points import answer, short
from dlkeras.live.widget import Widget


@dataclass(frozen=True)
class Feature:
    """A column of the table, and the range of its slider.

    Attributes:
        name: What to call it.
        min: Its lowest value in the data.
        max: Its highest value in the data.
        step: How far the slider goes at a time. A column from 0 to 1 in steps
            of 1 becomes a box to check.
        unit: What its numbers count.
    """

    name: str
    min: float
    max: float
    step: float = 1
    unit: str = ""

    def __post_init__(self):
        if not self.min < self.max or not self.step > 0:
            raise ValueError(
                "A feature needs `min` below `max`, and `step` above 0. "
                f"Received: {self.name!r}, min={self.min}, max={self.max}, "
                f"step={self.step}"
            )


def what_if(
    model: keras.Model,
    features: Sequence[Feature | Mapping[str, Any]],
    example: Any,
    target_name: str,
    unit: str,
    mean: float = 0.0,
    std: float = 1.0,
    name: str = "what_if",
) -> Widget:
    """A slider for each input, the prediction, and what each change moved.

    What an input moved is the prediction now, minus the prediction with that
    input alone put back to its value in the example.

    Args:
        model: A trained model from a raw row of the table, shape
            `(features,)`, to one number.
        features: A `Feature` for each column, or its arguments as a dict.
        example: The row to begin with, shape `(features,)`.
        target_name: What is predicted.
        unit: Its unit.
        mean: If the model predicts a standardized target, its mean.
        std: And its standard deviation.
        name: What to call the widget.

    Returns:
        The widget.

    Raises:
        ValueError: If the model takes or gives something else, the example is
            not within the ranges, or `std` is not above 0.
    """
    columns = [one if isinstance(one, Feature) else Feature(**one) for one in features]
    example = np.asarray(example, dtype="float64").ravel()
    shapes = (None, len(columns)), (None, 1)
    if (model.input_shape, model.output_shape) != shapes:
        raise ValueError(
            f"what_if needs a model from {len(columns)} features to one number. "
            f"Received: input_shape={model.input_shape}, "
            f"output_shape={model.output_shape}"
        )
    if example.shape != (len(columns),):
        raise ValueError(
            "`example` must hold a number for each feature. "
            f"Received: {example.size} numbers for {len(columns)} features"
        )
    for column, value in zip(columns, example, strict=True):
        if not column.min <= value <= column.max:
            raise ValueError(
                f"`example` must lie within the ranges. Received: {value:g} for "
                f"{column.name!r}, {column.min:g} to {column.max:g}"
            )
    if not (0 < std < math.inf and math.isfinite(mean)):
        raise ValueError(
            f"`mean` must be finite and `std` above 0. Received: mean={mean}, std={std}"
        )
    # The page shows no number that the model did not give, units included.
    row = keras.Input(model.input_shape[1:], name="row")
    whole = keras.Model(row, model(row) * float(std) + float(mean), name=name)
    example = np.array(short(example))
    rows = _with_one_changed(columns, example)
    found = answer(whole, rows)[:, 0]
    spread = np.ptp(found) or 1.0
    return Widget(
        "what_if",
        name,
        {"model": whole},
        {
            "features": [asdict(column) for column in columns],
            "example": example.tolist(),
            "target": target_name,
            "unit": unit,
            # Three digits of the changes that one input makes.
            "decimals": max(0, 2 - math.floor(math.log10(spread))),
        },
        _still(columns, found, target_name, unit),
        "Change one thing after the other. What moves the prediction most? Change "
        "two things together: do their bars add up to the whole change?",
    )


def _with_one_changed(columns, example):
    """The example, and below it one row for each feature at its other end."""
    rows = np.tile(example, (len(columns) + 1, 1))
    for n, column in enumerate(columns):
        middle = (column.min + column.max) / 2
        rows[n + 1, n] = column.max if example[n] <= middle else column.min
    return rows


def _still(columns, found, target_name, unit):
    moved = found[1:] - found[0]
    order = np.argsort(np.abs(moved))
    names = [columns[n].name for n in order]
    with plt.style.context("dlkeras.visualization.lab"):
        fig, ax = plt.subplots(figsize=(5.6, 1.6 + 0.32 * len(columns)))
        color = np.where(moved[order] < 0, "#D55E00", "#0072B2")
        ax.barh(names, moved[order], color=color)
        ax.axvline(0, color="black", lw=1)
        ax.grid(False, axis="y")
        ax.locator_params(axis="x", nbins=5)
        ax.xaxis.set_major_formatter("{x:,g}")
        ax.set_xlabel(f"change of {target_name}{unit and f' ({unit})'}")
        ax.set_ylabel("one input, at its other end")
        fig.suptitle(f"“{names[-1]}” moves the {target_name} most")
    return fig
