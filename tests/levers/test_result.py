"""A plan's tables, by hand on two levers and closing on drawn ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from carbon.levers import effect
from carbon.levers.problem import NEVER, Limit
from carbon.levers.result import BY_RULE, STOPPED, Plan


def planned(problem, start, status=BY_RULE, gap=0.0) -> Plan:
    excess = effect.excess(problem, effect.emissions(problem, start))
    return Plan(problem, start, status, effect.total_cost(problem, start), gap, excess)


def test_a_limit_is_met_or_missed_by_its_excess(two_levers):
    """100 kg of scope 1, a limit of 60: with lever a 50 kg, met; without it 40 kg too many."""
    problem = two_levers(reductions=[[0.5, 0.0], [0.0, 0.5]], npv=[100.0, 70.0]).with_limits(
        [Limit("scope 1", ("1",), "", np.array([60.0]))])
    with_a, without = planned(problem, np.array([0, NEVER])), planned(problem, np.array([NEVER, NEVER]))
    assert with_a.meets and with_a.shortfall_kg == 0 and with_a.levers == ["a"] and with_a.cost == 100
    assert not without.meets and without.shortfall_kg == 40 and without.levers == []
    assert "40 kg short" in repr(without)  # not "0.0 t": what is short is never printed as nothing
    track = with_a.limit_tracks().iloc[0]
    assert (track["baseline_kg"], track["plan_kg"], track["limit_kg"]) == (100, 50, 60)
    assert "gap 2.00%" in repr(planned(problem, np.array([0, NEVER]), STOPPED, 0.02))
    sizes = replace(problem, names=("a", "a (2 of 4)"), ids=("a", "a"))
    assert "1 of 1 levers" in repr(planned(sizes, np.array([0, NEVER])))  # two sizes of one roll-out are one lever


@pytest.mark.parametrize("seed", range(4))
def test_tables_of_a_plan_close_on_one_another(drawn, seed: int):
    """Capex by year, by lever and in the calendar is one sum; every year of a running lever has its running cost."""
    problem, start = drawn(seed)
    plan, on = planned(problem, start), np.flatnonzero(start != NEVER)
    assert plan.cash()["capex"].sum() == pytest.approx(plan.table()["capex"].sum())
    assert plan.calendar()["capex"].sum() == pytest.approx(plan.table()["capex"].sum())
    opex = problem.money.flows["opex"]
    assert plan.cash()["running"].sum() == pytest.approx(sum(opex[i, start[i]].sum() for i in on))
    assert plan.statement()["present_value"].sum() == pytest.approx(plan.cost, abs=0.005)
    assert plan.table()["npv"].sum() == pytest.approx(plan.cost)
    assert plan.table()["start"].is_monotonic_increasing
    tracks = plan.tracks()
    assert len(tracks) == 2 * len(problem.years)
    assert tracks["baseline_kg"].sum() == pytest.approx(
        sum(problem.base[problem.mask(("1", "2", "3"), m)].sum() for m in ("location-based", "market-based")))


def test_a_decided_lever_belongs_to_the_baseline(two_levers):
    """a takes half of 100 kg, b half of what is left; a was decided before: the baseline is 50 kg, b's wedge all that
    the plan takes out of it (25 kg, not the 37.5 of half an interaction), a's own 50 kg are shown apart.
    """
    problem = two_levers(reductions=[[0.5, 0.0], [0.5, 0.0]], npv=[100.0, 70.0]).with_limits(
        [Limit("scope 1", ("1",), "", np.array([60.0]))])
    free = planned(problem, np.array([0, 0]))
    plan = planned(replace(problem, decided=frozenset({"a"})), np.array([0, 0]))
    assert free.wedges("market-based").set_index("lever")["wedge_kg"].to_dict() == {"a": 37.5, "b": 37.5}
    assert plan.wedges("market-based").set_index("lever")["wedge_kg"].to_dict() == {"b": 25.0}
    assert plan.decided_wedges("market-based").set_index("lever")["wedge_kg"].to_dict() == {"a": 50.0}
    assert plan.limit_tracks().iloc[0][["baseline_kg", "plan_kg"]].tolist() == [50, 25]
    assert plan.cost == free.cost == plan.table()["npv"].sum()  # money of decided levers stays in cash and net cost


@pytest.mark.parametrize("seed", range(3))
def test_wedges_of_chosen_levers_sum_from_the_baseline_with_the_decided_ones(drawn, seed: int):
    """Whatever is decided: decided wedges + chosen wedges = baseline without levers - plan, in every year."""
    problem, start = drawn(seed, levers=14 if seed == 2 else 6)
    plan = planned(replace(problem, decided=frozenset(problem.names[:2])), start)
    sums = [w.groupby("year")["wedge_kg"].sum().reindex(problem.years, fill_value=0.0).to_numpy()
            for w in (plan.decided_wedges("market-based"), plan.wedges("market-based"))]
    track = plan.tracks().query("scope2_method == 'market-based'")
    assert sums[1] == pytest.approx((track["baseline_kg"] - track["plan_kg"]).to_numpy(), abs=1e-6)
    whole = problem.base[problem.mask(("1", "2", "3"), "market-based")].sum(axis=0)
    assert sums[0] == pytest.approx(whole - track["baseline_kg"].to_numpy(), abs=1e-6)


def test_the_cost_curve_leaves_out_what_abates_nothing(two_levers):
    """Lever b cuts nothing of its stream: it has no cost per tonne."""
    problem = two_levers(reductions=[[0.5, 0.0], [0.0, 0.0]], npv=[100.0, 10.0])
    plan = planned(problem, np.array([0, 0]))
    assert plan.cost_curve("market-based")["lever"].tolist() == ["a"]
    assert plan.cost_curve("market-based")["abatement_kg"].tolist() == [50]
