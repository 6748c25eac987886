"""What levers do: one formula, wedges that do not depend on an order, and a market contract that stays one."""

from __future__ import annotations

import importlib.util
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.core.errors import MethodError
from carbon.levers import effect, formulas
from carbon.levers.cost import capital_recovery_factor, cost_curve, cost_per_tonne, lever_money, rank_by_cost_per_tonne
from carbon.levers.problem import NEVER

_spec = importlib.util.spec_from_file_location("random_problems", Path(__file__).with_name("random_problems.py"))
assert _spec is not None and _spec.loader is not None
random_problems = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(random_problems)
numbers = random_problems.numbers

shares = st.lists(st.floats(0, 1), min_size=0, max_size=6)


def drawn(seed: int, levers: int = 6, rows: int = 4, years: int = 4):
    """A problem and random starts."""
    g = np.random.default_rng(seed)
    problem = numbers(g, levers, rows, years, 3)
    return problem, g.integers(-1, years, levers)


@given(st.floats(0, 1e9), st.floats(0, 1e6), shares)
@settings(max_examples=200)
def test_levers_never_abate_more_than_the_stream(base: float, adds: float, cuts: list[float]):
    """
    Whatever the reductions, 0 <= E <= B + adds.
    """
    kg = effect.stream_kg(base, adds, cuts)
    assert 0 <= kg <= (base + adds) * (1 + 1e-12)


def test_two_levers_on_one_stream_multiply():
    """
    100 kg and 20 kg added, cut by 50 % and by 40 %: (100 + 20) x 0.5 x 0.6 = 36 kg, not 100 x (1 - 0.9).
    """
    assert effect.stream_kg(100, 20, [0.5, 0.4]) == pytest.approx(36)
    with pytest.raises(MethodError):
        effect.stream_kg(100, 0, [1.2])


@pytest.mark.parametrize("seed", range(12))
def test_wedges_sum_to_baseline_minus_plan(seed: int):
    """
    Year by year, exactly, with additions, ramps and levers on shared rows.
    """
    problem, start = drawn(seed)
    mask = np.ones(len(problem.rows), dtype=bool)
    table = effect.wedges(problem, start, mask, seed=0)
    saved = (problem.base - effect.emissions(problem, start)).sum(axis=0)
    by_year = table.groupby("year")["wedge_kg"].sum().reindex(problem.years, fill_value=0.0)
    assert by_year.to_numpy() == pytest.approx(saved, rel=1e-9, abs=1e-6)
    assert (table["error_kg"] == 0).all()


def test_wedges_do_not_depend_on_the_order_of_levers():
    """
    The same levers in another order have the same wedges, and they equal the mean over all orders of starting them.
    """
    problem, start = drawn(3, levers=4)
    start = np.zeros(4, dtype=int)
    mask = np.ones(len(problem.rows), dtype=bool)
    wedge = effect.wedges(problem, start, mask, seed=0).set_index(["lever", "year"])["wedge_kg"]
    order = np.array([2, 0, 3, 1])
    turned = replace(problem, names=tuple(np.array(problem.names)[order]), adds=problem.adds[order],
                     reduction={k: r[order] for k, r in problem.reduction.items()}, profile=problem.profile[order])
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


def test_sampled_wedges_sum_exactly_and_say_their_error():
    """
    With 14 levers on a row the wedges are a seeded mean over orders: the sum is exact, each has a standard error.
    """
    problem = numbers(np.random.default_rng(5), 14, 1, 2, 1)
    start = np.zeros(14, dtype=int)
    table = effect.wedges(problem, start, np.array([True]), seed=1, permutations=400)
    saved = (problem.base - effect.emissions(problem, start)).sum(axis=0)
    assert table.groupby("year")["wedge_kg"].sum().to_numpy() == pytest.approx(saved, rel=1e-9)
    assert (table["error_kg"] > 0).any()
    assert table.equals(effect.wedges(problem, start, np.array([True]), seed=1, permutations=400))


def test_what_is_added_comes_before_the_streams_own_levers():
    """
    An addition of 10 kg to a row that another lever halves leaves (100 + 10) x 0.5 = 55 kg.
    """
    problem = numbers(np.random.default_rng(0), 2, 1, 1, 1)
    cut = np.array([[0.0], [0.5]])
    problem = replace(problem, base=np.array([[100.0]]), adds=np.array([[[10.0]], [[0.0]]]), profile=np.ones((2, 1)),
                      reduction=dict.fromkeys(("low", "likely", "high"), cut))
    assert effect.emissions(problem, np.array([0, 0])).item() == pytest.approx(55)


def test_annuity_and_cost_per_tonne():
    """
    CRF(5 %, 10 years) = 0.05 / (1 - 1.05^-10) = 0.129505; at 0 % it is 1/10. Nothing abated has no price.
    """
    assert capital_recovery_factor(0.05, 10) == pytest.approx(0.129505, abs=1e-6)
    assert capital_recovery_factor(0.0, 10) == 0.1
    # (1000 x 0.129505 + 50 - 20) / 2 t = 79.75
    got = cost_per_tonne(capex=1000, opex=50, savings=20, abatement_t=2, rate=0.05, years=10)
    assert got == pytest.approx(79.75, abs=0.01)
    with pytest.raises(MethodError):
        cost_per_tonne(capex=1, opex=0, savings=0, abatement_t=0, rate=0.05, years=10)


