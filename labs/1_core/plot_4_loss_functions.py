"""
Loss functions
==============

A loss turns all errors of a network into one number, and training does nothing
but lower that number. Choose another loss, and the same data make another
network.

You will learn

- eleven losses, and what each charges for which error;
- the landscape that each of them makes of the same data;
- why one wild number bends a squared error, and what resists it;
- why classifiers learn by cross-entropy and not by squared error;
- to write a loss of your own, and use it on three outputs at once.
"""
# sphinx_gallery_tags = ["core", "losses", "regression", "classification", "outliers", "NumPy", "Sequential", "Functional", "custom loss"]
# sphinx_gallery_minutes = 50
# sphinx_gallery_requires = ["activation_functions"]
# sphinx_gallery_thumbnail_number = 3

# %%
# The idea
# --------
#
# A model predicts :math:`\hat y` where the truth is :math:`y`. Each sample has
# an error :math:`e = \hat y - y`. A loss says what an error costs, and takes
# the mean over the samples. The *mean squared error* (MSE) charges the area of
# a square, the *mean absolute error* (MAE) the length of a stick:
#
# .. math::
#
#    \text{MSE} = \frac{1}{n} \sum_i (\hat y_i - y_i)^2, \qquad
#    \text{MAE} = \frac{1}{n} \sum_i |\hat y_i - y_i|
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

points = np.array([[0.5, 1.9], [2, 1.4], [3.5, 3.2], [5.2, 5.6], [6.5, 4.1]])
fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.3), sharey=True)
for ax, name in zip(axes, ("squares", "sticks"), strict=True):
    ax.plot([0, 8], [1, 5], color="black")
    for x, y in points:
        line = 1 + 0.5 * x
        ax.plot([x, x], [y, line], color="#D55E00", lw=3)
        if name == "squares":
            side = abs(y - line)
            corner = (x, min(y, line))
            ax.add_patch(plt.Rectangle(corner, side, side, color="#D55E00", alpha=0.3))
    ax.plot(*points.T, "o", color="#0072B2", ms=8)
    ax.set(xlim=(0, 8.2), ylim=(0, 7), aspect="equal", xticks=[], yticks=[])
    ax.set(xlabel="input", title=f"{'MSE' if name == 'squares' else 'MAE'}: {name}")
axes[0].set_ylabel("target y")
fig.suptitle("A large error weighs more when squared")
plt.show()

# %%
# From scratch
# ------------
#
# Four losses for numbers. *Huber* is squared for small errors and straight for
# large ones. *Quantile* charges more on one side: with :math:`q = 0.9`, aiming
# too low costs nine times as much as aiming too high. All average over the
# outputs (the last axis), so that each sample gets one number.


def mse(y, y_hat):
    return np.mean((y_hat - y) ** 2, axis=-1)


def mae(y, y_hat):
    return np.mean(np.abs(y_hat - y), axis=-1)


def huber(y, y_hat, delta=1.0):
    e = np.abs(y_hat - y)
    return np.mean(np.where(e <= delta, e**2 / 2, delta * (e - delta / 2)), axis=-1)


def quantile(y, y_hat, q=0.9):
    e = y - y_hat  # above 0 where the prediction is too low
    return np.mean(np.maximum(q * e, (q - 1) * e), axis=-1)


y, y_hat = np.array([3.0, 5.0, 2.0]), np.array([2.0, 7.0, 5.0])
print("errors:", y_hat - y, "  MSE:", mse(y, y_hat).round(2), "  MAE:", mae(y, y_hat))
claim(
    "The errors −1, 2 and 3 are one number: the mean of 1, 4 and 9",
    mse(y, y_hat),
    close_to=14 / 3,
    tol=1e-12,
    idea="9.1",
)

