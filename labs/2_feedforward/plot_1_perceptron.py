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
seed = set_seed()
rng = np.random.default_rng(seed)

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
print("before:", neuron.predict(point), "w =", neuron.w, "b =", neuron.b)
neuron.learn(point[None], np.array([1]))
print("after: ", neuron.predict(point), "w =", neuron.w, "b =", neuron.b)

# %%
# Does it learn the logic gates?
# ------------------------------
#
# A logic gate takes two bits and gives one. AND, OR and NAND are the parts
# that computers are built from. Each is a data set of four points.
gate_x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
gates = {
    "AND": np.array([0, 0, 0, 1]),
    "OR": np.array([0, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, 0]),
}

learned = {}
for name, gate_y in gates.items():
    learned[name] = neuron = Perceptron(inputs=2)
    epochs = 1
    while neuron.learn(gate_x, gate_y) > 0:  # until a pass without mistakes
        epochs += 1
    print(f"{name:>4}: w = {neuron.w}, b = {neuron.b:+.0f}, after {epochs} epochs")

correct = [np.mean(learned[n].predict(gate_x) == y) for n, y in gates.items()]
claim("AND, OR and NAND are learned without a mistake", min(correct), at_least=1)

# %%
# An *epoch* is one pass over all the points. The three learned boundaries:
from dlkeras.visualization import plot_decision

fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.6), sharey=True)
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
print(len(x_train), "penguins to learn from,", len(x_test), "to test on")

# %%
# To see the rule at work, we give the neuron something to unlearn: it starts
# with a boundary that cuts through both species. We note the weights after
# every correction.
neuron = Perceptron(inputs=2)
neuron.w = np.array([8.0, 8.0])
steps = []  # (w, b, index of the point that was wrong)
while (neuron.predict(x_train) != y_train).any():
    for i in range(len(x_train)):
        if neuron.learn(x_train[i : i + 1], y_train[i : i + 1]):
            steps.append((neuron.w.copy(), neuron.b, i))

accuracy = np.mean(neuron.predict(x_test) == y_test)
print(len(steps), "corrections until every training point was right")
claim("New Adelie and Gentoo penguins are told apart", accuracy, at_least=0.98)

# %%
# Press play. The ring marks the penguin that was wrong. The line answers by
# turning, until each species has a side of its own.
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots(figsize=(5.0, 4.4))


def draw(frame):
    w, b, i = steps[frame]
    ax.clear()
    plot_decision(
        lambda x: 1 / (1 + np.exp(-10 * (x @ w + b))),  # a step, a little softened
        x_train,
        y_train,
        class_names=bills.class_names,
        ax=ax,
    )
    ax.plot(*x_train[i], "o", ms=16, mfc="none", mec="black", mew=2)
    ax.set(xlabel="bill length (standardized)", ylabel="bill depth (standardized)")
    ax.set_title(f"Correction {frame + 1} turns the boundary")
    ax.legend(loc="upper right")


frames = [*range(len(steps)), *[len(steps) - 1] * 6]  # rest on the last one
animation = FuncAnimation(fig, draw, frames=frames, interval=500)
plt.show()

# %%
# How many corrections does it need?
# ----------------------------------
#
# Albert Novikoff proved in 1962 that the rule must stop, if a line splits the
# data at all. Write the bias as a weight for an extra input that is always 1.
# Let :math:`R` be the length of the longest input, that extra one included,
# and :math:`\gamma` the *margin*: the distance, in this larger space, from the
# best boundary to the point nearest to it. Started from weights of zero, the
# rule makes at most this many corrections:
#
# .. math::
#
#    \left(\frac{R}{\gamma}\right)^2
#
# whatever the order of the points and however many they are. What counts is
# the gap between the classes, for inputs of a given size. We test it on point
# clouds with a gap that we choose: points on a disk, split by a random line
# through its center, and none nearer to the line than :math:`\gamma`. To make
# it hard, all points lie close to the gap.


def cloud(margin, points=200):
    """Points of the unit disk with a known gap between two classes."""
    direction = rng.normal(size=2)
    direction /= np.linalg.norm(direction)
    x = rng.uniform(-1, 1, size=(400 * points, 2))
    distance = x @ direction
    close = (np.abs(distance) > margin) & (np.abs(distance) < 1.5 * margin)
    keep = (np.linalg.norm(x, axis=1) < 1) & close
    return x[keep][:points], (distance[keep][:points] > 0).astype(int)


margins = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.4])
corrections = np.zeros((len(margins), 10))
bounds = np.zeros((len(margins), 10))
for row, margin in enumerate(margins):
    for column in range(10):
        x, y = cloud(margin)
        neuron = Perceptron(inputs=2)
        while made := neuron.learn(x, y):
            corrections[row, column] += made
        longest = np.sqrt((x**2).sum(axis=1).max() + 1)  # the extra input is 1
        bounds[row, column] = (longest / margin) ** 2

share = (corrections / bounds).max()
claim("The corrections stay well within the theorem's bound", share, at_most=0.6)

# %%
# The bound speaks of the worst case. How far below it does the rule stay, and
# does the count grow as the gap closes?
median = np.median(corrections, axis=1)
fig, ax = plt.subplots()
ax.loglog(margins, bounds.mean(axis=1), "--", color="black")
ax.loglog(margins, corrections, "o", color="#0072B2", alpha=0.45)
ax.loglog(margins, median, color="#0072B2")
ax.text(0.022, bounds[1, 0] * 1.5, "bound $(R/\\gamma)^2$")
ax.text(0.01, median[0] * 0.1, "counted", color="#0072B2")
ax.set(xlabel="margin γ", ylabel="corrections")
ax.set_title("A smaller gap needs more corrections")
plt.show()

