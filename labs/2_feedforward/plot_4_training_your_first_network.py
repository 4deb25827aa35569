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
# cut in three before anything else. From the **training** rows the network
# learns. The **validation** rows show, after each round, how it does on rows
# that it has not learned from: they help us to choose. The **test** rows stay
# closed until all is chosen, and then judge.
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

from dlkeras.visualization import draw_three_parts
from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

fig, ax = plt.subplots(figsize=(5.6, 3.6))
draw_three_parts(ax=ax)
ax.set_title("One table, three uses")
plt.show()

# %%
# The first table: 546 houses sold in Windsor, Canada, in 1987, with eleven
# things known about each. The loader keeps a fifth of them for the test; we
# put another fifth of the rest aside for validation.
from dlkeras.datasets import load_windsor_housing

houses = load_windsor_housing()
(x_rest, price_rest), (x_test, price_test) = houses


def hold_out(rows):
    """Row numbers to train on, and a fifth to validate on."""
    order = rng.permutation(rows)
    return order[rows // 5 :], order[: rows // 5]


train, val = hold_out(len(x_rest))
x_train, x_val = x_rest[train], x_rest[val]
print(len(train), "to train,", len(val), "to validate,", len(x_test), "to test")

# %%
# From scratch
# ------------
#
# The lot size is counted in thousands, most other columns in ones. So each
# column is *standardized*: minus its mean, divided by its standard deviation.
# Both come from the training rows alone, since nothing may be learned from the
# others, not even a mean. Three lots and a new one:


def standardize(known, *others):
    mean, std = known.mean(axis=0), known.std(axis=0)  # (features,)
    return [(part - mean) / std for part in (known, *others)]


known, new = standardize(np.array([2000.0, 4000, 6000]), np.array([5000.0]))
print(known.round(2), new.round(2))

# %%
# Prices are standardized as well. Always predicting the mean then has a loss of 1.
z_train, z_val, z_test = standardize(x_train, x_val, x_test)
y_train, y_val, y_test = standardize(price_rest[train], price_rest[val], price_test)

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
    """What the best straight line through (x_known, y_known) predicts for x."""
    known, new = (np.hstack([part, np.ones((len(part), 1))]) for part in (x_known, x))
    return new @ np.linalg.lstsq(known, y_known, rcond=None)[0]


gap = losses[-1] - np.mean((line(z_train, y_train, z_train) - y_train) ** 2)
claim("Epoch by epoch, small steps reach the best loss", gap, at_most=0.002, idea="6.1")

# %%
# Scaled or raw, which rate, and which batch size?
# -------------------------------------------------
#
# We train the neuron at many rates, on scaled columns and on raw ones. Too small
# a rate crawls, too large a one jumps over the goal. On raw columns no rate suits
# all: the lot size allows only tiny steps, and the other weights wait. Then we
# vary the batch: a small one makes more steps in an epoch.
fig, ax = plt.subplots()
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
ahead = (1 - fast[1]) / (1 - best_raw)
claim("One epoch on scaled columns beats 20 raw ones", ahead, at_least=9, idea="6.2")

fallen = {}
for size in (4, 350):
    fallen[size] = 1 - train_neuron(z_train, y_train, 1, size, 0.003)[2][1]
more = fallen[4] / fallen[350]
claim("In an epoch, batches of 4 learn more", more, at_least=25, unit="×", idea="6.3")

# %%
# In Keras
# --------
#
# Scaling belongs to the model, since its users have raw numbers. So we make it
# a layer. Its mean and standard deviation are weights that gradient descent
# leaves alone; ``adapt`` reads them off the training data. Keras has such a
# layer, ``Normalization``. This is ours:
import keras
from keras import layers, ops


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


from dlkeras.layers import Standardize as LibraryStandardize

gaps = []
for scale in (Standardize(), LibraryStandardize(), layers.Normalization()):
    scale.adapt(x_train)
    gaps.append(np.abs(ops.convert_to_numpy(scale(x_test)) - z_test).max())
claim("Our layer, the library's and Keras's scale alike", max(gaps), at_most=1e-4)

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
claim("Keras's fit and our loop find the same weights", gap, at_most=1e-6)

# %%
# A network has more layers; Keras works out the slopes. ``Adam`` is gradient
# descent that adapts its rate to each weight. Three networks of different width
# train side by side, as outputs of one *Functional* model. It begins with our
# layer, so it takes the raw table.
widths = ("8", "32", "128")


def networks(x):
    scale = Standardize()
    scale.adapt(x)
    inputs = keras.Input(x.shape[1:])
    outputs = {}
    for width in widths:
        hidden = layers.Dense(int(width), "relu")(scale(inputs))
        hidden = layers.Dense(int(width), "relu")(hidden)
        outputs[width] = layers.Dense(1, name=width)(hidden)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.Adam(0.002), loss="mse")
    return model


def fit(model, x, y, x_val, y_val, **settings):
    """Train all three; return the losses, and the weights after each epoch."""
    y, y_val, weights = dict.fromkeys(widths, y), dict.fromkeys(widths, y_val), []
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: weights.append(model.get_weights())
    )
    settings |= {"validation_data": (x_val, y_val), "verbose": 0, "callbacks": [keep]}
    return model.fit(x, y, **settings).history, weights


model = networks(x_train)
history, weights = fit(model, x_train, y_train, x_val, y_val, epochs=30)

# %%
# What do the learning curves say?
# --------------------------------
#
# Both losses high: the network has not learned yet. Both falling: go on.
# Training falling while validation rises: it *overfits*, and learns the training
# houses by heart. Its best epoch is that with the lowest validation loss.
from dlkeras.visualization import plot_history

