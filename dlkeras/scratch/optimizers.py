"""Seven optimizers, each one formula away from the one before.

All follow the conventions of `keras.optimizers`: where epsilon stands, that
AdaGrad's sum starts at 0.1, and that weights of 32 bits are updated with
32 bits. Step by step they give the same weights.
"""

from collections.abc import Sequence

import numpy as np

Arrays = np.ndarray | Sequence[np.ndarray]


class SGD:
    """Gradient descent: `w ← w - η g`.

    Each optimizer below changes the formula, and keeps the rest.

    Args:
        learning_rate: η, above 0. An array gives every weight its own, or
            runs several rates side by side where it broadcasts against `w`.

    Attributes:
        learning_rate: η; may be changed between steps.

    Raises:
        ValueError: If an argument is out of its range.

    References:
        - Robbins and Monro (1951), https://doi.org/10.1214/aoms/1177729586

    >>> optimizer = SGD(learning_rate=0.1)
    >>> optimizer.step(np.array([1.0, 2.0]), np.array([10.0, 0.0]))
    array([0., 2.])
    """

    def __init__(self, learning_rate: float = 0.01):
        if not np.all(np.asarray(learning_rate) > 0):
            raise ValueError(
                "`learning_rate` must be above 0. "
                f"Received: learning_rate={learning_rate}"
            )
        self.learning_rate = learning_rate
        self.m = self.v = 0.0  # memory of directions and of sizes, shaped like w
        self.t = 0  # steps so far

    def __repr__(self) -> str:
        settings = {k: v for k, v in vars(self).items() if k not in ("m", "v", "t")}
        inner = ", ".join(f"{name}={value}" for name, value in settings.items())
        return f"{type(self).__name__}({inner})"

    def step(self, w: Arrays, g: Arrays) -> Arrays:
        """Make one step.

        Args:
            w: Weights: one array, or a list of arrays such as
                `MLP.get_weights()`. They are not changed.
            g: Gradient of the loss for `w`, of the same shapes.

        Returns:
            The new weights, in the form of `w`.

        Raises:
            ValueError: If `w` and `g` do not fit each other.
        """
        if isinstance(w, np.ndarray):
            if np.shape(w) != np.shape(g):
                raise ValueError(
                    "`w` and `g` must have the same shape. "
                    f"Received: {np.shape(w)} and {np.shape(g)}"
                )
            self.t += 1
            return self._update(w, np.asarray(g, dtype=w.dtype))
        shapes = [np.shape(one) for one in w]
        if shapes != [np.shape(one) for one in g]:
            raise ValueError(
                "`w` and `g` must have the same shapes. "
                f"Received: {shapes} and {[np.shape(one) for one in g]}"
            )
        flat_w, flat_g = (np.concatenate([np.ravel(a) for a in one]) for one in (w, g))
        parts = np.split(self.step(flat_w, flat_g), np.cumsum([a.size for a in w])[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]

    def _update(self, w, g):
        return w - self.learning_rate * g


class Momentum(SGD):
    """A heavy ball: it keeps a share of its last step.

    `m ← β m - η g`, then `w ← w + m`.

    Args:
        learning_rate: η, above 0.
        momentum: β, from 0 to below 1.

    References:
        - Polyak (1964), https://doi.org/10.1016/0041-5553(64)90137-5
    """

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.9):
        super().__init__(learning_rate)
        self.momentum = _share("momentum", momentum)

    def _update(self, w, g):
        self.m = self.momentum * self.m - self.learning_rate * g
        return w + self.m


class Nesterov(Momentum):
    """Momentum that looks ahead: `w ← w + β m - η g` with the new `m`.

    Args:
        learning_rate: η, above 0.
        momentum: β, from 0 to below 1.

    References:
        - Nesterov (1983), A method for solving the convex programming problem
          with convergence rate O(1/k²), Soviet Mathematics Doklady.
        - Sutskever et al. (2013),
          https://proceedings.mlr.press/v28/sutskever13.html: the form used here.
    """

    def _update(self, w, g):
        self.m = self.momentum * self.m - self.learning_rate * g
        return w + self.momentum * self.m - self.learning_rate * g


