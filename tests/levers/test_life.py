"""A lever's units by hand, and whole plans against accounts that are written anew beside the tests."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from carbon.levers import choose, effect
from carbon.levers.chance import cost_range
from carbon.levers.cost import lever_money
from carbon.levers.life import life
from carbon.levers.problem import NEVER
from carbon.levers.result import OPTIMAL, OUT_OF_REACH, Plan
from carbon.params.shapes.levers import Lever

_spec = importlib.util.spec_from_file_location("random_lives", Path(__file__).with_name("random_lives.py"))
lives = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(lives)
BLOCKS = [0, *(pytest.param(block, marks=pytest.mark.torture) for block in range(1, 20))]
"""Fifteen problems each: fifteen in the quick suite, three hundred at length."""
WIDE_BLOCKS = [0, *(pytest.param(block, marks=pytest.mark.torture) for block in range(1, 75))]
"""Four problems each: four in the quick suite, three hundred at length."""


def lever(**changes) -> Lever:
    fields = {"id": "cars", "label": {}, "track": "both", "evidence": "a test", "lifetime_years": 3,
              "cuts": [{"where": {"activity": ["petrol"]}, "reduction": 0.5}], "earliest_start": 2026,
              "cost": {"currency": "EUR", "price_year": 2025, "per": "unit", "capex": 100, "opex_per_year": 10,
                       "savings_per_year": 0, "other_savings_per_year": 8,
                       "grant": {"share": 0.5, "at_most": 120, "until": 2026}},
              "rollout": {"units": 4, "unit": "car", "per_year": 2}}
    return Lever(**fields | changes)


def test_capex_effect_grant_and_residual_value_come_from_the_same_units():
    """Four cars, two a year, life 3, five years from 2026: bought 2 2 0 0 0, renewed 0 0 0 2 2, running 2 4 4 4 4, so
    half the effect in the first year. The grant pays half of 2026's 200 and nothing later. In 2031 the first two have
    one of three years left, the others two: 2/3 + 4/3 = 2 cars' worth.
    """
    unit = life(lever(), 4, first_year=2026, starts=1, years=5)
    assert unit.bought[0].tolist() == [2, 2, 0, 0, 0] and unit.renewed[0].tolist() == [0, 0, 0, 2, 2]
    assert unit.running[0].tolist() == [2, 4, 4, 4, 4] and unit.effect[0].tolist() == [0.5, 1, 1, 1, 1]
    assert unit.left[0] == pytest.approx(2 / 3 + 4 / 3)
    money = lever_money([lever()], [unit], discount_rate=0.0, residual_value="remaining_life")
    assert money.flows["capex"][0, 0].tolist() == [200, 200, 0, 200, 200]
    assert money.flows["grants"][0, 0].tolist() == [-100, 0, 0, 0, 0]
    assert money.flows["opex"][0, 0].tolist() == [20, 40, 40, 40, 40]
    assert money.flows["savings"][0, 0].tolist() == [-16, -32, -32, -32, -32]
    # 800 - 100 + 180 - 144 - 200
    assert money.npv[0, 0] == pytest.approx(536)


def test_units_that_are_not_renewed_decay_and_end():
    """Life 3, 10 % a year less: 1, 0.9, 0.81, then nothing; renewed, it begins anew at 1; after end_year nothing runs.
    """
    changes = {"decay_per_year": 0.1, "rollout": {"units": 1, "per_year": 1}}
    ended = life(lever(renewed=False, **changes), 1, first_year=2026, starts=1, years=5)
    again = life(lever(**changes), 1, first_year=2026, starts=1, years=5)
    short = life(lever(end_year=2027, **changes), 1, first_year=2026, starts=1, years=5)
    assert ended.effect[0] == pytest.approx([1, 0.9, 0.81, 0, 0]) and ended.left[0] == 0
    assert again.effect[0] == pytest.approx([1, 0.9, 0.81, 1, 0.9])
    assert short.running[0].tolist() == [1, 1, 0, 0, 0] and short.left[0] == 0


@pytest.mark.parametrize("block", BLOCKS)
def test_plans_equal_enumeration_with_accounts_written_anew(block: int):
    """Roll-outs with sizes, renewals, grants, ends, price paths, a carbon price and levers that share and move streams:
    the proven cost is the least of every plan by the accounts of random_lives, which also give every kg, every line of
    cash and the same net cost, to the cent; wedges sum.
    """
    for seed in range(block * 15, block * 15 + 15):
        _equals_enumeration(*lives.drawn(seed), seed)


@pytest.mark.parametrize("block", WIDE_BLOCKS)
def test_plans_in_other_money_and_under_other_limits_equal_enumeration_too(block: int):
    """Costs in dollars, pounds and francs at the ECB's mean rate and as ranges, no residual value, limits of every
    year, a budget, one start a year, ends before the horizon: least cost, every kg, every line of cash, net cost and
    wedges as by the separate accounts; the range of net cost is that of plain draws of each amount.
    """
    assert {c: lives.PER_EUR[c] for c in lives.YEARLY} == pytest.approx(lives.YEARLY, rel=1e-4)
    for seed in range(10_000 + block * 4, 10_000 + block * 4 + 4):
        levers, base, prices, problem = lives.drawn(seed, wide=True)
        chosen = _equals_enumeration(levers, base, prices, problem, seed, credited=seed % 2 == 0)
        if seed % 4 == 0:
            _drawn_costs_agree(levers, base, prices, chosen, seed)


def _equals_enumeration(levers, base, prices, problem, seed: int, *, credited: bool = True) -> Plan:
    """Cost, or shortfall where none meets the limits, of the chosen plan against every plan that is allowed; and its
    accounts.
    """
    limit = problem.limits[0]
    chosen = choose.least_cost(problem, time_limit_s=60)
    best, least = np.inf, np.inf
    for plan in lives.every_plan(levers, base, problem):
        if not choose.allowed(problem, lives.as_start(problem, plan)):
            continue
        kg, _, net = lives.account(levers, base, prices, plan, credited=credited)
        over = float(np.maximum(np.array(kg) - limit.kg, 0).sum() + max(sum(kg) - limit.budget_kg, 0.0))
        least = min(least, over)
        best = min(best, net) if over <= 1e-6 else best
    assert chosen.status == (OPTIMAL if np.isfinite(best) else OUT_OF_REACH), seed
    if np.isfinite(best):
        assert chosen.cost == pytest.approx(best, abs=0.01 + 2e-6 * np.abs(problem.money.npv).max()), seed
    else:
        assert chosen.shortfall_kg == pytest.approx(least, abs=1e-3), seed
    _closes(levers, base, prices, problem, chosen, seed, credited=credited)
    return chosen


def _drawn_costs_agree(levers, base, prices, chosen: Plan, seed: int) -> None:
    """The 10 %, 50 % and 90 % quantile of net cost against draws of each amount, by slopes of the separate accounts; of
    levers without a cap on their grant, as net cost is then linear in each amount.
    """
    content = _content(chosen, levers)
    net = lives.account(levers, base, prices, content)[2]
    g, total = np.random.default_rng(seed), np.full(20_000, net)
    for lever in levers:
        if lever.id not in content or lever.cost.grant is not None:
            continue
        for field in ("capex", "opex_per_year", "lease_per_year", "other_savings_per_year"):
            three = getattr(lever.cost, field)
            if three.low < three.high:
                dearer = lives.account(levers, base, prices, content, amounts={(lever.id, field): three.high})[2]
                slope = (dearer - net) / (three.high - three.likely)
                total += slope * (g.triangular(three.low, three.likely, three.high, 20_000) - three.likely)
    without_grants = {v.id for v in levers if v.cost.grant is None}
    ranges = {line: tuple(np.where(np.isin(chosen.problem.lever_ids, list(without_grants))[:, None], value, three[1])
                          for value in three) for line, three in chosen.problem.money.ranges.items()}
    money = replace(chosen.problem.money, ranges=ranges)
    drawn = cost_range(replace(chosen, problem=replace(chosen.problem, money=money)), seed=7, draws=20_000)
    expected = np.quantile(total, [0.1, 0.5, 0.9])
    assert np.array(drawn) == pytest.approx(expected, abs=0.01 + 0.04 * (expected[2] - expected[0])), seed


def _content(plan: Plan, levers) -> dict[str, tuple[int, int]]:
    return {id_: (int(plan.start[i]), int(_size(plan.problem.names[i], levers, id_)))
            for i, id_ in enumerate(plan.problem.lever_ids) if plan.start[i] != NEVER}


def _closes(levers, base, prices, problem, chosen: Plan, seed: int, *, credited: bool = True) -> None:
    """Two plans of a problem, the chosen one and one drawn: kg, cash and wedges against the separate accounts."""
    g = np.random.default_rng(seed)
    plans = list(lives.every_plan(levers, base, problem))
    drawn = plans[g.integers(len(plans))]
    start = lives.as_start(problem, drawn)
    other = Plan(problem, start, "drawn", effect.total_cost(problem, start), 0.0, chosen.excess)
    for plan, content in ((chosen, _content(chosen, levers)), (other, drawn)):
        kg, lines, net = lives.account(levers, base, prices, content, credited=credited)
        mask = problem.mask(("1", "2", "3"), "market-based")
        assert effect.emissions(problem, plan.start)[mask].sum(axis=0) == pytest.approx(kg, rel=1e-9), seed
        table = plan.statement()
        for name, line in lines.items():
            assert table[name].to_numpy() == pytest.approx(line, abs=1e-6), (seed, name)
        assert plan.cost == pytest.approx(net, abs=0.005) == table["present_value"].sum(), seed
        assert plan.table()["npv"].sum() == pytest.approx(plan.cost, abs=0.005), seed
        wedge = plan.wedges("market-based").groupby("year")["wedge_kg"].sum().reindex(problem.years, fill_value=0.0)
        assert wedge.to_numpy() == pytest.approx(base.market_kg.sum(axis=0) - kg, rel=1e-9, abs=1e-6), seed


def _size(name: str, levers, id_: str) -> int:
    whole = next(v.rollout.units for v in levers if v.id == id_)
    return int(name.split("(")[1].split(" of ")[0]) if "(" in name else whole


def test_the_random_plans_hold_what_they_claim():
    """Sizes, grants, ends, moves, prerequisites, exclusions and both answers occur among the seeds."""
    found = [lives.drawn(seed) for seed in range(25)]
    levers = [v for made, *_ in found for v in made]
    assert sum(bool(v.rollout.sizes) for v in levers) > 8 and sum(v.cost.grant is not None for v in levers) > 12
    assert sum(v.end_year is not None for v in levers) > 8 and sum(not v.renewed for v in levers) > 8
    assert sum(bool(p.moves) for *_, p in found) > 8 and sum(bool(p.before) for *_, p in found) > 3
    assert sum(bool(p.capex_cap.size and np.isfinite(p.capex_cap).any()) for *_, p in found) > 4
