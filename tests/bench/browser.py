"""Chromium, and the built site served on this machine."""

import contextlib
import functools
import http.server
import shutil
import threading
from pathlib import Path

HTML = Path(__file__).parents[2] / "docs" / "_build" / "html"


class NoBrowserError(RuntimeError):
    """There is no Chromium, or no Playwright to drive it."""


@contextlib.contextmanager
def chromium():
    """A browser, and the address of the site.

    Raises:
        NoBrowserError: If there is none.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise NoBrowserError("needs Playwright, of the extra `site`.") from error
    with sync_playwright() as started, _served() as address:
        names = ("chromium", "chromium-browser", "google-chrome", "chrome")
        found = next(filter(None, map(shutil.which, names)), None)
        path = found or started.chromium.executable_path
        if not Path(path).exists():
            raise NoBrowserError("there is no Chromium on this machine.")
        browser = started.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser, address
        browser.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextlib.contextmanager
def _served():
    handler = functools.partial(_Quiet, directory=str(HTML))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
