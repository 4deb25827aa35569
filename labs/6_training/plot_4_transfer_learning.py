"""
Transfer learning
=================

A network that has seen a million photographs knows edges, textures and parts of
things. Most of that also serves other pictures: few labels teach it a new task.

You will learn

- to cut a trained network in two, and to compute its features once;
- how many labels frozen features, fine-tuning and a fresh start need;
- why the head comes first, the body goes slowly, and what too hot a rate does;
- to pretrain a network yourself, on a task next door.
"""
# sphinx_gallery_tags = ["core", "transfer learning", "fine-tuning", "pretraining", "images", "classification", "NumPy", "Sequential", "Functional", "custom optimizer"]
# sphinx_gallery_minutes = 45
# sphinx_gallery_requires = ["optimization"]
# sphinx_gallery_thumbnail_number = 2

# %%
# The idea
# --------
#
# A network for pictures has a *body*, which turns pixels into *features*, and a
# *head*, which turns features into scores of classes. The classes change from
# task to task, good features much less. So we put a new head on a body that somebody
# has *pretrained*. We compare four ways:
import matplotlib.pyplot as plt
import numpy as np

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
rng = np.random.default_rng(set_seed())

HEAD = (4.2, 1.6, "C1", "head")
ways = {  # parts: left end, width, color, text
    "raw pixels": [HEAD],
    "from scratch": [(0.6, 3.2, "C1", "new body"), HEAD],
    "frozen": [(0.6, 3.2, "C0", "body"), HEAD],
    "fine-tuned": [(0.6, 1.6, "C0", "body"), (2.2, 1.6, "C1", "adjusted"), HEAD],
}
fig, ax = plt.subplots(figsize=(5.6, 3.4))
for row, (way, parts) in enumerate(ways.items()):
    ax.annotate("", (4.2, row), (0, row), arrowprops={"arrowstyle": "->"}, zorder=0)
    ax.text(-0.1, row, way, ha="right", va="center")
    for left, width, color, text in parts:
        ax.barh(row, width, 0.6, left, color=color)
        ax.text(left + width / 2, row, text, color="white", ha="center", va="center")
ax.set(xlim=(-2.4, 5.9), ylim=(3.5, -0.5), title="Kept (blue) and learned (orange)")
ax.axis("off")
plt.show()

# %%
# What has the body seen?
# -----------------------
#
# *EfficientNet-Lite0*, a Functional model made for telephones, learned a thousand
# classes from 1.2 million photographs: ImageNet. Does it know coffee and a cat?
import keras
from keras import layers, ops

from dlkeras.datasets import load_faces, load_fashion_mnist, load_mnist_5k, load_photo
from dlkeras.models import EfficientNetLite0, imagenet_class_names

imagenet = EfficientNetLite0(input_shape=(None, None, 3))
photos = [load_photo(name).astype("float32") for name in ("coffee", "cat")]
square = [ops.image.resize(p, (224, 224), crop_to_aspect_ratio=True) for p in photos]
square = ops.convert_to_numpy(ops.stack(square))  # (2, 224, 224, 3)
probabilities = imagenet.predict(square, verbose=0)  # (2, 1000)

names, sure = np.array(imagenet_class_names()), []
groups = ("espresso", "cup"), ("tabby", "tiger cat", "Egyptian cat")
fig, axes = plt.subplots(1, 2, figsize=(5.6, 4.0))
for ax, photo, p, group in zip(axes, square, probabilities, groups, strict=True):
    best = names[p.argsort()[::-1][:3]]
    sure.append(100 * p[np.isin(names, group)].sum())
    ax.imshow(photo / 255)
    ax.set(title=best[0], xlabel=f"or {best[1]},\nor {best[2]}", xticks=[], yticks=[])
fig.suptitle("It names what it sees")
plt.show()

claim(
    "ImageNet's network names coffee and cat, sure to", min(sure), at_least=88, unit="%"
)

# %%
# The new task has nothing to do with cats: ten kinds of clothes, 28 × 28 gray pixels.
# Nobody has centered them. They lie anywhere in a frame of 36 × 36.
from dlkeras.visualization import plot_scores, show_images

fashion = load_fashion_mnist()


def place(x):  # uint8 (n, 28, 28) -> (n, 36, 36)
    corners = zip(x, rng.integers(9, size=(len(x), 2)), strict=True)
    return np.array([np.pad(a, ((i, 8 - i), (j, 8 - j))) for a, (i, j) in corners])


