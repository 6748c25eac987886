"""The probability of a plan: seeded, and equal to the trajectory's own where no lever is at work."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from carbon.core.errors import MethodError
from carbon.levers.problem import NEVER


def test_triangular_quantiles():
    """The ends, the mode and a certain number come back; the mean is (low + likely + high) / 3."""
    from carbon.levers.chance import triangular

    low, likely, high = np.array([0.1]), np.array([0.2]), np.array([0.5])
    assert triangular(np.array([0.0]), low, likely, high) == pytest.approx(0.1)
    assert triangular(np.array([0.25]), low, likely, high) == pytest.approx(0.2)  # (0.2 - 0.1) / (0.5 - 0.1)
    assert triangular(np.array([1.0]), low, likely, high) == pytest.approx(0.5)
    assert triangular(np.array([0.7]), likely, likely, likely) == pytest.approx(0.2)
    u = (np.arange(10_000) + 0.5) / 10_000
    assert triangular(u, low, likely, high).mean() == pytest.approx(0.8 / 3, abs=1e-4)


def test_the_chance_is_the_same_for_the_same_seed(made):
    """Two computations from one seed agree in every bit; all limits together are no likelier than one of them."""
    from carbon.levers.chance import p_meet

    first, again = (p_meet(made.plan, made.baseline, seed=7, draws=2000).table for _ in range(2))
    assert first.equals(again)
    assert first["p"].iloc[-1] <= first["p"].iloc[:-1].min()


def test_certain_levers_leave_the_trajectorys_own_probability(made):
    """With no lever in the plan, P(meet) is P(baseline <= target) of the fitted trajectory."""
    from carbon.levers.chance import p_meet

    idle = replace(made.plan, start=np.full(len(made.plan.start), NEVER))
    table = p_meet(idle, made.baseline, seed=3, draws=20_000).table.set_index("limit")
    limit = made.plan.problem.limits[1]
    expected = made.baseline.fits["3"].p_at_most(float(limit.kg[-1]), 2030)
    assert table.loc[limit.name, "p"] == pytest.approx(expected, abs=0.015)


def test_correlation_of_groups_is_between_its_ends_and_keeps_each_groups_own_paths(made):
    """Paths of one group are the same whatever the correlation, only paired otherwise; P is shown at both ends."""
    shared, alone = (made.baseline.multipliers(4000, seed=3, correlation=c) for c in (1.0, 0.0))
    groups = list(shared)
    for group in groups:
        assert np.sort(shared[group], axis=0) == pytest.approx(np.sort(alone[group], axis=0))
    last = [np.argsort(np.argsort(p[g][:, -1])) for p in (shared, alone) for g in groups[:2]]
    assert np.corrcoef(last[0], last[1])[0, 1] == pytest.approx(1)
    assert abs(np.corrcoef(last[2], last[3])[0, 1]) < 0.06
    assert 0 <= made.baseline.correlation <= 1
    ends = made.chance.ends
    assert ends["groups"].tolist() == ["independent", "as in their history", "as one"]
    assert ends["p"].iloc[1] == made.chance.table["p"].iloc[-1]


def test_two_ranges_that_multiply_are_two_draws(made):
    """A share of 0.55 to 0.85 times a depth of 0.35 to 0.6: drawn as two, so the ends of the product are rarer."""
    from carbon.levers.chance import drawn_reductions

    problem = made.plan.problem
    lever = problem.names.index("it-services")
    row = int(np.argmax(problem.reduction["likely"][lever]))
    drawn = drawn_reductions(problem, seed=1, draws=20_000)[:, lever, row]
    low, high = (problem.reduction[k][lever, row] for k in ("low", "high"))
    assert (low, high) == (pytest.approx(0.55 * 0.35), pytest.approx(0.85 * 0.6))
    # means of two independent triangles multiply: (0.55 + 0.75 + 0.85) / 3 x (0.35 + 0.5 + 0.6) / 3
    assert drawn.mean() == pytest.approx(2.15 / 3 * 1.45 / 3, abs=0.003)
    # one draw for both would put 5 % of cases below the product of both 5 % quantiles; two put far fewer there
    both_low = (0.55 + np.sqrt(0.05 * 0.3 * 0.2)) * (0.35 + np.sqrt(0.05 * 0.25 * 0.15))
    assert (drawn < both_low).mean() < 0.03


def test_a_chance_stands_with_its_record_or_is_none(made, monkeypatch):
    """Each printed probability has the record of forecasts like it; without one p is NaN and the reason printed, in the
    verdict too; across a break that nothing explains there is no probability of a plan, as there is none of the page.
    """
    from carbon.levers import chance

    known = chance.p_meet(made.plan, made.baseline, seed=7, draws=500).table
    for row in known.itertuples():
        assert row.text.endswith(f"forecasts like this came true in {row.came_true:,} of {row.forecasts:,}")

    def none(p, *, kind, horizon):
        raise MethodError(f"no probability {horizon} years ahead", hint="read the interval")

    monkeypatch.setattr(chance, "backed", none)
    without = chance.p_meet(made.plan, made.baseline, seed=7, draws=500)
    assert without.table["p"].isna().all() and without.ends["p"].isna().all()
    assert without.table["text"].str.startswith("no probability").all()
    broken = replace(made.baseline, fits={g: replace(f, series=f.series * [*[1.0] * (len(f.series) - 1), 30.0],
                                                     used=f.used * [*[1.0] * (len(f.used) - 1), 30.0])
                                          for g, f in made.baseline.fits.items()})
    with pytest.raises(MethodError, match="across an unexplained break"):
        chance.p_meet(made.plan, broken, seed=7, draws=500)


def test_what_appears_elsewhere_is_drawn_too(two_levers):
    """Lever a moves half of 100 kg at 0.2 kg each kg, 0.1 to 0.6: 10 kg in the middle, 0.3 x 50 = 15 kg in the mean."""
    from carbon.levers.chance import Scenarios, drawn_ratios
    from carbon.levers.rows import Move
    from carbon.params.shapes.lever_life import Range

    problem = two_levers(reductions=[[0.5, 0.0], [0.0, 0.0]], npv=[0.0, 0.0])
    move = Move(0, np.array([True, False]), np.zeros((2, 2), dtype=bool), np.array([[0.0], [0.2]]),
                Range(low=0.5, likely=1, high=3))
    problem = replace(problem, moves=(move,))
    ratios = drawn_ratios(problem, seed=1, draws=40_000)
    futures = Scenarios(problem, np.repeat(problem.reduction["likely"][None], 40_000, 0),
                        np.repeat(problem.base[None], 40_000, 0), ratios)
    other_row = futures.kg(np.array([0, NEVER]))[:, 1, 0]
    assert other_row.mean() == pytest.approx(100 + 50 * 0.2 * 4.5 / 3, rel=1e-3)
    assert (other_row.min(), other_row.max()) == (pytest.approx(105, abs=0.3), pytest.approx(130, abs=0.5))
