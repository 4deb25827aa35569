"""
Pooling
=======

A feature map says where something is, pixel by pixel. Pooling keeps one number
of each small window, and forgets where in the window it was. The map shrinks,
and a small move of the object changes it less.

You will learn

- max, average and global pooling, in NumPy and in Keras;
- why leaving out pixels makes false patterns, and how blurring prevents them;
- to measure how much a feature map changes when the image moves;
- what a strided convolution does as well as pooling, and what not;
- what pooling throws away, and when you need it.
"""
# sphinx_gallery_tags = ["core", "pooling", "images", "shift tolerance", "aliasing", "classification", "NumPy", "Sequential", "Functional", "custom layer"]
# sphinx_gallery_minutes = 40
# sphinx_gallery_requires = ["convolution"]
# sphinx_gallery_thumbnail_number = 3

# %%
# The idea
# --------
#
# Cut the image :math:`x` into windows of :math:`k \times k` pixels. *Max pooling* keeps
# the largest number of each: was there an edge, anywhere in here? *Average pooling*
# keeps the mean. For the window that starts at row :math:`ki` and column :math:`kj`:
#
# .. math::
#
#    y^{\max}_{i,j} = \max_{u,v < k} x_{ki+u,\, kj+v}, \qquad
#    y^{\mathrm{mean}}_{i,j} = \frac{1}{k^2} \sum_{u,v < k} x_{ki+u,\, kj+v}
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
rng = np.random.default_rng(set_seed())

image = np.array([[1, 3, 0, 0], [5, 3, 0, 4], [2, 2, 7, 1], [2, 2, 0, 0]])
panels = {"image": image, "max": [[5, 4], [2, 7]], "mean": [[3, 1], [2, 2]]}

fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.6), width_ratios=(4, 2, 2))
for ax, (title, grid) in zip(axes, panels.items(), strict=True):
    ax.imshow(grid, cmap="Blues", vmin=0, vmax=12)
    for (i, j), number in np.ndenumerate(grid):
        ax.text(j, i, number, ha="center", va="center", fontsize=15)
    k = 2 if title == "image" else 1
    for i, j in np.ndindex(2, 2):
        corner = (k * j - 0.5, k * i - 0.5)
        ax.add_patch(plt.Rectangle(corner, k, k, fill=False, lw=3, ec="#D55E00"))
    ax.set_title(title)
    ax.axis("off")
fig.suptitle("One number remains of each window")
plt.show()

# %%
# From scratch
# ------------
#
# Windows that do not overlap need no loop. We give each its own two axes, and
# take the largest number, or the mean, along them.


def pool(x, k, take):  # x: (images, height, width, channels)
    rows, columns = x.shape[1] // k, x.shape[2] // k  # of windows
    x = x[:, : rows * k, : columns * k]  # what fills no window is left out
    return take(x.reshape(len(x), rows, k, columns, k, -1), axis=(2, 4))


print(pool(image[None, :, :, None], 2, np.max)[0, :, :, 0])
print(pool(image[None, :, :, None], 2, np.mean)[0, :, :, 0])

# %%
# *Global pooling* is the extreme: one window as large as the image. It leaves one
# number a channel.
#
# How small can a picture get?
# ----------------------------
#
# We shrink clothes by larger and larger windows, and each time fit a linear
# classifier by least squares. How many of the test images does it name rightly?
from dlkeras.datasets import load_fashion_mnist

fashion = load_fashion_mnist()
x_train, y_train = fashion.x_train[:4000, :, :, None], fashion.y_train[:4000]
x_test, y_test = fashion.x_test[:2000, :, :, None], fashion.y_test[:2000]
x_train, x_test = (x.astype("float32") / 255 for x in (x_train, x_test))


def linear_accuracy(x, y, x_new, y_new):
    x, x_new = (np.insert(z.reshape(len(z), -1), 0, 1, axis=1) for z in (x, x_new))
    w = np.linalg.solve(x.T @ x + np.eye(x.shape[1]), x.T @ np.eye(10)[y])
    return 100 * np.mean((x_new @ w).argmax(axis=1) == y_new)


