import numpy as np
import pytest

from dlkeras.scratch import Perceptron


def test_learns_what_a_line_can_split_and_then_stops():
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    y = np.array([0, 0, 0, 1])
    neuron = Perceptron(inputs=2)
    for _ in range(20):
        corrections = neuron.learn(x, y)
    assert corrections == 0
    np.testing.assert_array_equal(neuron.predict(x), y)


def test_one_correction_moves_the_weights_by_the_input():
    neuron = Perceptron(inputs=2, learning_rate=0.5)
    assert neuron.learn(np.array([[2.0, 1.0]]), np.array([1])) == 1
    np.testing.assert_array_equal(neuron.w, [1.0, 0.5])
    assert neuron.b == 0.5
    assert repr(neuron) == "Perceptron(w=[1.  0.5], b=0.5)"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"inputs": 0}, "inputs=0"),
        ({"inputs": 2, "learning_rate": 0}, "learning_rate=0"),
    ],
)
def test_refuses_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        Perceptron(**arguments)


def test_refuses_labels_other_than_0_and_1():
    with pytest.raises(ValueError, match="0 and 1 only"):
        Perceptron(inputs=1).learn(np.array([[1.0]]), np.array([-1]))


def test_refuses_lengths_that_differ():
    with pytest.raises(ValueError, match="2 and 1"):
        Perceptron(inputs=1).learn(np.ones((2, 1)), np.array([1]))
