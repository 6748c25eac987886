"""The annual report of one company-year: each exhibit of the registry with its table, its figure and its id.

Usage::

    report = annual_report("petit-studio", 2024)
    report.headline()
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from carbon.accounting.uncertainty import InventoryUncertainty
from carbon.core.display import Displayed, HandsOut, one_line
from carbon.core.errors import CarbonError, UsageError
from carbon.digital.devices.fleet import Fleet
from carbon.digital.services.portfolio import ServicePortfolio
from carbon.digital.travel_policy import TravelPolicy
from carbon.levers.company import CompanyPlan
from carbon.levers.followup import ActionsFollowed
from carbon.params.files.levers import LeverRecords, read_plans
from carbon.params.shapes.plan_record import PlanRecord
from carbon.records.files.digital import DigitalRecords, read_digital
from carbon.reports.exhibits import digital as digital_exhibits
from carbon.reports.exhibits import digital_page, governance
from carbon.reports.exhibits import intervals as interval_words
from carbon.reports.exhibits import trajectory as trajectory_exhibits
from carbon.reports.exhibits.actions import levers_of_company, plan_for_next_year
from carbon.reports.exhibits.constant import constants_of, progress_of
from carbon.reports.exhibits.digital import Attempt
from carbon.reports.exhibits.findings import finding_of
from carbon.reports.exhibits.followed import Adopted, actions_at_year_end, adopted_actions
from carbon.reports.exhibits.headline import Constant, Opening
from carbon.reports.exhibits.opening import begin_with, opening_of
from carbon.reports.exhibits.plan import adoption_of, wedges_by_target
from carbon.reports.exhibits.registry import EXHIBITS, Entry
from carbon.reports.exhibits.target_view import TargetView, target_views
from carbon.reports.exhibits.trajectory import changes_of
from carbon.reports.figures import theme
from carbon.reports.figures.drawing import WIDE
from carbon.reports.page.exhibit import Exhibit
from carbon.reports.words.figure_ids import CHART, figure_id
from carbon.reports.words.language import Words
from carbon.reports.words.sentence import Sentence
from carbon.scorecards.company import Indicators

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory
    from carbon.accounting.years.history import Inventories
    from carbon.accounting.years.restated import View

SHEETS = tuple(entry.name for entry in EXHIBITS.values() if entry.sheet)
"""Exhibits of the workbook, in order."""
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


def annual_report(company: str, year: int, *, language: str = "") -> AnnualReport:
    """Return the report of a company's reporting year, with all its earlier years as history.

    language: "en" or "fr"; without it that of the company's params.

    Raises UsageError: `company` is not a slug or `year` not a whole number; a notebook's parameters are checked again.
    """
    if not isinstance(company, str) or not _SLUG.fullmatch(company):
        raise UsageError(f"company must be a short lower-case name, got {company!r}",
                         hint="pass the name of a file in params/, without .yml")
    if not isinstance(year, int) or isinstance(year, bool) or not 1990 <= year <= 2100:
        raise UsageError(f"year must be a whole number like 2024, got {year!r}")
    from carbon.accounting import inventories

    history = inventories(company, until=year)
    inventory = history.inventories[year]
    return AnnualReport(inventory, history, levers_of_company(company), read_digital(company, params=inventory.params),
                        adopted_actions(company), language, tuple(read_plans(company)))


def _method(entry: Entry) -> Callable[..., Exhibit]:
    """Return the method of `AnnualReport` that gives one exhibit."""
    def exhibit(self: AnnualReport, **options: Any) -> Exhibit:
        return self.exhibit(entry.name, **options)

    exhibit.__name__, exhibit.__doc__ = entry.name, entry.about
    exhibit.__qualname__ = f"AnnualReport.{entry.name}"
    return exhibit


@dataclass(frozen=True)
class AnnualReport(HandsOut, Displayed):
    """One company-year for readers. Each exhibit of the registry is a method: `report.scopes()`,
    `report.suppliers(n=5)`.

    inventory: of the year; history: `Inventories` until this year.
    """

    inventory: Inventory
    history: Inventories
    levers: LeverRecords | None = None
    """The company's levers, for the plan that starts next year; None: no plan is shown."""
    digital: DigitalRecords | None = None
    """The company's digital records; None: nothing is shown of fleet, service, trips and indicators."""
    adopted: Adopted | None = None
    """The company's actions and recorded plans; None: no action is shown."""
    language: str = ""
    """Of its words; "": that of the company's params."""
    plans: tuple[PlanRecord, ...] = ()
    """The plans that the company has adopted, oldest first."""

    vars().update({entry.name: _method(entry) for entry in EXHIBITS.values()})
    if TYPE_CHECKING:
        def __getattr__(self, name: str) -> Callable[..., Exhibit]: ...

    def __repr__(self) -> str:
        return one_line(f"AnnualReport({self.inventory.company}, {self.inventory.year}, {self.words.language})")

    def exhibit(self, name: str, **options: Any) -> Exhibit:
        """Return one exhibit by name; the notebook, the page and the workbook show the same one.

        options: of its table, e.g. `n` of "suppliers". Raises UsageError: no exhibit of this name.
        """
        if name not in EXHIBITS:
            raise UsageError(f"{name!r} is not an exhibit", hint=f"one of {', '.join(EXHIBITS)}")
        key = (name, *options.items())
        if key not in self._exhibits:
            self._exhibits[key] = self._made(EXHIBITS[name], options)
        return self._exhibits[key]

    # What exhibits need

    @cached_property
    def words(self) -> Words:
        """The words of the report's language."""
        return Words(self.language or self.inventory.params.language)

    @cached_property
    def digits(self) -> int:
        """Decimals of tonnes, by the size of the company."""
        total = self._table("scopes")["co2e_t"].max()
        return 0 if total >= 10_000 else 1 if total >= 100 else 2 if total >= 1 else 3

    @cached_property
    def view(self) -> View:
        """The history behind everything over several years: restated where an event was significant."""
        return self.history.restated()

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Both totals against last year and the base year."""
        return changes_of(self.inventory, self.view, self.constants)

    @cached_property
    def constants(self) -> dict[int, Constant]:
        """The change of the headline total at constant factors, by earlier year with records."""
        return constants_of(self.inventory, self.history, self.words)

    @cached_property
    def targets(self) -> list[TargetView]:
        """A view of each target, in the order of the params; without a target, of the headline total."""
        return target_views(self.inventory.params, self.view, self.inventory.year, self.words,
                            common=self.history.like_for_like,
                            constant=partial(progress_of, history=self.history, year=self.inventory.year))

    @cached_property
    def named_years(self) -> list[tuple[int, str]]:
        """What the company states of single years, and the events of its boundary."""
        return trajectory_exhibits.named_years(self.inventory, self._table("events"), self.words)

    @cached_property
    def first_target(self) -> str:
        """The target of the first screen; "" where no year has a figure."""
        return next(iter(self._table("years")["target"]), "")

    @cached_property
    def target_names(self) -> dict[str, str]:
        """Target id -> its label in the reader's language."""
        return {t.id: t.label.get(self.words.language) or t.id for t in self.inventory.params.targets}

    @cached_property
    def intervals(self) -> InventoryUncertainty:
        """95 % intervals of the inventory's figures."""
        return self.inventory.uncertainty()

    @cached_property
    def _opening(self) -> Opening:
        """What the report opens with besides its totals, in words."""
        return opening_of(self.inventory, self.words, self.digits, changes=self.changes, targets=self.targets,
                          constants=self.constants, bridge=self._table("bridge"),
                          intervals=self._interval_sentences, accepted_rejects=self._table("accepted_rejects"))

    @cached_property
    def begin(self) -> Markup:
        """What to do first, escaped."""
        return begin_with(self._table("things"), self._table("questions"), self._table("findings"),
                          self.inventory.year, self.words)

    @cached_property
    def _interval_sentences(self) -> list[Sentence]:
        """The intervals of the headline total, of its change and of each gap, and their ends, in words."""
        change = interval_words.change_sentence(self.inventory, self.history, self.words)
        return [*interval_words.interval_sentences(self.inventory, self.intervals, self.words, self.digits),
                *([] if change is None else [change]),
                *interval_words.gap_sentences(self.inventory, self.history, self.targets, self.words),
                *interval_words.end_sentences(self.inventory, self.intervals, self.words)]

    @cached_property
    def _planned(self) -> tuple[CompanyPlan | None, str]:
        """The plan, and why the company's levers give none."""
        try:
            return plan_for_next_year(self.levers, self.history, self.inventory.year), ""
        except CarbonError as error:
            return None, error.what

    @property
    def plan(self) -> CompanyPlan | None:
        """The plan that starts the year after the report; a report of the past does not fail for it."""
        return self._planned[0]

    @cached_property
    def adoption(self) -> str:
        """Whether the plan on the page is the one that the company has adopted."""
        return adoption_of(self.plan, self.plans, self.words)

    @cached_property
    def followed_actions(self) -> ActionsFollowed | None:
        """The company's actions at the end of the year, against the plan adopted before it."""
        return actions_at_year_end(self.adopted, self.inventory, self.history.inventories, self.words.language)

    @cached_property
    def wedges_by_target(self) -> dict[str, pd.DataFrame]:
        """Of each target of the plan: what would be emitted without it, and the cut of each lever."""
        return wedges_by_target(self.plan, self.words.language)

    @cached_property
    def fleet_found(self) -> Attempt[Fleet]:
        """The fleet of the year, or the reason why it is missing."""
        return digital_exhibits.fleet_found(self.digital, self.inventory.year)

    @cached_property
    def services_found(self) -> Attempt[ServicePortfolio]:
        """All digital services of the year, or the reason why they are missing."""
        return digital_exhibits.services_found(self.digital, self.inventory.year)

    @cached_property
    def trips_found(self) -> Attempt[TravelPolicy]:
        """The trips of the year against the company's rule, or the reason why they are missing."""
        return digital_exhibits.trips_found(self.digital, self.inventory)

    @cached_property
    def indicators_found(self) -> Attempt[Indicators]:
        """The indicators of the year, or the reason why they are missing."""
        earlier = {year: of_year for year, of_year in self.history.inventories.items() if year < self.inventory.year}
        return governance.indicators_found(self.digital, self.inventory, self.services_found.result,
                                           self.trips_found.result, self.reconciled_found.result, earlier)

    @cached_property
    def reconciled_found(self) -> Attempt[pd.DataFrame]:
        """The digital tables held against the inventory, or the reason why they are not."""
        return digital_exhibits.reconciled_found(self.digital, self.inventory, self.fleet_found.result,
                                                 self.services_found.result)

    @cached_property
    def contracts_found(self) -> Attempt[pd.DataFrame]:
        """The electricity contracts of the year, or the reason why they are missing."""
        return digital_page.contracts_found(self.digital, self.inventory)

    @cached_property
    def hosts_found(self) -> Attempt[pd.DataFrame]:
        """What is hosted in the year, or the reason why it is missing."""
        return digital_page.hosts_found(self.digital, self.inventory)

    @property
    def year_starts(self) -> str:
        """The first day of the company's reporting years, as month-day."""
        return self.inventory.params.reporting_year_starts

    # How an exhibit is made

    @cached_property
    def _exhibits(self) -> dict[tuple[Any, ...], Exhibit]:
        return {}

    @cached_property
    def _tables(self) -> dict[tuple[Any, ...], pd.DataFrame]:
        return {}

    def _table(self, name: str, **options: Any) -> pd.DataFrame:
        key = (name, *options.items())
        if key not in self._tables:
            entry = EXHIBITS[name]
            self._tables[key] = entry.table(**self._given(entry.needs), **options)
        return self._tables[key]

    def _given(self, needs: tuple[str, ...]) -> dict[str, Any]:
        pairs = (need.partition("=") for need in needs)
        sources = {argument: source or argument for argument, _, source in pairs}
        return {argument: self._table(source) if source in EXHIBITS else getattr(self, source)
                for argument, source in sources.items()}

    def _made(self, entry: Entry, options: dict[str, Any]) -> Exhibit:
        name, table = entry.name, self._table(entry.name, **options)
        if entry.otherwise and table.empty:
            return self.exhibit(entry.otherwise)
        html = None if entry.html is None else entry.html(table, **self._given(entry.html_needs))
        picture, given = None, self._given(entry.figure_needs)
        # Of tonnes that are all unknown there is nothing to draw.
        is_drawn = bool(entry.chart or entry.figure) and not table.empty and not (
            "co2e_t" in table and table["co2e_t"].isna().all())
        if is_drawn and entry.chart is not None:
            picture = partial(entry.chart, table, words=self.words, **given)
        elif is_drawn and entry.figure is not None:
            height = entry.height(table) if callable(entry.height) else entry.height
            picture = partial(self._picture, partial(entry.figure, **given), table, height)
        identifier = "" if picture is None else figure_id(self.inventory, f"{CHART}{name}")
        finding = "" if picture is None else finding_of(name, table, self.words)
        years = self.words.reporting_years(self.year_starts)
        return Exhibit(name, identifier, table, self.words, self.digits, picture, html, finding,
                       years if years and "year" in table else "",
                       after=self.exhibit(entry.after) if entry.after else None)

    def _picture(self, plot: Callable[..., Any], table: pd.DataFrame, height: float, width: float) -> str:
        with theme.style():
            figure, ax = theme.page_figure(height=height, width=theme.WIDTH * width / WIDE)
            plot(table, ax, words=self.words)
            years = self.words.reporting_years(self.year_starts)
            for axes in figure.axes if years and "year" in table else ():
                if not axes.get_xlabel():
                    axes.set_xlabel(years, fontsize="small")
            return theme.svg(figure)
