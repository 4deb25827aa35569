"""
Applications of convolutional networks
======================================

What is in an image, where is it, and which pixels belong to it? Convolutional
networks answer all three. You ask one why it answers so, and then fool it.

You will learn

- how one network names a thing and draws a box around it, scored by its IoU;
- Grad-CAM: which part of the image speaks for an answer;
- to find cell nuclei pixel by pixel with a U-Net, trained on a loss of your own;
- how a step too small to see turns right answers into wrong ones.
"""
# sphinx_gallery_tags = ["deeper", "classification", "detection", "segmentation", "explanation", "robustness", "images", "NumPy", "Functional", "custom layer", "custom loss"]
# sphinx_gallery_minutes = 50
# sphinx_gallery_requires = ["convolution", "pooling", "architectures"]
# sphinx_gallery_thumbnail_number = 2

# %%
# The idea
# --------
#
# *Classification* gives an image one name. *Localization* adds a box, four numbers:
# left, top, right, bottom. *Segmentation* decides about every pixel. We make scenes
# that pose all three questions. A piece of clothing lies anywhere on a canvas, among
# scraps as bright as itself. Its tightest box is given in shares of the canvas.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras import live
from dlkeras.callbacks import Progress
from dlkeras.datasets import load_fashion_mnist, load_nuclei, make_scenes
from dlkeras.utils import value_and_gradients
from dlkeras.visualization import show_boxes, show_images, show_regions
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
rng = np.random.default_rng(seed := set_seed())

(x_train, y_train), (x_test, y_test) = clothes = load_fashion_mnist()
pieces, y_train, scraps = x_train[:5000] / 255, y_train[:5000], x_train[-500:] / 255
names, canvas = np.array(clothes.class_names), {"side": 44, "scraps_each": 10}
scenes, boxes, _ = make_scenes(pieces, scraps, **canvas, seed=seed)
pieces, y_test, scraps = x_test[:400] / 255, y_test[:400], x_test[-500:] / 255
new_scenes, new_boxes, masks = make_scenes(pieces, scraps, **canvas, seed=seed + 1)

fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.6))
for ax, title in zip(axes, ("what?", "where?", "which pixels?"), strict=True):
    ax.imshow(new_scenes[0, ..., 0])
    ax.set(title=title, xticks=[], yticks=[])
axes[0].set_xlabel(names[y_test[0]])
low, high = 44 * new_boxes[0].reshape(2, 2) - 0.5
axes[1].add_patch(plt.Rectangle(low, *(high - low), fill=False, ec="#E69F00", lw=3))
axes[2].imshow(np.where(masks[0], 1.0, np.nan), cmap="Wistia", vmin=0, vmax=1)
fig.suptitle("Three questions to one image")
plt.show()

# %%
# From scratch: how good is a box?
# --------------------------------
#
# Let :math:`A` be the true box and :math:`B` the one found. *Intersection over union*
# divides what both share by what they cover together. For regions of pixels, the *Dice
# score* counts the shared part double. Both go from 0, nothing shared, to 1, the same:
#
# .. math::
#
#    \text{IoU} = \frac{|A \cap B|}{|A \cup B|}, \qquad
#    \text{Dice} = \frac{2\, |A \cap B|}{|A| + |B|}
#
# Two boxes share a box, too. Its left and top are the larger ones of the two,
# its right and bottom the smaller ones. If they have crossed, nothing is shared.


def iou(a, b):  # (..., 4), (..., 4): left, top, right, bottom
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    shared = np.maximum(high - low, 0).prod(axis=-1)  # (...)
    areas = [(box[..., 2:] - box[..., :2]).prod(axis=-1) for box in (a, b)]
    return shared / (sum(areas) - shared)


def dice(a, b):
    return 2 * np.sum(a & b) / (a.sum() + b.sum())


shifted = np.array([[step, 0, 4 + step, 4] for step in range(5)])
print("IoU of a square of 4 × 4, shifted by 0 to 4:", iou(shifted[0], shifted).round(2))

