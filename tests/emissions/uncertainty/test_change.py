"""The uncertainty of a change between two years."""

import math

import numpy as np
import pandas as pd
import pytest

from carbon.emissions.uncertainty import (
    change,
    make_uncertain_rows,
    moments,
)

SIGMA = math.log(1.5) / 2  # GSD2 = 1.5


def on_factors(kg, factor, *, sigma=SIGMA, distribution="lognormal"):
    """Rows with one doubt each, that of their factor."""
    ids = pd.Series([f"f{i}" for i in factor])
    sources = pd.DataFrame({"source_id": ids.unique(), "of": "factor", "distribution": distribution, "spread": sigma})
    return make_uncertain_rows(np.asarray(kg, float), {"factor": ids}, sources)


def whole(doubts):
    return moments(doubts, np.zeros(len(doubts.kg), int), 1).iloc[0]


def relative(doubts):
    found = whole(doubts)
    return found["sd_kg"] / found["mean_kg"]


def test_a_bias_of_all_years_cancels_in_the_change_and_not_in_the_level():
    """One factor in both years: the change is sure in %, the level is not; independent factors leave both doubtful."""
    later = np.array([False, True])
    shared, apart = on_factors([100.0, 80.0], [0, 0]), on_factors([100.0, 80.0], [0, 1])

    assert change(shared, later).ratio_sd == pytest.approx(0.0, abs=1e-12)
    assert change(shared, later).low_share == pytest.approx(-0.2)
    assert relative(shared) > 0.2
    assert change(apart, later).ratio_sd == pytest.approx(math.sqrt(2 * math.expm1(SIGMA**2)))
