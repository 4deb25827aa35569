"""Models that live in the page: the files behind the widgets of `dlkeras.live`.

While a lab is executed, its widgets are stored beside its generated page, in
``live/plot_1_…/NAME``. They are copied to the site as they are, with the
runtime that they all share. Pages without a widget load nothing of this.
"""

import math
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

from labsite import inputs, records
from labsite.markup import doc_link, element

FOLDER = records.DOCS / "_build" / "live"
RUNTIME = "onnxruntime-web"


def add_runtime(app: Sphinx, config: Config) -> None:
    """Unpack the runtime once, and let the site serve it; on `config-inited`."""
    from dlkeras.live.serve import add_runtime

    add_runtime(_pinned() / RUNTIME)
    config.html_static_path.append(str(_pinned()))


def _pinned() -> Path:
    # A folder for each registry: an older one may hold another runtime.
    registry = records.ROOT / "dlkeras" / "datasets" / "registry.toml"
    return FOLDER / records.sha256(registry)[:12]


def add_scripts(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Load the start button where there is a widget; on `html-page-context`."""
    if doctree is None or not any(
        "lab-live" in raw.astext() for raw in doctree.findall(nodes.raw)
    ):
        return
    (binary,) = (_pinned() / RUNTIME).glob("*.gz")
    size = str(binary.stat().st_size)
    attributes = {"type": "module", "data-runtime-bytes": size}
    app.add_js_file("live/start.js", **attributes)
    app.add_css_file("live/live.css")


def copy_widgets(app: Sphinx, error: Exception | None) -> None:
    """Put the widgets beside the pages; on `build-finished`."""
    if error or app.builder.format != "html":
        return
    for source in (records.DOCS / "labs").glob("*/live"):
        target = Path(app.outdir, "labs", source.parent.name, "live")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.keras"))


class LiveModels(SphinxDirective):
    """``.. live-models::``: every widget, with its lab."""

    def run(self) -> list[nodes.Node]:
        """Make the list."""
        rows = []
        for widget in inputs.note(self.env, "widgets"):
            lab = inputs.note(self.env, "lab", widget["lab"])
            kilobytes = math.ceil(widget["bytes"] / 1000)
            size = f": {widget['title']} ({kilobytes:,} kB)"
            rows.append(element("li", doc_link(lab["docname"], lab["title"]), size))
        return [element("ul", *rows)]


def setup(app: Sphinx) -> dict[str, Any] | None:
    """Add the directive, and connect the rest."""
    app.add_directive("live-models", LiveModels)
    app.connect("config-inited", add_runtime)
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", copy_widgets)
