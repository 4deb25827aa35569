"""
Backpropagation
===============

How a network learns which way to move each of its weights: one pass forward
to the loss, and one pass back that hands every weight its slope.

You will learn

- how slopes multiply along a path, and add where paths meet;
- a complete engine for automatic differentiation, on one screen;
- the same in matrices, how to check it, and how it learns to read digits;
- why gradients vanish or explode with depth, and which weights keep them.
"""
# sphinx_gallery_tags = ["core", "gradients", "automatic differentiation", "classification", "images", "NumPy", "Sequential", "Functional", "custom layer"]
# sphinx_gallery_minutes = 50
# sphinx_gallery_requires = ["neural_networks", "loss_functions"]
# sphinx_gallery_thumbnail_number = 3

# %%
# The idea
# --------
#
# A loss :math:`L` depends on a number :math:`x` through a middle step
# :math:`u`. If :math:`u` moves twice as far as :math:`x`, and :math:`L` three
# times as far as :math:`u`, then :math:`L` moves six times as far as
# :math:`x`. That is the *chain rule*: slopes along a path multiply, in symbols
# :math:`dL/dx = dL/du \cdot du/dx`. Where several paths lead from :math:`x` to
# :math:`L`, they add. The loss's slope for a weight is the weight's *gradient*.
#
# From scratch: an engine for slopes
# ----------------------------------
#
# Each number remembers from which numbers it was made, its *parents*, and the
# *local slope* for each: how fast it moves when that parent moves alone. Those
# slopes are known at once: 1 and 1 for a sum, the other factor for a product.
# ``backward`` starts at the result with slope 1 and visits children before
# their parents. Each value hands its gradient on, times the local slope. The
# ``+=`` matters: a number used twice is on two paths, and paths add.
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

    def __add__(self, other):
        return Value(self.data + other.data, "", "+", [(self, 1), (other, 1)])

    def __sub__(self, other):
        return Value(self.data - other.data, "", "−", [(self, 1), (other, -1)])

    def __mul__(self, other):
        pairs = [(self, other.data), (other, self.data)]
        return Value(self.data * other.data, "", "×", pairs)

    def __pow__(self, n):
        return Value(self.data**n, "", f"^{n}", [(self, n * self.data ** (n - 1))])

    def tanh(self):
        a = math.tanh(self.data)
        return Value(a, "", "tanh", [(self, 1 - a**2)])

    def graph(self):
        """All values that this one was made from, oldest first."""
        found = [self]
        for value in found:  # the list grows on the way
            found += {parent for parent, _ in value.parents} - set(found)
        return sorted(found, key=lambda value: value.number)

    def backward(self):
        self.grad = 1.0
        for value in reversed(self.graph()):  # children before their parents
            for parent, slope in value.parents:
                parent.grad += slope * value.grad  # the chain rule


# %%
# Two neurons in a row share their weight ``w`` and have a squared error. Press
# play: numbers flow forward through the *computational graph* until the loss
# is known, then gradients flow back. In ``w`` two paths meet, and add.
import matplotlib.pyplot as plt

from dlkeras.visualization import animate_graph

plt.style.use("dlkeras.visualization.lab")
w, x, y = Value(0.5, "w"), Value(2, "x"), Value(1, "y")
loss = ((w * x).tanh() * w - y) ** 2
loss.name = "loss"
loss.backward()
print(f"loss {loss.data:.3f}, gradient for w {w.grad:.3f}")
animation = animate_graph(loss, title="Numbers flow forward, gradients flow back")
plt.show()

# %%
# Is the engine right?
# --------------------
#
# Keras runs on TensorFlow, JAX or PyTorch, and each of them has such an
# engine. We grow random graphs and let both differentiate them.
import functools

import keras
import numpy as np
from keras import layers, ops

from dlkeras.utils import value_and_gradients
from dlkeras.workbook import claim, exercise, set_seed

rng = np.random.default_rng(set_seed())