# %%
# A shift by a quarter of the side costs two fifths. Keras has the IoU, too:
import keras
from keras import layers, ops

a, b = np.sort(rng.uniform(0, 44, (2, 200, 2, 2)), axis=2).reshape(2, 200, 4)
theirs = keras.utils.bounding_boxes.compute_iou(a, b, "xyxy")  # all pairs
gap = np.abs(ops.convert_to_numpy(theirs) - iou(a[:, None], b)).max()
claim("Our IoU and that of Keras differ by at most", gap, at_most=1e-5)

# %%
# In Keras: one body, two heads
# -----------------------------
#
# Convolutions look for features at 11 × 11 places. What they find goes to *heads*.
# For the name, the place does not matter: its head averages over all of them.
# A box is nothing but places. Its head makes four maps, one for each side. A softmax
# turns each into probabilities :math:`p_{ij}` of the places, whose coordinates
# :math:`x_{ij}` are known. The answer is the expected one, a *soft argmax*, with a
# shift :math:`s` to learn, here for the left side: :math:`\sum_{i,j} p_{ij} x_{ij} + s`.
# That is our custom layer.


class ExpectedPlace(layers.Layer):
    def build(self, shape):  # (n, 11, 11, 4)
        y, x = ((np.arange(size) + 0.5) / size for size in shape[1:3])
        x, y = np.meshgrid(x, y)  # the middle of each place, in shares of the canvas
        self.places = np.float32(np.stack([x, y, x, y], axis=-1).reshape(-1, 4))
        self.shift = self.add_weight(shape=(4,), initializer="zeros")

    def call(self, maps):
        p = ops.softmax(ops.reshape(maps, (-1, *self.places.shape)), axis=1)
        return ops.sum(ops.multiply(p, self.places), axis=1) + self.shift  # (n, 4)


