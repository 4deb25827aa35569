"""On which backends, and for how many seeds, the claims of a lab have held.

``dlkeras run --record docs/proven/FILE.json`` writes what ran. A proof counts
only while the lab's code is the one that ran.
"""

from typing import Any

from dlkeras.workbook import catalog
from dlkeras.workbook.proofs import proven, read_proofs
from labsite import records
from labsite.inputs import source

BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


def backend_name(backend: str) -> str:
    """A backend's name as its makers write it."""
    return BACKENDS.get(backend, backend)


@source
def proofs(name: str) -> list[dict[str, Any]]:
    """The proofs of a lab, in the order of the backends, each with its words."""
    lab = catalog.find_lab(name)
    entries: dict[str, dict[str, Any]] = {}
    for path in sorted((records.DOCS / "proven").glob("*.json")):
        entries |= read_proofs(path).get(lab.name, {})
    found = proven({lab.name: entries}, lab)
    return [
        {"backend": backend, "description": describe(backend, found[backend])}
        for backend in BACKENDS
        if backend in found
    ]


def describe(backend: str, entry: dict[str, Any]) -> str:
    """What ran, in words: claims, seeds and versions."""
    versions = entry["versions"]
    used = [
        f"{label} {versions[package]}"
        for package, label in {"keras": "Keras", **BACKENDS}.items()
        if package in versions and package in ("keras", backend)
    ]
    return (
        f"{_count(entry['claims'], 'claim')} held for "
        f"{_count(len(entry['seeds']), 'seed')}, with {' and '.join(used)}"
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
