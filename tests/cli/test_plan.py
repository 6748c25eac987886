"""`carbon plan`: what a plan shows where a part of it cannot be worked out."""

import pytest

from carbon.cli import plan
from carbon.core.errors import MethodError, UsageError


def test_a_table_that_cannot_be_made_is_its_reason(carbon):
    """The plan is printed all the same: the reason is in the place of the table."""
    def cannot():
        raise MethodError("The last tonne has no price: no lever is left")

    assert plan._rows(cannot) == {"reason": "The last tonne has no price: no lever is left"}


def test_a_year_without_an_earlier_plan_has_none_followed():
    """No plan to compare with is null, not an empty one that was kept."""
    assert plan._followed("no plan recorded for 2025") is None


@pytest.mark.parametrize("words", [("Bad Name",), ("petit-studio", "--language", "de"), ("../secrets",)])
def test_a_name_or_language_that_is_none_records_nothing(project, carbon, words):
    """An error before anything is recorded."""
    assert isinstance(carbon("plan", *words).exception, UsageError)
    assert not (project / "data" / "ledger").exists()
