"""Each custom layer against the Keras layer it equals."""

import keras
import numpy as np
from rich.table import Table

from tests.bench.pairs import PAIRS, missing
from tests.bench.report import medians, table

REPEATS = 200


def measure() -> Table:
    """Forward and training step on one batch, compiled, in turns."""
    made = table(
        f"Layers on {keras.backend.backend()}, median of {REPEATS}",
        *("layer", "input", "forward", "Keras", "ratio", "step", "Keras", "ratio"),
        caption="milliseconds; forward and training step of layer + Dense(1)",
    )
    for pair in PAIRS:
        models = [_model(make(), pair.x) for make in (pair.ours, pair.theirs)]
        models[1].layers[-1].set_weights(models[0].layers[-1].get_weights())
        y = np.zeros((len(pair.x), 1), "float32")
        forward = medians([_predict(m, pair.x) for m in models], REPEATS)
        step = medians([_train(m, pair.x, y) for m in models], REPEATS)
        shape = "×".join(map(str, pair.x.shape))
        made.add_row(pair.name, shape, *_cells(forward), *_cells(step))
    for name in missing():
        made.add_row(name, "no pair in tests/bench/pairs.py")
    return made


def _model(layer, x):
    model = keras.Sequential([keras.Input(x.shape[1:]), layer, keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    return model


def _predict(model, x):
    return lambda: model.predict_on_batch(x)


def _train(model, x, y):
    return lambda: model.train_on_batch(x, y)


def _cells(seconds):
    ours, theirs = seconds
    return f"{1000 * ours:.2f}", f"{1000 * theirs:.2f}", f"{ours / theirs:.2f}"
