"""
Architectures
=============

Six famous networks, made small and trained on the same pictures of clothes. What each
idea was for is measured: it saves work, or it lets a deep network learn at all.

You will learn

- the ideas of LeNet-5, VGG, Inception, ResNet, MobileNet and EfficientNet;
- to count what a network costs;
- why thirty layers can fit worse than ten, and what mends it;
- to write residual, squeeze-and-excite and MBConv layers of your own;
- a recipe that trains fast, and which of its parts makes it fast.
"""
# sphinx_gallery_tags = ["core", "convolution", "architectures", "residual networks", "classification", "learning rate", "NumPy", "Sequential", "Functional", "custom layer"]
# sphinx_gallery_minutes = 50
# sphinx_gallery_requires = ["pooling"]
# sphinx_gallery_thumbnail_number = 3

# %%
# The idea
# --------
#
# - **LeNet-5** (1998): convolve, pool, convolve, pool, decide.
# - **VGG** (2014): 3×3 filters only. Two see 5×5 pixels with 18 weights, not 25.
# - **Inception** (2014): several sizes side by side; 1×1 filters first, to save work.
# - **ResNet** (2015): a *shortcut* carries the input :math:`x` past the layers,
#   which learn only what to add to it, :math:`y = x + F(x)`.
# - **MobileNet** (2017): *separable* layers. A *depthwise* filter looks at one map
#   only, then a 1×1 filter mixes the maps.
# - **EfficientNet** (2019): *MBConv* blocks. 1×1 to more maps, depthwise,
#   *squeeze-and-excite*, which turns whole maps up or down, and 1×1 to fewer.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.visualization import draw_ways, plot_columns, plot_scores
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
rng = np.random.default_rng(set_seed())

ways = {  # an empty way is a shortcut
    "VGG: in a row": [["3×3", "3×3"]],
    "Inception: side by side": [["1×1"], ["1×1", "3×3"], ["1×1", "5×5"]],
    "ResNet: what to add": [["3×3", "3×3"], []],
    "MBConv: map by map": [["1×1 more", "depthwise", "excite", "1×1 fewer"], []],
}
draw_ways(ways).suptitle("Four ways from input to output")
plt.show()

# %%
# From scratch
# ------------
#
# One image, as height × width × maps. The convolution is known from its lab, here
# with mean 0 and variance 1 in each image. New is what is done with it.


def conv(x, W):  # W: (3, 3, maps in, maps out)
    x = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(0, 1))
    y = np.einsum("hwcij,ijcf->hwf", windows, W)
    return (y - y.mean()) / np.sqrt(y.var() + 1e-7)  # normalized in each image


def residual(x, W1, W2):
    F = conv(np.maximum(conv(x, W1), 0), W2)
    return np.maximum(x + F, 0)


def squeeze_excite(x, W1, W2):
    a = np.maximum(x.mean(axis=(0, 1)) @ W1, 0)  # from one number a map
    return x / (1 + np.exp(-a @ W2))  # x times a sigmoid


x, (W1, W2) = rng.uniform(size=(6, 6, 8)), rng.normal(0, 0.2, size=(2, 3, 3, 8, 8))
V1, V2 = rng.normal(size=(8, 2)), rng.normal(size=(2, 8))
print("weights of 0 pass x on:", np.array_equal(residual(x, W1, 0 * W2), x))
print("gates of 1/2 halve x:  ", np.array_equal(squeeze_excite(x, V1, 0 * V2), x / 2))

# %%
# In Keras
# --------
#
# ``Stack``, a custom layer, keeps the filters of many 3×3 layers in one weight and
# goes through them two by two. Its ``shortcut`` is one plus sign.
import keras
from keras import layers, ops


class Stack(layers.Layer):
    def __init__(self, depth, shortcut):
        super().__init__()
        self.depth, self.shortcut = depth, shortcut

    def build(self, shape):
        start = keras.initializers.RandomNormal(stddev=0.1)
        self.kernel = self.add_weight((self.depth, 3, 3, shape[-1], shape[-1]), start)

    def conv(self, x, i):
        y = ops.conv(x, self.kernel[i], padding="same")
        return ops.layer_normalization(y, axis=(1, 2, 3))

    def call(self, x):
        for i in range(0, self.depth, 2):
            F = self.conv(ops.relu(self.conv(x, i)), i + 1)
            x = ops.relu(x + F if self.shortcut else F)
        return x


