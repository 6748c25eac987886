"""Readers' tables of responsible digital: orders of magnitude in words, exact counts, ranges, and the parts behind
them.
"""

from __future__ import annotations

import math

import pandas as pd

from carbon.core.units import KG_PER_T
from carbon.digital.devices.fleet import Fleet
from carbon.digital.services.service import Service
from carbon.digital.travel_policy import TravelPolicy
from carbon.digital.words import NO_DATA, NOT_COVERED, about, two_digits


def fleet_table(fleet: Fleet) -> pd.DataFrame:
    """Each category: exact counts, mean age, shares, and embodied carbon of the year in both views, in words."""
    spread, bought = (rows.set_index("category") for _, rows in fleet.table.groupby("view", sort=False))
    return pd.DataFrame({
        "category": spread.index, "stock": spread["stock"].to_numpy(), "bought": spread["bought"].to_numpy(),
        "retired": spread["retired"].to_numpy(), "mean age": [_years(v) for v in spread["mean_age_years"]],
        "over 6 years": [_percent(v) for v in spread["share_over_6y"]],
        "over 8 years": [_percent(v) for v in spread["share_over_8y"]],
        "spread over life": _words(spread), "in the year of purchase": _words(bought),
        "use": [about(v, per="") for v in spread["use_co2e_kg"]], "evidence": spread["tier"].to_numpy()})


def age_pyramid_table(fleet: Fleet) -> pd.DataFrame:
    """Devices in stock by whole years of age, a column a category; devices without date on a line of their own."""
    table = fleet.pyramid.pivot_table(index="age", columns="category", values="units", aggfunc="sum", fill_value=0)
    order = pd.to_numeric(pd.Series(table.index, index=table.index), errors="coerce").fillna(math.inf).sort_values()
    return table.loc[order.index].astype("int64").reset_index().rename_axis(columns=None)


def cohorts_table(fleet: Fleet, category: str) -> pd.DataFrame:
    """Devices of a category bought each coming year, a column a life; and what each life avoids in all [kg CO2e]."""
    rows = fleet.cohorts[fleet.cohorts["category"] == category]
    table = rows.pivot_table(index="year", columns="life_years", values="bought", aggfunc="sum")
    names = {life: f"kept {life} years" for life in table.columns}
    return table.astype("int64").rename(columns=names, errors="raise").reset_index().rename_axis(columns=None)


def service_table(service: Service) -> pd.DataFrame:
    """Each tier and step of a service in words; "not covered" where a factor is missing, never zero."""
    rows = service.table[service.table["criterion"] == "climate_change"]
    table = rows.groupby(["tier", "step"], sort=False).agg(
        value=("value", lambda v: v.sum(skipna=False)), low=("low", lambda v: v.sum(skipna=False)),
        high=("high", lambda v: v.sum(skipna=False))).reset_index()
    words = [about(v, lo, hi) if math.isfinite(v) else NOT_COVERED
             for v, lo, hi in zip(table["value"], table["low"], table["high"], strict=True)]
    return table[["tier", "step"]].assign(impact=words)


def budgets_table(service: Service) -> pd.DataFrame:
    """A service beside one person's yearly budget: person-budgets, and percent of one a user; "not covered" stays
    said.
    """
    table = service.budgets()
    known = table["person_budgets"].notna()
    prefix = ["" if whole else "at least " for whole in table["whole"]]
    return pd.DataFrame({
        "criterion": table["name"],
        "person-budgets": [p + two_digits(v) if k else NOT_COVERED for p, v, k in zip(
            prefix, table["person_budgets"], known, strict=True)],
        "of one budget, per user": [p + two_digits(v) + " %" if k else NOT_COVERED for p, v, k in zip(
            prefix, table["percent_per_user"], known, strict=True)]})


def levers_table(service: Service) -> pd.DataFrame:
    """Levers of a service by kg, each recomputed alone; small ones are one line. They do not add up."""
    table = service.levers()
    return pd.DataFrame({
        "lever": table["label"], "from": table["from_value"], "to": table["to_value"],
        "avoided": [about(v) if math.isfinite(v) else "" for v in table["avoided_co2e_kg"]],
        "share": [_percent(v) if math.isfinite(v) else "" for v in table["share"]]})


def thresholds_table(policy: TravelPolicy) -> pd.DataFrame:
    """Gain of each threshold: trips moved, t CO2e avoided before and after extra nights, trips to check."""
    curve = policy.curve
    return pd.DataFrame({
        "hours": curve["hours"], "trips_to_train": curve["trips_to_train"],
        "avoided_t": curve["avoided_co2e_kg"] / KG_PER_T, "extra_nights": curve["extra_nights"],
        "net_avoided_t": curve["net_avoided_co2e_kg"] / KG_PER_T, "trips_to_check": curve["trips_to_check"],
        "trips_not_covered": curve["trips_not_covered"]})


def _words(rows: pd.DataFrame) -> list[str]:
    columns = ["embodied_co2e_kg", "low_co2e_kg", "high_co2e_kg", "not_covered"]
    return [about(v, lo, hi, per="", at_least=n > 0) if math.isfinite(v) else NOT_COVERED
            for v, lo, hi, n in rows[columns].itertuples(index=False)]


def _years(value: float) -> str:
    return f"{value:.1f} years" if math.isfinite(value) else NO_DATA


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %" if math.isfinite(value) else NO_DATA
