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
- when a straight line is as good as a network, and how a leak hides it.
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
for name, value in zip(houses.feature_names, x_train[0], strict=True):
    print(f"{name:>18}: {value:.0f}")

# %%
# From scratch
# ------------
#
# The lot size is counted in thousands, most other columns in ones. To put all
# on one footing, each column is *standardized*: minus its mean, divided by
# its standard deviation. Both come from the training rows alone, since nothing
# may be learned from the others, not even a mean. A small check first, on
# three rows and a new one:


def standardize(known, *others):
    mean, std = known.mean(axis=0), known.std(axis=0)  # (features,)
    return [(part - mean) / std for part in (known, *others)]


small, new = np.array([[2000.0, 1], [4000, 2], [6000, 3]]), np.array([[4000.0, 3]])
for z in standardize(small, new):
    print(z.round(2).tolist())

# %%
# The prices are standardized as well. The loss then has a meaning: a model
# that always predicts the mean price has a loss of 1 on the training rows.
z_train, z_val, z_test = standardize(x_train, x_val, x_test)
y_train, y_val, y_test = standardize(price_rest[train], price_rest[val], price_test)

# %%
# Now the learning itself, for one neuron without an activation,
# :math:`\hat y = w \cdot x + b`: a straight line through the data. Its slopes
# are short formulas.


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
    ones = np.ones((len(x_known), 1))
    best = np.linalg.lstsq(np.hstack([x_known, ones]), y_known, rcond=None)[0]
    return x @ best[:-1] + best[-1]


best_loss = np.mean((line(z_train, y_train, z_train) - y_train) ** 2)
gap = losses[-1] - best_loss
claim("Epoch by epoch, small steps reach the best loss", gap, at_most=0.01, idea="6.1")

# %%
# Which learning rate, and which batch size?
# ------------------------------------------
#
# Too small a rate crawls. Too large a rate jumps over the goal, farther each
# time. A small batch makes many steps in an epoch, so it needs fewer epochs,
# though each step costs computing time.
fig, axes = plt.subplots(2, 1, figsize=(5.6, 5.6), sharex=True)
rates = [(0.0003, 32, 7, 0.95), (0.01, 32, 4.5, 0.43), (0.5, 32, 0.7, 1.4)]
sizes = [(0.003, 350, 7, 0.97), (0.003, 32, 4, 0.58), (0.003, 4, 1.3, 0.2)]
runs = {}
for ax, settings in zip(axes, (rates, sizes), strict=True):
    for (rate, size, *place), style in zip(settings, ("-", "--", "-."), strict=True):
        run = runs[rate, size] = train_neuron(z_train, y_train, 15, size, rate)[2]
        (curve,) = ax.plot(np.minimum(run, 5), style)
        label = f"rate {rate}" if settings is rates else f"batches of {size}"
        ax.text(*place, label, color=curve.get_color())
    ax.set(ylabel="training loss", ylim=(0.1, 1.6), xlim=(0, 15))
axes[0].set_title("Too small a rate crawls, too large explodes")
axes[1].set(title="Smaller batches need fewer epochs", xlabel="epochs")
plt.show()

left = (runs[0.0003, 32][-1] - best_loss) / (1 - best_loss)
claim("A rate 30 times too small leaves undone", left, at_least=0.5, unit="of the way")

# %%
# In Keras
# --------
#
# Scaling belongs to the model: whoever uses it later has raw numbers. So we
# make it a layer. Its mean and standard deviation are weights that gradient
# descent leaves alone; ``adapt`` reads them off the training data. Keras has
# such a layer, ``Normalization``. This is ours:
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
# descent that adapts its rate to each weight. The model begins with our layer,
# so it takes the raw table.


def network(x, scaled=True):
    model = keras.Sequential([keras.Input(x.shape[1:])])
    if scaled:
        model.add(Standardize())
        model.layers[0].adapt(x)
    for _ in range(2):
        model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(1))
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="mse")
    return model


from dlkeras.callbacks import Progress

model = network(x_train)
snapshots = []  # the weights after each epoch
keep = keras.callbacks.LambdaCallback(
    on_epoch_end=lambda epoch, logs: snapshots.append(model.get_weights())
)
fitted = model.fit(
    x_train,
    y_train,
    validation_data=(x_val, y_val),
    batch_size=32,
    epochs=40,
    verbose=0,
    callbacks=[Progress(), keep],
)

# %%
# What do the learning curves say?
# --------------------------------
#
# Look at both losses before you look at any score. Both high: the network has
# not learned yet. Both falling: go on. Training falling while validation
# rises: the network *overfits*, it learns the training houses by heart. Its
# best weights are those of the epoch with the lowest validation loss.
from dlkeras.visualization import plot_history

