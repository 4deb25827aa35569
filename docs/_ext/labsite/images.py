"""Smaller figures, without losing a pixel.

Matplotlib's PNG files shrink by a third to a half when they are packed well.
It is done in the process that has just executed the lab, so that it runs in
parallel, and only for labs that ran.
"""

from collections.abc import Iterator
from pathlib import Path

import oxipng

from dlkeras.workbook.catalog import Lab
from labsite import records


def remove(lab: Lab) -> None:
    """Remove what an earlier run drew; it may have drawn more."""
    for path in _files(lab, ""):
        path.unlink()


def compress(lab: Lab) -> None:
    """Pack the figures and the thumbnail of a lab."""
    for path in _files(lab, ".png"):
        oxipng.optimize(path, level=2, strip=oxipng.StripChunks.safe())


def _files(lab: Lab, ending: str) -> Iterator[Path]:
    folder = records.generated(lab, "").parent / "images"
    return folder.rglob(f"sphx_glr_{lab.path.stem}_*{ending}")
