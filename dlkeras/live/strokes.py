"""Drawings for still pictures: lines that a pen has drawn, as an image."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

_ARCS = [(9, 6), (15, 5), (19, 8), (17, 12), (13, 13.5)]
THREE = [[*_ARCS, (18, 15), (19.5, 19), (15, 22.5), (9, 21)]]
SEVEN = [[(8.5, 6.5), (19.5, 6.5), (12, 23)]]
LETTER = [[(8, 22), (14, 5), (20, 22)], [(10.5, 16), (17.5, 16)]]
SQUARE = [[(7, 7), (21, 7), (21, 21), (7, 21), (7, 7)]]


def paint(strokes: Sequence[Any], side: int = 28, pen: float = 2.2) -> np.ndarray:
    """Strokes as an image with bright ink, as the page's canvas makes it.

    Args:
        strokes: Each a list of two points or more: pixels from the left edge,
            and from the top.
        side: Pixels along each side.
        pen: Width of the lines, in pixels.

    Returns:
        Shape `(side, side, 1)`, from 0 to 1.
    """
    pixels = np.stack(np.mgrid[:side, :side][::-1], axis=-1) + 0.5  # x, y
    image = np.zeros((side, side), "float32")
    for stroke in strokes:
        for start, end in itertools.pairwise(stroke):
            way = np.subtract(end, start)
            along = np.clip((pixels - start) @ way / (way @ way), 0, 1)
            away = np.linalg.norm(pixels - start - along[..., None] * way, axis=-1)
            image = np.maximum(image, np.clip(pen / 2 + 0.5 - away, 0, 1))
    return image[..., None].astype("float32")
