"""Breaks: slips, acquisitions and closed sites are found, explained ones named; the others leave no probability."""

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.accounting.expectations import bands
from carbon.accounting.expectations.names import LEVEL
from carbon.accounting.years.bridge import STEPS
from carbon.core.errors import MethodError
from carbon.trajectory import fit
from carbon.trajectory.fitting.breaks import Break, explained_by, find_breaks, moved_by_factors, suspects_of

STEADY = [100.0, 98, 97, 95, 94, 93, 92, 90]


def of(values: list[float], start: int = 2016) -> pd.Series:
    return pd.Series(values, index=range(start, start + len(values)))


@pytest.mark.parametrize(("year", "times", "cause"), [
    (2021, 10.0, "a digit too many"), (2021, 0.1, "a digit missing"), (2023, 1000.0, "MWh for kWh"),
    (2018, 10.0, "a digit too many")])
def test_a_slip_in_one_year_is_found_with_its_cause_and_the_year_after_is_not(year: int, times: float, cause: str):
    """A slipped decimal, in the middle, the last or the third year: one break, by the causes of the expectations."""
    series = of(STEADY)
    series.loc[year] *= times
    [found] = find_breaks(series, {})
    assert found.year == year
    assert cause in found.cause


def test_a_lasting_step_is_found_once_and_a_steady_series_has_none():
    """A company that doubles, or closes a site of 60 %: one break in that year. A fall of 30 %, growth of 8 % a year,
    and a gap over which the level doubled are none.
    """
    assert [b.year for b in find_breaks(of([100, 98, 97, 95, 200, 198, 196]), {})] == [2020]
    assert [b.year for b in find_breaks(of([100, 98, 97, 95, 40, 39, 38]), {})] == [2020]
    for none in (of(STEADY), of([100, 98, 97, 68, 66, 65]), of([100 * 1.08**i for i in range(12)]),
                 pd.Series([100.0, 98, 200, 198], index=[1990, 1991, 2005, 2006])):
        assert find_breaks(none, {}) == ()


def test_a_marked_or_missing_year_hides_no_break():
    """2.4 times the level in 2022, with 2020 marked as exceptional: compared with 2018, 2019 and 2021. Where the years
    before are reported ones, that is the likely cause.
    """
    series = pd.Series([820e3, 810e3, 675e3, 765e3, 1900e3, 1985e3, 1780e3, 1700e3], index=range(2018, 2026))
    fitted = fit(series, until=2030, event_years=[2020])
    assert [(b.year, round(b.factor, 1)) for b in fitted.breaks] == [(2022, 2.3)]
    assert "reported years" not in fitted.breaks[0].cause
    series.attrs["reported"] = (2018, 2019, 2020, 2021)
    assert "do the reported years cover as much" in fit(series, until=2030, event_years=[2020]).breaks[0].cause
    alone = pd.Series([820e3, 810e3, 800e3, 1900e3, 1985e3, 1780e3], index=[2016, 2017, 2018, 2021, 2022, 2023])
    assert [b.year for b in fit(alone, until=2030, missing_years=range(2019, 2021)).breaks] == [2021]


def test_the_band_is_that_of_the_table_of_expectations(monkeypatch: pytest.MonkeyPatch):
    """No second band: a wider one there finds less here."""
    series = of([100, 98, 97, 95, 200, 198, 196])
    monkeypatch.setattr(bands, "WIDTH", {**bands.WIDTH, LEVEL: (3.0, 3.0, 3.0)})
    assert find_breaks(series, {}) == ()


