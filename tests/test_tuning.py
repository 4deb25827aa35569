import json
import os
import subprocess
import sys

import click
import keras_tuner
import pytest
from click.testing import CliRunner

from dlkeras import tuning


@pytest.mark.parametrize("option", ["--trials", "--epochs", "--workers"])
def test_numbers_are_checked(option):
    result = CliRunner().invoke(tuning.main, [option, "0"])
    assert result.exit_code == 2
    assert "0 is not in the range x>=1" in result.output


def test_build_asks_for_three_values():
    values = keras_tuner.HyperParameters()
    model = tuning.build(values)
    assert set(values.values) == {"rate", "width", "momentum"}
    assert model.output_shape == (None, 10)
    assert model.layers[0].units == values.get("width")
    assert float(model.optimizer.learning_rate) == pytest.approx(values.get("rate"))
    assert model.optimizer.momentum == values.get("momentum")


def test_best_takes_the_highest_score_and_skips_unfinished_trials(tmp_path):
    for number, score in enumerate((0.25, 0.75, None, 0.5)):
        folder = tmp_path / "project" / f"trial_{number}"
        folder.mkdir(parents=True)
        trial = {"score": score, "hyperparameters": {"values": {"rate": number}}}
        (folder / "trial.json").write_text(json.dumps(trial))
    assert tuning.best(tmp_path) == "best of 3: rate 1: accuracy 75.0 %"


def test_no_trial_has_ended(tmp_path):
    with pytest.raises(click.ClickException, match="no trial has ended"):
        tuning.best(tmp_path)


def test_a_file_is_no_folder(tmp_path):
    file = tmp_path / "file"
    file.write_text("no folder")
    result = CliRunner().invoke(tuning.main, ["--directory", str(file)])
    assert result.exit_code == 2
    assert "is a file" in result.output


def test_a_worker_that_fails_is_named():
    with pytest.raises(click.ClickException, match="worker 1 failed"):
        tuning.spread(1, ["--epochs", "few"])


def test_two_workers_search_together(tmp_path):
    command = [sys.executable, "-m", "dlkeras.tuning", "--workers", "2"]
    options = ["--trials", "8", "--epochs", "1", "--directory", str(tmp_path)]
    threads = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"}
    done = subprocess.run(
        [*command, *options],
        env={**os.environ, **threads, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    *trials, last = done.stdout.splitlines()
    assert len(trials) == 8
    assert {line.partition(":")[0] for line in trials} == {"worker 1", "worker 2"}
    assert last.startswith("best of 8: ")
    assert last.endswith(max(trials, key=_accuracy).rpartition(": ")[2])


def _accuracy(line):
    return float(line.rpartition("accuracy ")[2].removesuffix(" %"))
