"""
Regularization
==============

A network with more weights than examples can learn its examples by heart,
mistakes included. Regularization makes it pay for that, so that it learns
what also holds for examples it has not seen.

You will learn

- to see overfitting, in curves and in memorized mistakes;
- why error splits into bias and variance, and how a penalty trades them;
- how L1, L2, dropout, noise, max-norm, small nets and early stopping work;
- to write a constraint of your own;
- what each method costs, and how a small gap can fool you.
"""
# sphinx_gallery_tags = ["core", "regularization", "overfitting", "bias and variance", "early stopping", "classification", "NumPy", "Sequential", "Functional", "custom constraint"]
# sphinx_gallery_minutes = 45
# sphinx_gallery_requires = ["optimization"]
# sphinx_gallery_thumbnail_number = 5

# %%
# The idea
# --------
#
# Training lowers the loss :math:`L` on the training data. Many weights
# :math:`w` do that about equally well. A *penalty* prefers small ones among
# them. With a strength :math:`\lambda` we minimize
#
# .. math::
#
#    L(w) + \lambda \sum_i w_i^2 \;\;\text{(L2)}, \qquad
#    L(w) + \lambda \sum_i |w_i| \;\;\text{(L1)}
#
# This is like minimizing :math:`L` on a budget: the weights may not leave a
# circle (L2) or a diamond (L1). The ellipses below are lines of equal loss.
# They touch the circle somewhere on its side, but the diamond at a corner,
# and at a corner one weight is exactly 0.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

turn = np.linspace(0, 2 * np.pi, 400)
circle = np.array([np.cos(turn), np.sin(turn)])
shapes = {"L2: a circle": circle, "L1: a diamond": circle / np.abs(circle).sum(axis=0)}
w1, w2 = np.meshgrid(np.linspace(-1.3, 2.4, 200), np.linspace(-1.3, 2.1, 200))


def bowl(w1, w2):
    return (w1 - 0.7) ** 2 + (w2 - 1.6) ** 2 + 0.6 * (w1 - 0.7) * (w2 - 1.6)


fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.3), sharey=True)
for ax, (name, shape) in zip(axes, shapes.items(), strict=True):
    touch = shape[:, bowl(*shape).argmin()]  # the least loss on the budget
    ax.fill(*shape, color="#CFE4F2")
    levels = bowl(*touch) * np.array([0.15, 0.5, 1])
    ax.contour(w1, w2, bowl(w1, w2), levels, colors="#D55E00", linewidths=1.5)
    ax.plot(0.7, 1.6, "+", color="#D55E00", ms=11, mew=2)
    ax.plot(*touch, "o", color="black", ms=9)
    ax.set(title=name, xlabel="$w_1$", aspect="equal", xticks=[0, 1], yticks=[0, 1])
axes[0].set_ylabel("$w_2$")
fig.suptitle("L1 ends at a corner: one weight is 0")
plt.show()

# %%
# From scratch: what does a penalty do to a step?
# -----------------------------------------------
#
# The slope of :math:`\lambda w^2` is :math:`2 \lambda w`. So a step of
# gradient descent with the rate :math:`\eta` first shrinks every weight by
# the same factor, and then goes on as before: L2 is *weight decay*.
#
# .. math::
#
#    w \leftarrow (1 - 2 \eta \lambda)\, w - \eta\, \nabla L(w)
#
# The slope of :math:`\lambda |w|` is :math:`\pm \lambda`, however small the
# weight: it takes off the same amount from all. What would cross zero stays
# there. That is the *soft threshold*.


def l2_step(w, gradient, rate, strength):
    return (1 - 2 * rate * strength) * w - rate * gradient


def l1_step(w, gradient, rate, strength):
    w = w - rate * gradient
    return np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)


w_l2 = w_l1 = np.array([1.0, -0.2, 0.02])
for step in range(1, 4):  # no data, so the penalty alone moves the weights
    w_l2, w_l1 = l2_step(w_l2, 0, 0.1, 0.5), l1_step(w_l1, 0, 0.1, 0.5)
    print(f"step {step}: L2 {w_l2.round(4)}, L1 {w_l1.round(4)}")

