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
# sphinx_gallery_thumbnail_number = 4

# %%
# The idea
# --------
#
# Learning means to get better on cases you have *not* seen. So the table is
# cut in three before anything else. From the **training** rows the network
# learns. The **validation** rows show, after each round, how it does on rows
# that it has not learned from: they help us to choose. The **test** rows stay
# closed until all is chosen, and are used once.
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

from dlkeras.workbook import claim, exercise, set_seed

plt.style.use("dlkeras.visualization.lab")
seed = set_seed()
rng = np.random.default_rng(seed)

blue, orange, green, pink = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
fig, ax = plt.subplots(figsize=(5.6, 3.6))
parts = (("training", 0, 6.4, blue), ("validation", 6.4, 1.6, orange))
for name, left, width, color in (*parts, ("test", 8, 2, green)):
    ax.barh(5.4, width - 0.08, left=left, height=0.9, color=color, align="center")
    ax.text(left + width / 2, 6.2, name, ha="center", color=color, weight="bold")
ring = {"batch": (1.1, 3.4), "predict": (4.6, 3.4), "loss": (4.6, 1.2)}
ring["step"] = (1.1, 1.2)
for name, (x_at, y_at) in ring.items():
    box = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": blue, "lw": 2}
    ax.text(x_at, y_at, name, ha="center", va="center", bbox=box)
arrow = {"arrowstyle": "-|>", "lw": 2, "color": blue, "mutation_scale": 16}
for start, end in ((1.9, 3.4), (3.6, 3.4)), ((4.6, 2.8), (4.6, 1.8)):
    ax.annotate("", end, start, arrowprops=arrow)
for start, end in ((3.9, 1.2), (1.8, 1.2)), ((1.1, 1.8), (1.1, 2.8)):
    ax.annotate("", end, start, arrowprops=arrow)
ax.annotate("", (1.1, 4.0), (1.1, 4.95), arrowprops=arrow)
ax.text(2.85, 2.3, "round and round", ha="center", va="center", style="italic")
ax.annotate("", (7.2, 3.9), (7.2, 4.95), arrowprops={**arrow, "color": orange})
ax.text(7.2, 3.2, "after each\nepoch", ha="center", va="center", color=orange)
ax.annotate("", (9, 1.9), (9, 4.95), arrowprops={**arrow, "color": green})
ax.text(9, 1.2, "once, at\nthe end", ha="center", va="center", color=green)
ax.set(xlim=(-0.1, 10.1), ylim=(0.5, 6.7), title="One table, three uses")
ax.axis("off")
plt.show()

# %%
# The first table: 546 houses sold in Windsor, Canada, in 1987. What is known
# of each house stands in eleven columns. The loader keeps a fifth of the
# houses for the test; we put another fifth of the rest aside for validation.
from dlkeras.datasets import load_windsor_housing

