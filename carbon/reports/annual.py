"""
The annual report of one company-year: one method an exhibit, each with its table, its figure and its id.

    report = annual_report("petit-studio", 2024)
    report.headline()
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import pandas as pd

from carbon.core.display import Displayed, one_line
from carbon.core.errors import UsageError
from carbon.reports import method_tables, tables, theme
from carbon.reports.actions import levers_of_company
from carbon.reports.digital_exhibits import DigitalExhibits
from carbon.reports.exhibit import Exhibit, once
from carbon.reports.figure_ids import CHART, figure_id
from carbon.reports.monthly import monthly_energy_table
from carbon.reports.opening import OpeningExhibits
from carbon.reports.plan_exhibits import PlanExhibits
from carbon.reports.quality import QualityExhibits
from carbon.reports.trajectory_exhibits import TrajectoryExhibits
from carbon.reports.words import Words

TWINS = ("energy_by_month", "scopes_by_year", "trajectory", "budget", "suppliers", "coverage", "wedges", "calendar",
         "fleet_ages", "thresholds")
"""Tables that say no more than their figure: the page folds them away under it."""
SHEETS = ("headline", "change", "scopes", "categories", "scopes_by_year", "events", "trajectory",
          "trajectory_notes", "bridge", "budget", "actions", "plan_targets", "wedges", "calendar", "energy",
          "energy_by_month", "instruments", "travel", "purchases", "suppliers", "sites", "fleet", "fleet_ages",
          "service", "routes", "thresholds", "indicators_public", "indicators_performance", "indicators_governance",
          "coverage", "amounts", "accepted_rejects", "rejects", "exclusions", "uncertainty", "doubts", "asks", "tiers",
          "quality_classes", "reasons", "gwp", "warnings", "method", "factors", "factor_sources", "sources")
"""Exhibits of the workbook, in order."""
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


def annual_report(company: str, year: int) -> AnnualReport:
    """
    The report of a company's reporting year, with all its earlier years as history.

    Raises
    ------
    UsageError
        `company` is not a slug or `year` not a whole number: a notebook's parameters are checked here again.
    """
    if not isinstance(company, str) or not _SLUG.fullmatch(company):
        raise UsageError(f"company must be a short lower-case name, got {company!r}",
                         hint="pass the name of a file in params/, without .yml")
    if not isinstance(year, int) or isinstance(year, bool) or not 1990 <= year <= 2100:
        raise UsageError(f"year must be a whole number like 2024, got {year!r}")
    from carbon.inventory import inventories
    from carbon.records.digital import read_digital

    history = inventories(company, until=year)
    return AnnualReport(history.inventories[year], history, levers_of_company(company), read_digital(company))


@dataclass(frozen=True)
class AnnualReport(PlanExhibits, TrajectoryExhibits, QualityExhibits, OpeningExhibits, DigitalExhibits, Displayed):
    """
    One company-year for readers.

    inventory: of the year; history: `Inventories` until this year (`series(scopes, scope2_method)` in kg, `table`).
    """

    inventory: Any
    history: Any
    levers: Any = None
    """`LeverRecords` of the company, for the plan that starts next year; None: no plan is shown."""
    digital: Any = None
    """`DigitalRecords` of the company; None: nothing is shown of fleet, service, trips and indicators."""

    def __repr__(self) -> str:
        return one_line(f"AnnualReport({self.inventory.company}, {self.inventory.year}, {self.words.language})")

    @cached_property
    def words(self) -> Words:
        """
        The language of the company's params.
        """
        return Words(self.inventory.params.language)

    @cached_property
    def digits(self) -> int:
        """
        Decimals of tonnes, by the size of the company.
        """
        total = self._scopes["co2e_t"].max()
        return 0 if total >= 10_000 else 1 if total >= 100 else 2 if total >= 1 else 3

    @cached_property
    def _scopes(self) -> pd.DataFrame:
        return tables.scopes_table(self.inventory)

    # The inventory

    @once
    def scopes(self) -> Exhibit:
        """
        Scopes, scope 2 by both methods, and both totals.
        """
        from carbon.reports.figures import plot_scopes

        return self._exhibit("scopes", self._scopes, plot_scopes, height=2.4)

    @once
    def categories(self) -> Exhibit:
        """
        The fifteen categories of scope 3.
        """
        from carbon.reports.inventory_figures import bars_height, plot_categories

        table = tables.categories_table(self.inventory)
        return self._exhibit("categories", table, plot_categories,
                             height=bars_height(int(table["co2e_t"].count())))

    @once
    def energy(self) -> Exhibit:
        """
        Energy by carrier and site.
        """
        return self._exhibit("energy", tables.energy_table(self.inventory))

    @once
    def energy_by_month(self) -> Exhibit:
        """
        Emissions of energy by month and carrier.
        """
        from carbon.reports.figures import plot_energy

        return self._exhibit("energy_by_month", monthly_energy_table(self.inventory), plot_energy)

    @once
    def instruments(self) -> Exhibit:
        """
        Contracts and certificates of market-based scope 2.
        """
        return self._exhibit("instruments", method_tables.instruments_table(self.inventory))

    @once
    def travel(self) -> Exhibit:
        """
        Business travel by mode.
        """
        from carbon.reports.inventory_figures import bars_height, plot_travel

        table = tables.travel_table(self.inventory)
        return self._exhibit("travel", table, plot_travel, height=bars_height(len(table)))

    @once
    def purchases(self) -> Exhibit:
        """
        Purchases by group.
        """
        return self._exhibit("purchases", tables.purchases_table(self.inventory))

    @once
    def suppliers(self, n: int = 10) -> Exhibit:
        """
        The suppliers with the highest emissions.
        """
        from carbon.reports.inventory_figures import bars_height, plot_suppliers

        table = tables.suppliers_table(self.inventory, n)
        return self._exhibit("suppliers", table, plot_suppliers, height=bars_height(len(table)))

    @once
    def sites(self) -> Exhibit:
        """
        Emissions by site.
        """
        return self._exhibit("sites", tables.sites_table(self.inventory))

    # Made of the parts

    def _exhibit(
        self, name: str, table: pd.DataFrame, plot: Callable[..., Any] | None = None, *, height: float = theme.HEIGHT,
        html: Any = None,
    ) -> Exhibit:
        picture = None if plot is None or table.empty else partial(self._picture, plot, table, height)
        identifier = "" if picture is None else figure_id(self.inventory, f"{CHART}{name}")
        return Exhibit(name, identifier, table, self.words, self.digits, picture, html, folded=name in TWINS)

    def _picture(self, plot: Callable[..., Any], table: pd.DataFrame, height: float) -> str:
        with theme.style():
            figure, ax = theme.page_figure(height=height)
            plot(table, ax, words=self.words)
            return theme.svg(figure)
