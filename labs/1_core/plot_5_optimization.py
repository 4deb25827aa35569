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
ax.text(0.07, 1.5, "diverges from\n2 / curvature on", color="#D55E00", ha="right")
ax.text(1.2e-5, 0.3, "stalls", color="#0072B2")
ax.set(xlabel="learning rate η", ylabel="loss left (share)", ylim=(1e-3, 1e2))
ax.set_title("Too low a rate stalls, too high a rate diverges")
plt.show()

limit = rates[np.argmax(left > 1)]
falls = 100 * (np.diff(losses, axis=0)[:, rates < 0.08] < 0).mean()
claim("Below the rate 2/25 each step helps", falls, at_least=100, unit="%", idea="9.2")
claim("Gradient descent diverges from the rate 2/25 on", limit, close_to=0.08, tol=2e-3)
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
claim("All seven take the steps of Keras", max(gaps), at_most=1e-6)

# %%
# Four of them on two surfaces. In the bowl, plain descent zigzags, momentum
# swings, and the two that adapt go for the middle. At a *saddle*, the bottom
# along one direction and the top along another, the slope is almost zero, and
# so are plain steps. Divided by their size, they are not. Press play.
from dlkeras.visualization import animate_descent


def saddle(w):
    return 0.5 * (w[..., 0] ** 2 - w[..., 1] ** 2) + 0.25 * w[..., 1] ** 4


def walk(slope, w, *optimizers):
    paths = {type(one).__name__: [np.array(w)] for one in optimizers}
    for path, one in zip(paths.values(), optimizers, strict=True):
        for _ in range(60):
            path.append(one.step(path[-1], slope(path[-1])))
    return {name: np.array(path) for name, path in paths.items()}


runners = SGD(0.07), Momentum(0.01), RMSprop(0.06), Adam(0.1)
paths = walk(lambda w: curvature * w, (-2.0, 0.6), *runners)
window = (-2.3, 0.7, -0.8, 1.3)
valley = animate_descent(bowl, paths, window, title="A narrow valley, four ways down")
runners = SGD(0.1), Momentum(0.02), RMSprop(0.03), Adam(0.1)
paths = walk(lambda w: np.array([w[0], w[1] ** 3 - w[1]]), (-1.5, 0.002), *runners)
window = (-1.7, 0.7, -0.5, 1.7)
leaving = animate_descent(saddle, paths, window, title="Who leaves the saddle first?")
plt.show()

away = {name: np.argmax(path[:, 1] > 0.5) for name, path in paths.items()}
stays = away["SGD"] / away["Adam"]
claim("SGD stays on the saddle longer than Adam", stays, at_least=8, unit="times")

# %%
# Do adaptive methods win in a narrow valley?
# -------------------------------------------
#
# Now ten directions, curved up to a thousand times as much as the flattest.
# To be fair, each optimizer runs at many rates side by side, and we count the
# steps to 99 % of the way at its best one. A second valley lies askew: rotated
# at random, so that no weight has a direction for itself.


def steps_needed(kind, ratio, rotation):
    slopes = rotation @ np.diag(np.geomspace(1, ratio, 10)) @ rotation.T
    optimizer = kind(np.geomspace(1e-4, 1, 33)[:, None])  # 33 rates
    w, steps = np.tile(start[:10], (33, 1)), 0
    with np.errstate(all="ignore"):  # the highest rates overflow
        while np.nanmin(np.linalg.norm(w, axis=1)) > 0.01 * np.linalg.norm(start[:10]):
            w, steps = optimizer.step(w, w @ slopes), steps + 1
    return steps


ratios, needed = [1, 10, 100, 1000], {}
rotations = {"aligned": np.eye(10), "askew": np.linalg.qr(rng.normal(size=(10, 10)))[0]}
fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.8), sharey=True)
for ax, (name, rotation) in zip(axes, rotations.items(), strict=True):
    for kind, mark in zip(
        (SGD, Momentum, AdaGrad, RMSprop, Adam), "o^sDv", strict=True
    ):
        counts = [steps_needed(kind, ratio, rotation) for ratio in ratios]
        needed[name, kind.__name__] = counts[-1]
        ax.loglog(ratios, counts, marker=mark, label=kind.__name__)
    ax.set(title=name, xlabel="curvature ratio")
