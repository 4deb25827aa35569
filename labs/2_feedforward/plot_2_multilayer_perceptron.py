"""
Multilayer perceptron
=====================

One neuron draws one straight line. Put a layer of neurons in front of it,
and it can answer what no line can, and follow almost any curve.

You will learn

- how two hidden neurons solve XOR, by hand and by training;
- a network with a hidden layer, complete in NumPy;
- the same network in Keras, three ways, and a first look at PyTorch;
- what more neurons buy, what more layers buy, and where both know nothing.
"""
# sphinx_gallery_tags = ["core", "xor", "universal approximation", "hidden layers", "regression", "classification", "NumPy", "Sequential", "Functional", "custom layer", "PyTorch"]
# sphinx_gallery_minutes = 45
# sphinx_gallery_requires = ["perceptron"]
# sphinx_gallery_thumbnail_number = 3

# %%
# The idea
# --------
#
# A single perceptron cannot compute XOR, which answers 1 when exactly one of
# two bits is 1. But it can compute OR and NAND, and XOR is where *both* of
# these answer 1. So let two neurons read the bits, and a third read the two:
#
# .. math::
#
#    a_1 = \text{OR}(x_1, x_2), \quad a_2 = \text{NAND}(x_1, x_2), \quad
#    \hat y = \text{AND}(a_1, a_2)
#
# The two in front form a *hidden layer*: their answers are neither input nor
# output. A network with hidden layers is a *multilayer perceptron*, short MLP.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

gate_x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
xor_y = np.array([[0], [1], [1], [0]])

W1, b1 = np.array([[1, -1], [1, -1]]), np.array([-0.5, 1.5])  # columns OR, NAND
W2, b2 = np.array([[1], [1]]), np.array([-1.5])  # AND
a = (gate_x @ W1 + b1 > 0).astype(int)  # (4, 2): what the hidden layer answers
y = (a @ W2 + b2 > 0).astype(int)  # (4, 1)
print("x1 x2 a1 a2 y", *np.hstack([gate_x, a, y]), sep="\n")
claim("Two hidden neurons suffice for XOR", np.mean(y == xor_y), at_least=1, idea="2.5")

# %%
# Two lines cut the plane into three strips. Seen through the hidden layer, the
# two inputs of class 1 fall on the same spot, and one line is enough.
fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.4))
line = np.array([-0.4, 1.4])
axes[0].fill_between(line, 0.5 - line, 1.5 - line, color="#F9DDCB")
axes[1].fill_between(line, 1.5 - line, 2, color="#F9DDCB")
for ax, cut in ((axes[0], 0.5), (axes[0], 1.5), (axes[1], 1.5)):
    ax.plot(line, cut - line, color="black")
seen = (gate_x, "x", "the inputs"), (a, "a", "the hidden layer")
for ax, (points, name, title) in zip(axes, seen, strict=True):
    ax.plot(*points[[0, 3]].T, "o", ms=13, color="#0072B2")
    ax.plot(*points[[1, 2]].T, "^", ms=13, color="#D55E00")
    ax.set(xlabel=f"${name}_1$", ylabel=f"${name}_2$", title=title, aspect="equal")
    ax.set(xlim=(-0.4, 1.4), ylim=(-0.4, 1.4), xticks=[0, 1], yticks=[0, 1])
axes[0].text(-0.3, 0.35, "OR")
axes[0].text(0.6, 1.18, "NAND")
fig.suptitle("The hidden layer makes XOR separable")
plt.show()

# %%
# From scratch
# ------------
#
# A step has no slope that training could follow. So the hidden neurons get a
# smooth step, :math:`\tanh`, and the output stays a plain weighted sum:
#
# .. math::
#
#    z_1 = x W_1 + b_1, \qquad a = \tanh(z_1), \qquad \hat y = a W_2 + b_2
#
# Training moves every weight against its slope of the mean squared error. The
# slopes stand in the code, for instance ``dz1``, the slope of the error for
# :math:`z_1`; where they come from is the next lab's subject.
#
# ``.mT`` swaps the last two axes of an array, and ``@`` multiplies along them.
# With ``stack`` the same lines train many independent networks at once.


