"""A statement about many items is one test, which checks them all and names each that fails."""

from __future__ import annotations

import pytest


def test_every_item_is_checked_and_each_that_fails_is_named(every):
    """An item that fails stops neither the others nor the report; a missing exception is a failure too."""
    checked = []

    def check(number: int, word: str) -> None:
        checked.append(number)
        assert number != 2, word
        if number == 3:
            with pytest.raises(ValueError, match="never raised"):
                pass
        if number == 4:
            raise KeyError(word)

    with pytest.raises(pytest.fail.Exception) as failed:
        every([(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e")], check)
    assert checked == [1, 2, 3, 4, 5]
    assert [line.split(":")[0] for line in str(failed.value).split("\n") if line.startswith("(")] == [
        "(2, 'b')", "(3, 'c')", "(4, 'd')"]
    assert "3 of 5" in str(failed.value)


def test_no_item_at_all_fails(every):
    """A list that has become empty checks nothing, and must not pass."""
    with pytest.raises(pytest.fail.Exception):
        every([], print)
