"""Recorded runs of the labs on each backend: what `dlkeras run --record` wrote.

A proof counts only while the lab's code is the one that was run.
"""

import json
from typing import Any

from dlkeras.workbook import catalog
from labsite import records
from labsite.inputs import source

BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


def backend_name(backend: str) -> str:
    """A backend's name as its makers write it."""
    return BACKENDS.get(backend, backend)


@source
def proofs(name: str) -> list[dict[str, Any]]:
    """The proofs of a lab, in the order of the backends."""
    return []
