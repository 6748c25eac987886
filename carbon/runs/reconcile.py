"""The written files agree: totals of the report, the page and the tables, read back from the stage."""

from __future__ import annotations

from pathlib import Path

from carbon.core.errors import RunError
from carbon.runs.content import Content
from carbon.runs.parquet import read_table


def check_stage(folder: Path, made: Content) -> None:
    """
    Read every table back and compare it with what was meant to be written.
    """
    for name, table in made.tables.items():
        back = read_table(folder / f"{name}.parquet")
        if len(back) != len(table) or list(back.columns) != list(table.columns):
            raise RunError(f"{name}.parquet does not hold the rows it was given")
    made.check(folder)
