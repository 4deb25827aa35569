"""The bar below a lab's title: what it takes, what it uses, how to get it."""

from typing import Any

from docutils import nodes

from labsite.downloads import wheel_path
from labsite.markup import doc_link, element, web_link
from labsite.proofs import backend_name
from labsite.settings import Settings


def lab_bar(
    lab: dict[str, Any],
    record: dict[str, Any],
    proofs: list[dict[str, Any]],
    required: list[dict[str, Any]],
    settings: Settings,
) -> nodes.Node:
    """The bar of a lab.

    Args:
        lab: Its entry in the catalog.
        record: What was measured in this build; empty if it was not executed.
        proofs: Recorded runs that are about the lab's present code.
        required: The labs to do before.
        settings: The site's settings.
    """
    facts = [
        ("Difficulty", [lab["difficulty"]]),
        ("Your time", [f"about {lab['minutes']} min"]),
    ]
    if record:
        facts.append(("Run time", [_measured(record)]))
    if lab["apis"]:
        facts.append(("Uses", [", ".join(lab["apis"])]))
    if proofs:
        facts.append(("Proven on", _proven(proofs)))
    if required:
        facts.append(("Before you start", _links(required)))
    rows = [
        element("div", element("dt", name), element("dd", *value))
        for name, value in facts
    ]
    return element(
        "div",
        element("dl", *rows),
        element("p", *_actions(lab, settings), class_="lab-actions"),
        class_="lab-bar",
    )


def _measured(record: dict[str, Any]) -> str:
    seconds = record["seconds"]
    text = f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    if record.get("peak_mb"):
        text += f", {record['peak_mb'] / 1000:.1f} GB"
    return text


def _proven(proofs: list[dict[str, Any]]) -> list[nodes.Node | str]:
    found: list[nodes.Node | str] = []
    for proof in proofs:
        label = doc_link("about", backend_name(proof["backend"]))
        found += [", ", element("span", label, title=proof["description"])]
    return found[1:]


def _links(labs: list[dict[str, Any]]) -> list[nodes.Node | str]:
    found: list[nodes.Node | str] = []
    for lab in labs:
        found += [", ", doc_link(lab["docname"], lab["title"])]
    return found[1:]


def _actions(lab: dict[str, Any], settings: Settings) -> list[nodes.Node | str]:
    stem = lab["docname"].rpartition("/")[2]
    found = [
        web_link(f"{stem}.ipynb", "Notebook .ipynb", download=True, class_="button"),
        web_link(f"{stem}.py", "Script .py", download=True, class_="button"),
    ]
    if not settings.site_url:  # else notebooks fetch it by its address
        wheel = f"../../{wheel_path()}"
        found.append(web_link(wheel, "dlkeras .whl", download=True, class_="button"))
    colab = settings.colab_url(f"{lab['docname']}.ipynb")
    if colab:
        found.append(web_link(colab, "Run it in Colab", class_="button"))
    source = settings.source_url(lab["path"])
    if source:
        found.append(web_link(source, "Source", class_="button"))
    return found
