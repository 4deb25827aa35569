"""Labs and parts as cards."""

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from labsite import inputs
from labsite.markup import doc_link, element


def lab_cards(env: BuildEnvironment, names: list[str]) -> nodes.Node:
    """A grid of cards, one for each lab."""
    cards = [_lab_card(inputs.note(env, "lab", name)) for name in names]
    return element("ul", *cards, class_="cards")


def _lab_card(lab: dict[str, Any]) -> nodes.Node:
    groups = {
        "Difficulty": [lab["difficulty"]],
        "API": list(lab["apis"]),
        "Topic": list(lab["topics"]),
    }
    return element(
        "li",
        *_picture(lab),
        element(
            "div",
            element("p", doc_link(lab["docname"], lab["title"]), class_="card-title"),
            element("p", lab["summary"], class_="card-text"),
            element(
                "p",
                f"{lab['number']} · {lab['difficulty']} · {lab['minutes']} min",
                class_="card-meta",
            ),
            class_="card-body",
        ),
        class_="card-item lab-card",
        data_tags=json.dumps(groups, ensure_ascii=False),
    )


def _picture(lab: dict[str, Any]) -> list[nodes.Node]:
    if not lab["image"]:
        return []
    alt = f"Figure from the lab {lab['title']}"
    image = nodes.image(uri=lab["image"], alt=alt, loading="lazy")
    return [element("div", image, class_="card-picture")]


class LabCards(SphinxDirective):
    """``.. lab-cards:: [PART]``: the labs of a part, or all."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the grid."""
        names = inputs.note(self.env, "labs", *self.arguments)
        return [lab_cards(self.env, names)]


class PartCards(SphinxDirective):
    """``.. part-cards::``: the parts, each with its labs."""

    def run(self) -> list[nodes.Node]:
        """Make the grid."""
        cards = [self._card(part) for part in inputs.note(self.env, "parts")]
        return [element("ul", *cards, class_="cards")]

    def _card(self, part: dict[str, Any]) -> nodes.Node:
        labs = [inputs.note(self.env, "lab", name) for name in part["labs"]]
        title = doc_link(f"labs/{part['folder']}/index", part["title"])
        entries = [
            element("li", doc_link(lab["docname"], lab["title"])) for lab in labs
        ]
        return element(
            "li",
            *_picture(labs[0]),
            element(
                "div",
                element("p", title, class_="card-title"),
                element("ol", *entries, class_="card-list"),
                class_="card-body",
            ),
            class_="card-item part-card",
        )


class LabFilter(SphinxDirective):
    """``.. lab-filter::``: where the script puts the buttons that filter cards."""

    def run(self) -> list[nodes.Node]:
        """Make the empty place; without scripts it stays empty."""
        return [element("div", class_="lab-filter", data_filter="lab-card")]


def setup(app: Sphinx) -> None:
    """Add the directives."""
    app.add_directive("lab-cards", LabCards)
    app.add_directive("part-cards", PartCards)
    app.add_directive("lab-filter", LabFilter)
