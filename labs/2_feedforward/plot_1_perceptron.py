"""
Perceptron
==========

One neuron learns to tell two kinds of things apart, by correcting itself
whenever it is wrong. It is the oldest learning rule for neurons, and its
limits are the reason that networks have layers.

You will learn

- how a neuron with a threshold cuts the plane in two;
- Rosenblatt's rule: three lines of NumPy that learn from mistakes;
- why the rule stops on data that a line can split, and how soon;
- that the rule is gradient descent on a loss, so that Keras can run it;
- what one neuron can never learn, however long you train it.
"""
# sphinx_gallery_tags = ["first steps", "classification", "linear models", "history", "NumPy", "Sequential", "Functional", "custom layer", "custom loss"]
# sphinx_gallery_minutes = 35
# sphinx_gallery_requires = ["neural_networks"]
# sphinx_gallery_thumbnail_number = 3

# %%
# The idea
# --------
#
# A perceptron weighs its inputs, adds them up and compares the sum with a
# threshold. With inputs :math:`x_1, x_2`, weights :math:`w_1, w_2` and a bias
# :math:`b`, it computes a score :math:`z` and a decision :math:`\hat y`:
#
# .. math::
#
#    z = w_1 x_1 + w_2 x_2 + b, \qquad
#    \hat y = 1 \text{ if } z > 0 \text{, else } 0
#
# All points with :math:`z = 0` lie on a straight line: the boundary. The
# weights, drawn as an arrow, stand at a right angle to it and point to the
# side where the neuron answers 1. The bias shifts the line without turning it.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
rng = np.random.default_rng(set_seed())

w, b = np.array([1.0, 2.0]), -1.0
x1 = np.array([-2, 2])
x2 = -(w[0] * x1 + b) / w[1]  # where z = 0

fig, ax = plt.subplots(figsize=(5.0, 4.0))
ax.fill_between(x1, x2, 2, color="#F9DDCB")
ax.fill_between(x1, x2, -2, color="#CFE4F2")
ax.plot(x1, x2, color="black")
ax.quiver(0.2, 0.4, *w, angles="xy", scale_units="xy", scale=1.6, color="black")
ax.text(0.75, 1.15, "w", fontsize=16, weight="bold")
ax.text(-1.8, 1.65, "answers 1", color="#A04000")
ax.text(-1.8, -1.8, "answers 0", color="#00507F")
ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-2, 2), ylim=(-2, 2), aspect="equal")
ax.set_title("The weights point to the side of 1")
plt.show()

# %%
# From scratch
# ------------
#
# Frank Rosenblatt's rule of 1958 looks at one point at a time. If the answer
# is right, nothing changes. If it is wrong, the weights move toward the point
# (when the answer should have been 1) or away from it (when it should have
# been 0). With the true class :math:`y` and a learning rate :math:`\eta`, both
# cases are one formula:
#
# .. math::
#
#    w \leftarrow w + \eta\, (y - \hat y)\, x, \qquad
#    b \leftarrow b + \eta\, (y - \hat y)
#
# The bracket is 0 for a right answer, and +1 or −1 for a wrong one.


class Perceptron:
    def __init__(self, inputs, learning_rate=1.0):
        self.w = np.zeros(inputs)
        self.b = 0.0
        self.learning_rate = learning_rate

    def predict(self, x):
        return (x @ self.w + self.b > 0).astype(int)  # (samples,)

    def learn(self, x, y):
        """Show every point once; return the number of corrections."""
        corrections = 0
        for x_i, y_i in zip(x, y, strict=True):
            error = y_i - self.predict(x_i)  # −1, 0 or 1
            self.w += self.learning_rate * error * x_i
            self.b += self.learning_rate * error
            corrections += abs(error)
        return corrections


# %%
# Before anything large, watch a single correction. The point (2, 1) should
# get a 1. The new neuron answers 0, moves toward the point, and then gets it
# right.
neuron = Perceptron(inputs=2)
point = np.array([2.0, 1.0])
for when in ("before:", "after: "):
    print(when, neuron.predict(point), "w =", neuron.w, "b =", neuron.b)
    neuron.learn(point[None], np.array([1]))

