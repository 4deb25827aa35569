"""Toy sets."""

import numpy as np
import pytest

from dlkeras.datasets import make_circles, make_moons, make_spirals

MAKERS = [make_moons, make_circles, make_spirals]


@pytest.mark.parametrize("make", MAKERS)
def test_shapes_and_classes(make):
    x, y = make(101, noise=0.1, seed=3)
    assert x.shape == (101, 2)
    assert x.dtype == "float32"
    assert y.dtype == "int64"
    assert sorted(np.bincount(y)) == [50, 51]
    assert list(y) != sorted(y)  # in random order


@pytest.mark.parametrize("make", MAKERS)
def test_seed(make):
    x, y = make(50, seed=1)
    again_x, again_y = make(50, seed=1)
    other_x, _ = make(50, seed=2)
    assert np.array_equal(x, again_x)
    assert np.array_equal(y, again_y)
    assert not np.array_equal(x, other_x)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    "arguments",
    [
        {"samples": 1},
        {"samples": 10.0},
        {"noise": -0.1},
        {"noise": np.nan},
        {"seed": -1},
        {"seed": 0.5},
    ],
)
def test_refuses(make, arguments):
    with pytest.raises(ValueError, match="Received"):
        make(**arguments)


def test_moons_without_noise_lie_on_their_circles():
    x, y = make_moons(200, noise=0)
    centers = np.where(y[:, None] == 0, [0, 0], [1, 0.5])
    assert np.allclose(np.linalg.norm(x - centers, axis=1), 1, atol=1e-6)
    assert (x[y == 0, 1] >= 0).all()
    assert (x[y == 1, 1] <= 0.5).all()


def test_circles_without_noise_lie_on_their_circles():
    x, y = make_circles(200, noise=0, inner=0.3)
    assert np.allclose(np.linalg.norm(x, axis=1), np.where(y == 0, 1, 0.3), atol=1e-6)
    for inner in (0, 1, np.nan):
        with pytest.raises(ValueError, match="inner"):
            make_circles(inner=inner)


def test_spirals():
    x, y = make_spirals(300, noise=0, classes=3, turns=1)
    radius = np.linalg.norm(x, axis=1)
    assert list(np.bincount(y)) == [100, 100, 100]
    assert radius.max() <= 1 + 1e-6
    turned = np.arctan2(x[:, 1], x[:, 0]) / (2 * np.pi) - y / 3  # in turns
    off = (turned - radius + 0.5) % 1 - 0.5
    assert np.abs(off).max() < 1e-5
    for arguments in ({"classes": 1}, {"turns": 0}, {"samples": 2, "classes": 3}):
        with pytest.raises(ValueError, match="Received"):
            make_spirals(**arguments)


def test_noise_has_its_standard_deviation():
    x, y = make_circles(20_000, noise=0.05)
    off = np.linalg.norm(x, axis=1) - np.where(y == 0, 1, 0.5)
    assert off.std() == pytest.approx(0.05, rel=0.05)  # 20,000 draws: ± 0.5 %
