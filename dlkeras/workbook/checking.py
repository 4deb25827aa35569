"""A reader's file, run to see which of its exercises are right."""

import ast
import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dlkeras.workbook.running import Outcome, run_script

_EXERCISE = re.compile(
    r"""^[^#\n]*\bexercise\(\s*["']([\w/.-]+)["']""", flags=re.MULTILINE
)
_MAGIC = re.compile(r"^([ \t]*)([%!].*|.*\?)$", flags=re.MULTILINE)
_KEPT_CELL_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")


@dataclass(frozen=True)
class Answer:
    """How an exercise stands.

    Attributes:
        id: The exercise, for example `"perceptron/nand"`.
        result: `"right"`, `"wrong"`, `"not tried"`, or `"not reached"` if the
            file ended before.
        message: If wrong: what was expected, and what came.
        hint: If wrong: a nudge.
    """

    id: str
    result: str
    message: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Report:
    """What checking a file found: its answers, and how the file itself ran."""

    answers: list[Answer]
    outcome: Outcome

    @property
    def ok(self) -> bool:
        """Whether the file ran to its end with no answer wrong."""
        return self.outcome.ok and all(a.result != "wrong" for a in self.answers)


def check_file(path: Path, timeout: float | None = None) -> Report:
    """Run a script or a notebook, and gather what its exercises answer.

    Args:
        path: The reader's `.py` or `.ipynb`.
        timeout: After how many seconds to give up.

    Raises:
        ValueError: If it is neither, or has no exercises.
    """
    source = source_of(path)
    expected = list(dict.fromkeys(_EXERCISE.findall(source)))
    if not expected:
        raise ValueError(f"{path} has no exercises")
    with tempfile.TemporaryDirectory(prefix="dlkeras-") as temporary:
        script = path
        if path.suffix == ".ipynb":
            script = Path(temporary, path.stem + ".py")
            script.write_text(source, encoding="utf-8")
        outcome = run_script(script, {}, timeout, folder=path.absolute().parent)
    recorded = {
        entry["id"]: Answer(
            entry["id"], entry["result"], entry["message"], entry["hint"]
        )
        for entry in outcome.entries
        if entry["kind"] == "exercise"
    }
    ids = dict.fromkeys([*expected, *recorded])
    return Report([recorded.get(i, Answer(i, "not reached")) for i in ids], outcome)


def source_of(path: Path) -> str:
    """Python source of a script, or of a notebook without its magics.

    Raises:
        ValueError: If it is neither.
    """
    if path.suffix not in (".py", ".ipynb"):
        raise ValueError(f"{path} is neither a .py nor an .ipynb file")
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            return text
        cells = [
            "".join(cell["source"])
            for cell in json.loads(text)["cells"]
            if cell["cell_type"] == "code"
        ]
    except (ValueError, KeyError, TypeError) as error:
        kind = "script" if path.suffix == ".py" else "notebook"
        raise ValueError(f"{path} cannot be read as a {kind}: {error!r}") from error
    return "\n\n".join(_without_magics(cell) for cell in cells) + "\n"


def _without_magics(cell: str) -> str:
    try:
        ast.parse(cell)
    except SyntaxError:
        pass
    else:
        return cell
    if cell.lstrip().startswith("%%"):
        magic, _, rest = cell.lstrip().partition("\n")
        if not magic.startswith(_KEPT_CELL_MAGICS):
            return ""
        cell = rest
    return _MAGIC.sub(r"\1pass  # \2", cell)
