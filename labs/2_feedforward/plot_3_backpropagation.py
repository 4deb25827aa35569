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

fig, ax = plt.subplots(figsize=(5.0, 3.2))
moves = {"$x$": 0.2, "$u$": 0.4, "$L$": 1.2}  # how far each one moves
ax.fill_between(range(3), moves.values(), color="#D55E00", alpha=0.25)
ax.bar(range(3), moves.values(), width=0.06, color="#D55E00")
ax.vlines(range(3), -0.1, 1.3, color="black")
ax.text(0.5, 0.1, "slope 2", ha="center")
ax.text(1.5, 0.1, "slope 3", ha="center")
ax.set_xticks(range(3), moves, fontsize=17)
ax.tick_params(length=0)
ax.set(yticks=[], title="Slopes along a path multiply: 2 × 3 = 6")
ax.spines[:].set_visible(False)
plt.show()

# %%
# From scratch: an engine for slopes
# ----------------------------------
#
# Each number remembers from which numbers it was made, its *parents*, and the
# *local slope* for each: how fast it moves when that parent moves alone. Those
# slopes are known at once: 1 and 1 for a sum, the other factor for a product.
#
# ``backward`` starts at the result with slope 1 and visits children before
# their parents. Each value hands its gradient on, times the local slope. The
# ``+=`` matters: a number used twice is on two paths, and paths add.
import functools
import itertools
import math


class Value:
    """A number that remembers how it was made."""

    count = itertools.count()

    def __init__(self, data, name="", op="", parents=()):
        self.data, self.grad = float(data), 0.0
        self.name, self.op = name, op
        self.parents = parents  # pairs: a parent, and the local slope for it
        self.number = next(Value.count)  # parents have lower numbers

    def __repr__(self):
        return f"{self.name or self.op} = {self.data:g} (gradient {self.grad:g})"

    def __add__(self, other):
        a, b = self, as_value(other)
        return Value(a.data + b.data, "", "+", [(a, 1), (b, 1)])

    def __sub__(self, other):
        a, b = self, as_value(other)
        return Value(a.data - b.data, "", "−", [(a, 1), (b, -1)])

    def __mul__(self, other):
        a, b = self, as_value(other)
        return Value(a.data * b.data, "", "×", [(a, b.data), (b, a.data)])

    def __pow__(self, n):
        return Value(self.data**n, "", f"^{n}", [(self, n * self.data ** (n - 1))])

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
# :math:`(b + 1) + (a + b)`: one term for each path. Here are the engine's own
# books, drawn: in each box a number, and below it the gradient. Follow the two
# paths from :math:`b` to the right.
from dlkeras.visualization import plot_graph

a, b = Value(2, "a"), Value(3, "b")
e = (a + b) * (b + 1)
e.backward()
print(a, b, sep="\n")

fig, ax = plt.subplots(figsize=(5.4, 3.4))
plot_graph(e, slopes=True, size=14, ax=ax)
ax.set_title("Slopes multiply along a path, and paths add")
plt.show()

# %%
# Now a neuron with one weight, and its squared error. Press play: numbers
# flow forward until the loss is known, then gradients flow back to ``w`` and
# ``b``. A positive gradient says that raising the number raises the loss.
from matplotlib.animation import FuncAnimation

w, x, b, y = Value(0.5, "w"), Value(2, "x"), Value(-0.3, "b"), Value(1, "y")
loss = ((w * x + b).tanh() - y) ** 2
loss.name = "loss"
loss.backward()

fig, ax = plt.subplots(figsize=(5.4, 3.6))
size = len(loss.graph())


def draw(frame):  # first the numbers, then the gradients, then a rest
    ax.clear()
    plot_graph(loss, forward=frame + 1, backward=max(0, frame + 1 - size), ax=ax)
    ax.set_title("Numbers flow forward, gradients flow back")


animation = FuncAnimation(fig, draw, frames=2 * size + 6, interval=600)
plt.show()

# %%
# Is the engine right?
# --------------------
#
# Keras runs on TensorFlow, JAX or PyTorch, and each of them has such an
# engine. We grow random graphs and let both differentiate them.
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
    """Largest difference, as a share of the largest gradient or of 1."""
    return np.abs(own - theirs).max() / max(1, np.abs(own).max())


gaps = []
for graph in range(60):
    numbers = rng.uniform(-1, 1, size=3).astype("float32")
    values = [Value(number) for number in numbers]
    random_graph(values, graph).backward()
    variables = [keras.Variable(number) for number in numbers]
    function = functools.partial(random_graph, variables, graph)
    _, theirs = value_and_gradients(function, variables)
    gaps.append(gap(np.array([value.grad for value in values]), np.array(theirs)))

