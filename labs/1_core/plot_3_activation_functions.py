"""
Activation functions
====================

A neuron adds up its inputs, and then bends the sum. The bend is called the
activation function. Without it a network of a hundred layers can do no more
than one; with the wrong one, its first layers never learn.

You will learn

- nine activation functions, their values and their slopes;
- why layers without a bend collapse into a single matrix;
- why the gradient fades on its way through twenty sigmoid layers;
- which activation belongs on the output of which task;
- how ReLU units die, and what keeps them alive.
"""
# sphinx_gallery_tags = ["first steps", "classification", "activations", "initialization", "gradients", "NumPy", "Sequential", "Functional", "custom layer"]
# sphinx_gallery_minutes = 45
# sphinx_gallery_requires = ["neural_networks"]
# sphinx_gallery_thumbnail_number = 2

# %%
# The idea
# --------
#
# A layer with inputs :math:`x`, weights :math:`W` and biases :math:`b` first
# computes scores :math:`z = x W + b`, then passes each of them through a
# function :math:`f`, the *activation function*: :math:`a = f(z)`.
#
# Leave :math:`f` out, and two layers are one, since the product of two matrices
# is a matrix again: :math:`(x W_1) W_2 = x (W_1 W_2)`. A bend between them
# stops the merging.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras import live
from dlkeras.visualization import draw_chains, plot_decision
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

_, ax = plt.subplots(figsize=(5.4, 3.3))
draw_chains(ax).set_title("Without a bend, two layers are one")
plt.show()

# %%
# Test it on numbers: twenty layers, each a matrix and a bias, against one.
a = x = rng.normal(size=(5, 8))  # five samples of eight features
W_all, b_all = np.eye(8), np.zeros(8)
for _ in range(20):
    W, b = rng.normal(size=(8, 8)) / np.sqrt(8), rng.normal(size=8)
    a = a @ W + b  # layer by layer
    W_all, b_all = W_all @ W, b_all @ W + b  # all of them in one

gap = np.abs(a - (x @ W_all + b_all)).max()
claim("Twenty layers without a bend are one matrix and one bias", gap, at_most=1e-13)

# %%
# From scratch
# ------------
#
# Eight functions bend one number at a time. Learning needs the *slope* of each
# too, its derivative :math:`f'`. The sigmoid :math:`\sigma(z) = 1 / (1 +
# e^{-z})` is written so that no exponential can overflow. GELU weighs its
# input by :math:`\Phi(z)`, the share of a normal distribution below it.
from scipy.stats import norm


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


functions = {  # name: (value, slope)
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0)),
    "leaky_relu": (lambda z: np.maximum(z, z / 5), lambda z: np.where(z > 0, 1, 0.2)),
    "elu": (
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),  # e^z − 1 below 0
        lambda z: np.exp(np.minimum(z, 0)),
    ),
    "gelu": (lambda z: z * norm.cdf(z), lambda z: norm.cdf(z) + z * norm.pdf(z)),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * sigmoid(-z))),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),  # log(1 + exp(z))
}

# %%
# Three scores go in. What comes out, and how steep is it there? We also check
# each slope against the change of the value over a small step.
scores, step, errors = np.array([-2.0, 0.5, 2.0]), 1e-5, []
z = np.linspace(-5, 5, 200)  # an even number of points leaves out 0, the kink
print(f"{'':>10}  value at -2  0.5  2      slope at -2  0.5  2")
for name, (f, slope) in functions.items():
    print(f"{name:>10}  {f(scores).round(2)!s:<21}  {slope(scores).round(2)}")
    measured = (f(z + step) - f(z - step)) / (2 * step)
    errors.append(np.abs(measured - slope(z)).max())
claim("Every slope formula agrees with the measured slope", max(errors), at_most=2e-10)

# %%
# The ninth function, *softmax*, turns a whole list of scores into
# probabilities. Class :math:`i` of :math:`k` gets
#
# .. math::
#
#    p_i = \frac{e^{z_i}}{e^{z_1} + \dots + e^{z_k}}
#
# Written like this it breaks, for :math:`e^{1000}` is too large for a
# computer. But adding the same number to all scores multiplies top and bottom
# by the same factor, so we may subtract the largest score first.


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))  # the largest exponent is 0
    return e / e.sum(axis=-1, keepdims=True)


z_many = rng.normal(scale=30, size=(1000, 10))  # 1000 samples, 10 classes
p = softmax(z_many)
off = np.abs(p.sum(axis=-1) - 1).max() if p.min() >= 0 else np.nan
claim("Softmax gives no negative, and a sum of 1", off, at_most=2e-15, idea="4.4")
shifted = np.abs(softmax(z_many + 1000) - p).max()
claim("Adding 1000 to every score leaves softmax as it was", shifted, at_most=2e-13)

