"""
What is deep learning
=====================

A deep network finds out for itself what to look for in its data, layer by
layer. This lab trains one from the first step to the last, looks inside, and
measures where the idea pays and where it does not.

You will learn

- how artificial intelligence, machine learning and deep learning differ;
- the six steps of a project, from collecting data to using the model;
- what "deep" does: from layer to layer, the classes move apart;
- where a deep network beats older methods, and where it does not;
- a mistake that waits until the model is in use.
"""
# sphinx_gallery_tags = ["first steps", "images", "tables", "classification", "workflow", "NumPy", "Sequential", "Functional"]
# sphinx_gallery_minutes = 40
# sphinx_gallery_requires = []
# sphinx_gallery_thumbnail_number = 1

# %%
# The idea
# --------
#
# *Artificial intelligence* is any program that does what seems to need a
# mind, even if people wrote its every rule. *Machine learning* is the part of
# it that learns rules from examples; people still choose the *features*, the
# numbers that the rules are about. *Deep learning* is the part of that which
# learns the features as well. It does so with a chain of *layers*,
#
# .. math::
#
#    \hat y = f_3(f_2(f_1(x))),
#
# where :math:`x` is the input, each layer :math:`f` works on what the one
# before has found, and :math:`\hat y` is the answer. Many layers: that is all
# that "deep" says.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.visualization import draw_fields
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

_, ax = plt.subplots(figsize=(5.6, 4.4))
draw_fields(ax).set_title("Each is a part of the one around it")
plt.show()

# %%
# From scratch
# ------------
#
# We write one program of each kind for one task: to read handwritten digits.
# MNIST is a famous collection of them, and a small part is enough here. Each
# image has 28 × 28 pixels, from 0 (paper) to 255 (ink).
from dlkeras.datasets import load_mnist_5k

(x_train, y_train), (x_test, y_test) = load_mnist_5k()
print("x_train:", x_train.shape, x_train.dtype, " x_test:", x_test.shape)

# %%
# What would you look at? You might count holes, since an 8 has two. Or ask
# where the ink is, and where it changes to paper. These are hand-made
# features. To count holes there is a formula by Euler: for a figure in one
# piece, made of squares, corners − sides + squares = 1 − holes.


def count_holes(x):
    ink = np.pad(x > 100, ((0, 0), (1, 1), (1, 1)))  # (n, 30, 30)
    flat, upright = ink[:, 1:] | ink[:, :-1], ink[:, :, 1:] | ink[:, :, :-1]
    corners = flat[:, :, 1:] | flat[:, :, :-1]
    sides = flat.sum(axis=(1, 2)) + upright.sum(axis=(1, 2))
    return 1 - (corners.sum(axis=(1, 2)) - sides + ink.sum(axis=(1, 2)))


def features_by_hand(x):
    """Holes, then ink and its changes in seven bands each way: (n, 43)."""
    found, gray = [count_holes(x)], x / 255
    across, down = (np.abs(np.diff(gray, axis=a, prepend=0)) for a in (2, 1))
    for picture in (gray, across, down):
        found += list(picture.reshape(-1, 7, 4 * 28).mean(axis=2).T)  # rows
        found += list(picture.reshape(-1, 28, 7, 4).mean(axis=(1, 3)).T)  # columns
    return np.stack(found, axis=1)


digits = [int(np.flatnonzero(y_test == digit)[0]) for digit in (1, 0, 8)]
print("holes of a 1, a 0 and an 8:", count_holes(x_test[digits]))

# %%
# **Artificial intelligence without learning.** A person writes rules about
# holes, about ink above and below the middle, and about width.
features_train, features_test = features_by_hand(x_train), features_by_hand(x_test)
mean, std = features_train.mean(axis=0), features_train.std(axis=0) + 1e-6
holes, rows, columns = np.split(features_test[:, :15], [1, 8], axis=1)
holes, narrow = holes[:, 0], (columns > 0.03).sum(axis=1) < 4
top_heavy = rows[:, :3].sum(axis=1) / rows[:, 4:].sum(axis=1)
one = holes == 1
by_rules = np.select(
    [holes > 1, one & (top_heavy > 1), one & (top_heavy < 0.75), one, narrow],
    [8, 9, 6, 0, 1],
    default=np.where(top_heavy > 1.2, 7, 3),  # the rules run out of ideas
)
print(f"rules by hand: {np.mean(by_rules == y_test):.2f} of the test digits right")

