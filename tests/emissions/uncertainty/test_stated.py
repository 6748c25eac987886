"""Statements of a company as distributions."""

import math

import pytest

from carbon.core.errors import MethodError
from carbon.emissions.uncertainty.pedigree import gsd2_of_scores
from carbon.emissions.uncertainty.stated import Stated, spread_of
from carbon.params.shapes.uncertainty import SCORES, StatedUncertainty

LINE = {"of": "factor", "id": "f", "evidence": "e"}


def test_each_form_by_hand():
    """+-20 %: ln(1.2) / 2 around 1. 0.9 to 1.4: ln(1.4 / 0.9) / 4 around sqrt(1.26). Scores: ln(GSD2) / 2."""
    percent = spread_of(StatedUncertainty(percent=20, **LINE))
    ends = spread_of(StatedUncertainty(low_percent=-10, high_percent=40, **LINE))
    scores = dict.fromkeys(SCORES, 3)
    pedigree = spread_of(StatedUncertainty(basic=1.05, best=1, **scores, **LINE))

    assert (percent.spread, percent.centre) == pytest.approx((math.log(1.2) / 2, 1.0))
    assert (ends.spread, ends.centre) == pytest.approx((math.log(1.4 / 0.9) / 4, math.sqrt(1.26)))
    assert pedigree.spread == pytest.approx(math.log(gsd2_of_scores(scores, basic=1.05, best=1)) / 2)


def test_one_thing_is_stated_once():
    """Two statements of one factor or class: which one holds is not guessed."""
    line = StatedUncertainty(percent=20, **LINE)
    share = StatedUncertainty(of="class", id="waste", correlation=0.0, evidence="e")
    for twice in ([line, line], [share, share]):
        with pytest.raises(MethodError, match="stated twice"):
            Stated.of(twice)