chosen = rng.permutation(60_000)[:400]
x_train, y_train = place(fashion.x_train[chosen]), fashion.y_train[chosen]
x_test, y_test = place(fashion.x_test[:1000]), fashion.y_test[:1000]
show_images(x_train[:5], suptitle="Clothes lie anywhere")
plt.show()

# %%
# We enlarge them to 40 × 40 colored pixels. Of the body we take four of seven stages.
# What comes out of all their blocks but the last is computed *once* and kept:
# ``middle``. The last block gives 80 maps of 3 × 3. Their means are our *features*.
cut, end = (imagenet.get_layer(f"{name}_add").output for name in ("block4b", "block4c"))
upper = keras.Model(cut, layers.GlobalAveragePooling2D()(end), name="upper")
reader = keras.Model(imagenet.input, [cut, upper(cut)])


def read(x):  # gray, 0 to 255 -> middle (n, 3, 3, 80) and features (n, 80)
    x = ops.image.resize(np.repeat(np.float32(x)[..., None], 3, axis=-1), (40, 40))
    return reader.predict(ops.convert_to_numpy(x), batch_size=100, verbose=0)


pixels, pixels_test = (np.float32(x).reshape(-1, 1296) for x in (x_train, x_test))
(middle, features), (middle_test, features_test) = read(x_train), read(x_test)

# %%
# From scratch
# ------------
#
# The head is a linear layer and a softmax. Pixels and features come on all scales, so
# we first *standardize* each over all pictures, which needs no label. The mean
# cross-entropy of the scores :math:`X W + b` then has gradients made of the
# probabilities :math:`P` and the true classes :math:`Y`, a 1 in each row:
#
# .. math::
#
#    \nabla_W = \tfrac{1}{n} X^\top (P - Y), \quad
#    \nabla_b = \tfrac{1}{n} \textstyle\sum (P - Y)


def scale_of(x):  # the root makes standardized rows about 1 long
    return x.mean(axis=0), (x.std(axis=0) + 0.01 * x.std()) * np.sqrt(x.shape[1])


def fit_head(X, y, steps=300, learning_rate=3.0):
    Y = np.eye(10, dtype="float32")[y]  # (n, 10)
    W, b = np.zeros((X.shape[1], 10), "float32"), np.zeros(10, "float32")
    for _ in range(steps):
        P = np.exp(X @ W + b)
        error = (P / P.sum(axis=1, keepdims=True) - Y) / len(y)  # (n, 10)
        W -= X.T @ (learning_rate * error)
        b -= learning_rate * error.sum(axis=0)
    return W, b  # (d, 10), (10,)


W, b = fit_head(np.array([[0.0, 1.0], [0.0, 0.5], [1.0, 0.0]]), np.array([3, 3, 7]))
print("class of (0.9, 0.1):", (np.array([[0.9, 0.1]]) @ W + b).argmax())

# %%
# In Keras
# --------
#
# The same head is one ``Dense`` layer in a Sequential model. Do both learn the same?
mean, scale = scale_of(features)
X, X_test = ((x - mean) / scale for x in (features, features_test))
dense = layers.Dense(10, kernel_initializer="zeros")
keras_head = keras.Sequential([keras.Input((80,)), dense])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
keras_head.compile(keras.optimizers.SGD(3.0), loss)
keras_head.fit(X, y_train, batch_size=400, epochs=20, verbose=0)
gap = np.abs(fit_head(X, y_train, steps=20)[0] - dense.get_weights()[0]).max()
claim("Our head and Keras's learn the same weights, up to", gap, at_most=1e-5)

# %%
# Do features of photographs suit other pictures?
# -----------------------------------------------
#
# First two classes: is this a face? We train heads on ten labeled pictures, ten times.
# A warning: most pictures without a face have black corners. A head may learn that.


def accuracy(scores, y):
    return 100 * np.mean(scores.argmax(axis=1) == y)


def head_score(x, x_new, y, y_new, some):  # by a head that knows y[some]
    mean, scale = scale_of(x)
    W, b = fit_head((x[some] - mean) / scale, y[some])
    return accuracy((x_new - mean) / scale @ W + b, y_new)


faces, is_face = map(np.concatenate, zip(*load_faces(), strict=True))
_, seen = read(255 * faces)
flat, gain = faces.reshape(200, -1), 0
for _ in range(10):
    some, new = np.split(rng.permutation(200), [10])
    gain += head_score(seen, seen[new], is_face, is_face[new], some) / 10
    gain -= head_score(flat, flat[new], is_face, is_face[new], some) / 10
claim("From ten labels, features tell faces better", gain, at_least=8, unit="points")

