"""Seventy thousand pictures of clothes."""

from dlkeras.datasets.fetch import fetch
from dlkeras.datasets.idx import read_idx
from dlkeras.datasets.table import Images


def load_fashion_mnist() -> Images:
    """Load Fashion-MNIST: 70,000 small gray pictures of clothes in ten classes.

    Made to be used in place of MNIST, in the same format, but harder. The
    split into training and testing is the original one, and so is the order.
    All 70,000 take 55 MB of memory; a lab that is in a hurry takes the first
    few thousand, which are already mixed. The arrays are those of
    `keras.datasets.fashion_mnist.load_data()`, whose files are used if they
    are here.

    Returns:
        An `Images` that unpacks as `(x_train, y_train), (x_test, y_test)`.

        - `x_train` (60000) and `x_test` (10000): uint8, shape
          `(samples, 28, 28)`, gray levels from 0 (background) to 255.
        - `y_train` and `y_test`: int64, shape `(samples,)`, classes 0 to 9,
          the same number of each on both sides: T-shirt/top, Trouser,
          Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot.

    Raises:
        dlkeras.datasets.fetch.DatasetError: If the files cannot be fetched.

    References:
        - Xiao, Rasul and Vollgraf, Fashion-MNIST: a novel image dataset for
          benchmarking machine learning algorithms (2017),
          https://arxiv.org/abs/1708.07747. MIT license.

    >>> (x_train, y_train), (x_test, y_test) = load_fashion_mnist()
    """
    arrays = {}
    for part, samples in (("train", 60_000), ("test", 10_000)):
        images = fetch(f"fashion_mnist_{part}_images")
        labels = fetch(f"fashion_mnist_{part}_labels")
        arrays[f"x_{part}"] = read_idx(images, (samples, 28, 28))
        arrays[f"y_{part}"] = read_idx(labels, (samples,)).astype("int64")
    return Images(
        name="fashion_mnist",
        **arrays,
        class_names=(
            *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
            *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ),
        description="70,000 pictures of clothes, 28 × 28 gray levels from 0 to 255",
        source="Xiao, Rasul and Vollgraf (2017), https://arxiv.org/abs/1708.07747",
        license="MIT",
    )
