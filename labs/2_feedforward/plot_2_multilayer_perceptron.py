"""
Multilayer perceptron
=====================

One neuron draws one straight line. Put a layer of neurons in front of it,
and it can answer what no line can, and follow almost any curve.

You will learn

- how two hidden neurons solve XOR, by hand and by training;
- a network with a hidden layer, complete in NumPy;
- the same network in Keras, three ways, and a first look at PyTorch;
- what more neurons buy, what more layers buy, and how a start can fail.
"""
# sphinx_gallery_tags = ["core", "xor", "universal approximation", "hidden layers", "regression", "classification", "NumPy", "Sequential", "Functional", "custom layer", "PyTorch"]
# sphinx_gallery_minutes = 45
# sphinx_gallery_requires = ["perceptron"]
# sphinx_gallery_thumbnail_number = 1

# %%
# The idea
# --------
#
# A perceptron cannot compute XOR, which answers 1 when exactly one of two bits
# is 1. But it can compute OR and NAND, and XOR is where *both* of these answer
# 1. So let two neurons read the bits, and a third read the two:
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


def fires(z):
    return (z > 0).astype(int)


W1, b1 = np.array([[1, -1], [1, -1]]), np.array([-0.5, 1.5])  # columns OR, NAND
W2, b2 = np.array([[1], [1]]), np.array([-1.5])  # AND
a = fires(gate_x @ W1 + b1)  # (4, 2): what the hidden layer answers
y = fires(a @ W2 + b2)  # (4, 1)
print("x1 x2 a1 a2 y", *np.hstack([gate_x, a, y]), sep="\n")
claim("Two hidden neurons suffice for XOR", np.mean(y == xor_y), at_least=1, idea="2.5")

# %%
# Two lines cut out a strip. Seen through the hidden layer, the two inputs of
# class 1 fall on the same spot, and one line is enough.
from dlkeras.visualization import plot_decision

look = {"y": xor_y, "pad": 0.4, "size": 130, "resolution": 40}
fig, (left, right) = plt.subplots(1, 2, figsize=(5.6, 3.4))
plot_decision(lambda x: fires(fires(x @ W1 + b1) @ W2 + b2), gate_x, ax=left, **look)
plot_decision(lambda a: fires(a @ W2 + b2), a, ax=right, **look)
for ax, name, title in (left, "x", "the inputs"), (right, "a", "the hidden layer"):
    ax.set(xlabel=f"${name}_1$", ylabel=f"${name}_2$", title=title)
    ax.set(aspect="equal", xticks=[0, 1], yticks=[0, 1])
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
# ``.mT`` swaps the last two axes, and ``@`` multiplies along them: with ``stack``
# the same lines train many independent networks at once.


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
# That two neurons *can* do it does not mean that training finds out how. From
# 200 random starts for each size of the hidden layer, how many networks get all
# four answers right?
trained, scores, solved = {}, {}, {}
for hidden in (1, 2, 3, 8):
    networks = trained[hidden] = MLP(2, hidden, 1, stack=(200,))
    for _ in range(2000):
        networks.train_step(gate_x, xor_y, learning_rate=0.1)
    right = (networks.predict(gate_x) > 0.5) == xor_y  # (200, 4, 1)
    scores[hidden] = right.mean(axis=(1, 2))
    solved[hidden] = 100 * np.mean(scores[hidden] == 1)
    print(f"{hidden} hidden neurons: {solved[hidden]:3.0f} % of the starts solve XOR")

best = scores[1].max()
claim("One hidden neuron never beats 75 % on XOR", best, close_to=0.75, tol=0)
claim("Two hidden neurons learn XOR from many starts", solved[2], at_least=60, unit="%")
claim("Eight learn XOR from nearly every start", solved[8], at_least=98, unit="%")

# %%
# How does a curve grow out of steps?
# -----------------------------------
#
# The input is now one number, and the network should follow a wave. Each of
# twelve hidden neurons adds one smooth step (gray). Orange is their sum.
x = np.linspace(-2, 2, 101)[:, None]  # (samples, 1)
y = np.sin(3 * x)
network = MLP(1, 12, 1, spread=2.0)
for _ in range(10_000):
    loss = network.train_step(x, y, learning_rate=0.1)

fig, ax = plt.subplots(figsize=(5.6, 4.2))
ax.plot(x, network.a * network.W2[:, 0], color="gray", linewidth=1)
ax.plot(x, network.predict(x), color="#D55E00", linewidth=4)
ax.plot(x, y, "k--", linewidth=1.5)
ax.set(xlabel="x", ylabel="y", title="Twelve smooth steps add up to a wave")
plt.show()

claim("Twelve neurons follow a wave, with a typical error", loss**0.5, at_most=0.035)

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
# A *custom layer* can do what ``Dense`` cannot: hold many networks side by side,
# as our NumPy class does. ``hidden`` lists the sizes of the hidden layers;
# ``used`` can switch neurons off.