def random_graph(numbers, seed):
    """Twelve times, join two of the numbers made so far."""
    made, rng = list(numbers), np.random.default_rng(seed)
    for _ in range(12):
        a, b = (made[i] for i in rng.integers(len(made), size=2))
        made.append([a + b, a - b, a * b, a**2][rng.integers(4)])
    return sum(made[1:], made[0])


gaps = []  # largest difference, as a share of the largest gradient or of 1
for graph in range(60):
    numbers = rng.uniform(-1, 1, size=3).astype("float32")
    values = [Value(number) for number in numbers]
    random_graph(values, graph).backward()
    variables = [keras.Variable(number) for number in numbers]
    function = functools.partial(random_graph, variables, graph)
    _, theirs = value_and_gradients(function, variables)
    own = np.array([value.grad for value in values])
    gaps.append(np.abs(own - theirs).max() / max(1, np.abs(own).max()))

claim("The engine and Keras agree on 60 random graphs", max(gaps), at_most=1e-6)

# %%
# From numbers to matrices
# ------------------------
#
# A graph with a box for each number is slow. A layer does a whole batch at
# once. Let :math:`a = \tanh(z)` with :math:`z = xW + b`, and write :math:`da`
# for the gradient for :math:`a`, of the same shape. The chain rule becomes:
#
# .. math::
#
#    dz = da \cdot (1 - a^2), \quad dW = x^\top dz, \quad
#    db = \sum_{\text{samples}} dz, \quad dx = dz\, W^\top
#
# The last layer gives scores. A softmax turns them into probabilities
# :math:`p`, and the loss is the cross-entropy :math:`-\log p_y` of the true
# class :math:`y`. Both together have the shortest of gradients for the scores:
# :math:`p`, minus 1 at the true class.


def forward(weights, x):
    """Hidden activations, and a probability for each class."""
    W1, b1, W2, b2 = weights
    a = np.tanh(x @ W1 + b1)  # (samples, hidden)
    z = a @ W2 + b2  # (samples, classes)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return a, p / p.sum(axis=1, keepdims=True)


def backward(weights, x, y):
    """Loss of each sample, and the gradients of their mean."""
    a, p = forward(weights, x)
    losses = -np.log(p[range(len(x)), y])
    p[range(len(x)), y] -= 1
    dz2 = p / len(x)  # (samples, classes)
    dz1 = dz2 @ weights[2].T * (1 - a**2)  # (samples, hidden)
    return losses, [x.T @ dz1, dz1.sum(axis=0), a.T @ dz2, dz2.sum(axis=0)]


# %%
# How do you check a gradient?
# ----------------------------
#
# Nudge a weight by :math:`h` up and down: the slope is close to
# :math:`(L(w + h) - L(w - h)) / 2h`. A large :math:`h` sees the loss bend, a
# tiny one drowns in rounding. It takes two forward passes for each weight, so
# it is for checking only. Our network reads digits of 8 × 8 pixels.
from dlkeras.datasets import load_digits

(x_train, y_train), (x_test, y_test) = load_digits()
x_train, x_test = (x.reshape(len(x), 64) / 16 for x in (x_train, x_test))
x, y = x_train[:100], y_train[:100]
W1, W2 = rng.normal(0, 0.15, size=(64, 32)), rng.normal(0, 0.2, size=(32, 10))
start = [W1, np.zeros(32), W2, np.zeros(10)]
_, gradients = backward(start, x, y)
errors = []
for h in (1e-1, 1e-5, 1e-13):
    nudged = np.zeros(32)  # for the weights of a pixel in the middle
    for unit in range(32):
        for way in (h, -h):
            W1[28, unit] += way
            nudged[unit] += backward(start, x, y)[0].mean() / (2 * way)
            W1[28, unit] -= way
    errors.append(np.linalg.norm(gradients[0][28] - nudged) / np.linalg.norm(nudged))
    print(f"nudged by {h:.0e}: relative error {errors[-1]:.0e}")

claim("Nudging finds backpropagation's gradients", errors[1], at_most=3e-9)

