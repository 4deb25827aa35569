"""The command line: list, get, run and check labs, and look after their data."""

import contextlib
import difflib
import importlib.util
import os
import signal
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import dlkeras
from dlkeras.workbook import catalog
from dlkeras.workbook.running import BACKENDS, Run, run_many

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

FAILED, USAGE, INTERRUPTED = 1, 2, 130

EPILOG = """\b
Exit codes:
  0    all went well
  1    something failed: a claim, an answer, a file that exists already, data
  2    the command was not understood, or something that it needs is missing
  130  interrupted
"""


class Failure(click.ClickException):
    """Something went wrong: a message and an exit code, no traceback."""

    def __init__(self, message: str, exit_code: int = FAILED):
        super().__init__(message)
        self.exit_code = exit_code


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(dlkeras.__version__, prog_name="dlkeras")
def main() -> None:
    """A deep-learning lab workbook in Keras."""
    for stream in (sys.stdout, sys.stderr):  # no crash where ✓ cannot be written
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="replace")


# dlkeras list


@main.command("list")
@click.option("--tag", "tags", multiple=True, help="Only labs with this tag.")
@click.option(
    "--path",
    "path_name",
    type=click.Choice(catalog.PATH_NAMES),
    help="Follow a reading path.",
)
def list_labs(tags: tuple[str, ...], path_name: str | None) -> None:
    """List the labs with part, difficulty, minutes and tags.

    With several --tag, a lab must have them all. With --path, labs come in
    that path's order, each with its chapter, section or topic.
    """
    labs = _all_labs()
    by_folded = {tag.casefold(): tag for lab in labs for tag in lab.tags}
    for tag in tags:
        if tag.casefold() not in by_folded:
            near = _nearest(tag.casefold(), by_folded)
            hint = _or([by_folded[one] for one in near])
            hint = hint or f" Tags are: {', '.join(sorted(by_folded.values()))}."
            raise Failure(f"There is no tag {tag!r}.{hint}", USAGE)
    wanted = {by_folded[tag.casefold()] for tag in tags}
    if path_name is None:
        rows = [("", lab) for lab in labs]
    else:
        path = catalog.reading_path(path_name)
        rows = [
            (f"{stop.number} {stop.title}", lab)
            for stop in path.stops
            for lab in stop.labs
        ]
    rows = [(stop, lab) for stop, lab in rows if wanted <= set(lab.tags)]
    columns = ["number", "name", "title", "part", "difficulty", "minutes", "tags"]
    if path_name is not None:
        columns.insert(0, path.unit)
    table = _table(
        *columns, right=("minutes",), whole=("number", "name", "difficulty", "minutes")
    )
    for stop, lab in rows:
        table.add_row(
            *([stop] if path_name is not None else []),
            lab.number,
            lab.name,
            lab.title,
            lab.part_title,
            lab.difficulty,
            str(lab.minutes),
            ", ".join(tag for tag in lab.tags if tag != lab.difficulty),
        )
    _print_table(table)


# dlkeras get


@main.command()
@click.argument("lab")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["py", "ipynb"]),
    default="py",
    show_default=True,
    help="A script or a notebook.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=".",
    help="Folder to write to; by default, here.",
)
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
def get(lab: str, kind: str, folder: Path, force: bool) -> None:
    """Copy a lab, to work in.

    LAB is a name or a number, as `dlkeras list` shows them.
    """
    from dlkeras.workbook import downloads

    found = _lab(lab)
    target = folder / f"{found.path.stem}.{kind}"
    try:
        if kind == "py":
            text = downloads.to_script(found.path)
        else:
            import nbformat

            text = nbformat.writes(downloads.to_notebook(found.path)) + "\n"
    except ValueError as error:
        raise Failure(str(error)) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with target.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise Failure(
            f"{target} exists already, and may hold your answers. Give --to another "
            "folder, or --force to overwrite it."
        ) from error
    except OSError as error:
        raise Failure(f"Cannot write {target}: {error.strerror or error}") from error
    opener = "python" if kind == "py" else "jupyter lab"
    click.echo(f"Wrote {target}. Next: {opener} {target}")


# dlkeras run


