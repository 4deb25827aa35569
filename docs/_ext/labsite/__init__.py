"""The Sphinx extension that makes the workbook's site out of its labs.

Each module does one thing and says why it exists:

- before pages are read: `settings`, `stale`, `workers`, `schedule`, with
  `hooks` and `scraper` in the processes that execute labs; `api`, `gallery`;
- while pages are read: `labpage` with `bar`, `claims`, `exercises`, `executed`;
  `glossary`; the directives in `cards`, `paths`, `tables`, `video`; all made of
  `markup`, showing `data` that `inputs` keeps track of; `mathematics`,
  `docstrings`, `navigation`;
- after pages are written: `downloads`; and `live`, for widgets, all along.
"""

from typing import Any

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Set up the extension."""
    from labsite import (
        api,
        cards,
        data,  # noqa: F401 - registers its sources
        docstrings,
        downloads,
        gallery,
        glossary,
        inputs,
        labpage,
        live,
        markup,
        mathematics,
        navigation,
        paths,
        proofs,  # noqa: F401 - registers its data source
        schedule,
        tables,
        video,
    )
    from labsite.settings import Settings

    app.add_config_value("labsite_settings", Settings.from_environment(), "html")
    # sphinx-gallery works at 500 and must find the labs executed.
    app.connect("builder-inited", schedule.run_labs, priority=400)
    app.connect("source-read", gallery.write_index)
    app.connect("build-finished", downloads.write_downloads)
    for module in (markup, inputs, mathematics, video, cards, paths, tables, api):
        module.setup(app)
    for module in (docstrings, labpage, live, glossary, navigation):
        module.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 4}
