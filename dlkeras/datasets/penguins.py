"""Penguins of three species."""

from dlkeras.datasets.csv_columns import columns, read_csv
from dlkeras.datasets.fetch import fetch
from dlkeras.datasets.split import split_classes
from dlkeras.datasets.table import Table

_MEASURED = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


def load_penguins() -> Table:
    """Load four measurements of 342 penguins, to tell their species.

    They were measured on three islands of the Palmer Archipelago in
    Antarctica from 2007 to 2009. Two birds without measurements are left
    out. A fifth of each species is kept for testing. `select` keeps some
    features or species only.

    Returns:
        A `Table` that unpacks as `(x_train, y_train), (x_test, y_test)`.

        - `x_train` (273) and `x_test` (69): float32, shape `(samples, 4)`:
          `bill_length`, `bill_depth`, `flipper_length` in mm, `body_mass` in g.
        - `y_train` and `y_test`: int64, shape `(samples,)`, 0 Adelie (151 in
          all), 1 Chinstrap (68), 2 Gentoo (123).

    Raises:
        dlkeras.datasets.fetch.DatasetError: If the file cannot be fetched.

    References:
        - Gorman, Williams and Fraser, Ecological sexual dimorphism and
          environmental variability within a community of Antarctic penguins
          (2014), https://doi.org/10.1371/journal.pone.0090081.
        - Horst, Hill and Gorman, palmerpenguins (2020),
          https://doi.org/10.5281/zenodo.3960218. Packaged by Bokeh.

    >>> penguins = load_penguins().select(
    ...     features=["bill_length", "bill_depth"], classes=["Adelie", "Gentoo"]
    ... )
    >>> (x_train, y_train), (x_test, y_test) = penguins
    """
    raw = read_csv(fetch("penguins"))
    measured = raw["body_mass_g"] != ""
    x = columns(*(raw[name][measured] for name in _MEASURED))
    class_names = ("Adelie", "Chinstrap", "Gentoo")
    y = sum(
        label * (raw["species"][measured] == name).astype("int64")
        for label, name in enumerate(class_names)
    )
    train, test = split_classes(y)
    return Table(
        name="penguins",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        class_names=class_names,
        description="Four measurements of 342 penguins of three species",
        source="Gorman, Williams and Fraser (2014), "
        "https://doi.org/10.1371/journal.pone.0090081",
        license="CC0-1.0",
        feature_names=("bill_length", "bill_depth", "flipper_length", "body_mass"),
        units=("mm", "mm", "mm", "g"),
        target_name="species",
    )
