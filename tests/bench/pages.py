"""What the first view of a lab page loads, in a real browser."""

import gzip
from collections import Counter

from rich.table import Table

from dlkeras.workbook.catalog import find_labs
from tests.bench.browser import HTML, NoBrowserError, chromium
from tests.bench.report import table, verdict

BOUND = 250  # kB
KINDS = {"document": "page", "stylesheet": "style", "script": "script", "font": "font"}


def measure() -> Table | str:
    """Kilobytes of each kind, compressed; figures are counted apart."""
    labs = [lab for lab in find_labs() if (HTML / lab.page).exists()]
    if not labs:
        return "Page weight: no built site; `tox run -e docs` makes one."
    made = table(
        "First view of a lab page, kB compressed",
        *("lab", *KINDS.values(), "other", "sum", f"≤ {BOUND}", "figures"),
        caption="fonts and figures as they are; figures are not in the sum",
    )
    try:
        with chromium() as (browser, address):
            for lab in labs:
                made.add_row(lab.name, *_row(browser, f"{address}/{lab.page}"))
    except NoBrowserError as error:
        return f"Page weight: {error}"
    return made


def _row(browser, address):
    sizes = _weigh(browser, address)
    figures = sizes.pop("figure")
    total = sum(sizes.values()) / 1000
    cells = [*(sizes[kind] / 1000 for kind in KINDS), sizes["other"] / 1000, total]
    written = [f"{cell:.0f}" for cell in cells]
    return *written, verdict(total, BOUND), f"{figures / 1000:.0f}"


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