class MLP:
    def __init__(self, inputs, hidden, outputs, stack=(), spread=1.0):
        self.W1 = rng.normal(0, spread, size=(*stack, inputs, hidden))
        self.b1 = rng.normal(0, spread, size=(*stack, 1, hidden))
        self.W2 = rng.normal(0, hidden**-0.5, size=(*stack, hidden, outputs))
        self.b2 = np.zeros((*stack, 1, outputs))

    def predict(self, x):
        self.a = np.tanh(x @ self.W1 + self.b1)  # (..., samples, hidden)
        return self.a @ self.W2 + self.b2  # (..., samples, outputs)

    def train_step(self, x, y, learning_rate):
        error = self.predict(x) - y
        dz2 = 2 * error / y.size
        dz1 = dz2 @ self.W2.mT * (1 - self.a**2)
        self.W2 -= learning_rate * self.a.mT @ dz2
        self.b2 -= learning_rate * dz2.sum(axis=-2, keepdims=True)
        self.W1 -= learning_rate * x.T @ dz1
        self.b1 -= learning_rate * dz1.sum(axis=-2, keepdims=True)
        return np.mean(error**2, axis=(-2, -1))  # one loss for each network


network = MLP(2, 2, 1)
losses = [network.train_step(gate_x, xor_y, learning_rate=0.1) for _ in range(50)]
print(f"loss on XOR: {losses[0]:.3f} before, {losses[-1]:.3f} after 50 steps")

# %%
# Does training find the two lines?
# ---------------------------------
#
# That two neurons *can* do it does not mean that training finds out how. We
# send off 200 networks from random weights, for several sizes of the hidden
# layer, and count those that end with all four answers right.
sizes, solved, best = (1, 2, 3, 4, 8), {}, {}
for hidden in sizes:
    networks = MLP(2, hidden, 1, stack=(200,))
    for _ in range(2000):
        networks.train_step(gate_x, xor_y, learning_rate=0.1)
    right = (networks.predict(gate_x) > 0.5) == xor_y  # (200, 4, 1)
    accuracy = right.mean(axis=(1, 2))
    solved[hidden], best[hidden] = 100 * np.mean(accuracy == 1), accuracy.max()

fig, ax = plt.subplots(figsize=(5.6, 3.2))
ax.bar([str(hidden) for hidden in sizes], list(solved.values()))
ax.set(xlabel="hidden neurons", ylabel="starts that solve XOR (%)")
ax.set_title("Two can be enough, eight nearly always are")
plt.show()

claim("One hidden neuron never beats 75 % on XOR", best[1], close_to=0.75, tol=0)
claim("Two hidden neurons learn XOR from many starts", solved[2], at_least=60, unit="%")
claim("Eight learn XOR from nearly every start", solved[8], at_least=98, unit="%")

# %%
# How does a curve grow out of steps?
# -----------------------------------
#
# Now the input is a single number, and the network should follow a wave. Each
# hidden neuron adds one smooth step. Press play: the gray lines are twelve such
# steps, and orange is their sum.
from matplotlib.animation import FuncAnimation

x = np.linspace(-2, 2, 101)[:, None]  # (samples, 1)
y = np.sin(3 * x)
network = MLP(1, 12, 1, spread=2.0)
moments, steps = set(np.geomspace(1, 10_000, 60).astype(int)), []
for step in range(1, 10_001):
    loss = network.train_step(x, y, learning_rate=0.1)
    if step in moments:
        parts = network.a * network.W2[:, 0]  # (samples, hidden)
        steps.append((step, parts, network.predict(x)))

fig, ax = plt.subplots(figsize=(5.0, 4.0))


def draw(frame):
    step, parts, prediction = steps[frame]
    ax.clear()
    ax.plot(x, parts, color="gray", linewidth=1, alpha=0.6)
    ax.plot(x, y, "k--", linewidth=1.5)
    ax.plot(x, prediction, color="#D55E00", linewidth=3)
    ax.set(xlabel="x", ylabel="y", ylim=(-2.5, 2.5))
    ax.set_title(f"Twelve steps add up to a wave (step {step})")


