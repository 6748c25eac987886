"""Figures that other projects and standards assert, met here; where we differ on purpose, that is the test."""

import importlib.util
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.years.lmdi import lmdi, lmdi_multiplicative
from carbon.accounting.years.restated import restate
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION
from carbon.core.ledgers import EVENTS
from carbon.trajectory import Situation, Target, budget_kg
from carbon.trajectory import contraction as plain
from carbon.trajectory.budget import straight_line
from carbon.trajectory.pathways import milestones, sector_decarbonisation

ROOT = Path(__file__).parents[2]


def sda(intensity: float, sector: list[float], first: int = 2020) -> pd.DataFrame:
    years = pd.Index(range(first, first + len(sector)), name="year")
    flat = pd.Series(100.0, index=years)
    return sector_decarbonisation(flat, flat, pd.Series(sector, index=years), base_kg=intensity * 100,
                                  market_share=False)


def test_sda_meets_the_snapshot_of_r2dii_analysis():
    """RMI-PACTA/r2dii.analysis at 46dd5678, tests/testthat/_snaps/target_sda.md (later snapshots no longer print the
    column): cement, 1.0 in 2020, sector from 0.6 to 0.2 in 2050, scaled to the economy's 1.0: 1, 0.978, 0.956, 0.933.
    """
    # The sector falls from 1 to 0.2 / 0.6 = 1/3 in 30 equal steps.
    path = sda(1.0, np.linspace(1.0, 1 / 3, 31).tolist())["intensity"]
    assert path.iloc[:4].round(3).tolist() == [1.0, 0.978, 0.956, 0.933]


def test_sda_meets_the_known_input_of_r2dii_analysis_for_the_economy():
    """Same project at 88418958, tests/testthat/test-target_sda.R, "with known input": adjusted scenario b2ds 6.45,
    5.42, 4.39, 3.35, 2.32, 1.29 and sds 6.45, 6.19, 5.93, 5.68, 5.42, 5.16.
    """
    for end, known in ((0.1, [6.45, 5.42, 4.39, 3.35, 2.32, 1.29]), (0.4, [6.45, 6.19, 5.93, 5.68, 5.42, 5.16])):
        sector = np.linspace(6.45, 6.45 * end / 0.5, 6)
        assert sda(6.45, sector.tolist())["intensity"].to_numpy() == pytest.approx(known, abs=0.0051)


@pytest.mark.parametrize(("end", "known"), [
    (1.29, [0.9, 0.98, 1.06, 1.13, 1.21, 1.29]), (5.16, [0.9, 1.75, 2.60, 3.46, 4.31, 5.16])])
def test_a_company_below_the_sector_is_raised_there_and_kept_here(end: float, known: list[float]):
    """Same test, target_b2ds and target_sds: a company at 0.9 is led up to the sector by r2dii.analysis. The formula
    does so; here the company stays at 0.9 and the table says that it was clipped.
    """
    table = sda(0.9, np.linspace(6.45, end, 6).tolist())
    theirs = table["d"] * table["p"] * table["m"] + end
    assert theirs.to_numpy() == pytest.approx(known, abs=0.0051)
    assert table["intensity"].to_numpy() == pytest.approx([0.9] * 6)
    assert table["clipped"].all()


@pytest.mark.parametrize(("scopes", "share", "enough"), [
    (("1", "2"), 0.95, True), (("1", "2"), 0.9499, False), (("3",), 0.67, True), (("3",), 0.6699, False)])
def test_coverage_thresholds_are_those_of_the_sbti_finance_tool(scopes: tuple[str, ...], share: float, enough: bool):
    """ScienceBasedTargets/SBTi-finance-tool at dcae9dbd, SBTi/target_validation.py, _boundary_coverage: 95 % of scopes
    1 and 2 and 67 % of scope 3, the threshold itself being enough.
    """
    target = Target("t", scopes, LOCATION, 2020, 2030, 0.42)
    by_scope = pd.Series(1000.0 * share / len(scopes), index=list(scopes)).reindex(["1", "2", "3"], fill_value=1.0)
    figures = Situation(base_kg=by_scope[list(scopes)], recent_kg=by_scope[list(scopes)], recent_year=2024,
                        by_scope=by_scope, excluded_kg=pd.Series({scopes[0]: 1000.0 * (1 - share)}))
    table = target.check(figures, rules=["sbti_near_term_pre_2026"], on=date(2025, 6, 30))
    assert table.set_index("rule").loc["coverage", "ok"] == enough


