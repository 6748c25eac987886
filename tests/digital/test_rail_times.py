"""Minutes by train: the estimate, its error, and the published times."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.digital import rail_times
from carbon.digital.rail_times import estimated_minutes, rail_km


def test_estimate_and_rail_km_by_hand():
    """400 km great circle: 498 km of rail, -19.8 + 0.3261 x 498 = 142.6 min."""
    assert rail_times.rail_km(400) == pytest.approx(498)
    assert rail_times.estimated_minutes(498) == pytest.approx(142.5978)


BEST = Path(__file__).resolve().parents[3] / "shared" / "data" / "digital" / "odbl" / "rail_best_times_fr.csv"


@pytest.mark.official
@pytest.mark.skipif(not BEST.exists(), reason="the comparison tables are not beside the project")
def test_the_error_given_to_an_estimate_holds_on_forty_pairs():
    """Every published best time lies within the error that the estimate is given, with Paris and without."""
    table = pd.read_csv(BEST)
    pairs = table[["city_a", "city_b"]].set_axis(["origin", "destination"], axis=1).astype("str")
    found = rail_times.pairs_with_times(pairs, None, home=("FR",))
    estimate = rail_times.estimated_minutes(rail_times.rail_km(found["great_circle_km"]))
    error = (estimate - table["best_time_min"]).abs()
    assert error.notna().all() and (error <= found["error_minutes"]).all()
    assert error.max() > 150


def test_a_short_line_has_no_estimate():
    """10 km of rail would take -16.5 minutes: refused alone, missing in a Series; 500 km: -19.8 + 163.05 = 143.25."""
    with pytest.raises(MethodError, match="no estimate for 10 km"):
        estimated_minutes(10.0)
    found = estimated_minutes(pd.Series([10.0, 500.0]))
    assert found.isna().tolist() == [True, False]
    assert found[1] == pytest.approx(143.25)
    with pytest.raises(MethodError):
        rail_km(-1.0)
