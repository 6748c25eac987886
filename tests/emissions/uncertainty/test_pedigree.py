"""Scores become a squared geometric standard deviation."""

import math

import pytest

from carbon.core.errors import MethodError
from carbon.emissions.uncertainty import (
    gsd2_of_scores,
)


def test_pedigree_scores_become_a_gsd2():
    """ln(1.2)^2 + ln(1.1)^2 + ln(1.03)^2 + 0 + ln(1.5)^2 under the root; the worst counts, a missing score is
    refused.
    """
    scores = {"reliability": 4, "completeness": 4, "temporal": 2, "geographic": 1, "technical": 4}
    by_hand = math.exp(math.sqrt(math.log(1.2)**2 + math.log(1.1)**2 + math.log(1.03)**2 + math.log(1.5)**2))

    assert gsd2_of_scores(scores, basic=1, best=1) == pytest.approx(by_hand)
    assert gsd2_of_scores({c: 6 - s for c, s in scores.items()}, basic=1, best=5) == pytest.approx(by_hand)
    assert gsd2_of_scores(scores, basic=1.2, best=1) > by_hand
    with pytest.raises(MethodError, match="temporal"):
        gsd2_of_scores({c: s for c, s in scores.items() if c != "temporal"}, basic=1, best=1)