claim("The engine and Keras agree on 60 random graphs", max(gaps), at_most=1e-6)

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
#    dz = da \cdot (1 - a^2), \qquad dW = x^\top dz
#
# .. math::
#
#    db = \sum_{\text{samples}} dz, \qquad dx = dz\, W^\top
#
# Each gradient has the shape of what it belongs to, and the matrices can be
# multiplied in one way only.


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
# The network turns scores into probabilities :math:`p` by a softmax, and pays
# the cross-entropy :math:`-\log p_y` of the true class :math:`y`. Both
# together have a gradient that could not be shorter: :math:`p`, minus 1 at
# the true class. The rest is a walk through the layers and back.


def predict(network, x):
    for layer in network:
        x = layer.forward(x)
    p = np.exp(x - x.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)  # (samples, classes)


def backward(network, x, y):
    """The loss; every layer then knows its gradients."""
    p = predict(network, x)
    loss = -np.log(p[range(len(x)), y]).mean()
    p[range(len(x)), y] -= 1
    da = p / len(x)  # the loss is a mean over the samples
    for layer in reversed(network):
        da = layer.backward(da)
    return loss


def train_step(network, x, y, learning_rate):
    loss = backward(network, x, y)
    for layer in network:
        layer.W -= learning_rate * layer.dW
        layer.b -= learning_rate * layer.db
    return loss


# %%
# We feed it handwritten digits of 8 × 8 pixels, as rows of 64 numbers.
from dlkeras.datasets import load_digits

(x_train, y_train), (x_test, y_test) = load_digits()
x_train, x_test = (x.reshape(len(x), 64) / 16 for x in (x_train, x_test))

network = [Dense(64, 32), Dense(32, 10, last=True)]
x, y = x_train[:100], y_train[:100]

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
    W, nudged = network[0].W, []
    for spot in spots:
        kept = W[spot]
        W[spot] = kept + h
        up = backward(network, x, y)
        W[spot] = kept - h
        nudged.append((up - backward(network, x, y)) / (2 * h))
        W[spot] = kept
    backward(network, x, y)
    own = np.array([network[0].dW[spot] for spot in spots])
    return np.abs(own - nudged).max() / np.abs(own).max()


pixels = np.argsort(-x.std(axis=0))[:30]  # none that is always blank
spots = list(zip(pixels, range(30), strict=True))
steps = np.logspace(-1, -13, 25)
errors = np.array([check(network, h) for h in steps])

fig, ax = plt.subplots()
ax.loglog(steps, errors, "o-")
ax.text(1e-1, 1e-9, "the loss\nbends", ha="right")
ax.text(1e-12, 1e-9, "digits\nrun out")
ax.set(xlabel="step h", ylabel="relative error")
ax.set_title("Check with a step neither large nor tiny")
plt.show()

best = errors.min()
claim("Nudging by the best step finds the same gradient", best, at_most=1e-9)
worse = errors[-1] / best
claim("A nudge of 1e-13 errs more than the best", worse, at_least=5e7, unit="times")

# %%
# A large step sees the loss bend. A tiny one drowns in rounding: two losses
# that agree in 13 of 16 digits leave 3 digits for their difference. And
# nudging takes two forward passes *for each weight*, where backpropagation
# takes one pass back for all of them. It is for checking.
#
# In Keras
# --------
#
# Keras needs no backward pass from you, Sequential or Functional:
sequential = keras.Sequential(
    [keras.Input((64,)), layers.Dense(32, activation="tanh"), layers.Dense(10)]
)
inputs = keras.Input((64,))
hidden = layers.Dense(32, activation="tanh")(inputs)
functional = keras.Model(inputs, layers.Dense(10)(hidden))

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


tanh = layers.Activation("tanh")
by_hand = keras.Sequential([keras.Input((64,)), HandDense(32), tanh, HandDense(10)])

# %%
# All three start from the NumPy network's weights. Do they give the same
# outputs, and the same gradients?
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
weights = [array.copy() for layer in network for array in (layer.W, layer.b)]
gradients = [array for layer in network for array in (layer.dW, layer.db)]
x_32 = x.astype("float32")
apart = slope_apart = 0
models = {"Sequential": sequential, "Functional": functional, "by hand": by_hand}
for model in models.values():
    model.set_weights(weights)
    p = ops.convert_to_numpy(ops.softmax(model(x_32)))
    apart = max(apart, gap(predict(network, x), p))
    function = functools.partial(lambda m: cross_entropy(y, m(x_32)), model)
    _, theirs = value_and_gradients(function, model.trainable_variables)
    slope_apart = max(slope_apart, *map(gap, gradients, theirs))