# %%
# In Keras
# --------
#
# Keras needs no backward pass of yours, but takes one: ``custom_gradient``
# hangs it on a function, and a custom layer calls that. From NumPy's weights,
# a Sequential model and a Functional one with it should do as NumPy does.


@ops.custom_gradient
def hand_tanh(z):
    def backward(*args, upstream=None):
        da = args[0] if upstream is None else upstream  # PyTorch names it
        return da * (1 - a**2)

    a = ops.tanh(z)
    return a, backward


class HandTanh(layers.Layer):
    def call(self, z):
        return hand_tanh(z)


inputs = keras.Input((64,))
ready_made = keras.Sequential([inputs, layers.Dense(32, "tanh"), layers.Dense(10)])
by_hand = keras.Model(inputs, layers.Dense(10)(HandTanh()(layers.Dense(32)(inputs))))
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
output_gap = gradient_gap = 0
for model in (ready_made, by_hand):
    model.set_weights(start)
    p = ops.convert_to_numpy(ops.softmax(model(x)))
    output_gap = max(output_gap, np.abs(p - forward(start, x)[1]).max())
    function = functools.partial(lambda m: cross_entropy(y, m(x)), model)
    _, theirs = value_and_gradients(function, model.trainable_variables)
    for g, their in zip(gradients, theirs, strict=True):
        gradient_gap = max(gradient_gap, np.abs(g - their).max())

claim("NumPy predicts as Keras does, within", output_gap, at_most=2e-7, idea="5.1")
claim("NumPy finds Keras's gradients, within", gradient_gap, at_most=1e-7)

# %%
# Does NumPy train as Keras does?
# -------------------------------
#
# The same weights, batches and learning rate should give the same losses, step
# by step. ``scratch.MLP``, the complete version of our network, takes part.
from dlkeras import scratch

weights, losses = start, []
batches = rng.integers(len(x_train), size=(1500, 32))
for i in batches:
    loss, slopes = backward(weights, x_train[i], y_train[i])
    weights = [w - 0.5 * dw for w, dw in zip(weights, slopes, strict=True)]
    losses.append(loss.mean())

library = scratch.MLP([64, 32, 10], "tanh")
library.set_weights(start)
curves = [[library.train_step(x_train[i], y_train[i], 0.5) for i in batches[:150]]]
for model in (ready_made, by_hand):
    model.compile(optimizer=keras.optimizers.SGD(0.5), loss=cross_entropy)
    curves.append([])
    for i in batches[:150]:
        model.reset_metrics()  # else Keras reports a running mean
        curves[-1].append(model.train_on_batch(x_train[i], y_train[i]))

fig, ax = plt.subplots()
ax.plot(curves[-1], color="#56B4E9", linewidth=6)
ax.plot(losses[:150], color="black", linewidth=1.5)
ax.text(30, 1.75, "Keras (broad) and NumPy (thin)")
ax.set(xlabel="step", ylabel="loss of the batch", title="One curve, drawn twice")
plt.show()

apart = np.abs(np.array(curves) - losses[:150]).max()
claim("Keras and the library follow NumPy's losses, within", apart, at_most=5e-7)

# %%
# Why does it learn?
# ------------------
#
# Against the gradient :math:`g`, a small step of size :math:`\eta` lowers the
# loss by :math:`\eta \lVert g \rVert^2`: the slope times the way. That is
# *gradient descent*, and all the rest is repetition.
small = [w - 1e-4 * g for w, g in zip(start, gradients, strict=True)]
drop = (backward(start, x, y)[0] - backward(small, x, y)[0]).mean()
part = drop / (1e-4 * sum((g**2).sum() for g in gradients))
claim("A small step brings the promised drop", part, close_to=1, tol=1e-3, idea="5.3")

ratio = losses[0] / backward(weights, x_train, y_train)[0].mean()
claim("Repeated steps divide the loss", ratio, at_least=150, unit="times", idea="5.4")

penalty, _ = backward(weights, x_test, y_test)
right = forward(weights, x_test)[1].argmax(axis=1) == y_test
ratio = penalty[~right].mean() / penalty[right].mean()
claim("A misread digit costs more", ratio, at_least=75, unit="times", idea="5.2")
share = 100 * right.mean()
claim("The network reads new digits", share, at_least=95, unit="%", idea="5.5")