def test_the_peer_in_our_benchmark_projects_as_itr_does():
    """os-climate/ITR at b0a99bec, test/inputs/json/test_project_reference.json, Company AG, scope 1: 0.613, 0.793,
    0.675, 0.961, 1.805, 1.686, 1.686, 1.686 t/GJ in 2014-2021 stay at 1.686 in every later year: the median change is
    zero.
    """
    spec = importlib.util.spec_from_file_location("benchmark_trajectory", ROOT / "benchmarks" / "trajectory.py")
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    history = np.array([0.6132777815614572, 0.793079394192882, 0.6754442173157448, 0.9608302238244408,
                        1.8049528748804293, 1.6859184505842997, 1.6859184505842997, 1.6859184505842997])
    for horizon in (1, 9):
        forecast = np.exp(bench.clipped_median(np.arange(2014.0, 2022.0), np.log(history), horizon))
        assert forecast == pytest.approx(1.6859184505842997)


X = {1971: [[1, 10, 2], [4, 5, 3]], 1972: [[4, 5, 3], [5, 6, 4]], 1973: [[8, 2, 4], [5, 7, 5]],
     1974: [[10, 1, 5], [6, 8, 6]]}
"""LMDIR, R/util.R, create_simple_LMDI: two sources by three factors."""
Z = {1972: [[50.47438029, -25.23719014, 14.76280986], [19.31568569, 15.78206435, 24.90224996]],
     1973: [[42.96021467, -56.79031473, 17.83010006], [0, 22.47128816, 32.52871184]],
     1974: [[12.6549815, -39.30996299, 12.6549815], [41.35566084, 30.28867832, 41.35566084]]}
D = {1972: [1.761117821, 0.926191306, 1.379410116], 1973: [1.229284572, 0.847970248, 1.273773912],
     1974: [1.208140223, 0.968911503, 1.208140223]}


@pytest.mark.parametrize("year", [1972, 1973, 1974])
def test_decomposition_meets_the_figures_of_lmdir(year: int):
    """MatthewHeun/LMDIR at 9ffb0457 (Ang 2005 in R), tests/testthat/test_util.R (effect of each factor on each source)
    and test_lmdi.R (multiplicative).
    """
    start, end = pd.DataFrame(X[year - 1], dtype=float), pd.DataFrame(X[year], dtype=float)
    assert lmdi(start, end).to_numpy() == pytest.approx(np.array(Z[year]), abs=5e-8)
    assert lmdi_multiplicative(start, end).to_numpy() == pytest.approx(np.array(D[year]), abs=5e-9)


def test_chained_effects_and_indices_meet_the_figures_of_lmdir():
    """Same file, "linear LMDI" and "multiplicative LMDI": 1971 to 1974 link by link, 80 to 338. Effects add up (258),
    indices multiply (2.25 x 1.327777778 x 1.414225941 = 4.225), and neither is that of the two ends alone.
    """
    ends = [pd.DataFrame(X[year], dtype=float) for year in range(1971, 1975)]
    added = np.cumsum([lmdi(a, b).sum().to_numpy() for a, b in pairwise(ends)], axis=0)
    dv = [[69.79006598, -9.455125793, 39.66505981], [42.96021467, -34.31902656, 50.3588119],
          [54.01064234, -9.021284671, 54.01064234]]
    assert added == pytest.approx(np.cumsum(dv, axis=0), abs=2e-7)
    assert added.sum(axis=1) == pytest.approx([100, 159, 258])
    multiplied = np.cumprod([lmdi_multiplicative(a, b).to_numpy() for a, b in pairwise(ends)], axis=0)
    assert multiplied == pytest.approx(np.cumprod([D[1972], D[1973], D[1974]], axis=0), abs=2e-8)
    assert multiplied.prod(axis=1) == pytest.approx([2.25, 2.25 * 1.327777778, 2.25 * 1.327777778 * 1.414225941])
    assert abs(lmdi(ends[0], ends[-1]).sum().to_numpy() - added[-1]).min() > 0.5


