"""The figures of a fleet from its devices: counts, shares, both carbon views, exits and second lives."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from carbon.core.exact import exact_sum
from carbon.core.schemas import INTEGER, NUMBER, TEXT, Table
from carbon.digital import packaged_tables
from carbon.digital.devices import embodied
from carbon.digital.devices.factors import TIERS, complete_sum
from carbon.digital.magnitude import share

ALL = "all"
FLEET_YEAR = Table("fleet_year", {
    "year": INTEGER, "category": TEXT, "view": TEXT, "stock": INTEGER, "bought": INTEGER, "retired": INTEGER,
    "mean_age_years": NUMBER, "share_over_6y": NUMBER, "share_over_8y": NUMBER, "embodied_co2e_kg": NUMBER,
    "low_co2e_kg": NUMBER, "high_co2e_kg": NUMBER, "use_co2e_kg": NUMBER, "not_covered": INTEGER, "tier": TEXT,
}, key=("year", "category", "view"), choices={"view": (embodied.SPREAD, embodied.PURCHASE_YEAR)})
"""A fleet by category in one view; kg are NaN where no device of the category has a factor. Do not add the two views
together.
"""
REUSED = ("donated", "sold", "refurbished")
OLD_YEARS = 10.0


def fleet_year(devices: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return `FLEET_YEAR`: each category and all of them, in both views."""
    views = [_by_category(devices, view) for view in (embodied.SPREAD, embodied.PURCHASE_YEAR)]
    return FLEET_YEAR.validate(pd.concat(views, ignore_index=True).assign(year=year))


def yearly_kg(devices: pd.DataFrame, view: str) -> pd.DataFrame:
    """Return the embodied kg CO2e of the year of each device, with low and high; NaN where it has no factor.

    spread: E / L of each device in stock; purchase_year: E of each device bought. Times the work share of phones.
    """
    if view == embodied.SPREAD:
        weight = devices["in_stock"] * devices["work_share"] / devices["lifespan_years"]
    else:
        weight = devices["bought"] * devices["work_share"]
    return pd.DataFrame({name: devices[f"{name}_kg"] * weight for name in ("embodied", "low", "high")})


def _by_category(devices: pd.DataFrame, view: str) -> pd.DataFrame:
    categories = sorted(devices["category"].unique())
    codes = pd.Categorical(devices["category"], categories=categories).codes.astype("int64")
    kg = yearly_kg(devices, view)
    in_view = devices["in_stock"] if view == embodied.SPREAD else devices["bought"]
    kg["use"] = embodied.use_kg(devices["in_stock"] * devices["work_share"], devices["kwh"], devices["kg_per_kwh"])
    sums = {c: _sums(kg[c], codes, len(categories)) for c in kg}
    table = pd.DataFrame({"category": pd.Series(categories, dtype="str"), **_counts(devices, codes, len(categories))})
    table = table.assign(
        view=view, embodied_co2e_kg=sums["embodied"], low_co2e_kg=sums["low"], high_co2e_kg=sums["high"],
        use_co2e_kg=sums["use"], not_covered=_units(in_view & devices["embodied_kg"].isna(), codes, len(categories)),
        tier=_tiers(devices[in_view], categories))
    total = _all_categories(table, devices, kg, view, in_view)
    return pd.concat([table, total], ignore_index=True)


def _sums(values: pd.Series, codes: np.ndarray, n: int) -> np.ndarray:
    """Return the exact sum of what is covered; NaN where no row of a category is covered."""
    has_factor = values.notna().to_numpy()
    sums = exact_sum(values.to_numpy()[has_factor], codes[has_factor], n)
    rows = np.bincount(codes, minlength=n)
    return np.where((np.bincount(codes[has_factor], minlength=n) == 0) & (rows > 0), np.nan, sums)


def _units(flags: pd.Series, codes: np.ndarray, n: int) -> np.ndarray:
    return np.bincount(codes[flags.to_numpy()], minlength=n).astype("int64")


def _counts(devices: pd.DataFrame, codes: np.ndarray, n: int) -> dict[str, np.ndarray]:
    aged = devices["in_stock"] & devices["age_years"].notna()
    ages, n_aged = devices["age_years"], _units(aged, codes, n)
    total = np.bincount(codes[aged.to_numpy()], weights=ages[aged], minlength=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "stock": _units(devices["in_stock"], codes, n), "bought": _units(devices["bought"], codes, n),
            "retired": _units(devices["retired"], codes, n), "mean_age_years": total / n_aged,
            "share_over_6y": _units(aged & (ages > 6), codes, n) / n_aged,
            "share_over_8y": _units(aged & (ages > 8), codes, n) / n_aged}


def _tiers(devices: pd.DataFrame, categories: list[str]) -> list[str]:
    pairs = devices[["category", "tier"]].drop_duplicates()
    pairs = pairs.sort_values("tier", key=lambda t: t.map(TIERS.index))
    by_category = pairs.groupby("category")["tier"].agg(", ".join)
    return [str(by_category.get(c, "")) for c in categories]


def _all_categories(
    table: pd.DataFrame, devices: pd.DataFrame, kg: pd.DataFrame, view: str, in_view: pd.Series
) -> pd.DataFrame:
    one = np.zeros(len(devices), dtype=np.int64)
    sums = {c: _sums(kg[c], one, 1)[0] if len(kg) else np.nan for c in kg}
    counts = {name: values[0] for name, values in _counts(devices, one, 1).items()}
    tiers = ", ".join(t for t in TIERS if (devices.loc[in_view, "tier"] == t).any())
    row = {"category": ALL, **counts, "view": view, "embodied_co2e_kg": sums["embodied"], "low_co2e_kg": sums["low"],
           "high_co2e_kg": sums["high"], "use_co2e_kg": sums["use"], "not_covered": int(table["not_covered"].sum()),
           "tier": tiers}
    return pd.DataFrame([row]).astype({"not_covered": "int64", "category": "str", "tier": "str", "view": "str"})


