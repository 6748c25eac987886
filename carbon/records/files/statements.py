"""Records that describe the company itself: people and revenue, contracts for electricity, entities of a group.

They come as records and act as parameters: `employees`, `revenue` and `instruments` of the company's params, with those
that params/<company>.yml gives; entities decide how much of each row counts (`core.group`). Each row is in the ledger
as excluded: it is understood, and is not an activity.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from carbon.core import periods, schemas
from carbon.core.errors import ParamsError
from carbon.core.text import fold
from carbon.params.shapes.company import CompanyParams, Instrument
from carbon.params.shapes.group import WHOLE, Group, days_of, group_of, weights
from carbon.records.rules.statement_checks import instrument_of_record

_OF_HEADCOUNT = ["source_file", "source_line", "year", "company", "employees"]


def with_statements(params: CompanyParams, statements: Mapping[str, pd.DataFrame]) -> CompanyParams:
    """Add to params what the company's files state; of a group, each entity's people and certificates at its weight.

    people of a year = sum over entities of (people x weight x days of the weight in the year / days of the year);
    volume of an instrument = volume x weight x days of the weight in its window / days of the window.

    Raises ParamsError: A headcount or revenue that params contradict, a headcount that names no entity or leaves one
    out, or a certificate cancelled for somebody else.
    """
    group = group_of(params, statements.get("entities"))
    headcount = statements.get("headcount", schemas.HEADCOUNT.empty())
    return params.model_copy(update={
        "employees": _employees(params, headcount, group), "revenue": _revenue(params, headcount, group),
        "instruments": [*params.instruments, *_instruments(params, statements.get("instruments"), group)]})


def ledger_of_statements(statements: Mapping[str, pd.DataFrame], params: CompanyParams) -> pd.DataFrame:
    """Return `schemas.LEDGER` lines of all statements, without amounts, with the weight of each in a group."""
    origin = ["record_id", "kind", "source_file", "source_sheet", "source_line"]
    group = group_of(params, statements.get("entities"))
    lines = [table[origin].assign(
        outcome="excluded", stage="reader", code="statement", reason=_reasons(kind, table, params, group),
        what_to_do="", column="", value="", amount=float("nan"), unit="", counts_row=True)
        for kind, table in statements.items() if len(table)]
    return schemas.LEDGER.validate(pd.concat(lines, ignore_index=True)) if lines else schemas.LEDGER.empty()


def _reasons(kind: str, table: pd.DataFrame, params: CompanyParams, group: Group | None) -> pd.Series:
    reasons = pd.Series("describes the company: not an activity", index=table.index, dtype="str")
    if group is None or kind not in ("headcount", "instruments"):
        return reasons
    share = _weight(table, params, group)
    words = share.map({s: f"; counts at {100 * s:.4g} % under {group.approach}" for s in share.unique()})
    reasons = reasons + words.where(share != 1, "").astype("str")
    if kind == "headcount":
        # Entities sell to one another: their revenues have no sum that is the group's.
        unused = table["revenue"].notna() & ~_is_own(table, group)
        reasons += unused.map({True: "; its revenue is not the group's: state that in params", False: ""}).astype("str")
    return reasons


def _weight(table: pd.DataFrame, params: CompanyParams, group: Group) -> pd.Series:
    """Return the share of each statement that the group counts, by the days of its year or window."""
    rows = table
    if "year" in table:
        years = [periods.reporting_year(int(y), params.reporting_year_starts) for y in table["year"]]
        rows = table.assign(period_start=[first for first, _ in years], period_end=[last for _, last in years])
    return pd.Series(weights(rows, _entity(table, group), group) / (days_of(rows) * WHOLE), index=table.index)


def _entity(table: pd.DataFrame, group: Group) -> pd.Series:
    """Return the folded name of a statement's entity: the one it is cancelled for, else `company`."""
    company_keys = table["company"].astype("str").map(fold)
    if "cancelled_for" not in table:
        return company_keys
    beneficiary = table["cancelled_for"].astype("str").map(fold)
    return company_keys.mask(beneficiary.isin(group.names), beneficiary)


def _employees(params: CompanyParams, table: pd.DataFrame, group: Group | None) -> dict[int, float]:
    if table.empty:
        return dict(params.employees)
    headcounts = table[table["employees"].notna()]
    hint = f"keep one a year: in the file, or in `employees` of params/{params.company}.yml"
    headcounts = headcounts.assign(_key="" if group is None else _entity(headcounts, group))
    twice = headcounts[headcounts.duplicated(["year", "_key"], keep=False)]
    if len(twice):
        raise ParamsError(f"{len(twice)} headcounts are stated twice", rows=twice[_OF_HEADCOUNT], hint=hint)
    people = headcounts["employees"]
    if group is not None and len(headcounts):
        _refuse_gaps(headcounts, params, group)
        people = people * _weight(headcounts, params, group)
    people_by_year = {y: math.fsum(people[headcounts["year"] == y]) for y in headcounts["year"].unique().tolist()}
    differing = [year for year, n in people_by_year.items() if params.employees.get(year, n) != n]
    other = headcounts[headcounts["year"].isin(differing)]
    if len(other):
        raise ParamsError(f"{len(other)} headcounts are stated twice", rows=other[_OF_HEADCOUNT], hint=hint)
    return {**params.employees, **{int(y): float(n) for y, n in people_by_year.items()}}