def convolve(x, filters, size=3, strides=1):
    x = layers.Conv2D(filters, size, strides, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


inputs = keras.Input((44, 44, 1))
x = convolve(convolve(inputs, 8, size=5, strides=2), 16, strides=2)  # (11, 11, 16)
x = convolve(convolve(x, 32), 32)  # (11, 11, 32)
body = keras.Model(inputs, x)

pool, what = layers.GlobalAveragePooling2D(), layers.Dense(10)
fixed = ops.stop_gradient(pool(x))  # learning the rival leaves the body alone
outputs = {
    "what": what(pool(x)),
    "where": ExpectedPlace()(layers.Conv2D(4, 3, padding="same")(x)),
    "pooled": layers.Dense(4)(layers.Dense(64, "relu")(fixed)),
}
model = keras.Model(inputs, outputs)

# %%
# The third output is a rival: a box from averages, which have lost the places. The
# model's loss adds the name's cross-entropy to the boxes' mean absolute errors, weighted.
# Several outputs make a Functional model. The rate rises at first, then falls to 0.
schedule = keras.optimizers.schedules.CosineDecay
rate = schedule(0.0, 440, warmup_target=0.006, warmup_steps=60)
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
losses = dict.fromkeys(outputs, "mae") | {"what": cross_entropy}
weights = dict.fromkeys(outputs, 5) | {"what": 1}
model.compile(keras.optimizers.Adam(rate), losses, loss_weights=weights)
targets = dict.fromkeys(outputs, boxes) | {"what": y_train}
model.fit(scenes, targets, epochs=5, batch_size=50, verbose=0, callbacks=[Progress()])


def answer(images):  # scores (n, 10) and boxes (n, 4)
    answers = model(images, training=False).items()
    return {head: ops.convert_to_numpy(values) for head, values in answers}


# %%
# Does it know what and where?
# ----------------------------
#
# A box counts as right if its IoU is at least 0.5.
found = answer(new_scenes)
right = (said := found["what"].argmax(axis=1)) == y_test
overlap, pooled = (iou(found[head], new_boxes) for head in ("where", "pooled"))
six = slice(1, 7)
notes = [f"IoU {value:.2f}" for value in overlap[six]]
words = {"titles": names[said[six]], "notes": notes}
show_boxes(new_scenes[six], new_boxes[six], found["where"][six], **words)
plt.suptitle("Found boxes (solid) fit true ones (dashed)")
plt.show()
blind = iou(boxes.mean(axis=0), new_boxes).mean()
print(f"mean IoU of always the same box, the mean of all: {blind:.2f}")
claim("Boxes found in new scenes have a mean IoU", overlap.mean(), at_least=0.77)
lost = overlap.mean() - pooled.mean()
claim("A box head on pooled features has a mean IoU lower by", lost, at_least=0.33)
both = 100 * np.mean(right & (overlap >= 0.5))
claim("New scenes named and boxed rightly", both, at_least=57, unit="%", idea="7.3")

# %%
# Which pixels speak for the answer?
# ----------------------------------
#
# *Grad-CAM* asks how the score :math:`z_c` of a class would change with each feature
# map :math:`A_k`. The mean slope over all places is the map's weight :math:`\alpha_k`.
# The weighted sum of maps shows the evidence; the ReLU keeps what speaks *for* the class:
#
# .. math::
#
#    \alpha_k = \operatorname*{mean}_{i, j} \frac{\partial z_c}{\partial A_{kij}},
#    \qquad \text{CAM} = \operatorname{ReLU}\Big(\sum_k \alpha_k A_k\Big)
#
# For slopes of values inside the network, a variable holds the feature maps.
A = ops.convert_to_numpy(body(new_scenes, training=False))  # (400, 11, 11, 32)
maps, chosen = keras.Variable(A), ops.one_hot(said, 10)
_, (slopes,) = value_and_gradients(
    lambda: ops.sum(what(pool(maps.value)) * chosen), [maps]
)
alpha = slopes.mean(axis=(1, 2), keepdims=True)  # (400, 1, 1, 32)
cams = np.maximum((alpha * A).sum(axis=-1), 0)  # (400, 11, 11)
W, _ = what.get_weights()  # (32, 10): after an average of 121 places, the slopes
expected = np.maximum((A * W.T[said][:, None, None] / 121).sum(axis=-1), 0)
gap = np.abs(cams - expected).max() / expected.max()
claim("After an average, Grad-CAM is the weighted maps, up to", gap, at_most=1e-5)

# %%
# Does it look at the piece? We measure which share of each map's mass lies in the true
# box. Mass strewn evenly has there the box's share of the area, brightness has more.
inside = masks.any(axis=1)[:, None] & masks.any(axis=2)[..., None]  # (400, 44, 44)
heat = np.kron(cams, np.ones((4, 4)))  # (400, 44, 44)
share, bright, even = (
    100 * (mass * inside).sum(axis=(1, 2)) / mass.sum(axis=(1, 2))
    for mass in (heat, new_scenes[..., 0], np.ones_like(heat))
)
notes = [f"{percent:.0f} % inside" for percent in share[six]]
show_boxes(new_scenes[six], new_boxes[six], heat=cams[six], notes=notes)
plt.suptitle("The evidence lies on the piece")
plt.show()
held, gain, dense = share.mean(), (share - bright).mean(), share.mean() / even.mean()
claim("Of Grad-CAM's mass, true boxes hold", held, at_least=66, unit="%", idea="7.5")
claim("Grad-CAM is denser in the box than overall, times", dense, at_least=2.5)
claim("Boxes hold more of Grad-CAM than of light, by", gain, at_least=10, unit="points")

# %%
# Look for yourself. The last three are named wrongly: what did the network look at?
eight = np.r_[np.flatnonzero(right)[:5], np.flatnonzero(~right)[:3]]
live.grad_cam(body, what, new_scenes[eight], names, y_test[eight], new_boxes[eight])

# %%
# Which pixels? A U-Net
# ---------------------
#
# A microscope's image of cell nuclei was outlined by hand. We train on blocks of its
# left part, and test on the strip of its right quarter. To save time, we average
# squares of 2 × 2 pixels. Nuclei have no up or down: turned, each block counts as four.
nuclei = load_nuclei(block_size=64)
blocks = np.stack([nuclei.x_train, nuclei.y_train > 0], axis=-1)  # (40, 64, 64, 2)
blocks = np.concatenate([np.rot90(blocks, k, axes=(1, 2)) for k in range(4)])
strip = np.stack([nuclei.image, nuclei.mask > 0], axis=-1)[None, :, 384:]
halves = (ops.average_pool(np.float32(x), 2, 2) for x in (blocks, strip))
blocks, strip = map(ops.convert_to_numpy, halves)  # (160, 32, 32, 2), (1, 256, 64, 2)
light, new_light = (np.log((x[..., :1] + 10) / 40) for x in (blocks, strip))
cells, new_cells = (x[..., 1:] >= 0.5 for x in (blocks, strip))

# %%
# The logarithm tames very bright nuclei. We want a high Dice score, so our custom loss
# is its complement. Products of probabilities replace the count of shared pixels.


class DiceLoss(keras.losses.Loss):
    def call(self, y_true, y_pred):
        shared = ops.sum(y_true * y_pred)
        return 1 - 2 * shared / (ops.sum(y_true) + ops.sum(y_pred) + 1e-7)


pair = np.float32(cells[:8]), np.float32(rng.random((8, 32, 32, 1)))
gap = abs(float(DiceLoss()(*pair)) - float(keras.losses.Dice()(*pair)))
claim("Our Dice loss and that of Keras differ by at most", gap, at_most=1e-6)

# %%
# Going down, pooling halves the resolution, and a pixel comes to see more of its
# surroundings. Going up doubles it again. *Skips* bring back where edges exactly
# are: maps from the way down, beside those of the way up. Leaky units cannot die.


def double(x, filters):
    for _ in range(2):
        conv = layers.Conv2D(filters, 3, padding="same", kernel_initializer="he_normal")
        x = layers.LeakyReLU()(conv(x))
    return x


inputs = keras.Input((None, None, 1))  # below for blocks of 32 × 32
fine = double(inputs, 8)  # (32, 32, 8)
middle = double(layers.MaxPooling2D()(fine), 16)  # (16, 16, 16)
x = double(layers.MaxPooling2D()(middle), 32)  # (8, 8, 32)
x = double(layers.Concatenate()([layers.UpSampling2D()(x), middle]), 16)
x = double(layers.Concatenate()([layers.UpSampling2D()(x), fine]), 8)
u_net = keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(x))
u_net.compile(keras.optimizers.Adam(schedule(0.005, 13 * 20)), DiceLoss())
u_net.fit(light, np.float32(cells), batch_size=8, epochs=13, verbose=0)

