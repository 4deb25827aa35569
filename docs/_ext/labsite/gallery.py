"""Index pages of the gallery, in our words and with our cards.

sphinx-gallery writes `labs/index` and one index a part. Their text is replaced
while they are read; the files stay as they are, so that nothing looks changed.
"""

from sphinx.application import Sphinx

from labsite import records

TOCTREE = """

.. toctree::
   :hidden:

"""


def write_index(app: Sphinx, docname: str, content: list[str]) -> None:
    """Replace the text of an index page; on `source-read`."""
    if docname == "labs/index":
        content[0] = _all_labs()
    elif docname.startswith("labs/") and docname.endswith("/index"):
        content[0] = _part(docname.split("/")[1])


def _all_labs() -> str:
    parts = _parts()
    text = _header("") + "\n\n.. lab-filter::\n"
    for part in parts:
        text += f"\n\n{_header(part)}\n\n.. lab-cards:: {part}\n"
    return text + TOCTREE + "".join(f"   {part}/index\n" for part in parts)


def _part(part: str) -> str:
    scripts = sorted((records.ROOT / "labs" / part).glob("plot_*.py"), key=_number)
    entries = "".join(f"   {path.stem}\n" for path in scripts)
    return f"{_header(part)}\n\n.. lab-cards:: {part}\n{TOCTREE}{entries}"


def _parts() -> list[str]:
    folders = {path.parent for path in (records.ROOT / "labs").glob("*/plot_*.py")}
    return [folder.name for folder in sorted(folders, key=_number)]


def _header(part: str) -> str:
    path = records.ROOT / "labs" / part / "GALLERY_HEADER.rst"
    return path.read_text(encoding="utf-8").strip()


def _number(path: records.Path) -> int:
    return int(path.name.removeprefix("plot_").partition("_")[0])
