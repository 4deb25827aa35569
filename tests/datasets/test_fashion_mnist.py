"""Where the files of Fashion-MNIST are looked for, and in which order."""

import dataclasses
import gzip
import hashlib
import io
import tarfile

import pytest

from dlkeras.datasets import fetch
from dlkeras.datasets.sources import Debian, Local, SourceError, Web

ORDER = ["keras", "system", "web", "debian"]


@pytest.fixture
def places(cache, monkeypatch):
    """The real sources, of which `places.have` have small files; and who was asked.

    Each packs the files in its own way, so that the gzip bytes differ.
    """
    files = {
        name: file
        for name, file in fetch.registry().items()
        if name.startswith("fashion_mnist")
    }
    contents = {name: name.encode() * 100 for name in files}
    monkeypatch.setattr(
        fetch,
        "registry",
        lambda: {
            name: dataclasses.replace(
                file,
                sha256=hashlib.sha256(contents[name]).hexdigest(),
                size=len(contents[name]),
            )
            for name, file in files.items()
        },
    )

    class Places:
        have = ()
        asked = []  # noqa: RUF012
        content = contents

    def packed(place, filename):
        (name,) = [name for name in files if filename == f"{files[name].filename}.gz"]
        level = ORDER.index(place) + 1
        return gzip.compress(contents[name], level, mtime=level)

    def give(place, work, data):
        Places.asked.append(place)
        if place not in Places.have:
            raise SourceError("a test without it")
        (work / "arrived").write_bytes(data)
        return work / "arrived"

    def local(self, work, bar):
        folder, _, filename = self.path.rpartition("/")
        place = {
            "{keras}/fashion-mnist": "keras",
            "/usr/share/datasets/fashion-mnist": "system",
        }[folder]
        return give(place, work, packed(place, filename))

    def web(self, work, bar):
        return give("web", work, packed("web", self.url.rpartition("/")[2]))

    def debian(self, work, bar):
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w:xz") as archive:
            for file in files.values():
                content = packed("debian", f"{file.filename}.gz")
                info = tarfile.TarInfo(
                    f"./usr/share/datasets/fashion-mnist/{file.filename}.gz"
                )
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return give("debian", work, data.getvalue())

    monkeypatch.setattr(Local, "obtain", local)
    monkeypatch.setattr(Web, "obtain", web)
    monkeypatch.setattr(Debian, "obtain", debian)
    return Places


@pytest.mark.parametrize("place", ORDER)
def test_each_place_is_asked_in_turn_and_gives_the_same(places, place):
    places.have = (place, "debian")
    places.asked.clear()
    for number, (name, content) in enumerate(places.content.items(), start=1):
        assert fetch.fetch(name).read_bytes() == content
        before = ORDER[: ORDER.index(place) + 1]
        # The package holds all four: it is fetched once.
        assert places.asked == before * (1 if place == "debian" else number)


def test_nowhere(places):
    with pytest.raises(fetch.DatasetError) as caught:
        fetch.fetch("fashion_mnist_train_images")
    said = [source for source, _ in caught.value.failures]
    assert ".keras/datasets/fashion-mnist/train-images-idx3-ubyte.gz" in said[0]
    assert "/usr/share/datasets/fashion-mnist" in said[1]
    assert "the address http://fashion-mnist" in said[2]
    assert "Debian package dataset-fashion-mnist" in said[3]
