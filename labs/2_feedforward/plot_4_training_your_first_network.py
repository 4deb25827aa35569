"""
Training your first network
===========================

What did a house sell for, and how did a pupil do in the exam? A network
learns both from real tables. On the way you meet every decision of a
training run, and the ways to fool yourself about its result.

You will learn

- what training, validation and test data are each for;
- what epochs, batch size and learning rate do, in ten lines of NumPy;
- why inputs are scaled first, and how a layer of your own does it;
- how to read learning curves, and when to stop;
- when a straight line is as good, and how a leak hides it.
"""
# sphinx_gallery_tags = ["first steps", "regression", "tables", "learning curves", "scaling", "overfitting", "data leaks", "NumPy", "Sequential", "Functional", "custom layer"]
# sphinx_gallery_minutes = 50
# sphinx_gallery_requires = ["neural_networks"]
# sphinx_gallery_thumbnail_number = 3

# %%
# The idea
# --------
#
# Learning means to get better on cases you have *not* seen. So the table is
# cut in three first. From the **training** rows the network learns. The
# **validation** rows show, after each round, how it does on rows that it has
# not learned from: they help us to choose. The **test** rows judge at the end.
#
# Training goes round and round. Take a *batch* of rows, predict, measure the
# loss :math:`L`, and move every weight :math:`w` a little against its slope:
#
# .. math::
#
#    L = \frac{1}{n} \sum_{i=1}^{n} (\hat y_i - y_i)^2, \qquad
#    w \leftarrow w - \eta\, \frac{\partial L}{\partial w}
#
# Here :math:`y_i` is a true price, :math:`\hat y_i` the predicted one,
# :math:`n` the *batch size* and :math:`\eta` the *learning rate*. Once every
# training row has been used, an *epoch* is over.
import matplotlib.pyplot as plt
import numpy as np

from dlkeras import live
from dlkeras.visualization import draw_three_parts
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
rng = np.random.default_rng(set_seed())

_, ax = plt.subplots(figsize=(5.6, 3.6))
draw_three_parts(ax=ax).set_title("One table, three uses")
plt.show()

# %%
# The first table: 546 houses sold in Windsor, Canada, in 1987, with eleven things
# known of each. The loader keeps a fifth for the test; we put another fifth of
# the rest aside for validation.
from dlkeras.datasets import load_windsor_housing

table = load_windsor_housing()
(x_rest, price_rest), (x_test, price_test) = table


