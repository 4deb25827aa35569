"""
What is deep learning
=====================

A deep network finds out for itself what to look for in its data, layer by
layer. This lab trains one, looks inside, and measures where the idea pays.

You will learn

- how artificial intelligence, machine learning and deep learning differ;
- the six steps of a project, from collecting data to using the model;
- what "deep" does: from layer to layer, the classes move apart;
- where a deep network beats older methods, and where it does not.
"""
# sphinx_gallery_tags = ["first steps", "images", "tables", "classification", "workflow", "NumPy", "Sequential", "Functional", "custom layer"]
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
# with the input :math:`x` and the answer :math:`\hat y`. Each layer :math:`f`
# works on what the one before has found. "Deep" says that there are many.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras import live
from dlkeras.visualization import draw_fields, plot_scores, show_images
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
# We write one program of each kind for one task: to read the handwritten digits
# of MNIST, images of 28 × 28 pixels from 0 (paper) to 255 (ink).
#
# *Artificial intelligence* may do without learning. What would you look at?
# You might count holes, since an 8 has two. There is a formula by Euler: for
# a figure in one piece, made of squares, corners − sides + squares = 1 − holes.
from dlkeras.datasets import load_mnist_5k

(x_train, y_train), (x_test, y_test) = load_mnist_5k()


def count_holes(x):
    ink = np.pad(x > 100, ((0, 0), (1, 1), (1, 1)))  # (n, 30, 30)
    flat, upright = ink[:, 1:] | ink[:, :-1], ink[:, :, 1:] | ink[:, :, :-1]
    corners = flat[:, :, 1:] | flat[:, :, :-1]
    sides = flat.sum(axis=(1, 2)) + upright.sum(axis=(1, 2))
    return 1 - (corners.sum(axis=(1, 2)) - sides + ink.sum(axis=(1, 2)))


holes = count_holes(x_test)
by_rules = np.select([holes > 1, holes == 1], [8, 0], default=1)
print(f"rules by hand: {np.mean(by_rules == y_test):.2f} of the test digits right")

# %%
# *Machine learning* writes no rules. We add features: where the ink is, where it
# changes to paper. *Logistic regression* learns how much each one counts.
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler


def features_by_hand(x):
    gray = x / 255
    across, down = (np.abs(np.diff(gray, axis=a, prepend=0)) for a in (2, 1))
    pictures = np.stack([gray, across, down], axis=1)  # (n, 3, 28, 28)
    rows = pictures.reshape(-1, 21, 4 * 28).mean(axis=2)  # in bands of 4 rows
    columns = pictures.swapaxes(2, 3).reshape(-1, 21, 4 * 28).mean(axis=2)
    return np.column_stack([count_holes(x), rows, columns])  # (n, 43)


features = make_pipeline(FunctionTransformer(features_by_hand), StandardScaler())
learner = make_pipeline(features, LogisticRegression(max_iter=1000))
by_hand = learner.fit(x_train, y_train).score(x_test, y_test)
print(f"rules learned, features by hand: {by_hand:.2f} right")

# %%
# In Keras: one project, six steps
# --------------------------------
#
# *Deep learning* gets the pixels and has to find features itself. The first
# step, **1. Collect**, is done: the images are loaded.
#
# **2. Prepare.** Networks like numbers between 0 and 1, and images with an axis
# for colors, here for gray alone. A *custom layer* does it inside the model.
# Keras finds it in a saved model if the class is registered.
import keras
from keras import layers, ops


@keras.saving.register_keras_serializable()
class Prepare(layers.Layer):
    def call(self, x):  # (n, 28, 28)
        return ops.expand_dims(x, axis=-1) / 255  # (n, 28, 28, 1)


