"""What loaders return."""

import numpy as np
import pytest

from dlkeras.datasets import Table


@pytest.fixture
def table():
    return Table(
        name="fruit",
        x_train=np.arange(12, dtype="float32").reshape(4, 3),
        y_train=np.array([0, 1, 2, 1]),
        x_test=np.arange(6, dtype="float32").reshape(2, 3),
        y_test=np.array([2, 0]),
        class_names=("apple", "pear", "plum"),
        feature_names=("mass", "height", "width"),
        units=("g", "mm", "mm"),
        groups_train=np.array([7, 8, 9, 8]),
        groups_test=np.array([9, 7]),
    )


def test_unpacks_as_keras_datasets(table):
    (x_train, y_train), (x_test, y_test) = table
    assert x_train is table.x_train
    assert y_train is table.y_train
    assert x_test is table.x_test
    assert y_test is table.y_test


def test_says_what_it_is(table):
    assert repr(table) == "Table(fruit: 4 to train, 2 to test, each of shape (3,))"


def test_select_features(table):
    chosen = table.select(features=["width", "mass"])
    assert chosen.feature_names == ("width", "mass")
    assert chosen.units == ("mm", "g")
    assert chosen.x_train.tolist() == [[2, 0], [5, 3], [8, 6], [11, 9]]
    assert chosen.x_test.shape == (2, 2)
    assert table.x_train.shape == (4, 3)  # as it was


def test_select_classes_renumbers_them(table):
    chosen = table.select(classes=["plum", "pear"])
    assert chosen.class_names == ("plum", "pear")
    assert chosen.y_train.tolist() == [1, 0, 1]
    assert chosen.y_test.tolist() == [0]
    assert chosen.x_train[:, 0].tolist() == [3, 6, 9]
    assert chosen.groups_train.tolist() == [8, 9, 8]
    assert chosen.y_train.dtype == "int64"


@pytest.mark.parametrize(
    "arguments",
    [
        {"features": ["depth"]},
        {"features": []},
        {"features": ["mass", "mass"]},
        {"features": "mass"},
        {"classes": ["fig"]},
    ],
)
def test_select_refuses(table, arguments):
    with pytest.raises(ValueError, match="Received"):
        table.select(**arguments)


def test_frozen(table):
    with pytest.raises(AttributeError):
        table.name = "vegetables"