def test_net_present_value_pays_again_and_credits_what_is_left():
    """
    Capex 100 with a life of 2 years over 3 years at 10 %: 100 + 100/1.21 = 182.64; half of the second is left at the
    end: 50/1.331 = 37.57 less.
    """
    lever = type("Lever", (), {})()
    lever.cost = type("Cost", (), {"capex": 100.0, "opex_per_year": 0.0, "savings_per_year": 0.0})()
    lever.lifetime_years = 2
    years = np.array([2026, 2027, 2028])
    none = lever_money([lever], years, discount_rate=0.1, residual_value="none")
    left = lever_money([lever], years, discount_rate=0.1, residual_value="remaining_life")
    assert none.npv[0, 0] == pytest.approx(100 + 100 / 1.21)
    assert left.npv[0, 0] == pytest.approx(100 + 100 / 1.21 - 50 / 1.331)
    assert none.capex[0, 1].tolist() == [0.0, 100.0, 0.0]


def test_levers_that_save_money_stand_apart_by_their_total_saving():
    """
    A tiny saver at -1000 EUR/t never stands before one that saves a hundred times the money.
    """
    table = cost_curve(["tiny", "large", "dear", "cheap"], np.array([-10.0, -1000.0, 500.0, 50.0]),
                       np.array([10.0, 20_000.0, 1000.0, 1000.0]))
    assert table["lever"].tolist() == ["large", "tiny", "cheap", "dear"]
    assert table["cost_per_t"].isna().tolist() == [True, True, False, False]
    assert table["to_kg"].iloc[-1] == 22_010.0
    with pytest.raises(MethodError, match="across zero"):
        rank_by_cost_per_tonne(pd.Series([-1.0, 1.0]), pd.Series([1.0, 1.0]))
    with pytest.raises(MethodError):
        cost_curve(["none"], np.array([1.0]), np.array([0.0]))


def test_longer_life_by_cohorts():
    """
    Ten devices of each age 0-4, life 5: ten a year. Life 6: none in the first year, ten in each of the next five.
    """
    table = formulas.longer_life(dict.fromkeys(range(5), 10.0), old_years=5, new_years=6, years=6)
    assert table["bought_before"].tolist() == [10.0] * 6
    assert table["bought_after"].tolist() == [0.0, 10.0, 10.0, 10.0, 10.0, 10.0]
    # 50 bought instead of 60 in one cycle: 1 - 50/60 = 1 - 5/6
    assert table["mean_reduction"].iloc[-1] == pytest.approx(formulas.longer_life_steady(5, 6))


def test_a_life_back_at_its_old_value_restores_the_baseline():
    """
    5 -> 5 years cuts nothing, by cohorts and in the steady state.
    """
    table = formulas.longer_life({0: 3.0, 2: 5.0, 4: 1.0}, old_years=5, new_years=5, years=8)
    assert (table["reduction"] == 0).all()
    assert formulas.longer_life_steady(5, 5) == 0


def test_train_rule_is_strict_and_zero_hours_switches_nothing():
    """
    Exactly N hours stays on the plane; N = 0 switches no route; a route without a duration is refused.
    """
    routes = pd.DataFrame({"origin": ["A", "A"], "destination": ["B", "C"], "flight_kg": [100.0, 100.0],
                           "train_kg": [5.0, 5.0], "train_hours": [4.0, 3.9], "night_kg": [0.0, 1.0]})
    table = formulas.train_share(routes, max_hours=4)
    assert table["cut_kg"].tolist() == [0.0, 100.0]
    assert table["added_kg"].tolist() == [0.0, 6.0]
    assert formulas.train_share(routes, max_hours=0)["cut_kg"].sum() == 0
    with pytest.raises(MethodError):
        formulas.train_share(routes.assign(train_hours=[4.0, np.nan]), max_hours=4)


def test_triangular_quantiles():
    """
    The ends, the mode and a certain number come back; the mean is (low + likely + high) / 3.
    """
    from carbon.levers.chance import triangular

    low, likely, high = np.array([0.1]), np.array([0.2]), np.array([0.5])
    assert triangular(np.array([0.0]), low, likely, high) == pytest.approx(0.1)
    assert triangular(np.array([0.25]), low, likely, high) == pytest.approx(0.2)  # (0.2 - 0.1) / (0.5 - 0.1)
    assert triangular(np.array([1.0]), low, likely, high) == pytest.approx(0.5)
    assert triangular(np.array([0.7]), likely, likely, likely) == pytest.approx(0.2)
    u = (np.arange(10_000) + 0.5) / 10_000
    assert triangular(u, low, likely, high).mean() == pytest.approx(0.8 / 3, abs=1e-4)
