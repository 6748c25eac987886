"""What was expected of a company-year and what does not fit, from its measures and those of the years before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting import views
from carbon.accounting.expectations.acceptance import accepted_of, fails_of
from carbon.accounting.expectations.answered import answers_of, boundary_explained
from carbon.accounting.expectations.bands import KEY, expectations_of
from carbon.accounting.expectations.breaches import BREACHES, breach_lines
from carbon.accounting.expectations.held import held_of
from carbon.accounting.expectations.together import with_together
from carbon.accounting.expectations.words import listed, message, refusal
from carbon.accounting.inventory_tables import InventoryTables
from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import BreachError
from carbon.core.ghg_protocol import SCOPES
from carbon.core.ledgers import EVENTS
from carbon.core.text_columns import lines_of, records_of, text_array
from carbon.params.shapes.boundary import NOT_REPORTED, Answer

LISTED = 0.01
"""Share of its scope from which a breach is listed: what moves a headline figure by one percent."""


@dataclass(frozen=True, eq=False, repr=False)
class Past(HandsOut, Displayed):
    """Measures of the years before, what they have records of, and the years that could not be read."""

    measures: Mapping[int, pd.DataFrame] = field(default_factory=dict)
    unread: Mapping[int, str] = field(default_factory=dict)
    """Year -> why."""
    presence: Mapping[int, pd.DataFrame] = field(default_factory=dict)
    """`boundary.presence.PRESENCE` by year."""
    events: pd.DataFrame = field(default_factory=EVENTS.empty)
    """The company's ledger of base-year events."""


@dataclass(frozen=True, eq=False, repr=False)
class Expected(HandsOut, Displayed):
    """What was expected of a year: its `MEASURES`, and `BREACHES`, most at stake first.

    table: `EXPECTATIONS` with what holds the emissions of an amount (`held_against`) and, out of the band, its `breach`
    in words; years: before, by which the bands are made; warned: (code, text) of breaches that are not accepted,
    acceptances that accept nothing, years that could not be read.
    """

    measures: pd.DataFrame
    table: pd.DataFrame
    breaches: pd.DataFrame
    years: tuple[int, ...]
    warned: tuple[tuple[str, str], ...]

    def lines(self) -> list[dict[str, Any]]:
        """Return the breaches as plain values, a mapping each."""
        return records_of(self.breaches)

    def listed(self) -> list[dict[str, Any]]:
        """Return the breaches as summaries have them (`words.listed`)."""
        return [listed(line) for line in self.lines()]

    def refuse(self, company: str, year: int) -> None:
        """Raise BreachError where a breach is too large to be published and nobody accepted it by name."""
        refused = [line for line in self.lines() if line["fails"] and not line["accepted"]]
        if refused:
            what, hint = refusal(refused, company, year)
            raise BreachError(what, hint=hint, breaches=self.listed())


def expected_of(inventory: InventoryTables, measures: pd.DataFrame, past: Past,
                presence: Callable[[], pd.DataFrame] = pd.DataFrame) -> Expected:
    """Return what the years before let expect of an inventory with these `MEASURES`, and its breaches.

    presence: gives its `PRESENCE`, by which answers on the boundary are taken out of the years before.
    """
    answers = _answers(inventory, past)
    table = boundary_explained(measures, past.measures, past.presence, presence(), answers) if answers else (
        expectations_of(measures, past.measures))
    table = with_together(table, inventory.params, inventory.year, [*past.measures])
    headline, by_scope = _totals(inventory)
    least = {scope: LISTED * kg for scope, kg in {"": headline, **by_scope}.items()}
    breaches, params = breach_lines(table, least_kg=least), inventory.params
    fails = fails_of(breaches, least_kg=params.breach_share * headline)
    accepted, idle = accepted_of(breaches, params.expected, year=inventory.year,
                                 year_starts=params.reporting_year_starts)
    breaches = [{**line, "fails": is_failure, "accepted": reason}
                for line, is_failure, reason in zip(breaches, fails, accepted, strict=True)]
    texts = [message(line, inventory.year) for line in breaches]
    warned = [(line["code"], text) for line, text in zip(breaches, texts, strict=True) if not line["accepted"]]
    unread = [("past_unread", f"{year} could not be read, and nothing is compared with it: {why}")
              for year, why in past.unread.items()]
    table = table.assign(held_against=text_array(held_of(table).against()))
    return Expected(measures, _with_breach(table, breaches, texts), BREACHES.of(breaches), tuple(sorted(past.measures)),
                    (*warned, *idle, *unread))


def _answers(inventory: InventoryTables, past: Past) -> list[Answer]:
    """Return what params and the ledger of events state of the boundary up to this year."""
    params = inventory.params
    return [a for a in (*params.boundary, *answers_of(past.events, params.reporting_year_starts))
            if a.year <= inventory.year and a.word != NOT_REPORTED]


def _totals(inventory: InventoryTables) -> tuple[float, dict[str, float]]:
    """Return the size of the headline total and of each scope in it [kg CO2e]; signs do not cancel."""
    rows = views.counted_rows(inventory.emissions, scope2_method=inventory.params.scope2_headline)
    by_scope = dict.fromkeys(SCOPES, 0.0) | {scope: abs(kg) for scope, kg in rows.sums(["scope"], "co2e_kg").items()}
    return float(np.sum(list(by_scope.values()))), by_scope


def _with_breach(table: pd.DataFrame, breaches: Sequence[Mapping[Any, Any]], texts: list[str]) -> pd.DataFrame:
    """Add the words of its breach to each measure, "" without one; measures with a breach first."""
    words = {tuple(line[name] for name in KEY): text for line, text in zip(breaches, texts, strict=True)}
    breach_words = [words.get(key, "") for key in lines_of(table, KEY)]
    out = table.assign(breach=text_array(breach_words))
    return out.iloc[np.argsort([not text for text in breach_words], kind="stable")].reset_index(drop=True)