claim(
    "Closing the gap from 0.4 to 0.01 multiplies the corrections",
    median[0] / median[-1],
    at_least=30,
    unit="times",
)

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


print(float(PerceptronLoss()(np.array([[1.0]]), np.array([[-3.0]]))))  # wrong by 3

# %%
# The model is one neuron. A *Sequential* model is a list of layers, here of one.
# A *Functional* model connects tensors instead, and suits networks that branch.


def sequential():
    dense = layers.Dense(1, kernel_initializer="zeros")
    return keras.Sequential([keras.Input((2,)), dense])


def functional():
    inputs = keras.Input((2,))
    z = layers.Dense(1, kernel_initializer="zeros")(inputs)
    return keras.Model(inputs, z)


# %%
# A *custom layer* is for what no ready-made layer does. This one gives scores
# while it trains, and decisions when it is used.


class PerceptronLayer(layers.Layer):
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], 1), initializer="zeros")
        self.b = self.add_weight(shape=(1,), initializer="zeros")

    def call(self, x, training=None):
        z = ops.matmul(x, self.w) + self.b  # (samples, 1)
        return z if training else ops.cast(z > 0, z.dtype)


def custom():
    return keras.Sequential([keras.Input((2,)), PerceptronLayer()])


# %%
# Rosenblatt's rule is now plain gradient descent (``SGD``) with learning rate 1,
# one point at a time, in the given order. All three models must end with the
# very weights that the NumPy neuron finds in three epochs.
neuron = Perceptron(inputs=2)
for _ in range(3):
    neuron.learn(x_train, y_train)
expected = np.append(neuron.w, neuron.b)

differences = []
for build in (sequential, functional, custom):
    model = build()
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss=PerceptronLoss())
    model.fit(x_train, y_train, batch_size=1, epochs=3, shuffle=False, verbose=0)
    weights = np.concatenate([ops.convert_to_numpy(v).ravel() for v in model.weights])
    differences.append(np.abs(weights - expected).max())
    print(f"{build.__name__:>10}: w = {weights[:2].round(3)}, b = {weights[2]:+.1f}")

claim("Keras and NumPy end with the same weights", max(differences), at_most=1e-6)

# %%
# Later labs take the neuron and its loss from ``dlkeras``, where both are
# documented and tested. They agree with the two that you have just seen:
from dlkeras.losses import PerceptronLoss as LibraryLoss
from dlkeras.scratch import Perceptron as LibraryPerceptron

library = LibraryPerceptron(inputs=2)
for _ in range(3):
    library.learn(x_train, y_train)
z, y = rng.normal(size=(50, 1)), rng.integers(0, 2, size=(50, 1))
loss_gap = abs(float(PerceptronLoss()(y, z)) - float(LibraryLoss()(y, z)))
weight_gap = np.abs(library.w - neuron.w).max()
claim(
    "The library's perceptron and loss agree with these",
    max(loss_gap, weight_gap),
    at_most=1e-7,
)

# %%
# When it goes wrong: exclusive or
# --------------------------------
#
# XOR answers 1 when exactly one of its two bits is 1. Its four points sit on
# the corners of a square, like on like across the diagonal. No straight line
# separates the two kinds. The theorem promises nothing here, since there is
# no margin. We train 50 neurons, each with its own order of the points.
xor_y = np.array([0, 1, 1, 0])
xor_accuracy = np.zeros((50, 100))  # one row a neuron, one column a point shown
for row in xor_accuracy:
    neuron = Perceptron(inputs=2)
    neuron.w = rng.normal(size=2)
    for shown in range(100):
        i = rng.integers(4)
        neuron.learn(gate_x[i : i + 1], xor_y[i : i + 1])
        row[shown] = np.mean(neuron.predict(gate_x) == xor_y)

fig, ax = plt.subplots()
ax.step(range(1, 101), 100 * xor_accuracy[0], linewidth=1.5)
ax.axhline(100, color="black", linewidth=1)
ax.text(1, 93, "all four right: never reached")
ax.set(xlabel="points shown", ylabel="accuracy (%)", yticks=[0, 25, 50, 75, 100])
ax.set_title("On XOR the neuron never settles")
plt.show()

best = xor_accuracy.max()
claim("A perceptron reaches 75 % on XOR, and never more", best, close_to=0.75, tol=0)

# %%
# Marvin Minsky and Seymour Papert made this limit famous in 1969. The way out
# is a second layer, and the next lab takes it.
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
# - F. Rosenblatt (1958),
#   `The perceptron: a probabilistic model for information storage and
#   organization in the brain <https://doi.org/10.1037/h0042519>`_,
#   Psychological Review.
# - A. B. J. Novikoff (1962), On convergence proofs on perceptrons,
#   Symposium on the Mathematical Theory of Automata.
# - M. Minsky and S. Papert (1969),
#   `Perceptrons <https://mitpress.mit.edu/9780262630221/perceptrons/>`_,
#   MIT Press.
# - K. B. Gorman, T. D. Williams and W. R. Fraser (2014),
#   `Ecological sexual dimorphism and environmental variability within a
#   community of Antarctic penguins
#   <https://doi.org/10.1371/journal.pone.0090081>`_, PLOS ONE: the penguins.
