"""Pictures side by side."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure


def show_images(
    images: np.ndarray,
    titles: Sequence[str] | None = None,
    *,
    columns: int = 5,
    suptitle: str = "",
) -> Figure:
    """Show images in a grid, each large enough to see.

    Args:
        images: Shape `(n, height, width)` for gray images, or with a last
            axis of 3 colors.
        titles: One for each image.
        columns: Images a row.
        suptitle: What the whole figure shows.

    Returns:
        The figure.

    Raises:
        ValueError: If the number of titles is not that of the images.
    """
    images = np.asarray(images)
    if titles is not None and len(titles) != len(images):
        raise ValueError(
            f"{len(images)} images need as many titles. Received: {len(titles)}"
        )
    rows = -(-len(images) // columns)
    height = (
        1.25 * rows
        + (0.6 if suptitle else 0)
        + (0.25 * rows if titles is not None else 0)
    )
    fig, axes = plt.subplots(rows, columns, figsize=(5.6, height), squeeze=False)
    for index, ax in enumerate(axes.flat):
        ax.axis("off")
        if index < len(images):
            ax.imshow(images[index])
            if titles is not None:
                ax.set_title(titles[index], fontsize=12)
    fig.suptitle(suptitle)
    return fig
