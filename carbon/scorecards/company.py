"""The indicators of a company: catalogue, measures, values, and a scorecard for each audience."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

import pandas as pd

from carbon.accounting.result import Inventory
from carbon.core.display import as_html, one_line
from carbon.core.errors import CarbonError, UsageError
from carbon.core.periods import reporting_year
from carbon.core.text import instead
from carbon.digital import company as digital
from carbon.digital.devices.fleet import Fleet
from carbon.digital.services.service import Service
from carbon.digital.travel_policy import TravelPolicy
from carbon.records.files.digital import DigitalRecords, read_digital
from carbon.records.params.project import Project
from carbon.scorecards import measuring
from carbon.scorecards.catalogue import AUDIENCES, Catalogue, catalogue
from carbon.scorecards.computation import values
from carbon.scorecards.linter import check


@dataclass(frozen=True, eq=False, repr=False)
class Indicators:
    """Indicators of one company and year.

    Attributes
    ----------
    catalogue
        The definitions.
    violations
        All broken rules; empty when the catalogue is valid.
    table
        `computation.VALUES`: numerator, denominator, target, date and evidence of each value.
    """

    company: str
    year: int
    catalogue: Catalogue
    violations: pd.DataFrame
    measures: pd.DataFrame
    table: pd.DataFrame
    failed: tuple[tuple[str, CarbonError], ...] = ()
    """What could not be measured, and why: its indicators have no data, the others theirs."""
    contradicted: frozenset[str] = frozenset()
    """Tables that another figure of the same thing contradicts: their indicators are not public."""

    def scorecard(self, audience: str) -> pd.DataFrame:
        """Return the indicators of one audience, with their `formula_id`; in words: `cb.tables.scorecard_table`.

        Raises UsageError: Not "public", "performance" or "governance".
        """
        if audience not in AUDIENCES:
            raise UsageError(f"No scorecard for {audience!r}", hint=instead(audience, AUDIENCES))
        rows = self.table[self.table["audience"] == audience]
        if audience == "public":
            rows = rows[~rows["evidence"].isin(self.contradicted)]
        rows = rows.reset_index(drop=True)
        return rows.assign(formula_id=rows["indicator_id"].map(self.catalogue.table.set_index("id")["formula_id"]))

    def __repr__(self) -> str:
        statuses = self.table["status"].value_counts().sort_index()
        counts = ", ".join(f"{name} {n}" for name, n in statuses.items())
        return one_line(f"Indicators({self.company} {self.year}: {len(self.table)}, {counts})")

    def _repr_html_(self) -> str:
        columns = ["indicator_id", "audience", "value", "unit", "numerator", "denominator", "target", "progress",
                   "status"]
        return as_html(repr(self), self.table[columns])


def indicators(company: str, year: int, *, inventory: Inventory | None = None,
               project: Project | None = None) -> Indicators:
    """Compute the indicators of one company and year from its tables and results.

    Parameters
    ----------
    inventory
        Its inventory of that year, for climate indicators; without it they have no data.

    Raises
    ------
    UsageError
        No indicators.yml; a catalogue that breaks a rule (see `company_check`).
    """
    records = read_digital(company, project=project)
    reconciled = None if inventory is None else digital.reconciliation_of(records, inventory)
    return indicators_of(records, year, inventory=inventory, reconciled=reconciled)


def company_check(company: str, *, on: date | None = None, project: Project | None = None) -> pd.DataFrame:
    """Return all broken rules of a company's catalogue: indicator, rule, severity, what."""
    return check(_catalogue(read_digital(company, project=project)), on=on)


def indicators_of(records: DigitalRecords, year: int, *, inventory: Inventory | None, fleet: Fleet | None = None,
                  service: Service | None = None, trips: TravelPolicy | None = None,
                  reconciled: pd.DataFrame | None = None) -> Indicators:
    """Compute indicators from records already read; tables that the company does not keep give no data.

    Parameters
    ----------
    fleet, service, trips
        Results of these records and this year, if already computed.
    reconciled
        `digital.reconciliation.RECONCILED` of this year: what the inventory contradicts is no public indicator.
    """
    entries = _catalogue(records)
    days = reporting_year(year, records.params.reporting_year_starts)
    last = days[1].date()
    makers = [*_tables(records, year, days, inventory), *_results(records, year, fleet, service, trips, inventory)]
    if inventory is not None:
        makers.append(("inventory", partial(measuring.from_inventory, inventory,
                                            records.params.employees.get(year, float("nan")))))
    rows, failed = measuring.attempted(makers)
    measured = measuring.measures_table(rows, period=str(year), on=last)
    failures = check(entries, on=last)
    return Indicators(records.company, year, entries, failures, measured,
                      values(entries, measured, failures=failures), tuple(failed),
                      frozenset() if reconciled is None else frozenset(reconciled.loc[~reconciled["agrees"], "table"]))


def _catalogue(records: DigitalRecords) -> Catalogue:
    if records.indicators is None:
        raise UsageError(f"{records.company} has no params/{records.company}/indicators.yml",
                         hint="start from carbon.scorecards.starter()")
    return catalogue(records.indicators, name=f"params/{records.company}/indicators.yml")


def _tables(records: DigitalRecords, year: int, days: tuple[pd.Timestamp, pd.Timestamp],
            inventory: Inventory | None) -> list[measuring.Maker]:
    if records.policies is None:
        return []
    return list(measuring.from_tables(
        records.tables, records.policies, lambda: digital.contracts_of(records, year, inventory=inventory), year=year,
        days=days))


def _results(records: DigitalRecords, year: int, fleet: Fleet | None, service: Service | None,
             trips: TravelPolicy | None, inventory: Inventory | None) -> list[measuring.Maker]:
    makers: list[measuring.Maker] = []
    if records.fleet is not None and "assets" in records.tables:
        makers.append(("assets", lambda: measuring.from_fleet(fleet or digital.fleet_of(records, year))))
    if records.service is not None and records.service.year == year:
        makers.append(("service", lambda: measuring.from_service(service or digital.service_of(records))))
    has_trips = "trips" in records.tables or (inventory is not None and not records.keeps("trips"))
    if records.policies is not None and records.policies.travel is not None and has_trips:
        makers.append(("trips", lambda: measuring.from_trips(
            trips or digital.travel_policy_of(records, year, inventory=inventory))))
    return makers
