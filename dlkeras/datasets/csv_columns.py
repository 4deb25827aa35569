"""Reading small CSV files."""

import csv
from pathlib import Path

import numpy as np


def read_csv(path: Path) -> dict[str, np.ndarray]:
    """Columns of a CSV file with a header, as arrays of strings, by name."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return dict(zip(header, np.array(rows).T, strict=True))


def columns(*values: np.ndarray) -> np.ndarray:
    """Columns of numbers or truths, side by side: shape `(rows, columns)`, float32."""
    return np.stack([np.asarray(v, dtype="float32") for v in values], axis=1)