def _revenue(params: CompanyParams, table: pd.DataFrame, group: Group | None) -> dict[int, float]:
    """Return the revenue of each year: that of params, and that which the files state of the company itself."""
    rows = table[table["revenue"].notna()]
    rows = rows if group is None else rows[_is_own(rows, group)]
    rows = rows.drop_duplicates(["year", "revenue", "currency"])
    of_params = rows["year"].map(params.revenue).astype("float64").fillna(rows["revenue"])
    twice = (of_params != rows["revenue"]) | rows.duplicated("year", keep=False)
    faults = {f"not in {params.currency}": (rows["currency"] != params.currency, f"convert them to {params.currency}"),
              "stated twice": (twice, f"keep one a year: in the file, or in `revenue` of params/{params.company}.yml")}
    for what, (bad, remedy) in faults.items():
        if bad.any():
            raise ParamsError(f"{int(bad.sum())} revenues are {what}", hint=remedy,
                              rows=rows.loc[bad, ["source_file", "source_line", "year", "revenue", "currency"]])
    return {**params.revenue, **{int(y): float(r) for y, r in zip(rows["year"], rows["revenue"], strict=True)}}


def _is_own(table: pd.DataFrame, group: Group) -> pd.Series:
    """Return which statements are of the group itself and not of one of its entities."""
    return _entity(table, group).isin(group.parent - frozenset(group.table["key"]))


def _refuse_gaps(headcounts: pd.DataFrame, params: CompanyParams, group: Group) -> None:
    """Refuse a headcount by entity that names another company, or has no line for an entity that counts in its year. A
    headcount of the company alone is the group's own number and needs no line for each entity.
    """
    _refuse_strange(headcounts, headcounts["_key"], group, "headcounts", _OF_HEADCOUNT)
    for year in headcounts["year"].unique().tolist():
        lines = headcounts[headcounts["year"] == year]
        if set(lines["_key"]) <= group.parent - frozenset(group.table["key"]):
            continue
        first, last = periods.reporting_year(int(year), params.reporting_year_starts)
        table = group.table
        counts = (table["weight"] > 0) & ~(table["first"] > last) & ~(table["last"] < first)
        absent = table[counts & ~table["key"].isin(lines["_key"])]
        if len(absent):
            raise ParamsError(f"The headcount of {year} lacks {len(absent)} entities that count in it",
                              rows=absent[["entity", "first", "last"]],
                              hint="add a line for each, 0 where nobody works")


def _refuse_strange(table: pd.DataFrame, entity: pd.Series, group: Group, what: str, where: list[str]) -> None:
    strange = table[~entity.isin(group.names)]
    if len(strange):
        raise ParamsError(f"{len(strange)} {what} are of no entity of the group", rows=strange[where],
                          hint="write the name as in the entities file, or add it there")


def _instruments(params: CompanyParams, table: pd.DataFrame | None, group: Group | None) -> list[Instrument]:
    names = (params.company, *params.name.values())
    accepted = {fold(name) for name in names} | (group.names if group else frozenset())
    hint = f"only what is cancelled for the company counts: for {', '.join(dict.fromkeys(names))}"
    foreign_params = [i for i in params.instruments if i.cancelled_for and fold(i.cancelled_for) not in accepted]
    if foreign_params:
        named_instruments = ", ".join(f"{i.id} for {i.cancelled_for}" for i in foreign_params)
        raise ParamsError(f"{len(foreign_params)} instruments of params/{params.company}.yml are cancelled for "
                          f"somebody else: {named_instruments}", hint=hint)
    if table is None:
        return []
    foreign = table[(table["cancelled_for"] != "") & ~table["cancelled_for"].map(fold).isin(accepted)]
    if len(foreign):
        raise ParamsError(f"{len(foreign)} instruments are cancelled for somebody else",
                          rows=foreign[["source_file", "source_line", "id", "cancelled_for"]], hint=hint)
    if group is not None:
        _refuse_strange(table, _entity(table, group), group, "instruments",
                        ["source_file", "source_line", "id", "company"])
        share = _weight(table, params, group)
        table = table.assign(volume=table["volume"] * share)[share > 0]
    return [instrument_of_record(line) for line in table.to_dict("records")]
