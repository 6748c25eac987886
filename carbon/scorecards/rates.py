"""Eight rates of responsible digital services, each with its numerator and denominator; none is a bare percentage."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import UsageError
from carbon.core.params.digital import Requirement
from carbon.digital.conditions import meets
from carbon.digital.magnitude import share
from carbon.scorecards.rgaa import rgaa_rate

POSITIVE_TAGS = ("Green IT", "IT for Human")
OTHER = "other"
DAYS_PER_MONTH = 365.0 / 12


@dataclass(frozen=True, repr=False)
class Rate(Displayed):
    """A rate with what it was made of. value is NaN ("no data") where the denominator is zero, never 0 or 1.

    population: share of the rows with an answer.
    """

    numerator: float
    denominator: float
    beside: Mapping[str, float] = field(default_factory=dict)
    population: float = 1.0

    @property
    def value(self) -> float:
        """Numerator / denominator."""
        return share(self.numerator, self.denominator)


def training_rate(training: pd.DataFrame, *, course: str, on: pd.Timestamp, onboarding_days: float) -> Rate:
    """Return people who completed the course / people in scope at the date; late: past `onboarding_days` without it.

    Who has left by the date is not in scope.
    """
    rows = training[(training["course"] == course) & (training["hired_on"] <= on)]
    if "left_on" in rows:
        rows = rows[~(rows["left_on"] <= on)]
    is_done = rows["completed_on"] <= on
    late = ~is_done & ((on - rows["hired_on"]).dt.days > onboarding_days)
    return Rate(float(is_done.sum()), float(len(rows)), {"late": float(late.sum())})


def maintenance_rate(solutions: pd.DataFrame, *, on: pd.Timestamp, active_months: float) -> Rate:
    """Solutions with a live maintenance contract or a commit within `active_months` / delivered and not retired.

    The definition is this project's: no official one was found.
    """
    live = solutions[(solutions["delivered_on"] <= on) & ~(solutions["retired_on"] <= on)]
    contract = live["maintained_until"] >= on
    recent = (live["last_commit_on"] <= on) & ((on - live["last_commit_on"]).dt.days <= active_months * DAYS_PER_MONTH)
    return Rate(float((contract | recent).sum()), float(len(live)),
                {"by contract": float(contract.sum()), "by commit": float((recent & ~contract).sum())})


def rgaa_rates(audits: pd.DataFrame, *, on: pd.Timestamp) -> pd.DataFrame:
    """Return the last audit of each service up to the date, with rate [percent] and the counts."""
    last = audits[audits["date"] <= on].sort_values(["service", "date"]).drop_duplicates("service", keep="last")
    counts = last[["compliant", "non_compliant", "untested"]].itertuples(index=False)
    return last.assign(rate=[rgaa_rate(c, n, untested=u) for c, n, u in counts]).reset_index(drop=True)


def rgaa_rate_of(audits: pd.DataFrame, *, on: pd.Timestamp) -> Rate:
    """Return compliant / applicable criteria over the services whose last audit tested all criteria."""
    table = rgaa_rates(audits, on=on)
    rated = table[table["rate"].notna()]
    applicable = float(rated["compliant"].sum() + rated["non_compliant"].sum())
    return Rate(float(rated["compliant"].sum()), applicable, {"services": float(len(rated))},
                share(float(len(rated)), float(len(table))))


def positive_projects(projects: pd.DataFrame, *, by: str) -> Rate:
    """Projects tagged "Green IT" or "IT for Human" / projects; two tags count once.

    Parameters
    ----------
    by
        "projects", "days" or "revenue_eur".
    """
    weights = {"projects": pd.Series(1.0, index=projects.index), "days": projects["days"],
               "revenue_eur": projects["revenue_eur"]}
    if by not in weights:
        raise UsageError(f"Projects cannot be counted by {by!r}", hint=f"one of {', '.join(weights)}")
    tags = projects["tags"].map(lambda text: {t.strip() for t in text.split(";")})
    positive = tags.map(lambda found: bool(found & set(POSITIVE_TAGS))).astype("bool")
    weight = weights[by]
    population = share(float(weight.notna().sum()), float(len(weight)))
    return Rate(float(weight[positive].sum()), float(weight.sum()), {}, population)


def hosting_rate(hosting: pd.DataFrame, policy: Sequence[Requirement], *, by: str) -> Rate:
    """Return services on hosts that meet the policy / services, also by kWh; no answer does not meet it.

    Parameters
    ----------
    by
        "services" or "kwh".
    """
    if by not in ("services", "kwh"):
        raise UsageError(f"Hosting cannot be counted by {by!r}", hint="services or kwh")
    met = meets(hosting, policy)
    weight = hosting["kwh"] if by == "kwh" else pd.Series(1.0, index=hosting.index)
    return Rate(float(weight[met].sum()), float(weight.sum()), {},
                share(float(weight.notna().sum()), float(len(weight))))


def renewable_rate(contracts: pd.DataFrame) -> Rate:
    """Return kWh under qualifying contracts / kWh, from `digital.electricity.contracts_table`, with both kg figures.

    Market-based kg is NaN where one contract states none. No offset is subtracted.
    """
    market = contracts["market_co2e_kg"]
    return Rate(float(contracts["renewable_kwh"].sum()), float(contracts["kwh"].sum()), {
        "location_co2e_kg": float(contracts["location_co2e_kg"].sum()),
        "market_co2e_kg": float(market.sum()) if market.notna().all() else math.nan})


def purchasing_rate(purchases: pd.DataFrame, policy: Mapping[str, Sequence[Requirement]]) -> Rate:
    """Return bought units that meet the rule of their category / bought units; other categories have the rule "other".

    The rate also has the units of categories without a rule, which meet none.
    """
    met = pd.Series(False, index=purchases.index)
    ruled = pd.Series(False, index=purchases.index)
    for category in purchases["category"].unique():
        rules = policy.get(category, policy.get(OTHER, ()))
        rows = purchases["category"] == category
        if rules:
            met |= rows & meets(purchases[rows], rules).reindex(purchases.index, fill_value=False)
            ruled |= rows
    quantity = purchases["quantity"]
    return Rate(float(quantity[met].sum()), float(quantity.sum()), {"without rule": float(quantity[~ruled].sum())})


def opensource_rate(time: pd.DataFrame, *, period: str) -> Rate:
    """Hours given to open source / hours worked, in one period."""
    rows = time[time["period"] == period]
    return Rate(float(rows["hours_given"].sum()), float(rows["hours_worked"].sum()))
