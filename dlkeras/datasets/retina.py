"""The back of an eye."""

import numpy as np

from dlkeras.datasets.fetch import fetch
from dlkeras.datasets.pictures import read_picture


def load_retina() -> np.ndarray:
    """Load a color photograph of a healthy retina, with its blood vessels.

    It is a left eye, seen through the pupil: a red disk on black, with the
    bright optic disc at the left. There is no map of the vessels with it.

    Returns:
        The picture, uint8 of shape `(1411, 1411, 3)`, red, green and blue from
        0 to 255. Pixels can differ by a level or two from one version of the
        JPEG decoder to the next.

    Raises:
        dlkeras.datasets.fetch.DatasetError: If the file cannot be fetched.

    References:
        - Häggström, Medical gallery of Mikael Häggström 2014 (2014),
          https://doi.org/10.15347/wjm/2014.008, CC0. Packaged by scikit-image.

    >>> load_retina().shape
    (1411, 1411, 3)
    """
    return read_picture(fetch("retina"))
