"""A loss whose best answer is a quantile."""

from collections.abc import Sequence

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dlkeras")
class QuantileLoss(keras.losses.Loss):
    r"""Pinball loss: too low costs `q` a unit, too high `1 - q`.

    With the error $e = y_\text{true} - y_\text{pred}$ it is
    $\max(q\,e, (q - 1)\,e)$, averaged over the last axis. A model that
    minimizes it predicts the $q$-quantile of the target: the value that a
    share $q$ of the targets stays below. $q = 0.5$ gives the median, and half
    the absolute error.

    Args:
        quantile: One quantile between 0 and 1 for all outputs, or a list of
            them, one for each entry of the last axis of the predictions.
        reduction: How to join the losses of a batch, as in every Keras loss.
        name: Name of the loss.

    Call arguments:
        y_true: Targets, shape `(batch, outputs)`, or `(batch, 1)` or
            `(batch,)` for one target that all outputs are about.
        y_pred: Predictions, shape `(batch, outputs)`.

    Raises:
        ValueError: If a quantile is not between 0 and 1, or a list of them
            does not fit the predictions.

    References:
        Koenker and Bassett (1978), https://doi.org/10.2307/1913643

    >>> QuantileLoss(0.9)([[1.0]], [[0.0]]), QuantileLoss(0.9)([[0.0]], [[1.0]])
    (0.9, 0.1)
    >>> band = QuantileLoss([0.1, 0.5, 0.9])  # for a layer with three units
    """

    def __init__(
        self,
        quantile: float | Sequence[float] = 0.5,
        reduction: str = "sum_over_batch_size",
        name: str = "quantile_loss",
        **kwargs,
    ):
        super().__init__(reduction=reduction, name=name, **kwargs)
        many = isinstance(quantile, list | tuple)
        for q in quantile if many else [quantile]:
            if not isinstance(q, int | float) or not 0 < q < 1:
                raise ValueError(
                    "`quantile` must lie between 0 and 1, or be a list of such "
                    f"numbers. Received: quantile={quantile!r}"
                )
        if many and not quantile:
            raise ValueError("`quantile` is an empty list. Received: quantile=[]")
        self.quantile = [float(q) for q in quantile] if many else float(quantile)

    def call(self, y_true, y_pred):
        """Losses of shape `(batch,)`."""
        y_pred = ops.convert_to_tensor(y_pred)
        y_true = ops.cast(y_true, y_pred.dtype)
        if isinstance(self.quantile, list) and y_pred.shape[-1] != len(self.quantile):
            raise ValueError(
                f"{len(self.quantile)} quantiles need as many predictions on the last "
                f"axis. Received: y_pred of shape {tuple(y_pred.shape)}"
            )
        if len(y_true.shape) == len(y_pred.shape) - 1:
            y_true = ops.expand_dims(y_true, -1)
        q = ops.convert_to_tensor(self.quantile, y_pred.dtype)
        error = y_true - y_pred  # above 0 where the prediction is too low
        return ops.mean(ops.maximum(q * error, (q - 1) * error), axis=-1)

    def get_config(self):
        """What is needed to make the loss again."""
        return {**super().get_config(), "quantile": self.quantile}
