"""The packaged table of measures and the names that the code compares with are one list."""

from __future__ import annotations

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.limits import limits


def test_each_measure_is_described_and_each_description_is_a_measure():
    """No name without its code and words but those of the two counts that have no band, and no line for nothing."""
    names = {value for name, value in vars(m).items() if name.isupper() and isinstance(value, str)}
    assert names - {m.CAPITAL, m.WEIGHT} == {*m.described()}
    assert {*limits()["measure"]} == {*m.group("limit", "odd", "pattern")}
    assert set(m.questions()) <= {m.ALIKE_UNKNOWN, *m.group("limit", "pattern")} and m.WITHOUT_POWER in m.questions()
