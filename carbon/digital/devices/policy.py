"""The fleet compared with the company's written rules."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from carbon.digital.devices.figures import OLD_YEARS, REUSED
from carbon.digital.magnitude import NO_DATA, share
from carbon.params.shapes.digital import FleetPolicy

COLUMNS = ["rule", "asked", "found", "verdict", "units", "of"]
MET, NOT_MET = "met", "not met"


def check_policy(devices: pd.DataFrame, policy: FleetPolicy, *, employees: float) -> pd.DataFrame:
    """Check each rule: what it asks, what was found, met or not ("no data" where neither can be stated).

    units: the devices that break the rule (or make the share); of: the devices that it applies to.
    """
    retired_rows, bought_rows = devices[devices["retired"]], devices[devices["bought"]]
    rows = [_early_exit(retired_rows, category, years)
            for category, years in sorted(policy.minimum_lifespan_years.items())]
    if policy.exit_routes:
        rows.append(_none_but("exit routes", retired_rows["exit_route"], policy.exit_routes))
    if policy.brands:
        rows.append(_none_but("brands bought", bought_rows["brand"], policy.brands))
    if policy.refurbished_share:
        second_hand = int((bought_rows["condition_at_purchase"] != "new").sum())
        rows.append(_least("refurbished or donated of units bought", policy.refurbished_share, second_hand,
                           len(bought_rows)))
    if policy.reuse_share:
        young = retired_rows[retired_rows["age_years"] <= OLD_YEARS]
        rows.append(_least("reused of units retired under 10 years", policy.reuse_share,
                           int(young["exit_route"].isin(REUSED).sum()), len(young)))
    if policy.devices_per_employee is not None:
        stock = int(devices["in_stock"].sum())
        ratio = share(stock, employees)
        verdict = NO_DATA if math.isnan(ratio) else MET if ratio <= policy.devices_per_employee else NOT_MET
        rows.append(("devices per employee", f"at most {policy.devices_per_employee:g}", ratio, verdict, stock,
                     employees))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"found": "float64", "units": "float64", "of": "float64"})


def _early_exit(retired: pd.DataFrame, category: str, years: float) -> tuple[object, ...]:
    rows = retired[(retired["category"] == category) & retired["age_years"].notna()]
    # A device that was lost or stolen did not leave by choice.
    early = (rows["age_years"] < years) & (rows["exit_route"] != "lost")
    verdict = NO_DATA if rows.empty else NOT_MET if early.any() else MET
    return (f"life of a {category}", f"at least {years:g} years", rows["age_years"].mean(), verdict,
            int(early.sum()), len(rows))


def _none_but(rule: str, values: pd.Series, allowed: Sequence[str]) -> tuple[object, ...]:
    other = int((~values.isin(allowed)).sum())
    verdict = NO_DATA if values.empty else NOT_MET if other else MET
    return (rule, "only " + ", ".join(map(str, allowed)), share(other, len(values)), verdict, other, len(values))


def _least(rule: str, least: float, units: int, of: int) -> tuple[object, ...]:
    ratio = share(units, of)
    verdict = NO_DATA if math.isnan(ratio) else MET if ratio >= least else NOT_MET
    return (rule, f"at least {least:.0%}", ratio, verdict, units, of)
