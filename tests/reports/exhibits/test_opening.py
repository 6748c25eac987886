"""What a report opens with: the answer, what moved it, how sure it is, what to do or to ask for next."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from text_of_page import text_of

from carbon.emissions.uncertainty.shown import decimals_of
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.opening import _moved, begin_with
from carbon.reports.tables.bridge import bridge_table
from carbon.reports.tables.plan import plan_table
from carbon.reports.words.language import Words


def test_the_opening_says_both_totals_the_gap_the_chance_and_the_bridge(small, page):
    """Both scope 2 figures and the gap with their ids, a chance in words for each target, the largest steps with
    signs.
    """
    found = page(str(small.headline().html))
    text, words = "".join(found.text), small.words
    gap = small.history.restated().series(["1", "2"], "location-based")
    steps = small.bridge().table.dropna(subset="change_t")
    largest = steps.loc[steps["change_t"].abs().idxmax()]

    assert {f"petit-studio/2025/{n}" for n in ("total-location", "total-market", "gap")} <= set(found.figures)
    # 2019 x (1 - 0.42 x 6 / 11): the first target's pathway six years after its base year.
    assert found.figures["petit-studio/2025/gap"] == [pytest.approx(
        (gap[2025] - gap[2019] * (1 - 0.42 * 6 / 11)) / 1000, abs=1e-9)]
    assert text.count("si la tendance se poursuit") == 2
    assert f"{largest['step']} ({words.signed(largest['change_t'], small.digits)} t)" in text


def test_the_first_screen_opens_with_three_sentences(small):
    """What happened with its interval, the change with its largest causes, and where the target is: no more."""
    lead = re.search(r'<p class="answer">(.*?)</p>', str(small.headline().html))[1]
    first, change, target = re.split(r"(?<=\.) (?=[A-Z])", lead)
    assert "intervalle à 95" in first and first.endswith("t).")
    assert change.startswith("C’est à peu près autant qu’en 2024") and change.count(" t)") == 2
    assert target.startswith("Hors trajectoire en 2025")


def test_the_interval_of_the_opening_is_that_of_the_table(small, page):
    """95 % of the headline total with two digits, as the table of doubts gives it, with the total inside."""
    line = small.uncertainty().table.set_index("figure").loc["total-location"]
    low, high = (small.words.number(line[c], decimals_of(line[c])) for c in ("low_t", "high_t"))

    assert f"entre {low} et {high} t CO₂e" in text_of(page, small.headline())
    assert line["low_t"] < line["co2e_t"] < line["high_t"]


def test_the_biggest_things_are_the_levers_that_cut_most(small, page):
    """Three levers of the plan by tonnes of its last year, largest first, in the reader's language."""
    table = plan_table(small.plan, language="fr").sort_values("cut_t", ascending=False)
    text = text_of(page, small.things()).partition(small.words("exhibit.things"))[2]

    assert small.things().name == "things"
    assert sorted(small.actions().table["action"]) == sorted(table["label"])
    assert [text.index(label) for label in table["label"].head(3)] == sorted(
        text.index(label) for label in table["label"].head(3))
    assert all(label not in text for label in table["label"].iloc[3:])


def test_the_first_screen_has_each_target_in_words_and_one_action(small, page):
    """How much, by when, from which year, in which scopes and their share of the total; the first line of what starts
    next year, above what a page has below its charts.
    """
    first, mark, _ = str(small.headline().html).partition('<div class="later">')
    text = " ".join("".join(page(first).text).split())
    assert mark and "en dessous du niveau permis cette année ; objectif : −42 % d’ici 2030 par rapport à 2019 (" in text
    assert "(scopes 1 et 2, 11 % du total)" in text and "(scope 3, 89 % du total)" in text
    what = " ".join(small.things().table["what"].iloc[0].split())
    assert f"{small.words('exhibit.now', year=2026)} : {what}" in text


