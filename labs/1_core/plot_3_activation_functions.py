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
- how ReLU units die, and two ways to keep them alive.
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
# computes scores :math:`z`, then passes each score through a function
# :math:`f`, the *activation function*:
#
# .. math::
#
#    z = x W + b, \qquad a = f(z)
#
# Leave :math:`f` out, and two layers are one, since the product of two matrices
# is a matrix again: :math:`(x W_1) W_2 = x (W_1 W_2)`. A bend between them
# stops the merging.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

fig, ax = plt.subplots(figsize=(5.4, 3.3))
chains = {  # height: what stands where
    4.3: {0: "x", 3: "$W_1$", 7: "$W_2$", 10: "y"},
    2.5: {0: "x", 5: "$W_1 W_2$", 10: "y"},
    0.2: {0: "x", 2.3: "$W_1$", 5: "      ", 7.7: "$W_2$", 10: "y"},
}
for y, stops in chains.items():
    ax.annotate("", (9.6, y), (0.4, y), arrowprops={"arrowstyle": "-|>", "lw": 2})
    for x, text in stops.items():
        box = {"boxstyle": "round,pad=0.5", "facecolor": "#CFE3F1"}
        look = box if 0 < x < 10 else None
        ax.text(x, y, text, ha="center", va="center", fontsize=16, bbox=look)
ax.plot([4.55, 5, 5.4], [0.0, 0.0, 0.5], color="#D55E00", lw=3, zorder=9)
ax.text(5, 3.4, "is the same as", ha="center", va="center")
ax.text(5, 1.35, "but with a bend it stays two layers", ha="center", va="center")
ax.set(xlim=(-0.3, 10.3), ylim=(-0.5, 5), title="Without a bend, two layers are one")
ax.axis("off")
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
claim("Twenty layers without a bend are one matrix and one bias", gap, at_most=1e-12)

# %%
# From scratch
# ------------
#
# Eight functions bend one number at a time. Learning needs the *slope* of each
# too, its derivative :math:`f'`. The sigmoid :math:`\sigma(z) = 1 / (1 +
# e^{-z})` is written so that no exponential can overflow. GELU weighs its
# input by :math:`\Phi(z)`, the share of a normal distribution that lies below
# it; NumPy lacks it, but ``math`` has its ingredient ``erf``.
import math


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def below(z):  # Φ(z)
    return 0.5 * (1 + np.vectorize(math.erf)(z / np.sqrt(2)))


def bell(z):  # the slope of Φ
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


def below_0(z, f):  # z itself above 0, another function below
    return np.where(z > 0, z, f(np.minimum(z, 0)))


functions = {  # name: (value, slope)
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": (
        lambda z: np.where(z > 0, z, 0.2 * z),
        lambda z: np.where(z > 0, 1.0, 0.2),
    ),
    "elu": (lambda z: below_0(z, np.expm1), lambda z: np.exp(np.minimum(z, 0))),
    "gelu": (lambda z: z * below(z), lambda z: below(z) + z * bell(z)),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * sigmoid(-z))),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),  # log(1 + exp(z))
}

# %%
# Three scores go in. What comes out, and how steep is it there?
scores = np.array([-2.0, 0.5, 2.0])
print(f"{'':>10}  value at -2  0.5  2      slope at -2  0.5  2")
for name, (f, slope) in functions.items():
    print(f"{name:>10}  {f(scores).round(2)!s:<21}  {slope(scores).round(2)}")

# %%
# A slope is easily written wrong, and quickly checked: step a little to both
# sides, and divide the change of the value by the length of the step.
z = np.linspace(-5, 5, 200)  # an even number of points leaves out 0, the kink
step = 1e-5
errors = [
    np.abs((f(z + step) - f(z - step)) / (2 * step) - slope(z)).max()
    for f, slope in functions.values()
]
claim("Every slope formula agrees with the measured slope", max(errors), at_most=1e-9)

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


large = np.array([1000.0, 1001.0, 1002.0])
with np.errstate(over="ignore", invalid="ignore"):
    print("naive: ", np.exp(large) / np.exp(large).sum())
