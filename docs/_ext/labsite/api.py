"""Pages of the API reference: one a package, one a public object.

The packages of dlkeras name their public objects in one table, the argument
of `lazy_loader.attach`. It is read from the source, so that nothing of Keras
is imported for a page that has not changed.
"""

import ast
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from labsite import inputs, records
from labsite.cards import lab_cards
from labsite.markup import element

logger = logging.getLogger(__name__)

FOLDER = records.DOCS / "api" / "generated"

PACKAGE_PAGE = """\
{package}
{rule}

.. automodule:: {package}

.. currentmodule:: {package}

.. autosummary::

{table}

.. toctree::
   :hidden:

{entries}
"""

MODULE_PAGE = """\
{module}
{rule}

.. automodule:: {module}
   :members:
"""

OBJECT_PAGE = """\
{name}
{rule}

.. currentmodule:: {package}

.. auto{kind}:: {name}{options}

.. labs-using:: {package}.{name}
"""


def write_pages(app: Sphinx) -> None:
    """Write the pages that are new or different; on `builder-inited`."""
    (FOLDER / "objects").mkdir(parents=True, exist_ok=True)
    wanted = {}
    for package, objects in public_packages().items():
        modules = [
            f"{package}.{name}" for name in _attached(_init(package), "submodules")
        ]
        for module in modules:
            wanted[f"objects/{module}.rst"] = MODULE_PAGE.format(
                module=module, rule="=" * len(module)
            )
        pages = sorted([f"{package}.{name}" for name in objects] + modules)
        wanted[f"{package}.rst"] = PACKAGE_PAGE.format(
            package=package,
            rule="=" * len(package),
            table="\n".join(f"   {name}" for name in sorted(objects)),
            entries="\n".join(f"   objects/{page}" for page in pages),
        )
        for name, kind in objects.items():
            options = "\n   :members:\n   :show-inheritance:" if kind == "class" else ""
            wanted[f"objects/{package}.{name}.rst"] = OBJECT_PAGE.format(
                name=name,
                rule="=" * len(name),
                package=package,
                kind=kind,
                options=options,
            )
    for path in FOLDER.rglob("*.rst"):
        if path.relative_to(FOLDER).as_posix() not in wanted:
            path.unlink()
    for file, text in wanted.items():
        path = FOLDER / file
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def public_packages() -> dict[str, dict[str, str]]:
    """Public objects of each package: name and kind, class, exception or function."""
    found = {}
    for init in sorted((records.ROOT / "dlkeras").glob("*/__init__.py")):
        objects = {}
        for module, names in _attached(init, "submod_attrs").items():
            path = init.parent / f"{module}.py"
            if not path.exists():
                logger.warning("%s names %s, which is not there", init, path.name)
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for name in names:
                objects[name] = _kind(tree, name)
        if objects:
            found[f"dlkeras.{init.parent.name}"] = objects
    return found


def _init(package: str) -> Path:
    return records.ROOT / package.replace(".", "/") / "__init__.py"


def _attached(init: Path, argument: str) -> dict[str, list[str]]:
    for node in ast.walk(ast.parse(init.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == argument:
            return ast.literal_eval(node.value)
    return {}


def _kind(tree: ast.Module, name: str) -> str:
    for node in tree.body:
        if getattr(node, "name", None) != name:
            continue
        if isinstance(node, ast.FunctionDef):
            return "function"
        bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
        if any(base.endswith(("Error", "Exception")) for base in bases):
            return "exception"
        return "class"
    return "data"


class LabsUsing(SphinxDirective):
    """``.. labs-using:: NAME``: the labs whose code uses an object."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make cards, if there are any."""
        names = inputs.note(self.env, "users", self.arguments[0])
        if not names:
            return []
        heading = element("p", "Labs that use it", class_="rubric")
        return [heading, lab_cards(self.env, names)]


def note_modules(app: Sphinx, docname: str, source: list[str]) -> None:
    """Read a package's page again when an object's summary may have changed."""
    folder, _, package = docname.rpartition("/")
    if records.DOCS / folder == FOLDER:
        for path in _init(package).parent.glob("*.py"):
            app.env.note_dependency(path)


def setup(app: Sphinx) -> None:
    """Add the directive and the writer."""
    app.add_directive("labs-using", LabsUsing)
    app.connect("source-read", note_modules)
    app.connect("builder-inited", write_pages, priority=410)
