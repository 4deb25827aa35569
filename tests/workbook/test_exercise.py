import sys
import types

import numpy as np
import pytest

from dlkeras.workbook import NotTried, Wrong, exercise, record
from dlkeras.workbook.exercise import (
    Exercise,
    as_array,
    as_parts,
    attempt,
    exercises_of,
    is_close,
)


class Half(Exercise):
    """A function that halves."""

    name = "half"
    lab = "tiny"

    def grade(self, answer):
        for x in (2.0, 5.0):
            got = attempt(answer, x)
            if not is_close(got, x / 2):
                raise Wrong(f"for {x} expected {x / 2}, got {got}", "Divide by 2.")

    def solution(self):
        """This line is no part of what a reader would write."""
        # Two halves make a whole.

        def half(x):
            return x / 2

        return half


@pytest.fixture
def entries(tmp_path, monkeypatch):
    path = tmp_path / "record.jsonl"
    monkeypatch.setenv("DLKERAS_RECORD", str(path))
    return lambda: [
        (entry["id"], entry["result"], entry["message"], entry["hint"])
        for entry in record.read(path)
    ]


def test_right_answer(entries, capsys):
    assert Half().check(lambda x: x / 2)
    assert capsys.readouterr().out == "✓ Exercise tiny/half: right.\n"
    assert entries() == [("tiny/half", "right", "", "")]


def test_wrong_answer_gets_a_message_and_a_hint(entries, capsys):
    assert not Half().check(lambda x: x * 2)
    message = "for 2.0 expected 1.0, got 4.0"
    assert capsys.readouterr().out == (
        f"✗ Exercise tiny/half: {message}\n  Hint: Divide by 2.\n"
    )
    assert entries() == [("tiny/half", "wrong", message, "Divide by 2.")]


@pytest.mark.parametrize("answer", [..., None, lambda x: ..., lambda x: None])
def test_untouched_exercise_is_no_mistake(entries, capsys, answer):
    assert not Half().check(answer)
    assert capsys.readouterr().out.startswith("○ Exercise tiny/half: not tried yet.")
    assert entries() == [("tiny/half", "not tried", "", "")]


def test_broken_answer_is_wrong_not_a_crash(capsys):
    assert not Half().check(lambda x: 1 / 0)
    said = capsys.readouterr().out
    assert "your code raised ZeroDivisionError: division by zero" in said
    assert "Hint: Run your function" in said


def test_answer_that_the_checker_does_not_expect_is_wrong_not_a_crash(capsys):
    class Strict(Half):
        def grade(self, answer):
            return answer.weights[0]

    assert not Strict().check("half")
    assert "'half' could not be checked (AttributeError: " in capsys.readouterr().out


def test_solution_is_shown_without_docstring_and_return():
    assert Half().solution_source() == (
        "# Two halves make a whole.\n\ndef half(x):\n    return x / 2"
    )


def test_solution_of_one_line():
    class Nand(Half):
        def solution(self):
            nand = (-1, -1, 1.5)
            return nand

    assert Nand().solution_source() == "nand = (-1, -1, 1.5)"


def test_exercise_is_found_by_its_id():
    assert exercise("perceptron/nand").id == "perceptron/nand"


@pytest.mark.parametrize("wrong", ["perceptron/nend", "percepton/nand", "perceptron"])
def test_unknown_exercise_names_the_nearest(wrong):
    with pytest.raises(KeyError, match="Did you mean 'perceptron/"):
        exercise(wrong)


def test_exercises_of_a_lab_are_its_own(monkeypatch):
    module = types.ModuleType("dlkeras.workbook.exercises.tiny")
    own = type("Own", (Half,), {"name": "own", "__module__": module.__name__})
    module.Half, module.Own, module.Exercise = Half, own, Exercise
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert [one.id for one in exercises_of("tiny")] == ["tiny/own"]


def test_attempt_wants_a_function():
    with pytest.raises(Wrong, match="expected a function, got 3"):
        attempt(3)
    with pytest.raises(NotTried):
        attempt(lambda: None)
    assert attempt(lambda a, b: a + b, 1, 2) == 3


def test_parts_are_counted():
    told = ("the pair (w, b)", "End with: return w, b.")
    assert as_parts((1, 2), 2, *told) == as_parts([1, 2], 2, *told) == [1, 2]
    for answer in (1, (1, 2, 3), "wb", {1: 2, 3: 4}):
        with pytest.raises(Wrong, match=r"expected the pair \(w, b\), got ") as wrong:
            as_parts(answer, 2, *told)
        assert wrong.value.hint == told[1]
    with pytest.raises(NotTried):
        as_parts((1, ...), 2, *told)


def test_arrays_of_any_kind_are_understood():
    assert as_array([1, 2]).tolist() == [1.0, 2.0]
    assert as_array(np.float32(3)).shape == ()
    with pytest.raises(Wrong, match="expected numbers, got 'three'"):
        as_array("three")


@pytest.mark.backend
def test_tensors_are_understood():
    import keras

    assert as_array(keras.ops.ones((2,))).tolist() == [1.0, 1.0]
    assert as_array(keras.Variable([1.0, 2.0])).tolist() == [1.0, 2.0]


def test_pytorch_tensors_are_understood():
    torch = pytest.importorskip("torch")
    assert as_array(torch.ones(2, requires_grad=True)).tolist() == [1.0, 1.0]


def test_close_means_shape_and_values():
    assert is_close([1, 2 + 1e-9], [1, 2])
    assert not is_close([1, 2.1], [1, 2])
    assert not is_close([[1, 2]], [1, 2])
    assert is_close(2.1, 2, tol=0.1)
