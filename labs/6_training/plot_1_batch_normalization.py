"""
Batch normalization
===================

Bring what every layer passes on to mean 0 and spread 1, and a deep network
trains at learning rates that it could not take before. The means come from the
batch, and that is where it can go wrong.

You will learn

- how batch normalization works, in NumPy and as a Keras layer;
- why it computes one thing in training and another in use;
- how much it widens the range of learning rates, measured;
- why it fails on batches of two, and what layer and group norm do there.
"""
# sphinx_gallery_tags = ["core", "normalization", "learning rate", "batch size", "images", "NumPy", "Sequential", "Functional", "custom layer"]
# sphinx_gallery_minutes = 45
# sphinx_gallery_requires = ["optimization", "backpropagation"]
# sphinx_gallery_thumbnail_number = 3

# %%
# The idea
# --------
#
# What a layer passes on is a table: a row for each image of the batch, a column
# for each feature. A *normalization* takes a set of these numbers :math:`x_i`,
# of mean :math:`\mu` and variance :math:`\sigma^2`:
#
# .. math::
#
#    \hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}, \qquad
#    y_i = \gamma\, \hat x_i + \beta
#
# :math:`\epsilon` keeps the root away from 0. Scale :math:`\gamma` and shift
# :math:`\beta` are learned, one pair a feature. Which numbers form a set?
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
rng = np.random.default_rng(set_seed())

sets = {"batch norm": (1, 5), "layer norm": (6, 1), "group norm": (3, 1)}
fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.7))
for ax, (name, (width, height)) in zip(axes, sets.items(), strict=True):
    for row in range(5):
        for column in range(6):
            inside = column < width and row >= 5 - height
            color = "#D55E00" if inside else "#DCE9F3"
            ax.add_patch(Rectangle((column, row), 0.88, 0.88, color=color))
    ax.set(title=name, xlim=(-0.2, 6), ylim=(-0.2, 5.2), aspect="equal")
    ax.set(xlabel="features", xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
axes[0].set_ylabel("images of a batch")
fig.suptitle("Orange numbers share one mean")
plt.show()

# %%
# From scratch
# ------------
#
# Batch norm takes each column by itself. In use there may be no batch, so the
# layer keeps *moving averages* of mean and variance while it trains, and works
# with them afterwards. Of the old average it keeps a share, the *momentum*.


class NumpyBatchNorm:
    def __init__(self, features, momentum=0.9, epsilon=1e-3):
        self.gamma, self.beta = np.ones(features), np.zeros(features)
        self.moving_mean, self.moving_var = np.zeros(features), np.ones(features)
        self.momentum, self.epsilon = momentum, epsilon

    def __call__(self, x, training):  # x: (batch, features)
        mean, var = self.moving_mean, self.moving_var
        if training:
            mean, var = x.mean(axis=0), x.var(axis=0)  # (features,)
            keep = self.momentum
            self.moving_mean = keep * self.moving_mean + (1 - keep) * mean
            self.moving_var = keep * self.moving_var + (1 - keep) * var
        x_hat = (x - mean) / np.sqrt(var + self.epsilon)
        return self.gamma * x_hat + self.beta


# %%
# A batch of four with two features of very different size:
x = np.array([[1.0, 100.0], [2.0, 500.0], [3.0, 300.0], [6.0, 300.0]])
norm = NumpyBatchNorm(features=2)
print(norm(x, training=True).round(2))
print("means:", x.mean(axis=0), " moving means:", norm.moving_mean.round(2))

# %%
# In Keras
# --------
#
# As a *custom layer* it is the same formulas on ``keras.ops``. The last axis
# holds the features; for images, a mean is taken over all pixels, too. The
# moving averages are weights that are not trained.
import keras
from keras import layers, ops


class BatchNorm(layers.Layer):
    def __init__(self, momentum=0.9, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        features = {"shape": (input_shape[-1],)}
        self.gamma = self.add_weight(initializer="ones", **features)
        self.beta = self.add_weight(initializer="zeros", **features)
        features["trainable"] = False
        self.moving_mean = self.add_weight(initializer="zeros", **features)
        self.moving_var = self.add_weight(initializer="ones", **features)

    def call(self, x, training=False):
        mean, var = self.moving_mean, self.moving_var
        if training:
            mean, var = ops.moments(x, axes=list(range(len(x.shape) - 1)))
            for average, now in ((self.moving_mean, mean), (self.moving_var, var)):
                average.assign(self.momentum * average + (1 - self.momentum) * now)
        x_hat = (x - mean) / ops.sqrt(var + self.epsilon)
        return self.gamma * x_hat + self.beta


# %%
# Keras has it ready-made, with a momentum of 0.99. All three see the same ten
# batches in training and one in use, where their moving averages count.
scratch = NumpyBatchNorm(features=5)
ours, theirs = BatchNorm(), layers.BatchNormalization(momentum=0.9)
gaps = []
for number in range(11):
    x = rng.normal(3, 2, size=(16, 5)).astype("float32")
    expected = scratch(x, training=number < 10)
    for layer in (ours, theirs):
        y = ops.convert_to_numpy(layer(x, training=number < 10))
        gaps.append(np.abs(y - expected).max())
claim("Batch norm: NumPy, our layer and Keras agree, up to", max(gaps), at_most=1e-5)

# %%
# What differs between training and use?
# --------------------------------------
#
# A *Sequential* network sorts small pictures of clothes. Now and then we test it
# in use, and on all test pictures as one batch in training mode.
from dlkeras.datasets import load_fashion_mnist


def half_size(images):
    return np.float32(images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)) / 255)


