"""
Neural networks and the anatomy of a neuron
===========================================

An artificial neuron weighs its inputs, adds them up and bends the sum. Side
by side, neurons make a layer; one behind the other, layers make a network.
This lab takes both apart, down to the last number.

You will learn

- what the artificial neuron borrowed from the living one;
- what its weights, its bias and its activation do to the answer;
- how to compute a whole network by hand and count its parameters;
- what hidden layers find, and how the output layer decides.
"""
# sphinx_gallery_tags = ["first steps", "neuron", "weights", "layers", "classification", "NumPy", "Sequential", "Functional", "custom layer"]
# sphinx_gallery_minutes = 45
# sphinx_gallery_requires = ["what_is_deep_learning"]
# sphinx_gallery_thumbnail_number = 1

# %%
# The idea
# --------
#
# A nerve cell collects signals at its *dendrites*. Where another cell touches
# it, at a *synapse*, a signal counts more or less. The *cell body* adds up
# what arrives. If it is enough, a signal goes down the *axon* to other cells.
#
# The artificial neuron keeps three things. Its inputs :math:`x_1, \dots, x_n` have
# *weights* :math:`w_1, \dots, w_n` that say how much each counts. A *bias*
# :math:`b` says how ready it is without any input. And an *activation*
# :math:`f` bends the sum :math:`z` into the output :math:`y`:
#
# .. math::
#
#    z = w_1 x_1 + \dots + w_n x_n + b, \qquad y = f(z)
#
# It leaves out timing, chemistry and growth: a network is no brain.
import itertools

import matplotlib.pyplot as plt
import numpy as np

from dlkeras import live
from dlkeras.visualization import draw_network, draw_neurons, plot_decision, show_images
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

draw_neurons().suptitle("Many inputs, one sum, one output")
plt.show()

# %%
# From scratch
# ------------
#
# In NumPy a neuron is two lines. Its activation here is the *sigmoid*, a
# curve that rises from 0 to 1 and passes one half where :math:`z = 0`.


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def neuron(x, w, b):
    return sigmoid(x @ w + b)  # (samples, inputs) @ (inputs,) -> (samples,)


x, w, b = np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 0.25]), 1.0
print("sum + b:", np.sum(w * x) + b, " output:", round(float(neuron(x, w, b)), 4))

# %%
# What does the weight do, and what the bias?
# -------------------------------------------
#
# With one input, the whole neuron is a curve, shaped by two numbers.
x = np.linspace(-6, 6, 1201)
changes = {
    "The weight sets how steep": [(0.5, 0), (1, 0), (4, 0), (-1, 0)],
    "The bias sets where": [(1, -2), (1, 0), (1, 2)],
}
fig, axes = plt.subplots(2, 1, figsize=(5.6, 5.4), sharex=True)
for ax, (title, pairs) in zip(axes, changes.items(), strict=True):
    for (w, b), style in zip(pairs, ("-", "--", "-.", ":"), strict=False):
        ax.plot(x, sigmoid(w * x + b), style, label=f"$w = {w},\\ b = {b}$")
    ax.set(title=title, xlabel="input x", ylabel="output y", yticks=[0, 0.5, 1])
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

at = x[np.argmin(np.abs(sigmoid(4 * x + 2) - 0.5))]
claim("Bias 2 moves a sigmoid of weight 4 to x", at, close_to=-0.5, tol=0, idea="3.2")

# %%
# In Keras
# --------
#
# Is this penguin a Gentoo? Bill depth and flipper length go in, one number
# between 0 and 1 comes out. Each is first scaled to mean 0 and standard
# deviation 1, so that long flippers do not outweigh bills.
#
# ``Dense(1)`` is one neuron, as a *Sequential* model a list with one layer.
# ``fit`` shows it the penguins again and again, and changes the weights so that
# the *loss*, the error, falls.
import keras
from keras import layers, ops

from dlkeras.callbacks import Progress
from dlkeras.datasets import load_penguins

penguins = load_penguins()
(x_train, y_train), (x_test, y_test) = penguins
mean, std = x_train.mean(axis=0), x_train.std(axis=0)
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
gentoo = penguins.class_names.index("Gentoo")
two_train, two_test = x_train[:, 1:3], x_test[:, 1:3]  # bill depth, flipper length