animation = FuncAnimation(fig, draw, frames=len(steps), interval=150)
plt.show()

rmse = np.sqrt(loss)
claim("Twelve neurons follow the wave, with a typical error of", rmse, at_most=0.04)

# %%
# In Keras
# --------
#
# The same network is two ``Dense`` layers in a list (*Sequential*), or two
# layers called on a tensor (*Functional*).
import itertools

import keras
from keras import layers, ops

hidden = layers.Dense(12, activation="tanh")
sequential = keras.Sequential([keras.Input((1,)), hidden, layers.Dense(1)])
inputs = keras.Input((1,))
hidden = layers.Dense(12, activation="tanh")(inputs)
functional = keras.Model(inputs, layers.Dense(1)(hidden))

# %%
# A *custom layer* can do what ``Dense`` cannot: hold many networks of one
# shape side by side, as our NumPy class does. ``hidden`` lists the sizes of
# the hidden layers; ``used`` can switch neurons off.


class Stack(layers.Layer):
    def __init__(self, hidden, nets=1, used=1.0):
        super().__init__()
        self.sizes, self.nets, self.used = (*hidden, 1), nets, used

    def build(self, input_shape):
        self.W, self.b = [], []
        for n, m in itertools.pairwise((input_shape[-1], *self.sizes)):
            for kept, rows in ((self.W, n), (self.b, 1)):
                start = keras.initializers.RandomNormal(stddev=2 / n**0.5)
                kept.append(self.add_weight((self.nets, rows, m), start))

    def call(self, a):
        for W, b in zip(self.W[:-1], self.b[:-1], strict=True):
            a = ops.tanh(ops.matmul(a, W) + b)  # (nets, samples, units)
        a = a * ops.cast(self.used, self.compute_dtype)
        z = ops.matmul(a, self.W[-1]) + self.b[-1]
        return ops.transpose(z[..., 0])  # (samples, nets)


custom = keras.Sequential([keras.Input((1,)), Stack([12])])

# %%
# All three take over the NumPy network's weights. Do they answer alike?
weights = [network.W1, network.b1[0], network.W2, network.b2[0]]
sequential.set_weights(weights)
functional.set_weights(weights)
custom.set_weights([w.reshape(1, -1, w.shape[-1]) for w in weights])
answers = [ops.convert_to_numpy(m(x)) for m in (sequential, functional, custom)]
gap = np.abs(np.array(answers) - network.predict(x)).max()
claim("NumPy and Keras in three ways give the same answers", gap, at_most=1e-5)

# %%
# A first look at PyTorch
# -----------------------
#
# PyTorch, of which part 8 tells more, has no ``fit``: you write the loop. Each
# round forgets the old slopes, measures the loss, finds the new slopes
# (``backward``) and takes a step. We start from the weights above, and set a
# new goal, :math:`y^2`.
import copy
import importlib.util

if importlib.util.find_spec("torch"):
    import torch
    from torch import nn

    net = nn.Sequential(nn.Linear(1, 12), nn.Tanh(), nn.Linear(12, 1))
    for parameter, w in zip(net.parameters(), weights, strict=True):
        parameter.data = torch.tensor(w.T).float()  # (units, inputs) in PyTorch
    inputs, goal = torch.tensor(x).float(), torch.tensor(y**2).float()
    gap = np.abs(net(inputs).detach().numpy() - network.predict(x)).max()
    claim("PyTorch answers the same with the same weights", gap, at_most=1e-5)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    for _ in range(100):
        optimizer.zero_grad()
        loss = torch.mean((net(inputs) - goal) ** 2)
        loss.backward()
        optimizer.step()
    twin = copy.deepcopy(network)
    ours = [twin.train_step(x, y**2, learning_rate=0.05) for _ in range(100)]
    gap = abs(loss.item() - ours[-1])
    claim("After 100 steps in both, the losses differ by", gap, at_most=1e-5)