# %%
# Dropout and noise change what a layer passes on, in training only. *Dropout*
# silences a random share of the neurons and scales up the rest, so that the
# mean stays. *Noise* blurs the input. Neither lets a network rely on details.
a = np.ones(8)
keep = rng.random(8) > 0.5
print("dropout:", a * keep / 0.5)
print("noise:  ", (a + rng.normal(0, 0.5, size=8)).round(1))

# %%
# What is there to gain? Bias and variance
# ----------------------------------------
#
# We look at a case that is solved in one line: polynomials through noisy
# points. We draw many training sets from the same wave, and fit each of them.
# The degree says how far a curve can bend.
x = np.linspace(-1, 1, 20)
x_new = np.linspace(-1, 1, 200)
wave = np.sin(3.5 * x_new)
y = np.sin(3.5 * x)[:, None] + rng.normal(0, 0.4, size=(20, 300))  # 300 sets


def fit_curves(degree, strength=0.0):
    """Curves of all 300 fits at x_new, with an L2 penalty: (200, 300)."""
    powers = np.arange(degree + 1)
    X = x[:, None] ** powers  # (20, degree + 1)
    rows = np.vstack([X, np.sqrt(strength) * np.eye(degree + 1)])  # the penalty
    targets = np.vstack([y, np.zeros((degree + 1, 300))])
    w = np.linalg.lstsq(rows, targets, rcond=None)[0]
    return x_new[:, None] ** powers @ w


fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.7), sharey=True)
for ax, degree in zip(axes, (1, 5, 12), strict=True):
    ax.plot(x_new, fit_curves(degree)[:, :25], color="#56B4E9", lw=0.8)
    ax.plot(x_new, wave, color="black")
    ax.set(title=f"degree {degree}", xlabel="x", ylim=(-2.2, 2.2))
axes[0].set_ylabel("y")
fig.suptitle("Too stiff, about right, too wild")
plt.show()

# %%
# The stiff lines agree with each other and miss the wave (black): that is
# *bias*. The wild curves are right on average and each is wrong in its own
# way: *variance*. The mean squared error is bias² plus variance. Do they add
# up, and can a penalty tame degree 12?


def bias_variance(curves):
    bias = np.mean((curves.mean(axis=1) - wave) ** 2)
    return bias, np.mean(curves.var(axis=1))


degrees, strengths = np.arange(1, 13), 10.0 ** np.arange(-6, 2)
by_degree = np.array([bias_variance(fit_curves(d)) for d in degrees])
by_strength = np.array([bias_variance(fit_curves(12, s)) for s in strengths])

fig, axes = plt.subplots(2, 1, figsize=(5.6, 5.6))
for ax, at, parts in zip(axes, (degrees, strengths), (by_degree, by_strength)):
    ax.plot(at, parts[:, 0], "--", label="bias²")
    ax.plot(at, parts[:, 1], "-.", label="variance")
    ax.plot(at, parts.sum(axis=1), color="black", label="error: their sum")
    ax.set(ylabel="squared error", ylim=(0, 0.32))
axes[0].set(title="More degrees: less bias, more variance", xlabel="degree")
axes[0].legend()
axes[1].set(title="More penalty turns that around", xscale="log")
axes[1].set_xlabel("strength λ of L2, at degree 12")
plt.show()

error = np.mean((fit_curves(12) - wave[:, None]) ** 2)
gap = abs(by_degree[-1].sum() - error)
claim("Bias² and variance add up to the error, but for", gap, at_most=1e-9)
total = by_degree.sum(axis=1)
claim(
    "The best degree beats both the stiffest and the wildest",
    min(total[0], total[-1]) / total.min(),
    at_least=2.5,
    unit="times",
)
claim(
    "The right penalty takes away most of the wildest fit's error, leaving",
    by_strength.sum(axis=1).min() / error,
    at_most=0.45,
)

# %%
# In Keras
# --------
#
# Keras takes the penalty as the ``kernel_regularizer`` of a layer. Twenty
# steps of gradient descent on a linear model must agree with our L2 step.
import keras
from keras import layers, ops

points = rng.normal(size=(64, 5)).astype("float32")
target = points @ rng.normal(size=(5, 1)) + rng.normal(size=(64, 1))
penalty = keras.regularizers.L2(0.1)
dense = layers.Dense(1, use_bias=False, kernel_regularizer=penalty)
linear = keras.Sequential([keras.Input((5,)), dense])
linear.compile(keras.optimizers.SGD(0.05), loss="mse")
w = linear.get_weights()[0]  # (5, 1)
linear.fit(points, target, batch_size=64, epochs=20, verbose=0)
for _ in range(20):
    w = l2_step(w, 2 * points.T @ (points @ w - target) / 64, 0.05, 0.1)
