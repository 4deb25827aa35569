"""Exercises on a page: their state, and a solution to unfold."""

import re

from docutils import nodes
from sphinx.util import logging

from dlkeras.workbook.exercise import exercise
from labsite.markup import element

logger = logging.getLogger(__name__)

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


def solution(exercise_id: str, where: nodes.Node) -> nodes.Node | None:
    """The solution of an exercise, folded; a warning if there is none."""
    try:
        code = exercise(exercise_id).solution_source()
    except KeyError as error:
        logger.warning("%s", error.args[0], location=where)
        return None
    name = exercise_id.rpartition("/")[2]
    details = element(
        "details",
        element("summary", "Solution: ", element("code", exercise_id)),
        nodes.literal_block(code, code, language="python"),
        class_="solution",
    )
    details["ids"] = [f"solution-{name}"]
    return details
