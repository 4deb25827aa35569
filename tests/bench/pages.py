"""What the first view of a lab page loads, in a real browser."""

import contextlib
import functools
import gzip
import http.server
import shutil
import threading
from collections import Counter
from pathlib import Path

from rich.table import Table

from dlkeras.workbook.catalog import find_labs
from tests.bench.report import table, verdict

HTML = Path(__file__).parents[2] / "docs" / "_build" / "html"
BOUND = 250  # kB
KINDS = {"document": "page", "stylesheet": "style", "script": "script", "font": "font"}


def measure() -> Table | str:
    """Kilobytes of each kind, compressed; figures are counted apart."""
    labs = [lab for lab in find_labs() if (HTML / lab.page).exists()]
    if not labs:
        return "Page weight: no built site; `tox run -e docs` makes one."
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return "Page weight: needs Playwright, of the extra `site`."
    made = table(
        "First view of a lab page, kB compressed",
        *("lab", *KINDS.values(), "other", "sum", f"≤ {BOUND}", "figures"),
        caption="fonts and figures as they are; figures are not in the sum",
    )
    with sync_playwright() as started, _served() as address:
        path = _chromium(started)
        if path is None:
            return "Page weight: there is no Chromium on this machine."
        browser = started.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        for lab in labs:
            sizes = _weigh(browser, f"{address}/{lab.page}")
            figures = sizes.pop("figure")
            total = sum(sizes.values()) / 1000
            cells = [
                *(sizes[kind] / 1000 for kind in KINDS),
                sizes["other"] / 1000,
                total,
            ]
            made.add_row(
                lab.name,
                *(f"{cell:.0f}" for cell in cells),
                verdict(total, BOUND),
                f"{figures / 1000:.0f}",
            )
        browser.close()
    return made


def _weigh(browser, address):
    # Figures load lazily: these are those that the first view asks for.
    responses = []
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.on("response", lambda response: responses.append(response))
    page.goto(address, wait_until="networkidle")
    sizes = Counter({"other": 0, "figure": 0})
    for response in responses:
        kind, body = response.request.resource_type, response.body()
        if kind in ("image", "media"):
            sizes["figure"] += len(body)
        else:
            packed = body if kind == "font" else gzip.compress(body)
            sizes[kind if kind in KINDS else "other"] += len(packed)
    page.close()
    return sizes


def _chromium(started):
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    path = found or started.chromium.executable_path
    return path if Path(path).exists() else None


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
