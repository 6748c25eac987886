"""The steps from the records of a company-year to its activities, its ledger and its rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from carbon.activities import set_aside as replacement
from carbon.activities.amounts import PLACE, opened
from carbon.activities.classification.classified import Classified, Records
from carbon.activities.classification.decisions import rules_of
from carbon.activities.classification.overrides import excluded_by_rule, overridden
from carbon.activities.consolidation import Group, consolidated, eliminated, group_of, located
from carbon.activities.draft import Draft, cut_to_year, ledger_of, rejects_of
from carbon.activities.kinds import (
    commuting,
    company_vehicles,
    energy,
    freight,
    investments,
    leases,
    of_others,
    purchases,
    quantities,
    sold_products,
    travel,
)
from carbon.core import periods, schemas
from carbon.core.columns import Rows
from carbon.core.errors import UsageError
from carbon.core.text_columns import Values, among, one_id, pick, stack, text_table, texts_like
from carbon.params.shapes.company import CompanyParams

OPEN_CODES = ("unclassified", "needs_review", "no_counterpart")
"""Ledger codes of lines that wait for a decision."""
PIECE = 500_000
"""Purchases classified at once: longer ledgers go piece by piece, and only one piece holds plain strings."""
_AFTER: dict[str, Any] = {
    "source_sheet": "", "counts_row": True, "currency": "", "amount": np.nan, "fx_rate": np.nan, "fx_date": "",
    "fx_source": ""}
_COLUMNS = [*schemas.ACTIVITIES.columns, *_AFTER]


def classify(
    records: Records, *, fx: pd.DataFrame | None = None, decisions: pd.DataFrame | None = None, run: Run = map,
) -> Classified:
    """Classify the records of a company-year: activities, and the ledger lines of the other rows.

    Physical records come first; purchases they replace are set aside. Periods are cut to the reporting year by day.
    Every row of `records.records` is afterwards an activity or in the ledger; nothing is dropped, nothing is zero
    because it is not known.

    Parameters
    ----------
    records
        The result of `read_company`.
    fx
        The company's own exchange rates (`core.money.FX`) for currencies without an ECB rate; else `records.fx`.
    decisions
        Saved decisions of the classification desk (`decisions.DECISIONS`): rules after the company's own ones; else
        `records.decisions`.
    run
        Calls a function on the pieces of a long ledger, in order: `map`, or `accounting.company.run_on(client)`.
    """
    if isinstance(records, pd.DataFrame):
        raise UsageError("classify takes the records of a company-year, not a table",
                         hint='cb.classify(cb.read_company("petit-studio", 2024))')
    params = records.params
    fx = getattr(records, "fx", None) if fx is None else fx
    decisions = getattr(records, "decisions", None) if decisions is None else decisions
    if decisions is not None:
        params = params.model_copy(update={"rules": [*params.rules, *rules_of(decisions)]})
    year = periods.factor_year(records.year, params.reporting_year_starts)
    params = params.model_copy(update={"own_factors": [f for f in params.own_factors if f.holds_in(year)]})
    start, end = periods.reporting_year(records.year, params.reporting_year_starts)
    unknown = set(records.records) - {*_PHYSICAL, "purchases"}
    if unknown:
        raise UsageError(f"No classification for records of kind {', '.join(sorted(unknown))}")
    group = group_of(params, getattr(records, "statements", {}).get("entities"))
    drafts = [_physical(kind, table, params, group, fx, start, end)
              for kind, table in records.records.items() if kind != "purchases"]
    drafts = _counted_once(drafts)
    physical_rows = _activities([d.rows for d in drafts], records.company, year)
    task = _Buying(params, group, physical_rows, fx, start, end, records.company, year)
    pieces = list(run(task, _pieces(records.records.get("purchases"))))
    warnings = dict.fromkeys((*(w for b in pieces for w in b.warnings), *(w for d in drafts for w in d.warnings)))
    physical = physical_rows.frame(_COLUMNS)
    filled = [t for t in (*(b.activities for b in pieces), physical) if len(t)]
    ledger = stack([*(b.ledger for b in pieces), ledger_of(drafts)], emptied=True)
    activities = one_id(stack(filled, emptied=True) if filled else physical)
    return Classified(
        records.company, records.year, schemas.ACTIVITIES.validate(activities, extra=True), ledger, rejects_of(ledger),
        _by_decision(Rows.stack([b.waiting for b in pieces], ["record_id", "amount", *_ASKED])),
        text_table(list(warnings), ["code", "text"]))


@dataclass(frozen=True)
class _Bought:
    """A piece of the purchases: its activities, ledger lines and remarks, and the lines that wait for a decision."""

    activities: pd.DataFrame
    ledger: pd.DataFrame
    waiting: Rows
    warnings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Buying:
    """What a piece of the purchases is classified with; can be sent to another process."""

    params: CompanyParams
    group: Group | None
    physical: Rows
    fx: pd.DataFrame | None
    start: pd.Timestamp
    end: pd.Timestamp
    company: str
    year: int

    def __call__(self, piece: pd.DataFrame) -> _Bought:
        draft = _bought(piece, self.params, self.group, self.physical, self.fx, self.start, self.end)
        ledger, activities = ledger_of([draft]), _activities([draft.rows], self.company, self.year)
        return _Bought(texts_like(activities.frame(_COLUMNS), piece), texts_like(ledger, piece),
                       _waiting(piece, draft.ended), draft.warnings)


Run = Callable[[Callable[[pd.DataFrame], _Bought], Iterable[pd.DataFrame]], Iterable[_Bought]]


def _pieces(purchases_read: pd.DataFrame | None) -> Iterator[pd.DataFrame]:
    table = schemas.PURCHASES.empty() if purchases_read is None else purchases_read
    for start in range(0, max(len(table), 1), PIECE):
        yield table.iloc[start:start + PIECE]


def _physical(
    kind: str, table: pd.DataFrame, params: CompanyParams, group: Group | None, fx: pd.DataFrame | None,
    start: pd.Timestamp, end: pd.Timestamp,
) -> Draft:
    extensive, measured = _PHYSICAL[kind]
    if kind == "travel":
        measured = partial(travel.measured, fx=fx)
    return Draft(opened(table, kind)).then(
        lambda d: cut_to_year(d, start=start, end=end, extensive=extensive),
        lambda d: consolidated(d, group, extensive=extensive),
        lambda d: excluded_by_rule(d, params, kind=kind), lambda d: measured(d, params),
        lambda d: overridden(d, params, kind=kind))


_FUEL_OF_VEHICLES = ("meter", "scope", "period_start", "period_end", "activity")


def _counted_once(drafts: list[Draft]) -> list[Draft]:
    """Set aside the km of vehicles whose fuel is there as well, and remark on those that may be the same."""
    with_fuel = [d.rows for d in drafts if "meter" in d.rows and len(d.rows)]
    if not with_fuel:
        return drafts
    # Fuel of freight names its vehicle whoever runs it; a meter of energy is a vehicle's in scope 1 alone.
    fuel = Rows.stack([rows.where(~pd.isna(rows["meter"]) & ((rows["scope"] == "1") | (rows["kind"] == "freight")))
                       for rows in with_fuel], _FUEL_OF_VEHICLES)
    return [company_vehicles.remark_fuel(company_vehicles.set_aside_for_litres(d, fuel), fuel)
            if "vehicle" in d.rows else d for d in drafts]


def _energy(draft: Draft, params: CompanyParams) -> Draft:
    return draft.then(lambda d: energy.measured(d, params), energy.refuse_overlaps)


_PHYSICAL: dict[str, tuple[tuple[str, ...], Callable[[Draft, CompanyParams], Draft]]] = {
    "energy": (energy.EXTENSIVE, _energy), "travel": (travel.EXTENSIVE, travel.measured),
    "water": (quantities.EXTENSIVE, quantities.water), "waste": (quantities.EXTENSIVE, quantities.waste),
    "freight": (freight.EXTENSIVE, freight.freight),
    "refrigerants": (quantities.EXTENSIVE, quantities.refrigerants),
    "equipment": (quantities.EXTENSIVE, quantities.equipment),
    "homeworking": (quantities.HOMEWORKING_EXTENSIVE, quantities.homeworking),
    "commuting": (commuting.EXTENSIVE, commuting.measured), "activities": (quantities.EXTENSIVE, quantities.general),
    "leased_assets": (of_others.EXTENSIVE, leases.leased), "franchises": (of_others.EXTENSIVE, leases.franchises),
    "shared_logistics": (of_others.EXTENSIVE, leases.logistics),
    "processing": (of_others.EXTENSIVE, sold_products.processing),
    "product_use": (sold_products.USE_EXTENSIVE, sold_products.use),
    "end_of_life": (quantities.EXTENSIVE, sold_products.end_of_life),
    "investments": (of_others.EXTENSIVE, investments.measured),
}
"""Kind of physical record -> the columns cut with its period, and how it is measured."""


def _bought(
    table: pd.DataFrame, params: CompanyParams, group: Group | None, physical: Rows, fx: pd.DataFrame | None,
    start: pd.Timestamp, end: pd.Timestamp,
) -> Draft:
    return Draft(opened(table, "purchases")).then(
        lambda d: cut_to_year(d, start=start, end=end, extensive=purchases.EXTENSIVE),
        lambda d: consolidated(d, group, extensive=purchases.EXTENSIVE), lambda d: located(d, group, params),
        lambda d: eliminated(d, group, extensive=purchases.EXTENSIVE),
        lambda d: purchases.classified(d, params),
        lambda d: replacement.replaced(d, physical, start=start, end=end, sites=params.sites),
        lambda d: purchases.measured(d, params, fx))


def _activities(parts: list[Rows], company: str, year: int) -> Rows:
    """Return open rows as ACTIVITIES, with the columns of _AFTER; `year` is that of their factors."""
    filled = []
    for rows in (p for p in parts if len(p)):
        absent = {c: v for c, v in _AFTER.items() if c not in rows}
        filled.append(rows.assign(activity_id=_ids(rows), company=company, year=year, **absent))
    if filled:
        return Rows.stack(filled, _COLUMNS)
    return Rows(schemas.ACTIVITIES.empty()).assign(**_AFTER)


def _ids(rows: Rows) -> Values:
    """Return the id of each activity: its record's, or its own where a record has several (years of use, two fuels)."""
    if "activity_id" not in rows:
        return rows["record_id"]
    return pick(pd.isna(rows["activity_id"]), rows["record_id"], rows["activity_id"])


