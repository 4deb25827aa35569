"""Reading picture files, whole and broken."""

import numpy as np
import pytest
from PIL import Image

from dlkeras.datasets.pictures import read_picture

GRAY = np.arange(200 * 300).reshape(200, 300)
COLOR = np.stack([GRAY, GRAY // 7, GRAY // 300], axis=-1).astype("uint8")


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("a.png", COLOR),
        ("a.png", GRAY.astype("uint8")),
        ("a.tif", GRAY.astype("uint16")),
        ("a.tif", GRAY.astype("uint8")),
    ],
)
def test_read_picture(tmp_path, name, pixels):
    Image.fromarray(pixels).save(tmp_path / name)
    read = read_picture(tmp_path / name)
    assert read.dtype == pixels.dtype
    np.testing.assert_array_equal(read, pixels)
    read[0] = 0  # the reader may write into it


def test_jpeg(tmp_path):
    smooth = np.broadcast_to(np.linspace(0, 255, 64)[:, None, None], (64, 48, 3))
    Image.fromarray(smooth.astype("uint8")).save(tmp_path / "a.jpg", quality=95)
    read = read_picture(tmp_path / "a.jpg")
    assert (read.shape, read.dtype) == ((64, 48, 3), "uint8")
    np.testing.assert_allclose(read, smooth, atol=6)


@pytest.mark.parametrize("ending", ["png", "jpg", "tif"])
@pytest.mark.parametrize("kept", [0, 4, 60, 2000])
def test_broken_picture(tmp_path, ending, kept):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (64, 64, 3), dtype="uint8")
    Image.fromarray(noise).save(tmp_path / f"whole.{ending}")
    content = (tmp_path / f"whole.{ending}").read_bytes()
    (tmp_path / "broken").write_bytes(content[:kept])
    with pytest.raises(ValueError, match="no picture that can be read"):
        read_picture(tmp_path / "broken")