def test_what_to_do_first_is_the_plan_s_else_where_most_is_and_what_to_ask():
    """Without a plan the largest part, the first question and how a plan is made; without a figure nothing."""
    words, none = Words("en"), pd.DataFrame({"heading": [], "what": [], "figure": [], "exhibit": []})
    plan = pd.DataFrame({"heading": ["To do in 2025"], "what": ["Heat pump."]})
    ask = pd.DataFrame({"what": ["Quantities of flights."]})
    found = pd.DataFrame({"figure": ["+3 t", "61%"], "what": ["Growth", "Purchases"],
                          "exhibit": ["bridge", "categories"]})
    link = ' <a href="#actions">No plan for 2025: how to make one</a></p>'
    largest = '<p class="next"><strong>Where to begin</strong>: Purchases (61%).'
    asked = " <strong>First to ask for</strong>: Quantities of flights."
    assert begin_with(plan, ask, found, 2024, words) == '<p class="next"><strong>To do in 2025</strong>: Heat pump.</p>'
    assert begin_with(none, ask, found, 2024, words) == largest + asked + link
    assert begin_with(none, none, found, 2024, words) == largest + link
    assert begin_with(none, ask.head(0), found.head(1), 2024, words) == ""


def test_without_a_plan_the_opening_asks(report, page):
    """The answers that would narrow the total most, with the tonnes that rest on them, and no cause that none could
    help.
    """
    asks = report.asks().table
    text = text_of(page, report.things())

    assert report.things().name == "questions"
    assert len(asks) > 3 and asks["narrows_share"].is_monotonic_decreasing
    assert all(ask in text for ask in asks["ask"].head(3)) and asks["ask"].iloc[3] not in text
    assert "nothing" not in " ".join(asks["ask"])


def test_a_company_without_emissions_has_no_interval_and_no_question(make, report_of, page):
    """Nothing counted: the opening says so, no interval is invented, no heading stands over nothing."""
    inventory = make()
    for name in ("emissions", "activities"):
        object.__setattr__(inventory, name, getattr(inventory, name).head(0))
    empty = report_of(inventory)

    assert empty.asks().table.empty and empty.uncertainty().table.empty
    assert str(empty.things().html) == ""
    assert "No emissions were counted" in text_of(page, empty.headline())
    assert "95%" not in text_of(page, empty.headline())


def test_steps_without_change_are_not_named(small):
    """A bridge whose steps are all zero or unknown leaves no sentence."""
    still = AnnualReport(small.inventory, small.history)
    table = bridge_table(small.history.bridge(2024, 2025, scope2_method="location-based", driver="none"))

    assert _moved(table.assign(change_t=0.0), 2025, still.words, still.digits) == ""
    assert pd.isna(table["change_t"]).any()


def test_what_parts_two_changes_is_among_the_causes(small):
    """The two largest steps, and the largest of those outside the change at constant factors where neither is one."""
    bridge = pd.DataFrame({"step": ["growth", "intensity", "rates", "grid"], "change_t": [3.0, -4.0, -2.0, 1.0]})
    causes = [str(_moved(bridge, 2025, Words("en"), 1, parted))
              for parted in ((), ("rates", "grid"), ("growth", "grid"))]
    two = "; the published change comes mainly from intensity (−4.0 t) and growth (+3.0 t)"
    assert causes == [two, two.replace(" and growth (+3.0 t)", "; growth (+3.0 t) and rates (−2.0 t)"), two]


def test_a_company_without_a_target_has_no_gap(make, report_of):
    """Nothing is held against what nobody stated: neither a gap of the total nor a verdict."""
    report = report_of(make(targets=[]))
    lead = str(report.headline().html)
    assert report._opening.gaps == () and "Gap to target" not in lead and "track" not in lead


def test_what_a_restatement_has_in_both_years_is_no_cause_of_the_change():
    """The boundary moved the published totals, and the restated ones differ by the rest alone."""
    steps = pd.DataFrame({"step": ["intensity"], "change_t": [-4.0]})
    causes = _moved(steps, 2025, Words("en"), 1, key="hero.moved_restated")
    assert str(causes) == "; it comes mainly from intensity (−4.0 t)"
