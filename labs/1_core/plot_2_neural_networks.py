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
# The artificial neuron keeps three things of this. Its inputs
# :math:`x_1, \dots, x_n` have *weights* :math:`w_1, \dots, w_n` that say how
# much each counts. A *bias* :math:`b` says how ready it is without any input.
# And an *activation* :math:`f` bends the sum :math:`z` into the output
# :math:`y`:
#
# .. math::
#
#    z = w_1 x_1 + \dots + w_n x_n + b, \qquad y = f(z)
#
# It leaves out the rest: timing, chemistry, growth. A network is no brain.
import itertools

import matplotlib.pyplot as plt
import numpy as np

from dlkeras.visualization import draw_neurons
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

# With a weight of 4, where does the curve pass one half?
middle = x[np.argmin(np.abs(sigmoid(4 * x + 2) - 0.5))]
claim("A bias of 2 moves its middle to", middle, close_to=-0.5, tol=0.01, idea="3.2")

# %%
# In Keras
# --------
#
# Is this penguin a Gentoo? Four measurements go in, one number between 0 and
# 1 comes out. Each measurement is first scaled to mean 0 and standard
# deviation 1, so that grams do not outweigh millimeters.
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

model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
is_gentoo, bar = (y_train == gentoo).astype("float32"), Progress()
model.fit(x_train, is_gentoo, batch_size=16, epochs=10, verbose=0, callbacks=[bar])

answers = model.predict_on_batch(x_test)  # (samples, 1)
right = np.mean((answers[:, 0] > 0.5) == (y_test == gentoo))
claim("One neuron answers: Gentoo or not", right, at_least=0.98, idea="3.1")

# %%
# With the same weights, our two lines must answer as ``Dense(1)`` does. So must
# a *custom layer*: a class that makes its weights in ``build`` and uses them in
# ``call``. Later labs take it from ``dlkeras``. Both versions go into a model the
# *Functional* way, where a layer is called on its input like a function.
from dlkeras.layers import Neuron as LibraryNeuron


class Neuron(layers.Layer):
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], 1))
        self.b = self.add_weight(shape=(1,), initializer="zeros")

    def call(self, x):
        return ops.sigmoid(ops.matmul(x, self.w) + self.b)  # (samples, 1)


inputs = keras.Input((4,))
twins = keras.Model(inputs, [Neuron()(inputs), LibraryNeuron()(inputs)])
twins.set_weights(2 * model.get_weights())  # w: (4, 1), b: (1,), for each
by_hand = neuron(x_test, *model.get_weights())
both = map(ops.convert_to_numpy, twins(x_test))
gap = np.ptp([by_hand, answers, *both], axis=0).max()
claim("NumPy, Dense(1) and both layers differ by", gap, at_most=1e-6, idea="2.2")

# %%
# From a neuron to a network
# --------------------------
#
# Several neurons that read the same inputs are a *layer*. Their weights stand
# side by side as the columns of a matrix :math:`W`, so the whole layer is one
# line: :math:`a = f(x W + b)`. The next layer reads :math:`a` as its input.
# Layers between input and output are called *hidden*. Three species need three
# output neurons. Their activation, *softmax*, makes the scores positive and
# lets them add up to 1, so that they read as probabilities.
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
# bias. A layer with :math:`n` inputs and :math:`m` neurons therefore has
# :math:`(n + 1)\,m` *parameters*. Does that hold for networks of random size?
misses, random = [], (rng.integers(1, 60, count).tolist() for count in (2, 4, 6))
for sizes in ([4, 5, 3], *random):
    formula = sum((n + 1) * m for n, m in itertools.pairwise(sizes))
    stack = [keras.Input((sizes[0],)), *map(layers.Dense, sizes[1:])]
    misses.append(abs(formula - keras.Sequential(stack).count_params()))
    print(f"{'-'.join(map(str, sizes)):>17}: {formula:6,} parameters")
claim("The formula misses Keras's parameter counts by", max(misses), at_most=0)

# %%
# What does learning change?
# --------------------------
#
# The network starts with random weights. Training changes them, and nothing
# else: the forward pass stays the same formula.
optimizer = keras.optimizers.Adam(0.1)
model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=16, epochs=15, verbose=0, callbacks=[bar])
trained = model.get_weights()

