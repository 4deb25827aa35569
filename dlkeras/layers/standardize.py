"""Inputs brought to mean 0 and standard deviation 1."""

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="dlkeras")
class Standardize(keras.layers.Layer):
    r"""Subtracts the mean and divides by the standard deviation.

    The layer learns both from data, by `adapt`, and not by gradient descent.
    For each feature with mean $\mu$ and standard deviation $\sigma$ it
    computes $(x - \mu) / \sigma$. It is `keras.layers.Normalization` with
    three differences: a feature that never changes is divided by 1 rather
    than by a tiny number, data can come in parts, by `update`, and `inverse`
    leads back to the old units. Before the first `adapt` it passes its inputs
    on as they are.

    Adapt it on training data alone: what it learns from test data leaks into
    the model.

    Args:
        axis: The axis, or axes, whose entries have a mean of their own;
            `-1` for the columns of a table. `None` gives a single mean and
            standard deviation to all.
        **kwargs: As for every Keras layer.

    Input shape:
        Any; the sizes of the axes in `axis` must be known.

    Output shape:
        The same as the input shape.

    Raises:
        ValueError: If `axis` names the batch axis, names one twice, or does
            not exist in the input.

    References:
        LeCun, Bottou, Orr and Müller (1998), Efficient BackProp,
        https://doi.org/10.1007/3-540-49430-8_2

    >>> layer = Standardize()
    >>> layer.adapt([[1.0, 100.0], [3.0, 300.0]])
    >>> layer([[1.0, 100.0], [5.0, 200.0]])
    [[-1., -1.], [3., 0.]]
    """

    def __init__(self, axis: int | Sequence[int] | None = -1, **kwargs):
        super().__init__(autocast=False, **kwargs)  # large numbers need float32
        axes = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        if 0 in axes or len(set(axes)) < len(axes):
            raise ValueError(
                "`axis` must name axes other than the batch's, each once. "
                f"Received: axis={axis}"
            )
        self.axis = axis
        self._axes = axes

    def build(self, input_shape):
        """Make the state for inputs of that shape."""
        rank = len(input_shape)
        wrong = [axis for axis in self._axes if not -rank < axis < rank]
        if wrong:
            raise ValueError(
                f"There is no axis {wrong[0]} beside the batch's in inputs of shape "
                f"{tuple(input_shape)}. Received: axis={self.axis}"
            )
        kept = sorted(axis % rank for axis in self._axes)
        if len(set(kept)) < len(kept) or any(input_shape[i] is None for i in kept):
            raise ValueError(
                "Each axis must be named once, and its size be known. Received: "
                f"axis={self.axis}, inputs of shape {tuple(input_shape)}"
            )
        self._reduced = tuple(i for i in range(rank) if i not in kept)
        # Ones where the data is reduced, so that the state fits the inputs.
        shape = tuple(input_shape[i] if i in kept else 1 for i in range(rank))
        state = {
            "shape": shape,
            "dtype": "float32",
            "trainable": False,
            "autocast": False,
        }
        self.mean = self.add_weight(name="mean", initializer="zeros", **state)
        self.variance = self.add_weight(name="variance", initializer="ones", **state)
        self.count = self.add_weight(
            name="count", shape=(), dtype="int32", initializer="zeros", trainable=False
        )

    def adapt(self, data: Any) -> None:
        """Learn mean and standard deviation, and forget earlier ones.

        Args:
            data: Samples in the shape of the inputs.

        Raises:
            ValueError: If there is no sample, or a number is missing (NaN) or
                infinite.
        """
        if self.built:
            self.count.assign(0)
        self.update(data)

    def update(self, data: Any) -> None:
        """Learn from one more part of the data.

        Args:
            data: Samples in the shape of the inputs. The state is afterwards
                as if all parts since `adapt` had come at once.

        Raises:
            ValueError: As `adapt`.
        """
        if not isinstance(data, np.ndarray):
            data = ops.convert_to_numpy(data)
        data = data.astype("float64")
        if not data.size or not np.isfinite(data).all():
            raise ValueError(
                "Needs at least one sample, and finite numbers. Received: shape "
                f"{data.shape}, {np.sum(~np.isfinite(data))} numbers not finite"
            )
        if not self.built:
            self.build((None, *data.shape[1:]))
        here = math.prod(data.shape[i] for i in self._reduced)  # numbers a feature
        mean = data.mean(axis=self._reduced, keepdims=True)
        variance = data.var(axis=self._reduced, keepdims=True)
        before = int(self.count)
        if before:
            old_mean = ops.convert_to_numpy(self.mean).astype("float64")
            old_variance = ops.convert_to_numpy(self.variance).astype("float64")
            share, gap = here / (before + here), mean - old_mean
            mean = old_mean + share * gap
            variance = (1 - share) * old_variance + share * variance
            variance += share * (1 - share) * gap**2  # what lies between the parts
        # Rounding alone gives a constant feature a variance; it has none.
        variance = np.where(variance > (1e-6 * mean) ** 2, variance, 0)
        self.mean.assign(mean)
        self.variance.assign(variance)
        self.count.assign(before + here)

    def call(self, inputs):
        """Standardized inputs, of the same shape."""
        x = ops.cast(inputs, "float32")
        return ops.cast((x - self.mean) / self._scale(), self.compute_dtype)

    def inverse(self, outputs):
        """Standardized numbers back in their old units, of the same shape.

        Args:
            outputs: What `call` gives, or a prediction of it.
        """
        return ops.cast(outputs, "float32") * self._scale() + self.mean

    def _scale(self):
        return ops.where(self.variance > 0, ops.sqrt(self.variance), 1.0)

    def compute_output_shape(self, input_shape):
        """The input's shape."""
        return input_shape

    def get_config(self):
        """What the layer was made with."""
        axis = (
            self.axis if self.axis is None or isinstance(self.axis, int) else self._axes
        )
        return {**super().get_config(), "axis": axis}
