"""The ledger of base-year events of a company: data/ledger/<company>/base_year_events.csv, committed and
append-only.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from carbon.core.ledgers import EVENTS
from carbon.records.grids.sources import sha256_of
from carbon.records.params.project import Project
from carbon.records.params.strict_csv import read_table

FILE = "base_year_events.csv"


def read_base_year_events(project: Project, company: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read the events of a company, and the sha256 of their file by its path in the project; empty without a file.

    The columns of `core.ledgers.EVENTS` in any order. An empty `delta_kg` is "not known", never zero.

    Raises FileRefused: See `strict_csv.read_table`.
    """
    path = project.ledger(company) / FILE
    if not path.is_file():
        return EVENTS.empty(), {}
    name = project.name_of(path)
    return parse_events(path.read_bytes(), name), {name: sha256_of(path)}


def parse_events(data: bytes, name: str, *, recorded_on: date | None = None) -> pd.DataFrame:
    """Read the events in the bytes of such a file.

    `recorded_on`: for lines that are about to be recorded, whose file has no such column, its day.

    Raises FileRefused: See `strict_csv.read_table`.
    """
    if recorded_on is None:
        return read_table(data, EVENTS, name)
    columns = {c: kind for c, kind in EVENTS.columns.items() if c != "recorded_on"}
    events = read_table(data, replace(EVENTS, columns=columns), name)
    return EVENTS.validate(events.assign(recorded_on=pd.Timestamp(recorded_on).as_unit("s")))
