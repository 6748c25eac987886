"""A target whose base is the mean of several years: every page stands on the mean, and says so."""

from typing import Any

import pytest

from carbon.core.ghg_protocol import LOCATION, SCOPES
from carbon.reports.exhibits.target_view import target_views
from carbon.reports.filings import esrs_actions, esrs_e1
from carbon.reports.words.language import Words
from carbon.trajectory import Target
from carbon.trajectory.targets import gap

TARGET = {"id": "t", "scopes": list(SCOPES), "scope2_method": LOCATION, "base_year": 2019, "target_year": 2030,
          "reduction": 0.5, "base_years": [2018, 2019, 2020]}


@pytest.fixture
def inventory(make: Any) -> Any:
    return make(targets=[TARGET])


def mean_t(series: Any) -> float:
    return float((series[2018] + series[2019] + series[2020]) / 3000)


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


def test_the_budget_counts_from_the_mean(inventory: Any, history_of: Any, report_of: Any):
    """The first year of the pathway behind the budget is the mean, not the emissions of 2019."""
    base = mean_t(history_of(inventory).series(SCOPES, LOCATION))
    table = report_of(inventory).budget().table.set_index("year")
    assert table["pathway_t"][2019] == pytest.approx(base)
    assert table["co2e_t"][2019] != pytest.approx(base)


def test_the_budget_is_that_of_the_first_target(make: Any, report_of: Any):
    """Whatever targets stand after it; without a target there is none."""
    other = TARGET | {"id": "u", "scopes": ["1", "2"], "target_year": 2035}
    alone, first, last, none = (report_of(make(targets=targets)).budget().table
                                for targets in ([TARGET], [TARGET, other], [other, TARGET], []))
    assert first.equals(alone)
    assert last["year"].max() == 2035
    assert none.empty


def test_the_filing_counts_from_the_mean_and_names_its_years(inventory: Any, history_of: Any):
    """ESRS E1: milestone and target value of the mean (AR 25 a allows three years); what the base is stands in a
    note.
    """
    history, words = history_of(inventory).restated(), Words("en")
    base = mean_t(history.series(SCOPES, LOCATION))
    lines = esrs_e1.ar48_table(inventory, history, words).set_index("row")
    assert lines.loc["total-location", "pathway_2030_t"] == pytest.approx(base / 2)
    [target] = esrs_actions.targets_table(inventory, history, words).to_dict("records")
    assert (target["base_year_t"], target["target_t"]) == pytest.approx((base, base / 2))
    assert ("Base of the target t", "2018, 2019, 2020 (mean)") in esrs_actions.not_stated(inventory, [], words)


def test_a_year_missing_from_the_mean_leaves_no_pathway(make: Any, history_of: Any):
    """The mean of the years that happen to be there is another base: none is shown."""
    inventory = make(targets=[{**TARGET, "base_years": [2010, 2019]}])
    [view] = target_views(inventory.params, history_of(inventory).restated(), inventory.year, Words("en"))
    assert "pathway_t" not in view.table or view.table["pathway_t"].isna().all()
    assert view.gap_t != view.gap_t