# %%
# **3. Define.** A *Sequential* model is a list of layers. ``Conv2D`` slides
# small patterns, its *filters*, over the image and notes where each one fits.
# Pooling keeps the best fit of every 2 × 2 places. ``Dense`` weighs all that
# it is given. ``Dropout`` hides half of it at random during training, so that
# nothing is learned by heart. The last layer gives ten probabilities.
near_zero = keras.initializers.RandomNormal(stddev=0.02)  # what filters show is learned
model = keras.Sequential(
    [
        keras.Input((28, 28)),
        Prepare(),
        layers.Conv2D(12, 7, strides=2, padding="same", kernel_initializer=near_zero),
        layers.ReLU(),  # (14, 14, 12); what is below zero becomes zero
        layers.MaxPooling2D(),  # (7, 7, 12)
        layers.Conv2D(24, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),  # (3, 3, 24)
        layers.Flatten(),  # (216,)
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
)
untrained = model.get_weights()

# %%
# **4. Train.** The *loss* says in one number how wrong the answers are. The
# *optimizer* changes the parameters so that it falls, batch by batch. An
# *epoch* is one pass through the training images, here 64 at a time.
from dlkeras.callbacks import Progress


def train(x):
    optimizer, bar = keras.optimizers.Adam(0.003), Progress()
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y_train, 64, epochs=8, verbose=0, callbacks=[bar])


train(x_train)

# %%
# **5. Evaluate.** Only images that it has never seen can tell what it learned.
probabilities = model.predict(x_test, batch_size=500, verbose=0)  # (1000, 10)
by_network = probabilities.argmax(axis=1)
print(f"all learned: {np.mean(by_network == y_test):.2f} right")

# %%
# **6. Deploy.** Put the model to use. That begins with a file of layers and
# weights: whoever loads it trains nothing, and gets the same answers.
import tempfile

with tempfile.TemporaryDirectory() as folder:
    model.save(f"{folder}/digits.keras")
    deployed = keras.saving.load_model(f"{folder}/digits.keras")
gap = np.abs(deployed.predict(x_test, batch_size=500, verbose=0) - probabilities).max()
claim("Saved and reloaded, the model changes its probabilities by", gap, at_most=1e-6)

# %%
# Now it is yours: draw a digit. Where does the network fail? The small pictures
# show what its two layers of filters have found in your drawing.
x = drawing = keras.Input((28, 28, 1))
passed_on = [x := layer(x) for layer in deployed.layers[1:]]  # all but Prepare
seen = keras.Model(drawing, [passed_on[1], passed_on[3]])
live.draw_digit(keras.Model(drawing, x), seen, ["first filters", "second filters"])

# %%
# Does it beat hand-made features, and older methods?
# ---------------------------------------------------
#
# Two older methods get the pixels, too: logistic regression, and a *support
# vector machine* on the images' main components. Then we make it harder: each
# digit is shrunk to half its size and put anywhere. All learn again from scratch.
from sklearn.decomposition import PCA
from sklearn.svm import SVC


def put_anywhere(x):
    canvas = np.zeros_like(x)
    small = x.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
    for k, (i, j) in enumerate(rng.integers(0, 15, (len(x), 2))):
        canvas[k, i : i + 14, j : j + 14] = small[k]
    return canvas


pixels = FunctionTransformer(lambda x: x.reshape(-1, 784) / 255)
linear = make_pipeline(pixels, LogisticRegression(C=0.02, max_iter=1000))
vectors = make_pipeline(pixels, PCA(40, random_state=seed), SVC(C=10))
names = "features\nby hand", "logistic\nregression", "support\nvectors", "network"
moved_train, moved_test = put_anywhere(x_train), put_anywhere(x_test)
scores = np.zeros((4, 2))  # in the middle, anywhere
for i, method in enumerate((learner, linear, vectors)):
    scores[i, 0] = 100 * method.fit(x_train, y_train).score(x_test, y_test)
    scores[i, 1] = 100 * method.fit(moved_train, y_train).score(moved_test, y_test)
model.set_weights(untrained)
train(moved_train)
answers = model.predict(moved_test, batch_size=500, verbose=0).argmax(axis=1)
scores[3] = 100 * np.mean([by_network == y_test, answers == y_test], axis=1)