fig, axes = plt.subplots(1, 4, figsize=(5.6, 2.2))
right = {}
for ax, k in zip(axes, (1, 2, 4, 14), strict=True):
    small, small_new = pool(x_train, k, np.mean), pool(x_test, k, np.mean)
    right[k] = linear_accuracy(small, y_train, small_new, y_test)
    ax.imshow(small_new[30, :, :, 0])
    ax.set_title(f"{28 // k}×{28 // k}\n{right[k]:.0f} %")
    ax.axis("off")
fig.suptitle("A quarter of the pixels says as much")
plt.show()

lost = right[1] - right[2]
statement = "Pooling clothes to a quarter of their pixels costs in accuracy"
claim(statement, lost, at_most=0.5, unit="points", idea="7.2")

# %%
# In Keras
# --------
#
# ``MaxPooling2D``, ``AveragePooling2D`` and ``GlobalAveragePooling2D`` have no weights.
# In a *Sequential* model they agree with our function.
import keras
from keras import layers, ops

x = rng.normal(size=(4, 13, 9, 3)).astype("float32")
gaps = []
for layer, take in ((layers.MaxPooling2D, np.max), (layers.AveragePooling2D, np.mean)):
    for k in (2, 3):
        model = keras.Sequential([keras.Input((13, 9, 3)), layer(k)])
        gaps.append(np.abs(ops.convert_to_numpy(model(x)) - pool(x, k, take)).max())
overall = ops.convert_to_numpy(layers.GlobalAveragePooling2D()(x))
gaps.append(np.abs(overall - x.mean(axis=(1, 2))).max())
claim("Keras pools as the NumPy function does, within", max(gaps), at_most=1e-6)

# %%
# Why not leave pixels out?
# -------------------------
#
# Every second pixel makes a smaller image, too: a stride of 2 does that. But fine
# stripes then turn into coarse ones that are not there: *aliasing*. Blurring first
# prevents it. Such a *blur-pool* (Zhang, 2019) as a *custom layer* is a depthwise
# convolution with fixed weights and a stride.


class BlurPool(layers.Layer):
    def call(self, x):
        blur = np.outer([1, 2, 1], [1, 2, 1]) / 16
        channels = x.shape[-1]
        kernel = ops.cast(np.tile(blur[:, :, None, None], (1, 1, channels, 1)), x.dtype)
        return ops.depthwise_conv(x, kernel, strides=2, padding="same")


# %%
# We shrink rings that get finer toward the outside, three times by 2.
i, j = np.mgrid[-128:128, -128:128]
rings = np.cos((i**2 + j**2) / 220)[None, :, :, None].astype("float32")
shrunk = {"every eighth pixel": rings[:, ::8, ::8], "blur-pool": rings}
for _ in range(3):
    shrunk["blur-pool"] = ops.convert_to_numpy(BlurPool()(shrunk["blur-pool"]))

fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.5))
for ax, (name, x) in zip(axes, {"rings": rings, **shrunk}.items(), strict=True):
    ax.imshow(x[0, :, :, 0], vmin=-1, vmax=1)
    ax.set_title(name, fontsize=12)
    ax.axis("off")
fig.suptitle("Leaving out pixels makes rings that are not there")
plt.show()

outer = np.hypot(i, j)[::8, ::8] > 64  # finer there than the small image can show
ghost = {name: x[0, :, :, 0][outer].std() for name, x in shrunk.items()}
share = ghost["blur-pool"] / ghost["every eighth pixel"]
claim("Blur-pool leaves of false rings a share of", share, at_most=0.045)

# %%
# Does it matter where exactly the object is?
# -------------------------------------------
#
# The clothes move by one pixel. By how much do feature maps change? They come from a
# convolution with random weights and ReLU, and are halved again and again.
x = np.pad(x_test[:100], ((0, 0), (2, 2), (2, 2), (0, 0)))  # 32×32 pixels
features = layers.Conv2D(64, 5, padding="same", activation="relu")
methods = {
    "every 2nd pixel": lambda x: x[:, ::2, ::2],
    "max": layers.MaxPooling2D(2),
    "mean": layers.AveragePooling2D(2),
    "blur-pool": BlurPool(),
}
change = {}
for name, halve in methods.items():
    before, after = features(x), features(np.roll(x, 1, axis=2))
    change[name] = []
    for _ in range(4):
        step = ops.convert_to_numpy(before - after)
        change[name].append(100 * np.sqrt((step**2).sum() / float(ops.sum(before**2))))
        before, after = halve(before), halve(after)

