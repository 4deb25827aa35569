"""
Backpropagation
===============

How a network learns which way to move each of its weights: one pass forward
to the loss, and one pass back that hands every weight its slope.

You will learn

- how slopes multiply along a path, and add where paths meet;
- a complete engine for automatic differentiation, on one screen;
- the same in matrices, enough to teach a network to read digits;
- how to check a gradient, and why the step is neither large nor tiny;
- why gradients vanish or explode with depth, and which weights keep them.
"""
# sphinx_gallery_tags = ["core", "gradients", "automatic differentiation", "classification", "images", "NumPy", "Sequential", "Functional", "custom layer"]
# sphinx_gallery_minutes = 60
# sphinx_gallery_requires = ["neural_networks", "loss_functions"]
# sphinx_gallery_thumbnail_number = 2

# %%
# The idea
# --------
#
# A loss :math:`L` depends on a number :math:`x` through a middle step
# :math:`u`. Nudge :math:`x` a little. If :math:`u` moves twice as far, and
# :math:`L` three times as far as :math:`u`, then :math:`L` moves six times as
# far as :math:`x`. That is the *chain rule*: slopes along a path multiply.
#
# .. math::
#
#    \frac{dL}{dx} = \frac{dL}{du} \cdot \frac{du}{dx}
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

fig, ax = plt.subplots(figsize=(5.0, 3.4))
nudged = [("x", 0.2), ("u", 0.4), ("L", 1.2)]  # name, how far it moves
for column, (name, size) in enumerate(nudged):
    ax.plot([column, column], [-0.15, 1.35], color="black")
    ax.plot([column, column], [0, size], color="#D55E00", lw=8, solid_capstyle="butt")
    ax.text(column, -0.25, f"${name}$", ha="center", va="top", fontsize=17)
for column, slope in enumerate([2, 3]):
    low, high = nudged[column][1], nudged[column + 1][1]
    ends = [column + 0.05, column + 0.95]
    ax.fill_between(ends, [0, 0], [low, high], color="#D55E00", alpha=0.2)
    ax.text(column + 0.5, 0.12, f"slope {slope}", ha="center")
ax.set(xlim=(-0.3, 2.3), ylim=(-0.5, 1.45), title="Slopes along a path multiply: 2 × 3 = 6")
ax.axis("off")
plt.show()

# %%
# From scratch: an engine for slopes
# ----------------------------------
#
# A computer can keep the books. Each number remembers from which numbers it
# was made, its *parents*, and the *local slope* for each: how fast it moves
# when that parent moves alone. Those slopes are known when the number is
# made: 1 and 1 for a sum, the other factor for a product.
#
# ``backward`` starts at the result with slope 1 and visits children before
# their parents. Each value hands its gradient on, times the local slope. The
# ``+=`` matters: a number used twice is on two paths, and paths add.
import functools
import itertools
import math

count = itertools.count()


class Value:
    """A number that remembers how it was made."""

    def __init__(self, data, name="", op="", parents=()):
        self.data, self.grad = float(data), 0.0
        self.name, self.op = name, op
        self.parents = parents  # pairs: a parent, the local slope for it
        self.number = next(count)  # parents have lower numbers

    def __repr__(self):
        return f"{self.name or self.op} = {self.data:g} (gradient {self.grad:g})"

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, "", "+", [(self, 1), (other, 1)])

    def __sub__(self, other):
        other = as_value(other)
        return Value(self.data - other.data, "", "−", [(self, 1), (other, -1)])

    def __mul__(self, other):
        other = as_value(other)
        slopes = [(self, other.data), (other, self.data)]
        return Value(self.data * other.data, "", "×", slopes)

    def __pow__(self, n):
        slope = n * self.data ** (n - 1)
        return Value(self.data**n, "", f"^{n}", [(self, slope)])

    def tanh(self):
        a = math.tanh(self.data)
        return Value(a, "", "tanh", [(self, 1 - a**2)])

    __radd__, __rmul__ = __add__, __mul__

    def graph(self):
        """All values that this one was made from, oldest first."""
        found, waiting = {self}, [self]
        while waiting:
            new = {parent for parent, _ in waiting.pop().parents} - found
            found |= new
            waiting.extend(new)
        return sorted(found, key=lambda value: value.number)

    def backward(self):
        for value in self.graph():
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(self.graph()):  # children before their parents
            for parent, slope in value.parents:
                parent.grad += slope * value.grad  # the chain rule


def as_value(number):
    return number if isinstance(number, Value) else Value(number)