# %%
# All nine at a glance; softmax is drawn for one of three scores, the other two
# being 0. Sigmoid and tanh are *bounded*: no score drives them past a floor
# and a ceiling. The price is *saturation*. Far from 0 they are flat, and where
# the slope is 0, nothing is learned.
p_1 = softmax(np.stack([z, 0 * z, 0 * z], axis=-1))[:, 0]
drawn = {name: (f(z), slope(z)) for name, (f, slope) in functions.items()}
drawn["softmax"] = p_1, p_1 * (1 - p_1)

fig, axes = plt.subplots(3, 3, figsize=(5.6, 5.6), sharex=True, sharey=True)
for ax, (name, (value, slope)) in zip(axes.flat, drawn.items(), strict=True):
    ax.plot(z, value, color="#0072B2", lw=2.5)
    ax.plot(z, slope, color="#D55E00", ls="--")
    ax.set(title=name, ylim=(-1.3, 2.4), xlim=(-5, 5), xticks=[-4, 0, 4])
axes[2, 1].set_xlabel("score z")
fig.suptitle("Nine bends (blue) and their slopes (dashed)")
plt.show()

reach = np.abs([sigmoid(1e6), np.tanh(1e6), np.tanh(-1e6)]).max()
claim("No score drives a sigmoid or tanh past 1", reach, at_most=1, idea="4.3")

# %%
# In Keras
# --------
#
# Keras knows all nine by name. A bend that is *learned* needs a custom layer.
# SiLU is :math:`z\,\sigma(z)`; with a trainable number :math:`\beta` inside,
# :math:`z\,\sigma(\beta z)` runs from the straight line :math:`z / 2`
# (:math:`\beta = 0`) over SiLU (:math:`\beta = 1`) to nearly ReLU (large).
import keras
from keras import layers, ops, optimizers

from dlkeras.layers import LearnableSwish as LibrarySwish


class LearnableSwish(layers.Layer):
    def build(self, input_shape):
        self.beta = self.add_weight(shape=(), initializer="ones")

    def call(self, z):
        return z * ops.sigmoid(self.beta * z)


z_32, silu = z.astype("float32"), functions["silu"][0](z)
pairs = [(keras.activations.get(n)(z_32), f(z)) for n, (f, _) in functions.items()]
pairs.append((keras.activations.softmax(ops.convert_to_tensor(z_many)), p))
pairs += [(LearnableSwish()(z_32), silu), (LibrarySwish()(z_32), silu)]
gap = max(np.abs(ops.convert_to_numpy(theirs) - ours).max() for theirs, ours in pairs)
claim("Keras, our layer and the library's agree with NumPy", gap, at_most=2e-6)

# %%
# What does the bend do to a boundary?
# ------------------------------------
#
# Two half moons reach into each other. The same small Sequential network meets
# them four times: without a bend, with ReLU, with tanh, and with our layer,
# which also looks for its best :math:`\beta`. To train all four in one go, one
# Functional model stacks their answers. They share the input and no weight.
from dlkeras.datasets import load_digits, make_moons


def train(networks, x, y, loss, optimizer, batch_size, epochs):
    inputs = keras.Input(x.shape[1:])
    answers = ops.stack([network(inputs) for network in networks], axis=1)
    model = keras.Model(inputs, answers)  # (samples, networks, numbers)
    model.compile(optimizer, loss)  # its mean over the networks
    model.fit(x, np.stack([y] * len(networks), axis=1), batch_size, epochs, verbose=0)
    return model


x_moons, y_moons = make_moons(2000, noise=0.15, seed=seed)
networks = {}
for name, bend in {
    "no bend": layers.Identity,
    "ReLU": layers.ReLU,
    "tanh": lambda: layers.Activation("tanh"),
    "learned": LearnableSwish,
}.items():
    wide = {"kernel_initializer": "he_normal"}  # scores reach beyond the bend
    hidden = [layers.Dense(16, **wide), bend(), layers.Dense(16, **wide), bend()]
    shape = [keras.Input((2,)), *hidden, layers.Dense(1, "sigmoid")]
    networks[name] = keras.Sequential(shape)
goal, sgd = "binary_crossentropy", optimizers.SGD(0.4, momentum=0.9)
model = train(networks.values(), x_moons, y_moons[:, None], goal, sgd, 80, 8)
betas = [float(ops.convert_to_numpy(bend.beta)) for bend in hidden[1::2]]
print("β starts at 1 and ends, in the two layers, at", np.round(betas, 2))