houses = load_windsor_housing()
(x_rest, price_rest), (x_test, price_test) = houses
order = rng.permutation(len(x_rest))
held_out, kept = order[: len(order) // 5], order[len(order) // 5 :]
x_train, price_train = x_rest[kept], price_rest[kept]
x_val, price_val = x_rest[held_out], price_rest[held_out]

print(f"{len(x_train)} to train, {len(x_val)} to validate, {len(x_test)} to test")
for name, value, unit in zip(
    houses.feature_names, x_train[0], houses.units, strict=True
):
    print(f"{name:>18}: {value:>5.0f}  ({unit})")
print(f"{'price':>18}: {price_train[0]:,.0f} dollars")

# %%
# From scratch
# ------------
#
# The lot size is counted in thousands, most other columns in ones. To put all
# on one footing, each column :math:`x` is *standardized*: minus its mean
# :math:`\mu`, divided by its standard deviation :math:`\sigma`. Both numbers
# come from the training rows alone, since nothing may be learned from the
# others, not even a mean. A small check first, on three rows and a new one:


def standardize(train, *others):
    mean, std = train.mean(axis=0), train.std(axis=0)  # (features,)
    return [(part - mean) / std for part in (train, *others)]


small, new = np.array([[2000.0, 1], [4000, 2], [6000, 3]]), np.array([[4000.0, 3]])
for z in standardize(small, new):
    print(z.round(2).tolist())

# %%
# The prices are standardized as well. The loss then has a meaning: a model
# that always predicts the mean price has a loss of 1 on the training rows,
# and 0 would be perfect.
z_train, z_val, z_test = standardize(x_train, x_val, x_test)
y_train, y_val, y_test = standardize(price_train, price_val, price_test)

# %%
# Now the learning itself, for one neuron without an activation,
# :math:`\hat y = w \cdot x + b`: a straight line through the data. For it the
# slopes are short formulas, given in the comments.


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


def line_predict(x_fit, y_fit, x):
    """What the best straight line through (x_fit, y_fit) predicts for x."""
    ones = np.ones((len(x_fit), 1))
    solution = np.linalg.lstsq(np.hstack([x_fit, ones]), y_fit, rcond=None)[0]
    return x @ solution[:-1] + solution[-1]


best_loss = np.mean((line_predict(z_train, y_train, z_train) - y_train) ** 2)
claim(
    "Repeated small steps bring the neuron to the exact solution's loss",
    losses[-1] - best_loss,
    at_most=0.01,
    idea="6.1",
)

# %%
# Which learning rate, and which batch size?
# ------------------------------------------
#
# Too small a rate crawls. Too large a rate jumps over the goal, farther each
# time. A small batch makes many steps in an epoch, so it needs fewer epochs,
# though each step costs computing time.
fig, axes = plt.subplots(2, 1, figsize=(5.6, 6.0), sharex=True)
runs = {}
for ax, name, settings in (
    (axes[0], "rate", [(32, 0.0003), (32, 0.01), (32, 0.5)]),
    (axes[1], "batch of", [(350, 0.003), (32, 0.003), (4, 0.003)]),
):
    for (size, rate), style in zip(settings, ("-", "--", "-."), strict=True):
        run = train_neuron(z_train, y_train, 15, size, rate)[2]
        runs[size, rate] = run
        (line,) = ax.plot(np.minimum(run, 5), style)
        text, color = f"{name} {rate if ax is axes[0] else size}", line.get_color()
        spot = 0.7 if run[-1] > 2 else 3 if run[3] > 0.5 else 1.2
        height = 1.35 if run[-1] > 2 else np.interp(spot, range(16), run)
        below = -0.1 if run[3] < 0.5 else 0.08
        ax.text(spot, height + below, text, color=color)
    ax.set(ylabel="training loss", ylim=(0.15, 1.6), xlim=(0, 15))
axes[0].set_title("Too small a rate crawls, too large explodes")
axes[1].set_title("Smaller batches need fewer epochs")
axes[1].set_xlabel("epochs")
plt.show()

claim(
    "A rate 30 times too small leaves most of the way undone",
    (runs[32, 0.0003][-1] - best_loss) / (1 - best_loss),
    at_least=0.5,
    unit="of it",
)

# %%
# In Keras
# --------
#
# Scaling belongs to the model: whoever uses it later has raw numbers. So we
# make it a layer. Its mean and standard deviation are weights that gradient
# descent leaves alone (``trainable=False``); ``adapt`` reads them off the
# training data. Keras has such a layer, ``Normalization``. This is ours:
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

outputs = []
for layer in (Standardize(), LibraryStandardize(), layers.Normalization()):
    layer.adapt(x_train)
    outputs.append(ops.convert_to_numpy(layer(x_test)))
gap = max(np.abs(output - z_test).max() for output in outputs)
claim("Our layer, the library's and Keras's scale alike", gap, at_most=1e-4)

# %%
# The neuron is a *Sequential* model with one ``Dense`` layer. With the same
# batches in the same order, ``fit`` does what our ten lines did:
neuron = keras.Sequential(
    [keras.Input((11,)), layers.Dense(1, kernel_initializer="zeros")]
)
neuron.compile(optimizer=keras.optimizers.SGD(0.01), loss="mse")
neuron.fit(z_train, y_train, batch_size=32, epochs=3, shuffle=False, verbose=0)
w, b, _ = train_neuron(z_train, y_train, 3, 32, 0.01, shuffle=False)
w_keras, b_keras = (ops.convert_to_numpy(v).ravel() for v in neuron.weights)
gap = max(np.abs(w_keras - w).max(), abs(b_keras[0] - b))
claim("Keras's fit and our loop find the same weights", gap, at_most=1e-5)

# %%
# A network has more layers; Keras works out the slopes. ``Adam`` is gradient
# descent that adapts its rate to each weight. The model takes raw tables,
# since it begins with our layer.


def network(x, scaled=True):
    model = keras.Sequential([keras.Input(x.shape[1:])])
    if scaled:
        model.add(Standardize())
        model.layers[0].adapt(x)
    for _ in range(2):
        model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(1))
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="mse")
    return model


