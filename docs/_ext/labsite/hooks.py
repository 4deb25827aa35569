"""Before and after each lab: a record of what happened.

sphinx-gallery calls `reset` in the process that executes the lab, which
`labsite.schedule` starts for it alone.
"""

import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import Any

from labsite import records

LAB_VARIABLES = ("DLKERAS_RECORD", "DLKERAS_LAB", "DLKERAS_SEED")


def reset(gallery_conf: dict[str, Any], fname: str, when: str) -> None:
    """Prepare for a lab, or write its record; sphinx-gallery's `reset_modules`."""
    modules = imported_modules()  # before this function imports more of them
    from dlkeras.workbook.catalog import find_lab

    lab = find_lab(fname)
    if when == "before":
        _before(lab)
    else:
        _after(lab, modules)


def _before(lab: Any) -> None:
    for suffix in (".claims.jsonl", ".record.json", ".py.md5"):
        records.generated(lab, suffix).unlink(missing_ok=True)
    # An earlier run may have drawn more. Its thumbnail stays, so that it keeps
    # its date if it stays the same; many pages show it.
    images = records.generated(lab, "").parent / "images"
    name = f"sphx_glr_{lab.path.stem}"
    for path in [*images.glob(f"{name}_*"), images / "thumb" / f"{name}_thumb.png"]:
        path.unlink(missing_ok=True)
    os.environ["DLKERAS_RECORD"] = str(records.generated(lab, ".claims.jsonl"))
    os.environ["DLKERAS_LAB"] = lab.name
    os.environ["DLKERAS_SEED"] = "0"
    # The lab imports dlkeras anew, so that its record names just the modules
    # that it uses. This comes last: the lines above need some of them.
    for name in [n for n in sys.modules if n.partition(".")[0] == "dlkeras"]:
        del sys.modules[name]


def _after(lab: Any, modules: dict[str, str]) -> None:
    from dlkeras.workbook._child import peak_memory

    for name in LAB_VARIABLES:
        os.environ.pop(name, None)
    peak = peak_memory()
    entries_file = records.generated(lab, ".claims.jsonl")
    if not records.generated(lab, ".py.md5").exists():  # it raised: no record
        entries_file.unlink(missing_ok=True)
        return
    entries = []
    if entries_file.exists():
        lines = entries_file.read_text(encoding="utf-8").splitlines()
        entries = [json.loads(line) for line in lines]
        entries_file.unlink()
    cost = json.loads(records.generated(lab, ".cost.json").read_text(encoding="utf-8"))
    inputs = {
        **records.shared_inputs(),
        "script": records.sha256(lab.path),
        "modules": modules,
    }
    records.write(
        lab,
        {
            "lab": lab.name,
            "seconds": round(cost["time"], 2),
            "peak_mb": peak and round(peak),
            "claims": [e for e in entries if e["kind"] == "claim"],
            "exercises": [e for e in entries if e["kind"] == "exercise"],
            "backend": inputs["backend"],
            "versions": inputs["versions"],
            "commit": records.commit(),
            "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "inputs": inputs,
        },
    )


def imported_modules() -> dict[str, str]:
    """Source files of dlkeras in use, and the figure styles beside them: hashes."""
    files = set()
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.partition(".")[0] == "dlkeras" and file:
            files.add(Path(file))
            files.update(Path(file).parent.glob("*.mplstyle"))
    return {
        path.relative_to(records.ROOT).as_posix(): records.sha256(path)
        for path in sorted(files)
    }
