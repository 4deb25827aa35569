import keras
import numpy as np
import pytest
from keras import layers

from dlkeras.live import dropout_spread

rng = np.random.default_rng(0)
RATE = 0.4


class Dropout(layers.Layer):
    """As a lab writes it."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def call(self, x, training=False):
        raise NotImplementedError("the widget has masks of its own")

    def compute_output_shape(self, shape):
        return shape


def network(shape=(14, 14), outputs=10, drop=None, activation="softmax"):
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input(shape),
            layers.Flatten(),
            layers.Dense(6, "relu"),
            layers.Dropout(RATE) if drop is None else drop,
            layers.Dense(outputs, activation),
        ]
    )


@pytest.mark.parametrize("shape", [(14, 14), (28, 28, 1)])
def test_onnx_masks_as_dropout_does(stored, shape):
    model = network(shape)
    found = stored(dropout_spread(model, passes=5))
    assert found.settings["noise"] == {"noise0": [6]}
    assert found.settings["passes"] == 5
    assert found.settings["classes"] == [str(digit) for digit in range(10)]
    drawings, noise = rng.random((5, 28, 28, 1)), rng.random((5, 6))
    thinned, whole = found.run("model", drawing=drawings, noise0=noise)
    k = 28 // shape[0]
    small = drawings.reshape(5, shape[0], k, shape[0], k).mean(axis=(2, 4))
    small = small.reshape(5, *shape).astype("float32")
    np.testing.assert_allclose(whole, model.predict(small, verbose=0), atol=1e-5)
    hidden = keras.ops.convert_to_numpy(model.layers[1](small.reshape(5, -1)))
    expected = model.layers[3](hidden * (noise >= RATE) / (1 - RATE))
    np.testing.assert_allclose(thinned, expected, atol=1e-5)


def test_masks_keep_the_mean(stored):
    model = network(outputs=3)
    found = stored(dropout_spread(model, class_names=["a", "b", "c"]))
    drawings = np.repeat(rng.random((1, 28, 28, 1)), 4000, axis=0)
    feed = {"drawing": drawings, "noise0": rng.random((4000, 6))}
    thinned, whole = found.run("model", **feed)
    assert thinned.std(axis=0).min() > 1e-3
    np.testing.assert_allclose(thinned.mean(axis=0), whole[0], atol=0.02)


def test_a_layer_of_the_readers_own_counts(built):
    class Checked(Dropout):
        def call(self, x, training=False):
            assert not training
            return x

    Checked.__name__ = "Dropout"
    dropout_spread(network(drop=Checked(0.5)), name="own")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (network((10, 10)), r"input_shape=\(None, 10, 10\)"),
        (network((14, 14, 3)), r"input_shape=\(None, 14, 14, 3\)"),
        (network((28,)), r"input_shape=\(None, 28\)"),
        (network(outputs=1), r"output_shape=\(None, 1\)"),
        (network(drop=layers.Dropout(0)), r"needs a `Dropout` layer.*'Flatten'"),
        (network(activation=None), r"must give probabilities.*Received: \["),
    ],
)
def test_refuses_other_models(model, message):
    with pytest.raises(ValueError, match=message):
        dropout_spread(model)


def test_refuses_branches():
    x = keras.Input((14, 14), name="image")
    z = layers.Dense(5)(layers.Flatten()(x))
    sum_of_two = layers.Add()([layers.Dropout(0.5)(z), layers.Dense(5)(z)])
    with pytest.raises(ValueError, match=r"a chain of layers\. Received"):
        dropout_spread(keras.Model(x, layers.Softmax()(sum_of_two)))


def test_refuses_a_wrong_number_of_passes_or_names():
    with pytest.raises(ValueError, match="Received: passes=1"):
        dropout_spread(network(), passes=1)
    with pytest.raises(ValueError, match=r"name 10 classes\. Received: 2 names"):
        dropout_spread(network(), class_names=["a", "b"])
