"""The company's figures that a ruleset checks a target by, as plain numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.core.columns import Rows
from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import MethodError
from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import SCOPES
from carbon.core.units import KG_PER_T
from carbon.trajectory.reduction_target import ReductionTarget

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory
    from carbon.accounting.years.history import Inventories


@dataclass(frozen=True, repr=False)
class Situation(HandsOut, Displayed):
    """Figures of a company for one target [kg CO2e]; NaN where there are no records or no size is known."""

    base_kg: pd.Series
    """Of each of the target's scopes in the base year."""
    recent_kg: pd.Series
    """The same in the most recent year."""
    recent_year: int
    by_scope: pd.Series
    """All three scopes in the most recent year, by the target's scope 2 method."""
    excluded_kg: pd.Series
    """Estimates of excluded emissions, by scope."""
    years: pd.DataFrame = field(default_factory=pd.DataFrame)
    """By year and scope of the target, for records that refer to a year of their own."""
    renewable_kwh: float = float("nan")
    """Purchased electricity under contracts without emissions."""
    electricity_kwh: float = float("nan")
    supplier_shares: tuple[float, ...] = ()
    """Of scope 3 and of spend: the suppliers with a validated target; empty where none is named."""
    event_years: Mapping[int, str] = field(default_factory=dict)
    """Years that the company marks as exceptional, with the reason."""
    boundary: str = ""
    """Why the years since the base year do not compare (`Inventories.unknown_boundary`), "" where they do."""

    def kg_of(self, year: int) -> pd.Series:
        """Return the emissions of each of the target's scopes in a year of the history [kg]."""
        return self.recent_kg if year == self.recent_year else self.years.T[year]

    def covered(self, scopes: Collection[str]) -> tuple[float, float]:
        """Return the emissions of these scopes in the inventory, and with excluded ones (NaN: size not known) [kg]."""
        kg = dict(zip(self.by_scope.index.tolist(), self.by_scope.tolist(), strict=True))
        inside = float(sum(kg[scope] for scope in sorted(scopes) if kg.get(scope, np.nan) == kg.get(scope)))
        excluded = zip(self.excluded_kg.index.tolist(), self.excluded_kg.tolist(), strict=True)
        return inside, inside + float(sum(kg for scope, kg in excluded if scope in scopes))


def situation(target: ReductionTarget, history: Inventories, *, engaged_suppliers: Collection[str] = ()) -> Situation:
    """Return the figures of a target from real inventories, on the restated view."""
    if not history.inventories:
        raise MethodError(f"{history.company} has no inventory with records to judge a target by",
                          hint="add a year with records to params/runs.yml")
    view = history.restated()
    recent = history.inventories[max(history.inventories)]
    series = {s: view.series([s], target.scope2_method) for s in SCOPES}
    kg_of = {s: dict(zip(kg.index.tolist(), kg.tolist(), strict=True)) for s, kg in series.items()}
    # The years of the target's sum; a scope without records is NaN in them, and adds nothing to a sum that has others.
    whole_target = view.series(list(target.scopes), target.scope2_method)
    base_kg, years = target.base_kg(whole_target), whole_target.index
    by_year = pd.DataFrame({s: [kg_of[s].get(year, np.nan) for year in years.tolist()] for s in target.scopes}, years)
    by_scope = {s: kg.get(recent.year, np.nan) for s, kg in kg_of.items()}
    return Situation(
        base_kg=by_year.loc[list(target.years_of_base)].sum(min_count=1) / len(target.years_of_base),
        recent_kg=pd.Series({s: by_scope[s] for s in target.scopes}), recent_year=recent.year,
        by_scope=pd.Series(by_scope), excluded_kg=_excluded(recent), years=by_year,
        event_years=recent.params.event_years, **_electricity(recent),
        supplier_shares=_engaged(recent, engaged_suppliers),
        boundary=history.unknown_boundary(list(target.scopes), since=min(target.years_of_base), base_kg=base_kg))


def _excluded(inventory: Inventory) -> pd.Series:
    left_out = {c: s for c, s in inventory.params.categories.items() if s.status == "excluded"}
    # One of unknown size makes the sum unknown: never a zero.
    sizes = [float("nan") if s.estimated_t is None else KG_PER_T * s.estimated_t for s in left_out.values()]
    return pd.Series({"3": float(sum(sizes))})


def _electricity(inventory: Inventory) -> dict[str, float]:
    use = Rows(inventory.instruments).where(carrier="electricity")
    clean = use.where(use["kg_per_kwh"] == 0).but(instrument="")
    return {"renewable_kwh": clean.total("allocated_kwh"), "electricity_kwh": use.total("allocated_kwh")}


def _engaged(inventory: Inventory, suppliers: Collection[str]) -> tuple[float, ...]:
    if not suppliers:
        return ()
    rows = inventory.emissions[(inventory.emissions["scope"] == "3") & inventory.emissions["kyoto"]]
    money = inventory.activities[(inventory.activities["record_unit"] == inventory.params.currency)
                                 & (inventory.activities["scope"] == "3")]
    return (_share(rows, "co2e_kg", suppliers), _share(money, "record_amount", suppliers))


def _share(table: pd.DataFrame, column: str, suppliers: Collection[str]) -> float:
    values: np.ndarray[Any, Any] = table[column].fillna(0).to_numpy()
    total = exact_total(values)
    of_suppliers = exact_total(values[table["supplier"].isin(list(suppliers)).to_numpy()])
    return of_suppliers / total if total else float("nan")