gap = np.abs(w - linear.get_weights()[0]).max()
claim(
    "NumPy's weight decay and Keras's L2 end with the same weights", gap, at_most=1e-5
)

# %%
# A *constraint* does not bargain. After each step it repairs the weights.
# *Max-norm* shortens the weights of every neuron that have become longer than
# a limit. As a custom class, it is a function of the weights that keeps its
# settings:


class MaxNorm(keras.constraints.Constraint):
    def __init__(self, limit):
        self.limit = limit

    def __call__(self, w):
        length = ops.sqrt(ops.sum(ops.square(w), axis=0, keepdims=True))
        return w * ops.minimum(1.0, self.limit / (length + 1e-7))

    def get_config(self):
        return {"limit": self.limit}


w = rng.normal(size=(30, 40)).astype("float32") * rng.uniform(0, 0.4, size=40)
ours, theirs = MaxNorm(1.0)(w), keras.constraints.MaxNorm(1.0)(w)
gap = np.abs(ops.convert_to_numpy(ours) - ops.convert_to_numpy(theirs)).max()
claim("Our max-norm and the one of Keras repair alike", gap, at_most=1e-6)

# %%
# Can you see overfitting?
# ------------------------
#
# We read digits at half resolution and have 300 of them to learn from. Whoever
# labeled them was tired: one label in five is wrong. The 500 validation
# digits, which we use to choose, come from the same hand. Only the test
# digits have all their labels right.
from dlkeras.datasets import load_mnist_5k


def prepare(images):
    small = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)) / 255
    return small.reshape(-1, 196).astype("float32")


(x_all, y_all), (x_test, y_test) = load_mnist_5k()
chosen = rng.permutation(len(x_all))[:800]
x_all, x_test, y_true = prepare(x_all[chosen]), prepare(x_test), y_all[chosen]
wrong = rng.random(800) < 0.2
labels = np.where(wrong, (y_true + rng.integers(1, 10, size=800)) % 10, y_true)
x_train, y_train, x_val, y_val = x_all[:300], labels[:300], x_all[300:], labels[300:]

# %%
# One function makes the network with any of the methods. All that have the
# same shape start with the same weights.


def network(x, units=128, noise=0, dropout=0, **kernel):
    kernel["kernel_initializer"] = keras.initializers.GlorotUniform(seed)
    if noise:
        x = layers.GaussianNoise(noise)(x)
    x = layers.Dense(units, activation="relu", **kernel)(x)
    if dropout:
        x = layers.Dropout(dropout)(x)
    return layers.Dense(10, activation="softmax", **kernel)(x)


methods = {
    "nothing": {},
    "small": {"units": 5},
    "L1": {"kernel_regularizer": keras.regularizers.L1(0.003)},
    "L2": {"kernel_regularizer": keras.regularizers.L2(0.01)},
    "dropout": {"dropout": 0.8},
    "noise": {"noise": 0.5},
    "max-norm": {"kernel_constraint": MaxNorm(0.7)},
    "too much L2": {"kernel_regularizer": keras.regularizers.L2(0.1)},
}

# %%
# The Functional way lets us train all of them side by side: one model with
# one input and an output for each network. They share no weights, so none
# knows of the others, and every one sees the same batches.
inputs = keras.Input((196,))
side_by_side = keras.Model(
    inputs, {name: network(inputs, **settings) for name, settings in methods.items()}
)


def train(model, names, **arguments):
    """Train on the same batches in the same order; return the history."""
    model.compile(
        keras.optimizers.SGD(0.1, momentum=0.9),
        loss=dict.fromkeys(names, "sparse_categorical_crossentropy"),
    )
    train_set, val_set = (
        (x, dict.fromkeys(names, y)) for x, y in ((x_train, y_train), (x_val, y_val))
    )
    return model.fit(
        *train_set,
        batch_size=100,
        epochs=60,
        shuffle=False,
        validation_data=val_set,
        validation_batch_size=500,
        verbose=0,
        **arguments,
    ).history


