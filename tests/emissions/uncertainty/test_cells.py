"""Small sources enter by their exact variance; those that matter are drawn one by one."""

import math

import numpy as np
import pandas as pd
import pytest

from carbon.emissions.uncertainty import (
    draw_totals,
    make_uncertain_rows,
    moments,
)


def test_many_small_doubts_taken_together_agree_with_the_closed_form():
    """12,000 meters of two parts each, too many to draw one by one: their pairs are kept, and so is the variance."""
    n = 12_000
    meter = pd.Series([f"m{i}" for i in range(n)] * 2)
    factor = pd.Series(["combustion"] * n + ["upstream"] * n)
    kg = np.concatenate([np.full(n, 3.0), np.full(n, 1.0)])
    sources = pd.DataFrame({"source_id": [*meter[:n], "combustion", "upstream"], "of": ["meter"] * n + ["factor"] * 2,
                            "distribution": "lognormal", "spread": [2.0] * n + [0.01, 0.02]})
    doubts = make_uncertain_rows(kg, {"factor": factor, "meter": meter}, sources)
    one = np.zeros(2 * n, int)
    exact, drawn = moments(doubts, one, 1).iloc[0], draw_totals(doubts, one, 1, draws=20_000, seed=3)

    assert drawn.together == n
    assert drawn.summary()["sd_kg"].item() == pytest.approx(exact["sd_kg"], rel=0.03)
    assert drawn.summary()["mean_kg"].item() == pytest.approx(exact["mean_kg"], rel=0.002)


def with_own_doubts(kg, factor, sigma):
    """Rows on factors (sd of the logarithm 0.2), each with a doubt of its own."""
    ids = pd.Series([f"f{i}" for i in factor])
    own = pd.Series([f"r{i:06d}" for i in range(len(kg))])
    sources = pd.DataFrame({"source_id": [*ids.unique(), *own], "of": ["factor"] * ids.nunique() + ["row"] * len(own),
                            "distribution": "lognormal", "spread": [*[0.2] * ids.nunique(), *sigma]})
    return make_uncertain_rows(np.asarray(kg, float), {"factor": ids, "row": own}, sources)


def naive_totals(kg, factor, sigma, groups, draws, seed):
    """Every row of every draw, by numpy's own normal numbers."""
    rng = np.random.default_rng(seed)
    totals = np.empty((draws, groups.max() + 1))
    for i in range(draws):
        shared = np.exp(0.2 * rng.standard_normal(factor.max() + 1))[factor]
        totals[i] = np.bincount(groups, kg * shared * np.exp(sigma * rng.standard_normal(len(kg))))
    return totals


def test_rows_taken_together_have_the_percentiles_of_rows_drawn_one_by_one():
    """Groups of 100 rows and more, too many rows to draw each: 2.5th and 97.5th percentile within 1 % of the naive
    ones.
    """
    rng = np.random.default_rng(11)
    factor, groups, kg = rng.integers(0, 50, 4_000), np.arange(4_000) % 8, rng.lognormal(2, 0.5, 4_000)
    sigma = np.full(4_000, 0.1)
    drawn = draw_totals(with_own_doubts(kg, factor, sigma), groups, 8, draws=10_000, seed=4)
    naive = naive_totals(kg, factor, sigma, groups, 10_000, 6)

    assert drawn.together > 3_000
    ours, theirs = (np.percentile(t, [2.5, 97.5], axis=0) for t in (drawn.totals, naive))
    assert np.abs(ours / theirs - 1).max() < 0.01


def test_a_row_that_rules_its_group_is_drawn_itself():
    """Its skew is the group's: percentiles within four standard errors of the naive ones; a normal number would miss
    them.
    """
    rng = np.random.default_rng(12)
    factor, groups, kg = rng.integers(0, 50, 4_000), np.arange(4_000) % 4, rng.lognormal(0, 0.5, 4_000)
    sigma = np.full(4_000, 0.1)
    kg[:4], sigma[:4] = 3_000.0, 1.2
    doubts = with_own_doubts(kg, factor, sigma)
    drawn = draw_totals(doubts, groups, 4, draws=10_000, seed=4)
    naive = naive_totals(kg, factor, sigma, groups, 10_000, 6)
    ours, exact = drawn.summary(), moments(doubts, groups, 4)

    for p, column in ((2.5, "p2.5"), (97.5, "p97.5")):
        gap = np.abs(ours[f"{column}_kg"].to_numpy() - np.percentile(naive, p, axis=0))
        assert (gap < 4 * math.sqrt(2) * ours[f"{column}_error_kg"]).all()
    as_if_normal = exact["mean_kg"] - 1.96 * exact["sd_kg"]
    assert (ours["p2.5_kg"] - as_if_normal > 20 * ours["p2.5_error_kg"]).all()
