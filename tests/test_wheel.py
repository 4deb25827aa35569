"""The wheel is enough: labs travel inside it, and its commands work anywhere."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dlkeras.workbook.catalog import find_labs

ROOT = Path(__file__).parents[1]

LAB = '''"""
Tiny
====

One sentence.
"""
# sphinx_gallery_tags = ["core", "counting"]
# sphinx_gallery_minutes = 1

import dlkeras
from dlkeras.workbook import claim

print(dlkeras.__file__)
claim("One is one", 1, at_least=1)
'''


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that the wheel was unpacked to."""
    wheels = pytest.importorskip("hatchling.builders.wheel")
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = wheels.WheelBuilder(str(ROOT)).build(
        directory=str(folder / "dist"), versions=["standard"]
    )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def dlkeras(installed, tmp_path):
    """Runs the installed command outside of the checkout."""

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "dlkeras", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(installed)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_list_shows_every_lab(dlkeras):
    names = [line.split()[1] for line in dlkeras("list").splitlines()[1:]]
    assert names == [lab.name for lab in find_labs()]


def test_get_copies_labs(dlkeras, tmp_path):
    dlkeras("get", "perceptron")
    dlkeras("get", "perceptron", "--format", "ipynb")
    copied = (tmp_path / "plot_1_perceptron.py").read_text(encoding="utf-8")
    assert "Rosenblatt" in copied
    assert (tmp_path / "plot_1_perceptron.ipynb").exists()


def test_run_uses_the_installed_package(dlkeras, installed):
    part = installed / "dlkeras" / "_labs" / "99_tiny"
    part.mkdir()
    (part / "plot_1_tiny.py").write_text(LAB, encoding="utf-8")
    try:
        assert "✓ 99.1 tiny (tensorflow, seed 0): 1 of 1" in dlkeras("run", "tiny")
    finally:
        shutil.rmtree(part)


def test_data_files_are_packed(installed):
    package = installed / "dlkeras"
    for name in ("workbook/paths.toml", "datasets/registry.toml"):
        assert (package / name).exists()
    assert list(package.glob("visualization/*.mplstyle"))
    assert list(package.glob("_labs/*/GALLERY_HEADER.rst"))
