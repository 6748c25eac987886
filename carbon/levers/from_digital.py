"""Responsible-digital results as levers: parameters from fleet, trips, service and contracts.

Each gives an entry for levers.yml without money and dates, which the company adds. The shares are ratios of one set of
factors, so they hold for the inventory's streams although its factors are others; `evidence` states their source.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from carbon.core.display import Displayed, one_line
from carbon.core.errors import MethodError
from carbon.digital.devices.embodied import PURCHASE_YEAR
from carbon.digital.devices.figures import ALL
from carbon.digital.devices.fleet import Fleet
from carbon.digital.services.impacts import DATA_CENTRE
from carbon.digital.services.service import Service
from carbon.digital.travel_policy import MINUTES_PER_HOUR, PLANE, TO_CHECK, TRAIN, TravelPolicy
from carbon.params.shapes.levers import Range


@dataclass(frozen=True)
class Suggestion(Displayed):
    """Part of an entry of levers.yml: template, track, parameters (low, likely, high) and evidence."""

    template: str
    track: str
    parameters: dict[str, Range]
    evidence: str

    def entry(self) -> dict[str, object]:
        """Return the entry of levers.yml; cost, lifetime, earliest start and label are the company's to add."""
        values = {k: r.likely if r.low == r.high else r.model_dump() for k, r in self.parameters.items()}
        return {"template": self.template, "track": self.track, "parameters": values, "evidence": self.evidence}

    def table(self) -> pd.DataFrame:
        """Return parameter, low, likely, high."""
        return pd.DataFrame([(k, r.low, r.likely, r.high) for k, r in self.parameters.items()],
                            columns=["parameter", "low", "likely", "high"])

    def __repr__(self) -> str:
        values = ", ".join(f"{k} {r.likely:.3g}" for k, r in self.parameters.items())
        return one_line(f"Suggestion({self.template}: {values})")


def train_rule(policy: TravelPolicy) -> Suggestion:
    """Suggest template `train_under_hours`: the part of the flights' kg that the rule moves to the train.

    share = sum of flight kg on routes surely under N hours / sum of all flight kg; high: with the routes whose time is
    only estimated near N. kg_per_kg_cut = (train kg + hotel nights' kg) / flight kg of the moved trips. Trips without a
    known time stay on the plane.

    Raises MethodError: No flight of a known mass; nights that the policy counts without a mass for them.
    """
    flights = policy.table[policy.table["actual_mode"] == PLANE]
    kg = flights["actual_co2e_kg"]
    if not kg.sum() > 0:
        raise MethodError("no trip by plane has a known mass: there is nothing the rule could move")
    is_sure = flights["rule_mode"] == TRAIN
    perhaps = (flights["rule_mode"] == TO_CHECK) & (flights["minutes"] < MINUTES_PER_HOUR * policy.hours)
    moved_kg, most_moved_kg = float(kg[is_sure].sum()), float(kg[is_sure | perhaps].sum())
    added_kg = float(flights.loc[is_sure, "rule_co2e_kg"].sum()) + _nights_kg(policy)
    flight_kg, untimed, unweighed = float(kg.sum()), int(flights["minutes"].isna().sum()), int(kg.isna().sum())
    return Suggestion("train_under_hours", "both", {
        "share": Range(low=moved_kg / flight_kg, likely=moved_kg / flight_kg, high=most_moved_kg / flight_kg),
        "kg_per_kg_cut": _certain(added_kg / moved_kg if moved_kg else 0.0),
    }, f"{len(flights):,} flights, train strictly under {policy.hours:g} h one way, {policy.notes[1]}; {untimed:,} "
       f"without a known time stay on the plane, {unweighed:,} without a known mass are left out; {policy.notes[0]}")


def fleet_life(fleet: Fleet, category: str, *, new_years: float) -> Suggestion:
    """Suggest template `longer_life`: devices of one category used longer.

    old life = mean planned life of those in stock; share_of_stream = embodied kg of the category bought in the year /
    of all devices bought (low: its low factors against the others' high ones, and the reverse). The stream it is meant
    for is the purchase of IT equipment, not all of category 2.

    Raises MethodError: None in stock or none bought in the year with a factor; a life that does not get longer.
    """
    stock = fleet.devices[fleet.devices["in_stock"] & (fleet.devices["category"] == category)]
    rows = fleet.table[fleet.table["view"] == PURCHASE_YEAR].set_index("category")
    if stock.empty or not float(rows["embodied_co2e_kg"].get(category, 0.0)) > 0:
        raise MethodError(f"no {category} was in stock and bought in {fleet.year} with a factor: its share is unknown",
                          hint=f"categories: {', '.join(c for c in rows.index if c != ALL)}")
    old = float(stock["planned_years"].mean())
    if not new_years > old:
        raise MethodError(f"{category}: {new_years:g} years is not longer than the planned {old:.3g}")
    columns = ["low_co2e_kg", "embodied_co2e_kg", "high_co2e_kg"]
    category_kg, all_kg = (rows.loc[c, columns].astype("float64").to_numpy() for c in (category, ALL))
    other_kg = all_kg - category_kg
    share = category_kg / (category_kg + other_kg[::-1])
    return Suggestion("longer_life", "both", {
        "old_life_years": _certain(old), "new_life_years": _certain(float(new_years)),
        "share_of_stream": Range(low=share[0], likely=share[1], high=share[2]),
    }, f"stock list of {fleet.year}: {len(stock):,} {category}, planned life {old:.3g} years; share of the embodied "
       f"carbon bought in the year; {fleet.notes[0]}")


