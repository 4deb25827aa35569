"""axe-core finds nothing serious, in light and in dark."""

import pytest

PAGES = [
    "index.html",
    "labs/index.html",
    "paths/basics.html",
    "claims.html",
    "glossary.html",
    "about.html",
    "404.html",
    "search.html",
    "api/generated/dlkeras.workbook.html",
    "api/generated/objects/dlkeras.workbook.claim.html",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages(visit, violations, scheme):
    found = []
    for name in PAGES:
        page = visit(color_scheme=scheme).open(name)
        found += [f"{name}: {line}" for line in violations(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_a_lab(visit, violations, lab_with_video, scheme, width):
    page = visit(width=width, color_scheme=scheme).open(lab_with_video.page)
    page.locator("details.solution summary").first.click()
    found = violations(page)
    assert not found, "\n".join(found)
