"""Series by year of a history: what each is of, what is missing and where it breaks."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
from reported_years import reported

import carbon as cb
from carbon.accounting.years.by_year import mean_of_years
from carbon.accounting.years.history import history_of
from carbon.core.errors import CarbonError, UsageError
from carbon.core.ghg_protocol import MARKET

YEARS = list(range(2015, 2025))
KG = pd.Series([1000 * 0.95**i * (1 + 0.02 * (-1) ** i) for i in range(10)], index=YEARS)


def target(**changes: Any) -> cb.Target:
    return cb.Target(**{"id": "t", "scopes": ("1", "2"), "scope2_method": MARKET, "base_year": 2015,
                        "target_year": 2030, "reduction": 0.42, **changes})


def but(year: int, value: float, series: pd.Series = KG) -> pd.Series:
    return series.where(series.index != year, value)


def test_a_year_without_one_of_the_scopes_is_left_out_and_said(computed):
    """2020 has no market-based figure: it is not zero, it is incomplete."""
    history = history_of("c", computed, reported((2020, "1", 0, "", 2), (2020, "2", 0, "location-based", 1)))

    assert history.series(["1", "2"], "market-based").to_dict() == {2024: 11.0}
    assert history.incomplete(["1", "2"], "market-based").to_dict("list") == {"year": [2020], "missing": ["2"]}


def test_unknown_scopes_and_methods_are_refused(computed):
    """The choice of method has no default and no third value."""
    history = history_of("c", computed, reported())
    for scopes, method in ((["4"], "location-based"), (["1"], "both"), ([], "market-based")):
        with pytest.raises(UsageError, match="unknown"):
            history.series(scopes, method)


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


def test_a_series_names_the_years_it_leaves_out(computed):
    """2019 has scope 1 alone: it is in no series of scopes 1 and 2, and the series says so."""
    rows = reported((2019, "1", 0, "", 2), (2020, "1", 0, "", 3), (2020, "2", 0, "location-based", 1))
    history = history_of("c", computed, rows)
    assert history.series(["1", "2"], "location-based").attrs["incomplete"] == (2019,)
    assert history.series(["1"], "location-based").attrs["incomplete"] == ()


def test_a_year_without_any_record_has_no_sum_and_one_with_some_has(computed):
    """The computed year has no waste: scope 3 alone without records is no zero and not in the series; with other scopes
    its sum is that of what is known. By part, it is left out.
    """
    history = history_of("c", computed, reported((2020, "3", 0, "", 2), (2020, "1", 0, "", 1)))
    table = history.table.copy()
    table.loc[(table["scope"] == "3") & (table["year"] == 2024), ["co2e_kg", "status"]] = float("nan"), "no factor: 5 t"
    history = dataclasses.replace(history, table=table)
    third = history.series(["3"], "location-based")
    assert third.to_dict() == {2020: 2000.0} and third.attrs["incomplete"] == (2024,)
    assert third.attrs["states"] == {2024: "no factor: 5 t"}
    both = history.series(["1", "3"], "location-based")
    assert both[2024] == history.series(["1"], "location-based")[2024] and both.attrs["states"] == {}
    assert not any(str(part).startswith("3") for part in history.by_part("location-based"))


@pytest.mark.parametrize("kind", ["float64", "int64", "Float64", "object"])
def test_a_mean_base_is_the_mean_of_its_years(kind: str):
    """Whatever kind of numbers they are, in whatever order the years stand; a year that stands twice is refused."""
    series, years = KG.round().astype(kind)[::-1], [2017, 2015, 2016]

    assert mean_of_years(series, years) == float(np.mean(KG.round().loc[years]))
    assert mean_of_years(series, [2020]) == float(KG.round().loc[2020])
    with pytest.raises(CarbonError, match=r"years appear twice: \[2016\]"):
        mean_of_years(pd.concat([series, series.loc[[2016]]]), years)


def test_a_mean_base_with_an_endless_year_is_none():
    """The mean of 1, 1 and a division by zero is no base."""
    mean = target(base_years=(2015, 2016, 2017))
    with pytest.raises(CarbonError, match=r"infinite emissions in \[2016\]"):
        mean.base_kg(but(2016, np.inf))
