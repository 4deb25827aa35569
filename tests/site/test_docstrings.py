"""Formulas in docstrings."""

import pytest
from labsite.docstrings import with_formulas


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("costs $q$ a unit", "costs :math:`q` a unit"),
        ("the $q$-quantile, $1 - q$.", "the :math:`q`-quantile, :math:`1 - q`."),
        ("over\n$a\n+ b$ lines", "over\n:math:`a\n+ b` lines"),
        ("for $5 and $6", "for $5 and $6"),
        ("a `$HOME` and `$PATH`", "a `$HOME` and `$PATH`"),
    ],
)
def test_dollars(text, expected):
    assert with_formulas(text) == expected
