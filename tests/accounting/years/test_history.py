"""Several years: computed ones win, reported ones fill what came before, nothing missing is zero."""

import dataclasses
from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.accounting.compile import compile_inventory
from carbon.accounting.years.history import Inventories, history_of, years_of
from carbon.core import schemas
from carbon.core.errors import MethodError, UsageError
from carbon.records.params.project import find_project

ORIGIN = {"record_id": "r", "kind": "reported_inventories", "source_file": "reported.csv", "source_sheet": "",
          "source_line": 2, "company": "c", "gwp": "AR4GWP100", "boundary": "b", "source": "report"}


def reported(*rows):
    table = pd.DataFrame([{**ORIGIN, "scope": scope, "year": year, "category": category, "scope2_method": method,
                           "co2e_t": float(t)} for year, scope, category, method, t in rows])
    return schemas.REPORTED_INVENTORIES.validate(table) if rows else schemas.REPORTED_INVENTORIES.empty()


@pytest.fixture
def computed(make_emissions):
    emissions = make_emissions({"co2e_kg": 10.0}, {"scope": "2", "scope2_method": "location-based", "co2e_kg": 3.0},
                               {"scope": "2", "scope2_method": "market-based", "co2e_kg": 1.0},
                               {"scope": "3", "category": 6, "co2e_kg": 7.0})
    table = compile_inventory(emissions, company="c", year=2024, statements={})
    return {2024: SimpleNamespace(table=table, params=SimpleNamespace(
        gwp="AR5GWP100", consolidation="b", reporting_year_starts="01-01", missing_years={}))}


def test_reported_tonnes_become_kilograms_before_the_computed_years(computed):
    """2 + 1 + 4 t in 2020, then 10 + 3 + 7 kg in 2024."""
    history = history_of("c", computed, reported((2020, "1", 0, "", 2), (2020, "2", 0, "location-based", 1),
                                                 (2020, "3", 0, "", 4)))
    series = history.series(["1", "2", "3"], "location-based")

    assert series.to_dict() == {2020: 7000.0, 2024: 20.0}
    assert history.status().to_dict() == {2020: "reported", 2024: "computed"}


def test_a_year_without_one_of_the_scopes_is_left_out_and_said(computed):
    """2020 has no market-based figure: it is not zero, it is incomplete."""
    history = history_of("c", computed, reported((2020, "1", 0, "", 2), (2020, "2", 0, "location-based", 1)))

    assert history.series(["1", "2"], "market-based").to_dict() == {2024: 11.0}
    assert history.incomplete(["1", "2"], "market-based").to_dict("list") == {"year": [2020], "missing": ["2"]}


def test_a_computed_year_wins_over_a_reported_one(computed):
    """Both are kept to be compared; only one is in the series."""
    history = history_of("c", computed, reported((2024, "1", 0, "", 99)))

    assert history.series(["1"], "location-based").to_dict() == {2024: 10.0}
    assert history.as_reported["co2e_t"].tolist() == [99.0]


def test_scope_3_as_a_total_and_by_category_is_refused(computed):
    """4 t in all and 3 t of travel within it would count twice."""
    with pytest.raises(MethodError, match="as a total and by category"):
        history_of("c", computed, reported((2020, "3", 0, "", 4), (2020, "3", 6, "", 3)))


def test_later_years_are_unknown_at_the_end_of_an_earlier_one(computed):
    """`until` leaves later reported years out."""
    history = history_of("c", {}, reported((2019, "1", 0, "", 2), (2021, "1", 0, "", 3)), until=2020)

    assert history.years == [2019]


def test_unknown_scopes_and_methods_are_refused(computed):
    """The choice of method has no default and no third value."""
    history = history_of("c", computed, reported())
    for scopes, method in ((["4"], "location-based"), (["1"], "both"), ([], "market-based")):
        with pytest.raises(UsageError, match="unknown"):
            history.series(scopes, method)


def test_the_short_view_names_years_and_their_status(computed):
    """Short and stable."""
    history = history_of("c", computed, reported((2020, "1", 0, "", 2)))

    assert repr(history) == "Inventories c: 1 reported (2020-2020); 1 computed (2024-2024)"


