"""Handwritten digits of 8 × 8 pixels."""

import numpy as np

from dlkeras.datasets.split import split_classes
from dlkeras.datasets.table import Images


def load_digits() -> Images:
    """Load 1,797 handwritten digits as small gray images.

    43 people wrote them; each pixel counts the dark points in a square of
    4 × 4 of the original scan. A fifth of each class is kept for testing.

    Returns:
        An `Images` that unpacks as `(x_train, y_train), (x_test, y_test)`.

        - `x_train` (1438) and `x_test` (359): float32, shape
          `(samples, 8, 8)`, gray levels from 0 (paper) to 16 (ink).
        - `y_train` and `y_test`: int64, shape `(samples,)`, digits 0 to 9.

    References:
        - Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI
          (1998), https://doi.org/10.24432/C50P49. Part of scikit-learn.

    >>> (x_train, y_train), (x_test, y_test) = load_digits()
    """
    from sklearn import datasets

    bunch = datasets.load_digits()
    x = bunch.images.astype("float32")
    y = bunch.target.astype("int64")
    train, test = split_classes(y)
    return Images(
        name="digits",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        class_names=tuple(map(str, np.arange(10))),
        description="1,797 handwritten digits, 8 × 8 gray levels from 0 to 16",
        source="Alpaydin and Kaynak (1998), https://doi.org/10.24432/C50P49",
        license="CC-BY-4.0",
    )
