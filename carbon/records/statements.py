"""
What files say of the company itself: people and revenue, contracts for electricity, entities of a group.

They come as records and act as parameters: `employees` and `instruments` of the company's params, with those that
params/<company>.yml gives; entities decide how much of each row counts (`activities.consolidation`). Each row stands
in the ledger as excluded: it is understood, and is no activity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pydantic

from carbon.core import schemas, units
from carbon.core.errors import ParamsError
from carbon.core.params import CompanyParams, Instrument
from carbon.core.words import fold


def with_statements(params: CompanyParams, statements: Mapping[str, pd.DataFrame]) -> CompanyParams:
    """
    The params with what the company's files state.

    Raises
    ------
    ParamsError
        A headcount that params contradict, or a certificate cancelled for somebody else.
    """
    return params.model_copy(update={
        "employees": _employees(params, statements.get("headcount", schemas.HEADCOUNT.empty())),
        "instruments": [*params.instruments, *_instruments(params, statements.get("instruments"))]})


def ledger_of_statements(statements: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    `schemas.LEDGER` lines of all statements: rows, without an amount.
    """
    origin = ["record_id", "kind", "source_file", "source_sheet", "source_line"]
    lines = [table[origin].assign(
        outcome="excluded", stage="reader", code="statement", reason="says who the company is: no activity",
        what_to_do="", column="", value="", amount=float("nan"), unit="", counts_row=True)
        for table in statements.values() if len(table)]
    return schemas.LEDGER.validate(pd.concat(lines, ignore_index=True)) if lines else schemas.LEDGER.empty()


def _employees(params: CompanyParams, table: pd.DataFrame) -> dict[int, float]:
    known = table[table["employees"].notna()]
    said = dict(zip(known["year"].tolist(), known["employees"].tolist(), strict=True))
    in_params = known["year"].map(params.employees).astype("float64")
    other = known[known["year"].duplicated(keep=False) | (in_params.notna() & (in_params != known["employees"]))]
    if len(other):
        raise ParamsError(f"{len(other)} headcounts are said twice", rows=other[
            ["source_file", "source_line", "year", "employees"]],
            hint=f"keep one a year: in the file, or in `employees` of params/{params.company}.yml")
    return {**params.employees, **said}


def _instruments(params: CompanyParams, table: pd.DataFrame | None) -> list[Instrument]:
    if table is None:
        return []
    own = {fold(name) for name in (params.company, *params.name.values())}
    foreign = table[(table["cancelled_for"] != "") & ~table["cancelled_for"].map(fold).isin(own)]
    if len(foreign):
        raise ParamsError(f"{len(foreign)} instruments are cancelled for somebody else",
                          rows=foreign[["source_file", "source_line", "id", "cancelled_for"]],
                          hint="only what is cancelled for the company counts")
    return [_instrument(line) for line in table.to_dict("records")]


def _instrument(line: Mapping[Any, Any]) -> Instrument:
    known = line["volume"] == line["volume"]
    volume = float(units.convert(line["volume"], line["unit"], "kWh")) if known else None
    try:
        return Instrument(
            id=line["id"], kind=line["instrument"], region=line["region"], start=line["period_start"].date(),
            end=line["period_end"].date(), kg_per_kwh=line["kg_per_kwh"], volume_kwh=volume,
            sites=[line["site"]] if line["site"] else [], evidence=line["evidence"])
    except pydantic.ValidationError as wrong:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors(include_url=False))
        raise ParamsError(f"{line['source_file']}:{line['source_line']}: {said}", hint="correct the file") from None
