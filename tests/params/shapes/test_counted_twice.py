"""A policy on pairs names one side of its pair, and the reason; one policy a pair."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from carbon.params.shapes.counted_twice import BOTH, SIDES, Policies

READ = TypeAdapter(Policies)


def test_each_side_and_both_can_be_kept():
    """Of every kind of pair each of its two sides can count, or both."""
    for pair, sides in SIDES.items():
        for keep in (*sides, BOTH):
            assert READ.validate_python([{"pair": pair, "keep": keep, "reason": "r"}])[0].keep == keep


@pytest.mark.parametrize(("lines", "fault"), [
    ([{"pair": "freight", "keep": "litres", "reason": "r"}], "no side of 'freight'"),
    ([{"pair": "freight", "keep": "money"}], "reason"),
    ([{"pair": "freight", "keep": "money", "reason": ""}], "reason"),
    ([{"pair": "freight", "keep": "both", "reason": "r"}] * 2, "twice: keep one line a pair")])
def test_a_policy_that_states_nothing_certain(lines, fault):
    """A side of another pair, no reason, or two lines on one pair are not accepted."""
    with pytest.raises(ValidationError, match=fault):
        READ.validate_python(lines)
