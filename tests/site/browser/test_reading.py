"""The site as a reader uses it."""

import pytest

WIDE_AND_NARROW = pytest.mark.parametrize("width", [1280, 360])


def has_no_sideways_scroll(page):
    return page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")


@WIDE_AND_NARROW
def test_the_landing_page_says_where_to_start(visit, labs, width):
    page = visit(width=width).open("index.html")
    button = page.locator(".hero-actions a").first
    assert button.bounding_box()["y"] < 800  # in the first screen
    assert page.locator(".part-card").count() >= 1
    button.click()
    page.wait_for_load_state()
    assert any(page.url.endswith(lab.page) for lab in labs)


@WIDE_AND_NARROW
def test_no_page_scrolls_sideways(visit, pages, width):
    tab = visit(width=width)
    names = [name for name in pages if not name.startswith("api/generated/objects")]
    wide = [name for name in names if not has_no_sideways_scroll(tab.open(name))]
    assert not wide


def test_code_scrolls_inside_its_block(visit, labs):
    page = visit(width=360).open(labs[0].page)
    assert page.evaluate(
        """[...document.querySelectorAll('article pre')]
           .some(block => block.scrollWidth > block.clientWidth)"""
    )


@pytest.mark.parametrize("words", ["vanishing gradient", "learning rate"])
def test_search_finds_a_lab(visit, words):
    page = visit().open(f"search.html?q={words.replace(' ', '+')}")
    page.wait_for_selector('#search-results li a[href*="/plot_"]')


def test_the_search_field_leads_to_the_results(visit):
    page = visit().open("index.html")
    page.locator(".search-button__button").first.click()
    page.locator("#pst-search-dialog input").fill("perceptron")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")


def test_the_theme_switches(visit):
    page = visit(color_scheme="light").open("index.html")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.locator(".theme-switch-button").first.click()
    page.locator(".theme-change-button[data-mode=dark]").first.click()
    page.wait_for_timeout(400)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(background) != light


def test_tags_filter_the_labs(visit, labs):
    page = visit().open("labs/index.html")
    cards = page.locator(".lab-card:visible")
    assert cards.count() == len(labs)
    button = page.get_by_role("button", name="first steps", exact=True)
    assert button.get_attribute("aria-pressed") == "false"
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    shown = cards.count()
    assert 0 < shown < len(labs)
    assert page.get_by_role("status").inner_text() == f"{shown} of {len(labs)} labs"
    assert "tags=first" in page.url
    page.reload()
    assert cards.count() == shown  # the address keeps the choice
    page.get_by_role("button", name="Show all").click()
    assert cards.count() == len(labs)


def test_a_solution_unfolds_by_keyboard(visit, lab_with_video):
    page = visit().open(lab_with_video.page)
    details = page.locator("details.solution").first
    code = details.locator("pre")
    assert not code.is_visible()
    details.locator("summary").focus()
    page.keyboard.press("Enter")
    assert code.is_visible()


def test_a_link_to_a_solution_unfolds_it(visit, lab_with_video):
    name = lab_with_video.soup.select_one("details.solution")["id"]
    page = visit().open(f"{lab_with_video.page}#{name}")
    assert page.locator(f"#{name} pre").is_visible()


@pytest.mark.parametrize(
    ("motion", "plays"), [("no-preference", True), ("reduce", False)]
)
def test_videos_respect_reduced_motion(visit, lab_with_video, motion, plays):
    page = visit(reduced_motion=motion).open(lab_with_video.page)
    video = page.locator("video").first
    assert video.get_attribute("controls") is not None
    video.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    assert video.evaluate("video => !video.paused") == plays


def test_code_can_be_copied(visit, labs):
    page = visit().open(labs[0].page)
    assert page.locator("article div.highlight button.copybtn").count() > 3


def test_a_page_opens_from_a_file(browser, site, labs):
    context = browser.new_context()
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site / labs[0].page).as_uri())
    assert page.locator(".lab-bar").is_visible()
    page.goto((site / "labs" / "index.html").as_uri())
    assert page.locator(".lab-filter button").count() > 1
    context.close()
    assert not errors