def start(shape, dtype):
    inputs = shape[-2] - 1  # the last row holds the biases
    return rng.normal(0, 2 / inputs**0.5, size=shape)


class Stack(layers.Layer):
    def __init__(self, hidden, nets=1, used=1.0):
        super().__init__()
        self.hidden, self.nets, self.used = hidden, nets, np.float32(used)

    def build(self, input_shape):
        sizes = itertools.pairwise((input_shape[-1], *self.hidden, 1))
        self.W = [self.add_weight((self.nets, n + 1, m), start) for n, m in sizes]

    def call(self, a):
        for W in self.W:
            z = ops.matmul(a, W[:, :-1]) + W[:, -1:]  # (nets, samples, units)
            a = ops.multiply(ops.tanh(z), self.used)
        return ops.transpose(z[..., 0])  # (samples, nets)


custom = keras.Sequential([keras.Input((1,)), Stack([12])])
# All three take over the NumPy network's weights, and must answer alike.
weights = [network.W1, network.b1[0], network.W2, network.b2[0]]
sequential.set_weights(weights)
functional.set_weights(weights)
custom.set_weights([np.vstack(weights[:2])[None], np.vstack(weights[2:])[None]])
answers = [ops.convert_to_numpy(m(x)) for m in (sequential, functional, custom)]
gap = np.abs(np.array(answers) - network.predict(x)).max()
claim("NumPy and Keras in three ways give the same answers", gap, at_most=2e-6)

# %%
# A first look at PyTorch
# -----------------------
#
# PyTorch (more in part 8) has no ``fit``: you write the loop. Each round measures
# the loss, finds the slopes (``backward``), takes a step and forgets them. Both
# start from the weights above; the new goal is :math:`y^2`.
import importlib.util

if importlib.util.find_spec("torch"):
    import torch
    from torch import nn

    net = nn.Sequential(nn.Linear(1, 12), nn.Tanh(), nn.Linear(12, 1))
    for parameter, w in zip(net.parameters(), weights, strict=True):
        parameter.data = torch.tensor(w.T).float()  # (units, inputs) in PyTorch
    inputs, goal = torch.tensor(x).float(), torch.tensor(y**2).float()
    for _ in range(100):
        loss = torch.mean((net(inputs) - goal) ** 2)
        loss.backward()
        for parameter in net.parameters():
            parameter.data -= 0.05 * parameter.grad
            parameter.grad = None
        ours = network.train_step(x, y**2, learning_rate=0.05)
    claim("PyTorch and NumPy train alike", abs(loss.item() - ours), at_most=1e-6)
else:
    print("PyTorch is not installed. To see this part: pip install torch")

# %%
# Does width help, and does depth?
# --------------------------------
#
# The *universal approximation theorem* (Cybenko 1989, Hornik 1989) says: with
# enough hidden neurons, one hidden layer comes as close as you like to any
# continuous function on an interval. It does not say how many, nor that training
# finds the weights. So we measure: three functions, 1 to 32 hidden neurons.
#
# A second hidden layer works on what the first one has made. This can pay when
# the target, too, is made in steps. It does for :math:`\sin(4 \sin 2x)`, chosen
# among nine targets, some of which depth hardly helped. We compare one to three
# hidden layers of about 300 parameters in all, from twelve starts each.
#
# All these networks are heads of one Functional model. They share nothing but
# the input, so each learns as if it were alone. Each target has the standard
# deviation 1, so always answering its mean would be a typical error of 1.
targets = {
    "wave": np.sin(3 * x),
    "zigzag": np.arcsin(np.sin(np.pi * x)),
    "packet": np.exp(-(x**2)) * np.cos(5 * x),
}
nested = np.sin(4 * np.sin(2 * x))
widths, depths = [1, 2, 4, 8, 16, 32], [(100,), (15, 15), (11, 11, 11)]

used = np.arange(32) < np.repeat(widths, 6)[:, None, None]  # (36, 1, 32)
inputs = keras.Input((1,))
heads = [Stack([32], nets=36, used=used)(inputs)]
heads += [Stack(hidden, nets=12)(inputs) for hidden in depths]
model = keras.Model(inputs, layers.Concatenate()(heads))  # (samples, 72)

goals = [y for y in targets.values() for _ in range(2)] * 6 + [nested] * 36
goals = np.hstack([y / y.std() for y in goals])  # (101, 72)
many_x, many_goals = np.tile(x, (100, 1)), np.tile(goals, (100, 1))  # longer epochs
rate = keras.optimizers.schedules.CosineDecay(0.03, decay_steps=6 * 100)
model.compile(keras.optimizers.Adam(rate), loss="mse")
model.fit(many_x, many_goals, batch_size=101, epochs=6, verbose=0)

answers = ops.convert_to_numpy(model(x))
errors = np.sqrt(np.mean((answers - goals) ** 2, axis=0))
by_width = errors[:36].reshape(6, 3, 2).mean(axis=2)  # mean of the two starts
by_depth = errors[36:].reshape(3, 12)
typical = np.median(by_depth, axis=1)  # of twelve starts

