"""
Hyperparameter tuning
=====================

Training finds the weights. What it does not find, such as the learning rate, you
choose: here with four ways of searching, each judged by what it costs.

You will learn

- why rates are searched on a logarithmic scale;
- when random trials beat a grid;
- how a search learns from its own trials, or stops the weak ones early;
- why the best score of a search promises too much;
- how to spread one search over several processes or machines.
"""
# sphinx_gallery_tags = ["core", "hyperparameters", "random search", "bayesian optimization", "hyperband", "classification", "images", "NumPy", "Sequential", "Functional", "custom callback"]
# sphinx_gallery_minutes = 50
# sphinx_gallery_requires = ["optimization", "training_your_first_network"]
# sphinx_gallery_thumbnail_number = 4

# %%
# The idea
# --------
#
# A *hyperparameter* is a number that must stand before training begins: the learning
# rate, the width of a layer, the momentum. Each combination of them is a *trial*:
# train a network, look at its accuracy on validation images.
#
# A *grid* tries every combination of a few values. Nine trials on a grid of two
# hyperparameters try only three values of each. Nine *random* trials try nine. If
# only one of the two matters much, that is three times as much to learn from.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.visualization import plot_scores
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

grid = np.array(np.meshgrid([0.2, 0.5, 0.8], [0.2, 0.5, 0.8])).reshape(2, 9)
random = (np.array([rng.permutation(9) for _ in range(2)]) + 0.5) / 9
fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.3), sharey=True)
for ax, (x, y), title in zip(axes, (grid, random), ("3 rates", "9 rates"), strict=True):
    ax.plot(x, y, "o", color="#0072B2", markersize=9)
    ax.vlines(x, -0.09, 0, color="#D55E00", linewidth=4)
    ax.set(title=title, xlabel="learning rate", ylim=(-0.1, 1), xticks=[], yticks=[])
axes[0].set_ylabel("something unimportant")
fig.suptitle("Nine trials each, but not nine rates")
plt.show()

# %%
# From scratch: 195 trainings at once
# -----------------------------------
#
# To compare ways of searching, we let each search the same space many times. So the
# space is small: 13 learning rates, 5 widths and 3 momenta. We train a network at
# *every* combination, once. After that, a trial is a look at a table.
#
# The networks read handwritten digits, made smaller. ``@`` multiplies stacks of
# matrices, so all train side by side; a mask switches off what a narrow one lacks.
from dlkeras.datasets import load_mnist_5k

(x, y), (x_test, y_test) = load_mnist_5k()
x, x_test = (  # shrunk to 7 × 7 pixels
    np.float32(a.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49) / 255)
    for a in (x, x_test)
)
chosen = rng.permutation(len(x))[:2000]
(x_train, x_val), (y_train, y_val) = (np.split(a[chosen], 2) for a in (x, y))

EPOCHS = 9
rates = [float(f"{rate:.2g}") for rate in np.geomspace(0.01, 100, 13)]
widths, momenta = [4, 8, 16, 32, 64], [0.0, 0.5, 0.9]
space = np.array([(r, w, m) for r in rates for w in widths for m in momenta])

rate, width, momentum = np.float32(space).T[:, :, None, None]  # (networks, 1, 1)
used = np.arange(64) < width  # (networks, 1, units)
W1, W2 = rng.normal(size=(195, 49, 64)) / 5, rng.normal(size=(195, 64, 10))
at_start = W1, np.zeros((195, 1, 64)), W2 / width**0.5, np.zeros((195, 1, 10))
weights = [np.float32(w) for w in at_start]
speeds = [np.zeros_like(w) for w in weights]


def forward(x):
    a = np.maximum(x @ weights[0] + weights[1], 0) * used  # (networks, images, 64)
    return a, a @ weights[2] + weights[3]


def train_step(x, y):
    a, z = forward(x)
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    dz = (p - np.eye(10, dtype="float32")[y]) / len(x)
    da = dz @ weights[2].mT * (a > 0)
    slopes = x.T @ da, da.sum(1, keepdims=True), a.mT @ dz, dz.sum(1, keepdims=True)
    for w, speed, slope in zip(weights, speeds, slopes, strict=True):
        speed *= momentum
        speed -= rate * slope
        w += speed


