"""What holds for every page."""

import re
from urllib.parse import urlsplit


def test_internal_links_lead_somewhere(site, pages):
    broken = []
    for page in pages.values():
        for address in page.links + page.assets:
            found = page.target(address)
            if found is None:
                continue
            path, anchor = found
            if path not in pages and (site / path).is_dir():
                path = f"{path}/index.html".removeprefix("./")
            if path in pages:
                if anchor and anchor not in pages[path].ids:
                    broken.append(f"{page.name}: no anchor {address}")
            elif not (site / path).exists():
                broken.append(f"{page.name}: no file {address}")
    assert not broken, "\n".join(broken)


def test_nothing_is_loaded_from_another_host(pages):
    foreign = [
        f"{page.name}: {address}"
        for page in pages.values()
        for address in page.assets
        if urlsplit(address).netloc
    ]
    assert not foreign, "\n".join(foreign)


def test_styles_and_scripts_name_no_other_host(site):
    foreign = []
    for path in [*site.rglob("_static/**/*.css"), *site.rglob("_static/**/*.js")]:
        text = path.read_text(encoding="utf-8", errors="replace")
        found = re.findall(
            r"""(?:url\(|@import|import\(|src=)\s*["']?(https?://[^"')]+)""", text
        )
        foreign += [f"{path.relative_to(site)}: {address}" for address in found]
    assert not foreign, "\n".join(foreign)


def test_no_page_holds_a_control_character(site, pages):
    bad = [
        f"{page.name}: {match[0]!r} after {page.text[: match.start()][-40:]!r}"
        for page in pages.values()
        if (match := re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]", page.text))
    ]
    assert not bad, "\n".join(bad)


def test_every_image_has_alternative_text(pages):
    silent = [
        f"{page.name}: {image.get('src')}"
        for page in pages.values()
        for image in page.images
        if not (image.get("alt") or "").strip()
    ]
    assert not silent, "\n".join(silent)


def test_every_page_has_title_language_and_icon(pages):
    for page in pages.values():
        assert re.search(r"<title>\s*\S", page.text), page.name
        assert '<html lang="en"' in page.text, page.name
        assert "favicon.svg" in page.text, page.name


def test_every_page_can_be_shared(pages):
    generated = {"genindex.html", "py-modindex.html", "search.html"}
    for name in pages.keys() - generated:
        assert 'property="og:title"' in pages[name].text, name


def test_nothing_varies_between_runs(pages):
    """Addresses in memory, counters of names and warnings come from sloppy labs."""
    for page in pages.values():
        if not page.name.startswith("labs/"):
            continue
        text = re.sub(r"<[^>]+>", "", page.text)
        found = re.search(r"\bat 0x[0-9a-f]{6,}|\b\w*Warning: ", text)
        assert not found, f"{page.name}: {found and found[0]}"


def test_the_404_page_finds_its_files_from_anywhere(pages):
    page = pages["404.html"]
    for address in page.assets:
        assert address.startswith(("/", "data:")), address