# %%
# **Machine learning.** Average the features of each digit over the training
# images. A new image gets the digit with the nearest average. No rule is
# written; it comes from examples. Features are first brought to one scale.
features_train, features_test = (
    (features_train - mean) / std,
    (features_test - mean) / std,
)
centers = np.stack([features_train[y_train == d].mean(axis=0) for d in range(10)])
distances = ((features_test[:, None] - centers) ** 2).sum(axis=2)  # (n, 10)
by_centers = distances.argmin(axis=1)
print(f"nearest average: {np.mean(by_centers == y_test):.2f} right")

# %%
# In Keras: one project, six steps
# --------------------------------
#
# **1. Collect.** Done: the images are loaded.
#
# **2. Prepare.** Networks like numbers between 0 and 1, and images with an
# axis for colors; here there is one, gray.
import keras
from keras import layers


def prepare(x):
    return x.astype("float32")[..., None] / 255  # (n, 28, 28, 1)


images_train, images_test = prepare(x_train), prepare(x_test)

# %%
# **3. Define.** A *Sequential* model is a list of layers. ``Conv2D`` slides
# small patterns, its *filters*, over the image and notes where each one fits.
# Pooling keeps the best fit of every 2 × 2 places. ``Dense`` weighs all that
# it is given. ``Dropout`` hides half of it at random during training, so that
# nothing is learned by heart. The last layer gives ten probabilities.
#
# The first filters start near zero: what they show later, they have learned.
near_zero = keras.initializers.RandomNormal(stddev=0.02)
model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(8, 7, padding="same", kernel_initializer=near_zero),
        layers.ReLU(),
        layers.MaxPooling2D(),  # (14, 14, 8)
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),  # (7, 7, 16)
        layers.Flatten(),  # (784,)
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
)
untrained = model.get_weights()
print(f"{model.count_params():,} parameters, random so far")

# %%
# **4. Train.** The *loss* says in one number how wrong the answers are. The
# *optimizer* changes the parameters so that it falls, batch by batch. An
# *epoch* is one pass through the training images.
from dlkeras.callbacks import Progress


def train(images, y):
    optimizer = keras.optimizers.Adam(0.002)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(images, y, batch_size=64, epochs=10, verbose=0, callbacks=[Progress()])


train(images_train, y_train)

# %%
# **5. Evaluate.** Only images that it has never seen can tell what it has
# learned. Look at its mistakes, not only at their number.
from dlkeras.visualization import show_images

probabilities = model.predict(images_test, batch_size=500, verbose=0)  # (1000, 10)
by_network = probabilities.argmax(axis=1)
wrong = np.flatnonzero(by_network != y_test)[:10]
show_images(
    x_test[wrong],
    [f"{y_test[i]} → {by_network[i]}" for i in wrong],
    suptitle="Its mistakes: true digit → answer",
)
plt.show()

# %%
# **6. Deploy.** Put the model to use. That begins with a file which holds
# layers and weights; whoever loads it needs none of this script. The loaded
# model must give the very same answers.
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "digits.keras"
    model.save(file)
    deployed = keras.saving.load_model(file)
again = deployed.predict(images_test, batch_size=500, verbose=0)
gap = np.abs(again - probabilities).max()
claim("Saved and reloaded, the model changes its probabilities by", gap, at_most=1e-6)

# %%
# Features by hand or learned?
# ----------------------------
#
# The three programs again. So that the hand-made features get their best
# chance, *logistic regression*, a stronger learner than our averages, may
# have them, too.
from sklearn.linear_model import LogisticRegression

linear = LogisticRegression(max_iter=1000).fit(features_train, y_train)
programs = {
    "rules by hand": by_rules,
    "features by hand,\nnearest average": by_centers,
    "features by hand,\nlogistic regression": linear.predict(features_test),
    "all learned:\ndeep network": by_network,
}
right = {name: 100 * np.mean(answers == y_test) for name, answers in programs.items()}
fig, ax = plt.subplots(figsize=(5.6, 3.4))
bars = ax.barh(list(right), list(right.values()), height=0.6)
ax.bar_label(bars, fmt="%.0f %%", padding=4)
ax.set(xlim=(0, 115), xlabel="new digits read rightly (%)")
ax.set_title("The less is made by hand, the better")
ax.invert_yaxis()
plt.show()

