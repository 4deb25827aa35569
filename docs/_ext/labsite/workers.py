"""The process that labs are forked from.

On Linux all labs are forked from one process that has imported Keras, and done
nothing with it: once TensorFlow has computed, it does not survive a fork. The
import takes seconds, so it begins before Sphinx loads its other extensions.
"""

import multiprocessing
import multiprocessing.forkserver
import sys
from multiprocessing.context import BaseContext
from typing import Any

from sphinx.application import Sphinx

from dlkeras.workbook.catalog import find_labs
from labsite.stale import stale_labs

# What takes seconds to import, and is no part of a lab's own time.
PRELOADED = ["keras", "matplotlib.pyplot", "sphinx_gallery.gen_rst"]
FORKS = sys.platform == "linux"


def context() -> BaseContext:
    """How processes of labs start."""
    found = multiprocessing.get_context("forkserver" if FORKS else "spawn")
    found.set_forkserver_preload(PRELOADED)
    return found


def setup(app: Sphinx) -> dict[str, Any]:
    """Begin the import, if any lab is to be executed."""
    if FORKS and stale_labs(find_labs()):
        context()
        multiprocessing.forkserver.ensure_running()
    return {"parallel_read_safe": True, "parallel_write_safe": True}