model = keras.Sequential([keras.Input((2,)), layers.Dense(1, activation="sigmoid")])
model.compile(keras.optimizers.SGD(0.5), "binary_crossentropy", metrics=["accuracy"])
is_gentoo, bar = (y_train == gentoo).astype("float32"), Progress()
model.fit(two_train, is_gentoo, batch_size=16, epochs=10, verbose=0, callbacks=[bar])

answers = ops.convert_to_numpy(model(two_test))  # (samples, 1)
right = np.mean((answers[:, 0] > 0.5) == (y_test == gentoo))
claim("One neuron tells Gentoos from other penguins", right, at_least=1, idea="3.1")

# %%
# Now train it by hand. Turn a weight to 0 and past it: which way does the border
# turn? Can the bias alone repair what a wrong weight has spoiled?
names = ["bill depth (standardized)", "flipper length (standardized)"]
live.neuron(*model.get_weights(), two_train, is_gentoo, names, ["other", "Gentoo"])

# %%
# With the same weights, our two lines must answer as ``Dense(1)`` does. So must a
# *custom layer*, ours or the one in ``dlkeras``: it makes its weights in ``build``
# and uses them in ``call``. Both go into a model the *Functional* way, where a
# layer is called on its input like a function.
from dlkeras.layers import Neuron as LibraryNeuron


class Neuron(layers.Layer):
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], 1))
        self.b = self.add_weight(shape=(1,), initializer="zeros")

    def call(self, x):
        return ops.sigmoid(ops.matmul(x, self.w) + self.b)  # (samples, 1)


inputs = keras.Input((2,))
twins = keras.Model(inputs, [Neuron()(inputs), LibraryNeuron()(inputs)])
twins.set_weights(2 * model.get_weights())  # w: (2, 1), b: (1,), for each
by_hand = neuron(two_test, *model.get_weights())
both = map(ops.convert_to_numpy, twins(two_test))
gap = np.ptp([by_hand, answers, *both], axis=0).max()
claim("NumPy, Dense(1) and custom layers agree within", gap, at_most=1e-6, idea="2.2")

# %%
# From a neuron to a network
# --------------------------
#
# Several neurons that read the same inputs are a *layer*. Their weights are the
# columns of a matrix :math:`W`, so the whole layer is one line:
# :math:`a = f(x W + b)`. The next layer reads :math:`a` as its input. Layers
# between input and output are *hidden*. Three species need three output neurons;
# their activation, *softmax*, turns the scores into probabilities that sum to 1.
inputs = keras.Input((4,), name="measurements")
hidden = layers.Dense(5, activation="sigmoid", name="hidden")(inputs)
outputs = layers.Dense(3, activation="softmax", name="species")(hidden)
model = keras.Model(inputs, outputs, name="penguins")


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def forward(x, weights):
    """What each layer passes on, the input first."""
    W1, b1, W2, b2 = weights  # (4, 5), (5,), (5, 3), (3,)
    a1 = sigmoid(x @ W1 + b1)  # (samples, 5)
    a2 = softmax(a1 @ W2 + b2)  # (samples, 3)
    return x, a1, a2


# %%
# How many numbers is that? Each neuron has a weight for every input and one
# bias. So a layer with :math:`n` inputs and :math:`m` neurons has
# :math:`(n + 1)\,m` *parameters*. Does that hold for networks of random size?
misses, random = [], rng.integers(1, 60, 6).tolist()
for sizes in ([4, 5, 3], random[:2], random):
    formula = sum((n + 1) * m for n, m in itertools.pairwise(sizes))
    stack = [keras.Input((sizes[0],)), *map(layers.Dense, sizes[1:])]
    misses.append(abs(formula - keras.Sequential(stack).count_params()))
    print(f"{'-'.join(map(str, sizes)):>17}: {formula:6,} parameters")
claim("A layer has (inputs + 1) × neurons parameters, off by", max(misses), at_most=0)

# %%
# What does learning change?
# --------------------------
#
# The network starts with random weights. Training changes them alone: the
# forward pass stays the same formula.
loss = "sparse_categorical_crossentropy"
model.compile(keras.optimizers.Adam(0.1), loss, metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=16, epochs=15, verbose=0, callbacks=[bar])
trained = model.get_weights()

probabilities = forward(x_test, trained)[-1]
gap = np.abs(probabilities - ops.convert_to_numpy(model(x_test))).max()
claim("A forward pass by hand agrees with Keras within", gap, at_most=1e-6, idea="2.1")

