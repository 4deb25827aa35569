import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

import dlkeras
from dlkeras import cli
from dlkeras.cli import main
from dlkeras.datasets import fetch as files
from dlkeras.workbook import checking


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """No colors, and TensorFlow unless a test says otherwise."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "KERAS_BACKEND"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments, code=0, **options):
    """What the command prints; its exit code must be `code`."""
    result = CliRunner().invoke(main, [str(a) for a in arguments], **options)
    assert result.exit_code == code, result.output
    assert not isinstance(result.exception, Exception), result.output
    return result.output


def test_version_and_help_say_what_there_is():
    assert run("--version") == f"dlkeras, version {dlkeras.__version__}\n"
    text = run("-h")
    for word in ("list", "get", "run", "check", "data", "Exit codes", "130"):
        assert word in text


def test_unknown_command_is_a_usage_error():
    assert "No such command 'lits'" in run("lits", code=2)


def test_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "dlkeras", "--version"], capture_output=True, text=True
    )
    assert done.stdout == f"dlkeras, version {dlkeras.__version__}\n"


# list


def rows(text):
    return [re.split(r"  +", line.strip()) for line in text.splitlines()]


def test_list_shows_all_labs_in_order(labs):
    assert rows(run("list")) == [
        ["number", "name", "title", "part", "difficulty", "minutes", "tags"],
        [
            *("1.1", "counting", "Counting", "Core things", "first steps", "5"),
            "counting, NumPy",
        ],
        [
            *("1.2", "sums", "Sums and means", "Core things", "core", "5"),
            "adding, Sequential, custom layer",
        ],
        ["2.1", "beyond", "Beyond", "More things", "deeper", "5", "counting"],
    ]


def names(text):
    return [row[1] for row in rows(text)[1:]]


def test_list_by_tag(labs):
    assert names(run("list", "--tag", "counting")) == ["counting", "beyond"]
    assert names(run("list", "--tag", "Counting", "--tag", "numpy")) == ["counting"]
    assert names(run("list", "--tag", "core")) == ["sums"]
    assert names(run("list", "--tag", "core", "--tag", "counting")) == []


def test_unknown_tag_names_the_nearest(labs):
    text = run("list", "--tag", "custom layr", code=2)
    assert "no tag 'custom layr'. Did you mean custom layer?" in text
    assert "Tags are: NumPy, " in run("list", "--tag", "zzz", code=2)


def test_list_follows_a_path(labs):
    table = rows(run("list", "--path", "book"))
    assert table[0][:3] == ["chapter", "number", "name"]
    assert [row[:3] for row in table[1:]] == [
        ["1 From neurons to networks", "1.1", "counting"],
        ["1 From neurons to networks", "1.2", "sums"],
        ["1 From neurons to networks", "2.1", "beyond"],
    ]
    assert rows(run("list", "--path", "handbook"))[0][0] == "section"
    assert "basics" in run("list", "--path", "shortcut", code=2)


def test_long_rows_stay_on_one_line_in_a_pipe(labs, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    labs.add("2_more/plot_2_long.py", title="Long " * 60)
    text = run("list")
    assert len(text.splitlines()) == 5
    assert ("Long " * 60).strip() in text
    assert "\x1b" not in text
    assert not any(line.endswith(" ") for line in text.splitlines())


def test_broken_lab_is_named(labs):
    path = labs.add("2_more/plot_2_bad.py", metadata="")
    assert f"{path}:1: " in run("list", code=1)


# get


def test_get_copies_the_script(labs, tmp_path):
    target = tmp_path / "new" / "folder"
    text = run("get", "sums", "--to", target)
    script = target / "plot_2_sums.py"
    assert text == f"Wrote {script}. Next: python {script}\n"
    assert script.read_text() == (labs.root / "1_core" / script.name).read_text()


def test_get_makes_a_notebook_here(labs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "jupyter lab plot_2_sums.ipynb" in run("get", "1.2", "--format", "ipynb")
    notebook = nbformat.read("plot_2_sums.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[1].source.startswith("# Sums and means")


def test_get_never_overwrites_unless_forced(labs, tmp_path):
    script = tmp_path / "plot_2_sums.py"
    script.write_text("my answers")
    text = run("get", "sums", "--to", tmp_path, code=1)
    assert f"{script} exists already" in text
    assert "--force" in text
    assert script.read_text() == "my answers"
    run("get", "sums", "--to", tmp_path, "--force")
    assert "A sum is large" in script.read_text()


def test_get_says_why_it_cannot_write(labs, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    assert "Cannot write" in run("get", "sums", "--to", tmp_path / "file" / "x", code=1)

    really_open = Path.open

    def refuse(path, *arguments, **options):
        if path.parent == tmp_path:
            raise PermissionError(13, "Permission denied")
        return really_open(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    text = run("get", "sums", "--to", tmp_path, code=1)
    assert text == f"Error: Cannot write {tmp_path}/plot_2_sums.py: Permission denied\n"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write")
def test_get_into_a_read_only_folder(labs, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    assert "Permission denied" in run("get", "sums", "--to", folder, code=1)


@pytest.mark.parametrize("command", ["get", "run"])
def test_unknown_lab_names_the_nearest(labs, command):
    text = run(command, "suns", code=2)
    assert "There is no lab 'suns'. Did you mean sums? `dlkeras list` shows" in text


def test_lab_that_cannot_become_a_notebook_is_named(labs, tmp_path):
    path = labs.add("2_more/plot_2_bad.py", summary="See :eq:`a`.")
    text = run("get", "bad", "--format", "ipynb", "--to", tmp_path, code=1)
    assert f"{path}:5: :eq:`a` has no translation" in text


# run


def test_run_closes_with_a_table(labs):
    text = run("run", "sums", "1.1", "--jobs", "1")
    assert "✓ 1.2 sums (tensorflow, seed 0): 2 of 2 claims held, " in text
    table = rows(text.split("\n\n")[1])
    assert table[0] == [
        *("lab", "backend", "seeds", "seconds", "peak MB", "claims held"),
    ]
    assert [(row[0], row[1], row[2], row[5], row[6]) for row in table[1:]] == [
        ("1.2 sums", "tensorflow", "0", "2/2", "✓"),
        ("1.1 counting", "tensorflow", "0", "1/1", "✓"),
    ]
    assert "A sum is large" not in text


def test_run_from_several_seeds_shows_what_was_measured(labs):
    text = run("run", "sums", "--seeds", "2")
    assert rows(text.split("\n\n")[1])[1][:3] == ["1.2 sums", "tensorflow", "0, 1"]
    assert rows(text.split("\n\n")[2]) == [
        ["lab", "claim", "bound", "min", "median", "max", "unit"],
        ["1.2 sums", "A sum is large", "at least 45", "45", "50", "55", "points"],
        ["1.2 sums", "The seed is small", "at most 1", "0", "0.5", "1"],
    ]


def test_run_shows_values_of_one_seed_if_asked(labs):
    assert "at least 45   45" in run("run", "sums", "--values")


def test_same_claim_twice_gets_two_rows(labs):
    labs.add(
        "2_more/plot_2_twice.py",
        "from dlkeras.workbook import claim\n"
        "for i in range(2): claim('S', i, at_least=0)\n",
    )
    table = rows(run("run", "twice", "--values").split("\n\n")[2])
    assert [row[3] for row in table[1:]] == ["0", "1"]


def test_failing_claim_fails_the_command_and_shows_why(labs):
    text = run("run", "sums", "beyond", "--seeds", "3", code=1)
    headline = "✗ 1.2 sums (tensorflow, seed 2), failed: 1 of 2 claims held"
    assert text.count(headline) == 2  # as it finished, and with its last lines
    last_lines = text.split(headline)[2]
    assert "ClaimError: This claim does not hold: The seed is small: 2" in last_lines
    table = rows(text.split("\n\n")[2])
    assert table[1][5:] == ["5/6", "✗ failed"]
    assert table[2][5:] == ["0/0", "✓"]
    assert "✗ The seed is small" in text


def test_timeout_fails_the_command(labs):
    labs.add("2_more/plot_2_slow.py", "import time; time.sleep(60)\n")
    text = run("run", "slow", "--timeout", "0.3", code=1)
    assert "✗ 2.2 slow (tensorflow, seed 0), timed out: 0 of 0 claims held" in text
    assert "✗ timed out" in text


def test_run_all(labs):
    text = run("run", "--all")
    assert [row[0] for row in rows(text.split("\n\n")[1])[1:]] == [
        *("1.1 counting", "1.2 sums", "2.1 beyond"),
    ]


def test_run_records_what_held(labs, tmp_path):
    file = tmp_path / "proofs.json"
    run("run", "--all", "--seeds", "3", "--record", file, code=1)
    proofs = json.loads(file.read_text())
    assert {lab: list(entries) for lab, entries in proofs.items()} == {
        "beyond": ["tensorflow"],
        "counting": ["tensorflow"],
    }
    assert proofs["counting"]["tensorflow"]["seeds"] == [0, 1, 2]


def test_run_refuses_to_record_into_another_file(labs, tmp_path):
    file = tmp_path / "notes.json"
    file.write_text("notes")
    assert "no record of runs" in run("run", "sums", "--record", file, code=2)
    assert file.read_text() == "notes"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Name one or more, or give --all"),
        (["sums", "--all"], "either labs or --all"),
        (["sums", "--backend", "mxnet"], "'tensorflow', 'jax', 'torch'"),
        (["sums", "--seeds", "0"], "--seeds"),
        (["sums", "--jobs", "0"], "--jobs"),
        (["sums", "--timeout", "0"], "--timeout"),
    ],
)
def test_run_that_makes_no_sense_is_a_usage_error(labs, arguments, message):
    assert message in run("run", *arguments, code=2)


def test_backend_comes_from_the_environment(labs, monkeypatch):
    seen = []
    monkeypatch.setattr(cli, "_require_backend", seen.append)
    text = run("run", "beyond", env={"KERAS_BACKEND": "torch"})
    assert seen == ["torch"]
    assert "(torch, seed 0)" in text


@pytest.mark.parametrize(
    ("backend", "advice"),
    [
        ("jax", '"dlkeras[jax]"'),
        ("torch", '"dlkeras[torch]"'),
        ("tensorflow", '"dlkeras"'),
    ],
)
def test_backend_that_is_not_installed(labs, monkeypatch, backend, advice):
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda name: None)
    text = run("run", "sums", "--backend", backend, code=2)
    assert f"The backend {backend} is not installed" in text
    assert f"pip install {advice}" in text


def test_run_shows_colors_and_a_bar_in_a_terminal(labs, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = run("run", "beyond")
    assert "\x1b[" in text
    assert "1/1" in text


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_interruption_ends_the_labs_and_reports(labs, tmp_path, number, code):
    labs.add(
        "2_more/plot_2_sleepy.py",
        f"""
        import os, pathlib, time

        note = pathlib.Path({str(tmp_path)!r}, "pid.tmp")
        note.write_text(str(os.getpid()))
        note.rename(note.with_suffix(".txt"))
        time.sleep(60)
        """,
    )
    script = (
        # A shell's background job, as this test may be, is born deaf to SIGINT.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from pathlib import Path; from dlkeras.workbook import catalog; "
        f"catalog.labs_dir = lambda: Path({str(labs.root)!r}); "
        "from dlkeras.cli import main; "
        "main(['run', 'beyond', 'sleepy', '--jobs', '2'], prog_name='dlkeras')"
    )
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline().startswith("✓ 2.1 beyond")
    while not (tmp_path / "pid.txt").exists():
        time.sleep(0.05)
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == code
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid.txt").read_text()), 0)
    if number == signal.SIGINT:
        assert "Interrupted: 1 of 2 runs finished." in output
        assert "2.1 beyond" in output


# check


ANSWERS = """
from dlkeras.workbook import exercise
exercise("perceptron/nand").check({nand})
{between}
exercise("perceptron/third_input").check(...)
"""


def test_check_reports_each_exercise(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(ANSWERS.format(nand="(-1, -1, 1.5)", between=""))
    assert rows(run("check", file))[1:] == [
        ["✓", "perceptron/nand", "right"],
        ["○", "perceptron/third_input", "not tried"],
    ]


def test_check_fails_for_a_wrong_answer_and_gives_its_hint(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(ANSWERS.format(nand="(1, 1, -1.5)", between=""))
    table = rows(run("check", file, code=1))
    assert table[1][:3] == ["✗", "perceptron/nand", "wrong"]
    assert table[1][3].startswith("for the input (0, 0) expected 1, got 0")
    assert table[2] == ["Hint: This is AND. Turn the arrow of the weights around."]


def test_check_reports_what_came_before_a_crash(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(ANSWERS.format(nand="(-1, -1, 1.5)", between="1 / 0"))
    text = run("check", file, code=1)
    assert ["✓", "perceptron/nand", "right"] in rows(text)
    assert ["·", "perceptron/third_input", "not reached"] in rows(text)
    assert f"{file} stopped with an error:" in text
    assert "ZeroDivisionError: division by zero" in text


def test_check_gives_up_in_the_end(tmp_path):
    file = tmp_path / "mine.py"
    sleep = "import time; time.sleep(60)"
    file.write_text(ANSWERS.format(nand="...", between=sleep))
    text = run("check", file, "--timeout", "0.3", code=1)
    assert f"{file} took more than 0.3 s and was stopped" in text


def test_check_takes_the_notebook_that_get_writes(labs, tmp_path):
    labs.add("2_more/plot_2_nand.py", ANSWERS.format(nand="(1, 0, 0)", between=""))
    run("get", "nand", "--format", "ipynb", "--to", tmp_path)
    table = rows(run("check", tmp_path / "plot_2_nand.ipynb", code=1))
    assert table[1][:3] == ["✗", "perceptron/nand", "wrong"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("none.py", None, "There is no file"),
        ("notes.txt", "x", "neither a .py nor an .ipynb file."),
        ("mine.py", "x = 1", "has no exercises."),
        ("mine.ipynb", "x = 1", "cannot be read as a notebook"),
    ],
)
def test_check_of_another_file_is_a_usage_error(tmp_path, name, text, message):
    if text is not None:
        (tmp_path / name).write_text(text)
    assert message in run("check", tmp_path / name, code=2)


def test_check_can_be_interrupted(tmp_path, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    file = tmp_path / "mine.py"
    file.write_text(ANSWERS.format(nand=0, between=""))
    monkeypatch.setattr(checking, "run_script", interrupt)
    assert "Interrupted." in run("check", file, code=130)


# data


@pytest.fixture
def data(monkeypatch, tmp_path):
    """A registry of two files for labs and one for the site; `a` is there."""
    cache = {"a": "cached", "bee": "missing", "font": "missing"}

    def fetch(name):
        if name == "bee":
            raise files.DatasetError("Cannot fetch 'bee'. Tried: …", name)
        cache[name] = "cached"
        return tmp_path / name

    def clear(name):
        cache[name] = "missing"
        return True

    registry = {
        name: files.File(
            name=name,
            filename=f"{name}.csv",
            sha256="0" * 64,
            size=size,
            license="CC0-1.0",
            origin="Ada",
            sources=(),
            used_by="site" if name == "font" else "labs",
        )
        for name, size in (("a", 12_345), ("bee", 2_500_000), ("font", 1))
    }
    monkeypatch.setattr(files, "registry", lambda: registry)
    monkeypatch.setattr(files, "status", cache.__getitem__)
    monkeypatch.setattr(files, "fetch", fetch)
    monkeypatch.setattr(files, "clear", clear)
    return cache


@pytest.mark.parametrize("arguments", [("data",), ("data", "list")])
def test_data_list(data, arguments):
    *table, where = run(*arguments).splitlines()
    assert rows("\n".join(table)) == [
        ["name", "size", "status", "license", "origin"],
        ["a", "12 kB", "cached", "CC0-1.0", "Ada"],
        ["bee", "2.5 MB", "missing", "CC0-1.0", "Ada"],
    ]
    assert where.endswith(str(files.cache_dir()))


def test_data_fetch_goes_on_after_a_failure(data, tmp_path):
    text = run("data", "fetch", "bee", "a", code=1)
    assert text == f"✗ Cannot fetch 'bee'. Tried: …\n✓ a: {tmp_path / 'a'}\n"
    assert run("data", "fetch", "a").startswith("✓ a")
    assert "font" not in run("data", "fetch", code=1)


def test_data_verify(data):
    assert run("data", "verify", "a") == "✓ a: cached\n"
    data["a"] = "broken"
    text = run("data", "verify", code=1)
    assert text.splitlines()[:2] == ["✗ a: broken", "✗ bee: missing"]
    assert "dlkeras data fetch" in text


def test_data_clear_asks_first(data):
    text = run("data", "clear", input="n\n", code=1)
    assert "Remove a? [y/N]" in text
    assert data["a"] == "cached"
    assert "Removed a" in run("data", "clear", input="y\n")
    assert data["a"] == "missing"


def test_data_clear_does_not_ask_if_told(data):
    data["font"] = "cached"
    assert run("data", "clear", "--yes") == "Removed a\nRemoved font\n"
    assert run("data", "clear", "--yes") == "There is nothing to remove.\n"


def test_data_clear_says_why_it_cannot(data, monkeypatch):
    def refuse(name):
        raise files.DatasetError(f"Cannot remove {name}: busy", name)

    monkeypatch.setattr(files, "clear", refuse)
    assert "Cannot remove a: busy" in run("data", "clear", "--yes", code=1)


@pytest.mark.parametrize("command", ["fetch", "verify", "clear"])
def test_unknown_data_name_names_the_nearest(data, command):
    text = run("data", command, "be", code=2)
    assert "There is no data file 'be'. Did you mean bee?" in text
