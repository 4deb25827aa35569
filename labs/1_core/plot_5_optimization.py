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
# sphinx_gallery_tags = ["core", "optimization", "gradient descent", "learning rate", "batch size", "classification", "NumPy", "Sequential", "Functional", "custom optimizer"]
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

from dlkeras import live
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

line = np.linspace(-2.3, 2.3, 100)
fig, axes = plt.subplots(1, 3, figsize=(5.6, 3.0), sharey=True)
for ax, rate in zip(axes, (0.02, 0.3, 1.04), strict=True):
    w = -2.0 * (1 - 2 * rate) ** np.arange(5)  # four steps: the slope of w² is 2w
    ax.plot(line, line**2, color="black", linewidth=1)
    ax.plot(w, w**2, "o-", color="#D55E00")
    ax.set(title=f"η = {rate}", xlabel="weight w", ylim=(-0.3, 7))
axes[0].set_ylabel("loss L")
fig.suptitle("Too low a rate stalls, too high a rate diverges")
plt.show()

# %%
# How long may a step be?
# -----------------------
#
# *Curvature* says how fast the slope changes. Along a direction of curvature
# :math:`c`, a step multiplies the distance from the bottom by
# :math:`1 - \eta c`. Above :math:`\eta = 2/c` this is below −1, and the steps
# grow. We test it in a bowl, twenty-five times as curved along :math:`w_2` as
# along :math:`w_1`, with fifty steps at each of many rates:
curvature = np.array([1.0, 25.0])
rates, losses = np.geomspace(1e-5, 1e-1, 400), []
w = np.tile([-2.0, 0.6], (400, 1))  # one row for each rate
for _ in range(51):
    losses.append(0.5 * np.sum(curvature * w**2, axis=1))
    w = w - rates[:, None] * curvature * w
left = losses[-1] / losses[0]  # share of the loss that is left
limit = rates[np.argmax(left > 1)]
falls = 100 * (np.diff(losses, axis=0)[:, rates < 0.08] < 0).mean()
text = "Below a learning rate of 2/25, each step of gradient descent lowers the loss"
claim(text, falls, at_least=100, unit="%", idea="9.2")
text = "Where the curvature is 25, gradient descent diverges from a rate of 2/25 on"
claim(text, limit, close_to=0.08, tol=2e-3)
text = "Fifty steps at a learning rate of 0.00001 leave this part of the loss"
claim(text, 100 * left[0], at_least=98, unit="%")

# %%
# From scratch: seven optimizers
# ------------------------------
#
# The flat direction wants long steps; the curved one forbids them. What came
# after plain descent (``SGD``, stochastic gradient descent) has two memories:
#
# - :math:`m` keeps the *direction* of past steps. **Momentum** adds a share
#   :math:`\beta` of the last step, like a heavy ball; **Nesterov** looks one
#   roll of the ball ahead.
# - :math:`v` keeps the *size* of past gradients, weight by weight. Dividing by
#   :math:`\sqrt v` gives each weight steps of its own length. **AdaGrad** adds
#   all sizes up, **RMSprop** forgets old ones.
#
# **Adam** has both, corrected for their start at 0. **AdamW** also pulls the
# weights toward 0. Constants are those of Keras.
beta = rho = beta_1 = 0.9
beta_2, epsilon, decay = 0.999, 1e-7, 0.004  # ε: no division by 0


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

KerasSGD, KerasAdam = keras.optimizers.SGD, keras.optimizers.Adam
twins = {
    SGD: KerasSGD(0.05),
    Momentum: KerasSGD(0.05, momentum=0.9),
    Nesterov: KerasSGD(0.05, momentum=0.9, nesterov=True),
    AdaGrad: keras.optimizers.Adagrad(0.05),
    RMSprop: keras.optimizers.RMSprop(0.05),
    Adam: KerasAdam(0.05),
    AdamW: keras.optimizers.AdamW(0.05, weight_decay=0.004),
}
curved = rng.uniform(1, 10, size=20).astype("float32")
start = rng.uniform(-1, 1, size=20).astype("float32")
gaps = []
for kind, twin in twins.items():
    own, library = kind(0.05), getattr(scratch, kind.__name__)(0.05)
    w, w2, variable = start, start, keras.Variable(start)
    for _ in range(50):
        g_keras = curved * ops.convert_to_numpy(variable)
        twin.apply([ops.convert_to_tensor(g_keras)], [variable])
        w, w2 = own.step(w, curved * w), library.step(w2, curved * w2)
        gaps += [np.abs(w - ops.convert_to_numpy(variable)).max(), np.abs(w - w2).max()]
claim("Seven NumPy optimizers take the same steps as Keras", max(gaps), at_most=1e-6)

# %%
# Four of them in two valleys: one along the axes, one *askew*, so that no
# weight has a direction for itself. The two that adapt weight by weight go for
# the middle in the first, and lose their lead in the second. Press play.
from functools import partial

from dlkeras.visualization import animate_descent

