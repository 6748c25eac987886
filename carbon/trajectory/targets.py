"""Targets: the pathway of a company's target, the gap to it, and the rate now required."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from carbon.accounting.years.by_year import refuse_infinite
from carbon.core.errors import MethodError
from carbon.core.plain_numbers import is_number
from carbon.core.public_names import boxed
from carbon.params.shapes.company import TargetParams
from carbon.trajectory.findings import check
from carbon.trajectory.reduction_target import ReductionTarget
from carbon.trajectory.situation import Situation

if TYPE_CHECKING:
    from carbon.accounting.years.history import Inventories


@dataclass(frozen=True, repr=False)
class Target(ReductionTarget):
    """A reduction of some scopes between a base year and a target year, by absolute contraction.

    pathway(y) = max(E_b (1 - r (y - b)), residual E_b),  r = reduction / (target_year - b)

    Linear in base emissions, never compounded. `scope2_method` is required: location- and market-based
    series never mix.

    Source: SBTi, absolute contraction approach; methods page "Targets".
    """

    @classmethod
    def from_params(cls, params: TargetParams) -> Target:
        """Return the target of a company's params file."""
        return cls(**{f.name: getattr(params, f.name) for f in fields(cls)})

    @boxed
    def check(self, history: Inventories | Situation, *, rules: Sequence[str], on: date,
              engaged_suppliers: Collection[str] = ()) -> pd.DataFrame:
        """Check the target under several records side by side, from inventories or plain numbers: `findings.check`."""
        return check(self, history, rules=rules, on=on, engaged_suppliers=engaged_suppliers)


def gap(series: pd.Series, target: Target) -> pd.DataFrame:
    """Compare actual emissions with the pathway, year by year.

    gap_kg = actual_kg - pathway_kg; positive means above the pathway.

    Returns year, actual_kg (NaN where there is no inventory), pathway_kg, gap_kg [kg CO2e], from the base year on.
    """
    pathway = target.pathway_of(series)
    refuse_infinite(series)
    table = pd.DataFrame({"actual_kg": series.reindex(pathway.index), "pathway_kg": pathway})
    return table.assign(gap_kg=table["actual_kg"] - table["pathway_kg"]).rename_axis("year").reset_index()


def required_rate(current_kg: float, target_kg: float, *, years: int, base_kg: float) -> pd.DataFrame:
    """Return the rate now required to reach `target_kg` in `years` years, in four labelled forms: form, value, unit.

    compound = 1 - (target/current)^(1/years); yearly = (current - target)/years, as kg, as share of current, of base.
    """
    if not all(is_number(v) for v in (current_kg, target_kg, base_kg, years)):
        raise MethodError(f"required_rate: {current_kg!r}, {target_kg!r}, {base_kg!r} kg in {years!r} years are not "
                          "all numbers", hint="an unknown figure is not zero: add the inventory that is missing")
    if years <= 0:
        raise MethodError(f"required_rate: {years} years left", hint="the target year must lie ahead")
    if min(current_kg, base_kg) <= 0 or target_kg < 0:
        raise MethodError("required_rate: emissions must be positive", hint="check the current and base-year totals")
    yearly = (current_kg - target_kg) / years
    return pd.DataFrame([("compound", 1 - (target_kg / current_kg) ** (1 / years), "per year"),
                         ("linear", yearly, "kg per year"),
                         ("linear, share of current", yearly / current_kg, "of current per year"),
                         ("linear, share of base", yearly / base_kg, "of base per year")],
                        columns=["form", "value", "unit"])
