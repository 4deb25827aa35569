"""What every source has: something arrives, one file is read out of it."""

import contextlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dlkeras.datasets import archives


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

    @property
    def whole(self) -> "Source":
        """All that arrives: the same for every file that is a member of it."""
        return replace(self, member=(), gunzip=False, download_size=0)

    @contextlib.contextmanager
    def arrived(self, folder: Path, bar: Any = None) -> Iterator[Path]:
        """What the source holds, for as long as the `with` block lasts.

        Args:
            folder: Where to put it.
            bar: A tqdm bar to move along, or None.

        Raises:
            SourceError: If it cannot be had.
        """
        with tempfile.TemporaryDirectory(
            dir=folder, prefix="work-", ignore_cleanup_errors=True
        ) as work:
            yield self.obtain(Path(work).absolute(), bar)

    def extract(self, arrived: Path, to: Path, *, limit: int) -> None:
        """Write the file to `to`, out of what has arrived.

        Args:
            arrived: What `arrived` gives.
            to: Where to.
            limit: Most bytes that the file may have.

        Raises:
            SourceError: If the file is not there, or is larger.
        """
        try:
            if self.member:
                packed = archives.LARGEST if self.gunzip else limit
                data = archives.read_member(arrived, self.member, limit=packed)
            else:
                data = arrived.read_bytes()
            if self.gunzip:
                data = archives.gunzip(data, limit=limit)
        except (archives.ArchiveError, OSError) as error:
            raise SourceError(one_line(str(error))) from error
        to.write_bytes(data)

    def download(self, to: Path, *, limit: int, bar: Any = None) -> None:
        """Write the file to `to`: `arrived` and `extract` in one.

        Args:
            to: Where to.
            limit: Most bytes that the file may have.
            bar: A tqdm bar to move along, or None.

        Raises:
            SourceError: If the source does not have the file.
        """
        # Beside the target: same disk, and cleared away with it if we are killed.
        with self.arrived(to.parent, bar) as arrived:
            self.extract(arrived, to, limit=limit)


def one_line(text: str, longest: int = 300) -> str:
    """A message without line ends and colors, cut if it is too long."""
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
