import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

from dlkeras.visualization import draw_fields


def test_each_field_lies_inside_the_one_before():
    fig, ax = plt.subplots()
    assert draw_fields(ax) is ax
    boxes = [p for p in ax.patches if isinstance(p, FancyBboxPatch)]
    assert len(boxes) == 3
    for outer, inner in zip(boxes[:-1], boxes[1:], strict=True):
        assert outer.get_x() < inner.get_x()
        assert outer.get_y() < inner.get_y()
        for side in ("width", "height"):
            start = "get_x" if side == "width" else "get_y"
            ends = [
                getattr(b, start)() + getattr(b, f"get_{side}")()
                for b in (outer, inner)
            ]
            assert ends[1] < ends[0]
    names = [text.get_text() for text in ax.texts][::2]
    assert names == ["Artificial intelligence", "Machine learning", "Deep learning"]
    plt.close(fig)


def test_draws_on_the_current_axes_if_none_is_given():
    fig, ax = plt.subplots()
    assert draw_fields() is ax
    plt.close(fig)
