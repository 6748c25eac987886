"""How much a kind of lever cuts: plain functions of plain numbers.

Ranges go through a formula end to end: low with low, high with high, each parameter on the side that cuts less or more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.params.lever_life import Factor, Range
from carbon.core.plain_numbers import refuse_no_number
from carbon.digital.devices.lifetimes import cohort_purchases


@dataclass(frozen=True, repr=False)
class Effect(Displayed):
    """The result of a formula: reduction at full effect, profile by year since the start, kg added per kg cut."""

    reduction: dict[str, float]
    profile: list[float] | None = None
    factors: tuple[Factor, ...] = ()
    """What the reduction is the product of, so that each range is a draw of its own."""
    kg_per_kg_cut: Range | None = None


def share_times_depth(share: float, depth: float) -> float:
    """Return r = share of the stream that is touched x cut where it is touched [share]."""
    refuse_no_number("share and depth", at_least=0, at_most=1, share=share, depth=depth)
    return share * depth


def replaced(share: float, kg_ratio: float) -> float:
    """Return r = share x (1 - kg_ratio): a share of the stream is done another way at `kg_ratio` of the kg."""
    refuse_no_number("replaced", at_least=0, at_most=1, share=share)
    refuse_no_number("replaced", at_least=0, kg_ratio=kg_ratio)
    return share * (1.0 - kg_ratio)


def covered_by_contract(share: float, contract_kg_per_kwh: float, market_kg_per_kwh: float) -> float:
    """Return r = share x (1 - contract / market factor) of the market-based figure; location-based stays.

    Raises MethodError: A market factor of zero: there is nothing left to cut; a contract above the market factor.

    References
    ----------
    GHG Protocol Scope 2 Guidance (2015), ch. 6 and 7.
    """
    refuse_no_number("contract", at_least=0, at_most=1, share=share)
    refuse_no_number("contract", at_least=0, contract_kg_per_kwh=contract_kg_per_kwh,
                     market_kg_per_kwh=market_kg_per_kwh)
    if market_kg_per_kwh <= 0 or contract_kg_per_kwh > market_kg_per_kwh:
        raise MethodError(f"a contract of {contract_kg_per_kwh} kg/kWh cuts nothing from {market_kg_per_kwh} kg/kWh",
                          hint="a contract below the market factor cuts; with a market factor of zero nothing is left")
    return share * (1.0 - contract_kg_per_kwh / market_kg_per_kwh)


def longer_life(stock_by_age: Mapping[int, float], *, old_years: int, new_years: int, years: int) -> pd.DataFrame:
    """Return purchases of equipment when its life goes from `old_years` to `new_years`, cohort by cohort.

    A device is replaced when it reaches its life; each purchase is a new cohort of age 0. Category 2 counts in the
    year of purchase, so the cut has cliffs: `mean_reduction` is the running mean since the start.

    Parameters
    ----------
    stock_by_age
        Units by whole years of age at the start.
    years
        How many years to follow.

    Returns
    -------
    DataFrame
        year (1, 2, ...), bought_before, bought_after [units], reduction = 1 - after / before, mean_reduction.
        reduction may be negative in single years: postponed purchases come later.

    Raises MethodError: No stock, a negative count, or a life under one year.

    References
    ----------
    Scope 3 Standard (2011), category 2: capital goods count in the year of purchase.
    """
    if min(old_years, new_years, years) < 1:
        raise MethodError(f"lives {old_years} and {new_years} and {years} years must be at least one year")
    if not stock_by_age or min(stock_by_age.values()) < 0 or sum(stock_by_age.values()) <= 0 or min(stock_by_age) < 0:
        raise MethodError("the stock has no unit, or a negative count or age")
    stock = np.zeros(max(stock_by_age) + 1)
    stock[list(stock_by_age)] = list(stock_by_age.values())
    before, after = (cohort_purchases(stock, life, years) for life in (old_years, new_years))
    with np.errstate(divide="ignore", invalid="ignore"):
        cut = np.where(before > 0, 1 - after / before, np.where(after > 0, -np.inf, 0.0))
        mean = 1 - np.cumsum(after) / np.cumsum(before)
    return pd.DataFrame({"year": np.arange(1, years + 1), "bought_before": before, "bought_after": after,
                         "reduction": cut, "mean_reduction": mean})


def longer_life_steady(old_years: float, new_years: float) -> float:
    """Return r = 1 - old / new [share of purchases a year], once the stock has reached its new age.

    Steady purchases are stock / life; 0 when the life does not change.

    In the new - old years after the start nothing at all is bought (`longer_life` shows the cliffs). A plan counts only
    the steady cut: a target is not met by a holiday from buying.

    Raises MethodError: The new life is shorter than the old one.

    References
    ----------
    Scope 3 Standard (2011), category 2; methods page "Levers".
    """
    refuse_no_number("longer life", over=0, old_years=old_years, new_years=new_years)
    if new_years < old_years:
        raise MethodError(f"life {old_years} -> {new_years} years does not get longer",
                          hint="give the life today and the longer one, in years")
    return 1 - old_years / new_years


def train_share(routes: pd.DataFrame, *, max_hours: float) -> pd.DataFrame:
    """Return what a rule "train if it takes less than N hours" cuts, route by route; exactly N hours is the plane.

    Parameters
    ----------
    routes
        origin, destination, flight_kg, train_kg, train_hours [h, one way, door to door or in the vehicle: the caller
        decides which], night_kg (of extra hotel nights).

    Returns
    -------
    DataFrame
        The routes with `switched`, cut_kg (flights no longer taken) and added_kg (trains and nights).
        share cut = cut_kg.sum() / flight_kg.sum(); kg_per_kg_cut = added_kg.sum() / cut_kg.sum().

    Raises MethodError: A missing duration or mass: an unknown route is not switched in silence.
    """
    numbers = routes[["flight_kg", "train_kg", "train_hours", "night_kg"]]
    bad = (numbers.isna() | (numbers < 0)).any(axis=1)
    if bad.any():
        raise MethodError("a route has no duration or no mass, or a negative one", rows=routes[bad],
                          hint="complete the table of trains, or leave the route out and state why")
    switched = routes["train_hours"] < max_hours
    return routes.assign(switched=switched, cut_kg=routes["flight_kg"].where(switched, 0.0),
                         added_kg=(routes["train_kg"] + routes["night_kg"]).where(switched, 0.0))


def supplier_engagement(uptake: float, depth: float) -> float:
    """Return r = uptake (share of the stream's kg bought from suppliers that join) x depth (what they cut) [share]."""
    refuse_no_number("suppliers", at_least=0, at_most=1, uptake=uptake, depth=depth)
    return uptake * depth


Parameters = Mapping[str, Range]


def _three(function: Callable[..., float], rising: list[Range], falling: list[Range] | None = None) -> dict[str, float]:
    falls = falling or []
    return {
        "low": function(*(r.low for r in rising), *(f.high for f in falls)),
        "likely": function(*(r.likely for r in rising), *(f.likely for f in falls)),
        "high": function(*(r.high for r in rising), *(f.low for f in falls)),
    }


def _share(p: Parameters) -> Effect:
    return Effect(_three(share_times_depth, [p["share"], p["depth"]]), factors=(Factor(of=[p["share"], p["depth"]]),))


def _replaced(p: Parameters) -> Effect:
    return Effect(_three(replaced, [p["share"]], [p["kg_ratio"]]), factors=(
        Factor(of=[p["share"]]), Factor(of=[p["kg_ratio"]], complement=True)))


def _moved(p: Parameters) -> Effect:
    share = p["share"]
    return Effect({"low": share.low, "likely": share.likely, "high": share.high},
                  kg_per_kg_cut=p["kg_per_kg_cut"])


def _contract(p: Parameters) -> Effect:
    market = p["market_kg_per_kwh"].likely
    three = _three(lambda s, c: covered_by_contract(s, c, market), [p["share"]], [p["contract_kg_per_kwh"]])
    return Effect(three, factors=(Factor(of=[p["share"]]), Factor(of=[_over(p["contract_kg_per_kwh"], market)],
                                                                     complement=True)))


def _supplier(p: Parameters) -> Effect:
    delay = round(p["delay_years"].likely)
    return Effect(_three(supplier_engagement, [p["uptake"], p["depth"]]), profile=[*([0.0] * delay), 0.5, 1.0],
                  factors=(Factor(of=[p["uptake"], p["depth"]]),))


def _longer(p: Parameters) -> Effect:
    return Effect(_three(lambda share, new, old: share * longer_life_steady(old, new),
                         [p["share_of_stream"], p["new_life_years"]], [p["old_life_years"]]),
                  factors=(Factor(of=[p["share_of_stream"]]), Factor(
                      of=[p["old_life_years"], _inverse(p["new_life_years"])], complement=True)))


def _over(r: Range, divisor: float) -> Range:
    return Range(low=r.low / divisor, likely=r.likely / divisor, high=r.high / divisor)


def _inverse(r: Range) -> Range:
    return Range(low=1 / r.high, likely=1 / r.likely, high=1 / r.low)


FORMULAS: dict[str, Callable[[Parameters], Effect]] = {
    "share_times_depth": _share, "replaced": _replaced, "moved": _moved, "covered_by_contract": _contract,
    "supplier_engagement": _supplier, "longer_life": _longer,
}
