import keras
import numpy as np
import pytest
from keras import layers

from dlkeras.live import draw_digit


def network(size=28, outputs=10):
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((size, size, 1)),
            layers.MaxPooling2D(4),
            layers.Flatten(),
            layers.Dense(6, "relu"),
            layers.Dense(outputs, "softmax"),
        ]
    )


@pytest.mark.parametrize("looks_inside", [False, True])
def test_onnx_answers_as_keras(stored, looks_inside):
    model, inside, levels = network(), None, []
    if looks_inside:
        inside = keras.Model(model.inputs[0], [model.layers[i].output for i in (0, 2)])
        levels = ["small", "hidden"]
    found = stored(draw_digit(model, inside, levels, name=f"digit_{looks_inside}"))
    images = np.random.default_rng(0).random((3, 28, 28, 1), dtype="float32")
    p, *seen = found.run("model", **{found.settings["input"]: images})
    np.testing.assert_allclose(p, model.predict(images, verbose=0), atol=1e-6)
    assert found.settings["levels"] == levels
    assert [one.shape for one in seen] == [(3, 7, 7, 1), (3, 6)][: len(levels)]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (network(size=14), r"input_shape=\(None, 14, 14, 1\)"),
        (network(outputs=3), r"output_shape=\(None, 3\)"),
    ],
)
def test_refuses_other_shapes(model, message):
    with pytest.raises(ValueError, match=message):
        draw_digit(model)


def test_refuses_levels_without_a_name():
    model = network()
    inside = keras.Model(model.inputs[0], [model.layers[2].output])
    with pytest.raises(ValueError, match=r"Received: levels=\[\]"):
        draw_digit(model, inside, [])
