"""An activation that learns its own bend."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dlkeras")
class LearnableSwish(keras.layers.Layer):
    r"""Swish, $x\,\sigma(\beta x)$, whose $\beta$ is trained with the weights.

    $\beta = 1$ is SiLU. With $\beta = 0$ the layer is the straight line
    $x / 2$; as $\beta$ grows it comes close to ReLU.

    Args:
        beta: Where $\beta$ starts.
        per_feature: Whether each entry of the last axis has a $\beta$ of its
            own, instead of one for all.
        **kwargs: What every Keras layer takes, such as `name`.

    Input shape:
        Any; with `per_feature`, the last axis must be known.

    Output shape:
        Same as the input.

    Raises:
        ValueError: If `beta` is no finite number.

    References:
        Ramachandran, Zoph and Le (2017), https://arxiv.org/abs/1710.05941

    >>> LearnableSwish(beta=0.0)(np.array([-2.0, 2.0]))
    [-1.0, 1.0]
    """

    def __init__(self, beta: float = 1.0, per_feature: bool = False, **kwargs):
        super().__init__(**kwargs)
        if (
            isinstance(beta, bool)
            or not isinstance(beta, int | float)
            or not -float("inf") < beta < float("inf")
        ):
            raise ValueError(f"`beta` must be a finite number. Received: beta={beta!r}")
        self.initial_beta = float(beta)
        self.per_feature = per_feature
        self.supports_masking = True

    def build(self, input_shape):
        """Make the variable `beta`."""
        self.beta = self.add_weight(
            name="beta",
            shape=(input_shape[-1],) if self.per_feature else (),
            initializer=keras.initializers.Constant(self.initial_beta),
        )

    def call(self, inputs):
        """Activations of the shape of `inputs`."""
        return inputs * ops.sigmoid(self.beta * inputs)

    def compute_output_shape(self, input_shape):
        """The shape of the input."""
        return input_shape

    def get_config(self):
        """What is needed to make the layer again."""
        return {
            **super().get_config(),
            "beta": self.initial_beta,
            "per_feature": self.per_feature,
        }
