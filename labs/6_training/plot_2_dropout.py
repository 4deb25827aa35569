"""
Dropout
=======

Silence random neurons at every step, and a network can lean on none of them.
Keep doing so when you use it, and its answers scatter: more so on pictures of a
kind that it has never seen.

You will learn

- inverted dropout in NumPy, and as a Keras layer with its own random numbers;
- in what sense one network with dropout is many networks;
- how dropout resists wrong labels, and when it is too much;
- how Monte-Carlo dropout measures uncertainty, and how well it tells foreign
  images from known ones;
- why such a measure is no guarantee.
"""
# sphinx_gallery_tags = ["core", "regularization", "uncertainty", "ensembles", "images", "NumPy", "Sequential", "Functional", "custom layer"]
# sphinx_gallery_minutes = 40
# sphinx_gallery_requires = ["regularization"]
# sphinx_gallery_thumbnail_number = 4

# %%
# The idea
# --------
#
# At each training step every neuron is silenced with a probability :math:`p`,
# the *rate*. What trains is a thinned network, another one at each step. In use,
# all neurons speak.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras import live
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

silent = {"step 1": {(1, 1), (1, 4), (2, 0), (2, 2)}}
silent |= {"step 2": {(1, 0), (2, 1), (2, 3)}, "in use": set()}
fig, axes = plt.subplots(1, 3, figsize=(5.6, 2.6))
for ax, (title, off) in zip(axes, silent.items(), strict=True):
    nodes = [(c, r) for c, size in enumerate((3, 5, 5, 2)) for r in range(size)]
    place = {(c, r): (c, r - (2, 4, 4, 1)[c] / 2) for c, r in nodes}
    for a in nodes:
        for b in nodes:
            if b[0] == a[0] + 1 and not {a, b} & off:
                ax.plot(*zip(place[a], place[b], strict=True), color="#56B4E9", lw=1)
    for node in nodes:
        marker = "x" if node in off else "o"
        color = "#D55E00" if node in off else "#0072B2"
        ax.plot(*place[node], marker, color=color, ms=10, mew=2)
    ax.set(title=title, xlim=(-0.3, 3.3), ylim=(-2.5, 2.5))
    ax.axis("off")
fig.suptitle("Each step trains another thinned network")
plt.show()

# %%
# From scratch
# ------------
#
# What is kept is divided by :math:`1 - p`. With a mask :math:`m` of ones and
# zeros, and an activation :math:`a`:
#
# .. math::
#
#    \tilde a = \frac{m\, a}{1 - p}, \qquad
#    \text{its mean: } \frac{(1 - p)\, a + p \cdot 0}{1 - p} = a
#
# So the next layer gets the same mean in training as in use, where nothing is
# left to do. This is *inverted* dropout. Its gradient passes the same mask.


def dropout(a, rate, rng):
    mask = rng.random(a.shape) >= rate  # True: kept
    return a * mask / (1 - rate)


a = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
for step in (1, 2, 3):
    print(f"step {step}:", dropout(a, 0.5, rng))
mean = np.mean([dropout(a, 0.5, rng) for _ in range(10_000)], axis=0)
print("mean of 10,000 steps:", mean.round(2))

# %%
# In Keras
# --------
#
# A layer with chance in it needs a ``SeedGenerator``, which gives new random
# numbers at each call, on every backend. A *custom layer*:
import keras
from keras import layers, ops


class Dropout(layers.Layer):
    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate
        self.random = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        if not training:
            return x
        mask = keras.random.uniform(ops.shape(x), seed=self.random) >= self.rate
        return x * ops.cast(mask, x.dtype) / (1 - self.rate)


# %%
# Keras has it as ``layers.Dropout``. Chance differs between the two, so we
# compare what 20,000 masks do to one row: the mean, the share of zeros and the
# values kept. Each layer stands in a *Sequential* model.
rows = np.tile(a.astype("float32"), (20_000, 1))
off_mean, off_share, kept = [], [], []
for layer in (Dropout(0.3, seed), layers.Dropout(0.3, seed=seed)):
    alone = keras.Sequential([keras.Input((5,)), layer])
    out = ops.convert_to_numpy(alone(rows, training=True))
    off_mean.append(np.abs(out.mean(axis=0) / a - 1).max())
    off_share.append(abs(np.mean(out == 0) - 0.3))
    kept.append(out.max(axis=0))