history = train(side_by_side, methods)
answers = {
    part: side_by_side.predict_on_batch(x)  # {method: (samples, 10)}
    for part, x in (("train", x_train), ("val", x_val), ("test", x_test))
}
memorized = answers["train"]["nothing"].argmax(axis=1)[wrong[:300]]
claim(
    "Without regularization the network learns the wrong labels by heart",
    np.mean(memorized == y_train[wrong[:300]]),
    at_least=0.9,
)

# %%
# When should we stop?
# --------------------
#
# The loss on the validation digits falls and rises again: from there on, the
# network learns what holds for its 300 digits only. *Early stopping* keeps the
# best weights so far, and ends when the validation loss has not improved for
# some epochs, its *patience*. We train the same network from the same start.
from dlkeras.callbacks import Progress

stopped = keras.Model(inputs, {"early stopping": network(inputs)})
stop = keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True)
short = train(stopped, ["early stopping"], callbacks=[stop, Progress()])

epochs = np.arange(1, 61)
fig, ax = plt.subplots()
ax.plot(epochs, history["nothing_loss"], "--", color="#0072B2")
ax.plot(epochs, history["val_nothing_loss"], color="#D55E00")
best = int(np.argmin(short["val_loss"]))
ax.plot(best + 1, short["val_loss"][best], "*", color="black", ms=16)
ax.text(best + 1, short["val_loss"][best] - 0.3, "early stopping", ha="left")
ax.text(60, history["nothing_loss"][-1] + 0.12, "training", color="#0072B2", ha="right")
ax.text(60, 2.3, "validation", color="#D55E00", ha="right")
ax.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
ax.set_title("What helps in training hurts elsewhere")
plt.show()

for part, x in (("train", x_train), ("val", x_val), ("test", x_test)):
    answers[part] |= stopped.predict_on_batch(x)
likely = answers["val"]["early stopping"][np.arange(500), y_val]
claim(
    "Early stopping brings back the best epoch: its loss differs by",
    abs(-np.log(likely).mean() - min(short["val_loss"])),
    at_most=1e-4,
    idea="6.4",
)

# %%
# Which methods narrow the gap?
# -----------------------------
#
# The *gap* is the accuracy in training minus that in validation. A network
# that reads every digit right would score about 80 % on both, since a fifth
# of the labels is wrong. The column *best* is the epoch with the lowest
# validation loss.
scores, best_epoch = {}, {}
print(f"{'accuracy (%)':>14} train   val   gap  test  best")
for name in answers["val"]:
    scores[name] = train_, val, test = [
        100 * np.mean(answers[part][name].argmax(axis=1) == y)
        for part, y in (("train", y_train), ("val", y_val), ("test", y_test))
    ]
    losses = history.get(f"val_{name}_loss", short["val_loss"])
    best_epoch[name] = int(np.argmin(losses)) + 1
    columns = f"{train_:6.0f}{val:6.0f}{train_ - val:6.0f}{test:6.0f}"
    print(f"{name:>14}{columns}{best_epoch[name]:6}")
gaps = {name: train_ - val for name, (train_, val, _) in scores.items()}

fig, ax = plt.subplots(figsize=(5.6, 4.6))
for row, name in enumerate(sorted(gaps, key=gaps.get)):
    train_, val, _ = scores[name]
    ax.plot([val, train_], [row, row], color="#999999", lw=3, zorder=1)
    ax.plot(train_, row, "o", color="#0072B2", ms=10)
    ax.plot(val, row, "^", color="#D55E00", ms=10)
ax.set_yticks(range(len(gaps)), sorted(gaps, key=gaps.get))
ax.set(xlabel="accuracy (%): ▲ validation, ● training", ylim=(-0.6, 8.6))
ax.set_title("Each method narrows the gap")
plt.show()

helpful = [name for name in gaps if name not in ("nothing", "too much L2")]
claim(
    "The widest gap of the seven methods, as a share of that with nothing",
    max(gaps[name] for name in helpful) / gaps["nothing"],
    at_most=0.8,
)
gains = {name: scores[name][2] - scores["nothing"][2] for name in helpful}
big = [gains[name] for name in helpful if name != "small"]
claim(
    "On true labels, each of the six that keep the large net gains at least",
    min(big),
    at_least=1,
    unit="points",
)