probabilities = forward(x_test, trained)[-1]
gap = np.abs(probabilities - model.predict_on_batch(x_test)).max()
claim("A forward pass by hand differs from Keras by", gap, at_most=1e-6, idea="2.1")

# %%
# Here is a Gentoo of the test set on its way through the trained network. Each
# node shows what it passes on. Thick lines are heavy weights: orange ones
# speak for what they lead to, blue and dashed ones against it.
from dlkeras.visualization import draw_network

bird = np.flatnonzero(y_test == gentoo)[:1]
fig, ax = plt.subplots(figsize=(5.6, 3.6))
draw_network(
    trained[::2],  # W1 and W2, without the biases
    input_names=[name.replace("_", " ") for name in penguins.feature_names],
    output_names=penguins.class_names,
    values=forward(x_test[bird], trained),
    ax=ax,
)
ax.set_title("A Gentoo on its way through the network")
plt.show()

# %%
# Was it the training, or would any weights do? We try 200 sets of random ones.
weights = [[rng.normal(size=array.shape) for array in trained] for _ in range(200)]
names = [forward(x_test, w)[-1].argmax(axis=1) for w in (trained, *weights)]
learned, *random = 100 * np.mean(np.array(names) == y_test, axis=1)
gain = learned - np.mean(random)
claim("Learned weights beat random ones by", gain, at_least=60, unit="%", idea="2.4")

# %%
# Does a heavy connection count more?
# -----------------------------------
#
# A weight is the strength of a connection. We cut each in turn by setting its
# weight to 0, and look how far the probabilities of the test penguins move.
# Then we rank the weights by size and by this effect. The *rank correlation* is
# 1 if both orders are the same, and near 0 if they have nothing in common.
strength, effect = [], []
for matrix in (trained[0], trained[2]):
    for cut in np.ndindex(matrix.shape):
        kept, matrix[cut] = matrix[cut], 0
        change = np.abs(forward(x_test, trained)[-1] - probabilities)
        effect.append(change.max(axis=1).mean())
        strength.append(abs(kept))
        matrix[cut] = kept
ranks = [np.argsort(np.argsort(values)) for values in (strength, effect)]
agreement = np.corrcoef(ranks)[0, 1]
claim("Heavier connections count more", agreement, at_least=0.5, idea="2.3")

# %%
# What can a network do that one neuron cannot?
# ---------------------------------------------
#
# One neuron splits its inputs by a straight line. Of two rings, one inside the
# other, a line can at best cut off a third of the outer one, which makes two
# thirds right. Can two hidden layers of four neurons do better? We train four
# such networks and one without hidden activations, as outputs of one model. A
# start can get stuck: we draw the best of the four, and judge by their median.
from dlkeras.datasets import make_circles
from dlkeras.visualization import plot_decision

x_rings, y_rings = make_circles(3000, noise=0.1, seed=seed)
x_new, y_new = make_circles(1000, noise=0.1, seed=seed + 1000)

inputs = keras.Input((2,))
networks = []  # the three layers' answers, for each network
for activation in (*4 * ["sigmoid"], None):
    steps = [inputs]
    for units, bend in ((4, activation), (4, activation), (1, "sigmoid")):
        start = keras.initializers.RandomNormal(stddev=1.0)
        steps.append(layers.Dense(units, bend, kernel_initializer=start)(steps[-1]))
    networks.append(steps[1:])
five = keras.Model(inputs, layers.Concatenate()([steps[-1] for steps in networks]))
five.compile(keras.optimizers.Adam(0.1), "binary_crossentropy")
five.fit(x_rings, np.tile(y_rings[:, None], 5), batch_size=50, epochs=8, verbose=0)