# %%
# A tiny check: :math:`e = (a + b)(b + 1)`. By the product rule the slope for
# :math:`a` is :math:`b + 1`, and for :math:`b` it is
# :math:`(b + 1) + (a + b)`: one term for each path.
a, b = Value(2, "a"), Value(3, "b")
e = (a + b) * (b + 1)
e.backward()
print(a, b, sep="\n")

# %%
# The engine's own books, drawn. Each box holds a number, with its gradient
# below. Follow the two paths from :math:`b` to the right: each multiplies the
# slopes on its arrows, and their sum is the gradient of :math:`b`.
from dlkeras.visualization import plot_graph

fig, ax = plt.subplots(figsize=(5.4, 3.4))
plot_graph(e, slopes=True, size=14, ax=ax)
ax.set_title("Slopes multiply along a path, and paths add")
plt.show()

# %%
# Now a neuron with one weight, and its squared error. Press play: numbers
# flow forward until the loss is known, then gradients flow back to ``w`` and
# ``b``. The sign of each says which way raises the loss.
from matplotlib.animation import FuncAnimation

w, x, b, y = Value(0.5, "w"), Value(2, "x"), Value(-0.3, "b"), Value(1, "y")
loss = ((w * x + b).tanh() - y) ** 2
loss.name = "loss"
loss.backward()

fig, ax = plt.subplots(figsize=(5.4, 3.6))
size = len(loss.graph())
frames = [(i, 0) for i in range(1, size + 1)] + [(size, i) for i in range(1, size + 1)]


def draw(frame):
    forward, backward = frame
    ax.clear()
    plot_graph(loss, forward=forward, backward=backward, ax=ax)
    ax.set_title("Numbers flow forward, gradients flow back")


animation = FuncAnimation(fig, draw, frames=frames + frames[-1:] * 6, interval=600)
plt.show()

# %%
# Is the engine right?
# --------------------
#
# Keras runs on TensorFlow, JAX or PyTorch, and each of them has such an
# engine. We grow random graphs, let both differentiate them, and compare. The
# gap is measured against the largest gradient, or against 1.
import keras
from keras import layers, ops

from dlkeras.utils import value_and_gradients


def random_graph(numbers, seed):
    """Twelve times, join two of the numbers made so far."""
    made, rng = list(numbers), np.random.default_rng(seed)
    for _ in range(12):
        a, b = (made[i] for i in rng.integers(len(made), size=2))
        choices = [a + b, a - b, a * b, (a**2 + 1) ** -1.0]
        made.append(choices[rng.integers(4)])
    return sum(made)


def gap(own, theirs):
    """Largest difference, relative to the largest gradient or 1."""
    return np.abs(own - theirs).max() / max(1, np.abs(own).max())


gaps = []
for graph in range(60):
    numbers = rng.uniform(-1, 1, size=3).astype("float32")
    values = [Value(number) for number in numbers]
    random_graph(values, graph).backward()
    variables = [keras.Variable(number) for number in numbers]
    _, theirs = value_and_gradients(
        functools.partial(random_graph, variables, graph), variables
    )
    gaps.append(gap(np.array([value.grad for value in values]), np.array(theirs)))

claim(
    "The engine's gradients are the framework's on 60 random graphs",
    max(gaps),
    at_most=1e-6,
)

# %%
# From numbers to matrices
# ------------------------
#
# A graph with a box for each number is slow. A layer does the same for a
# whole batch at once. Let :math:`a = \tanh(z)` with :math:`z = xW + b`, and
# write :math:`da` for the gradient of the loss with respect to :math:`a`, a
# matrix of the shape of :math:`a`. The chain rule, gathered into matrices:
#
# .. math::
#
#    dz = da \cdot (1 - a^2), \qquad dW = x^\top dz, \qquad
#    db = \sum_{\text{samples}} dz, \qquad dx = dz\, W^\top
#
# Each gradient has the shape of what it belongs to. There is one way only to
# multiply the matrices so that the shapes fit.


class Dense:
    def __init__(self, inputs, units, last=False):
        limit = np.sqrt(6 / (inputs + units))  # Glorot's, as in Keras
        self.W = rng.uniform(-limit, limit, size=(inputs, units))
        self.b = np.zeros(units)
        self.last = last  # the last layer gives scores, without tanh

    def forward(self, x):
        self.x = x  # (samples, inputs)
        z = x @ self.W + self.b  # (samples, units)
        self.a = z if self.last else np.tanh(z)
        return self.a

    def backward(self, da):
        dz = da if self.last else da * (1 - self.a**2)  # (samples, units)
        self.dW = self.x.T @ dz  # (inputs, units)
        self.db = dz.sum(axis=0)  # (units,)
        return dz @ self.W.T  # (samples, inputs)


