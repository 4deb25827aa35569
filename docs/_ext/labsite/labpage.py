"""The page that sphinx-gallery wrote of a lab becomes a lab's page.

Labs hold plain text, code and comments, so that notebooks made of them are
clean. What only a page has (the bar, boxes for claims, solutions, related
labs) is added here, to the parsed page.
"""

import functools
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx_gallery.directives import imgsgnode

from dlkeras.workbook import catalog
from labsite import inputs, records
from labsite.bar import lab_bar
from labsite.cards import lab_cards
from labsite.claims import LINE, claim_box
from labsite.executed import executed
from labsite.exercises import CHECK, NOT_TRIED, exercise_note, solution
from labsite.markup import element, html_element
from labsite.video import lab_video

logger = logging.getLogger(__name__)

# What sphinx-gallery adds to every page, and the bar says better.
UNWANTED = {
    "sphx-glr-download-link-note",
    "sphx-glr-timing",
    "sphx-glr-example-tags",
    "sphx-glr-footer",
}


def lab_of_page(docname: str) -> str:
    """Name of the lab whose page this is, or empty."""
    try:
        return catalog.find_lab(docname.rpartition("/")[2]).name
    except catalog.UnknownLab:
        return ""


class LabPage(SphinxTransform):
    """Turns the generated page of a lab into what readers see."""

    default_priority = 400  # after classes are attached, before links are made

    def apply(self, **kwargs: Any) -> None:
        """Rebuild the page, if it is a lab's."""
        docname = self.env.docname
        name = docname.startswith("labs/") and "/plot_" in docname
        name = name and lab_of_page(docname)
        section = next(iter(self.document.findall(nodes.section)), None)
        if not name or section is None:
            return
        note = functools.partial(inputs.note, self.env)
        lab, record = note("lab", name), note("record", name)
        settings = self.config.labsite_settings
        self.env.note_dependency(
            str(records.ROOT / f"dlkeras/workbook/exercises/{name}.py")
        )
        self._remove_unwanted()
        self._split_outputs(name, note("claims", name))
        self._add_solutions()
        required = [note("lab", x) for x in note("required", name)]
        bar = lab_bar(lab, record, note("proofs", name), required, settings)
        section.insert(1, bar)
        related = note("related", name)
        if related:
            heading = element("h2", "Related labs")
            cards = lab_cards(self.env, related)
            section += element("div", heading, cards, class_="related")
        if record:
            section += executed(lab, record, settings)

    def _remove_unwanted(self) -> None:
        for node in list(self.document.findall(nodes.Element)):
            if UNWANTED & set(node.get("classes", ())) and node.parent is not None:
                node.parent.remove(node)
        for node in list(self.document.findall(nodes.comment)):
            node.parent.remove(node)
        for node in list(self.document.findall(nodes.literal_block)):
            if not node.astext().strip():  # held only the lab's metadata
                node.parent.remove(node)

    def _split_outputs(self, name: str, claims: list[dict[str, Any]]) -> None:
        waiting = iter(claims)
        for block in list(self.document.findall(nodes.literal_block)):
            if "sphx-glr-script-out" not in block["classes"]:
                continue
            pieces: list[nodes.Node] = []
            plain: list[str] = []
            for line in block.astext().splitlines():
                special = self._special(line, name, waiting)
                if special is None:
                    plain.append(line)
                    continue
                pieces += [*_output(block, plain), special]
                plain = []
            pieces += _output(block, plain)
            block.replace_self(pieces)

    def _special(self, line: str, name: str, waiting: Any) -> nodes.Node | None:
        if NOT_TRIED.match(line):
            return exercise_note(NOT_TRIED.match(line)[1])
        if not LINE.match(line):
            return None
        claim = next(waiting, None)
        if claim is None or claim["statement"] not in line:
            logger.warning("this output fits no recorded claim: %s", line)
            return None
        domain = self.env.domains.standard_domain
        domain.note_hyperlink_target(
            claim["label"], self.env.docname, claim["anchor"], claim["statement"]
        )
        return claim_box(claim)

    def _add_solutions(self) -> None:
        for block in list(self.document.findall(nodes.literal_block)):
            if "sphx-glr-script-out" in block["classes"]:
                continue
            parent = block.parent
            where = parent.index(block) + 1
            while where < len(parent) and _is_result(parent[where]):
                where += 1
            found = [solution(x, block) for x in CHECK.findall(block.astext())]
            parent[where:where] = [one for one in found if one is not None]


def _output(block: nodes.literal_block, lines: list[str]) -> list[nodes.Node]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    text = "\n".join(lines).rstrip()
    if not text:
        return []
    return [
        nodes.literal_block(text, text, language="none", classes=list(block["classes"]))
    ]


def _is_result(node: nodes.Node) -> bool:
    # What stands between a cell's code and the next cell: figures and output.
    if isinstance(node, html_element | imgsgnode | lab_video):
        return True
    classes = node.get("classes", ()) if isinstance(node, nodes.Element) else ()
    return any(name.startswith("sphx-glr") for name in classes)


def setup(app: Sphinx) -> None:
    """Add the transform."""
    app.add_transform(LabPage)
