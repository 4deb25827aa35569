"""What the builder of the site may say through the environment.

`DLKERAS_SITE_URL`
    Where the site will stand, for example ``https://labs.example.org/``. With
    it come canonical addresses, a sitemap, social cards, and notebooks that
    install dlkeras from the site.
`DLKERAS_REPOSITORY`
    The public repository, as ``owner/name`` or as its address. With it come
    links to the source and a "run it in Colab" button. Colab opens notebooks
    from a branch: the built site must be pushed to `DLKERAS_SITE_BRANCH`
    (``gh-pages`` unless set).
`DLKERAS_LABS`
    Names of labs, separated by spaces: only these are executed.
`DLKERAS_JOBS`
    How many labs to execute at a time; as many as there are cores unless set.
`DLKERAS_TIMEOUT`
    A lab that runs for more seconds than this stops the build; 600 unless set.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """The site's settings.

    Attributes:
        site_url: Base address with a slash at the end, or empty.
        repository: `owner/name`, or empty.
        site_branch: Branch of the repository that holds the built site.
        labs: Names of the labs to execute; empty for all.
        jobs: Labs executed at a time.
        timeout: Seconds that a lab may run for.
    """

    site_url: str = ""
    repository: str = ""
    site_branch: str = "gh-pages"
    labs: tuple[str, ...] = ()
    jobs: int = 1
    timeout: int = 600

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the environment.

        Raises:
            ValueError: If a variable cannot be what it says.
        """
        site_url = environ.get("DLKERAS_SITE_URL", "").strip()
        if site_url and not re.match(r"https?://[^/]", site_url):
            raise ValueError(
                f"DLKERAS_SITE_URL must be a web address. Received: {site_url!r}"
            )
        return cls(
            site_url=site_url and site_url.rstrip("/") + "/",
            repository=_repository(environ.get("DLKERAS_REPOSITORY", "").strip()),
            site_branch=environ.get("DLKERAS_SITE_BRANCH", "").strip() or "gh-pages",
            labs=tuple(environ.get("DLKERAS_LABS", "").replace(",", " ").split()),
            jobs=_count(environ, "DLKERAS_JOBS", _cores()),
            timeout=_count(environ, "DLKERAS_TIMEOUT", 600),
        )

    @property
    def repository_url(self) -> str:
        """Address of the repository, or empty."""
        return self.repository and f"https://github.com/{self.repository}"

    def source_url(self, path: str, commit: str = "") -> str:
        """Address of a source file, or empty without a repository."""
        if not self.repository:
            return ""
        return f"{self.repository_url}/blob/{commit.partition('+')[0] or 'main'}/{path}"

    def colab_url(self, notebook: str) -> str:
        """Address that opens a notebook in Colab, or empty without a repository.

        Args:
            notebook: Its path from the root of the site.
        """
        if not self.repository:
            return ""
        return (
            "https://colab.research.google.com/github/"
            f"{self.repository}/blob/{self.site_branch}/{notebook}"
        )


def _repository(text: str) -> str:
    if not text:
        return ""
    match = re.fullmatch(
        r"(?:(?:https?://|git@)?github\.com[/:])?([\w.-]+/[\w.-]+?)(?:\.git)?/?", text
    )
    if not match:
        raise ValueError(
            f"DLKERAS_REPOSITORY must be owner/name or its address. Received: {text!r}"
        )
    return match[1]


def _count(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "").strip() or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(
            f"{name} must be a whole number of at least 1. Received: {text!r}"
        )
    return int(text)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
