"""What the benchmarks share: timing in turns, and tables."""

import statistics
import time
from collections.abc import Callable, Sequence

from rich.table import Table


def medians(
    functions: Sequence[Callable], repeats: int, warmup: int = 3
) -> list[float]:
    """Median seconds of each function.

    They run in turns, so that a machine that gets slower in the meantime
    slows all of them alike.
    """
    for function in functions:
        for _ in range(warmup):
            function()
    seconds = [[] for _ in functions]
    for _ in range(repeats):
        for function, taken in zip(functions, seconds, strict=True):
            start = time.perf_counter()
            function()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in seconds]


def table(title: str, *columns: str, caption: str = "") -> Table:
    """An empty table; all columns but the first are numbers."""
    made = Table(title=title, title_style="bold", caption=caption)
    made.title_justify = made.caption_justify = "left"
    for i, name in enumerate(columns):
        made.add_column(name, justify="right" if i else "left", no_wrap=bool(i))
    return made


def verdict(value: float, bound: float) -> str:
    """Whether a value keeps its bound, in one sign."""
    return "[green]✓[/]" if value <= bound else "[red]✗[/]"
