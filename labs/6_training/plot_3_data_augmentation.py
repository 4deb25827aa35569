"""
Data augmentation
=================

A shirt that is moved a little is still a shirt. Show a network such changed
copies, and it learns more from the same labels, if the change is the right one.

You will learn

- to shift, flip, erase and mix pictures, in NumPy and as layers of Keras;
- how much each way gains, by the number of labels;
- to let a trained network look several times;
- how a wrong augmentation teaches nonsense.
"""
# sphinx_gallery_tags = ["core", "data augmentation", "overfitting", "images", "classification", "NumPy", "Sequential", "Functional", "custom layer"]
# sphinx_gallery_minutes = 40
# sphinx_gallery_requires = ["regularization"]
# sphinx_gallery_thumbnail_number = 1

# %%
# The idea
# --------
#
# Labels are dear, and some changes do not touch them. A picture of a shirt may
# move, turn, or lose a corner: the label stays. *Data augmentation* draws such
# a change :math:`t` anew each time that a picture :math:`x` is shown. So the
# network :math:`f` is trained on the mean loss over all changes of all pictures:
#
# .. math::
#
#    \min_f \; \sum_i \; \mathbb{E}_t \; L\big(f(t(x_i)),\, y_i\big)
#
# It never sees a picture twice, and cannot learn it by heart. What it learns
# instead is what the changes leave alone.
#
# From scratch
# ------------
#
# Each way takes a few lines of NumPy, for a batch ``x`` of shape (n, height, width):
#
# - *shift* by whole pixels, up to two in each direction;
# - *flip* left and right, every other picture;
# - *cutout* erases a square at a random place;
# - *mixup* blends each picture with another. Its label is blended, too.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.datasets import load_fashion_mnist, load_mnist_5k
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)


def shift(x, most=2):
    n, height, width = x.shape
    padded = np.pad(x, ((0, 0), (most, most), (most, most)))
    rows, columns = rng.integers(0, 2 * most + 1, size=(2, n, 1))
    rows, columns = rows + np.arange(height), columns + np.arange(width)
    return padded[np.arange(n)[:, None, None], rows[:, :, None], columns[:, None]]


def flip(x):
    return np.where(rng.random((len(x), 1, 1)) < 0.5, x[:, :, ::-1], x)


def cutout(x, size=10):
    n, height, width = x.shape
    top, left = rng.integers(1 - size, height, size=(2, n, 1, 1))
    rows, columns = np.arange(height)[:, None] - top, np.arange(width) - left
    inside = (rows >= 0) & (rows < size) & (columns >= 0) & (columns < size)
    return np.where(inside, 0, x)


def mixup(x, y):
    """Labels y are rows of probabilities: (n, classes)."""
    share = np.float32(rng.beta(0.3, 0.3, size=len(x)))
    partner = rng.permutation(len(x))
    a, b = share[:, None, None], share[:, None]
    return a * x + (1 - a) * x[partner], b * y + (1 - b) * y[partner]


# %%
# A tiny check: a pattern of 3 × 3 pixels, flipped, then shifted by one at most.
arrow = np.array([[[0, 2, 0], [1, 2, 3], [0, 2, 0]]])
print(np.hstack([arrow[0], arrow[0, :, ::-1], shift(arrow, 1)[0]]))

# %%
# In Keras
# --------
#
# Keras has *preprocessing layers* for this, such as ``RandomTranslation``,
# ``RandomRotation`` and ``RandomFlip``. They stand in front of a network, work in
# training only, and pass everything on in use. As a *custom layer*, our cutout does so,
# too. Its chance comes from a ``SeedGenerator``, which differs from batch to batch.
import keras
from keras import layers, ops


