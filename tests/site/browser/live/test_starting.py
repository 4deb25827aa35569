"""Widgets start when asked, fit the page, and say what breaks."""

import pytest


def test_a_widget_costs_nothing_until_it_is_started(visit, widgets):
    tab = visit()
    tab.open(widgets["draw_digit"].page)
    own = [r for r in tab.responses if "/live/" in r.url or "onnxruntime" in r.url]
    names = {r.url.rpartition("/")[2].partition("?")[0] for r in own}
    assert names <= {"start.js", "parts.js", "live.css", "still.webp"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_open_widgets_are_accessible_and_fit(visit, violations, widgets, width, scheme):
    for live in widgets.values():
        page = visit(width=width, color_scheme=scheme).open(live.page)
        figure = live.start(page)
        assert figure.get_attribute("data-state") == "ready"
        sideways = "document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(sideways) <= 0, f"{live.kind} is wider than {width} px"
        found = violations(page, context="figure.lab-live")
        assert not found, "\n".join([live.kind, *found])


def test_the_runtime_is_kept_for_the_next_page(visit, widgets):
    live = widgets["draw_digit"]
    tab = visit()
    live.start(tab.open(live.page))
    tab.responses.clear()
    page = tab.open(live.page)
    live.start(page)
    assert not [r for r in tab.responses if r.url.endswith(".wasm.gz")]


def test_a_missing_model_is_said(visit, widgets):
    live = widgets["draw_digit"]
    tab = visit()

    def missing(route):
        route.fulfill(status=404, body="")

    tab.page.context.route("**/*.onnx", missing)
    figure = live.start(tab.open(live.page))
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
    figure = live.start(page)
    assert words in figure.locator(".live-status").inner_text()
    page.context.unroute(pattern)
    figure.get_by_role("button", name="Try again").click()
    live.wait(page, figure)
    tab.errors.clear()


def test_a_wrong_type_of_the_runtime_does_no_harm(visit, widgets):
    live = widgets["draw_digit"]
    tab = visit()

    def wrong(route):
        answer = route.fetch()
        headers = answer.headers | {"content-type": "text/plain"}
        route.fulfill(response=answer, headers=headers)

    tab.page.context.route("**/*.wasm.gz", wrong)
    figure = live.start(tab.open(live.page))
    assert figure.get_attribute("data-state") == "ready"
