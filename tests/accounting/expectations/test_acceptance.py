"""A company accepts a breach by its name: no other one passes with it, and an idle acceptance is listed."""

from __future__ import annotations

from datetime import date

import pytest

from carbon.accounting.expectations.acceptance import accepted_of, fails_of
from carbon.accounting.expectations.breaches import BREACHES
from carbon.core.text_columns import records_of
from carbon.params.shapes.expected import Accepted


def breaches(*rows: dict[str, object]) -> list[dict[str, object]]:
    """Breaches of purchases by account, changed as given."""
    usual = {"code": "amount_unexpected", "kind": "purchases", "dimension": "account", "key": "606", "measure": "level",
             "unit": "EUR", "rows": 5, "scope": "3", "example": "a.csv:2", "value": 900.0, "expected": 100.0,
             "low": 50.0, "high": 200.0, "years": 2, "basis": "own past", "at_stake_kg": 80.0, "cause": "9 times",
             "fails": True, "accepted": ""}
    return records_of(BREACHES.of([{**usual, **row} for row in rows]))


def accepted(**of: object) -> Accepted:
    """One entry of `expected`."""
    return Accepted.model_validate({"code": "amount_unexpected", "reason": "a new machine", "by": "energy desk",
                                    "on": date(2025, 2, 1), **of})


def result(found: list[dict[str, object]], *entries: Accepted) -> tuple[list[bool], list[str]]:
    """Which breaches are accepted, and the codes of the warnings."""
    reasons, warned = accepted_of(found, entries, year=2024, year_starts="01-01")
    return [reason != "" for reason in reasons], [code for code, _ in warned]


def test_a_bare_code_accepts_the_only_breach_that_has_it():
    """One breach of the code: there is nothing to confuse it with."""
    assert result(breaches({}), accepted()) == ([True], [])


def test_a_bare_code_does_not_accept_several():
    """Two accounts with the code: none passes in silence, and the warning names both."""
    found = breaches({}, {"key": "607"})
    assert result(found, accepted()) == ([False, False], ["acceptance_unclear"])
    _, ((_, text),) = accepted_of(found, [accepted()], year=2024, year_starts="01-01")
    assert "purchases 606, purchases 607" in text
    assert result(found, accepted(key="607")) == ([False, True], [])


@pytest.mark.parametrize("other", [{"key": "607"}, {"kind": "energy"}, {"unit": "USD"}, {"code": "sign_unexpected"},
                                   {"value": 9000.0}])
def test_an_acceptance_of_another_breach_accepts_nothing_and_is_listed(other: dict[str, object]):
    """Another key, kind, unit, code, or a value that has moved since it was looked at."""
    assert result(breaches({}), accepted(**other)) == ([False], ["acceptance_idle"])


def test_the_value_that_was_looked_at_may_move_by_five_percent():
    """A late invoice does not ask again; another slip does."""
    assert result(breaches({"value": 940.0}), accepted(value=900.0)) == ([True], [])
    assert result(breaches({"value": 960.0}), accepted(value=900.0))[0] == [False]


def test_an_acceptance_is_of_its_year():
    """One of 2023 is neither used nor idle in 2024; one signed before 2024 began is for no breach of 2024."""
    assert result(breaches({}), accepted(year=2023)) == ([False], [])
    assert result(breaches({}), accepted(on=date(2023, 12, 1))) == ([False], [])
    assert result(breaches({}), accepted(year=2024)) == ([True], [])


def test_an_acceptance_without_any_breach_is_listed():
    """It no longer matches anything."""
    assert result(breaches(), accepted()) == ([], ["acceptance_idle"])


@pytest.mark.parametrize(("row", "fails"), [
    ({"at_stake_kg": 100.0}, True), ({"at_stake_kg": 99.0}, False), ({"at_stake_kg": 100.0, "fails": False}, False),
    ({"at_stake_kg": 1.0, "measure": "months", "basis": "own past"}, True),
    ({"at_stake_kg": 1.0, "measure": "months", "basis": "calendar year"}, False),
    ({"at_stake_kg": 1.0, "measure": "negative total"}, True),
    ({"at_stake_kg": 1.0, "value": -5.0, "dimension": "kind"}, True)])
def test_large_negative_and_short_years_fail_a_run(row: dict[str, object], fails: bool):
    """From the declared size on, but for questions; every total below zero; months that earlier years have."""
    assert fails_of(breaches(row), least_kg=100.0) == [fails]


def test_one_slip_over_many_meters_fails_a_run():
    """Eight meters ten times the years before are one error, whatever each has at stake; eight others are eight."""
    slip = "10 times the years before: a digit too many?"
    alike = breaches(*({"key": f"m{i}", "at_stake_kg": 30.0, "cause": slip} for i in range(8)))
    assert all(fails_of(alike, least_kg=100.0)) and not any(fails_of(alike[:3], least_kg=100.0))
    for other in ({"cause": "1.6 times the years before"}, {"fails": False}):
        assert not any(fails_of([{**line, **other} for line in alike], least_kg=100.0))