def test_parts_are_the_categories_with_a_figure_in_every_year(computed):
    """Scope 3 by category, 3.6 before 3.10; what one year lacks, or what is zero in all, is left out and named: it is
    not zero, and it is not summed.
    """
    rows = [(year, "1", 0, "", 2 + year - 2020) for year in (2020, 2021)]
    rows += [(year, "2", 0, "location-based", 1) for year in (2020, 2021)]
    rows += [(year, "3", category, "", t) for year in (2021, 2020) for category, t in ((10, 5), (6, 4), (4, 0))]
    rows += [(2021, "3", 1, "", 7), (2020, "2", 0, "market-based", 9)]
    history = history_of("c", {}, reported(*rows))
    table = history.by_part("location-based")
    assert table.to_dict("list") == {"1": [2000.0, 3000.0], "2": [1000.0, 1000.0], "3.6": [4000.0, 4000.0],
                                     "3.10": [5000.0, 5000.0]}
    assert list(table) == ["1", "2", "3.6", "3.10"]
    assert table.index.tolist() == [2020, 2021]
    assert table.attrs["left_out"] == ("3.1", "3.4")
    assert (table.attrs["scopes"], table.attrs["scope2_method"]) == (("1", "2", "3"), "location-based")
    assert history.by_part("market-based").attrs["left_out"] == ("2", "3.1", "3.4")
    assert (table.attrs["view"], table.attrs["breaks"], table.attrs["missing_years"]) == ("as reported", (), ())


def test_a_series_says_what_it_is_of(computed):
    """Sorted scopes; a scope 2 method only where scope 2 is in it; the years and the break of its own lines."""
    history = history_of("c", computed, reported((2021, "1", 0, "", 3), (2020, "1", 0, "", 2)))
    series = history.series(["3", "1"], "market-based")
    assert (series.attrs["scopes"], series.attrs["scope2_method"]) == (("1", "3"), "")
    assert history.series(["1", "2"], "market-based").attrs["scope2_method"] == "market-based"
    assert history.years == history.series(["1"], "location-based").index.tolist() == [2020, 2021, 2024]
    assert history.series(["1"], "location-based").attrs["breaks"] == (("GWP set AR4GWP100 to AR5GWP100", 2024),)
    # Scope 2 begins in 2024, with one ruler alone.
    assert history.series(["2"], "location-based").attrs["breaks"] == ()


def test_two_rulers_in_one_year_are_a_break_on_both_sides():
    """2021 sums AR4 and AR5."""
    mixed = reported((2020, "1", 0, "", 2), (2021, "1", 0, "", 2), (2021, "3", 0, "", 2), (2022, "1", 0, "", 2))
    mixed["gwp"] = ["AR4GWP100", "AR4GWP100", "AR5GWP100", "AR5GWP100"]
    assert history_of("c", {}, mixed).series(["1", "3"], "location-based").attrs["breaks"] == ()
    ends = reported((2020, "3", 0, "", 1), (2022, "3", 0, "", 1)).assign(gwp=["AR4GWP100", "AR5GWP100"])
    both = pd.concat([mixed, ends])
    assert history_of("c", {}, both).series(["1", "3"], "location-based").attrs["breaks"] == (
        ("GWP set AR4GWP100 to AR4GWP100 and AR5GWP100", 2021), ("GWP set AR4GWP100 and AR5GWP100 to AR5GWP100", 2022))


def test_a_year_with_any_reported_line_is_reported(computed):
    """A view that adds nothing changes no status; computed years stay computed."""
    history = history_of("c", computed, reported((2020, "1", 0, "", 2)))
    assert history.status().to_dict() == {2020: "reported", 2024: "computed"}
    table = history.table.assign(status=["reported", *["computed"] * (len(history.table) - 1)], year=2024)
    assert dataclasses.replace(history, table=table).status().to_dict() == {2024: "reported"}


