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
x_axis = np.linspace(-2, 2, 2)

fig, ax = plt.subplots(figsize=(5.0, 4.0))
boundary = -(w[0] * x_axis + b) / w[1]
ax.plot(x_axis, boundary, color="black")
ax.fill_between(x_axis, boundary, 2, color="#D55E00", alpha=0.15)
ax.fill_between(x_axis, boundary, -2, color="#0072B2", alpha=0.15)
foot = -b * w / (w @ w)  # the point of the line nearest to the origin
ax.quiver(*foot, *w, angles="xy", scale_units="xy", scale=1.6, color="black")
ax.text(foot[0] + 0.55, foot[1] + 0.75, "w", fontsize=16, weight="bold")
ax.text(-1.8, 1.65, "answers 1", color="#A04000", fontsize=14)
ax.text(-1.8, -1.8, "answers 0", color="#00507F", fontsize=14)
ax.set(
    xlabel="$x_1$",
    ylabel="$x_2$",
    xlim=(-2, 2),
    ylim=(-2, 2),
    aspect="equal",
    title="The weights point to the side of 1",
)
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
# An *epoch* is one pass over all the points. Each gate needs only a handful.
# The three learned boundaries:
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

penguins = load_penguins()
(x_train, y_train), (x_test, y_test) = penguins
columns = [penguins.feature_names.index(n) for n in ("bill_length", "bill_depth")]
species = {name: label for label, name in enumerate(penguins.class_names)}


def pick(x, y, zero, one):
    """The two bill lengths of two species, labeled 0 and 1."""
    wanted = np.isin(y, [species[zero], species[one]])
    return x[wanted][:, columns], (y[wanted] == species[one]).astype(int)


x_train_2, y_train_2 = pick(x_train, y_train, "Adelie", "Gentoo")
x_test_2, y_test_2 = pick(x_test, y_test, "Adelie", "Gentoo")
mean, std = x_train_2.mean(axis=0), x_train_2.std(axis=0)
x_train_2, x_test_2 = (x_train_2 - mean) / std, (x_test_2 - mean) / std

# Shuffled once: each epoch then meets the species mixed.
order = rng.permutation(len(x_train_2))
x_train_2, y_train_2 = x_train_2[order], y_train_2[order]
print(len(x_train_2), "penguins to learn from,", len(x_test_2), "to test on")

# %%
# To see the rule at work, we give the neuron something to unlearn: it starts
# with a boundary that cuts through both species. We note the weights after
# every correction.
neuron = Perceptron(inputs=2)
neuron.w = np.array([8.0, 8.0])
steps = []  # (w, b, index of the point that was wrong)
mistakes = None
while mistakes != 0:
    mistakes = 0
    for i in range(len(x_train_2)):
        if neuron.learn(x_train_2[i : i + 1], y_train_2[i : i + 1]):
            mistakes += 1
            steps.append((neuron.w.copy(), neuron.b, i))

accuracy = np.mean(neuron.predict(x_test_2) == y_test_2)
print(len(steps), "corrections until every training point was right")
claim("New Adelie and Gentoo penguins are told apart", accuracy, at_least=0.98)

# %%
# Press play. The ring marks the penguin that was wrong. The line answers by
# turning, until orange stands on orange and blue on blue.
from matplotlib.animation import FuncAnimation
from matplotlib.colors import ListedColormap

fig, ax = plt.subplots(figsize=(5.0, 4.4))
side = np.linspace(-2.6, 3.5, 200)
grid = np.stack(np.meshgrid(side, side), axis=-1)  # (200, 200, 2)
sides = ax.imshow(
    np.zeros((200, 200)),
    cmap=ListedColormap(["#CFE4F2", "#F9DDCB"]),
    vmin=0,
    vmax=1,
    extent=(-2.6, 3.5, -2.6, 3.5),
    origin="lower",
)
for label, marker, name in ((0, "o", "Adelie"), (1, "^", "Gentoo")):
    ax.scatter(*x_train_2[y_train_2 == label].T, s=24, marker=marker, label=name)
(ring,) = ax.plot([], [], "o", ms=16, mfc="none", mec="black", mew=2)
ax.set(
    xlabel="bill length (standardized)",
    ylabel="bill depth (standardized)",
    title="Each mistake turns the boundary",
)
ax.grid(False)
ax.legend(loc="upper right")
count = ax.text(0.03, 0.04, "", transform=ax.transAxes)


