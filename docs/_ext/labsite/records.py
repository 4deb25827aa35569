"""What the build writes down about each lab that it executes.

A record lies beside the lab's generated page, as ``plot_1_perceptron.record.json``.
It holds what was measured (claims, exercises, seconds, memory), with what
(versions, commit, date), and what the result depends on (`inputs`).
"""

import functools
import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from dlkeras.workbook.catalog import Lab

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PACKAGES = (
    "keras",
    "tensorflow",
    "jax",
    "torch",
    "numpy",
    "scikit-learn",
    "matplotlib",
)


def generated(lab: Lab, suffix: str) -> Path:
    """A file that the build makes for a lab, beside its page."""
    return DOCS / "labs" / lab.part / f"{lab.path.stem}{suffix}"


def read(lab: Lab) -> dict[str, Any] | None:
    """The record of a lab, or None if it was not executed."""
    path = generated(lab, ".record.json")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def write(lab: Lab, record: dict[str, Any]) -> None:
    """Write the record of a lab, whole or not at all."""
    path = generated(lab, ".record.json")
    text = json.dumps(record, indent=1, ensure_ascii=False)
    part = path.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(path)


def sha256(path: Path) -> str:
    """Hash of a file; empty if there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def shared_inputs() -> dict[str, Any]:
    """What every lab's result depends on: versions, lock, data pins, backend."""
    return {
        "versions": versions(),
        "backend": os.environ.get("KERAS_BACKEND", "tensorflow"),
        "lock": sha256(ROOT / "constraints.txt"),
        "data": sha256(ROOT / "dlkeras" / "datasets" / "registry.toml"),
    }


@functools.cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages that compute and draw."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def commit() -> str:
    """Short commit of the checkout, with `+changes` if files differ from it.

    Empty where there is no git, as in a copy of the sources.
    """
    try:
        head = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--", "labs", "dlkeras")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return head + ("+changes" if changed else "")


def _git(*arguments: str) -> str:
    result = subprocess.run(
        ["git", "-C", str(ROOT), *arguments], check=True, capture_output=True, text=True
    )
    return result.stdout.strip()