else:
    print("PyTorch is not installed. To see this part: pip install torch")

# %%
# Does width help, and does depth?
# --------------------------------
#
# The *universal approximation theorem* (Cybenko 1989, Hornik 1989) says: with
# enough hidden neurons, one hidden layer comes as close as you like to any
# continuous function on an interval. It does not say how many that takes, nor
# that training finds the weights. So we measure, on three functions.
#
# *Width*: one hidden layer of 1 to 32 neurons. *Depth*: 1 to 3 hidden layers of
# about 300 parameters in all, on the same functions squeezed to half their
# length. Every network starts twice. All are heads of one Functional model.
# They share nothing but the input, so each learns as if it were alone. An epoch
# shows each point twenty times, which saves time. A network that always answers
# zero would have an error of 1.
targets = {
    "wave": lambda x: np.sin(3 * x),
    "zigzag": lambda x: np.arcsin(np.sin(np.pi * x)),
    "packet": lambda x: np.exp(-(x**2)) * np.cos(5 * x),
}
widths, depths = [1, 2, 4, 8, 16, 32], [(100,), (15, 15), (11, 11, 11)]

used = np.arange(32) < np.repeat(widths, 6)[:, None, None]  # (36, 1, 32)
inputs = keras.Input((1,))
heads = [Stack([32], nets=36, used=used.astype("float32"))(inputs)]
heads += [Stack(hidden, nets=6)(inputs) for hidden in depths]
model = keras.Model(inputs, layers.Concatenate()(heads))  # (samples, 54)

columns = [[f(s * x) / np.std(f(s * x)) for f in targets.values()] for s in (1, 2)]
slow, fast = np.repeat(columns, 2, axis=1)[..., 0].mT  # (101, 6) each
goal = np.hstack([slow] * 6 + [fast] * 3)  # (101, 54)
x_many, goal_many = np.tile(x, (20, 1)), np.tile(goal, (20, 1))
rate = keras.optimizers.schedules.CosineDecay(0.03, decay_steps=30 * 32)
model.compile(keras.optimizers.Adam(rate), loss="mse")
model.fit(x_many, goal_many, batch_size=64, epochs=30, verbose=0)
errors = np.sqrt(np.mean((model.predict(x, verbose=0) - goal) ** 2, axis=0))
errors = errors.reshape(-1, 3, 2).mean(axis=2)  # mean of the two starts
by_width, by_depth = errors[:6], errors[6:]

fig, axes = plt.subplots(2, 1, figsize=(5.6, 6.6))
for column, (name, style) in enumerate(zip(targets, "o^s", strict=True)):
    axes[0].loglog(widths, by_width[:, column], f"-{style}", label=name)
    axes[1].semilogy(by_depth[:, column], f"-{style}", label=name)
axes[0].set(xlabel="hidden neurons", title="The error falls with width")
fig.supylabel("typical error")
axes[0].set_xticks(widths, widths)
axes[1].set(xlabel="hidden layers", title="With depth, at equal parameters")
axes[1].set_xticks(range(3), ["1 of 100", "2 of 15", "3 of 11"])
axes[0].legend(loc="lower left")
plt.show()

share = (by_width[-1] / by_width[0]).max()
claim("32 neurons leave this part of the error of one, at worst", share, at_most=0.2)
means = np.exp(np.log(by_depth).mean(axis=1)).round(2)
print("1, 2, 3 hidden layers with equal parameters leave", *means)

# %%
# Depth gets no claim: at equal parameters, how much a second or third layer
# helps depends on the start. Run the lab with another ``DLKERAS_SEED`` and see.
#
# Odd or even?
# ------------
#
# Now 64 inputs: is a handwritten digit odd? Odd digits do not look alike, so a
# weighted sum of pixels should not do. Both heads are our custom layer, one
# without a hidden layer (*logistic regression*), one with 32 hidden neurons.
from dlkeras.datasets import load_digits