def test_an_unexplained_break_is_warned_of_and_leaves_no_probability():
    """Named in the warnings; explained or marked, the probability is back."""
    series = of([100, 98, 97, 95, 200, 198, 196, 190])
    fitted = fit(series, until=2028)
    assert any("a break in 2020 (2.06 times the years before)" in w for w in fitted.warnings)
    for asked in (lambda: fitted.p_at_most(150.0, 2026), lambda: fitted.p_budget(1000.0, seed=1)):
        with pytest.raises(MethodError, match="no probability across an unexplained break in 2020"):
            asked()
    known = fit(series, until=2028, explained={2020: "acquisition of Beta"})
    assert any("acquisition of Beta" in w for w in known.warnings)
    assert 0 < known.p_at_most(150.0, 2024) < 1


def test_an_event_of_the_ledger_explains_a_change_of_its_own_size_only():
    """100 t in the ledger explain a step of 105 t; 10 t do not."""
    series = of([100e3, 98e3, 97e3, 95e3, 200e3, 198e3])
    [large] = find_breaks(series, {}, [(2020, "acquisition of Beta", 100e3)])
    assert large.explained == "acquisition of Beta, +100 t"
    [small] = find_breaks(series, {}, [(2020, "acquisition of Gamma", 10e3)])
    assert small.explained == ""


class OfSteps:
    """A bridge as far as its streams: kg by scope and step."""

    def __init__(self, scopes: dict[str, dict[str, float]]):
        self.streams = pd.DataFrame([{"scope": s} | dict.fromkeys(STEPS, 0.0) | kg for s, kg in scopes.items()])


def suspected(*levels: dict[str, object]) -> dict[int, tuple[str, str]]:
    """What a rise from 455 to 1650 kg of scope 1 may be, by levels of that year; of LPG at ten times unless given."""
    lpg = {"measure": LEVEL, "kind": "energy", "dimension": "site \u00b7 carrier \u00b7 meter", "accepted": "",
           "key": "bodega \u00b7 lpg \u00b7 PDL 7", "scope": "1", "value": 10.0, "expected": 1.0, "at_stake_kg": 1100.0,
           "cause": "10 times the years before: a digit too many?"}
    kg = pd.Series({2019: 450.0, 2020: 460.0, 2021: 455.0, 2022: 1650.0})
    kg.attrs["scopes"] = ("1",)
    of_year = SimpleNamespace(breaches=lambda: pd.DataFrame([lpg | level for level in levels]))
    behind = SimpleNamespace(inventories={2022: of_year} if levels else {})
    return suspects_of(SimpleNamespace(inventories_behind=behind), kg, find_breaks(kg, {}))


def test_a_slip_in_one_stream_is_named_by_the_records_of_its_year():
    """LPG x 10 makes the total 3.6 times as much: the level of the year's table with half of the change is the suspect;
    a smaller one and a year without records are none.
    """
    small = {"key": "vina \u00b7 diesel \u00b7 ", "cause": "3 times the years before", "at_stake_kg": 100.0}
    slip = "10 times the years before: a digit too many?"
    assert suspected(small, {}) == {2022: ("bodega \u00b7 lpg", slip)}
    assert suspected(small) == suspected() == {}
    assert Break(2022, 3.6, slip, "", "lpg").text.endswith("lpg, 10 times the years before: a digit too many? "
                                                           "Nothing explains it yet")
    assert Break(2022, 3.6, "3.6 times the years before").text.endswith("before. Nothing explains it yet")


@pytest.mark.parametrize("other", [{"scope": "3"}, {"value": 0.1}, {"accepted": "a second boiler (A, 2023-01-31)"}])
def test_another_scope_a_fall_and_what_is_accepted_are_no_cause_of_a_rise(other: dict[str, object]):
    """A break of scope 1 is not blamed on a slip of scope 3, nor a rise on a fall, nor asked again once accepted."""
    assert suspected(other) == {}


def test_a_suspect_is_named_by_no_supplier():
    """Pages for everyone print it: of purchases from one supplier, the kind."""
    assert suspected({"kind": "purchases", "dimension": "supplier", "key": "Acme"})[2022][0] == "purchases"