# %%
# Here is a Gentoo on its way through the trained network. Each node shows what it
# passes on. Orange lines speak for what they lead to, blue ones against it.
bird = np.flatnonzero(y_test == gentoo)[:1]
names = [name.replace("_", " ") for name in penguins.feature_names]
values, (W1, _, W2, _) = forward(x_test[bird], trained), trained
fig, ax = plt.subplots(figsize=(5.6, 3.6))
draw_network(
    [W1, W2], input_names=names, output_names=penguins.class_names, values=values, ax=ax
)
ax.set_title("A Gentoo on its way through the network")
plt.show()

# %%
# Was it the training, or would any weights do? We try 200 random sets.
weights = [[rng.normal(size=array.shape) for array in trained] for _ in range(200)]
names = [forward(x_test, w)[-1].argmax(axis=1) for w in (trained, *weights)]
learned, *random = 100 * np.mean(np.array(names) == y_test, axis=1)
gain = learned - np.mean(random)
claim("Training beats random weights by", gain, at_least=60, unit="points", idea="2.4")

# %%
# Does a heavy connection count more?
# -----------------------------------
#
# We cut each connection in turn by setting its weight to 0, and look how far the
# probabilities move. Then we rank the weights by size and by this effect. The
# *rank correlation* is 1 for equal orders, near 0 for unrelated ones.
strength, effect = [], []
for matrix in (W1, W2):
    for cut in np.ndindex(matrix.shape):
        kept, matrix[cut] = matrix[cut], 0
        change = np.abs(forward(x_test, trained)[-1] - probabilities)
        matrix[cut] = kept
        effect.append(change.max(axis=1).mean())
        strength.append(abs(kept))
ranks = [np.argsort(np.argsort(values)) for values in (strength, effect)]
agreement = np.corrcoef(ranks)[0, 1]
claim("Size and effect of weights correlate by", agreement, at_least=0.5, idea="2.3")

# %%
# What can a network do that one neuron cannot?
# ---------------------------------------------
#
# One neuron splits its inputs by a straight line. Of two rings, one in the other,
# it gets at most two thirds right. Can two hidden layers of four neurons do more?
# We train three such networks and one without hidden activations, as outputs of
# one model. Starts can get stuck: we draw the best, and judge by the median.
from dlkeras.datasets import make_circles

x_rings, y_rings = make_circles(3000, noise=0.1, seed=seed)
x_new, y_new = make_circles(1000, noise=0.1, seed=seed + 1000)

inputs = keras.Input((2,))
networks = []  # the three layers' answers, for each network
for activation in (*3 * ["sigmoid"], None):
    steps = [inputs]
    for units, bend in ((4, activation), (4, activation), (1, "sigmoid")):
        start = keras.initializers.RandomNormal(stddev=1.0)
        steps.append(layers.Dense(units, bend, kernel_initializer=start)(steps[-1]))
    networks.append(steps[1:])
four = keras.Model(inputs, layers.Concatenate()([steps[-1] for steps in networks]))
four.compile(keras.optimizers.Adam(0.1), "binary_crossentropy")
four.fit(x_rings, np.tile(y_rings[:, None], 4), batch_size=50, epochs=8, verbose=0)