# %%
# When it goes wrong: what depth does to a gradient
# -------------------------------------------------
#
# On its way back, the gradient is multiplied by every layer's weights and
# slopes. Factors under 1 make it *vanish* with depth, factors over 1 make it
# *explode*. We send random gradients back through 40 layers of 256 units, with
# random weights of standard deviation :math:`s / \sqrt{256}`. A ReLU passes
# about half of its inputs, so each layer should multiply the gradient's size
# by :math:`s / \sqrt 2`, and keep it at :math:`s = \sqrt 2`: He's rule for the
# first weights. A sigmoid's slope is at most 1/4, and no such rule saves it.
fig, ax = plt.subplots(figsize=(5.6, 4.2))
kept = []  # of the gradient's size, after 40 layers
for name, activation, s, color, line, spot in (
    ("ReLU, s = 2", "relu", 2, "#B34700", "-", (17, 1e7)),
    ("ReLU, s = √2", "relu", 2**0.5, "#0072B2", "-", (26, 10)),
    ("ReLU, s = 1", "relu", 1, "#00704F", "--", (26, 1e-9)),
    ("sigmoid, s = 1", "sigmoid", 1, "black", ":", (4, 1e-13)),
):
    deep, a = [], rng.normal(size=(64, 256))
    for _ in range(40):
        deep.append(scratch.Dense(256, 256, activation))
        deep[-1].W = rng.normal(0, s / 16, size=(256, 256))
        a = deep[-1].forward(a)
    das = [rng.normal(size=a.shape)]
    for layer in reversed(deep):
        das.append(layer.backward(das[-1]))
    sizes = np.linalg.norm(das, axis=(1, 2)) / np.linalg.norm(das[0])
    kept.append(sizes[-1])
    ax.semilogy(sizes, line, color=color)
    ax.text(*spot, name, color=color)
ax.set(xlabel="layers passed on the way back", ylabel="size of the gradient")
ax.set(ylim=(1e-14, 1e9), title="Only the right weights carry a gradient far")
plt.show()

claim("He's weights keep a gradient's size", kept[1], at_least=0.4, at_most=2.5)
claim("Forty sigmoid layers multiply a gradient by", kept[3], at_most=2e-25)

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
# **2. A layer's backward pass.** For :math:`a = \max(0, xW + b)` (ReLU),
# return ``dx, dW, db``, given the gradient ``da`` for :math:`a`.


def relu_backward(x, W, b, da):
    return ...  # your code


exercise("backpropagation/relu_backward").check(relu_backward)

# %%
# **3. Weights that carry.** A network of 40 ``tanh`` layers needs first
# weights. Write a function that returns one layer's matrix. Any is right that
# lets a gradient arrive at the first layer with between a hundredth and a
# hundred times its size, while the units of a layer still differ.


def first_weights(inputs, units, rng):
    return ...  # your code


exercise("backpropagation/first_weights").check(first_weights)

# %%
# What you saw
# ------------
#
# - Slopes multiply along a path and add where paths meet. An engine of one
#   screen keeps the books, and agrees with the frameworks.
# - In matrices it is three lines a layer, and NumPy trains as Keras does.
# - Depth multiplies: only first weights of the right size carry gradients far.
#
# Read on
# -------
#
# - S. Linnainmaa (1976), `Taylor expansion of the accumulated rounding error
#   <https://doi.org/10.1007/BF01931367>`_, BIT: the method, before networks.
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams (1986), `Learning
#   representations by back-propagating errors
#   <https://doi.org/10.1038/323533a0>`_, Nature.
# - K. He, X. Zhang, S. Ren and J. Sun (2015), `Delving deep into rectifiers
#   <https://arxiv.org/abs/1502.01852>`_, ICCV: weights for ReLU.
# - A. Karpathy (2020), `micrograd <https://github.com/karpathy/micrograd>`_.
