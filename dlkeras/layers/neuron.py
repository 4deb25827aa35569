"""A single neuron."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dlkeras")
class Neuron(keras.layers.Layer):
    r"""One neuron: a weighted sum of its inputs, a bias and an activation.

    It computes $y = f(w \cdot x + b)$ with one weight for each input. It is
    `Dense(1)` with the letters of the formula: `get_weights` of one fits
    `set_weights` of the other.

    Args:
        activation: The function $f$: a name that Keras knows, a function, or
            None for the weighted sum itself.
        w_initializer: How the weights start.
        b_initializer: How the bias starts.
        **kwargs: As for every Keras layer, such as `name` and `dtype`.

    Input shape:
        `(..., inputs)`, usually `(batch, inputs)`.

    Output shape:
        `(..., 1)`.

    Attributes:
        w: The weights, shape `(inputs, 1)`; there once the layer is built.
        b: The bias, shape `(1,)`.

    Raises:
        ValueError: If `activation` or an initializer is unknown, or if the
            input has no last axis of known size.

    References:
        McCulloch and Pitts (1943), https://doi.org/10.1007/BF02478259

    >>> model = keras.Sequential([keras.Input((4,)), Neuron()])
    >>> model.count_params()
    5
    """

    def __init__(
        self,
        activation="sigmoid",
        w_initializer="glorot_uniform",
        b_initializer="zeros",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.activation = keras.activations.get(activation)
        self.w_initializer = keras.initializers.get(w_initializer)
        self.b_initializer = keras.initializers.get(b_initializer)

    def build(self, input_shape):
        """Make the weights for inputs of that shape."""
        if not input_shape or input_shape[-1] is None:
            raise ValueError(
                "A neuron needs to know how many inputs it has. "
                f"Received: input_shape={input_shape}"
            )
        self.w = self.add_weight(
            shape=(input_shape[-1], 1), initializer=self.w_initializer, name="w"
        )
        self.b = self.add_weight(shape=(1,), initializer=self.b_initializer, name="b")
        self.input_spec = keras.layers.InputSpec(min_ndim=2, axes={-1: input_shape[-1]})

    def call(self, x):
        """Outputs of shape `(..., 1)`."""
        return self.activation(ops.matmul(x, self.w) + self.b)

    def compute_output_shape(self, input_shape):
        """The input's shape with a last axis of 1."""
        return (*input_shape[:-1], 1)

    def get_config(self):
        """Arguments that make the same neuron again."""
        return {
            **super().get_config(),
            "activation": keras.activations.serialize(self.activation),
            "w_initializer": keras.initializers.serialize(self.w_initializer),
            "b_initializer": keras.initializers.serialize(self.b_initializer),
        }
