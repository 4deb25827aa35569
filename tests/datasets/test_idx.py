"""Reading IDX files, whole and broken."""

import numpy as np
import pytest

from dlkeras.datasets.idx import read_idx

ARRAY = np.arange(24, dtype="uint8").reshape(2, 3, 4)
FILE = bytes.fromhex("00000803 00000002 00000003 00000004") + bytes(range(24))


def test_read_idx(tmp_path):
    (tmp_path / "a").write_bytes(FILE)
    array = read_idx(tmp_path / "a", (2, 3, 4))
    np.testing.assert_array_equal(array, ARRAY)
    assert array.dtype == "uint8"
    array[0] = 0  # the reader may write into it


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "starts with nothing"),
        (FILE[:10], "is no IDX file"),
        (b"\x1f\x8b" + FILE[2:], "starts with 1f8b0803"),  # still packed
        (FILE[:2] + b"\x0d" + FILE[3:], "starts with 00000d03"),  # floats
        (FILE[:3] + b"\x02" + FILE[4:], "starts with 00000802"),  # two axes
        (FILE[:7] + b"\x05" + FILE[8:], "00000005"),  # another length
        (FILE[:-1], "hold 24 values. Received: 23"),
        (FILE + b"0", "hold 24 values. Received: 25"),
    ],
)
def test_broken_file(tmp_path, content, message):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_idx(tmp_path / "a", (2, 3, 4))