# %%
# ``SqueezeExcite`` turns maps up or down by *gates* from 0 to 1. ``MBConv`` goes its
# *way*, a Sequential model, and adds the input where the shapes allow.
class SqueezeExcite(layers.Layer):
    def build(self, shape):
        self.W1 = self.add_weight((shape[-1], shape[-1] // 4))
        self.W2 = self.add_weight((shape[-1] // 4, shape[-1]))

    def call(self, x):
        a = ops.relu(ops.matmul(ops.mean(x, axis=(1, 2)), self.W1))
        return x * ops.sigmoid(ops.matmul(a, self.W2))[:, None, None]


def bend(layer, activation="relu"):
    normalize = layers.BatchNormalization(momentum=0.9)
    return [layer, normalize, layers.Activation(activation)]


def convolution(filters, size=3, strides=1, activation="relu", padding="same"):
    conv = layers.Conv2D(filters, size, strides, padding, use_bias=False)
    return bend(conv, activation)


class MBConv(layers.Layer):
    def __init__(self, maps, filters):
        super().__init__()
        look = layers.DepthwiseConv2D(3, padding="same", use_bias=False)
        more = convolution(3 * maps, size=1, activation="silu") + bend(look, "silu")
        fewer = convolution(filters, size=1, activation="linear")
        self.way = keras.Sequential([*more, SqueezeExcite(), *fewer])
        self.shortcut = filters == maps

    def call(self, x, training=None):
        F = self.way(x, training=training)
        return x + F if self.shortcut else F


batch, gaps = ops.array(x[None], "float32"), []
for layer, weights, expected in (
    (Stack(depth=2, shortcut=True), [np.stack([W1, W2])], residual(x, W1, W2)),
    (SqueezeExcite(), [V1, V2], squeeze_excite(x, V1, V2)),
):
    layer(batch)  # a first call makes the weights
    layer.set_weights(weights)
    gaps.append(np.abs(ops.convert_to_numpy(layer(batch))[0] - expected).max())
claim("Our residual and excite layers equal NumPy's up to", max(gaps), at_most=1e-5)

# %%
# What does a network cost?
# -------------------------
#
# Each weight of a filter multiplies once at each place of the output, and each
# product is added to others. So FLOPs, operations on floating-point numbers, are
# twice the weights times the places. We leave out the small rest.


def flops(model):
    total = 0
    for layer in model.layers:
        inner = getattr(layer, "way", layer)
        if hasattr(inner, "layers"):
            total += flops(inner)
        elif hasattr(layer, "kernel"):
            places = layer.output.shape[1:-1]  # () for a dense layer
            total += 2 * int(np.prod(layer.kernel.shape) * np.prod(places))
    return total


# %%
# Where layers follow each other, Sequential says it best. Inception's ways part, which
# takes the Functional API (its fourth, through pooling, is left out). *Plain* is a
# ResNet without shortcuts. To save time, all but LeNet halve the picture at once.


def network(*body):
    end = [layers.Flatten(), layers.Dense(10, "softmax")]
    return keras.Sequential([keras.Input((28, 28, 1)), *body, *end])


def lenet(activation="tanh", pool=layers.AveragePooling2D):
    how = {"activation": activation}
    body = [layers.Conv2D(6, 5, padding="same", **how), pool(2)]
    body += [layers.Conv2D(16, 5, **how), pool(2), layers.Flatten()]
    return network(*body, layers.Dense(120, **how), layers.Dense(84, **how))


def vgg(kind):
    wide = [layers.MaxPooling2D(), *kind(32), *kind(32)]
    return network(*convolution(16, strides=2), *kind(16), *wide)


def separable(filters):
    look = layers.DepthwiseConv2D(3, padding="same", use_bias=False)
    return [look, *convolution(filters, size=1)]


def inception():
    inputs = keras.Input((28, 28, 1))
    x = layers.MaxPooling2D()(keras.Sequential(convolution(16, strides=2))(inputs))
    few = [layers.Conv2D(8, 1, activation="relu")(x) for _ in range(2)]
    ways = [layers.Conv2D(16, 1)(x), layers.Conv2D(16, 3, padding="same")(few[0])]
    x = [*ways, layers.Conv2D(16, 5, padding="same")(few[1])]
    for layer in [*bend(layers.Concatenate()), layers.MaxPooling2D(), layers.Flatten()]:
        x = layer(x)
    return keras.Model(inputs, layers.Dense(10, "softmax")(x))


def deep(depth, shortcut):  # the first and the last layer count, too
    body = [layers.MaxPooling2D(), *bend(Stack(depth - 2, shortcut))]
    return network(*convolution(8, strides=2), *body, layers.MaxPooling2D())


models = {"LeNet-5": lenet(), "VGG": vgg(convolution), "Inception": inception()}
models |= {"plain-10": deep(10, shortcut=False), "plain-30": deep(30, shortcut=False)}
models |= {"ResNet-30": deep(30, shortcut=True), "MobileNet": vgg(separable)}
blocks = layers.MaxPooling2D(), MBConv(16, 16), MBConv(16, 24)
models["EfficientNet"] = network(*convolution(16, strides=2), *blocks)

# %%
# One task, one recipe
# --------------------
#
# All 60,000 pictures of Fashion-MNIST would take minutes a network. A few thousand show
# differences, not records. The rate of Adam rises for a quarter of the steps, then
# falls to 0: *one cycle*. Seconds differ from run to run, so only the plot shows them.
from time import process_time

from dlkeras.datasets import load_fashion_mnist

images, batch_size, epochs = 2400, 60, 3
(x_train, y_train), (x_test, y_test) = load_fashion_mnist()
x_train, y_train = np.float32(x_train[:images, ..., None] / 255), y_train[:images]
x_test, y_test = np.float32(x_test[:1500, ..., None] / 255), y_test[:1500]


def one_cycle(steps, top=0.01):
    up = {"warmup_target": top, "warmup_steps": steps // 4}
    rate = keras.optimizers.schedules.CosineDecay(top / 20, steps - steps // 4, **up)
    return keras.optimizers.Adam(rate)


def train(model, optimizer):  # losses, test accuracy, seconds of the fastest epoch
    ends = []
    clock = {"on_epoch_end": lambda epoch, logs: ends.append(process_time())}
    clock = [keras.callbacks.LambdaCallback(**clock)]
    model.compile(optimizer, "sparse_categorical_crossentropy")
    optimizer.build(model.trainable_variables)
    history = model.fit(x_train, y_train, batch_size, epochs, 0, clock).history
    parts = [model(x, training=False) for x in np.split(x_test, 3)]
    answers = ops.convert_to_numpy(ops.concatenate(parts)).argmax(axis=1)
    return history["loss"], 100 * np.mean(answers == y_test), min(np.diff(ends))


steps = images // batch_size * epochs
mflops = {name: flops(model) / 1e6 for name, model in models.items()}
losses, accuracy, seconds = {}, {}, {}
print(f"{'':12} parameters  MFLOPs  accuracy (%)")
for name, model in models.items():
    losses[name], accuracy[name], seconds[name] = train(model, one_cycle(steps))
    size = f"{model.count_params():11,}{mflops[name]:8.2f}"
    print(f"{name:12}{size}{accuracy[name]:14.1f}")

columns = {"million\nFLOPs": mflops, "CPU seconds\nan epoch": seconds}
plot_columns(columns | {"test\naccuracy (%)": accuracy})
plt.suptitle("More work is not more accuracy")
plt.show()

worst = min(accuracy[name] for name in ("LeNet-5", "ResNet-30", "EfficientNet"))
statement = "Small LeNet, ResNet and EfficientNet all name clothes right"
claim(statement, worst, at_least=73, unit="%", idea="7.4")

# %%
# Does a separable convolution cost accuracy?
# -------------------------------------------
#
# MobileNet is VGG, each 3×3 layer but the first split in two.
share = mflops["MobileNet"] / mflops["VGG"]
claim("With separable layers VGG needs a share of its FLOPs", share, at_most=0.19)
loss = accuracy["VGG"] - accuracy["MobileNet"]
claim("Separable layers cost VGG, in accuracy", loss, at_most=4, unit="points")

# %%
# When it goes wrong: deeper, and worse
# -------------------------------------
#
# Thirty layers can compute all that ten can: the other twenty need only pass on their
# input. Yet look at the loss *in training*: the *degradation* that He et al. found.
fig, ax = plt.subplots()
sides = ("plain-30", "C1s:", "bottom"), ("plain-10", "C2o--", "bottom")
for name, style, side in (*sides, ("ResNet-30", "C0*-", "top")):
    ax.plot(range(1, epochs + 1), losses[name], style, ms=9)
    ax.text(epochs + 0.06, losses[name][-1], name, color=style[:2], va=side)
ax.set(xlabel="epoch", ylabel="training loss", xticks=range(1, epochs + 1))
ax.set(xlim=(0.9, epochs + 0.75), ylim=0, title="Deeper is worse, but for shortcuts")
plt.show()

ratio = [losses[n][-1] / losses["plain-10"][-1] for n in ("plain-30", "ResNet-30")]
claim("Training loss of 30 plain layers is that of 10, times", ratio[0], at_least=1.4)
claim("Training loss of 30 with shortcuts is that of 10, times", ratio[1], at_most=1.05)

# %%
# Which change makes training fast?
# ---------------------------------
#
# A textbook's LeNet has sigmoids, average pooling and gradient descent. Each bar has one
# more change: ReLU and max pooling; Adam; a body of three 3×3 layers; batch normalization
# of the last two, where maps are small and it is cheap; one cycle, up to ten times the
# rate. A change that gains little alone can make room for the next.


def fast(maps, normalize=True):
    body = [layers.Conv2D(maps, 3, padding="same"), layers.MaxPooling2D()]
    body += [layers.ReLU(), *convolution(2 * maps, strides=2)]
    body += convolution(4 * maps, padding="valid")
    drop = () if normalize else layers.BatchNormalization
    return network(*(layer for layer in body if not isinstance(layer, drop)))


modern = {"activation": "relu", "pool": layers.MaxPooling2D}
ladder = {
    "textbook": (lenet("sigmoid"), keras.optimizers.SGD(0.1)),
    "ReLU, max": (lenet(**modern), keras.optimizers.SGD(0.1)),
    "Adam": (lenet(**modern), keras.optimizers.Adam()),
    "body": (fast(8, normalize=False), keras.optimizers.Adam()),
    "normalize": (fast(8), keras.optimizers.Adam()),
    "one cycle": (fast(8), one_cycle(steps)),
}
rungs = {name: train(*recipe)[1] for name, recipe in ladder.items()}
plot_scores(rungs).set_xlabel("test accuracy (%)")
plt.title("Five changes add up to fast training")
plt.show()

gain = np.diff([rungs[name] for name in ("textbook", "Adam", "one cycle")])
claim("Five changes to a textbook's LeNet gain", gain.sum(), at_least=70, unit="points")
claim("New body, normalization and one cycle gain", gain[1], at_least=7, unit="points")

# %%
# With all pictures in batches of 100, 16 maps in place of 8 and two epochs, this is the
# recipe we recommend. In a clone, ``tox run -e bench -- peers`` races it against others.
#
# Exercises
# ---------
#
# **1. In place of 7×7.** How many 3×3 layers in a row see as many pixels as one 7×7
# layer? And with which share of its weights, for one pair of maps?
seven = ...  # (layers, share)

exercise("architectures/seven").check(seven)

# %%
# **2. The cost.** Over ``maps_in`` maps of ``side`` × ``side`` places goes a depthwise
# layer of filters ``size`` × ``size``, with a stride that divides the side; then 1×1
# filters make ``maps_out`` maps. Return all weights and multiplications, without biases.


def cost(side, size, maps_in, maps_out, stride):
    return ...  # your code


exercise("architectures/cost").check(cost)

# %%
# **3. A block of your own.** Call layers on ``x``, 16 maps of 14 × 14 places, and return
# 32 maps of 7 × 7, each of which sees 7 × 7 places or more, for at most 2500 parameters.


def my_block(x):
    return ...  # your code


exercise("architectures/block").check(my_block)

# %%
# What you saw
# ------------
#
# - Separable layers save most FLOPs, and cost little accuracy.
# - Plain depth hurts already in training. One plus sign mends it.
# - ReLU, Adam, normalization and one cycle: a fast recipe is a sum of changes.
#
# Read on
# -------
#
# - Y. LeCun et al. (1998), `Gradient-based learning applied to document
#   recognition <https://doi.org/10.1109/5.726791>`_.
# - K. He et al. (2015), `Deep residual learning for image recognition
#   <https://arxiv.org/abs/1512.03385>`_: the degradation, and the cure.
# - L. Smith and N. Topin (2017), `Super-convergence
#   <https://arxiv.org/abs/1708.07120>`_: one cycle.
