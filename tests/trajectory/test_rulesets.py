"""Dated records: when each is valid and which yearly rate it asks for."""

import dataclasses
from datetime import date, timedelta

import pytest

from carbon.core.errors import MethodError
from carbon.trajectory import ruleset, rulesets
from carbon.trajectory.rulesets import NONE_KNOWN


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
            assert record.successor == NONE_KNOWN or rulesets()[record.successor].valid_from > record.valid_from
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
