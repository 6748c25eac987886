"""
The arrow from records to activities.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from carbon.activities import commuting, energy, purchases, quantities, replacement, travel
from carbon.activities.amounts import with_amounts
from carbon.activities.classified import Classified, Records
from carbon.activities.decisions import rules_of
from carbon.activities.draft import Draft, cut_to_year, ledger_of
from carbon.activities.overrides import excluded_by_rule, overridden
from carbon.core import periods, schemas
from carbon.core.errors import UsageError
from carbon.core.params import CompanyParams

OPEN_CODES = ("unclassified", "needs_review", "no_counterpart")
"""Ledger codes of lines that wait for a decision."""
_AFTER = {"source_sheet": "", "counts_row": True, "currency": "", "amount": np.nan, "fx_rate": np.nan, "fx_date": ""}


def classify(
    records: Records, *, fx: pd.DataFrame | None = None, decisions: pd.DataFrame | None = None,
) -> Classified:
    """
    The activities of a company-year, and the ledger lines of the rows that are none.

    Physical records come first; purchases they replace are set aside. Periods are cut to the reporting year by day.
    Every row of `records.records` is afterwards an activity or in the ledger; nothing is dropped, nothing is zero
    because it is not known.

    Parameters
    ----------
    records
        What `read_company` gives.
    fx
        The company's own exchange rates (`core.money.FX`) for currencies without an ECB rate; else `records.fx`.
    decisions
        Saved decisions of the classification desk (`decisions.DECISIONS`): rules after the company's own ones; else
        `records.decisions`.
    """
    params = records.params
    fx = getattr(records, "fx", None) if fx is None else fx
    decisions = getattr(records, "decisions", None) if decisions is None else decisions
    if decisions is not None:
        params = params.model_copy(update={"rules": [*params.rules, *rules_of(decisions)]})
    start, end = periods.reporting_year(records.year, params.reporting_year_starts)
    unknown = set(records.records) - {*_PHYSICAL, "purchases"}
    if unknown:
        raise UsageError(f"No classification for records of kind {', '.join(sorted(unknown))}")
    drafts = [_physical(kind, table, params, start, end)
              for kind, table in records.records.items() if kind != "purchases"]
    found = _activities([d.rows for d in drafts], records)
    bought = _bought(records.records.get("purchases"), params, found, fx, start, end)
    activities = _activities([bought.rows, *(d.rows for d in drafts)], records)
    parts = [bought, *drafts]
    ledger = ledger_of(parts)
    warnings = [w for d in parts for w in d.warnings]
    return Classified(
        records.company, records.year, schemas.ACTIVITIES.validate(activities, extra=True), ledger,
        _rejects(ledger), unclassified(records.records.get("purchases"), ledger),
        pd.DataFrame(warnings, columns=["code", "text"], dtype="str"))


def _physical(
    kind: str, table: pd.DataFrame, params: CompanyParams, start: pd.Timestamp, end: pd.Timestamp,
) -> Draft:
    extensive, measured = _PHYSICAL[kind]
    return Draft(with_amounts(table, kind).reset_index(drop=True)).then(
        lambda d: cut_to_year(d, start=start, end=end, extensive=extensive),
        lambda d: excluded_by_rule(d, params, kind=kind), lambda d: measured(d, params),
        lambda d: overridden(d, params, kind=kind))


def _energy(draft: Draft, params: CompanyParams) -> Draft:
    return draft.then(lambda d: energy.measured(d, params), energy.refuse_overlaps)


_PHYSICAL: dict[str, tuple[tuple[str, ...], Callable[[Draft, CompanyParams], Draft]]] = {
    "energy": (energy.EXTENSIVE, _energy), "travel": (travel.EXTENSIVE, travel.measured),
    "water": (quantities.EXTENSIVE, quantities.water), "waste": (quantities.EXTENSIVE, quantities.waste),
    "freight": (quantities.FREIGHT_EXTENSIVE, quantities.freight),
    "refrigerants": (quantities.EXTENSIVE, quantities.refrigerants),
    "equipment": (quantities.EXTENSIVE, quantities.equipment),
    "homeworking": (quantities.HOMEWORKING_EXTENSIVE, quantities.homeworking),
    "commuting": (commuting.EXTENSIVE, commuting.measured), "activities": (quantities.EXTENSIVE, quantities.general),
}
"""Kind of physical record -> the columns cut with its period, and how it is measured."""


def _bought(
    table: pd.DataFrame | None, params: CompanyParams, found: pd.DataFrame, fx: pd.DataFrame | None,
    start: pd.Timestamp, end: pd.Timestamp,
) -> Draft:
    table = schemas.PURCHASES.empty() if table is None else table
    return Draft(with_amounts(table, "purchases").reset_index(drop=True)).then(
        lambda d: cut_to_year(d, start=start, end=end, extensive=purchases.EXTENSIVE),
        lambda d: purchases.classified(d, params),
        lambda d: replacement.replaced(d, found, start=start, end=end, sites=params.sites),
        lambda d: purchases.measured(d, params, fx))


def _activities(tables: list[pd.DataFrame], records: Records) -> pd.DataFrame:
    """
    Open rows as ACTIVITIES, with the columns of _AFTER.
    """
    columns = [*schemas.ACTIVITIES.columns, *_AFTER]
    parts = []
    for table in (t for t in tables if len(t)):
        absent: dict[str, Any] = {c: v for c, v in _AFTER.items() if c not in table}
        parts.append(table.assign(activity_id=table["record_id"], company=records.company, year=records.year,
                                  **absent)[columns])
    if parts:
        return pd.concat(parts, ignore_index=True).astype({"year": "int64", "category": "int64"})
    return schemas.ACTIVITIES.empty().assign(
        **{c: pd.Series(dtype="bool" if v is True else "str" if v == "" else "float64") for c, v in _AFTER.items()})


def _rejects(ledger: pd.DataFrame) -> pd.DataFrame:
    rejected = ledger[ledger["outcome"] == "rejected"]
    return schemas.REJECTS.validate(rejected[list(schemas.REJECTS.columns)])


def unclassified(purchases_read: pd.DataFrame | None, ledger: pd.DataFrame) -> pd.DataFrame:
    """
    The purchases that wait for a decision: supplier, account, category, currency, rows, amount, largest first.
    """
    keys = ["supplier", "account", "category", "currency"]
    columns = [*keys, "rows", "amount"]
    lines = ledger[ledger["code"].isin(OPEN_CODES) & (ledger["kind"] == "purchases")]
    if purchases_read is None or lines.empty:
        return pd.DataFrame({c: pd.Series(dtype="str") for c in keys}).assign(
            rows=pd.Series(dtype="int64"), amount=pd.Series(dtype="float64"))[columns]
    waiting = lines[["record_id", "amount"]].merge(
        purchases_read[["record_id", *keys]], on="record_id", how="left", validate="many_to_one")
    table = waiting.groupby(keys, as_index=False).agg(rows=("record_id", "nunique"), amount=("amount", "sum"))
    order = table["amount"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order, columns].reset_index(drop=True)
