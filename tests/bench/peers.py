"""Two well-known recipes for Fashion-MNIST, and ours: a race on one thread.

All learn from the same 60,000 pictures, in one process. They take turns, an
epoch each, so that a machine that gets slower in the meantime slows all of them
alike. Seconds are those of the processor; testing after an epoch does not count.
Ours is the recipe that the lab *Architectures* ends with; its functions are
taken from the lab's own file.
"""

import ast
import itertools
import time
from pathlib import Path

import keras
import numpy as np
from keras import layers
from rich.table import Table
from tqdm import tqdm

from dlkeras.datasets import load_fashion_mnist
from tests.bench.report import table, verdict

LAB = Path(__file__).parents[2] / "labs/3_cnn/plot_3_architectures.py"
SHARE, SECONDS, ACCURACY = 0.12, 90, 0.92
QUICK, LONG = "ours, 2 epochs", "ours, 5 epochs"
SEED = 0


def measure() -> Table:
    """Seconds until each recipe has a peer's final test accuracy."""
    recipes = {  # model, batch size, epochs
        "Dive into Deep Learning, LeNet": (_lenet(), 128, 10),
        "keras.io, simple convnet": (_convnet(), 128, 15),
        QUICK: (_ours(2), 100, 2),
        LONG: (_ours(5), 100, 5),
    }
    curves = _race(recipes, *_data())
    lenet, convnet = (curve[-1] for curve in itertools.islice(curves.values(), 2))
    made = table(
        f"Fashion-MNIST on {keras.backend.backend()}, one thread, CPU seconds",
        *("recipe", "epochs", "seconds", "accuracy"),
        *(f"to {lenet[1]:.3f}", f"to {convnet[1]:.3f}", "of keras.io's"),
        caption="seconds of training until the final accuracy of either peer; "
        f"✓: at most {SHARE} of keras.io's seconds, or {ACCURACY} in {SECONDS} s",
    )
    for name, curve in curves.items():
        seconds, accuracy = curve[-1]
        cells = [str(len(curve)), f"{seconds:.0f}", f"{accuracy:.4f}"]
        reached = [_seconds_to(peer[1], curve) for peer in (lenet, convnet)]
        cells += ["never" if s is None else f"{s:.0f}" for s in reached]
        share = reached[1] and reached[1] / convnet[0]
        cells.append(f"{share:.3f}" if share else "")
        if name == QUICK:
            cells[-1] += " " + verdict(share or np.inf, SHARE)
        if name == LONG:
            cells[2] += " " + verdict(_seconds_to(ACCURACY, curve) or np.inf, SECONDS)
        made.add_row(name, *cells)
    return made


def _data():
    (x_train, y_train), (x_test, y_test) = load_fashion_mnist()
    scale = np.float32(1 / 255)
    return x_train[..., None] * scale, y_train, x_test[..., None] * scale, y_test


def _race(recipes, x_train, y_train, x_test, y_test):
    """Seconds of training so far and test accuracy, after each epoch of each recipe."""
    curves = {name: [] for name in recipes}

    def done(name):
        return len(curves[name]) / recipes[name][-1]

    epochs_of_all = sum(epochs for *_, epochs in recipes.values())
    bar = tqdm(total=epochs_of_all, unit="epoch", leave=False, disable=None)
    while done(name := min(curves, key=done)) < 1:
        bar.set_description(name)
        (model, batch_size, _), curve = recipes[name], curves[name]
        epochs = {"initial_epoch": len(curve), "epochs": len(curve) + 1}
        start = time.process_time()  # the first epoch pays for compiling
        model.fit(x_train, y_train, batch_size, verbose=0, **epochs)
        seconds = time.process_time() - start + (curve[-1][0] if curve else 0)
        answers = [model(x, training=False) for x in np.split(x_test, 10)]
        answers = np.concatenate([keras.ops.convert_to_numpy(a) for a in answers])
        curve.append((seconds, np.mean(answers.argmax(axis=1) == y_test)))
        bar.update()
    bar.close()
    return curves


def _seconds_to(accuracy, curve):
    return next((s for s, reached in curve if reached >= accuracy), None)


def _lenet():
    # Zhang et al., Dive into Deep Learning, section "LeNet" (2021).
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="sigmoid"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="sigmoid"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="sigmoid"),
            layers.Dense(84, activation="sigmoid"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    return model


def _convnet():
    # Chollet, Simple MNIST convnet, keras.io (2015). It holds back a tenth for
    # validation; here it may learn from all pictures, too.
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def _ours(epochs, batch_size=100, maps=16):
    keras.utils.set_random_seed(SEED)
    lab = _functions(LAB)
    model = lab["fast"](maps)
    cycle = lab["one_cycle"](60_000 // batch_size * epochs)
    model.compile(cycle, "sparse_categorical_crossentropy")
    return model


def _functions(path):
    """The functions that a lab defines, without running the lab."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    names = {"keras": keras, "layers": layers}
    exec(compile(tree, path, "exec"), names)
    return names
