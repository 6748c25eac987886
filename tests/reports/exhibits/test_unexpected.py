"""The first page of each audience states what to check, or that nothing was compared."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from breaches_found import GONE, MONTHS, PRICE, SHARE, SOLD, breaches
from text_of_page import text_of

from carbon.reports.exhibits.annual import AnnualReport


def of(report: AnnualReport, found: pd.DataFrame) -> AnnualReport:
    """The report of the same inventory with these breaches."""
    return AnnualReport(dataclasses.replace(report.inventory, found=found), report.history)


def test_three_breaches_by_tonnes_and_how_many_more(report, page):
    """Of five, the three with most at stake are in words, largest first; the rest is counted, with a link to the
    table of the page.
    """
    made = of(report, breaches(PRICE, SHARE, {}, SOLD, GONE))
    text, public = text_of(page, made.headline()), text_of(page, made.plain())

    at = [text.index(part) for part in ("Natural gas: amount", "supplier Conseil Exemple", "Travel, Air: no records")]
    assert at == sorted(at) and text.index("To check") < at[0] < text.index("headline figure")
    assert "And 2 more, in the table." in text and 'href="#table-breaches"' in str(made.headline().html)
    assert "And 2 more." in public and "href" not in str(made.plain().html)
    assert "Purchases: amount 210,000" in public and "supplier Conseil Exemple" not in public


def test_accepted_breaches_are_counted_and_listed_with_their_reason(report, page):
    """An accepted breach is in no sentence: its number is, and the table has its reason."""
    reason = "a second meter since March (A. Martin, 2025-02-01)"
    made = of(report, breaches(MONTHS, {"accepted": reason}))
    text = text_of(page, made.headline())

    assert "months with records 9" in text and "Natural gas: amount" not in text
    assert "checked and accepted, with its reason: 1." in text
    assert made.breaches().table["accepted"].tolist() == ["", reason]
    assert reason in made.breaches()._repr_html_()


def test_without_a_past_the_page_states_that_nothing_was_compared(report, page):
    """No earlier year was read: both openings state it, and no page claims that all is as expected."""
    for exhibit in (report.headline(), report.plain()):
        text = text_of(page, exhibit)
        assert "No amount, price or month was compared with earlier years" in text
        assert "out of line" not in text and "To check" not in text


def test_with_a_past_and_nothing_out_of_line_the_page_states_what_was_compared(small, page):
    """An example company has three earlier years and no breach."""
    text = text_of(page, small.headline())
    assert "Années antérieures comparées : 3. Aucun montant" in text.replace("\u00a0", " ")


@pytest.mark.parametrize("name", ["breaches", "expectations"])
def test_the_tables_are_on_the_pages_of_those_who_steer(name: str):
    """The breaches also for those who answer for the report; neither for the public."""
    from carbon.reports.exhibits.registry import is_shown

    assert is_shown(name, "performance") and not is_shown(name, "public")
    assert is_shown(name, "governance") == (name == "breaches")
