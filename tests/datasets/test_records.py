"""What a pickle may say, and what it may not."""

import io
import os
import pickle
from collections import OrderedDict

import pytest

from dlkeras.datasets.records import BROKEN, Record, RecordReader


class Hostile:
    """Calls what it is given when it is unpickled."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


def read(content, known=(), resolve=None):
    return RecordReader(io.BytesIO(content), known, resolve).load()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    ("hostile", "name"),
    [
        (Hostile(os.system, "touch {trace}"), r"(posix|nt)\.system"),
        (Hostile(eval, "open({trace!r}, 'w')"), "eval"),
        (Hostile(exec, "open({trace!r}, 'w')"), "exec"),
        (Hostile(os.mkdir, "{trace}"), "mkdir"),
        (Hostile(open, "{trace}", "w"), "open"),
        (Hostile(getattr, os, "mkdir"), ""),  # os itself is no picklable thing
        ({"a": [(1, Hostile(os.mkdir, "{trace}"))]}, "mkdir"),
    ],
    ids=["system", "eval", "exec", "mkdir", "open", "getattr", "nested"],
)
def test_hostile_pickle_runs_nothing(tmp_path, protocol, hostile, name):
    trace = str(tmp_path / "trace")
    found = hostile["a"][0][1] if isinstance(hostile, dict) else hostile
    function, args = found.call
    args = [a.format(trace=trace) if isinstance(a, str) else a for a in args]
    armed = Hostile(function, *args)
    try:
        content = pickle.dumps([armed, {"a": armed}], protocol)
    except TypeError:
        content = b"cbuiltins\ngetattr\n(cos\nmkdir\nVx\ntR."
    with pytest.raises(pickle.UnpicklingError, match=f"it names .*{name}"):
        read(content, known={"collections.OrderedDict"})
    assert not os.path.exists(trace)


@pytest.mark.parametrize(
    "content",
    [
        b"(Vtrace\nios\nmkdir\n.",  # INST
        b"(cos\nmkdir\nVtrace\no.",  # OBJ
        b"\x80\x02cos\nmkdir\nVtrace\n\x85\x81.",  # NEWOBJ
        b"\x80\x04\x8c\x02os\x8c\x05mkdir\x93\x8c\x05trace\x85R.",  # STACK_GLOBAL
        # A dotted name, which would lead out of a module that is allowed.
        b"\x80\x04\x8c\x0bcollections\x8c\x10_sys.modules.get\x93.",
    ],
)
def test_no_way_of_naming_gets_around_the_list(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pickle.UnpicklingError, match="it names"):
        read(content, known={"collections.OrderedDict"})
    assert not list(tmp_path.iterdir())


def test_known_names_become_records():
    content = b"\x80\x02cos\nmkdir\nVtrace\n\x85R}Va\nK\x01sb."
    record = read(content, known={"os.mkdir"})
    assert isinstance(record, Record)
    assert type(record).__name__ == "mkdir"
    assert record.args == ("trace",)
    assert record.state == {"a": 1}


def test_dictionaries_stay_dictionaries():
    given = OrderedDict(b=1, a=[2.5, "x", None, True])
    assert read(pickle.dumps(given), known={"collections.OrderedDict"}) == given


def test_references_outside():
    content = b"\x80\x02V7\nQ."
    assert read(content, resolve=lambda key: key * 2) == "77"
    with pytest.raises(pickle.UnpicklingError, match="outside itself"):
        read(content)


@pytest.mark.parametrize("content", [b"", b".", b"no pickle", b"\x80\x7f.", b"}K\x01"])
def test_broken(content):
    with pytest.raises(BROKEN):
        read(content)