off, gap = max(off_mean), np.abs(kept[0] - kept[1]).max()
claim("Our Dropout and Keras's keep means, up to a share of", off, at_most=0.02)
claim("Dropout of rate 0.3 silences 30 %, up to", max(off_share), at_most=0.008)
claim("Our Dropout and Keras's scale what is kept alike, to", gap, at_most=1e-5)

# %%
# Is it a crowd of networks?
# --------------------------
#
# With :math:`n` neurons there are :math:`2^n` thinned networks, and all share
# their weights. For one softmax layer on ten inputs we can ask all 1,024 and
# take the *geometric mean* of their answers: the mean of the logarithms, made
# to sum to 1 again.
W, x = rng.normal(0, 0.5, size=(10, 3)), rng.normal(size=10)
masks = (np.arange(1024)[:, None] >> np.arange(10)) & 1  # (1024, 10), each once


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


crowd = softmax((x * masks / 0.5) @ W)  # (1024, 3)
geometric = softmax(np.log(crowd).mean(axis=0))
for name, p in (("one of them", crowd[500]), ("their mean", geometric)):
    print(f"{name:>11}:", *(f"{chance:.4f}" for chance in p))
gap = np.abs(geometric - softmax(x @ W)).max()
claim("One layer in use is the mean of its thinned ones, to", gap, at_most=1e-12)

# %%
# How much dropout?
# -----------------
#
# With more layers this holds only roughly, so we train some networks: on 2,000
# small digits, a fifth with a wrong label. One *Functional* model holds one for each
# rate, side by side. Two more get the right labels; we need them below.
from dlkeras.datasets import load_fashion_mnist, load_mnist_5k


def half_size(images):
    return np.float32(images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)) / 255)


(x_train, y_train), (x_test, y_test) = load_mnist_5k()
x_train, y_train = half_size(x_train[:2000]), y_train[:2000]
x_test, foreign = half_size(x_test), half_size(load_fashion_mnist().x_test[:1000])
wrong = rng.random(2000) < 0.2
y_spoiled = np.where(wrong, (y_train + rng.integers(1, 10, size=2000)) % 10, y_train)


def network(x, rate):
    for _ in range(2):
        start = keras.initializers.HeNormal(int(rng.integers(10**6)))
        x = layers.Dense(128, activation="relu", kernel_initializer=start)(x)
        x = Dropout(rate, int(rng.integers(10**6)))(x)
    return layers.Dense(10, activation="softmax")(x)


rates = [0, 0.5, 0.75, 0.9]
inputs = keras.Input((14, 14))
flat = layers.Flatten()(inputs)
outputs = {f"spoiled_{rate}": network(flat, rate) for rate in rates}
targets = dict.fromkeys(outputs, y_spoiled)
outputs |= {"plain": network(flat, 0), "dropped": network(flat, 0.5)}
targets |= {"plain": y_train, "dropped": y_train}
model = keras.Model(inputs, outputs)
losses = dict.fromkeys(outputs, "sparse_categorical_crossentropy")
model.compile(keras.optimizers.Adam(0.004), losses)
model.fit(x_train, targets, batch_size=80, epochs=15, verbose=0)


def answers(x):
    return {name: ops.convert_to_numpy(p) for name, p in model(x).items()}


def accuracy(p, y):
    return 100 * np.mean(p.argmax(axis=-1) == y)


new, old = answers(x_test), answers(x_train[wrong])
right = [accuracy(new[f"spoiled_{rate}"], y_test) for rate in rates]
by_heart = [accuracy(old[f"spoiled_{rate}"], y_spoiled[wrong]) for rate in rates]
fig, ax = plt.subplots()
ax.plot(rates, right, "s-", color="#0072B2")
ax.plot(rates, by_heart, "o--", color="#D55E00")
ax.text(0.3, 94, "new digits read", color="#0072B2")
ax.text(0.35, 28, "wrong labels\nlearned by heart", color="#D55E00")
ax.set(xlabel="dropout rate", ylabel="share (%)", ylim=(0, 104))
ax.set_title("Dropout learns digits, not mistakes")
plt.show()