fig, ax = plt.subplots(figsize=(5.6, 3.6))
marks = ("s:", "o-", "^--", "D-.")
for (name, line), mark in zip(change.items(), marks, strict=True):
    (drawn,) = ax.plot(line, mark)
    ax.text(3.1, line[3], name, color=drawn.get_color(), va="center")
ax.set(xlabel="shrunk by a factor of", ylabel="change (%)", xlim=(-0.1, 4.4))
ax.set(xticks=range(4), xticklabels=(1, 2, 4, 8), ylim=(0, None))
ax.set_title("In a pooled map, a small move shows less")
plt.show()

least = min(change[name][0] / change[name][3] for name in ("max", "mean", "blur-pool"))
claim("Pooled by 8, a map feels a move less, by a factor of", least, at_least=2)

# %%
# Can a convolution do it?
# ------------------------
#
# A *strided convolution* halves the map as well, with weights that it learns. One
# *Functional* model trains three networks side by side, each with two convolutions.
# After each of these, one network keeps all numbers, one halves the map by max pooling,
# one by a strided convolution. To be quick, we take the clothes at half their size, on
# 20×20 pixels. Once trained, the networks meet clothes that moved left or right.


def conv(filters, strides=1):
    return layers.Conv2D(filters, 3, strides, padding="same", activation="relu")


ways = {
    "unpooled": lambda x: x,
    "max": layers.MaxPooling2D(2),
    "strided": lambda x: conv(x.shape[-1], strides=2)(x),
}
inputs, left, outputs = keras.Input((20, 20, 1)), {}, {}
for name, halve in ways.items():
    x = layers.Flatten()(halve(conv(16)(halve(conv(8)(inputs)))))
    left[name] = x.shape[1]
    outputs[name] = layers.Dense(10, "softmax")(x)
model = keras.Model(inputs, outputs)

margin = ((0, 0), (3, 3), (3, 3), (0, 0))
small, small_new = (np.pad(pool(x, 2, np.mean), margin) for x in (x_train, x_test))
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy")
labels = dict.fromkeys(outputs, y_train)
model.fit(small, labels, batch_size=50, epochs=4, verbose=0)

accuracy = {name: np.zeros(4) for name in outputs}
for shift, half in np.ndindex(4, 2):  # half of the clothes move right, the others left
    part = slice(1000 * half, 1000 * half + 1000)
    x = np.roll(small_new[part], shift * (-1) ** half, axis=2)
    for name, answers in model(x).items():
        named = ops.convert_to_numpy(answers).argmax(axis=1)
        accuracy[name][shift] += 50 * np.mean(named == y_test[part])

parameters = {n: keras.Model(inputs, y).count_params() for n, y in outputs.items()}
print(f"{'':8}  numbers left  parameters  accuracy (%)  moved by 2 (%)")
for name, (still, _, moved, _) in accuracy.items():
    row = f"{name:>8}  {left[name]:12,}  {parameters[name]:10,}"
    print(f"{row}  {still:12.1f}  {moved:14.1f}")

fig, ax = plt.subplots(figsize=(5.6, 3.6))
for (name, line), mark in zip(accuracy.items(), ("s:", "o-", "^--"), strict=True):
    ax.plot(line, mark, label=name)
ax.set(xlabel="moved by (pixels)", ylabel="test accuracy (%)", ylim=(0, 100))
ax.set_xticks(range(4))
ax.legend(loc="lower left")
ax.set_title("Pooled answers survive a move better")
plt.show()

unmoved, moved = ({n: a[i] for n, a in accuracy.items()} for i in (0, 2))
gain = moved["max"] - moved["unpooled"]
claim("On moved things, max pooling beats none by", gain, at_least=12, unit="points")
apart = abs(unmoved["strided"] - unmoved["max"])
claim("Strides name as many as max pooling, up to", apart, at_most=5, unit="points")
price = parameters["strided"] / parameters["max"]
claim("Strides cost more parameters than pooling, by a factor of", price, at_least=1.5)
gain = moved["max"] - moved["strided"]
claim("On moved things, pooling beats strides by", gain, at_least=12, unit="points")

