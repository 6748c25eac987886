"""The opening in one sentence and cards."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from pages_at_random import YEAR, allows, inventory_of, numbers, opening_of, openings, read, total_of

from carbon.core.errors import SentenceError, TableError
from carbon.reports.exhibits import headline as headline_module
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.headline import _total, compared, hero, tonnes_by_figure, verdict
from carbon.reports.exhibits.unexpected import left_out
from carbon.reports.tables.inventory import headline_table
from carbon.reports.words.language import Words
from carbon.reports.words.sentence import items


def test_rejects_stand_on_the_first_page_with_their_amount(report, page):
    """500 km of rail travel were rejected and accepted as such: the opening says so."""
    opening = "".join(page(str(report.headline().html)).text)

    assert "Rail, km: 500" in opening
    assert "33.33%" in opening and "limit: 40.00%" in opening


def test_what_is_left_out_beyond_the_limit_is_above_the_charts(report):
    """2 % of the rows where 1 % is accepted, and a third where 40 % is: with the figures; 2 % of 40 %: below the
    charts.
    """
    line = {"kind": ["travel"], "unit": ["rows"], "rejected": [1.0]}
    for share, limit, above in ((0.02, 0.01, True), (1 / 3, 0.4, True), (0.02, 0.4, False)):
        opening = dataclasses.replace(report._opening, rejects=pd.DataFrame(
            line | {"share": [share], "accepted_share": [limit]}))
        first, _, below = str(hero(report.headline().table, report.inventory, opening)).partition('class="later"')
        assert ("Left out of the total" in first, "Left out of the total" in below) == (above, not above)


@pytest.mark.parametrize(("gap", "text"), [(-0.1, "below what the target"), (0.0, "exactly what the target"),
                                           (0.1, "above what the target"), (float("nan"), "no pathway")])
def test_a_gap_is_above_below_or_exactly_what_is_allowed(report, gap: float, text: str):
    """No "on or below": the figure is known, and its card states which."""
    opening = dataclasses.replace(report._opening, gaps=(("all", gap),), unjudged=())
    assert text in str(hero(report.headline().table, report.inventory, opening))


NAN = float("nan")


@pytest.mark.parametrize(("gaps", "unjudged", "text"), [
    ([-1.0, 4.29], (), "Off track in 2024: 4.29 t above what the target “b” allows."),
    ([1.0, 4.29, -2.0], (), "Off track in 2024 with 2 of 3 targets; the furthest is “b”: 4.29 t above what it allows."),
    ([-1.0, 0.0], (), "On track in 2024 with every target."), ([-1.0, NAN], (), ""), ([-1.0, 3.0], ("b",), ""),
    ([2.0, NAN], (), "Off track in 2024: 2.00 t above what the target “a” allows."), ([], (), "")])
def test_the_verdict_names_the_target_that_is_missed_most(report, gaps, unjudged, text):
    """Every target has to be judged before all are called met; one that cannot be is never called missed."""
    named_gaps = tuple(zip("abc", gaps, strict=False))
    opening = dataclasses.replace(report._opening, gaps=named_gaps, unjudged=unjudged, based=())
    assert verdict(2024, opening) == text


@pytest.mark.parametrize(("total", "track"), [(40.0, True), (0.0, False), (-3.0, False)])
def test_zero_and_a_negative_total_are_no_way_to_a_target(report, total, track):
    """Zero, or more credit notes than purchases, is below every pathway and on track with none."""
    headline = report.headline().table.copy()
    headline.loc[headline["figure"].str.startswith(("total", "scope")), "co2e_t"] = 0.0 if track else total
    headline.loc[headline["figure"].str.startswith(("total", "scope3")), "co2e_t"] = total
    opening = dataclasses.replace(report._opening, gaps=(("a", -1.0),), unjudged=(), based=(), ends=None,
                                  changes=report._opening.changes.iloc[:0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(headline_module, "checks", lambda *_: ("", ""))
        assert ("On track" in str(hero(headline, report.inventory, opening))) == track


@pytest.mark.parametrize(("figures", "same"), [((42.71, 42.72), True), ((42.71, 42.77), False), ((NAN, NAN), False)])
def test_two_totals_that_look_alike_are_said_to_be_equal(report, figures, same):
    """Equal when rounded, in words; otherwise two figures."""
    headline = report.headline().table.copy()
    for method, value in zip(("location", "market"), figures, strict=True):
        headline.loc[headline["figure"] == f"total-{method}", "co2e_t"] = value
    cards = [str(_total(report.inventory, tonnes_by_figure(headline), f"{m}-based", report.words, 3))
             for m in ("location", "market")]
    assert any("equal when rounded" in card for card in cards) == same


def test_in_its_base_year_a_target_has_no_gap(report):
    """The card, the public page and the title of the chart state that it is the base year; another year has a gap."""
    based = report.inventory.params.model_copy(update={"targets": tuple(
        target.model_copy(update={"base_year": 2024}) for target in report.inventory.params.targets)})
    made = AnnualReport(dataclasses.replace(report.inventory, params=based), report.history)
    card, public = str(made.headline().html), str(made.plain().html)
    assert card.count("this is the base year of the target") == public.count("this is the base year of the target") == 1
    assert "exactly what" not in card + public and "its base year" in made.years().finding
    assert "pathway" not in str(made.findings().html)
    assert "base year of the target" not in str(report.headline().html)


def test_cards_round_to_three_figures_and_keep_the_value_behind(small, page):
    """A total of 42.73 t is printed as 42.7 t in the sentence and its card; `data-value` has every digit."""
    shown, total = page(str(small.headline().html)), small.inventory.total("location-based") / 1000
    text = " ".join(" ".join(shown.text).split())

    assert "a émis 42,7\u00a0t" in text.replace(" t CO", "\u00a0t CO") and "42,73" not in text
    assert shown.figures["petit-studio/2025/total-location"] == [pytest.approx(total, rel=1e-14)]
    assert abs(total - 42.7) > 0.001


def test_a_list_in_words():
    """One, two, three things; the last joined by a word."""
    assert items([], Words("en")) == ""
    assert items(["a"], Words("en")) == "a"
    assert items(["a", "b", "c"], Words("en")) == "a; b and c"
    assert items(["a", "b"], Words("fr")) == "a et b"


def test_what_was_rejected_is_one_line_a_kind(page):
    """Rows, money and amounts without a unit of one kind stand on one line, each in words; one row is "1 row"."""
    table = pd.DataFrame({"kind": ["purchases"] * 3 + ["energy"], "unit": ["rows", "EUR", "", "rows"],
                          "rejected": [2.0, 491.4, 40.9, 1.0], "share": [0.01, 0.002, float("nan"), 0.5],
                          "accepted_share": [0.02, 0.01, 0.01, 0.6]})
    text = " ".join("".join(page(str(left_out(table, Words("en")))).text).split())

    assert "Purchases: 2 rows (1.00% of the data to count; limit: 2.00%); 491.40 EUR (0.20% of the data to" in text
    assert "limit: 1.00%); 40.90 with an unreadable unit" in text
    assert "Energy: 1 row (50.00% of the data to count; limit: 60.00%)" in text


def test_currencies_have_one_share_together(page):
    """220 EUR and 50 GBP are 0.55 % of all money: the share is printed once, behind both, and not of each."""
    table = pd.DataFrame({"kind": ["purchases"] * 3, "unit": ["rows", "EUR", "GBP"], "rejected": [3.0, 220.0, 50.0],
                          "share": [0.0052, 0.0055, 0.0055], "accepted_share": [0.01] * 3})
    text = " ".join("".join(page(str(left_out(table, Words("en")))).text).split())

    assert "220.00 EUR and 50.00 GBP (0.55% of the data to count; limit: 1.00%)" in text and text.count("0.55%") == 1


def test_a_change_of_another_total_than_the_page_has_is_refused(inventory):
    """95 t of the history against 86 t on the page: the page is stopped, unless a restatement is why."""
    line = {"scope2_method": ["market-based"], "since": ["last year"], "since_year": [2023], "then_t": [100.0],
            "co2e_t": [95.0], "change_share": [-0.05], "basis": ["same method"]}
    figures = {"total-market": 86.0, "total-location": 95.0}
    with pytest.raises(SentenceError, match=r"95 t.*86 t"):
        compared(pd.DataFrame(line), figures, "market-based")
    assert compared(pd.DataFrame(line | {"basis": ["restated"]}), figures, "market-based")["last year"].now_t == 95.0
    assert compared(pd.DataFrame(line), figures | {"total-market": 95.0}, "market-based")["last year"].then_t == 100.0


def test_a_figure_that_stands_twice_in_the_headline_is_refused():
    """The last of two would win in silence."""
    headline = pd.DataFrame({"figure": ["scope1", "total-location"], "co2e_t": [1.0, 2.0]})
    assert tonnes_by_figure(headline) == {"scope1": 1.0, "total-location": 2.0}
    with pytest.raises(TableError, match="listed twice"):
        tonnes_by_figure(pd.concat([headline, headline.head(1)]))


ANSWERS = {
    "en": {"emitted": r"emitted {total} t", "share": r"{share}% of it in scope (\d)", "zero": "add up to 0 t",
           "negative": r"is negative: {total} t", "none": "No emissions were counted",
           "mixed": r": {plus} t, less {minus} t",
           "none rejected": "none was rejected", "since": r"{change}% since (\d{4}), the base year"},
    "fr": {"emitted": r"a émis {total} t", "share": r"dont {share} % pour le scope (\d)", "zero": "s’élèvent à 0 t",
           "negative": r"est négatif, {total} t", "none": "Aucune émission n’a été comptée",
           "mixed": r": {plus} t, moins {minus} t", "none rejected": "aucune n’a été rejetée",
           "since": r"{change} % depuis (\d{4}), année de référence"},
}


@given(openings())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_opening_states_is_true_of_any_figures(inventory, case):
    """Its words and numbers, read by their patterns alone, are true of the tonnes that the page was made from."""
    made = inventory_of(inventory, case)
    headline = headline_table(made)
    opening, of_year = opening_of(case, headline)
    text, said = read(hero(headline, made, opening)), ANSWERS[case["language"]]
    known, total = total_of(case)

    assert (said["none"] in text) == (not known)
    assert (said["zero"] in text) == (total == 0)
    for key, truth in (("emitted", total > 0), ("negative", total < 0)):
        matches = numbers(said[key], text)
        assert len(matches) == truth and all(allows(m["total"], total, case["language"]) for m in matches)
    for m in numbers(said["share"], text):
        assert allows(m["share"], max(known) / total, case["language"], share=True) and min(known) >= 0
    for m in numbers(said["mixed"], text):
        assert allows(m["plus"], sum(v for v in known if v > 0), case["language"])
        assert allows(m["minus"], -sum(v for v in known if v < 0), case["language"])
    assert (said["none rejected"] in text) == (not case["rejected"])
    for m in numbers(said["since"], text):
        then = of_year[case["base_year"]]
        assert then > 0 and case["base_year"] < YEAR
        assert allows(m["change"], total / then - 1, case["language"], share=True)


@pytest.mark.torture
def test_what_the_opening_states_is_true_at_length(inventory):
    """The same of 1,000 pages."""
    promise = test_what_the_opening_states_is_true_of_any_figures
    promise._hypothesis_internal_use_settings = settings(promise._hypothesis_internal_use_settings, max_examples=1_000)
    promise(inventory=inventory)