entries = (SGD, 0.07), (Momentum, 0.02), (RMSprop, 0.06), (Adam, 0.1)
racers = {kind.__name__: partial(kind, rate) for kind, rate in entries}
turns = {"aligned": np.eye(2), "askew": np.array([[0.8, -0.6], [0.6, 0.8]])}
surfaces, first = {}, np.array([-2.0, 0.6])
for valley, turn in turns.items():
    matrix, paths = turn @ np.diag(curvature) @ turn.T, {}
    for name, make in racers.items():
        optimizer, path = make(), [turn @ first]
        for _ in range(60):
            path.append(optimizer.step(path[-1], matrix @ path[-1]))
        paths[name] = np.array(path)
    surfaces[valley] = matrix, paths, (-2.6, 0.9, -1.7, 1.3)
animation = animate_descent(surfaces, title="Four ways down two valleys")
plt.show()

# %%
# Who wins depends on the start, too. Drop the four into the valley that lies
# askew: from where does plain descent arrive first, and from where momentum?
height, slope = lambda w: (w @ matrix * w).sum(axis=-1) / 2, lambda w: w @ matrix
square = (-2.6, 2.6, -2.6, 2.6)
live.drop_ball(height, slope, racers, square, start=turn @ first)


# %%
# Do adaptive methods win in a narrow valley?
# -------------------------------------------
#
# Now the valley is a thousand times as curved one way as the other. To be fair,
# each optimizer runs at many rates side by side, and we count the steps to
# 99 % of the way at its best one.
def steps_needed(kind, turn):
    matrix = turn @ np.diag([1, 1000]) @ turn.T
    optimizer, steps = kind(np.geomspace(1e-4, 1, 33)[:, None]), 0
    w = np.tile(turn @ first, (33, 1))  # one row for each rate
    while not np.any(np.linalg.norm(w, axis=1) < 0.01 * np.linalg.norm(first)):
        w, steps = optimizer.step(w, w @ matrix), steps + 1
    return steps


needed = {}
with np.errstate(all="ignore"):  # the highest rates overflow
    for kind in (SGD, AdaGrad, Adam):
        one, two = needed[kind] = [steps_needed(kind, turn) for turn in turns.values()]
        print(f"{kind.__name__:>7}: {one:4} steps aligned, {two:4} askew")
saved = 100 * (1 - max(needed[AdaGrad][0], needed[Adam][0]) / needed[SGD][0])
text = "In a narrow valley, AdaGrad and Adam save most of plain descent's steps"
claim(text, saved, at_least=99, unit="%", idea="9.3")
longer = needed[AdaGrad][1] / needed[AdaGrad][0]
claim("AdaGrad is slower where a valley lies askew", longer, at_least=390, unit="times")

# %%
# In Keras: which learning rate?
# ------------------------------
#
# From surfaces to a Sequential network for handwritten digits, whose curvature
# is unknown. A *range test* finds its limit: raise the rate at every batch, and
# see where the loss stops falling. A rule of thumb takes a quarter of the rate
# with the lowest loss. ``dlkeras.callbacks.LearningRateFinder`` does all this.
from dlkeras.datasets import load_mnist_5k

(x_train, y_train), (x_new, y_new) = load_mnist_5k()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model = keras.Sequential([layers.Dense(64, "relu"), layers.Dense(10)])
model.build((None, 784))
start = model.get_weights()
model.compile(KerasSGD(), loss)
rates, seen = np.geomspace(1e-3, 10, 125), []
for rate, batch in zip(rates, np.split(np.arange(4000), 125), strict=True):
    model.optimizer.learning_rate = rate
    model.reset_metrics()  # or Keras reports the mean of all batches so far
    seen.append(model.train_on_batch(x_train[batch], y_train[batch]))
smooth = np.convolve(seen, np.ones(9) / 9, mode="valid")  # over nine batches
suggested = rates[4:-4][smooth.argmin()] / 4
fig, ax = plt.subplots()
ax.semilogx(rates, seen, color="#56B4E9", linewidth=1)
ax.semilogx(rates[4:-4], smooth, color="#0072B2")
ax.axvline(suggested, color="#D55E00", linestyle="--")
ax.text(0.9 * suggested, 0.2, "suggested", color="#B04A00", ha="right")
ax.set(xlabel="learning rate", ylabel="loss of the batch", ylim=(0, 3.5))
ax.set_title("The range test finds where learning breaks")
plt.show()

# %%
# Which optimizer, and with which schedule?
# -----------------------------------------
#
# An optimizer of your own is one method. This one steps by the sign of the
# slope alone: RMSprop, if it forgot everything at once. It meets momentum and
# Adam. At a high, constant rate Adam goes fast, then hops around the bottom. So
# it runs again with a *schedule*: a *warm-up* raises the rate for an epoch, while
# Adam's memories still know little, and half a cosine lowers it to 0.


class SignSGD(keras.optimizers.Optimizer):
    def update_step(self, gradient, variable, learning_rate):
        self.assign_sub(variable, learning_rate * ops.sign(gradient))


