"""A chosen plan: its starts, its cost and emissions, and the solver's proof."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from carbon.core.display import as_html, one_line
from carbon.core.ghg_protocol import LOCATION, MARKET, SCOPES
from carbon.levers import effect
from carbon.levers.cost import cost_curve
from carbon.levers.problem import NEVER, Problem

OPTIMAL, OUT_OF_REACH, STOPPED = "optimal", "out of reach", "stopped by the time limit"
BY_RULE = "by a rule of thumb, nothing proven"


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """Levers with the year each starts.

    Attributes
    ----------
    start
        [L] year index of the start, -1 where the lever is not in the plan.
    status
        "optimal": proven least cost. "out of reach": no plan meets the limits; this one comes closest, at least cost.
        "stopped by the time limit": the best found, with the proven `gap`.
    cost
        Net present value, recomputed from the levers, never the solver's own.
    gap
        (cost - proven bound) / |cost|; 0 where optimal, infinite where nothing was proven.
    excess
        Limits and what the plan emits: limit, year (0: the budget), limit_kg, kg, excess_kg; recomputed exactly.
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
        return bool((self.excess["excess_kg"] <= tolerance(self.excess["limit_kg"].to_numpy())).all())

    @property
    def shortfall_kg(self) -> float:
        """Sum of what exceeds the limits [kg]."""
        over = self.excess["excess_kg"].to_numpy()
        return float(over[over > tolerance(self.excess["limit_kg"].to_numpy())].sum())

    @property
    def levers(self) -> list[str]:
        """The levers of the plan, in order of their start."""
        return list(self.table()["lever"])

    def table(self) -> pd.DataFrame:
        """Return one line a lever, in order of start, then name: lever, start, capex [first], running a year, npv."""
        on = np.flatnonzero(self.start != NEVER)
        at, money, names = self.start[on], self.problem.money, np.array(self.problem.names)
        table = pd.DataFrame({
            "lever": names[on], "start": self.problem.years[at], "capex": money.capex[on, at, at],
            "running_per_year": money.running[on], "npv": money.npv[on, at]})
        return table.sort_values(["start", "lever"], ignore_index=True)

    def cash(self) -> pd.DataFrame:
        """Return what is paid in each year [currency of the plan]: year, capex, running (opex minus savings)."""
        on = np.flatnonzero(self.start != NEVER)
        live = np.arange(len(self.problem.years)) >= self.start[on][:, None]
        return pd.DataFrame({"year": self.problem.years,
                             "capex": self.problem.money.capex[on, self.start[on]].sum(axis=0),
                             "running": (live * self.problem.money.running[on][:, None]).sum(axis=0)})

    def calendar(self) -> pd.DataFrame:
        """Return one row a lever of the plan and year since its start: lever, year, effect (share of full), capex."""
        y = effect.effects(self.problem, self.start)
        parts = [pd.DataFrame({"lever": self.problem.names[i], "year": self.problem.years[at:], "effect": y[i, at:],
                               "capex": self.problem.money.capex[i, at, at:]})
                 for i, at in sorted(enumerate(self.start), key=lambda p: (p[1], self.problem.names[p[0]]))
                 if at != NEVER]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(
            columns=["lever", "year", "effect", "capex"])

    def tracks(self) -> pd.DataFrame:
        """Return year, scope2_method, baseline_kg, plan_kg: all scopes, both methods, whatever the limits are."""
        kg = effect.emissions(self.problem, self.start)
        parts = []
        for method in (LOCATION, MARKET):
            rows = self.problem.mask(SCOPES, method)
            parts.append(pd.DataFrame({"year": self.problem.years, "scope2_method": method,
                                       "baseline_kg": self.problem.base[rows].sum(axis=0),
                                       "plan_kg": kg[rows].sum(axis=0)}))
        return pd.concat(parts, ignore_index=True)

    def limit_tracks(self) -> pd.DataFrame:
        """Return every limit's own total: limit, year, baseline_kg, plan_kg, limit_kg (NaN without a limit)."""
        kg = effect.emissions(self.problem, self.start)
        parts = []
        for limit in self.problem.limits:
            rows = self.problem.mask(limit.scopes, limit.scope2_method)
            parts.append(pd.DataFrame({
                "limit": limit.name, "year": self.problem.years, "baseline_kg": self.problem.base[rows].sum(axis=0),
                "plan_kg": kg[rows].sum(axis=0), "limit_kg": np.where(np.isfinite(limit.kg), limit.kg, np.nan)}))
        return pd.concat(parts, ignore_index=True)

    def wedges(self, scope2_method: str, *, seed: int = 0) -> pd.DataFrame:
        """Return lever, year, wedge_kg, error_kg over all scopes by one method (`effect.wedges`)."""
        return effect.wedges(self.problem, self.start, self.problem.mask(SCOPES, scope2_method), seed=seed)

    def cost_curve(self, scope2_method: str, *, seed: int = 0) -> pd.DataFrame:
        """Return the plan's levers as a cost curve of the last year, by their wedges (`cost.cost_curve`).

        Levers whose wedge is not positive under this method are left out; `wedges` lists them.
        """
        table = self.wedges(scope2_method, seed=seed)
        last = table[(table["year"] == self.problem.years[-1]) & (table["wedge_kg"] > 0)]
        annuity = dict(zip(self.problem.names, self.problem.money.annuity, strict=True))
        cost = last["lever"].map(annuity).to_numpy(dtype=float)
        return cost_curve(list(last["lever"]), cost, last["wedge_kg"].to_numpy())

    def __repr__(self) -> str:
        met = "meets every limit" if self.meets else f"{self.shortfall_kg / 1000:,.1f} t short"
        gap = "" if self.status != STOPPED else f", gap {self.gap:.2%}"
        return one_line(f"Plan({self.status}{gap}: {len(self.levers)} of {len(self.problem.names)} levers, "
                        f"NPV {self.cost:,.0f} {self.problem.currency}, {met})")

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.table())


def tolerance(kg: np.ndarray) -> np.ndarray:
    """Return the rounding of double numbers: 1e-9 of a limit [kg]."""
    return np.asarray(1e-9 * np.maximum(np.abs(kg), 1.0))
