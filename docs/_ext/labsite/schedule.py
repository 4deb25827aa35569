"""All labs that must run, in one queue over all cores, the longest first.

sphinx-gallery executes one part after the other, and waits at the end of each
for its slowest lab. Here all parts share the workers. What sphinx-gallery
finds afterwards is up to date, and it only collects it.
"""

import faulthandler
import importlib
import os
import re
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from dlkeras.workbook.catalog import find_lab, find_labs
from labsite import records
from labsite.settings import Settings
from labsite.stale import stale_labs
from labsite.workers import PRELOADED, context

logger = logging.getLogger(__name__)


def run_labs(app: Sphinx) -> None:
    """Execute the labs that need it; on `builder-inited`, before sphinx-gallery.

    Raises:
        ExtensionError: If a lab fails; the message holds every traceback. Also
            if a lab takes too long.
    """
    conf = app.config.sphinx_gallery_conf
    if not conf["plot_gallery"]:
        return
    _remove_pages_without_lab()
    settings = app.config.labsite_settings
    labs = [find_lab(name) for name in settings.labs] or find_labs()
    todo = stale_labs(labs)
    if not todo:
        return
    seconds = {lab: (records.read(lab) or {}).get("seconds", 30.0) for lab in todo}
    for lab, reason in todo.items():
        records.generated(lab, ".py.md5").unlink(missing_ok=True)
        (records.generated(lab, "").parent / "images" / "thumb").mkdir(
            parents=True, exist_ok=True
        )
        logger.info("lab %s will run (%s)", lab.name, reason)
    start = time.perf_counter()
    failures = []
    workers = min(settings.jobs, len(todo))
    # A process a lab: its memory is its own, whichever labs ran before.
    with ProcessPoolExecutor(
        workers, mp_context=context(), max_tasks_per_child=1
    ) as pool:
        futures = {
            pool.submit(_run, lab.path, conf, settings.timeout): lab
            for lab in sorted(todo, key=seconds.get, reverse=True)
        }
        for number, future in enumerate(as_completed(list(futures)), start=1):
            lab = futures.pop(future)
            try:
                took, error = future.result()
            except BrokenProcessPool as ended:
                names = sorted(other.name for other in [lab, *futures.values()])
                raise ExtensionError(
                    "The process of a lab ended before the lab did: it ran for more "
                    f"than {settings.timeout} s (then its traceback stands above), "
                    f"or out of memory. Not finished: {', '.join(names)}"
                ) from ended
            logger.info("[%d/%d] %s: %.1f s", number, len(todo), lab.name, took)
            if error:
                failures.append(f"{lab.path.relative_to(records.ROOT)}\n{error}")
    measured = sum(records.read(lab)["seconds"] for lab in todo if records.read(lab))
    logger.info(
        "labs: %.1f s of work in %.1f s on %d workers",
        measured,
        time.perf_counter() - start,
        workers,
    )
    if failures:
        raise ExtensionError("These labs failed:\n\n" + "\n".join(failures))


def _remove_pages_without_lab() -> None:
    # A lab that was renamed or removed would leave its page behind.
    pages = {records.generated(lab, ".rst") for lab in find_labs()}
    for page in (records.DOCS / "labs").glob("*/plot_*.rst"):
        if page not in pages:
            for path in page.parent.glob(f"{page.stem}.*"):
                path.unlink()


def _run(path: os.PathLike, conf: dict, timeout: int) -> tuple[float, str]:
    # In a worker: let sphinx-gallery execute one lab and write its page.
    from sphinx_gallery.gen_rst import generate_file_rst

    for module in PRELOADED:  # already there where labs are forked
        importlib.import_module(module)
    # A lab that hangs in compiled code listens to nothing else.
    faulthandler.dump_traceback_later(timeout, exit=True)
    lab = find_lab(path)
    target = records.generated(lab, "").parent
    start = time.perf_counter()
    *_, variables = generate_file_rst(path.name, target, path.parent, conf)
    faulthandler.cancel_dump_traceback_later()
    return time.perf_counter() - start, variables.get("formatted_exception", "")


def filename_pattern(settings: Settings) -> str:
    """sphinx-gallery's `filename_pattern`: the labs that may be executed."""
    if not settings.labs:
        return r"plot_\d+_"
    stems = [re.escape(find_lab(name).path.name) for name in settings.labs]
    return f"({'|'.join(stems)})$"
