"""Makes `python -m dlkeras` the same as `dlkeras`."""

from dlkeras.cli import main

main(prog_name="dlkeras")
