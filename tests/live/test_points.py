import json

import numpy as np
import pytest

from dlkeras.live.points import check_pair, check_points, short, window_around


def test_short_numbers_keep_four_digits_and_the_shape():
    values = np.array([[3.14159, -271828.0], [0.000123456, 0.0]])
    found = short(values)
    assert found == [[3.142, -271800.0], [0.0001235, 0.0]]
    assert json.loads(json.dumps(found)) == found
    assert short(np.float32(0.1)) == 0.1


def test_points_become_arrays():
    x, y = check_points([[0, 1], [2, 3]], np.array([[True], [False]]))
    assert x.shape == (2, 2)
    assert y.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.zeros((3, 4)), [0, 1, 0], r"Received: \(3, 4\)"),
        (np.zeros(3), [0, 1, 0], r"Received: \(3,\)"),
        (np.zeros((0, 2)), [], r"Received: \(0, 2\)"),
        ([[0, np.nan]], [0], r"Received: x\[0\]=\[0.0, nan\]"),
        (np.zeros((3, 2)), [0, 1], "3 points, 2 classes"),
        (np.zeros((3, 2)), [0, 1, 2], r"Received: \[0, 1, 2\]"),
    ],
)
def test_other_points_are_refused(x, y, message):
    with pytest.raises(ValueError, match=message):
        check_points(x, y)


@pytest.mark.parametrize("pair", ["ab", ["one"], ["one", "two", "three"]])
def test_a_pair_is_two_names(pair):
    with pytest.raises(ValueError, match="Received: class_names="):
        check_pair("class_names", pair)
    assert check_pair("class_names", ("a", "b")) == ["a", "b"]


def test_a_window_leaves_room_also_where_nothing_varies():
    assert window_around(np.array([[0.0, 5.0], [10.0, 5.0]])) == [-1.5, 11.5, 4.0, 6.0]
