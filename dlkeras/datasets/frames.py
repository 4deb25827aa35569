"""Reading a pandas table that was pickled, without unpickling it.

The columns are put together from inert records of what the file says. pandas
is not needed.
"""

import io
import lzma
from pathlib import Path

import numpy as np

from dlkeras.datasets.records import BROKEN, Record, RecordReader

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
        frame = RecordReader(io.BytesIO(packed), _KNOWN).load()
        blocks, axes = frame.state["_mgr"].args
        names = list(_array(axes[0].args[1]["data"]))
        columns = {}
        for block in blocks:
            values, places, _ = block.args
            for place, column in zip(_array(places), _array(values), strict=True):
                columns[names[place]] = column
        return {name: columns[name] for name in names}
    except (lzma.LZMAError, *BROKEN) as error:
        raise ValueError(f"{path} holds no plain pandas table: {error}") from error


def _array(record: Record) -> np.ndarray:
    if type(record).__name__ == "_frombuffer":
        buffer, dtype, shape, order = record.args
        kind = np.dtype(dtype.state[1] + dtype.args[0])
        return np.frombuffer(buffer, kind).reshape(shape, order=order)
    _, shape, _, by_column, values = record.state  # an array of Python objects
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array.reshape(shape, order="F" if by_column else "C")