# %%
# Does it learn the logic gates?
# ------------------------------
#
# A logic gate takes two bits and gives one. AND, OR and NAND are the parts
# that computers are built from. Each is a data set of four points. An *epoch*
# is one pass over all of them; we give each neuron ten, and count how often
# it corrects itself.
#
# The bias starts at one half. A correction adds whole numbers only, so no
# score can ever be 0, and no point ends up on the boundary itself.
gate_x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
gates = {
    "AND": np.array([0, 0, 0, 1]),
    "OR": np.array([0, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, 0]),
}

learned = {}
for name, gate_y in gates.items():
    learned[name] = neuron = Perceptron(inputs=2)
    neuron.b = 0.5
    corrections = [int(neuron.learn(gate_x, gate_y)) for epoch in range(10)]
    print(f"{name:>4}: corrections in each epoch {corrections}")

right = min(np.mean(learned[name].predict(gate_x) == gates[name]) for name in gates)
claim("AND, OR and NAND are learned without a mistake", right, at_least=1)

# %%
# The counts fall to 0 and stay there: a neuron that is always right has
# nothing more to learn. The three boundaries it found:
from dlkeras.visualization import animate_boundary, plot_decision

fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.8), sharey=True)
for ax, (name, neuron) in zip(axes, learned.items(), strict=True):
    plot_decision(neuron.predict, gate_x, gates[name], pad=0.35, size=90, ax=ax)
    ax.set(title=name, xlabel="$x_1$", xticks=[0, 1], yticks=[0, 1], aspect="equal")
axes[0].set_ylabel("$x_2$")
fig.suptitle("One line splits each gate: ● 0, ▲ 1")
plt.show()

# %%
# On real data: two species of penguins
# -------------------------------------
#
# Gentoo penguins have longer, flatter bills than Adelie penguins. Two lengths
# in millimeters are enough to tell them apart. Both are scaled to mean 0 and
# standard deviation 1, so that neither outweighs the other by its unit.
from dlkeras.datasets import load_penguins

bills = load_penguins().select(
    features=["bill_length", "bill_depth"], classes=["Adelie", "Gentoo"]
)
(x_train, y_train), (x_test, y_test) = bills
mean, std = x_train.mean(axis=0), x_train.std(axis=0)
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std

# %%
# The neuron gets something to unlearn: it starts with a boundary that cuts
# through both species. We note the weights after every correction.
neuron = Perceptron(inputs=2)
neuron.w = np.array([8.0, 8.0])
steps = []  # (w, b, index of the point that was wrong)
while (neuron.predict(x_train) != y_train).any():
    for i in range(len(x_train)):
        if neuron.learn(x_train[[i]], y_train[[i]]):
            steps.append((neuron.w.copy(), neuron.b, i))

print(len(steps), "corrections to learn", len(x_train), "penguins")
right = 100 * np.mean(neuron.predict(x_test) == y_test)
claim("The neuron tells new penguins apart", right, at_least=98, unit="%")

# %%
# Press play. The ring marks the penguin that was wrong. The line answers by
# turning, until each species has a side of its own.
axis_names = ("bill length (standardized)", "bill depth (standardized)")
animation = animate_boundary(
    steps, x_train, y_train, class_names=bills.class_names, axis_names=axis_names
)
plt.show()

