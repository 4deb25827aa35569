"""Choose a picture and a class, and see which places speak for it."""

import base64
from collections.abc import Sequence
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers, ops

from dlkeras.live.points import short
from dlkeras.live.widget import Widget
from dlkeras.visualization import show_boxes

MOST = 12  # pictures to choose from


def grad_cam(
    body: keras.Model,
    head: layers.Dense,
    images: Any,
    class_names: Sequence[str],
    truth: Any,
    boxes: Any = None,
    name: str = "grad_cam",
) -> Widget:
    """Pictures to choose from; probabilities, and a heat map for each class.

    For a network that averages its last feature maps and ends in one dense
    layer, Grad-CAM is the sum of these maps, weighted by the class's weights.
    So the exported model gives the heat maps of all classes without a gradient.

    Args:
        body: A trained model from gray images, shape `(height, width, 1)`, to
            feature maps `(rows, columns, channels)`.
        head: The trained dense layer on the average of each map; linear, or
            with a softmax.
        images: Pictures to choose from, shape `(n, height, width, 1)`, 0 to 1.
            The page gets them in 256 steps of gray.
        class_names: What the outputs of `head` stand for.
        truth: The number of the class of each picture, shape `(n,)`.
        boxes: Around the thing in each picture, shape `(n, 4)`: left, top, right
            and bottom as shares of the picture. Or None.
        name: What to call the widget.

    Returns:
        The widget.

    Raises:
        ValueError: If the body, the head, the pictures and their names do not
            fit each other.
    """
    model = cam_model(body, head)
    images, truth = np.asarray(images, "float32"), np.asarray(truth).ravel()
    count = model.output_shape[0][-1]
    if images.shape[1:] != body.input_shape[1:] or not 1 <= len(images) <= MOST:
        raise ValueError(
            f"`images` must have shape (n, {', '.join(map(str, body.input_shape[1:]))})"
            f", n from 1 to {MOST}. Received: {images.shape}"
        )
    if not (images.min() >= 0 and images.max() <= 1):
        raise ValueError(
            "The pixels must be 0 to 1. "
            f"Received: {images.min():.3g} to {images.max():.3g}"
        )
    if len(class_names) != count:
        raise ValueError(
            f"`class_names` must name {count} classes. "
            f"Received: {len(class_names)} names"
        )
    if len(truth) != len(images) or not set(truth.tolist()) <= set(range(count)):
        raise ValueError(
            f"`truth` must hold a class below {count} for each of {len(images)} "
            f"pictures. Received: truth={truth.tolist()}"
        )
    if boxes is not None and np.shape(boxes) != (len(images), 4):
        raise ValueError(
            f"`boxes` must have shape ({len(images)}, 4). Received: {np.shape(boxes)}"
        )
    gray = np.round(255 * images).astype("uint8")
    names = [str(one) for one in class_names]
    return Widget(
        "grad_cam",
        name,
        {"model": model},
        {
            "input": model.inputs[0].name,
            "size": list(images.shape[1:3]),
            # As text: 2,000 numbers a picture would take three times the room.
            "images": [base64.b64encode(one.tobytes()).decode() for one in gray],
            "classes": names,
            "truth": truth.tolist(),
            "boxes": None if boxes is None else short(boxes),
        },
        _still(model, gray / np.float32(255), names, boxes),
        "Choose a picture. Does the network look at the thing it names? Then choose "
        "another class: where does it see that one, and how much of it?",
    )


def cam_model(body: keras.Model, head: layers.Dense) -> keras.Model:
    """The probabilities and the heat map of every class, as a Functional model.

    Args:
        body: From images to feature maps `(rows, columns, channels)`.
        head: The dense layer on their averages.

    Returns:
        A model from images to probabilities `(classes,)` and heat maps
        `(rows, columns, classes)`. The heat of a place is what it adds to the
        score of the class, where that is above 0.

    Raises:
        ValueError: If the two are something else.
    """
    taken, given = body.input_shape, body.output_shape
    if len(taken) != 4 or taken[-1] != 1 or len(given) != 4 or None in given[1:]:
        raise ValueError(
            "grad_cam needs a body from gray images to feature maps of fixed size. "
            f"Received: input_shape={taken}, output_shape={given}"
        )
    kind = getattr(getattr(head, "activation", None), "__name__", None)
    if not (
        isinstance(head, layers.Dense)
        and head.built
        and kind in ("linear", "softmax")
        and head.kernel.shape[0] == given[-1]
    ):
        raise ValueError(
            f"grad_cam needs a dense layer on {given[-1]} averages, linear or with a "
            f"softmax. Received: head={head!r}, activation {kind!r}"
        )
    kernel = ops.convert_to_numpy(head.kernel)  # (channels, classes)
    image = keras.Input(taken[1:], name="image")
    maps = body(image, training=False)
    scores = head(layers.GlobalAveragePooling2D()(maps))
    weigh = layers.Conv2D(kernel.shape[1], 1, use_bias=False, activation="relu")
    heat = weigh(maps)
    weigh.set_weights([kernel[None, None] / (given[1] * given[2])])
    p = scores if kind == "softmax" else layers.Softmax()(scores)
    return keras.Model(image, [p, heat])


def _still(model, images, names, boxes):
    first = images[:3]
    p, heat = map(ops.convert_to_numpy, model(first, training=False))
    said = p.argmax(axis=1)
    with plt.style.context("dlkeras.visualization.lab"):
        fig = show_boxes(
            first,
            None if boxes is None else boxes[: len(first)],
            heat=[one[..., k] for one, k in zip(heat, said, strict=True)],
            titles=[names[k] for k in said],
            suptitle="Bright: what speaks for the answer",
        )
    return fig