fig, (top, bottom) = plt.subplots(2, 1, figsize=(5.6, 6.6))
for column, (name, style) in enumerate(zip(targets, "o^s", strict=True)):
    top.loglog(widths, by_width[:, column], f"-{style}", label=name)
top.set(xlabel="hidden neurons", title="The error falls with width")
top.set_xticks(widths, widths)
top.legend()
bottom.semilogy(by_depth, "o", typical, "-", color="#0072B2", alpha=0.6)
bottom.set(xlabel="hidden layers", ylim=(0.01, 1))
bottom.set_title("A wave of a wave wants depth")
bottom.set_xticks(range(3), ["1 of 100", "2 of 15", "3 of 11"])
fig.supylabel("typical error")
plt.show()

left = (by_width[-1] / by_width[0]).max()
claim("32 neurons leave this part of the error of one, at worst", left, at_most=0.23)
mean = by_width.mean(axis=1)
left = (mean[2:] / mean[:-2]).max()
claim("Four times the neurons leave less error: this part at worst", left, at_most=0.8)
left = typical[2] / typical[0]
claim("Depth pays on a wave of a wave: left of the error is", left, at_most=0.5)

# %%
# Does it help with images?
# -------------------------
#
# Is a handwritten digit odd? Odd digits do not look alike, so a weighted sum of
# the 64 pixels should not do. One head of the model is only that (*logistic
# regression*), the other has 32 hidden neurons.
from dlkeras.datasets import load_digits

(x_train, y_train), (x_test, y_test) = load_digits()
x_train, x_test = (images.reshape(-1, 64) / 16 for images in (x_train, x_test))
odd = np.tile(y_train[:, None] % 2, (4, 2))  # a column for each head; longer epochs

inputs = keras.Input((64,))
heads = [Stack([])(inputs), Stack([32])(inputs)]
model = keras.Model(inputs, layers.Concatenate()(heads))
loss = keras.losses.BinaryCrossentropy(from_logits=True)
model.compile(keras.optimizers.Adam(0.02), loss=loss)
model.fit(np.tile(x_train, (4, 1)), odd, batch_size=128, epochs=5, verbose=0)

guess = ops.convert_to_numpy(model(x_test)) > 0
without, within = 100 * np.mean(guess == y_test[:, None] % 2, axis=0)
claim("A hidden layer tells odd from even digits", within, at_least=96, unit="%")
claim("Without it, accuracy falls by", within - without, at_least=4.5, unit="points")

# %%
# When it goes wrong: a bad start
# -------------------------------
#
# The theorem promises that good weights exist. Training only walks downhill
# from where it starts, and can end in a valley that is not the deepest. Here
# are two of our networks with two hidden neurons, after training on XOR. Wider
# ones have neurons to spare, which is why they fail less often.
two, made_it = trained[2], scores[2]
fig, axes = plt.subplots(1, 2, figsize=(5.6, 3.5), sharey=True)
for ax, which in zip(axes, (made_it.argmin(), made_it.argmax()), strict=True):
    plot_decision(lambda x, i=which: two.predict(x)[i], gate_x, ax=ax, **look)
    ax.set(title=f"{4 * made_it[which]:.0f} of 4 right", xlabel="$x_1$", ylabel="$x_2$")
    ax.set(aspect="equal", xticks=[0, 1], yticks=[0, 1])
fig.suptitle("One network, two starts, two answers")
plt.show()

# %%
# Exercises
# ---------
#
# **1. The opposite of XOR.** With :math:`a_1` and :math:`a_2` as in the first
# picture (OR and NAND), find ``(w1, w2, b)`` such that
# :math:`w_1 a_1 + w_2 a_2 + b > 0` exactly when both bits are *equal*.
equal = ...

exercise("multilayer_perceptron/equal").check(equal)

# %%
# **2. A bump.** Give ``(w, b, v, c)`` so that ``np.tanh(x * w + b) @ v + c`` is
# near 1 for :math:`x` between 1 and 2 and near 0 elsewhere; within 0.2 of the
# edges anything goes. ``w``, ``b`` and ``v`` hold two numbers each. Draw first.
bump = ...

exercise("multilayer_perceptron/bump").check(bump)

# %%
# **3. Without training.** Prove the theorem: for any smooth :math:`f` and number
# of hidden neurons, return ``(w, b, v, c)`` as above, with ``units`` numbers in
# ``w``, ``b`` and ``v``, so that the network follows :math:`f` from 0 to 1. Four
# times the neurons must halve the error; the way is yours.


def approximate(f, units):
    return ...  # your code


exercise("multilayer_perceptron/approximate").check(approximate)

# %%
# What you saw
# ------------
#
# - Two hidden neurons suffice for XOR; with eight nearly every start finds it.
# - The error falls with width. Depth pays on a wave of a wave, not everywhere.
# - A hidden layer reads in an image what no weighted sum of its pixels can.
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
