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
- that learning changes the weights and nothing else;
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
# what arrives. If that is enough, the cell sends a signal of its own down the
# *axon*, to the dendrites of others.
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
print("weighted:", w * x)
print("sum + b: ", np.sum(w * x) + b)
print("output:  ", round(float(neuron(x, w, b)), 4))

# %%
# What does the weight do, and what the bias?
# -------------------------------------------
#
# With one input the whole neuron is a single curve, and we can watch it while
# we change one of its two numbers.
x = np.linspace(-6, 6, 1201)


def curve(w, b):
    return neuron(x[:, None], np.array([w]), b)  # (1201,)


fig, axes = plt.subplots(2, 1, figsize=(5.6, 5.4), sharex=True)
styles = ("-", "--", "-.", ":")
for w, style in zip((0.5, 1, 4, -1), styles, strict=True):
    axes[0].plot(x, curve(w, 0), style, label=f"$w = {w}$")
for b, style in zip((-2, 0, 2), styles, strict=False):
    axes[1].plot(x, curve(1, b), style, label=f"$b = {b}$")
for ax in axes:
    ax.set(ylabel="output y", yticks=[0, 0.5, 1])
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
axes[0].set_title("The weight sets how steep")
axes[1].set(title="The bias sets where", xlabel="input x")
plt.show()

steepness = np.gradient(curve(4, 0), x).max() / np.gradient(curve(1, 0), x).max()
shift = x[np.argmin(np.abs(curve(4, 2) - 0.5))]  # where it passes one half
claim(
    "A weight of 4 makes the curve steeper",
    steepness,
    close_to=4,
    tol=0.01,
    unit="times",
)
claim(
    "A bias of 2 then moves its middle to", shift, close_to=-0.5, tol=0.01, idea="3.2"
)

# %%
# In Keras
# --------
#
# Is this penguin a Gentoo? Four measurements go in, one number between 0 and
# 1 comes out. Each measurement is first scaled to mean 0 and standard
# deviation 1, so that grams do not outweigh millimeters.
#
# ``Dense(1)`` is one neuron that reads all inputs. As a *Sequential* model it
# is a list of layers with a single entry. ``fit`` shows it the penguins again
# and again, and changes the weights a little each time so that the *loss*,
# the error in numbers, falls. How it does that is for later labs.
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
model.compile(
    keras.optimizers.Adam(0.1), loss="binary_crossentropy", metrics=["accuracy"]
)
is_gentoo = (y_train == gentoo).astype("float32")
bar = Progress()
model.fit(x_train, is_gentoo, batch_size=32, epochs=20, verbose=0, callbacks=[bar])

answers = model.predict_on_batch(x_test)  # (samples, 1)
claim(
    "One neuron turns four measurements into one answer: Gentoo or not",
    np.mean((answers[:, 0] > 0.5) == (y_test == gentoo)),
    at_least=0.98,
    idea="3.1",
)

# %%
# All that it learned is in five numbers, and they can be read. Thick lines
# are heavy weights. Orange speaks for Gentoo; blue and dashed, against it.
from dlkeras.visualization import draw_network

labels = [name.replace("_", " ") for name in penguins.feature_names]
fig, ax = plt.subplots(figsize=(5.4, 3.2))
draw_network(model, input_names=labels, output_names=["Gentoo?"], ax=ax)
ax.set_title("Long flippers and flat bills say Gentoo")
plt.show()

# %%
# If ``Dense(1)`` is no more than our two lines, both must answer alike with
# the same weights. So must a *custom layer*: a class that makes its weights
# in ``build`` and uses them in ``call``. We put it into a model the
# *Functional* way, where a layer is called on its input like a function.


class Neuron(layers.Layer):
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], 1))
        self.b = self.add_weight(shape=(1,), initializer="zeros")

    def call(self, x):
        return ops.sigmoid(ops.matmul(x, self.w) + self.b)  # (samples, 1)