from dlkeras.callbacks import Progress

model = network(x_train)
snapshots = []  # the weights after each epoch
keep = keras.callbacks.LambdaCallback(
    on_epoch_end=lambda epoch, logs: snapshots.append(model.get_weights())
)
history = model.fit(
    x_train,
    y_train,
    validation_data=(x_val, y_val),
    batch_size=32,
    epochs=40,
    verbose=0,
    callbacks=[Progress(), keep],
).history

# %%
# What do the learning curves say?
# --------------------------------
#
# Plot both losses against the epochs before you look at any score. Both high:
# the network has not learned yet. Both falling: go on. Training falling while
# validation rises: the network *overfits*, it learns the training houses by
# heart. The best weights were those of the epoch with the lowest validation
# loss.
best = int(np.argmin(history["val_loss"]))

from dlkeras.visualization import plot_history

fig, ax = plt.subplots()
plot_history(history, ax=ax)
ax.plot(best + 1, history["val_loss"][best], "o", ms=13, mfc="none", mec="black", mew=2)
ax.text(best + 2, history["val_loss"][best] - 0.09, "stop here")
ax.set(
    xlim=(0, 52),
    ylim=(0, None),
    ylabel="loss (1 = predicting the mean)",
    title="Validation tells when to stop",
)
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
    prediction = model.predict(x_test, verbose=0)[:, 0]
    scores[name] = r2(y_test, prediction)
    print(f"{name}: R² = {scores[name]:.2f} on the test houses")
claim(
    "Stopping by the validation loss raises the test score",
    scores["best epoch"] - scores["last epoch"],
    at_least=0.02,
    unit="R²",
    idea="6.4",
)

# %%
# Does scaling speed up training?
# -------------------------------
#
# We train the same network on the raw columns, with three learning rates, so
# that none can be blamed. The curves need a logarithmic axis.
raw = network(x_train, scaled=False)
start = raw.get_weights()
fig, ax = plt.subplots()
lowest = np.inf
for rate in (0.0003, 0.003, 0.03):
    raw.set_weights(start)
    raw.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
    run = raw.fit(x_train, y_train, batch_size=32, epochs=20, verbose=0).history["loss"]
    lowest = min(lowest, min(run))
    ax.semilogy(range(1, 21), run, "--", color=orange, linewidth=1.5)
ax.semilogy(range(1, 41), history["loss"], color=blue)
ax.text(21, run[-1], "raw columns", color=orange)
ax.text(22, 0.45, "scaled", color=blue)
ax.set(xlabel="epoch", ylabel="training loss", title="Raw columns hold training up")
plt.show()

fast = 1 + int(np.argmax(np.array(history["loss"]) < lowest))
claim(
    "To match what raw columns reach in 20 epochs, scaled ones need",
    fast,
    at_most=3,
    unit="epochs",
    idea="6.2",
)
