"""Which labs are proven on which backend: a JSON file that runs add to.

``dlkeras run --record FILE`` writes it, the site reads it. A proof holds for
the code that ran: `proven` leaves out those of an older script.
"""

import datetime as dt
import hashlib
import json
import os
import statistics
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import filelock

from dlkeras.workbook.catalog import Lab
from dlkeras.workbook.running import Run

Proofs = dict[str, dict[str, dict[str, Any]]]


def read_proofs(path: Path) -> Proofs:
    """The file's entries: lab name, then backend, then what ran.

    Raises:
        ValueError: If it is no file of proofs.
    """
    if not path.exists():
        return {}
    try:
        proofs = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no record of runs: {error}") from error
    if not isinstance(proofs, dict) or not all(
        isinstance(entry, dict) for entry in proofs.values()
    ):
        raise ValueError(f"{path} is no record of runs")
    return proofs


def proven(proofs: Proofs, lab: Lab) -> dict[str, dict[str, Any]]:
    """The backends that this lab, as it is now, is proven on, with its runs."""
    code_hash = lab.code_hash()
    return {
        backend: entry
        for backend, entry in proofs.get(lab.name, {}).items()
        if entry.get("code_hash") == code_hash
    }


def merge_proofs(path: Path, runs: Iterable[Run], seeds: Sequence[int]) -> None:
    """Add runs to a file of proofs.

    A lab whose claims held from every seed is proven on that backend. One
    that failed is not, and loses the entry that it had. One that was
    interrupted keeps what it had.

    Args:
        path: The file; it is created if need be.
        runs: What ran.
        seeds: The seeds that each lab was to run from.

    Raises:
        ValueError: If there is such a file, but not one of proofs.
    """
    grouped: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        grouped.setdefault((run.lab.name, run.backend), []).append(run)
    path = path.absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    lock = Path(tempfile.gettempdir(), f"dlkeras-proofs-{digest}.lock")
    with filelock.FileLock(lock):
        proofs = read_proofs(path)
        for (lab, backend), group in grouped.items():
            entries = proofs.setdefault(lab, {})
            if any(run.outcome.status in ("failed", "timed out") for run in group):
                entries.pop(backend, None)
            elif all(run.ok for run in group) and len(group) == len(seeds):
                entries[backend] = _entry(group, seeds)
        proofs = {lab: entries for lab, entries in proofs.items() if entries}
        text = json.dumps(proofs, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)


def _entry(group: Sequence[Run], seeds: Sequence[int]) -> dict[str, Any]:
    peaks = [run.outcome.peak_mb for run in group if run.outcome.peak_mb is not None]
    seconds = statistics.median(run.outcome.seconds for run in group)
    return {
        "code_hash": group[0].lab.code_hash(),
        "seeds": list(seeds),
        "seconds": round(seconds, 1),
        "peak_mb": round(max(peaks)) if peaks else None,
        "claims": len(group[0].claims),
        "versions": group[0].outcome.versions,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
    }
