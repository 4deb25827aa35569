"""Pictures with boxes."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from dlkeras.visualization import show_boxes

IMAGES = np.zeros((4, 20, 40, 1))
BOXES = np.array([[0.25, 0.5, 0.75, 1.0]] * 4)


def test_boxes_lie_on_the_pixels():
    fig = show_boxes(IMAGES, BOXES, BOXES / 2, suptitle="four")
    true, found = fig.axes[0].patches
    np.testing.assert_allclose(true.get_xy(), [9.5, 9.5])  # the edge of pixel 10
    assert (true.get_width(), true.get_height()) == (20, 10)
    assert (found.get_width(), found.get_height()) == (10, 5)
    assert true.get_linestyle() != found.get_linestyle()
    assert to_hex(true.get_edgecolor()) != to_hex(found.get_edgecolor())
    assert fig.get_suptitle() == "four"


def test_words_stand_above_and_below():
    fig = show_boxes(IMAGES, BOXES, titles=list("abcd"), notes=list("efgh"))
    assert [ax.get_title() for ax in fig.axes[:4]] == list("abcd")
    assert [ax.get_xlabel() for ax in fig.axes[:4]] == list("efgh")
    assert len(fig.axes) == 6
    assert not fig.axes[5].axison


def test_heat_covers_the_image_whatever_its_size():
    fig = show_boxes(IMAGES, BOXES, heat=np.ones((4, 5, 5)))
    image, heat = fig.axes[0].images
    assert heat.get_extent() == list(image.get_extent())


def test_as_many_of_each():
    with pytest.raises(ValueError, match="titles"):
        show_boxes(IMAGES, BOXES, titles=["a"])
    with pytest.raises(ValueError, match="boxes"):
        show_boxes(IMAGES, BOXES[:3])
