"""Draw something, and see what each filter of a layer finds in it."""

from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

from dlkeras.live.points import short
from dlkeras.live.strokes import SQUARE, paint
from dlkeras.live.widget import Widget

SIDE = 28  # pixels of the drawing
MOST = 32  # filters: more are too small to look at


def feature_maps(weights: Any, bias: Any, name: str = "feature_maps") -> Widget:
    """A canvas; the filters of a convolution, and the map that each makes of it.

    The filters slide pixel by pixel, whatever their stride was in training: so
    they find the same, and the maps show more. What a map holds below 0 is cut
    off, as by a ReLU. What remains is divided by the most that a drawing can get
    out of this filter. Those whose weights add up to almost 0 come first.

    Args:
        weights: Of a layer on images with one channel, shape
            `(k, k, 1, filters)`.
        bias: Shape `(filters,)`.
        name: What to call the widget.

    Returns:
        The widget.

    Raises:
        ValueError: If the weights and the bias are not those of one such layer.
    """
    model = maps_model(weights, bias)
    w, _ = model.layers[1].get_weights()
    return Widget(
        "feature_maps",
        name,
        {"model": model},
        {"filters": short(w[:, :, 0].transpose(2, 0, 1), 2)},  # only for pictures
        _still(model, w),
        "Draw a level stroke, then an upright one: which maps light up? Does it "
        "matter where you draw it, or only in which direction?",
    )


def maps_model(weights: Any, bias: Any) -> keras.Model:
    """The layer on a drawing, as a Functional model.

    Args:
        weights: Shape `(k, k, 1, filters)`.
        bias: Shape `(filters,)`.

    Returns:
        A model from `drawing` of shape `(28, 28, 1)` to the maps from 0 to 1,
        shape `(28, 28, filters)`, and the largest value of each, `(filters,)`.

    Raises:
        ValueError: If the weights and the bias are not those of one layer.
    """
    w, b = np.asarray(weights, "float32"), np.asarray(bias, "float32")
    size = w.shape[:1] * 2 + (1,) + w.shape[-1:]
    if w.shape != size or b.shape != w.shape[-1:] or not 1 <= b.size <= MOST:
        raise ValueError(
            f"feature_maps needs weights (k, k, 1, filters) and a bias (filters,), of "
            f"1 to {MOST} filters. Received: shapes {w.shape} and {b.shape}"
        )
    if not (np.isfinite(w).all() and np.isfinite(b).all()):
        raise ValueError(
            "The weights and the bias must be finite. "
            f"Received: bias={b.tolist()}, weights from {w.min()} to {w.max()}"
        )
    off = np.abs(w.sum(axis=(0, 1, 2))) / (np.abs(w).sum(axis=(0, 1, 2)) + 1e-12)
    w, b = w[..., np.argsort(off)], b[np.argsort(off)]
    # Ink where weights are positive and nowhere else; what is cut off stays so.
    most = np.maximum(w, 0).sum(axis=(0, 1, 2)) + b
    most[most <= 0] = 1  # a filter that never answers
    drawing = keras.Input((SIDE, SIDE, 1), name="drawing")
    slide = layers.Conv2D(b.size, len(w), padding="same", activation="relu")
    maps = slide(drawing)
    slide.set_weights([w / most, b / most])
    return keras.Model(drawing, [maps, layers.GlobalMaxPooling2D()(maps)])


def _still(model, w):
    drawing = paint(SQUARE)
    maps = keras.ops.convert_to_numpy(model(drawing[None])[0])[0]
    count = min(6, w.shape[-1])
    with plt.style.context("dlkeras.visualization.lab"):
        fig, axes = plt.subplots(2, count + 1, figsize=(5.6, 2.3), squeeze=False)
        for ax in axes.flat:
            ax.axis("off")
        axes[1, 0].imshow(drawing)
        axes[0, 0].text(0.5, 0.5, "drawn", ha="center", transform=axes[0, 0].transAxes)
        for f, (top, low) in enumerate(axes[:, 1:].T):
            limit = np.abs(w[..., f]).max() or 1.0
            top.imshow(w[:, :, 0, f], cmap="RdBu_r", vmin=-limit, vmax=limit)
            low.imshow(maps[..., f], vmin=0, vmax=1)
        fig.suptitle("Each filter finds another part of a drawing")
    return fig