(x_train, y_train), (x_test, y_test) = load_fashion_mnist()
x_train, x_test = half_size(x_train[:3072]), half_size(x_test[:2000])
y_train, y_test = y_train[:3072], y_test[:2000]
model = keras.Sequential([keras.Input((14, 14)), layers.Flatten()])
for _ in range(3):
    model.add(layers.Dense(64, use_bias=False))  # beta does the bias's work
    model.add(layers.BatchNormalization())
    model.add(layers.ReLU())
model.add(layers.Dense(10, activation="softmax"))
model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")


def answers(x, training):
    return ops.convert_to_numpy(model(x, training=training))


print("accuracy (%)    in use  training mode")
lags, steps = [], 0
for epochs in (1, 2, 3, 6):
    model.fit(x_train, y_train, batch_size=128, epochs=epochs, verbose=0)
    learned = model.get_weights()  # training mode moves the averages: undo it
    right = [answers(x_test, mode).argmax(axis=1) == y_test for mode in (False, True)]
    model.set_weights(learned)
    both, steps = 100 * np.mean(right, axis=1), steps + 24 * epochs
    lags.append(both[1] - both[0])
    print(f"{steps:4} steps {both[0]:12.0f}{both[1]:15.0f}")

# %%
# In use all depends on the moving averages. With Keras's momentum of 0.99 they hold
# much of their start for some epochs, and the network answers worse than it has
# learned. For short training take 0.9.
claim("Batch norm in use lags after 24 steps, by", lags[0], at_least=8, unit="points")
made = lags[0] - lags[-1]
claim("By step 288 batch norm in use caught up by", made, at_least=5, unit="points")

# %%
# In training mode, an image's companions set the mean. We show a picture that the
# network doubts in thirty batches of each size. Bars: in use, by averages that lag.
p_true = answers(x_test, False)[np.arange(2000), y_test]
doubted = np.abs(p_true - 0.5).argmin()
sizes = [8, 64, 512]
chances, in_use = np.zeros((3, 30)), []
for row, size in zip(chances, sizes, strict=True):
    for number in range(30):
        batch = x_test[[doubted, *rng.integers(2000, size=size - 1)]]
        row[number] = answers(batch, True)[0, y_test[doubted]]
    model.set_weights(learned)
    in_use.append(answers(batch, False)[0, y_test[doubted]])

