"""A chosen plan: its starts, its cost and emissions, and the solver's proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from carbon.core.display import HandsOut, as_html, one_line
from carbon.core.ghg_protocol import LOCATION, MARKET, SCOPES
from carbon.core.units import KG_PER_T
from carbon.levers import effect
from carbon.levers.cost import CAPEX, FLOWS, GRANTS, carried, cost_curve
from carbon.levers.problem import NEVER, Problem

OPTIMAL, OUT_OF_REACH, STOPPED = "optimal", "out of reach", "stopped by the time limit"
LIKELY = "as likely as asked"
"""Holds in the share of futures that was asked for; its cost is not proven least."""
BY_RULE = "by a rule of thumb, nothing proven"


@dataclass(frozen=True, eq=False, repr=False)
class Plan(HandsOut):
    """Levers with the year each starts.

    start: [L] year index of the start, -1 where the lever is not in the plan.
    status: "optimal": proven least cost. "out of reach": no plan meets the limits; this one comes closest, at least
    cost. "stopped by the time limit": the best found, with the proven `gap`.
    cost: Net cost at the first year's value, negative for a gain; recomputed from the levers, never the solver's own.
    gap: (cost - proven bound) / |cost|; 0 where optimal, infinite where nothing was proven.
    excess: Limits and what the plan emits: limit, year (0: the budget), limit_kg, kg, excess_kg; recomputed exactly.
    """

    problem: Problem
    start: np.ndarray
    status: str
    cost: float
    gap: float
    excess: pd.DataFrame
    seconds: float = 0.0

    @property
    def meets(self) -> bool:
        """Whether every limit is met, by the exact formula."""
        return self.shortfall_kg == 0

    @property
    def shortfall_kg(self) -> float:
        """Sum of what exceeds the limits [kg]."""
        return float(effect.over_kg(*(self.excess[c].to_numpy() for c in ("kg", "limit_kg"))).sum())

    @property
    def levers(self) -> list[str]:
        """The levers of the plan, in order of their start."""
        return list(self.table()["lever"])

    @cached_property
    def saved(self) -> np.ndarray:
        """[L, H] money that each lever saves on priced rows in each year, by Shapley: levers on one row share."""
        problem = self.problem
        if not len(problem.priced):
            return np.zeros((len(problem.names), problem.base.shape[1]))
        return effect.contributions(problem, self.start, problem.price, seed=0)[0]

    def table(self) -> pd.DataFrame:
        """Return one line a lever, in order of start, then name.

        Columns: lever, start, units (bought until the last year, renewals not counted), capex (of the plan's years,
        less grants), running_per_year (opex + lease - savings in the last year), npv (net cost: the sum over levers is
        the plan's).
        """
        on = np.flatnonzero(self.start != NEVER)
        at, money, names = self.start[on], self.problem.money, np.array(self.problem.lever_ids)
        last = len(self.problem.years) - 1
        table = pd.DataFrame({
            "lever": names[on], "start": self.problem.years[at],
            "capex": money.capex[on, at, : last + 1].sum(axis=1),
            "running_per_year": self._running()[on, last],
            "npv": money.npv[on, at] - self.saved[on] @ money.discount[:-1]})
        return table.sort_values(["start", "lever"], ignore_index=True)

    def _flow(self, line: str) -> np.ndarray:
        """Return one line of cash by lever and year [L, H]; zero for levers that are not in the plan."""
        flow = self.problem.money.flows.get(line)
        if flow is None:
            return np.zeros(self.saved.shape)
        on = (self.start != NEVER)[:, None]
        return np.where(on, flow[np.arange(len(self.start)), np.maximum(self.start, 0)], 0.0)

    def _running(self) -> np.ndarray:
        return sum((self._flow(line) for line in FLOWS if line not in (CAPEX, GRANTS)), -self.saved)

    def cash(self) -> pd.DataFrame:
        """Return what is paid in each year [currency of the plan]: year, capex (less grants), running (opex + lease -
        savings).
        """
        years = len(self.problem.years)
        invested = (self._flow(CAPEX) + self._flow(GRANTS)).sum(axis=0)[:years]
        return pd.DataFrame({"year": self.problem.years, "capex": invested,
                             "running": self._running().sum(axis=0)[:years]})

    def statement(self) -> pd.DataFrame:
        """Return the cash statement: every line of every year, whose present values sum to the net cost.

        Columns: year (the last line is the year after: residual value), capex, grants, opex, lease, savings, one column
        a resource, carbon_price, residual_value, net (their sum; paid is positive, received is negative), discount,
        present_value (net x discount).
        """
        problem, years = self.problem, self.problem.base.shape[1]
        lines = {line: self._flow(line).sum(axis=0) for line in FLOWS}
        bills = effect.bills(problem, self.start)
        resource = problem.rows["resource"] if "resource" in problem.rows else problem.rows["scope"].map(lambda _: "")
        for name in dict.fromkeys(problem.price_spread):
            lines[name] = bills[(resource == name).to_numpy()].sum(axis=0)
        lines["carbon_price"] = bills[(resource == "").to_numpy()].sum(axis=0)
        on = np.flatnonzero(self.start != NEVER)
        credit = float(problem.money.residual[on, self.start[on]].sum())
        table = pd.DataFrame({k: np.r_[v, 0.0] for k, v in lines.items()})
        table["residual_value"] = np.r_[np.zeros(years), 0.0 - credit]
        table["net"] = table.sum(axis=1)
        table["discount"] = problem.money.discount
        table.insert(0, "year", int(problem.years[0]) + np.arange(years + 1))
        return table.assign(present_value=table["net"] * table["discount"])

    def calendar(self) -> pd.DataFrame:
        """Return one row a lever of the plan and year since its start: lever, year, effect (share), capex, units."""
        y, years = effect.effects(self.problem, self.start), len(self.problem.years)
        capex = self._flow(CAPEX) + self._flow(GRANTS)
        names = self.problem.lever_ids
        parts = [pd.DataFrame({"lever": names[i], "year": self.problem.years[at:], "effect": y[i, at:years],
                               "capex": capex[i, at:years],
                               "units": self.problem.units[i, at, at:years] if self.problem.units.size else 1.0})
                 for i, at in sorted(enumerate(self.start), key=lambda p: (p[1], names[p[0]])) if at != NEVER]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(
            columns=["lever", "year", "effect", "capex", "units"])

    @cached_property
    def decided(self) -> np.ndarray:
        """[L] starts of the levers that were decided before the plan (`fixed_start`), NEVER for all others."""
        by_file = np.isin(self.problem.lever_ids, sorted(self.problem.decided))
        return np.where(by_file, self.start, NEVER)

    @cached_property
    def baseline(self) -> np.ndarray:
        """[S, T] kg or quantity of each row without the levers that the plan chose: those decided are at work."""
        if (self.decided == NEVER).all():
            return self.problem.base[:, : len(self.problem.years)]
        return effect.emissions(self.problem, self.decided)

    def tracks(self) -> pd.DataFrame:
        """Return year, scope2_method, baseline_kg, plan_kg: all scopes, both methods, whatever the limits are."""
        parts = [self._track(SCOPES, method).assign(scope2_method=method) for method in (LOCATION, MARKET)]
        return pd.concat(parts, ignore_index=True)[["year", "scope2_method", "baseline_kg", "plan_kg"]]

    def limit_tracks(self) -> pd.DataFrame:
        """Return every limit's own total: limit, year, baseline_kg, plan_kg, limit_kg (NaN without a limit)."""
        parts = [self._track(x.scopes, x.scope2_method).assign(limit_kg=np.where(np.isfinite(x.kg), x.kg, np.nan),
                                                               limit=x.name) for x in self.problem.limits]
        columns = ["limit", "year", "baseline_kg", "plan_kg", "limit_kg"]
        return pd.concat(parts, ignore_index=True)[columns]

    def _track(self, scopes: Sequence[str], scope2_method: str) -> pd.DataFrame:
        rows, kg = self.problem.mask(scopes, scope2_method), effect.emissions(self.problem, self.start)
        return pd.DataFrame({"year": self.problem.years, "baseline_kg": self.baseline[rows].sum(axis=0),
                             "plan_kg": kg[rows].sum(axis=0)})

    def wedges(self, scope2_method: str, *, scopes: Sequence[str] = SCOPES, seed: int = 0) -> pd.DataFrame:
        """Return lever, year, wedge_kg, error_kg of the levers that the plan chose, by one method (`effect.wedges`)."""
        return effect.wedges(self.problem, self.start, self.problem.mask(scopes, scope2_method), seed=seed,
                             decided=self.decided)

    def decided_wedges(self, scope2_method: str, *, seed: int = 0) -> pd.DataFrame:
        """Return lever, year, wedge_kg, error_kg of the decided levers, from what would be emitted without them."""
        return effect.wedges(self.problem, self.decided, self.problem.mask(SCOPES, scope2_method), seed=seed)

    def cost_curve(self, scope2_method: str, *, seed: int = 0) -> pd.DataFrame:
        """Return the plan's levers as a cost curve of the last year, by their wedges (`cost.cost_curve`).

        Levers whose wedge is not positive under this method are left out; `wedges` lists them.
        """
        table = self.wedges(scope2_method, seed=seed)
        last = table[(table["year"] == self.problem.years[-1]) & (table["wedge_kg"] > 0)]
        year, on = len(self.problem.years) - 1, np.flatnonzero(self.start != NEVER)
        annual = self.problem.money.annuity - self.saved[:, year]
        cost = last["lever"].map({self.problem.lever_ids[i]: float(annual[i]) for i in on}).to_numpy(dtype=float)
        return cost_curve(list(last["lever"]), cost, last["wedge_kg"].to_numpy())

    def left(self) -> pd.DataFrame:
        """Return what is left in the last year of the limits' rows: name, left_kg, levers that act there; largest
        first.
        """
        rows, kg = self.problem.rows, effect.emissions(self.problem, self.start)[:, -1]
        acts = rows["touched"] if "touched" in rows else pd.Series("", index=rows.index)
        table = pd.DataFrame({"name": rows["name"], "left_kg": kg, "levers": acts.str.replace(" ", ", ")})
        return table[self.problem.limited].sort_values("left_kg", ascending=False, ignore_index=True)

    def __repr__(self) -> str:
        met = "within its limits on the middle path" if self.meets else f"{self.shortfall_text()} short"
        gap = "" if self.status != STOPPED else f", gap {self.gap:.2%}"
        return one_line(f"Plan({self.status}{gap}: {len(self.levers)} of {len(set(self.problem.lever_ids))} levers, "
                        f"{self.cost_text()}, {met})")

    def shortfall_text(self) -> str:
        """Return the shortfall with its unit, "12.3 t", "41 kg": one that is there is never printed as 0."""
        kg = self.shortfall_kg
        return f"{kg / 1000:,.1f} t" if kg >= 50 else f"{kg:.2g} kg"

    @property
    def rounded_cost(self) -> float:
        """The net cost, rounded to what the inputs carry."""
        return carried(self.cost, self.table()["npv"].to_numpy())

    def cost_text(self) -> str:
        """Return the net cost in words, rounded to what the inputs carry: "net cost 120,000 EUR", "gain 9,300 EUR"."""
        amount = self.rounded_cost
        return f"{'gain' if amount < 0 else 'net cost'} {abs(amount):,.0f} {self.problem.currency}"

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.table())


def left_words(table: pd.DataFrame, most: int = 3) -> str:
    """Return the largest lines of `Plan.left` in words: "steel and 2 more (83.2 t left, no lever); gas (16 t ...)"."""
    lines = []
    for names, kg, levers in zip(*(table.head(most)[c] for c in ("name", "left_kg", "levers")), strict=True):
        first, *others = names.split(", ")
        name = f"{first} and {len(others)} more" if others else first
        lines.append(f"{name} ({kg / KG_PER_T:,.1f} t left, {levers or 'no lever'})")
    return "; ".join(lines)
