import numpy as np
import pytest
from keras import ops

from dlkeras.live import neuron

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(20, 2)), np.arange(20) % 2
NAMES = {"feature_names": ["long", "deep"], "class_names": ["no", "yes"]}


@pytest.fixture(scope="module")
def widget(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLKERAS_LIVE", str(folder))
        return neuron([[1.23456], [-2.0]], [0.5], X, Y, activation="tanh", **NAMES)


def test_onnx_computes_a_neuron(widget, stored):
    given = rng.normal(size=(7, 2)), rng.normal(size=(7, 2)), rng.normal(size=(7, 1))
    x, w, b = (one.astype("float32") for one in given)
    z, sigmoid, tanh, relu, step = stored(widget).run("model", x=x, w=w, b=b)
    np.testing.assert_allclose(z, np.sum(x * w, axis=1, keepdims=True) + b, atol=1e-5)
    for output, function in (
        (sigmoid, ops.sigmoid),
        (tanh, ops.tanh),
        (relu, ops.relu),
    ):
        np.testing.assert_allclose(output, ops.convert_to_numpy(function(z)), atol=1e-6)
    np.testing.assert_array_equal(step, z > 0)


def test_settings_hold_what_the_page_needs(widget, stored):
    found = stored(widget)
    assert found.entry["kind"] == "neuron"
    assert found.settings["weights"] == [1.235, -2.0]
    assert found.settings["bias"] == 0.5
    assert found.settings["activation"] == "tanh"
    assert np.shape(found.settings["x"]) == (20, 2)
    assert found.settings["y"] == Y.tolist()
    assert "line" in found.entry["title"]


@pytest.mark.parametrize(
    ("weights", "bias"), [([1, 2, 3], 0), ([1, 2], [0, 0]), ([1, np.nan], 0)]
)
def test_refuses_another_number_of_weights(weights, bias):
    with pytest.raises(ValueError, match="Received: weights="):
        neuron(weights, bias, X, Y, **NAMES)


def test_refuses_an_unknown_activation():
    with pytest.raises(ValueError, match="activation='gelu'"):
        neuron([1, 2], 0, X, Y, activation="gelu", **NAMES)


def test_refuses_points_of_another_space():
    with pytest.raises(ValueError, match=r"Received: \(5, 4\)"):
        neuron([1, 2], 0, np.zeros((5, 4)), np.zeros(5), **NAMES)