print("stable:", softmax(large).round(3))

z_many = rng.normal(scale=30, size=(1000, 10))  # 1000 samples, 10 classes
p = softmax(z_many)
off = np.abs(p.sum(axis=-1) - 1).max() if p.min() >= 0 else np.nan
claim("Softmax gives no negative, and a sum of 1", off, at_most=1e-14, idea="4.4")
shifted = np.abs(softmax(z_many + 1000) - p).max()
claim("Adding 1000 to every score leaves softmax as it was", shifted, at_most=1e-12)

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
axes[0, 0].text(-4.6, 1.2, "value", color="#0072B2")
axes[0, 0].text(-4.6, 0.42, "slope", color="#B04A00")
axes[2, 1].set_xlabel("score z")
fig.suptitle("Nine bends (—) and their slopes (- -)")
plt.show()

extreme = np.array([-1e6, -1e3, 1e3, 1e6])
reach = max(np.abs(functions[name][0](extreme)).max() for name in ("sigmoid", "tanh"))
claim("No score drives a sigmoid or tanh past 1", reach, at_most=1, idea="4.3")

# %%
# In Keras
# --------
#
# Keras knows all nine by name. A bend that is *learned* needs a custom layer.
# SiLU is :math:`z\,\sigma(z)`; with a trainable number :math:`\beta` inside,
# :math:`z\,\sigma(\beta z)` runs from the straight line :math:`z / 2`
# (:math:`\beta = 0`) over SiLU (:math:`\beta = 1`) to nearly ReLU
# (:math:`\beta` large).
import keras
from keras import layers, ops

from dlkeras.layers import LearnableSwish as LibrarySwish


class LearnableSwish(layers.Layer):
    def __init__(self, beta=1.0, **kwargs):
        super().__init__(**kwargs)
        self.initial_beta = beta

    def build(self, input_shape):
        start = keras.initializers.Constant(self.initial_beta)
        self.beta = self.add_weight(shape=(), initializer=start)

    def call(self, z):
        return z * ops.sigmoid(self.beta * z)


z_32, silu = z.astype("float32"), functions["silu"][0](z)
pairs = [(keras.activations.get(n)(z_32), f(z)) for n, (f, _) in functions.items()]
pairs.append((keras.activations.softmax(ops.convert_to_tensor(z_many)), p))
pairs += [(LearnableSwish()(z_32), silu), (LibrarySwish()(z_32), silu)]
gap = max(np.abs(ops.convert_to_numpy(theirs) - ours).max() for theirs, ours in pairs)
claim("Keras, our layer and the library's agree with NumPy", gap, at_most=1e-5)

# %%
# What does the bend do to a boundary?
# ------------------------------------
#
# Two half moons reach into each other. The same small Sequential network meets
# them four times: without a bend, with ReLU, with tanh, and with our layer,
# which also looks for its best :math:`\beta`.
from dlkeras.datasets import make_moons
from dlkeras.visualization import plot_decision