fig, ax = plt.subplots()
valid = history["val_128_loss"]
plot_history({"loss": history["128_loss"], "val_loss": valid}, ax=ax)
ax.plot(np.argmin(valid) + 1, min(valid), "o", ms=13, mfc="none", mec="black")
ax.set(xlim=(0, 39), ylim=(0, None), title="Validation tells when to stop: at the ring")
plt.show()

# %%
# So validation chooses the width and the epoch: the pair with the lowest loss.
# Now the test data may speak. The score is :math:`R^2 = 1 - L / L_\text{mean}`:
# 0 for predicting the mean price of the test rows, 1 for perfect. First, does
# stopping help the two wider networks on houses that had no part in the choice?


def r2(y, prediction):
    return 1 - np.mean((y - prediction) ** 2) / np.var(y)


def predict(model, weights, width, x):
    model.set_weights(weights)
    return ops.convert_to_numpy(model(x)[width])[:, 0]


gains = []
for width in ("32", "128"):
    stop = np.argmin(history[f"val_{width}_loss"])
    ends = (predict(model, weights[i], width, x_test) for i in (stop, -1))
    gains.append(np.subtract(*(r2(y_test, guess) for guess in ends)))
gain = np.mean(gains)
claim("Stopping by validation raises the test R² by", gain, at_least=0.02, idea="6.4")

# %%
# Does the network beat a straight line?
# --------------------------------------
#
# Our second table has the exam scores of London pupils at sixteen, with a
# reading test that they took at eleven. Here too, validation chooses.
from dlkeras.datasets import load_exam_scores

(x_pupils, score), (x_new, score_new) = load_exam_scores()
train, val = hold_out(len(x_pupils))
pupils = x_pupils[train], score[train], x_pupils[val], score[val]
pupil_model = networks(pupils[0])
runs = {"houses": (model, history, weights)}
runs["pupils"] = pupil_model, *fit(pupil_model, *pupils, epochs=12)
lines = line(z_train, y_train, z_test), line(*pupils[:2], x_new)
scores = {}  # for each table: network, line
for (table, run), x, y, by_line in zip(
    runs.items(), (x_test, x_new), (y_test, score_new), lines, strict=True
):
    net, curves, kept = run
    width = min(widths, key=lambda name: min(curves[f"val_{name}_loss"]))
    epoch = int(np.argmin(curves[f"val_{width}_loss"]))
    scores[table] = r2(y, predict(net, kept[epoch], width, x)), r2(y, by_line)
    print(f"{table}: width {width}, epoch {epoch + 1}, chosen by validation")

from dlkeras.visualization import plot_scores

percent = {table: 100 * np.array(pair) for table, pair in scores.items()}
ax = plot_scores(percent, groups=("network", "straight line"))
ax.set(xlabel="$R^2$ on the test rows (%; 0 = predicting the mean)")
ax.set_title("Here the network does not win")
plt.show()

price_lead, score_lead = (network - by_line for network, by_line in scores.values())
houses = scores["houses"][0]
claim("The network beats the mean price by an R² of", houses, at_least=0.5)
claim("On houses, its lead over the line is", price_lead, at_most=0.03, unit="R²")
claim("On pupils, its lead is", score_lead, close_to=0, tol=0.03, unit="R²")

# %%
# A network pays where there are bends, and enough rows to learn them from.
#
# When it goes wrong: leaks
# -------------------------
#
# A *leak* is knowledge in training that will be missing in use. The score
# rises, the model does not. First, **scaling before the split**: columns and
# price are scaled with means from all rows, the test's included.


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
claim("With 10 houses, scaling too soon adds", leak, at_least=0.1, unit="R²")
claim("With 437 houses, it changes R² by", none, close_to=0, tol=0.001)

# %%
# Second, **the answer in the inputs**: a column with the agent's fee, 5 % of
# the price, rounded to 100 dollars. Before a sale nobody knows it, and the best
# guess is the average fee.
fee, fee_test = (np.round(0.05 * price, -2) for price in (price_rest, price_test))
known, told, used = standardize(
    np.column_stack([x_rest, fee]),
    np.column_stack([x_test, fee_test]),
    np.column_stack([x_test, np.full(len(x_test), fee.mean())]),
)
promised, in_use = (r2(price_test, line(known, price_rest, z)) for z in (told, used))

claim("With the fee as an input the line promises", promised, at_least=0.99)
claim("In use, without the fee, it delivers", in_use, at_most=0)

# %%
# The first leak tells about the *answers* of the test rows: the fewer the rows,
# the more a mean tells.
#
# Exercises
# ---------
#
# **1. Scale without a leak.** The function takes training rows and new rows,
# and returns both scaled. A column that never changes in training must not
# lead to a division by zero: divide it by 1.


def scale_both(x_train, x_new):
    return ...  # your code


exercise("training_your_first_network/scale_both").check(scale_both)

# %%
# **2. Read the curves.** Four runs, sketched. Which one is ``"fine"``, which
# one ``"overfits"``, in which was the learning rate ``"too small"``, in which
# ``"too large"``? Answer as ``{"A": "fine", ...}``.
from dlkeras.visualization import draw_four_runs

draw_four_runs().suptitle("What happened in each run?")
plt.show()

reading = ...

exercise("training_your_first_network/reading").check(reading)

# %%
# **3. A split for new schools.** Shall the model judge pupils of schools that
# it has never met? Then no school may be in two parts. Write a function that
# takes each pupil's school and a random generator, and returns three arrays
# of row numbers: training (the largest), validation and test, with at least a
# tenth of the pupils in each. Any such split is right.


def split_schools(schools, rng):
    return ...  # your code


exercise("training_your_first_network/split_schools").check(split_schools)

# %%
# What you saw
# ------------
#
# - Training is rounds of small steps; scaled columns, a fitting rate and the
#   validation loss decide when it is good, and when it is over.
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