claim("NumPy's forward pass predicts as Keras's", apart, at_most=1e-6, idea="5.1")
claim("NumPy's backward pass finds Keras's gradients", slope_apart, at_most=1e-6)

# %%
# Does NumPy train as Keras does?
# -------------------------------
#
# The same first weights, the same batches, the same learning rate: the losses
# should be the same, step after step.
import copy

learning_rate = 0.5
batches = [rng.integers(len(x_train), size=32) for _ in range(150)]
curves = {name: [] for name in models}
for name, model in models.items():
    model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss=cross_entropy)
    for batch in batches:
        model.reset_metrics()  # else Keras reports a running mean
        curves[name].append(model.train_on_batch(x_train[batch], y_train[batch]))

start = copy.deepcopy(network)
losses = [train_step(network, x_train[i], y_train[i], learning_rate) for i in batches]

fig, ax = plt.subplots()
ax.plot(curves["Sequential"], color="#56B4E9", linewidth=6)
ax.plot(losses, color="black", linewidth=1.5)
ax.text(30, 1.75, "Keras (broad) and NumPy (thin)")
ax.set(xlabel="step", ylabel="loss of the batch", title="One curve, drawn twice")
plt.show()

apart = max(np.abs(np.array(curve) - losses).max() for curve in curves.values())
claim("NumPy's losses follow Keras's, step by step", apart, at_most=1e-6)

# %%
# Why does it learn?
# ------------------
#
# Against the gradient :math:`g`, a small step of size :math:`\eta` lowers the
# loss by :math:`\eta \lVert g \rVert^2`: the slope times the way. That is
# *gradient descent*, and all the rest is repetition.
small = copy.deepcopy(start)
drop = train_step(small, x, y, 1e-4) - backward(small, x, y)
claim(
    "A small step lowers the loss as the gradient promised: done / promised",
    drop / (1e-4 * sum((g**2).sum() for g in gradients)),
    close_to=1,
    tol=0.001,
    idea="5.3",
)

for _ in range(1500):
    i = rng.integers(len(x_train), size=32)
    train_step(network, x_train[i], y_train[i], learning_rate)
ratio = backward(start, x_train, y_train) / backward(network, x_train, y_train)
claim("Repeated steps divide the loss", ratio, at_least=150, unit="times", idea="5.4")

p = predict(network, x_test)
right = p.argmax(axis=1) == y_test
penalty = -np.log(p[range(len(p)), y_test])
claim(
    "A misread digit has more loss than one read rightly",
    penalty[~right].mean() / penalty[right].mean(),
    at_least=75,
    unit="times",
    idea="5.2",
)
claim(
    "Following slopes, a network learned to read new digits",
    100 * right.mean(),
    at_least=95,
    unit="%",
    idea="5.5",
)

# %%
# Later labs take engine and network from ``dlkeras``, with more operations and
# activations. They compute what these do:
from dlkeras import scratch

library = scratch.MLP([64, 32, 10], "tanh")
library.set_weights(weights)
again = [library.train_step(x_train[i], y_train[i], learning_rate) for i in batches]
theirs = [scratch.Value(value.data) for value in values]
random_graph(theirs, graph).backward()
gaps = [abs(a.grad - b.grad) for a, b in zip(values, theirs, strict=True)]
gaps.append(gap(np.array(losses), np.array(again)))
claim("The library agrees with this engine and network", max(gaps), at_most=1e-12)

# %%
# What does depth do to a gradient?
# ---------------------------------
#
# On its way back, the gradient is multiplied by every layer's weights and
# slopes. Forty factors a little under 1 leave nothing; forty factors a little
# over 1 explode. We send a random gradient back through 40 layers of 64 units
# with random weights of standard deviation :math:`s / \sqrt{64}`.
#
# A ReLU passes about half of its inputs, so each layer should multiply the
# size of the gradient by :math:`s / \sqrt 2`. At :math:`s = \sqrt 2` it keeps
# it: that is He's rule for the first weights. A sigmoid's slope is at most
# 1/4, and no such rule saves it.


def gradient_sizes(activation, s):
    """Size of the gradient at the output, and after each layer on its way back."""
    a, deep = rng.normal(size=(64, 64)), []
    for _ in range(40):
        deep.append(scratch.Dense(64, 64, activation))
        deep[-1].W = rng.normal(0, s / np.sqrt(64), size=(64, 64))
        a = deep[-1].forward(a)
    das = [rng.normal(size=a.shape)]
    for layer in reversed(deep):
        das.append(layer.backward(das[-1]))
    return [np.linalg.norm(da) / np.linalg.norm(das[0]) for da in das]