@main.command()
@click.argument("names", metavar="[LAB]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Run every lab.")
@click.option(
    "--backend",
    type=click.Choice(BACKENDS),
    default=lambda: os.environ.get("KERAS_BACKEND", "tensorflow"),
    show_default="KERAS_BACKEND, or tensorflow",
    help="Keras backend.",
)
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Run each lab from this many seeds: 0, 1, …",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Runs at a time; by default, one a core.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=600,
    show_default=True,
    help="Seconds until a run is given up.",
)
@click.option(
    "--record",
    "record_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Merge what held into this JSON file.",
)
@click.option("--values", is_flag=True, help="Show what each claim measured.")
def run(
    names: tuple[str, ...],
    everything: bool,
    backend: str,
    seeds: int,
    jobs: int | None,
    timeout: float,
    record_file: Path | None,
    values: bool,
) -> None:
    """Run labs and check their claims.

    Each LAB, a name or a number, runs in a process of its own with one
    thread. The closing table shows seconds, peak memory and claims held; with
    several seeds, or with --values, another shows what each claim measured.
    """
    from dlkeras.workbook import proofs

    if everything and names:
        raise click.UsageError("Give either labs or --all.")
    if not everything and not names:
        raise click.UsageError("Which lab? Name one or more, or give --all.")
    labs = _all_labs() if everything else list(dict.fromkeys(map(_lab, names)))
    if not labs:
        raise Failure("There are no labs.", USAGE)
    _require_backend(backend)
    if record_file is not None:
        try:
            proofs.read_proofs(record_file)
        except (ValueError, OSError) as error:
            raise Failure(str(error), USAGE) from error

    start = time.perf_counter()
    runs: list[Run] = []
    interrupted = False
    try:
        running = run_many(labs, backend, range(seeds), jobs, timeout)
        with (
            _signals_end_us(),
            contextlib.closing(running),
            _progress(len(labs) * seeds) as report,
        ):
            for one in running:
                runs.append(one)
                report(one)
    except KeyboardInterrupt:
        interrupted = True
    order = {lab: place for place, lab in enumerate(labs)}
    runs.sort(key=lambda one: (order[one.lab], one.seed))

    for one in runs:
        if not one.ok:
            click.echo(f"\n{_headline(one)}\n{_block(one.outcome.tail())}")
    click.echo()
    _print_table(_runs_table(runs))
    if values or seeds > 1:
        click.echo()
        _print_table(_claims_table(runs))
    work = sum(one.outcome.seconds for one in runs)
    wall = time.perf_counter() - start
    click.echo(f"\nRuns: {len(runs)}. Work: {work:.1f} s, done in {wall:.1f} s.")
    if record_file is not None:
        try:
            proofs.merge_proofs(record_file, runs, range(seeds))
        except (ValueError, OSError) as error:
            raise Failure(f"Cannot record: {error}") from error
    if interrupted:
        click.echo(f"Interrupted: {len(runs)} of {len(labs) * seeds} runs finished.")
        sys.exit(INTERRUPTED)
    if not all(one.ok for one in runs):
        sys.exit(FAILED)


