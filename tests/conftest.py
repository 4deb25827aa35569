"""What several test modules share."""

import textwrap
from pathlib import Path

import pytest

from dlkeras.datasets import fetch
from dlkeras.workbook import catalog


@pytest.fixture
def fetched():
    """Have a file of the real registry in the reader's own cache, or skip."""

    def fetched(name):
        try:
            fetch.fetch(name)
        except fetch.DatasetError as error:
            if "other bytes" in str(error) or "DO NOT MATCH" in str(error):
                raise
            pytest.skip(f"{name} is not cached and cannot be fetched: {error}")

    return fetched


class LabFolder:
    """A folder of small labs that need NumPy alone."""

    def __init__(self, root: Path):
        self.root = root

    def part(self, folder: str, title: str) -> None:
        (self.root / folder).mkdir(parents=True, exist_ok=True)
        header = f"{title}\n{'-' * len(title)}\n\nAbout it.\n"
        (self.root / folder / "GALLERY_HEADER.rst").write_text(header)

    def add(
        self,
        path: str,
        code: str = "",
        *,
        title: str = "",
        summary: str = "One sentence.",
        metadata: str | None = None,
        tags: tuple[str, ...] = ("first steps", "counting"),
        requires: tuple[str, ...] = (),
    ) -> Path:
        """Write a lab: its docstring, its metadata and what else it holds."""
        script = self.root / path
        script.parent.mkdir(parents=True, exist_ok=True)
        title = title or script.stem.split("_", 2)[2].capitalize()
        if metadata is None:
            metadata = (
                f"# sphinx_gallery_tags = {list(tags)!r}\n"
                "# sphinx_gallery_minutes = 5\n"
                f"# sphinx_gallery_requires = {list(requires)!r}\n"
            )
        docstring = f'"""\n{title}\n{"=" * len(title)}\n\n{summary}\n"""\n'
        code = textwrap.dedent(code).lstrip("\n")
        script.write_text(f"{docstring}{metadata}\n{code}", encoding="utf-8")
        return script


@pytest.fixture
def lab_folder(tmp_path, monkeypatch):
    """An empty folder that stands in for the labs."""
    folder = LabFolder(tmp_path / "labs")
    folder.root.mkdir()
    monkeypatch.setattr(catalog, "labs_dir", lambda: folder.root)
    return folder


@pytest.fixture
def labs(lab_folder):
    """Three labs in two parts; `sums` makes two claims."""
    lab_folder.part("1_core", "Core things")
    lab_folder.part("2_more", "More things")
    lab_folder.add(
        "1_core/plot_1_counting.py",
        """
        # %%
        # Count
        # -----
        #
        # One, two, :math:`n`.
        from dlkeras.workbook import claim

        print("counting")
        claim("One follows zero", 0 + 1, close_to=1, tol=0)
        """,
        tags=("first steps", "counting", "NumPy"),
    )
    lab_folder.add(
        "1_core/plot_2_sums.py",
        """
        # %%
        # Add.
        import numpy as np

        from dlkeras.workbook import claim
        from dlkeras.workbook.seed import get_seed

        x = np.arange(10) + get_seed()
        claim("A sum is large", x.sum(), at_least=45, unit="points")
        claim("The seed is small", get_seed(), at_most=1)
        """,
        title="Sums and means",
        summary="How to *add* and to ``divide``.",
        tags=("core", "adding", "Sequential", "custom layer"),
        requires=("counting",),
    )
    lab_folder.add("2_more/plot_1_beyond.py", "x = 1\n", tags=("deeper", "counting"))
    return lab_folder
