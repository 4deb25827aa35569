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
from labsite.markup import element, web_link

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
    """``.. live-models::``: every widget as a card that leads to its place."""

    def run(self) -> list[nodes.Node]:
        """Make the grid."""
        cards = [self._card(one) for one in inputs.note(self.env, "widgets")]
        return [element("ul", *cards, class_="cards")]

    def _card(self, widget: dict[str, Any]) -> nodes.Node:
        lab = inputs.note(self.env, "lab", widget["lab"])
        image = nodes.image(uri=widget["image"], alt=widget["title"], loading="lazy")
        place = f"{lab['docname']}.html#{widget['anchor']}"
        size = f"{math.ceil(widget['bytes'] / 1000):,} kB"
        return element(
            "li",
            element("div", image, class_="card-picture"),
            element(
                "div",
                element("p", web_link(place, lab["title"]), class_="card-title"),
                element("p", widget["caption"], class_="card-text"),
                element("p", size, class_="card-meta"),
                class_="card-body",
            ),
            class_="card-item",
        )


def setup(app: Sphinx) -> dict[str, Any] | None:
    """Add the directive, and connect the rest."""
    app.add_directive("live-models", LiveModels)
    app.connect("config-inited", add_runtime)
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", copy_widgets)