right = np.mean((five.predict_on_batch(x_new) > 0.5) == y_new[:, None], axis=0)  # (5,)
best = right[:4].argmax()
fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.5), sharey=True)
for ax, i, title in zip(axes, (best, 4), ("with activation", "without"), strict=True):
    one = lambda x, i=i: ops.convert_to_numpy(five(x))[:, i]  # noqa: E731
    plot_decision(one, x_rings[:300], y_rings[:300], size=14, ax=ax)
    ax.set(title=title, xlabel="$x_1$", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
axes[0].set_ylabel("$x_2$")
fig.suptitle("Only bent neurons close a ring")
plt.show()

typical = np.median(right[:4])
claim("Most nets of nine neurons find the ring", typical, at_least=0.97, idea="2.5")
claim("Without activations they are a line", right[4], at_most=0.68, idea="3.3")

# %%
# What does each layer find?
# --------------------------
#
# A model may also give out what its hidden layers say. Here is what every
# neuron of the best network answers to every point of the plane, one layer a
# row. First edges, then edges joined to shapes, then shapes to an answer.
from dlkeras.visualization import show_images

inside = keras.Model(inputs, networks[:4])
side = np.linspace(-1.4, 1.4, 80)
plane = np.stack(np.meshgrid(side, -side), axis=-1).reshape(-1, 2)
levels = [ops.convert_to_numpy(a) for a in inside(plane)[best]]  # layer by layer
answers = np.hstack(levels).T.reshape(-1, 80, 80)  # of 4 + 4 + 1 neurons
show_images(answers, columns=4, suptitle="Edges, then shapes, then the answer")
plt.show()

# %%
# How much does a layer know? Of the variance of its answers, we take the share
# that lies between the two rings. It is 0 if both rings get the same answers on
# average, and 1 if all points of a ring get the same.
shares = np.zeros((4, 3))
for i, network in enumerate(inside(x_new)):
    for j, answers in enumerate(map(ops.convert_to_numpy, network)):  # layer by layer
        means = np.stack([answers[y_new == ring].mean(axis=0) for ring in (0, 1)])
        shares[i, j] = means.var(axis=0).sum() / answers.var(axis=0).sum()
first, second, _ = shares.mean(axis=0)
claim("The second layer knows more, by", second - first, at_least=0.3, idea="3.4")

# %%
# Who decides?
# ------------
#
# Back to the penguins. We leave the hidden layer as it is and move a single
# number of the output layer: the bias of the neuron for Chinstrap.
W1, b1, W2, b2 = trained
named = []  # share of the penguins that is called Chinstrap
for move in (-20, 0, 20):
    moved = forward(x_test, (W1, b1, W2, b2 + move * np.eye(3)[1]))[-1]
    named.append(100 * np.mean(moved.argmax(axis=1) == 1))
    print(f"bias {move:+3d}: {named[-1]:3.0f} % of the penguins are named Chinstrap")
claim("One output bias can rename", np.ptp(named), at_least=100, unit="%", idea="3.5")

# %%
# When it goes wrong: the bias left out
# -------------------------------------
#
# ``Dense(1, use_bias=False)`` looks harmless. But without a bias, :math:`z = 0`
# only where :math:`x = 0`, and there alone can the neuron change its mind. No
# penguin has a flipper of 0 mm.
flippers = penguins.x_train[:, [2]]  # (samples, 1), in mm
mm = np.linspace(0, 250, 300)

fig, ax = plt.subplots()
for w in (-0.05, -0.01, 0.01, 0.05):
    ax.plot(mm, sigmoid(w * mm), color="#2A7FB0", ls="--")
ax.plot(mm, sigmoid(0.2 * (mm - flippers.mean())), color="black")
for c, marker in ((0, "o"), (1, "^")):
    ax.plot(flippers[is_gentoo == c], 0 * flippers[is_gentoo == c] + c, marker)
ax.text(60, 0.55, "four weights, no bias", color="#2A7FB0")
ax.text(218, 0.6, "with\na bias")
ax.set(xlabel="flipper length (mm)", ylabel="Gentoo?", yticks=[0, 0.5, 1])
ax.set_title("Without a bias the neuron cannot move")
plt.show()

yes = sigmoid(flippers * np.linspace(-1, 1, 200)) > 0.5  # (penguins, weights)
stuck = np.sum(yes.all(axis=0) | ~yes.any(axis=0))
claim("Without a bias, so many of 200 weights are useless", stuck, at_least=200)

# %%
# Exercises
# ---------
#
# **1. Count.** A network reads 30 measurements of a tumor. It has hidden
# layers of 16 and 8 neurons, and 2 outputs. How many parameters has it? Work
# it out on paper.
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
# - A network is neurons in layers. You can compute it by hand and count its
#   parameters; learning changes their values and nothing else.
# - First layers find edges, later ones join them, the output layer decides.
#   Without activations or biases, it all falls flat.
#
# Read on
# -------
#
# - W. S. McCulloch and W. Pitts (1943),
#   `A logical calculus of the ideas immanent in nervous activity
#   <https://doi.org/10.1007/BF02478259>`_: the first artificial neuron.
