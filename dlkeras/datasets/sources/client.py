"""Running a package client (pip, npm, apt-get) quietly."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dlkeras.datasets.sources.base import SourceError, one_line

PATIENCE = 1800  # seconds after which a client is given up


def run_client(
    command: Sequence[str],
    work: Path,
    bar: Any,
    *,
    env: Mapping[str, str],
    total: int = 0,
    inside: Path | None = None,
) -> None:
    """Run a package client, showing nothing but the bar.

    Args:
        command: The client and its arguments.
        work: Folder that it writes to; the bar shows how much that has grown.
        bar: A tqdm bar to move along, or None.
        env: Variables set besides those there are.
        total: How many bytes are expected.
        inside: Folder to run in; `work` if None.

    Raises:
        SourceError: If the client fails, with the line that says why.
    """
    scratch = work / "tmp"
    scratch.mkdir(exist_ok=True)
    before = _size(work)
    said = work / "said.txt"
    with said.open("wb") as log:
        try:
            process = subprocess.Popen(
                command,
                # Not the reader's folder: a random.py there would break pip.
                cwd=inside or work,
                env={**os.environ, **env}
                | dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(scratch)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise SourceError(f"cannot start {command[0]}: {error}") from error
        waited = 0.0
        try:
            while True:
                try:
                    code = process.wait(0.2)
                    break
                except subprocess.TimeoutExpired:
                    waited += 0.2
                if waited > PATIENCE:
                    raise SourceError(f"gave up after {PATIENCE // 60} minutes")
                if bar is not None and total:
                    bar.total = total
                    bar.n = min(max(_size(work) - before, 0), total)
                    bar.refresh()
        finally:
            if process.poll() is None:  # interrupted, or too slow
                process.kill()
                process.wait()
    if code:
        raise SourceError(_last_word(said.read_text("utf-8", "replace"), code))


def _last_word(said: str, code: int) -> str:
    """The line of a client's output that says what is wrong."""
    lines = [one_line(line) for line in said.splitlines() if line.strip()]
    errors = [
        line
        for line in lines
        if re.match(r"(ERROR:|E:|npm (error|ERR!))", line)
        and not re.search(
            r"complete log of this run"
            r"|npm (error|ERR!) (address|code|errno|port|syscall|type) ",
            line,
        )
    ]
    retried = any("Retrying" in line for line in lines)
    # npm says the cause first, pip and apt-get say it last.
    if errors:
        word = errors[0] if errors[0].startswith("npm") else errors[-1]
    else:
        word = lines[-1] if lines else f"it ended with exit code {code} and no word"
    return word + (" (it could not reach its index)" if retried else "")


def _size(folder: Path) -> int:
    """Bytes of all files below a folder that others are writing to."""
    total = 0
    for root, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.path.getsize(os.path.join(root, name))
            except OSError:  # gone since it was listed
                continue
    return total


def the_only_file(folder: Path) -> Path:
    """The file that a client has put into a folder.

    Raises:
        SourceError: If there is none, or more than one.
    """
    files = [path for path in folder.glob("*") if path.is_file()]
    if len(files) != 1:
        raise SourceError(f"it gave {len(files)} files where one was expected")
    return files[0]


def this_python() -> str:
    """What a reader types to start this Python."""
    return Path(sys.executable).name or "python"
