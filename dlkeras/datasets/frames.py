"""Reading a pandas table that was pickled, without unpickling it.

Unpickling runs whatever the file says. Here every name in the file becomes an
inert record of what it was called with, names beyond a short list are refused,
and the columns are put together from those records. pandas is not needed.
"""

import io
import lzma
import pickle
from pathlib import Path
from typing import Any

import numpy as np

_KNOWN = {
    "numpy.core.multiarray._reconstruct",
    "numpy.core.numeric._frombuffer",
    "numpy.dtype",
    "numpy.ndarray",
    "pandas._libs.internals._unpickle_block",
    "pandas.core.frame.DataFrame",
    "pandas.core.indexes.base.Index",
    "pandas.core.indexes.base._new_Index",
    "pandas.core.indexes.range.RangeIndex",
    "pandas.core.internals.managers.BlockManager",
}


def read_frame(path: Path) -> dict[str, np.ndarray]:
    """Columns of a `DataFrame` that pandas pickled and xz packed.

    Args:
        path: The file.

    Returns:
        The columns by name; text columns as arrays of `object`.

    Raises:
        ValueError: If the file holds anything but a plain table.
    """
    try:
        packed = lzma.decompress(path.read_bytes())
        frame = _Records(io.BytesIO(packed)).load()
        blocks, axes = frame.state["_mgr"].args
        names = list(_array(axes[0].args[1]["data"]))
        columns = {}
        for block in blocks:
            values, places, _ = block.args
            for place, column in zip(_array(places), _array(values), strict=True):
                columns[names[place]] = column
        return {name: columns[name] for name in names}
    except (
        lzma.LZMAError,
        pickle.UnpicklingError,
        AttributeError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
    ) as error:
        raise ValueError(f"{path} holds no plain pandas table: {error}") from error


class _Record:
    """What a name in the file was called with; nothing is done with it."""

    def __new__(cls, *args: Any) -> "_Record":
        record = super().__new__(cls)
        record.args = args
        return record

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Records(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type:
        if f"{module}.{name}" not in _KNOWN:
            raise pickle.UnpicklingError(f"it names {module}.{name}")
        return type(name, (_Record,), {})


def _array(record: _Record) -> np.ndarray:
    if type(record).__name__ == "_frombuffer":
        buffer, dtype, shape, order = record.args
        kind = np.dtype(dtype.state[1] + dtype.args[0])
        return np.frombuffer(buffer, kind).reshape(shape, order=order)
    _, shape, _, by_column, values = record.state  # an array of Python objects
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array.reshape(shape, order="F" if by_column else "C")
