"""Files that another program has put on this machine."""

# What `describe`, `advice` and `obtain` do is said in `Source`.
# ruff: noqa: D102

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlkeras.datasets.sources.base import Source, SourceError


@dataclass(frozen=True, kw_only=True)
class Local(Source):
    """A file that another program has put on this machine.

    Args:
        path: Where; `~` is the home folder, and `{keras}` the folder where
            Keras keeps its datasets.
    """

    path: str

    def describe(self) -> str:
        return f"the file {self.path.replace('{keras}', str(keras_cache()))}"

    def advice(self) -> str:
        return "put the file there"

    def obtain(self, work: Path, bar: Any) -> Path:
        path = Path(self.path.replace("{keras}", str(keras_cache()))).expanduser()
        if not path.is_file():
            raise SourceError("there is no such file")
        return path


def keras_cache() -> Path:
    """Where Keras keeps its datasets."""
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return Path(home) / "datasets"