best = int(np.argmin(fitted.history["val_loss"]))
lowest = fitted.history["val_loss"][best]
fig, ax = plt.subplots()
plot_history(fitted.history, ax=ax)
ax.plot(best + 1, lowest, "o", ms=13, mfc="none", mec="black", mew=2)
ax.text(best + 2, lowest - 0.09, "stop here")
ax.set(xlim=(0, 52), ylim=(0, None), ylabel="loss (1 = predicting the mean)")
ax.set_title("Validation tells when to stop")
plt.show()

# %%
# Does stopping there help on houses that had no part in the choice? All has
# been chosen, so the test data may speak. The score is
# :math:`R^2 = 1 - L / L_\text{mean}`: 0 for predicting the mean price of the
# test rows, 1 for perfect.


def r2(y, prediction):
    return 1 - np.mean((y - prediction) ** 2) / np.var(y)


scores = {}
for name, epoch in (("last epoch", -1), ("best epoch", best)):
    model.set_weights(snapshots[epoch])
    scores[name] = r2(y_test, model.predict(x_test, verbose=0)[:, 0])
    print(f"{name}: R² = {scores[name]:.2f} on the test houses")

gain = scores["best epoch"] - scores["last epoch"]
claim("Stopping by validation raises the test R² by", gain, at_least=0.03, idea="6.4")

# %%
# Does scaling speed up training?
# -------------------------------
#
# We train the same network on the raw columns, with three learning rates, so
# that none can be blamed. The losses need a logarithmic axis.
raw = network(x_train, scaled=False)
start = raw.get_weights()
fig, ax = plt.subplots()
reached = []
for rate in (0.0003, 0.003, 0.03):
    raw.set_weights(start)
    for variable in raw.optimizer.variables:  # Adam forgets the run before
        variable.assign(variable * 0)
    raw.optimizer.learning_rate = rate
    run = raw.fit(x_train, y_train, batch_size=32, epochs=20, verbose=0).history["loss"]
    reached.append(min(run))
    ax.semilogy(range(1, 21), run, "--", color="#D55E00", linewidth=1.5)
ax.semilogy(range(1, 41), fitted.history["loss"], color="#0072B2")
ax.text(9, 300, "raw columns, three rates", color="#D55E00")
ax.text(21, 0.16, "scaled columns", color="#0072B2")
ax.set(xlabel="epoch", ylabel="training loss", title="Raw columns hold training up")
plt.show()

slower = np.array(fitted.history["loss"]) >= min(reached)
epochs = 1 + int(slower.sum())
claim(
    "What raw columns reach in 20 epochs, scaled ones reach in",
    epochs,
    at_most=2,
    unit="epochs",
    idea="6.2",
)

# %%
# Does the network beat a straight line?
# --------------------------------------
#
# Ask this of every network that learns from a table. Our second table has the
# exam scores of London pupils at sixteen, with a reading test that they took
# at eleven. The network for it is built in the *Functional* way, which can
# branch: one path leads through hidden layers, the other straight to the
# output. So the straight line is part of it, and the rest may add what a line
# cannot do. ``EarlyStopping`` keeps the best epoch for us.
from dlkeras.datasets import load_exam_scores

(x_pupils, score), (x_new, score_new) = load_exam_scores()
train, val = hold_out(len(x_pupils))

inputs = keras.Input((12,))
scale = Standardize()
scale.adapt(x_pupils[train])
z = scale(inputs)
hidden = layers.Dense(32, activation="relu")(layers.Dense(32, activation="relu")(z))
outputs = layers.add([layers.Dense(1)(hidden), layers.Dense(1)(z)])
pupil_model = keras.Model(inputs, outputs)
pupil_model.compile(optimizer=keras.optimizers.Adam(0.003), loss="mse")
pupil_model.fit(
    x_pupils[train],
    score[train],
    validation_data=(x_pupils[val], score[val]),
    batch_size=64,
    epochs=15,
    verbose=0,
    callbacks=[keras.callbacks.EarlyStopping(patience=4, restore_best_weights=True)],
)

