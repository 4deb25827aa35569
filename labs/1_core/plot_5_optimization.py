"""
Optimization
============

Training walks downhill on the loss. How long each step is, which way it goes
and what it remembers decide how soon the valley is reached, if at all.

You will learn

- gradient descent, and why its learning rate has an upper limit;
- seven optimizers in NumPy, equal to those of Keras step by step;
- when methods that adapt their steps win, and when they do not;
- to find a learning rate, to schedule it, and what the batch size does;
- to write an optimizer of your own, and to survive a bad batch.
"""
# sphinx_gallery_tags = ["core", "optimization", "gradient descent", "learning rate", "batch size", "classification", "NumPy", "Sequential", "Functional", "custom optimizer", "custom callback"]
# sphinx_gallery_minutes = 60
# sphinx_gallery_requires = ["loss_functions"]
# sphinx_gallery_thumbnail_number = 3

# %%
# The idea
# --------
#
# A loss :math:`L` says how wrong the weights :math:`w` are. Its slope, the
# *gradient* :math:`g`, points uphill. *Gradient descent* steps the other way,
# as far as the slope is steep, times the *learning rate* :math:`\eta`:
#
# .. math::
#
#    w \leftarrow w - \eta\, g, \qquad g = \frac{\partial L}{\partial w}
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

line, w = np.linspace(-2.3, 2.3, 100), -2.0
fig, ax = plt.subplots(figsize=(5.6, 3.6))
ax.plot(line, line**2, color="black")
ax.plot([-2.2, -1.1], [4.8, 0.4], "--", color="#D55E00")
for _ in range(3):
    new = w - 0.3 * 2 * w  # the slope of w² is 2w
    ax.annotate("", (new, w**2), (w, w**2), arrowprops={"color": "#0072B2", "width": 2})
    ax.plot([new, new], [w**2, new**2], ":", color="#0072B2")
    ax.plot(w, w**2, "o", ms=15, color="#D55E00")
    w = new
ax.text(-1.6, 4.2, "step = −η × slope", color="#0072B2")
ax.text(-1.75, 0.2, "slope g", color="#D55E00", ha="right")
ax.set(xlabel="weight w", ylabel="loss L", title="Each step goes against the slope")
plt.show()

# %%
# How long may a step be?
# -----------------------
#
# Our first landscape is a bowl, twenty-five times as curved along :math:`w_2`
# as along :math:`w_1`. Curvature says how fast the slope changes. One step:
curvature = np.array([1.0, 25.0])


def bowl(w):
    return 0.5 * np.sum(curvature * w**2, axis=-1)


w = np.array([-2.0, 0.6])
print("gradient:", curvature * w, " after one step:", w - 0.05 * curvature * w)

# %%
# Along a direction of curvature :math:`c`, a step multiplies the distance from
# the bottom by :math:`1 - \eta c`. Above :math:`\eta = 2/c` this is below −1,
# and the steps grow. Fifty steps at each of many rates:
rates = np.geomspace(1e-5, 1e-1, 400)
losses, paths = [], np.tile(w, (len(rates), 1))  # one row for each rate
for _ in range(51):
    losses.append(bowl(paths))
    paths = paths - rates[:, None] * curvature * paths
left = losses[-1] / losses[0]  # share of the loss that is left

fig, ax = plt.subplots(figsize=(5.6, 3.2))
ax.loglog(rates, left)
ax.axvline(2 / 25, color="#D55E00", ls="--")
ax.text(0.07, 2e-3, "2 / curvature", color="#D55E00", rotation=90, ha="right")
ax.text(1.2e-5, 0.3, "stalls", color="#0072B2")
ax.set(xlabel="learning rate η", ylabel="loss left (share)", ylim=(1e-3, 1e2))
ax.set_title("Too low a rate stalls, too high a rate diverges")
plt.show()

limit = rates[np.argmax(left > 1)]
falling = np.diff(np.array(losses)[:, rates < 0.08], axis=0) < 0
claim("Below the rate 2/25 every step lowers the loss", falling.mean(), at_least=1, idea="9.2")
claim("Above it, descent diverges", limit, close_to=0.08, tol=2e-3)
claim("A rate 8,000 times lower leaves most of the loss", left[0], at_least=0.97)

