import json

import pytest

from dlkeras.workbook.checking import check_file, source_of

FILE = """
from dlkeras.workbook import exercise

nand = {nand}
exercise("perceptron/nand").check(nand)
{between}
exercise("perceptron/third_input").check(...)
# exercise("perceptron/update").check(...)
"""


def results(report):
    return {answer.id: answer.result for answer in report.answers}


@pytest.mark.parametrize(
    ("nand", "result", "ok"),
    [("(-1, -1, 1.5)", "right", True), ("(1, 1, -1.5)", "wrong", False)],
)
def test_each_exercise_is_reported(tmp_path, nand, result, ok):
    file = tmp_path / "mine.py"
    file.write_text(FILE.format(nand=nand, between=""))
    report = check_file(file)
    assert report.ok is ok
    assert results(report) == {
        "perceptron/nand": result,
        "perceptron/third_input": "not tried",
    }
    if result == "wrong":
        assert report.answers[0].hint.startswith("This is AND")
        assert "(0, 0)" in report.answers[0].message


def test_crash_keeps_what_was_reported_before(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(FILE.format(nand=..., between="1 / 0"))
    report = check_file(file)
    assert not report.ok
    assert results(report) == {
        "perceptron/nand": "not tried",
        "perceptron/third_input": "not reached",
    }
    assert report.outcome.tail(1) == "ZeroDivisionError: division by zero"


def test_last_check_of_an_exercise_counts(tmp_path):
    file = tmp_path / "mine.py"
    again = 'exercise("perceptron/nand").check((-1, -1, 1.5))'
    file.write_text(FILE.format(nand="(1, 1, 1)", between=again))
    assert results(check_file(file))["perceptron/nand"] == "right"


def test_file_runs_where_it_lies(tmp_path):
    (tmp_path / "table.csv").write_text("1")
    file = tmp_path / "mine.py"
    file.write_text(FILE.format(nand=..., between="open('table.csv').close()"))
    assert check_file(file).ok


def notebook(tmp_path, *cells):
    file = tmp_path / "mine.ipynb"
    cells = [{"cell_type": "code", "source": cell} for cell in cells]
    cells.insert(0, {"cell_type": "markdown", "source": "not *code*"})
    file.write_text(json.dumps({"cells": cells}))
    return file


def test_notebook_is_run_without_its_magics(tmp_path):
    file = notebook(
        tmp_path,
        "if True:\n    %pip install nothing\n!ls\nprint?",
        ["%%time\n", FILE.format(nand="(-1, -1, 1.5)", between="")],
        "%%bash\nexit 1",
        "text = ('%s'\n% 1)",
    )
    assert results(check_file(file))["perceptron/nand"] == "right"
    source = source_of(file)
    assert "    pass  # %pip install nothing" in source
    assert "text = ('%s'\n% 1)" in source
    assert "exit 1" not in source
    assert [path.name for path in tmp_path.iterdir()] == ["mine.ipynb"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("notes.txt", "exercise('a/b')", "neither a .py nor an .ipynb"),
        ("mine.py", "print(1)", "has no exercises"),
        ("mine.py", "# exercise('a/b')", "has no exercises"),
        ("mine.py", b"\xff\xfe", "cannot be read as a script"),
        ("mine.ipynb", "{", "cannot be read as a notebook"),
        ("mine.ipynb", "{}", "cannot be read as a notebook"),
        ("mine.ipynb", "[]", "cannot be read as a notebook"),
    ],
)
def test_file_that_cannot_be_checked_is_refused(tmp_path, name, text, message):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError, match=message):
        check_file(file)
