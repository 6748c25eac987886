"""The one formula of emissions under levers, and wedges that do not depend on an order."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.core.errors import MethodError
from carbon.levers import effect
from carbon.levers.problem import NEVER

shares = st.lists(st.floats(0, 1), min_size=0, max_size=6)


@given(st.floats(0, 1e9), st.floats(0, 1e6), shares)
@settings(max_examples=200)
def test_levers_never_abate_more_than_the_stream(base: float, adds: float, cuts: list[float]):
    """Whatever the reductions, 0 <= E <= B + adds."""
    kg = effect.stream_kg(base, adds, cuts)
    assert 0 <= kg <= (base + adds) * (1 + 1e-12)


def test_two_levers_on_one_stream_multiply():
    """100 kg and 20 kg added, cut by 50 % and by 40 %: (100 + 20) x 0.5 x 0.6 = 36 kg, not 100 x (1 - 0.9)."""
    assert effect.stream_kg(100, 20, [0.5, 0.4]) == pytest.approx(36)
    with pytest.raises(MethodError):
        effect.stream_kg(100, 0, [1.2])


@pytest.mark.parametrize("seed", range(12))
def test_wedges_sum_to_baseline_minus_plan(seed: int, drawn):
    """Year by year, exactly, with additions, ramps and levers on shared rows."""
    problem, start = drawn(seed)
    mask = np.ones(len(problem.rows), dtype=bool)
    table = effect.wedges(problem, start, mask, seed=0)
    saved = (problem.base - effect.emissions(problem, start)).sum(axis=0)
    by_year = table.groupby("year")["wedge_kg"].sum().reindex(problem.years, fill_value=0.0)
    assert by_year.to_numpy() == pytest.approx(saved, rel=1e-9, abs=1e-6)
    assert (table["error_kg"] == 0).all()


def test_wedges_do_not_depend_on_the_order_of_levers(drawn):
    """The same levers in another order have the same wedges, and they equal the mean over all orders of starting
    them.
    """
    problem, start = drawn(3, levers=4)
    start = np.zeros(4, dtype=int)
    mask = np.ones(len(problem.rows), dtype=bool)
    wedge = effect.wedges(problem, start, mask, seed=0).set_index(["lever", "year"])["wedge_kg"]
    order = np.array([2, 0, 3, 1])
    turned = replace(problem, names=tuple(np.array(problem.names)[order]), adds=problem.adds[order],
                     reduction={k: r[order] for k, r in problem.reduction.items()}, effect=problem.effect[order])
    again = effect.wedges(turned, start, mask, seed=0).set_index(["lever", "year"])["wedge_kg"]
    assert again.sort_index().to_numpy() == pytest.approx(wedge.sort_index().to_numpy(), rel=1e-9)

    mean = np.zeros((4, len(problem.years)))
    for p in itertools.permutations(range(4)):
        now, on = problem.base.sum(axis=0), np.full(4, NEVER)
        for lever in p:
            on = on.copy()
            on[lever] = 0
            after = effect.emissions(problem, on).sum(axis=0)
            mean[lever] += (now - after) / 24
            now = after
    direct = mean[np.argsort(problem.names)].ravel()
    assert wedge.sort_index().to_numpy() == pytest.approx(direct, rel=1e-9)


def test_sampled_wedges_sum_exactly_and_say_their_error(numbers):
    """With 14 levers on a row the wedges are a seeded mean over orders: the sum is exact, each has a standard error."""
    problem = numbers(np.random.default_rng(5), 14, 1, 2, 1)
    start = np.zeros(14, dtype=int)
    table = effect.wedges(problem, start, np.array([True]), seed=1, permutations=400)
    saved = (problem.base - effect.emissions(problem, start)).sum(axis=0)
    assert table.groupby("year")["wedge_kg"].sum().to_numpy() == pytest.approx(saved, rel=1e-9)
    assert (table["error_kg"] > 0).any()
    assert table.equals(effect.wedges(problem, start, np.array([True]), seed=1, permutations=400))


def test_what_is_added_comes_before_the_streams_own_levers(numbers):
    """An addition of 10 kg to a row that another lever halves leaves (100 + 10) x 0.5 = 55 kg."""
    problem = numbers(np.random.default_rng(0), 2, 1, 1, 1)
    cut = np.array([[0.0], [0.5]])
    problem = replace(problem, base=np.array([[100.0]]), adds=np.array([[[10.0]], [[0.0]]]), effect=np.ones((2, 1, 1)),
                      reduction=dict.fromkeys(("low", "likely", "high"), cut))
    assert effect.emissions(problem, np.array([0, 0])).item() == pytest.approx(55)
