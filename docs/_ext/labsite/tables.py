"""The page of all claims, and the table of proofs."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from labsite import inputs
from labsite.claims import measured
from labsite.markup import anchor_link, doc_link, element
from labsite.proofs import BACKENDS


class ClaimsTable(SphinxDirective):
    """``.. claims-table::``: every claim of every lab, each linked to its place."""

    def run(self) -> list[nodes.Node]:
        """Make one section a lab."""
        found = []
        for name in inputs.note(self.env, "labs"):
            claims = inputs.note(self.env, "claims", name)
            if not claims:
                continue
            lab = inputs.note(self.env, "lab", name)
            section = nodes.section(ids=[name.replace("_", "-")], names=[name])
            section += nodes.title("", f"{lab['number']} {lab['title']}")
            rows = [
                (anchor_link(c["label"], c["statement"]), measured(c), c["bound"])
                for c in claims
            ]
            section += table(("Claim", "Measured", "Bound"), rows, "claims-table")
            found.append(section)
        return found


class ProofTable(SphinxDirective):
    """``.. proof-table::``: on which backends each lab was run, for which seeds."""

    def run(self) -> list[nodes.Node]:
        """Make one row a lab; labs without a recorded run are left out."""
        rows = []
        for name in inputs.note(self.env, "labs"):
            proofs = {p["backend"]: p for p in inputs.note(self.env, "proofs", name)}
            if not proofs:
                continue
            lab = inputs.note(self.env, "lab", name)
            cells = [
                proofs[b]["description"] if b in proofs else "not recorded"
                for b in BACKENDS
            ]
            rows.append((doc_link(lab["docname"], lab["title"]), *cells))
        if not rows:
            return [element("p", "No run has been recorded for the present labs.")]
        return [table(("Lab", *BACKENDS.values()), rows, "proof-table")]


def table(
    head: tuple[str, ...], rows: list[tuple[nodes.Node | str, ...]], name: str
) -> nodes.Node:
    """A table whose cells know their column, for narrow screens."""
    header = element("tr", *(element("th", text, scope="col") for text in head))
    body = []
    for first, *cells in rows:
        others = [
            element("td", cell, data_label=label)
            for label, cell in zip(head[1:], cells, strict=True)
        ]
        body.append(element("tr", element("th", first, scope="row"), *others))
    inner = element("table", element("thead", header), element("tbody", *body))
    inner["html"]["class"] = f"table {name}"
    return element("div", inner, class_="table-scroll")


def setup(app: Sphinx) -> None:
    """Add the directives."""
    app.add_directive("claims-table", ClaimsTable)
    app.add_directive("proof-table", ProofTable)