batches = [rng.permutation(1000).reshape(20, 50) for _ in range(EPOCHS)]
right = []  # on the validation images
with np.errstate(all="ignore"):  # the highest rates overflow
    for epoch in batches:
        for rows in epoch:
            train_step(x_train[rows], y_train[rows])
        right.append(forward(x_val)[1].argmax(axis=-1) == y_val)
    test_right = forward(x_test)[1].argmax(axis=-1) == y_test
table = 100 * np.array(right).mean(axis=-1).reshape(EPOCHS, 13, 5, 3)  # accuracy, %
print("worst, median and best (%):", np.quantile(table[-1], [0, 0.5, 1]).round(1))

# %%
# In Keras
# --------
#
# One of the 195, as a *Sequential* and as a *Functional* model. From the same
# weights, with the same batches in the same order, Keras must arrive where our
# row of the table did.
import keras
from keras import layers


def sequential(width):
    hidden = layers.Dense(width, "relu")
    return keras.Sequential([keras.Input((49,)), hidden, layers.Dense(10)])


def compiled(model, rate, momentum):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(rate, momentum=momentum)
    model.compile(optimizer, loss, metrics=["accuracy"])
    return model


row = 100
width = int(space[row, 1])
inputs = keras.Input((49,))
functional = keras.Model(inputs, layers.Dense(10)(layers.Dense(width, "relu")(inputs)))
order = np.concatenate(batches).ravel()  # all nine epochs as one
gaps, settings = [], {"batch_size": 50, "verbose": 0}
for model in (sequential(width), functional):
    W1, b1, W2, b2 = (w[row] for w in at_start)
    model.set_weights([W1[:, :width], b1[0, :width], W2[:width], b2[0]])
    compiled(model, *space[row, ::2])
    model.fit(x_train[order], y_train[order], shuffle=False, **settings)
    found = keras.ops.convert_to_numpy(model(x_val)).argmax(axis=-1)
    gaps.append(abs(100 * np.mean(found == y_val) - table[-1].ravel()[row]))
claim("Keras and NumPy train alike, up to", max(gaps), at_most=0.3, unit="points")

# %%
# KerasTuner needs a *hypermodel*: a class that builds a compiled model from the
# values it is given. An *oracle* chooses them. A *custom callback* ends trials that
# hardly learn. Three short ones at random:
import tempfile
import warnings

import keras_tuner as kt


class Perceptron(kt.HyperModel):
    def build(self, hp):
        rate = hp.Float("rate", rates[0], rates[-1], sampling="log")
        width = hp.Choice("width", widths)
        return compiled(sequential(width), rate, hp.Choice("momentum", momenta))


class Hopeless(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs):
        self.model.stop_training = logs["val_accuracy"] < 0.2


settings |= {"validation_data": (x_val, y_val), "callbacks": [Hopeless()]}
with tempfile.TemporaryDirectory() as place:
    tuner = kt.RandomSearch(Perceptron(), "val_accuracy", 3, seed=seed, directory=place)
    tuner.search(x_train, y_train, epochs=2, **settings)
    best = tuner.get_best_hyperparameters()[0].values
    print("the best of three:", {name: round(value, 3) for name, value in best.items()})

# %%
# Which scale for the rate?
# -------------------------
#
# Each line is one of the 195 networks, from its rate over its width and momentum to
# its accuracy. Good ones (dark) come from all widths and momenta, but only from the
# middle of the rates, where each is about twice the one before.
from dlkeras.visualization import plot_parallel

_, ax = plt.subplots(figsize=(5.6, 4.2))
columns = dict(zip(("rate", "width", "momentum"), space.T, strict=True))
plot_parallel(columns, table[-1].ravel(), label="accuracy", ax=ax)
ax.set_title("The learning rate decides")
plt.show()