# %%
# For classes, a model gives a probability :math:`p` for each. *Cross-entropy*
# charges :math:`-\log p` for the right class: nothing if :math:`p = 1`, without
# limit as :math:`p` goes to 0. It comes in three spellings, for yes or no
# (binary), for labels like (0, 1, 0) (categorical) and for class numbers
# (sparse). *Kullback–Leibler* divergence (KL) compares two whole
# distributions. *Focal* loss turns down what is nearly right already. *Hinge*
# takes classes −1 and 1 and a score :math:`z`, and wants :math:`y z \ge 1`.
# *Label smoothing* is no loss but a change of the labels: it takes a little
# from the right class and shares it among all.


def binary_crossentropy(y, p):
    return np.mean(-(y * np.log(p) + (1 - y) * np.log(1 - p)), axis=-1)


def categorical_crossentropy(y, p):
    return -np.sum(y * np.log(p), axis=-1)


def sparse_categorical_crossentropy(label, p):
    return -np.log(p[np.arange(len(p)), label])


def kl_divergence(y, p):
    y = np.maximum(y, 1e-7)  # 0 log 0 counts as 0
    return np.sum(y * np.log(y / p), axis=-1)


def focal(y, p, gamma=2.0):
    p_right = np.where(y == 1, p, 1 - p)
    return np.mean(-((1 - p_right) ** gamma) * np.log(p_right), axis=-1)


def hinge(y, z):
    return np.mean(np.maximum(0, 1 - y * z), axis=-1)


def smooth(y, amount=0.1):
    return (1 - amount) * y + amount / y.shape[-1]


# %%
# In Keras
# --------
#
# Ten of them are there by name. The quantile loss is not: it becomes our own
# class. ``call`` gives one loss for each sample; Keras takes the mean.
import keras
from keras import layers, ops

from dlkeras.losses import QuantileLoss as LibraryQuantileLoss


class QuantileLoss(keras.losses.Loss):
    def __init__(self, q, **kwargs):
        super().__init__(**kwargs)
        self.q = q

    def call(self, y, y_hat):
        e = y - y_hat
        return ops.mean(ops.maximum(self.q * e, (self.q - 1) * e), axis=-1)


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


y, z = rng.normal(size=(2, 50, 3)).astype("float32")  # targets and scores
p = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)  # each row has sum 1
label, yes = y.argmax(axis=-1), (y > 0).astype("float32")
one_hot, sign = np.eye(3, dtype="float32")[label], 2 * yes - 1
k = keras.losses
pairs = {
    "MSE": (mse(y, z), k.mean_squared_error(y, z)),
    "MAE": (mae(y, z), k.mean_absolute_error(y, z)),
    "Huber": (huber(y, z), k.huber(y, z)),
    "quantile": (quantile(y, z), QuantileLoss(0.9, reduction=None)(y, z)),
    "the library's": (quantile(y, z), LibraryQuantileLoss(0.9, reduction=None)(y, z)),
    "binary": (binary_crossentropy(yes, p), k.binary_crossentropy(yes, p)),
    "categorical": (
        categorical_crossentropy(one_hot, p),
        k.categorical_crossentropy(one_hot, p),
    ),
    "sparse": (
        sparse_categorical_crossentropy(label, p),
        k.sparse_categorical_crossentropy(label, p),
    ),
    "KL": (kl_divergence(p[::-1], p), k.kl_divergence(p[::-1], p)),
    "focal": (focal(yes, p), k.binary_focal_crossentropy(yes, p)),
    "hinge": (hinge(sign, z), k.hinge(sign, z)),
    "smoothing": (
        categorical_crossentropy(smooth(one_hot), p),
        k.categorical_crossentropy(one_hot, p, label_smoothing=0.1),
    ),
}
gaps = {
    n: np.abs(ours - ops.convert_to_numpy(t)).max() for n, (ours, t) in pairs.items()
}
claim("All losses in NumPy agree with Keras", max(gaps.values()), at_most=1e-5)

same = [pairs["categorical"][0], pairs["sparse"][0], kl_divergence(one_hot, p)]
gap = np.ptp(same, axis=0).max()
claim("On sure labels, categorical, sparse and KL are the same", gap, at_most=1e-5)