_ASKED = ["supplier", "account", "category", "currency"]
_NOBODY = Rows({"record_id": np.empty(0, dtype=object), "amount": np.empty(0), PLACE: np.empty(0, dtype=np.intp)}, 0)


def _waiting(piece: pd.DataFrame, ended: Sequence[Rows]) -> Rows:
    """Return the purchases that wait for a decision: record_id, the waiting amount, and the columns of a decision."""
    names = ["record_id", "amount", PLACE]
    waiting = Rows.stack([_NOBODY, *(line.where(among(line["code"], OPEN_CODES)) for line in ended)], names)
    return waiting.assign(**Rows(piece[_ASKED]).take(waiting[PLACE]))


def _by_decision(waiting: Rows) -> pd.DataFrame:
    """Group the waiting purchases by supplier, account, category and currency: rows and amount, largest first."""
    groups, repeated = waiting.groups(_ASKED), waiting.frame([*_ASKED, "record_id"]).duplicated().to_numpy()
    rows = np.bincount(groups.number[~repeated], minlength=len(groups))
    amount = pd.Series(waiting["amount"]).groupby(groups.number).sum().to_numpy()
    table = waiting.take(groups.first).assign(rows=rows, amount=amount)
    return table.take(np.argsort(-np.abs(amount), kind="stable")).frame([*_ASKED, "rows", "amount"])
