"""Reading a pickled table without unpickling it."""

import lzma
import os
import pickle

import pytest

from dlkeras.datasets import fetch
from dlkeras.datasets.frames import read_frame


class Hostile:
    def __reduce__(self):
        return os.mkdir, (Hostile.trace,)


def test_hostile_pickle_runs_nothing(tmp_path):
    Hostile.trace = str(tmp_path / "trace")
    path = tmp_path / "hostile.pkl.xz"
    path.write_bytes(lzma.compress(pickle.dumps(Hostile())))
    with pytest.raises(ValueError, match="mkdir"):
        read_frame(path)
    assert not os.path.exists(Hostile.trace)


@pytest.mark.parametrize(
    "content",
    [b"", b"no xz", lzma.compress(b""), lzma.compress(pickle.dumps({"a": 1}))],
)
def test_no_table(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="holds no plain pandas table"):
        read_frame(path)


@pytest.mark.network
def test_the_exam_table(fetched):
    fetched("exam_scores")
    table = read_frame(fetch.fetch("exam_scores"))
    assert list(table) == [
        *("rownames", "school", "normexam", "schgend", "schavg", "vr"),
        *("intake", "standLRT", "sex", "type", "student"),
    ]
    assert {len(column) for column in table.values()} == {4059}
    assert list(table["rownames"][:3]) == [1, 2, 3]
    assert table["normexam"][0] == pytest.approx(0.2613242)
    assert set(table["schgend"]) == {"mixed", "boys", "girls"}
    # Columns are matched to their names: these two say the same thing.
    assert ((table["type"] == "Mxd") == (table["schgend"] == "mixed")).all()
