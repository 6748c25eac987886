"""Several years: computed ones win, reported ones fill what came before, nothing missing is zero."""

from types import SimpleNamespace

import pandas as pd
import pytest
from reported_years import reported

from carbon.accounting.years import history
from carbon.accounting.years.history import Inventories, history_of, years_of
from carbon.core.errors import MethodError, UsageError
from carbon.params.files.project import find_project


def test_a_computed_year_wins_over_a_reported_one(computed):
    """Both are kept to be compared; only one is in the series."""
    history = history_of("c", computed, reported((2024, "1", 0, "", 99)))

    assert history.series(["1"], "location-based").to_dict() == {2024: 10.0}
    assert history.as_reported["co2e_t"].tolist() == [99.0]


def test_a_year_is_asked_for_in_brackets(computed):
    """A computed year is its inventory; the error of any other names those that are computed."""
    history = history_of("c", computed, reported((2020, "1", 0, "", 9)))

    assert history[2024] is computed[2024]
    for year in (2020, 2031):
        with pytest.raises(UsageError, match=rf"{year}") as raised:
            history[year]
        assert "2024" in raised.value.hint


def test_scope_3_as_a_total_and_by_category_is_refused(computed):
    """4 t in all and 3 t of travel within it would count twice."""
    with pytest.raises(MethodError, match="as a total and by category"):
        history_of("c", computed, reported((2020, "3", 0, "", 4), (2020, "3", 6, "", 3)))


def test_later_years_are_unknown_at_the_end_of_an_earlier_one(computed):
    """`until` leaves later reported years out."""
    history = history_of("c", {}, reported((2019, "1", 0, "", 2), (2021, "1", 0, "", 3)), until=2020)

    assert history.years == [2019]


def test_the_short_view_names_years_and_their_status(computed):
    """Short and stable."""
    history = history_of("c", computed, reported((2020, "1", 0, "", 2)))

    assert repr(history) == "Inventories c: 1 reported (2020-2020); 1 computed (2024-2024)"


def test_the_end_of_a_year_knows_that_year(computed):
    """`until` includes its own year, of inventories reported and of events."""
    rows = reported((2019, "1", 0, "", 2), (2020, "1", 0, "", 3), (2021, "1", 0, "", 4))
    assert history_of("c", {}, rows, until=2020).years == [2019, 2020]
    sold = pd.DataFrame({"event_id": ["a"], "kind": ["divestment"], "date": pd.to_datetime(["2020-06-01"]),
                         "entity": ["X"], "year": [2019], "scope": ["1"], "category": [0], "scope2_method": [""],
                         "delta_kg": [-1.0], "reason": ["r"], "evidence": ["e"],
                         "recorded_on": pd.to_datetime(["2020-07-01"])})
    assert len(history_of("c", {}, rows, until=2020, events=sold).events) == 1
    assert history_of("c", {}, rows, until=2019, events=sold).events.empty


def test_a_computed_year_may_have_been_reported_twice_over(computed):
    """Scope 3 of 2024 is reported as a total and by category: the year is computed, so nothing counts twice."""
    history = history_of("c", computed, reported((2024, "3", 0, "", 4), (2024, "3", 6, "", 3), (2020, "3", 6, "", 1)))
    assert history.series(["3"], "location-based").to_dict() == {2020: 1000.0, 2024: 7.0}
    assert len(history.as_reported) == 3


@pytest.fixture
def linked(monkeypatch):
    """A history of 2020 to 2023 whose bridges are told instead of made."""
    asked = []

    def bridge(start, end, **choices):
        asked.append((start.year, end.year, choices))
        return SimpleNamespace(years=(start.year, end.year))

    import carbon.accounting.years.bridge as home

    monkeypatch.setattr(home, "bridge", bridge)
    monkeypatch.setattr(home, "states_between", lambda start, end, events: (start.year, end.year, events))
    monkeypatch.setattr(home, "chained", lambda links: [
        years for b in links for years in (b if isinstance(b, list) else [b.years])])
    table = pd.DataFrame({"company": "c", "year": [2019, 2020, 2021, 2022, 2023]})
    made = {y: SimpleNamespace(year=y) for y in (2023, 2020, 2022, 2021)}
    return Inventories("c", table, made, events=pd.DataFrame({"event_id": ["a"]})), asked


def test_a_bridge_over_years_is_chained_by_the_same_choices(linked):
    """Each year to the next, both ends included, with the company's events; a year that is only reported is refused."""
    history, asked = linked
    choices = {"scope2_method": "market-based", "driver": "none", "decomposition": "shapley"}
    assert history.bridge(2020, 2022, **choices) == [(2020, 2021), (2021, 2022)]
    for start, end, given in asked:
        a, b, events = given.pop("states")
        assert (a, b) == (start, end) and events.equals(history.events)
        assert given == choices
    for pair in ((2019, 2021), (2020, 2024)):
        with pytest.raises(UsageError, match="No computed inventory"):
            history.bridge(*pair, **choices)
    for pair in ((2022, 2020), (2021, 2021)):
        with pytest.raises(UsageError, match="from a year to a later one"):
            history.bridge(*pair, **choices)


def test_bridges_by_other_methods_and_drivers_share_their_reruns(linked, monkeypatch):
    """Pages, targets and changes ask for one link by both methods and drivers: its years are calculated again once."""
    import carbon.accounting.years.bridge as home

    history, asked = linked
    reruns = []
    monkeypatch.setattr(home, "states_between", lambda start, end, events: reruns.append(end.year))
    for method in ("location-based", "market-based"):
        for driver in ("none", "employees"):
            history.bridge(2020, 2021, scope2_method=method, driver=driver)
    assert (reruns, len(asked)) == ([2021], 4)


def test_an_error_names_the_earlier_year_that_it_is_of(monkeypatch):
    """2023 is computed before 2022, on which it rests: an error of its own is as it was, one of 2022 names 2022."""
    def failing(*at_fault: int):
        def compute(company: str, year: int, *, project: object) -> SimpleNamespace:
            if year in at_fault:
                raise UsageError(f"rows of {year}", hint="correct them")
            return SimpleNamespace()
        return compute

    for years, text in (((2022,), "2022, an earlier year: rows of 2022"), ((2022, 2023), "rows of 2023")):
        monkeypatch.setattr(history, "inventory", failing(*years))
        with pytest.raises(UsageError) as raised:
            history._computed("acme", [2022, 2023], find_project())
        assert raised.value.what == text and str(raised.value) == f"{text}\nHint: correct them"


def test_the_years_of_a_company_include_the_one_that_is_asked_for():
    """Of the schedule's years, those up to `until`, itself one of them."""
    whole = years_of(find_project(), "petit-studio")
    assert len(whole) > 1
    assert years_of(find_project(), "petit-studio", until=whole[-2]) == whole[:-1]
