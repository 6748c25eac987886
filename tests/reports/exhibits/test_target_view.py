"""Views of a target."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from mean_base import TARGET, mean_t

from carbon.accounting import inventories
from carbon.core.ghg_protocol import LOCATION, SCOPES
from carbon.reports.exhibits.target_view import target_views
from carbon.reports.exhibits.trajectory import main_budget_table
from carbon.reports.filings.esrs_actions import not_stated
from carbon.reports.words.language import Words
from carbon.trajectory import Target
from carbon.trajectory.targets import gap


@pytest.fixture
def inventory(make: Any) -> Any:
    return make(targets=[TARGET])


def test_the_report_page_counts_from_the_mean_and_names_its_years(inventory: Any, history_of: Any):
    """Half of the mean in 2030; target, progress and what is needed name the three years, in both languages."""
    history = history_of(inventory)
    base = mean_t(history.series(SCOPES, LOCATION))
    for language, said in (("en", "2018, 2019, 2020 (mean)"), ("fr", "2018, 2019, 2020 (moyenne)")):
        [view] = target_views(inventory.params, history.restated(), inventory.year, Words(language))
        assert view.table.set_index("year")["pathway_t"][2030] == pytest.approx(base / 2)
        notes = " ".join(text for _, text in view.notes)
        assert notes.count(said) == 3
    assert view.gap_t == pytest.approx(
        gap(history.series(SCOPES, LOCATION), Target.from_params(inventory.params.targets[0]))
        .set_index("year")["gap_kg"][inventory.year] / 1000)


@pytest.mark.parametrize("language, said", [("en", "Marked as exceptional: 2019: a strike"),
                                            ("fr", "Signalée comme exceptionnelle : 2019 : a strike")])
def test_a_target_that_counts_from_an_exceptional_year_is_marked(language: str, said: str, make: Any, history_of: Any):
    """The base year is one of the company's exceptional years: page and filing say so; another year marks nothing."""
    words = Words(language)
    made = make(targets=[{**TARGET, "base_years": []}], event_years={2019: "a strike"})
    [view] = target_views(made.params, history_of(made).restated(), made.year, words)
    assert said in dict(view.notes)[words("choice.base_year")].replace("\u00a0", " ")
    stated = not_stated(made, history_of(made).restated(), [], words)
    assert said in " ".join(text for _, text in stated).replace("\u00a0", " ")
    other = make(targets=[{**TARGET, "base_years": []}], event_years={2020: "a strike"})
    [view] = target_views(other.params, history_of(other).restated(), other.year, words)
    assert words("choice.base_year") not in dict(view.notes)


def test_a_year_missing_from_the_mean_leaves_no_pathway(make: Any, history_of: Any):
    """The mean of the years that happen to be there is another base: none is shown."""
    inventory = make(targets=[{**TARGET, "base_years": [2010, 2019]}])
    [view] = target_views(inventory.params, history_of(inventory).restated(), inventory.year, Words("en"))
    assert "pathway_t" not in view.table or view.table["pathway_t"].isna().all()
    assert view.gap_t != view.gap_t


@pytest.mark.parametrize("language, said", [
    ("en", "Not compared with the target: a series as reported crosses GWP set"),
                                            ("fr", "Non comparé à l’objectif : une série telle que publiée traverse")])
def test_a_target_is_not_held_against_years_of_another_gwp_set(language: str, said: str, make: Any, history_of: Any):
    """Two rulers since the base year: no pathway, no gap and no budget, with the reason on the page."""
    inventory = make()
    view = history_of(inventory).restated()
    mixed = type(view)(**{**view.__dict__, "unmended": (("GWP set AR4GWP100 to AR5GWP100", 2022),)})
    [seen] = target_views(inventory.params, mixed, inventory.year, Words(language))
    told = dict(seen.notes)
    assert said in told[Words(language)("choice.progress")].replace("\u00a0", " ")
    assert seen.gap_t != seen.gap_t
    assert Words(language)("choice.budget") not in told


def test_progress_stands_on_both_views_where_events_are_known():
    """Cap Conseil sold its training centres: the change since the base year by the restated history and by the common
    boundary, which names them; a company without an event says that it knows of none.
    """
    for company, known in (("cap-conseil", True), ("petit-studio", False)):
        history = inventories(company)
        view, year = history.restated(), max(history.inventories)
        seen = target_views(history.params, view, year, Words("en"), common=history.like_for_like)
        for made, stated in zip(seen, history.params.targets, strict=True):
            told = dict(made.notes)["Progress"]
            target = Target.from_params(stated)
            shares = [Words("en").percent(kg[year] / target.base_kg(kg) - 1, 1, sign=True) for kg in (
                v.series(target.scopes, target.scope2_method) for v in (view, history.like_for_like()))]
            assert told.startswith(shares[0])
            assert ("no known event" in told) == (not known)
            if known:
                assert f"{shares[1]} like-for-like, without {', '.join(history.like_for_like().left_out)}" in told


def test_a_target_that_cannot_be_judged_has_neither_gap_nor_budget(make: Any, history_of: Any):
    """Sites came that nothing explains: no gap, no budget in words, and none drawn; else the three are there."""
    made, words = make(targets=[{**TARGET, "base_years": []}]), Words("en")
    view = history_of(made).restated()
    unknown = replace(view, behind=SimpleNamespace(unknown_boundary=lambda *_, **__: "sites came", inventories={}))
    [judged], [unjudged] = (target_views(made.params, of, made.year, words) for of in (view, unknown))
    assert judged.gap_t == judged.gap_t and len(main_budget_table([judged], made))
    assert dict(unjudged.notes)[words("choice.progress")] == "Cannot be judged: sites came"
    assert dict(unjudged.notes)[words("choice.budget")] == "No budget: sites came"
    assert unjudged.gap_t != unjudged.gap_t and main_budget_table([unjudged], made).empty
