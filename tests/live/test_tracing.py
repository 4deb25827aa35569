import keras
import numpy as np
import pytest
from keras import ops

from dlkeras.live.tracing import Traced, join

X = np.array([[0.5, 2.0], [1.5, 3.0]], "float32")


def traced(function):
    """The function as a model, on the rows of X."""
    w = keras.Input((2,))
    return ops.convert_to_numpy(keras.Model(w, function(Traced(w)).tensor)(X))


@pytest.mark.parametrize(
    "function",
    [
        lambda w: 2 * w - w / 3,
        lambda w: np.array([1.0, 25.0]) * w**2,
        lambda w: 1 - np.float32([0.9, 0.999]) ** w,
        lambda w: np.sqrt(w) + np.sin(w) * np.exp(-w),
        lambda w: np.sign(w) * np.maximum(np.abs(w) - 1, 0),
        lambda w: -(w**0.5),
    ],
)
def test_arithmetic_is_that_of_numpy(function):
    np.testing.assert_allclose(traced(function), function(X), rtol=1e-5)


def test_numbers_are_taken_out_and_joined():
    swapped = traced(lambda w: join((w[1], w[..., 0])))
    np.testing.assert_array_equal(swapped, X[:, ::-1])
    np.testing.assert_array_equal(traced(lambda w: join(np.array([*w]))), X)
    np.testing.assert_array_equal(traced(lambda w: w[-1])[:, 0], X[:, 1])
    np.testing.assert_array_equal(traced(lambda w: np.sum(w, axis=-1))[:, 0], X.sum(1))
    np.testing.assert_array_equal(join((X[0, 0], X[0, 1])), X[0])


def test_what_cannot_be_a_model_is_refused():
    with pytest.raises(IndexError, match="index=2"):
        traced(lambda w: w[2])
    with pytest.raises(TypeError, match="`if` cannot be exported"):
        traced(lambda w: w if w[0] > 1 else -w)
    with pytest.raises(TypeError):
        traced(lambda w: np.add.reduce(w))