by_hand, learned = list(right.values())[-2:]
claim(
    "Learned features, with nothing made by hand, beat the hand-made ones by",
    learned - by_hand,
    at_least=0.5,
    unit="points",
    idea="1.2",
)

# %%
# What does depth do?
# -------------------
#
# Think of the images as points, and of each digit as a cloud of them. How far
# are the clouds apart, compared with how wide they are? *Separability* is the
# variance between the class means over the variance within the classes.
#
# To measure it inside the network, we define a second model the *Functional*
# way, by naming an input and outputs. Any layer may be an output.
levels = ["pixels", "conv 1", "conv 2", "dense", "output"]
inside = keras.Model(model.inputs[0], [model.layers[i].output for i in (2, 4, 6, 8)])


def separability(weights):
    """How far the digits of the test set are apart, level by level."""
    model.set_weights(weights)
    found = []
    for a in [images_test, *inside.predict(images_test, batch_size=500, verbose=0)]:
        a = a.reshape(len(a), -1)
        means = np.stack([a[y_test == digit].mean(axis=0) for digit in range(10)])
        within = ((a - means[y_test]) ** 2).sum(axis=1).mean()
        found.append(((means - means.mean(axis=0)) ** 2).sum(axis=1).mean() / within)
    return np.array(found)


random, trained = separability(untrained), separability(deployed.get_weights())
fig, ax = plt.subplots()
ax.semilogy(levels, trained, "o-", levels, random, "s--")
ax.text(2.8, trained[3], "trained", ha="right", color="#0072B2")
ax.text(3, 0.55 * random[3], "untrained", ha="center", color="#D55E00")
ax.set(ylabel="separability of the digits", xlabel="level of the network", ylim=0.12)
ax.set_title("Layer by layer, the digits move apart")
plt.show()

claim(
    "Each of the layers moves the digits further apart, the least of them by",
    (trained[1:] / trained[:-1]).min(),
    at_least=1.1,
    unit="times",
    idea="1.1",
)

# %%
# What does the first layer look for?
# -----------------------------------
#
# Artificial neurons were inspired by living ones. Do they end up alike? In
# 1959 David Hubel and Torsten Wiesel found cells in the visual part of a
# cat's brain that answer to edges and bars at a certain angle. Five smooth
# patterns can be mixed to an edge or a bar at any angle. How much of each
# filter is such a mixture? A random filter is one by a tenth.
u, v = np.meshgrid(np.arange(-3, 4), np.arange(-3, 4))
spot = np.exp(-(u**2 + v**2) / 8)
patterns = np.array([u, v, u**2 / 4 - 1, v**2 / 4 - 1, u * v]) * spot  # (5, 7, 7)
axes_5, _ = np.linalg.qr(patterns.reshape(5, 49).T)  # (49, 5), at right angles
filters = [w[0][:, :, 0].reshape(49, 8) for w in (untrained, deployed.get_weights())]

fig, axes = plt.subplots(2, 8, figsize=(5.6, 2.3))
for row, weights, when in zip(axes, filters, ("before", "after"), strict=True):
    for ax, one in zip(row, weights.T, strict=True):
        ax.imshow(one.reshape(7, 7))
        ax.axis("off")
    row[0].set_title(f"{when} training", loc="left", fontsize=12)
fig.suptitle("Filters turn into edges and bars")
plt.show()

share = [
    np.mean(((axes_5.T @ w) ** 2).sum(axis=0) / (w**2).sum(axis=0)) for w in filters
]
print(
    f"edges and bars: {share[0]:.2f} of a filter before training, {share[1]:.2f} after"
)
claim(
    "As cells in a cat's brain do, the filters look for edges and bars: their share",
    share[1],
    at_least=0.5,
    idea="1.4",
)

# %%
# Does it beat older methods?
# ---------------------------
#
# We try three good ones on the pixels: logistic regression, a forest of
# decision trees, and a support vector machine on the main components of the
# images. Then we make it harder. Each digit is shrunk to half its size and
# put anywhere on the image. All methods learn again from the start, and so
# does the network.
from sklearn.decomposition import PCA
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC


