"""A search for hyperparameters, in one process or spread over several.

``python -m dlkeras.tuning --workers 2`` starts KerasTuner's chief, which chooses
what to try, and two workers, which train; ``--help`` says how to use more machines.
"""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import click


def build(hp):
    """A network from the space of the lab *Hyperparameter tuning*, compiled.

    Args:
        hp: KerasTuner's `HyperParameters`: asked for a `rate`, a `width` and a
            `momentum`.
    """
    import keras

    hidden = keras.layers.Dense(hp.Choice("width", [4, 8, 16, 32, 64]), "relu")
    model = keras.Sequential(
        [keras.Input((784,)), hidden, keras.layers.Dense(10, "softmax")]
    )
    rate = hp.Float("rate", 0.001, 10.0, sampling="log")
    momentum = hp.Choice("momentum", [0.0, 0.5, 0.9])
    model.compile(
        keras.optimizers.SGD(rate, momentum=momentum),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def search(trials: int, epochs: int, directory: Path) -> None:
    """Search in this process: alone, as chief or as worker, as the variables say.

    Args:
        trials: How many networks are trained, by all processes together.
        epochs: For how long each is trained.
        directory: Where KerasTuner writes; shared by all processes. A search
            that was interrupted goes on from there.
    """
    import keras_tuner as kt

    from dlkeras.datasets import load_mnist_5k

    class Search(kt.RandomSearch):
        def on_trial_end(self, trial):
            super().on_trial_end(trial)
            values = trial.hyperparameters.values
            chosen = ", ".join(f"{name} {value:.3g}" for name, value in values.items())
            score = self.oracle.get_trial(trial.trial_id).score
            click.echo(f"{self.tuner_id}: {chosen}: accuracy {100 * score:.1f} %")

    (x, y), _ = load_mnist_5k()
    tuner = Search(build, "val_accuracy", trials, seed=0, directory=directory)
    x = x.reshape(-1, 784) / 255
    tuner.search(x, y, validation_split=0.2, epochs=epochs, verbose=0)


def spread(workers: int, arguments: list[str]) -> None:
    """Start a chief and workers on this machine, and wait for them.

    Args:
        workers: How many processes train.
        arguments: What each is started with, after ``python -m dlkeras.tuning``.

    Raises:
        click.ClickException: If one of them fails.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = {"KERASTUNER_ORACLE_IP": "127.0.0.1", "KERASTUNER_ORACLE_PORT": port}
    command = [sys.executable, "-m", "dlkeras.tuning", *arguments]
    processes = {
        name: subprocess.Popen(
            command, env={**os.environ, **address, "KERASTUNER_TUNER_ID": name}
        )
        for name in ("chief", *(f"worker {n}" for n in range(1, workers + 1)))
    }
    try:
        # The chief ends long after its workers, unless it fails: then they would
        # wait for it for ever.
        while any(p.poll() is None for name, p in processes.items() if name != "chief"):
            time.sleep(0.2)
            _check(processes)
        _check(processes)
    finally:
        for process in processes.values():
            process.terminate()
            process.wait()


def _check(processes: dict[str, subprocess.Popen]) -> None:
    for name, process in processes.items():
        if process.poll():
            raise click.ClickException(f"{name} failed; its error stands above")


@click.command()
@click.option("--trials", type=click.IntRange(1), default=20, show_default=True)
@click.option("--epochs", type=click.IntRange(1), default=5, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Start a chief and so many workers; without it, search in this process.",
)
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("search"),
    show_default=True,
    help="Results; a search that was interrupted goes on from here.",
)
def main(trials: int, epochs: int, workers: int | None, directory: Path) -> None:
    """Search for the rate, width and momentum of a small network on digits.

    On several machines, start one process of this command on each, without
    --workers, and with a folder that all share. Three variables tell each its part:
    KERASTUNER_TUNER_ID, which is chief for one of them and another name for each of
    the others, KERASTUNER_ORACLE_IP and KERASTUNER_ORACLE_PORT, where the chief
    listens.
    """
    if workers is None:
        search(trials, epochs, directory)
    else:
        options = {"trials": trials, "epochs": epochs, "directory": directory}
        spread(workers, [f"--{name}={value}" for name, value in options.items()])
    if "KERASTUNER_TUNER_ID" not in os.environ:  # not one of several processes
        click.echo(best(directory))


def best(directory: Path) -> str:
    """The best trial that a search has left in its folder, in words.

    It reads KerasTuner's files: only the chief has all trials in memory.

    Raises:
        click.ClickException: If no trial has a score.
    """
    trials = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in directory.glob("*/trial_*/trial.json")
    ]
    scored = [trial for trial in trials if trial["score"] is not None]
    if not scored:
        raise click.ClickException(f"in {directory}, no trial has ended with a score")
    top = max(scored, key=lambda trial: trial["score"])
    values = top["hyperparameters"]["values"]
    chosen = ", ".join(f"{name} {value:.3g}" for name, value in values.items())
    return f"best of {len(scored)}: {chosen}: accuracy {100 * top['score']:.1f} %"


if __name__ == "__main__":
    main()
