"""Bars: a fleet of 100,000 devices <= 1 s, a service <= 50 ms, 200 indicators <= 0.5 s, 100,000 trips <= 1 s.

    python -m benchmarks digital

Processor time of five rounds each, with the packaged tables already read.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.results import Result, result
from carbon.core.digital_tables import ASSET, TRIP
from carbon.digital.devices.fleet import fleet
from carbon.digital.electricity import given_grid
from carbon.digital.services.service import service
from carbon.digital.travel_policy import travel_policy
from carbon.params.shapes.digital import ServiceAnswers
from carbon.scorecards.catalogue import catalogue, starter
from carbon.scorecards.computation import values
from carbon.scorecards.declared import measures_table

N = 100_000
INDICATORS = 200
FRANCE = given_grid(0.05, zone="FR", year=2024, source="benchmark")
CATEGORIES = np.array(["laptop", "monitor", "smartphone", "desktop", "tablet"])
TOWNS = np.array(["Paris", "Lyon", "Marseille", "Bordeaux", "Nantes",
                  "Lille", "Strasbourg", "Toulouse", "Nice", "Rennes"])
DTYPES = {"text": "str", "number": "float64", "amount": "float64", "day": "datetime64[s]"}


def typed(table: pd.DataFrame, kinds: dict[str, str]) -> pd.DataFrame:
    return table.astype({c: DTYPES[k] for c, k in kinds.items()})


def devices(rng: np.random.Generator) -> pd.DataFrame:
    bought = pd.Series(pd.Timestamp("2012-01-01") + pd.to_timedelta(rng.integers(0, 5000, N), unit="D"))
    left = bought + pd.to_timedelta(rng.integers(1, 2000, N), unit="D")
    left = left.where((rng.random(N) < 0.3) & (left < pd.Timestamp("2025-12-31")))
    blank = dict.fromkeys(("brand", "user_id", "site", "exit_partner", "private_use"), "")
    return typed(pd.DataFrame({
        **blank, "asset_id": np.arange(N).astype(str), "category": CATEGORIES[rng.integers(0, 5, N)],
        "model": rng.integers(0, 300, N).astype(str), "purchased_on": bought, "in_service_on": bought,
        "status": np.where(left.notna(), "retired", "in use"), "condition_at_purchase": "new",
        "planned_lifespan_years": np.nan, "retired_on": left, "exit_route": np.where(left.notna(), "donated", ""),
        "amount_eur": np.nan}), dict(ASSET.columns))


def trips(rng: np.random.Generator) -> pd.DataFrame:
    start = rng.integers(0, 10, N)
    end = (start + rng.integers(1, 10, N)) % 10
    return typed(pd.DataFrame({
        "trip_id": np.arange(N).astype(str), "date": pd.Timestamp("2025-03-04"), "traveller_id": "",
        "origin": TOWNS[start], "destination": TOWNS[end], "mode": np.where(rng.random(N) < 0.5, "plane", "train"),
        "class": "", "distance_km": np.nan, "amount_eur": np.nan, "nights": np.nan, "co2e_kg": np.nan}),
        dict(TRIP.columns))


def seconds(call: Callable[[], object], *, rounds: int = 5) -> list[float]:
    """Return the processor seconds of some rounds, after one that is not counted."""
    call()
    found = []
    for _ in range(rounds):
        started = time.process_time()
        call()
        found.append(time.process_time() - started)
    return found


def results() -> list[Result]:
    """Return the bars of fleet, service, indicators and trips at their largest."""
    rng = np.random.default_rng(20240101)
    stock, journeys = devices(rng), trips(rng)
    answers = ServiceAnswers(service_id="shop", year=2025, users=1e4, hours_per_user=20, gb_per_user=2,
                             servers=[{"quantity": 3}], storage=[{"disks": 10}], allocation="active_hours")
    entry = starter().table.iloc[12].to_dict()
    many = catalogue({"indicators": [{**{k: v for k, v in entry.items() if v}, "id": f"i{n}", "theme": f"t{n // 4}",
                                      "body": f"b{n // 4}", "scope": f"s{n}"} for n in range(INDICATORS)]})
    measured = measures_table([(entry["formula_id"], f"s{n}", n, 200, n, 1, "") for n in range(INDICATORS)],
                              period="2025", on=pd.Timestamp("2025-12-31").date())
    bars: dict[str, tuple[float, Callable[[], object]]] = {
        f"fleet of {N:,} devices": (1.0, lambda: fleet(
            stock, year=2024, view="spread", lifespan_rule="max_of_age_and_planned", idle_months=3, grid=FRANCE,
            employees=5e4, scenario_lifespans=(6, 8))),
        "service of ten answers": (0.05, lambda: service(answers, grid_users=FRANCE, grid_datacentre=FRANCE)),
        f"{INDICATORS} indicators": (0.5, lambda: values(many, measured)),
        f"{N:,} trips": (1.0, lambda: travel_policy(journeys, hours=6, contrails=True, train="tgv", home=("FR",))),
    }
    return [result(name, "s", seconds(call), bar) for name, (bar, call) in bars.items()]