def put_anywhere(x):
    canvas = np.zeros(x.shape)
    small = x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
    for k, (i, j) in enumerate(rng.integers(0, 15, (len(x), 2))):
        canvas[k, i : i + 14, j : j + 14] = small[k]
    return prepare(canvas)


moved_train, moved_test = put_anywhere(x_train), put_anywhere(x_test)
older = {
    "logistic\nregression": LogisticRegression(C=0.02, max_iter=1000),
    "trees": ExtraTreesClassifier(50, random_state=seed),
    "support\nvectors": make_pipeline(PCA(40, random_state=seed), SVC(C=10)),
}
middle, anywhere = [], []
for method in older.values():
    for images, new, scores in (
        (images_train, images_test, middle),
        (moved_train, moved_test, anywhere),
    ):
        method.fit(images.reshape(-1, 784), y_train)
        scores.append(100 * method.score(new.reshape(-1, 784), y_test))

model.set_weights(untrained)
train(moved_train, y_train)
middle.append(learned)
anywhere.append(100 * model.evaluate(moved_test, y_test, batch_size=500, verbose=0)[1])

fig, ax = plt.subplots()
place = np.arange(4)
bars = ax.bar(place - 0.2, middle, 0.38, color="#56B4E9", label="in the middle")
ax.bar_label(bars, fmt="%.0f")
bars = ax.bar(
    place + 0.2, anywhere, 0.38, color="#D55E00", hatch="//", label="anywhere"
)
ax.bar_label(bars, fmt="%.0f")
ax.set_xticks(place, [*older, "network"])
ax.set(ylabel="accuracy (%)", ylim=(0, 132), yticks=range(0, 101, 25))
ax.legend(ncols=2, loc="upper center")
ax.set_title("Where digits move, the network leads")
plt.show()

claim(
    "On digits in the middle, a small network beats logistic regression by",
    learned - middle[0],
    at_least=5,
    unit="points",
)
lead = learned - max(middle[:3])
claim("But the best older method is not far", lead, close_to=0, tol=2, unit="points")
claim(
    "With digits anywhere on 784 pixels, it leads the best older method by",
    anywhere[3] - max(anywhere[:3]),
    at_least=15,
    unit="points",
    idea="1.3",
)

# %%
# Where does it not pay?
# ----------------------
#
# Another task: is a tumor malignant? A table gives 30 measurements of the
# cells of each. A column always means the same thing, nothing moves, and
# people have chosen well what to measure.
#
# We also use the occasion to see how general networks are. One network,
# defined the Functional way, first learns small digits of 8 × 8 pixels. Then
# it learns the table, *unchanged*: the 30 columns are filled up with zeros to
# 64 inputs, and two of the ten outputs are used. The 569 rows are split in
# five parts; each is tested once by models that learned from the others.
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.preprocessing import StandardScaler

from dlkeras.datasets import load_breast_cancer, load_digits

inputs = keras.Input((64,))
hidden = layers.Dense(32, activation="relu")(inputs)
hidden = layers.Dense(16, activation="relu")(hidden)
network = keras.Model(inputs, layers.Dense(10, activation="softmax")(hidden))
network.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
network.optimizer.learning_rate = 0.2
start = network.get_weights()


def network_score(x_fit, y_fit, x_new, y_new):
    """Train from the start, and test: accuracy in percent."""
    network.set_weights(start)
    network.fit(x_fit, y_fit, batch_size=32, epochs=20, verbose=0)
    return 100 * network.evaluate(x_new, y_new, batch_size=500, verbose=0)[1]


(x_fit, y_fit), (x_new, y_new) = load_digits()
x_fit, x_new = x_fit.reshape(-1, 64) / 16, x_new.reshape(-1, 64) / 16
score_digits = network_score(x_fit, y_fit, x_new, y_new)

(x_fit, y_fit), (x_new, y_new) = load_breast_cancer()
x, y = np.concatenate([x_fit, x_new]), np.concatenate([y_fit, y_new])
parts = StratifiedKFold(5, shuffle=True, random_state=seed)
linear = make_pipeline(StandardScaler(), LogisticRegression())
trees = GradientBoostingClassifier(random_state=seed)
table = {
    "boosted trees": 100 * cross_val_score(trees, x, y, cv=parts),
    "logistic\nregression": 100 * cross_val_score(linear, x, y, cv=parts),
    "network": [],
}
for fit, new in parts.split(x, y):
    scale = StandardScaler().fit(x[fit])
    x_fit, x_new = (
        np.pad(scale.transform(x[i]), ((0, 0), (0, 34))) for i in (fit, new)
    )
    table["network"].append(network_score(x_fit, y[fit], x_new, y[new]))

