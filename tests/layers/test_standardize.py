import keras
import numpy as np
import pytest
from keras import ops

from dlkeras.layers import Standardize
from dlkeras.utils import value_and_gradients

pytestmark = pytest.mark.backend

rng = np.random.default_rng(0)
HOUSES = rng.normal([5000, 3, 0.2], [2000, 0.7, 0.4], size=(200, 3)).astype("float32")


def adapted(data=HOUSES, **kwargs):
    layer = Standardize(**kwargs)
    layer.adapt(data)
    return layer


def test_training_columns_get_mean_0_and_standard_deviation_1():
    z = ops.convert_to_numpy(adapted()(HOUSES))
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(z.std(axis=0), 1, atol=1e-5)


@pytest.mark.parametrize("axis", [-1, 1, (1, 2), (-1,), None])
def test_agrees_with_keras_on_any_axis(axis):
    data = rng.normal(3.0, 2.0, size=(50, 4, 5)).astype("float32")
    theirs = keras.layers.Normalization(axis=axis)
    theirs.adapt(data)
    ours = adapted(data, axis=axis)
    np.testing.assert_allclose(
        ops.convert_to_numpy(ours(data)), ops.convert_to_numpy(theirs(data)), atol=1e-5
    )


def test_passes_inputs_on_before_it_is_adapted():
    np.testing.assert_array_equal(ops.convert_to_numpy(Standardize()(HOUSES)), HOUSES)


def test_adapting_again_forgets():
    layer = adapted(HOUSES)
    layer.adapt(HOUSES + 1000)
    np.testing.assert_allclose(
        ops.convert_to_numpy(layer.mean)[0], HOUSES.mean(axis=0) + 1000, rtol=1e-5
    )


def test_parts_give_what_the_whole_gives():
    whole, parts = adapted(HOUSES), Standardize()
    for part in (HOUSES[:1], HOUSES[1:50], HOUSES[50:]):
        parts.update(part)
    assert int(parts.count) == 200
    for ours, theirs in zip(parts.weights, whole.weights, strict=True):
        np.testing.assert_allclose(
            ops.convert_to_numpy(ours), ops.convert_to_numpy(theirs), rtol=1e-5
        )


def test_a_constant_column_becomes_zeros_and_a_new_value_stays_small():
    data = np.column_stack([HOUSES[:, 0], np.full(200, 0.1, "float32")])
    layer = adapted(data)
    assert (ops.convert_to_numpy(layer(data))[:, 1] == 0).all()
    new = ops.convert_to_numpy(layer(np.array([[5000.0, 1.1]], "float32")))
    np.testing.assert_allclose(new[0, 1], 1, rtol=1e-5)


def test_inverse_leads_back():
    layer = adapted()
    again = ops.convert_to_numpy(layer.inverse(layer(HOUSES)))
    np.testing.assert_allclose(again, HOUSES, rtol=1e-4, atol=1e-4)


def test_whole_numbers_are_welcome():
    layer = adapted(np.array([[1], [3]]))
    np.testing.assert_allclose(ops.convert_to_numpy(layer(np.array([[5]]))), [[3.0]])


def test_its_gradient_is_one_over_the_standard_deviation():
    layer = adapted()
    x = keras.Variable(HOUSES[:1])
    _, (gradient,) = value_and_gradients(lambda: ops.sum(layer(x.value)), [x])
    np.testing.assert_allclose(gradient[0], 1 / HOUSES.std(axis=0), rtol=1e-4)


def test_fit_leaves_its_state_alone():
    layer = adapted()
    before = [ops.convert_to_numpy(w) for w in layer.weights]
    model = keras.Sequential([keras.Input((3,)), layer, keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(HOUSES, HOUSES[:, 1], verbose=0)
    assert not layer.trainable_weights
    for now, then in zip(layer.weights, before, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(now), then)


def test_can_be_adapted_after_the_model_was_used():
    layer = Standardize()
    model = keras.Sequential([keras.Input((3,)), layer])
    model.predict(HOUSES, verbose=0)
    layer.adapt(HOUSES)
    z = model.predict(HOUSES, verbose=0)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-5)


@pytest.mark.parametrize("axis", [-1, (1,), None])
def test_a_saved_model_keeps_what_it_learned(tmp_path, axis):
    model = keras.Sequential(
        [keras.Input((3,)), adapted(axis=axis), keras.layers.Dense(2)]
    )
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        ops.convert_to_numpy(again(HOUSES)), ops.convert_to_numpy(model(HOUSES))
    )
    assert int(again.layers[0].count) == int(model.layers[0].count)


def test_mixed_precision_standardizes_in_float32():
    # In float16 the difference of two such numbers would be wrong.
    data = np.array([[60000.0], [60010.0]], "float32")
    layer = adapted(data, dtype="mixed_float16")
    z = layer(data)
    assert keras.backend.standardize_dtype(z.dtype) == "float16"
    np.testing.assert_allclose(ops.convert_to_numpy(z), [[-1], [1]], rtol=1e-2)


def test_output_has_the_shape_of_the_input():
    assert Standardize().compute_output_shape((None, 7)) == (None, 7)
    assert Standardize()(keras.Input((7,))).shape == (None, 7)


@pytest.mark.parametrize(
    ("axis", "shape", "message"),
    [
        (0, (4, 3), "axis=0"),
        ((1, 1), (4, 3), r"axis=\(1, 1\)"),
        ((1, -1), (4, 3), r"axis=\(1, -1\)"),
        (2, (4, 3), "no axis 2"),
        (-2, (4, 3), "no axis -2"),
    ],
)
def test_refuses_axes_that_make_no_sense(axis, shape, message):
    with pytest.raises(ValueError, match=message):
        Standardize(axis=axis).adapt(np.ones(shape))


def test_refuses_an_axis_of_unknown_size():
    with pytest.raises(ValueError, match="its size be known"):
        Standardize(axis=1)(keras.Input((None, 3)))


@pytest.mark.parametrize("data", [np.ones((0, 3)), [[1.0, np.nan]], [[np.inf]]])
def test_refuses_data_with_nothing_to_learn_from(data):
    with pytest.raises(ValueError, match="finite"):
        Standardize().adapt(data)