def test_a_straight_line_to_zero_spends_a_budget_as_the_german_council_has_it():
    """SRU, Wie viel CO2 darf Deutschland maximal noch ausstossen? (June 2022), as the Bundestag's news (20/2795) and
    tga-fachplaner.de report it: from the beginning of 2022 linear to zero, 6.1 Gt (1.75
    degrees, 67 %) last until 2040 and 3.1 Gt (1.5 degrees, 50 %) "a good nine years", until 2031. The level of 2021 is
    on neither page: 18 years for 6.1 Gt are 2 x 6.1 / 18 = 0.678 Gt, and 2 x 3.1 / 0.678 = 9.15 years. The yearly
    totals of the line, halves of its ends counted, are the budget.
    """
    level = 2 * 6.1 / (2040 - 2022)
    assert 2022 + plain.years_to_zero(6.1, level, convention="trapezoid") == pytest.approx(2040)
    years = plain.years_to_zero(3.1, level, convention="trapezoid")
    assert 9 < years < 9.5 and int(2022 + years) == 2031
    for gigatonnes, n in ((6.1, 18.0), (3.1, years)):
        path = plain.absolute_contraction(level, base_year=2022, last_year=2060, yearly_rate=1 / n, residual=0.0)
        assert budget_kg(path, convention="trapezoid") == pytest.approx(gigatonnes, rel=0.005)
        assert plain.floor_year(base_year=2022, yearly_rate=1 / n, residual=0.0) == pytest.approx(2022 + n)


def test_a_line_in_yearly_totals_spends_the_budget_too():
    """By hand: 100 kg now and 200 kg left are n = 2 x 200 / 100 + 1 = 5 years: 80 + 60 + 40 + 20 + 0 = 200 kg; the
    straight line of a budget that must end at zero in five years is the same.
    """
    assert plain.years_to_zero(200.0, 100.0, convention="annual_sum") == 5
    line, _ = straight_line(100.0, 200.0, start=2024, years=5, convention="annual_sum")
    assert line is not None and line.tolist() == pytest.approx([80, 60, 40, 20, 0])
    for bad in ({"remaining_kg": 0.0}, {"now_kg": 0.0}, {"convention": "monthly"}):
        with pytest.raises(MethodError):
            plain.years_to_zero(**{"remaining_kg": 1.0, "now_kg": 1.0, "convention": "trapezoid", **bad})


@pytest.mark.parametrize(("gigatonnes", "years"), [(275.0, 7), (625.0, 15)])
def test_years_left_at_todays_level_are_those_of_the_global_carbon_budget(gigatonnes: float, years: int):
    """Global Carbon Budget 2023 (Friedlingstein et al., doi 10.5194/essd-15-5301-2023): 275 and 625 Gt are left for 1.5
    and 1.7 degrees (openclimatedata.net, page of the edition); at the 40.9 Gt of 2023 they last seven and fifteen years
    (eastcoastdaily.in, 9 December 2023, quoting the release). By hand: 6.7, 15.3.
    """
    assert round(plain.years_at_level(gigatonnes, 40.9)) == years


def test_a_source_born_or_gone_is_decomposed_as_lmdir_does():
    """Same file, cases 1 to 4 (Ang, Zhang and Choi 1998, table 2): the factor that is zero takes the whole, 60 and
    -60.
    """
    start, end = pd.DataFrame(X[1971], dtype=float), pd.DataFrame(X[1972], dtype=float)
    born = start.copy()
    born.iloc[0, 0] = 0.0
    assert lmdi(born, end).to_numpy() == pytest.approx(np.array([[60, 0, 0], Z[1972][1]]), abs=5e-8)
    gone = end.copy()
    gone.iloc[1, 2] = 0.0
    assert lmdi(start, gone).to_numpy() == pytest.approx(np.array([Z[1972][0], [0, 0, -60]]), abs=5e-8)