# %%
# The thin lines show how far each score moves when the test rows are drawn
# anew, with replacement, again and again (the *bootstrap*).
results = {
    ("houses", "line"): (y_test, line(z_train, y_train, z_test)),
    ("houses", "network"): (y_test, model.predict(x_test, verbose=0)[:, 0]),
    ("pupils", "line"): (score_new, line(x_pupils[train], score[train], x_new)),
    ("pupils", "network"): (score_new, pupil_model.predict(x_new, verbose=0)[:, 0]),
}
fig, ax = plt.subplots(figsize=(5.6, 3.2))
for row, ((table, name), (truth, guess)) in enumerate(results.items()):
    scores[table, name] = r2(truth, guess)
    again = rng.integers(0, len(truth), size=(500, len(truth)))
    ends = np.percentile([r2(truth[i], guess[i]) for i in again], [2.5, 97.5])
    color, marker = ("#009E73", "s") if name == "line" else ("#0072B2", "o")
    ax.plot(ends, [-row, -row], color=color, linewidth=1.5)
    ax.plot(scores[table, name], -row, marker, color=color, ms=10)
    print(f"{table}, {name:>7}: R² = {scores[table, name]:.2f}")
ax.set_yticks([0, -1, -2, -3], [f"{table}, {name}" for table, name in results])
ax.set(xlim=(0, 1), ylim=(-3.5, 0.5), title="Here the network does not win")
ax.set_xlabel("$R^2$ on the test rows (0 = predicting the mean)")
plt.show()

gain = scores["houses", "network"]
claim("The network beats predicting the mean price by an R² of", gain, at_least=0.5)
lead = scores["houses", "network"] - scores["houses", "line"]
claim("On houses, the network's lead over the line is", lead, at_most=0.01, unit="R²")
lead = scores["pupils", "network"] - scores["pupils", "line"]
claim("On pupils, its lead is", lead, close_to=0, tol=0.03, unit="R²")

# %%
# Is the network broken? Give it a question with a bend: how unusual is a
# house, measured as the mean of its squared standardized columns? Both large
# and small houses are unusual, and no straight line can say so.
unusual, unusual_test = ((z**2).mean(axis=1) for z in (z_train, z_test))
model = network(x_train)
model.fit(x_train, unusual, batch_size=32, epochs=20, verbose=0)
lead = r2(unusual_test, model.predict(x_test, verbose=0)[:, 0])
lead -= r2(unusual_test, line(z_train, unusual, z_test))
claim("Where the answer bends, the network wins by", lead, at_least=0.1, unit="R²")

# %%
# So a network pays where there are bends, and enough rows to learn them from.
# These prices grow with rooms and garages nearly in a straight line.
#
# When it goes wrong: leaks
# -------------------------
#
# A *leak* is knowledge in training that will be missing in use. The score
# rises, the model does not. We measure with straight lines, since a leak sits
# in the data and fools any model. First the leak that every textbook names:
# **scaling before the split**, with means from all rows, the test's included.


def scaling_scores(count, price_too):
    """Test R² of the neuron without and with the leak, on the same rows."""
    rows, cut, pair = rng.permutation(len(x_rest))[:count], count * 4 // 5, []
    x, price = x_rest[rows], price_rest[rows].astype(float)
    for seen in (cut, count):  # the first four fifths train
        std = x[:seen].std(axis=0)
        z = (x - x[:seen].mean(axis=0)) / np.where(std > 0, std, 1)
        known = price[: seen if price_too else cut]
        y = (price - known.mean()) / known.std()
        w, b, _ = train_neuron(z[:cut], y[:cut], 20, 16, 0.01, shuffle=False)
        error = (z[cut:] @ w + b - y[cut:]) * known.std()  # in dollars
        pair.append(1 - np.mean(error**2) / price_rest.var())
    return pair


leaks = {
    "scaling columns,\nall houses": [scaling_scores(437, False) for _ in range(5)],
    "scaling price too,\n10 houses": [scaling_scores(10, True) for _ in range(300)],
}

# %%
# Second, **choosing columns before the split**. Here 80 houses come with 1000
# columns of dice. We keep the ten columns that go best with the price.
pairs = leaks["choosing columns\nof dice, 80 houses"] = []
for _ in range(40):
    rows, pair = rng.permutation(len(x_rest))[:80], []
    dice, price = rng.normal(size=(80, 1000)), price_rest[rows]
    for seen in (64, 80):  # the first 64 rows train
        (z,) = standardize(dice[:seen])
        pull = z.T @ (price[:seen] - price[:seen].mean())  # (columns,)
        top = np.argsort(np.abs(pull))[-10:]
        pair.append(r2(price[64:], line(dice[:64, top], price[:64], dice[64:, top])))
    pairs.append(pair)

