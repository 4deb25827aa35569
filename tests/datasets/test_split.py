"""Fixed splits."""

import numpy as np
import pytest

from dlkeras.datasets.split import split_classes, split_groups, split_rows

LABELS = np.repeat([0, 1, 2], [50, 30, 20])


@pytest.mark.parametrize(
    "split",
    [
        lambda: split_rows(100),
        lambda: split_classes(LABELS),
        lambda: split_groups(np.arange(100) // 5),
    ],
    ids=["rows", "classes", "groups"],
)
def test_every_row_is_on_one_side(split, monkeypatch):
    train, test = split()
    assert sorted([*train, *test]) == list(range(100))
    assert len(test) == 20
    assert list(train) != sorted(train)  # shuffled
    monkeypatch.setenv("DLKERAS_SEED", "5")
    np.random.seed(5)  # noqa: NPY002 - a lab may have set it
    again = split()
    assert all(np.array_equal(a, b) for a, b in zip((train, test), again, strict=True))


def test_classes_keep_their_share():
    train, test = split_classes(LABELS)
    assert list(np.bincount(LABELS[train])) == [40, 24, 16]
    assert list(np.bincount(LABELS[test])) == [10, 6, 4]


def test_groups_stay_together():
    groups = np.arange(100) // 5
    train, test = split_groups(groups)
    assert not set(groups[train]) & set(groups[test])
