import base64

import keras
import numpy as np
import pytest
from keras import layers

from dlkeras.live import grad_cam
from dlkeras.utils import value_and_gradients

rng = np.random.default_rng(0)
IMAGES = rng.random((3, 12, 16, 1)).astype("float32")
NAMES = ["shirt", "shoe", "bag"]
BOXES = np.tile([0.1, 0.2, 0.5, 0.6], (3, 1))


def network(channels=1, activation=None, classes=3, features=5):
    keras.utils.set_random_seed(0)
    body = keras.Sequential(
        [
            keras.Input((12, 16, channels)),
            layers.Conv2D(features, 3, strides=4, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(),
        ]
    )
    head = layers.Dense(classes, activation)
    head.build((None, 5))
    return body, head


@pytest.mark.parametrize("activation", [None, "softmax"])
def test_onnx_gives_probabilities_and_grad_cam(stored, activation):
    body, head = network(activation=activation)
    found = stored(grad_cam(body, head, IMAGES, NAMES, [0, 1, 2], BOXES))
    p, heat = found.run("model", **{found.settings["input"]: IMAGES})
    assert heat.shape == (3, 3, 4, 3)
    maps = keras.Variable(body.predict(IMAGES, verbose=0))

    def score(k):
        kernel, bias = head.weights
        pooled = keras.ops.mean(maps.value, axis=(1, 2))
        scores = keras.ops.matmul(pooled, kernel) + bias
        return keras.ops.sum(scores[:, k])

    for k in range(3):  # the definition, with gradients
        _, (slopes,) = value_and_gradients(lambda k=k: score(k), [maps])
        alpha = slopes.mean(axis=(1, 2), keepdims=True)
        kept = np.maximum((alpha * keras.ops.convert_to_numpy(maps)).sum(axis=-1), 0)
        np.testing.assert_allclose(heat[..., k], kept, atol=1e-6)
    answers = head(keras.ops.mean(maps, axis=(1, 2)))
    if not activation:
        answers = keras.ops.softmax(answers)
    np.testing.assert_allclose(p, answers, atol=1e-6)


def test_settings_hold_the_pictures(stored):
    found = stored(grad_cam(*network(), IMAGES, NAMES, [2, 1, 0], BOXES)).settings
    bytes_ = [base64.b64decode(text) for text in found["images"]]
    pixels = np.array([list(one) for one in bytes_]).reshape(3, *found["size"]) / 255
    np.testing.assert_allclose(pixels, IMAGES[..., 0], atol=0.51 / 255)
    assert found["truth"] == [2, 1, 0]
    assert found["classes"] == NAMES
    assert found["boxes"] == BOXES.tolist()


def test_boxes_are_optional(stored):
    assert (
        stored(grad_cam(*network(), IMAGES, NAMES, [0, 1, 2])).settings["boxes"] is None
    )


def test_refuses_another_body_or_head():
    body, head = network(channels=3)
    with pytest.raises(ValueError, match=r"input_shape=\(None, 12, 16, 3\)"):
        grad_cam(body, head, IMAGES, NAMES, [0, 1, 2])
    body, _ = network(features=7)
    with pytest.raises(ValueError, match="a dense layer on 7 averages"):
        grad_cam(body, head, IMAGES, NAMES, [0, 1, 2])
    with pytest.raises(ValueError, match="activation 'relu'"):
        grad_cam(*network(activation="relu"), IMAGES, NAMES, [0, 1, 2])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"images": IMAGES[:, :8]}, r"Received: \(3, 8, 16, 1\)"),
        ({"images": np.repeat(IMAGES, 5, axis=0)}, r"Received: \(15, 12, 16, 1\)"),
        ({"images": 255 * IMAGES}, r"0 to 1. Received: .* to 25"),
        ({"class_names": NAMES[:2]}, "name 3 classes. Received: 2 names"),
        ({"truth": [0, 1, 3]}, r"Received: truth=\[0, 1, 3\]"),
        ({"truth": [0, 1]}, r"Received: truth=\[0, 1\]"),
        ({"boxes": BOXES[:2]}, r"Received: \(2, 4\)"),
    ],
)
def test_refuses_what_does_not_fit(changed, message):
    given = {"images": IMAGES, "class_names": NAMES, "truth": [0, 1, 2]} | changed
    with pytest.raises(ValueError, match=message):
        grad_cam(*network(), **given)