def draw(frame):
    w, b, i = steps[frame]
    sides.set_data(grid @ w + b > 0)
    ring.set_data([x_train_2[i, 0]], [x_train_2[i, 1]])
    count.set_text(f"correction {frame + 1}")
    return sides, ring, count


frames = [*range(len(steps)), *[len(steps) - 1] * 6]  # rest on the last one
animation = FuncAnimation(fig, draw, frames=frames, interval=500)
plt.show()

# %%
# How many corrections does it need?
# ----------------------------------
#
# Albert Novikoff proved in 1962 that the rule must stop. Write the bias as a
# weight for an extra input that is always 1. Let :math:`R` be the length of
# the longest input, and let :math:`\gamma` be the *margin*: the distance from
# the best boundary to the point nearest to it. Then the number of corrections
# is at most
#
# .. math::
#
#    \left(\frac{R}{\gamma}\right)^2
#
# whatever the order of the points and however many they are. Only the gap
# between the classes counts. We test it on point clouds with a gap that we
# choose: points on a disk, split by a random line, and none nearer to the
# line than :math:`\gamma`. To make it hard, all points lie close to the gap.


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
corrections, bounds = [], []
for margin in margins:
    for _ in range(10):
        x, y = cloud(margin)
        neuron = Perceptron(inputs=2)
        total = 0
        while made := neuron.learn(x, y):
            total += made
        corrections.append(total)
        longest = np.sqrt((x**2).sum(axis=1).max() + 1)  # the extra input is 1
        bounds.append((longest / margin) ** 2)

corrections = np.reshape(corrections, (len(margins), 10))
bounds = np.reshape(bounds, (len(margins), 10))
share = (corrections / bounds).max()
claim(
    "The corrections stay well within the theorem's bound",
    share,
    at_most=0.6,
    unit="of it",
)

# %%
# The bound speaks of the worst case. How far below it does the rule stay, and
# does it grow as the gap closes?
fig, ax = plt.subplots()
ax.loglog(margins, bounds.mean(axis=1), "--", color="black")
ax.text(margins[1], bounds.mean(axis=1)[1] * 1.5, "bound $(R/\\gamma)^2$")
ax.loglog(margins, corrections, "o", color="#0072B2", alpha=0.45)
ax.loglog(margins, np.median(corrections, axis=1), color="#0072B2")
ax.text(
    margins[0], np.median(corrections, axis=1)[0] * 0.12, "counted", color="#0072B2"
)
ax.set(
    xlabel="margin γ",
    ylabel="corrections",
    title="A smaller gap needs more corrections",
)
plt.show()

median = np.median(corrections, axis=1)
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
# The model is one neuron. As a Sequential model it is a list with one entry:


def one_neuron_sequential():
    return keras.Sequential(
        [keras.Input((2,)), layers.Dense(1, kernel_initializer="zeros")]
    )


model = one_neuron_sequential()
model.summary()

# %%
# The Functional way connects tensors instead, and suits networks that branch:


def one_neuron_functional():
    inputs = keras.Input((2,))
    z = layers.Dense(1, kernel_initializer="zeros")(inputs)
    return keras.Model(inputs, z)


# %%
# And as a custom layer, for what no ready-made layer does: this one gives
# scores while it trains and decisions when it is used.


class PerceptronLayer(layers.Layer):
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], 1), initializer="zeros")
        self.b = self.add_weight(shape=(1,), initializer="zeros")

    def call(self, x, training=None):
        z = ops.matmul(x, self.w) + self.b  # (samples, 1)
        return z if training else ops.cast(z > 0, z.dtype)


def one_neuron_custom():
    return keras.Sequential([keras.Input((2,)), PerceptronLayer()])


# %%
# Rosenblatt's rule is now plain gradient descent (`SGD`) with learning rate 1,
# one point at a time, in the given order. All three models must end with the
# very weights that the NumPy neuron finds in three epochs.
neuron = Perceptron(inputs=2)
for _ in range(3):
    neuron.learn(x_train_2, y_train_2)
expected = np.append(neuron.w, neuron.b)