def test_a_bridge_explains_what_is_not_the_companys_own_change():
    """A contract that ended is 80 of 100 t: named; growth of its own activity, or a step against the change, explains
    nothing. A fall has a minus; both amounts have three figures and the unit of the larger.
    """
    ended = OfSteps({"2": {"market instruments": 8e4, "activity level": 2e4}})
    grown = OfSteps({"2": {"market instruments": 1e4, "activity level": 9e4}})
    against = OfSteps({"2": {"grid": -9e4, "activity level": 19e4}})
    assert explained_by({2020: ended, 2021: grown, 2022: against}) == {2020: "market instruments, +80 t of +100 t"}
    assert explained_by({2020: OfSteps({"2": {"grid": 1_257.0, "boundary": 1_255.0}})}) == {
        2020: "grid, +1.26 t of +2.51 t"}
    small = OfSteps({"2": {"grid": -430.0}})
    assert explained_by({2020: small}) == {2020: "grid, \N{MINUS SIGN}430 kg of \N{MINUS SIGN}430 kg"}


def test_steps_of_other_scopes_or_mended_in_the_series_explain_nothing():
    """An edition of scope 3 is no reason for a break in scope 1; an acquisition is none in a restated series."""
    bridge = OfSteps({"1": {"boundary": 6e4, "activity level": 4e4}, "3": {"factor editions": 9e6}})
    assert explained_by({2020: bridge}) == {2020: "factor editions, +9,000 t of +9,100 t"}
    assert explained_by({2020: bridge}, ["1"]) == {2020: "boundary, +60 t of +100 t"}
    assert explained_by({2020: bridge}, ["1"], mended=["boundary"]) == {}


def test_an_event_against_the_change_explains_nothing():
    """A divestment of 100 t does not explain a rise of 105 t."""
    [found] = find_breaks(of([100e3, 98e3, 97e3, 95e3, 200e3, 198e3]), {}, [(2020, "divestment of Beta", -100e3)])
    assert found.explained == ""


def test_gaps_of_a_common_pattern_are_declared_by_a_range():
    """1990, 2000, 2005, 2010, 2015-: one range; a list with a year that has a figure stays an error."""
    series = pd.Series([100.0, 98, 97, 95, 90, 89, 88, 87], index=[1990, 2000, 2005, 2010, 2015, 2016, 2017, 2018])
    fitted = fit(series, until=2022, missing_years=range(1990, 2015))
    assert len(fitted.gaps) == 21
    with pytest.raises(MethodError, match=r"years \[2000\] are declared missing and have a figure"):
        fit(series, until=2022, missing_years=[2000])


def test_a_year_to_which_factors_moved_the_series_is_named(monkeypatch):
    """-60 t of editions and -5 t of rates on 1,000 t at a threshold of 5 %: named; -40 t: not; another scope's: not;
    a published table has no bridges.
    """
    def link(**kg):
        rows = pd.DataFrame([{"scope": "1", "start": 1e6, **dict.fromkeys(STEPS, 0.0), **kg},
                             {"scope": "3", "start": 9e6, **dict.fromkeys(STEPS, -9e5)}])
        return SimpleNamespace(streams=rows)

    links = {2024: link(**{"factor editions": -6e4, "exchange rates and prices": -5e3, "grid": 4e4}),
             2025: link(**{"factor editions": -4e4, "activity level": -9e5})}
    params = SimpleNamespace(params=SimpleNamespace(significant_share=0.05))
    behind = SimpleNamespace(inventories=dict.fromkeys((2023, 2024, 2025), params),
                             bridge=lambda a, b, **_: links[b])
    series = pd.Series([1e6, 9e5, 8e5], index=[2023, 2024, 2025])
    series.attrs.update(scopes=("1",), scope2_method="")
    assert moved_by_factors(SimpleNamespace(inventories_behind=behind), series) == {
        2024: "factor editions, \N{MINUS SIGN}60 t of 1,000 t"}
    assert moved_by_factors(SimpleNamespace(inventories_behind=None), series) == {}
