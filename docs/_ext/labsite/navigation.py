"""Two repairs to the frame of each page, as theme and gallery give it."""

from typing import Any

from sphinx.application import Sphinx


def repair(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Leave out a script, and name the arrows; on `html-page-context`."""
    # sphinx-gallery's own filter of tags: ours groups them, and obeys the keyboard.
    context["script_files"] = [
        script
        for script in context.get("script_files", [])
        if "sg-tags" not in str(getattr(script, "filename", script))
    ]
    # The arrows that unfold the navigation have no name for screen readers.
    make_toctree = context.get("generate_toctree_html")
    if make_toctree:

        def named(kind: str, *args: Any, **kwargs: Any) -> Any:
            found = make_toctree(kind, *args, **kwargs)
            if kind != "sidebar":
                return found  # parsed, for the theme's own use
            return str(found).replace("<summary>", '<summary aria-label="Pages below">')

        context["generate_toctree_html"] = named


def setup(app: Sphinx) -> None:
    """Work after the theme."""
    app.connect("html-page-context", repair, priority=900)