class AdaGrad(SGD):
    """Divides by the size of all gradients so far, weight by weight.

    `v ← v + g²` from `v = 0.1`, then `w ← w - η g / √(v + ε)`.

    Args:
        learning_rate: η, above 0.
        initial_accumulator_value: Where `v` starts, at least 0.
        epsilon: ε, above 0.

    References:
        - Duchi, Hazan and Singer (2011),
          https://jmlr.org/papers/v12/duchi11a.html
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
    ):
        super().__init__(learning_rate)
        if not initial_accumulator_value >= 0:
            raise ValueError(
                "`initial_accumulator_value` must be at least 0. "
                f"Received: initial_accumulator_value={initial_accumulator_value}"
            )
        self.v = initial_accumulator_value
        self.epsilon = _small(epsilon)

    def _update(self, w, g):
        self.v = self.v + g**2
        return w - self.learning_rate * g / np.sqrt(self.v + self.epsilon)


class RMSprop(SGD):
    """Divides by the size of recent gradients, weight by weight.

    `v ← ρ v + (1 - ρ) g²`, then `w ← w - η g / √(v + ε)`.

    Args:
        learning_rate: η, above 0.
        rho: ρ, from 0 to below 1.
        epsilon: ε, above 0.

    References:
        - Tieleman and Hinton (2012), Neural Networks for Machine Learning,
          https://www.cs.toronto.edu/~hinton/coursera/lecture6/lec6.pdf
    """

    def __init__(
        self, learning_rate: float = 0.001, rho: float = 0.9, epsilon: float = 1e-7
    ):
        super().__init__(learning_rate)
        self.rho = _share("rho", rho)
        self.epsilon = _small(epsilon)

    def _update(self, w, g):
        self.v = self.rho * self.v + (1 - self.rho) * g**2
        return w - self.learning_rate * g / np.sqrt(self.v + self.epsilon)


class Adam(SGD):
    """Momentum and RMSprop in one, with both memories corrected for their start.

    `m ← β₁ m + (1 - β₁) g` and `v ← β₂ v + (1 - β₂) g²`, then
    `w ← w - η c m / (√v + ε)` with `c = √(1 - β₂ᵗ) / (1 - β₁ᵗ)`.

    Args:
        learning_rate: η, above 0.
        beta_1: β₁, from 0 to below 1.
        beta_2: β₂, from 0 to below 1.
        epsilon: ε, above 0.

    References:
        - Kingma and Ba (2015), https://arxiv.org/abs/1412.6980
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ):
        super().__init__(learning_rate)
        self.beta_1 = _share("beta_1", beta_1)
        self.beta_2 = _share("beta_2", beta_2)
        self.epsilon = _small(epsilon)

    def _update(self, w, g):
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * g
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * g**2
        beta_1, beta_2 = (w.dtype.type(beta) for beta in (self.beta_1, self.beta_2))
        correction = np.sqrt(1 - beta_2**self.t) / (1 - beta_1**self.t)
        rate = self.learning_rate * correction
        return w - rate * self.m / (np.sqrt(self.v) + self.epsilon)


class AdamW(Adam):
    """Adam that also shrinks the weights: first `w ← w - η λ w`.

    Args:
        learning_rate: η, above 0.
        weight_decay: λ, at least 0.
        beta_1: β₁, from 0 to below 1.
        beta_2: β₂, from 0 to below 1.
        epsilon: ε, above 0.

    References:
        - Loshchilov and Hutter (2019), https://arxiv.org/abs/1711.05101
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ):
        super().__init__(learning_rate, beta_1, beta_2, epsilon)
        if not weight_decay >= 0:
            raise ValueError(
                "`weight_decay` must be at least 0. "
                f"Received: weight_decay={weight_decay}"
            )
        self.weight_decay = weight_decay

    def _update(self, w, g):
        return super()._update(w - self.learning_rate * self.weight_decay * w, g)


def _share(name: str, value: float) -> float:
    if not 0 <= value < 1:
        raise ValueError(
            f"`{name}` must be from 0 to below 1. Received: {name}={value}"
        )
    return value


def _small(epsilon: float) -> float:
    if not epsilon > 0:
        raise ValueError(f"`epsilon` must be above 0. Received: epsilon={epsilon}")
    return epsilon
