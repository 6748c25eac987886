"""An invented estate of a few rows a table, built as a company's records are read, without any file."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from carbon.core.digital_tables import DIGITAL_TABLES
from carbon.core.schemas import DAY, TEXT
from carbon.params.shapes.digital import DigitalPolicies
from carbon.scorecards.tables import YearTables


def table(name: str, *rows: dict) -> pd.DataFrame:
    """A table of its contract: what a row leaves out is blank."""
    contract = DIGITAL_TABLES[name]
    found = pd.DataFrame({c: [row.get(c) for row in rows] for c in contract.columns})
    for column, kind in contract.columns.items():
        found[column] = (pd.to_datetime(found[column]).astype("datetime64[s]") if kind == DAY else
                         found[column].fillna("").astype("str") if kind == TEXT else found[column].astype("float64"))
    return found


def records(indicators=None, policies=None, employees=None, starts="01-01", reads=(), commitments=None, **tables):
    """Records with these tables: policies as keyword values, employees by year."""
    def keeps(name):
        return name in tables

    def of(name):
        from carbon.core.errors import UsageError

        if name not in tables:
            raise UsageError(f"c keeps no table {name!r}")
        return tables[name]

    params = SimpleNamespace(employees=employees or {}, reporting_year_starts=starts)
    return SimpleNamespace(
        company="c", params=params, tables=tables, table=of, keeps=keeps, fleet=None, service=None, reads=reads,
        policies=DigitalPolicies.model_validate(policies or {}), indicators=indicators, commitments=commitments,
        refused={}, origins={name: pd.DataFrame({"source_file": f"{name}.csv", "source_line": range(2, 2 + len(rows))})
                             for name, rows in tables.items()})


def year(of: int, inventory=None, **kept) -> YearTables:
    """The tables of one year."""
    return YearTables(records(**kept), of, inventory)
