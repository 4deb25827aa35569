"""A range test: which learning rates a network can take."""

import math

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import ops
from matplotlib.axes import Axes


class LearningRateFinder(keras.callbacks.Callback):
    """Raises the learning rate batch by batch, and notes the loss of each.

    The rate grows from `lowest` to `highest` by the same factor at each
    batch. The test ends when all its steps are made, or once the smoothed
    loss is four times its lowest value or no number. Then the model and its
    optimizer are put back as they were, so that the training proper can
    follow.

    Args:
        lowest: First rate, above 0.
        highest: Last rate, above `lowest`.
        steps: How many batches the test takes, at least 10. `fit` must offer
            as many: mind its `epochs`.
        smoothing: How many batches each smoothed loss is a mean of, odd.

    Attributes:
        learning_rates: The rates tried, an array after `fit`.
        losses: The loss of each batch, of the same length.

    Raises:
        ValueError: If an argument is out of its range, the optimizer follows
            a schedule, or `fit` ends before the steps are made.

    References:
        - Smith (2017), https://arxiv.org/abs/1506.01186

    >>> finder = LearningRateFinder(1e-4, 10)
    >>> model.fit(x, y, epochs=10, verbose=0, callbacks=[finder])
    >>> finder.plot()
    >>> model.optimizer.learning_rate = finder.suggestion
    """

    def __init__(
        self,
        lowest: float = 1e-5,
        highest: float = 10.0,
        steps: int = 100,
        smoothing: int = 7,
    ):
        super().__init__()
        if not 0 < lowest < highest:
            raise ValueError(
                "`lowest` must be above 0 and below `highest`. "
                f"Received: lowest={lowest}, highest={highest}"
            )
        if not isinstance(steps, int) or steps < 10:
            raise ValueError(
                "`steps` must be a whole number of at least 10. "
                f"Received: steps={steps!r}"
            )
        if not isinstance(smoothing, int) or smoothing < 1 or smoothing % 2 == 0:
            raise ValueError(
                "`smoothing` must be an odd whole number of at least 1. "
                f"Received: smoothing={smoothing!r}"
            )
        self.lowest, self.highest = lowest, highest
        self.steps, self.smoothing = steps, smoothing
        self.learning_rates = self.losses = np.zeros(0)

    @property
    def smoothed(self) -> np.ndarray:
        """Means of `smoothing` neighboring losses, as long as `losses`."""
        pad = self.smoothing // 2
        return np.convolve(
            np.pad(self.losses, pad, mode="reflect"),
            np.ones(self.smoothing) / self.smoothing,
            mode="valid",
        )

    @property
    def suggestion(self) -> float:
        """A quarter of the rate at which the smoothed loss is lowest.

        At the lowest loss the rate is already close to where training breaks
        down; a third or a quarter of it is Smith's rule of thumb.
        """
        if not len(self.losses):
            raise ValueError("There is no suggestion before `fit` was called.")
        return float(self.learning_rates[np.nanargmin(self.smoothed)] / 4)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the smoothed loss over the rates, and the suggestion.

        Args:
            ax: Where to draw; the current axes if None.

        Returns:
            The axes drawn on.
        """
        ax = ax or plt.gca()
        suggestion = self.suggestion
        ax.semilogx(self.learning_rates, self.losses, color="#56B4E9", lw=1, alpha=0.7)
        ax.semilogx(self.learning_rates, self.smoothed, color="#0072B2")
        ax.axvline(suggestion, color="#D55E00", linestyle="--")
        ax.annotate(
            f"{suggestion:.1g}",
            (suggestion, 1),
            xycoords=("data", "axes fraction"),
            xytext=(-6, -4),
            textcoords="offset points",
            ha="right",
            va="top",
            color="#D55E00",
        )
        top = 1.2 * np.nanmax(self.smoothed[: 1 + len(self.losses) // 2])
        ax.set(xlabel="learning rate", ylabel="loss of the batch", ylim=(0, top))
        return ax

    def on_train_begin(self, logs=None):
        """Keep model and optimizer as they are."""
        optimizer = self.model.optimizer
        if isinstance(
            getattr(optimizer, "_learning_rate", None),
            keras.optimizers.schedules.LearningRateSchedule,
        ):
            raise ValueError(
                "The optimizer follows a schedule. Compile the model with a number "
                "as its learning rate."
            )
        optimizer.build(self.model.trainable_variables)
        self._kept = [
            (variable, ops.convert_to_numpy(variable))
            for variable in [*self.model.variables, *optimizer.variables]
        ]
        self._rates, self._losses, self._done = [], [], False

    def on_epoch_begin(self, epoch, logs=None):
        """Keras averages a loss over an epoch, and starts anew with the next."""
        self._total, self._seen = 0.0, 0

    def on_train_batch_begin(self, batch, logs=None):
        """Set the rate of this batch."""
        if hasattr(self.model, "jax_state_sync"):  # JAX keeps the rate elsewhere
            self.model.jax_state_sync()
        progress = len(self._rates) / (self.steps - 1)
        rate = self.lowest * (self.highest / self.lowest) ** progress
        self.model.optimizer.learning_rate = rate
        self._rates.append(rate)

    def on_train_batch_end(self, batch, logs=None):
        """Take the batch's own loss out of the epoch's running mean."""
        self._seen += 1
        total = float(logs["loss"]) * self._seen
        self._losses.append(total - self._total)
        self._total = total
        self.learning_rates = np.array(self._rates)
        self.losses = np.array(self._losses)
        if len(self._losses) == self.steps or self._is_broken():
            self._done = self.model.stop_training = True

    def on_train_end(self, logs=None):
        """Put everything back, and say so if there were too few batches."""
        for variable, value in self._kept:
            variable.assign(value)
        del self._kept
        if not self._done:
            raise ValueError(
                f"`fit` offered {len(self._losses)} batches, and the test takes "
                f"{self.steps}. Raise `epochs`, or lower `batch_size`."
            )

    def _is_broken(self):
        if len(self._losses) <= self.smoothing:
            return False
        whole = self.smoothed[: -self.smoothing]  # of the last ones, not all is seen
        latest = self._losses[-self.smoothing :]
        return not math.isfinite(sum(latest)) or (
            len(whole) > 0 and np.mean(latest) > 4 * whole.min()
        )
