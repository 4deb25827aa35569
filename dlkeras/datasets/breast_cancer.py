"""Measurements of cell nuclei, malignant and benign."""

from dlkeras.datasets.split import split_classes
from dlkeras.datasets.table import Table


def load_breast_cancer() -> Table:
    """Load measurements of the cell nuclei in 569 breast tumors.

    Ten properties were measured for every nucleus in a picture of a needle
    sample (radius, texture, perimeter, area, smoothness, compactness,
    concavity, concave points, symmetry, fractal dimension). The table gives
    the mean, the standard error and the mean of the three largest values of
    each. A fifth of each class is kept for testing.

    Returns:
        A `Table` that unpacks as `(x_train, y_train), (x_test, y_test)`.

        - `x_train` (456) and `x_test` (113): float32, shape `(samples, 30)`.
          Lengths and areas are in units of the picture, the rest has no unit.
        - `y_train` and `y_test`: int64, shape `(samples,)`, 0 malignant (212
          tumors in all), 1 benign (357).

    References:
        - Street, Wolberg and Mangasarian, Nuclear feature extraction for breast
          tumor diagnosis (1993), https://doi.org/10.1117/12.148698. Part of
          scikit-learn.

    >>> (x_train, y_train), (x_test, y_test) = load_breast_cancer()
    """
    from sklearn import datasets

    bunch = datasets.load_breast_cancer()
    x = bunch.data.astype("float32")
    y = bunch.target.astype("int64")
    train, test = split_classes(y)
    names = tuple(map(str, bunch.feature_names))
    return Table(
        name="breast_cancer",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        class_names=("malignant", "benign"),
        description="Cell nuclei in 569 breast tumors, 30 measurements each",
        source="Street, Wolberg and Mangasarian (1993), "
        "https://doi.org/10.1117/12.148698",
        license="CC-BY-4.0",
        feature_names=names,
        units=tuple(map(_unit, names)),
        target_name="diagnosis",
    )


def _unit(name: str) -> str:
    if "radius" in name or "perimeter" in name:
        return "length in the picture"
    return "area in the picture" if "area" in name else ""
