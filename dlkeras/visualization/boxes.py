"""Pictures with boxes around what is in them."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle


def show_boxes(
    images: np.ndarray,
    boxes: np.ndarray,
    found: np.ndarray | None = None,
    *,
    heat: np.ndarray | None = None,
    titles: Sequence[str] | None = None,
    notes: Sequence[str] | None = None,
    columns: int = 3,
    suptitle: str = "",
) -> Figure:
    """Show gray images in a grid, with true boxes, found boxes and heat maps.

    Args:
        images: Shape `(n, height, width)` or `(n, height, width, 1)`.
        boxes: True boxes, shape `(n, 4)`: left, top, right and bottom as
            shares of the image, from 0 to 1. Drawn dashed and blue.
        found: Boxes to compare with them, drawn solid and orange.
        heat: Maps of any size to lay over the images, shape `(n, h, w)`.
            Each is scaled by its own largest value.
        titles: One above each image.
        notes: One below each image.
        columns: Images a row.
        suptitle: What the whole figure shows.

    Returns:
        The figure.

    Raises:
        ValueError: If there are not as many of each as images.
    """
    images = np.asarray(images)
    images = images.reshape(images.shape[:3])
    given = {"boxes": boxes, "found": found, "heat": heat}
    given |= {"titles": titles, "notes": notes}
    for name, values in given.items():
        if values is not None and len(values) != len(images):
            raise ValueError(
                f"{len(images)} images need as many {name}. Received: {len(values)}"
            )
    rows = -(-len(images) // columns)
    lines = (titles is not None) + (notes is not None)
    height = rows * (5.3 / columns + 0.34 * lines) + (0.45 if suptitle else 0)
    fig, axes = plt.subplots(rows, columns, figsize=(5.6, height), squeeze=False)
    for ax in axes.flat[len(images) :]:
        ax.axis("off")
    sides = np.array(images.shape[:0:-1])  # width, height
    for n, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        ax.imshow(image)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        if heat is not None:
            extent = (-0.5, sides[0] - 0.5, sides[1] - 0.5, -0.5)
            ax.imshow(heat[n], cmap="inferno", alpha=0.7, extent=extent, vmin=0)
        for kind, color, style in ((boxes, "#56B4E9", "--"), (found, "#E69F00", "-")):
            if kind is not None:
                low, high = np.reshape(kind[n], (2, 2)) * sides - 0.5
                ax.add_patch(
                    Rectangle(
                        low, *(high - low), fill=False, color=color, ls=style, lw=3
                    )
                )
        if titles is not None:
            ax.set_title(titles[n], fontsize=12)
        if notes is not None:
            ax.set_xlabel(notes[n], fontsize=12)
    fig.suptitle(suptitle)
    return fig
