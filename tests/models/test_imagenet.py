from collections import Counter

import pytest

from dlkeras.models import imagenet_class_names


@pytest.fixture
def names(fetched):
    fetched("imagenet_class_names")
    return imagenet_class_names()


def test_thousand_names(names):
    assert len(names) == 1000
    assert all(name and "," not in name for name in names)
    assert {n: k for n, k in Counter(names).items() if k > 1} == {
        "crane": 2,
        "maillot": 2,
    }


@pytest.mark.parametrize(
    ("number", "name"),
    [
        # As everywhere that ImageNet's classes are listed.
        (0, "tench"),
        (1, "goldfish"),
        (207, "golden retriever"),
        (281, "tabby"),
        (285, "Egyptian cat"),
        (388, "giant panda"),
        (504, "coffee mug"),
        (817, "sports car"),
        (954, "banana"),
        (967, "espresso"),
        (999, "toilet tissue"),
    ],
)
def test_order(names, number, name):
    assert names[number] == name
