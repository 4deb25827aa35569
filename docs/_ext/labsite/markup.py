"""One node that stands for any HTML element.

Docutils has no `<details>`, no `<dl>` in a bar, no attributes for scripts to
read. With `element("p", "text", link, class_="note")` a page is composed of
real nodes, so that Sphinx resolves (and checks) the links inside, finds the
images, and indexes the words. Builders that do not write HTML see only what
is inside.
"""

import html
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

VOID = {"br", "img", "input", "source"}


class html_element(nodes.Admonition, nodes.TextElement):  # noqa: N801 - their custom
    """An HTML element with its attributes and children.

    It counts as an admonition, that is, as no part of the running text: the
    description of a page for search engines skips it.
    """


def element(tag: str, *children: nodes.Node | str, **attributes: Any) -> html_element:
    """Make an HTML element.

    Args:
        tag: Its name, for example `"details"`.
        *children: Nodes, or strings for plain text.
        **attributes: Its attributes; `class_` and `for_` lose their
            underscore, other underscores become hyphens. `True` writes an
            attribute without a value; `None` and `False` leave it out.
    """
    node = html_element(tag=tag)
    node["html"] = {
        name.rstrip("_").replace("_", "-"): value
        for name, value in attributes.items()
        if value is not None and value is not False
    }
    add(node, *children)
    return node


def add(node: nodes.Element, *children: nodes.Node | str) -> None:
    """Append nodes, or strings as text."""
    for child in children:
        node += nodes.Text(child) if isinstance(child, str) else child


def doc_link(docname: str, text: str, **attributes: Any) -> addnodes.pending_xref:
    """A link to a page of this site, checked by Sphinx."""
    return _reference("doc", f"/{docname}", text, **attributes)


def anchor_link(label: str, text: str, **attributes: Any) -> addnodes.pending_xref:
    """A link to a labeled place of this site, checked by Sphinx."""
    return _reference("ref", label, text, **attributes)


def web_link(address: str, text: str, **attributes: Any) -> html_element:
    """A link to a file of this site or to another one, written as it is."""
    return element("a", text, href=address, **attributes)


def _reference(kind: str, target: str, text: str, **attributes: Any) -> nodes.Node:
    return addnodes.pending_xref(
        "",
        nodes.inline("", text),
        refdomain="std",
        reftype=kind,
        reftarget=target,
        refexplicit=True,
        refwarn=True,
        **attributes,
    )


def visit_html(self: Any, node: html_element) -> None:
    """Write the opening tag."""
    attributes = dict(node["html"])
    if node["ids"]:
        attributes.setdefault("id", node["ids"][0])
    written = "".join(
        f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'
        for name, value in attributes.items()
    )
    self.body.append(f"<{node['tag']}{written}>")


def depart_html(self: Any, node: html_element) -> None:
    """Write the closing tag."""
    if node["tag"] not in VOID:
        self.body.append(f"</{node['tag']}>")


def _pass(self: Any, node: html_element) -> None:
    pass


def setup(app: Sphinx) -> None:
    """Teach the builders the node."""
    other = dict.fromkeys(("latex", "text", "man", "texinfo"), (_pass, _pass))
    app.add_node(html_element, html=(visit_html, depart_html), **other)
