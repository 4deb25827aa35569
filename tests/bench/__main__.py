"""Run benchmarks: `python -m tests.bench`, with names of tables to run only those."""

import argparse
import importlib
import os

# One thread a process, as in the build; read when Keras is imported.
ENVIRONMENT = {
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
TABLES = ("imports", "layers", "scratch", "build", "labs", "pages", "live", "peers")


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=", ".join(TABLES))
    chosen = parser.parse_args().tables or TABLES
    unknown = sorted(set(chosen) - set(TABLES))
    if unknown:
        parser.error(f"no table {unknown[0]!r}; there are {', '.join(TABLES)}")
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)

    from rich.console import Console

    # A log file is no narrower than a table.
    console = Console(width=None if os.isatty(1) else 110)
    console.print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} busy already")
    for name in TABLES:
        if name in chosen:
            measure = importlib.import_module(f"tests.bench.{name}").measure
            console.print(measure(), "")


if __name__ == "__main__":
    main()