# %%
# NumPy can multiply matrices of anything that adds and multiplies, so also of
# our values. A layer with 3 inputs and 2 units, for 4 samples, both ways:
layer = Dense(3, 2)
x, da = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
layer.forward(x)
layer.backward(da)

W = np.vectorize(Value)(layer.W)  # a matrix of six values
((np.vectorize(Value.tanh)(x @ W)) * da).sum().backward()
dW = np.vectorize(lambda value: value.grad)(W)
print("matrices:", layer.dW[0].round(6))
print("engine:  ", dW[0].round(6))
claim("Matrices and the engine agree", np.abs(dW - layer.dW).max(), at_most=1e-12)

# %%
# The network turns scores into probabilities :math:`p` by a softmax, and pays
# the cross-entropy :math:`-\log p_y` of the true class :math:`y`. Both
# together have a gradient that could not be shorter: :math:`p`, minus 1 at
# the true class. The rest is a walk through the layers and back.


class MLP:
    def __init__(self, *sizes, layer=Dense):
        last = len(sizes) - 2
        self.layers = [layer(*sizes[i : i + 2], i == last) for i in range(last + 1)]

    def get_weights(self):
        return [array for layer in self.layers for array in (layer.W, layer.b)]

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        p = np.exp(x - x.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)  # (samples, classes)

    def loss(self, x, y):
        return -np.log(self.predict(x)[range(len(x)), y]).mean()

    def backward(self, x, y):
        p = self.predict(x)
        loss = -np.log(p[range(len(x)), y]).mean()
        p[range(len(x)), y] -= 1
        da = p / len(x)  # the loss is a mean over the samples
        for layer in reversed(self.layers):
            da = layer.backward(da)
        return loss

    def train_step(self, x, y, learning_rate):
        loss = self.backward(x, y)
        for layer in self.layers:
            layer.W -= learning_rate * layer.dW
            layer.b -= learning_rate * layer.db
        return loss


# %%
# We feed it handwritten digits of 8 × 8 pixels, as rows of 64 numbers.
from dlkeras.datasets import load_digits

(x_train, y_train), (x_test, y_test) = load_digits()
x_train, x_test = (x.reshape(len(x), 64) / 16 for x in (x_train, x_test))

network = MLP(64, 32, 10)
x, y = x_train[:100], y_train[:100]
print(f"loss before training: {network.backward(x, y):.3f}, by chance {np.log(10):.3f}")

# %%
# How do you check a gradient?
# ----------------------------
#
# Nudge a weight by :math:`h` up and down, and see what the loss does:
#
# .. math::
#
#    \frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w - h)}{2h}
#
# How small should :math:`h` be?


def check(network, h=1e-5):
    """Relative error of backpropagation for 30 weights of the first layer."""
    network.backward(x, y)
    W, dW = network.layers[0].W, network.layers[0].dW
    errors = []
    for spot in zip(seen, range(30), strict=True):
        kept = W[spot]
        W[spot] = kept + h
        up = network.loss(x, y)
        W[spot] = kept - h
        down = network.loss(x, y)
        W[spot] = kept
        errors.append(abs((up - down) / (2 * h) - dW[spot]))
    return max(errors) / abs(dW).max()


seen = np.argsort(-x.std(axis=0))[:30]  # pixels that are not always blank
steps = np.logspace(-1, -13, 25)
errors = np.array([check(network, h) for h in steps])
best = steps[errors.argmin()]

fig, ax = plt.subplots()
ax.loglog(steps, errors, "o-")
ax.axvline(best, color="black", linestyle=":")
ax.text(1e-1, 1e-9, "the loss\nbends", ha="right")
ax.text(1e-12, 1e-9, "digits\nrun out")
ax.set(
    xlabel="step h",
    ylabel="relative error",
    title="A check needs a step that is not too small",
)
plt.show()

claim("At the best step, nudging agrees with the gradient", errors.min(), at_most=1e-8)
claim(
    "A step of 1e-13 makes the error larger than at the best step",
    errors[-1] / errors.min(),
    at_least=1e4,
    unit="times",
)

