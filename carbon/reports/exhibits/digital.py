"""Responsible digital in a report: fleet, service, train or plane.

Without such a table or parameter file the page states that; a part that cannot be computed gives its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import pandas as pd
from markupsafe import Markup

from carbon.core.errors import CarbonError
from carbon.digital import company
from carbon.digital.devices.fleet import Fleet
from carbon.digital.reconciliation import ASKED, TOLERANCE
from carbon.digital.services.portfolio import ServicePortfolio
from carbon.digital.travel_policy import TravelPolicy
from carbon.records.files.digital import DigitalRecords
from carbon.reports.tables import digital as digital_tables
from carbon.reports.words.language import Words, term_key, typeset_french
from carbon.reports.words.phrases import phrase
from carbon.scorecards.company import Indicators

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

Made = TypeVar("Made")
EMPTY = pd.DataFrame()


class Attempt(NamedTuple, Generic[Made]):
    """What was made of the records; else None and why it could not, "" where the company keeps no such thing."""

    result: Made | None
    reason: str


def fleet_found(digital: DigitalRecords | None, year: int) -> Attempt[Fleet]:
    """Return the fleet of the year."""
    has_records = digital is not None and digital.fleet is not None and digital.keeps("assets")
    return attempted(digital if has_records else None, lambda records: company.fleet_of(records, year))


def services_found(digital: DigitalRecords | None, year: int) -> Attempt[ServicePortfolio]:
    """Return all digital services of the year: of the tables `services` and `service_uses`, and of service.yml."""
    has_records = digital is not None and company.keeps_services(digital, year)
    services = attempted(digital if has_records else None, lambda records: company.service_portfolio_of(records, year))
    reasons = [] if services.result is None else services.result.by_service["reason"].tolist()
    return Attempt(None, reasons[0]) if len(reasons) == 1 and reasons[0] else services


def trips_found(digital: DigitalRecords | None, inventory: Inventory) -> Attempt[TravelPolicy]:
    """Return the trips of the inventory's year against the company's rule."""
    has_rule = digital is not None and digital.policies is not None and digital.policies.travel is not None
    return attempted(digital if has_rule else None,
                    lambda records: company.travel_policy_of(records, inventory.year, inventory=inventory))


def reconciled_found(digital: DigitalRecords | None, inventory: Inventory, fleet: Fleet | None,
                     services: ServicePortfolio | None) -> Attempt[pd.DataFrame]:
    """Return the digital tables of the inventory's year, and its fleet, held against it."""
    return attempted(digital, lambda records: company.reconciliation_of(
        records, inventory, fleet=fleet, services=services))


def reconciled_table(attempt: Attempt[pd.DataFrame], words: Words) -> pd.DataFrame:
    """Return what the company states twice, with both figures and the cause of a difference; what disagrees first."""
    if attempt.result is None or attempt.result.empty:
        return EMPTY
    lines = attempt.result.sort_values("agrees", kind="stable").reset_index(drop=True)
    return pd.DataFrame({
        "what": [words("reconciled.of", what=words.term("reconciled", what), item=words.term("device", item))
                 if item else words.term("reconciled", what)
                 for what, item in zip(lines["what"], lines["item"], strict=True)],
        "digital_figure": lines["digital"], "digital_source": [words.term("kind", kind) for kind in lines["table"]],
        "other_figure": lines["other"], "other_source": [words.term("kind", kind) for kind in lines["other_table"]],
        "unit": [words.unit(unit) for unit in lines["unit"]],
        "verdict": [words("reconciled.asked" if cause in ASKED else "reconciled.differs" if not agrees else
                          "reconciled.agrees" if abs(by) <= TOLERANCE else "reconciled.compatible")
                    for agrees, by, cause in lines[["agrees", "difference_share", "cause"]].itertuples(index=False)],
        "cause": [words(f"reconciled_cause.{term_key(cause)}", detail=typeset_french(detail)) if cause else ""
                  for cause, detail in zip(lines["cause"], lines["detail"], strict=True)]})


def files_table(digital: DigitalRecords | None, attempt: Attempt[Indicators], words: Words) -> pd.DataFrame:
    """Return each file of the digital folder that is refused or has rejects, and each table that gives no measure,
    with the first reason and what to do; a table without columns where there is none.
    """
    if digital is None:
        return EMPTY
    lines = [(file_read.name, words.term("kind", file_read.kind), file_read.rows_read, file_read.rows_rejected,
              file_read.rejects["reason"].iloc[0], file_read.rejects["what_to_do"].iloc[0])
             for file_read in digital.reads if file_read.rows_rejected]
    failed = attempt.result.failed if attempt.result is not None else ()
    for name, kind, what, remedy in (*((*why.what.partition(": ")[:1], kind, why.what.partition(": ")[2],
                                        why.what_to_do) for kind, why in digital.refused.items()),
                                     *((name, name, error.what, error.hint) for name, error in failed)):
        lines.append((name, words.term("kind", kind), 0, 0, what, remedy))
    if not lines:
        return EMPTY
    return pd.DataFrame([(*line, phrase(what, words.language), phrase(remedy, words.language))
                         for *line, what, remedy in lines],
                        columns=["source_file", "kind", "rows_read", "rejected", "reason", "what_to_do"])


def attempted(records: DigitalRecords | None, make: Callable[[DigitalRecords], Made]) -> Attempt[Made]:
    """Return what is made of the records, or why it could not be; nothing of a company without such records."""
    try:
        return Attempt(None if records is None else make(records), "")
    except CarbonError as error:
        return Attempt(None, error.what)


def lines_of(make: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """Return the table function of an attempt: the lines of its result; without one, a table without columns."""
    def table(attempt: Attempt[Any], **needs: Any) -> pd.DataFrame:
        return EMPTY if attempt.result is None else make(attempt.result, **needs)

    return table


def absent(table: pd.DataFrame, attempt: Attempt[Any], words: Words) -> Markup | None:
    """Return why there is nothing: not kept, or what failed; None where there is a result."""
    if attempt.result is not None:
        return None
    reason = phrase(attempt.reason, words.language)
    text = words("digital.failed", reason=reason) if attempt.reason else words("digital.not_kept")
    return Markup('<p class="muted">{}</p>').format(text)


def hidden(table: pd.DataFrame) -> Markup | None:
    """Return nothing to show for a table without columns: another exhibit gives the reason."""
    return Markup("") if table.columns.empty else None


def rule_table(trips: TravelPolicy, words: Words) -> pd.DataFrame:
    """Return the company's rule and how it was kept, in a sentence (what)."""
    return pd.DataFrame({"what": [digital_tables.rule_text(trips, words)]})


def rule_html(table: pd.DataFrame, attempt: Attempt[TravelPolicy], words: Words) -> Markup | None:
    """Return the sentence of `rule_table`, or the reason why it is missing."""
    if attempt.result is None:
        return absent(table, attempt, words)
    return Markup('<p class="plain">{}</p>').format(table["what"].iloc[0])


def threshold_table(trips: TravelPolicy) -> pd.DataFrame:
    """Return what another threshold would avoid; a table without columns where no trip was taken."""
    table = digital_tables.thresholds_table(trips)
    return EMPTY if trips.table.empty else table[[c for c in table if c != "trips_not_covered"]]
