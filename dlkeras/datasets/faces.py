"""Small faces, and patches that show none."""

import numpy as np

from dlkeras.datasets.fetch import fetch
from dlkeras.datasets.split import split_classes
from dlkeras.datasets.table import Images


def load_faces() -> Images:
    """Load 100 faces and 100 patches of background, as small gray pictures.

    The patches are cut from the backgrounds of the same photographs. Those
    had been turned to set the faces upright, which left black corners: about
    two thirds of the patches hold a pure black pixel, and hardly a face does.
    So a model that finds faces may have found corners; a lab should look. A
    few patches show a piece of somebody's face. A fifth of each class is kept
    for testing.

    Returns:
        An `Images` that unpacks as `(x_train, y_train), (x_test, y_test)`.

        - `x_train` (160) and `x_test` (40): float32, shape
          `(samples, 25, 25)`, gray levels from 0 (black) to 1 (white).
        - `y_train` and `y_test`: int64, shape `(samples,)`, 0 background,
          1 face.

    Raises:
        dlkeras.datasets.fetch.DatasetError: If the file cannot be fetched.

    References:
        - Huang, Mattar, Lee and Learned-Miller, Learning to align from scratch
          (2012), https://papers.nips.cc/paper/4769-learning-to-align-from-scratch.
          Patches chosen and packaged by scikit-image. The authors of Labeled
          Faces in the Wild state no license; they made it for research.

    >>> (x_train, y_train), (x_test, y_test) = load_faces()
    """
    # The file has the faces first.
    x = np.load(fetch("faces"), allow_pickle=False).astype("float32")
    y = np.repeat(np.array([1, 0], dtype="int64"), 100)
    train, test = split_classes(y)
    return Images(
        name="faces",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        class_names=("background", "face"),
        description="100 faces and 100 patches of background, 25 × 25 gray levels "
        "from 0 to 1",
        source="Huang, Mattar, Lee and Learned-Miller (2012), "
        "https://papers.nips.cc/paper/4769-learning-to-align-from-scratch",
        license="not stated",
    )
