"""How long a reader waits for an import."""

import statistics
import subprocess
import sys

from rich.table import Table

from tests.bench.report import table, verdict

RUNS = 5
BOUNDS = {"dlkeras": 50.0, "dlkeras.workbook": None, "dlkeras.cli": None, "keras": None}
CODE = """
import time
start = time.perf_counter()
import {}
print(1000 * (time.perf_counter() - start))
"""


def measure() -> Table:
    """Median of five new processes; the first of all fills the disk's cache."""
    made = table("Import time, median of 5 processes", "import", "ms", "bound", "")
    for name, bound in BOUNDS.items():
        times = [_milliseconds(name) for _ in range(RUNS + 1)][1:]
        value = statistics.median(times)
        sign = verdict(value, bound) if bound else ""
        made.add_row(name, f"{value:.1f}", f"{bound:.0f}" if bound else "", sign)
    return made


def _milliseconds(name: str) -> float:
    command = [sys.executable, "-c", CODE.format(name)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)
