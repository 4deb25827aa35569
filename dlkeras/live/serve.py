"""Widgets in a notebook: this computer serves them to the browser."""

import functools
import gzip
import html
import http.server
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

from dlkeras.datasets.fetch import DatasetError, unpack

SCRIPT, BINARY = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"
HEIGHT = 620  # pixels; the frame scrolls if a widget needs more


def frame(folder: Path) -> str:
    """HTML that shows a stored widget, or says why it cannot be shown.

    Args:
        folder: Where the widget is stored: `root/lab/name`.
    """
    root = folder.parents[1]
    try:
        add_runtime(root / "_static" / "onnxruntime-web")
    except (DatasetError, OSError) as error:
        return (
            "<p>The widget needs onnxruntime-web, which runs models in the browser. "
            f"{html.escape(str(error))}</p>"
        )
    shutil.copytree(scripts(), root / "_static" / "live", dirs_exist_ok=True)
    address = (
        f"http://127.0.0.1:{_port(root)}/_static/live/frame.html"
        f"?widget={folder.parent.name}/{folder.name}"
    )
    return (
        f'<iframe src="{html.escape(address)}" width="100%" height="{HEIGHT}" '
        'style="border: 0" title="widget"></iframe><p>Nothing to see? Then this '
        "notebook runs on another computer than your browser, which cannot reach "
        "the widget. The page of the lab has the same one.</p>"
    )


def scripts() -> Path:
    """The folder of the browser code: in the installed package or the checkout."""
    installed = Path(__file__).with_name("_web")
    checkout = Path(__file__).parents[2] / "docs" / "_static" / "live"
    return installed if installed.exists() else checkout


def add_runtime(folder: Path) -> None:
    """Put onnxruntime-web into a folder, if it is not there.

    Its WebAssembly is packed here, since not every server does it on the way:
    a quarter of the bytes then travels.

    Raises:
        DatasetError: If it cannot be fetched.
    """
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as part:
        unpack("onnxruntime_web", part, [f"package/dist/{x}" for x in (SCRIPT, BINARY)])
        found = Path(part, "package", "dist")
        binary = found / BINARY
        packed = gzip.compress(binary.read_bytes(), mtime=0)
        binary.with_suffix(".wasm.gz").write_bytes(packed)
        binary.unlink()
        found.rename(folder)


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Keep the notebook clean."""


@functools.cache
def _port(root: Path) -> int:
    handler = functools.partial(_Handler, directory=str(root))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]
