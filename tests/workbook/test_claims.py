import math
import subprocess
import sys

import numpy as np
import pytest

from dlkeras.workbook import ClaimError, claim, record
from dlkeras.workbook.claims import number


@pytest.fixture
def entries(tmp_path, monkeypatch):
    path = tmp_path / "record.jsonl"
    monkeypatch.setenv("DLKERAS_RECORD", str(path))
    return lambda: record.read(path)


@pytest.mark.parametrize(
    ("value", "bound", "printed"),
    [
        (0.75, {"at_most": 0.75}, "0.75 (at most 0.75)"),
        (0.75, {"at_least": 0.75}, "0.75 (at least 0.75)"),
        (0.5, {"at_least": 0, "at_most": 1}, "0.5 (0 to 1)"),
        (0.51, {"close_to": 0.5, "tol": 0.05}, "0.51 (0.5 ± 0.05)"),
        (1, {"close_to": 1, "tol": 0}, "1 (1 ± 0)"),
        (12345.6, {"at_least": 1000, "unit": "steps"}, "12,346 steps (at least 1,000)"),
        (math.inf, {"at_least": 1e6}, "inf (at least 1,000,000)"),
        (np.float32(0.5), {"at_least": 0}, "0.5 (at least 0)"),
        (np.array(2), {"at_least": 0}, "2 (at least 0)"),
    ],
)
def test_claim_that_holds_prints_one_line(capsys, value, bound, printed):
    assert claim("It is so", value, **bound) == float(value)
    assert capsys.readouterr().out == f"✓ Claim: It is so: {printed}\n"


@pytest.mark.parametrize(
    ("value", "bound"),
    [
        (0.76, {"at_most": 0.75}),
        (0.74, {"at_least": 0.75}),
        (1.01, {"at_least": 0, "at_most": 1}),
        (-0.01, {"at_least": 0, "at_most": 1}),
        (0.56, {"close_to": 0.5, "tol": 0.05}),
        (0.44, {"close_to": 0.5, "tol": 0.05}),
        (math.nan, {"at_most": 1}),
        (math.nan, {"close_to": 1, "tol": math.inf}),
        (-math.inf, {"at_least": 0}),
    ],
)
def test_claim_that_fails_names_both_numbers(entries, capsys, value, bound):
    with pytest.raises(ClaimError, match="does not hold: It is so: ") as caught:
        claim("It is so", value, **bound)
    assert number(value) in str(caught.value)
    assert capsys.readouterr().out == ""
    (entry,) = entries()
    assert entry["holds"] is False


def test_claim_records_what_it_measured(entries, monkeypatch):
    monkeypatch.setenv("DLKERAS_SEED", "3")
    monkeypatch.setenv("DLKERAS_LAB", "tiny")
    claim("It is so", 0.75, at_most=0.8, unit="points", idea="4.2")
    (entry,) = entries()
    assert entry.pop("backend") in (None, "tensorflow", "jax", "torch")
    assert entry == {
        "kind": "claim",
        "lab": "tiny",
        "statement": "It is so",
        "value": 0.75,
        "bound": "at most 0.8",
        "unit": "points",
        "idea": "4.2",
        "holds": True,
        "seed": 3,
    }


@pytest.mark.parametrize(
    ("statement", "bound", "message"),
    [
        (" ", {"at_most": 1}, "needs a statement"),
        ("S", {}, "needs a bound"),
        ("S", {"close_to": 1}, "go together"),
        ("S", {"tol": 1}, "go together"),
        ("S", {"close_to": 1, "tol": -1}, "at least 0"),
        ("S", {"close_to": 1, "tol": math.nan}, "at least 0"),
        ("S", {"close_to": 1, "tol": 1, "at_most": 2}, "without other bounds"),
        ("S", {"at_least": 2, "at_most": 1}, "lies above"),
        ("S", {"at_most": 1, "idea": "11.1"}, "a topic and a number"),
        ("S", {"at_most": 1, "idea": "1.6"}, "a topic and a number"),
    ],
)
def test_claim_without_sense_is_refused(entries, statement, bound, message):
    with pytest.raises(ValueError, match=message):
        claim(statement, 0.5, **bound)
    assert entries() == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.5149, "0.515"),
        (-0.5, "-0.5"),
        (3e-7, "3e-07"),
        (999.4, "999"),
        (999.6, "1,000"),
        (-1234.5, "-1,234"),
        (123456789, "123,456,789"),
        (1.5e30, "1.5e+30"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_numbers_read_well(value, text):
    assert number(value) == text


def test_claim_needs_no_keras():
    script = (
        "import sys; from dlkeras.workbook import claim; claim('S', 1, at_least=0); "
        "assert 'keras' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