axes[0].set_ylabel("steps needed")
axes[0].legend(fontsize=10, labelspacing=0.2)
fig.suptitle("Adaptive steps win in a narrow valley,\nunless it lies askew")
plt.show()

worst = max(needed["aligned", name] for name in ("AdaGrad", "RMSprop", "Adam"))
share = 100 * worst / needed["aligned", "SGD"]
longer = needed["askew", "AdaGrad"] / needed["aligned", "AdaGrad"]
claim(
    "Adaptive methods need few of SGD's steps", share, at_most=9, unit="%", idea="9.3"
)
claim("A valley askew makes AdaGrad's way longer", longer, at_least=30, unit="times")

# %%
# In Keras: which learning rate?
# ------------------------------
#
# From surfaces to a Sequential network that reads handwritten digits. Its
# curvature is unknown. But a *range test* finds the limit: raise the rate at
# every batch, and see where the loss stops falling.
from dlkeras.datasets import load_mnist_5k

(x_train, y_train), (x_test, y_test) = load_mnist_5k()
x_train, x_test = (
    x.reshape(-1, 784).astype("float32") / 255 for x in (x_train, x_test)
)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


model = keras.Sequential(
    [keras.Input((784,)), layers.Dense(64, "relu"), layers.Dense(10)]
)
start = model.get_weights()
model.compile(KerasSGD(1e-4, momentum=0.9), loss)
seen = []
for number, rate in enumerate(np.geomspace(1e-4, 10, 125)):
    rows = slice(32 * number, 32 * number + 32)
    model.optimizer.learning_rate = rate
    model.reset_metrics()  # or Keras reports the mean of all batches so far
    seen.append(model.train_on_batch(x_train[rows], y_train[rows]))

# %%
# Later labs take this from ``LearningRateFinder``, which also draws it and
# suggests a rate: a quarter of the one with the lowest loss.
from dlkeras.callbacks import LearningRateFinder

finder = LearningRateFinder(1e-4, 10, steps=125)
model.set_weights(start)
model.compile(KerasSGD(1e-4, momentum=0.9), loss)
model.fit(x_train, y_train, shuffle=False, verbose=0, callbacks=[finder])
finder.plot().set_title("The range test finds where learning breaks")
plt.show()

final = {}
for name, factor in {"hundredth": 0.01, "suggested": 1, "thirtyfold": 30}.items():
    model.set_weights(start)
    model.optimizer.learning_rate = factor * finder.suggestion
    final[name] = model.fit(x_train, y_train, epochs=2, verbose=0).history["loss"][-1]
    print(f"{name:>10} rate: loss {final[name]:.3f}")
gap = np.abs(np.subtract(seen[:60], finder.losses[:60])).max()
claim("Our range test and the library's see the same losses", gap, at_most=1e-3)
share = 100 * final["suggested"] / min(final["hundredth"], final["thirtyfold"])
claim(
    "The suggested rate leaves less loss than wrong ones", share, at_most=40, unit="%"
)

# %%
# Which optimizer, and with which schedule?
# -----------------------------------------
#
# An optimizer of your own is one method. This one steps by the sign of the
# slope alone: RMSprop, if it forgot everything at once.


class SignSGD(keras.optimizers.Optimizer):
    def update_step(self, gradient, variable, learning_rate):
        rate = ops.cast(learning_rate, variable.dtype)
        self.assign_sub(variable, rate * ops.sign(gradient))


