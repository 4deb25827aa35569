"""What houses sold for in Windsor, Canada."""

from dlkeras.datasets.csv_columns import columns, read_csv
from dlkeras.datasets.fetch import fetch
from dlkeras.datasets.split import split_rows
from dlkeras.datasets.table import Table

_NUMBERS = {
    "lot_size": ("lotsize", "square feet"),
    "bedrooms": ("bedrooms", "number"),
    "bathrooms": ("bathrms", "number of full bathrooms"),
    "stories": ("stories", "number without the basement"),
    "garage_places": ("garagepl", "number"),
}
_TRUTHS = {
    "driveway": ("driveway", "1 with a driveway, else 0"),
    "recreation_room": ("recroom", "1 with a recreation room, else 0"),
    "full_basement": ("fullbase", "1 with a finished basement, else 0"),
    "gas_water_heating": ("gashw", "1 if gas heats the water, else 0"),
    "air_conditioning": ("airco", "1 with central air conditioning, else 0"),
    "preferred_area": ("prefarea", "1 in a preferred neighborhood, else 0"),
}


def load_windsor_housing() -> Table:
    """Load 546 house sales of 1987 in Windsor, Ontario, to predict the price.

    A fifth of the sales is kept for testing.

    Returns:
        A `Table` that unpacks as `(x_train, y_train), (x_test, y_test)`.

        - `x_train` (437) and `x_test` (109): float32, shape `(samples, 11)`:
          `lot_size` (square feet) and the numbers of `bedrooms`, `bathrooms`,
          `stories` and `garage_places`; then, each 1 for yes and 0 for no,
          `driveway`, `recreation_room`, `full_basement`, `gas_water_heating`,
          `air_conditioning` and `preferred_area`.
        - `y_train` and `y_test`: float32, shape `(samples,)`, prices in
          Canadian dollars of 1987, 25,000 to 190,000.

    Raises:
        dlkeras.datasets.fetch.DatasetError: If the file cannot be fetched.

    References:
        - Anglin and Gençay, Semiparametric estimation of a hedonic price
          function (1996),
          https://doi.org/10.1002/(SICI)1099-1255(199611)11:6%3C633::AID-JAE414%3E3.0.CO;2-T
          From R's Ecdat, packaged by pydataset.

    >>> (x_train, y_train), (x_test, y_test) = load_windsor_housing()
    """
    raw = read_csv(fetch("windsor_housing"))
    x = columns(
        *(raw[name] for name, _ in _NUMBERS.values()),
        *(raw[name] == "yes" for name, _ in _TRUTHS.values()),
    )
    y = raw["price"].astype("float32")
    train, test = split_rows(len(x))
    described = _NUMBERS | _TRUTHS
    return Table(
        name="windsor_housing",
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        description="546 house sales of 1987 in Windsor, Ontario",
        source="Anglin and Gençay (1996), https://doi.org/10.1002/"
        "(SICI)1099-1255(199611)11:6%3C633::AID-JAE414%3E3.0.CO;2-T",
        license="GPL-2.0-or-later (R package Ecdat)",
        feature_names=tuple(described),
        units=tuple(unit for _, unit in described.values()),
        target_name="price",
        target_unit="Canadian dollars of 1987",
    )
