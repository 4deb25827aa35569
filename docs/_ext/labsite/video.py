"""Videos with controls that never start against the reader's wish.

The page holds a `<video>` that shows a still picture and does not load. A
script plays it while it is in view, unless the reader prefers reduced motion.
"""

import posixpath
import urllib.parse
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from labsite.markup import element


class lab_video(nodes.General, nodes.Element):  # noqa: N801 - docutils' custom
    """A video and its still picture, as files of the source folder."""


class LabVideo(SphinxDirective):
    """``.. lab-video:: FILE.mp4``, with FILE.webp as the still picture."""

    required_arguments = 1
    option_spec: ClassVar = {
        "alt": directives.unchanged_required,
        "width": directives.nonnegative_int,
        "height": directives.nonnegative_int,
    }

    def run(self) -> list[nodes.Node]:
        """Note both files, so that Sphinx copies them beside the images."""
        video, _ = self.env.relfn2path(self.arguments[0], self.env.docname)
        still = video.removesuffix(".mp4") + ".webp"
        for file in (video, still):
            self.env.images.add_file(self.env.docname, file)
            self.env.note_dependency(file)
        return [lab_video(video=video, still=still, **self.options)]


class CopyVideos(SphinxPostTransform):
    """Tells the builder to copy the files of the videos that it writes."""

    default_priority = 200

    def run(self, **kwargs: Any) -> None:
        """Add the files to those that the builder copies."""
        for node in list(self.document.findall(lab_video)):
            for file in (node["video"], node["still"]):
                self.env._app.builder.images[file] = self.env.images[file][1]


def visit_html(self: Any, node: lab_video) -> None:
    """Write the video element."""

    def address(file: str) -> str:
        name = self.builder.images[file]
        return posixpath.join(self.builder.imgpath, urllib.parse.quote(name))

    video = element(
        "video",
        element("source", src=address(node["video"]), type="video/mp4"),
        class_="lab-video",
        controls=True,
        loop=True,
        muted=True,
        playsinline=True,
        preload="none",
        poster=address(node["still"]),
        width=node["width"],
        height=node["height"],
        aria_label=node["alt"],
    )
    video.walkabout(self)
    raise nodes.SkipNode


def visit_other(self: Any, node: lab_video) -> None:
    """Say in words what other builders cannot show."""
    self.add_text(node["alt"]) if hasattr(self, "add_text") else None
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Add directive, node and post-transform."""
    app.add_directive("lab-video", LabVideo)
    app.add_node(
        lab_video,
        html=(visit_html, None),
        **dict.fromkeys(("latex", "text", "man", "texinfo"), (visit_other, None)),
    )
    app.add_post_transform(CopyVideos)
