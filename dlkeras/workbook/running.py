"""Labs and readers' files, run in processes of their own."""

import concurrent.futures
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from dlkeras.workbook import record
from dlkeras.workbook.catalog import Lab
from dlkeras.workbook.seed import SEED_VARIABLE

BACKENDS = ("tensorflow", "jax", "torch")

# A lab that has one thread to itself is as fast as one that has two, and two
# labs then run side by side without getting in each other's way.
ONE_THREAD = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "2", "MPLBACKEND": "Agg", "PYTHONUTF8": "1"}

_CHILD = Path(__file__).with_name("_child.py")

Status = Literal["held", "failed", "timed out", "interrupted"]


@dataclass(frozen=True)
class Outcome:
    """How a script went.

    Attributes:
        status: `"held"` if it ran to its end.
        seconds: Wall time of its process.
        peak_mb: Largest resident memory in megabytes, where it is known.
        entries: What its claims and exercises recorded, in order.
        versions: Of Python and of the packages that it imported.
        output: What it printed, on both streams.
    """

    status: Status
    seconds: float
    peak_mb: float | None = None
    entries: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    output: str = ""

    @property
    def ok(self) -> bool:
        """Whether it ran to its end; a claim that fails ends it early."""
        return self.status == "held"

    def tail(self, lines: int = 20) -> str:
        """The last lines that it printed."""
        return "\n".join(self.output.rstrip().splitlines()[-lines:])


@dataclass(frozen=True)
class Run:
    """One lab on one backend from one seed, and how it went."""

    lab: Lab
    backend: str
    seed: int
    outcome: Outcome

    @property
    def ok(self) -> bool:
        """Whether the lab ran to its end, all claims held."""
        return self.outcome.ok

    @property
    def claims(self) -> list[dict[str, Any]]:
        """What was claimed: statement, value, bound, unit, idea, holds."""
        return [entry for entry in self.outcome.entries if entry["kind"] == "claim"]

    @property
    def held(self) -> int:
        """Number of claims that held."""
        return sum(claim["holds"] for claim in self.claims)


def run_lab(
    lab: Lab,
    backend: str,
    seed: int = 0,
    timeout: float | None = None,
    stop: threading.Event | None = None,
) -> Run:
    """Run a lab in a fresh process with one thread.

    Args:
        lab: Which one.
        backend: One of `BACKENDS`.
        seed: Where its randomness starts from.
        timeout: After how many seconds to give up.
        stop: Once set, the process is killed.

    Raises:
        ValueError: If there is no such backend.
    """
    if backend not in BACKENDS:
        raise ValueError(
            f"A backend is one of {', '.join(BACKENDS)}. Received: {backend!r}"
        )
    variables = {
        **ONE_THREAD,
        "KERAS_BACKEND": backend,
        SEED_VARIABLE: str(seed),
        record.LAB_VARIABLE: lab.name,
    }
    return Run(lab, backend, seed, run_script(lab.path, variables, timeout, stop))


def run_many(
    labs: Sequence[Lab],
    backend: str,
    seeds: Sequence[int] = (0,),
    jobs: int | None = None,
    timeout: float | None = None,
) -> Iterator[Run]:
    """Run labs side by side; yield each run as it finishes.

    Args:
        labs: Which ones.
        backend: One of `BACKENDS`.
        seeds: Each lab runs once from each.
        jobs: How many processes at a time; by default, one a core.
        timeout: After how many seconds to give up on a run.

    Closing the iterator, or interrupting it, kills what is still running.
    """
    stop = threading.Event()
    pool = concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count())
    try:
        pending = {
            pool.submit(run_lab, lab, backend, seed, timeout, stop)
            for lab in labs
            for seed in seeds
        }
        while pending:
            # The short wait lets an interruption through on every system.
            done, pending = concurrent.futures.wait(
                pending, timeout=0.5, return_when=concurrent.futures.FIRST_COMPLETED
            )
            for future in done:
                yield future.result()
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def run_script(
    path: Path,
    variables: dict[str, str],
    timeout: float | None = None,
    stop: threading.Event | None = None,
    folder: Path | None = None,
) -> Outcome:
    """Run a script in a fresh process, and read what it recorded.

    Args:
        path: The script.
        variables: What to add to the environment.
        timeout: After how many seconds to give up.
        stop: Once set, the process is killed.
        folder: Where it runs; by default, in a temporary folder.
    """
    with tempfile.TemporaryDirectory(
        prefix="dlkeras-", ignore_cleanup_errors=True
    ) as temporary:
        entries_file = Path(temporary, "record.jsonl")
        output_file = Path(temporary, "output.txt")
        work = Path(temporary, "work")
        work.mkdir()
        environment = {
            **os.environ,
            **QUIET,
            **variables,
            record.RECORD_VARIABLE: str(entries_file),
        }
        start = time.perf_counter()
        with output_file.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-P", "-W", "default", _CHILD, path.absolute()],
                cwd=folder or work,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **_OWN_GROUP,
            )
            status = _wait(process, timeout, stop)
        seconds = time.perf_counter() - start
        entries = record.read(entries_file)
        own = next((e for e in reversed(entries) if e["kind"] == "run"), {})
        return Outcome(
            status,
            seconds,
            own.get("peak_mb"),
            [entry for entry in entries if entry["kind"] != "run"],
            own.get("versions", {}),
            output_file.read_text(encoding="utf-8", errors="replace"),
        )


# A group of its own: an interruption in the terminal reaches us alone, and we
# end the script together with whatever it started.
_OWN_GROUP: dict[str, Any] = (
    {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    if sys.platform == "win32"
    else {"start_new_session": True}
)


def _wait(
    process: subprocess.Popen, timeout: float | None, stop: threading.Event | None
) -> Status:
    deadline = None if timeout is None else time.monotonic() + timeout
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return "failed" if process.wait(0.2) else "held"
            if stop is not None and stop.is_set():
                return "interrupted"
            if deadline is not None and time.monotonic() > deadline:
                return "timed out"
    finally:
        if process.poll() is None:
            _kill(process)


def _kill(process: subprocess.Popen) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
