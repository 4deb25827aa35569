"""Docstrings as dlkeras writes them: formulas stand between dollars, as in Keras."""

import re
from typing import Any

from sphinx.application import Sphinx

FORMULA = re.compile(r"(?<![\\`\w$])\$(?=\S)([^$`]+?)(?<=\S)\$(?![\w$])")


def with_formulas(text: str) -> str:
    """Make formulas of what stands between dollars."""
    return FORMULA.sub(r":math:`\1`", text)


def process(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Rewrite a docstring; on `autodoc-process-docstring`."""
    lines[:] = with_formulas("\n".join(lines)).split("\n")


def setup(app: Sphinx) -> None:
    """Connect to autodoc."""
    app.connect("autodoc-process-docstring", process)
