"""Sphinx's own search: its index holds what readers look for."""

import json

import pytest


@pytest.mark.parametrize("words", ["vanish gradient", "learn rate"])
def test_the_index_holds_the_words(site, words):
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").rstrip(" );\n"))
    pages = None
    for word in words.split():
        found = index["terms"].get(word, [])
        found = set(found if isinstance(found, list) else [found])
        pages = found if pages is None else pages & found
    names = [index["docnames"][number] for number in pages]
    assert any(name.startswith("labs/") for name in names), names
