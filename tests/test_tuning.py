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


@pytest.mark.parametrize("name", ["chief", "worker 2"])
def test_who_fails_is_named_and_the_others_are_stopped(name, tmp_path, monkeypatch):
    python = tmp_path / "python"
    python.write_text(
        f"#!{sys.executable}\n"
        "import os, sys, time\n"
        f"if os.environ['KERASTUNER_TUNER_ID'] == {name!r}:\n"
        "    sys.exit(1)\n"
        "time.sleep(600)\n"
    )
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(click.ClickException, match=f"{name} failed; its error"):
        tuning.spread(3, [])


def test_a_folder_that_cannot_be_made_ends_the_search(tmp_path):
    file = tmp_path / "file"
    file.write_text("no folder")
    with pytest.raises(click.ClickException, match="failed; its error"):
        tuning.spread(1, ["--directory", str(file / "search")])


def _search(tmp_path, *options):
    """The lines that a search prints: its trials, and the best."""
    command = [sys.executable, "-m", "dlkeras.tuning", "--epochs", "1"]
    threads = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"}
    done = subprocess.run(
        [*command, "--directory", str(tmp_path), *options],
        env={**os.environ, **threads, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    *trials, last = done.stdout.splitlines()
    return trials, last


def _accuracy(line):
    return float(line.rpartition("accuracy ")[2].removesuffix(" %"))


def test_search_in_one_process(tmp_path):
    trials, last = _search(tmp_path, "--trials", "1")
    assert last == trials[-1].replace("tuner0", "best of 1")


def test_two_workers_search_together(tmp_path):
    trials, last = _search(tmp_path, "--workers", "2", "--trials", "8")
    assert len(trials) == 8
    assert {line.partition(":")[0] for line in trials} == {"worker 1", "worker 2"}
    assert last.startswith("best of 8: ")
    assert last.endswith(max(trials, key=_accuracy).rpartition(": ")[2])