kinds = {  # activation, s, color, line, where to write the name
    "ReLU, s = 2": ("relu", 2, "#B34700", "-", (17, 1e7)),
    "ReLU, s = √2": ("relu", np.sqrt(2), "#0072B2", "-", (26, 10)),
    "ReLU, s = 1": ("relu", 1, "#00704F", "--", (26, 1e-9)),
    "sigmoid, s = 1": ("sigmoid", 1, "black", ":", (4, 1e-13)),
}
left, surprise = {}, []  # gradient left in the end, growth against s/√2
fig, ax = plt.subplots(figsize=(5.6, 4.2))
for name, (activation, s, color, line, spot) in kinds.items():
    runs = [gradient_sizes(activation, s) for _ in range(10)]
    sizes = np.exp(np.log(runs).mean(axis=0))
    left[name] = sizes[-1]
    if activation == "relu":
        surprise.append(sizes[-1] ** (1 / 40) / (s / np.sqrt(2)) - 1)
    ax.semilogy(sizes, line, color=color)
    ax.text(*spot, name, color=color)
ax.set(
    xlabel="layers passed on the way back",
    ylabel="size of the gradient",
    ylim=(1e-14, 1e9),
    title="Only the right weights carry a gradient far",
)
plt.show()

surprise = 100 * np.abs(surprise).max()
claim("A ReLU layer scales gradients by s/√2, within", surprise, at_most=2.5, unit="%")
last = left["sigmoid, s = 1"]
claim("This share of a gradient survives 40 sigmoid layers", last, at_most=1e-24)

# %%
# When it goes wrong: a wrong gradient that learns
# ------------------------------------------------
#
# A mistake in a backward pass seldom looks like one. Here somebody forgot the
# slope of the activation. Would you notice it while the network trains?


class Forgetful(Dense):
    def backward(self, da):
        self.dW, self.db = self.x.T @ da, da.sum(axis=0)  # da, where dz belongs
        return da @ self.W.T


wrong = copy.deepcopy(start)
for layer in wrong:
    layer.__class__ = Forgetful
found = check(wrong)
print(f"relative error: right gradient {check(start):.0e}, wrong one {found:.2f}")

for _ in range(300):
    i = rng.integers(len(x_train), size=32)
    train_step(wrong, x_train[i], y_train[i], learning_rate)
accuracy = 100 * np.mean(predict(wrong, x_test).argmax(axis=1) == y_test)
claim("A wrong gradient learns to read, too", accuracy, at_least=90, unit="%")
claim("Nudging tells a wrong gradient by its relative error", found, at_least=0.15)

# %%
# Nobody would suspect a network that reads so well. The check does, in its
# first second. Run it on each backward pass that you write.

# %%
# Exercises
# ---------
#
# **1. By hand.** For :math:`L = a\,b + a^2` at :math:`a = 3, b = -2`, find the
# slopes of :math:`L` for :math:`a` and for :math:`b`. Draw the graph first:
# how many paths lead from :math:`a` to :math:`L`?
slopes = ...  # (slope for a, slope for b)

exercise("backpropagation/slopes").check(slopes)

# %%
# **2. A new operation.** Teach the engine the softplus,
# :math:`\log(1 + e^x)`. Its slope is the sigmoid, :math:`1/(1 + e^{-x})`. The
# function takes a value ``v`` and returns a new one that remembers its parent:
# ``Value(data, op="softplus", parents=[(v, slope)])``.


def softplus(v):
    return ...  # your code


exercise("backpropagation/softplus").check(softplus)

# %%
# **3. A layer's backward pass.** For :math:`a = \max(0, xW + b)` (ReLU),
# return ``dx, dW, db``, given the gradient ``da`` for :math:`a`.


def relu_backward(x, W, b, da):
    return ...  # your code


exercise("backpropagation/relu_backward").check(relu_backward)

# %%
# **4. Weights that carry.** A network of 40 ``tanh`` layers needs first
# weights. Write a function that returns one layer's matrix, of shape
# ``(inputs, units)``. Any is right that lets a gradient arrive at the first
# layer with between a hundredth and a hundred times its size, while the units
# of a layer still differ.


def first_weights(inputs, units, rng):
    return ...  # your code


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
# - A. Karpathy (2020), `micrograd <https://github.com/karpathy/micrograd>`_:
#   an engine for single numbers, in whose spirit this one is.