CosineDecay = keras.optimizers.schedules.CosineDecay  # an epoch has 40 steps
warmed_up = CosineDecay(0.0, 160, warmup_target=0.05, warmup_steps=40)
contest = {
    "SignSGD": SignSGD(0.001),
    "Adam": KerasAdam(0.05),
    "Adam, schedule": KerasAdam(warmed_up),
    "momentum": KerasSGD(0.1, momentum=0.9),
}
final, settings = {}, {"batch_size": 100, "verbose": 0}
fig, ax = plt.subplots()
for (name, optimizer), mark in zip(contest.items(), "osD^", strict=True):
    model.set_weights(start)
    model.compile(optimizer, loss)
    losses = model.fit(x_train, y_train, epochs=5, **settings).history["loss"]
    final[name] = losses[-1]
    ax.semilogy(range(1, 6), losses, marker=mark)
    ax.text(5.1, final[name], name, va="top" if name == "Adam" else "bottom")
ax.set(xlabel="epoch", ylabel="training loss", xlim=(0.9, 7.2), xticks=range(1, 6))
ax.set_title("Falling rates end lowest")
plt.show()
slow = final["SignSGD"] / final["momentum"]
text = "The signs of slopes leave more loss than momentum"
claim(text, slow, at_least=1.8, unit="times", idea="9.4")
falling = 100 * final["Adam, schedule"] / final["Adam"]
text = "Adam ends with a fraction of its loss if its rate warms up, then falls"
claim(text, falling, at_most=32, unit="%", idea="9.5")

# %%
# Small batches or large ones?
# ----------------------------
#
# The gradient of a batch is a guess at that of all data. A small batch guesses
# badly, but an epoch holds more of its updates. Each size trains at three rates,
# side by side as outputs of one Functional model: for plain descent, a loss that
# counts four times as much is a rate four times as high.
trained, three = model.get_weights(), [0.05, 0.2, 0.5]
inputs = keras.Input((784,))
heads = [layers.Dense(10)(layers.Dense(64, "relu")(inputs)) for _ in three]
side_by_side = keras.Model(inputs, heads)
side_by_side.compile(KerasSGD(1.0), [loss] * 3, loss_weights=three)
left = {}
for size in (32, 256, 4000):
    side_by_side.set_weights(start[:2] * 3 + start[2:] * 3)
    settings["batch_size"] = size
    side_by_side.fit(x_train, [y_train] * 3, epochs=2, **settings)
    left[size] = [float(loss(y_train, scores)) for scores in side_by_side(x_train)]
    print(f"batches of {size:4}: loss", np.round(left[size], 2), "at the rates", three)
cost = min(left[4000]) / min(left[32])
text = "In two epochs, steps on all data at once leave more loss than batches of 32"
claim(text, cost, at_least=5, unit="times as much", idea="6.3")

# %%
# When it goes wrong: one bad batch
# ---------------------------------
#
# Somewhere in the pipeline, a batch of new images escapes the division by 255.
# Its gradient is hundreds of times too long, and one step on it undoes the
# training. *Clipping* shortens any gradient longer than a limit.
for name, clip in (("not clipped", None), ("clipped", 1.0)):
    model.set_weights(trained)
    model.compile(KerasSGD(0.1, momentum=0.9, global_clipnorm=clip), loss)
    model.train_on_batch(x_new.reshape(-1, 784).astype("float32"), y_new)
    final[name] = float(loss(y_train, model(x_train))) / final["momentum"]
undone, kept = final["not clipped"], final["clipped"]
claim("One batch out of scale multiplies the loss", undone, at_least=80, unit="times")
claim("With clipping, a bad batch does little harm", kept, at_most=1.1, unit="times")

# %%
# Exercises
# ---------
#
# **1. The limit.** A bowl is curved 40 in its steepest direction and 0.5 in its
# flattest. From which learning rate on does gradient descent diverge in it?
limit = ...

exercise("optimization/limit").check(limit)

# %%
# **2. A schedule.** Return the learning rate of a step (from 0 on): straight up
# from 0 to ``peak`` over ``warmup`` steps, then half a cosine to 0 at ``total``.


def schedule(step, warmup, total, peak):
    return ...  # your code


exercise("optimization/schedule").check(schedule)

# %%
# **3. Your own optimizer.** Write a class with ``step(w, g)`` as above, whose
# constructor needs no arguments. In bowls it does not know, curved 1, 30 and
# 1,000 times as much along one direction, 300 steps must bring it to a tenth
# of its first distance from the bottom.
Mine = ...

exercise("optimization/own_optimizer").check(Mine)

# %%
# What you saw
# ------------
#
# - A learning rate has a limit, set by the largest curvature. Below it each
#   step of gradient descent helps; far below it nothing moves.
# - Sizes per weight help in narrow valleys, though not in those that lie askew.
#   Schedules let a fast start end gently.
# - Large batches make fewer updates in an epoch. Clipping survives a bad one.
#
# Read on
# -------
#
# - J. Duchi and others (2011), `AdaGrad <https://jmlr.org/papers/v12/duchi11a.html>`_.
# - D. P. Kingma and J. Ba (2015), `Adam <https://arxiv.org/abs/1412.6980>`_.
# - L. N. Smith (2017), `The range test <https://arxiv.org/abs/1506.01186>`_.
# - R. Pascanu and others (2013), `Clipping <https://arxiv.org/abs/1211.5063>`_.
