"""Exhibits of the page on responsible digital that the annual report does not show."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from carbon.digital.company import contracts_of, hosting_of, keeps_services
from carbon.digital.devices.fleet import Fleet
from carbon.digital.travel_policy import TravelPolicy
from carbon.records.files.digital import FOLDER, DigitalRecords
from carbon.reports.exhibits.digital import EMPTY, Attempt, absent, attempted, hidden
from carbon.reports.tables import digital as digital_tables
from carbon.reports.tables import fleet as fleet_tables
from carbon.reports.tables.next_step import step_lines
from carbon.reports.tables.scorecard import indicator_lines
from carbon.reports.words.language import Words
from carbon.scorecards.company import Indicators

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from carbon.accounting.result import Inventory

NEEDED = {"fleet": ("assets", "fleet.yml"), "service": ("service.yml",), "trips": ("digital_policies.yml: travel",),
          "contracts": ("energy_contracts",), "hosts": ("hosting",), "indicators": ("indicators.yml",),
          "purchases": ("it_purchases",)}
"""Part of the page -> the tables and parameter files that it is made of."""


def contracts_found(digital: DigitalRecords | None, inventory: Inventory) -> Attempt[pd.DataFrame]:
    """Return the electricity contracts of the year with both figures of scope 2."""
    has_table = digital is not None and digital.keeps("energy_contracts")
    return attempted(digital if has_table else None,
                     lambda records: contracts_of(records, inventory.year, inventory=inventory))


def hosts_found(digital: DigitalRecords | None, inventory: Inventory) -> Attempt[pd.DataFrame]:
    """Return what is hosted in the year."""
    has_table = digital is not None and digital.keeps("hosting")
    return attempted(digital if has_table else None, lambda records: hosting_of(records, inventory.year))


def host_table(hosting: pd.DataFrame, digital: DigitalRecords, words: Words) -> pd.DataFrame:
    """Return the hosted services against the company's policy."""
    policy = [] if digital.policies is None else digital.policies.hosting
    return digital_tables.host_lines(hosting, policy, words)


def step_table(trips: Attempt[TravelPolicy], fleet: Attempt[Fleet], words: Words) -> pd.DataFrame:
    """Return what one person can do this week; a table without columns where nothing is calculated."""
    table = step_lines(trips.result, fleet.result, words)
    return EMPTY if table.empty else table


def quarter_table(fleet: Fleet, inventory: Inventory, words: Words) -> pd.DataFrame:
    """Return the devices bought by quarter."""
    return fleet_tables.quarter_lines(fleet, words, inventory.params.reporting_year_starts)


def paths_table(indicators: Indicators, words: Words, audience: str) -> pd.DataFrame:
    """Return an audience's indicators with their start, target and progress, without the parts of each figure."""
    lines = indicator_lines(indicators, audience, words)
    return EMPTY if lines.empty else lines.drop(
        columns=["parts", "raw", "covered", "figure_id", "body", "review", "evidence_file"], errors="ignore")


def paths_html(table: pd.DataFrame, attempt: Attempt[Indicators], words: Words) -> Markup | None:
    """Return why there are no indicators; nothing to show where the audience has none."""
    return absent(table, attempt, words) if attempt.result is None else hidden(table)


def services_html(table: pd.DataFrame, attempt: Attempt[Any], words: Words) -> Markup | None:
    """Return why the services could not be calculated; nothing to show where the company keeps none."""
    return absent(table, attempt, words) if attempt.reason else hidden(table)


def story_html(table: pd.DataFrame) -> Markup | None:
    """Return sentences as paragraphs; None for a table without columns, which another exhibit explains."""
    if table.columns.empty:
        return Markup("")
    return Markup('<div class="plain">{}</div>').format(
        Markup("").join(Markup("<p>{}</p>").format(text) for text in table["what"]))


def missing_table(digital: DigitalRecords | None, inventory: Inventory, words: Words) -> pd.DataFrame:
    """Return each part of the page that has no records: shown_part, needed."""
    company, lines = inventory.company, []
    for part, needs in NEEDED.items():
        lacking = [need for need in needs if not _has(digital, need, inventory.year)]
        if lacking:
            lines.append((words(f"digital_page.{part}"), words("text.list").join(
                f"params/{company}/{need}" if ".yml" in need else
                f"data/raw/{company}/{FOLDER}/ ({words.term('kind', need)})" for need in lacking)))
    return pd.DataFrame(lines, columns=["shown_part", "needed"]).astype("str")


def _has(digital: DigitalRecords | None, need: str, year: int) -> bool:
    if digital is None:
        return False
    parameters = {"fleet.yml": digital.fleet, "indicators.yml": digital.indicators,
                  "service.yml": keeps_services(digital, year) or None,
                  "digital_policies.yml: travel": None if digital.policies is None else digital.policies.travel}
    return parameters[need] is not None if need in parameters else digital.keeps(need)


def missing_html(table: pd.DataFrame) -> Markup | None:
    """Return nothing to show where the page lacks nothing."""
    return Markup("") if table.empty else None


def drawn(name: str, **options: Any) -> Callable[..., None]:
    """Return the drawing of an attempt's result by the figure of a name; matplotlib is loaded when it is drawn."""
    def draw(table: pd.DataFrame, ax: Axes, *, words: Words, attempt: Attempt[Any], **needs: Any) -> None:
        from importlib import import_module

        assert attempt.result is not None  # nothing is drawn of a table without lines
        plot = getattr(import_module("carbon.reports.figures.digital"), name)
        plot(attempt.result, *needs.values(), *options.values(), ax=ax, words=words)

    return draw


def longer_table(fleet: Fleet, words: Words) -> pd.DataFrame:
    """Return what a longer life changes; a table without columns where no life is longer than today's."""
    table = fleet_tables.longer_lines(fleet, words)
    return EMPTY if table.empty else table


def exits_table(fleet: Fleet, words: Words) -> pd.DataFrame:
    """Return the devices that left; a table without columns where none did."""
    return EMPTY if fleet.exits.empty else fleet_tables.exit_lines(fleet, words)