differences = {}
for build in (one_neuron_sequential, one_neuron_functional, one_neuron_custom):
    model = build()
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss=PerceptronLoss())
    model.fit(x_train_2, y_train_2, batch_size=1, epochs=3, shuffle=False, verbose=0)
    weights = np.concatenate([ops.convert_to_numpy(v).ravel() for v in model.weights])
    differences[build.__name__] = np.abs(weights - expected).max()
    print(f"{build.__name__:>22}: w = {weights[:2]}, b = {weights[2]:+.1f}")

claim(
    "Keras and NumPy end with the same weights",
    max(differences.values()),
    at_most=1e-6,
)

# %%
# Later labs take the neuron and its loss from ``dlkeras``, where both are
# documented and tested. They agree with the two that you have just seen:
from dlkeras.losses import PerceptronLoss as LibraryLoss
from dlkeras.scratch import Perceptron as LibraryPerceptron

library = LibraryPerceptron(inputs=2)
for _ in range(3):
    library.learn(x_train_2, y_train_2)
z = rng.normal(size=(50, 1)).astype("float32")
truth = rng.integers(0, 2, size=(50, 1))
gap = float(PerceptronLoss()(truth, z)) - float(LibraryLoss()(truth, z))
gap = max(abs(gap), np.abs(library.w - neuron.w).max())
claim("The library's perceptron and loss agree with these", gap, at_most=1e-7)

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
ax.set(
    xlabel="points shown",
    ylabel="accuracy (%)",
    ylim=(0, 106),
    yticks=[0, 25, 50, 75, 100],
    title="On XOR the neuron never settles",
)
plt.show()

claim(
    "A perceptron never beats 75 % on XOR, and reaches it",
    xor_accuracy.max(),
    close_to=0.75,
    tol=0,
)

# %%
# Marvin Minsky and Seymour Papert made this limit famous in 1969. The way out
# is a second layer, and the next lab takes it.
#
# When it goes wrong: classes that overlap
# ----------------------------------------
#
# Adelie and Chinstrap penguins have bills of nearly the same depth, and no
# line tells all of them apart. The rule still corrects itself at each
# mistake, so one odd bird can spoil a good boundary. Which accuracy you get
# depends on when you stop. A cure is to keep the best weights seen so far "in
# the pocket".
x_mixed, y_mixed = pick(x_train, y_train, "Adelie", "Chinstrap")
x_mixed = (x_mixed - x_mixed.mean(axis=0)) / x_mixed.std(axis=0)

neuron = Perceptron(inputs=2)
current, pocket = [], []  # accuracy after each correction, and the best so far
while len(current) < 150:
    i = rng.integers(len(x_mixed))
    if neuron.learn(x_mixed[i : i + 1], y_mixed[i : i + 1]):
        current.append(np.mean(neuron.predict(x_mixed) == y_mixed))
        pocket.append(max(current))

fig, ax = plt.subplots()
ax.plot(100 * np.array(current), color="#56B4E9", linewidth=1.5)
ax.plot(100 * np.array(pocket), color="black")
ax.text(75, 101, "in the pocket")
ax.text(60, 100 * min(current[20:]) - 2, "after each correction", color="#2A7FB0")
ax.set(
    xlabel="corrections",
    ylabel="training accuracy (%)",
    ylim=(None, 105),
    title="With overlap, it matters when you stop",
)
plt.show()

lost = 100 * (pocket[-1] - np.array(current[20:]))
claim(
    "Stopping at the worst moment, even after 20 corrections, costs accuracy",
    lost.max(),
    at_least=4,
    unit="points",
)

# %%
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


def update(w, b, x, y, learning_rate): ...  # your code


exercise("perceptron/update").check(update)

# %%
# **3. A third input.** A line cannot split XOR, but you may give the neuron
# one more number computed from :math:`x_1` and :math:`x_2`. Write a function
# that takes both and returns the third input. A perceptron is then trained on
# all three; any third input that lets it learn XOR is right.


def third_input(x1, x2): ...  # your code


exercise("perceptron/third_input").check(third_input)

# %%
# What you saw
# ------------
#
# - A perceptron draws one line, and corrects it only when it is wrong. With a
#   gap between the classes it stops, sooner the wider the gap.
# - Rosenblatt's rule is gradient descent on the loss :math:`(\hat y - y) z`:
#   Keras and NumPy end with the same weights.
# - XOR is out of its reach, and overlapping classes keep it restless.
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
