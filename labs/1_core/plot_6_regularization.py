"""
Regularization
==============

A network with more weights than examples can learn its examples by heart,
mistakes included. Regularization makes it pay for that, so that it learns
what also holds for examples it has not seen.

You will learn

- to see overfitting, in curves and in memorized mistakes;
- how a penalty trades bias for variance;
- seven methods, from L2 to max-norm, which you write yourself;
- what each method costs, and how a small gap can fool you.
"""
# sphinx_gallery_tags = ["core", "regularization", "overfitting", "bias and variance", "early stopping", "classification", "NumPy", "Sequential", "Functional", "custom constraint"]
# sphinx_gallery_minutes = 45
# sphinx_gallery_requires = ["optimization"]
# sphinx_gallery_thumbnail_number = 4

# %%
# The idea
# --------
#
# A curve through noisy points: a ruler is too stiff for it. A freehand line
# passes through every point, noise included. We let polynomials draw; their
# degree says how far they bend. We fit 300 training sets from one wave (black).
import matplotlib.pyplot as plt
import numpy as np

from dlkeras import live
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

x, x_new = np.linspace(-1, 1, 20), np.linspace(-1, 1, 200)
wave, wave_new = np.sin(3.5 * x), np.sin(3.5 * x_new)
y = wave[:, None] + rng.normal(0, 0.4, size=(20, 300))  # 300 training sets
powers = x_new[:, None] ** np.arange(13)  # times weights: curves


def fit(degree, strength=0.0):
    """Weights of all 300 fits: (degree + 1, 300); what is strength? See below."""
    X = x[:, None] ** np.arange(degree + 1)  # (20, degree + 1)
    X = np.vstack([X, np.sqrt(strength) * np.eye(degree + 1)])
    return np.linalg.lstsq(X, np.vstack([y, np.zeros((degree + 1, 300))]))[0]


fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.7), sharey=True)
for ax, degree in zip(axes, (1, 5, 12), strict=True):
    curves = powers[:, : degree + 1] @ fit(degree)[:, :25]  # of 25 fits
    ax.plot(x_new, curves, color="#56B4E9", lw=0.8)
    ax.plot(x_new, wave_new, color="black")
    ax.set(title=f"degree {degree}", xlabel="x", ylim=(-2.2, 2.2))
axes[0].set_ylabel("y")
fig.suptitle("Too stiff, about right, too wild")
plt.show()

# %%
# From scratch
# ------------
#
# The stiff lines agree and miss the wave: that is *bias*. The wild curves are
# right on average, and each is wrong in its own way: *variance*. The mean squared
# error is bias² plus variance. Fewer degrees lower the variance, and so does a
# *penalty* on large weights :math:`w` of a strength :math:`\lambda`:
#
# .. math::
#
#    L(w) + \lambda \sum_i w_i^2 \;\;\text{(L2)}, \qquad
#    L(w) + \lambda \sum_i |w_i| \;\;\text{(L1)}
#
# For least squares, L2 is one more row of data a weight, which asks it to be 0:
# the ``np.eye`` above. Can it tame degree 12?


def bias_variance(w):
    curves = powers[:, : len(w)] @ w  # (200, 300)
    return np.mean((curves.mean(axis=1) - wave_new) ** 2), np.mean(curves.var(axis=1))


degrees, strengths = np.arange(1, 13), 10.0 ** np.arange(-6, 1.25, 0.25)
tamed = [fit(12, strength) for strength in strengths]
by_degree = np.array([bias_variance(fit(degree)) for degree in degrees])
by_strength = np.array([bias_variance(w) for w in tamed])

fig, axes = plt.subplots(2, 1, figsize=(5.6, 5.6))
for ax, at, two in ((axes[0], degrees, by_degree), (axes[1], strengths, by_strength)):
    ax.plot(at, two[:, 0], "--", label="bias²")
    ax.plot(at, two[:, 1], "-.", label="variance")
    ax.plot(at, two.sum(axis=1), color="black", label="error: their sum")
    ax.set(ylabel="squared error", ylim=(0, 0.32))
axes[0].set(title="More degrees: less bias, more variance", xlabel="degree")
axes[0].legend()
axes[1].set(title="A penalty on degree 12 undoes it", xscale="log", xlabel="strength λ")
plt.show()