class Cutout(layers.Layer):
    def __init__(self, size, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.size, self.random = size, keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        if not training:
            return x
        inside = 1.0
        for axis in (1, 2):  # rows, columns
            n, shape = x.shape[axis], [-1, 1, 1, 1]
            corner = keras.random.uniform((ops.shape(x)[0], 1), seed=self.random)
            corner = ops.floor(corner * (n + self.size - 1)) - (self.size - 1)
            place = ops.arange(n, dtype="float32") - corner  # (batch, n)
            shape[axis] = n
            within = ops.cast((place >= 0) & (place < self.size), x.dtype)
            inside = inside * ops.reshape(within, shape)
        return x * (1 - inside)


# %%
# In a *Sequential* model, one layer feeds the next. Does ours erase as much as the
# NumPy function, and does all this leave pictures alone in use?
digits = load_mnist_5k()
x = np.float32(np.concatenate([digits.x_train, digits.x_test]) / 255)
y = np.concatenate([digits.y_train, digits.y_test])
order = rng.permutation(len(x))
x, y = x[order], y[order]

turn = layers.RandomRotation(0.04, fill_mode="constant", seed=seed)  # up to 15 degrees
mirror = layers.RandomFlip("horizontal", seed=seed)
augment = keras.Sequential([keras.Input((28, 28, 1)), turn, mirror, Cutout(10, seed)])
used = ops.convert_to_numpy(augment(x[:500, ..., None], training=False))
gap = np.abs(used[..., 0] - x[:500]).max()
claim("In use, layers that augment change a picture by", gap, at_most=0)

ones = np.ones((4000, 28, 28), "float32")
kept = ops.convert_to_numpy(Cutout(10, seed)(ones[..., None], training=True))
gap = 100 * abs(np.mean(kept) - np.mean(cutout(ones)))
claim("Our cutout layer and NumPy erase as much, within", gap, at_most=0.5, unit="%")

# %%
# Now a digit, and what each way may make of it. What is erased has the color of paper,
# here gray; we show it white. *Which rows are still a 2?*
two, seven = np.repeat(x[y == 2][:1], 5, axis=0), x[y == 7][:1]
rows = {"shift": shift(two), "rotation": turn(two[..., None], training=True)}
rows |= {"cutout": cutout(two + 1) - 1, "flip": two[:, :, ::-1]}
shares = np.array([0.9, 0.7, 0.5, 0.3, 0.1])[:, None, None]
rows["mixup"] = shares * two + (1 - shares) * seven
fig, axes = plt.subplots(5, 5, figsize=(5.6, 6.2))
for line, (name, row) in zip(axes, rows.items(), strict=True):
    for ax, image in zip(line, ops.convert_to_numpy(row), strict=True):
        ax.imshow(image, cmap="gray_r", vmin=-0.3, vmax=1)
        ax.set(xticks=[], yticks=[])
    line[0].set_ylabel(name)
fig.suptitle("One digit, shown in many ways")
plt.show()

# %%
# What is a label worth?
# ----------------------
#
# Five small networks learn side by side, in one *Functional* model: the same network,
# from the same first weights, on the same digits. Only the way in front of it differs.
# Cutout and flips are layers; shifts and mixup are drawn in NumPy.


def network(x):
    x = layers.AveragePooling2D(2)(x)  # half the pixels will do, and take less time
    for filters, size in ((8, 5), (24, 3)):
        start = keras.initializers.HeNormal(seed)
        conv = layers.Conv2D(filters, size, 2, "same", kernel_initializer=start)
        x = layers.ReLU()(conv(x))
    start = keras.initializers.GlorotUniform(seed)
    return layers.Dense(10, "softmax", kernel_initializer=start)(layers.Flatten()(x))


given = ("plain", "shift", "mixup")
inputs = {name: keras.Input((28, 28, 1), name=name) for name in given}
front = {
    "nothing": inputs["plain"],
    "shift": inputs["shift"],
    "cutout": Cutout(10, seed)(inputs["plain"]),
    "mixup": inputs["mixup"],
    "flip": mirror(inputs["plain"]),
}
branches = {name: network(picture) for name, picture in front.items()}
model = keras.Model(inputs, ops.stack(list(branches.values()), axis=1))  # (n, 5, 10)
STEPS, BATCH = 200, 50
rate = keras.optimizers.schedules.CosineDecay(0.1, STEPS)
optimizer = keras.optimizers.SGD(rate, momentum=0.9)


def summed(y, p):  # the losses of the five
    return ops.sum(keras.losses.categorical_crossentropy(y, p), axis=1)


model.compile(optimizer, summed)
optimizer.build(model.trainable_variables)
start = model.get_weights()


def train(x, y):
    """Train all five networks from the start on the pictures x with classes y."""
    model.set_weights(start)
    for variable in (optimizer.iterations, *optimizer.momentums):  # forget the last
        variable.assign(ops.zeros(variable.shape))
    shown = rng.permutation(STEPS * BATCH) % len(x)  # each as often as any other
    for part in np.split(shown, 4):  # a part at a time saves memory
        plain, labels = x[part], np.eye(10, dtype="float32")[y[part]]
        targets = np.repeat(labels[:, None], 5, axis=1)  # (n, 5, 10)
        mixed, targets[:, list(front).index("mixup")] = mixup(plain, labels)
        pictures = zip(given, (plain, shift(plain), mixed), strict=True)
        pictures = {name: picture[..., None] for name, picture in pictures}
        model.fit(pictures, targets, BATCH, shuffle=False, verbose=0)


def ask(x):
    answers = model.predict(dict.fromkeys(given, x[..., None]), 500, verbose=0)
    return answers.argmax(axis=2).T  # what the five name: (5, n)


# %%
# They always make the same number of steps, on 50, 150 or 500 digits with a label, so
# nothing is gained by training longer. Chance is large where labels are few: there we
# start four times, with other digits, else twice. We test on 2,500 more. The first
# network is also asked about five ``views``: see below. The titles of the plots tell the
# points won with 500 labels.
x_test, y_test = x[1000:3500], y[1000:3500]
draws = {50: (0, 250, 500, 750), 150: (0, 500), 500: (0, 500)}  # the first of n digits
views = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]
alone = keras.Model(inputs["plain"], branches["nothing"])
hits, looks = np.zeros((3, 5, 2500)), np.zeros(3)
for i, (n, firsts) in enumerate(draws.items()):
    for first in firsts:
        train(x[first : first + n], y[first : first + n])
        hits[i] += 100 / len(firsts) * (ask(x_test) == y_test)
        shifted = (np.roll(x_test, view, axis=(1, 2))[..., None] for view in views)
        p = np.mean([alone.predict(v, 500, verbose=0) for v in shifted], axis=0)
        looks[i] += 100 / len(firsts) * np.mean(p.argmax(axis=1) == y_test)

