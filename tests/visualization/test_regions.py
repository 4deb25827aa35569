"""Regions beside the true ones."""

import numpy as np
import pytest

from dlkeras.visualization import show_regions

TRUTH = np.array([[0, 1, 0, 1]], bool)
FOUND = np.array([[0, 0, 1, 1]], bool)


def test_each_kind_of_pixel_has_its_color():
    fig = show_regions(np.zeros((1, 4)), TRUTH, {"a": FOUND, "b": TRUTH}, suptitle="s")
    assert [ax.get_title() for ax in fig.axes] == ["image", "a", "b", ""]
    assert fig.get_suptitle() == "s"
    neither, missed, extra, both = fig.axes[1].images[0].get_array()[0]
    assert neither.max() == 0
    assert missed[2] > missed[0]  # blue
    assert extra[0] > extra[2]  # orange
    assert np.ptp(both) == 0
    perfect = fig.axes[2].images[0].get_array()[0]
    assert np.ptp(perfect, axis=1).max() == 0  # black and gray only


def test_shapes_must_fit():
    with pytest.raises(ValueError, match=r"'a' .*\(1, 4\).*\(4, 1\)"):
        show_regions(np.zeros((1, 4)), TRUTH, {"a": FOUND.T})
