"""One plain verdict a target: an even chance is never called met."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.levers import effect
from carbon.levers.problem import Limit
from carbon.levers.result import Plan
from carbon.levers.verdict import verdicts


@pytest.mark.parametrize(("p", "words"), [
    (0.49, "an even chance (49%)"), (0.8, "will probably be met (80%)"), (0.999, "will probably be met (> 98%)"),
    (0.2, "will probably be missed (20% that it is met)"),
    (None, "kept on the middle path, how likely is unknown (why)")])
def test_the_verdict_goes_by_the_probability(two_levers, p, words):
    """50 kg of 100 against 60: kept on the middle path, and the sentence follows P alone where it is known."""
    problem = two_levers(reductions=[[0.5, 0.0], [0.0, 0.5]], npv=[1.0, 1.0]).with_limits(
        [Limit("scope 1", ("1",), "", np.array([60.0]))])
    start = np.array([0, -1])
    plan = Plan(problem, start, "by hand", 1.0, 0.0, effect.excess(problem, effect.emissions(problem, start)))
    table = verdicts(plan, {} if p is None else {"scope 1": p}, reason="why")
    assert table["verdict"].item().startswith(f"scope 1, 2026: {words};")
    assert "meets" not in repr(plan)
    if p is None:  # a reason that begins with "no probability" states that once
        assert verdicts(plan, {}, reason="no probability: why")["verdict"].item() == table["verdict"].item()
    else:
        noted = verdicts(plan, {"scope 1": p}, records={"scope 1": "came true in 3 of 4"})["verdict"].item()
        assert f"{words[:-1]}; came true in 3 of 4);" in noted


def test_the_verdict_is_on_the_tightest_year_of_a_target(two_levers):
    """50 kg in both years, against 40 and then 60: missed in 2026, whatever the year after; a budget that is tighter
    than every year is the entry named.
    """
    one_year = two_levers(reductions=[[0.5, 0.0], [0.0, 0.5]], npv=[1.0, 1.0])
    excess = pd.DataFrame({"limit": "t", "year": [2026, 2027, 0], "limit_kg": [40.0, 60.0, 110.0],
                           "kg": [50.0, 50.0, 100.0], "excess_kg": [10.0, 0.0, 0.0]})
    missed = verdicts(Plan(one_year, np.array([0, -1]), "by hand", 1.0, 0.0, excess), {}, reason="why")
    assert missed["verdict"].item().startswith("t, 2026: missed") and missed["year"].item() == 2026
    kept = excess.assign(limit_kg=[60.0, 60.0, 101.0], excess_kg=0.0)
    table = verdicts(Plan(one_year, np.array([0, -1]), "by hand", 1.0, 0.0, kept), {}, reason="why")
    assert table["verdict"].item().startswith("t, budget: kept")
