"""The figures of a company by year and its ledger of events: the basis of all views of a history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.result import KG_PER_T, Inventory
from carbon.accounting.years.by_year import REPORTED, SPEND_BREAK, ByYear
from carbon.core import schemas
from carbon.core.columns import Rows
from carbon.core.ghg_protocol import CALENDAR, LOCATION, NO_METHOD
from carbon.core.ledgers import EVENTS, with_years
from carbon.factors.models import is_money
from carbon.params.shapes.company import CompanyParams


@dataclass(frozen=True, eq=False, repr=False)
class History(ByYear):
    """Tables of several years; `Inventories` adds the views.

    Attributes
    ----------
    table
        `schemas.HISTORY` [kg CO2e]; a year that was computed is not taken from earlier reports as well.
    inventories
        The computed ones, by year.
    as_reported
        `schemas.REPORTED_INVENTORIES`: all figures of earlier reports, including years computed since.
    events
        `core.ledgers.EVENTS`: the company's ledger of base-year events.
    inputs
        sha256 of the files read for the history alone, by path.
    """

    company: str
    table: pd.DataFrame
    inventories: Mapping[int, Inventory] = field(default_factory=dict)
    as_reported: pd.DataFrame = field(default_factory=schemas.REPORTED_INVENTORIES.empty)
    events: pd.DataFrame = field(default_factory=EVENTS.empty)
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def params(self) -> CompanyParams | None:
        """The company's parameters; None where no year is computed."""
        return self.inventories[max(self.inventories)].params if self.inventories else None

    @property
    def year_starts(self) -> str:
        """First day of the reporting year, e.g. "01-01"."""
        return CALENDAR if self.params is None else self.params.reporting_year_starts

    @property
    def declared(self) -> Mapping[str, Any]:
        """What params declare of the company's series; nothing where no year is computed."""
        params = self.params
        if params is None:
            return super().declared
        return {"missing_years": tuple(sorted(params.missing_years)),
                "event_years": tuple(sorted(params.event_years)), "model": params.trajectory_model,
                "contracts": tuple(sorted({(i.kind, i.start.year, i.end.year) for i in params.instruments
                                           if i.kind != "residual_mix"}))}

    @property
    def dated_events(self) -> tuple[tuple[int, str, float], ...]:
        """(reporting year, event, kilograms that it moved in the year before) of each event in the ledger."""
        if self.events.empty:
            return ()
        placed = with_years(self.events, self.year_starts)
        of = placed[placed["scope2_method"].isin((NO_METHOD, LOCATION)) & (placed["year"] == placed["event_year"] - 1)]
        sums = of.groupby(["event_year", "kind", "entity"], sort=True)["delta_kg"].sum().reset_index()
        return tuple((int(y), f"{kind} of {entity}", float(kg)) for y, kind, entity, kg in
                     zip(*(sums[c].tolist() for c in sums.columns), strict=True))

    @cached_property
    def spend_breaks(self) -> tuple[tuple[str, int], ...]:
        """(change, first year after it) where purchases of a reported year are priced otherwise than those next to it.

        By model and by price basis, as the report states them; between two computed years the bridge has the change.
        """
        of_report = Rows(self.as_reported).but(year=[*self.inventories])
        lines = of_report.groups(["year", "spend_model", "price_basis"]).lines()
        stated = {year: [" and ".join(sorted({line[i] for line in lines if line[0] == year} - {""})) for i in (1, 2)]
                  for year, *_ in lines}
        stated = {year: words for year, words in stated.items() if any(words)}
        if not stated:
            return ()
        computed = {year: [_main_model(inv), inv.params.factors.price_basis] for year, inv in self.inventories.items()}
        links = pairwise(sorted((computed | stated).items()))
        return tuple((f"{SPEND_BREAK} {before} to {after}", year) for (earlier, a), (year, b) in links
                     if {earlier, year} & {*stated} for before, after in zip(a, b, strict=True)
                     if before and after and not (before.startswith(after) or after.startswith(before)))

    def plain_series(self, scopes: Sequence[str], scope2_method: str) -> pd.Series:
        """Return `series` without its breaks: the significance of events is measured on it."""
        return ByYear.series(PlainHistory(self.table), scopes, scope2_method)

    @property
    def as_reported_table(self) -> pd.DataFrame:
        """`schemas.HISTORY` of all figures of earlier reports, including years computed since."""
        return of_reported(self.as_reported)


def _main_model(inv: Inventory) -> str:
    """Return the source that prices most purchases [kg CO2e] of an inventory; "" where none is priced by money."""
    money = inv.emissions[is_money(Rows(inv.emissions))]
    kg = money.groupby(money["source_id"].astype("str"))["co2e_kg"].sum()
    return str(kg.idxmax()) if len(kg) else ""


@dataclass(frozen=True)
class PlainHistory(ByYear):
    """The figures of a `schemas.HISTORY` table alone, e.g. a published one: its GWP sets are its only known breaks."""

    table: pd.DataFrame


def of_reported(reported: pd.DataFrame) -> pd.DataFrame:
    """Convert `schemas.REPORTED_INVENTORIES` to `schemas.HISTORY` lines [kg CO2e]."""
    rows = Rows(reported)
    source = np.where(rows["source"] != "", rows["source"], rows["source_file"])
    return rows.assign(co2e_kg=rows["co2e_t"] * KG_PER_T, status=REPORTED, source=source).frame(schemas.HISTORY.columns)


def of_inventory(inv: Inventory) -> pd.DataFrame:
    """Return the `schemas.HISTORY` lines of a computed inventory [kg CO2e]."""
    rows = Rows(inv.table).assign(gwp=inv.params.gwp, boundary=inv.params.consolidation, source="")
    return rows.frame(schemas.HISTORY.columns)
