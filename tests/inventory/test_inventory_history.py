"""Several years: computed ones win, reported ones fill what came before, nothing missing is zero."""

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.core import schemas
from carbon.core.errors import MethodError, UsageError
from carbon.inventory.compile import compile_inventory
from carbon.inventory.history import history_of

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
    """
    2 + 1 + 4 t in 2020, then 10 + 3 + 7 kg in 2024.
    """
    history = history_of("c", computed, reported((2020, "1", 0, "", 2), (2020, "2", 0, "location-based", 1),
                                                 (2020, "3", 0, "", 4)))
    series = history.series(["1", "2", "3"], "location-based")

    assert series.to_dict() == {2020: 7000.0, 2024: 20.0}
    assert history.status().to_dict() == {2020: "reported", 2024: "computed"}


def test_a_year_without_one_of_the_scopes_is_left_out_and_said(computed):
    """
    2020 has no market-based figure: it is not zero, it is incomplete.
    """
    history = history_of("c", computed, reported((2020, "1", 0, "", 2), (2020, "2", 0, "location-based", 1)))

    assert history.series(["1", "2"], "market-based").to_dict() == {2024: 11.0}
    assert history.incomplete(["1", "2"], "market-based").to_dict("list") == {"year": [2020], "missing": ["2"]}


def test_a_computed_year_wins_over_a_reported_one(computed):
    """
    Both are kept to be compared; only one is in the series.
    """
    history = history_of("c", computed, reported((2024, "1", 0, "", 99)))

    assert history.series(["1"], "location-based").to_dict() == {2024: 10.0}
    assert history.as_reported["co2e_t"].tolist() == [99.0]


def test_scope_3_as_a_total_and_by_category_is_refused(computed):
    """
    4 t in all and 3 t of travel within it would count twice.
    """
    with pytest.raises(MethodError, match="as a total and by category"):
        history_of("c", computed, reported((2020, "3", 0, "", 4), (2020, "3", 6, "", 3)))


def test_later_years_are_unknown_at_the_end_of_an_earlier_one(computed):
    """
    `until` leaves later reported years out.
    """
    history = history_of("c", {}, reported((2019, "1", 0, "", 2), (2021, "1", 0, "", 3)), until=2020)

    assert history.years == [2019]


def test_unknown_scopes_and_methods_are_refused(computed):
    """
    The choice of method has no default and no third value.
    """
    history = history_of("c", computed, reported())
    for scopes, method in ((["4"], "location-based"), (["1"], "both"), ([], "market-based")):
        with pytest.raises(UsageError, match="unknown"):
            history.series(scopes, method)


def test_the_short_view_names_years_and_their_status(computed):
    """
    Short and stable.
    """
    history = history_of("c", computed, reported((2020, "1", 0, "", 2)))

    assert repr(history) == "Inventories c: 1 reported (2020-2020); 1 computed (2024-2024)"