# %%
# Does it beat a threshold?
# -------------------------
#
# The rival is a threshold: of 200 tried, the best by Dice on the training blocks.
levels = np.linspace(light.min(), light.max(), 200)
level = max(levels, key=lambda level: dice(light > level, cells))
p = ops.convert_to_numpy(u_net(new_light, training=False))
regions = {"threshold": new_light > level, "U-Net": p > 0.5}
scores = {title: 100 * dice(region, new_cells) for title, region in regions.items()}
pictures = {f"{k}: {scores[k]:.0f} %": x[0, :128, :, 0] for k, x in regions.items()}
show_regions(new_light[0, :128, :, 0], new_cells[0, :128, :, 0], pictures, columns=3)
plt.suptitle("Fewer misses (blue) and extras (orange)")
plt.show()
claim("A U-Net's Dice score on new nuclei", scores["U-Net"], at_least=91, unit="%")
gain = scores["U-Net"] - scores["threshold"]
claim("A U-Net beats the best threshold by", gain, at_least=2.5, unit="points")

# %%
# When it goes wrong: a step too small to see
# -------------------------------------------
#
# Training moves the weights down the slope of the loss :math:`L`. An attacker
# moves the *image* :math:`x` up the slope, each pixel by the same small
# :math:`\varepsilon`. This is the *fast gradient sign method*, FGSM:
#
# .. math::
#
#    x' = x + \varepsilon \, \operatorname{sign}\Big(\frac{\partial L}{\partial x}\Big)
#
# As a control, each pixel steps up or down by chance, as far; we average four tries.
pixels = keras.Variable(new_scenes)
_, (slopes,) = value_and_gradients(
    lambda: cross_entropy(y_test, model(pixels.value, training=False)["what"]), [pixels]
)
up, chance = np.sign(slopes), rng.choice(np.float32([-1, 1]), (4, *slopes.shape))
fig, ax = plt.subplots()
epsilons, left = [0, 0.01, 0.02, 0.03, 0.05, 0.08], {}
for name, signs, look in (("by chance", chance, "s--"), ("up the slope", [up], "o-")):
    tries = ((np.clip(new_scenes + e * sign, 0, 1) for sign in signs) for e in epsilons)
    read = [[answer(images)["what"].argmax(axis=1) for images in one] for one in tries]
    left[name] = 100 * np.mean(read == y_test, axis=(1, 2))  # (6,)
    ax.plot(epsilons, left[name], look)
    ax.text(0.055, left[name][4] + 5, name, color=ax.lines[-1].get_color())
