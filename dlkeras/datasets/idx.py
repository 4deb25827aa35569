"""Reading IDX, the format in which MNIST and its successors are passed on."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

_BYTES = 0x08  # the code of uint8; the format knows others, which no file here has


def read_idx(path: Path, shape: Sequence[int]) -> np.ndarray:
    """The array of an IDX file of bytes.

    The file starts with two zeros, a code for the kind of number and the
    number of axes; then comes the length of each axis as four bytes, the
    highest first, and then the array.

    Args:
        path: The file, unpacked.
        shape: The shape that the array should have.

    Returns:
        An array of uint8.

    Raises:
        ValueError: If the header says anything else, or the file is shorter
            or longer than its header says.
    """
    expected = bytes([0, 0, _BYTES, len(shape)])
    expected += b"".join(length.to_bytes(4, "big") for length in shape)
    with path.open("rb") as file:
        header = file.read(len(expected))
        values = np.fromfile(file, dtype="uint8")
    if header != expected:
        raise ValueError(
            f"{path} is no IDX file of bytes of shape {tuple(shape)}. "
            f"Received: a file that starts with {header.hex(' ', 4) or 'nothing'}"
        )
    if len(values) != math.prod(shape):
        raise ValueError(
            f"{path} should hold {math.prod(shape):,} values. Received: {len(values):,}"
        )
    return values.reshape(shape)
