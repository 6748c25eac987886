"""Indicators and commitments in a report: what is shown of them to whom, and what is hidden with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from carbon.core.periods import reporting_year
from carbon.digital.services.portfolio import ServicePortfolio
from carbon.digital.travel_policy import TravelPolicy
from carbon.records.files.digital import DigitalRecords
from carbon.reports.exhibits.digital import EMPTY, Attempt, absent, attempted
from carbon.reports.tables import governance as tables
from carbon.reports.tables.scorecard import datapoint_lines, violation_lines
from carbon.reports.words.language import Words
from carbon.scorecards.commitments import commitments_table, reviewers_table
from carbon.scorecards.company import Indicators, indicators_of

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory


def indicators_found(digital: DigitalRecords | None, inventory: Inventory, services: ServicePortfolio | None,
                     trips: TravelPolicy | None, reconciled: pd.DataFrame | None,
                     earlier: Mapping[int, Inventory]) -> Attempt[Indicators]:
    """Return the indicators of the inventory's year, of what is computed already."""
    has_records = digital is not None and digital.indicators is not None
    return attempted(digital if has_records else None, lambda records: indicators_of(
        records, inventory.year, inventory=inventory, services=services, trips=trips, reconciled=reconciled,
        earlier=earlier))


def scorecard_html(table: pd.DataFrame, attempt: Attempt[Indicators], words: Words) -> Markup | None:
    """Return why there are no indicators; nothing where none is of this audience; None shows the table."""
    return Markup("") if attempt.result is not None and table.empty else absent(table, attempt, words)


def rules_table(attempt: Attempt[Indicators], words: Words) -> pd.DataFrame:
    """Return each broken rule of the indicators; a table without columns where there is none."""
    found = attempt.result
    return EMPTY if found is None or found.violations.empty else violation_lines(found, words)


def datapoints_table(attempt: Attempt[Indicators], words: Words) -> pd.DataFrame:
    """Return the regulatory datapoints that indicators feed; a table without columns where none does."""
    lines = EMPTY if attempt.result is None else datapoint_lines(attempt.result, words)
    return EMPTY if lines.empty else lines


def commitments_lines(digital: DigitalRecords | None, inventory: Inventory, attempt: Attempt[Indicators],
                      words: Words) -> pd.DataFrame:
    """Return each objective in its adopted words next to its verdict; without a file, a table without columns."""
    if digital is None or digital.commitments is None:
        return EMPTY
    _, last = reporting_year(inventory.year, inventory.params.reporting_year_starts)
    verdicts = commitments_table(digital.commitments, attempt.result, digital.tables.get("criteria"), on=last.date(),
                                 language=words.language)
    return tables.commitment_lines(verdicts, attempt.result, words)


def reviewers_lines(digital: DigitalRecords | None, inventory: Inventory, words: Words) -> pd.DataFrame:
    """Return committees and verifiers with the age of their last opinion; without any, a table without columns."""
    if digital is None or digital.commitments is None:
        return EMPTY
    _, last = reporting_year(inventory.year, inventory.params.reporting_year_starts)
    reviewers = reviewers_table(digital.commitments, on=last.date(), language=words.language)
    return EMPTY if reviewers.empty else tables.reviewer_lines(reviewers, words)
