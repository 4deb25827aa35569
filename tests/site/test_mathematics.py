"""Formulas rendered at build time."""

import pytest
from labsite.mathematics import Renderer, only_woff2


@pytest.fixture(scope="module")
def renderer(site):
    found = Renderer()
    yield found
    found.process.stdin.close()
    found.process.stdout.close()
    found.process.wait()


def test_a_formula_becomes_html(renderer):
    html = renderer.render(r"\hat y = \max(0, z)", display=False)
    assert "katex-html" in html
    assert "<math" in html  # for screen readers


def test_a_display_formula_after_another(renderer):
    assert "katex-display" in renderer.render("x", display=True)
    assert "katex-display" not in renderer.render("x", display=False)


def test_a_formula_that_cannot_be_read(renderer):
    with pytest.raises(ValueError, match="Undefined control sequence"):
        renderer.render(r"\undefinedmacro", display=False)


def test_only_one_font_format_is_kept():
    css = (
        "src:url(fonts/A.woff2) format('woff2'),"
        'url(fonts/A.woff) format("woff"),url(fonts/A.ttf) format("truetype")}'
    )
    assert only_woff2(css) == "src:url(fonts/A.woff2) format('woff2')}"
