"""Draw a digit, and let a crowd of thinned networks read it."""

from collections.abc import Sequence

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers, ops

from dlkeras.live.points import answer
from dlkeras.live.strokes import LETTER, THREE, paint
from dlkeras.live.widget import Widget

SIDE = 28  # pixels of the drawing


def dropout_spread(
    model: keras.Model,
    passes: int = 40,
    class_names: Sequence[str] | None = None,
    name: str = "dropout_spread",
) -> Widget:
    """A canvas; the answers of many thinned networks, and how far they scatter.

    The random numbers behind the masks are inputs of the exported model. The
    page draws them from a seed, so that all readers see the same networks.

    Args:
        model: A built model that is a chain of layers, `Dropout` among them:
            from images of shape `(n, n)` or `(n, n, 1)`, 0 to 1 with bright
            ink, to probabilities. Drawings have 28 × 28 pixels, and each square
            of them is averaged to one where `n` is smaller: 14, 7 or 4.
        passes: How many thinned networks to ask.
        class_names: What to call the classes; their numbers, if None.
        name: What to call the widget.

    Returns:
        The widget.

    Raises:
        ValueError: If the model takes or gives something else, is no chain of
            layers, or has no dropout; if there are other than 2 to 200 passes,
            or not as many names as classes.
    """
    if not 2 <= passes <= 200:
        raise ValueError(f"`passes` must be 2 to 200. Received: passes={passes}")
    whole = noisy(model)
    count = model.output_shape[-1]
    names = list(map(str, range(count) if class_names is None else class_names))
    if len(names) != count:
        raise ValueError(
            f"`class_names` must name {count} classes. Received: {len(names)} names"
        )
    return Widget(
        "dropout_spread",
        name,
        {"model": whole},
        {
            "classes": names,
            "passes": passes,
            "noise": {one.name: list(one.shape[1:]) for one in whole.inputs[1:]},
        },
        _still(whole, passes, names),
        "Draw a digit that you would know at once, then a doubtful one, then a letter. "
        "When do the dots scatter? And when do all of them agree on nonsense?",
    )


def noisy(model: keras.Model) -> keras.Model:
    """A model whose dropout takes its random numbers from inputs.

    Args:
        model: As for `dropout_spread`.

    Returns:
        A model from `drawing` of shape `(28, 28, 1)` and, for each layer of
        dropout, `noise0`, `noise1`, … of that layer's shape, uniform from 0 to
        1. Its outputs are the probabilities with dropout, and without.

    Raises:
        ValueError: As for `dropout_spread`.
    """
    taken, given = model.input_shape, model.output_shape
    side = taken[1] if len(taken) > 1 else None
    if (
        taken not in ((None, side, side), (None, side, side, 1))
        or not side
        or SIDE % side
        or len(given) != 2
        or given[1] < 2
    ):
        raise ValueError(
            "dropout_spread needs a model from square images of 28, 14, 7 or 4 pixels "
            "a side to two probabilities or more. "
            f"Received: input_shape={taken}, output_shape={given}"
        )
    drawing = keras.Input((SIDE, SIDE, 1), name="drawing")
    small = layers.AveragePooling2D(SIDE // side)(drawing)
    whole = thinned = layers.Reshape(taken[1:])(small)
    noise = []
    try:
        for layer in model.layers:
            if isinstance(layer, layers.InputLayer):
                continue
            if type(layer).__name__ != "Dropout":  # Keras's, or one of a lab's own
                whole, thinned = layer(whole), layer(thinned)
            elif layer.rate:
                shape = thinned.shape[1:]
                noise.append(keras.Input(shape, name=f"noise{len(noise)}"))
                kept = ops.cast(noise[-1] >= layer.rate, "float32")
                thinned = thinned * kept / (1 - layer.rate)
        built = keras.Model([drawing, *noise], [thinned, whole])
        image = paint(LETTER)[None]
        squares = image.reshape(side, SIDE // side, side, SIDE // side)
        inside = squares.mean(axis=(1, 3)).reshape(1, *taken[1:])
        _, again = built([image, *(np.zeros((1, *n.shape[1:])) for n in noise)])
        found, expected = ops.convert_to_numpy(again), answer(model, inside)
    except Exception as error:
        raise ValueError(f"{CHAIN} Received an error: {error}") from error
    if not np.allclose(found, expected, atol=1e-5):
        raise ValueError(f"{CHAIN} Received: {model.name!r}, which branches.")
    if not noise:
        raise ValueError(
            "The model needs a `Dropout` layer with a rate above 0. "
            f"Received: layers={[type(one).__name__ for one in model.layers]}"
        )
    if not np.isclose(expected.sum(), 1, atol=1e-3) or expected.min() < 0:
        raise ValueError(
            "The model must give probabilities, as softmax does. "
            f"Received: {expected[0].tolist()}"
        )
    return built


CHAIN = "dropout_spread needs a model that is a chain of layers."


def _still(model, passes, names):
    rng = np.random.default_rng(0)
    noise = [rng.random((passes, *one.shape[1:])) for one in model.inputs[1:]]
    drawings = {"a three": paint(THREE), "a letter": paint(LETTER)}
    with plt.style.context("dlkeras.visualization.lab"):
        fig, axes = plt.subplots(2, 2, figsize=(5.6, 5.4), width_ratios=(2, 3))
        for (left, right), (title, drawing) in zip(axes, drawings.items(), strict=True):
            left.imshow(drawing)
            left.set(xticks=[], yticks=[], title=title)
            left.grid(False)
            batch = np.repeat(drawing[None], passes, axis=0)
            p = 100 * ops.convert_to_numpy(model([batch, *noise])[0])
            for k in range(len(names)):
                heights = k + rng.uniform(-0.3, 0.3, passes)
                right.plot(p[:, k], heights, ".", color="#0072B2", alpha=0.5, ms=5)
            right.plot(p.mean(axis=0), range(len(names)), "D", color="#D55E00", ms=6)
            right.set(yticks=range(len(names)), yticklabels=names, xlim=(-3, 103))
            right.invert_yaxis()
        axes[1, 1].set_xlabel("probability (%), mean as diamond")
        fig.suptitle(f"The same drawing, {passes} answers")
    return fig