# %%
# How many labels does it need?
# -----------------------------
#
# Now clothes. *Fine-tuning* lets the body learn, too: of its last block, fed with
# ``middle``, the 1 × 1 convolutions. Batch normalization stays frozen, as batches of 25
# say little about means. We start from the head of ``fit_head``. Body and head may get
# *discriminative* learning rates: a custom optimizer slows down all but the head.


class Discriminative(keras.optimizers.Adam):
    def build(self, variables):
        super().build(variables)
        self.body_share = self.add_variable((), "ones", name="body_share")

    def update_step(self, gradient, variable, learning_rate):
        share = 1 if variable.shape[-1] == 10 else self.body_share  # 10: the head
        super().update_step(gradient, variable, learning_rate * share)


for layer in upper.layers:
    layer.trainable = type(layer) is layers.Conv2D

inputs = keras.Input(middle.shape[1:])
x = layers.Normalization(mean=mean, variance=scale**2)(upper(inputs))
tuned = keras.Model(inputs, layers.Dense(10, name="head")(x))
tuned.compile(Discriminative(), loss)
tuned.optimizer.build(tuned.trainable_variables)
pretrained = tuned.get_weights()


def train(model, start, x, y, rate, steps):  # of 25 pictures; the last third is cool
    model.set_weights(start)
    for variable in model.optimizer.variables:  # forget the training before
        if variable.path.endswith(("momentum", "velocity", "iteration")):
            variable.assign(ops.zeros(variable.shape))
    shown = rng.permutation(25 * steps) % len(x)  # each as often as any other
    for part, factor in zip(np.split(shown, [50 * steps // 3]), (1, 0.1), strict=True):
        model.optimizer.learning_rate = factor * rate
        model.fit(x[part], y[part], 25, shuffle=False, verbose=0)


def tune(some, body_rate, head_rate, first_head=None, steps=81):
    start = pretrained[:-2] + list(first_head) if first_head else pretrained
    tuned.optimizer.body_share.assign(body_rate / head_rate)
    train(tuned, start, middle[some], y_train[some], head_rate, steps)
    return accuracy(tuned.predict(middle_test, 500, verbose=0), y_test)


# %%
# The network *from scratch* is smaller, as training all blocks would take too long. All
# four ways get the same labels: 50 and 100 of them in two draws, then 200 and 400.
inputs = keras.Input((36, 36, 1))
x = layers.Rescaling(1 / 255)(inputs)
for filters in (16, 32, 64):
    x = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(x)
x = layers.Flatten(name="own_features")(x)
small = keras.Model(inputs, layers.Dense(10)(x))
small.compile(keras.optimizers.Adam(), loss)
fresh = small.get_weights()

numbers, curves = (50, 100, 200, 400), np.zeros((4, 4))
for column, n in enumerate(numbers):
    starts = (0, 200) if n <= 100 else (0,)
    for some in [slice(start, start + n) for start in starts]:
        train(small, fresh, x_train[some, ..., None], y_train[some], 0.003, steps=90)
        head = W, b = fit_head(X[some], y_train[some])
        curves[:, column] += [
            head_score(pixels, pixels_test, y_train, y_test, some),
            accuracy(small.predict(x_test[..., None], 500, verbose=0), y_test),
            accuracy(X_test @ W + b, y_test),
            tune(some, 0.003, 0.003, head),
        ]
curves /= (2, 2, 1, 1)
fig, ax = plt.subplots(figsize=(5.6, 4.2))
lines = (":sk", "-.^C2", "-oC0", "--DC1")
for curve, way, line in zip(curves, ways, lines, strict=True):
    ax.semilogx(numbers, curve, line, label=way, base=2)
ax.set_xticks(numbers, numbers)
ax.legend(loc="lower right")
ax.set(xlabel="labeled pictures", ylabel="test accuracy (%)", ylim=(0, 90))
ax.set_title("Pretrained networks need fewer labels")
plt.show()

raw, fresh_curve, frozen, fine = curves
gain = (frozen - np.maximum(raw, fresh_curve)).mean()
claim("Frozen features beat pixels and fresh nets by", gain, at_least=16, unit="points")
gain = (fine - frozen).mean()
claim("On 50 to 400 labels, fine-tuning adds", gain, at_least=1.5, unit="points")

# %%
# Does the order matter?
# ----------------------
#
# All 400 labels, but only 24 steps. We fine-tune with one rate: from the ready head
# (*head first*), and from a random one (*all at once*). Then all at once, two rates.
rates = np.array([0.0003, 0.003, 0.03, 0.3])
first = [tune(some, rate, rate, head, 24) for rate in rates]
at_once = [tune(some, rate, rate, steps=24) for rate in rates]
two_rates = tune(some, rates[0], rates[2], steps=24)

fig, ax = plt.subplots(figsize=(5.6, 4.2))
ax.axhline(frozen[3], color="black", ls=":", label="frozen")
ax.plot(rates, first, "-oC0", label="head first")
ax.plot(rates, at_once, "--^C1", label="all at once")
ax.plot(rates[0], two_rates, "*C2", ms=18, label="at once, two rates")
ax.legend(loc="lower center")
ax.set(xscale="log", xlabel="learning rate of the body", ylabel="test accuracy (%)")
ax.set(ylim=(0, 100), title="First the head, and not too hot")
plt.show()
gain = max(first) - max(at_once)
claim("Fine-tuning a ready head beats all at once by", gain, at_least=6, unit="points")
gain = two_rates - at_once[0]
claim("A hot rate for a new head alone gains", gain, at_least=30, unit="points")

# %%
# When it goes wrong: fine-tuning too hot
# ---------------------------------------
#
# The right end of the blue curve: a few steps at too hot a rate are enough to forget
# what a million photographs have taught.
gap = frozen[3] - first[-1]
claim("Fine-tuned too hot, a network loses", gap, at_least=50, unit="points")

# %%
# Can you pretrain at home?
# -------------------------
#
# Where there is no body to download, there may be labels for a task next door. Here,
# digits lie anywhere. We have all labels of *even* ones, and 40 of *odd* ones, in three
# draws. Our small network learns even digits, a new head on its features odd ones.
(digits, y), _ = load_mnist_5k()
digits, odd = place(digits)[..., None], rng.permutation(np.flatnonzero(y % 2))
train(small, fresh, digits[y % 2 == 0], y[y % 2 == 0], 0.003, steps=400)
digits, y, home = digits[odd], y[odd], np.zeros(3)
own_body = keras.Model(small.input, small.get_layer("own_features").output)
own, flat = ops.convert_to_numpy(own_body(digits)), np.float32(digits).reshape(-1, 1296)
for some in (slice(40), slice(40, 80), slice(80, 120)):
    train(small, fresh, digits[some], y[some], 0.003, steps=90)
    heads = [head_score(x, x[120:], y, y[120:], some) for x in (flat, own)]
    scores = ops.convert_to_numpy(small(digits[120:]))
    home += np.array([heads[0], accuracy(scores, y[120:]), heads[1]]) / 3
rivals = "raw pixels", "from scratch", "own features"
ax = plot_scores(dict(zip(rivals, home, strict=True)))
ax.set(xlabel="odd digits read (%)", title="Even digits help to read odd ones")
plt.show()
gain = home[2] - max(home[:2])
claim("Even digits prepare for 40 odd ones, gaining", gain, at_least=5, unit="points")

# %%
# Exercises
# ---------
#
# **1. Rates.** Each layer goes ``factor`` times as fast as the one above it, and the
# last, the head, at ``rate``. Return the rates of ``count`` layers, the first's first.


def layer_rates(rate, count, factor):
    return ...  # your code


exercise("transfer_learning/rates").check(layer_rates)

# %%
# **2. Thaw.** Make the last ``last`` layers of a model learn and freeze all
# others. Batch normalization stays frozen everywhere. Return the model.


def thaw(model, last):
    return ...  # your code


exercise("transfer_learning/thaw").check(thaw)

# %%
# **3. Few labels.** ``x`` holds 40 features of 15 pictures, ``y`` their classes 0 to 4.
# Return the classes of the pictures ``x_new``, 80 % right or more. Any way will do.


def my_head(x, y, x_new):
    return ...  # your code


exercise("transfer_learning/few_labels").check(my_head)

# %%
# What you saw
# ------------
#
# - Features of photographs, computed once, need fewer labels than pixels do.
# - Fine-tune from a ready head, or with two rates. Too hot, the body forgets.
# - A task next door is enough to pretrain a network at home.
#
# Need a larger body? With the internet at hand,
# ``keras.applications.EfficientNetV2B0(include_top=False, pooling="avg")`` fetches one.
#
# Read on
# -------
#
# - J. Yosinski et al. (2014), `How transferable are features in deep neural networks?
#   <https://arxiv.org/abs/1411.1792>`_
# - A. Kumar et al. (2022), `Fine-tuning can distort pretrained features
#   <https://arxiv.org/abs/2202.10054>`_: the head first.