# %%
# Draw rates evenly from the lowest to the highest, and nine in ten are above a tenth
# of the highest, where little learns. We draw eight random trials both ways, ten
# thousand times, and keep the best of each eight.
final, shape = table[-1], (10_000, 8)
others = [rng.integers(n, size=shape) for n in (5, 3)]  # a width and a momentum
even = rng.uniform(rates[0], rates[-1], size=(*shape, 1))
nearest = np.abs(np.log(even / rates)).argmin(axis=-1)
found = [final[i, *others].max(axis=1) for i in (rng.integers(13, size=shape), nearest)]
gain = found[0].mean() - found[1].mean()
claim("A log scale gains eight random trials", gain, at_least=45, unit="points")

# %%
# Grid or random?
# ---------------
#
# A grid of eight trials has two values of each hyperparameter; which two, somebody
# must guess. We compare all such grids, and grids of 27, with as many random trials.
import itertools


def grids(values):
    levels = (itertools.combinations(range(n), values) for n in (13, 5, 3))
    return [final[np.ix_(*chosen)].max() for chosen in itertools.product(*levels)]


bests = {}
for values in (2, 3):
    random = rng.choice(final.ravel(), size=(10_000, values**3)).max(axis=1)
    bests[f"{values**3} trials"] = [np.mean(grids(values)), np.mean(random)]
_, ax = plt.subplots()
plot_scores(bests, groups=("grid", "random"), ax=ax)
ax.set(xlabel="best accuracy found, mean (%)", title="A small grid wastes its trials")
plt.show()

few, many = (random - grid for grid, random in bests.values())
claim("With 8 trials, random search beats a grid by", few, at_least=8, unit="points")
share = 100 * many / few
claim("With 27 trials, random search keeps of its lead", share, at_most=45, unit="%")

# %%
# Can a search learn from its trials?
# -----------------------------------
#
# **Bayesian optimization** draws a curve through the scores seen so far, with its
# doubts, and tries where the curve or the doubt is high. **Hyperband** starts many
# trials, looks after a single epoch, and lets only the best third go on; then again.
#
# All three get 72 epochs, eight full trainings (Hyperband plans for three more). A
# *tuner* of our own looks up in our table what KerasTuner's oracles choose.
from keras_tuner import oracles


class Lookup(kt.Tuner):
    def run_trial(self, trial, **_):
        values = trial.hyperparameters.values
        epochs = values.get("tuner/epochs", EPOCHS)  # Hyperband's wish
        place = [options.index(values[name]) for name, options in choices.items()]
        score = table[epochs - 1, *place]
        self.spent.append(epochs - values.get("tuner/initial_epoch", 0))
        self.found.append(score)
        return {"accuracy": score}


choices = {"rate": rates, "width": widths, "momentum": momenta}
values = kt.HyperParameters()
for name, options in choices.items():
    values.Choice(name, options, ordered=True)
goal = kt.Objective("accuracy", "max")
searches = {
    "random": lambda **s: oracles.RandomSearchOracle(goal, 8, **s),
    "Bayesian": lambda **s: oracles.BayesianOptimizationOracle(goal, 8, 4, **s),
    "Hyperband": lambda **s: oracles.HyperbandOracle(goal, EPOCHS, 3, **s),
}


