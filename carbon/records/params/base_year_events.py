"""The ledger of base-year events of a company: data/ledger/<company>/base_year_events.csv, committed and
append-only.
"""

from __future__ import annotations

import csv
import io
from datetime import date

import pandas as pd

from carbon.core.errors import FileRefused
from carbon.core.ledgers import EVENTS
from carbon.core.schemas import DAY, INTEGER, NUMBER
from carbon.core.text import as_written
from carbon.records.grids.sources import sha256_of
from carbon.records.params.project import Project

FILE = "base_year_events.csv"
_REMEDY = "correct the line, or take the file back from version control"


def read_base_year_events(project: Project, company: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read the events of a company, and the sha256 of their file by its path in the project; empty without a file.

    Plain UTF-8, commas, the columns of `core.ledgers.EVENTS` in any order; numbers with a decimal point,
    days as 2021-06-30. An empty `delta_kg` is "not known", never zero.

    Raises FileRefused: A missing or unknown column, a cell that cannot be read (with its line), an event given twice.
    """
    path = project.ledger(company) / FILE
    if not path.is_file():
        return EVENTS.empty(), {}
    name = project.name_of(path)
    return parse_events(path.read_bytes(), name), {name: sha256_of(path)}


def parse_events(data: bytes, name: str, *, recorded_on: date | None = None) -> pd.DataFrame:
    """Read the events in the bytes of such a file.

    Parameters
    ----------
    name
        The file's name in errors.
    recorded_on
        For lines that are about to be recorded: the file has no column `recorded_on`, and this is its day.

    Raises
    ------
    FileRefused
        As `read_base_year_events`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(f"{name}: not UTF-8 text", code="encoding", what_to_do="save the file as UTF-8") from None
    columns = [c for c in EVENTS.columns if recorded_on is None or c != "recorded_on"]
    cells = _cells(text, name, columns)
    return _typed(cells if recorded_on is None else cells.assign(recorded_on=recorded_on.isoformat()), name)


def _cells(text: str, name: str, columns: list[str]) -> pd.DataFrame:
    rows = [r for r in csv.reader(io.StringIO(text, newline=""), strict=True) if any(c.strip() for c in r)]
    head = [h.strip() for h in rows[0]] if rows else []
    if sorted(head) != sorted(columns):
        raise FileRefused(f"{name}:1: the headings are {head}", code="headings",
                          what_to_do=f"write exactly the columns {', '.join(columns)}")
    uneven = [i for i, r in enumerate(rows, start=1) if len(r) != len(head)]
    if uneven:
        raise FileRefused(f"{name}: row {uneven[0]} does not have {len(head)} cells", code="cells", what_to_do=_REMEDY)
    return pd.DataFrame([[as_written(c.strip()) for c in r] for r in rows[1:]], columns=head, dtype="str")


def _typed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    columns = {column: _column(table[column], column, kind, name) for column, kind in EVENTS.columns.items()}
    return EVENTS.validate(pd.DataFrame(columns, columns=list(EVENTS.columns)))


def _column(cells: pd.Series, column: str, kind: str, name: str) -> pd.Series:
    values: pd.Series
    if kind == DAY:
        values = pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
    elif kind in (NUMBER, INTEGER):
        values = pd.to_numeric(cells, errors="coerce").astype("float64")
    else:
        return cells
    bad = values.isna() & ((cells != "") | (kind != NUMBER))
    if kind == INTEGER:
        bad |= values % 1 != 0
    if bad.any():
        at = int(bad.to_numpy().argmax())
        raise FileRefused(f"{name}: row {at + 2}, `{column}` = {cells.iloc[at]!r} cannot be read", code="cell",
                          what_to_do="days as 2021-06-30, whole years, kilograms with a decimal point")
    return values.astype("int64") if kind == INTEGER else values
