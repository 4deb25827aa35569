import keras
import numpy as np
import pytest

from dlkeras.losses import PerceptronLoss
from dlkeras.scratch import Perceptron

pytestmark = pytest.mark.backend


def test_right_answers_cost_nothing_and_wrong_ones_their_distance():
    y = np.array([[0.0], [1.0], [0.0], [1.0]])
    z = np.array([[-2.0], [2.0], [3.0], [-4.0]])
    losses = PerceptronLoss(reduction=None)(y, z)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(losses), [0, 0, 3, 4])


def test_gradient_descent_on_it_is_rosenblatts_rule():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 2)).astype("float32")
    y = rng.integers(0, 2, size=30)
    neuron = Perceptron(inputs=2)
    neuron.learn(x, y)

    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")]
    )
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss=PerceptronLoss())
    model.fit(x, y, batch_size=1, shuffle=False, verbose=0)
    w, b = (keras.ops.convert_to_numpy(v).ravel() for v in model.weights)
    np.testing.assert_allclose(w, neuron.w, atol=1e-5)
    np.testing.assert_allclose(b, neuron.b, atol=1e-5)


def test_serializes_and_reloads():
    loss = PerceptronLoss(reduction="sum", name="mine")
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert (again.reduction, again.name) == ("sum", "mine")
