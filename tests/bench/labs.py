"""What each lab took in the last build of the site, against its budget."""

import json
import statistics
from pathlib import Path

from rich.table import Table

from tests.bench.report import table, verdict

RECORDS = Path(__file__).parents[2] / "docs" / "labs"
SECONDS, MEDIAN, MEGABYTES = 60, 20, 1500


def measure() -> Table:
    """Seconds and peak memory, as the build recorded them, slowest first."""
    made = table(
        f"Labs in the last build, bounds {SECONDS} s, {MEDIAN} s in the median and "
        f"{MEGABYTES} MB",
        *("lab", "seconds", "", "MB", ""),
    )
    records = [json.loads(p.read_text("utf-8")) for p in RECORDS.rglob("*.record.json")]
    for record in sorted(records, key=lambda record: -record["seconds"]):
        seconds, peak = record["seconds"], record["peak_mb"] or 0
        signs = verdict(seconds, SECONDS), verdict(peak, MEGABYTES)
        made.add_row(record["lab"], f"{seconds:.1f}", signs[0], f"{peak:,}", signs[1])
    if records:
        median = statistics.median(record["seconds"] for record in records)
        made.add_row("median", f"{median:.1f}", verdict(median, MEDIAN), "", "")
    return made