# %%
# How many corrections does it need?
# ----------------------------------
#
# Albert Novikoff proved in 1962 that the rule must stop, if a line splits the
# data at all. Write the bias as one more weight, of an extra input that is
# always 1. In this larger space, let :math:`R` be the length of the longest
# input, and take any boundary that splits the data. Its *margin*
# :math:`\gamma` is the distance from it to the nearest point, again in the
# larger space. If weights and bias start at 0, the rule makes at most
#
# .. math::
#
#    \left(\frac{R}{\gamma}\right)^2
#
# corrections, whatever the order and the number of the points. What counts is
# the gap between the classes, for inputs of a given size. We test it on
# points to both sides of a random line through 0, none nearer to it than
# :math:`\gamma`. To make it hard, all of them lie close to the gap.
margins = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.4])
corrections, bounds = np.zeros((2, len(margins), 10))
for row, margin in enumerate(margins):
    for column in range(10):
        turn, _ = np.linalg.qr(rng.normal(size=(2, 2)))
        along, y = rng.uniform(-1, 1, size=200), rng.integers(2, size=200)
        across = (2 * y - 1) * rng.uniform(margin, 1.5 * margin, size=200)
        x = np.column_stack([along, across]) @ turn  # (200, 2)
        neuron = Perceptron(inputs=2)  # weights and bias start at 0
        while made := neuron.learn(x, y):
            corrections[row, column] += made
        bounds[row, column] = ((x**2).sum(axis=1).max() + 1) / margin**2

fig, ax = plt.subplots()
ax.loglog(margins, bounds.mean(axis=1), "--", color="black")
ax.loglog(margins, corrections, "o", color="#0072B2", alpha=0.45)
ax.text(0.022, bounds[1, 0] * 1.5, "bound $(R/\\gamma)^2$")
ax.text(0.025, 90, "counted", color="#0072B2")
ax.set(xlabel="margin γ", ylabel="corrections")
ax.set_title("A wider gap needs fewer corrections")
plt.show()

share = 100 * (corrections / bounds).max()
claim("Of the theorem's bound, the rule needs at most", share, at_most=45, unit="%")

# %%
# In Keras
# --------
#
# Keras learns by *gradient descent*: it lowers a loss by moving every weight
# a little against the slope. Rosenblatt's rule was not found that way, yet it
# is gradient descent in disguise. Take the loss
#
# .. math::
#
#    L = (\hat y - y)\, z
#
# It is 0 for a right answer. For a wrong one it is the distance of the score
# from 0, so it is never negative. The decision :math:`\hat y` is a step and
# has no slope, which leaves :math:`\partial L / \partial w = (\hat y - y)\,x`.
# One step against this slope is the rule above, to the letter.
import keras
from keras import layers, ops


class PerceptronLoss(keras.losses.Loss):
    def call(self, y_true, z):
        y_pred = ops.cast(z > 0, z.dtype)
        return ops.mean((y_pred - ops.cast(y_true, z.dtype)) * z, axis=-1)


# %%
# A *Sequential* model is a list of layers, here of one: ``Dense`` is ready-made.
# A *custom layer* is for what no ready-made one does. Ours gives scores while
# it trains, and decisions when it is used. It stands in a *Functional* model,
# in which each layer is called on what it gets.


class PerceptronLayer(layers.Layer):
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], 1), initializer="zeros")
        self.b = self.add_weight(shape=(1,), initializer="zeros")

    def call(self, x, training=None):
        z = ops.matmul(x, self.w) + self.b  # (samples, 1)
        return z if training else ops.cast(z > 0, z.dtype)


ready_made = keras.Sequential([layers.Dense(1, kernel_initializer="zeros")])
inputs = keras.Input((2,))
custom = keras.Model(inputs, PerceptronLayer()(inputs))

# %%
# Rosenblatt's rule is now plain gradient descent (``SGD``) with learning rate 1,
# one point at a time, in the given order. Both models must end with the very
# weights that the NumPy neuron finds in three epochs.
neuron = Perceptron(inputs=2)
for _ in range(3):
    neuron.learn(x_train, y_train)

differences = []
for model in (ready_made, custom):
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss=PerceptronLoss())
    model.fit(x_train, y_train, batch_size=1, epochs=3, shuffle=False, verbose=0)
    weights = np.concatenate([ops.convert_to_numpy(v).ravel() for v in model.weights])
    differences.append(np.abs(weights - [*neuron.w, neuron.b]).max())

claim("Keras and NumPy end with the same weights", max(differences), at_most=1e-7)

# %%
# Later labs take the neuron and its loss from ``dlkeras``, where both are
# documented and tested. They agree with the two of this lab:
from dlkeras import losses, scratch

