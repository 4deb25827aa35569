import numpy as np
import pytest

from dlkeras.live.strokes import LETTER, SEVEN, SQUARE, THREE, paint


def test_a_line_is_as_wide_as_the_pen():
    image = paint([[(5, 5), (15, 5)]], side=20, pen=4)
    assert image.shape == (20, 20, 1)
    assert image.dtype == "float32"
    np.testing.assert_array_equal(image[:, 10, 0], np.isin(np.arange(20), [3, 4, 5, 6]))
    assert not image[:, 0].any() and not image[:, 19].any()  # noqa: PT018


@pytest.mark.parametrize("strokes", [LETTER, SEVEN, SQUARE, THREE])
def test_drawings_fit_the_image(strokes):
    image = paint(strokes)
    assert 0 <= image.min() < image.max() <= 1
    assert 0.04 < image.mean() < 0.3
    assert not image[[0, -1]].any() and not image[:, [0, -1]].any()  # noqa: PT018
