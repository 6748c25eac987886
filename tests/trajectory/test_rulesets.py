"""Dated records: when each is valid, which yearly rate it asks for, and what year by year."""

import dataclasses
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from one_target import target

from carbon.core.errors import MethodError
from carbon.trajectory import ruleset, rulesets
from carbon.trajectory.rulesets import Ruleset, required, required_pathways
from carbon.trajectory.situation import Situation


def test_a_record_is_in_force_from_its_first_to_its_last_day():
    """Both days included; the day before and the day after are refused with the dates."""
    record = ruleset("sbti_near_term_pre_2026")
    assert ruleset(record.id, on=record.valid_from) is ruleset(record.id, on=record.valid_to) is record
    for day in (record.valid_from - timedelta(days=1), record.valid_to + timedelta(days=1)):
        assert not record.in_force(day)
        with pytest.raises(MethodError, match=f"not on {day}"):
            ruleset(record.id, on=day)
    with pytest.raises(MethodError, match="unknown ruleset"):
        ruleset("none_such", on=date(2025, 1, 1))


def test_the_rate_of_a_net_zero_year_is_the_steeper_of_floor_and_way():
    """(1 - 0.1) / (2050 - 2020) = 3 % is below the floor of 4.2 %; from 2035 on it is 6 %. Electricity emits nothing in
    2040: 1 / 20 = 5 %, not 0.9 / 20. Scope 3 has a rate of its own, a scope without any has none.
    """
    record = ruleset("sbti_near_term_2026_reading")
    assert record.rate("1", base_year=2020) == 0.042
    assert record.rate("1", base_year=2035) == pytest.approx(0.06)
    assert record.rate("2", base_year=2020) == pytest.approx(0.05)
    assert record.rate("3", base_year=2020) == 0.025
    bare = dataclasses.replace(record, params={"yearly_rate": {"1": 0.05}})
    assert (bare.rate("1", base_year=2020), bare.rate("2", base_year=2020)) == (0.05, None)


def test_a_record_outside_its_validity_must_be_named():
    """A ruleset past its date is refused with a date and given by name without one."""
    with pytest.raises(MethodError, match="is valid from"):
        ruleset("sbti_near_term_pre_2026", on=date(2026, 11, 24))
    assert ruleset("sbti_near_term_pre_2026").version == "V5.3"


def test_every_record_says_how_sure_we_are_of_it():
    """Each packaged ruleset carries evidence, source and validity."""
    for record in rulesets().values():
        assert record.evidence in ("verified", "second-hand", "to confirm")
        assert record.source
        assert record.valid_from < record.valid_to


def test_a_record_that_ends_names_its_successor():
    """Each id is a record that starts after it, or "none known"; the error about a day past its end says which."""
    for record in rulesets().values():
        if record.valid_to.year < date.max.year:
            assert record.successor == "none known" or rulesets()[record.successor].valid_from > record.valid_from
    with pytest.raises(MethodError) as refused:
        ruleset("sbti_cnzs_1_3", on=date(2026, 11, 24))
    assert "its successor: sbti_cnzs_1_3_1" in refused.value.hint


def test_the_days_of_the_net_zero_standards():
    """V2.0 is validated from 1 February 2027; V1.3.1 stays open until the end of 2027."""
    for day, two, one in ((date(2027, 1, 31), False, True), (date(2027, 2, 1), True, True),
                          (date(2028, 1, 1), True, False)):
        assert ruleset("sbti_cnzs_2_0").in_force(day) is two
        assert ruleset("sbti_cnzs_1_3_1").in_force(day) is one


def test_every_record_has_a_name_for_readers_in_both_languages():
    """A legend shows no id."""
    for record in rulesets().values():
        assert set(record.name) == {"en", "fr"}
        assert "_" not in "".join(record.name.values())


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