# %%
# A large step sees the loss bend. A tiny one drowns in rounding: two losses
# that agree in 13 of 16 digits leave 3 digits for their difference. And it
# takes two forward passes *for each weight*, where backpropagation takes one
# pass back for all of them. Differences are for checking.
#
# In Keras
# --------
#
# Keras needs no backward pass from you, Sequential or Functional:


def sequential():
    hidden = layers.Dense(32, activation="tanh")
    return keras.Sequential([keras.Input((64,)), hidden, layers.Dense(10)])


def functional():
    inputs = keras.Input((64,))
    hidden = layers.Dense(32, activation="tanh")(inputs)
    return keras.Model(inputs, layers.Dense(10)(hidden))


# %%
# But it takes one if you have it. ``custom_gradient`` hangs our own backward
# pass on a function, and a custom layer calls it.


@ops.custom_gradient
def affine(x, W, b):
    def backward(*args, upstream=None):
        dz = args[0] if upstream is None else upstream  # PyTorch names it
        dx = ops.matmul(dz, ops.transpose(W))
        return dx, ops.matmul(ops.transpose(x), dz), ops.sum(dz, axis=0)

    return ops.matmul(x, W) + b, backward


class HandDense(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units

    def build(self, input_shape):
        self.W = self.add_weight(shape=(input_shape[-1], self.units))
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x):
        return affine(x, self.W + 0.0, self.b + 0.0)  # tensors, not variables


def by_hand():
    tanh = layers.Activation("tanh")
    return keras.Sequential([keras.Input((64,)), HandDense(32), tanh, HandDense(10)])


# %%
# All three start from the NumPy network's weights. Same outputs? Same
# gradients?
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
models = {"Sequential": sequential(), "Functional": functional(), "own": by_hand()}
network.backward(x, y)
own = [g for layer in network.layers for g in (layer.dW, layer.db)]
output_gap, gradient_gap = [], []
for name, model in models.items():
    model.set_weights(network.get_weights())
    p = ops.softmax(model(x.astype("float32")))
    output_gap.append(gap(network.predict(x), ops.convert_to_numpy(p)))
    _, theirs = value_and_gradients(
        lambda m=model: cross_entropy(y, m(x.astype("float32"))),
        model.trainable_variables,
    )
    gradient_gap.append(max(map(gap, own, theirs)))
    print(f"{name:>10}: outputs {output_gap[-1]:.0e}, gradients {gradient_gap[-1]:.0e}")

claim(
    "The forward pass predicts the same in NumPy and in Keras",
    max(output_gap),
    at_most=1e-6,
    idea="5.1",
)
claim("So do all gradients of the network", max(gradient_gap), at_most=1e-6)

# %%
# Does NumPy train as Keras does?
# -------------------------------
#
# The same first weights, the same batches, the same learning rate: the losses
# should be the same, step after step.
learning_rate, batch_size = 0.5, 32
batches = [rng.integers(len(x_train), size=batch_size) for _ in range(150)]
curves = {}
for name, model in models.items():
    model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss=cross_entropy)
    curves[name] = []
    for batch in batches:
        model.reset_metrics()  # else Keras reports a running mean
        curves[name].append(model.train_on_batch(x_train[batch], y_train[batch]))



import copy

start = copy.deepcopy(network)
losses = [network.train_step(x_train[b], y_train[b], learning_rate) for b in batches]

fig, ax = plt.subplots()
ax.plot(curves["Sequential"], color="#56B4E9", linewidth=6)
ax.plot(losses, color="black", linewidth=1.5)
ax.text(30, 1.75, "Keras (broad) and NumPy (thin)")
ax.set(xlabel="step", ylabel="loss of the batch", title="One curve, drawn twice")
plt.show()

claim(
    "NumPy's losses follow Keras's, step by step",
    max(np.abs(np.array(curve) - losses).max() for curve in curves.values()),
    at_most=1e-5,
)

# %%
# Why does it learn?
# ------------------
#
# Against the gradient :math:`g`, a small step of size :math:`\eta` lowers the
# loss by :math:`\eta \lVert g \rVert^2`: the slope times the way. That is
# *gradient descent*, and all the rest is repetition.
small = copy.deepcopy(start)
before = small.train_step(x, y, learning_rate=1e-4)
promised = 1e-4 * sum((g**2).sum() for g in own)
claim(
    "One small step lowers the loss by this much of what the gradient promised",
    (before - small.loss(x, y)) / promised,
    close_to=1,
    tol=0.01,
    idea="5.3",
)