def headline(devices: pd.DataFrame, *, employees: float, months: float) -> pd.DataFrame:
    """Return figure, value, unit, numerator, denominator; NaN ("no data") where the denominator is zero or absent."""
    part = devices[["purchased_on", "age_years", "exit_route", "condition_at_purchase"]]
    stock_rows, bought_rows = part[devices["in_stock"]], part[devices["bought"]]
    retired_rows = part[devices["retired"]]
    aged = stock_rows["age_years"].dropna()
    orders = bought_rows["purchased_on"].nunique()
    young = retired_rows["age_years"] <= OLD_YEARS  # nobody knows whether one without a date is
    reused, base = int((retired_rows["exit_route"].isin(REUSED) & young).sum()), float(young.sum())
    base = base if (young & (retired_rows["exit_route"] != "")).any() else 0.0  # no route of any: no data, not 0 %
    idle = devices[devices["idle"]]
    asleep = embodied.asleep_kg(1.0, idle["embodied_kg"], idle["age_years"], idle["planned_years"])
    rows = [
        ("devices in stock", float(len(stock_rows)), "devices", math.nan, math.nan),
        ("mean age", aged.mean() if len(aged) else math.nan, "years", aged.sum(), float(len(aged))),
        *((f"share over {n} years", share(float((aged > n).sum()), float(len(aged))), "share",
           float((aged > n).sum()), float(len(aged))) for n in (6, 8)),
        ("without purchase date", float(stock_rows["age_years"].isna().sum()), "devices", math.nan, math.nan),
        ("bought", float(len(bought_rows)), "devices a year", math.nan, math.nan),
        ("months between orders", embodied.months_between(months, orders), "months", months, float(orders)),
        ("devices per employee", share(float(len(stock_rows)), employees), "devices", float(len(stock_rows)),
         employees),
        ("purchases per 100 employees", 100 * share(float(len(bought_rows)), employees), "devices a year",
         float(len(bought_rows)), employees),
        ("idle stock", float(len(idle)), "devices", math.nan, math.nan),
        ("carbon asleep in idle stock", float(asleep.sum(skipna=False)) if len(idle) else 0.0, "kg CO2e", math.nan,
         math.nan),
        ("retired", float(len(retired_rows)), "devices a year", math.nan, math.nan),
        ("reuse rate", share(float(reused), base), "share", float(reused), base),
        ("refurbished or donated at purchase", share(float((bought_rows["condition_at_purchase"] != "new").sum()),
                                                     float(len(bought_rows))), "share",
         float((bought_rows["condition_at_purchase"] != "new").sum()), float(len(bought_rows))),
    ]
    return pd.DataFrame(rows, columns=["figure", "value", "unit", "numerator", "denominator"])


def exits(devices: pd.DataFrame) -> pd.DataFrame:
    """Return devices retired in the year by category and exit route; a route of its own where the list gives none."""
    retired_rows = devices.loc[devices["retired"], ["asset_id", "category", "exit_route", "age_years"]]
    route = retired_rows["exit_route"].where(retired_rows["exit_route"] != "", "not said")
    table = retired_rows.assign(exit_route=route).groupby(["category", "exit_route"], as_index=False).agg(
        units=("asset_id", "size"), mean_age_years=("age_years", "mean"))
    return table.sort_values(["category", "exit_route"], ignore_index=True)


def second_lives(devices: pd.DataFrame) -> pd.DataFrame:
    """Return what devices bought second-hand avoid over their planned life [kg CO2e]: apart, never subtracted.

    units x years x avoided a year of use; NaN ("not covered") for a category without a published figure.
    """
    avoided = {c: packaged_tables.figure("reuse_targets", f"refurb_{c}_avoided") for c in ("smartphone", "laptop")}
    second_hand = devices[devices["bought"] & (devices["condition_at_purchase"] != "new")]
    yearly = second_hand["category"].map(pd.Series(avoided)).astype("float64")
    # Numbers or Series; the annotation names numbers only.
    kg = embodied.refurbished_avoided_kg(1.0, second_hand["planned_years"], yearly)  # type: ignore[arg-type]
    table = second_hand.assign(avoided_kg=kg).groupby(["category", "condition_at_purchase"], as_index=False).agg(
        units=("asset_id", "size"), avoided_co2e_kg=("avoided_kg", complete_sum))
    return table.rename(columns={"condition_at_purchase": "condition"})


def by_tier(devices: pd.DataFrame, view: str) -> pd.DataFrame:
    """Return the embodied carbon of the year by tier of evidence: tier, units, kg, low, high, share of the total."""
    in_view = devices["in_stock"] if view == embodied.SPREAD else devices["bought"]
    rows = yearly_kg(devices, view)[in_view].assign(tier=devices["tier"])
    table = rows.groupby("tier", as_index=False).agg(
        units=("embodied", "size"), embodied_co2e_kg=("embodied", lambda v: v.sum(min_count=1)),
        low_co2e_kg=("low", lambda v: v.sum(min_count=1)), high_co2e_kg=("high", lambda v: v.sum(min_count=1)))
    total = table["embodied_co2e_kg"].sum()
    table["share"] = table["embodied_co2e_kg"] / total if total > 0 else math.nan
    return table.sort_values("tier", key=lambda t: t.map(TIERS.index), ignore_index=True)
