"""Factors of the earlier year for the keys of the later one, and the cause of each difference."""

import dataclasses

import pytest
import republished as two

from carbon.accounting.years.earlier_factors import EDITIONS, GRID, earlier_factors
from carbon.core.errors import MethodError


def changes(start, end):
    """By activity and region: the words of each step."""
    found = earlier_factors(start, end)
    named = {number: (activity, region) for number, activity, region in
             end.keys[["key_id", "activity", "region"]].itertuples(index=False, name=None)}
    return found, {named[key]: {step: change.part for step, change in steps.items()}
                   for key, steps in found.changes.items()}


def test_each_cause_has_its_step_and_words(tmp_path):
    """A new edition, two years of one grid, a series with an edition a year."""
    kwh = {"lyon": 1, "london": 1}
    start, end = (two.year(tmp_path, y, things={"flight.average": 1}, kwh=kwh) for y in (2024, 2025))
    found, named = changes(start, end)
    assert named == {
        ("flight.average", "FR"): {EDITIONS: "desnz_2024 → desnz_2025"},
        ("electricity", "FR"): {GRID: "FR 2024 → 2025 (ember_owid_2026)"},
        ("electricity", "GB"): {GRID: "GB: desnz_2024 → desnz_2025"},
    }
    assert found.late == {}
    assert len(found.moves(GRID)) == 2
    kg = {steps: sorted(found.after(steps)["co2e_kg"].round(3)) for steps in ((), (EDITIONS,), (EDITIONS, GRID))}
    assert kg == {(): [0.05, 0.2, 0.2], (EDITIONS,): [0.05, 0.18, 0.2], (EDITIONS, GRID): [0.04, 0.18, 0.18]}


def test_the_earlier_inventory_answers_what_it_was_asked(tmp_path):
    """A key of both years takes the earlier year's own answer, so that nothing is left over at constant factors."""
    start, end = (two.year(tmp_path, y, things={"flight.average": 1}) for y in (2024, 2025))
    other = dataclasses.replace(start, resolution=start.resolution.assign(co2e_kg=7.0))
    assert earlier_factors(other, end).after(())["co2e_kg"].tolist() == [7.0]


def test_a_factor_of_a_later_year_alone_is_late(tmp_path):
    """Published from 2025 on, and used for 2024 too by the company's rules: nothing moves, and it is listed."""
    start, end = (two.year(tmp_path, y, things={"ferry.foot": 1}) for y in (2024, 2025))
    found, named = changes(start, end)
    assert named == {}
    assert list(found.late.values()) == [(EDITIONS, "no earlier factor: desnz_2025 of 2025")]


def test_an_inventory_without_its_keys_has_no_earlier_factors(tmp_path):
    """Tables put together by hand: an error that says what to do, never a change of nothing."""
    start, end = (two.year(tmp_path, y, things={"flight.average": 1}) for y in (2024, 2025))
    with pytest.raises(MethodError, match="does not hold the keys"):
        earlier_factors(start, dataclasses.replace(end, keys=end.keys.iloc[:0]))
    new = dataclasses.replace(start, keys=start.keys.iloc[:0])
    with pytest.raises(MethodError, match="does not hold its factor library"):
        earlier_factors(new, dataclasses.replace(end, library=None))
