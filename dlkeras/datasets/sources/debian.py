"""Packages of Debian and Ubuntu, fetched by apt-get."""

# What `describe`, `advice` and `obtain` do is said in `Source`.
# ruff: noqa: D102

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlkeras.datasets.sources.base import Source, SourceError
from dlkeras.datasets.sources.client import run_client, the_only_file


@dataclass(frozen=True, kw_only=True)
class Debian(Source):
    """A package of Debian or Ubuntu, fetched by apt-get without root.

    Args:
        package: The package's name.
        version: Its version; the system's own choice if empty.
    """

    package: str
    version: str = ""

    def describe(self) -> str:
        return f"the Debian package {self.package} {self.version}".rstrip() + (
            ", by apt-get"
        )

    def advice(self) -> str:
        return f"on Debian or Ubuntu, run: apt-get download {self.package}"

    def obtain(self, work: Path, bar: Any) -> Path:
        apt = shutil.which("apt-get")
        if apt is None:
            raise SourceError("there is no apt-get here; Debian and Ubuntu have it")
        for folder in ("lists/partial", "cache/archives/partial", "got"):
            (work / folder).mkdir(parents=True)
        command = [apt, "--quiet=2"]
        # Lists and cache of our own: no root, and the system's stay as they are.
        for option in (
            f"Dir::State::Lists={work / 'lists'}",
            f"Dir::Cache={work / 'cache'}",
            "Debug::NoLocking=true",
            "Acquire::Languages=none",
        ):
            command += ["-o", option]
        if getattr(os, "geteuid", lambda: 1)() == 0:
            # As root, apt would hand over to a user who cannot write here.
            command += ["-o", "APT::Sandbox::User=root"]
        name = f"{self.package}={self.version}" if self.version else self.package
        run_client([*command, "update"], work, bar, env={"LC_ALL": "C"})
        run_client(
            [*command, "download", name],
            work,
            bar,
            total=self.download_size,
            env={"LC_ALL": "C"},
            inside=work / "got",
        )
        return the_only_file(work / "got")