ax.set(xlabel="step ε of each pixel (black 0, white 1)", ylabel="right names (%)")
ax.set(ylim=(0, 100), title="A tiny step undoes answers, up the slope")
plt.show()
by_chance, by_slope = (share[0] - share[2] for share in left.values())
claim("Random steps of 0.02 a pixel cost accuracy", by_chance, at_most=3, unit="points")
claim(
    "FGSM's steps of 0.02 a pixel cost accuracy", by_slope, at_least=23, unit="points"
)

# %%
# Three scenes before and after steps of 0.02 up the slope:
three = np.flatnonzero(right & (read[2][0] != y_test))[:3]
attacked = np.clip(new_scenes[three] + 0.02 * up[three], 0, 1)
pairs = np.concatenate([new_scenes[three], attacked])[..., 0]
titles = names[[*y_test[three], *read[2][0][three]]]
show_images(pairs, titles, columns=3, suptitle="Attacked below: same look, wrong name")
plt.show()

# %%
# Exercises
# ---------
#
# **1. Shift.** Two squares of 12 × 12 pixels lie on each other. One moves to the right.
# By how many pixels, until their IoU is one half?
shift = ...

exercise("cnn_applications/shift").check(shift)

# %%
# **2. One box an object.** A detector of many objects often finds the same one
# several times. *Non-maximum suppression* takes the boxes (n, 4) from the highest
# score to the lowest, and keeps a box unless its IoU with one kept before is above
# a limit. Return the numbers of the kept boxes, in that order.


def suppress(boxes, scores, limit):
    return ...  # your code


exercise("cnn_applications/suppress").check(suppress)

# %%
# **3. Fool it.** A linear model reads digits of 64 pixels from 0 to 1 by the highest of
# ten scores ``x @ W + b``. Return an image, also from 0 to 1, that differs from ``x`` by
# at most ``epsilon`` a pixel and, for 70 % of the digits at least, is not read as ``y``.


def fool(x, y, W, b, epsilon):
    return ...  # your code


exercise("cnn_applications/fool").check(fool)

# %%
# What you saw
# ------------
#
# - One body serves two heads, name and box. Grad-CAM finds evidence on the piece.
# - A U-Net joins a wide view and sharp edges by its skips, and beats a threshold.
# - A step up the slope undoes answers that the same step by chance leaves alone.
#
# Read on
# -------
#
# - O. Ronneberger et al. (2015), `U-Net <https://arxiv.org/abs/1505.04597>`_, for cells.
# - I. Goodfellow et al. (2015), `Explaining and harnessing adversarial examples
#   <https://arxiv.org/abs/1412.6572>`_: the fast gradient sign method.
# - R. Selvaraju et al. (2017), `Grad-CAM: visual explanations from deep networks
#   <https://arxiv.org/abs/1610.02391>`_.
