"""What each record asks for year by year, and where it asks for nothing."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from one_target import target

from carbon.trajectory import ruleset
from carbon.trajectory.required import required, required_pathways
from carbon.trajectory.rulesets import Ruleset
from carbon.trajectory.situation import Situation


def facts() -> Situation:
    by_year = pd.DataFrame({"1": {2020: 600e3, 2024: 500e3}, "2": {2020: 400e3, 2024: 300e3}})
    return Situation(base_kg=by_year.loc[2020], recent_kg=by_year.loc[2024], recent_year=2024,
                     by_scope=pd.Series({"1": 500e3, "2": 300e3, "3": 200e3}), excluded_kg=pd.Series({"3": 0.0}),
                     years=by_year)


def anyway(record: str) -> Ruleset:
    """Return a record as if it spoke of every kind of target, to check its figures."""
    return dataclasses.replace(ruleset(record), applies={})


def test_contraction_is_summed_by_scope_and_stops_at_the_residual():
    """Scope 1 at 4.2 % a year down to 10 %, scope 2 at 1 / 20 = 5 % down to nothing in 2040: 600 x 0.58 + 400 x 0.5 =
    548 t in 2030.
    """
    path = required(target(target_year=2050), facts(), anyway("sbti_near_term_2026_reading")).path / 1000
    assert path[2020] == pytest.approx(1000.0)
    assert path[2030] == pytest.approx(548.0)
    # scope 1 is at its residual from 2042 on (0.9 / 0.042 = 21.4 years)
    assert path[2041] == pytest.approx(600 * (1 - 0.042 * 21))
    assert path[2042] == path[2050] == pytest.approx(60.0)


def test_without_a_residual_contraction_goes_down_to_nothing():
    """4.2 % of 1,000 t a year: 580 t in 2030, 0 from 2044 on (1 / 0.042 = 23.8 years), never below."""
    path = required(target(target_year=2050), facts(), anyway("sbti_near_term_pre_2026")).path / 1000
    assert path[[2030, 2043, 2044, 2050]].tolist() == pytest.approx([580.0, 34.0, 0.0, 0.0])


def test_a_reference_starts_at_the_targets_own_base_and_is_silent_after_its_last_year():
    """ESRS E1, AR 26-29: -42 % in 2030 and -90 % in 2050 of the base: 1,000 t, 790 t in 2025, 580 t, 100 t; nothing
    after. A base of 2018 starts there.
    """
    table = required_pathways(target(target_year=2055), facts(), ["esrs_e1_set1"]) / 1000
    path = table["esrs_e1_set1"]
    assert path[[2020, 2025, 2030, 2050]].tolist() == pytest.approx([1000.0, 790.0, 580.0, 100.0])
    assert path[[2051, 2055]].isna().all()
    early = required_pathways(target(base_year=2018), facts(), ["esrs_e1_set1"])["esrs_e1_set1"]
    assert early[[2018, 2024, 2030]].tolist() == pytest.approx([1000e3, 790e3, 580e3])


def test_the_way_from_the_latest_inventory_has_a_line_of_its_own():
    """500 and 300 t in 2024: 500 (1 - 0.9 x 6/26) + 300 (1 - 6/16) = 583.65 t in 2030, from 800 t; none before 2024."""
    table = required_pathways(target(), facts(), ["sbti_near_term_2026_reading"]) / 1000
    way = table["sbti_near_term_2026_reading_from_recent"]
    assert way[[2024, 2030]].tolist() == pytest.approx([800.0, 583.65], abs=0.01)
    assert way[[2020, 2023]].isna().all()


def test_a_long_term_record_asks_for_its_last_year_alone():
    """Nothing is said of the years before: 100 of 1,000 t in 2050."""
    path = required_pathways(target(target_year=2050, reduction=0.9), facts(), ["sbti_cnzs_1_3_1"])["sbti_cnzs_1_3_1"]
    assert path[2050] == pytest.approx(100e3)
    assert path.drop(2050).isna().all()


def test_records_without_a_pathway_are_named_and_have_no_column():
    """A national path needs the national series; its reason stands in the table."""
    table = required_pathways(target(), facts(), ["snbc_2", "sbti_near_term_pre_2026"])
    assert table.attrs["left_out"] == ("snbc_2",)
    assert "national series" in table.attrs["reasons"]["snbc_2"]
    assert list(table.columns) == ["target", "sbti_near_term_pre_2026"]


def test_a_record_with_a_rate_for_some_scopes_only_gives_no_pathway():
    """A scope without a rate does not stand still at the base year's emissions: the record asks for nothing as a
    whole.
    """
    known = ruleset("sbti_near_term_pre_2026")
    partial = dataclasses.replace(known, params={**known.params, "yearly_rate": {"1": 0.042}})
    asked = required(target(), facts(), partial)
    assert (asked.path, asked.missing) == (None, "the record has no rate for scope 2")
    assert np.isfinite(required(target(), facts(), known).path).all()
