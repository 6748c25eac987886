"""Exhibits over several years."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from mean_base import TARGET, mean_t

from carbon.core.ghg_protocol import LOCATION, SCOPES
from carbon.reports.exhibits.trajectory import known_changes, named_years
from carbon.reports.words.language import Words

pytestmark = pytest.mark.usefixtures("agg")


def test_a_report_without_last_years_records_has_no_bridge_and_says_nothing_of_it(report):
    """One computed year: an empty table, no figure."""
    assert report.bridge().table.empty
    assert report.bridge().svg is None
    assert report.events().table.empty


@pytest.fixture
def inventory(make: Any) -> Any:
    return make(targets=[TARGET])


def test_the_budget_counts_from_the_mean(inventory: Any, history_of: Any, report_of: Any):
    """The first year of the pathway behind the budget is the mean, not the emissions of 2019."""
    base = mean_t(history_of(inventory).series(SCOPES, LOCATION))
    table = report_of(inventory).budget().table.set_index("year")
    assert table["pathway_t"][2019] == pytest.approx(base)
    assert table["co2e_t"][2019] != pytest.approx(base)


def test_the_budget_is_that_of_the_target_whose_scopes_emitted_most(make: Any, report_of: Any):
    """Whatever its place, as the chart that the report opens with; without a target there is none."""
    other = TARGET | {"id": "u", "scopes": ["1", "2"], "target_year": 2035}
    alone, first, last, none = (report_of(make(targets=targets)).budget().table
                                for targets in ([TARGET], [TARGET, other], [other, TARGET], []))
    assert first.equals(alone) and last.equals(alone)
    assert alone["year"].max() == TARGET["target_year"]
    assert none.empty


def test_a_line_without_a_target_is_not_titled_by_one(make: Any, report_of: Any):
    """The chart of the total and that of the section name a target only where the company has one."""
    alone, held = (report_of(make(targets=targets)) for targets in ([], [TARGET]))
    titles = {name: (alone.exhibit(name).title, held.exhibit(name).title) for name in ("years", "trajectory")}
    assert titles == {"years": ("Emissions by year", "The largest emissions against their target"),
                      "trajectory": ("Emissions by year", "Emissions against the target")}


def test_changes_are_listed_since_years_that_have_a_total():
    """A line of dashes about a year without records states nothing."""
    changes = pd.DataFrame({"since_year": [2023, 2019], "then_t": [float("nan"), 5.0]})
    assert known_changes(changes)["since_year"].tolist() == [2019]


def test_an_event_is_parted_from_the_name_of_its_entity(make: Any, report_of: Any):
    """A drawing puts the year and a colon before it: "2024: acquisition (annexe)"."""
    events = pd.DataFrame({"date": ["2024-07-01"], "event": ["acquisition"], "entity": ["annexe"]})
    assert named_years(make(), events, Words("en")) == [(2024, "acquisition (annexe)")]
