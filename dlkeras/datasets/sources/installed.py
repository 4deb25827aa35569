"""Files of packages that are installed."""

# What `describe`, `advice` and `obtain` do is said in `Source`.
# ruff: noqa: D102

import importlib.metadata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlkeras.datasets.sources.base import Source, SourceError
from dlkeras.datasets.sources.client import this_python


@dataclass(frozen=True, kw_only=True)
class Installed(Source):
    """A file of a package that happens to be installed; the package is not imported.

    Args:
        package: The package's name.
        path: The file, as the package's wheel names it.
    """

    package: str
    path: str

    def describe(self) -> str:
        return f"the installed package {self.package}"

    def advice(self) -> str:
        return f"run: {this_python()} -m pip install {self.package}"

    def obtain(self, work: Path, bar: Any) -> Path:
        try:
            found = importlib.metadata.distribution(self.package)
        except importlib.metadata.PackageNotFoundError as error:
            raise SourceError("it is not installed") from error
        path = Path(str(found.locate_file(self.path)))
        if not path.is_file():
            raise SourceError(f"version {found.version} has no {self.path}")
        return path
