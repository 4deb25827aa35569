"""Photographs of things that everybody knows."""

import numpy as np

from dlkeras.datasets.fetch import fetch
from dlkeras.datasets.pictures import read_picture

_FROM_SCIKIT_LEARN = ("china", "flower")
_FETCHED = ("coffee", "cat", "astronaut", "rocket")


def load_photos() -> dict[str, np.ndarray]:
    """Load two color photographs: a Chinese temple and a flower.

    They are part of scikit-learn, so nothing is fetched. `load_photo` has
    some more.

    Returns:
        The pictures by name, `"china"` and `"flower"`. Each is uint8, of shape
        `(427, 640, 3)`, red, green and blue from 0 to 255.

    References:
        - china: photograph by danielbuechele (2011),
          https://www.flickr.com/photos/danielbuechele/6061409035, CC-BY-2.0.
        - flower: photograph by vultilion (2011),
          https://www.flickr.com/photos/vultilion/6056698931, CC-BY-2.0.

    >>> for name, photo in load_photos().items():
    ...     print(name, photo.shape)
    china (427, 640, 3)
    flower (427, 640, 3)
    """
    return {name: load_photo(name) for name in _FROM_SCIKIT_LEARN}


def load_photo(name: str) -> np.ndarray:
    """Load a color photograph that shows one thing, plain to see.

    Good to look at filters with, or to ask a network what it sees. Pixels of
    the JPEG files (china, flower, rocket) can differ by a level or two from
    one version of the decoder to the next.

    Args:
        name: Which one.

            - `"china"`: a temple, 427 × 640 pixels.
            - `"flower"`: a dahlia, 427 × 640.
            - `"coffee"`: a cup of espresso with its spoon, 400 × 600.
            - `"cat"`: a tabby cat's head, 300 × 451.
            - `"astronaut"`: Eileen Collins before a model of the space
              shuttle, 512 × 512.
            - `"rocket"`: a Falcon 9 on its launch pad, 427 × 640.

    Returns:
        The picture, uint8 of shape `(height, width, 3)`, red, green and blue
        from 0 to 255.

    Raises:
        ValueError: If `name` is none of these.
        dlkeras.datasets.fetch.DatasetError: If the file cannot be fetched.

    References:
        - china and flower: see `load_photos`. Part of scikit-learn.
        - coffee: Rachel Michetti, CC0. cat: Stéfan van der Walt, CC0.
        - astronaut: NASA (1993), https://flic.kr/p/r9qvLn, public domain.
        - rocket: SpaceX (2015),
          https://www.flickr.com/photos/spacexphotos/16511594820, public
          domain. These four are packaged by scikit-image.

    >>> load_photo("coffee").shape
    (400, 600, 3)
    """
    if name in _FROM_SCIKIT_LEARN:
        from sklearn.datasets import load_sample_image

        return np.array(load_sample_image(f"{name}.jpg"))
    if name in _FETCHED:
        return read_picture(fetch(f"photo_{name}"))
    raise ValueError(
        f"`name` must be one of {[*_FROM_SCIKIT_LEARN, *_FETCHED]}. Received: {name!r}"
    )
