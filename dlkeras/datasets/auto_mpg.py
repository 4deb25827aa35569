"""How far cars went on a gallon."""

from dlkeras.datasets.csv_columns import columns, read_csv
from dlkeras.datasets.fetch import fetch
from dlkeras.datasets.split import split_rows
from dlkeras.datasets.table import Table

_COLUMNS = {
    "cylinders": "number",
    "displacement": "cubic inches",
    "horsepower": "horsepower",
    "weight": "pounds",
    "acceleration": "seconds from 0 to 60 miles an hour",
    "model_year": "years since 1900",
    "origin_america": "1 if built in North America, else 0",
    "origin_europe": "1 if built in Europe, else 0",
    "origin_asia": "1 if built in Asia, else 0",
}


def load_auto_mpg() -> Table:
    """Load 392 cars of the years 1970 to 1982, to predict miles per gallon.

    A fifth of the cars is kept for testing.

    Returns:
        A `Table` that unpacks as `(x_train, y_train), (x_test, y_test)`.

        - `x_train` (314) and `x_test` (78): float32, shape `(samples, 9)`:
          `cylinders`, `displacement` (cubic inches), `horsepower`, `weight`
          (pounds), `acceleration` (seconds from 0 to 60 miles an hour),
          `model_year` (years since 1900), and the one-hot `origin_america`,
          `origin_europe`, `origin_asia`.
        - `y_train` and `y_test`: float32, shape `(samples,)`, miles per
          gallon (US), 9 to 46.6.

    Raises:
        dlkeras.datasets.fetch.DatasetError: If the file cannot be fetched.

    References:
        - Quinlan, Combining instance-based and model-based learning (1993),
          https://doi.org/10.24432/C5859H, on data of Donoho and Ramos (1982).
          Packaged by Bokeh.

    >>> (x_train, y_train), (x_test, y_test) = load_auto_mpg()
    """
    raw = read_csv(fetch("auto_mpg"))
    numbers = [raw[n] for n in ("cyl", "displ", "hp", "weight", "accel", "yr")]
    x = columns(*numbers, *(raw["origin"] == code for code in "123"))
    y = raw["mpg"].astype("float32")
    train, test = split_rows(len(x))
    return Table(
        name="auto_mpg",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        description="392 cars of the years 1970 to 1982",
        source="Donoho and Ramos (1982); Quinlan (1993), "
        "https://doi.org/10.24432/C5859H",
        license="CC0-1.0",
        feature_names=tuple(_COLUMNS),
        units=tuple(_COLUMNS.values()),
        target_name="mpg",
        target_unit="miles per gallon",
    )
