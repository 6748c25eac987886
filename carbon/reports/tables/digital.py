"""Readers' tables of responsible digital: orders of magnitude in words, exact counts.

English `*_table` for notebooks, `*_lines` for a report in its language.
"""

from __future__ import annotations

import math

import pandas as pd

from carbon.core.units import KG_PER_T
from carbon.digital.devices.fleet import Fleet
from carbon.digital.magnitude import NO_DATA, NOT_COVERED, about, two_digits
from carbon.digital.services.service import Service
from carbon.digital.travel_policy import TravelPolicy
from carbon.reports.words.language import Words
from carbon.reports.words.magnitude import magnitude

ROUTES = 8
"""Pairs of places shown of those where planes were taken and the rule asked for the train."""


def fleet_table(fleet: Fleet) -> pd.DataFrame:
    """Return each category: exact counts, mean age, shares, and embodied carbon of the year in both views, in words."""
    spread, by_purchase = (rows.set_index("category") for _, rows in fleet.table.groupby("view", sort=False))
    return pd.DataFrame({
        "category": spread.index, "stock": spread["stock"].to_numpy(), "bought": spread["bought"].to_numpy(),
        "retired": spread["retired"].to_numpy(), "mean age": [_years(v) for v in spread["mean_age_years"]],
        "over 6 years": [_percent(v) for v in spread["share_over_6y"]],
        "over 8 years": [_percent(v) for v in spread["share_over_8y"]],
        "spread over life": _words(spread), "in the year of purchase": _words(by_purchase),
        "use": [about(v, per="") for v in spread["use_co2e_kg"]], "evidence": spread["tier"].to_numpy()})


def age_pyramid_table(fleet: Fleet) -> pd.DataFrame:
    """Return devices in stock by whole years of age, a column a category; undated devices on a line of their own."""
    table = fleet.pyramid.pivot_table(index="age", columns="category", values="units", aggfunc="sum", fill_value=0)
    order = pd.to_numeric(pd.Series(table.index, index=table.index), errors="coerce").fillna(math.inf).sort_values()
    return table.loc[order.index].astype("int64").reset_index().rename_axis(columns=None)


def cohorts_table(fleet: Fleet, category: str) -> pd.DataFrame:
    """Return devices of a category bought each coming year, a column a life; and what each life avoids in all [kg
    CO2e].
    """
    rows = fleet.cohorts[fleet.cohorts["category"] == category]
    table = rows.pivot_table(index="year", columns="life_years", values="bought", aggfunc="sum")
    names = {life: f"kept {life} years" for life in table.columns}
    return table.astype("int64").rename(columns=names, errors="raise").reset_index().rename_axis(columns=None)


def service_table(service: Service) -> pd.DataFrame:
    """Return each tier and step of a service in words; "not covered" where a factor is missing, never zero."""
    rows = service.table[service.table["criterion"] == "climate_change"]
    table = rows.groupby(["tier", "step"], sort=False).agg(
        value=("value", lambda v: v.sum(skipna=False)), low=("low", lambda v: v.sum(skipna=False)),
        high=("high", lambda v: v.sum(skipna=False))).reset_index()
    words = [about(v, lo, hi) if math.isfinite(v) else NOT_COVERED
             for v, lo, hi in zip(table["value"], table["low"], table["high"], strict=True)]
    return table[["tier", "step"]].assign(impact=words)


def budgets_table(service: Service) -> pd.DataFrame:
    """Return a service in person-budgets, and in percent of one per user; "not covered" where a factor is missing."""
    table = service.budgets()
    is_covered = table["person_budgets"].notna()
    prefix = ["" if is_complete else "at least " for is_complete in table["whole"]]
    return pd.DataFrame({
        "criterion": table["name"],
        "person-budgets": [p + two_digits(v) if k else NOT_COVERED for p, v, k in zip(
            prefix, table["person_budgets"], is_covered, strict=True)],
        "of one budget, per user": [p + two_digits(v) + " %" if k else NOT_COVERED for p, v, k in zip(
            prefix, table["percent_per_user"], is_covered, strict=True)]})


def levers_table(service: Service) -> pd.DataFrame:
    """Return the levers of a service by kg, each recomputed alone; small ones are one line. They do not add up."""
    table = service.levers()
    return pd.DataFrame({
        "lever": table["label"], "from": table["from_value"], "to": table["to_value"],
        "avoided": [about(v) if math.isfinite(v) else "" for v in table["avoided_co2e_kg"]],
        "share": [_percent(v) if math.isfinite(v) else "" for v in table["share"]]})