# %%
# What is lost?
# -------------
#
# Order within a window. We shuffle the pixels in each window of 4×4. To the eye, and
# to a convolution, this is another image. To pooling it is the same.
bag = x_test[30:31]
windows = bag.reshape(7, 4, 7, 4).swapaxes(1, 2).reshape(49, 16)
mixed = rng.permuted(windows, axis=1).reshape(7, 7, 4, 4).swapaxes(1, 2)
mixed = mixed.reshape(bag.shape)

fig, axes = plt.subplots(2, 2, figsize=(5.0, 5.4))
titles = ("a bag", "shuffled in windows", "its maxima", "the same maxima")
pictures = (bag, mixed, pool(bag, 4, np.max), pool(mixed, 4, np.max))
for ax, x, title in zip(axes.flat, pictures, titles, strict=True):
    ax.imshow(x[0])
    ax.set_title(title)
    ax.axis("off")
fig.suptitle("Pooling cannot tell these two apart")
plt.show()

seen = np.abs(mixed - bag).sum() / bag.sum()
claim("Shuffling in windows changes an image by a share of", seen, at_least=0.3)
pooled = np.abs(pictures[2] - pictures[3]).max()
claim("Shuffling in windows changes max pooling by", pooled, at_most=0)

# %%
# When it goes wrong: the place matters
# -------------------------------------
#
# Left half or right half? We put each of the clothes into both, and let the linear
# classifier answer from maxima. Two windows are enough. After global pooling, both
# pictures give the same number, and one of the two answers is wrong. Who must say
# *where* something is must not pool globally.
x = np.zeros((4000, 28, 56, 1), "float32")
x[:2000, :, :28], x[2000:, :, 28:] = x_train[:2000], x_train[:2000]
half, new = np.repeat([0, 1], 2000), np.arange(4000) % 2000 >= 1500
halves = pool(x, 28, np.max)  # (4000, 1, 2, 1)
both, one = (
    linear_accuracy(z[~new], half[~new], z[new], half[new])
    for z in (halves, halves.max(axis=2))
)
claim("Left or right? Two windows know it", both, at_least=99.5, unit="%")
claim("Left or right? One global window guesses", one, close_to=50, tol=0.5, unit="%")

# %%
# Exercises
# ---------
#
# **1. Weights saved.** The last feature maps have 7×7 pixels and 64 channels, and
# there are 10 classes. How many parameters does global average pooling save the
# last dense layer, compared with flattening?
saved = ...

exercise("pooling/saved").check(saved)

# %%
# **2. Overlap.** Write max pooling with windows of ``k`` pixels that start every
# ``stride`` pixels, for an image ``x`` (height, width, channels), without
# padding.


def max_pool(x, k, stride):
    return ...  # your code


exercise("pooling/max_pool").check(max_pool)

# %%
# **3. Deaf to shifts.** Describe an image ``x`` (height, width) by at least three
# numbers that stay the same when ``np.roll`` shifts it, in any direction, but not when
# its pixels are shuffled: the mean of all pixels will not do.


def describe(x):
    return ...  # your code


exercise("pooling/describe").check(describe)

# %%
# What you saw
# ------------
#
# - Pooling shrinks a map and keeps what is in it: a quarter of the pixels names as many
#   clothes, and a small move shows less.
# - Leaving pixels out makes false patterns; blur-pool prevents them. A strided
#   convolution names as many clothes for more parameters, and suffers from a move.
# - Pooling forgets where. After global pooling, left and right are the same.
#
# Read on
# -------
#
# - J. T. Springenberg et al. (2015), `Striving for simplicity: the all convolutional
#   net <https://arxiv.org/abs/1412.6806>`_: strides in place of pooling.
# - M. Lin, Q. Chen and S. Yan (2014), `Network in network
#   <https://arxiv.org/abs/1312.4400>`_: global average pooling.
# - R. Zhang (2019), `Making convolutional networks shift-invariant again
#   <https://arxiv.org/abs/1904.11486>`_: blur-pool.