# %%
# From scratch: seven optimizers
# ------------------------------
#
# The flat direction wants long steps; the curved one forbids them. What came
# after plain descent (``SGD``, stochastic gradient descent) helps with two
# memories:
#
# - :math:`m` keeps the *direction* of past steps. **Momentum** adds a share
#   :math:`\beta` of the last step, like a heavy ball; **Nesterov** looks one
#   roll of the ball ahead.
# - :math:`v` keeps the *size* of past gradients, weight by weight. Dividing by
#   :math:`\sqrt v` gives each weight steps of its own length. **AdaGrad** adds
#   all sizes up, **RMSprop** forgets old ones.
#
# **Adam** has both, corrected for their start at 0. **AdamW** also pulls the
# weights toward 0. Constants, and the place of :math:`\varepsilon` that keeps
# the division from failing, are those of Keras.
beta = rho = beta_1 = 0.9
beta_2, epsilon, decay = 0.999, 1e-7, 0.004


class SGD:
    m, v, t = 0.0, 0.0, 0  # directions, sizes, steps so far

    def __init__(self, learning_rate):
        self.rate = learning_rate

    def step(self, w, g):
        return w - self.rate * g


class Momentum(SGD):
    def step(self, w, g):
        self.m = beta * self.m - self.rate * g
        return w + self.m


class Nesterov(SGD):
    def step(self, w, g):
        self.m = beta * self.m - self.rate * g
        return w + beta * self.m - self.rate * g


class AdaGrad(SGD):
    v = 0.1  # where Keras starts

    def step(self, w, g):
        self.v = self.v + g**2
        return w - self.rate * g / np.sqrt(self.v + epsilon)


class RMSprop(SGD):
    def step(self, w, g):
        self.v = rho * self.v + (1 - rho) * g**2
        return w - self.rate * g / np.sqrt(self.v + epsilon)


class Adam(SGD):
    def step(self, w, g):
        self.t += 1
        self.m = beta_1 * self.m + (1 - beta_1) * g
        self.v = beta_2 * self.v + (1 - beta_2) * g**2
        b1, b2 = np.float32([beta_1, beta_2]) ** self.t  # 32 bits, as in Keras
        rate = self.rate * np.sqrt(1 - b2) / (1 - b1)
        return w - rate * self.m / (np.sqrt(self.v) + epsilon)


class AdamW(Adam):
    def step(self, w, g):
        return super().step(w - self.rate * decay * w, g)


# %%
# Are they the optimizers of Keras, and those that ``dlkeras`` keeps for later
# labs? Fifty steps in twenty random directions, compared after each step:
import keras
from keras import layers, ops

from dlkeras import scratch

KerasSGD = keras.optimizers.SGD
twins = {
    SGD: KerasSGD(0.05),
    Momentum: KerasSGD(0.05, momentum=0.9),
    Nesterov: KerasSGD(0.05, momentum=0.9, nesterov=True),
    AdaGrad: keras.optimizers.Adagrad(0.05),
    RMSprop: keras.optimizers.RMSprop(0.05),
    Adam: keras.optimizers.Adam(0.05),
    AdamW: keras.optimizers.AdamW(0.05, weight_decay=0.004),
}
curved = rng.uniform(1, 10, size=20).astype("float32")
start = rng.uniform(-1, 1, size=20).astype("float32")
difference = []
for kind, twin in twins.items():
    own, library = kind(0.05), getattr(scratch, kind.__name__)(0.05)
    w, w_library, variable = start, start, keras.Variable(start)
    for _ in range(50):
        w_keras = ops.convert_to_numpy(variable)
        twin.apply([ops.convert_to_tensor(curved * w_keras)], [variable])
        w, w_library = own.step(w, curved * w), library.step(w_library, curved * w_library)
        difference.append(np.abs(w - ops.convert_to_numpy(variable)).max())
        difference.append(np.abs(w - w_library).max())
claim("All seven take the steps of Keras", max(difference), at_most=1e-6)

# %%
# Four of them on two surfaces. In the bowl, plain descent zigzags, momentum
# swings, and the two that adapt go for the middle. At a *saddle*, the bottom
# along one direction and the top along another, the slope is almost zero.
# Plain steps are so too; divided by their size, they are not. Press play.
from dlkeras.visualization import animate_descent


def saddle(w):
    return 0.5 * (w[..., 0] ** 2 - w[..., 1] ** 2) + 0.25 * w[..., 1] ** 4


def walk(slope, w, *optimizers):
    paths = {type(one).__name__: [np.array(w)] for one in optimizers}
    for path, one in zip(paths.values(), optimizers, strict=True):
        for _ in range(60):
            path.append(one.step(path[-1], slope(path[-1])))
    return {name: np.array(path) for name, path in paths.items()}


