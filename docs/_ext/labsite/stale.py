"""Which labs must be executed again.

sphinx-gallery looks at the script alone. A lab's result also depends on the
dlkeras modules that it imports, on the installed versions and on the pins of
lock and data. Its record names them all, with their hashes.
"""

from collections.abc import Iterable
from typing import Any

from dlkeras.workbook.catalog import Lab
from labsite import records


def reason_to_run(
    record: dict[str, Any] | None,
    inputs: dict[str, Any],
    module_hashes: dict[str, str],
) -> str:
    """Why a lab must run again, in words; empty if it need not.

    Args:
        record: Its record, or None if it never ran.
        inputs: Today's `records.shared_inputs()`, and the hash of its script.
        module_hashes: Today's hashes of the files that the record names.
    """
    if record is None:
        return "never executed"
    before = record.get("inputs", {})
    changed = [name for name in inputs if before.get(name) != inputs[name]]
    if changed:
        return f"changed: {', '.join(changed)}"
    changed = [
        path
        for path, digest in before.get("modules", {}).items()
        if module_hashes.get(path) != digest
    ]
    if changed:
        return f"changed: {', '.join(changed)}"
    return ""


def stale_labs(labs: Iterable[Lab]) -> dict[Lab, str]:
    """The labs that must run, each with the reason."""
    shared = records.shared_inputs()
    hashes: dict[str, str] = {}
    found = {}
    for lab in labs:
        record = records.read(lab)
        for path in (record or {}).get("inputs", {}).get("modules", {}):
            if path not in hashes:
                hashes[path] = records.sha256(records.ROOT / path)
        inputs = {**shared, "script": records.sha256(lab.path)}
        reason = reason_to_run(record, inputs, hashes)
        complete = all(
            records.generated(lab, suffix).exists() for suffix in (".py.md5", ".rst")
        )
        if reason or not complete:
            found[lab] = reason or "its page is missing"
    return found