# %%
# It meets three others, all on the same network as a Functional model. Adam
# runs thrice, at a high rate: such a rate goes fast, then hops around the
# bottom. A *schedule* lowers it on the way, here along half a cosine. A
# *warm-up* raises it first, while Adam's memories still know little.
CosineDecay, steps = keras.optimizers.schedules.CosineDecay, 6 * 63  # six epochs
warmed_up = CosineDecay(0.0, steps - 63, warmup_target=0.03, warmup_steps=63)
contest = {
    "SGD": KerasSGD(0.3),
    "momentum": KerasSGD(0.1, momentum=0.9),
    "SignSGD": SignSGD(0.001),
    "Adam, constant": KerasAdam(0.03),
    "Adam, cosine": KerasAdam(CosineDecay(0.03, steps)),
    "Adam, warm-up, cosine": KerasAdam(warmed_up),
}
inputs = keras.Input((784,))
scores = layers.Dense(10)(layers.Dense(64, "relu")(inputs))
model, settings = keras.Model(inputs, scores), {"batch_size": 64, "verbose": 0}
fig, axes = plt.subplots(2, 1, figsize=(5.6, 5.6), sharex=True)
for number, (name, optimizer) in enumerate(contest.items()):
    model.set_weights(start)
    model.compile(optimizer, loss)
    losses = model.fit(x_train, y_train, epochs=6, **settings).history["loss"]
    final[name] = losses[-1]
    print(f"{name:>21}: loss {final[name]:.3f}")
    ax = axes[number // 3]
    ax.semilogy(range(1, 7), losses, marker="o^s"[number % 3])
    ax.text(6.1, final[name], name.replace("Adam, ", ""), va="center")
    ax.set(ylabel="training loss", xlim=(0.8, 9))
axes[0].set_title("Optimizers take their own ways down")
axes[1].set(xlabel="epoch", xticks=range(1, 7), title="So do schedules (of Adam)")
plt.show()

slow = final["SignSGD"] / final["momentum"]
falling = 100 * final["Adam, cosine"] / final["Adam, constant"]
warm = 100 * final["Adam, warm-up, cosine"] / final["Adam, cosine"]
claim("Signs leave more loss than momentum", slow, at_least=2, unit="times", idea="9.4")
claim("A falling rate leaves less loss", falling, at_most=50, unit="%", idea="9.5")
claim("With a warm-up, even less of that is left", warm, at_most=95, unit="%")

# %%
# Small batches or large ones?
# ----------------------------
#
# The gradient of a batch is a guess at that of all data, and its error should
# shrink with the root of the batch size. We measure that on a softmax
# regression in NumPy, at half the image size. Then we count the updates to a
# loss of 0.45, at the best of six rates side by side.
small = x_train.reshape(-1, 28, 28)[:, ::2, ::2].reshape(-1, 196)
targets = np.eye(10)[y_train]


def probabilities(W, rows):
    e = np.exp(small[rows] @ W - (small[rows] @ W).max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def gradient(W, rows):
    return small[rows].T @ (probabilities(W, rows) - targets[rows]) / len(rows)


sizes, rates = np.array([4, 16, 64, 256, 1024]), 2.0 ** np.arange(-2, 4)
noise, updates, best = [], [], []
W = rng.normal(scale=0.05, size=(196, 10))
full = gradient(W, np.arange(4000))
for size in sizes:
    errors = [gradient(W, rng.choice(4000, size)) - full for _ in range(40)]
    noise.append(np.mean(np.linalg.norm(errors, axis=(1, 2))) / np.linalg.norm(full))
    Ws, losses, count = np.zeros((6, 196, 10)), np.full(6, np.inf), 0
    while losses.min() > 0.45:
        Ws = Ws - rates[:, None, None] * gradient(Ws, rng.choice(4000, size))
        count += 1
        if count % max(1, 128 // size) == 0:
            p = probabilities(Ws, slice(0, 4000, 4))[:, np.arange(1000), y_train[::4]]
            losses = -np.log(p + 1e-9).mean(axis=1)
    updates.append(count)
    best.append(float(rates[losses.argmin()]))

epochs = np.array(updates) * sizes / 4000
fig, ax = plt.subplots(figsize=(5.6, 3.8))
for values, mark, text in (
    (updates, "o-", "updates"),
    (epochs, "s--", "epochs"),
    (noise, "^:", "noise / gradient"),
):
    ax.loglog(sizes, values, mark)
    ax.text(1200, values[-1], text, va="center")
ax.set(xlabel="batch size (images)", xlim=(3, 12000), xticks=sizes, xticklabels=sizes)
ax.set_title("Large batches: less noise, fewer updates,\nbut more epochs")
plt.show()
print("best rates:", dict(zip(sizes.tolist(), best, strict=True)))

power = np.polyfit(np.log(sizes), np.log(noise), 1)[0]
cost = epochs[4] / epochs[1]
claim("Noise goes as the batch size to the power", power, close_to=-0.5, tol=0.03)
claim(
    "1,024 images a batch, not 16, cost epochs",
    cost,
    at_least=6,
    unit="times",
    idea="6.3",
)

# %%
# When it goes wrong: one bad batch
# ---------------------------------
#
# Somewhere in the pipeline, one batch escapes the division by 255. Its
# gradient is hundreds of times too long, and one step on it undoes the
# training. *Clipping* shortens any gradient longer than a limit.
fig, ax = plt.subplots(figsize=(5.6, 3.4))
for clip, style in ((None, "o--"), (1.0, "s-")):
    model.set_weights(start)
    model.compile(KerasSGD(0.1, momentum=0.9, global_clipnorm=clip), loss)
    losses = model.fit(x_train, y_train, epochs=3, **settings).history["loss"]
    model.train_on_batch(255 * x_train[:64], y_train[:64])
    losses.append(model.evaluate(x_train, y_train, **settings))
    losses += model.fit(x_train, y_train, epochs=3, **settings).history["loss"]
    final[clip] = losses[3] / losses[2]
    ax.semilogy([1, 2, 3, 3.1, 4, 5, 6], losses, style)
    ax.text(3.3, losses[3], "clipped" if clip else "not clipped", va="center")
ax.set(xlabel="epoch", ylabel="training loss")
ax.set_title("One bad batch undoes the training,\nunless clipped")
plt.show()

claim("One bad batch multiplies the loss", final[None], at_least=50, unit="times")
claim(
    "Clipped, it leaves the loss about as it was", final[1.0], at_most=2, unit="times"
)

# %%
# Exercises
# ---------
#
# **1. A step with momentum.** The function takes the weight, the memory
# :math:`m`, the gradient, the rate and :math:`\beta`, and returns the new
# weight and the new memory.


def momentum_step(w, m, g, learning_rate, beta):
    return ...  # your code


exercise("optimization/momentum_step").check(momentum_step)

# %%
# **2. A schedule.** Return the learning rate of a step (from 0 on): a straight
# rise from 0 to ``peak`` over the first ``warmup`` steps, then half a cosine
# down to 0 at step ``total``.


def schedule(step, warmup, total, peak):
    return ...  # your code


exercise("optimization/schedule").check(schedule)

# %%
# **3. Your own optimizer.** Write a class with ``step(w, g)`` as above, whose
# constructor needs no arguments. In bowls it does not know, curved 1, 30 and
# 1,000 times as much along one direction, 300 steps must bring it to a tenth
# of its first distance from the bottom. Any method that does so is right.
Mine = ...

exercise("optimization/own_optimizer").check(Mine)

# %%
# What you saw
# ------------
#
# - A learning rate has a limit, set by the largest curvature. Below it each
#   step of gradient descent helps; far below it nothing moves.
# - Momentum and sizes per weight help in narrow valleys and at saddles, though
#   not in every direction. Schedules let a fast start end gently.
# - Large batches save updates and cost epochs. Clipping survives a bad one.
#
# Read on
# -------
#
# - B. T. Polyak (1964),
#   `Some methods of speeding up the convergence of iteration methods
#   <https://doi.org/10.1016/0041-5553(64)90137-5>`_.
# - J. Duchi, E. Hazan and Y. Singer (2011),
#   `Adaptive subgradient methods <https://jmlr.org/papers/v12/duchi11a.html>`_.
# - D. P. Kingma and J. Ba (2015),
#   `Adam <https://arxiv.org/abs/1412.6980>`_; I. Loshchilov and F. Hutter
#   (2019), `AdamW <https://arxiv.org/abs/1711.05101>`_.
# - L. N. Smith (2017), `Cyclical learning rates
#   <https://arxiv.org/abs/1506.01186>`_: the range test.
# - P. Goyal et al. (2017), `Accurate, large minibatch SGD
#   <https://arxiv.org/abs/1706.02677>`_: batch size, rate and warm-up.
# - R. Pascanu, T. Mikolov and Y. Bengio (2013), `On the difficulty of training
#   recurrent neural networks <https://arxiv.org/abs/1211.5063>`_: clipping.
