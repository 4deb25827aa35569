"""
Convolution
===========

A neuron looks at a few neighboring pixels, and slides over the whole image. So it
finds its edge, or its face, wherever in the picture it is.

You will learn

- to compute a convolution in NumPy, with padding, stride and dilation;
- what blur and edge filters do to a photograph;
- what sharing weights saves; 1×1, depthwise and separable convolutions;
- to predict and to measure how much of the image a neuron sees;
- which filters a network learns by itself, and when convolution does not help.
"""
# sphinx_gallery_tags = ["core", "convolution", "images", "filters", "feature maps", "receptive field", "classification", "NumPy", "Sequential", "Functional", "custom layer"]
# sphinx_gallery_minutes = 45
# sphinx_gallery_requires = ["neural_networks"]
# sphinx_gallery_thumbnail_number = 2

# %%
# The idea
# --------
#
# A *kernel* :math:`w` is a small square of weights. Lay it on the image :math:`x`,
# multiply each pixel by the weight on top of it, and add up. That makes one pixel of
# the result :math:`y`. Then slide on by a pixel:
#
# .. math::
#
#    y_{i,j} = \sum_{u} \sum_{v} w_{u,v}\; x_{i+u,\, j+v}
#
# This is *cross-correlation*. Mathematicians turn the kernel by 180° first; to one
# that is learned this is all the same. Ours below answers where dark turns to light.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras import live
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
rng = np.random.default_rng(set_seed())

image, kernel = np.array([[0, 0, 0, 1, 1, 1]] * 6), np.array([[-1, 0, 1]] * 3)

fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.7), width_ratios=(6, 3, 4))
panels = {"image": image, "kernel": kernel, "result": np.array([[0, 3, 3, 0]] * 4)}
frames = [(0.5, 3), (-0.5, 3), (0.5, 1)]  # where each starts, and its width
for ax, (title, grid), (at, k) in zip(axes, panels.items(), frames, strict=True):
    ax.imshow(grid, vmin=-2 * grid.max(), vmax=2 * grid.max(), cmap="PuOr_r")
    for (i, j), number in np.ndenumerate(grid):
        ax.text(j, i, number, ha="center", va="center", fontsize=12)
    ax.set_title(title)
    ax.axis("off")
    ax.add_patch(plt.Rectangle((at, at), k, k, fill=False, lw=3, ec="#0072B2"))
fig.suptitle("One kernel slides over the image")
plt.show()

# %%
# From scratch
# ------------
#
# A color image has three *channels*, and a kernel weights for each. The kernels of a
# layer are its *filters*; each makes one channel of the result, its *feature map*. The
# window moves in ways that three numbers tell:
#
# - *padding* :math:`p`: rows of zeros on each side, to keep the borders;
# - *stride* :math:`s`: how many pixels the window moves on;
# - *dilation* :math:`d`: how far apart the pixels under the kernel are.
#
# With :math:`k` weights in a row, so many windows fit on :math:`n` pixels, rounded down:
#
# .. math::
#
#    \left\lfloor \frac{n + 2p - d\,(k - 1) - 1}{s} \right\rfloor + 1
#
# Rather than slide, we let each weight see all its pixels at once.