def thresholds_table(policy: TravelPolicy) -> pd.DataFrame:
    """Return the gain of each threshold: trips moved, t CO2e avoided before and after extra nights, trips to check."""
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


def fleet_lines(fleet: Fleet, words: Words) -> pd.DataFrame:
    """Return each kind of device: counts, age, and embodied carbon of the year in both views; do not add them together.

    Returns
    -------
    DataFrame
        device, stock, bought, retired, mean_age_years, share_over_6y, spread (over the lives of what is in stock),
        year_of_purchase (of what was bought), in_use (electricity); the last three in words.
    """
    spread, by_purchase = (rows.set_index("category") for _, rows in fleet.table.groupby("view", sort=False))
    return pd.DataFrame({
        "device": [words.term("device", str(c)) for c in spread.index], "stock": spread["stock"].to_numpy(),
        "bought": spread["bought"].to_numpy(), "retired": spread["retired"].to_numpy(),
        "mean_age_years": spread["mean_age_years"].to_numpy(), "share_over_6y": spread["share_over_6y"].to_numpy(),
        "spread": _embodied(spread, words), "year_of_purchase": _embodied(by_purchase, words),
        "in_use": [magnitude(kg, words) for kg in spread["use_co2e_kg"]]})


def _embodied(rows: pd.DataFrame, words: Words) -> list[str]:
    columns = ["embodied_co2e_kg", "low_co2e_kg", "high_co2e_kg", "not_covered"]
    return [magnitude(kg, words, low, high, at_least=missing > 0)
            for kg, low, high, missing in rows[columns].itertuples(index=False)]


def age_lines(fleet: Fleet, words: Words) -> pd.DataFrame:
    """Return age (whole years; a word where no date is known), device, units of the devices in stock."""
    lines = age_pyramid_table(fleet).melt(id_vars="age", var_name="device", value_name="units")
    lines = lines[lines["units"] > 0].reset_index(drop=True)
    age = [text if text.isdigit() else words("device.no_date") for text in lines["age"].astype("str")]
    return lines.assign(age=age, device=[words.term("device", d) for d in lines["device"]])


def service_lines(service: Service, words: Words) -> pd.DataFrame:
    """Return tier, step, impact (in words, a year): "not covered" where a factor is missing, never zero; then a sum."""
    rows = service.table[service.table["criterion"] == "climate_change"]
    groups = rows.groupby(["tier", "step"], sort=False)
    sums, is_covered = groups[["value", "low", "high"]].sum(), groups["covered"].all()
    table = sums.where(is_covered, axis=0).reset_index()
    value, low, high, is_complete = service.total()
    parts = table[["value", "low", "high"]].itertuples(index=False)
    impact = [magnitude(kg, words, least, most) for kg, least, most in parts]
    lines = [(words.term("service", tier), words.term("service", step), text)
             for tier, step, text in zip(table["tier"], table["step"], impact, strict=True)]
    lines.append((words("service.all"), words("service.all_steps"), magnitude(value, words, low, high,
                                                                             at_least=not is_complete)))
    return pd.DataFrame(lines, columns=["tier", "step", "impact"])


def routes_lines(trips: TravelPolicy) -> pd.DataFrame:
    """Return the pairs of places where planes were taken although the rule requires the train.

    Returns
    -------
    DataFrame
        origin, destination, trips, hours (by train, one way), co2e_t (as travelled), by_rule_t, avoidable_t.
    """
    table = trips.departures.head(ROUTES)
    tonnes = {name: table[f"{of}_co2e_kg"] / KG_PER_T for name, of in (
        ("co2e_t", "actual"), ("by_rule_t", "rule"), ("avoidable_t", "avoidable"))}
    return pd.DataFrame({"origin": table["origin"], "destination": table["destination"], "trips": table["trips"],
                         "hours": table["minutes"] / 60.0, **tonnes}).reset_index(drop=True)


def threshold_lines(trips: TravelPolicy) -> pd.DataFrame:
    """Return what each threshold would avoid: the columns of `thresholds_table` but trips_not_covered."""
    return thresholds_table(trips).drop(columns="trips_not_covered")


def rule_text(trips: TravelPolicy, words: Words) -> str:
    """Return the rule, the trips, how often planes were taken against it, and both sums, in one sentence."""
    return words("travel_rule.text", hours=words.tick(trips.hours), trips=words.number(float(len(trips.table))),
                 planes=words.number(float(trips.table["departure"].sum())),
                 actual=magnitude(trips.kg("actual"), words), rule=magnitude(trips.kg("rule"), words))