total = by_degree.sum(axis=1)
ends = min(total[0], total[-1]) / total.min()
claim("Too stiff and too wild both cost", ends, at_least=2.8, unit="times the error")
left = by_strength.sum(axis=1).min() / total[-1]
claim("The right penalty cuts degree 12's error to a share of", left, at_most=0.4)

# %%
# In life there is one training set. Here is the first, and the second stands
# for new points. Turn the dial: how much of the noise does each curve follow?
first = np.transpose([w[:, 0] for w in tamed])  # (13, strengths)
live.dial(first, strengths, x, y[:, 0], x, y[:, 1], lambda x: np.sin(3.5 * x))

# %%
# What does a penalty do to a step?
# ---------------------------------
#
# The slope of :math:`\lambda w^2` is :math:`2 \lambda w`. So a step of gradient
# descent with the rate :math:`\eta` first shrinks all weights by one factor.
# This is why L2 is called *weight decay*:
#
# .. math::
#
#    w \leftarrow (1 - 2 \eta \lambda)\, w - \eta\, \nabla L(w)
#
# The slope of :math:`\lambda |w|` is :math:`\pm \lambda`, however small the
# weight. What L1 would push across zero stays there: the *soft threshold*.


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
# Two other methods disturb what a layer passes on, in training only. *Dropout*
# silences random neurons and scales up the rest, so that the mean stays. *Noise*
# blurs the input. Neither lets a network rely on details.
a = np.ones(8)
print("dropout:", a * (rng.random(8) > 0.5) / 0.5)
print("noise:  ", (a + rng.normal(0, 0.5, size=8)).round(1))

# %%
# In Keras
# --------
#
# Keras takes the penalty as the ``kernel_regularizer`` of a layer. Twenty
# steps of gradient descent on a linear model must agree with our L2 step.
import keras
from keras import layers, ops, optimizers

X, target = rng.normal(size=(64, 5)), rng.normal(size=(64, 1))
dense = layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(0.1))
linear = keras.Sequential([keras.Input((5,)), dense])
linear.compile(optimizers.SGD(0.05), loss="mse")
w = linear.get_weights()[0]  # (5, 1)
linear.fit(X, target, batch_size=64, epochs=20, verbose=0)
for _ in range(20):
    w = l2_step(w, 2 * X.T @ (X @ w - target) / 64, 0.05, 0.1)
gap = np.abs(w - linear.get_weights()[0]).max()
claim("Our weight decay and Keras's L2 end with the same weights", gap, at_most=5e-7)

# %%
# A *constraint* does not bargain: it repairs the weights after each step. Our
# class for *max-norm* shortens the weights of a neuron that are over a limit.


class MaxNorm(keras.constraints.Constraint):
    def __init__(self, limit):
        self.limit = limit

    def __call__(self, w):
        length = ops.sqrt(ops.sum(ops.square(w), axis=0, keepdims=True))
        return w * ops.minimum(1.0, self.limit / (length + 1e-7))

    def get_config(self):
        return {"limit": self.limit}


w = ops.array(rng.normal(size=(30, 40)) * rng.uniform(0, 0.4, size=40), "float32")
gap = float(ops.max(ops.abs(MaxNorm(1.0)(w) - keras.constraints.MaxNorm(1.0)(w))))
claim("Our max-norm and the one of Keras repair alike", gap, at_most=5e-7)

# %%
# Can you see overfitting?
# ------------------------
#
# We learn from 300 digits, at half resolution. One label in five is wrong, there
# and in the 500 validation digits. Only the test labels are all true. One
# function makes a network with any method, all from the same start. A Functional
# model trains them side by side: one input, and their outputs stacked. They
# share no weights, their losses add up, and all see the same batches.
from dlkeras.datasets import load_mnist_5k

(x_all, y_all), (x_test, y_test) = load_mnist_5k()
x_all, x_test = (
    np.float32(x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196) / 255)
    for x in (x_all, x_test)
)
chosen = rng.permutation(len(x_all))[:800]
x_all, y_true = x_all[chosen], y_all[chosen]
wrong = rng.random(800) < 0.2
labels = np.where(wrong, (y_true + rng.integers(1, 10, size=800)) % 10, y_true)
x_train, y_train, x_val, y_val = x_all[:300], labels[:300], x_all[300:], labels[300:]