right = []
fig, axes = plt.subplots(2, 2, figsize=(5.6, 4.8), sharex=True, sharey=True)
for i, (ax, name) in enumerate(zip(axes.flat, networks, strict=True)):
    score = lambda x, i=i: ops.convert_to_numpy(model(x))[:, i]  # noqa: E731
    right.append(100 * np.mean((score(x_moons)[:, 0] > 0.5) == y_moons))
    plot_decision(score, x_moons[:300], y_moons[:300], size=12, resolution=60, ax=ax)
    ax.set(title=name, xticks=[], yticks=[])
fig.suptitle("A bend lets the boundary follow the moons")
plt.show()

gain = min(right[1:]) - right[0]
claim("Each bend gains accuracy over none", gain, at_least=8, unit="points", idea="4.1")

# %%
# Switch between the four. Whose border has corners, whose is round? Then move
# the cross far away from all points: how sure is each network there?
live.surfaces(networks, x_moons[:300], y_moons[:300])

# %%
# Does the gradient reach the first layer?
# ----------------------------------------
#
# Backpropagation hands the gradient from the last layer to the first. At each
# layer it is multiplied by the slopes there. A sigmoid's slope is nowhere
# above 1/4, so twenty of them in a row leave next to nothing. We build
# networks of 20 layers for 8×8 images of digits and, before any training,
# measure the gradient at each layer. Each gets the random start made for it:
# Glorot's for sigmoid, He's for ReLU. Then both train alike, ten layers deep.
from dlkeras.utils import value_and_gradients

(x_train, y_train), (x_test, y_test) = load_digits()
x_train, x_test = x_train.reshape(-1, 64), x_test.reshape(-1, 64)
mean, std = x_train.mean(), x_train.std()
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def stack(depth, units, activation, start):
    given = {"activation": activation, "kernel_initializer": start}
    hidden = [layers.Dense(units, **given) for _ in range(depth - 1)]
    return keras.Sequential([keras.Input((64,)), *hidden, layers.Dense(10)])


starts = {"sigmoid": "glorot_normal", "relu": "he_normal"}
norms = []
for network in [stack(20, 32, *given) for given in starts.items()]:
    _, gradients = value_and_gradients(
        lambda network=network: loss(y_train[:200], network(x_train[:200])),
        [layer.kernel for layer in network.layers],
    )
    norms.append([np.linalg.norm(g) for g in gradients])
ratio = norms[1][0] / norms[0][0]
claim("ReLU's gradient at layer 1 of 20 is larger", ratio, at_least=1e10, unit="times")

fig, ax = plt.subplots()
ax.semilogy(range(1, 21), norms[0], "o-", label="sigmoid", color="#0072B2")
ax.semilogy(range(1, 21), norms[1], "^-", label="ReLU", color="#C25400")
ax.legend(loc="lower right")
ax.set(xlabel="layer (1 = first)", ylabel="size of the gradient")
ax.set(xticks=[1, 5, 10, 15, 20], title="Through sigmoids the gradient fades away")
plt.show()

deep = [stack(10, 32, *given) for given in starts.items()]
model = train(deep, x_train, y_train, loss, optimizers.SGD(0.04, momentum=0.9), 48, 8)
answers = ops.convert_to_numpy(model(x_train)).argmax(axis=2)  # (samples, networks)
guess, relu = 100 * np.mean(answers == y_train[:, None], axis=0)
claim("Ten layers of ReLU learn digits", relu, at_least=88, unit="%", idea="4.2")
claim("With sigmoids they are left guessing", guess, at_most=12, unit="%", idea="4.5")

# %%
# Which activation for the output?
# --------------------------------
#
# Inside a network the choice is a matter of learning well. On the output it
# is a matter of meaning: it must be able to reach every target.
#
# ============================  ==========  ========================
# task                          activation  output
# ============================  ==========  ========================
# a number of any sign          none        any number
# a positive number             softplus    above 0
# yes or no                     sigmoid     one probability
# one of several classes        softmax     probabilities, sum 1
# any number of several labels  sigmoid     a probability each
# ============================  ==========  ========================
#
# A Functional model can branch, and so answer several questions at a time:
# which digit is it, is it odd, and how much ink was used (scaled to mean 0 and
# standard deviation 1)? A fourth output gives the ink, wrongly, by a sigmoid.
ink = x_train.mean(axis=1, keepdims=True)
ink_test = (x_test.mean(axis=1, keepdims=True) - ink.mean()) / ink.std()
ink = (ink - ink.mean()) / ink.std()