def answers_of(layer):
    """What the layer answers once it holds the learned weights."""
    inputs = keras.Input((4,))
    twin = keras.Model(inputs, layer(inputs))
    twin.set_weights(model.get_weights())
    return ops.convert_to_numpy(twin(x_test))


by_hand = neuron(x_test, *model.get_weights())  # w: (4, 1), b: (1,)
gap = np.ptp([by_hand, answers, answers_of(Neuron())], axis=0).max()
claim(
    "NumPy's weighted sum and sigmoid, Dense(1) and our layer differ by",
    gap,
    at_most=1e-6,
    idea="2.2",
)

# %%
# Later labs take the layer from ``dlkeras``, where it can be saved, has a
# choice of activations and is tested. It agrees with ours:
from dlkeras.layers import Neuron as LibraryNeuron

gap = np.abs(answers_of(LibraryNeuron()) - answers_of(Neuron())).max()
claim("The library's neuron answers like ours", gap, at_most=1e-7)

# %%
# From a neuron to a network
# --------------------------
#
# Several neurons that read the same inputs are a *layer*. Their weights stand
# side by side as the columns of a matrix :math:`W`, so the whole layer is one
# line: :math:`a = f(x W + b)`. The next layer reads :math:`a` as its input.
# Layers between input and output are called *hidden*.
#
# Three species need three output neurons. Their activation, *softmax*, makes
# the three scores positive and lets them add up to 1, so that they read as
# probabilities.
inputs = keras.Input((4,), name="measurements")
hidden = layers.Dense(5, activation="sigmoid", name="hidden")(inputs)
outputs = layers.Dense(3, activation="softmax", name="species")(hidden)
model = keras.Model(inputs, outputs, name="penguins")
model.summary()


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


def parameters(sizes):
    return sum((n + 1) * m for n, m in itertools.pairwise(sizes))


misses = abs(parameters([4, 5, 3]) - model.count_params())
for depth in (1, 2, 3, 5):
    sizes = rng.integers(1, 60, depth + 1).tolist()
    stack = [keras.Input((sizes[0],)), *map(layers.Dense, sizes[1:])]
    counted = keras.Sequential(stack).count_params()
    misses += abs(parameters(sizes) - counted)
    print(f"{'-'.join(map(str, sizes)):>17}: {counted:6,} parameters")
claim("The formula misses Keras's parameter counts by", misses, at_most=0)

# %%
# What does learning change?
# --------------------------
#
# We keep the random weights that the network starts with, and train it.
untrained = model.get_weights()
model.compile(
    keras.optimizers.Adam(0.05),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, batch_size=32, epochs=60, verbose=0, callbacks=[bar])
trained = model.get_weights()

probabilities = forward(x_test, trained)[-1]
claim(
    "Layer after layer by hand gives the probabilities that Keras gives",
    np.abs(probabilities - model.predict_on_batch(x_test)).max(),
    at_most=1e-6,
    idea="2.1",
)

# %%
# Here is a Gentoo of the test set on its way through the network, before and
# after. Each node shows what it passes on.
bird = np.flatnonzero(y_test == gentoo)[:1]
fig, axes = plt.subplots(2, 1, figsize=(5.6, 6.4))
for ax, weights in zip(axes, (untrained, trained), strict=True):
    draw_network(
        weights[::2],  # W1 and W2, without the biases
        input_names=labels,
        output_names=penguins.class_names,
        values=forward(x_test[bird], weights),
        largest=max(np.abs(W).max() for W in trained[::2]),
        ax=ax,
    )
axes[0].set_title("before training")
axes[1].set_title("after training")
fig.suptitle("Same network, other weights")
plt.show()


before, after = (
    100 * np.mean(forward(x_test, weights)[-1].argmax(axis=1) == y_test)
    for weights in (untrained, trained)
)
print(f"accuracy before training {before:.0f} %, after {after:.0f} %")
claim(
    "New weights alone, in the same formula, lift the accuracy by",
    after - before,
    at_least=50,
    unit="points",
    idea="2.4",
)

