"""Reading picture files."""

import warnings
from pathlib import Path

import numpy as np


def read_picture(path: Path) -> np.ndarray:
    """Pixels of a PNG, JPEG or TIFF file, as they are stored.

    Args:
        path: The file.

    Returns:
        Shape `(height, width)` if it is gray, `(height, width, 3)` if it is
        in color; uint8, or uint16 for 16 bits a pixel.

    Raises:
        ValueError: If the file is no picture, or breaks off.
    """
    from PIL import Image

    try:
        with (
            warnings.catch_warnings(action="error", category=UserWarning),
            Image.open(path) as picture,
        ):
            return np.array(picture)
    # SyntaxError is what Pillow calls a broken PNG; it only warns of some TIFFs.
    except (OSError, SyntaxError, UserWarning) as error:
        raise ValueError(f"{path} is no picture that can be read: {error}") from error
