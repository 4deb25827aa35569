import keras
import numpy as np
import pytest

from dlkeras.scratch import activations

NAMES = [
    "linear",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "softplus",
]
z = np.linspace(-6, 6, 48)  # without 0, where some have a kink


@pytest.mark.backend
@pytest.mark.parametrize("name", NAMES)
def test_values_are_those_of_keras(name):
    theirs = keras.activations.get(name)(keras.ops.convert_to_tensor(z, "float32"))
    np.testing.assert_allclose(
        activations.get(name)(z), keras.ops.convert_to_numpy(theirs), atol=2e-6
    )


@pytest.mark.parametrize("name", NAMES)
def test_derivatives_are_the_measured_slopes(name):
    f, step = activations.get(name), 1e-5
    slope = (f(z + step) - f(z - step)) / (2 * step)
    np.testing.assert_allclose(f.derivative(z), slope, atol=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_huge_scores_stay_finite_and_raise_no_warning(name):
    f, huge = activations.get(name), np.array([-1e6, -1e3, 0, 1e3, 1e6])
    assert np.isfinite(f(huge)).all()
    assert np.isfinite(f.derivative(huge)).all()


def test_at_the_kink_the_derivative_is_that_of_the_left_side():
    assert activations.relu.derivative(0.0) == 0
    assert activations.leaky_relu.derivative(0.0) == activations.LEAKY_SLOPE


def test_get_takes_names_and_activations():
    assert activations.get("relu") is activations.relu
    assert activations.get(activations.relu) is activations.relu
    assert repr(activations.relu) == "Activation('relu')"
    with pytest.raises(ValueError, match="'swoosh'"):
        activations.get("swoosh")


def test_softmax_gives_probabilities_for_scores_of_any_size():
    scores = np.array([[1.0, 2.0, 3.0], [1001.0, 1002.0, 1003.0], [-2e3, 0, 2e3]])
    p = activations.softmax(scores)
    np.testing.assert_allclose(p.sum(axis=-1), 1)
    np.testing.assert_allclose(p[0], p[1])
    np.testing.assert_allclose(p[2], [0, 0, 1])
    np.testing.assert_allclose(activations.softmax(scores.T, axis=0), p.T)


def test_log_softmax_is_exact_where_a_probability_rounds_to_zero():
    np.testing.assert_allclose(activations.log_softmax([0.0, 1000.0]), [-1000, 0])


def test_softmax_jacobian_is_the_measured_slope():
    scores, step = np.random.default_rng(0).normal(size=(4, 3)), 1e-6
    jacobian = activations.softmax_jacobian(scores)
    for j in range(3):
        moved = step * np.eye(3)[j]
        up, down = (
            activations.softmax(scores + moved),
            activations.softmax(scores - moved),
        )
        np.testing.assert_allclose(
            jacobian[..., j], (up - down) / (2 * step), atol=1e-8
        )
