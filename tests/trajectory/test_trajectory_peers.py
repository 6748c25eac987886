"""Figures that other projects and standards assert, met here; where we differ on purpose, that is the test."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from carbon.core.base_year_events import EVENTS
from carbon.core.ghg_protocol import LOCATION
from carbon.inventory.restated import restate
from carbon.trajectory import Target, check_target, ruleset
from carbon.trajectory.pathways import sector_decarbonisation

ROOT = Path(__file__).parents[2]


def sda(intensity: float, sector: list[float], first: int = 2020) -> pd.DataFrame:
    years = pd.Index(range(first, first + len(sector)), name="year")
    flat = pd.Series(100.0, index=years)
    return sector_decarbonisation(flat, flat, pd.Series(sector, index=years), base_kg=intensity * 100,
                                  market_share=False)


def test_sda_meets_the_snapshot_of_r2dii_analysis():
    """
    RMI-PACTA/r2dii.analysis, tests/testthat/_snaps/target_sda.md: cement, 1.0 in 2020, sector from 0.6 to 0.2 in 2050,
    scaled to the economy's 1.0: 1, 0.978, 0.956, 0.933.
    """
    # The sector falls from 1 to 0.2 / 0.6 = 1/3 in 30 equal steps.
    path = sda(1.0, np.linspace(1.0, 1 / 3, 31).tolist())["intensity"]
    assert path.iloc[:4].round(3).tolist() == [1.0, 0.978, 0.956, 0.933]


def test_sda_meets_the_known_input_of_r2dii_analysis_for_the_economy():
    """
    Same project, test-target_sda.R "with known input": adjusted scenario b2ds 6.45, 5.42, 4.39, 3.35, 2.32, 1.29 and
    sds 6.45, 6.19, 5.93, 5.68, 5.42, 5.16.
    """
    for end, known in ((0.1, [6.45, 5.42, 4.39, 3.35, 2.32, 1.29]), (0.4, [6.45, 6.19, 5.93, 5.68, 5.42, 5.16])):
        sector = np.linspace(6.45, 6.45 * end / 0.5, 6)
        assert sda(6.45, sector.tolist())["intensity"].to_numpy() == pytest.approx(known, abs=0.0051)


def test_a_company_below_the_sector_is_raised_there_and_kept_here():
    """
    Same test: a company at 0.9 is led up to 1.29 by r2dii.analysis (0.9, 0.98 ... 1.29). The formula does so; here the
    company stays at 0.9 and the table says that it was clipped.
    """
    sector = np.linspace(6.45, 1.29, 6)
    table = sda(0.9, sector.tolist())
    theirs = table["d"] * table["p"] * table["m"] + 1.29
    assert theirs.to_numpy() == pytest.approx([0.9, 0.98, 1.06, 1.13, 1.21, 1.29], abs=0.0051)
    assert table["intensity"].to_numpy() == pytest.approx([0.9] * 6)
    assert table["clipped"].all()


@pytest.mark.parametrize(("scopes", "share", "enough"), [
    (("1", "2"), 0.95, True), (("1", "2"), 0.9499, False), (("3",), 0.67, True), (("3",), 0.6699, False)])
def test_coverage_thresholds_are_those_of_the_sbti_finance_tool(scopes: tuple[str, ...], share: float, enough: bool):
    """
    ScienceBasedTargets/SBTi-finance-tool, SBTi/target_validation.py, _boundary_coverage: 95 % of scopes 1 and 2 and
    67 % of scope 3, the threshold itself being enough.
    """
    target = Target("t", scopes, LOCATION, 2020, 2030, 0.42)
    table = check_target(target, pd.Series({"1": 1.0, "2": 1.0, "3": 1.0}), base_kg=1000.0, covered_kg=1000.0 * share,
                         total_kg=1000.0, rules=ruleset("sbti_near_term_pre_2026"))
    assert table.set_index("rule").loc["coverage", "ok"] == enough


def test_the_peer_in_our_benchmark_projects_as_itr_does():
    """
    os-climate/ITR, test/inputs/json/test_project_reference.json, Company AG, scope 1: 0.613, 0.793, 0.675, 0.961,
    1.805, 1.686, 1.686, 1.686 t/GJ in 2014-2021 stay at 1.686 in every later year: the median change is zero.
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


def gamma_events() -> pd.DataFrame:
    """Facility C, bought at the start of year three: 15 t in year one, 20 t in year two."""
    rows = [{"event_id": "facility-c", "kind": "acquisition", "date": "2003-01-01", "entity": "facility C",
             "year": year, "scope": "1", "category": 0, "scope2_method": "", "delta_kg": t * 1000.0, "reason": "bought",
             "evidence": "contract", "recorded_on": "2003-02-01"} for year, t in ((2001, 15), (2002, 20))]
    table = pd.DataFrame(rows, columns=list(EVENTS.columns))
    return table.assign(**{c: pd.to_datetime(table[c]).astype("datetime64[s]") for c in ("date", "recorded_on")})


def test_an_acquisition_recalculates_the_base_year_as_the_corporate_standard_shows():
    """
    GHG Protocol, Corporate Standard (2004), ch. 5, recalculation for an acquisition (figures second-hand): a company of
    50 t grows to 60 t, buys facility C (15 t in year one, 20 t after) and reports 80 t. Recalculated: 65, 80, 80 t.
    """
    reported = pd.Series({2001: 50e3, 2002: 60e3, 2003: 80e3})
    made = restate(reported, gamma_events(), as_of="2003-12-31", base_year=2001, threshold=0.05, measure="gross")
    assert made.significance["single"].tolist() == [0.30]
    assert (made.restated / 1000).tolist() == [65.0, 80.0, 80.0]


def test_a_facility_that_did_not_exist_in_the_base_year_leaves_it_alone():
    """
    Same chapter: facility C came into being after the base year; in year one it emitted nothing, so the base year
    stays at 50 t.
    """
    events = gamma_events()
    events.loc[events["year"] == 2001, "delta_kg"] = 0.0
    reported = pd.Series({2001: 50e3, 2002: 60e3, 2003: 80e3})
    made = restate(reported, events, as_of="2003-12-31", base_year=2001, threshold=0.05, measure="gross")
    assert not made.recalculated
    assert made.restated.tolist() == reported.tolist()
