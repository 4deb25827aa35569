import os
import threading
import time
from pathlib import Path

import pytest

from dlkeras.workbook.catalog import find_lab, find_labs
from dlkeras.workbook.running import run_lab, run_many, run_script


def gone(pid):
    """Whether a process has ended, given a moment to."""
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        status = Path(f"/proc/{pid}/status")  # ended, but nobody has asked
        if status.exists() and "State:\tZ" in status.read_text():
            return True
        time.sleep(0.1)
    return False


def test_run_gathers_what_the_lab_claimed(labs):
    run = run_lab(find_lab("sums"), "tensorflow", seed=1)
    assert run.ok
    assert (run.held, len(run.claims)) == (2, 2)
    claim = run.claims[0]
    assert claim["lab"] == "sums"
    assert (claim["value"], claim["bound"], claim["seed"]) == (55, "at least 45", 1)
    assert run.outcome.seconds > 0
    assert run.outcome.peak_mb is None or 10 < run.outcome.peak_mb < 1000
    assert set(run.outcome.versions) == {"python", "numpy"}
    assert "✓ Claim: A sum is large: 55 points (at least 45)" in run.outcome.output


def test_failing_claim_fails_the_run(labs):
    run = run_lab(find_lab("sums"), "tensorflow", seed=2)
    assert (run.ok, run.outcome.status) == (False, "failed")
    assert (run.held, len(run.claims)) == (1, 2)
    assert "ClaimError: This claim does not hold: The seed is small: 2" in (
        run.outcome.tail()
    )


def test_lab_runs_alone_with_one_thread(labs):
    labs.add(
        "2_more/plot_2_env.py",
        """
        import os, pathlib

        import matplotlib

        print(os.environ["KERAS_BACKEND"], os.environ["DLKERAS_LAB"])
        print(os.environ["TF_NUM_INTRAOP_THREADS"], os.environ["OMP_NUM_THREADS"])
        print(matplotlib.get_backend(), __name__, len(os.listdir()))
        pathlib.Path("litter.txt").touch()
        """,
    )
    run = run_lab(find_lab("env"), "jax")
    assert run.outcome.output.split("\n")[:3] == ["jax env", "1 1", "Agg __main__ 0"]
    assert not list(labs.root.rglob("litter.txt"))


def test_warnings_are_shown_and_do_not_fail(labs):
    labs.add("2_more/plot_2_warn.py", "import warnings\nwarnings.warn('mind')\n")
    run = run_lab(find_lab("warn"), "tensorflow")
    assert run.ok
    assert "UserWarning: mind" in run.outcome.output


def test_tail_is_the_end_of_the_output(labs):
    labs.add("2_more/plot_2_long.py", "for i in range(100): print(i)\n")
    outcome = run_lab(find_lab("long"), "tensorflow").outcome
    assert outcome.tail(2) == "98\n99"


def test_unknown_backend_is_refused(labs):
    with pytest.raises(ValueError, match=r"tensorflow, jax, torch\. Received: 'mxnet'"):
        run_lab(find_lab("sums"), "mxnet")


@pytest.fixture
def sleepy(labs, tmp_path):
    """A lab that starts another process, notes both, claims once, and sleeps."""
    labs.add(
        "2_more/plot_2_sleepy.py",
        f"""
        import os, pathlib, subprocess, sys, time

        from dlkeras.workbook import claim

        claim("It began", 1, at_least=1)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        note = pathlib.Path({str(tmp_path)!r}, "pids.tmp")
        note.write_text(f"{{os.getpid()}} {{child.pid}}")
        note.rename(note.with_suffix(".txt"))
        time.sleep(60)
        """,
    )
    return tmp_path / "pids.txt"


def test_timeout_ends_the_lab(sleepy):
    run = run_lab(find_lab("sleepy"), "tensorflow", timeout=0.5)
    assert (run.ok, run.outcome.status) == (False, "timed out")


def test_closing_the_iterator_ends_what_still_runs_and_what_that_started(sleepy):
    labs = [find_lab("sleepy"), find_lab("counting"), find_lab("beyond")]
    runs = run_many(labs, "tensorflow", jobs=2)
    finished = {next(runs).lab.name, next(runs).lab.name}
    assert finished == {"counting", "beyond"}
    while not sleepy.exists():
        time.sleep(0.05)
    runs.close()
    assert all(gone(int(pid)) for pid in sleepy.read_text().split())


def test_stopped_script_says_so(tmp_path):
    script = tmp_path / "sleep.py"
    script.write_text("import time; time.sleep(60)")
    stop = threading.Event()
    stop.set()
    assert run_script(script, {}, stop=stop).status == "interrupted"


def test_many_runs_are_labs_times_seeds(labs):
    runs = list(run_many(find_labs(), "tensorflow", seeds=range(2), jobs=2))
    assert {(run.lab.name, run.seed) for run in runs} == {
        (name, seed) for name in ("counting", "sums", "beyond") for seed in (0, 1)
    }
    assert all(run.ok for run in runs)


def test_script_sees_its_own_folder_and_arguments(tmp_path):
    (tmp_path / "beside.py").write_text("here = 1")
    script = tmp_path / "script.py"
    script.write_text("import sys, beside; print(beside.here, sys.argv[1:])")
    assert run_script(script, {}).output == "1 []\n"