for _ in range(1500):
    batch = rng.integers(len(x_train), size=batch_size)
    network.train_step(x_train[batch], y_train[batch], learning_rate)
claim(
    "Repeating the step divides the loss on the training digits",
    start.loss(x_train, y_train) / network.loss(x_train, y_train),
    at_least=20,
    unit="times",
    idea="5.4",
)

p = network.predict(x_test)
wrong = p.argmax(axis=1) != y_test
penalty = -np.log(p[range(len(p)), y_test])
claim(
    "A digit read wrongly costs more loss than one read rightly",
    penalty[wrong].mean() / penalty[~wrong].mean(),
    at_least=10,
    unit="times",
    idea="5.2",
)
claim(
    "From slopes alone the network has learned to read new digits",
    100 * np.mean(~wrong),
    at_least=93,
    unit="%",
    idea="5.5",
)

# %%
# What does depth do to a gradient?
# ---------------------------------
#
# On its way back, the gradient is multiplied by every layer's weights and
# slopes. Forty factors a little under 1 leave nothing; forty factors a little
# over 1 explode. We send a random gradient back through 40 layers of 64
# units, with weights of standard deviation :math:`s / \sqrt{64}`. The layer
# comes from ``dlkeras``, with several activations; it computes what ours does:
from dlkeras.scratch import MLP as LibraryMLP
from dlkeras.scratch import Dense as LibraryDense
from dlkeras.scratch import Value as LibraryValue

library = LibraryMLP([64, 32, 10], "tanh")
library.set_weights(start.get_weights())
again = [library.train_step(x_train[b], y_train[b], learning_rate) for b in batches]
mine, theirs = ([kind(n) for n in numbers] for kind in (Value, LibraryValue))
for values in (mine, theirs):
    random_graph(values, seed).backward()
claim(
    "The library's engine and network agree with these",
    max(
        gap(np.array(again), np.array(losses)),
        max(abs(a.grad - b.grad) for a, b in zip(mine, theirs, strict=True)),
    ),
    at_most=1e-12,
)


# %%
def gradient_sizes(activation, s, depth=40, units=64):
    """Size of the gradient at the output, and after each layer on its way back."""
    stack = [LibraryDense(units, units, activation) for _ in range(depth)]
    a = rng.normal(size=(64, units))
    for layer in stack:
        layer.W = rng.normal(0, s / np.sqrt(units), size=(units, units))
        a = layer.forward(a)
    da = rng.normal(size=a.shape)
    sizes = [np.linalg.norm(da)]
    for layer in reversed(stack):
        da = layer.backward(da)
        sizes.append(np.linalg.norm(da))
    return np.array(sizes) / sizes[0]


kinds = {  # activation, s, color, line, where to write the name
    "ReLU, s = 2": ("relu", 2, "#B34700", "-", (17, 1e7)),
    "ReLU, s = √2": ("relu", np.sqrt(2), "#0072B2", "-", (26, 10)),
    "ReLU, s = 1": ("relu", 1, "#00704F", "--", (26, 1e-9)),
    "sigmoid, s = 1": ("sigmoid", 1, "black", ":", (4, 1e-13)),
}
flow = {}
fig, ax = plt.subplots(figsize=(5.6, 4.2))
for name, (activation, s, color, line, spot) in kinds.items():
    runs = [gradient_sizes(activation, s) for _ in range(10)]
    flow[name] = np.exp(np.log(runs).mean(axis=0))
    ax.semilogy(flow[name], line, color=color)
    ax.text(*spot, name, color=color)
ax.set(
    xlabel="layers passed on the way back",
    ylabel="size of the gradient",
    ylim=(1e-14, 1e9),
    title="Only the right weights carry a gradient far",
)
plt.show()

# %%
# A ReLU passes about half of its inputs, so each layer should multiply the
# gradient by :math:`s / \sqrt 2`. At :math:`s = \sqrt 2` it keeps its size:
# that is He's rule for the first weights. The sigmoid's slope is at most 1/4.
growth = {name: sizes[-1] ** (1 / 40) for name, sizes in flow.items()}
print("\n".join(f"{name:>14}: × {rate:.3f} a layer" for name, rate in growth.items()))
claim(
    "Per layer, a ReLU net's gradient grows by s/√2, up to a factor of",
    max(
        abs(np.log(growth[name] / (s / np.sqrt(2))))
        for name, (activation, s, *_) in kinds.items()
        if activation == "relu"
    ),
    at_most=0.03,
)
claim(
    "Through 40 sigmoid layers this much of the gradient is left",
    flow["sigmoid, s = 1"][-1],
    at_most=1e-20,
)

