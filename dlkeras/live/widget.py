"""What the functions of `dlkeras.live` return: a model that shows itself.

Where it is shown decides how. The site's build names a folder in the
environment variable ``DLKERAS_LIVE``; the widget is stored there, and the page
holds its still picture with a button. A notebook shows the same widget, served
by this computer. A script, where nothing is displayed, writes the models to
the cache folder.
"""

import html
import json
import math
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlkeras.datasets.fetch import cache_dir
from dlkeras.live.export import ExportError, export_onnx

LIVE_VARIABLE = "DLKERAS_LIVE"
STILL, SETTINGS = "still.webp", "widget.json"


class Widget:
    """A display object: models and settings for one widget of the page.

    Args:
        kind: Name of the JavaScript module that draws it.
        name: What to call its folder, unique in a lab.
        models: Built Keras models by name; they are exported at once.
        settings: What else the module needs; values that JSON can hold.
        still: A Matplotlib figure that shows the widget at work. It stands in
            the page until the widget is started, and in print.
        caption: What to try, in a sentence or two.

    Raises:
        ExportError: If a model cannot be exported while the site is built.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        models: Mapping[str, Any],
        settings: Mapping[str, Any],
        still: Any,
        caption: str,
    ):
        self.kind, self.name, self.caption = kind, name, caption
        self.title = _title(still)
        self.built = os.environ.get(LIVE_VARIABLE, "")
        lab = os.environ.get("DLKERAS_LAB") or Path(sys.argv[0]).stem or "notebook"
        self.folder = Path(self.built or cache_dir().parent / "live" / lab) / name
        try:
            self._save(models, settings, still)
        except ImportError as error:  # readers can do without
            if self.built:
                raise
            print(error)
        except (ExportError, OSError) as error:
            if self.built:
                raise
            print(f"No widget here: {error}")

    def _save(self, models, settings, still) -> None:
        part = self.folder.with_name(f".{self.folder.name}.{os.getpid()}")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        files, gap = {}, 0.0
        self.bytes = 0
        for name, model in models.items():
            file = part / f"{name}.onnx"
            gap = max(gap, export_onnx(model, file))
            if self.built:  # the tests of the site ask Keras the same
                model.save(part / f"{name}.keras")
            files[name] = file.name
            self.bytes += file.stat().st_size
        still.savefig(part / STILL, dpi=2 * still.dpi, pil_kwargs={"lossless": True})
        _close(still)
        entry = {
            "kind": self.kind,
            "title": self.title,
            "caption": self.caption,
            "models": files,
            "bytes": self.bytes,
            "settings": dict(settings),
        }
        text = json.dumps(entry, ensure_ascii=False, indent=1)
        (part / SETTINGS).write_text(text, encoding="utf-8")
        shutil.rmtree(self.folder, ignore_errors=True)
        part.rename(self.folder)
        where = "" if self.built else f" in {self.folder}"
        count = f"{len(files)} model{'s' * (len(files) != 1)}"
        print(f"ONNX: {count}, {math.ceil(self.bytes / 1000):,} kB{where}")
        print(f"largest difference from Keras: {gap:.0e}")

    def __repr__(self) -> str:
        return f"<{self.kind.replace('_', ' ')} in {self.folder}>"

    def _repr_html_(self) -> str:
        if self.built:
            address = f"live/{Path(self.built).name}/{self.name}"
            return figure(address, self.title, self.caption, self.bytes)
        if not (self.folder / SETTINGS).exists():
            return f"<p>{html.escape(self.caption)}</p>"
        from dlkeras.live.serve import frame

        return frame(self.folder)


def figure(address: str, title: str, caption: str, size: int) -> str:
    """The HTML that stands in a page: still picture and caption.

    Args:
        address: Of the widget's folder, as seen from the page.
        title: What the still picture shows.
        caption: What to try.
        size: Bytes of the models.
    """
    address, title, caption = map(html.escape, (address, title, caption))
    anchor = f"live-{address.rpartition('/')[2]}"
    return (
        f'<figure class="lab-live" id="{anchor}" data-live="{address}/" '
        f'data-bytes="{size}">'
        f'<img class="live-still" src="{address}/{STILL}" alt="{title}" loading="lazy">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _title(figure_: Any) -> str:
    titles = [figure_.get_suptitle(), *(ax.get_title() for ax in figure_.axes)]
    title = next((text for text in titles if text), "")
    if not title:
        raise ValueError("The still picture needs a title: it is read to the blind.")
    return title.replace("\n", " ")


def _close(figure_: Any) -> None:
    import matplotlib.pyplot as plt

    plt.close(figure_)