def moved(kind: str, **by_scope: float) -> pd.DataFrame:
    """An event at the start of 2003 with the same delta [kg] in 2001 and 2002, by scope."""
    rows = [{"event_id": kind, "kind": kind, "date": "2003-01-01", "entity": "activity", "year": year,
             "scope": scope.removeprefix("s"), "category": 0, "scope2_method": "", "delta_kg": kg, "reason": "stated",
             "evidence": "contract", "recorded_on": "2003-02-01"} for year in (2001, 2002)
            for scope, kg in by_scope.items()]
    table = pd.DataFrame(rows, columns=list(EVENTS.columns))
    return table.assign(**{c: pd.to_datetime(table[c]).astype("datetime64[s]") for c in ("date", "recorded_on")})


def recalculated(events: pd.DataFrame, scopes: tuple[str, ...]) -> pd.Series:
    """Three years of 1,000 kg, base year 2001; a change of a tenth is significant, as in the standard's example."""
    series = pd.Series(1000.0, index=[2001, 2002, 2003])
    series.attrs["scopes"] = scopes
    return restate(series, events, as_of="2003-12-31", base_year=2001, threshold=0.10, measure="gross").restated


TABLE_9_4 = [(("1", "2", "3"), {"s1": -200.0, "s3": 200.0}, False), (("1", "2", "3"), {"s3": -200.0}, True),
             (("1", "2"), {"s1": -200.0, "s3": 200.0}, True), (("3",), {"s1": -200.0, "s3": 200.0}, True)]


@pytest.mark.parametrize(("scopes", "deltas", "again"), TABLE_9_4)
def test_outsourcing_recalculates_where_the_scope_3_standard_says_so(
    scopes: tuple[str, ...], deltas: dict[str, float], again: bool
):
    """GHG Protocol, Scope 3 Standard (2011), table 9.4: no recalculation where one base year holds all scopes and the
    activity was reported before; recalculation where it was not, or where scopes have base years of their own. The
    kilograms are ours.
    """
    assert (recalculated(moved("outsourcing", **deltas), scopes).loc[2001] != 1000.0) == again


def test_a_subsidiary_sold_in_the_third_year_leaves_the_base_year():
    """Same standard, section 9.3, its example of a divestment, with kilograms of ours: 300 leave 2001 and 2002."""
    assert recalculated(moved("divestment", s1=-300.0), ("1", "2", "3")).tolist() == [700.0, 700.0, 1000.0]


def test_several_small_changes_are_significant_together_and_growth_never_is():
    """Same section: cumulated small changes count, increases and decreases alike, from a tenth of the base year on;
    organic growth or decline never recalculates.
    """
    small = [moved("acquisition", s1=60.0), moved("divestment", s1=-40.0)]
    assert recalculated(small[0], ("1",)).loc[2001] == 1000.0
    assert recalculated(pd.concat(small), ("1",)).tolist() == [1020.0, 1020.0, 1000.0]
    assert recalculated(moved("organic_growth", s1=600.0), ("1",)).loc[2001] == 1000.0


def test_fixed_tonnes_of_actions_over_years_are_the_published_wedges():
    """Socolow, Greenblatt and Pacala 2005, "Wedges": Early mitigation with familiar technology (abstract, in view at
    collaborate.princeton.edu): a wedge is an activity that reduces 1 GtC a year in 2054, and the task of the next fifty
    years is about seven wedges, avoiding about 175 billion tons of carbon. By hand: 1 x 50 / 2 = 25, times seven. The
    same for a company, in yearly totals: an action of 10 t a year from its third year on leaves 100, 100, 90, 90, 90 t.
    """
    wedge = milestones({2004: 0.0, 2054: 1.0})
    avoided = 7 * budget_kg(wedge, convention="trapezoid")
    assert avoided == pytest.approx(175)
    usual = milestones({2004: 7.0, 2054: 14.0})  # any emissions: what is avoided does not depend on them
    left = budget_kg(usual - 7 * wedge, convention="trapezoid")
    assert budget_kg(usual, convention="trapezoid") - left == pytest.approx(avoided)
    action = pd.Series([0.0, 0, 10, 10, 10], index=range(2025, 2030))
    assert budget_kg(milestones({2025: 100.0, 2029: 100.0}) - action, convention="annual_sum") == 470
