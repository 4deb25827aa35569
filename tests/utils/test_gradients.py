import keras
import numpy as np
import pytest

from dlkeras.utils import value_and_gradients

pytestmark = pytest.mark.backend


def test_gradient_of_a_square_is_twice_the_value():
    w = keras.Variable([1.0, -2.0])
    value, (gradient,) = value_and_gradients(lambda: keras.ops.sum(w**2), [w])
    assert value == pytest.approx(5.0)
    np.testing.assert_allclose(gradient, [2.0, -4.0], atol=1e-6)


def test_network_gradient_matches_central_differences():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(4, activation="tanh"),
            keras.layers.Dense(1),
        ]
    )
    x = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    y = keras.ops.ones((5, 1))

    def loss():
        return keras.ops.mean((model(x) - y) ** 2)

    _, gradients = value_and_gradients(loss, model.trainable_variables)
    step = 1e-2
    for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
        start = keras.ops.convert_to_numpy(variable)
        start = np.array(start)
        for index in np.ndindex(*start.shape):
            sides = []
            for sign in (1, -1):
                moved = start.copy()
                moved[index] += sign * step
                variable.assign(moved)
                sides.append(keras.ops.convert_to_numpy(loss()).item())
            variable.assign(start)
            slope = (sides[0] - sides[1]) / (2 * step)
            assert gradient[index] == pytest.approx(slope, abs=2e-3)


def test_unused_variable_has_zero_gradient():
    w, unused = keras.Variable([1.0]), keras.Variable([[1.0, 2.0]])
    _, gradients = value_and_gradients(lambda: keras.ops.sum(w), [w, unused])
    np.testing.assert_array_equal(gradients[1], [[0.0, 0.0]])


def test_function_must_return_a_scalar():
    w = keras.Variable([1.0, 2.0])
    with pytest.raises(ValueError, match=r"scalar.*\(2,\)"):
        value_and_gradients(lambda: w * 2, [w])


def test_needs_a_variable():
    with pytest.raises(ValueError, match="At least one variable"):
        value_and_gradients(lambda: keras.ops.ones(()), [])
