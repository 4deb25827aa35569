"""The loss that makes gradient descent Rosenblatt's rule."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dlkeras")
class PerceptronLoss(keras.losses.Loss):
    r"""Distance of a wrong score from the threshold; 0 for a right one.

    With score $z$, decision $\hat y = [z > 0]$ and class $y$, it is
    $(\hat y - y)\,z$, averaged over the last axis. Plain gradient descent on
    it, one sample at a time, is Rosenblatt's rule.

    Args:
        reduction: How to join the losses of a batch, as in every Keras loss.
        name: Name of the loss.

    Call arguments:
        y_true: Classes 0 or 1, shape `(batch, outputs)`.
        y_pred: Scores before any activation, shape `(batch, outputs)`.

    References:
        Rosenblatt (1958), https://doi.org/10.1037/h0042519

    >>> PerceptronLoss()([[1.0]], [[-3.0]])
    3.0
    """

    def __init__(
        self,
        reduction: str = "sum_over_batch_size",
        name: str = "perceptron_loss",
        **kwargs,
    ):
        super().__init__(reduction=reduction, name=name, **kwargs)

    def call(self, y_true, y_pred):
        """Losses of shape `(batch,)`."""
        z = ops.convert_to_tensor(y_pred)
        y_true = ops.cast(y_true, z.dtype)
        answer = ops.cast(z > 0, z.dtype)
        return ops.mean((answer - y_true) * z, axis=-1)