# %%
# What does it cost?
# ------------------
#
# Each method gives up training accuracy: the table shows how much. A small
# net has fewer neurons to learn the digits with, too. Early stopping saves
# epochs but spends digits on validation. The others keep the network from
# rushing, and so they take longer.
slowest = max(best_epoch[name] for name in helpful)
claim(
    "To its best epoch, the slowest method needs more epochs than no method does",
    slowest / best_epoch["nothing"],
    at_least=2,
    unit="times",
)

# %%
# What is left of the weights?
# ----------------------------
#
# For each pixel we add up the sizes of its 128 weights in the first layer.
# L2 makes all of them smaller. L1 leaves most pixels out. Keras follows the
# slope of the L1 penalty without the soft threshold, so that its weights
# tremble around 0; we count those below 0.001.
kernels = dict.fromkeys(("nothing", "L2", "L1"))
for name in kernels:
    output = side_by_side.output[name]._keras_history.operation
    kernels[name] = output.input._keras_history.operation.get_weights()[0]

fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.6))
zeros = {}
for ax, (name, W) in zip(axes, kernels.items(), strict=True):  # W: (196, 128)
    zeros[name] = 100 * np.mean(np.abs(W) < 0.001)
    ax.imshow(np.abs(W).sum(axis=1).reshape(14, 14), cmap="gray_r", vmin=0)
    ax.set_title(name)
    ax.axis("off")
    print(f"{name:>7}: {zeros[name]:.0f} % of the weights are below 0.001")
fig.suptitle("L1 reads few pixels")
plt.show()

claim(
    "L1 makes the weights sparse: as good as 0 are", zeros["L1"], at_least=75, unit="%"
)

# %%
# When it goes wrong: the gap is not the goal
# -------------------------------------------
#
# The smallest gap of the table belongs to *too much L2*. It has hardly any,
# since it has hardly learned anything: the penalty drowns the data.
# Always look at the validation score itself, never at the gap alone.
claim(
    "Too much L2 has a smaller gap than L2 and also a worse test accuracy, by",
    min(gaps["L2"] - gaps["too much L2"], scores["L2"][2] - scores["too much L2"][2]),
    at_least=3,
    unit="points",
)

# %%
# Exercises
# ---------
#
# **1. Half.** The rate is 0.1, the strength of L2 is 0.05, and the data pull at
# a weight no more. After how many whole steps is it at most half as large?
steps = ...

exercise("regularization/half").check(steps)

# %%
# **2. Patience.** Write early stopping. From the validation losses of all
# epochs and the patience, return the best epoch so far and the epoch after
# which training ends, both counted from 1. It ends once ``patience`` epochs in
# a row have not beaten the best, or with the list.


def stop_early(losses, patience):
    return ...  # your code


exercise("regularization/patience").check(stop_early)

# %%
# **3. Tame it.** ``X`` holds the powers 0 to 12 of some inputs (15 rows, 13
# columns), ``y`` noisy values of a curve. Return 13 weights that do well on
# new points: at most a third of the error of plain least squares. Every
# method is welcome.


def my_fit(X, y):
    return ...  # your code


exercise("regularization/tame").check(my_fit)

# %%
# What you saw
# ------------
#
# - A large network learns wrong labels by heart. Seven methods narrow the gap,
#   each for a price in training accuracy or epochs.
# - Penalties buy less variance with more bias. L2 shrinks all weights, L1 makes
#   most of them 0, max-norm caps the length.
# - Early stopping brings back the best epoch. A small gap alone proves nothing.
#
# Read on
# -------
#
# - S. Geman, E. Bienenstock and R. Doursat (1992),
#   `Neural networks and the bias/variance dilemma
#   <https://doi.org/10.1162/neco.1992.4.1.1>`_, Neural Computation.
# - R. Tibshirani (1996),
#   `Regression shrinkage and selection via the lasso
#   <https://doi.org/10.1111/j.2517-6161.1996.tb02080.x>`_: L1.
# - N. Srivastava et al. (2014),
#   `Dropout: a simple way to prevent neural networks from overfitting
#   <https://jmlr.org/papers/v15/srivastava14a.html>`_, JMLR; with max-norm.
# - C. Zhang et al. (2017),
#   `Understanding deep learning requires rethinking generalization
#   <https://arxiv.org/abs/1611.03530>`_: networks that learn random labels.