# %%
# What does each charge?
# ----------------------
#
# Left: the price of an error. Right: the price of a score :math:`z` where the
# answer is yes, :math:`p` being :math:`\sigma(z)`.
e = np.linspace(-3, 3, 121)[:, None]
z = np.linspace(-5, 5, 121)[:, None]
p = np.clip(sigmoid(z), 1e-9, 1 - 1e-9)
smoothed = binary_crossentropy(0.9, p)
charges = (
    (e, mse(0, e), "MSE", 1.25, 4.3),
    (e, mae(0, e), "MAE", -2.9, 3.2),
    (e, huber(0, e), "Huber", 1.2, 0.3),
    (e, quantile(0, e), "quantile", -2.9, 0.9),
    (z, binary_crossentropy(1.0, p), "cross-\nentropy", -4.4, 4.7),
    (z, mse(1, p), "squared", -4.8, 0.3),
    (z, hinge(1, z), "hinge", -2.0, 3.6),
    (z, focal(1, p), "focal", -1.6, -0.45),
    (z, smoothed, "smoothed", 1.4, 0.75),
)
looks = ["#0072B2", "#D55E00", "#009E73", "#B0578D", "black"]
fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.9), sharey=True)
for i, (x, loss, name, place, height) in enumerate(charges):
    ax, color = axes[int(i > 3)], looks[i % 4 if i < 4 else i - 4]
    line = ["-", "--", "-.", ":", (0, (5, 1, 1, 1))][i if i < 4 else i - 4]
    ax.plot(x, loss, color=color, ls=line)
    ax.text(place, height, name, color=color, fontsize=12)
axes[0].set(xlabel="error ŷ − y", ylabel="loss", ylim=(-0.6, 5.6))
axes[1].set(xlabel="score z (truth: yes)")
fig.suptitle("Each loss has its own idea of bad")
plt.show()

best = p[smoothed.argmin(), 0]
claim(
    "With 0.2 taken off and shared by two classes, the best answer is no longer 1",
    best,
    close_to=0.9,
    tol=0.01,
)

# %%
# Which landscape does it make?
# -----------------------------
#
# A model with two weights, :math:`w` and :math:`b`, is a point on a map, and
# the loss is the height there. Training walks downhill. Four maps for a line
# :math:`w x + b` through 40 points, five of them wild; five for a classifier
# :math:`\sigma(w x + b)`. The cross marks the lowest point of each map, the
# ring the weights that made the points.
x = rng.normal(size=40)
w, b = (
    grid[..., None]
    for grid in np.meshgrid(np.linspace(-6, 6, 81), np.linspace(-6, 6, 81))
)
z = w * x + b  # (81, 81, 40): the score of every point on every place of the map
p = np.clip(sigmoid(z), 1e-9, 1 - 1e-9)

y = 2 * x - 1 + 0.5 * rng.normal(size=40)
y[np.argsort(x)[-5:]] = -15  # five wild numbers at the right end
yes = (sigmoid(2 * x - 1) > rng.uniform(size=40)).astype(float)
maps = {
    "MSE": mse(y, z),
    "MAE": mae(y, z),
    "Huber": huber(y, z),
    "quantile 0.9": quantile(y, z),
    "cross-entropy": binary_crossentropy(yes, p),
    "squared": mse(yes, p),
    "hinge": hinge(2 * yes - 1, z),
    "focal": focal(yes, p),
    "smoothed": binary_crossentropy(0.8 * yes + 0.1, p),
}
fig, axes = plt.subplots(3, 3, figsize=(5.6, 6.0), sharex=True, sharey=True)
lowest = {}
for ax, (name, height) in zip(axes.flat, maps.items(), strict=True):
    row, column = np.unravel_index(height.argmin(), height.shape)
    lowest[name] = np.array([w[row, column, 0], b[row, column, 0]])
    levels = np.unique(np.quantile(height, np.linspace(0, 1, 13)))
    ax.contourf(w[..., 0], b[..., 0], height, levels=levels, cmap="viridis")
    ax.plot(2, -1, "o", ms=10, mfc="none", mec="white", mew=2)
    ax.plot(*lowest[name], "x", ms=9, mew=3, color="#FF4B00")
    ax.set_title(name, fontsize=12)
