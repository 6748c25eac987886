"""Emission rows whose only uncertainty is that of their factors and meters."""

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


def mixed(rows=60, seed=4, distribution="lognormal"):
    """Rows with a factor and a meter (some have none), some negative."""
    rng = np.random.default_rng(seed)
    factor = pd.Series([f"f{i}" for i in rng.integers(0, 7, rows)])
    meter = pd.Series(["" if i == 0 else f"m{i}" for i in rng.integers(0, 6, rows)])
    names = [*sorted(factor.unique()), *sorted(set(meter) - {""})]
    sources = pd.DataFrame({"source_id": names, "of": ["factor" if n[0] == "f" else "meter" for n in names],
                            "distribution": distribution, "spread": rng.uniform(0.05, 0.5, len(names))})
    kg = rng.lognormal(3, 1, rows) * np.where(rng.random(rows) < 0.1, -1, 1)
    return make_uncertain_rows(kg, {"factor": factor, "meter": meter}, sources)
