"""Cell nuclei under a microscope, each outlined by hand."""

from dataclasses import dataclass

import numpy as np

from dlkeras.datasets.fetch import fetch
from dlkeras.datasets.pictures import read_picture
from dlkeras.datasets.table import Dataset

_SIDE, _TESTED = 512, 128  # pixels: of the image, of the strip kept for testing


@dataclass(frozen=True, eq=False, repr=False)
class Nuclei(Dataset):
    """Blocks of an image with the nuclei in them, and the image that was cut.

    Attributes:
        image: All of it, uint8, shape `(512, 512)`.
        mask: Which nucleus each pixel belongs to, int64, shape `(512, 512)`:
            0 for none, else 1 to 125.
    """

    image: np.ndarray | None = None
    mask: np.ndarray | None = None


def load_nuclei(block_size: int = 64) -> Nuclei:
    """Load a fluorescence image of 125 cell nuclei, with the outline of each.

    It is a single image: all that can be tested with it is whether a model
    finds other nuclei of the same dish. It is cut into square blocks. Those of
    the rightmost quarter are for testing, those of the left for training, and
    a column of blocks between the two is left out, so that no nucleus is
    partly on both sides.

    Args:
        block_size: Side of a block in pixels: 32, 64 or 128.

    Returns:
        A `Nuclei` that unpacks as `(x_train, y_train), (x_test, y_test)`; with
        `block_size=64` there are 40 blocks to train and 16 to test.

        - `x_train` and `x_test`: uint8, shape
          `(blocks, block_size, block_size)`, gray levels from 0 (dark) to 235.
        - `y_train` and `y_test`: int64, the same shape: 0 where there is no
          nucleus, else the number of the nucleus, 1 to 125. `y_train > 0`
          tells nucleus from background.
        - `image` and `mask`: the same, not cut.

    Raises:
        ValueError: If `block_size` is something else.
        dlkeras.datasets.fetch.DatasetError: If the files cannot be fetched.

    References:
        - Caicedo and others, Nucleus segmentation across imaging experiments:
          the 2018 Data Science Bowl (2019),
          https://doi.org/10.1038/s41592-019-0612-7. Packaged by stardist.

    >>> (x_train, y_train), (x_test, y_test) = load_nuclei()
    """
    if block_size not in (32, 64, 128):
        raise ValueError(
            f"`block_size` must be 32, 64 or 128. Received: block_size={block_size!r}"
        )
    image = read_picture(fetch("nuclei_image")).astype("uint8")  # 16 bits, up to 235
    numbers = read_picture(fetch("nuclei_mask"))
    _, mask = np.unique(numbers, return_inverse=True)  # no gaps in the numbers
    mask = mask.reshape(numbers.shape).astype("int64")
    seam = _SIDE - _TESTED
    trained, tested = slice(0, seam - block_size), slice(seam, _SIDE)
    return Nuclei(
        name="nuclei",
        x_train=_blocks(image[:, trained], block_size),
        y_train=_blocks(mask[:, trained], block_size),
        x_test=_blocks(image[:, tested], block_size),
        y_test=_blocks(mask[:, tested], block_size),
        class_names=("background", "nucleus"),
        description="Blocks of one fluorescence image of 125 cell nuclei, with the "
        "number of the nucleus that each pixel belongs to",
        source="Caicedo and others (2019), https://doi.org/10.1038/s41592-019-0612-7",
        license="BSD-3-Clause",
        image=image,
        mask=mask,
    )


def _blocks(image: np.ndarray, size: int) -> np.ndarray:
    """Squares of an image, row by row."""
    rows, columns = (length // size for length in image.shape)
    cut = image.reshape(rows, size, columns, size).swapaxes(1, 2)
    return cut.reshape(-1, size, size)