def network(x, name, units=128, noise=0, dropout=0, **kernel):
    kernel["kernel_initializer"] = keras.initializers.GlorotUniform(seed)
    x = layers.GaussianNoise(noise)(x)
    x = layers.Dense(units, activation="relu", name=f"{name}_hidden", **kernel)(x)
    x = layers.Dropout(dropout)(x)
    return layers.Dense(10, activation="softmax", **kernel)(x)


methods = {
    "nothing": {},
    "small": {"units": 3},
    "L1": {"kernel_regularizer": keras.regularizers.L1(0.003)},
    "L2": {"kernel_regularizer": keras.regularizers.L2(0.01)},
    "dropout": {"dropout": 0.8},
    "noise": {"noise": 0.5},
    "max_norm": {"kernel_constraint": MaxNorm(0.7)},
    "too_much_L2": {"kernel_regularizer": keras.regularizers.L2(0.2)},
}
inputs = keras.Input((196,))
outputs = [network(inputs, name, **given) for name, given in methods.items()]
side_by_side = keras.Model(inputs, ops.stack(outputs, axis=1))  # (n, 8, 10)
parts = (x_train, y_train), (x_val, y_val), (x_test, y_test)
curves = {"loss": [], "val_loss": []}  # after each epoch, those of the eight


def summed(y, p):  # the losses of the eight
    return ops.sum(keras.losses.sparse_categorical_crossentropy(y, p), axis=1)


def record(epoch, logs):
    for (x, y), curve in zip(parts[:2], curves.values(), strict=True):
        p = side_by_side.predict_on_batch(x)[np.arange(len(y)), :, y]  # (n, 8)
        curve.append(-np.log(p + 1e-7).mean(axis=0))


same = {"batch_size": 75, "epochs": 45, "shuffle": False, "verbose": 0}
recorder = keras.callbacks.LambdaCallback(on_epoch_end=record)
side_by_side.compile(optimizers.SGD(0.1, momentum=0.9), summed)
side_by_side.fit(x_train, np.stack([y_train] * 8, axis=1), callbacks=[recorder], **same)
learned = side_by_side.predict_on_batch(x_train)[:, 0].argmax(axis=1) == y_train
share = 100 * np.mean(learned[wrong[:300]])
claim("The bare network learns wrong labels by heart", share, at_least=92, unit="%")

# %%
# When should we stop?
# --------------------
#
# The validation loss falls and rises again. *Early stopping* keeps the best
# weights so far, and ends when that loss has not improved for some epochs, its
# *patience*. We train the same network from the same start.
from dlkeras.callbacks import Progress
from dlkeras.visualization import plot_history

stopped = keras.Model(inputs, network(inputs, "early"))
stopped.compile(optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy")
stop = keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True)
same |= {"validation_data": parts[1], "validation_batch_size": 500}
stopped.fit(x_train, y_train, callbacks=[stop, Progress()], **same)
best = dict(zip(methods, np.argmin(curves["val_loss"], axis=0) + 1, strict=True))
best["early_stopping"], lowest = stop.best_epoch + 1, stop.best

ax = plot_history({name: np.array(curve)[:, 0] for name, curve in curves.items()})
ax.plot(best["early_stopping"], lowest, "*", color="black", ms=16)
ax.text(best["early_stopping"] + 2, lowest - 0.25, "early stopping")
ax.set_title("What helps in training hurts elsewhere")
plt.show()

restored = -np.log(stopped.predict_on_batch(x_val)[np.arange(500), y_val]).mean()
gap = abs(restored - lowest)
claim("Early stopping restores the best epoch, off by", gap, at_most=1e-6, idea="6.4")

# %%
# Which methods narrow the gap, and at what cost?
# -----------------------------------------------
#
# The *gap* is the accuracy in training minus that in validation; *best* is the
# epoch with the lowest validation loss. All methods pay with training accuracy,
# early stopping also with digits that it spends on validation.
right = []
for x, y in parts:
    p = [side_by_side.predict_on_batch(x), stopped.predict_on_batch(x)[:, None]]
    answers = np.concatenate(p, axis=1).argmax(axis=2)  # (n, 9)
    right.append(100 * np.mean(answers == y[:, None], axis=0))
scores = dict(zip(best, np.transpose(right), strict=True))
gaps = {name: row[0] - row[1] for name, row in scores.items()}
print(f"{'accuracy (%)':>14} train   val   gap  test  best")
for name, (train, val, test) in scores.items():
    print(f"{name:>14}{train:6.0f}{val:6.0f}{gaps[name]:6.0f}{test:6.0f}{best[name]:6}")

