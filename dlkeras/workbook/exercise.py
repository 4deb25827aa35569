"""Exercises that answer back."""

import ast
import difflib
import importlib
import inspect
import pkgutil
import reprlib
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np

from dlkeras.workbook import record


class NotTried(Exception):  # noqa: N818 - not an error
    """The answer still holds its `...`."""


class Wrong(Exception):  # noqa: N818 - not an error
    """An answer that is not right yet.

    Args:
        message: What was expected for which input, and what came.
        hint: A nudge that fits the mistake.
    """

    def __init__(self, message: str, hint: str):
        super().__init__(message)
        self.message = message
        self.hint = hint


class Exercise:
    """One exercise of a lab: its checker, its solution, its wrong answers.

    Subclasses live in `dlkeras.workbook.exercises`, one module a lab, and
    define:

    - `name`: what stands behind the slash of the exercise's id.
    - `grade(answer)`: returns if the answer is right, raises `Wrong` with a
      hint that fits the mistake if not, `NotTried` if nothing was tried.
    - `solution()`: the code that the site unfolds. Its body is what a reader
      would write, and its last line returns the answer.
    - `wrong_answers()`: at least two plausible mistakes, each a pair of the
      answer and a piece of the hint that it must draw.
    """

    name: str
    lab: str = ""  # set when the exercise is loaded

    @property
    def id(self) -> str:
        """The exercise's id, for example `"perceptron/nand"`."""
        return f"{self.lab}/{self.name}"

    def grade(self, answer: Any) -> None:
        """Return if `answer` is right; raise `Wrong` or `NotTried` if not."""
        raise NotImplementedError

    def solution(self) -> Any:
        """Return a right answer."""
        raise NotImplementedError

    def wrong_answers(self) -> list[tuple[Any, str]]:
        """Pairs of a wrong answer and a part of the hint it must draw."""
        raise NotImplementedError

    def solution_source(self) -> str:
        """Source of the solution, as a reader would write it in the lab."""
        source = textwrap.dedent(inspect.getsource(type(self).solution))
        function = ast.parse(source).body[0]
        start = function.lineno
        if ast.get_docstring(function) is not None:
            start = function.body[0].end_lineno
        end = function.body[-1].lineno - 1  # the last statement returns the answer
        return textwrap.dedent("\n".join(source.splitlines()[start:end])).strip()

    def check(self, answer: Any) -> bool:
        """Grade an answer, print what there is to say, and record it.

        Args:
            answer: The reader's function, class or value.

        Returns:
            Whether the answer is right.
        """
        try:
            if answer is None or answer is Ellipsis:
                raise NotTried
            self._grade_anything(answer)
        except NotTried:
            result, message, hint = "not tried", "", ""
            print(
                f"○ Exercise {self.id}: not tried yet. Put your code where ... stands."
            )
        except Wrong as wrong:
            result, message, hint = "wrong", wrong.message, wrong.hint
            print(f"✗ Exercise {self.id}: {message}\n  Hint: {hint}")
        else:
            result, message, hint = "right", "", ""
            print(f"✓ Exercise {self.id}: right.")
        record.write("exercise", id=self.id, result=result, message=message, hint=hint)
        return result == "right"

    def _grade_anything(self, answer: Any) -> None:
        # An answer of a kind that no checker expects must not end the script:
        # the exercises after it want their check, too.
        try:
            self.grade(answer)
        except (NotTried, Wrong):
            raise
        except Exception as error:
            raise Wrong(
                f"{reprlib.repr(answer)} could not be checked "
                f"({type(error).__name__}: {error})",
                "Compare the kind and shape of your answer with what the text asks.",
            ) from error


def exercise(exercise_id: str) -> Exercise:
    """The exercise of that id, ready to check an answer.

    Args:
        exercise_id: Lab and name, for example `"perceptron/nand"`.

    Raises:
        KeyError: If there is no such exercise; the nearest ids are named.

    >>> exercise("perceptron/nand").check(...)
    ○ Exercise perceptron/nand: not tried yet. Put your code where ... stands.
    False
    """
    lab, _, name = exercise_id.partition("/")
    if lab in _labs_with_exercises():
        for candidate in exercises_of(lab):
            if candidate.name == name:
                return candidate
    known = [
        e.id for known_lab in _labs_with_exercises() for e in exercises_of(known_lab)
    ]
    near = difflib.get_close_matches(exercise_id, known, n=3, cutoff=0.4)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    raise KeyError(f"There is no exercise {exercise_id!r}.{hint}")


def exercises_of(lab: str) -> list[Exercise]:
    """The exercises of a lab, in the order of their module."""
    module = importlib.import_module(f"dlkeras.workbook.exercises.{lab}")
    found = []
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, Exercise)
            and value.__module__ == module.__name__
        ):
            one = value()
            one.lab = lab
            found.append(one)
    return found


def _labs_with_exercises() -> list[str]:
    package = importlib.import_module("dlkeras.workbook.exercises")
    names = (module.name for module in pkgutil.iter_modules(package.__path__))
    return sorted(name for name in names if not name.startswith("_"))


# What checkers share: calling a reader's function, comparing numbers.


def attempt(function: Callable, *args: Any) -> Any:
    """Call a reader's function; tell untried from broken.

    Args:
        function: What the reader wrote.
        *args: What to call it with.

    Returns:
        What the function returned.

    Raises:
        NotTried: If it returned None or `...`, as an untouched body does.
        Wrong: If it is no function, or raised.
    """
    if not callable(function):
        raise Wrong(
            f"expected a function, got {function!r}",
            "Pass the function itself, without calling it.",
        )
    try:
        result = function(*args)
    except Exception as error:
        raise Wrong(
            f"your code raised {type(error).__name__}: {error}",
            "Run your function on a small input and read the last line of the error.",
        ) from error
    if result is None or result is Ellipsis:
        raise NotTried
    return result


def as_parts(result: Any, count: int, expected: str, hint: str) -> list[Any]:
    """What a reader's function returned, as so many parts.

    Args:
        result: What it returned.
        count: How many parts it must have.
        expected: What they are, for the message: "the pair (w, b)".
        hint: How to return them.

    Raises:
        NotTried: If a part is None or `...`.
        Wrong: If it is no tuple or list of that length.
    """
    if not isinstance(result, tuple | list) or len(result) != count:
        raise Wrong(f"expected {expected}, got {reprlib.repr(result)}", hint)
    if any(part is None or part is Ellipsis for part in result):
        raise NotTried
    return list(result)


def as_array(value: Any) -> np.ndarray:
    """A reader's number, list, array or tensor as a NumPy array of floats.

    Raises:
        Wrong: If it cannot be one.
    """
    try:
        if type(value).__module__.split(".")[0] in {
            "tensorflow",
            "torch",
            "jaxlib",
            "keras",
        }:
            import keras

            if hasattr(value, "detach"):  # a PyTorch tensor, maybe with a gradient
                value = value.detach().cpu()
            value = keras.ops.convert_to_numpy(value)
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError) as error:
        raise Wrong(
            f"expected numbers, got {value!r}", "Return a number or an array."
        ) from error


def is_close(value: Any, expected: Any, tol: float = 1e-6) -> bool:
    """Whether a reader's result has the expected shape and values."""
    value, expected = as_array(value), np.asarray(expected, dtype=float)
    return value.shape == expected.shape and bool(
        np.allclose(value, expected, rtol=tol, atol=tol)
    )