library = scratch.Perceptron(inputs=2)
for _ in range(3):
    library.learn(x_train, y_train)
z, y = rng.normal(size=(50, 1)), rng.integers(2, size=(50, 1))
loss_gap = abs(float(PerceptronLoss()(y, z)) - float(losses.PerceptronLoss()(y, z)))
apart = max(loss_gap, np.abs(library.w - neuron.w).max())
claim("The library's perceptron and loss agree with these", apart, at_most=1e-7)

# %%
# When it goes wrong: exclusive or
# --------------------------------
#
# XOR answers 1 when exactly one of its two bits is 1. Its four points sit on
# the corners of a square, like on like across the diagonal. No straight line
# separates the two kinds, so there is no margin, and the theorem promises
# nothing. We train 50 neurons, each from its own first weights and with its own
# order of the points, and test them after every point.
xor_y = np.array([0, 1, 1, 0])
right = np.zeros((50, 100), int)  # one row a neuron, one column a point shown
for row in right:
    neuron = Perceptron(inputs=2)
    neuron.w = rng.normal(size=2)
    for shown, i in enumerate(rng.integers(4, size=100)):
        neuron.learn(gate_x[[i]], xor_y[[i]])
        row[shown] = np.sum(neuron.predict(gate_x) == xor_y)

fig, (plane, bars) = plt.subplots(1, 2, figsize=(5.6, 3.3))
plot_decision(learned["OR"].predict, gate_x, xor_y, pad=0.35, size=90, ax=plane)
plane.set(title="OR's line: 3 right", xticks=[0, 1], yticks=[0, 1], aspect="equal")
plane.set(xlabel="$x_1$", ylabel="$x_2$")
bars.bar(range(5), 100 * np.bincount(right.ravel(), minlength=5) / right.size)
bars.text(4, 2, "never", ha="center", rotation=90, color="#A04000")
bars.set(title="50 neurons", xlabel="points right", ylabel="share of the time (%)")
fig.suptitle("On XOR no neuron has all four right")
plt.show()

best = right.max() / 4
claim("A perceptron reaches 75 % on XOR, and never more", best, close_to=0.75, tol=0)

# %%
# Minsky and Papert made this limit famous in 1969. A second layer lifts it.
#
# Exercises
# ---------
#
# **1. NAND by hand.** Find two weights and a bias that make a perceptron
# compute NAND: 0 for the input (1, 1), and 1 for the other three. Give them as
# a tuple ``(w1, w2, b)``. Draw the square first.
nand = ...

exercise("perceptron/nand").check(nand)

# %%
# **2. The rule.** Write one correction. The function takes the weights
# (an array), the bias, one point, its class 0 or 1 and the learning rate, and
# returns the new weights and the new bias.


def update(w, b, x, y, learning_rate):
    return ...  # your code


exercise("perceptron/update").check(update)

# %%
# **3. A third input.** A line cannot split XOR, but you may give the neuron
# one more number computed from :math:`x_1` and :math:`x_2`. Write a function
# that takes both and returns the third input. A perceptron is then trained on
# all three; any third input that lets it learn XOR is right.


def third_input(x1, x2):
    return ...  # your code


exercise("perceptron/third_input").check(third_input)

# %%
# What you saw
# ------------
#
# - A perceptron draws one line, and corrects it only when it is wrong. With a
#   gap between the classes it stops, sooner the wider the gap.
# - Rosenblatt's rule is gradient descent on the loss :math:`(\hat y - y) z`:
#   Keras and NumPy end with the same weights.
# - XOR is out of its reach, and so is any pair of classes that no line splits.
#
# Read on
# -------
#
# - F. Rosenblatt (1958), `The perceptron: a probabilistic model for information
#   storage and organization in the brain <https://doi.org/10.1037/h0042519>`_,
#   Psychological Review.
# - A. B. J. Novikoff (1962), On convergence proofs on perceptrons,
#   Symposium on the Mathematical Theory of Automata.
# - M. Minsky and S. Papert (1969), `Perceptrons
#   <https://mitpress.mit.edu/9780262630221/perceptrons/>`_, MIT Press.
