"""Exercises on a page: their state, and a solution to unfold."""

import re

from docutils import nodes
from dlkeras.workbook.exercise import exercise
from labsite.markup import element

CHECK = re.compile(r"""exercise\(\s*["']([\w/]+)["']\s*,?\s*\)\s*\.check\(""")
NOT_TRIED = re.compile(r"○ Exercise ([\w/]+): not tried yet\.")


def exercise_note(exercise_id: str) -> nodes.Node:
    """What stands where an untried exercise would answer."""
    name = exercise_id.rpartition("/")[2]
    note = element(
        "p",
        element("span", "Your turn.", class_="exercise-mark"),
        " In the notebook and in the script, this cell checks your answer and "
        "gives a hint.",
        class_="exercise",
    )
    note["ids"] = [f"exercise-{name}"]
    return note


def solution(exercise_id: str) -> nodes.Node:
    """The solution of an exercise, folded."""
    code = exercise(exercise_id).solution_source()
    name = exercise_id.rpartition("/")[2]
    details = element(
        "details",
        element("summary", "Solution: ", element("code", exercise_id)),
        nodes.literal_block(code, code, language="python"),
        class_="solution",
    )
    details["ids"] = [f"solution-{name}"]
    return details
