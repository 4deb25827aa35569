"""A multilayer perceptron with its own backpropagation."""

from collections.abc import Sequence

import numpy as np

# Each activation, and its slope written by its own output a.
ACTIVATIONS = {
    "linear": (lambda z: z, lambda a: np.ones_like(a)),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(a.dtype)),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    # By tanh, so that a large negative z does not overflow.
    "sigmoid": (lambda z: (1 + np.tanh(z / 2)) / 2, lambda a: a * (1 - a)),
}


class Dense:
    """A layer of neurons, each connected to all inputs: `a = f(x W + b)`.

    Args:
        inputs: Number of inputs, at least 1.
        units: Number of neurons, at least 1.
        activation: `"linear"`, `"relu"`, `"tanh"` or `"sigmoid"`.
        rng: Source of the first weights: normal with variance `2 / inputs`
            for ReLU (He), `2 / (inputs + units)` otherwise (Glorot). The
            biases start at 0.
        dtype: Type of weights and results.

    Attributes:
        W: Weights, shape `(inputs, units)`.
        b: Biases, shape `(units,)`.
        dW: Gradient for `W` after `backward`, of the same shape.
        db: Gradient for `b` after `backward`, of the same shape.

    Raises:
        ValueError: If an argument is out of its range.

    References:
        - Glorot and Bengio (2010),
          https://proceedings.mlr.press/v9/glorot10a.html
        - He et al. (2015), https://arxiv.org/abs/1502.01852

    >>> layer = Dense(3, 2, "relu", rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((5, 3))).shape
    (5, 2)
    >>> layer.backward(np.ones((5, 2))).shape
    (5, 3)
    """

    def __init__(
        self,
        inputs: int,
        units: int,
        activation: str = "linear",
        *,
        rng: np.random.Generator | None = None,
        dtype: str = "float64",
    ):
        if inputs < 1 or units < 1:
            raise ValueError(
                "`inputs` and `units` must be at least 1. "
                f"Received: inputs={inputs}, units={units}"
            )
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"`activation` must be one of {', '.join(ACTIVATIONS)}. "
                f"Received: activation={activation!r}"
            )
        rng = np.random.default_rng(0) if rng is None else rng
        variance = 2 / inputs if activation == "relu" else 2 / (inputs + units)
        W = rng.normal(0, np.sqrt(variance), size=(inputs, units))
        self.W = W.astype(dtype)
        self.b = np.zeros(units, dtype)
        self.activation = activation
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)
        self._x = self._a = None

    def __repr__(self) -> str:
        inputs, units = self.W.shape
        return f"Dense({inputs} → {units}, {self.activation})"

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Results of shape `(samples, units)` for inputs `(samples, inputs)`."""
        f, _ = ACTIVATIONS[self.activation]
        self._x = x
        self._a = f(x @ self.W + self.b)
        return self._a

    def backward(self, da: np.ndarray) -> np.ndarray:
        """Hand a gradient on, and note what it means for `W` and `b`.

        Args:
            da: Gradient of the loss for the results of the last `forward`,
                shape `(samples, units)`.

        Returns:
            The gradient for the inputs, shape `(samples, inputs)`.

        Raises:
            RuntimeError: If there was no `forward` before.
        """
        if self._a is None:
            raise RuntimeError("`backward` needs a `forward` before it.")
        _, slope = ACTIVATIONS[self.activation]
        dz = da * slope(self._a)  # (samples, units)
        self.dW = self._x.T @ dz
        self.db = dz.sum(axis=0)
        return dz @ self.W.T


class MLP:
    """Dense layers in a row, trained by gradient descent.

    The last layer is linear. With the loss `"cross_entropy"` its results are
    scores, which a softmax turns into probabilities; with `"mse"` they are
    the prediction.

    Args:
        sizes: Number of inputs, of neurons in each hidden layer, and of
            results, for example `[64, 32, 10]`.
        activation: That of the hidden layers; see `Dense`.
        loss: `"cross_entropy"` (the targets are class numbers) or `"mse"`.
        rng: Source of the first weights; see `Dense`.
        dtype: Type of weights and results.

    Attributes:
        layers: The `Dense` layers, first to last.

    Raises:
        ValueError: If an argument is out of its range.

    References:
        Rumelhart, Hinton and Williams (1986), https://doi.org/10.1038/323533a0

    >>> model = MLP([2, 8, 2], "tanh")
    >>> model
    MLP(2 → 8 → 2, tanh, cross_entropy, 42 parameters)
    >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    >>> losses = [model.train_step(x, y, learning_rate=1.0) for _ in range(200)]
    >>> model.predict(x).argmax(axis=1)
    array([0, 1, 1, 0])
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str = "relu",
        loss: str = "cross_entropy",
        *,
        rng: np.random.Generator | None = None,
        dtype: str = "float64",
    ):
        sizes = list(sizes)
        if len(sizes) < 2:
            raise ValueError(
                "`sizes` needs the number of inputs and of results at least. "
                f"Received: sizes={sizes}"
            )
        if loss not in ("cross_entropy", "mse"):
            raise ValueError(
                f"`loss` must be cross_entropy or mse. Received: loss={loss!r}"
            )
        rng = np.random.default_rng(0) if rng is None else rng
        hidden = [activation] * (len(sizes) - 2)
        self.layers = [
            Dense(inputs, units, name, rng=rng, dtype=dtype)
            for inputs, units, name in zip(
                sizes, sizes[1:], [*hidden, "linear"], strict=False
            )
        ]
        self.activation, self.loss = activation, loss

    def __repr__(self) -> str:
        sizes = [len(self.layers[0].W), *(len(layer.b) for layer in self.layers)]
        count = sum(weights.size for weights in self.get_weights())
        return (
            f"MLP({' → '.join(map(str, sizes))}, {self.activation}, {self.loss}, "
            f"{count} parameters)"
        )

    def get_weights(self) -> list[np.ndarray]:
        """All `W` and `b` from the first layer to the last, as Keras orders them."""
        return [array for layer in self.layers for array in (layer.W, layer.b)]

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Take weights in the order of `get_weights`; they are copied.

        Raises:
            ValueError: If the shapes are not those of this network.
        """
        shapes = [np.shape(array) for array in weights]
        expected = [array.shape for array in self.get_weights()]
        if shapes != expected:
            raise ValueError(
                f"Expected weights of shapes {expected}. Received: {shapes}"
            )
        for own, array in zip(self.get_weights(), weights, strict=True):
            own[...] = array

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Probabilities or predictions, shape `(samples, results)`."""
        a = self._forward(x)
        return _softmax(a) if self.loss == "cross_entropy" else a

    def backward(self, x: np.ndarray, y: np.ndarray) -> float:
        """Compute the loss, and its gradient for every layer's `W` and `b`.

        Args:
            x: Inputs, shape `(samples, inputs)`.
            y: Class numbers, shape `(samples,)`, or for `"mse"` targets of
                shape `(samples, results)`.

        Returns:
            The loss, averaged over the samples (and for `"mse"` over the
            results, as Keras does).

        Raises:
            ValueError: If `y` has the wrong shape.
        """
        a = self._forward(x)
        y = np.asarray(y)
        expected = (len(a),) if self.loss == "cross_entropy" else a.shape
        if y.shape != expected:
            raise ValueError(f"`y` must have shape {expected}. Received: {y.shape}")
        if self.loss == "cross_entropy":
            da = _softmax(a)
            rows = np.arange(len(a))
            loss = -np.mean(np.log(np.maximum(da[rows, y], 1e-300)))
            da[rows, y] -= 1
            da /= len(a)
        else:
            loss = np.mean((a - y) ** 2)
            da = 2 * (a - y) / a.size
        for layer in reversed(self.layers):
            da = layer.backward(da)
        return float(loss)

    def train_step(self, x: np.ndarray, y: np.ndarray, learning_rate: float) -> float:
        """One step of gradient descent; returns the loss before the step."""
        loss = self.backward(x, y)
        for layer in self.layers:
            layer.W -= learning_rate * layer.dW
            layer.b -= learning_rate * layer.db
        return loss

    def _forward(self, x: np.ndarray) -> np.ndarray:
        a = np.asarray(x, dtype=self.layers[0].W.dtype)
        for layer in self.layers:
            a = layer.forward(a)
        return a


def _softmax(z: np.ndarray) -> np.ndarray:
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)