x_moons, y_moons = make_moons(1000, noise=0.15, seed=seed)
bends = {
    "no bend": layers.Identity,
    "ReLU": layers.ReLU,
    "tanh": lambda: layers.Activation("tanh"),
    "learned": LearnableSwish,
}
accuracy = {}
fig, axes = plt.subplots(2, 2, figsize=(5.6, 4.8), sharex=True, sharey=True)
for ax, (name, bend) in zip(axes.flat, bends.items(), strict=True):
    hidden = [layers.Dense(16), bend(), layers.Dense(16), bend()]
    output = layers.Dense(1, activation="sigmoid")
    model = keras.Sequential([keras.Input((2,)), *hidden, output])
    adam = keras.optimizers.Adam(0.05)
    model.compile(adam, "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x_moons, y_moons, batch_size=50, epochs=12, verbose=0)
    accuracy[name] = 100 * history.history["accuracy"][-1]
    score = lambda x, model=model: ops.convert_to_numpy(model(x))  # noqa: E731
    plot_decision(score, x_moons[:300], y_moons[:300], size=12, resolution=100, ax=ax)
    ax.set(title=name, xticks=[], yticks=[])
fig.suptitle("A bend lets the boundary follow the moons")
fig.supxlabel("$x_1$")
fig.supylabel("$x_2$")
plt.show()

betas = [float(ops.convert_to_numpy(bend.beta)) for bend in hidden[1::2]]
print("β starts at 1 and ends, in the two layers, at", np.round(betas, 2))
gain = min(accuracy[name] for name in list(bends)[1:]) - accuracy["no bend"]
claim("Each bend gains accuracy over none", gain, at_least=8, unit="points", idea="4.1")

# %%
# Does the gradient reach the first layer?
# ----------------------------------------
#
# Backpropagation hands the gradient from the last layer to the first. At each
# layer it is multiplied by the slopes there. A sigmoid's slope is nowhere
# above 1/4, so twenty of them in a row leave next to nothing. We build
# networks of 20 layers for 8×8 images of digits and, before any training,
# measure the gradient at each layer. Each activation gets the random start
# that was made for it: Glorot's for sigmoid and tanh, He's for ReLU.
from dlkeras.datasets import load_digits
from dlkeras.utils import value_and_gradients

(x_train, y_train), (x_test, y_test) = load_digits()
x_train, x_test = x_train.reshape(-1, 64), x_test.reshape(-1, 64)
mean, std = x_train.mean(), x_train.std()
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def stack(depth, units, activation, start):
    hidden = [
        layers.Dense(units, activation, kernel_initializer=start)
        for _ in range(depth - 1)
    ]
    return keras.Sequential([keras.Input((64,)), *hidden, layers.Dense(10)])


deep = {
    "sigmoid": stack(20, 32, "sigmoid", "glorot_normal"),
    "tanh": stack(20, 32, "tanh", "glorot_normal"),
    "ReLU": stack(20, 32, "relu", "he_normal"),
}
looks = {
    "sigmoid": ("#0072B2", "o-"),
    "tanh": ("#00785A", "s--"),
    "ReLU": ("#C25400", "^-"),
}
places = {"sigmoid": (8.3, 1e-9), "tanh": (1, 1e-3), "ReLU": (1, 1e2)}
norms = {}
fig, ax = plt.subplots()
for name, model in deep.items():
    _, gradients = value_and_gradients(
        lambda model=model: loss(y_train[:200], model(x_train[:200])),
        [layer.kernel for layer in model.layers],
    )
    norms[name] = [np.linalg.norm(g) for g in gradients]
    color, line = looks[name]
    ax.semilogy(range(1, 21), norms[name], line, color=color)
    ax.text(*places[name], name, color=color)
ax.set(xlabel="layer (1 = first)", ylabel="size of the gradient", ylim=(1e-15, 1e4))
ax.set(xticks=[1, 5, 10, 15, 20], title="Through sigmoids the gradient fades away")
plt.show()

claim(
    "ReLU sends layer 1 of 20 a larger gradient than sigmoid",
    norms["ReLU"][0] / norms["sigmoid"][0],
    at_least=1e8,
    unit="times",
)

# %%
# Which of them learn?
# --------------------
#
# The same three networks are now trained, all in the same way.
fig, ax = plt.subplots()
for name, model in deep.items():
    model.compile(keras.optimizers.Adam(0.003), loss, metrics=["accuracy"])
    history = model.fit(x_train, y_train, batch_size=64, epochs=10, verbose=0)
    curve = 100 * np.array(history.history["accuracy"])
    accuracy[name] = curve[-1]
    color, line = looks[name]
    ax.plot(range(1, 11), curve, line, color=color)
    shift = {"sigmoid": (10, 6), "tanh": (10, -16), "ReLU": (3.4, -14)}[name]
    ax.text(
        shift[0], curve[round(shift[0]) - 1] + shift[1], name, color=color, ha="right"
    )
ax.set(xlabel="epoch", ylabel="training accuracy (%)", ylim=(0, 104))
ax.set_title("ReLU trains 20 layers, sigmoid does not")
plt.show()

right = accuracy["ReLU"]
claim(
    "Twenty layers of ReLUs learn the digits", right, at_least=70, unit="%", idea="4.2"
)
right = accuracy["sigmoid"]
claim("With sigmoids they are left guessing", right, at_most=15, unit="%", idea="4.5")

# %%
# Tanh holds out well: its slope at 0 is 1, and Glorot's start keeps the scores
# near 0. What counts is a slope near 1 where the scores are.
#
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
# standard deviation 1)? A fourth output gives the ink through a sigmoid, which
# is the wrong choice.
ink_train, ink_test = (x.mean(axis=1, keepdims=True) for x in (x_train, x_test))
ink_test = (ink_test - ink_train.mean()) / ink_train.std()
ink_train = (ink_train - ink_train.mean()) / ink_train.std()

inputs = keras.Input((64,))
shared = layers.Dense(64, activation="relu")(inputs)
outputs = [
    layers.Dense(10, activation="softmax")(shared),  # which digit
    layers.Dense(1, activation="sigmoid")(shared),  # odd or not
    layers.Dense(1)(shared),  # ink
    layers.Dense(1, activation="sigmoid")(shared),  # ink, wrongly
]
model = keras.Model(inputs, outputs)
losses = ["sparse_categorical_crossentropy", "binary_crossentropy", "mse", "mse"]
model.compile(keras.optimizers.Adam(0.005), losses)
targets = [y_train[:, None], y_train[:, None] % 2, ink_train, ink_train]
model.fit(x_train, targets, batch_size=64, epochs=15, verbose=0)
p, odd, ink, wrong = model.predict(x_test, batch_size=512, verbose=0)

print("digit  likeliest  sum of p   odd?    ink  ink by sigmoid")
for i in range(5):
    print(f"{y_test[i]:>5}  {p[i].argmax():>9}  {p[i].sum():>8.4f}", end="")
    print(f"{odd[i, 0]:>7.2f}  {ink[i, 0]:>+5.2f}  {wrong[i, 0]:>+14.2f}")
errors = [np.sqrt(np.mean((guess - ink_test) ** 2)) for guess in (ink, wrong)]
claim(
    "A sigmoid cannot reach targets beyond 0 and 1, so its error is larger",
    errors[1] / errors[0],
    at_least=3,
    unit="times",
)

# %%
# When it goes wrong: ReLU units that die
# ---------------------------------------
#
# Left of 0, ReLU is flat. A unit whose score is negative for every training
# image has slope 0 for all of them: it gets no gradient, and so it cannot come
# back. It is *dead*. One violent step can do that to many units at once. We
# count the dead after each epoch, in two mishaps with a cure each. Weights
# that start far too large: He's start. A learning rate far too high: leaky
# ReLU, whose slope is never 0.


def dead_share(model):
    """Percentage of hidden units that no training image brings above 0."""
    a, dead = x_train, []
    for layer in model.layers[:-1]:
        a = layer(a)  # (samples, units)
        dead.append(ops.convert_to_numpy(ops.max(a, axis=0)) <= 0)
    return 100 * np.mean(dead)


wild = keras.initializers.RandomNormal(stddev=1.0)
runs = {  # name: (activation, start, optimizer)
    "wild start": ("relu", wild, keras.optimizers.SGD(0.02, momentum=0.9)),
    "He's start": ("relu", "he_normal", keras.optimizers.SGD(0.02, momentum=0.9)),
    "high rate": ("relu", "he_normal", keras.optimizers.Adam(0.05)),
    "leaky ReLU": ("leaky_relu", "he_normal", keras.optimizers.Adam(0.05)),
}
dead = {}
for name, (activation, start, optimizer) in runs.items():
    model = stack(4, 64, activation, start)
    model.compile(optimizer, loss, metrics=["accuracy"])
    dead[name] = [dead_share(model)]
    for _ in range(6):
        history = model.fit(x_train, y_train, batch_size=128, verbose=0)
        dead[name].append(dead_share(model))
    right = history.history["accuracy"][-1]
    print(f"{name:>10}: {dead[name][-1]:3.0f} % dead, accuracy {right:.2f}")

fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.4), sharey=True)
for i, (name, shares) in enumerate(dead.items()):
    color, line = [("#C25400", "o-"), ("#00785A", "s--")][i % 2]
    axes[i // 2].plot(shares, line, color=color)
    axes[i // 2].text(6, shares[-1] + 4, name, ha="right", color=color)
    axes[i // 2].set(xlabel="epoch", ylim=(0, 100), xticks=[0, 3, 6])
axes[0].set_ylabel("dead units (%)")
fig.suptitle("Units die early, and do not come back")
plt.show()

saved = dead["wild start"][-1] - dead["He's start"][-1]
claim(
    "He's start saves units that a wild start kills",
    saved,
    at_least=40,
    unit="% of all",
)
saved = dead["high rate"][-1] - dead["leaky ReLU"][-1]
claim(
    "Leaky ReLU saves units that a high rate kills", saved, at_least=20, unit="% of all"
)

# %%
# A network may still answer well with half of its units dead, as the third row
# shows: you pay for units that do nothing, and no error message tells you.
#
# Exercises
# ---------
#
# **1. Leaky ReLU.** Write a function that takes an array of scores and the
# slope for negative ones, and returns a pair: the values and the derivatives,
# two arrays of the same shape.


def leaky_relu(z, slope):
    return ...  # your code


exercise("activation_functions/leaky_relu").check(leaky_relu)

# %%
# **2. The last layer.** Choose the output activation for each task: one of
# ``"none"``, ``"softplus"``, ``"sigmoid"`` and ``"softmax"``. Put your words
# where the dots stand.
tasks = {
    "which of 200 bird species is in the photo": ...,
    "tomorrow's temperature in degrees Celsius": ...,
    "is this transaction fraud": ...,
    "which of ten topics an article touches, several allowed": ...,
    "the waiting time at the counter in minutes": ...,
}

exercise("activation_functions/outputs").check(tasks)

# %%
# **3. The logarithm of softmax.** The loss of the next lab needs
# :math:`\log p_i`. Taking the logarithm of softmax gives minus infinity where
# a probability rounds to 0. Write it in one go, for scores of shape
# ``(samples, classes)``, so that scores of 1000 do no harm.


def log_softmax(z):
    return ...  # your code


exercise("activation_functions/log_softmax").check(log_softmax)

# %%
# **4. Your own.** Invent an activation function that is none of the nine.
# It works on arrays, it bends, and it lets the gradient through: from the last
# of 20 layers to the first it may neither shrink nor grow more than a hundred
# times. (The checker keeps the scores at a standard deviation of 1.)


def my_activation(z):
    return ...  # your code


exercise("activation_functions/your_own").check(my_activation)

# %%
# What you saw
# ------------
#
# - Layers without a bend between them are one layer. A bend lets a boundary
#   follow the data, and it can even be learned.
# - A gradient passes through a layer multiplied by its slopes: twenty sigmoids
#   wear it down to nothing, ReLU hands it on, and so trains.
# - ReLU units can die of one violent step; He's start or a leaky slope keeps
#   them alive. The output's activation follows from what the answer means.
#
# Read on
# -------
#
# - X. Glorot and Y. Bengio (2010),
#   `Understanding the difficulty of training deep feedforward neural networks
#   <https://proceedings.mlr.press/v9/glorot10a.html>`_, AISTATS.
# - A. L. Maas, A. Y. Hannun and A. Y. Ng (2013),
#   `Rectifier nonlinearities improve neural network acoustic models
#   <https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf>`_:
#   leaky ReLU.
# - K. He, X. Zhang, S. Ren and J. Sun (2015),
#   `Delving deep into rectifiers <https://arxiv.org/abs/1502.01852>`_, ICCV.
# - D. Hendrycks and K. Gimpel (2016), `Gaussian error linear units
#   <https://arxiv.org/abs/1606.08415>`_: GELU and SiLU.
# - P. Ramachandran, B. Zoph and Q. V. Le (2017),
#   `Searching for activation functions <https://arxiv.org/abs/1710.05941>`_:
#   swish with its β.
