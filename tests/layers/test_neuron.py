import keras
import numpy as np
import pytest
from keras import ops

from dlkeras.layers import Neuron
from dlkeras.utils import value_and_gradients

pytestmark = pytest.mark.backend

X = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")


def neuron_in_model(**arguments):
    neuron = Neuron(**arguments)
    return keras.Sequential([keras.Input((3,)), neuron]), neuron


@pytest.mark.parametrize("activation", [None, "sigmoid", "tanh", "relu"])
def test_answers_like_dense_of_one_unit_with_its_weights(activation):
    model, _ = neuron_in_model(activation=activation, b_initializer="ones")
    dense = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(1, activation=activation)]
    )
    dense.set_weights(model.get_weights())
    np.testing.assert_allclose(
        ops.convert_to_numpy(model(X)), ops.convert_to_numpy(dense(X)), atol=1e-6
    )


def test_answers_like_the_formula_in_numpy():
    model, neuron = neuron_in_model()
    w, b = np.array([[1.0], [-2.0], [0.5]]), np.array([0.25])
    neuron.set_weights([w, b])
    expected = 1 / (1 + np.exp(-(X @ w + b)))
    np.testing.assert_allclose(ops.convert_to_numpy(model(X)), expected, atol=1e-6)


def test_saved_and_reloaded_it_answers_the_same(tmp_path):
    model, neuron = neuron_in_model(
        activation="tanh", w_initializer="ones", b_initializer="ones", name="mine"
    )
    model.save(tmp_path / "neuron.keras")
    again = keras.saving.load_model(tmp_path / "neuron.keras")
    assert again.layers[0].get_config() == neuron.get_config()
    np.testing.assert_array_equal(
        ops.convert_to_numpy(again(X)), ops.convert_to_numpy(model(X))
    )


def test_gradient_is_that_of_the_formula():
    model, neuron = neuron_in_model()
    neuron.set_weights([np.array([[1.0], [-2.0], [0.5]]), np.array([0.25])])
    _, (dw, db) = value_and_gradients(
        lambda: ops.sum(model(X)), model.trainable_variables
    )
    a = ops.convert_to_numpy(model(X))  # (6, 1)
    np.testing.assert_allclose(dw, X.T @ (a * (1 - a)), atol=1e-5)
    np.testing.assert_allclose(db, np.sum(a * (1 - a), axis=0), atol=1e-5)


def test_mixed_precision_computes_in_half_and_keeps_weights_in_full():
    model, neuron = neuron_in_model(dtype="mixed_bfloat16")
    answers = model(X)
    assert keras.backend.standardize_dtype(answers.dtype) == "bfloat16"
    assert neuron.w.dtype == neuron.b.dtype == "float32"
    full = 1 / (1 + np.exp(-(X @ ops.convert_to_numpy(neuron.w))))
    np.testing.assert_allclose(
        ops.convert_to_numpy(ops.cast(answers, "float32")), full, atol=0.02
    )


@pytest.mark.parametrize("shape", [(3,), (5, 3), (5, 2, 3)])
def test_output_has_one_number_for_each_vector_of_inputs(shape):
    neuron = Neuron()
    x = np.ones((4, *shape), "float32")
    expected = (4, *shape[:-1], 1)
    assert neuron.compute_output_shape(x.shape) == expected
    assert tuple(neuron(x).shape) == expected
    assert neuron.count_params() == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"activation": "bend"}, "bend"),
        ({"w_initializer": "somehow"}, "somehow"),
        ({"b_initializer": "somehow"}, "somehow"),
    ],
)
def test_refuses_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Neuron(**arguments)


def test_refuses_an_unknown_number_of_inputs():
    with pytest.raises(ValueError, match="how many inputs"):
        Neuron().build((None, None))


def test_refuses_another_number_of_inputs_later():
    _, neuron = neuron_in_model()
    with pytest.raises(ValueError, match="incompatible with the layer"):
        neuron(np.ones((2, 4), "float32"))
