import datetime as dt
import json

import pytest

from dlkeras.workbook.catalog import find_lab
from dlkeras.workbook.proofs import merge_proofs, proven, read_proofs
from dlkeras.workbook.running import Outcome, Run

VERSIONS = {"python": "3.13.0", "keras": "3.15.0"}


def run(name, seed=0, status="held", backend="jax", seconds=2.0):
    claims = [{"kind": "claim", "holds": True}] * 3
    outcome = Outcome(status, seconds, 100.4 + seed, claims, VERSIONS)
    return Run(find_lab(name), backend, seed, outcome)


def test_runs_that_held_are_proofs(labs, tmp_path):
    file = tmp_path / "new" / "proofs.json"
    runs = [run("sums", seed, seconds=s) for seed, s in enumerate((1.0, 9.04, 5.0))]
    merge_proofs(file, runs, range(3))
    assert read_proofs(file) == {
        "sums": {
            "jax": {
                "code_hash": find_lab("sums").code_hash(),
                "seeds": [0, 1, 2],
                "seconds": 5.0,
                "peak_mb": 102,
                "claims": 3,
                "versions": VERSIONS,
                "date": dt.datetime.now(dt.UTC).date().isoformat(),
            }
        }
    }
    assert [path.name for path in file.parent.iterdir()] == ["proofs.json"]


def test_other_labs_and_backends_stay(labs, tmp_path):
    file = tmp_path / "proofs.json"
    merge_proofs(file, [run("sums"), run("counting")], [0])
    merge_proofs(file, [run("sums", backend="torch")], [0])
    proofs = read_proofs(file)
    assert {lab: list(entries) for lab, entries in proofs.items()} == {
        "counting": ["jax"],
        "sums": ["jax", "torch"],
    }


@pytest.mark.parametrize("status", ["failed", "timed out"])
def test_lab_that_failed_loses_its_proof(labs, tmp_path, status):
    file = tmp_path / "proofs.json"
    merge_proofs(file, [run("sums"), run("counting")], [0])
    merge_proofs(file, [run("sums"), run("sums", 1, status)], [0, 1])
    assert list(read_proofs(file)) == ["counting"]


def test_interrupted_lab_keeps_what_it_had(labs, tmp_path):
    file = tmp_path / "proofs.json"
    merge_proofs(file, [run("sums")], [0])
    before = file.read_text()
    merge_proofs(file, [run("sums"), run("sums", 1, "interrupted")], [0, 1])
    merge_proofs(file, [run("sums")], [0, 1])  # the other seed never ran
    assert file.read_text() == before


def test_proof_is_about_the_code_that_ran(labs, tmp_path):
    file = tmp_path / "proofs.json"
    merge_proofs(file, [run("beyond")], [0])
    lab = find_lab("beyond")
    assert list(proven(read_proofs(file), lab)) == ["jax"]
    lab.path.write_text(lab.path.read_text().replace("x = 1", "x = 2"))
    assert proven(read_proofs(file), lab) == {}
    assert proven(read_proofs(file), find_lab("sums")) == {}


@pytest.mark.parametrize("text", ["", "[1]", '{"a": 1}'])
def test_other_file_is_not_overwritten(labs, tmp_path, text):
    file = tmp_path / "notes.json"
    file.write_text(text)
    with pytest.raises(ValueError, match="is no record of runs"):
        merge_proofs(file, [run("sums")], [0])
    assert file.read_text() == text


def test_absent_file_has_no_proofs(tmp_path):
    assert read_proofs(tmp_path / "none.json") == {}


def test_file_is_sorted_and_ends_with_a_line(labs, tmp_path):
    file = tmp_path / "proofs.json"
    merge_proofs(file, [run("sums"), run("beyond")], [0])
    assert list(json.loads(file.read_text())) == ["beyond", "sums"]
    assert file.read_text().endswith("}\n")
