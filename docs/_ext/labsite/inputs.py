"""Pages are read again when what they show has changed.

Most pages show data: records of labs, the catalog, which lab uses what. Sphinx
would compare the times of files, and read every page again when a lab ran and
found the same. Instead each page notes the data that it has used, by name,
with a digest; before the next build the digests are compared.
"""

import functools
import hashlib
import json
from collections.abc import Callable
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

SOURCES: dict[str, Callable[..., Any]] = {}


def source(function: Callable[..., Any]) -> Callable[..., Any]:
    """Register a function whose result pages show, under its own name."""
    cached = functools.cache(function)
    SOURCES[function.__name__] = cached
    return cached


def note(env: BuildEnvironment, name: str, *arguments: str) -> Any:
    """What a source gives today, noted as shown by the page being read."""
    value = SOURCES[name](*arguments)
    noted = _noted(env).setdefault(env.docname, {})
    noted[name, *arguments] = digest(value)
    return value


def digest(value: Any) -> str:
    """A short fingerprint of data."""
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set
) -> list[str]:
    """Pages whose data differ from what they show; on `env-get-outdated`."""
    found = []
    for docname, noted in _noted(env).items():
        if docname in removed or docname not in env.found_docs:
            continue
        for (name, *arguments), before in noted.items():
            try:
                now = digest(SOURCES[name](*arguments))
            except LookupError:  # a lab that is gone
                now = ""
            if now != before:
                found.append(docname)
                break
    return found


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget a page that is read anew; on `env-purge-doc`."""
    _noted(env).pop(docname, None)


def merge(
    app: Sphinx, env: BuildEnvironment, docnames: set, other: BuildEnvironment
) -> None:
    """Take over what a parallel reader has noted; on `env-merge-info`."""
    for docname in docnames:
        if docname in _noted(other):
            _noted(env)[docname] = _noted(other)[docname]


def _noted(env: BuildEnvironment) -> dict[str, dict[tuple, str]]:
    if not hasattr(env, "labsite_inputs"):
        env.labsite_inputs = {}
    return env.labsite_inputs


def setup(app: Sphinx) -> None:
    """Connect to the life of the environment."""
    app.connect("env-get-outdated", outdated)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