# %%
# When it goes wrong: a wrong gradient that learns
# ------------------------------------------------
#
# A mistake in a backward pass seldom looks like one. Here somebody forgot the
# slope of the activation. Would you notice, from the training alone?


class Forgetful(Dense):
    def backward(self, da):
        self.dW, self.db = self.x.T @ da, da.sum(axis=0)  # da, where dz belongs
        return da @ self.W.T


trained = {"right": start, "wrong": copy.deepcopy(start)}
for layer in trained["wrong"].layers:
    layer.__class__ = Forgetful
error = {name: check(network) for name, network in trained.items()}
history = {name: [] for name in trained}
for _ in range(300):
    batch = rng.integers(len(x_train), size=batch_size)
    for name, network in trained.items():
        network.train_step(x_train[batch], y_train[batch], learning_rate)
        history[name].append(100 * np.mean(network.predict(x_test).argmax(1) == y_test))

fig, ax = plt.subplots()
ax.plot(history["right"], color="#0072B2")
ax.plot(history["wrong"], "--", color="#D55E00")
ax.set(
    xlabel="step",
    ylabel="test accuracy (%)",
    ylim=(0, 100),
    title="The wrong gradient (dashed) learns, too",
)
plt.show()

claim("The wrong gradient learns to read", history["wrong"][-1], at_least=85, unit="%")
claim("Nudging finds it out: its relative error", error["wrong"], at_least=0.1)
print(f"relative error of the right one: {error['right']:.0e}")

# %%
# Exercises
# ---------
#
# **1. By hand.** For :math:`L = a\,b + a^2` at :math:`a = 3, b = -2`, find the
# slopes of :math:`L` for :math:`a` and for :math:`b`. Draw the graph first:
# how many paths lead from :math:`a` to :math:`L`?
by_hand = ...  # (slope for a, slope for b)

exercise("backpropagation/by_hand").check(by_hand)

# %%
# **2. A new operation.** Teach the engine the softplus,
# :math:`\log(1 + e^x)`. Its slope is the sigmoid, :math:`1/(1 + e^{-x})`.
# The function takes a value and returns a new one that remembers its parent:
# ``Value(data, "", "softplus", [(v, slope)])``.


def softplus(v): ...  # your code


exercise("backpropagation/softplus").check(softplus)

# %%
# **3. A layer's backward pass.** For :math:`a = \max(0, xW + b)` (ReLU),
# return ``dx, dW, db``, given the gradient ``da`` for :math:`a`.


def relu_backward(x, W, b, da): ...  # your code


exercise("backpropagation/relu_backward").check(relu_backward)

# %%
# **4. Weights that carry.** A network of 40 ``tanh`` layers needs first
# weights. Write a function that returns one layer's matrix. Any is right
# whose gradient keeps its size within a factor of 100 on the way back, while
# different inputs still give different outputs.


def first_weights(inputs, units, rng): ...  # your code


exercise("backpropagation/first_weights").check(first_weights)

# %%
# What you saw
# ------------
#
# - Slopes multiply along a path and add where paths meet. An engine of one
#   screen keeps the books, and agrees with the frameworks.
# - In matrices it is three lines a layer. NumPy trains on them as Keras does,
#   loss by loss.
# - Depth multiplies: only first weights of the right size carry a gradient
#   through. And a wrong gradient may learn: check yours by nudging.
#
# Read on
# -------
#
# - S. Linnainmaa (1976), `Taylor expansion of the accumulated rounding error
#   <https://doi.org/10.1007/BF01931367>`_, BIT: the method, before networks.
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams (1986), `Learning
#   representations by back-propagating errors
#   <https://doi.org/10.1038/323533a0>`_, Nature.
# - X. Glorot and Y. Bengio (2010), `Understanding the difficulty of training
#   deep feedforward neural networks
#   <https://proceedings.mlr.press/v9/glorot10a.html>`_, AISTATS.
# - K. He, X. Zhang, S. Ren and J. Sun (2015), `Delving deep into rectifiers
#   <https://arxiv.org/abs/1502.01852>`_, ICCV: weights for ReLU.
# - A. G. Baydin and others (2018), `Automatic differentiation in machine
#   learning: a survey <https://jmlr.org/papers/v18/17-468.html>`_, JMLR.
# - A. Karpathy (2020), `micrograd <https://github.com/karpathy/micrograd>`_:
#   the engine that this one follows in spirit.
