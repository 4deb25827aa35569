"""
Activation functions
====================

A neuron adds up its inputs, and then bends the sum. The bend is called the
activation function. Without it a network of a hundred layers can do no more
than one; with the wrong one, its first layers never learn.

You will learn

- nine activation functions, their values and their slopes;
- why layers without a bend collapse into a single matrix;
- why the gradient dies on its way through twenty sigmoid layers;
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
# Leave :math:`f` out, and two layers are one. The product of two matrices is
# a matrix again:
#
# .. math::
#
#    (x W_1 + b_1)\, W_2 + b_2 = x\, (W_1 W_2) + (b_1 W_2 + b_2)
#
# A bend between them stops the merging.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

fig, ax = plt.subplots(figsize=(5.4, 3.3))
box = {"boxstyle": "round,pad=0.5", "facecolor": "#CFE3F1"}
chains = [  # height, and what stands where
    (4.3, {0: "x", 3: "$W_1$", 7: "$W_2$", 10: "y"}),
    (2.5, {0: "x", 5: "$W_1 W_2$", 10: "y"}),
    (0.2, {0: "x", 2.3: "$W_1$", 5: "      ", 7.7: "$W_2$", 10: "y"}),
]
for y, stops in chains:
    ax.annotate("", (9.6, y), (0.4, y), arrowprops={"arrowstyle": "-|>", "lw": 2})
    for x, text in stops.items():
        look = box if 0 < x < 10 else {"facecolor": "white", "edgecolor": "none"}
        ax.text(x, y, text, ha="center", va="center", fontsize=16, bbox=look)
ax.plot([4.55, 5, 5.4], [0.0, 0.0, 0.5], color="#D55E00", lw=3, zorder=9)
ax.text(5, 3.4, "is the same as", ha="center", va="center")
ax.text(5, 1.35, "but with a bend it stays two layers", ha="center", va="center")
ax.set(xlim=(-0.3, 10.3), ylim=(-0.5, 5), title="Without a bend, two layers are one")
ax.axis("off")
plt.show()

# %%
# Test it on numbers: twenty layers, each a matrix and a bias, against one.
x = rng.normal(size=(5, 8))  # five samples of eight features
a, W_all, b_all = x, np.eye(8), np.zeros(8)
for _ in range(20):
    W, b = rng.normal(size=(8, 8)) / np.sqrt(8), rng.normal(size=8)
    a = a @ W + b  # layer by layer
    W_all, b_all = W_all @ W, b_all @ W + b  # all of them in one

claim(
    "Twenty stacked linear layers do what one matrix and one bias do, up to",
    np.abs(a - (x @ W_all + b_all)).max(),
    at_most=1e-12,
)

# %%
# From scratch
# ------------
#
# Eight functions that bend one number at a time, each with its slope (its
# derivative :math:`f'`), which learning needs. ``sigmoid`` is
# :math:`1 / (1 + e^{-z})`, written so that no exponential can overflow. GELU
# weighs its input by the share :math:`\Phi(z)` of a normal distribution that
# lies below it; NumPy lacks that share, the ``math`` module has its ``erf``.
import math


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def below(z):  # Φ(z)
    return 0.5 * (1 + np.vectorize(math.erf)(z / np.sqrt(2)))


def bell(z):  # the normal density, the slope of Φ
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


functions = {  # name: (value, slope)
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": (
        lambda z: np.where(z > 0, z, 0.2 * z),
        lambda z: np.where(z > 0, 1.0, 0.2),
    ),
    "elu": (
        lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1),
        lambda z: np.exp(np.minimum(z, 0)),
    ),
    "gelu": (lambda z: z * below(z), lambda z: below(z) + z * bell(z)),
    "silu": (
        lambda z: z * sigmoid(z),
        lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z))),
    ),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),  # log(1 + exp(z))
}

# %%
# Three scores go in. What comes out, and how steep is it there?
scores = np.array([-2.0, 0.5, 2.0])
print(f"{'':>10}  value at -2  0.5  2      slope at -2  0.5  2")
for name, (f, slope) in functions.items():
    print(f"{name:>10}  {f(scores).round(2)!s:<21}  {slope(scores).round(2)}")

# %%
# A slope is easy to get wrong, and easy to check: step a little to both
# sides, and compare the difference of the values with the step.
z = np.linspace(-5, 5, 200)  # an even number of points leaves out 0, the kink
step = 1e-5
errors = [
    np.abs((f(z + step) - f(z - step)) / (2 * step) - slope(z)).max()
    for f, slope in functions.values()
]
claim("Every slope formula agrees with the measured slope", max(errors), at_most=1e-9)

# %%
# The ninth function, *softmax*, takes a whole list of scores and turns it into
# probabilities. Class :math:`i` of :math:`k` gets
#
# .. math::
#
#    p_i = \frac{e^{z_i}}{e^{z_1} + \dots + e^{z_k}}
#
# Written down like this it breaks: :math:`e^{1000}` is too large for a
# computer. But adding the same number to all scores multiplies the top and the
# bottom by the same factor, so we may subtract the largest score first.


def naive_softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))  # the largest exponent is 0
    return e / e.sum(axis=-1, keepdims=True)


large = np.array([1000.0, 1001.0, 1002.0])
with np.errstate(over="ignore", invalid="ignore"):
    print("naive: ", naive_softmax(large))
print("stable:", softmax(large).round(3))

z_many = rng.normal(scale=30, size=(1000, 10))  # 1000 samples, 10 classes
p = softmax(z_many)
claim(
    "Softmax makes probabilities: none below 0, and a sum of 1 to within",
    np.abs(p.sum(axis=-1) - 1).max() if p.min() >= 0 else np.nan,
    at_most=1e-14,
    idea="4.4",
)
claim(
    "Adding 1000 to every score changes no softmax probability by more than",
    np.abs(softmax(z_many + 1000) - p).max(),
    at_most=1e-12,
)

# %%
# All nine at a glance. Softmax is drawn for the first of three scores, the
# other two being 0.
curves = {name: (f(z), slope(z)) for name, (f, slope) in functions.items()}
p_1 = softmax(np.stack([z, 0 * z, 0 * z], axis=-1))[:, 0]
curves["softmax"] = p_1, p_1 * (1 - p_1)

fig, axes = plt.subplots(3, 3, figsize=(5.6, 5.6), sharex=True, sharey=True)
for ax, (name, (value, slope)) in zip(axes.flat, curves.items(), strict=True):
    ax.plot(z, value, color="#0072B2", lw=2.5)
    ax.plot(z, slope, color="#D55E00", ls="--")
    ax.set(title=name, ylim=(-1.3, 2.4), xlim=(-5, 5), xticks=[-4, 0, 4])
axes[0, 0].text(-4.6, 1.2, "value", color="#0072B2")
axes[0, 0].text(-4.6, 0.42, "slope", color="#B04A00")
axes[2, 1].set_xlabel("score z")
fig.suptitle("Nine bends (—) and their slopes (- -)")
plt.show()

# %%
# Sigmoid and tanh are *bounded*: no score drives them past a floor and a
# ceiling. The price is *saturation*. Far from 0 they are flat, and where the
# slope is 0, nothing is learned.
extreme = np.array([-1e6, -1e3, 1e3, 1e6])
reach = {name: np.abs(functions[name][0](extreme)).max() for name in functions}
claim(
    "No score, not even a million, drives a sigmoid or tanh past",
    max(reach["sigmoid"], reach["tanh"]),
    close_to=1,
    tol=1e-12,
    idea="4.3",
)
claim(
    "The steepest slope that a sigmoid has anywhere",
    functions["sigmoid"][1](np.linspace(-10, 10, 2001)).max(),
    close_to=0.25,
    tol=1e-6,
)
# %%
# In Keras
# --------
#
# Keras knows all of them by name.
import keras
from keras import layers, ops

gaps = []
for name, (f, _) in functions.items():
    theirs = keras.activations.get(name)(ops.convert_to_tensor(z, "float32"))
    gaps.append(np.abs(ops.convert_to_numpy(theirs) - f(z)).max())
theirs = keras.activations.softmax(ops.convert_to_tensor(z_many, "float32"))
gaps.append(np.abs(ops.convert_to_numpy(theirs) - p).max())
claim("All nine functions agree with those of Keras", max(gaps), at_most=1e-5)

# %%
# In a Sequential model the name is an argument of the layer:


def sequential(activation):
    return keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(16, activation=activation),
            layers.Dense(16, activation=activation),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


# %%
# In a Functional model it may also stand as a layer of its own, between
# others:


def functional(make_activation):
    inputs = keras.Input((2,))
    x = make_activation()(layers.Dense(16)(inputs))
    x = make_activation()(layers.Dense(16)(x))
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))


# %%
# A custom layer can hold a bend that is *learned*. SiLU is
# :math:`z\,\sigma(z)`, with the sigmoid :math:`\sigma`. Put a trainable number
# :math:`\beta` inside, and the layer runs from the straight line
# :math:`z / 2` (:math:`\beta = 0`) to nearly ReLU (:math:`\beta` large).


class LearnableSwish(layers.Layer):
    def __init__(self, beta=1.0, **kwargs):
        super().__init__(**kwargs)
        self.initial_beta = beta

    def build(self, input_shape):
        start = keras.initializers.Constant(self.initial_beta)
        self.beta = self.add_weight(shape=(), initializer=start)

    def call(self, z):
        return z * ops.sigmoid(self.beta * z)


from dlkeras.layers import LearnableSwish as LibrarySwish

z_32 = z.astype("float32")
silu = functions["silu"][0](z)
claim(
    "With β = 1 the layer is SiLU, and the library's layer agrees, to within",
    max(
        np.abs(ops.convert_to_numpy(layer(z_32)) - silu).max()
        for layer in (LearnableSwish(), LibrarySwish())
    ),
    at_most=1e-5,
)

# %%
# What does the bend do to a boundary?
# ------------------------------------
#
# Two half moons reach into each other. The same small network meets them four
# times: without a bend, with ReLU, with tanh, and with our layer, whose
# :math:`\beta` starts at 0. That last network is a straight line at first. If
# it needs a bend, it must learn one.
from dlkeras.datasets import make_moons
from dlkeras.visualization import plot_decision

x_moons, y_moons = make_moons(400, noise=0.15, seed=seed)
networks = {
    "no bend": sequential(None),
    "ReLU": sequential("relu"),
    "tanh": functional(lambda: layers.Activation("tanh")),
    "learned": functional(lambda: LearnableSwish(beta=0.0)),
}
accuracy = {}
fig, axes = plt.subplots(2, 2, figsize=(5.6, 4.8), sharex=True, sharey=True)
for ax, (name, model) in zip(axes.flat, networks.items(), strict=True):
    adam = keras.optimizers.Adam(0.05)
    model.compile(adam, "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x_moons, y_moons, batch_size=50, epochs=60, verbose=0)
    accuracy[name] = history.history["accuracy"][-1]
    plot_decision(
        lambda points, model=model: model.predict(points, batch_size=4096, verbose=0),
        x_moons,
        y_moons,
        size=10,
        ax=ax,
    )
    ax.set(title=name, xticks=[], yticks=[])
fig.suptitle("A bend lets the boundary follow the moons")
fig.supxlabel("$x_1$")
fig.supylabel("$x_2$")
plt.show()

betas = [
    float(ops.convert_to_numpy(layer.beta))
    for layer in networks["learned"].layers
    if isinstance(layer, LearnableSwish)
]
print("learned β:", np.round(betas, 2))
claim(
    "A bend between the layers gains accuracy over none, on two moons",
    100 * (min(accuracy["ReLU"], accuracy["tanh"]) - accuracy["no bend"]),
    at_least=8,
    unit="points",
    idea="4.1",
)
claim(
    "A layer that starts straight learns to bend, and gains over none",
    100 * (accuracy["learned"] - accuracy["no bend"]),
    at_least=8,
    unit="points",
)

# %%
# Does the gradient reach the first layer?
# ----------------------------------------
#
# Backpropagation hands the gradient from the last layer to the first. At each
# layer it is multiplied by the slopes there. A sigmoid's slope is never above
# a quarter; twenty of them in a row leave next to nothing. We build networks
# of 20 layers for 8×8 images of digits, untrained, and measure the gradient at
# each. Each activation gets the start that was made for it: Glorot's for
# sigmoid and tanh, He's for ReLU.
from dlkeras.datasets import load_digits
from dlkeras.utils import value_and_gradients

(x_train, y_train), (x_test, y_test) = load_digits()
x_train, x_test = x_train.reshape(-1, 64), x_test.reshape(-1, 64)
mean, std = x_train.mean(), x_train.std()
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std

starts = {"sigmoid": "glorot_normal", "tanh": "glorot_normal", "relu": "he_normal"}
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
deep, norms = {}, {}
for name, start in starts.items():
    hidden = [
        layers.Dense(32, activation=name, kernel_initializer=start) for _ in range(19)
    ]
    deep[name] = model = keras.Sequential(
        [keras.Input((64,)), *hidden, layers.Dense(10)]
    )
    kernels = [layer.kernel for layer in model.layers]
    _, gradients = value_and_gradients(
        lambda model=model: loss(y_train[:200], model(x_train[:200])), kernels
    )
    norms[name] = [np.linalg.norm(g) for g in gradients]

styles = {
    "sigmoid": {"color": "#0072B2", "ls": "-", "marker": "o"},
    "tanh": {"color": "#009E73", "ls": "--", "marker": "s"},
    "relu": {"color": "#D55E00", "ls": "-", "marker": "^"},
}
fig, ax = plt.subplots()
for name, norm in norms.items():
    ax.semilogy(range(1, 21), norm, **styles[name])
ax.text(3.6, norms["sigmoid"][2] * 1e-2, "sigmoid", color="#0072B2")
ax.text(1, norms["tanh"][0] * 1e-2, "tanh", color="#00785A")
ax.text(1, norms["relu"][0] * 12, "ReLU", color="#B04A00")
ax.set(
    xlabel="layer (1 = first)",
    ylabel="size of the gradient",
    xticks=[1, 5, 10, 15, 20],
    ylim=(None, 1e3),
    title="Through sigmoids the gradient fades away",
)
plt.show()

claim(
    "The gradient that reaches layer 1 of 20 is larger with ReLU than with sigmoid",
    norms["relu"][0] / norms["sigmoid"][0],
    at_least=1e8,
    unit="times",
)

# %%
# Which of them learn?
# --------------------
#
# The same three networks are now trained, all in the same way.
curves = {}
for name, model in deep.items():
    model.compile(keras.optimizers.Adam(0.002), loss, metrics=["accuracy"])
    history = model.fit(x_train, y_train, batch_size=64, epochs=12, verbose=0)
    curves[name] = 100 * np.array(history.history["accuracy"])

fig, ax = plt.subplots()
for name, curve in curves.items():
    ax.plot(range(1, 13), curve, **styles[name])
ax.text(8, 16, "sigmoid", color="#0072B2")
ax.text(2.2, curves["tanh"][2] + 8, "tanh", color="#00785A", ha="right")
ax.text(4.5, curves["relu"][3] - 12, "ReLU", color="#B04A00")
ax.set(
    xlabel="epoch",
    ylabel="training accuracy (%)",
    ylim=(0, 100),
    title="ReLU trains 20 layers, sigmoid does not",
)
plt.show()

claim(
    "A 20-layer network of ReLUs learns the digits, with a training accuracy of",
    curves["relu"][-1],
    at_least=80,
    unit="%",
    idea="4.2",
)
claim(
    "With sigmoids the same network is left guessing among ten classes",
    curves["sigmoid"][-1],
    at_most=15,
    unit="%",
)
claim(
    "Only the activation differs, yet best and worst of three are apart by",
    max(c[-1] for c in curves.values()) - min(c[-1] for c in curves.values()),
    at_least=70,
    unit="points",
    idea="4.5",
)

# %%
# Tanh holds out well: at 0 its slope is 1, and Glorot's start keeps the scores
# near 0. What counts is a slope near 1 where the scores are.
#
# Which activation for the output?
# --------------------------------
#
# Inside a network the choice is a matter of learning well. On the output it
# is a matter of meaning: the activation must be able to reach every target,
# and nothing else if it can be helped.
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
# A Functional model can answer three questions on one digit at a time: which
# digit, is it odd, and how much ink was used (scaled to mean 0). A fourth
# output asks for the ink again, with the wrong activation.
ink = x_train.mean(axis=1, keepdims=True)
ink_mean, ink_std = ink.mean(), ink.std()
ink = (ink - ink_mean) / ink_std

inputs = keras.Input((64,))
shared = layers.Dense(64, activation="relu")(inputs)
model = keras.Model(
    inputs,
    {
        "digit": layers.Dense(10, activation="softmax", name="digit")(shared),
        "odd": layers.Dense(1, activation="sigmoid", name="odd")(shared),
        "ink": layers.Dense(1, name="ink")(shared),
        "ink_sigmoid": layers.Dense(1, activation="sigmoid", name="ink_sigmoid")(shared),
    },
)
model.compile(
    keras.optimizers.Adam(0.005),
    {
        "digit": "sparse_categorical_crossentropy",
        "odd": "binary_crossentropy",
        "ink": "mse",
        "ink_sigmoid": "mse",
    },
)
targets = {"digit": y_train, "odd": y_train[:, None] % 2, "ink": ink, "ink_sigmoid": ink}
model.fit(x_train, targets, batch_size=64, epochs=20, verbose=0)
answers = model.predict(x_test, batch_size=512, verbose=0)

print("digit  likeliest  probabilities sum to  odd?   ink    ink by sigmoid")
for i in range(4):
    p_i = answers["digit"][i]
    print(
        f"{y_test[i]:>5}  {p_i.argmax():>9}  {p_i.sum():>20.6f}  "
        f"{answers['odd'][i, 0]:.2f}  {answers['ink'][i, 0]:+.2f}  "
        f"{answers['ink_sigmoid'][i, 0]:>17.2f}"
    )

ink_test = (x_test.mean(axis=1, keepdims=True) - ink_mean) / ink_std
rmse = {n: np.sqrt(np.mean((answers[n] - ink_test) ** 2)) for n in ("ink", "ink_sigmoid")}
claim(
    "A sigmoid on the output cannot reach these targets: its error is larger",
    rmse["ink_sigmoid"] / rmse["ink"],
    at_least=3,
    unit="times",
)

# %%
# When it goes wrong: ReLU units that die
# ---------------------------------------
#
# Left of 0, ReLU is flat. A unit whose score is negative for every training
# image has slope 0 for all of them: it gets no gradient, and so never comes
# back. It is *dead*. One violent step can do that to many units at once. We
# count the dead units after each epoch, in two mishaps: a network that starts
# with weights far too large, and one with a learning rate far too high. For
# each, a cure: He's start, and leaky ReLU, whose slope is never 0.


def dead_share(model):
    """Share of hidden units that are never above 0 on the training images."""
    a, alive = x_train, []
    for layer in model.layers[:-1]:
        a = layer(a)  # (samples, units)
        alive.append(ops.convert_to_numpy(ops.any(a > 0, axis=0)))
    return 100 * (1 - np.mean(alive))


class CountDead(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.shares = [dead_share(self.model)]

    def on_epoch_end(self, epoch, logs=None):
        self.shares.append(dead_share(self.model))


wild = keras.initializers.RandomNormal(stddev=1.0)
momentum = {"learning_rate": 0.02, "momentum": 0.9}
runs = {  # name: (activation, start, optimizer)
    "wild start": ("relu", wild, keras.optimizers.SGD(**momentum)),
    "He's start": ("relu", "he_normal", keras.optimizers.SGD(**momentum)),
    "high rate": ("relu", "he_normal", keras.optimizers.Adam(0.05)),
    "leaky ReLU": ("leaky_relu", "he_normal", keras.optimizers.Adam(0.05)),
}
dead, trained = {}, {}
for name, (activation, start, optimizer) in runs.items():
    hidden = [
        layers.Dense(64, activation=activation, kernel_initializer=start)
        for _ in range(3)
    ]
    model = keras.Sequential([keras.Input((64,)), *hidden, layers.Dense(10)])
    model.compile(optimizer, loss, metrics=["accuracy"])
    count = CountDead()
    history = model.fit(
        x_train, y_train, batch_size=128, epochs=8, verbose=0, callbacks=[count]
    )
    dead[name], trained[name] = count.shares, history.history["accuracy"][-1]
    print(f"{name:>10}: {dead[name][-1]:3.0f} % dead, accuracy {trained[name]:.2f}")

fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.4), sharey=True)
for ax, names in zip(axes, (list(runs)[:2], list(runs)[2:]), strict=True):
    for name, color, ls, marker in zip(
        names, ("#D55E00", "#009E73"), ("-", "--"), ("o", "s"), strict=True
    ):
        ax.plot(dead[name], color=color, ls=ls, marker=marker, ms=5)
        ax.text(8, dead[name][-1] + 4, name, ha="right", color=color)
    ax.set(xlabel="epoch", ylim=(0, 100), xticks=[0, 4, 8])
axes[0].set_ylabel("dead units (%)")
fig.suptitle("Units die early, and do not come back")
plt.show()

claim(
    "Weights that start too large kill ReLU units",
    dead["wild start"][-1],
    at_least=50,
    unit="%",
)
claim(
    "He's start keeps nearly all of them alive: dead are",
    dead["He's start"][-1],
    at_most=10,
    unit="%",
)
claim(
    "At a learning rate that kills ReLU units, leaky ReLU saves this many",
    dead["high rate"][-1] - dead["leaky ReLU"][-1],
    at_least=20,
    unit="points",
)

# %%
# Exercises
# ---------
#
# **1. Leaky ReLU.** Write a function that takes an array of scores and the
# slope for negative ones, and returns a pair: the values and the derivatives,
# two arrays of the same shape. At a score of exactly 0 either slope is right.


def leaky_relu(z, slope): ...  # your code


exercise("activation_functions/leaky_relu").check(leaky_relu)

# %%
# **2. The last layer.** Choose the output activation for each task: one of
# ``"none"``, ``"softplus"``, ``"sigmoid"`` and ``"softmax"``. Put your words
# where the dots stand.
outputs = {
    "which of 200 bird species is in the photo": ...,
    "tomorrow's temperature in degrees Celsius": ...,
    "is this transaction fraud": ...,
    "which of ten topics an article touches, several allowed": ...,
    "the waiting time at the counter in minutes": ...,
}

exercise("activation_functions/outputs").check(outputs)

# %%
# **3. The logarithm of softmax.** Cross-entropy, the loss of the next lab,
# needs :math:`\log p_i`. Taking the logarithm of softmax gives minus infinity
# where a probability rounds to 0. Write it in one go, for an array of scores
# of shape ``(samples, classes)``, so that scores of 1000 do no harm.


def log_softmax(z): ...  # your code


exercise("activation_functions/log_softmax").check(log_softmax)

# %%
# **4. Your own.** Invent an activation function that is none of the nine.
# It works on arrays, it bends, and it lets the gradient through: from the last
# of 20 layers to the first it may neither shrink nor grow more than a hundred
# times. The checker builds the layers, and keeps the scores at a standard
# deviation of 1.


def my_activation(z): ...  # your code


exercise("activation_functions/your_own").check(my_activation)

# %%
# What you saw
# ------------
#
# - Layers without a bend between them are one layer. A bend lets a boundary
#   follow the data, and it can even be learned.
# - A gradient passes through a layer multiplied by its slopes: sigmoids wear
#   it down to nothing in twenty layers, ReLU hands it on.
# - ReLU units can die of one violent step; a start and a rate of the right
#   size, or a leaky slope, keep them alive. The output's activation is chosen
#   by what the answer means.
#
# Read on
# -------
#
# - X. Glorot and Y. Bengio (2010),
#   `Understanding the difficulty of training deep feedforward neural networks
#   <https://proceedings.mlr.press/v9/glorot10a.html>`_, AISTATS.
# - V. Nair and G. E. Hinton (2010),
#   `Rectified linear units improve restricted Boltzmann machines
#   <https://www.cs.toronto.edu/~fritz/absps/reluICML.pdf>`_, ICML.
# - A. L. Maas, A. Y. Hannun and A. Y. Ng (2013),
#   `Rectifier nonlinearities improve neural network acoustic models
#   <https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf>`_:
#   leaky ReLU.
# - K. He, X. Zhang, S. Ren and J. Sun (2015),
#   `Delving deep into rectifiers <https://arxiv.org/abs/1502.01852>`_, ICCV.
# - D.-A. Clevert, T. Unterthiner and S. Hochreiter (2015),
#   `Fast and accurate deep network learning by exponential linear units
#   <https://arxiv.org/abs/1511.07289>`_: ELU.
# - D. Hendrycks and K. Gimpel (2016),
#   `Gaussian error linear units <https://arxiv.org/abs/1606.08415>`_: GELU,
#   and SiLU beside it.
# - P. Ramachandran, B. Zoph and Q. V. Le (2017),
#   `Searching for activation functions <https://arxiv.org/abs/1710.05941>`_:
#   swish with its β.
