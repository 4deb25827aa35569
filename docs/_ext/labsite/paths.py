"""The reading paths, as far as their labs exist."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from dlkeras.workbook.catalog import PATH_NAMES
from labsite import inputs
from labsite.markup import anchor_link, doc_link, element


class ReadingPath(SphinxDirective):
    """``.. reading-path:: NAME``: its stops, each with its labs and ideas."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make one section a stop."""
        path = inputs.note(self.env, "reading_path", self.arguments[0])
        claims = inputs.note(self.env, "ideas")
        intro = nodes.paragraph("", path["description"], classes=["lead"])
        return [intro, *(self._stop(path, stop, claims) for stop in path["stops"])]

    def _stop(
        self, path: dict[str, Any], stop: dict[str, Any], claims: dict[str, list[str]]
    ) -> nodes.Node:
        section = nodes.section(ids=[f"{path['unit']}-{stop['number']}"])
        section["names"] = list(section["ids"])
        number = f"{path['unit'].capitalize()} {stop['number']}"
        section += nodes.title("", f"{number}. {stop['title']}")
        section += element(
            "ul", *(self._lab(name) for name in stop["labs"]), class_="lab-list"
        )
        shown = [idea for idea in stop["ideas"] if idea[0] in claims]
        if shown:
            section += element("p", "Key ideas, and where they are shown:")
            entries = [self._idea(text, claims[number]) for number, text in shown]
            section += element("ol", *entries, class_="ideas")
        return section

    def _lab(self, name: str) -> nodes.Node:
        lab = inputs.note(self.env, "lab", name)
        return element(
            "li",
            doc_link(lab["docname"], lab["title"]),
            element("span", f"{lab['difficulty']}, {lab['minutes']} min"),
            element("p", lab["summary"]),
        )

    def _idea(self, text: str, labels: list[str]) -> nodes.Node:
        entry = element("li", text)
        for label in labels:
            name = label.removeprefix("claim-").rpartition("-")[0]
            claim = next(
                c for c in inputs.note(self.env, "claims", name) if c["label"] == label
            )
            link = anchor_link(label, claim["statement"])
            entry += element("p", "Measured: ", link, class_="shown")
        return entry


class PathCards(SphinxDirective):
    """``.. path-cards::``: the three paths, as cards."""

    def run(self) -> list[nodes.Node]:
        """Make one card a path."""
        cards = []
        for name in PATH_NAMES:
            path = inputs.note(self.env, "reading_path", name)
            stops, labs = len(path["stops"]), len(path["labs"])
            size = f"{_count(stops, path['unit'])}, {_count(labs, 'lab')}"
            cards.append(
                element(
                    "li",
                    element(
                        "div",
                        element(
                            "p",
                            doc_link(f"paths/{name}", path["title"]),
                            class_="card-title",
                        ),
                        element("p", path["description"], class_="card-text"),
                        element("p", size, class_="card-meta"),
                        class_="card-body",
                    ),
                    class_="card-item",
                )
            )
        return [element("ul", *cards, class_="cards")]


class Hero(SphinxDirective):
    """``.. hero::``: where to start, and what was measured in this build."""

    def run(self) -> list[nodes.Node]:
        """Make two buttons and one line of counts."""
        first = inputs.note(self.env, "reading_path", "book")["labs"][0]
        lab = inputs.note(self.env, "lab", first)
        names = inputs.note(self.env, "labs")
        claims = sum(len(inputs.note(self.env, "claims", name)) for name in names)
        return [
            element(
                "p",
                doc_link(lab["docname"], f"Start: {lab['title']}", classes=["button"]),
                doc_link("labs/index", "Browse the labs", classes=["button", "quiet"]),
                class_="hero-actions",
            ),
            element(
                "p",
                f"{_count(len(names), 'lab')}, ",
                doc_link("claims", f"{_count(claims, 'claim')} measured"),
                " while this site was built.",
                class_="hero-facts",
            ),
        ]


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def setup(app: Sphinx) -> None:
    """Add the directives."""
    app.add_directive("reading-path", ReadingPath)
    app.add_directive("path-cards", PathCards)
    app.add_directive("hero", Hero)
