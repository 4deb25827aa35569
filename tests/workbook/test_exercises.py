"""Each checker takes its solution and refuses plausible mistakes."""

import pkgutil

import pytest

import dlkeras.workbook.exercises
from dlkeras.workbook.exercise import exercises_of

MODULES = pkgutil.iter_modules(dlkeras.workbook.exercises.__path__)
LABS = [m.name for m in MODULES if not m.name.startswith("_")]
EXERCISES = [one for lab in LABS for one in exercises_of(lab)]

pytestmark = pytest.mark.backend


@pytest.mark.parametrize("one", EXERCISES, ids=lambda e: e.id)
def test_solution_is_right(one, capsys):
    assert one.check(one.solution())
    assert capsys.readouterr().out == f"✓ Exercise {one.id}: right.\n"


@pytest.mark.parametrize("one", EXERCISES, ids=lambda e: e.id)
def test_plausible_mistakes_draw_a_hint_that_fits(one, capsys):
    mistakes = one.wrong_answers()
    assert len(mistakes) >= 2
    for answer, hint in mistakes:
        assert not one.check(answer)
        said = capsys.readouterr().out
        assert said.startswith(f"✗ Exercise {one.id}: ")
        assert hint in said.split("Hint: ")[1]


@pytest.mark.parametrize("one", EXERCISES, ids=lambda e: e.id)
def test_untouched_exercise_is_not_tried(one, capsys):
    one.check(...)
    assert capsys.readouterr().out.startswith(f"○ Exercise {one.id}: not tried yet")


@pytest.mark.parametrize("one", EXERCISES, ids=lambda e: e.id)
def test_solution_shown_on_the_page_is_code_that_works(one):
    source = one.solution_source()
    assert source
    assert "return" not in source.splitlines()[-1] or source.splitlines()[-1][0] == " "
    compile(source, one.id, "exec")
