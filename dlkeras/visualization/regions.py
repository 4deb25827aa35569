"""Regions found in an image, beside the true ones."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

# neither, missed, too much, both: black, blue, orange, gray
_COLORS = np.array([[0, 0, 0], [0.34, 0.71, 0.91], [0.90, 0.62, 0.0], [0.7, 0.7, 0.7]])


def show_regions(
    image: np.ndarray,
    truth: np.ndarray,
    found: Mapping[str, np.ndarray],
    *,
    columns: int = 2,
    suptitle: str = "",
) -> Figure:
    """Show an image, and for each method what it found, missed and made up.

    Pixels that are found and true are gray, missed ones blue, wrongly found
    ones orange, and all others black.

    Args:
        image: Shape `(height, width)`.
        truth: Which pixels belong to the region, bool, of the same shape.
        found: The title of each method, and which pixels it says belong to it.
        columns: Pictures a row.
        suptitle: What the whole figure shows.

    Returns:
        The figure.

    Raises:
        ValueError: If a region does not have the shape of the image.
    """
    for title, region in {"truth": truth, **found}.items():
        if np.shape(region) != np.shape(image):
            raise ValueError(
                f"{title!r} must have the shape of the image, {np.shape(image)}. "
                f"Received: shape {np.shape(region)}"
            )
    rows = -(-(1 + len(found)) // columns)
    height, width = np.shape(image)
    tall = 5.4 / columns * height / width
    size = (5.6, rows * (tall + 0.3) + (0.45 if suptitle else 0))
    fig, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    axes[0, 0].imshow(image)
    axes[0, 0].set_title("image")
    truth = np.asarray(truth, bool)
    for ax, (title, region) in zip(axes.flat[1:], found.items(), strict=False):
        ax.imshow(_COLORS[2 * np.asarray(region, bool) + truth])
        ax.set_title(title)
    fig.suptitle(suptitle)
    return fig