def hosting_move(service: Service, lever: str, *, share: float) -> Suggestion:
    """Suggest template `hosting_move`: the data centre of a service with one lever, e.g. "host_in_FR" or "pue_lower".

    kg_ratio = kg of the data centre tier after / before.

    lever: One of `services.service.lever_ids`.
    share: Part of the stream's kg that is this service's hosting: the company's own knowledge.

    Raises MethodError: The lever does not lower the data centre's kg.
    """
    before, after = (_tier_kg(s) for s in (service, service.with_levers([lever])))
    if not 0 <= after < before:
        raise MethodError(f"{lever} takes the data centre from {before:.6g} to {after:.6g} kg: it lowers nothing")
    answers = service.answers
    return Suggestion("hosting_move", "both", {"share": _certain(share), "kg_ratio": _certain(after / before)},
                      f"{answers.service_id} {answers.year}, lever {lever}; {service.grids.datacentre.words}")


def renewable_contract(
    contracts: pd.DataFrame, *, contract_kg_per_kwh: float, market_kg_per_kwh: float | None = None
) -> Suggestion:
    """Suggest template `renewable_contract` for the kWh that no proved renewable contract covers yet.

    share = uncovered kWh / all kWh; market factor today = market-based kg / kWh of the contracts that state it. Moves
    the market-based figure only.

    contracts: Of `contracts_of`.
    market_kg_per_kwh: Market factor of the uncovered kWh where their contracts state none, e.g. that of the residual
    mix.

    Raises MethodError: No kWh; no contract states a market-based figure; all is covered already.
    """
    kwh = contracts["kwh"].sum()
    uncovered_kwh = kwh - contracts["renewable_kwh"].sum()
    if not (kwh > 0 and uncovered_kwh > 0):
        raise MethodError(f"{uncovered_kwh:,.0f} of {kwh:,.0f} kWh are without a proved renewable contract: "
                          "nothing to cover")
    uncovered = contracts[contracts["market_co2e_kg"].notna() & (contracts["renewable_kwh"] < contracts["kwh"])]
    has_factor = bool(uncovered["kwh"].sum() > 0)
    if not has_factor and market_kg_per_kwh is None:
        raise MethodError("no contract without renewable proof states its market-based figure",
                          hint="fill market_g_per_kwh and method in energy_contracts.csv, or give market_kg_per_kwh, "
                          "e.g. of the residual mix")
    market = (float(uncovered["market_co2e_kg"].sum() / uncovered["kwh"].sum()) if has_factor
              else float(market_kg_per_kwh or 0.0))
    return Suggestion("renewable_contract", "market", {
        "share": _certain(uncovered_kwh / kwh), "contract_kg_per_kwh": _certain(contract_kg_per_kwh),
        "market_kg_per_kwh": _certain(market)},
        f"{len(contracts)} electricity contracts, {uncovered_kwh:,.0f} kWh not covered; market factor "
        f"{'as the contracts state it' if has_factor else 'given'}")


def _certain(value: float) -> Range:
    return Range(low=value, likely=value, high=value)


def _tier_kg(service: Service) -> float:
    tiers = service.by("tier").set_index("tier")
    # pandas' stubs let one cell be anything; here it is a number.
    value = float(tiers.loc[DATA_CENTRE, "value"])  # type: ignore[arg-type]
    return value if bool(tiers.loc[DATA_CENTRE, "covered"]) else math.nan


def _nights_kg(policy: TravelPolicy) -> float:
    """Return kg of the extra hotel nights at the policy's own threshold."""
    at = policy.curve[np.isclose(policy.curve["hours"], policy.hours)]
    if at.empty:
        raise MethodError(f"the curve of the policy has no point at its own {policy.hours:g} h: nights are not known",
                          hint="pass `thresholds` with that number of hours to travel_policy")
    if math.isnan(at["nights_co2e_kg"].item()):
        raise MethodError(f"{int(at['extra_nights'].item()):,} extra nights have no mass",
                          hint="give hotel_night_kg in digital_policies.yml, key `travel`")
    return float(at["nights_co2e_kg"].item())
