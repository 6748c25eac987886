"""What to do next."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.reports.exhibits import actions
from carbon.reports.words.language import Words


def test_a_plan_for_other_years_is_not_this_years(small):
    """A report of 2024 shows no plan that starts in 2026; a company without levers.yml shows none."""
    assert small.levers.file.plan.first_year == 2026
    assert actions.plan_for_next_year(small.levers, small.history, 2024) is None
    assert actions.plan_for_next_year(None, small.history, 2025) is None
    assert actions.levers_of_company("no-such-company") is None


def test_a_doubt_is_worth_what_the_inventory_says(report):
    """Tonnes and narrowing of an ask are those of the inventory's own table of contributions."""
    own = report.inventory.uncertainty().contributions("total-market")
    own = own[(own["share"] > 0) & ~own["ask"].str.startswith("nothing")].head(8)

    assert report.asks().table["co2e_t"].tolist() == (own["kg"] / 1000).tolist()
    assert report.asks().table["narrows_share"].tolist() == own["narrows"].tolist()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("source", "shown"), [
    ("factor:abc", "Gas"), ("activity data:physical average/air/great circle", ""),
    ("activity data:spend/ACME/x", "ACME"), ("model choice:region fallback FR>GB", "GB"),
    ("model choice:vintage 2023", "2023"), ("model choice:gwp unstated", ""),
    ("model choice:grid average FR", "FR"), ("price index:not deflated, prices of 2023", ""),
    ("exchange rate:year_mean GBP>EUR", "GBP → EUR"), ("meter:measured/M-1", "M-1"),
    ("supplier estimate:estimated/ACME", "ACME"), ("survey scale-up:extrapolated/commuting", "commuting")])
def test_every_kind_of_doubt_is_asked_for_in_words(source: str, shown: str, language: str):
    """No id of a source of doubt reaches a reader; what it is of does."""
    text = actions._ask(source, pd.Series({"abc": "Gas"}), Words(language))

    assert shown in text
    assert not any(raw in text for raw in (":", "_", "/", ">", "model choice", "fallback", "deflated", "unstated"))