fig, ax = plt.subplots(figsize=(5.6, 4.2))
groups = "in the middle", "anywhere"
plot_scores(dict(zip(names, scores, strict=True)), groups=groups, ax=ax)
ax.set(xlabel="accuracy (%)", title="Where digits move, the network leads")
plt.show()

lead = scores[3] - scores[:3]  # over each of the three others
gap, far = lead[0, 0], lead[:, 1].min()
claim("Learned features beat hand-made", gap, at_least=0.5, unit="points", idea="1.2")
claim("A small net beats logistic regression", lead[1, 0], at_least=5, unit="points")
claim("Where digits move, the net leads", far, at_least=15, unit="points", idea="1.3")

# %%
# What does depth do?
# -------------------
#
# Think of the images as points, and of each digit as a cloud of them. How far
# are the clouds apart, for their width? *Separability* is the variance between
# the class means over that within the classes. A second model, made the
# *Functional* way by naming an input and outputs, lets us measure it inside.
levels = ["pixels", "conv 1", "conv 2", "dense", "output"]
inside = keras.Model(model.inputs[0], [model.layers[i].output for i in (3, 5, 7, 9)])
found = {}
for name, weights in (("untrained", untrained), ("trained", deployed.get_weights())):
    model.set_weights(weights)
    found[name] = []
    for a in [x_test, *inside(x_test)]:
        a = ops.convert_to_numpy(a).reshape(len(a), -1)  # (samples, numbers)
        means = np.stack([a[y_test == digit].mean(axis=0) for digit in range(10)])
        within = np.sum((a - means[y_test]) ** 2, axis=1).mean()
        found[name].append(means.var(axis=0).sum() / within)

_, ax = plt.subplots()
for (name, values), style in zip(found.items(), ("s--", "o-"), strict=True):
    (line,) = ax.semilogy(levels, values, style)
    ax.text(4.2, values[-1], name, va="center", color=line.get_color())
ax.set(xlabel="level of the network", ylabel="separability", xlim=(-0.3, 5.7))
ax.set_title("Layer by layer, the digits move apart")
plt.show()

least = np.exp(np.diff(np.log(found["trained"])).min())
claim("Each layer moves digits apart", least, at_least=1.1, unit="times", idea="1.1")

# %%
# What does the first layer look for?
# -----------------------------------
#
# In 1959 D. H. Hubel and T. N. Wiesel `found cells in a cat's brain
# <https://doi.org/10.1113/jphysiol.1959.sp006308>`_ that answer to edges and
# bars at a certain angle. Do artificial neurons end up alike? Five smooth
# patterns can be mixed to an edge or a bar at any angle. How much of a filter
# is such a mixture? Of a random one, 5 of 49 parts on average.
u, v = np.meshgrid(np.arange(-3, 4), np.arange(-3, 4))
spot = np.exp(-(u**2 + v**2) / 8)
patterns = np.array([u, v, u**2 / 4 - 1, v**2 / 4 - 1, u * v]) * spot  # (5, 7, 7)
basis, _ = np.linalg.qr(patterns.reshape(5, 49).T)  # (49, 5), at right angles
before, after = (w[0].reshape(49, 12) for w in (untrained, deployed.get_weights()))

filters = np.hstack([before[:, :6], after]).T.reshape(-1, 7, 7)
titles = 6 * ["before"] + 12 * ["after"]
show_images(filters, titles, columns=6, suptitle="Filters turn into edges and bars")
plt.show()

share = np.mean(np.sum((basis.T @ after) ** 2, axis=0) / np.sum(after**2, axis=0))
claim("Filters turn into edges and bars: their share", share, at_least=0.5, idea="1.4")

# %%
# Where does it not pay?
# ----------------------
#
# Is a tumor malignant? A table gives 30 measurements of the cells of each, which
# people have chosen well. Its 569 rows are split in five parts; each is tested
# once by models that learned from the others. Our network learns two tasks
# *unchanged*: digits of 8 × 8 pixels, then the table, padded with zeros.
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold

from dlkeras.datasets import load_breast_cancer, load_digits

