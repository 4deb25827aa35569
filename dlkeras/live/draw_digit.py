"""Draw a digit, and see what the network makes of it."""

from collections.abc import Sequence
from typing import Any

from dlkeras.live.widget import Widget


def draw_digit(
    model: Any,
    inside: Any = None,
    levels: Sequence[str] = (),
    name: str = "digit",
) -> Widget:
    """A canvas; the model's probabilities as bars, what it sees as pictures.

    What is drawn is centered and scaled as the images of MNIST are: 20 pixels
    high or wide, the center of mass in the middle of 28 × 28.

    Args:
        model: A built model from images of shape `(28, 28, 1)`, 0 to 1 with
            bright ink, to ten probabilities.
        inside: A model on the same input whose outputs are hidden layers to be
            shown as pictures.
        levels: What to call them.
        name: What to call the widget.

    Raises:
        ValueError: If the model takes something else, or does not give ten
            numbers.
    """
    import keras

    from dlkeras.live.points import answer
    from dlkeras.live.strokes import SEVEN, paint

    if model.input_shape != (None, 28, 28, 1) or model.output_shape != (None, 10):
        raise ValueError(
            "draw_digit needs a model from images (28, 28, 1) to ten probabilities. "
            f"Received: input_shape={model.input_shape}, "
            f"output_shape={model.output_shape}"
        )
    hidden = [] if inside is None else list(inside.outputs)
    if len(hidden) != len(levels):
        raise ValueError(
            f"Each output of `inside` needs a name. Received: levels={levels!r}"
        )
    outputs = list(model.outputs)
    if hidden:
        deep = inside(model.inputs[0])
        outputs += deep if isinstance(deep, list | tuple) else [deep]
    whole = keras.Model(model.inputs[0], outputs, name=name)
    seven = paint(SEVEN, pen=3)
    return Widget(
        "draw_digit",
        name,
        {"model": whole},
        {"levels": list(levels), "input": model.inputs[0].name},
        _still(seven, answer(model, seven[None])),
        "Draw a digit with mouse, finger or pen. When does it fail? Try a small "
        "one, one in a corner, and a letter.",
    )


def _still(image: Any, probabilities: Any) -> Any:
    import matplotlib.pyplot as plt

    likely = probabilities[0].argmax()
    with plt.style.context("dlkeras.visualization.lab"):
        fig, (left, right) = plt.subplots(1, 2, figsize=(5.6, 3.4))
        left.imshow(image)
        left.set(xticks=[], yticks=[])
        left.grid(False)
        color = ["#D55E00" if digit == likely else "#0072B2" for digit in range(10)]
        right.barh(range(10), 100 * probabilities[0], color=color)
        right.set(yticks=range(10), xlim=(0, 100), xlabel="probability (%)")
        right.set_ylabel("digit")
        right.grid(False, axis="y")
        right.invert_yaxis()
        fig.suptitle("Draw a digit, and see what it is taken for")
    return fig
