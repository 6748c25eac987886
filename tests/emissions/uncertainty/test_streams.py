"""Each source has a stream of its own."""

import numpy as np
import pandas as pd
import pytest
from rows_on_factors import on_factors

from carbon.emissions.uncertainty import (
    draw_totals,
    make_uncertain_rows,
)
from carbon.emissions.uncertainty.streams import DRAWN_BY, Multipliers, each_in


@pytest.mark.parametrize("metered", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("distribution", ["lognormal", "triangular"])
def test_a_draw_is_the_sum_of_its_rows_times_their_multipliers(metered, distribution):
    """Row by row and draw by draw with the streams themselves: few rows with two sources, some, all; the same
    totals.
    """
    rng = np.random.default_rng(5)
    n = 400
    factor = pd.Series([f"f{i:02d}" for i in rng.integers(0, 30, n)])
    meter = pd.Series([f"m{i % 9}" if metered > u else "" for i, u in enumerate(rng.random(n))])
    names = sorted({*factor, *meter} - {""})
    sources = pd.DataFrame({"source_id": names, "of": ["factor" if x[0] == "f" else "meter" for x in names],
                            "distribution": distribution, "spread": rng.uniform(0.1, 0.6, len(names))})
    doubts = make_uncertain_rows(rng.normal(5, 4, n), {"factor": factor, "meter": meter}, sources)
    groups = np.arange(n) % 4
    found = draw_totals(doubts, groups, 4, draws=300, seed=9)

    streams = Multipliers({c: doubts.column(c) for c in DRAWN_BY}, 9)
    with each_in(1) as run_each:
        drawn = streams.draw(300, run_each)[streams.row]
    rows = doubts.kg[:, None] * drawn[doubts.codes].prod(axis=0)  # the code -1 finds the last row, of ones
    naive = np.stack([rows[groups == g].sum(axis=0) for g in range(4)], axis=1)
    assert found.totals == pytest.approx(naive, rel=1e-11, abs=1e-9)


def test_added_rows_and_sources_move_no_draw_of_others():
    """A group keeps its totals when another group gets rows on new sources; a seed may be any whole number."""
    few = on_factors([100.0, 40.0, 7.0], [3, 5, 5])
    more = on_factors([100.0, 40.0, 7.0, 11.0, 13.0], [3, 5, 5, 1, 9])
    for seed in (0, -1, 2**70):
        alone = draw_totals(few, np.zeros(3, int), 1, draws=250, seed=seed).totals[:, 0]
        beside = draw_totals(more, np.array([0, 0, 0, 1, 1]), 2, draws=250, seed=seed).totals[:, 0]
        assert alone == pytest.approx(beside, rel=1e-14)
        assert len(np.unique(alone)) == 250
    assert np.corrcoef(*(draw_totals(few, np.zeros(3, int), 1, draws=2_000, seed=s).totals[:, 0] for s in (0, -1))
                       )[0, 1] == pytest.approx(0, abs=0.1)
