"""The priced quantities of a plan: how much of each resource the last inventory holds, and the path of its price."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core.errors import ParamsError, UnitError
from carbon.core.ghg_protocol import LOCATION, NO_METHOD
from carbon.core.units import convert
from carbon.levers.baseline import STREAM, Baseline, path_by_year, require_match
from carbon.levers.rows import Quantity
from carbon.params.shapes.lever_life import Resource
from carbon.params.shapes.levers import PlanParams


def quantities_of(params: PlanParams, emissions: pd.DataFrame, baseline: Baseline, *, name: str) -> list[Quantity]:
    """Return the resources of a plan with their quantity by stream and their price by year.

    emissions: Of the last inventory: its rows hold what was counted, in which unit.
    name: How the file is called in errors.

    Raises ParamsError: A resource without streams, with streams of another resource, or whose streams are not counted
    in its unit and which states no quantity.
    """
    table = baseline.streams
    years = np.arange(params.first_year, params.costs_until + 1)
    quantities: list[Quantity] = []
    for id_, resource in params.resources.items():
        where = f"{name}: plan.resources.{id_}"
        hit = require_match(table, resource.of, where=f"{where}.of")
        twice = next((q.name for q in quantities if (q.streams & hit).any()), None)
        if twice is not None:
            raise ParamsError(f"{where}.of: {twice} has some of the same streams; what is saved would be paid twice",
                              hint="give each stream one resource, at a price that holds all it costs")
        if resource.quantity is None:
            last = _counted(emissions, table, hit, resource, where)
        else:
            kg = np.where(hit, np.abs(table["location_kg"].to_numpy()), 0.0)
            last = resource.quantity * (kg / kg.sum() if kg.sum() > 0 else hit / hit.sum())
        quantities.append(Quantity(id_, resource.unit, hit, last, path_by_year(resource.price, years),
                                   resource.price_spread))
    return quantities


def counted_once(emissions: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the quantities behind counted rows, each activity once for each value of `by`, whatever its parts."""
    rows = emissions[emissions["kyoto"] & emissions["scope2_method"].isin((NO_METHOD, LOCATION))]
    distinct = rows.drop_duplicates([*by, "activity_id"])
    return distinct[[*STREAM, "activity_id", "quantity", "unit"]]


def _counted(
    emissions: pd.DataFrame, table: pd.DataFrame, hit: np.ndarray, resource: Resource, where: str
) -> np.ndarray:
    """Return the quantity of each stream [streams] as its rows count it, each activity once in all of them.

    Raises ParamsError: A stream is counted in a unit that is no measure of the resource.
    """
    rows = table[hit][STREAM].assign(stream=np.flatnonzero(hit)).merge(counted_once(emissions, STREAM), on=STREAM)
    # One kWh is burnt in scope 1 and produced in category 3: it is paid once, where it is used.
    rows = rows.sort_values(["scope", "category"], kind="stable").drop_duplicates("activity_id")
    keyed = rows.groupby(["stream", "unit", "activity"], observed=True)["quantity"].sum().reset_index()
    last = np.zeros(len(table))
    for (unit, activity), group in keyed.groupby(["unit", "activity"], observed=True):
        try:
            amount = convert(group["quantity"].to_numpy(dtype=float), str(unit), resource.unit, fuel=str(activity))
        except UnitError:
            raise ParamsError(f"{where}: the inventory counts {activity} in {unit}, not in "
                              f"{resource.unit}", hint="give `quantity` of the last inventory year, or that unit and "
                                                       "its price") from None
        np.add.at(last, group["stream"].to_numpy(), amount)
    return last