runners = SGD(0.07), Momentum(0.01), RMSprop(0.1), Adam(0.1)
paths = walk(lambda w: curvature * w, (-2.0, 0.6), *runners)
window = (-2.3, 0.7, -0.8, 1.3)
valley = animate_descent(bowl, paths, window, title="A narrow valley, four ways down")
runners = SGD(0.1), Momentum(0.02), RMSprop(0.03), Adam(0.1)
paths = walk(lambda w: np.array([w[0], w[1] ** 3 - w[1]]), (-1.5, 0.002), *runners)
window = (-1.7, 0.7, -0.5, 1.7)
pass_ = animate_descent(saddle, paths, window, title="Who leaves the saddle first?")
plt.show()

away = {name: np.argmax(path[:, 1] > 0.5) for name, path in paths.items()}
slower = away["SGD"] / away["Adam"]
claim("Adam leaves the saddle before SGD, faster by", slower, at_least=5, unit="times")

# %%
# Do adaptive methods win in a narrow valley?
# -------------------------------------------
#
# Now ten directions, curved up to a thousand times as much as the flattest.
# To be fair, each optimizer runs at many rates side by side, and we count the
# steps to 99 % of the way at its best one. A second valley lies askew: rotated
# at random, so that no weight has a direction for itself.


def steps_needed(kind, ratio, rotation):
    rates = np.geomspace(1e-4, 1, 33)[:, None]
    slopes = rotation @ np.diag(np.geomspace(1, ratio, 10)) @ rotation.T
    optimizer, w = kind(rates), np.tile(start[:10], (33, 1))  # (33, 10)
    distance, steps = np.linalg.norm(w, axis=1), 0
    with np.errstate(all="ignore"):  # the highest rates overflow
        while np.nanmin(np.linalg.norm(w, axis=1) / distance) > 0.01:
            w, steps = optimizer.step(w, w @ slopes), steps + 1
    return steps


ratios, needed = [1, 10, 100, 1000], {}
rotations = {"aligned": np.eye(10), "askew": np.linalg.qr(rng.normal(size=(10, 10)))[0]}
fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.8), sharey=True)
for ax, (name, rotation) in zip(axes, rotations.items(), strict=True):
    for kind, mark in zip((SGD, Momentum, AdaGrad, RMSprop, Adam), "o^sDv", strict=True):
        counts = [steps_needed(kind, ratio, rotation) for ratio in ratios]
        needed[name, kind] = counts[-1]
        ax.loglog(ratios, counts, marker=mark, label=kind.__name__)
    ax.set(title=name, xlabel="curvature ratio")
axes[0].set_ylabel("steps needed")
axes[0].legend(fontsize=10, labelspacing=0.2)
fig.suptitle("Adaptive steps win in a narrow valley,\nunless it lies askew")
plt.show()

share = max(needed["aligned", kind] for kind in (AdaGrad, RMSprop, Adam))
share /= needed["aligned", SGD]
longer = needed["askew", AdaGrad] / needed["aligned", AdaGrad]
claim(
    "In the narrowest valley, adaptive methods need of SGD's steps a share of",
    share,
    at_most=0.09,
    idea="9.3",
)
claim("Askew, it makes AdaGrad's way longer", longer, at_least=30, unit="times")

# %%
# In Keras: which learning rate?
# ------------------------------
#
# From surfaces to a network for handwritten digits, as a Sequential and as a
# Functional model. Its curvature is unknown. But a *range test* finds the
# limit: raise the rate at every batch, and see where the loss stops falling.
from dlkeras.callbacks import LearningRateFinder
from dlkeras.datasets import load_mnist_5k

(x_train, y_train), (x_test, y_test) = load_mnist_5k()
x_train, x_test = (x.reshape(-1, 784).astype("float32") / 255 for x in (x_train, x_test))
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def mlp_sequential():
    hidden, scores = layers.Dense(64, "relu"), layers.Dense(10)
    return keras.Sequential([keras.Input((784,)), hidden, scores])


def mlp_functional():
    inputs = keras.Input((784,))
    hidden = layers.Dense(64, "relu")(inputs)
    return keras.Model(inputs, layers.Dense(10)(hidden))


