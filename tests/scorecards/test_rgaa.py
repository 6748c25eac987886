"""The State's accessibility rate: its rounding, its status, and when there is none."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon.core.errors import MethodError
from carbon.scorecards.rgaa import criterion_over_sample, rgaa_rate, rgaa_status


def test_half_is_rounded_up():
    """1 of 8 is 12.5: 13, where Python's round gives 12."""
    assert rgaa_rate(1, 7, untested=0) == 13
    assert round(12.5) == 12


def test_the_published_rates_of_the_states_own_tool_are_met():
    """DISIC/Ara (822b6bac): 27 of 89 applicable criteria are 30.34 %, shown as 30 (DOCUMENTATION.md); 36 met and 35 not
    are 51 (cypress/e2e/common.cy.ts).
    """
    assert (rgaa_rate(27, 62, untested=0), rgaa_rate(36, 35, untested=0)) == (30, 51)
    assert (rgaa_status(27, 62, untested=0), rgaa_status(36, 35, untested=0)) == (
        "non conforme", "partiellement conforme")


@pytest.mark.parametrize(("compliant", "fails", "status"), [
    (0, 5, "non conforme"), (24, 25, "non conforme"), (25, 25, "partiellement conforme"),
    (105, 1, "partiellement conforme"), (60, 0, "totalement conforme")])
def test_status_comes_from_the_exact_counts(compliant, fails, status):
    """Exactly one half is partial; 105 of 106 rounds to 99 and is not total, nor would 199 of 200 be."""
    assert rgaa_status(compliant, fails, untested=0) == status


def test_no_rate_while_untested_or_where_nothing_applies():
    """
    "no data", never 0 %.
    """
    assert math.isnan(rgaa_rate(50, 10, untested=1)) and rgaa_status(50, 10, untested=1) == ""
    assert math.isnan(rgaa_rate(0, 0, untested=0)) and rgaa_status(0, 0, untested=0) == ""


@pytest.mark.parametrize("counts", [(-1, 5, 0), (100, 7, 0)])
def test_counts_beyond_106_criteria_are_refused(counts):
    """There are 106 criteria."""
    with pytest.raises(MethodError):
        rgaa_rate(*counts[:2], untested=counts[2])


@given(st.integers(0, 106), st.integers(0, 106))
def test_rate_is_within_half_a_point_of_the_share(compliant, fails):
    """Half up: share - 1/2 < rate <= share + 1/2."""
    total = compliant + fails
    if 0 < total <= 106:
        exact = 100 * compliant / total
        assert exact - 0.5 - 1e-9 < rgaa_rate(compliant, fails, untested=0) <= exact + 0.5


@pytest.mark.parametrize(("pages", "result"), [
    (["compliant", "not_applicable"], "compliant"), (["compliant", "non_compliant"], "non_compliant"),
    (["not_applicable", "not_applicable"], "not_applicable"), (["compliant", "untested"], "untested")])
def test_a_criterion_over_all_pages(pages, result):
    """One page that fails fails it; it does not apply only where it applies nowhere."""
    assert criterion_over_sample(pages) == result
