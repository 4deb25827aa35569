"""The foot of a lab's page: when, with what and from which commit it was run."""

import datetime as dt
from typing import Any

from docutils import nodes

from labsite.markup import element, web_link
from labsite.proofs import backend_name
from labsite.settings import Settings


def executed(
    lab: dict[str, Any], record: dict[str, Any], settings: Settings
) -> nodes.Node:
    """One sentence about the run that made the page."""
    date = dt.datetime.fromisoformat(record["date"])
    versions = record["versions"]
    backend = record["backend"]
    children: list[nodes.Node | str] = [
        f"The script was executed on {date.day} {date:%B %Y} at {date:%H:%M} UTC with "
        f"Python {versions['python']}, Keras {versions['keras']} on "
        f"{backend_name(backend)} {versions.get(backend, '')} and "
        f"NumPy {versions['numpy']}"
    ]
    commit = record["commit"]
    if commit:
        address = settings.source_url(lab["path"], commit)
        text = commit.replace("+changes", " with changes")
        children += [", from commit ", web_link(address, text) if address else text]
    children.append(". Every number and figure above comes from that run.")
    return element("p", *children, class_="executed")
