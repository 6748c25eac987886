"""Exhibits of a plan."""

from __future__ import annotations

import pytest

from carbon.accounting import inventories
from carbon.levers.record import record_of
from carbon.reports.exhibits import actions
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.plan import actions_html, adoption_of
from carbon.reports.words.language import Words

PAGE = ("actions", "plan_targets", "wedges", "calendar")


@pytest.fixture(scope="module")
def planned():
    """An example company whose plan starts the year after this report."""
    history = inventories("petit-studio", until=2025)
    return AnnualReport(history.inventories[2025], history, actions.levers_of_company("petit-studio"))


def test_baseline_less_wedges_is_the_plan(planned):
    """Of each target and year: the lines of the levers sum to what lies between the baseline and the plan."""
    words = planned.words
    heads = [words(f"plan.{name}") for name in ("baseline", "plan", "target", "gap")]
    table = planned.wedges().table
    wide = table.pivot_table(index=["target", "year"], columns="what", values="co2e_t", aggfunc="sum")
    levers = wide.drop(columns=heads).sum(axis=1)

    assert set(table["target"]) == {"Scopes 1 et 2", "Scope 3"}
    assert levers.to_list() == pytest.approx((wide[heads[0]] - wide[heads[1]]).to_list(), abs=1e-9)


def test_each_target_has_its_plan_its_limit_and_its_chance_in_words(planned):
    """above = plan - limit where positive; the chance is one of the fixed words with its percentage."""
    table = planned.plan_targets().table
    chances = planned.plan.chance.table.set_index("limit")["p"]
    over = (table["plan_t"] - table["limit_t"]).clip(lower=0.0)

    assert table["above_t"].to_list() == pytest.approx(over.to_list(), abs=1e-9)
    names = {t.label["fr"]: t.id for t in planned.inventory.params.targets}
    for target, text in zip(table["target"], table["probability"], strict=True):
        p = chances[names[target]]
        printed = "> 98\u202f%" if p > 0.98 else "< 2\u202f%" if p < 0.02 else Words("fr").percent(p, 0)
        assert f"({printed}\u202f; des prévisions semblables se sont réalisées " in text
        assert text.split(" (")[0] in {Words("fr")(f"likelihood.{k}") for k in (
            "very_likely", "likely", "about_as_likely_as_not", "unlikely", "very_unlikely", "virtually_certain",
            "exceptionally_unlikely", "extremely_likely", "extremely_unlikely") if Words("fr").has(f"likelihood.{k}")}


def test_the_calendar_starts_each_lever_when_the_plan_does(planned):
    """The first year with an effect or an investment is not before the start in the table of actions."""
    starts = planned.actions().table.set_index("action")["start"]
    at_work = planned.calendar().table
    first = at_work[at_work["effect_share"] > 0].groupby("action")["year"].min()

    assert set(at_work["action"]) == set(starts.index)
    assert (first >= starts[first.index]).all()
    assert at_work["effect_share"].between(0, 1).all()


def test_the_pictures_say_it_in_the_readers_language(planned):
    """Each figure is drawn, as SVG."""
    assert all(getattr(planned, name)().svg.startswith("<svg") for name in ("wedges", "calendar"))


def test_the_page_states_whether_the_plan_is_adopted(planned):
    """Without a record a draft; adopted as it is; with another start in force it is a draft again."""
    words, company_plan = planned.words, planned.plan
    record = record_of(company_plan)
    later = record.model_copy(update={"levers": [record.levers[0].model_copy(update={"start": 2030}),
                                                 *record.levers[1:]]})
    for records, key in (([], "plan.none_adopted"), ([record], "plan.is_adopted"),
                         ([record, later], "plan.other_adopted")):
        assert adoption_of(company_plan, records, words) == words(key, year=2026)
    assert words("plan.none_adopted") in str(planned.actions().html)


def test_without_a_plan_one_sentence_says_so(report, page):
    """No empty figure or table stands in for a plan that does not exist; how one is made is below the sentence."""
    made = [getattr(report, name)() for name in PAGE]

    assert all(exhibit.table.empty and exhibit.svg is None for exhibit in made)
    company, text = report.inventory.company, "".join(page(str(made[0].html)).text)
    assert text.startswith(Words("en")("actions.none", year=report.inventory.year + 1, company=company))
    assert f"params/{company}/levers.yml" in text and text.endswith(f"carbon plan {company}")
    assert all(str(exhibit.html) == "" for exhibit in made[1:])


def test_levers_that_do_not_fit_are_not_called_missing(report, page):
    """The file is there: the page states why it gives no plan, and not to write it."""
    table = report.exhibit("actions").table
    shown = actions_html(table, Words("en"), 1, "", report.inventory, (None, "lever a, lowers: not stated"))
    said = "".join(page(str(shown)).text)
    assert "does not fit the inventory (lever a, lowers: not stated)" in said and "To make one" not in said