fig, ax = plt.subplots()
places = np.arange(3)[:, None] + rng.uniform(-0.2, 0.2, size=(3, 30))
dots = {"ms": 5, "alpha": 0.6, "label": "in training"}
ax.plot(places.ravel(), chances.ravel(), "o", color="#D55E00", **dots)
ax.plot(range(3), in_use, "_", color="#0072B2", ms=45, mew=4, label="in use")
ax.set_xticks(range(3), sizes)
ax.set_yticks([0, 0.5, 1])
ax.set(xlabel="images in the batch", ylabel="probability of its class", ylim=(0, 1.25))
ax.legend(loc="upper center", ncols=2, markerscale=0.6)
ax.set_title("Companions change the answer in training")
plt.show()

claim("In use, a picture's batch changes its answer by", np.ptp(in_use), at_most=1e-5)
spread = chances.std(axis=1)
claim("With batch norm, batches of 8 spread an answer by", spread[0], at_least=0.08)
share = spread[-1] / spread[0]
claim("From 8 to 512 images, the spread falls to a share of", share, at_most=0.5)

# %%
# Which learning rates can a network take?
# ----------------------------------------
#
# One *Functional* model holds two networks of four layers side by side, that share
# nothing but the batches: one without normalization, one with batch norm. Each rate
# gets the same start and two epochs. We call it *usable* if the network then gets
# 55 % of new pictures right, or more.
norms = {
    "none": layers.Identity,
    "batch": lambda: layers.BatchNormalization(momentum=0.9),
    "layer": layers.LayerNormalization,
    "group": lambda: layers.GroupNormalization(groups=8),
}