fig, ax = plt.subplots(figsize=(5.6, 4.4))
rows = sorted(gaps, key=gaps.get)
high, low = np.array([scores[name][:2] for name in rows]).T
ax.hlines(range(9), low, high, color="#999999", lw=3)
ax.plot(high, range(9), "o", color="#0072B2", ms=10)
ax.plot(low, range(9), "^", color="#D55E00", ms=10)
ax.set_yticks(range(9), [name.replace("_", " ") for name in rows])
ax.set(xlabel="accuracy (%):  ▲ validation   ● training")
ax.set_title("Each method narrows the gap")
plt.show()

seven = [name for name in best if name not in ("nothing", "too_much_L2")]
widest = max(gaps[name] for name in seven) / gaps["nothing"]
claim("All seven methods narrow the gap, to this share or less", widest, at_most=0.8)
gain = min(scores[name][2] for name in seven if name != "small") - scores["nothing"][2]
claim("All but the small net read more test digits", gain, at_least=1, unit="points")
price = scores["nothing"][0] - max(scores[name][0] for name in seven)
claim("All seven give up training accuracy", price, at_least=10, unit="points")

# %%
# What is left of the weights?
# ----------------------------
#
# We add up the sizes of each pixel's 128 weights. Keras has no soft threshold,
# so weights tremble around 0: we count those below 0.001.
fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.5))
for ax, name in zip(axes, ("nothing", "L2", "L1"), strict=True):
    W = np.abs(side_by_side.get_layer(f"{name}_hidden").get_weights()[0])  # (196, 128)
    zeros = 100 * np.mean(W < 0.001)
    ax.imshow(W.sum(axis=1).reshape(14, 14), cmap="gray_r", vmin=0)
    ax.set(title=f"{name}: {zeros:.0f} % zero", xticks=[], yticks=[])
fig.suptitle("L1 leaves most weights out")
plt.show()

claim("L1 leaves most weights as good as 0", zeros, at_least=86, unit="%")

# %%
# When it goes wrong: the gap is not the goal
# -------------------------------------------
#
# *Too much L2* is twenty times as strong as L2. Its gap is small since it has
# learned so little. Look at the validation score, never at the gap alone.
loss = scores["L2"][2] - scores["too_much_L2"][2]
share = gaps["too_much_L2"] / gaps["nothing"]
claim("Too much L2 nearly closes the gap, to a share of", share, at_most=0.2)
claim("Yet too much L2 costs test accuracy", loss, at_least=55, unit="points")

# %%
# Exercises
# ---------
#
# **1. Half.** The rate is 0.1, the strength of L2 is 0.05, and the data no
# longer pull at a weight. After how many steps is it at most half as large?
steps = ...

exercise("regularization/half").check(steps)

# %%
# **2. Patience.** From the validation losses of all epochs and the patience,
# return the best epoch and the last one trained, both counted from 1. Training
# ends once ``patience`` epochs in a row have not beaten the best, or at the end.


def stop_early(losses, patience):
    return ...  # your code


exercise("regularization/patience").check(stop_early)

# %%
# **3. Tame it.** ``X`` holds the powers 0 to 12 of 15 inputs (15 rows, 13
# columns), ``y`` noisy values of a curve. Return 13 weights. Over many training
# sets, their mean squared error on new points may be 0.25 at most.


def my_fit(X, y):
    return ...  # your code


exercise("regularization/tame").check(my_fit)

# %%
# What you saw
# ------------
#
# - A big network learns wrong labels by heart. Seven methods help, at a price.
# - Penalties buy less variance with more bias. L2 shrinks weights, L1 drops most.
# - Early stopping restores the best epoch. A small gap alone proves nothing.
#
# Read on
# -------
#
# - S. Geman, E. Bienenstock and R. Doursat (1992), `Neural networks and the
#   bias/variance dilemma <https://doi.org/10.1162/neco.1992.4.1.1>`_.
# - N. Srivastava et al. (2014), `Dropout
#   <https://jmlr.org/papers/v15/srivastava14a.html>`_: with max-norm, too.
# - C. Zhang et al. (2017), `Understanding deep learning requires rethinking
#   generalization <https://arxiv.org/abs/1611.03530>`_: random labels, learned.