numbers = list(draws)
scores = dict(zip(front, hits.mean(axis=2).T, strict=True))
print(f"{'labels':>9}" + "".join(f"{n:6}" for n in numbers))
for name, curve in scores.items():
    print(f"{name:>9}" + "".join(f"{score:6.1f}" for score in curve))

gains = {n: curve - scores["nothing"] for n, curve in scores.items() if n != "nothing"}
fig, axes = plt.subplots(2, 2, figsize=(5.6, 5.6), sharex=True, sharey=True)
for ax, (name, gain) in zip(axes.flat, gains.items(), strict=True):
    color = "#D55E00" if gain[-1] < -1 else "#0072B2"
    ax.semilogx(numbers, scores["nothing"], "s:", color="black")
    ax.semilogx(numbers, scores[name], "o-", color=color)
    ax.set_title(f"{name}: {gain[-1]:+.1f}", color=color)
    ax.set_xticks(numbers, numbers)
    ax.minorticks_off()
spot = {"transform": axes[0, 0].transAxes, "ha": "right"}
axes[0, 0].text(0.97, 0.08, "nothing: dotted", **spot)
fig.supxlabel("labeled digits", fontsize=13)
fig.supylabel("test accuracy (%)", fontsize=13)
fig.suptitle("Shifts are worth labels, flips cost them")
plt.show()

text = "With 50 to 500 labeled digits, shifts gain on average"
claim(text, gains["shift"].mean(), at_least=5, unit="points")
gain, cost = gains["shift"][2], -gains["flip"][2]
claim("With 500 labeled digits, shifts gain", gain, at_least=1, unit="points")
claim("With 500 labeled digits, flips cost", cost, at_least=3, unit="points")

# %%
# Cutout and mixup gain little or nothing here. Their authors use them in large networks
# that train for long; ours is small, and has no time to learn its digits by heart.
#
# Can it look several times?
# --------------------------
#
# *Test-time augmentation* changes the picture that is asked about. The network that
# learned without augmentation answers to five views: the picture as it is, and moved by
# a pixel in each direction. The mean of its answers counts. It costs no label and no
# training, but five answers.
print("won by five looks:", *(f"{gain:+.1f}" for gain in looks - scores["nothing"]))
gain = np.mean(looks - scores["nothing"])
claim("Five looks at a digit beat one by", gain, at_least=0.1, unit="points")