def convolve(x, w, stride=1, padding=0, dilation=1):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    k = len(w)  # w: (k, k, channels, filters)
    size = [(n - dilation * (k - 1) - 1) // stride + 1 for n in x.shape[:2]]
    y = np.zeros((*size, w.shape[3]))  # (height, width, filters)
    for u, v in np.ndindex(k, k):
        seen = x[u * dilation :: stride, v * dilation :: stride]
        y += seen[: size[0], : size[1]] @ w[u, v]
    return y


print(convolve(image[:, :, None], kernel[:, :, None, None])[:, :, 0])

# %%
# What can a kernel do?
# ---------------------
#
# Three kernels made by hand, on a photograph. One takes the mean of 81 pixels. The
# others are Sobel's of 1968: differences, across and down, here without their sign.
from dlkeras.datasets import load_fashion_mnist, load_photo

photo = load_photo("china")[20:340, 70:390].mean(axis=2, keepdims=True) / 255
sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
kernels = {"blurred": np.full((9, 9), 1 / 81)}
kernels |= {"vertical edges": sobel, "horizontal edges": sobel.T}
maps = {name: convolve(photo, k[:, :, None, None]) for name, k in kernels.items()}

fig, axes = plt.subplots(2, 2, figsize=(5.6, 5.9))
for ax, (name, result) in zip(axes.flat, {"photo": photo, **maps}.items(), strict=True):
    ax.imshow(np.abs(result), vmax=2 if "edges" in name else 1)
    ax.set_title(name)
    ax.axis("off")
fig.suptitle("Each kernel brings out one thing")
plt.show()

# %%
# In Keras
# --------
#
# Keras adds an axis for the images of a batch. Padding is ``"valid"``, none, or
# ``"same"``, enough for a window over every pixel. As a *custom layer*:
import keras
from keras import layers, ops


class OurConv2D(layers.Layer):
    def __init__(self, filters, k, stride=1, padding="valid", dilation=1):
        super().__init__()
        self.filters, self.k, self.stride = filters, k, stride
        self.padding, self.dilation = padding, dilation

    def build(self, shape):
        self.w = self.add_weight(shape=(self.k, self.k, shape[-1], self.filters))
        self.b = self.add_weight(shape=(self.filters,), initializer="zeros")

    def call(self, x):
        s, d = self.stride, self.dilation
        reach = d * (self.k - 1) + 1  # pixels from one side of the window to the other
        if self.padding == "same":
            lack = [max((-(-n // s) - 1) * s + reach - n, 0) for n in x.shape[1:3]]
            x = ops.pad(x, [(0, 0), *((n // 2, n - n // 2) for n in lack), (0, 0)])
        height, width = ((n - reach) // s + 1 for n in x.shape[1:3])
        y = self.b
        for u, v in np.ndindex(self.k, self.k):
            seen = x[:, u * d :: s, v * d :: s][:, :height, :width]
            y = y + ops.matmul(seen, self.w[u, v])
        return y  # (images, height, width, filters)


# %%
# In a *Sequential* model, our layer gets the weights of Keras's and must answer alike,
# whatever the window does. So must the NumPy function.
x, gaps = rng.normal(size=(2, 15, 20, 3)).astype("float32"), []
for k, s, padding, d in [(3, 1, "valid", 2), (3, 2, "same", 1), (2, 2, "valid", 1)]:
    theirs = layers.Conv2D(8, k, s, padding, dilation_rate=d)
    ours = keras.Sequential([keras.Input((15, 20, 3)), OurConv2D(8, k, s, padding, d)])
    theirs.build(x.shape)
    ours.set_weights(theirs.get_weights())
    answers = [ops.convert_to_numpy(layer(x))[0] for layer in (theirs, ours)]
    if padding == "valid":
        answers.append(convolve(x[0], ours.get_weights()[0], s, 0, d))
    gaps.append(np.ptp(answers, axis=0).max())
claim("NumPy, our layer and Keras's Conv2D agree within", max(gaps), at_most=1e-5)

# %%
# What does sharing weights bring?
# --------------------------------
#
# A dense layer has a weight for each input and output. A convolution uses its few
# weights at every place. Two relatives save more: a *1×1* convolution mixes a pixel's
# channels; a *depthwise* one looks at neighbors, in each channel by itself. One after
# the other they are *separable*.
#
# We count the weights from 14×14 pixels with 8 channels to as many. And we move the
# input by two pixels: does the answer move along? If so, the layer is *equivariant*.
flat = [layers.Flatten(), layers.Dense(14 * 14 * 8), layers.Reshape((14, 14, 8))]
kinds = {
    "dense": keras.Sequential(flat),
    "3×3": layers.Conv2D(8, 3, padding="same"),
    "1×1": layers.Conv2D(8, 1),
    "depthwise 3×3": layers.DepthwiseConv2D(3, padding="same"),
    "separable 3×3": layers.SeparableConv2D(8, 3, padding="same"),
}
x = rng.normal(size=(4, 14, 14, 8)).astype("float32")
counts, change = {}, {}
print(f"{'':13}  parameters  answer off by")
for name, kind in kinds.items():
    still, moved = ops.roll(kind(x), 2, axis=2), kind(np.roll(x, 2, axis=2))
    still, moved = (ops.convert_to_numpy(y)[:, 3:-3, 4:-3] for y in (still, moved))
    counts[name] = kind.count_params()
    change[name] = np.abs(moved - still).mean() / np.abs(still).mean()
    print(f"{name:>13}  {counts[name]:10,}  {100 * change[name]:5.1f} %")

saved = [counts["dense"] / counts["3×3"], counts["3×3"] / counts["separable 3×3"]]
claim("Sharing divides a dense layer's weights by", saved[0], at_least=4200)
claim("Separable convolution divides a 3×3 one's by", saved[1], at_least=4)
worst = max(change[name] for name in kinds if name != "dense")
claim("A moved image gives a moved feature map, up to", worst, at_most=1e-6)

# %%
# How much does a neuron see?
# ---------------------------
#
# In a second layer, a window holds windows. The pixels that can reach a neuron are its
# *receptive field*. Its width :math:`r` grows with each layer :math:`l`:
#
# .. math::
#
#    r_l = r_{l-1} + (k_l - 1)\, d_l\, s_1 s_2 \cdots s_{l-1}, \qquad r_0 = 1
#
# We also measure it: where pixels count, the neuron's gradient is not 0. All weights
# are 1, so that nothing cancels. In the cortex of cats, Hubel and Wiesel found the same
# plan: cells that see a small patch each, and later ones that see more.
from dlkeras.utils import value_and_gradients

kinds = {"3×3": ("#0072B2", 1, [1] * 4), "dilated": ("#009E73", 1, range(1, 5))}
kinds["stride 2"] = ("#D55E00", 2, [1] * 4)  # color, stride and dilations
pixels, off = keras.Variable(np.zeros((1, 63, 63, 1), "float32")), 0
grid = [list(kinds), ["plot"] * 3]
fig, axes = plt.subplot_mosaic(grid, figsize=(5.6, 5.8), height_ratios=(2, 3))
for name, (color, s, dilations) in kinds.items():
    net, r, seen = keras.Sequential([keras.Input((63, 63, 1))]), [1], [1]
    for layer, d in enumerate(dilations):
        net.add(layers.Conv2D(1, 3, s, dilation_rate=d, kernel_initializer="ones"))
        m = net.outputs[0].shape[1] // 2  # the neuron in the middle
        neuron = lambda net=net, m=m: net(pixels)[0, m, m, 0]  # noqa: E731
        ways = value_and_gradients(neuron, [pixels])[1][0][0, :, :, 0]  # (63, 63)
        seen.append(np.any(ways != 0, axis=0).sum())
        r.append(r[-1] + 2 * d * s**layer)
    off = max(off, np.ptp([r, seen], axis=0).max())
    axes[name].imshow(np.sqrt(ways), cmap="magma")
    axes[name].set(title=name, xticks=[], yticks=[])
    axes["plot"].plot(r, "-", seen, "o", color=color, ms=9)
    axes["plot"].text(4.15, r[-1], name, color=color, va="center")
axes["plot"].set(xlabel="layers", ylabel="pixels across", xlim=(0, 5.2))
axes["plot"].set_title("Lines: formula. Dots: measured")
fig.suptitle("What a neuron sees after four layers")
plt.show()

claim("Receptive fields follow the formula, off by", off, at_most=0, idea="7.5")

# %%
# Does it know things at new places?
# ----------------------------------
#
# Networks train on small clothes in the left part of an image. We test them there and
# on the right. One *Functional* model trains three side by side: convolutions that end
# with the mean over all places; dense layers with more weights; and the first again,
# on images whose pixels are all shuffled in one way, so that none has its neighbors.
(x_train, y_train), (x_test, y_test) = load_fashion_mnist()
clothes = np.concatenate([x_train[:4000], x_test[:1000], x_test[:1000]])
x = np.zeros((6000, 16, 36, 1), "float32")
for n, (i, j) in enumerate(rng.integers(3, size=(6000, 2))):
    j += 18 if n >= 5000 else 2  # the last 1,000 lie on the right
    x[n, i : i + 14, j : j + 14, 0] = clothes[n, ::2, ::2] / 255
shuffled = x.reshape(6000, 576)[:, rng.permutation(576)].reshape(x.shape)


def conv(filters, k):
    return layers.Conv2D(filters, k, strides=2, padding="same", activation="relu")


inputs = [keras.Input((16, 36, 1)), keras.Input((16, 36, 1))]
first = {"convolution": conv(12, 5), "shuffled": conv(12, 5)}
z = layers.Dense(64, "relu")(layers.Flatten()(inputs[0]))
hidden = {"dense": layers.Dense(64, "relu")(z)}
for (name, layer), z in zip(first.items(), inputs, strict=True):
    hidden[name] = layers.GlobalAveragePooling2D()(conv(48, 3)(conv(24, 3)(layer(z))))
outputs = {n: layers.Dense(10, "softmax")(z) for n, z in hidden.items()}
model = keras.Model(inputs, outputs)
decay = keras.optimizers.AdamW(0.01, weight_decay=0.2)  # lets the random start fade
model.compile(decay, "sparse_categorical_crossentropy")
labels = dict.fromkeys(outputs, y_train[:4000])
model.fit([x[:4000], shuffled[:4000]], labels, batch_size=50, epochs=6, verbose=0)

right = {}  # in per cent, for things on the left and on the right
for name, answers in sorted(model([x[4000:], shuffled[4000:]]).items()):
    named = ops.convert_to_numpy(answers).argmax(axis=1).reshape(2, 1000)
    right[name] = 100 * np.mean(named == y_test[:1000], axis=1)

fig, ax = plt.subplots(figsize=(5.6, 3.6))
for side, heights in enumerate(zip(*right.values(), strict=True)):
    color = ("#56B4E9", "#D55E00")[side]
    bars = ax.bar(np.arange(3) + 0.4 * side, heights, 0.38, color=color)
    ax.bar_label(bars, fmt="%.0f")
ax.text(0, 4, "known places", rotation=90, ha="center")
ax.text(0.4, 4, "new places", rotation=90, ha="center")
ax.set_xticks([0.2, 1.2, 2.2], list(right))
ax.set(ylabel="test accuracy (%)", ylim=(0, 100))
ax.set_title("Only convolution knows things that moved")
plt.show()

gain = right["convolution"][1] - right["dense"][1]
statement = "On things that moved, features found by sliding beat dense ones by"
claim(statement, gain, at_least=50, unit="points", idea="7.1")

# %%
# What did it learn to see?
# -------------------------
#
# The weights of an edge filter add up to about 0, so that flat parts give no answer.
# Here are the four kernels of the first layer that come nearest to this, slid over a
# bag and the temple. Red weights are positive. We also measure how much neighboring
# weights are alike: in random kernels, their correlation is about 0.


def alike(w):  # (k, k, filters)
    w = w - w.mean(axis=(0, 1))
    pairs = w[1:] * w[:-1], w[:, 1:] * w[:, :-1]  # one below, one beside the other
    return np.mean([pair.mean(axis=(0, 1)) for pair in pairs] / w.var(axis=(0, 1)))


w, b = first["convolution"].get_weights()  # (5, 5, 1, 12), (12,)
sums = np.abs(w.sum(axis=(0, 1, 2))) / np.abs(w).sum(axis=(0, 1, 2))
chosen = np.argsort(sums)[:4]
bag = x_test[30, :, :, None] / 255
seen = [np.maximum(convolve(x, w) + b, 0) for x in (bag, photo[::2, ::2])]

fig, axes = plt.subplots(3, 5, figsize=(5.6, 4.0))
axes[1, 0].imshow(bag)
axes[2, 0].imshow(photo)
for (top, middle, low), f in zip(axes[:, 1:].T, chosen, strict=True):
    limit = np.abs(w[:, :, 0, f]).max()
    top.imshow(w[:, :, 0, f], cmap="RdBu_r", vmin=-limit, vmax=limit)
    middle.imshow(seen[0][:, :, f])
    low.imshow(seen[1][:, :, f])
for ax in axes.flat:
    ax.axis("off")
axes[0, 0].text(0.5, 0.5, "filters", ha="center")
fig.suptitle("Filters learned from clothes find edges")
plt.show()

same = alike(w[:, :, 0])
claim("Neighboring weights learned from clothes correlate by", same, at_least=0.5)

# %%
# Your turn: draw a level stroke, then an upright one. Which maps light up, and where?
live.feature_maps(w, b)

# %%
# When it goes wrong: no neighbors
# --------------------------------
#
# In shuffled images every pixel is still there. But a window holds pixels that have
# nothing to do with each other, and a thing that moves becomes another pattern. Then
# sliding does not help. Nor does it for the columns of a table.
lost = right["convolution"][1] - right["shuffled"][1]
claim("At new places, shuffling costs convolution", lost, at_least=42, unit="points")
same = alike(first["shuffled"].get_weights()[0][:, :, 0])
claim("Neighboring weights from shuffled pixels correlate by", same, at_most=0.15)

# %%
# Exercises
# ---------
#
# **1. Size.** How many pixels in a row does a layer leave of ``n``?


def size(n, kernel, padding, stride, dilation):
    return ...  # your code


exercise("convolution/size").check(size)

# %%
# **2. Depthwise.** Write a depthwise convolution of an image ``x`` (height, width,
# channels) with weights ``w`` (k, k, channels), in NumPy, without padding.


def depthwise(x, w):
    return ...  # your code


exercise("convolution/depthwise").check(depthwise)

# %%
# **3. Diagonal.** Find a 3×3 kernel for thin lines that fall from left to right: its
# strongest answer to one, positive or negative, is at least twice that to level,
# upright or rising lines. To a flat image it is 0.
diagonal = ...

exercise("convolution/diagonal").check(diagonal)

# %%
# What you saw
# ------------
#
# - A convolution slides one small set of weights over the image: it needs far fewer
#   than a dense layer, and its answer moves with the object.
# - The receptive field grows as the formula says, fastest with strides.
# - A network finds edge filters and knows things that moved; with shuffled pixels, not.
#
# Read on
# -------
#
# - D. Hubel and T. Wiesel (1962), `Receptive fields … in the cat's visual cortex
#   <https://doi.org/10.1113/jphysiol.1962.sp006837>`_, Journal of Physiology.
# - Y. LeCun et al. (1989), `Backpropagation applied to handwritten zip code
#   recognition <https://doi.org/10.1162/neco.1989.1.4.541>`_, Neural Computation.
# - V. Dumoulin and F. Visin (2016), `A guide to convolution arithmetic for deep
#   learning <https://arxiv.org/abs/1603.07285>`_: padding and strides, animated.
