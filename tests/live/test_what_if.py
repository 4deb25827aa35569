import keras
import numpy as np
import pytest
from keras import layers

from dlkeras.live import Feature, what_if

FEATURES = [
    {"name": "lot", "min": 1000, "max": 9000, "step": 100, "unit": "square feet"},
    Feature("rooms", 1, 6),
    Feature("driveway", 0, 1),
]
EXAMPLE = [3185, 3, 1]


def network(inputs=3, outputs=1):
    keras.utils.set_random_seed(0)
    scale = layers.Rescaling(1e-3)
    return keras.Sequential(
        [keras.Input((inputs,)), scale, layers.Dense(4, "relu"), layers.Dense(outputs)]
    )


def test_onnx_predicts_in_the_units_of_the_target(stored):
    model = network()
    widget = what_if(
        model, FEATURES, EXAMPLE, "price", "dollars", mean=70_000, std=25_000
    )
    found = stored(widget)
    rows = np.array([EXAMPLE, [5000, 2, 0]], "float32")
    (prices,) = found.run("model", row=rows)
    expected = model.predict(rows, verbose=0) * 25_000 + 70_000
    np.testing.assert_allclose(prices, expected, rtol=1e-5)
    assert found.settings["example"] == EXAMPLE
    assert found.settings["features"][0] == FEATURES[0]
    assert found.settings["features"][2]["unit"] == ""
    assert found.settings["unit"] == "dollars"


def test_decimals_fit_the_size_of_the_changes(stored):
    small = stored(what_if(network(), FEATURES, EXAMPLE, "share", ""))
    large = what_if(network(), FEATURES, EXAMPLE, "price", "dollars", std=1e6)
    assert small.settings["decimals"] >= 2
    assert stored(large).settings["decimals"] == 0


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (network(inputs=2), r"input_shape=\(None, 2\)"),
        (network(outputs=2), r"output_shape=\(None, 2\)"),
    ],
)
def test_refuses_other_shapes(model, message):
    with pytest.raises(ValueError, match=message):
        what_if(model, FEATURES, EXAMPLE, "price", "dollars")


@pytest.mark.parametrize(
    ("example", "message"),
    [
        ([1, 2], "2 numbers for 3 features"),
        ([3000, 9, 1], "9 for 'rooms', 1 to 6"),
        ([3000, np.nan, 1], "nan for 'rooms'"),
    ],
)
def test_refuses_an_example_out_of_range(example, message):
    with pytest.raises(ValueError, match=message):
        what_if(network(), FEATURES, example, "price", "dollars")


@pytest.mark.parametrize("std", [0, -1, np.inf, np.nan])
def test_refuses_a_spread_that_is_none(std):
    with pytest.raises(ValueError, match=f"std={std}"):
        what_if(network(), FEATURES, EXAMPLE, "price", "dollars", std=std)


@pytest.mark.parametrize("arguments", [(3, 3), (4, 3), (0, 1, 0)])
def test_a_feature_needs_a_range_and_a_step(arguments):
    with pytest.raises(ValueError, match=f"'size', min={arguments[0]}"):
        Feature("size", *arguments)
