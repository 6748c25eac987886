"""What each record asks for year by year, and where it asks for nothing."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from one_target import target

from carbon.trajectory import ruleset
from carbon.trajectory.required import _contraction, required_pathways
from carbon.trajectory.situation import Situation


def facts() -> Situation:
    by_year = pd.DataFrame({"1": {2020: 600e3, 2024: 500e3}, "2": {2020: 400e3, 2024: 300e3}})
    return Situation(base_kg=by_year.loc[2020], recent_kg=by_year.loc[2024], recent_year=2024,
                     by_scope=pd.Series({"1": 500e3, "2": 300e3, "3": 200e3}), excluded_kg=pd.Series({"3": 0.0}),
                     years=by_year)


def test_contraction_is_summed_by_scope_and_stops_at_the_residual():
    """Scope 1 at 4.2 % a year, scope 2 at 0.9 / 20 = 4.5 %: 600 x 0.58 + 400 x 0.55 = 568 t in 2030; each stops at
    10 %.
    """
    table = required_pathways(target(target_year=2050), facts(), ["sbti_near_term_2026_reading"]) / 1000
    path = table["sbti_near_term_2026_reading"]
    assert path[2020] == pytest.approx(1000.0)
    assert path[2030] == pytest.approx(568.0)
    # scope 1 is at its residual from 2042 on (0.9 / 0.042 = 21.4 years), scope 2 from 2040 on
    assert path[2041] == pytest.approx(600 * (1 - 0.042 * 21) + 40)
    assert path[2042] == path[2050] == pytest.approx(100.0)


def test_without_a_residual_contraction_goes_down_to_nothing():
    """4.2 % of 1,000 t a year: 580 t in 2030, 0 from 2044 on (1 / 0.042 = 23.8 years), never below."""
    table = required_pathways(target(target_year=2050), facts(), ["sbti_near_term_pre_2026"]) / 1000
    path = table["sbti_near_term_pre_2026"]
    assert path[[2030, 2043, 2044, 2050]].tolist() == pytest.approx([580.0, 34.0, 0.0, 0.0])


def test_a_record_of_its_own_years_is_silent_outside_them():
    """ESRS E1, AR 26: -42 % in 2030 and -90 % in 2050 against 2020: 1,000 t, 790 t in 2025, 580 t, 100 t; nothing
    after.
    """
    table = required_pathways(target(target_year=2055), facts(), ["esrs_e1_set1"]) / 1000
    path = table["esrs_e1_set1"]
    assert path[[2020, 2025, 2030, 2050]].tolist() == pytest.approx([1000.0, 790.0, 580.0, 100.0])
    assert path[[2051, 2055]].isna().all()
    early = required_pathways(target(base_year=2018), facts(), ["esrs_e1_set1"])["esrs_e1_set1"]
    assert early[[2018, 2019]].isna().all() and early[2020] == 1000e3


def test_records_without_a_pathway_are_named_and_have_no_column():
    """The history does not hold 1990, the reference year of the national strategy."""
    table = required_pathways(target(), facts(), ["snbc_2", "sbti_near_term_pre_2026"])
    assert table.attrs["left_out"] == ("snbc_2",)
    assert list(table.columns) == ["target", "sbti_near_term_pre_2026"]


def test_a_record_with_a_rate_for_some_scopes_only_gives_no_pathway():
    """A scope without a rate does not stand still at the base year's emissions: the record asks for nothing as a
    whole.
    """
    known = ruleset("sbti_near_term_pre_2026")
    partial = dataclasses.replace(known, params={**known.params, "yearly_rate": {"1": 0.042}})
    years = pd.Index(range(2020, 2031))
    assert _contraction(target(), facts(), partial, years) is None
    assert np.isfinite(_contraction(target(), facts(), known, years)).all()
