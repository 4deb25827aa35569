"""How long the site's build takes, in a copy of the checkout.

Cold, unchanged, with one lab edited, and with one module of dlkeras edited.
The cores are the workers: `DLKERAS_JOBS` sets them, `DLKERAS_LABS` the labs.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.table import Table

from tests.bench.report import table, verdict

ROOT = Path(__file__).parents[2]
COLD_RATIO, EDIT_SECONDS = 1.3, 15.0
PHASE = re.compile(r"labs: [\d.]+ s of work in ([\d.]+) s on (\d+) workers")
MADE = shutil.ignore_patterns("_build", "__pycache__", "generated", "labs", ".*")


class Build(NamedTuple):
    """One run of sphinx-build."""

    wall: float  # seconds, all of it
    phase: float  # seconds in which labs ran
    workers: int
    labs: dict[str, float]  # the labs that ran, with their seconds

    @property
    def ideal(self) -> float:
        """Seconds of the lab phase if no worker ever waited."""
        return sum(self.labs.values()) / max(1, self.workers)


def measure() -> Table:
    """Four builds, one after the other."""
    made = table(
        "Building the site",
        *("build", "labs run", "wall s", "labs s", "ideal s", "bound s", ""),
        caption="ideal: the labs' own seconds / workers; "
        f"bounds: cold labs {COLD_RATIO} × ideal, one lab's wall its own + 15",
    )
    with tempfile.TemporaryDirectory(prefix="dlkeras-bench-") as folder:
        copy = Path(folder)
        _copy_to(copy)
        cold = _build(copy)
        bound = COLD_RATIO * cold.ideal
        _add(made, "cold", cold, bound, verdict(cold.phase, bound))
        _add(made, "nothing changed", _build(copy))
        if not cold.labs:
            return made
        middle = sorted(cold.labs, key=cold.labs.get)[len(cold.labs) // 2]
        _append(
            next(copy.glob(f"labs/*/plot_*_{middle}.py")),
            "# %%\n# The end.\nprint(1)\n",
        )
        edited = _build(copy)
        bound = sum(edited.labs.values()) + EDIT_SECONDS
        _add(made, f"{middle} edited", edited, bound, verdict(edited.wall, bound))
        module = "losses/perceptron.py"
        _append(copy / "dlkeras" / module, "# The end.\n")
        _add(made, f"{module} edited", _build(copy))
    return made


def _copy_to(copy: Path) -> None:
    for name in ("labs", "dlkeras", "docs"):
        # Only docs/labs is generated; labs itself is copied whole.
        ignore = MADE if name == "docs" else shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, copy / name, ignore=ignore)
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy2(path, copy)


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def _build(copy: Path) -> Build:
    before = {path: path.stat().st_mtime_ns for path in _records(copy)}
    command = [sys.executable, "-m", "sphinx", "-b", "html", "docs", "docs/_build/html"]
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=copy, check=False, capture_output=True, text=True
    )
    wall = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"The build failed:\n{done.stderr[-4000:]}")
    phase = PHASE.search(done.stdout)
    labs = {}
    for path in _records(copy):
        if before.get(path) != path.stat().st_mtime_ns:
            record = json.loads(path.read_text(encoding="utf-8"))
            labs[record["lab"]] = record["seconds"]
    seconds, workers = (float(phase[1]), int(phase[2])) if phase else (0.0, 0)
    return Build(wall, seconds, workers, labs)


def _records(copy: Path) -> list[Path]:
    return sorted(copy.glob("docs/labs/*/*.record.json"))


def _add(
    made: Table, name: str, build: Build, bound: float = 0, sign: str = ""
) -> None:
    seconds = [build.wall, build.phase, build.ideal]
    cells = [f"{value:.1f}" if value else "" for value in (*seconds, bound)]
    made.add_row(name, str(len(build.labs)), *cells, sign)