axes[2, 1].set_xlabel("weight w")
axes[1, 0].set_ylabel("bias b")
fig.suptitle("Nine losses, nine landscapes")
plt.show()

distance = {name: np.linalg.norm(place - [2, -1]) for name, place in lowest.items()}
claim(
    "Wild numbers move the lowest point of MSE further than that of MAE",
    distance["MSE"] / max(distance["MAE"], 0.15),  # 0.15: one step of the map
    at_least=5,
    unit="times",
)

# %%
# The classifiers' maps are all valleys but one. Squared error is flat on the
# far side, where the answer is surely wrong: downhill is hard to find there.
#
# What does a slipped decimal point do?
# -------------------------------------
#
# Real cars: their weight, and how many miles they go on a gallon. In one of
# ten training cars we let the decimal point slip, so that 26.5 becomes 265.
# The same Sequential model learns from them with three losses; a fourth run,
# with MSE on the true numbers, shows what would be possible. The test cars are
# untouched.
from dlkeras.datasets import load_auto_mpg

(x_train, y_train), (x_test, y_test) = load_auto_mpg().select(features=["weight"])
mean, std = x_train.mean(), x_train.std()
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
wild = rng.choice(len(y_train), len(y_train) // 10, replace=False)
y_wild = y_train.copy()
y_wild[wild] *= 10

runs = {
    "MSE": ("mse", y_wild),
    "MAE": ("mae", y_wild),
    "Huber": (keras.losses.Huber(delta=0.3), y_wild),
    "MSE, true numbers": ("mse", y_train),
}
off = {}
line = np.linspace(x_train.min(), x_train.max(), 50)[:, None]
fig, ax = plt.subplots(figsize=(5.6, 4.0))
ax.plot(x_train * std + mean, y_train, ".", color="#999999")
for i, (name, (loss, y)) in enumerate(runs.items()):
    hidden = layers.Dense(16, activation="tanh")
    model = keras.Sequential([keras.Input((1,)), hidden, layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.02), loss)
    model.fit(x_train, y[:, None] / 10, batch_size=16, epochs=20, verbose=0)
    off[name] = np.abs(10 * model.predict(x_test, verbose=0)[:, 0] - y_test).mean()
    curve = 10 * ops.convert_to_numpy(model(line))[:, 0]
    ax.plot(line * std + mean, curve, color=looks[i], ls=["-", "--", "-.", ":"][i])
    print(f"{name:>17}: off by {off[name]:4.1f} miles per gallon on new cars")
ax.text(3600, 36, "MSE", color=looks[0])
ax.text(4400, 21, "MAE, Huber and\nMSE on the\ntrue numbers")
ax.set(
    xlabel="weight (pounds)",
    ylabel="miles per gallon",
    ylim=(5, 75),
    title="Wild numbers bend MSE, not MAE or Huber",
)
plt.show()

claim(
    "With one wild target in ten, MSE errs more on new cars than MAE or Huber",
    off["MSE"] / max(off["MAE"], off["Huber"]),
    at_least=2.5,
    unit="times",
)
claim(
    "MAE and Huber stay near what MSE reaches on the true numbers",
    max(off["MAE"], off["Huber"]) / off["MSE, true numbers"],
    at_most=1.25,
    unit="times its error",
)

# %%
# How far can a prediction be off?
# --------------------------------
#
# One number hides how sure it is. Three quantiles tell: a Functional model
# with three outputs, each with our loss and its own :math:`q`. Between the
# first and the last, 8 of 10 cars should lie.
inputs = keras.Input((1,))
hidden = layers.Dense(16, activation="tanh")(inputs)
quantiles = (0.1, 0.5, 0.9)
model = keras.Model(inputs, [layers.Dense(1)(hidden) for _ in quantiles])
model.compile(keras.optimizers.Adam(0.02), [QuantileLoss(q) for q in quantiles])
target = y_train[:, None] / 10
model.fit(x_train, [target] * 3, batch_size=16, epochs=20, verbose=0)

low, middle, high = (10 * ops.convert_to_numpy(a)[:, 0] for a in model(line))
fig, ax = plt.subplots()
ax.plot(x_test * std + mean, y_test, "o", color="#D55E00", ms=4)
weight = line[:, 0] * std + mean
ax.fill_between(weight, low, high, color="#0072B2", alpha=0.2)
ax.plot(weight, middle, color="#0072B2")
ax.text(3700, 30, "8 of 10 should\nlie in the band", color="#0072B2")
ax.set(
    xlabel="weight (pounds)",
    ylabel="miles per gallon",
    title="Quantiles say how sure the model is",
)
plt.show()

low, _, high = (10 * ops.convert_to_numpy(a)[:, 0] for a in model(x_test))
inside = np.mean((low <= y_test) & (y_test <= high))
claim("Of new cars, this share lies in the band", inside, close_to=0.8, tol=0.12)

# %%
# Why not squared error for classes?
# ----------------------------------
#
# Let the truth be yes. How hard does each loss push on the score :math:`z`?
# The slope of cross-entropy is :math:`p - 1`: the more wrong, the harder. The
# slope of :math:`(1 - p)^2` has a factor :math:`p (1 - p)` more, which
# vanishes when a model is surely wrong, just where help is needed.
from dlkeras.utils import value_and_gradients

z = keras.Variable(np.linspace(-10, 4, 15)[:, None].astype("float32"))
pushes = {}
for name, loss in {
    "cross-entropy": lambda: ops.sum(ops.softplus(-z)),  # −log σ(z)
    "squared": lambda: ops.sum((1 - ops.sigmoid(z)) ** 2),
}.items():
    pushes[name] = np.abs(value_and_gradients(loss, [z])[1][0][:, 0])
claim(
    "At a score of −10 for a yes, cross-entropy pushes harder than squared error",
    pushes["cross-entropy"][0] / pushes["squared"][0],
    at_least=10000,
    unit="times",
)

# %%
# Does it matter in training? A classifier of tumors starts surely wrong: its
# bias is such that it takes every tumor for benign.
from dlkeras.datasets import load_breast_cancer

(x_train, y_train), (x_test, y_test) = load_breast_cancer()
y_train, y_test = 1 - y_train, 1 - y_test  # 1 is malignant
mean, std = x_train.mean(axis=0), x_train.std(axis=0)
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std

fig, axes = plt.subplots(2, 1, figsize=(5.6, 5.6))
accuracy = {}
for name, loss, color, style in (
    ("cross-entropy", "binary_crossentropy", "#0072B2", "o-"),
    ("squared", "mse", "#D55E00", "s--"),
):
    sure_no = keras.initializers.Constant(-10.0)
    output = layers.Dense(
        1, "sigmoid", kernel_initializer="zeros", bias_initializer=sure_no
    )
    model = keras.Sequential([keras.Input((30,)), output])
    model.compile(keras.optimizers.SGD(0.5), loss, metrics=["accuracy"])
    history = model.fit(x_train, y_train[:, None], batch_size=32, epochs=15, verbose=0)
    accuracy[name] = 100 * np.array(history.history["accuracy"])
    axes[0].plot(np.linspace(-10, 4, 15), pushes[name], style, color=color)
    axes[1].plot(range(1, 16), accuracy[name], style, color=color)
    axes[1].text(15, accuracy[name][-1] - 9, name, color=color, ha="right")
axes[0].set(xlabel="score z (truth: yes)", ylabel="push on z")
axes[1].set(xlabel="epoch", ylabel="accuracy (%)", ylim=(0, 104))
fig.suptitle("Squared error gives up where it is wrong")
plt.show()

claim(
    "From a surely wrong start, cross-entropy ends ahead of squared error",
    accuracy["cross-entropy"][-1] - accuracy["squared"][-1],
    at_least=20,
    unit="points",
)

# %%
# When it goes wrong: softmax twice
# ---------------------------------
#
# Cross-entropy takes probabilities, or raw scores if you say
# ``from_logits=True`` (*logits* are scores). Say it to a model that ends in a
# softmax, and softmax is taken twice, without any error message. Even a
# perfect answer then keeps a loss, and the gradient pushes on:
perfect = np.eye(10, dtype="float32")  # probability 1 for the right one of ten
label = np.arange(10)
for from_logits in (False, True):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    print(
        f"from_logits={from_logits}: loss of a perfect answer {float(loss(label, perfect)):.3f}"
    )
claim(
    "With softmax taken twice, not even a perfect answer of ten gets below",
    float(loss(label, perfect)),
    close_to=np.log(np.e + 9) - 1,
    tol=1e-5,
)

# %%
# Exercises
# ---------
#
# **1. The best constant.** A model may answer one number only, whatever the
# input. The targets are 1, 2, 3, 4 and 100. Which number has the lowest MSE,
# which the lowest MAE, and which the lowest quantile loss with
# :math:`q = 0.75`? Give the three as a tuple.
constants = ...

exercise("loss_functions/constants").check(constants)

# %%
# **2. Huber.** Write the loss of each error in an array: squared and halved up
# to ``delta``, straight beyond, without a jump or a kink between.


def my_huber(e, delta):
    return ...  # your code


exercise("loss_functions/huber").check(my_huber)

# %%
# **3. A class of your own.** A missed tumor is worse than a false alarm. Write
# binary cross-entropy in which a sample of class 1 counts ``weight`` times, and
# one of class 0 once. ``call`` gets arrays of shape ``(batch, 1)``, and gives
# losses of shape ``(batch,)``.


class WeightedCrossentropy(keras.losses.Loss):
    def __init__(self, weight):
        super().__init__()
        self.weight = weight

    def call(self, y, p):
        return ...  # your code


exercise("loss_functions/weighted").check(WeightedCrossentropy)

# %%
# **4. The best of both.** MAE resists wild numbers, but on clean ones it needs
# more data than MSE for the same precision. Invent a loss of an array of
# errors that does well at both, and is not Huber's. The checker fits constants
# to many samples, clean and spoiled, and compares.


def my_loss(e):
    return ...  # your code


exercise("loss_functions/your_own").check(my_loss)

# %%
# What you saw
# ------------
#
# - A loss is the error in one number, and the map on which training walks: nine
#   losses made nine maps of the same weights.
# - Squares are bent by a few wild numbers, sticks and Huber are not; quantiles
#   tell how sure a prediction is.
# - Cross-entropy pushes hardest where a classifier is surely wrong, and squared
#   error hardly at all.
#
# Read on
# -------
#
# - P. J. Huber (1964), `Robust estimation of a location parameter
#   <https://doi.org/10.1214/aoms/1177703732>`_, Annals of Mathematical
#   Statistics.
# - R. Koenker and G. Bassett (1978), `Regression quantiles
#   <https://doi.org/10.2307/1913643>`_, Econometrica.
# - C. Szegedy and others (2016), `Rethinking the Inception architecture
#   <https://arxiv.org/abs/1512.00567>`_, CVPR: label smoothing.
# - T.-Y. Lin and others (2017), `Focal loss for dense object detection
#   <https://arxiv.org/abs/1708.02002>`_, ICCV.
# - J. R. Quinlan (1993), `Combining instance-based and model-based learning
#   <https://doi.org/10.24432/C5859H>`_: the cars.