fig, ax = plt.subplots()
for i, (scores, marker) in enumerate(zip(table.values(), "s^o", strict=True)):
    ax.plot(scores, np.linspace(i - 0.12, i + 0.12, 5), marker, ms=9, alpha=0.6)
    ax.plot([np.mean(scores)] * 2, [i - 0.3, i + 0.3], color="black")
ax.set_yticks(range(3), table)
ax.set(xlabel="accuracy on each part (%), line: mean", ylim=(-0.5, 2.5))
ax.set_title("On a small table, nothing is gained")
plt.show()

score_table = np.mean(table["network"])
print(f"one network: digits {score_digits:.1f} %, tumors {score_table:.1f} %")
claim(
    "One network, trained again unchanged, does two tasks; the lower accuracy",
    min(score_digits, score_table),
    at_least=92,
    unit="%",
    idea="1.5",
)
claim(
    "On the table of tumors it leads the best older method by no more than noise",
    score_table - max(np.mean(scores) for scores in list(table.values())[:2]),
    close_to=0,
    tol=1,
    unit="points",
)

# %%
# When it goes wrong: other data than in training
# -----------------------------------------------
#
# The digit model is in use, and somebody photographs a digit in pen: dark ink
# on white paper. In the training images ink is bright. The file that we saved
# knows nothing of this, and nothing keeps it from answering.
negative = 255 - x_test
sure = deployed.predict(prepare(negative), batch_size=500, verbose=0)
read = sure.argmax(axis=1)
shown = [int(np.flatnonzero(y_test == digit)[1]) for digit in range(5)]
show_images(
    negative[shown],
    [f"{read[i]}? {100 * sure[i].max():.0f} %" for i in shown],
    suptitle="Dark on white: wrong, and often sure of it",
)
plt.show()

claim("Dark ink on white leaves an accuracy of", np.mean(read == y_test), at_most=0.25)

# %%
# Guessing would give one in ten. Preparing the data is a part of the model:
# what is done in training must be done in use.
#
# Exercises
# ---------
#
# **1. Accuracy.** Given probabilities of shape ``(samples, classes)`` and the
# true labels, return the share of samples whose most probable class is right.


def my_accuracy(probabilities, labels):
    return ...  # your code


exercise("what_is_deep_learning/accuracy").check(my_accuracy)

# %%
# **2. Prepare.** Mend the mistake above. The function gets one gray image of
# whole numbers from 0 to 255, bright ink on black or dark ink on white, and
# returns numbers from 0 to 1 with bright ink. There is more paper than ink.


def my_prepare(image):
    return ...  # your code


exercise("what_is_deep_learning/prepare").check(my_prepare)

# %%
# **3. A feature of your own.** Write one number that tells a 3 from an 8. The
# function gets an image of 8 × 8 pixels, from 0 (paper) to 16 (ink). It is
# tried on all 3s and 8s of the small digits and cut at the best threshold;
# nine in ten must be on the right side. What has an 8 that a 3 lacks, and
# where?


def my_feature(image):
    return ...  # your code


exercise("what_is_deep_learning/feature").check(my_feature)

# %%
# What you saw
# ------------
#
# - A deep network learns its features. Layer by layer they move the classes
#   apart; without training, the layers do next to nothing.
# - It pays where meaning does not sit in fixed columns, as in images. On a
#   small table of good features, older methods do as well.
# - A project has six steps, and a model that is sure can be wrong.
#
# Read on
# -------
#
# - Y. LeCun, Y. Bengio and G. Hinton (2015),
#   `Deep learning <https://doi.org/10.1038/nature14539>`_, Nature.
# - D. H. Hubel and T. N. Wiesel (1959),
#   `Receptive fields of single neurones in the cat's striate cortex
#   <https://doi.org/10.1113/jphysiol.1959.sp006308>`_, Journal of Physiology.
# - L. Grinsztajn, E. Oyallon and G. Varoquaux (2022),
#   `Why do tree-based models still outperform deep learning on typical
#   tabular data? <https://arxiv.org/abs/2207.08815>`_, NeurIPS.
