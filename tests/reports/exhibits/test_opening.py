"""What a report opens with: the answer, what moved it, how sure it is, what to do or to ask for next."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.accounting import inventories
from carbon.core.errors import TableError
from carbon.reports.exhibits import actions
from carbon.reports.exhibits import public as plain
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.headline import items, left_out, tonnes_by_figure
from carbon.reports.exhibits.opening import _moved
from carbon.reports.tables.bridge import bridge_table
from carbon.reports.tables.plan import plan_table
from carbon.reports.words.language import Words


@pytest.fixture(scope="module")
def small():
    """An example company whose plan starts the year after this report."""
    return AnnualReport(*_of("petit-studio", 2025), actions.levers_of_company("petit-studio"))


def _of(company: str, year: int):
    history = inventories(company, until=year)
    return history.inventories[year], history


def text_of(page, exhibit) -> str:
    return "".join(page(str(exhibit.html)).text)


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


def test_the_interval_of_the_opening_is_that_of_the_table(small, page):
    """95 % of the headline total, as the table of doubts gives it, with the total inside."""
    line = small.uncertainty().table.set_index("figure").loc["total-location"]
    low, high = (small.words.tonnes(line[c], small.digits) for c in ("low_t", "high_t"))

    assert f"entre {low} et {high} t CO₂e" in text_of(page, small.headline())
    assert line["low_t"] < line["co2e_t"] < line["high_t"]


def test_the_biggest_things_are_the_levers_that_cut_most(small, page):
    """Three levers of the plan by tonnes of its last year, largest first, in the reader's language."""
    table = plan_table(small.plan, language="fr").sort_values("cut_t", ascending=False)
    text = text_of(page, small.things())

    assert small.things().name == "things"
    assert sorted(small.actions().table["action"]) == sorted(table["label"])
    assert [text.index(label) for label in table["label"].head(3)] == sorted(
        text.index(label) for label in table["label"].head(3))
    assert all(label not in text for label in table["label"].iloc[3:])


def test_a_plan_for_other_years_is_not_this_years(small):
    """A report of 2024 shows no plan that starts in 2026; a company without levers.yml shows none."""
    assert small.levers.file.plan.first_year == 2026
    assert actions.plan_for_next_year(small.levers, small.history, 2024) is None
    assert actions.plan_for_next_year(None, small.history, 2025) is None
    assert actions.levers_of_company("no-such-company") is None


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


def test_a_doubt_is_worth_what_the_inventory_says(report):
    """Tonnes and narrowing of an ask are those of the inventory's own table of contributions."""
    own = report.inventory.uncertainty().contributions("total-market")
    own = own[(own["share"] > 0) & ~own["ask"].str.startswith("nothing")].head(8)

    assert report.asks().table["co2e_t"].tolist() == (own["kg"] / 1000).tolist()
    assert report.asks().table["narrows_share"].tolist() == own["narrows"].tolist()


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


def test_plain_words_give_each_scope_its_tonnes(report, page):
    """Three scopes with tonnes and shares of the headline total, and the categories that are left out by name."""
    text = text_of(page, report.plain())
    words, table = report.words, report.headline().table.set_index("figure")["co2e_t"]

    for name in ("scope1", "scope2-market", "scope3"):
        share = words.percent(table[name] / table["total-market"], 0)
        assert f"{words.tonnes(table[name], report.digits)}\u00a0t ({share})" in text
    assert "Employee commuting" in text


def test_cards_round_to_three_figures_and_keep_the_value_behind(small, page):
    """A total of 43.12 t is printed as 43.1 t in the sentence and its card; `data-value` has every digit."""
    shown, total = page(str(small.headline().html)), small.inventory.total("location-based") / 1000
    text = " ".join(" ".join(shown.text).split())

    assert "a émis 43,1\u00a0t" in text.replace(" t CO", "\u00a0t CO") and "43,12" not in text
    assert shown.figures["petit-studio/2025/total-location"] == [pytest.approx(total, rel=1e-14)]
    assert abs(total - 43.1) > 0.001


def test_a_list_in_words():
    """One, two, three things; the last joined by a word."""
    assert items([], Words("en")) == ""
    assert items(["a"], Words("en")) == "a"
    assert items(["a", "b", "c"], Words("en")) == "a; b and c"
    assert items(["a", "b"], Words("fr")) == "a et b"


def test_steps_without_change_are_not_named(small):
    """A bridge whose steps are all zero or unknown leaves no sentence."""
    still = AnnualReport(small.inventory, small.history)
    table = bridge_table(small.history.bridge(2024, 2025, scope2_method="location-based", driver="none"))

    assert _moved(table.assign(change_t=0.0), 2025, still.words, still.digits) == ""
    assert pd.isna(table["change_t"]).any()


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


def test_the_public_page_opens_with_one_figure(small, page):
    """The headline total with its id and no other, how it compares, each target, what is left out, what was
    rejected.
    """
    found = page(str(small.plain().html))
    text = " ".join(" ".join(found.text).split())
    total = small.inventory.total("location-based") / 1000

    assert found.figures == {f"petit-studio/2025/total-{m}": [pytest.approx(small.inventory.total(f"{m}-based") / 1000)]
                             for m in ("location", "market")}
    assert found.values[0] == pytest.approx(total)
    assert "En 2025, Petit Studio a émis 43,1 tonnes de CO₂e" in text
    # 43.12 of 43.14 t last year, of 45.68 in the base year: 1 - 43.12 / 45.68 = 5.6 %
    assert "à peu près autant qu’en 2024 et 5,6 % de moins qu’en 2019." in text
    assert text.count("du niveau permis par l’objectif cette année") == 2 and "très improbable" in text
    assert "Pas encore comptés : Activités" in text and "avec les contrats achetés, le total serait de" in text
    assert "Achats : 3 lignes" in text and "491,40 EUR" in text
    assert "unité" not in text and "EUR : " not in text


@pytest.mark.parametrize(("share", "said"), [
    (-0.064, "6.4% less than in 2024"), (0.02, "2.0% more than in 2024"), (-0.004, "about as much as in 2024")])
def test_a_change_is_said_in_words(share: float, said: str):
    """Less, more, or about as much below half a percent."""
    assert plain._change(share, 2024, Words("en")) == said


def test_what_was_rejected_is_one_line_a_kind(page):
    """Rows, money and amounts without a unit of one kind stand on one line, each in words; one row is "1 row"."""
    table = pd.DataFrame({"kind": ["purchases"] * 3 + ["energy"], "unit": ["rows", "EUR", "", "rows"],
                          "rejected": [2.0, 491.4, 40.9, 1.0], "share": [0.01, 0.002, float("nan"), 0.5],
                          "accepted_share": [0.02, 0.01, 0.01, 0.6]})
    text = " ".join("".join(page(str(left_out(table, Words("en")))).text).split())

    assert "Purchases: 2 rows (1.00% of the data read; limit: 2.00%); 491.40 EUR (0.20% of the data read" in text
    assert "limit: 1.00%); 40.90 with an unreadable unit" in text
    assert "Energy: 1 row (50.00% of the data read; limit: 60.00%)" in text


def test_a_figure_that_stands_twice_in_the_headline_is_refused():
    """The last of two would win in silence."""
    headline = pd.DataFrame({"figure": ["scope1", "total-location"], "co2e_t": [1.0, 2.0]})
    assert tonnes_by_figure(headline) == {"scope1": 1.0, "total-location": 2.0}
    with pytest.raises(TableError, match="listed twice"):
        tonnes_by_figure(pd.concat([headline, headline.head(1)]))