def side_by_side(names, depth):
    inputs, outputs = keras.Input((14, 14)), {}
    for name in names:
        x = layers.Flatten()(inputs)
        for _ in range(depth):
            start = keras.initializers.HeNormal(int(rng.integers(10**6)))
            x = layers.Dense(64, kernel_initializer=start)(x)
            x = layers.ReLU()(norms[name]()(x))
        outputs[name] = layers.Dense(10, activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    losses = dict.fromkeys(names, "sparse_categorical_crossentropy")
    at_once = 8 if keras.config.backend() == "tensorflow" else 1  # steps; faster
    model.compile(keras.optimizers.SGD(), losses, steps_per_execution=at_once)
    start = model.get_weights()

    def train(rate, samples, **arguments):
        """Accuracy of each network after training from the same start."""
        model.set_weights(start)
        model.optimizer.learning_rate = rate
        y = dict.fromkeys(names, y_train[:samples])
        model.fit(x_train[:samples], y, verbose=0, **arguments)
        p = model(x_test)
        read = [ops.convert_to_numpy(p[name]).argmax(axis=1) for name in names]
        return 100 * np.mean(np.array(read) == y_test, axis=1)  # (networks,)

    return train


names = ["none", "batch"]
train = side_by_side(names, depth=4)
rates = 10 ** np.arange(-2.5, 1.1, 0.5)
scores = np.array([train(rate, 3072, batch_size=64, epochs=2) for rate in rates])

# %%
# The usable range of each network, from its lowest to its highest rate:
looks = {"none": "o:C1", "batch": "s-C0", "layer": "^--C2", "group": "D-.C3"}


def draw(x, names, scores):
    for name, curve in zip(names, scores.T, strict=True):
        plt.semilogx(x, curve, looks[name], label=name)
    plt.legend(title="normalization", loc="lower center")
    return plt.gca()


ax = draw(rates, names, scores)
ax.axhspan(55, 90, color="#E9F5E9")
ax.text(rates[0], 83, "usable")
ax.set(xlabel="learning rate", ylabel="test accuracy (%)", ylim=(0, 88))
ax.set_title("Batch norm widens the usable range")
plt.show()

low, high = (np.array([f(rates[c >= 55]) for c in scores.T]) for f in (min, max))
for name, least, most in zip(names, low, high, strict=True):
    print(f"{name:>5}: from {least:.2g} to {most:.2g}, {most / least:.0f}-fold")
higher, wider = high[1] / high[0], high[1] / low[1] * low[0] / high[0]
claim("Batch norm raises the highest usable rate", higher, at_least=9, unit="×")
claim("Batch norm widens the range of usable rates", wider, at_least=9, unit="×")

# %%
# Part of the reason: make all weights before a batch norm ten times as large, and
# nothing changes behind it, but their gradient is a tenth. Too large a step makes
# weights grow, which makes the next steps smaller: the layer brakes itself.
from dlkeras.utils import value_and_gradients

x, target = (rng.normal(size=(64, n)).astype("float32") for n in (20, 5))
W = keras.Variable(rng.normal(size=(20, 5)))


def loss():
    return ops.sum(ops.multiply(target, ours(ops.matmul(x, W), training=True)))


_, (gradient,) = value_and_gradients(loss, [W])
W.assign(10 * W)
_, (braked,) = value_and_gradients(loss, [W])
share = np.linalg.norm(braked) / np.linalg.norm(gradient)
claim("Weights × 10 before batch norm: gradient ×", share, close_to=0.1, tol=0.001)

# %%
# When it goes wrong: batches of two
# ----------------------------------
#
# Of two numbers, batch norm tells but one thing: which is the larger. However
# far apart they are, they become +1 and −1.
bits = NumpyBatchNorm(1000, epsilon=0)(rng.normal(size=(2, 1000)), training=True)
gap = np.abs(np.abs(bits) - 1).max()
claim("Batch norm makes pairs of numbers ±1, up to", gap, at_most=1e-6)

# %%
# Large images may leave no memory for more than two at a time. So we train three
# shorter networks on small batches, with a rate in proportion. *Group norm* makes
# 8 groups of the 64 features.
names = ["batch", "layer", "group"]
train = side_by_side(names, depth=3)
sizes = [2, 4, 8, 32]
scores = np.array([train(0.1 * n / 32, 1024, batch_size=n) for n in sizes])

ax = draw(sizes, names, scores)
ax.set_xticks(sizes, sizes)
ax.minorticks_off()
ax.set(xlabel="images in a batch", ylabel="test accuracy (%)", ylim=(0, 80))
ax.set_title("Batches of two break batch norm alone")
plt.show()

lost = scores[-1, 0] - scores[0, 0]
claim("Batches of two cost batch norm", lost, at_least=20, unit="points")
gain = scores[0, 1:].min() - scores[0, 0]
claim("On batches of two layer and group norm win by", gain, at_least=15, unit="points")

# %%
# Exercises
# ---------
#
# **1. Lag.** A moving mean starts at 0, the momentum is 0.99, and every batch
# has the mean 5. After how many batches is the moving mean at least 4.5?
batches = ...

exercise("batch_normalization/lag").check(batches)

# %%
# **2. Fold.** In use, the numbers of batch norm no longer change. So the
# ``Dense`` layer in front of it can do its work. Given its ``W`` (inputs, units)
# and ``b``, the weights of the batch norm and :math:`\epsilon = 0.001`, return
# the ``W`` and ``b`` of one ``Dense`` layer that answers as both.


def fold(W, b, gamma, beta, mean, var):
    return ...  # your code


exercise("batch_normalization/fold").check(fold)

# %%
# **3. In any light.** Write a normalization for gray images of shape (images,
# height, width). What comes out must not change if all get lighter or lose
# contrast, nor with an image's company. A black image must give finite numbers.


def in_any_light(images):
    return ...  # your code


exercise("batch_normalization/lamp").check(in_any_light)

# %%
# What you saw
# ------------
#
# - Batch norm brings each feature to mean 0 and spread 1 over the batch. The
#   network then takes rates that are many times as high.
# - In use, moving averages stand in for the batch. Before they have caught up,
#   or with batches of two, it answers worse than it has learned.
# - Layer and group norm look at one image only. Small batches do them no harm.
#
# Read on
# -------
#
# - S. Ioffe and C. Szegedy (2015), `Batch normalization
#   <https://arxiv.org/abs/1502.03167>`_.
# - S. Santurkar et al. (2018), `How does batch normalization help optimization?
#   <https://arxiv.org/abs/1805.11604>`_: it is not the shift.
# - Y. Wu and K. He (2018), `Group normalization
#   <https://arxiv.org/abs/1803.08494>`_: with layer norm, over batch sizes.
