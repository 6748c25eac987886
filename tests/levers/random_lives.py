"""Plans drawn from a seed with units, renewals, prices and levers that share streams, and their accounts written anew.

The accounts below are plain loops over units and years; they share no line with carbon.levers.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from carbon.core.money import exchange
from carbon.levers.baseline import Baseline
from carbon.levers.model import check_levers
from carbon.levers.problem import NEVER, Limit, make_problem
from carbon.levers.rows import Quantity
from carbon.params.shapes.lever_life import Range
from carbon.params.shapes.levers import Lever

FIRST, RATE = 2026, 0.05
YEARLY = {"EUR": 1.0, "USD": 1.0824, "GBP": 0.84662, "CHF": 0.9526}
"""Mean of the ECB's reference rates in 2024 as the ECB's yearly series rounds it: units of a currency for one euro."""
PER_EUR = {c: float(exchange(pd.Series([1.0]), pd.Series(["EUR"]), pd.Series([2024]), to=c, basis="year_mean")[
    "converted"].iloc[0]) for c in YEARLY}
ACTIVITIES = ["petrol", "natural_gas", "electricity", "flights"]
FUEL, POWER = "fuel", "power"


def drawn(seed: int, *, levers: int = 3, years: int = 3, after: int = 2, wide: bool = False):
    """Levers, baseline, prices and a problem.

    wide: with costs in other currencies and as ranges, residual value or none, limits of every year and a budget, few
    starts a year, units that end before the horizon.
    """
    g = np.random.default_rng(seed)
    table = pd.DataFrame({
        "scope": ["1", "1", "2", "3"], "category": [0, 0, 0, 6], "activity": ACTIVITIES, "region": "FR", "site": "",
        "supplier": "", "location_kg": g.integers(50, 200, 4) * 100.0, "group": "all",
        "grid": [False, False, True, False]})
    table["market_kg"] = table["location_kg"] * np.array([1, 1, 0.5, 1])
    grid = np.ones((4, years))
    grid[2] = 0.95 ** np.arange(1, years + 1)
    index = np.where(table["grid"].to_numpy()[:, None], grid, 0.98 ** np.arange(1, years + 1))
    base = Baseline(table, np.arange(FIRST, FIRST + years), index, grid, {})
    made = [_lever(g, i, years) for i in range(levers)]
    if wide:
        made = [_widened(g, lever, years) for lever in made]
    if g.random() < 0.3:
        made[1] = made[1].model_copy(update={"prerequisites": [made[0].id]})
    elif g.random() < 0.3:
        made[1] = made[1].model_copy(update={"exclusions": [made[0].id]})
    prices = {FUEL: g.uniform(0.5, 2) * 1.03 ** np.arange(years + after),
              POWER: g.uniform(0.1, 0.4) * 0.99 ** np.arange(years + after)}
    carbon = np.full(years + after, g.choice([0.0, 0.08]))
    last = table["location_kg"].to_numpy() / np.array([2.3, 0.2, 0.05, 1.0])
    quantities = [Quantity(FUEL, "l", np.array([1, 1, 0, 0], bool), last * [1, 1, 0, 0], prices[FUEL], Range(
        low=1, likely=1, high=1)), Quantity(POWER, "kWh", np.array([0, 0, 1, 0], bool), last * [0, 0, 1, 0],
                                            prices[POWER], Range(low=1, likely=1, high=1))]
    total = base.market_kg.sum(axis=0)
    kg = np.full(years, np.inf)
    kg[-1] = total[-1] * g.uniform(0.45, 1.0)
    budget = np.inf
    if wide and g.random() < 0.5:
        kg[:-1] = total[:-1] * g.uniform(0.8, 1.0, years - 1)
    if wide and g.random() < 0.5:
        budget = float(total.sum() * g.uniform(0.6, 1.0))
    cap = {FIRST + t: float(g.integers(20, 60) * 1000) for t in range(years)} if g.random() < 0.4 else {}
    in_euro = check_levers(made, currency="EUR", price_year=made[0].cost.price_year)
    problem = make_problem(
        in_euro, base, limits=[Limit("all", ("1", "2", "3"), "market-based", kg, budget)], discount_rate=RATE,
        residual_value="none" if wide and seed % 2 else "remaining_life",
        max_starts=1 if wide and seed % 3 == 0 else None, capex_cap=cap, quantities=quantities, carbon_price=carbon,
        carbon_scopes=["1", "3"], scope2_method="market-based", years_after=after,
        capex_total=float(g.integers(40, 120) * 1000) if g.random() < 0.4 else None)
    return made, base, (last, prices, carbon), problem


def _lever(g: np.random.Generator, i: int, years: int) -> Lever:
    which = [str(a) for a in g.choice(ACTIVITIES[:2], g.integers(1, 3), replace=False)]
    kind = g.integers(0, 4)
    if kind == 3:
        which = ["flights"]
    units, life = int(g.integers(1, 6)), int(g.integers(2, 5))
    per_year = int(max(np.ceil(units / life), g.integers(1, units + 1)))
    fields: dict = {
        "id": f"lever-{i}", "label": {"en": "A"}, "track": "both", "evidence": "drawn", "lifetime_years": life,
        "cuts": [{"where": {"activity": which}, "reduction": round(float(g.uniform(0.1, 0.7)), 3),
                  "rebound": float(g.choice([0.0, 0.2]))}],
        "earliest_start": FIRST + int(g.integers(0, 2)), "lowers": str(g.choice(["quantity", "intensity"])),
        "rollout": {"units": units, "per_year": per_year, "sizes": [units // 2] if units > 1 and g.random() < 0.4
                    else []},
        "effect_by_age": [[1.0], [0.5, 1.0], [0.0, 0.8]][g.integers(0, 3)], "renewed": bool(g.random() < 0.8),
        "decay_per_year": float(g.choice([0.0, 0.1])),
        "end_year": FIRST + years if g.random() < 0.3 else None,
        "cost": {"currency": "EUR", "price_year": 2025, "per": str(g.choice(["unit", "lever"])),
                 "capex": float(g.integers(1, 30) * 1000), "opex_per_year": float(g.integers(0, 20) * 100),
                 "lease_per_year": float(g.choice([0, 500])), "savings_per_year": 0,
                 "other_savings_per_year": float(g.choice([0, 700])),
                 "grant": {"share": 0.3, "at_most": 5000, "until": FIRST + 1} if g.random() < 0.4 else None}}
    if kind == 1:
        fields["adds"] = [{"to": {"activity": ["electricity"]}, "kg_per_kg_cut": 0.1, "with_grid": True}]
        fields["uses"] = [{"resource": POWER, "per_unit_saved": 3.0, "saved": FUEL}]
    if kind < 3:
        fields["saves"] = [{"resource": FUEL}]
    if kind == 2:
        fields["adds"] = [{"to": {"activity": ["flights"]}, "kg_per_year": 300.0}]
        fields["uses"] = [{"resource": POWER, "quantity_per_year": 400.0}]
    return Lever(**{k: v for k, v in fields.items() if v is not None})


def _widened(g: np.random.Generator, lever: Lever, years: int) -> Lever:
    """The lever with money in some currency, as ranges, and sometimes an end before the horizon."""
    fields = lever.model_dump()
    cost = fields["cost"]
    cost |= {"currency": str(g.choice(list(PER_EUR))), "price_year": 2024}
    for name in ("capex", "opex_per_year", "lease_per_year", "other_savings_per_year"):
        likely = cost[name]["likely"]
        cost[name] = {"low": likely * g.uniform(0.5, 1), "likely": likely, "high": likely * g.uniform(1, 2)}
    if g.random() < 0.4:
        fields["end_year"] = FIRST + int(g.integers(1, years))
    return Lever(**fields)


def account(levers, base, prices, plan: dict[str, tuple[int, int]], *, after: int = 2, credited: bool = True,
            amounts: dict | None = None, fuel_times: float = 1.0):
    """The accounts of one plan, id -> (start, units): (kg by market in each plan year, cash lines by year, net cost).

    Unit by unit and year by year; by the definitions in docs/how-to/levers.md alone. Money is in euro of the plan.

    amounts: (lever, field of its cost) -> amount in place of the likely one; fuel_times: of the price of fuel.
    """
    last, price, carbon = prices
    years, span = len(base.years), len(base.years) + after
    lines = {k: [0.0] * (span + 1) for k in ("capex", "grants", "opex", "lease", "savings", FUEL, POWER, "carbon_price",
                                             "residual_value")}
    working: dict[str, list[float]] = {}
    for lever in levers:
        working[lever.id] = [0.0] * span
        if lever.id not in plan:
            continue
        start, units = plan[lever.id]
        money = {f: (amounts or {}).get((lever.id, f), getattr(lever.cost, f).likely) / PER_EUR[lever.cost.currency]
                 for f in ("capex", "opex_per_year", "lease_per_year", "other_savings_per_year")}
        _units(lever, start, units, span, lines, working[lever.id], money, credited)
    kg_by_year = []
    for t in range(span):
        now = min(t, years - 1)
        at = {v.id: working[v.id][t] for v in levers}
        before, kg, market = _year(levers, base, last, now, dict.fromkeys(at, 0.0)), {}, 0.0
        kg = _year(levers, base, last, now, at)
        lines[FUEL][t] = fuel_times * price[FUEL][t] * (kg["L0"] + kg["L1"] - before["L0"] - before["L1"])
        lines[POWER][t] = price[POWER][t] * (kg["L2"] - before["L2"])
        lines["carbon_price"][t] = carbon[t] * sum(kg[s] - before[s] for s in (0, 1, 3))
        market = kg[0] + kg[1] + kg["m2"] + kg[3]
        if t < years:
            kg_by_year.append(market)
    net = sum(sum(line[t] for line in lines.values()) / (1 + RATE) ** t for t in range(span + 1))
    return kg_by_year, lines, net


def _units(lever, start, units, span, lines, working, money, credited) -> None:
    cost, whole = lever.cost, lever.rollout.units
    each = 1 if cost.per == "unit" else 1 / whole
    end = min(span, (lever.end_year - FIRST + 1) if lever.end_year else span)
    given = 0.0
    for n in range(units):
        year = start + n // lever.rollout.per_year
        if year >= end:
            continue
        bought = year
        for t in range(year, end):
            if t - year >= lever.lifetime_years and not lever.renewed:
                break
            if t == year or (t - year) % lever.lifetime_years == 0:
                bought = t
                lines["capex"][t] += money["capex"] * each
                if t == year and cost.grant and FIRST + t <= (cost.grant.until or 9999):
                    most = cost.grant.at_most / PER_EUR[cost.currency]
                    amount = min(cost.grant.share * money["capex"] * each, most - given)
                    given += amount
                    lines["grants"][t] -= amount
            lines["opex"][t] += money["opex_per_year"] * each
            lines["lease"][t] += money["lease_per_year"] * each
            ramp = lever.effect_by_age[min(t - year, len(lever.effect_by_age) - 1)]
            share = ramp * (1 - lever.decay_per_year) ** (t - bought)
            lines["savings"][t] -= money["other_savings_per_year"] * share * each
            working[t] += share / whole
        else:
            if end == span and credited:
                left = 1 - (span - bought) / lever.lifetime_years
                if lever.end_year:
                    left = min(left, (lever.end_year - FIRST + 1 - span) / lever.lifetime_years)
                lines["residual_value"][span] -= left * money["capex"] * each


def _year(levers, base, last, t, at) -> dict:
    """kg of streams 0-3 (m2: electricity by market) and quantities L0, L1 (fuel) and L2 (power) of one year."""
    def cut(lever, name):
        hit = name in lever.cuts[0].where.activity
        return lever.cuts[0].reduction.likely * (1 - lever.cuts[0].rebound.likely) * at[lever.id] if hit else 0.0

    kg = {s: base.streams["location_kg"][s] * base.index[s][t] for s in range(4)}
    added = dict.fromkeys(range(4), 0.0)
    fuel = {f"L{s}": last[s] * base.index[s][t] for s in (0, 1)}
    power = float(last[2])
    for i, lever in enumerate(levers):
        moves, uses = [a for a in lever.adds if a.kg_per_kg_cut], [u for u in lever.uses if u.per_unit_saved]
        for s in (0, 1):
            name, left, litres = ACTIVITIES[s], kg[s], fuel[f"L{s}"]
            for j, other in enumerate(levers):
                moves_too = any(a.kg_per_kg_cut for a in other.adds)
                first = j < i if moves_too else other.lowers == "quantity"
                together = other.id not in lever.exclusions and lever.id not in other.exclusions
                if j != i and first and together:
                    left *= 1 - cut(other, name)
                    litres *= 1 - (cut(other, name) if other.saves else 0.0)
            if moves:
                added[2] += moves[0].kg_per_kg_cut.likely * left * cut(lever, name) * base.grid_index[2][t]
            if uses:
                power += uses[0].per_unit_saved * litres * cut(lever, name)
        for a in lever.adds:
            added[3] += (a.kg_per_year or 0.0) * at[lever.id]
        power += sum((u.quantity_per_year or 0.0) * at[lever.id] for u in lever.uses)
    out: dict = {"L2": power}
    for s in range(4):
        share = np.prod([1 - cut(v, ACTIVITIES[s]) for v in levers])
        out[s] = (kg[s] + added[s]) * share
        if s < 2:
            out[f"L{s}"] = fuel[f"L{s}"] * np.prod([1 - cut(v, ACTIVITIES[s]) for v in levers if v.saves])
    out["m2"] = 0.5 * out[2]
    return out


def every_plan(levers, base, problem):
    """All plans that prerequisites, exclusions and first years allow: id -> (start, units)."""
    years = len(base.years)
    options = []
    for lever in levers:
        starts = range(lever.earliest_start - FIRST, years)
        options.append([None, *itertools.product(starts, [*lever.rollout.sizes, lever.rollout.units])])
    for choice in itertools.product(*options):
        plan = {v.id: c for v, c in zip(levers, choice, strict=True) if c is not None}
        if all((all(o in plan and plan[o][0] <= plan[v.id][0] for o in v.prerequisites)
                and not any(o in plan for o in v.exclusions)) for v in levers if v.id in plan):
            yield plan


def as_start(problem, plan) -> np.ndarray:
    """The same plan as year indices of the problem's levers and sizes."""
    start = np.full(len(problem.names), NEVER)
    for id_, (first, units) in plan.items():
        sizes = [i for i, x in enumerate(problem.lever_ids) if x == id_]
        names = [i for i in sizes if f"({units} of " in problem.names[i]] or [sizes[-1]]
        start[names[0]] = first
    return start
