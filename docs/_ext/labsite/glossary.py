"""Terms of the glossary are linked where a lab first uses them."""

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from labsite import inputs

NOT_INSIDE = (
    nodes.reference,
    nodes.literal,
    nodes.title,
    nodes.math,
    addnodes.pending_xref,
)


class LinkTerms(SphinxTransform):
    """Links each term once on a lab's page, in running text only."""

    default_priority = 410  # after `LabPage`

    def apply(self, **kwargs: Any) -> None:
        """Walk through the paragraphs in reading order."""
        docname = self.env.docname
        if not (docname.startswith("labs/") and "/plot_" in docname):
            return
        terms = inputs.note(self.env, "glossary_terms")
        waiting = {_key(term): term for term in terms}
        for paragraph in list(self.document.findall(nodes.paragraph)):
            for text in list(paragraph.findall(nodes.Text)):
                if not _is_inside(text, NOT_INSIDE):
                    text.parent.replace(text, link_terms(str(text), waiting))


def link_terms(text: str, waiting: dict[str, str]) -> list[nodes.Node]:
    """Split a text at the terms in it, and link those that still wait.

    Args:
        text: Running text.
        waiting: The terms not linked yet, in lower case and without hyphens,
            with their spelling in the glossary; the linked ones are removed.
    """
    pieces: list[nodes.Node] = []
    done = 0
    while waiting:
        match = pattern(tuple(waiting)).search(text, done)
        if not match:
            break
        term = waiting.pop(_key(match[1]))
        link = addnodes.pending_xref(
            "",
            nodes.inline("", match[0]),
            refdomain="std",
            reftype="term",
            reftarget=term,
            refexplicit=True,
            refwarn=True,
            classes=["term"],
        )
        pieces += [nodes.Text(text[done : match.start()]), link]
        done = match.end()
    pieces.append(nodes.Text(text[done:]))
    return [piece for piece in pieces if piece.astext()]


def pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """What finds the terms, long ones first, in the singular or the plural."""
    longest_first = sorted(terms, key=len, reverse=True)
    words = "|".join(
        r"[\s-]+".join(map(re.escape, term.split())) for term in longest_first
    )
    return re.compile(rf"(?<![\w-])({words})(?:s|es)?(?![\w-])", re.IGNORECASE)


def _key(term: str) -> str:
    return " ".join(re.split(r"[\s-]+", term.lower()))


def _is_inside(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    while node is not None:
        if isinstance(node, kinds):
            return True
        node = node.parent
    return False


def setup(app: Sphinx) -> None:
    """Add the transform."""
    app.add_transform(LinkTerms)