class BatchLosses(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.losses, self.total = [], 0.0

    def on_train_batch_end(self, batch, logs=None):
        total = logs["loss"] * (batch + 1)  # Keras reports the mean so far
        self.losses.append(total - self.total)
        self.total = total


growth = (10 / 1e-4) ** (1 / 124)  # from 0.0001 to 10 in 125 batches
rising = keras.optimizers.schedules.ExponentialDecay(1e-4, 1, growth)
model, noted = mlp_sequential(), BatchLosses()
start = model.get_weights()
model.compile(KerasSGD(rising, momentum=0.9), loss)
model.fit(x_train, y_train, shuffle=False, verbose=0, callbacks=[noted])

# %%
# Later labs take all this from ``LearningRateFinder``, which also suggests a
# rate: a quarter of the one with the lowest loss.
finder = LearningRateFinder(1e-4, 10, steps=125)
model.set_weights(start)
model.compile(KerasSGD(momentum=0.9), loss)
model.fit(x_train, y_train, shuffle=False, verbose=0, callbacks=[finder])
finder.plot().set_title("The range test finds where learning breaks")
plt.show()

final = {}
for name, factor in {"hundredth": 0.01, "suggested": 1, "thirtyfold": 30}.items():
    model.set_weights(start)
    model.optimizer.learning_rate = factor * finder.suggestion
    final[name] = model.fit(x_train, y_train, epochs=2, verbose=0).history["loss"][-1]
    print(f"{name:>10} rate: loss {final[name]:.3f}")
difference = np.abs(np.subtract(noted.losses[:60], finder.losses[:60])).max()
share = final["suggested"] / min(final["hundredth"], final["thirtyfold"])
claim("The finder sees the losses that our callback saw", difference, at_most=1e-3)
claim("Of the loss at a wrong rate, the suggested one leaves", share, at_most=0.35)

# %%
# Does the optimizer matter?
# --------------------------
#
# An optimizer of your own is one method. This one steps by the sign of the
# slope alone: RMSprop, if it forgot everything at once.


class SignSGD(keras.optimizers.Optimizer):
    def update_step(self, gradient, variable, learning_rate):
        rate = ops.cast(learning_rate, variable.dtype)
        self.assign_sub(variable, rate * ops.sign(gradient))


contest = {
    "SGD": KerasSGD(0.3),
    "momentum": KerasSGD(0.1, momentum=0.9),
    "Adam": keras.optimizers.Adam(0.003),
    "SignSGD": SignSGD(0.001),
}
model = mlp_functional()
fig, ax = plt.subplots(figsize=(5.6, 3.4))
for (name, optimizer), mark in zip(contest.items(), "o^Dv", strict=True):
    model.set_weights(start)
    model.compile(optimizer, loss, metrics=["accuracy"])
    history = model.fit(x_train, y_train, batch_size=64, epochs=5, verbose=0).history
    final[name] = history["loss"][-1]
    ax.semilogy(range(1, 6), history["loss"], marker=mark)
    ax.text(5.1, final[name], name, va="center")
ax.set(xlabel="epoch", ylabel="training loss", xticks=range(1, 6))
ax.set_title("Same start, same data, other ways down")
plt.show()

accuracy = model.evaluate(x_test, y_test, verbose=0)[1]
ratio = max(final[name] for name in contest) / min(final[name] for name in contest)
claim("By signs alone, a network learns to read new digits", accuracy, at_least=0.88)
claim("The slowest of four ends with more loss", ratio, at_least=2, unit="times", idea="9.4")

# %%
# Should the rate change on the way?
# ----------------------------------
#
# A high rate goes fast, then hops around the bottom. A *schedule* lowers it,
# here along half a cosine. A *warm-up* raises it first, while Adam's memories
# still know little.
CosineDecay = keras.optimizers.schedules.CosineDecay
rates = {
    "constant": lambda: 0.03,
    "cosine": CosineDecay(0.03, 378),  # six epochs of 63 batches
    "warm-up, cosine": CosineDecay(0.0, 315, warmup_target=0.03, warmup_steps=63),
}
fig, axes = plt.subplots(2, 1, figsize=(5.6, 5.2))
for (name, rate), style in zip(rates.items(), ("-", "--", "-."), strict=True):
    model.set_weights(start)
    model.compile(keras.optimizers.Adam(rate), loss)
    history = model.fit(x_train, y_train, batch_size=64, epochs=6, verbose=0).history
    final[name] = history["loss"][-1]
    axes[0].plot([rate() if name == "constant" else float(rate(i)) for i in range(378)], style, label=name)
    axes[1].semilogy(range(1, 7), history["loss"], style, marker="o")
axes[0].set(xlabel="step", ylabel="learning rate", title="Fast first, gentle in the end")
axes[0].legend(loc="lower left")
axes[1].set(xlabel="epoch", ylabel="training loss")
plt.show()

falls = final["cosine"] / final["constant"]
warms = final["warm-up, cosine"] / final["cosine"]
claim("A falling rate leaves, of a constant rate's loss,", falls, at_most=0.4, idea="9.5")
claim("Of that, a warm-up leaves", warms, at_most=0.9)
