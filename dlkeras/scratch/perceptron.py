"""Rosenblatt's neuron."""

import numpy as np


class Perceptron:
    """A neuron with a threshold that learns from its mistakes.

    It answers 1 where `x @ w + b > 0` and 0 elsewhere. Each wrong answer
    moves `w` by `learning_rate * (y - answer) * x`, and `b` likewise.

    Args:
        inputs: Number of inputs, at least 1.
        learning_rate: Size of a correction, above 0.

    Raises:
        ValueError: If an argument is out of its range.

    References:
        Rosenblatt (1958), https://doi.org/10.1037/h0042519

    >>> neuron = Perceptron(inputs=2)
    >>> neuron.learn(np.array([[2.0, 1.0]]), np.array([1]))
    1
    >>> neuron
    Perceptron(w=[2. 1.], b=1.0)
    """

    def __init__(self, inputs: int, learning_rate: float = 1.0):
        if inputs < 1:
            raise ValueError(f"`inputs` must be at least 1. Received: inputs={inputs}")
        if learning_rate <= 0:
            raise ValueError(
                "`learning_rate` must be above 0. "
                f"Received: learning_rate={learning_rate}"
            )
        self.w = np.zeros(inputs)
        self.b = 0.0
        self.learning_rate = learning_rate

    def __repr__(self) -> str:
        return f"Perceptron(w={self.w}, b={self.b})"

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Answers 0 or 1, shape `(samples,)`, to inputs `(samples, inputs)`."""
        return (x @ self.w + self.b > 0).astype(int)

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """Show every sample once, in order.

        Args:
            x: Inputs, shape `(samples, inputs)`.
            y: Classes 0 or 1, shape `(samples,)`.

        Returns:
            How many samples were answered wrongly, and so corrected.

        Raises:
            ValueError: If `x` and `y` differ in length, or `y` holds anything
                but 0 and 1.
        """
        if len(x) != len(y):
            raise ValueError(
                f"`x` and `y` differ in length. Received: {len(x)} and {len(y)}"
            )
        if not np.isin(y, [0, 1]).all():
            raise ValueError(f"`y` must hold 0 and 1 only. Received: {np.unique(y)}")
        corrections = 0
        for x_i, y_i in zip(x, y, strict=True):
            error = int(y_i) - int(self.predict(x_i))  # -1, 0 or 1
            self.w += self.learning_rate * error * x_i
            self.b += self.learning_rate * error
            corrections += abs(error)
        return corrections
