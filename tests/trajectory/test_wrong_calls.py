"""What an analyst types by mistake: each wrong call is refused in words, and none returns a figure."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from five_years_of_events import events

import carbon as cb
from carbon.core.errors import CarbonError, MethodError
from carbon.trajectory import budget_kg, budget_state, fit_parts, likelihood, mann_kendall, ruleset
from carbon.trajectory.pathways import (
    forward_looking_limit,
    milestones,
    sector_decarbonisation,
)

YEARS = range(2015, 2025)
KG = pd.Series([1000 * 0.95**i * (1 + 0.02 * (-1) ** i) for i in range(10)], index=YEARS)
FIT = cb.fit(KG, until=2030)
FLAT = pd.Series([10.0, 10.0, 10.0], index=[2020, 2021, 2022])
SECTOR = pd.Series([100.0, 80.0, 60.0], index=[2020, 2021, 2022])


def target(**changes: Any) -> cb.Target:
    return cb.Target(**{"id": "t", "scopes": ("1", "2"), "scope2_method": "market-based", "base_year": 2015,
                        "target_year": 2030, "reduction": 0.42, **changes})


def restate(**changes: Any) -> Any:
    given = {"history": KG, "events": events(), "as_of": "2024-12-31", "base_year": 2015, "threshold": 0.05,
             "measure": "gross", **changes}
    return cb.restate(given.pop("history"), given.pop("events"), **given)


def dated(series: pd.Series) -> pd.Series:
    return series.set_axis(pd.to_datetime([f"{y}-12-31" for y in YEARS]))


FITS: list[tuple[str, Callable[[], object], str]] = [
    ("a list", lambda: cb.fit([1, 2, 3], until=2030), "not a list"),
    ("a table", lambda: cb.fit(KG.to_frame(), until=2030), "not a DataFrame"),
    ("tonnes", lambda: cb.fit(KG.rename("co2e_t"), until=2030), "in tonnes by its name"),
    ("days", lambda: cb.fit(dated(KG), until=2030), "series.index.year"),
    ("periods", lambda: cb.fit(dated(KG).to_period("Y"), until=2030), "series.index.year"),
    ("half years", lambda: cb.fit(KG.set_axis([y + 0.5 for y in YEARS]), until=2030), "must be calendar years"),
    ("decimals", lambda: cb.fit(KG.map(Decimal), until=2030), "not numbers"),
    ("until as text", lambda: cb.fit(KG, until="2030"), "until: '2030' is not a calendar year"),
    ("half a year", lambda: cb.fit(KG, until=2030.5), "until: 2030.5 is not a calendar year"),
    ("no year", lambda: cb.fit(KG, until=None), "until: None is not a calendar year"),
    ("a far year", lambda: cb.fit(KG, until=20300), "until: 20300 is not a calendar year"),
    ("an event alone", lambda: cb.fit(KG, until=2030, event_years=2020), r"event_years=\[2020\]"),
    ("an event as text", lambda: cb.fit(KG, until=2030, event_years=["2020"]), "'2020' is not a calendar year"),
    ("a gap alone", lambda: cb.fit(KG.drop(2018), until=2030, missing_years=2018), r"missing_years=\[2018\]"),
    ("levels as shares", lambda: cb.fit(KG, until=2030, levels=(0.5, 0.8)), "80 means 80 %"),
    ("certainty", lambda: cb.fit(KG, until=2030, levels=(100,)), "not percentages"),
    ("one level", lambda: cb.fit(KG, until=2030, levels=80), "not percentages"),
    ("an error unknown", lambda: cb.fit(KG, until=2030, sd_year=[np.nan] * 10), "sd_year must be positive"),
    ("a shared error unknown", lambda: cb.fit(KG, until=2030, sd_year=[0.1] * 10, sd_shared=np.nan), "sd_year must be"),
    ("one error for all", lambda: cb.fit(KG, until=2030, sd_year=0.1), "1 standard deviations for 10 years"),
    ("a shared error alone", lambda: cb.fit(KG, until=2030, sd_shared=0.1), "would change nothing"),
    ("errors unused", lambda: cb.fit(KG, until=2030, model="drift", sd_year=[0.1] * 10), "does not use sd_year"),
    ("parts of one", lambda: fit_parts(KG, until=2030, seed=1), "one column a part"),
]
ASKED: list[tuple[str, Callable[[], object], str]] = [
    ("chance of nothing known", lambda: FIT.p_at_most(np.nan, 2030), "not an amount of emissions"),
    ("chance of text", lambda: FIT.p_at_most("500", 2030), "not an amount of emissions"),
    ("budget unknown", lambda: FIT.p_budget(np.nan, seed=1), "not an amount of emissions"),
    ("no draws", lambda: FIT.p_budget(5000, seed=1, draws=0), "give no chance"),
    ("crossing nothing", lambda: FIT.crossing_year(np.nan), "not an amount of emissions"),
    ("words of nothing", lambda: likelihood(np.nan), "is no probability"),
    ("words of more than all", lambda: FIT.p_text(1.2), "is no probability"),
    ("backtest in percent", lambda: cb.backtest(KG, level=80), "0.8 means 80 %"),
    ("a model misspelt", lambda: cb.backtest(KG, models=["drft"]), "unknown models"),
    ("no horizon", lambda: cb.backtest(KG, horizon=0), "one year ahead"),
    ("backtest, one event", lambda: cb.backtest(KG, event_years=2020), r"event_years=\[2020\]"),
    ("directions of words", lambda: mann_kendall(["a", "b", "c"]), "needs numbers"),
]
TARGETS: list[tuple[str, Callable[[], object], str]] = [
    ("scope as text", lambda: target(scopes="1"), "a list of text"),
    ("no such scope", lambda: target(scopes=("1", "4")), "each once"),
    ("scopes as numbers", lambda: target(scopes=(1, 2)), "each once"),
    ("no scope", lambda: target(scopes=()), "each once"),
    ("a scope twice", lambda: target(scopes=("1", "1")), "each once"),
    ("a year as text", lambda: target(base_year="2015"), "base_year: '2015' is not a calendar year"),
    ("half a target year", lambda: target(target_year=2030.5), "target_year: 2030.5 is not a calendar year"),
    ("percent", lambda: target(reduction="42%"), "0.42 means"),
    ("unknown", lambda: target(reduction=np.nan), "0.42 means"),
    ("a negative rest", lambda: target(residual=-0.1), r"not in \[0, 1\)"),
    ("a rest in percent", lambda: target(residual=10), r"not in \[0, 1\)"),
    ("a mean without its year", lambda: target(base_years=(2018, 2019)), "not one of base_years"),
    ("a base that is a table", lambda: target().pathway(KG), "base_kg is Series, not a finite number of kg"),
    ("a base in text", lambda: target().pathway("1000"), "base_kg is '1000', not a finite number of kg"),
    ("a base that is not known", lambda: target().pathway(np.nan), "base_kg is nan, not a finite number of kg"),
    ("gap of a list", lambda: cb.gap([1, 2], target()), "not a list"),
    ("gap of days", lambda: cb.gap(dated(KG), target()), "series.index.year"),
    ("rate from nothing", lambda: cb.required_rate(np.nan, 50, years=5, base_kg=100), "not all numbers"),
    ("rate to nothing", lambda: cb.required_rate(100, np.nan, years=5, base_kg=100), "not all numbers"),
    ("rate from text", lambda: cb.required_rate("40", 0, years=5, base_kg=100), "not all numbers"),
    ("rate from infinity", lambda: cb.required_rate(np.inf, 0, years=5, base_kg=100), "not all numbers"),
    ("a day as text", lambda: ruleset("snbc_2", on="2026-06-01"), "no day to judge by"),
]
BUDGETS: list[tuple[str, Callable[[], object], str]] = [
    ("a list", lambda: budget_state([1], target().pathway(1000), convention="annual_sum"), "not a list"),
    ("before its base year", lambda: budget_state(KG.loc[:2016], target(base_year=2018).pathway(1000),
                                                  convention="annual_sum"), "no inventory since 2018"),
    ("nothing known", lambda: budget_state(KG * np.nan, target().pathway(1000), convention="annual_sum"),
     "no inventory since 2015"),
    ("a year unknown", lambda: budget_kg(KG.where(KG.index != 2018), convention="annual_sum"), "needs every year"),
    ("backwards", lambda: budget_kg(KG.iloc[::-1], convention="annual_sum"), "needs every year, in order"),
    ("no year", lambda: budget_kg(KG.head(0), convention="annual_sum"), "needs every year"),
]
EVENTS: list[tuple[str, Callable[[], object], str]] = [
    ("percent", lambda: restate(threshold=5), "0.05 means 5 %"),
    ("below zero", lambda: restate(threshold=-1), "0.05 means 5 %"),
    ("unknown", lambda: restate(threshold=np.nan), "0.05 means 5 %"),
    ("a measure misspelt", lambda: restate(measure="max"), "unknown significance measure"),
    ("a year as text", lambda: restate(base_year="2015"), r"not a list of years"),
    ("a day that is two", lambda: restate(as_of="03/04/2024"), 'write it as "2024-12-31"'),
    ("no such day", lambda: restate(as_of="2024-02-30"), 'write it as "2024-12-31"'),
    ("some day", lambda: restate(as_of="soon"), 'write it as "2024-12-31"'),
    ("no table", lambda: restate(events=[1]), "are a table, not a list"),
    ("no series", lambda: restate(history=[1, 2]), "not a list"),
    ("days", lambda: restate(history=dated(KG)), "series.index.year"),
    ("more than there was", lambda: restate(events=events(kind="divestment", delta_kg=-5000.0)), "below zero"),
    ("no inventories", lambda: cb.bridge(KG, KG, scope2_method="market-based", driver="none"), "needs two inven"),
]
PATHS: list[tuple[str, Callable[[], object], str]] = [
    ("a year without activity", lambda: sda(own=pd.Series([10.0, 0, 10], index=FLAT.index)), r"activity in \[2021\]"),
    ("a year unknown", lambda: sda(own=pd.Series([10.0, np.nan, 10], index=FLAT.index)), r"activity in \[2021\]"),
    ("a sector unknown", lambda: sda(sector=SECTOR.where(SECTOR.index != 2021)), r"intensity in \[2021\]"),
    ("no emissions known", lambda: sda(base_kg=np.nan), "base-year emissions are nan"),
    ("other units", lambda: sda(own=in_unit("t steel"), whole=in_unit("kWh")), "kWh and t steel"),
    ("net zero that has been", lambda: ahead(net_zero_year=2024), "net-zero year 2024 is not after"),
    ("recent year unknown", lambda: ahead(recent_kg=np.nan), "not both known"),
    ("a milestone unknown", lambda: milestones({2020: 1.0, 2030: np.nan}), "unknown value"),
    ("a milestone as text", lambda: milestones({"2020": 1.0, "2030": 2.0}), "'2020' is not a calendar year"),
]


def in_unit(unit: str) -> pd.Series:
    made = FLAT.copy()
    made.attrs["unit"] = unit
    return made


def sda(own: pd.Series = FLAT, whole: pd.Series = FLAT, sector: pd.Series = SECTOR, base_kg: float = 1000) -> object:
    return sector_decarbonisation(own, whole, sector, base_kg=base_kg, market_share=True)


def ahead(**changes: Any) -> object:
    return forward_looking_limit(**{"base_kg": 100.0, "recent_kg": 90.0, "base_year": 2020, "recent_year": 2024,
                                    "target_year": 2030, "net_zero_year": 2050, "yearly_rate": 0.042, "residual": 0.1,
                                    **changes})


@pytest.mark.parametrize("call, message", [pytest.param(call, message, id=f"{of}: {name}") for of, calls in (
    ("fit", FITS), ("ask", ASKED), ("target", TARGETS), ("budget", BUDGETS), ("restate", EVENTS), ("pathway", PATHS),
) for name, call, message in calls])
def test_a_wrong_call_is_refused_with_what_to_do(call: Callable[[], object], message: str):
    """The words name the value, and the hint says what to type."""
    with pytest.raises(CarbonError, match=message) as refused:
        call()
    assert refused.value.hint or refused.value.rows is not None


def test_a_misspelt_name_has_the_nearest_one_in_its_remedy():
    """Model, record, convention, method, measure and column: each names what was probably meant."""
    path = target().pathway(1000)
    for call, meant in ((lambda: cb.fit(KG, until=2030, model="drfit"), "drift"),
                        (lambda: cb.backtest(KG, models=["last_valu"]), "last_value"),
                        (lambda: ruleset("esrs_e1_2025"), "esrs_e1_2026"),
                        (lambda: budget_kg(path, convention="anual_sum"), "annual_sum"),
                        (lambda: target(scope2_method="market_based"), "market-based"),
                        (lambda: restate(measure="gros"), "gross")):
        with pytest.raises(CarbonError) as wrong:
            call()
        assert wrong.value.hint.startswith("did you mean") and meant in wrong.value.hint
    with pytest.raises(MethodError) as far:
        cb.fit(KG, until=2030, model="theil_sen")
    assert "known: auto, last_value, drift" in far.value.hint


def test_right_calls_beside_the_wrong_ones_give_figures():
    """Decoys: the same calls with what was meant."""
    assert cb.fit(KG.set_axis([float(y) for y in YEARS]), until=2030.0).table.equals(FIT.table)
    assert cb.fit(KG.sample(frac=1, random_state=1), until=2030).table.equals(FIT.table)
    assert target(scopes=["1", "2"], base_year=2015.0).scopes == ("1", "2")
    assert FIT.p_at_most(-5.0, 2030) == 0.02
    assert cb.backtest(KG, models="drift")["model"].tolist() == ["drift"]
    assert restate(as_of=pd.Timestamp("2024-12-31")).recalculated
    assert restate(as_of=date(2024, 12, 31), base_year=[2015, 2016]).recalculated
    assert not restate(as_of="2020-01-31").recalculated
    assert sda(own=in_unit("t steel"), whole=in_unit("t steel")) is not None


def test_size_and_length_change_no_rate():
    """From milligrams to a planet, and over 200 years: the rate is a share and the medians scale."""
    for factor in (1e-9, 1e9, 1e15):
        scaled = cb.fit(KG * factor, until=2030)
        assert scaled.rate == pytest.approx(FIT.rate, rel=1e-9)
        assert scaled.table["high_95_kg"].to_numpy() == pytest.approx(factor * FIT.table["high_95_kg"].to_numpy())
    long = pd.Series(1e6 * 0.99 ** np.arange(200.0), index=range(1850, 2050))
    assert cb.fit(long, until=2060).rate == pytest.approx(-0.01, abs=1e-3)


def test_a_year_without_a_figure_at_an_end_is_listed():
    """2024 has no figure yet: the fit ends in 2023, and says so."""
    open_year = cb.fit(KG.where(KG.index != 2024), until=2030)
    assert int(open_year.table["year"].iloc[0]) == 2024
    assert any("left out, as they have no figure: 2024" in w for w in open_year.warnings)
    assert not any("left out" in w for w in FIT.warnings)


def test_an_interval_without_width_says_that_it_promises_nothing():
    """Four equal years have no spread: the interval of the last value is a point, and the fit warns; the default has
    that of its prior. Three have no interval to speak of.
    """
    four = pd.Series([100.0] * 4, index=[2019, 2020, 2021, 2022])
    assert (cb.fit(four, until=2024).table["high_95_kg"] > 101).all()
    same = cb.fit(four, until=2024, model="last_value")
    assert (same.table["high_95_kg"] == same.table["low_95_kg"]).all()
    assert any("promises nothing" in w for w in same.warnings)
    for kg in ([100.0, 101.0, 100.0, 100.0], [100.0] * 3):
        other = cb.fit(pd.Series(kg, index=range(2020, 2020 + len(kg))), until=2024)
        assert not any("promises nothing" in w for w in other.warnings)


def test_a_path_that_falls_by_percent_never_reaches_zero():
    """Net zero is no crossing of a log scale: None, with that reason, and never the end of the axis."""
    assert FIT.crossing_year(0.0) == (None, "a path of yearly percentages never reaches zero")


def test_too_few_years_are_a_method_error_of_their_own():
    """A remedy that names the table to add them to."""
    with pytest.raises(MethodError, match="reported_inventories"):
        cb.fit(KG.head(2), until=2030)


def test_an_event_may_take_out_all_that_was_reported_and_no_more():
    """100 kg a year, all of them sold: nothing is left, and that is a figure. A gram more is refused."""
    flat = pd.Series(100.0, index=YEARS)
    sold = restate(history=flat, events=events(kind="divestment", delta_kg=-100.0))
    assert sold.restated.loc[2015:2019].tolist() == [0.0] * 5
    with pytest.raises(MethodError, match="below zero"):
        restate(history=flat, events=events(kind="divestment", delta_kg=-100.001))
