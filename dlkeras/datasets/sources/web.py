"""Web addresses."""

# What `describe`, `advice` and `obtain` do is said in `Source`.
# ruff: noqa: D102

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlkeras.datasets.sources.base import Source, SourceError, one_line


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
            progressbar=False if bar is None else bar, chunk_size=2**15, timeout=30
        )
        try:
            fetch(self.url, str(arrived), None)
        except requests.exceptions.ConnectionError as error:
            raise SourceError("no connection") from error
        except requests.exceptions.RequestException as error:
            raise SourceError(one_line(str(error))) from error
        return arrived
