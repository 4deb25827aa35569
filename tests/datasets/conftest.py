import hashlib
import http.server
import os
import subprocess
import sys
import threading
import time

import pytest

from dlkeras.datasets import fetch


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "network: asks a package client for a real package"
    )


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder."""
    home = tmp_path / "home"
    monkeypatch.setenv("DLKERAS_HOME", str(home))
    return home / "datasets"


@pytest.fixture
def register(monkeypatch, tmp_path):
    """Put a file, with sources given as TOML tables, in a registry of test files."""
    entries = {}

    def register(content, *sources, name="tiny"):
        text = (
            f'[{name}]\nfilename = "{name}.bin"\nsize = {len(content)}\n'
            f'sha256 = "{hashlib.sha256(content).hexdigest()}"\n'
            'license = "CC0-1.0"\norigin = "a test"\n'
        )
        for source in sources:
            text += f"[[{name}.sources]]\n{source}\n"
        entries[name] = text
        text = "".join(entries.values())
        (tmp_path / "registry.toml").write_text(text, encoding="utf-8")
        files = fetch.parse_registry(text)
        monkeypatch.setattr(fetch, "registry", lambda: files)
        return files[name]

    return register


FETCH = """
import sys
from pathlib import Path
from dlkeras.datasets import fetch
files = fetch.parse_registry(Path(sys.argv[1]).read_text(encoding="utf-8"))
fetch.registry = lambda: files
print(fetch.fetch("tiny").read_bytes()[:4])
"""


@pytest.fixture
def fetch_in_process(tmp_path):
    """Start a process of its own that fetches `tiny`."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", FETCH, str(tmp_path / "registry.toml")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


class Server(http.server.ThreadingHTTPServer):
    """A web server on this machine that counts, and can be slow or cut off."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages = {}
        self.requests = []
        self.pause = 0.0  # seconds before each quarter of a page
        self.half_sent = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        """Say nothing: some tests cut the connection."""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.path)
        page = self.server.pages.get(self.path)
        if page is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        quarter = len(page) // 4 + 1
        for number, start in enumerate(range(0, len(page), quarter)):
            if number == 2:
                self.server.half_sent.set()
                self.server.go_on.wait(30)
            time.sleep(self.server.pause)
            self.wfile.write(page[start : start + quarter])
            self.wfile.flush()

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def pip_without_network(tmp_path, monkeypatch):
    """Pip that knows nothing but the packages in this folder."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.delenv("PIP_CONSTRAINT", raising=False)
    return folder
