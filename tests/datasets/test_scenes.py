"""Pieces on a canvas."""

import numpy as np
import pytest

from dlkeras.datasets import make_scenes

rng = np.random.default_rng(0)
PIECES = np.zeros((40, 28, 28))
PIECES[:, 5:25, 8:19] = rng.uniform(0.2, 1, size=(40, 20, 11))
SCRAPS = rng.uniform(0, 1, size=(9, 28, 28))


def test_the_piece_is_in_its_box_and_under_its_mask():
    scenes, boxes, masks = make_scenes(PIECES, SCRAPS, side=50)
    assert scenes.shape == (40, 50, 50, 1)
    assert (scenes.dtype, boxes.dtype, masks.dtype) == ("float32", "float32", "bool")
    corners = np.rint(50 * boxes).astype(int)
    for scene, (left, top, right, bottom), mask, piece in zip(
        scenes[..., 0], corners, masks, PIECES, strict=True
    ):
        assert (bottom - top, right - left) == (20, 11)
        np.testing.assert_allclose(
            scene[top:bottom, left:right], piece[5:25, 8:19], rtol=1e-6
        )
        assert mask[top:bottom, left:right].all()
        assert mask.sum() == 220


def test_places_reach_every_edge():
    _, boxes, _ = make_scenes(np.ones((400, 28, 28)), SCRAPS, side=30)
    assert boxes.min() == 0
    assert boxes.max() == 1
    assert len(np.unique(boxes[:, 0])) == 3


def test_scraps_lie_around_the_piece():
    scenes, _, masks = make_scenes(PIECES, SCRAPS)
    outside = np.where(masks, 0, scenes[..., 0])
    assert 0.05 < (outside > 0).mean() < 0.17
    bare, _, bare_masks = make_scenes(PIECES, SCRAPS, scraps_each=0)
    assert not bare[..., 0][~bare_masks].any()


def test_seed():
    first, again, other = (make_scenes(PIECES, SCRAPS, seed=s)[0] for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"pieces": PIECES[0]}, r"pieces.*\(28, 28\)"),
        ({"scraps": SCRAPS[:, :20]}, r"scraps.*\(9, 20, 28\)"),
        ({"side": 27}, "side=27"),
        ({"pieces": 0 * PIECES}, "black"),
    ],
)
def test_bad_arguments(arguments, said):
    with pytest.raises(ValueError, match=said):
        make_scenes(**({"pieces": PIECES, "scraps": SCRAPS} | arguments))
