"""Live models: what a widget loads, and how soon it answers."""

import gzip
import json
import re
import statistics

from rich.table import Table

from tests.bench.browser import HTML, NoBrowserError, chromium
from tests.bench.report import table, verdict

BOUND = 15  # kB of our own JavaScript on a page
RUNS = 20

# What a reader does who has only a keyboard: each asks the model again.
USE = """figure => {
  for (const input of figure.querySelectorAll("input[type=range]"))
    input.dispatchEvent(new Event("input", { bubbles: true }));
  for (const canvas of figure.querySelectorAll("canvas[tabindex]"))
    canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
}"""


def measure() -> Table | str:
    """Kilobytes before and after the start, seconds to the first answer."""
    settings = sorted(HTML.glob("labs/*/live/*/*/widget.json"))
    if not settings:
        return "Live models: no built site with widgets; `tox run -e docs` makes one."
    made = table(
        "Live models",
        *("widget", "own JS, kB", f"≤ {BOUND}", "before, kB", "after, kB"),
        *("start, s", "inference, ms"),
        caption="compressed; before and after the start button is pressed, "
        "the page itself not counted; nothing was cached",
    )
    try:
        with chromium() as (browser, address):
            for file in settings:
                kind = json.loads(file.read_text(encoding="utf-8"))["kind"]
                stem, part = file.parents[1].name, file.parents[3].name
                page = f"{address}/labs/{part}/{stem}.html"
                made.add_row(kind, *_row(browser, page, file.parent.name))
    except NoBrowserError as error:
        return f"Live models: {error}"
    return made


def _row(browser, address, name):
    responses = []
    context = browser.new_context()
    page = context.new_page()
    # Playwright marks what it calls, and cannot mark a method of a list.
    context.on("response", lambda response: responses.append(response))
    page.goto(address, wait_until="networkidle")
    before = _kilobytes(responses)
    responses.clear()
    figure = page.locator(f'figure.lab-live[data-live$="/{name}/"]')
    figure.locator(".live-start").click()
    figure.and_(page.locator("[data-state=ready]")).wait_for(timeout=60_000)
    seconds = _durations(page, "live-start")[-1] / 1000
    after = _kilobytes(responses)
    for _ in range(RUNS):
        figure.evaluate(USE)
        page.wait_for_timeout(50)
    inference = statistics.median(_durations(page, "live-run"))
    context.close()
    own = before["own"] + after["own"]
    return (
        f"{own:.1f}",
        verdict(own, BOUND),
        f"{before['all']:.0f}",
        f"{after['all']:,.0f}",
        f"{seconds:.2f}",
        f"{inference:.1f}",
    )


def _kilobytes(responses):
    found = {"own": 0.0, "all": 0.0}
    for response in responses:
        if not re.search(r"/_static/(live|onnxruntime-web)/|/live/", response.url):
            continue
        body = response.body()
        packed = (
            body if response.url.endswith((".gz", ".webp")) else gzip.compress(body)
        )
        found["all"] += len(packed) / 1000
        if re.search(r"/_static/live/.*\.js", response.url):
            found["own"] += len(packed) / 1000
    return found


def _durations(page, name):
    return page.evaluate(
        "name => performance.getEntriesByName(name).map(entry => entry.duration)", name
    )
