"""Why each lever starts when it does, and what costs after the last year change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from carbon.levers import choose, effect
from carbon.levers.cost import LeverMoney
from carbon.levers.problem import NEVER, Limit
from carbon.levers.reasons import reasons
from carbon.levers.result import Plan


def planned(problem, start) -> Plan:
    excess = effect.excess(problem, effect.emissions(problem, start))
    return Plan(problem, start, "by hand", effect.total_cost(problem, start), 0.0, excess)


def two_years(two_levers, **money) -> object:
    """Levers a and b on 100 kg of scope 1, two years; costs by year as given, a limit in the second year."""
    problem = two_levers(reductions=[[0.5, 0.0], [0.2, 0.0]], npv=[0.0, 0.0])
    ones = np.triu(np.ones((2, 2)))
    flows = {line: np.array([ones * a, ones * b]) for line, (a, b) in money.items()}
    flows.setdefault("capex", np.zeros((2, 2, 2)))
    return replace(problem, years=np.array([2026, 2027]), base=np.full((2, 2), 100.0), adds=np.zeros((2, 2, 2)),
                   effect=np.array([ones, ones]), earliest=np.zeros(2, dtype=int),
                   money=LeverMoney(flows, np.zeros((2, 2)), np.ones(3), np.zeros(2)),
                   limits=(Limit("scope 1", ("1",), "", np.array([np.inf, 60.0])),))


def test_each_start_has_its_reason(two_levers):
    """a is needed for the limit in its last year, b saves 10 a year: without a 20 kg too many, b a year later 10 more;
    a waits as each year of it costs 50.
    """
    problem = two_years(two_levers, opex=(50.0, 0.0), savings=(0.0, -10.0))
    table = reasons(planned(problem, np.array([1, 0]))).set_index("lever")
    assert table.loc["b", "reason"] == "pays: a year later 10 EUR more" and table.loc["b", "later_cost"] == 10
    # without a: 100 x 0.8 = 80 kg against 60
    assert table.loc["a", "later_kg"] == pytest.approx(20)
    assert table.loc["a", "reason"] == ("needed for scope 1, 2027: without it 0.0 t above the limit; a year "
                                      "earlier 50 EUR more")
    first = replace(problem, before=((1, 0),), limits=(Limit("none", ("1",), "", np.array([np.inf, 900.0])),))
    waits = reasons(planned(first, np.array([0, 0]))).set_index("lever")
    assert waits.loc["a", "reason"] == "needed by b, which cannot start without it"
    fixed = replace(problem, fixed={"a": 0})
    assert reasons(planned(fixed, np.array([0, NEVER]))).loc[0, "reason"] == "decided: its start is fixed"


def test_costs_after_the_last_year_change_what_is_chosen(two_levers):
    """To halve 100 kg in the second year: a costs 100 a year, b 150 once. Ending with the plan a is cheaper (it waits
    for the target year and pays once), with ten years after it b is, and nothing waits for want of later costs.
    """
    problem = two_levers(reductions=[[0.5, 0.0], [0.5, 0.0]], npv=[0.0, 0.0])

    def until(after: int):
        years = 2 + after
        live = np.array([[1.0] * years, [0.0] + [1.0] * (years - 1)])
        once = np.zeros((2, years))
        once[0, 0] = once[1, 1] = 1.0
        flows = {"capex": np.array([once * 0, once * 150]), "opex": np.array([live * 100, live * 0])}
        return replace(problem, years=np.array([2026, 2027]), base=np.full((2, years), 100.0),
                       adds=np.zeros((2, 2, years)), effect=np.array([live, live]), earliest=np.zeros(2, dtype=int),
                       money=LeverMoney(flows, np.zeros((2, 2)), np.ones(years + 1), np.zeros(2)),
                       limits=(Limit("scope 1", ("1",), "", np.array([np.inf, 60.0])),))

    assert choose.least_cost(until(0), time_limit_s=10).levers == ["a"]
    assert choose.least_cost(until(10), time_limit_s=10).levers == ["b"]