inputs = keras.Input((64,))
hidden = layers.Dense(64, activation="relu")(inputs)
hidden = layers.Dense(16, activation="relu")(hidden)
network = keras.Model(inputs, layers.Dense(10, activation="softmax")(hidden))
network.compile(keras.optimizers.SGD(0.2), "sparse_categorical_crossentropy")
start = network.get_weights()


def network_score(x_fit, y_fit, x_new, y_new):
    x_fit, x_new = (np.pad(x, ((0, 0), (0, 64 - x.shape[1]))) for x in (x_fit, x_new))
    network.set_weights(start)
    network.fit(x_fit, y_fit, batch_size=32, epochs=12, verbose=0)
    return np.mean(ops.convert_to_numpy(network(x_new)).argmax(axis=1) == y_new)


(x_fit, y_fit), (x_new, y_new) = load_digits()
x_fit, x_new = x_fit.reshape(-1, 64) / 16, x_new.reshape(-1, 64) / 16
digits = 100 * network_score(x_fit, y_fit, x_new, y_new)

x, y = map(np.concatenate, zip(*load_breast_cancer(), strict=True))
scores = []  # (parts, methods)
for fit, new in StratifiedKFold(5, shuffle=True, random_state=seed).split(x, y):
    scale = StandardScaler().fit(x[fit])
    part = scale.transform(x[fit]), y[fit], scale.transform(x[new]), y[new]
    trees = GradientBoostingClassifier(max_features=8, random_state=seed)
    older = [m.fit(*part[:2]).score(*part[2:]) for m in (trees, LogisticRegression())]
    scores.append([*older, network_score(*part)])
trees, linear, tumors = 100 * np.mean(scores, axis=0)

print(f"boosted trees {trees:.1f} %, linear {linear:.1f} %, network {tumors:.1f} %")
worst, lead = min(digits, tumors), tumors - max(trees, linear)
claim("One network learns both tasks", worst, at_least=91, unit="%", idea="1.5")
claim("On the table its lead is no more than noise", lead, at_most=1, unit="points")

# %%
# When it goes wrong: other data than in training
# -----------------------------------------------
#
# The digit model is in use, and somebody photographs a digit in pen: dark ink
# on white paper. In training ink was bright. The model cannot know, and nothing
# keeps it from answering. Do in use what you did in training.
negative = 255 - x_test
sure = deployed.predict(negative, batch_size=500, verbose=0)
read = sure.argmax(axis=1)
shown = np.unique(y_test, return_index=True)[1][:5]  # a 0, a 1, … a 4
titles = [f"{read[i]}? {100 * sure[i].max():.0f} %" for i in shown]
show_images(negative[shown], titles, suptitle="Dark on white: wrong, and often sure")
plt.show()

claim("Dark ink on white leaves an accuracy of", np.mean(read == y_test), at_most=0.25)

# %%
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
# whole numbers from 0 to 255, bright ink on black or dark ink on white. Return
# numbers from 0 to 1 with bright ink. There is more paper than ink.


def my_prepare(image):
    return ...  # your code


exercise("what_is_deep_learning/prepare").check(my_prepare)

# %%
# **3. A feature of your own.** Write one number that tells a 3 from an 8, given
# an image of 8 × 8 pixels from 0 (paper) to 16 (ink). Cut at the best threshold,
# it must get nine in ten right. What has an 8 that a 3 lacks, and where?


def my_feature(image):
    return ...  # your code


exercise("what_is_deep_learning/feature").check(my_feature)

# %%
# What you saw
# ------------
#
# - A deep network learns its features, and moves classes apart layer by layer.
# - It pays where meaning does not sit in fixed columns. On a small table of
#   good features, older methods do as well.
# - A project has six steps, and a model that is sure can be wrong.
#
# Read on
# -------
#
# - Y. LeCun, Y. Bengio and G. Hinton (2015), `Deep learning
#   <https://doi.org/10.1038/nature14539>`_, Nature.
# - L. Grinsztajn and others (2022), `Why do trees outperform deep learning on
#   tables? <https://arxiv.org/abs/2207.08815>`_, NeurIPS.
