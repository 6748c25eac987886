"""Emission rows whose only uncertainty is that of their factors."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from carbon.emissions.uncertainty import make_uncertain_rows, moments

SIGMA = math.log(1.5) / 2  # GSD2 = 1.5


def on_factors(kg, factor, *, sigma=SIGMA, distribution="lognormal"):
    """Return rows with one source of uncertainty each, their factor."""
    ids = pd.Series([f"f{i}" for i in factor])
    sources = pd.DataFrame({"source_id": ids.unique(), "of": "factor", "distribution": distribution, "spread": sigma})
    return make_uncertain_rows(np.asarray(kg, float), {"factor": ids}, sources)


def whole(doubts):
    return moments(doubts, np.zeros(len(doubts.kg), int), 1).iloc[0]


def relative(doubts):
    found = whole(doubts)
    return found["sd_kg"] / found["mean_kg"]
