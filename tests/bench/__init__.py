"""Benchmarks: what the workbook costs. They measure and print; nothing fails.

`tox run -e bench` runs all, `tox run -e bench -- layers pages` some of them.
"""
