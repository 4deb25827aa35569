"""Reading the tensors that PyTorch saved, without PyTorch and without unpickling.

`torch.save` writes a pickle, and unpickling runs whatever a file says. Here
the pickle is read as inert records, with tensors and dictionaries allowed and
nothing else, and the numbers behind it become NumPy arrays.

This reads the older of PyTorch's two formats, in which many weights are still
passed on: three small pickles (a magic number, the version, the sizes of
types), the pickle of the dictionary, a pickled list of storages, and then for
each storage its length as eight bytes and its numbers.
"""

import io
import math
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from dlkeras.datasets.records import BROKEN, Record, RecordReader

_MAGIC, _VERSION = 0x1950A86A20F9469CFC6C, 1001
_DTYPES = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}
_KNOWN = {
    "collections.OrderedDict",
    "torch._utils._rebuild_tensor_v2",
    *(f"torch.{name}" for name in _DTYPES),
}


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """Tensors that PyTorch saved as a dictionary, such as a model's weights.

    Args:
        path: A file of `torch.save` in its older format, as all are that
            were written before PyTorch 1.6.

    Returns:
        The tensors by name, in the order of the file. Each array is
        contiguous and has memory of its own, however the tensor lay in its
        storage.

    Raises:
        ValueError: If the file is broken, or holds anything but a dictionary
            of tensors.
    """
    try:
        if zipfile.is_zipfile(path):
            raise pickle.UnpicklingError("it is in the newer format, a zip archive")
        with path.open("rb") as file:
            return _read(file)
    except BROKEN as error:
        raise ValueError(f"{path} holds no plain tensors: {error}") from error


def _read(file: io.BufferedReader) -> dict[str, np.ndarray]:
    if RecordReader(file, ()).load() != _MAGIC:
        raise pickle.UnpicklingError("it was not written by PyTorch")
    if RecordReader(file, ()).load() != _VERSION:
        raise pickle.UnpicklingError("it is of an unknown version of the format")
    if RecordReader(file, ()).load()["little_endian"] is not True:
        raise pickle.UnpicklingError("its numbers have the highest byte first")

    expected: dict[str, tuple[str, int]] = {}  # dtype and length by storage

    def storage(reference: Any) -> str:
        _, kind, key, _, length, view = reference
        if view is not None:
            raise pickle.UnpicklingError("it holds a view of a storage")
        if expected.setdefault(key, (_DTYPES[kind.__name__], length))[1] != length:
            raise pickle.UnpicklingError(f"storage {key} has two lengths")
        return key

    named = RecordReader(file, _KNOWN, storage).load()
    storages = {}
    for key in RecordReader(file, ()).load():
        dtype, length = expected[key]
        said = int.from_bytes(_exactly(file, 8), "little")
        if said != length:
            raise pickle.UnpicklingError(f"storage {key} has two lengths")
        data = _exactly(file, length * np.dtype(dtype).itemsize)
        storages[key] = np.frombuffer(data, dtype)
    if file.read(1):
        raise pickle.UnpicklingError("there is more in it than it says")
    return {str(name): _tensor(record, storages) for name, record in named.items()}


def _exactly(file: io.BufferedReader, count: int) -> bytes:
    left = os.fstat(file.fileno()).st_size - file.tell()
    if not 0 <= count <= left:
        raise EOFError("it breaks off")
    return file.read(count)


def _tensor(record: Record, storages: dict[str, np.ndarray]) -> np.ndarray:
    if type(record).__name__ != "_rebuild_tensor_v2":
        raise pickle.UnpicklingError(f"it holds a {type(record).__name__}")
    key, offset, shape, strides, *_ = record.args
    numbers = storages[key]
    if len(shape) != len(strides) or min((offset, *shape, *strides)) < 0:
        raise pickle.UnpicklingError(f"a tensor has strides {strides} for {shape}")
    if math.prod(shape) > len(numbers):
        raise pickle.UnpicklingError("a tensor is larger than its storage")
    if math.prod(shape):
        # Outside its storage, a tensor would show other memory of this process.
        steps = zip(shape, strides, strict=True)
        if offset + sum((n - 1) * step for n, step in steps) >= len(numbers):
            raise pickle.UnpicklingError("a tensor reaches beyond its storage")
    else:
        offset, strides = 0, (0,) * len(shape)
    size = numbers.itemsize
    return as_strided(numbers[offset:], shape, [step * size for step in strides]).copy()
