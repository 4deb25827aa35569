"""What every source has: something arrives, one file is read out of it."""

import re
import tempfile
from dataclasses import dataclass
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
            arrived = self.obtain(Path(work).absolute(), bar)
            try:
                if self.member:
                    data = archives.read_member(arrived, self.member, limit=limit)
                else:
                    data = arrived.read_bytes()
                if self.gunzip:
                    data = archives.gunzip(data, limit=limit)
            except (archives.ArchiveError, OSError) as error:
                raise SourceError(one_line(str(error))) from error
        to.write_bytes(data)


def one_line(text: str, longest: int = 300) -> str:
    """A message without line ends and colors, cut if it is too long."""
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
