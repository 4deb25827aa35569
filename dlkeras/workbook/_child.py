"""Runs one script for `dlkeras.workbook.running`, and records how it went.

Started by its file name in a fresh interpreter, so it imports nothing but the
standard library: the memory that it reports is the script's own.
"""

import json
import os
import platform
import runpy
import sys


def peak_memory() -> float | None:
    """Largest resident memory so far, in megabytes; None where nobody counts."""
    try:  # Linux: getrusage would count the parent's memory, too
        with open("/proc/self/status", encoding="utf-8") as status:
            fields = dict(line.split(":", 1) for line in status)
        return int(fields["VmHWM"].split()[0]) * 1024 / 1e6
    except (OSError, KeyError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6


def versions() -> dict[str, str]:
    """Version of Python, and of those packages that the script imported."""
    found = {"python": platform.python_version()}
    for name in ("keras", "tensorflow", "jax", "torch", "numpy"):
        version = getattr(sys.modules.get(name), "__version__", None)
        if version:
            found[name] = str(version)
    return found


def main() -> None:
    """Run the script that the command line names."""
    script = sys.argv[1]
    sys.argv = [script]
    sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        entry = {"kind": "run", "peak_mb": peak_memory(), "versions": versions()}
        with open(os.environ["DLKERAS_RECORD"], "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


if __name__ == "__main__":
    main()
