"""Where claims and exercises leave their results.

A program that runs a lab (the site's build, ``dlkeras run``, ``dlkeras
check``) names a file in the environment variable ``DLKERAS_RECORD``. Each
claim and each exercise adds one line of JSON to it. Without the variable,
as when a reader runs a lab by hand, nothing is written.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

RECORD_VARIABLE = "DLKERAS_RECORD"
LAB_VARIABLE = "DLKERAS_LAB"  # which lab runs; part of each entry


def current_backend() -> str | None:
    """Name of the Keras backend in use, or None before Keras is imported."""
    keras = sys.modules.get("keras")
    return keras.backend.backend() if keras else None


def write(kind: str, **entry: Any) -> None:
    """Append one entry to the record, if somebody asked for one.

    Args:
        kind: `"claim"` or `"exercise"`.
        **entry: What to record; values that JSON can hold.
    """
    path = os.environ.get(RECORD_VARIABLE)
    if not path:
        return
    entry = {"kind": kind, "lab": os.environ.get(LAB_VARIABLE, ""), **entry}
    line = json.dumps(entry, ensure_ascii=False)
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def read(path: str | Path) -> list[dict[str, Any]]:
    """Entries of a record, oldest first; an absent file has none."""
    path = Path(path)
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
