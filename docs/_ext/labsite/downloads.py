"""The files that a reader takes home: scripts, notebooks, and dlkeras itself.

They are written beside the pages after the build, so that their addresses are
plain: ``labs/2_feedforward/plot_1_perceptron.ipynb``. Scripts and notebooks
are the ones that ``dlkeras get`` writes.
"""

from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from sphinx.application import Sphinx
from sphinx.util import logging

import dlkeras
from dlkeras.workbook.catalog import find_labs
from dlkeras.workbook.downloads import to_notebook, to_script
from labsite import records

logger = logging.getLogger(__name__)

FOLDER = "downloads"


def write_downloads(app: Sphinx, error: Exception | None) -> None:
    """Write all downloads; on `build-finished`."""
    if error or app.builder.format != "html":
        return
    import nbformat

    settings = app.config.labsite_settings
    outdir = Path(app.outdir)
    build_wheel(outdir / FOLDER)
    install = settings.site_url and f"{settings.site_url}{wheel_path()}"
    for lab in find_labs():
        target = outdir / lab.page
        target.parent.mkdir(parents=True, exist_ok=True)
        script = to_script(lab.path, site_url=settings.site_url)
        target.with_suffix(".py").write_text(script, encoding="utf-8")
        try:
            notebook = to_notebook(
                lab.path, install_target=install, site_url=settings.site_url
            )
        except ValueError as error:  # markup that notebooks do not have
            logger.warning("%s", error, type="labsite", subtype="notebook")
            continue
        nbformat.write(notebook, target.with_suffix(".ipynb"))


def wheel_path() -> str:
    """The wheel's path from the root of the site."""
    return f"{FOLDER}/dlkeras-{dlkeras.__version__}-py3-none-any.whl"


def build_wheel(folder: Path) -> None:
    """Build the wheel of dlkeras that notebooks install."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.whl"):
        old.unlink()
    wheels = WheelBuilder(str(records.ROOT)).build(
        directory=str(folder), versions=["standard"]
    )
    list(wheels)  # it builds while it is asked
