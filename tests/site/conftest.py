"""The built site, read once, for all tests of it."""

import importlib.util
import json
import posixpath
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
HTML = ROOT / "docs" / "_build" / "html"
sys.path.insert(0, str(ROOT / "docs" / "_ext"))


# Without Sphinx there can be no site: the environments of the unit tests.
collect_ignore_glob = [] if importlib.util.find_spec("sphinx") else ["*"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.site)


@dataclass
class Page:
    """What a page links to, loads and holds."""

    name: str  # from the root of the site
    text: str
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)
    images: list[dict[str, str | None]] = field(default_factory=list)

    def target(self, address: str) -> tuple[str, str] | None:
        """Page and anchor that an address of this site leads to; None for others."""
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return None
        if not parts.path:
            return self.name, unquote(parts.fragment)
        folder = "" if parts.path.startswith("/") else posixpath.dirname(self.name)
        path = posixpath.normpath(
            posixpath.join(folder, unquote(parts.path).strip("/"))
        )
        return path, unquote(parts.fragment)


LOADED = {"script": "src", "img": "src", "source": "src", "video": "poster"}


class _Reader(HTMLParser):
    def __init__(self, page: Page):
        super().__init__()
        self.page = page

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if values.get("id"):
            self.page.ids.add(values["id"])
        if tag == "a" and values.get("href") is not None:
            self.page.links.append(values["href"])
        relation = (values.get("rel") or "").split()
        if tag == "link" and {"stylesheet", "icon", "preload"} & set(relation):
            self.page.assets.append(values["href"])
        elif tag == "link" and values.get("href"):
            self.page.links.append(values["href"])
        if values.get(LOADED.get(tag, "")):
            self.page.assets.append(values[LOADED[tag]])
        for candidate in (values.get("srcset") or "").split(","):
            if candidate.strip():
                self.page.assets.append(candidate.split()[0])
        if tag == "img":
            self.page.images.append(values)


def read_page(name: str, text: str) -> Page:
    """Read a page's HTML."""
    page = Page(name, text)
    _Reader(page).feed(text)
    return page


@pytest.fixture(scope="session")
def site() -> Path:
    """Folder of the built site."""
    if not (HTML / "index.html").exists():
        pytest.fail("There is no site in docs/_build/html: run `tox run -e docs`.")
    return HTML


@pytest.fixture(scope="session")
def pages(site) -> dict[str, Page]:
    """Every page of the site, by its path."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        if not name.startswith(("_static/", "_sources/")):
            found[name] = read_page(name, path.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class BuiltLab:
    """A lab with its record and its page."""

    name: str
    title: str
    page: str
    record: dict
    soup: object


@pytest.fixture(scope="session")
def labs(site) -> list[BuiltLab]:
    """Every lab of the catalog, as the site shows it."""
    from bs4 import BeautifulSoup

    from dlkeras.workbook.catalog import find_labs

    found = []
    for lab in find_labs():
        record = ROOT / "docs" / lab.page.replace(".html", ".record.json")
        page = site / lab.page
        assert page.exists(), f"{lab.name} has no page"
        assert record.exists(), f"{lab.name} was not executed"
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        found.append(
            BuiltLab(
                lab.name,
                lab.title,
                lab.page,
                json.loads(record.read_text(encoding="utf-8")),
                soup,
            )
        )
    return found