# %%
# When it goes wrong: writing in a mirror
# ---------------------------------------
#
# Nobody writes digits in a mirror. Half of what the network saw with *flip* will never
# be asked, and some of it now looks like another digit. Which digits suffer? We take
# the mean over all numbers of labels. Orange bars lose more than two points.
change = (hits[:, list(front).index("flip")] - hits[:, 0]).mean(axis=0)  # (2500,)
change = np.array([change[y_test == digit].mean() for digit in range(10)])
fig, ax = plt.subplots(figsize=(5.6, 3.6))
ax.bar(range(10), change, color=np.where(change < -2, "#D55E00", "#0072B2"))
ax.axhline(0, color="black", lw=1)
ax.set_xticks(range(10))
ax.set(xlabel="digit", ylabel="change (points)")
ax.set_title("Flips confuse digits that have a direction")
plt.show()

gap = change[[0, 1, 8]].mean() - change[[3, 5]].mean()
claim("Flips cost 3 and 5 more than 0, 1 and 8, by", gap, at_least=6, unit="points")

# %%
# A shirt in the mirror is a shirt. Do the same flips harm clothes? Do shifts help them,
# though all lie in the middle? We train the five networks again, on 500 clothes.
clothes, some = load_fashion_mnist(), rng.permutation(60_000)[:500]
train(np.float32(clothes.x_train[some] / 255), clothes.y_train[some])
named = ask(np.float32(clothes.x_test[:2500] / 255))
on_clothes = 100 * np.mean(named == clothes.y_test[:2500], axis=1)
on_clothes = dict(zip(gains, on_clothes[1:] - on_clothes[0], strict=True))

fig, ax = plt.subplots(figsize=(5.6, 4.2))
bars = {"digits": [gain[2] for gain in gains.values()], "clothes": on_clothes.values()}
for k, (task, heights) in enumerate(bars.items()):
    places = np.arange(4) + 0.4 * k
    ax.barh(places, heights, 0.38, color=("#0072B2", "#D55E00")[k])
    ax.text(1.3, 3 + 0.4 * k, task, color=("#0072B2", "#D55E00")[k], va="center")
ax.axvline(0, color="black", lw=1)
ax.set_yticks(np.arange(4) + 0.2, list(gains))
ax.invert_yaxis()
ax.set(xlabel="points won with 500 labels", title="What helps depends on the task")
plt.show()

spared = on_clothes["flip"] - gains["flip"][2]
claim("Flips cost clothes less than digits, by", spared, at_least=2.2, unit="points")

# %%
# Exercises
# ---------
#
# **1. Flips.** For which of these may you flip left and right, and keep the label?
# A cat, a letter b, a tree, a 7, a left arrow, a shirt. Give a set of strings, out of
# ``"cat", "letter b", "tree", "7", "left arrow", "shirt"``.
safe = ...

exercise("data_augmentation/flips").check(safe)

# %%
# **2. Mixup.** ``x`` has the shape (n, height, width), ``y`` (n, classes). Picture
# ``i`` keeps ``share[i]`` of itself, and gets the rest from picture ``partner[i]``.
# Return the mixed pictures and labels.


def my_mixup(x, y, partner, share):
    return ...  # your code


exercise("data_augmentation/mixup").check(my_mixup)

# %%
# **3. Shaky.** ``predict`` takes pictures (n, 10, 10) and returns probabilities (n, 2).
# Its answers tremble: one look is often wrong. What counts is a patch of 2 × 2
# pixels, anywhere. Return better probabilities for the pictures ``x``, 93 % right or
# more. Any way will do.


def look_again(predict, x):
    return ...  # your code


exercise("data_augmentation/shaky").check(look_again)

# %%
# What you saw
# ------------
#
# - Changed copies that keep the label are worth labels. What helps depends on the task.
# - A trained network gains from several looks.
# - Flips hurt digits and spare clothes. An augmentation is a statement about the
#   world: make it only if it is true.
#
# Read on
# -------
#
# - P. Simard, D. Steinkraus and J. Platt (2003), `Best practices for convolutional
#   neural networks <https://doi.org/10.1109/ICDAR.2003.1227801>`_.
# - T. DeVries and G. Taylor (2017), `Improved regularization of convolutional neural
#   networks with cutout <https://arxiv.org/abs/1708.04552>`_.
# - H. Zhang et al. (2018), `mixup: beyond empirical risk minimization
#   <https://arxiv.org/abs/1710.09412>`_.