# %%
# Third, **the answer in the inputs**: a column with the agent's fee, 5 % of
# the price, rounded to 100 dollars. It stands in the file, but not before
# the sale. Used in earnest, the best guess for it is the average fee.
fee, fee_test = (np.round(0.05 * price, -2) for price in (price_rest, price_test))
unknown = np.full(len(x_test), fee.mean())
known, told, used = standardize(
    np.column_stack([x_rest, fee]),
    np.column_stack([x_test, fee_test]),
    np.column_stack([x_test, unknown]),
)
promised, in_use = (r2(price_test, line(known, price_rest, z)) for z in (told, used))
honest = r2(price_test, line(x_rest, price_rest, x_test))
leaks["the fee in a column,\nall houses"] = [(honest, promised)]

fig, ax = plt.subplots(figsize=(5.6, 3.9))
for row, pairs in enumerate(leaks.values()):
    middle = np.median(pairs, axis=0) if row == 2 else np.mean(pairs, axis=0)
    ax.plot(middle, [-row, -row], color="black", linewidth=1.5)
    ax.plot(middle[0], -row, "o", color="#0072B2", ms=11)
    ax.plot(middle[1], -row, "^", color="#D55E00", ms=9)
ax.plot(in_use, -3, "x", color="black", ms=10, mew=2.5)
ax.text(in_use, -2.72, "in use", ha="center")
ax.text(honest - 0.1, -2.72, "honest", ha="center", color="#0072B2")
ax.text(promised, -2.72, "leak", ha="center", color="#D55E00")
ax.set_yticks([0, -1, -2, -3], list(leaks))
ax.set(xlim=(-0.8, 1.15), ylim=(-3.4, 0.4), xlabel="$R^2$ on the test rows")
ax.set_title("A leak is as bad as what it tells")
plt.show()

columns, price_too, dice, _ = (np.diff(pairs) for pairs in leaks.values())
change = np.abs(columns).max()
claim("Scaling columns of 437 houses too soon changes R² by", change, at_most=0.001)
claim("Scaling prices of 10 houses too soon adds", price_too.mean(), at_least=0.08)
claim("Choosing columns of dice too soon adds", np.median(dice), at_least=0.6)
claim("With the fee as an input the line promises", promised, at_least=0.99)
claim("In use, without the fee, it delivers", in_use, at_most=0)

# %%
# So the famous leak did nothing here as long as it told only about columns:
# a line can undo any scaling. It inflates a score when it tells about the
# *answers* of the test rows, and the fewer the rows, the more a mean tells.
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
t = np.linspace(0, 1, 60)
sketches = {
    "A": (1 - 0.25 * t, 1.03 - 0.25 * t),
    "B": (0.05 + 0.95 * np.exp(-5 * t), 1.05 - 2 * t * np.exp(-3.4 * t) + 0.3 * t**2),
    "C": (0.8 + 0.3 * np.sin(60 * t), 0.95 + 0.35 * np.sin(60 * t + 0.5)),
    "D": (0.3 + 0.7 * np.exp(-7 * t), 0.35 + 0.7 * np.exp(-7 * t)),
}
fig, axes = plt.subplots(2, 2, figsize=(5.6, 4.4), sharex=True, sharey=True)
for ax, (name, (training, validation)) in zip(axes.flat, sketches.items(), strict=True):
    ax.plot(t, training, label="training")
    ax.plot(t, validation, "--", label="validation")
    ax.set(title=name, xticks=[], ylim=(0, 1.4))
axes[1, 1].legend(loc="upper right")
fig.supxlabel("epochs")
fig.supylabel("loss")
fig.suptitle("What happened in each run?")
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
# - Both networks beat the mean by far, and neither beat a straight line by
#   more than luck. Where the answer bends, the network won.
# - A leak raises the score as far as it tells the test's answers: a hidden
#   price or chosen columns a lot, a scaled column not at all.
#
# For a larger table, swap in ``keras.datasets.california_housing``: 20,640
# districts.
#
# Read on
# -------
#
# - P. M. Anglin and R. Gençay (1996), Semiparametric estimation of a hedonic
#   price function, Journal of Applied Econometrics: the houses.
# - H. Goldstein and others (1993), `A multilevel analysis of school
#   examination results <https://doi.org/10.1080/0305498930190401>`_, Oxford
#   Review of Education: the pupils.
# - Y. LeCun and others (1998), `Efficient BackProp
#   <https://doi.org/10.1007/3-540-49430-8_2>`_: why inputs are scaled.
# - C. Ambroise and G. J. McLachlan (2002), `Selection bias in gene extraction
#   <https://doi.org/10.1073/pnas.102102699>`_, PNAS: columns chosen too soon.
# - L. Grinsztajn, E. Oyallon and G. Varoquaux (2022), `Why do tree-based
#   models still outperform deep learning on typical tabular data?
#   <https://arxiv.org/abs/2207.08815>`_
