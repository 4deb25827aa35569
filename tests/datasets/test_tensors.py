"""Reading what PyTorch saved, without PyTorch."""

import io
import os
import pickle
import struct
import subprocess
import sys
from collections import OrderedDict

import numpy as np
import pytest

from dlkeras.datasets import fetch
from dlkeras.datasets.tensors import read_tensors

START = (
    pickle.dumps(0x1950A86A20F9469CFC6C, 2)
    + pickle.dumps(1001, 2)
    + pickle.dumps({"protocol_version": 1001, "little_endian": True}, 2)
)


class Named:
    """Pickles as a name of another module that is called with some arguments."""

    def __init__(self, name, *args):
        self.name, self.args = name, args


class Storage:
    def __init__(self, kind, key, length, view=None):
        self.reference = ("storage", Named(kind), key, "cpu", length, view)


class Writer(pickle._Pickler):
    """Writes `Named` and `Storage` as PyTorch writes its own things."""

    def persistent_id(self, found):
        return found.reference if isinstance(found, Storage) else None

    def save(self, found, save_persistent_id=True):
        if isinstance(found, Named):
            module, _, name = found.name.rpartition(".")
            self.write(f"c{module}\n{name}\n".encode())
            if found.args:
                self.save(found.args)
                self.write(b"R")
        else:
            super().save(found, save_persistent_id)


def saved(tensors, storages, start=START):
    """A file of named tensors, `{name: object}`, and storages, `{key: array}`."""
    packed = io.BytesIO()
    Writer(packed, 2).dump(tensors)
    content = start + packed.getvalue() + pickle.dumps(list(storages), 2)
    for array in storages.values():
        content += struct.pack("<q", array.size) + array.tobytes()
    return content


def tensor(storage, offset, shape, strides):
    rebuild = "torch._utils._rebuild_tensor_v2"
    return Named(rebuild, storage, offset, shape, strides, False, OrderedDict())


NUMBERS = np.arange(12, dtype="<f4")
FLOATS = Storage("torch.FloatStorage", "0", 12)


@pytest.fixture
def read(tmp_path):
    def read(content):
        (tmp_path / "a.pth").write_bytes(content)
        return read_tensors(tmp_path / "a.pth")

    return read


@pytest.mark.parametrize(
    ("offset", "shape", "strides", "expected"),
    [
        (0, (12,), (1,), NUMBERS),
        (0, (3, 4), (4, 1), NUMBERS.reshape(3, 4)),
        (0, (4, 3), (1, 4), NUMBERS.reshape(3, 4).T),
        (0, (2, 3, 2), (1, 4, 2), NUMBERS.reshape(3, 2, 2).transpose(2, 0, 1)),
        (2, (2, 2), (4, 3), [[2, 5], [6, 9]]),
        (5, (), (), 5.0),
        (12, (0, 3), (3, 1), np.zeros((0, 3))),
        (1, (2, 3), (0, 2), [[1, 3, 5], [1, 3, 5]]),
    ],
)
def test_strides_and_offsets(read, offset, shape, strides, expected):
    given = OrderedDict(w=tensor(FLOATS, offset, shape, strides))
    array = read(saved(given, {"0": NUMBERS}))["w"]
    np.testing.assert_array_equal(array, expected)
    assert array.shape == shape
    assert array.dtype == "float32"
    assert array.flags.c_contiguous
    assert array.flags.writeable


def test_tensors_that_share_a_storage_and_other_types(read):
    counts = np.array([7, -8], dtype="<i8")
    given = {
        "b": tensor(FLOATS, 0, (2,), (1,)),
        "a": tensor(FLOATS, 10, (2,), (1,)),
        "n": tensor(Storage("torch.LongStorage", "1", 2), 1, (), ()),
    }
    arrays = read(saved(given, {"1": counts, "0": NUMBERS}))
    assert list(arrays) == ["b", "a", "n"]
    assert arrays["a"].tolist() == [10, 11]
    assert arrays["n"] == -8
    assert arrays["n"].dtype == "int64"
    arrays["b"][:] = 0
    assert arrays["a"].tolist() == [10, 11]


def whole():
    return saved({"w": tensor(FLOATS, 0, (3, 4), (4, 1))}, {"0": NUMBERS})


