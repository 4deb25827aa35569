import numpy as np
import pytest

from dlkeras.live import feature_maps
from dlkeras.live.feature_maps import maps_model

rng = np.random.default_rng(0)
W, B = rng.normal(size=(3, 3, 1, 4)), rng.normal(size=4) / 10
W[..., 2] -= W[..., 2].mean()  # the only edge filter: it comes first


def by_hand(image):
    """The maps of one image, before any ReLU, filters in the given order."""
    padded = np.pad(image[..., 0], 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.einsum("ijuv,uvf->ijf", windows, W[:, :, 0]) + B


def test_onnx_slides_the_filters(stored):
    found = stored(feature_maps(W, B))
    images = rng.random((2, 28, 28, 1))
    maps, most = found.run("model", drawing=images)
    assert maps.shape == (2, 28, 28, 4)
    possible = np.maximum(W, 0).sum(axis=(0, 1, 2)) + B
    expected = np.maximum([by_hand(image) for image in images], 0) / possible
    np.testing.assert_allclose(maps[..., 0], expected[..., 2], atol=1e-5)
    np.testing.assert_allclose(np.sort(most), np.sort(expected.max((1, 2))), atol=1e-5)
    assert maps.max() <= 1


def test_a_drawing_can_reach_the_whole_answer():
    drawing = np.zeros((1, 28, 28, 1))
    drawing[0, 9:12, 9:12] = W[..., 2] > 0
    assert float(maps_model(W, B)(drawing)[1][0, 0]) == pytest.approx(1, abs=1e-5)


def test_settings_hold_the_filters_in_the_order_of_the_maps(stored):
    filters = stored(feature_maps(W, B)).settings["filters"]
    assert np.shape(filters) == (4, 3, 3)
    np.testing.assert_allclose(
        np.corrcoef(np.ravel(filters[0]), W[..., 2].ravel())[0, 1], 1, atol=1e-3
    )


def test_a_filter_that_never_answers_stays_dark():
    maps, most = maps_model(-np.abs(W), -np.abs(B))(rng.random((1, 28, 28, 1)))
    assert float(np.abs(maps).max()) == float(np.abs(most).max()) == 0


@pytest.mark.parametrize(
    ("w", "b", "message"),
    [
        (W[:, :2], B, r"Received: shapes \(3, 2, 1, 4\) and \(4,\)"),
        (np.repeat(W, 3, axis=2), B, r"Received: shapes \(3, 3, 3, 4\)"),
        (W, B[:3], r"Received: shapes \(3, 3, 1, 4\) and \(3,\)"),
        (np.zeros((3, 3, 1, 33)), np.zeros(33), r"1 to 32 filters"),
        (W, B * np.nan, r"must be finite. Received: bias=\[nan"),
    ],
)
def test_refuses_other_layers(w, b, message):
    with pytest.raises(ValueError, match=message):
        feature_maps(w, b)
