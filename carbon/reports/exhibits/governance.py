"""What a report answers for: sign-off, evidence, targets by ruleset, indicators and commitments."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from carbon.core.periods import reporting_year
from carbon.digital.services.portfolio import ServicePortfolio
from carbon.digital.travel_policy import TravelPolicy
from carbon.records.files.digital import DigitalRecords
from carbon.reports.exhibits import target_view
from carbon.reports.exhibits.digital import EMPTY, Attempt, absent, attempted
from carbon.reports.tables import governance as tables
from carbon.reports.tables.scorecard import datapoint_lines, violation_lines
from carbon.reports.words.language import Words
from carbon.scorecards.commitments import commitments_table, reviewers_table
from carbon.scorecards.company import Indicators, indicators_of
from carbon.trajectory.situation import situation

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory
    from carbon.accounting.years.history import Inventories

_STEPS = {"verify": "carbon verify data/processed/{of}", "review": "carbon review {of}",
          "sample": "carbon audit {of} --sample 25 --seed …",
          "sign": "carbon review {of} --sign accepted --by … --note …"}
"""What comes before a signature, in order, with what to type."""


def signoff_table(inventory: Inventory, words: Words) -> pd.DataFrame:
    """Return how the report is signed (text, command): it was published before anyone could sign it."""
    of = f"{inventory.company}/{inventory.year}"
    where_signed = words("signoff.text", path=f"data/ledger/{inventory.company}/signatures.jsonl")
    return pd.DataFrame({"text": [words(f"signoff.{step}") for step in _STEPS] + [where_signed],
                         "command": [command.format(of=of) for command in _STEPS.values()] + [""]})


def signoff_html(table: pd.DataFrame) -> Markup:
    """Return the steps, each with its command as a note that does not print, and where signatures are."""
    *steps, (where_signed, _) = table.itertuples(index=False, name=None)
    items = Markup("").join(Markup('<li>{}<p class="trace"><code>{}</code></p></li>').format(*step) for step in steps)
    return Markup('<ol class="signoff">{}</ol><p class="signoff">{}</p>').format(items, where_signed)


def evidence_table(inventory: Inventory, history: Inventories, coverage: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return what the identity of the published version covers, as known before publication (what, value)."""
    sources, years = inventory.sources, sorted(history.inventories)
    rows, of_year = int(sources["rows_read"].sum()), int(coverage["read"].sum())
    texts: dict[str, dict[str, object]] = {
        "files": {"files": words.number(len(sources), 0), "rows": words.number(of_year, 0),
                  "others": words.number(rows - of_year, 0)},
        "years": {"years": words("text.list").join(map(str, years))},
        "factors": {"release": inventory.params.factors.release, "factors": len(inventory.factors),
                    "publications": len(inventory.factor_sources)},
        "identity": {}}
    return pd.DataFrame({"what": [words(f"evidence_of.{name}") for name in texts],
                         "value": [words(f"evidence_of.{name}.text", **numbers) for name, numbers in texts.items()]})


def rulesets_table(inventory: Inventory, history: Inventories, targets: list[target_view.TargetView],
                   words: Words) -> pd.DataFrame:
    """Return each target of the company under the rulesets at the end of the reporting year: `ruleset_lines`."""
    _, last = reporting_year(inventory.year, inventory.params.reporting_year_starts)
    labels = [(view.label, view.course.target) for view in targets if view.course.target is not None]
    situations = [(label, target, target_view.attempted(partial(situation, target, history))[0])
                  for label, target in labels]
    return tables.ruleset_lines(situations, last.date(), words)


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
