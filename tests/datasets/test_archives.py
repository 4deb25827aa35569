"""Reading members out of archives, honest and hostile."""

import gzip
import io
import shutil
import subprocess
import tarfile
import zipfile

import pytest

from dlkeras.datasets.archives import ArchiveError, gunzip, read_member, unpack


def tar_of(members, mode="w:gz"):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def zip_of(members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def deb_of(data, name):
    def entry(name, content):
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n"
        return header.encode() + content + b"\n" * (len(content) % 2)

    return (
        b"!<arch>\n"
        + entry("debian-binary", b"2.0\n")
        + entry("control.tar.gz", b"odd")
        + entry(name, data)
    )


@pytest.mark.parametrize(
    "packed",
    [
        zip_of({"a/b.csv": b"1,2\n", "c": b""}),
        tar_of({"a/b.csv": b"1,2\n", "c": b""}, "w"),
        tar_of({"a/b.csv": b"1,2\n", "c": b""}, "w:gz"),
        tar_of({"a/b.csv": b"1,2\n", "c": b""}, "w:xz"),
        deb_of(tar_of({"a/b.csv": b"1,2\n"}, "w:xz"), "data.tar.xz"),
        deb_of(tar_of({"a/b.csv": b"1,2\n"}, "w:gz"), "data.tar.gz/"),
    ],
    ids=["zip", "tar", "tar.gz", "tar.xz", "deb-xz", "deb-gz"],
)
def test_read_member(tmp_path, packed):
    path = tmp_path / "archive"
    path.write_bytes(packed)
    assert read_member(path, ["a/b.csv"], limit=4) == b"1,2\n"
    with pytest.raises(ArchiveError, match="holds no nothing"):
        read_member(path, ["nothing"])
    with pytest.raises(ArchiveError, match="larger than"):
        read_member(path, ["a/b.csv"], limit=3)


def test_archive_in_an_archive(tmp_path):
    path = tmp_path / "sdist.tar.gz"
    path.write_bytes(tar_of({"p/resources.tar.gz": tar_of({"x.csv": b"1\n"})}))
    assert read_member(path, ["p/resources.tar.gz", "x.csv"], limit=10) == b"1\n"


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="there is no dpkg-deb")
def test_deb_packed_with_zstd(tmp_path):
    (tmp_path / "p" / "DEBIAN").mkdir(parents=True)
    (tmp_path / "p" / "DEBIAN" / "control").write_text(
        "Package: p\nVersion: 1\nArchitecture: all\nMaintainer: A <a@b.c>\n"
        "Description: a test\n"
    )
    (tmp_path / "p" / "x.csv").write_text("1\n")
    done = subprocess.run(
        ["dpkg-deb", "-Zzstd", "--build", tmp_path / "p", tmp_path / "p.deb"],
        capture_output=True,
    )
    if done.returncode:
        pytest.skip("this dpkg-deb does not know zstd")
    assert b"data.tar.zst" in (tmp_path / "p.deb").read_bytes()
    assert read_member(tmp_path / "p.deb", ["./x.csv"]) == b"1\n"


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"no archive at all",
        zip_of({"a": b"1" * 1000})[:-40],
        tar_of({"a": bytes(range(256)) * 1000})[:-500],
        tar_of({"a": bytes(range(256)) * 1000}, "w:xz")[:-100],
        b"!<arch>\n" + b"x" * 60,
        b"!<arch>\n",
        deb_of(b"", "control.tar.xz"),
    ],
)
def test_broken_archive(tmp_path, broken):
    path = tmp_path / "archive"
    path.write_bytes(broken)
    with pytest.raises(ArchiveError):
        read_member(path, ["a"])


def test_link_is_not_followed(tmp_path):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        info = tarfile.TarInfo("a")
        info.type = tarfile.SYMTYPE
        info.linkname = "/etc/passwd"
        archive.addfile(info)
    path = tmp_path / "archive"
    path.write_bytes(packed.getvalue())
    with pytest.raises(ArchiveError, match="no regular file"):
        read_member(path, ["a"])
    with pytest.raises(ArchiveError, match="holds nothing like a"):
        unpack(path, tmp_path / "to", ["a"])


@pytest.mark.parametrize("pack", [tar_of, zip_of])
@pytest.mark.parametrize(
    "name", ["../out.txt", "/out.txt", "a/../../out.txt", "..\\out.txt", "C:/out.txt"]
)
def test_hostile_name_is_not_unpacked(tmp_path, pack, name):
    path = tmp_path / "archive"
    path.write_bytes(pack({name: b"gotcha", "a.txt": b"1"}))
    with pytest.raises(ArchiveError, match="unsafe name"):
        unpack(path, tmp_path / "to", ["*out.txt"])
    assert not list(tmp_path.rglob("out.txt"))
    assert unpack(path, tmp_path / "to", ["a.txt"]) == [tmp_path / "to" / "a.txt"]


def test_gunzip():
    assert gunzip(gzip.compress(b"123"), limit=3) == b"123"
    with pytest.raises(ArchiveError, match="larger"):
        gunzip(gzip.compress(b"1234"), limit=3)
    with pytest.raises(ArchiveError, match="broken"):
        gunzip(b"123")
    with pytest.raises(ArchiveError, match="broken"):
        gunzip(gzip.compress(b"123")[:-4])
