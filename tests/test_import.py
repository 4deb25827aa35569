"""What is imported when: readers should not wait for what they do not use."""

import subprocess
import sys

import pytest

HEAVY = {"tensorflow", "keras", "jax", "torch", "matplotlib", "sklearn"}


def imported_by(code):
    script = f"{code}\nimport sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "code",
    [
        "import dlkeras",
        "import dlkeras.workbook, dlkeras.datasets, dlkeras.cli",
        "from dlkeras.workbook import claim, exercise, find_labs",
        "from dlkeras.workbook import downloads, proofs, checking",
        "from dlkeras.cli import main; main(['list'], standalone_mode=False)",
    ],
)
def test_nothing_heavy_is_imported(code):
    assert not imported_by(code) & HEAVY


def test_import_of_the_package_stays_light():
    assert not imported_by("import dlkeras") & {"numpy", "click", "rich", "pooch"}
