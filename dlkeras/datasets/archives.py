"""Reading single members out of archives, in memory and by exact name.

Nothing is extracted under a name that an archive chose, so an archive cannot
write outside the place it is given.
"""

import fnmatch
import gzip
import io
import lzma
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

LARGEST = 1_000_000_000  # bytes; no archive here holds more in one member

_BROKEN = (
    EOFError,
    OSError,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)


class ArchiveError(ValueError):
    """An archive that is broken, or does not hold what it should."""


def read_member(
    archive: Path, members: Sequence[str], *, limit: int = LARGEST
) -> bytes:
    """Bytes of one member of a zip, wheel, tar, sdist, npm tarball or .deb.

    Args:
        archive: The archive.
        members: Name of the member; with more than one name, each but the
            last is itself an archive that holds the next.
        limit: Most bytes that the last member may have.

    Raises:
        ArchiveError: If the member is missing, is no regular file or is
            larger than `limit`, or if the archive is broken.
    """
    with archive.open("rb") as file:
        inner: IO[bytes] = file
        for position, name in enumerate(members):
            last = position == len(members) - 1
            inner = io.BytesIO(_read_one(inner, name, limit if last else LARGEST))
        return inner.read()


def gunzip(data: bytes, *, limit: int = LARGEST) -> bytes:
    """Unpacked bytes of a gzip file.

    Raises:
        ArchiveError: If it is broken, or unpacks to more than `limit` bytes.
    """
    try:
        with gzip.open(io.BytesIO(data)) as file:
            return _read_limited(file, "the gzip file", limit)
    except _BROKEN as error:
        raise ArchiveError(f"the gzip file is broken: {error}") from error


def unpack(archive: Path, to: Path, match: Sequence[str]) -> list[Path]:
    """Write the regular files of a zip or tar that match a pattern.

    Args:
        archive: The archive.
        to: Folder to write into; made if it is not there.
        match: Patterns as in `fnmatch`; each must fit at least one file.

    Returns:
        The files written, sorted, with the archive's folders below `to`.

    Raises:
        ArchiveError: If a name leads out of the folder, or a pattern fits
            nothing.
    """
    written = []
    with archive.open("rb") as file:
        names = [
            name
            for name in _names(file)
            if any(fnmatch.fnmatchcase(name, pattern) for pattern in match)
        ]
        for pattern in match:
            if not fnmatch.filter(names, pattern):
                raise ArchiveError(f"{archive.name} holds nothing like {pattern}")
        for name in sorted(names):
            parts = PurePosixPath(name.replace("\\", "/"))
            if parts.is_absolute() or ".." in parts.parts or ":" in name:
                raise ArchiveError(f"{archive.name} holds an unsafe name: {name!r}")
            file.seek(0)
            target = to.joinpath(*parts.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_read_one(file, name, LARGEST))
            written.append(target)
    return written


def _names(file: IO[bytes]) -> Iterator[str]:
    file.seek(0)
    try:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                yield from (i.filename for i in archive.infolist() if not i.is_dir())
        else:
            file.seek(0)
            with tarfile.open(fileobj=file) as archive:
                yield from (i.name for i in archive if i.isfile())
    except _BROKEN as error:
        raise ArchiveError(f"the archive is broken: {error}") from error


def _read_one(file: IO[bytes], name: str, limit: int) -> bytes:
    try:
        if file.read(8) == b"!<arch>\n":
            return _read_tar(_data_of_deb(file), name, limit)
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive, archive.open(name) as member:
                return _read_limited(member, name, limit)
        file.seek(0)
        return _read_tar(file, name, limit)
    except KeyError as error:
        raise ArchiveError(f"the archive holds no {name}") from error
    except _BROKEN as error:
        raise ArchiveError(f"the archive is broken: {error}") from error


def _read_tar(file: IO[bytes], name: str, limit: int) -> bytes:
    with tarfile.open(fileobj=file) as archive:
        info = archive.getmember(name)
        if not info.isfile():  # a link could lead anywhere
            raise ArchiveError(f"{name} is no regular file")
        return _read_limited(archive.extractfile(info), name, limit)


def _read_limited(file: IO[bytes], name: str, limit: int) -> bytes:
    data = file.read(limit + 1)
    if len(data) > limit:
        raise ArchiveError(f"{name} is larger than the {limit:,} bytes expected")
    return data


def _data_of_deb(file: IO[bytes]) -> IO[bytes]:
    """The tar of files inside a Debian package, which is an `ar` archive.

    Each entry of `ar` is a header of 60 bytes (name in the first 16, size in
    decimal at 48) and its data, padded to an even length.
    """
    while len(header := file.read(60)) == 60:
        name = header[:16].decode("ascii", "replace").rstrip(" /")
        try:
            size = int(header[48:58])
        except ValueError as error:
            raise ArchiveError("the Debian package is broken") from error
        if name == "data.tar.zst" and sys.version_info < (3, 14):
            return _by_dpkg(file)
        if name.startswith("data.tar"):
            return io.BytesIO(file.read(size))
        file.seek(size + size % 2, io.SEEK_CUR)
    raise ArchiveError("the Debian package holds no data")


def _by_dpkg(file: IO[bytes]) -> IO[bytes]:
    """The same, by dpkg-deb: Ubuntu packs with zstd, which tarfile knows since 3.14."""
    file.seek(0)
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "package.deb"
        package.write_bytes(file.read())
        try:
            done = subprocess.run(
                ["dpkg-deb", "--fsys-tarfile", package], capture_output=True, check=True
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise ArchiveError(
                "the package is packed with zstd, which needs dpkg-deb or Python 3.14"
            ) from error
    return io.BytesIO(done.stdout)
