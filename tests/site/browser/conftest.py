"""A browser, and the site served on this machine."""

import functools
import http.server
import shutil
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

playwright = pytest.importorskip("playwright.sync_api")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served."""
    handler = functools.partial(_Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window; the tests skip where there is none."""
    with playwright.sync_playwright() as started:
        installed = next(
            filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))),
            None,
        )
        path = installed or started.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("There is no Chromium on this machine.")
        found = started.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield found
        found.close()


class Visit:
    """A tab of the browser, and what went wrong in it."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.errors = []
        self.responses = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._on_console)
        page.on("request", self._on_request)
        page.on("response", self._on_response)

    def _on_console(self, message):
        if message.type == "error":
            self.errors.append(message.text)

    def _on_request(self, request):
        host = urlsplit(request.url).netloc
        if host and host != urlsplit(self.address).netloc:
            self.errors.append(f"request to another host: {request.url}")

    def _on_response(self, response):
        self.responses.append(response)
        if response.status >= 400:
            self.errors.append(f"{response.status} {response.url}")

    def open(self, path):
        self.page.goto(f"{self.address}/{path}", wait_until="networkidle")
        return self.page


@pytest.fixture
def visit(browser, address):
    """`visit(width=360).open("index.html")` opens a tab; its errors fail the test."""
    visits = []

    def make(width=1280, height=800, **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, **options
        )
        found = Visit(context.new_page(), address)
        visits.append((context, found))
        return found

    yield make
    errors = []
    for context, found in visits:
        errors += found.errors
        context.close()
    assert not errors, "\n".join(errors)


@pytest.fixture(scope="session")
def lab_with_video(labs):
    """A lab that has a video and exercises."""
    return next(lab for lab in labs if lab.soup.select("video"))


@pytest.fixture(scope="session")
def violations():
    """`violations(page)`: what axe-core finds serious, in words."""
    from axe_playwright_python.sync_playwright import Axe

    def find(page, context=None):
        # Without `preload`: axe would fetch style sheets again, by wrong addresses.
        ran = Axe().run(page, context=context, options={"preload": False})
        return [
            f"{one['id']}: {one['help']}: {node['html'][:200]}"
            for one in ran.response["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    return find
