"""Figures as sharp images, motions as small videos.

sphinx-gallery would draw a figure once for each of its two sizes, and solve its
layout each time, which takes longer than many a training. Here, it is drawn once,
for dense screens, and made smaller for others. Of an animation, sphinx-gallery
would write a GIF, a second rendering, and a video that plays on its own; here it
becomes one MP4 with a still picture that stands in its place until it is played.
"""

import contextlib
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.animation import Animation, FFMpegWriter
from matplotlib.figure import Figure
from PIL import Image
from sphinx.errors import ExtensionError
from sphinx_gallery.scrapers import _matplotlib_fig_titles, figure_rst

# Every pixel as drawn. Packing harder saves a fifth of the bytes, and takes three
# times as long.
FORMAT, PACKING = "webp", {"lossless": True, "method": 1, "quality": 20}

MAX_BYTES = 400_000
DOTS_PER_PIXEL = (2.0, 1.5, 1.0)  # sharp on dense screens, if the size allows it

# One thread, and nothing about the moment: two builds give the same bytes.
ENCODING = (
    "-pix_fmt yuv420p -crf 24 -preset fast -tune animation -movflags +faststart "
    "-threads 1 -map_metadata -1 -fflags +bitexact"
)

VIDEO = """
.. lab-video:: /{path}
   :alt: {alt}
   :width: {width}
   :height: {height}

"""


def figures(block: Any, block_vars: dict[str, Any], gallery_conf: dict) -> str:
    """Save the open figures of a cell; return the reStructuredText that shows them."""
    rst = []
    for animation in _open_animations(block_vars["example_globals"]):
        still = Path(next(block_vars["image_path_iterator"])).with_suffix(f".{FORMAT}")
        rst.append(_save_animation(animation, still, Path(gallery_conf["src_dir"])))
        plt.close(animation._fig)
    for number in plt.get_fignums():
        still = Path(next(block_vars["image_path_iterator"])).with_suffix(f".{FORMAT}")
        rst.append(_save_figure(plt.figure(number), still, gallery_conf["src_dir"]))
    plt.close("all")
    return "".join(rst)


def _save_figure(figure: Figure, still: Path, source_dir: str) -> str:
    if not (title := _matplotlib_fig_titles(figure)):
        raise ExtensionError("A figure has no title, so no alternative text.")
    figure.set_dpi(2 * figure.dpi)
    figure.draw_without_rendering()  # lays it out
    figure.set_layout_engine("none")  # or `savefig` would do so once more
    sharp = still.with_stem(f"{still.stem}_2_00x")  # as sphinx-gallery calls it
    figure.savefig(sharp, dpi=figure.dpi, pil_kwargs=PACKING)
    with Image.open(sharp) as image:
        image.reduce(2).save(still, **PACKING)
    return figure_rst([still], source_dir, title, [{0: still, 2: sharp}])


def _open_animations(variables: dict[str, Any]) -> list[Animation]:
    # A number says little: a closed figure's is given to the next one.
    shown = [plt.figure(number) for number in plt.get_fignums()]
    found = {}
    for value in variables.values():
        if isinstance(value, Animation) and any(value._fig is x for x in shown):
            found[value._fig.number] = value
    return list(found.values())


def _save_animation(animation: Animation, still: Path, source_dir: Path) -> str:
    import imageio_ffmpeg

    figure = animation._fig
    width, height = (round(side * figure.dpi) for side in figure.get_size_inches())
    video = still.with_suffix(".mp4")
    # The layout is solved once, not for each frame: the first drawing makes the
    # animation fill in its first frame, the second fits the axes around it.
    figure.canvas.draw()
    figure.canvas.draw()
    figure.set_layout_engine("none")
    # After each frame, Matplotlib would draw it for a screen, too.
    figure.canvas.draw_idle = lambda: None
    with plt.rc_context({"animation.ffmpeg_path": imageio_ffmpeg.get_ffmpeg_exe()}):
        for scale in DOTS_PER_PIXEL:
            # H.264 wants even sides; yuv420p is what every browser decodes.
            filters = "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white"
            writer = FFMpegWriter(
                fps=_frames_per_second(animation),
                codec="libx264",
                extra_args=["-vf", filters, *ENCODING.split()],
            )
            animation.save(video, writer=writer, dpi=scale * figure.dpi)
            if video.stat().st_size <= MAX_BYTES:
                break
        else:
            raise ExtensionError(
                f"{video.name} is {video.stat().st_size // 1000} KB, more than "
                f"{MAX_BYTES // 1000}: draw fewer frames."
            )
    # As the last frame left it:
    figure.savefig(still, dpi=2 * figure.dpi, pil_kwargs=PACKING)
    return VIDEO.format(
        path=video.relative_to(source_dir).as_posix(),
        alt=_matplotlib_fig_titles(figure).replace("\n", " "),
        width=width,
        height=height,
    )


def _frames_per_second(animation: Animation) -> float:
    with contextlib.suppress(AttributeError):
        return 1000 / animation._interval
    return plt.rcParams["animation.fps"]
