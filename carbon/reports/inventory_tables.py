"""
Readers' tables of one inventory, in tonnes CO2e: scopes, categories, energy, travel, purchases, suppliers.

Each is a plain DataFrame; `figure_id` leads to the rows of each line.
A figure that was not computed is NaN, never zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from carbon.core import units
from carbon.core.errors import CarbonError
from carbon.core.ghg_protocol import CATEGORIES, LOCATION, MARKET, SCOPE2_METHODS
from carbon.core.words_coded import distinct_rows, spread, with_text
from carbon.reports.figure_ids import figure_id, scope_id_name, total_name
from carbon.reports.sums import KG_PER_T, counted, in_scopes, sum_by, tonnes_by, total_t

Inventory = Any
"""carbon.inventory.Inventory, or anything with its attributes."""

_MODES = {"flight": "air", "rail": "rail", "car": "car", "motorbike": "car", "taxi": "taxi", "bus": "bus",
          "coach": "bus", "ferry": "ferry", "hotel_night": "hotel"}


def headline_table(inventory: Inventory, *, scopes: pd.DataFrame | None = None) -> pd.DataFrame:
    """
    The answer: both totals, the scopes, and biogenic CO2 beside them.

    Parameters
    ----------
    scopes
        `scopes_table` of this inventory, where it is known already.

    Returns
    -------
    DataFrame
        figure_id, figure, co2e_t [t CO2e].
    """
    scopes = scopes_table(inventory) if scopes is None else scopes
    biogenic = total_t(counted(inventory.emissions, LOCATION, ["biogenic_co2_kg"]), "biogenic_co2_kg")
    names = scopes["figure_id"].str.split("/").str[-1]
    table = pd.DataFrame({"figure_id": scopes["figure_id"], "figure": names, "co2e_t": scopes["co2e_t"]})
    order = table["figure"].str.startswith("total").map({True: 0, False: 1})
    table = table.iloc[np.argsort(order, kind="stable")]
    last = pd.DataFrame({"figure_id": [""], "figure": ["biogenic"], "co2e_t": [biogenic]})
    return pd.concat([table, last], ignore_index=True)


def scopes_table(inventory: Inventory) -> pd.DataFrame:
    """
    Scope 1, scope 2 by both methods, scope 3, and both totals.

    total (method) = scope 1 + scope 2 (method) + scope 3, each the exact sum of its own rows.

    Returns
    -------
    DataFrame
        figure_id, scope ("total" in the last two lines), scope2_method, co2e_t, share_location, share_market.
    """
    kyoto = in_scopes(inventory.emissions, [])
    sums = tonnes_by(kyoto, ["scope", "scope2_method"])
    lines = [("1", ""), ("2", LOCATION), ("2", MARKET), ("3", "")]
    rows = [(figure_id(inventory, scope_id_name(*line)), *line, float(sums.get(line, 0.0))) for line in lines]
    totals = {method: total_t(counted(inventory.emissions, method, [])) for method in SCOPE2_METHODS}
    rows += [(figure_id(inventory, total_name(m)), "total", m, totals[m]) for m in SCOPE2_METHODS]
    table = pd.DataFrame(rows, columns=["figure_id", "scope", "scope2_method", "co2e_t"])
    for name, method in (("share_location", LOCATION), ("share_market", MARKET)):
        of_method = table["scope2_method"].isin(("", method))
        table[name] = _share(table["co2e_t"], totals[method]).where(of_method)
    return table


def categories_table(inventory: Inventory) -> pd.DataFrame:
    """
    All fifteen categories of scope 3, with status and reason where there is no figure.

    Returns
    -------
    DataFrame
        figure_id, category, name, co2e_t (NaN unless computed or reported), share (of scope 3), rows, status, reason,
        estimated_t (what the company says of an excluded category).
    """
    table = inventory.table[inventory.table["scope"] == "3"].sort_values("category", ignore_index=True)
    known = table["status"].isin(("computed", "reported"))
    status = table["status"].str.partition(": ")
    statements = inventory.params.categories
    estimated = [getattr(statements.get(int(c)), "estimated_t", None) for c in table["category"]]
    tonnes = (table["co2e_kg"] / KG_PER_T).where(known)
    return pd.DataFrame({
        "figure_id": [figure_id(inventory, f"3.{c}") for c in table["category"]],
        "category": table["category"], "name": table["category"].map(CATEGORIES), "co2e_t": tonnes,
        "share": _share(tonnes, total_t(_scope3(inventory))), "rows": table["rows"], "status": status[0],
        "reason": status[2], "estimated_t": np.array(estimated, dtype=float),
    })


def energy_table(inventory: Inventory) -> pd.DataFrame:
    """
    Energy bought, by carrier and site: the quantity as metered, and its emissions by scope.

    Returns
    -------
    DataFrame
        figure_id (of the carrier), carrier, site, quantity, unit, energy_kwh, scope1_t, scope2_location_t,
        scope2_market_t, upstream_t (category 3). Quantities in different units are never added; energy_kwh is the
        same in kWh, for fuels by their net calorific value, NaN where no property of the fuel is known.
    """
    activities = inventory.activities
    activities = activities[activities["kind"] == "energy"].assign(carrier=lambda a: carrier_of(a["activity"]))
    by = ["carrier", "site", "unit"]
    table = sum_by(activities, by, "quantity").rename("quantity").reset_index()
    table["energy_kwh"] = _common_kwh(table, int(inventory.year))
    rows = in_scopes(inventory.emissions, ["activity", "site", "unit"])
    rows = rows[rows["kind"] == "energy"]
    rows = rows.assign(carrier=carrier_of(rows["activity"]))
    for name, scope, method in (("scope1_t", "1", ""), ("scope2_location_t", "2", LOCATION),
                                ("scope2_market_t", "2", MARKET), ("upstream_t", "3", "")):
        part = rows[(rows["scope"] == scope) & (rows["scope2_method"] == method)]
        sums = tonnes_by(part, by).rename(name).reset_index()
        table = table.merge(sums, on=by, how="left", validate="one_to_one")
    table.insert(0, "figure_id", [figure_id(inventory, f"energy/{c}") for c in table["carrier"]])
    return table


def _common_kwh(table: pd.DataFrame, year: int) -> pd.Series[Any]:
    """
    Quantities in kWh, by the factor of each carrier and unit; of fuels the net calorific value.
    """
    pairs = table[["carrier", "unit"]].drop_duplicates()
    ratios = [_kwh_per(carrier, unit, year) for carrier, unit in pairs.itertuples(index=False)]
    known = pairs.assign(kwh_per_unit=pd.Series(ratios, index=pairs.index, dtype="float64"))
    return table["quantity"] * table.merge(known, on=["carrier", "unit"], how="left", validate="many_to_one")[
        "kwh_per_unit"].to_numpy()


def _kwh_per(carrier: str, unit: str, year: int) -> float:
    for target, fuel in (("kWh", None), ("kWh_LHV", carrier)):
        try:
            return units.convert(1.0, unit, target, fuel=fuel, year=year)
        except CarbonError:
            continue
    return float("nan")


def travel_table(inventory: Inventory) -> pd.DataFrame:
    """
    Business travel by mode, with the warming of contrails on a line of its own column.

    Returns
    -------
    DataFrame
        mode, lines (of the travel records), trips (people x journeys, a return is two), km (passenger-km or vehicle-km,
        as the factor counts), nights, co2e_t, contrails_t (part of co2e_t; NaN for modes that have none), kg_per_km.
    """
    activities = inventory.activities
    activities = with_text(activities[activities["kind"] == "travel"]).assign(mode=lambda a: mode_of(a["activity"]))
    rows = counted(inventory.emissions, LOCATION, ["activity", "part"])
    rows = with_text(rows[rows["kind"] == "travel"]).assign(mode=lambda r: mode_of(r["activity"]))
    table = pd.DataFrame({"lines": activities.groupby("mode")["record_id"].nunique()})
    table["trips"] = _journeys(inventory, activities).reindex(table.index)
    distance = activities[activities["unit"].isin(("passenger.km", "km"))]
    table["km"] = sum_by(distance, ["mode"], "quantity").reindex(table.index)
    table["nights"] = sum_by(activities[activities["unit"] == "room.night"], ["mode"], "quantity").reindex(table.index)
    table["co2e_t"] = tonnes_by(rows, ["mode"]).reindex(table.index)
    contrails = rows[rows["part"] == "contrails"]
    table["contrails_t"] = tonnes_by(contrails, ["mode"]).reindex(table.index)
    table["kg_per_km"] = table["co2e_t"] * KG_PER_T / table["km"]
    table = table.sort_values("co2e_t", ascending=False, kind="stable").rename_axis("mode").reset_index()
    return table.astype({"mode": "str"})


def _journeys(inventory: Inventory, activities: pd.DataFrame) -> pd.Series[Any]:
    """
    People x journeys by mode, of the records that became activities.
    """
    records = inventory.records.get("travel")
    if records is None or records.empty:
        return pd.Series(dtype="float64")
    there = np.where(records["return"], 2.0, 1.0) * records["passengers"] * records["trips"]
    of_record = dict(zip(records["record_id"], there, strict=True))
    moved = activities[activities["unit"] != "room.night"].drop_duplicates(["record_id", "mode"])
    return moved["record_id"].map(of_record).groupby(moved["mode"]).sum(min_count=1)


def purchases_table(inventory: Inventory) -> pd.DataFrame:
    """
    Purchases by group: the spend (or the quantity) and its emissions.

    Returns
    -------
    DataFrame
        group (the rule's own, else the factor's label), amount, unit (the company's currency, into which the records
        were converted; or the unit of a quantity), co2e_t, share (of scope 3), kg_per_unit.
    """
    activities = inventory.activities[["kind", "group", "activity", "unit", "quantity"]]
    activities = activities[activities["kind"] == "purchases"]
    by = ["shown_group", "unit"]
    amounts = sum_by(_with_groups(inventory, activities), by, "quantity").rename("amount")
    rows = counted(inventory.emissions, LOCATION, ["group", "activity", "unit"])
    rows = _with_groups(inventory, rows[rows["kind"] == "purchases"])
    table = pd.concat([amounts, tonnes_by(rows, by).rename("co2e_t")], axis=1)
    table["share"] = _share(table["co2e_t"], total_t(_scope3(inventory)))
    table["kg_per_unit"] = table["co2e_t"] * KG_PER_T / table["amount"].where(table["amount"] != 0)
    table = table.sort_values("co2e_t", ascending=False, kind="stable").reset_index()
    return table.rename(columns={"shown_group": "group"})


def _with_groups(inventory: Inventory, rows: pd.DataFrame) -> pd.DataFrame:
    """
    Rows of purchases with the group a reader is shown: the rule's own, else the label of the factor.
    """
    first = with_text(inventory.emissions[["activity", "factor_id"]].drop_duplicates("activity"))
    factor = first.set_index("activity")["factor_id"]
    label = inventory.factors.drop_duplicates("factor_id").set_index("factor_id")["label"]
    code, known = distinct_rows(rows[["group", "activity"]])
    named = known["activity"].map(factor.map(label)).fillna("").astype("str")
    named = named.where(named != "", known["activity"])
    shown = known["group"].where(known["group"] != "", named)
    return rows.assign(shown_group=spread(shown, code))


def suppliers_table(inventory: Inventory, n: int = 10) -> pd.DataFrame:
    """
    The `n` suppliers with the highest scope 3 emissions, and all others together.

    Returns
    -------
    DataFrame
        figure_id, supplier ("" stands for lines without one), co2e_t, share (of scope 3), amount and unit where one
        currency holds. The last line, supplier "(others)", is the exact sum of the rest.
    """
    rows = _scope3(inventory)
    whole = total_t(rows)
    rows = rows[rows["supplier"] != ""]
    sums = tonnes_by(rows, ["supplier"]).rename("co2e_t").reset_index()
    sums = sums.sort_values(["co2e_t", "supplier"], ascending=[False, True], ignore_index=True)
    top = sums.head(n)
    top = top.assign(figure_id=[figure_id(inventory, f"supplier/{s}") for s in top["supplier"]])
    rest = rows[~rows["supplier"].isin(top["supplier"])]
    if len(rest):
        others = pd.DataFrame({"figure_id": [""], "supplier": [OTHERS], "co2e_t": [total_t(rest)]})
        top = pd.concat([top, others], ignore_index=True)
    top["share"] = _share(top["co2e_t"], whole)
    return top[["figure_id", "supplier", "co2e_t", "share"]]


OTHERS = "(others)"


def sites_table(inventory: Inventory) -> pd.DataFrame:
    """
    Emissions by site and scope; "" is what no site was named for.

    Returns
    -------
    DataFrame
        figure_id, site, scope1_t, scope2_location_t, scope2_market_t, scope3_t.
    """
    rows = in_scopes(inventory.emissions, ["site"])
    wide = tonnes_by(rows, ["site", "scope", "scope2_method"]).unstack(["scope", "scope2_method"])  # noqa: PD010  (refuses duplicates, pivot_table averages them)
    columns = {"scope1_t": ("1", ""), "scope2_location_t": ("2", LOCATION), "scope2_market_t": ("2", MARKET),
               "scope3_t": ("3", "")}
    table = pd.DataFrame({name: wide.get(key, np.nan) for name, key in columns.items()}, index=wide.index)
    table = table.reset_index()
    table.insert(0, "figure_id", [figure_id(inventory, f"site/{s}") if s else "" for s in table["site"]])
    return table


def carrier_of(activity: pd.Series[Any]) -> pd.Series[Any]:
    """
    The energy carrier of an activity key: "electricity.residual" is electricity.
    """
    return activity.astype("str").str.split(".").str[0]


def mode_of(activity: pd.Series[Any]) -> pd.Series[Any]:
    """
    The travel mode of an activity key: "flight.short_haul.economy" is air.
    """
    head = activity.astype("str").str.split(".").str[0]
    mode = head.map(_MODES).fillna(head)
    return mode.mask(activity.astype("str").str.startswith(("rail.metro", "rail.underground")), "metro")


def _scope3(inventory: Inventory) -> pd.DataFrame:
    rows = counted(inventory.emissions, LOCATION, ["supplier"])
    return rows[rows["scope"] == "3"]


def _share(part: pd.Series[Any], whole: float) -> pd.Series[Any]:
    return part / whole if whole > 0 else part * np.nan