def _require_backend(backend: str) -> None:
    if importlib.util.find_spec(backend) is None:
        extra = "" if backend == "tensorflow" else f"[{backend}]"
        raise Failure(
            f"The backend {backend} is not installed. To install it: "
            f'pip install "dlkeras{extra}"',
            USAGE,
        )


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[Run], None]]:
    """Gives what to call with each finished run: a line, and a bar in terminals."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    console = _console()
    bar = Progress(
        TextColumn("Running"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=total)

        def report(run: Run) -> None:
            line = f"{_headline(run)}, {run.outcome.seconds:.1f} s"
            if console.is_terminal:
                console.print(line)
            else:
                click.echo(line)
            bar.advance(task)

        yield report


def _headline(run: Run) -> str:
    sign = "✓" if run.ok else "✗"
    status = "" if run.ok else f", {run.outcome.status}"
    return (
        f"{sign} {run.lab.number} {run.lab.name} ({run.backend}, seed {run.seed})"
        f"{status}: {run.held} of {len(run.claims)} claims held"
    )


def _runs_table(runs: Sequence[Run]) -> "Table":
    table = _table(
        "lab", "backend", "seeds", "seconds", "peak MB", "claims held", "", right=(3, 4)
    )
    for lab, group in _by_lab(runs).items():
        peaks = [one.outcome.peak_mb for one in group if one.outcome.peak_mb]
        failed = sorted({one.outcome.status for one in group if not one.ok})
        table.add_row(
            f"{lab.number} {lab.name}",
            group[0].backend,
            ", ".join(str(one.seed) for one in group),
            f"{statistics.median(one.outcome.seconds for one in group):.1f}",
            f"{max(peaks):.0f}" if peaks else "–",
            f"{sum(one.held for one in group)}/{sum(len(o.claims) for o in group)}",
            f"✗ {', '.join(failed)}" if failed else "✓",
        )
    return table


def _claims_table(runs: Sequence[Run]) -> "Table":
    from dlkeras.workbook.claims import number

    table = _table(
        "lab", "claim", "bound", "min", "median", "max", "unit", right=(3, 4, 5)
    )
    for lab, group in _by_lab(runs).items():
        measured: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for one in group:
            seen: dict[str, int] = {}
            for claim in one.claims:  # a loop may state the same claim again
                again = seen[claim["statement"]] = seen.get(claim["statement"], 0) + 1
                measured.setdefault((claim["statement"], again), []).append(claim)
        for (statement, _), claims in measured.items():
            found = [claim["value"] for claim in claims]
            held = all(claim["holds"] for claim in claims)
            table.add_row(
                f"{lab.number} {lab.name}",
                statement if held else f"✗ {statement}",
                claims[0]["bound"],
                *(number(f(found)) for f in (min, statistics.median, max)),
                claims[0]["unit"],
            )
    return table


def _by_lab(runs: Sequence[Run]) -> dict[catalog.Lab, list[Run]]:
    grouped: dict[catalog.Lab, list[Run]] = {}
    for one in runs:
        grouped.setdefault(one.lab, []).append(one)
    return grouped


@contextlib.contextmanager
def _signals_end_us() -> Iterator[None]:
    """Ends the runs as well when we are told to end, not only at Ctrl-C."""

    def end(number: int, _: Any) -> None:
        sys.exit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), end) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


# dlkeras check


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=600,
    show_default=True,
    help="Seconds until the file is given up.",
)
def check(file: Path, timeout: float) -> None:
    """Run your copy of a lab and report on each of its exercises.

    FILE is a .py or .ipynb file. Exercises that you have not tried yet are no
    mistake.
    """
    from dlkeras.workbook import checking

    if not file.is_file():
        raise Failure(f"There is no file {file}.", USAGE)
    try:
        with _signals_end_us(), _status(f"Running {file}"):
            report = checking.check_file(file, timeout)
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        sys.exit(INTERRUPTED)
    except (ValueError, OSError) as error:
        raise Failure(f"{error}.", USAGE) from error
    signs = {"right": "✓", "wrong": "✗", "not tried": "○", "not reached": "·"}
    table = _table("", "exercise", "result", "")
    for answer in report.answers:
        said = [answer.message, answer.hint and f"Hint: {answer.hint}"]
        table.add_row(
            signs[answer.result],
            answer.id,
            answer.result,
            "\n".join(filter(None, said)),
        )
    _print_table(table)
    if not report.outcome.ok:
        happened = (
            "stopped with an error"
            if report.outcome.status == "failed"
            else f"took more than {timeout:g} s and was stopped"
        )
        click.echo(f"\n{file} {happened}:\n{_block(report.outcome.tail())}")
    if not report.ok:
        sys.exit(FAILED)


# dlkeras data


@main.group(invoke_without_command=True)
@click.pass_context
def data(context: click.Context) -> None:
    """See, fetch, verify or clear the labs' data."""
    if context.invoked_subcommand is None:
        context.invoke(list_data)


@data.command("list")
def list_data() -> None:
    """List the data files and whether they are here."""
    from dlkeras.datasets import fetch as files

    table = _table("name", "size", "status", "license", "origin", right=("size",))
    for name, file in files.registry().items():
        if file.used_by == "labs":
            status = files.status(name)
            table.add_row(name, _size(file.size), status, file.license, file.origin)
    _print_table(table)
    click.echo(f"They are kept in {files.cache_dir()}")