share = by_heart[1] / by_heart[0]
claim("Rate 0.5 cuts the wrong labels learned to a share of", share, at_most=0.22)
gain = right[1] - right[0]
claim("With wrong labels, dropout reads more digits", gain, at_least=3, unit="points")
fall = right[1] - right[-1]
claim("Rate 0.9 is too much: against 0.5 it loses", fall, at_least=40, unit="points")

# %%
# Does the crowd of a deep network agree with it?
# -----------------------------------------------
#
# *Monte-Carlo dropout* leaves dropout on in use: ``training=True``. Each pass
# asks one more thinned network. We ask 64 about every test digit and average the
# answers of the first 1, 2, 4, … of them. The *log loss* is the mean of
# :math:`-\log p` of the right class.
dropped = keras.Model(inputs, outputs["dropped"])


def ask(x, passes=64):
    """Answers of so many thinned networks: (passes, images, classes)."""
    thinned = (dropped(x, training=True) for _ in range(passes))
    return np.stack([ops.convert_to_numpy(p) for p in thinned])


def log_loss(p, y):
    return -np.log(p[np.arange(len(y)), y] + 1e-12).mean()


known, whole, counts = ask(x_test), log_loss(new["dropped"], y_test), 2 ** np.arange(7)
curve = [log_loss(known[:count].mean(axis=0), y_test) for count in counts]
fig, ax = plt.subplots()
ax.semilogx(counts, curve, "o-", color="#0072B2", base=2)
ax.axhline(whole, color="#D55E00", linestyle="--")
ax.text(1, whole + 0.005, "all neurons, one pass", color="#D55E00")
ax.text(3, curve[1], "mean of thinned networks", color="#0072B2")
ax.set(xlabel="thinned networks asked", ylabel="log loss on test digits")
ax.set_xticks(counts, counts)
ax.set_title("One whole network is worth a crowd")
plt.show()

share = curve[-1] / np.mean([log_loss(p, y_test) for p in known])
claim("64 thinned networks cut log loss to a share of", share, at_most=0.75)
share = whole / curve[-1]
claim("All neurons have the log loss of 64 thinned networks, times", share, at_most=1.2)

# %%
# Does it know what it does not know?
# -----------------------------------
#
# The thinned networks agree on what the training has settled. Where it has not,
# they scatter. The uncertainty of an answer is its *entropy*, from 0 for a sure
# one to log 10 = 2.3 for ten equal chances. With :math:`\bar p_k`, the mean
# probability of class :math:`k`:
#
# .. math::
#
#    H = -\sum_k \bar p_k \log \bar p_k
#
# The network has only seen digits. Now it gets a thousand pictures of clothes.


def entropy(p):
    return -np.sum(p * np.log(p + 1e-12), axis=-1)


def auc(low, high):
    return np.mean(high[:, None] > low) + 0.5 * np.mean(high[:, None] == low)


strange, clothes = ask(foreign), answers(foreign)
pairs = {  # uncertainty of digits, and of clothes
    "without dropout": [entropy(p["plain"]) for p in (new, clothes)],
    "dropout off in use": [entropy(p["dropped"]) for p in (new, clothes)],
    "Monte-Carlo dropout": [entropy(p.mean(axis=0)) for p in (known, strange)],
}
fig, axes = plt.subplots(2, 1, figsize=(5.6, 5.4), sharex=True)
for ax, name in zip(axes, ("without dropout", "Monte-Carlo dropout"), strict=True):
    (low, high), bins = pairs[name], np.linspace(0, 2.3, 24)
    ax.hist(low, bins, color="#0072B2", alpha=0.85, label="digits")
    ax.hist(high, bins, color="#D55E00", histtype="step", lw=2.5, label="clothes")
    ax.set(title=f"{name}: AUC {auc(low, high):.2f}", ylabel="images")
axes[0].legend()
axes[1].set_xlabel("uncertainty H")
fig.suptitle("With dropout, clothes make it unsure")
plt.show()

