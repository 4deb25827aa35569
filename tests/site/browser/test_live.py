"""Live models: what a widget shows is what Keras says, and what breaks is said."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from dlkeras.datasets import load_mnist_5k

ROOT = Path(__file__).parents[3]
STARTED = 60_000  # milliseconds: the runtime is 4 MB, and compiled


@dataclass
class Live:
    """A widget of the built site."""

    page: str
    folder: Path  # where the build stored it, the Keras models too
    kind: str

    def model(self, name):
        """The Keras model that was exported."""
        import keras

        return keras.saving.load_model(self.folder / f"{name}.keras")


@pytest.fixture(scope="session")
def widgets(site):
    """All widgets by kind."""
    found = {}
    for file in sorted((ROOT / "docs" / "labs").glob("*/live/*/*/widget.json")):
        stem, part = file.parents[1].name, file.parents[3].name
        kind = json.loads(file.read_text(encoding="utf-8"))["kind"]
        found[kind] = Live(f"labs/{part}/{stem}.html", file.parent, kind)
    assert found, "the site has no widget"
    return found


def start(page, live):
    """Press the start button; return the figure once the widget answers."""
    figure = page.locator(f'figure.lab-live[data-live$="/{live.folder.name}/"]')
    figure.scroll_into_view_if_needed()
    figure.locator(".live-start").click()
    finished = figure.and_(page.locator("[data-state=ready], [data-state=error]"))
    finished.wait_for(timeout=STARTED)
    return figure


def live_input(figure):
    """The numbers that the widget has last given to its model."""
    return np.array(
        figure.evaluate("figure => Array.from(figure.liveInput)"), "float32"
    )


def test_a_widget_costs_nothing_until_it_is_started(visit, widgets):
    tab = visit()
    tab.open(widgets["draw_digit"].page)
    own = [r for r in tab.responses if "/live/" in r.url or "onnxruntime" in r.url]
    names = {r.url.rpartition("/")[2].partition("?")[0] for r in own}
    assert names <= {"start.js", "parts.js", "live.css", "still.webp"}


def test_draw_digit_shows_what_keras_predicts(visit, widgets):
    live = widgets["draw_digit"]
    page = visit().open(live.page)
    figure = start(page, live)
    canvas = figure.locator("canvas.live-drawing")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    pixel = box["width"] / 28
    model = live.model("model")
    (_, _), (x_test, y_test) = load_mnist_5k()
    for digit in (0, 1, 7):
        figure.get_by_role("button", name="Clear").click()
        image = x_test[np.flatnonzero(y_test == digit)[0]]
        for row, ink in enumerate(image > 100):  # each run of ink is a stroke
            edges = np.flatnonzero(np.diff(ink, prepend=0, append=0))
            for first, last in edges.reshape(-1, 2):
                y = box["y"] + (row + 0.5) * pixel
                page.mouse.move(box["x"] + (first + 0.5) * pixel, y)
                page.mouse.down()
                page.mouse.move(box["x"] + (last - 0.5) * pixel, y)
                page.mouse.up()
        page.wait_for_timeout(300)
        shown = [
            float(text.removesuffix(" %")) / 100
            for text in figure.locator(".live-bars output").all_inner_texts()
        ]
        seen = live_input(figure).reshape(1, 28, 28, 1)
        expected = np.array(model(seen)[0])[0]
        np.testing.assert_allclose(shown, expected, atol=1e-3)
        assert np.argmax(shown) == digit


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_open_widgets_are_accessible_and_fit(visit, widgets, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    for live in widgets.values():
        page = visit(width=width, color_scheme=scheme).open(live.page)
        figure = start(page, live)
        assert figure.get_attribute("data-state") == "ready"
        sideways = "document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(sideways) <= 0, f"{live.kind} is wider than {width} px"
        found = Axe().run(page, context="figure.lab-live").response["violations"]
        serious = [v for v in found if v["impact"] in ("serious", "critical")]
        assert not serious, f"{live.kind}: {json.dumps(serious, indent=1)[:2000]}"


def test_the_runtime_is_kept_for_the_next_page(visit, widgets):
    live = widgets["draw_digit"]
    tab = visit()
    start(tab.open(live.page), live)
    tab.responses.clear()
    page = tab.open(live.page)
    start(page, live)
    assert not [r for r in tab.responses if r.url.endswith(".wasm.gz")]


def test_a_missing_model_is_said(visit, widgets):
    live = widgets["draw_digit"]
    tab = visit()

    def missing(route):
        route.fulfill(status=404, body="")

    tab.page.context.route("**/*.onnx", missing)
    figure = start(tab.open(live.page), live)
    tab.errors.clear()  # the browser's own report of it
    said = figure.locator(".live-status").inner_text()
    assert "The model is missing (404)" in said
    assert figure.locator(".live-still").is_visible()


@pytest.mark.parametrize(
    ("pattern", "words"),
    [("**/*.onnx", "damaged or cut short"), ("**/*.wasm.gz", "damaged or cut short")],
)
def test_a_file_cut_short_is_said_and_can_be_tried_again(
    visit, widgets, pattern, words
):
    live = widgets["draw_digit"]
    tab = visit()

    def cut(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.body()[:2000])

    tab.page.context.route(pattern, cut)
    page = tab.open(live.page)
    figure = start(page, live)
    assert words in figure.locator(".live-status").inner_text()
    page.context.unroute(pattern)
    figure.get_by_role("button", name="Try again").click()
    figure.and_(page.locator("[data-state=ready]")).wait_for(timeout=STARTED)
    tab.errors.clear()


def test_a_wrong_type_of_the_runtime_does_no_harm(visit, widgets):
    live = widgets["draw_digit"]
    tab = visit()

    def wrong(route):
        answer = route.fetch()
        headers = answer.headers | {"content-type": "text/plain"}
        route.fulfill(response=answer, headers=headers)

    tab.page.context.route("**/*.wasm.gz", wrong)
    figure = start(tab.open(live.page), live)
    assert figure.get_attribute("data-state") == "ready"