answers = ops.convert_to_numpy(four(x_new))  # (samples, 4)
right = np.mean((answers > 0.5) == y_new[:, None], axis=0)
best, typical = right[:3].argmax(), np.median(right[:3])
fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.5), sharey=True)
for ax, i, title in zip(axes, (best, 3), ("with activation", "without"), strict=True):
    one = lambda x, i=i: ops.convert_to_numpy(four(x))[:, i]  # noqa: E731
    plot_decision(one, x_rings[:300], y_rings[:300], size=14, ax=ax)
    ax.set(title=title, xlabel="$x_1$", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
axes[0].set_ylabel("$x_2$")
fig.suptitle("Only bent neurons close a ring")
plt.show()

claim("Nine neurons in three layers part two rings", typical, at_least=0.97, idea="2.5")
claim("Without activations nine neurons are a line", right[3], at_most=0.66, idea="3.3")

# %%
# What does each layer find?
# --------------------------
#
# Here is what every neuron of the best network answers to every point of the
# plane, one layer a row: edges, edges joined to shapes, shapes to an answer.
inside = keras.Model(inputs, networks[:3])
side = np.linspace(-1.4, 1.4, 80)
plane = np.stack(np.meshgrid(side, -side), axis=-1).reshape(-1, 2)
levels = [ops.convert_to_numpy(a) for a in inside(plane)[best]]  # layer by layer
answers = np.hstack(levels).T.reshape(-1, 80, 80)  # of 4 + 4 + 1 neurons
show_images(answers, columns=4, suptitle="Edges, then shapes, then the answer")
plt.show()

# %%
# How much does a layer know? Of the variance of its answers, which share lies
# between the rings? It is 0 if both get the same answers on average, and 1 if
# all points of a ring get the same.
shares = np.zeros((3, 3))  # networks, layers
for i, network in enumerate(inside(x_new)):
    for j, answers in enumerate(map(ops.convert_to_numpy, network)):  # layer by layer
        means = np.stack([answers[y_new == ring].mean(axis=0) for ring in (0, 1)])
        shares[i, j] = means.var(axis=0).sum() / answers.var(axis=0).sum()
first, second, _ = shares.mean(axis=0)
claim("The second layer parts rings more, by", second - first, at_least=0.3, idea="3.4")

# %%
# Who decides?
# ------------
#
# Back to the penguins. We leave the hidden layer as it is and move a single
# number of the output layer: the bias of the neuron for Chinstrap.
named = []  # share of the penguins that is called Chinstrap
for move in (-20, 0, 20):
    moved = forward(x_test, (*trained[:3], trained[3] + [0, move, 0]))[-1]
    named.append(100 * np.mean(moved.argmax(axis=1) == 1))
    print(f"bias {move:+3d}: {named[-1]:3.0f} % of the penguins are named Chinstrap")
share = max(named) - min(named)
claim("One output bias can rename penguins", share, at_least=100, unit="%", idea="3.5")

# %%
# When it goes wrong: the bias left out
# -------------------------------------
#
# With ``Dense(1, use_bias=False)``, :math:`z = 0` only where :math:`x = 0`: there
# alone can the neuron change its mind. No penguin has a flipper of 0 mm.
flippers = penguins.x_train[:, [2]]  # (samples, 1), in mm
mm = np.linspace(0, 250, 300)
fig, ax = plt.subplots()
ax.plot(mm, sigmoid(np.outer(mm, [-0.05, -0.01, 0.01, 0.05])), "--", color="#2A7FB0")
ax.plot(mm, sigmoid(0.2 * (mm - flippers.mean())), color="black")
ax.plot(flippers, is_gentoo, "o", color="#D55E00", alpha=0.4)
ax.text(60, 0.55, "four weights, no bias", color="#2A7FB0")
ax.text(218, 0.6, "with\na bias")
ax.set(xlabel="flipper length (mm)", ylabel="Gentoo?", yticks=[0, 0.5, 1])
ax.set_title("Without a bias the neuron cannot move")
plt.show()

yes = sigmoid(flippers * np.linspace(-1, 1, 200)) > 0.5  # (penguins, weights)
stuck = np.sum(np.ptp(yes.astype(int), axis=0) == 0)  # one answer for all
text = "Of 200 weights without a bias, this many answer all penguins alike"
claim(text, stuck, at_least=200)

# %%
# Exercises
# ---------
#
# **1. Count.** A network reads 30 measurements of a tumor. It has hidden layers
# of 16 and 8 neurons, and 2 outputs. How many parameters has it?
count = ...

exercise("neural_networks/parameters").check(count)

# %%
# **2. Any network.** Write the forward pass of a network of any depth, with
# the sigmoid in every layer. ``weights`` is a list of pairs ``(W, b)``.


def my_forward(x, weights):
    return ...  # your code


exercise("neural_networks/forward").check(my_forward)

# %%
# **3. A bump.** Build a network by hand: one input, two hidden neurons, one
# output, all with the sigmoid. It must answer more than 0.5 for inputs from
# 1.2 to 1.8, and less than 0.5 below 0.8 and above 2.2. Give it as
# ``[(W1, b1), (W2, b2)]``. Where does a neuron with weight :math:`w` and bias
# :math:`b` cross one half?
bump = ...

exercise("neural_networks/bump").check(bump)

# %%
# What you saw
# ------------
#
# - A neuron is a weighted sum and a bend, in NumPy as in ``Dense(1)``.
# - A network is neurons in layers. Learning changes its weights, nothing else.
# - First layers find edges, later ones join them, the output layer decides.
#
# Read on
# -------
#
# - W. S. McCulloch and W. Pitts (1943),
#   `A logical calculus of the ideas immanent in nervous activity
#   <https://doi.org/10.1007/BF02478259>`_: the first artificial neuron.
