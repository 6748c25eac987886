"""Number formats of a workbook: what a cell shows of the number that it holds."""

import pytest

from carbon.records.grids.number_formats import HIDDEN, PERCENT, STRUCK, THOUSANDS, UNSIGNED, YEAR, Shown, shown_as


@pytest.mark.parametrize(("code", "sign", "how"), [
    ("General", 1, Shown()), ("#,##0.00", -1, Shown()), ("0%", 1, Shown(PERCENT)), ("#,##0,", 1, Shown(THOUSANDS)),
    ("0.00;0.00", -1, Shown(UNSIGNED)), ("0.00;[Red]0.00", -1, Shown()), ("0.00;(0.00)", -1, Shown()),
    (";;;", 1, Shown(HIDDEN)), ('0.00 "USD"', 1, Shown(words="USD")), ("[$€-40C] 0.00", 1, Shown(words="€")),
    ("0000", 1, Shown(digits=4)), ("mmm-yy", 1, Shown(month=True)), ("yyyy", 1, Shown(YEAR)),
    ("dd/mm/yyyy", 1, Shown()), (STRUCK, 1, Shown(STRUCK)), ("0;-0;", 0, Shown())])
def test_a_format_shows_the_number_or_something_else(code, sign, how):
    """A scale, a hidden sign or number is a fault; a unit, leading zeros and a month are part of the cell."""
    assert shown_as(code, sign) == how
    assert bool(shown_as(code, sign)) == (how != Shown())