inputs = keras.Input((64,))
shared = layers.Dense(64, activation="relu")(inputs)
heads = [(10, "softmax"), (1, "sigmoid"), (1, None), (1, "sigmoid")]
model = keras.Model(inputs, [layers.Dense(n, f)(shared) for n, f in heads])
losses = ["sparse_categorical_crossentropy", "binary_crossentropy", "mse", "mse"]
model.compile(optimizers.Adam(0.01), losses)
targets = [y_train[:, None], y_train[:, None] % 2, ink, ink]
model.fit(x_train, targets, batch_size=100, epochs=8, verbose=0)
*_, free, bounded = (ops.convert_to_numpy(output) for output in model(x_test))
worse = np.sqrt(np.mean((bounded - ink_test) ** 2) / np.mean((free - ink_test) ** 2))
claim("A sigmoid misses targets beyond 0 and 1", worse, at_least=4.5, unit="times")

# %%
# When it goes wrong: ReLU units that die
# ---------------------------------------
#
# Left of 0, ReLU is flat. A unit whose score is negative for every training
# image has slope 0 for all of them: it gets no gradient, and so it cannot come
# back. It is *dead*. Leaky ReLU has no slope of 0, so its units can come back.
# Two networks of three layers, one of each kind, learn with far too high a rate.
pair = [stack(3, 64, name, "he_normal") for name in ("relu", "leaky_relu")]
train(pair, x_train, y_train, loss, optimizers.Adam(0.1), 64, 4)

dead = []
for network, name in zip(pair, ("ReLU", "leaky ReLU"), strict=True):
    a, off = x_train, []
    for layer in network.layers[:-1]:
        a = layer(a)  # (samples, units)
        off.append(ops.convert_to_numpy(ops.max(a, axis=0)) <= 0)
    dead.append(100 * np.mean(off))
    correct = np.mean(ops.convert_to_numpy(network(x_test)).argmax(axis=1) == y_test)
    print(f"{name:>10}: {dead[-1]:3.0f} % dead, accuracy on new digits {correct:.2f}")
saved = dead[0] - dead[1]
claim("A high rate kills ReLU, not leaky ReLU", saved, at_least=30, unit="points")

# %%
# Exercises
# ---------
#
# **1. The last layer.** Choose the output activation for each task: one of
# ``"none"``, ``"softplus"``, ``"sigmoid"`` and ``"softmax"``.
tasks = {
    "which of 200 bird species is in the photo": ...,
    "tomorrow's temperature in degrees Celsius": ...,
    "is this transaction fraud": ...,
    "which of ten topics an article touches, several allowed": ...,
    "the waiting time at the counter in minutes": ...,
}

exercise("activation_functions/outputs").check(tasks)

# %%
# **2. The logarithm of softmax.** Where a probability rounds to 0, its logarithm
# is minus infinity. Write both in one go, for scores of shape ``(samples,
# classes)``, so that scores of 1000 do no harm.


def log_softmax(z):
    return ...  # your code


exercise("activation_functions/log_softmax").check(log_softmax)

# %%
# **3. Your own.** Invent an activation function that is none of the nine.
# It works on arrays, it bends, and it lets the gradient through: from the last
# of 20 layers to the first it may neither shrink nor grow more than a hundred
# times. (Scores are kept at a standard deviation of 1.)


def my_activation(z):
    return ...  # your code


exercise("activation_functions/your_own").check(my_activation)

# %%
# What you saw
# ------------
#
# - Layers without a bend are one layer. A bend lets a boundary follow the data.
# - A gradient passes through a layer multiplied by its slopes: twenty sigmoids
#   wear it down to nothing, ReLU hands it on, and so trains.
# - ReLU units can die of one violent step; a leaky slope keeps them alive.
#
# Read on
# -------
#
# - X. Glorot and Y. Bengio (2010), `Training deep feedforward networks
#   <https://proceedings.mlr.press/v9/glorot10a.html>`_, AISTATS.
# - K. He, X. Zhang, S. Ren and J. Sun (2015),
#   `Delving deep into rectifiers <https://arxiv.org/abs/1502.01852>`_, ICCV.
# - D. Hendrycks and K. Gimpel (2016), `GELU <https://arxiv.org/abs/1606.08415>`_.
# - P. Ramachandran, B. Zoph and Q. V. Le (2017),
#   `Searching for activation functions <https://arxiv.org/abs/1710.05941>`_.
