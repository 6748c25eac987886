"""How much a kind of lever cuts: as plain functions of plain numbers, and as a table of factors with ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number
from carbon.digital.devices.lifetimes import cohort_purchases
from carbon.params.shapes.lever_life import THREE, Factor, Range


@dataclass(frozen=True, repr=False)
class Effect(Displayed):
    """What a reduction is the product of, so that each range is a draw of its own; effect by year since the start; kg
    added per kg cut.
    """

    factors: tuple[Factor, ...]
    profile: list[float] | None = None
    kg_per_kg_cut: Range | None = None

    @property
    def reduction(self) -> Range:
        """At full effect, low with low and high with high."""
        return Range(**{level: prod(f.at(level) for f in self.factors) for level in THREE})


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

    stock_by_age: Units by whole years of age at the start.
    years: How many years to follow.

    Columns: year (1, 2, ...), bought_before, bought_after [units], reduction = 1 - after / before, mean_reduction.
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

    routes: origin, destination, flight_kg, train_kg, train_hours [h, one way, door to door or in the vehicle: the
    caller decides which], night_kg (of extra hotel nights).

    Columns: The routes with `switched`, cut_kg (flights no longer taken) and added_kg (trains and nights). share cut =
    cut_kg.sum() / flight_kg.sum(); kg_per_kg_cut = added_kg.sum() / cut_kg.sum().

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


FORMULAS: dict[str, tuple[tuple[str, str], ...]] = {
    "share_times_depth": (("share depth", ""),),
    "replaced": (("share", ""), ("kg_ratio", "the other way emits more")),
    "moved": (("share", ""),),
    "covered_by_contract": (("share", ""), ("contract_kg_per_kwh /market_kg_per_kwh", "the contract cuts nothing")),
    "supplier_engagement": (("uptake depth", ""),),
    "longer_life": (("share_of_stream", ""), ("old_life_years /new_life_years", "the life does not get longer")),
}
"""Kind -> the factors of its reduction: a product of parameters (those after / divide), or 1 less that product, with
the words for a product above 1.
"""


def effect_of(formula: str, parameters: Mapping[str, Range]) -> Effect:
    """Return the effect of a kind of lever.

    Raises MethodError: A product above 1 where 1 less that product is needed: such a lever cuts nothing.
    """
    factors = []
    for names, above_one in FORMULAS[formula]:
        ranges = [parameters[n.removeprefix("/")].inverse() if n.startswith("/") else parameters[n]
                  for n in names.split()]
        most = prod(r.high for r in ranges)
        if above_one and most > 1:
            raise MethodError(f"{names.replace(' /', ' / ')} is up to {most:.4g}: {above_one}")
        factors.append(Factor(of=ranges, complement=bool(above_one)))
    delay = parameters.get("delay_years")
    return Effect(tuple(factors), [*([0.0] * round(delay.likely)), 0.5, 1.0] if delay else None,
                  parameters.get("kg_per_kg_cut"))
