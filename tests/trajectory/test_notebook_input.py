"""Series as a notebook makes them: an index, a dtype or a unit that is not what it looks like is refused or read
right.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from five_years_of_events import events

import carbon as cb
from carbon.core.errors import CarbonError
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.trajectory import budget_kg, budget_state, fit_parts, gap, mann_kendall

YEARS = list(range(2015, 2025))
KG = pd.Series([1000 * 0.95**i * (1 + 0.02 * (-1) ** i) for i in range(10)], index=YEARS)
FIT = cb.fit(KG, until=2030)
ERRORS = pd.Series(np.linspace(0.01, 0.5, 10), index=YEARS)


def target(**changes: Any) -> cb.Target:
    return cb.Target(**{"id": "t", "scopes": ("1", "2"), "scope2_method": MARKET, "base_year": 2015,
                        "target_year": 2030, "reduction": 0.42, **changes})


def but(year: int, value: float, series: pd.Series = KG) -> pd.Series:
    return series.where(series.index != year, value)


def told(**attrs: object) -> pd.Series:
    made = KG.copy()
    made.attrs.update(attrs)
    return made


def both_methods() -> pd.DataFrame:
    return pd.concat([events(scope="2", scope2_method=LOCATION, delta_kg=200.0),
                      events(scope="2", scope2_method=MARKET, delta_kg=100.0)], ignore_index=True)


def restate(series: pd.Series = KG, table: pd.DataFrame | None = None, **changes: Any) -> Any:
    given = {"as_of": "2024-12-31", "base_year": 2015, "threshold": 0.05, "measure": "gross", **changes}
    return cb.restate(series, events() if table is None else table, **given)


def budget(series: pd.Series, path: pd.Series | None = None) -> Any:
    return budget_state(series, target().pathway(1000.0) if path is None else path, convention="annual_sum")


NOT_A_YEAR = KG.set_axis(pd.Index([*YEARS[:-1], pd.NA], dtype="Int64"))
SERIES: list[tuple[str, pd.Series, str]] = [
    ("a figure beside no year", NOT_A_YEAR, "has no year"),
    ("the same in decimals", NOT_A_YEAR.set_axis(NOT_A_YEAR.index.astype("Float64")), "has no year"),
    ("two dimensions", KG.set_axis(pd.MultiIndex.from_product([["a"], YEARS])), "indexed by year alone"),
    ("years as text", KG.set_axis([str(y) for y in YEARS]), "series.index.astype"),
    ("years as objects", KG.set_axis(pd.Index(YEARS, dtype=object)), "these are object, not whole numbers"),
    ("complex", KG.astype(complex), "not numbers"),
    ("tonnes in attrs", told(unit="t CO2e"), "in t CO2e by its attrs"),
    ("thousands in attrs", told(unit="kt"), "in kt by its attrs"),
    *((name, KG.rename(name), "in tonnes by its name") for name in (
        "t CO2e", "tCO2e", "tonnes", "emissions (t)", "co2e_kt", "MtCO2", "Tonnes CO2")),
]


@pytest.mark.parametrize(("series", "message"), [pytest.param(s, m, id=name) for name, s, m in SERIES])
def test_what_is_no_series_of_kilograms_by_year_is_refused_by_all(series: pd.Series, message: str):
    """By the fit, its backtest, a restatement, a target and a budget alike, in words within one screen."""
    for call in (lambda: cb.fit(series, until=2030), lambda: cb.backtest(series), lambda: restate(series),
                 lambda: target().base_kg(series), lambda: gap(series, target()), lambda: budget(series)):
        with pytest.raises(CarbonError, match=message) as refused:
            call()
        assert len(str(refused.value)) < 500


WRONG: list[tuple[str, Callable[[], object], str]] = [
    ("restate infinite", lambda: restate(but(2018, np.inf)), r"infinite emissions in \[2018\]"),
    ("gap infinite", lambda: gap(but(2018, -np.inf), target()), r"infinite emissions in \[2018\]"),
    ("budget infinite", lambda: budget(but(2018, -np.inf)), r"infinite emissions in \[2018\]"),
    ("path infinite", lambda: budget_kg(but(2018, np.inf), convention="annual_sum"), r"infinite emissions in \[2018\]"),
    ("path as text", lambda: budget_kg(KG.astype("str"), convention="annual_sum"), "not numbers"),
    ("path by text", lambda: budget(KG, target().pathway(1000.0).rename(str)), "series.index.astype"),
    ("path in tonnes", lambda: budget(KG, target().pathway(1.0).rename("pathway_t")), "in tonnes by its name"),
    ("base unknown", lambda: target().base_kg(but(2015, np.nan)), "base year 2015 has no figure"),
    ("base NA", lambda: target().base_kg(but(2015, np.nan).astype("Float64")), "base year 2015 has no figure"),
    ("base infinite", lambda: target().base_kg(but(2015, np.inf)), r"infinite emissions in \[2015\]"),
    ("mean base", lambda: gap(but(2016, np.nan), target(base_years=(2015, 2016))), "base year 2016 has no figure"),
    ("mean base of events", lambda: restate(but(2016, np.nan), base_year=[2015, 2016]), "base year 2016 has no figure"),
    ("base NA of events", lambda: restate(but(2015, np.nan).astype("Float64")), "base year 2015 has no figure"),
    ("no base", lambda: restate(base_year=[]), "no base year is given"),
    ("base as text", lambda: target(base_years=("2015", "2016")), "'2015' is not a calendar year"),
    ("base alone", lambda: target(base_years=2015), "not a list of years"),
    ("half a base", lambda: target(base_years=(2015, 2015.5)), "2015.5 is not a calendar year"),
    ("base twice", lambda: target(base_years=(2015, 2015, 2016)), "hold a year twice"),
    ("scope as number", lambda: target(scopes=1), "scopes 1 must be of"),
    ("no scope", lambda: target(scopes=None), "scopes None must be of"),
    ("nested scopes", lambda: target(scopes=(["1"], ["2"])), "must be of"),
    ("a yes for a cut", lambda: target(reduction=True), "reduction True is not"),
    ("a yes for a base", lambda: target().pathway(True), "base_kg is True, not a finite number of kg"),
    ("a year for a day", lambda: restate(as_of=2024), "as_of 2024 is not a day"),
    ("a number for a day", lambda: restate(as_of=20241231.0), "is not a day"),
    ("a yes for a threshold", lambda: restate(threshold=True), "threshold True"),
    ("not recorded", lambda: restate(table=events(recorded_on=pd.NaT)), "the day it was recorded"),
    ("not dated", lambda: restate(table=events(date=pd.NaT)), "needs its day"),
    ("blank reason", lambda: restate(table=events(reason=" ")), "needs a reason"),
    ("both methods", lambda: restate(table=both_methods(), scope2_method="both"), "'both': unknown"),
    ("the other method", lambda: restate(told(scope2_method=LOCATION), both_methods(), scope2_method=MARKET),
     "the series is of 'location-based'"),
    ("other scopes", lambda: restate(told(scopes=("1", "2")), scopes=["1"]), "the series is of"),
    ("scope 4", lambda: restate(scopes=["1", "4"]), "unknown"),
    ("levels as text", lambda: cb.fit(KG, until=2030, levels=["80"]), "not percentages"),
    ("a yes for a level", lambda: cb.fit(KG, until=2030, levels=[True]), "not percentages"),
    ("levels once", lambda: cb.fit(KG, until=2030, levels=(v for v in (50, 80))), "not percentages"),
    ("errors as text", lambda: cb.fit(KG, until=2030, sd_year=["a"] * 10), "must be positive numbers"),
    ("errors by position", lambda: cb.fit(KG[::-1], until=2030, sd_year=ERRORS.tolist()), "not in order"),
    ("errors of other years", lambda: cb.fit(KG, until=2030, sd_year=ERRORS.reset_index(drop=True)), "each year"),
    ("half a year ahead", lambda: cb.backtest(KG, horizon=1.5), "forecasts nothing"),
    ("for ever ahead", lambda: cb.backtest(KG, horizon=np.inf), "forecasts nothing"),
    ("unknown ahead", lambda: cb.backtest(KG, horizon=np.nan), "forecasts nothing"),
    ("a list of models", lambda: cb.backtest(KG, models=[["drift"]]), "unknown models"),
    ("no seed", lambda: FIT.p_budget(5000.0, seed=None), "nobody can draw again"),
    ("half a draw", lambda: FIT.p_budget(5000.0, seed=1, draws=10.5), "give no chance"),
    ("parts without a seed", lambda: fit_parts(pd.DataFrame({"a": KG, "b": KG}), until=2030, seed=None), "draw again"),
    ("a part as text", lambda: fit_parts(pd.DataFrame({"a": KG, "b": KG.astype("str")}), until=2030, seed=1),
     "not numbers"),
    ("a part twice", lambda: fit_parts(pd.concat([KG.rename("a")] * 2, axis=1), until=2030, seed=1), "stand twice"),
    ("a complex direction", lambda: mann_kendall(KG.astype(complex)), "needs numbers"),
    ("a table of directions", lambda: mann_kendall(np.ones((3, 3))), "needs one series"),
    ("a yes for an amount", lambda: FIT.p_at_most(True, 2030), "not an amount of emissions"),
]


@pytest.mark.parametrize(("call", "message"), [pytest.param(c, m, id=name) for name, c, m in WRONG])
def test_an_argument_that_only_looks_right_is_refused_in_words(call: Callable[[], object], message: str):
    """With the value and what to type; no figure, and no error of another library."""
    with pytest.raises(CarbonError, match=message) as refused:
        call()
    assert refused.value.hint


@pytest.mark.parametrize("index", [
    pd.Index(YEARS, dtype="Int64"), pd.Index(YEARS, dtype="uint16"), pd.Index(YEARS, dtype="int16"),
    pd.Index([float(y) for y in YEARS])], ids=lambda i: str(i.dtype))
def test_whole_numbers_of_any_width_are_years(index: pd.Index):
    """The fit, the gap and the budget are those of plain years."""
    series = KG.set_axis(index)
    assert cb.fit(series, until=2030).table.equals(FIT.table)
    assert gap(series, target()).equals(gap(KG, target()))
    assert budget(series).remaining_kg == budget(KG).remaining_kg
    assert restate(series).restated.tolist() == restate().restated.tolist()


@pytest.mark.parametrize("dtype", ["Float64", "double[pyarrow]", pd.SparseDtype("float", np.nan)], ids=str)
def test_any_dtype_of_decimals_gives_the_same_figures(dtype: Any):
    """An unknown last year is left out in each of them."""
    assert cb.fit(KG.astype(dtype), until=2030).table.equals(FIT.table)
    assert restate(KG.astype(dtype)).restated.astype(float).tolist() == restate().restated.tolist()
    assert target().base_kg(KG.astype(dtype)) == KG.loc[2015]
    if dtype == "Float64":
        assert int(cb.fit(but(2024, np.nan).astype(dtype), until=2030).table["year"].iloc[0]) == 2024


def test_small_and_great_whole_numbers_do_not_overflow():
    """200 kg in eight bits less 150 are 50; beyond 2^53 a figure keeps its fifteen digits."""
    few = pd.Series(200, index=YEARS, dtype="uint8")
    sold = restate(few, events(kind="divestment", delta_kg=-150.0))
    assert sold.restated.tolist() == [50.0] * 5 + [200.0] * 5
    many = pd.Series([2**60 + i for i in range(10)], index=YEARS)
    assert restate(many, events(delta_kg=2.0**58)).restated.loc[2015] == 2.0**60 + 2.0**58
    assert target().base_kg(many) == 2.0**60


def test_names_that_are_no_unit_are_left_alone():
    """A site or a word that ends in t is not in tonnes; kilograms may be said."""
    for name in ("Dépôt", "don't know", "Site T", "transport", None, 2024, "co2e_kg"):
        assert cb.fit(KG.rename(name), until=2030).table.equals(FIT.table)
    assert cb.fit(told(unit="kg CO2e"), until=2030).table.equals(FIT.table)


def test_a_day_with_its_hour_and_zone_is_that_day():
    """Recorded on 1 February 2020: known at any hour of it, wherever that was."""
    zoned = pd.Timestamp("2020-02-01 09:00", tz="Europe/Paris")
    for day in (datetime(2020, 2, 1, 15), zoned, np.datetime64("2020-02-01")):
        assert restate(as_of=day).recalculated
    assert not restate(as_of=pd.Timestamp("2020-01-31 23:00", tz="America/New_York")).recalculated


def test_a_mean_base_is_one_base_whatever_holds_its_years():
    """A list, a tuple, an array or a set of years, in any order; a target of them can be a key."""
    expected = restate(base_year=(2015, 2016)).significance["single"].tolist()
    for years in ([2016, 2015], np.array([2015, 2016]), {2015, 2016}, range(2015, 2017), pd.Series([2015, 2016])):
        assert restate(base_year=years).significance["single"].tolist() == expected
    assert target(base_years=[2015, 2016.0]).base_years == (2015, 2016)
    assert {target(base_years=[2015, 2016]): 1}
    assert target(scopes={"2", "1"}).scopes == ("1", "2")


def test_a_target_has_no_base_in_a_year_without_a_figure():
    """The year is in the index and nothing stands beside it."""
    assert target().has_base(KG)
    assert not target().has_base(but(2015, np.nan))
    assert not target(base_years=(2015, 2016)).has_base(but(2016, np.nan))


def test_events_of_scopes_the_series_is_not_of_do_not_move_it():
    """+100 kg of scope 1 belongs to a series of scopes 1 and 2, and not to one of scope 3."""
    assert restate(scopes=["1", "2"]).restated.loc[2015] == KG.loc[2015] + 100
    assert restate(scopes=["3"]).restated.tolist() == KG.tolist()


def test_a_change_of_ruler_stays_a_break_until_an_event_carries_the_years_over():
    """AR4 to AR5 in 2018: a purchase mends nothing of it, an event of the GWP set does."""
    ruled = told(breaks=(("GWP set AR4GWP100 to AR5GWP100", 2018), ("acquisition of X", 2020)))
    assert restate(ruled).restated.attrs["breaks"] == (("GWP set AR4GWP100 to AR5GWP100", 2018),)
    with pytest.raises(CarbonError, match=re.escape("crosses GWP set AR4GWP100 to AR5GWP100 (2018)")):
        cb.fit(restate(ruled).restated, until=2030)
    carried = events(kind="gwp_set", date=pd.Timestamp("2018-01-01")).query("year < 2018")
    assert restate(ruled, carried).restated.attrs["breaks"] == ()


def test_errors_go_with_their_years():
    """Given by year, in whatever order the errors or the series stand; event years may be among them."""
    plain = cb.fit(KG, until=2030, sd_year=ERRORS.tolist())
    for series, errors in ((KG, ERRORS[::-1]), (KG[::-1], ERRORS), (KG.sample(frac=1, random_state=3), ERRORS)):
        assert cb.fit(series, until=2030, sd_year=errors).table.equals(plain.table)
    assert not plain.table.equals(cb.fit(KG, until=2030, sd_year=ERRORS.tolist()[::-1]).table)
    marked = cb.fit(KG, until=2030, sd_year=ERRORS.drop(2020).tolist(), event_years=[2020])
    assert cb.fit(KG, until=2030, sd_year=ERRORS, event_years=[2020]).table.equals(marked.table)


def test_a_level_is_named_by_its_number():
    """80 and 80.0 are one column; 97.5 is its own."""
    table = cb.fit(KG, until=2030, levels=[80.0, np.int64(95), 97.5]).table
    assert {"low_80_kg", "high_95_kg", "low_97.5_kg"} <= set(table)
    assert table["low_80_kg"].equals(FIT.table["low_80_kg"])


def test_a_model_named_twice_is_one_model():
    """Its forecasts are counted once."""
    once, twice = cb.backtest(KG, models=["drift"]), cb.backtest(KG, models=["drift", "drift"])
    assert twice.equals(once)


def test_the_last_calendar_year_is_one_and_the_year_after_it_none():
    """2200 as a year and as an index; 2201 is a position or a unit."""
    assert target(target_year=2200).target_year == 2200
    with pytest.raises(CarbonError, match="2201 is not a calendar year"):
        target(target_year=2201)
    late = pd.Series([1.0, 2.0, 3.0], index=[2198, 2199, 2200])
    with pytest.raises(CarbonError, match="is not after the last year 2200"):
        cb.fit(late, until=2200)
    with pytest.raises(CarbonError, match="must be calendar years, it is 2199, 2200, 2201"):
        cb.fit(late.set_axis([2199, 2200, 2201]), until=2200)


@pytest.mark.parametrize(("positions", "shown"), [(3, "it is 0, 1, 2"), (4, "it is 0, 1, 2, ...")])
def test_an_index_is_shown_by_its_first_three_places(positions: int, shown: str):
    """Three are shown whole, of four the rest is dots."""
    with pytest.raises(CarbonError) as refused:
        cb.fit(pd.Series(np.ones(positions)), until=2030)
    assert refused.value.what == f"the index must be calendar years, {shown}"


def test_a_series_without_a_year_has_no_figure():
    """An empty one is stated as such, and not by what its index should be."""
    with pytest.raises(CarbonError, match="no year has a figure"):
        cb.fit(pd.Series(dtype="float64", index=pd.Index([], dtype="int64")), until=2030)