def hold_out(x, y):
    """Rows to train on, and a fifth to validate on."""
    val, train = np.split(rng.permutation(len(x)), [len(x) // 5])
    return (x[train], y[train]), (x[val], y[val])


(x_train, price_train), (x_val, price_val) = hold_out(x_rest, price_rest)
print(len(x_train), "to train,", len(x_val), "to validate,", len(x_test), "to test")

# %%
# From scratch
# ------------
#
# The lot size is counted in thousands, most other columns in ones. So each
# column is *standardized*: minus its mean, divided by its standard deviation.
# Both come from the training rows alone, since nothing may be learned from the
# others, not even a mean. We print three lots and a new one. Prices are
# standardized too: always predicting the mean then has a loss of 1.


def standardize(known, *others):
    mean, std = known.mean(axis=0), known.std(axis=0)  # (features,)
    return [(part - mean) / std for part in (known, *others)]


known, new = standardize(np.array([2000.0, 4000, 6000]), np.array([5000.0]))
print(known.round(2), new.round(2))
z_train, z_test = standardize(x_train, x_test)
y_train, y_val, y_test = standardize(price_train, price_val, price_test)

# %%
# Now the learning itself, for one neuron without an activation,
# :math:`\hat y = w \cdot x + b`: a straight line through the data.


def train_neuron(x, y, epochs, batch_size, learning_rate, shuffle=True):
    w, b = np.zeros(x.shape[1]), 0.0  # w: (features,)
    losses = [np.mean(y**2)]  # before the first epoch
    for _ in range(epochs):
        order = rng.permutation(len(x)) if shuffle else np.arange(len(x))
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            error = x[rows] @ w + b - y[rows]  # (batch,)
            w -= learning_rate * 2 * x[rows].T @ error / len(rows)  # ∂L/∂w
            b -= learning_rate * 2 * error.mean()  # ∂L/∂b
        losses.append(np.mean((x @ w + b - y) ** 2))
    return w, b, losses


w, b, losses = train_neuron(z_train, y_train, 20, batch_size=32, learning_rate=0.01)
print("loss before:", losses[0].round(2), " after 20 epochs:", losses[-1].round(2))

# %%
# For a straight line the best weights are also known exactly, by *least
# squares*. Twenty rounds of small steps get as far:


def line(x_known, y_known, x):
    known, new = (np.hstack([part, np.ones((len(part), 1))]) for part in (x_known, x))
    return new @ np.linalg.lstsq(known, y_known, rcond=None)[0]


best = np.mean((line(z_train, y_train, z_train) - y_train) ** 2)
text = "After 20 epochs of small steps, the loss is above the least possible by"
claim(text, losses[-1] - best, at_most=0.0004, idea="6.1")

# %%
# Scaled or raw, which rate, and which batch size?
# -------------------------------------------------
#
# We train the neuron at many rates, on scaled columns and on raw ones. Too small
# a rate crawls, too large a one jumps over the goal. On raw columns no rate suits
# all: the lot size allows only tiny steps, and the other weights wait. Then we
# vary the batch: a small one makes more steps in an epoch.
_, ax = plt.subplots()
rates, runs, after = np.geomspace(1e-12, 1, 49), {}, {}
for name, x, style in (("raw", x_train, "--"), ("scaled", z_train, "-")):
    with np.errstate(all="ignore"):  # the highest rates overflow
        runs[name] = [train_neuron(x, y_train, 20, 32, rate)[2] for rate in rates]
    after[name] = np.nan_to_num([run[-1] for run in runs[name]], nan=np.inf)
    ax.semilogx(rates, np.minimum(after[name], 9), style, label=f"{name} columns")
ax.set(xlabel="learning rate", ylabel="loss after 20 epochs", ylim=(0.2, 1.5))
ax.set_title("Raw columns hold training up, at any rate")
ax.legend(loc="lower left")
plt.show()

fast, best_raw = runs["scaled"][after["scaled"].argmin()], after["raw"].min()
text = "An epoch on scaled columns lowers the loss more than 20 on raw ones, by a factor of"
claim(text, (1 - fast[1]) / (1 - best_raw), at_least=13.5, idea="6.2")
few, many = (train_neuron(z_train, y_train, 1, n, 0.003)[2] for n in (4, 350))
text = "An epoch in batches of 4 lowers the loss more than one batch of all, by a factor of"
claim(text, (1 - few[1]) / (1 - many[1]), at_least=31, idea="6.3")

# %%
# In Keras
# --------
#
# Scaling belongs to the model, since its users have raw numbers. So we make it
# a layer, like Keras's ``Normalization``. Its mean and standard deviation are
# weights that gradient descent leaves alone; ``adapt`` takes them from the data.
import keras
from keras import layers, ops
from keras.callbacks import LambdaCallback

from dlkeras.layers import Standardize as LibraryStandardize


class Standardize(layers.Layer):
    def build(self, input_shape):
        shape = (input_shape[-1],)
        self.mean = self.add_weight(shape=shape, initializer="zeros", trainable=False)
        self.std = self.add_weight(shape=shape, initializer="ones", trainable=False)

    def adapt(self, x):
        if not self.built:
            self.build(x.shape)
        self.mean.assign(x.mean(axis=0))
        self.std.assign(x.std(axis=0))

    def call(self, x):
        return (x - self.mean) / self.std  # (batch, features)


gaps = []
for scale in (Standardize(), LibraryStandardize(), layers.Normalization()):
    scale.adapt(x_train)
    gaps.append(np.abs(ops.convert_to_numpy(scale(x_test)) - z_test).max())
claim("Our scaling layer, the library's and Keras's agree to", max(gaps), at_most=1e-4)

# %%
# The neuron is a *Sequential* model with one ``Dense`` layer. With the same
# batches in the same order, ``fit`` does what our ten lines did:
dense = layers.Dense(1, kernel_initializer="zeros")
neuron = keras.Sequential([keras.Input((11,)), dense])
neuron.compile(optimizer=keras.optimizers.SGD(0.01), loss="mse")
neuron.fit(z_train, y_train, batch_size=32, epochs=3, shuffle=False, verbose=0)

w, b, _ = train_neuron(z_train, y_train, 3, 32, 0.01, shuffle=False)
found = np.concatenate([ops.convert_to_numpy(v).ravel() for v in neuron.weights])
gap = np.abs(found - np.append(w, b)).max()
claim("The weights that Keras's fit and our loop find agree to", gap, at_most=1e-6)

# %%
# A network has more layers; Keras works out the slopes. ``Adam`` is gradient
# descent that adapts its rate to each weight. A *Functional* model lets three
# networks train side by side, so that a lucky start counts less. It begins with
# the library's scaling layer, and takes the raw table.


def train_networks(known, held_out, width, rate, **settings):
    """Return three in one, their losses, and their weights after each epoch."""
    scale, weights, outputs = LibraryStandardize(), [], []
    scale.adapt(known[0])
    inputs = keras.Input(known[0].shape[1:])
    for _ in range(3):
        hidden = layers.Dense(width, "relu")(scale(inputs))
        outputs.append(layers.Dense(1)(layers.Dense(width, "relu")(hidden)))
    model = keras.Model(inputs, layers.Concatenate()(outputs))  # (rows, 3)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
    known, held_out = ((x, np.tile(y[:, None], 3)) for x, y in (known, held_out))
    keep = LambdaCallback(on_epoch_end=lambda *_: weights.append(model.get_weights()))
    settings |= {"validation_data": held_out, "validation_batch_size": 1000}
    fitted = model.fit(*known, callbacks=[keep], verbose=0, **settings)
    return model, fitted.history, weights


house_run = train_networks((x_train, y_train), (x_val, y_val), 128, 0.01, epochs=40)
model, history, weights = house_run

# %%
# What do the learning curves say?
# --------------------------------
#
# Both losses fall: go on. Training falls, validation rises: it *overfits*, and
# learns its houses by heart. Its best epoch has the lowest validation loss.
from dlkeras.visualization import plot_history, plot_scores

_, ax = plt.subplots()
valid = history["val_loss"]
plot_history(history, ax=ax)
ax.plot(np.argmin(valid) + 1, min(valid), "o", ms=13, mfc="none", mec="black")
ax.set(xlim=(0, 52), ylim=(0, None), title="Validation tells when to stop: at the ring")
plt.show()

# %%
# So validation chooses the epoch. Now the test data may speak. The score is
# :math:`R^2 = 1 - L / L_\text{mean}`: 0 for predicting the mean price of the
# test rows, 1 for perfect. Does stopping help on houses that it did not choose by?


def r2(y, prediction):
    return 1 - np.mean((y - prediction) ** 2) / np.var(y)


def test_score(run, epoch, x, y):
    model, _, weights = run
    model.set_weights(weights[epoch])
    return np.mean([r2(y, guess) for guess in ops.convert_to_numpy(model(x)).T])


best = np.argmin(valid)
stopped, last = (test_score(house_run, i, x_test, y_test) for i in (best, -1))
claim("Early stopping raises test R² by", stopped - last, at_least=0.04, idea="6.4")

# %%
# Does the network beat a straight line?
# --------------------------------------
#
# Our second table has the exam scores of London pupils at sixteen, with a
# reading test that they took at eleven. Here too, validation chooses.
from dlkeras.datasets import load_exam_scores

known, new = load_exam_scores()
known, held_out = hold_out(*known)
pupil_run = train_networks(known, held_out, 64, 0.005, epochs=5, batch_size=128)
by_network = test_score(pupil_run, np.argmin(pupil_run[1]["val_loss"]), *new)
scores = {
    "houses": (stopped, r2(y_test, line(z_train, y_train, z_test))),
    "pupils": (by_network, r2(new[1], line(*known, new[0]))),
}
percent = {name: 100 * np.array(pair) for name, pair in scores.items()}
_, ax = plt.subplots()
plot_scores(percent, groups=("network", "straight line"), ax=ax)
ax.set(xlabel="test $R^2$ (%; 0 = the mean)", title="Here the network does not win")
plt.show()

houses, pupils = (network - by_line for network, by_line in scores.values())
claim("The network predicts prices of test houses with an R² of", stopped, at_least=0.6)
claim("On houses, the network trails a straight line in R² by", -houses, at_least=0.02)
claim("The network predicts scores of pupils with an R² of", by_network, at_least=0.37)
claim("On pupils, the network gains on a straight line in R² by", pupils, at_most=0.015)

# %%
# A network pays where there are bends, and enough rows to learn them from. Still,
# you can question it. A line adds the same sum for a second bathroom in every
# house; does the network? Enlarge the lot, then add the bathroom: what now?
model.set_weights(weights[best])
ranges = zip(table.feature_names, x_train.min(axis=0), x_train.max(axis=0), strict=True)
features = [live.Feature(n.replace("_", " "), float(a), float(b)) for n, a, b in ranges]
price = {"mean": price_train.mean(), "std": price_train.std()}
mean = keras.Model(model.inputs, ops.mean(model.output, axis=1, keepdims=True))
live.what_if(mean, features, x_train[0], "price", "dollars of 1987", **price)

# %%
# When it goes wrong: leaks
# -------------------------
#
# A *leak* is knowledge in training that will be missing in use. First, **scaling
# before the split**: columns and price are scaled with means from all rows.


def scaling_leak(count):
    """How much the leak adds to the neuron's test R², on the same rows."""
    rows, cut, scores = rng.permutation(len(x_rest))[:count], count * 4 // 5, []
    x, price = x_rest[rows], price_rest[rows].astype(float)
    for seen in (cut, count):  # honest: scaled by the first four fifths
        std, mean, scale = x[:seen].std(axis=0), price[:seen].mean(), price[:seen].std()
        z = (x - x[:seen].mean(axis=0)) / np.where(std > 0, std, 1)
        y = (price[:cut] - mean) / scale
        w, b, _ = train_neuron(z[:cut], y, 20, 16, 0.01, shuffle=False)
        error = (z[cut:] @ w + b) * scale + mean - price[cut:]  # in dollars
        scores.append(1 - np.mean(error**2) / price_rest.var())
    return scores[1] - scores[0]


leak = np.mean([scaling_leak(10) for _ in range(300)])
none = np.mean([scaling_leak(437) for _ in range(5)])
claim("With 10 houses, scaling before the split adds to R²", leak, at_least=0.11)
claim("With 437 houses, scaling too soon changes R² by", none, close_to=0, tol=1e-4)

# %%
# Second, **the answer in the inputs**: a column with the agent's fee, 5 % of the
# price, rounded to 100 dollars. Before a sale, the best guess is the average fee.
fee, fee_test = (np.round(0.05 * price, -2) for price in (price_rest, price_test))
known = np.column_stack([x_rest, fee])
guess = np.full(len(x_test), fee.mean())
told, used = (np.column_stack([x_test, column]) for column in (fee_test, guess))
promised, in_use = (r2(price_test, line(known, price_rest, z)) for z in (told, used))
claim("With the fee as an input, a line promises an R² of", promised, at_least=0.99)
claim("In use, without the fee, that line delivers an R² of", in_use, at_most=0)

# %%
# Exercises
# ---------
#
# **1. Scale without a leak.** The function takes training rows and new rows,
# and returns both scaled. Divide a column that never changes in training by 1.


def scale_both(x_train, x_new):
    return ...  # your code


exercise("training_your_first_network/scale_both").check(scale_both)

# %%
# **2. Read the curves.** Which run is ``"fine"``, which ``"overfits"``, and whose
# rate was ``"too small"`` or ``"too large"``? Answer as ``{"A": "fine", ...}``.
from dlkeras.visualization import draw_four_runs

draw_four_runs().suptitle("What happened in each run?")
plt.show()

reading = ...
exercise("training_your_first_network/reading").check(reading)

# %%
# **3. A split for new schools.** To judge pupils of schools that it has never
# met, no school may be in two parts. The function takes each pupil's school and
# a random generator. Return three arrays of row numbers: training (the largest),
# validation and test, with at least a tenth of the pupils in each.


def split_schools(schools, rng):
    return ...  # your code


exercise("training_your_first_network/split_schools").check(split_schools)

# %%
# What you saw
# ------------
#
# - Scaled columns and a fitting rate speed training; validation tells its end.
# - The network beat the mean by far, and a straight line not at all.
# - A leak raises the score as far as it tells the test's answers.
#
# Read on
# -------
#
# - P. M. Anglin and R. Gençay (1996), Semiparametric estimation of a hedonic
#   price function, Journal of Applied Econometrics: the houses.
# - H. Goldstein and others (1993), `A multilevel analysis of school
#   examination results <https://doi.org/10.1080/0305498930190401>`_, Oxford
#   Review of Education: the pupils.