# %%
# Does a heavy connection count more?
# -----------------------------------
#
# A weight is the strength of a connection. We cut all 35 connections, one at
# a time, by setting the weight to 0, and look how far the probabilities of
# the test penguins move.
strength, effect = [], []
for matrix in (0, 2):
    for cut in np.ndindex(trained[matrix].shape):
        weights = [array.copy() for array in trained]
        strength.append(abs(weights[matrix][cut]))
        weights[matrix][cut] = 0
        change = np.abs(forward(x_test, weights)[-1] - probabilities)
        effect.append(100 * change.max(axis=1).mean())
strength, effect = np.array(strength), np.array(effect)

fig, ax = plt.subplots()
ax.scatter(strength, effect, s=45, alpha=0.7)
ax.set(xlabel="size of the weight that is cut", ylabel="change of the answer (points)")
ax.set_title("Heavy connections carry the answer")
plt.show()

order = strength.argsort()
claim(
    "Cutting a heavy connection (of the top ten) changes more than a light one",
    effect[order[-10:]].mean() / effect[order[:10]].mean(),
    at_least=10,
    unit="times",
    idea="2.3",
)

# %%
# What can a network do that one neuron cannot?
# ---------------------------------------------
#
# One neuron splits its inputs by a straight line, which is no use for two
# rings, one inside the other. We train a network with two hidden layers of
# four neurons on them: as it should be, and without the hidden activations.
from dlkeras.datasets import make_circles
from dlkeras.visualization import plot_decision

x_rings, y_rings = make_circles(400, noise=0.1, seed=seed)
x_new, y_new = make_circles(1000, noise=0.1, seed=seed + 1000)

fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.5), sharey=True)
networks, scores = [], []
for ax, activation in zip(axes, ("sigmoid", None), strict=True):
    hidden = [layers.Dense(4, activation=activation) for _ in range(2)]
    output = layers.Dense(1, activation="sigmoid")
    network = keras.Sequential([keras.Input((2,)), *hidden, output])
    network.compile(keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    network.fit(x_rings, y_rings, batch_size=50, epochs=120, verbose=0)
    networks.append(network)

    plot_decision(network.predict_on_batch, x_rings, y_rings, size=14, ax=ax)
    ax.set(xlabel="$x_1$", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    answers = ops.convert_to_numpy(network(x_new))  # (samples, 1)
    scores.append(np.mean((answers[:, 0] > 0.5) == y_new))
axes[0].set(ylabel="$x_2$", title="with activation")
axes[1].set_title("without")
fig.suptitle("Only bent neurons close a ring")
plt.show()

claim(
    "Nine neurons find the inner ring, a non-linear relation",
    scores[0],
    at_least=0.97,
    idea="2.5",
)
claim(
    "Without activations the same network hardly beats a coin",
    scores[1],
    at_most=0.57,
    idea="3.3",
)

# %%
# What does each layer find?
# --------------------------
#
# A model may also give out what its hidden layers say. So we can draw what
# every neuron of the good network answers to every point of the plane: dark
# is 1, light is 0. The first layer knows edges only. The second joins edges
# to shapes, and the output joins shapes to an answer. To measure what a
# layer knows, we compare how far apart the two rings lie in its answers with
# how wide they are there.
good = networks[0]
inside = keras.Model(good.inputs[0], [layer.output for layer in good.layers])


def levels(x):
    """The answers of all neurons, layer by layer."""
    return [ops.convert_to_numpy(a) for a in inside(x)]


side = np.linspace(-1.4, 1.4, 80)
plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2).astype("float32")
names = ("first hidden layer", "second hidden layer", "output")
fig, axes = plt.subplots(3, 4, figsize=(5.6, 5.2))
for row, answers, name in zip(axes, levels(plane), names, strict=True):
    for ax, one in zip(row, answers.T, strict=False):
        ax.imshow(one.reshape(80, 80), cmap="gray_r", vmin=0, vmax=1, origin="lower")
    for ax in row:
        ax.axis("off")
    row[0].set_title(name, loc="left")
fig.suptitle("Edges, then shapes, then the answer")
plt.show()

apart = []
for answers, name in zip(levels(x_new), names, strict=True):
    inner, outer = answers[y_new == 1], answers[y_new == 0]  # (samples, neurons)
    between = np.sum((inner.mean(axis=0) - outer.mean(axis=0)) ** 2)
    within = np.sum(inner.var(axis=0) + outer.var(axis=0))
    apart.append(between / within)
    print(f"{name:>19}: distance over width {apart[-1]:.2f}")
claim(
    "From the first hidden layer to the second, the rings move apart by",
    apart[1] / apart[0],
    at_least=2,
    unit="times",
    idea="3.4",
)

# %%
# Who decides?
# ------------
#
# Back to the penguins. We leave the hidden layer as it is and move a single
# number of the output layer: the bias of the neuron for Chinstrap. How many
# test penguins get which name?
moves = np.linspace(-20, 20, 81)
chosen = []
for move in moves:
    W1, b1, W2, b2 = trained
    chosen.append(forward(x_test, (W1, b1, W2, b2 + move * np.eye(3)[1]))[-1].argmax(1))
chosen = np.array(chosen)  # (moves, samples)

fig, ax = plt.subplots()
for label, style in enumerate(styles[:3]):
    share = 100 * np.mean(chosen == label, axis=1)
    ax.plot(moves, share, style, label=penguins.class_names[label])
ax.set(xlabel="added to the Chinstrap neuron's bias", ylabel="penguins so named (%)")
ax.set_title("One number can rename every penguin")
ax.legend()
plt.show()

claim(
    "The output layer decides: one bias takes Chinstraps from none to all",
    np.mean(chosen[-1] == 1) - np.mean(chosen[0] == 1),
    at_least=1,
    idea="3.5",
)

# %%
# When it goes wrong: the bias left out
# -------------------------------------
#
# ``Dense(1, use_bias=False)`` saves a number and looks harmless. But without
# a bias, :math:`z = 0` only where :math:`x = 0`, and there alone can the
# neuron change its mind. No penguin has a flipper of 0 mm.
flippers = penguins.x_train[:, [2]]  # (samples, 1), in mm
middle = np.mean([flippers[is_gentoo == c].mean() for c in (0, 1)])
mm = np.linspace(0, 250, 300)[:, None]

fig, ax = plt.subplots()
for w in (-0.05, -0.01, 0.01, 0.05):
    ax.plot(mm, neuron(mm, np.array([w]), 0), color="#56B4E9", ls="--")
ax.plot(mm, neuron(mm, np.array([0.2]), -0.2 * middle), color="black")
for c, marker in ((0, "o"), (1, "^")):
    ax.plot(flippers[is_gentoo == c], 0 * flippers[is_gentoo == c] + c, marker)
ax.text(75, 0.5, "four weights, no bias", color="#2A7FB0", va="center")
ax.text(218, 0.6, "with\na bias")
ax.set(xlabel="flipper length (mm)", ylabel="Gentoo?", yticks=[0, 0.5, 1])
ax.set_title("Without a bias the neuron cannot move")
plt.show()

yes = neuron(flippers, np.linspace(-1, 1, 200)[None], 0) > 0.5  # (penguins, weights)
claim(
    "Without a bias, 200 weights out of 200 give all penguins the same answer",
    np.sum(yes.all(axis=0) | ~yes.any(axis=0)),
    at_least=200,
    unit="weights",
)

# %%
# Inputs with mean 0 hide the mistake. Keep the bias.
#
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
# - A neuron is a weighted sum and a bend: NumPy, ``Dense(1)`` and a layer of
#   your own give the same answers.
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
# - D. Beniaguev, I. Segev and M. London (2021),
#   `Single cortical neurons as deep artificial neural networks
#   <https://doi.org/10.1016/j.neuron.2021.07.002>`_, Neuron: imitating one
#   living neuron takes a whole network of artificial ones.
# - I. Goodfellow, Y. Bengio and A. Courville (2016),
#   `Deep Learning, chapter 6 <https://www.deeplearningbook.org>`_, MIT Press.
