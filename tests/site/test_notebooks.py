"""The notebooks that readers download."""

import os
import re

import pytest


def _read(site, lab):
    import nbformat

    return nbformat.read((site / lab.page).with_suffix(".ipynb"), as_version=4)


def test_every_notebook_is_valid_and_clean(site, labs):
    import nbformat

    for lab in labs:
        notebook = _read(site, lab)
        nbformat.validate(notebook)
        assert "pip install" in notebook.cells[0].source, lab.name
        assert all(not cell.get("outputs") for cell in notebook.cells), lab.name
        for cell in notebook.cells:
            if cell.cell_type != "markdown":
                assert "sphinx_gallery" not in cell.source, lab.name
                continue
            prose = re.sub(
                r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$", "", cell.source, flags=re.S
            )
            leftover = re.search(
                r"^\.\. |:\w+:`|``|`_\b|^[=~-]{4,}$", prose, flags=re.M
            )
            assert not leftover, (
                f"{lab.name}: {leftover and leftover[0]!r} in {prose!r}"
            )


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_quickest_notebooks_run_from_top_to_bottom(site, labs, place, tmp_path):
    nbclient = pytest.importorskip("nbclient")
    lab = sorted(labs, key=lambda one: one.record["seconds"])[place]
    notebook = _read(site, lab)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    nbclient.NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    printed = "".join(
        output.get("text", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    assert printed.count("✓ Claim: ") == len(lab.record["claims"])