(x_train, y_train), (x_test, y_test) = load_digits()
x_train, x_test = (images.reshape(-1, 64) / 16 for images in (x_train, x_test))
odd = np.repeat(y_train[:, None] % 2, 2, axis=1)  # (samples, 2): one for each head

inputs = keras.Input((64,))
heads = [Stack([])(inputs), Stack([32])(inputs)]
model = keras.Model(inputs, layers.Concatenate()(heads))
loss = keras.losses.BinaryCrossentropy(from_logits=True)
model.compile(keras.optimizers.Adam(0.01), loss=loss)
model.fit(x_train, odd, batch_size=64, epochs=25, verbose=0)

guess = model.predict(x_test, batch_size=512, verbose=0) > 0
without, within = 100 * np.mean(guess == (y_test[:, None] % 2), axis=0)
claim("A hidden layer tells odd from even digits", within, at_least=96, unit="%")
claim("Without it, accuracy falls by", within - without, at_least=5, unit="points")

# %%
# When it goes wrong: outside the data
# ------------------------------------
#
# Training saw only the interval from −2 to 2. What does our NumPy network say
# beyond it?
wide = np.linspace(-4, 4, 201)[:, None]
wave, prediction = np.sin(3 * wide), network.predict(wide)

fig, ax = plt.subplots()
ax.axvspan(-2, 2, color="#CFE4F2")
ax.plot(wide, wave, "k--", linewidth=1.5)
ax.plot(wide, prediction, color="#D55E00", linewidth=3)
ax.text(0, 2.5, "seen in training", ha="center", color="#00507F")
ax.set(xlabel="x", ylabel="y", ylim=(-4, 4))
ax.set_title("Outside the data the network only guesses")
plt.show()

miss = np.sqrt(np.mean((prediction - wave)[np.abs(wide) > 2] ** 2))
claim("Outside, the error multiplies", miss / rmse, at_least=40, unit="times")

# %%
# Far out every :math:`\tanh` is flat, and so is their sum. The theorem speaks of
# an interval only, and no warning comes with the answer.
#
# Exercises
# ---------
#
# **1. The opposite of XOR.** Take the hidden layer of the first picture: OR is
# :math:`a_1`, NAND is :math:`a_2`. Find ``(w1, w2, b)`` such that
# :math:`w_1 a_1 + w_2 a_2 + b > 0` exactly when both bits are *equal*.
equal = ...

exercise("multilayer_perceptron/equal").check(equal)

# %%
# **2. A bump.** Give ``(w, b, v, c)`` so that ``np.tanh(x * w + b) @ v + c`` is
# near 1 for :math:`x` between 1 and 2 and near 0 elsewhere; within 0.2 of the
# edges anything goes. ``w``, ``b`` and ``v`` hold two numbers each: two hidden
# neurons. Draw the two steps first.
bump = ...

exercise("multilayer_perceptron/bump").check(bump)

# %%
# **3. Without training.** Prove the theorem yourself: for any smooth :math:`f`
# and number of hidden neurons, return ``(w, b, v, c)`` as above, with ``units``
# numbers in ``w``, ``b`` and ``v``, so that the network follows :math:`f` from 0
# to 1. Four times the neurons must halve the error; the way is yours.


def approximate(f, units):
    return ...  # your code


exercise("multilayer_perceptron/approximate").check(approximate)

# %%
# What you saw
# ------------
#
# - Two hidden neurons suffice for XOR; with eight nearly every start finds it.
# - The error falls with width. What depth adds depends on the start.
# - A hidden layer reads what no weighted sum can, but nothing beyond its data.
#
# Read on
# -------
#
# - G. Cybenko (1989), `Approximation by superpositions of a sigmoidal function
#   <https://doi.org/10.1007/BF02551274>`_.
# - K. Hornik, M. Stinchcombe and H. White (1989), `Multilayer feedforward
#   networks are universal approximators
#   <https://doi.org/10.1016/0893-6080(89)90020-8>`_.
# - M. Telgarsky (2016), `Benefits of depth in neural networks
#   <https://arxiv.org/abs/1602.04485>`_, COLT.
