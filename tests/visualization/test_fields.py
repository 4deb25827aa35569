import itertools

import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

from dlkeras.visualization import draw_fields


def test_each_field_lies_inside_the_one_before():
    fig, ax = plt.subplots()
    assert draw_fields(ax) is ax
    boxes = [p for p in ax.patches if isinstance(p, FancyBboxPatch)]
    assert len(boxes) == 3
    for outer, inner in itertools.pairwise(boxes):
        assert outer.get_x() < inner.get_x()
        assert outer.get_y() < inner.get_y()
        right = [box.get_x() + box.get_width() for box in (outer, inner)]
        top = [box.get_y() + box.get_height() for box in (outer, inner)]
        assert right[1] < right[0]
        assert top[1] < top[0]
    names = [text.get_text() for text in ax.texts][::2]
    assert names == ["Artificial intelligence", "Machine learning", "Deep learning"]
    plt.close(fig)


def test_draws_on_the_current_axes_if_none_is_given():
    fig, ax = plt.subplots()
    assert draw_fields() is ax
    plt.close(fig)