def search(kind, seed):
    """Best accuracy found after each epoch of the budget."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The optimal value")  # of the curve's fit
        oracle = searches[kind](seed=seed, hyperparameters=values)
        tuner = Lookup(oracle, lambda _: None, directory=folder)
        tuner.spent, tuner.found = [], []
        tuner.search(verbose=0)
    curve, epoch = np.full(72, 10.0), 0  # before a trial ends: guessing
    for cost, score in zip(tuner.spent, tuner.found, strict=True):
        epoch += cost
        curve[epoch - 1 :] = np.maximum(curve[epoch - 1 :], score)
    return curve


repeats = {"random": 40, "Bayesian": 4, "Hyperband": 40}  # Bayesian thinks longest
curves = {}
for kind, count in repeats.items():
    curves[kind] = np.array([search(kind, 1000 * seed + n) for n in range(count)])

fig, ax = plt.subplots(figsize=(5.6, 4.2))
for (kind, found), style in zip(curves.items(), ("-", ":", "--"), strict=True):
    low, middle, high = np.quantile(found, [0.25, 0.5, 0.75], axis=0)
    (line,) = ax.plot(range(1, 73), middle, style, label=kind)
    ax.fill_between(range(1, 73), low, high, color=line.get_color(), alpha=0.2)
ax.set(xlabel="epochs of training spent", ylabel="best accuracy so far (%)")
ax.set_title("Hyperband is there first")
ax.legend(loc="lower right")
plt.show()

by_random, _, by_hyperband = (found.mean(axis=0) for found in curves.values())
needed = 100 * (np.argmax(by_hyperband >= by_random[-1]) + 1) / 72
text = "Hyperband reaches random search's final accuracy in this part of the epochs"
claim(text, needed, at_most=70, unit="%")
for kind, found in curves.items():
    print(f"{kind:9}: {found[:, -1].mean():.1f} % on average after 72 epochs")

# %%
# When it goes wrong: too few images to choose by
# -----------------------------------------------
#
# The best of many scores is high by skill *and* by luck. We let 50, 200 or 1,000
# validation images choose among the 195 networks, and compare what they promised with
# the accuracy on test images.
by_test, too_much = 100 * test_right.mean(axis=1), {}
for count in (50, 200, 1000):
    chances = [rng.permutation(1000)[:count] for _ in range(100)]
    seen = [100 * right[-1][:, some].mean(axis=1) for some in chances]
    too_much[count] = np.mean([s.max() - by_test[s.argmax()] for s in seen])
    print(f"{count:4} validation images promise {too_much[count]:3.1f} points too much")
text = "Chosen by 50 images among 195, a network is promised better than it is, by"
claim(text, too_much[50], at_least=4, unit="points")
text = "Chosen by 1,000 images, it is promised better by far less: this part of it"
claim(text, 100 * too_much[1000] / too_much[50], at_most=40, unit="%")

# %%
# One search, many processes
# --------------------------
#
# Trials do not depend on each other, so they can be trained at the same time.
# KerasTuner has a *chief* for this, which asks the oracle what to try next, and
# *workers*, which ask the chief, train and report. This command starts a chief
# and two workers on your machine; each line it prints is a trial, and who ran it:
#
# ::
#
#     python -m dlkeras.tuning --workers 2 --trials 20
#
# The three talk through a network address. So they may as well run on three machines
# that share a folder; the command's ``--help`` says how. Random search wastes nothing
# by this. A search that learns from its trials learns later: two workers choose while
# neither knows how the other's trial ends.
#
# Exercises
# ---------
#
# **1. A logarithmic scale.** Return ``count`` values between ``low`` and ``high``, at
# random, so that each tenfold range gets as many as any other.


def log_uniform(low, high, count, rng):
    return ...  # your code


exercise("hyperparameter_tuning/log_uniform").check(log_uniform)

# %%
# **2. Successive halving.** ``score(trial, epochs)`` is the accuracy of a trial after
# so many epochs. Train all trials (a power of two) for one epoch, keep the better
# half, train those for twice as many, and so on until one is left. Return it.


def halving(trials, score):
    return ...  # your code


exercise("hyperparameter_tuning/halving").check(halving)

# %%
# **3. Your own search.** ``score(rate, width)`` trains a network and tells its
# accuracy. Call it at most 30 times, with rates from 0.0001 to 100 and whole widths from
# 1 to 256. Return the best pair, better on average than that of 30 random trials.


def my_search(score, rng):
    return ...  # your code


exercise("hyperparameter_tuning/own_search").check(my_search)

# %%
# What you saw
# ------------
#
# - Search rates on a log scale. Random trials beat a small grid.
# - Hyperband stops weak trials early and needs fewer epochs.
# - The best of many validation scores flatters. Judge the winner by new data.
#
# Read on
# -------
#
# - J. Bergstra and Y. Bengio (2012), `Random search
#   <https://jmlr.org/papers/v13/bergstra12a.html>`_.
# - L. Li and others (2018), `Hyperband <https://jmlr.org/papers/v18/16-558.html>`_.
# - J. Snoek and others (2012), `Practical Bayesian optimization
#   <https://arxiv.org/abs/1206.2944>`_.