@pytest.mark.parametrize("kept", [0, 1, 5, 14, 20, 60, 100, 200, -49, -48, -1])
def test_file_that_breaks_off(read, kept):
    with pytest.raises(ValueError, match="holds no plain tensors"):
        read(whole()[:kept])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no pickle", "holds no plain tensors"),
        (pickle.dumps({"w": 1}), "not written by PyTorch"),
        (pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(7, 2), "version"),
        (
            saved({}, {}, START.replace(b"\x88", b"\x89")),
            "the highest byte first",
        ),
        (whole() + b"0", "more in it than it says"),
        (saved({"w": tensor(FLOATS, 0, (12,), (1,))}, {"0": NUMBERS[:6]}), "lengths"),
        (saved({"w": tensor(FLOATS, 1, (12,), (1,))}, {"0": NUMBERS}), "beyond"),
        (saved({"w": tensor(FLOATS, 0, (3, 4), (5, 1))}, {"0": NUMBERS}), "beyond"),
        (saved({"w": tensor(FLOATS, -1, (2,), (1,))}, {"0": NUMBERS}), "strides"),
        (saved({"w": tensor(FLOATS, 0, (2,), (-1,))}, {"0": NUMBERS}), "strides"),
        (saved({"w": tensor(FLOATS, 0, (2,), (1, 1))}, {"0": NUMBERS}), "strides"),
        (saved({"w": tensor(FLOATS, 0, (10**12,), (0,))}, {"0": NUMBERS}), "larger"),
        (saved({"w": tensor(FLOATS, 0, (2,), (1,))}, {}), "holds no plain tensors"),
        (saved({"w": 3}, {}), "holds a int"),
        (saved({"w": FLOATS}, {"0": NUMBERS}), "holds a str"),
        (saved([1], {}), "holds no plain tensors"),
        (
            saved({"w": tensor(Storage("torch.FloatStorage", "0", -1), 0, (), ())}, {}),
            "holds no plain tensors",
        ),
    ],
)
def test_broken_file(read, content, message):
    with pytest.raises(ValueError, match=message):
        read(content)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("os.system", ["touch {trace}"]),
        ("builtins.eval", ["open({trace!r}, 'w')"]),
        ("builtins.exec", ["open({trace!r}, 'w')"]),
        ("os.mkdir", ["{trace}"]),
        ("subprocess.Popen", [["touch", "{trace}"]]),
        ("torch.load", ["{trace}"]),
        ("torch.storage._load_from_bytes", [b"x"]),
        ("torch.nn.modules.linear.Linear", [1, 1]),
        ("torch._utils._rebuild_tensor", [1]),
        ("numpy.core.multiarray._reconstruct", [1]),
    ],
)
@pytest.mark.parametrize("where", ["tensor", "storage", "start", "keys"])
def test_other_names_are_refused_and_not_called(tmp_path, read, name, args, where):
    trace = str(tmp_path / "trace")
    args = [a.format(trace=trace) if isinstance(a, str) else a for a in args]
    hostile = Named(name, *args)
    packed = io.BytesIO()
    Writer(packed, 2).dump(hostile)
    if where == "tensor":
        content = saved({"w": hostile}, {})
    elif where == "storage":
        storage = Storage("torch.FloatStorage", hostile, 12)
        content = saved({"w": tensor(storage, 0, (12,), (1,))}, {"0": NUMBERS})
    elif where == "start":
        content = packed.getvalue()
    else:
        first = io.BytesIO()
        Writer(first, 2).dump({"w": tensor(FLOATS, 0, (12,), (1,))})
        content = START + first.getvalue() + packed.getvalue()
    with pytest.raises(ValueError, match=rf"it names {name}$"):
        read(content)
    assert not os.path.exists(trace)


def test_what_pytorch_writes(tmp_path):
    torch = pytest.importorskip("torch")
    base = torch.randn(6, 5, 4)
    given = OrderedDict(
        base=base,
        transposed=base.transpose(0, 2),
        piece=base[1:3, ::2, 1:],
        channels_last=torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
        scalar=torch.tensor(7),
        half=base.half(),
        double=base.double(),
        flags=base > 0,
        empty=torch.zeros(0, 3),
        **{f"int{t.itemsize}": base.to(t) for t in (torch.int8, torch.int32)},
    )
    path = tmp_path / "a.pth"
    torch.save(given, path, _use_new_zipfile_serialization=False)
    arrays = read_tensors(path)
    assert list(arrays) == list(given)
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, given[name].numpy())
        assert array.dtype == given[name].numpy().dtype

    torch.save(given, path)
    with pytest.raises(ValueError, match="newer format"):
        read_tensors(path)
    torch.save(torch.nn.Linear(2, 3), path, _use_new_zipfile_serialization=False)
    with pytest.raises(ValueError, match="it names torch"):
        read_tensors(path)


@pytest.mark.network
def test_the_weights_of_efficientnet_lite0(fetched):
    fetched("efficientnet_lite0")
    weights = read_tensors(fetch.fetch("efficientnet_lite0"))
    assert len(weights) == 296
    assert sum(array.size for array in weights.values()) == 4_694_073
    assert weights["_conv_stem.weight"].shape == (32, 3, 3, 3)
    assert weights["_fc.weight"].shape == (1000, 1280)
    assert all(np.isfinite(array).all() for array in weights.values())
    assert all(a.min() >= 0 for n, a in weights.items() if n.endswith("running_var"))


def test_pytorch_is_not_imported():
    script = (
        "import sys, dlkeras.datasets.tensors; "
        "print(sorted({'torch', 'keras'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