def test_a_year_of_which_nothing_is_known_lacks_every_scope_asked_for(computed):
    """2020 has scope 1 alone: of scopes 2 and 3 it lacks both."""
    history = history_of("c", computed, reported((2020, "1", 0, "", 2)))
    assert history.incomplete(["2", "3"], "location-based").to_dict("list") == {"year": [2020], "missing": ["2, 3"]}
    assert history.series(["2", "3"], "location-based").to_dict() == {2024: 10.0}


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


def test_a_reported_line_names_its_source_or_else_its_file_and_inputs_are_kept(computed):
    """So does the boundary: of the company's params where the year is computed."""
    rows = reported((2019, "1", 0, "", 2), (2020, "1", 0, "", 3)).assign(source=["report 2019", ""])
    history = history_of("c", computed, rows, inputs={"data/ledger/c/base_year_events.csv": "abc"})
    table = history.table[history.table["scope"] == "1"].set_index("year")
    assert table["source"].to_dict() == {2019: "report 2019", 2020: "reported.csv", 2024: ""}
    assert table["boundary"].to_dict() == {2019: "b", 2020: "b", 2024: "b"}
    assert history.inputs == {"data/ledger/c/base_year_events.csv": "abc"}


def test_the_latest_params_are_the_companys(computed):
    """Of two computed years the later one says where the reporting year starts and which years are missing, in
    order.
    """
    early = SimpleNamespace(table=computed[2024].table.assign(year=2022), params=SimpleNamespace(
        gwp="AR5GWP100", consolidation="b", reporting_year_starts="07-01", missing_years={}))
    computed[2024].params.missing_years = {2023: "no report", 2021: "no report"}
    history = history_of("c", {2024: computed[2024], 2022: early}, reported())
    assert history.year_starts == "01-01"
    assert history.missing_years == (2021, 2023)
    assert history.years == [2022, 2024]
    assert history.table["year"].is_monotonic_increasing


@pytest.fixture
def linked(monkeypatch):
    """A history of 2020 to 2023 whose bridges are told instead of made."""
    asked = []

    def bridge(start, end, **choices):
        asked.append((start.year, end.year, choices))
        return SimpleNamespace(years=(start.year, end.year))

    import carbon.accounting.years.bridge as home

    monkeypatch.setattr(home, "bridge", bridge)
    monkeypatch.setattr(home, "chained", lambda links: [b.years for b in links])
    table = pd.DataFrame({"company": "c", "year": [2019, 2020, 2021, 2022, 2023]})
    made = {y: SimpleNamespace(year=y) for y in (2023, 2020, 2022, 2021)}
    return Inventories("c", table, made, events=pd.DataFrame({"event_id": ["a"]})), asked


def test_a_bridge_over_years_is_chained_by_the_same_choices(linked):
    """Each year to the next, both ends included, with the company's events; a year that is only reported is refused."""
    history, asked = linked
    choices = {"scope2_method": "market-based", "driver": "none", "decomposition": "shapley"}
    assert history.bridge(2020, 2022, **choices) == [(2020, 2021), (2021, 2022)]
    for _, _, given in asked:
        assert given.pop("events") is history.events
        assert given == choices
    for pair in ((2019, 2021), (2020, 2024)):
        with pytest.raises(UsageError, match="No computed inventory"):
            history.bridge(*pair, **choices)


def test_the_years_of_a_company_include_the_one_that_is_asked_for():
    """Of the schedule's years, those up to `until`, itself one of them."""
    whole = years_of(find_project(), "petit-studio")
    assert len(whole) > 1
    assert years_of(find_project(), "petit-studio", until=whole[-2]) == whole[:-1]


def test_a_series_names_the_years_it_leaves_out(computed):
    """2019 has scope 1 alone: it is in no series of scopes 1 and 2, and the series says so."""
    rows = reported((2019, "1", 0, "", 2), (2020, "1", 0, "", 3), (2020, "2", 0, "location-based", 1))
    history = history_of("c", computed, rows)
    assert history.series(["1", "2"], "location-based").attrs["incomplete"] == (2019,)
    assert history.series(["1"], "location-based").attrs["incomplete"] == ()
