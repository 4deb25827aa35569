"""The NumPy network against Keras: one epoch, same start, same batches."""

import keras
from rich.table import Table

from dlkeras.datasets import load_digits
from dlkeras.scratch import MLP
from tests.bench.report import medians, table

REPEATS = 7
BATCH_SIZE, RATE = 32, 0.05


def measure() -> Table:
    """Epochs over the 8×8 digits, for a narrow and a wide hidden layer."""
    (x, y), _ = load_digits()
    x = (x.reshape(len(x), -1) / 16).astype("float32")
    name = keras.backend.backend()
    made = table(
        f"One training epoch: NumPy against Keras on {name}",
        *(
            "network",
            "samples",
            "NumPy ms",
            "Keras ms",
            "Keras / NumPy",
            "losses differ",
        ),
        caption=f"batches of {BATCH_SIZE}, float32, median of {REPEATS} epochs",
    )
    for units in (32, 512):
        sizes = [64, units, 10]
        ours, theirs = MLP(sizes, dtype="float32"), _keras(sizes)
        theirs.set_weights(ours.get_weights())

        def numpy_epoch(ours=ours):
            for i in range(0, len(x), BATCH_SIZE):
                ours.train_step(x[i : i + BATCH_SIZE], y[i : i + BATCH_SIZE], RATE)

        def keras_epoch(theirs=theirs):
            theirs.fit(x, y, batch_size=BATCH_SIZE, shuffle=False, verbose=0)

        seconds = medians([numpy_epoch, keras_epoch], REPEATS, warmup=1)
        gap = abs(ours.backward(x, y) - theirs.evaluate(x, y, verbose=0))
        ratio = f"{seconds[1] / seconds[0]:.1f}"
        cells = [f"{1000 * s:.0f}" for s in seconds]
        made.add_row(
            " → ".join(map(str, sizes)), str(len(x)), *cells, ratio, f"{gap:.0e}"
        )
    return made


def _keras(sizes):
    model = keras.Sequential(
        [
            keras.Input(sizes[:1]),
            keras.layers.Dense(sizes[1], activation="relu"),
            keras.layers.Dense(sizes[2]),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.SGD(RATE), loss=loss)
    return model