# %%
# The *AUC* is the chance that a random picture of clothes is more uncertain than a
# random digit: 1 is perfect, one half is guessing. Part of :math:`H` is doubt
# that each network has by itself. The rest is *disagreement*: :math:`H` minus
# the mean entropy of the single answers.
on_digits, on_clothes = pairs["Monte-Carlo dropout"]
doubt = [entropy(p).mean(axis=0) for p in (known, strange)]
pairs["its disagreement"] = on_digits - doubt[0], on_clothes - doubt[1]
print(f"{'mean uncertainty of':>24} digits clothes    AUC")
for name, pair in pairs.items():
    means = "{:8.2f}{:8.2f}".format(*map(np.mean, pair))
    print(f"{name:>22}{means}{auc(*pair):8.3f}")

area = auc(on_digits, on_clothes)
claim("Monte-Carlo dropout tells clothes from digits: AUC", area, at_least=0.82)
ratio = on_clothes.mean() / pairs["without dropout"][1].mean()
claim("Dropout doubts clothes more than a plain net does", ratio, at_least=2, unit="×")

# %%
# Uncertainty is of use on digits, too: leave the least certain ones to a human.
sure = on_digits <= np.quantile(on_digits, 0.8)
right = accuracy(known.mean(axis=0)[sure], y_test[sure])
claim("Of the surest 80 % of digits it reads right", right, at_least=97, unit="%")

# %%
# When it goes wrong: sure of nonsense
# ------------------------------------
#
# These are the clothes that the crowd is surest of, and the digits it reads.
from dlkeras.visualization import show_images

surest = np.argsort(on_clothes)[:10]
read = strange.mean(axis=0)[surest].argmax(axis=1)
show_images(foreign[surest], read, suptitle="Clothes taken for digits, without a doubt")
plt.show()

both = clothes["plain"], strange.mean(axis=0)
alone, crowd = (100 * np.mean(p.max(axis=1) > 0.9) for p in both)
claim("Without dropout, clothes pass as digits at 90 %", alone, at_least=40, unit="%")
claim("Monte-Carlo dropout lets clothes pass", crowd, at_least=3, at_most=15, unit="%")

# %%
# Draw a digit, then a doubtful one, then a letter: each dot is the answer of a thinned
# network. What is no digit, and yet makes all of them sure?
live.dropout_spread(dropped)

# %%
# The scatter shows what the thinned networks of *one* training disagree on. What
# they all have learned alike, no mask reveals.
#
# Exercises
# ---------
#
# **1. Scatter.** A neuron passes on 3, and the rate is 0.25. What is the standard
# deviation of what inverted dropout makes of it in training?
deviation = ...

exercise("dropout/scatter").check(deviation)

# %%
# **2. Dropout.** Write it. ``a`` is an array of any shape, ``training`` is True
# or False, and ``rng`` gives random numbers: ``rng.random(shape)``.


def my_dropout(a, rate, training, rng):
    return ...  # your code


exercise("dropout/layer").check(my_dropout)

# %%
# **3. Smudged or foreign?** Some digits are smudged: every thinned network
# gives a 4 and a 9 even chances. That is no foreign image. From the answers
# ``p`` (passes, images, classes) give every image a number that is higher for
# foreign images than for known ones, smudged ones included: an AUC of 0.95.


def foreignness(p):
    return ...  # your code


exercise("dropout/foreignness").check(foreignness)

# %%
# What you saw
# ------------
#
# - Inverted dropout keeps every mean, so that in use it has nothing to do. For
#   one layer, the layer in use is the mean of all thinned ones.
# - With half of the neurons silenced, a network learns few wrong labels by heart
#   and reads more new digits.
# - Thinned networks disagree on foreign images more than on digits. Yet some
#   nonsense they all believe.
#
# Read on
# -------
#
# - N. Srivastava et al. (2014), `Dropout: a simple way to prevent neural networks
#   from overfitting <https://jmlr.org/papers/v15/srivastava14a.html>`_.
# - P. Baldi and P. Sadowski (2013), `Understanding dropout
#   <https://papers.nips.cc/paper/4878-understanding-dropout>`_: geometric means.
# - Y. Gal and Z. Ghahramani (2016), `Dropout as a Bayesian approximation
#   <https://arxiv.org/abs/1506.02142>`_: Monte-Carlo dropout.