@data.command("fetch")
@click.argument("names", metavar="[NAME]...", nargs=-1)
def fetch_data(names: tuple[str, ...]) -> None:
    """Fetch data files, so that the labs need no network: all, or those named."""
    from dlkeras.datasets import fetch as files

    failed = 0
    for name in _data_names(names):
        try:
            click.echo(f"✓ {name}: {files.fetch(name)}")
        except files.DatasetError as error:
            failed += 1
            click.echo(f"✗ {error}")
    if failed:
        sys.exit(FAILED)


@data.command("verify")
@click.argument("names", metavar="[NAME]...", nargs=-1)
def verify_data(names: tuple[str, ...]) -> None:
    """Check that data files are here and whole: all, or those named."""
    from dlkeras.datasets import fetch as files

    found = {name: files.status(name) for name in _data_names(names)}
    for name, status in found.items():
        click.echo(f"{'✓' if status == 'cached' else '✗'} {name}: {status}")
    if set(found.values()) - {"cached"}:
        click.echo("To fetch what is missing or broken: dlkeras data fetch")
        sys.exit(FAILED)


@data.command("clear")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--yes", is_flag=True, help="Do not ask.")
def clear_data(names: tuple[str, ...], yes: bool) -> None:
    """Remove data files from the cache: all, or those named."""
    from dlkeras.datasets import fetch as files

    wanted = _data_names(names, everything=True)
    there = [name for name in wanted if files.status(name) != "missing"]
    if not there:
        click.echo("There is nothing to remove.")
        return
    if not yes:
        click.confirm(f"Remove {', '.join(there)}?", abort=True)
    for name in there:
        try:
            files.clear(name)
        except files.DatasetError as error:
            raise Failure(str(error)) from error
        click.echo(f"Removed {name}")


def _data_names(names: Sequence[str], everything: bool = False) -> list[str]:
    from dlkeras.datasets import fetch as files

    known = files.registry()
    for name in names:
        if name not in known:
            near = _nearest(name, known)
            raise Failure(f"There is no data file {name!r}.{_or(near)}", USAGE)
    all_names = [
        name for name, file in known.items() if everything or file.used_by == "labs"
    ]
    return list(dict.fromkeys(names)) or all_names


# What the commands share


def _lab(name: str) -> catalog.Lab:
    try:
        return catalog.find_lab(name)
    except catalog.UnknownLab as error:
        raise Failure(f"{error} `dlkeras list` shows all.", USAGE) from error
    except ValueError as error:
        raise Failure(str(error)) from error


def _all_labs() -> list[catalog.Lab]:
    try:
        return catalog.find_labs()
    except ValueError as error:
        raise Failure(str(error)) from error


def _nearest(word: str, known: Iterable[str]) -> list[str]:
    known = list(known)
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    return near or [other for other in known if word and word in other][:3]


def _or(names: Sequence[str]) -> str:
    return f" Did you mean {' or '.join(names)}?" if names else ""


def _size(count: int) -> str:
    return f"{count / 1e3:.0f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def _block(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


def _console() -> "Console":
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


def _table(
    *columns: str, right: Sequence[str | int] = (), whole: Sequence[str] = ()
) -> "Table":
    """A table; columns of `right` are aligned so, those of `whole` never wrap."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for place, name in enumerate(columns):
        aligned = "right" if name in right or place in right else "left"
        table.add_column(name, justify=aligned, no_wrap=name in whole, overflow="fold")
    return table


def _print_table(table: "Table") -> None:
    """Print for a terminal, or whole lines without colors for a pipe."""
    console = _console()
    if console.is_terminal:
        console.print(table)
        return
    table.box, table.padding = None, (0, 2, 0, 0)
    console.width = 10_000
    with console.capture() as printed:
        console.print(table)
    for line in printed.get().splitlines():
        click.echo(line.rstrip())


@contextlib.contextmanager
def _status(text: str) -> Iterator[None]:
    console = _console()
    if console.is_terminal:
        with console.status(text):
            yield
    else:
        yield
