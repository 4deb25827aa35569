"""Sphinx's own search: its index holds what readers look for."""

import json

import pytest


@pytest.mark.parametrize("words", ["vanish gradient", "learn rate"])
def test_the_index_holds_the_words(site, words):
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").rstrip(" );\n"))
    pages = set.intersection(*(_pages_with(index, word) for word in words.split()))
    names = [index["docnames"][number] for number in pages]
    assert any(name.startswith("labs/") for name in names), names


def _pages_with(index, word):
    # Words of headings are in a list of their own.
    found = [index[terms].get(word, []) for terms in ("terms", "titleterms")]
    return {n for one in found for n in (one if isinstance(one, list) else [one])}
