"""Smaller figures, without losing a pixel.

Matplotlib's PNG files shrink by a third to a half when they are packed well.
It is done in the process that has just executed the lab, so that it runs in
parallel, and only for labs that ran.
"""

import oxipng

from dlkeras.workbook.catalog import Lab
from labsite import records


def compress(lab: Lab) -> None:
    """Pack the figures and the thumbnail of a lab."""
    folder = records.generated(lab, "").parent / "images"
    for path in folder.rglob(f"sphx_glr_{lab.path.stem}_*.png"):
        oxipng.optimize(path, level=2, strip=oxipng.StripChunks.safe())
