"""A second path from the published activities and factors to every total, which shares no code with the first.

    kg = quantity x conversion x kg per unit of the factor, by part, to the scope and category of that part

Plain Python over the Parquet files of a set: no room of this project is imported, and no kilogram that the first path
computed is read (`co2e_kg` and `kg_per_unit` of emissions and resolution). Of market-based scope 2 the split of each
meter over contracts, residual mix and grid is read, and must add up to the meter. Copy the file and run it:
`python second_path.py data/processed/<company>/<year>/current`.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

Row = dict[str, Any]
Line = tuple[str, int, str]
"""Scope, category (0 of scopes 1 and 2) and scope 2 method."""
KEY = ("activity", "unit", "region", "year", "scope")
LOCATION, MARKET = "location-based", "market-based"
TOLERANCE = 1e-12
"""Share of the sum of absolute kilograms of a line: what the order of three multiplications can round."""
TO_CATEGORY_3 = {"upstream", "losses", "distribution"}
"""Parts of fuel and energy that are in scope 3, category 3 (Scope 3 Standard, 2011, table 5.3)."""
IN_SCOPE = {"1": {"combustion", "fugitive", "use", "total"}, "2": {"combustion", "total"}}
OF_THE_ASSET = {"manufacture", "end_of_life"}
"""Counted in category 2 in the year of purchase."""
OWN_SOLD, FUEL_SOLD, RESIDUAL, INSTRUMENT = "electricity.own_sold", "fuels sold", "electricity.residual", "instrument:"
BY_GAS = "recomputed from gases"
"""Note of a factor whose kilograms follow from its gases in the inventory's GWP set."""
KWH = {"Wh": 1e-3, "kWh": 1.0, "MWh": 1e3, "GWh": 1e6, "MJ": 1 / 3.6, "GJ": 1e3 / 3.6}
IPCC_NAMES = {"PFC-14": "CF4", "PFC-116": "C2F6", "PFC-218": "C3F8", "PFC-318": "cC4F8"}
KG = {"kg": 1.0, "g": 1e-3, "t": 1e3}


class Product(NamedTuple):
    """One part of one activity that is counted: kg = quantity x conversion x factor_kg [kg CO2e]."""

    activity: Row
    line: Line
    part: str
    factor: Row
    quantity: float
    conversion: float
    factor_kg: float
    kg: float


def lines(folder: Path) -> Iterator[Product]:
    """Yield each part of each activity that is counted, in the order of the activities."""
    factors = {row["factor_id"]: row for row in rows(folder, "factors")}
    keys = {row["key_id"]: tuple(row[c] for c in KEY) for row in rows(folder, "keys")}
    parts: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows(folder, "resolution"):
        parts[keys[row["key_id"]]].append(row)
    split = market_split(folder)
    for activity in rows(folder, "activities"):
        key = tuple(activity[c] for c in KEY)
        if not parts[key]:
            raise ValueError(f"{activity['activity_id']}: no factor for {key}")
        for part in parts[key]:
            line = place(activity, part["part"])
            if line is None or not factors[part["factor_id"]]["kyoto"]:
                continue
            burnt = factor_kg(part, factors) * (activity["group"] != OWN_SOLD)
            yield product(activity, line, part, factors, activity["quantity"], burnt)
        if activity["scope"] == "2":
            yield from market(activity, split[activity["activity_id"]], parts, factors)


def product(activity: Row, line: Line, part: Row, factors: Mapping[str, Row], quantity: float, kg: float) -> Product:
    """Return quantity x conversion x kilograms of the factor's unit."""
    return Product(activity, line, part["part"], factors[part["factor_id"]], quantity, part["conversion"], kg,
                   quantity * (part["conversion"] * kg))


def rows(folder: Path, table: str) -> Iterator[Row]:
    """Yield the rows of a published table."""
    for batch in pq.ParquetFile(folder / f"{table}.parquet").iter_batches():
        yield from batch.to_pylist()


def place(activity: Row, part: str) -> Line | None:
    """Return where a part of an activity is counted; None where it is not (the asset itself, fuels before their sale).

    Raises ValueError: A part that has no place in the scope of its activity.
    """
    scope = activity["scope"]
    if scope == "3":
        of_sold = activity["group"] == FUEL_SOLD and activity["kind"] == "product_use"
        return None if of_sold and part in TO_CATEGORY_3 else ("3", activity["category"], "")
    if part in OF_THE_ASSET:
        return None
    if part in TO_CATEGORY_3:
        return ("3", 3, "")
    if part not in IN_SCOPE[scope]:
        raise ValueError(f"{activity['activity_id']}: part {part} has no place in scope {scope}")
    return (scope, 0, LOCATION if scope == "2" else "")


def factor_kg(part: Row, factors: Mapping[str, Row]) -> float:
    """Return kg CO2e per unit of the factor: as published, or its gases x GWP."""
    factor = factors[part["factor_id"]]
    by_gas = BY_GAS in part["reason"].split("; ")
    return of_gases(factor, part["gwp_used"], factors.values()) if by_gas else float(factor["co2e_kg"])


def of_gases(factor: Row, gwp_set: str, all_factors: Iterable[Row]) -> float:
    """Return sum over gases of kg x GWP, or of a blend's shares x GWP [kg CO2e per unit of the factor]."""
    gwp = gwp_of(gwp_set)
    if factor["composition"]:
        kinds = {row["kyoto"] for row in all_factors if row["element_id"] == factor["element_id"]}
        shares = [share.split(":") for share in factor["composition"].split(";")]
        parts = [(gas, float(share)) for gas, share in shares if len(kinds) < 2 or is_kyoto(gas) == factor["kyoto"]]
        weights = [(gwp[IPCC_NAMES.get(gas, gas.replace("-", ""))], share) for gas, share in parts]
        return math.fsum(kg * share for kg, share in weights) * KG[factor["unit"]]
    gases = {"co2_kg": "CO2", "ch4_fossil_kg": "CH4_fossil", "ch4_nonfossil_kg": "CH4_nonfossil", "n2o_kg": "N2O"}
    return math.fsum(gwp[gas] * (factor[column] or 0.0) for column, gas in gases.items())


def is_kyoto(gas: str) -> bool:
    """Return whether a gas is one of the seven of the Kyoto Protocol."""
    return gas in {"CO2", "CH4", "N2O", "SF6", "NF3"} or gas.startswith(("HFC", "PFC", "C4F", "C5F", "C6F"))


@lru_cache
def gwp_of(gwp_set: str) -> dict[str, float]:
    """Return kg CO2e per kg of gas: the IPCC values of a library, methane by origin, blends' other gases."""
    import globalwarmingpotentials

    with (files("carbon.core") / "data" / "added_gwp.csv").open(encoding="utf-8") as table:
        added = {row["gas"]: float(row["gwp"]) for row in csv.DictReader(table) if row["gwp_set"] == gwp_set}
    return {**globalwarmingpotentials.data[gwp_set], "CO2": 1.0, **added}


def market_split(folder: Path) -> dict[str, dict[str, float]]:
    """Return the quantity of each meter that each contract or factor serves: {activity: {factor_id: quantity}}."""
    split: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows(folder, "emissions"):
        if row["scope2_method"] == MARKET:
            split[row["activity_id"]][row["factor_id"]] = row["quantity"]
    return split


def market(activity: Row, split: Mapping[str, float], parts: Mapping[tuple[Any, ...], list[Row]],
           factors: Mapping[str, Row]) -> Iterator[Product]:
    """Yield the market-based products of one meter, by contract, residual mix or grid.

    Raises ValueError: The quantities do not add up to the meter's, or a factor answers no question of this meter.
    """
    key = tuple(activity[c] for c in KEY)
    of_meter = [*parts[key], *parts.get((RESIDUAL, *key[1:]), [])]
    answers = {part["factor_id"]: part for part in of_meter if part["part"] in IN_SCOPE["2"]}
    served: dict[str, float] = {}
    for factor_id, quantity in split.items():
        contract: Row = {"part": "combustion", "factor_id": factor_id, "element_id": factor_id, "reason": "",
                    "conversion": KWH.get(activity["unit"], math.nan)}
        part = contract if factor_id.startswith(INSTRUMENT) else answers.get(factor_id)
        if part is None:
            raise ValueError(f"{activity['activity_id']}: {factor_id} is no factor of this meter")
        served[part["element_id"]] = quantity
        yield product(activity, ("2", 0, MARKET), part, factors, quantity, factor_kg(part, factors))
    if not math.isclose(math.fsum(served.values()), activity["quantity"], rel_tol=1e-9):
        raise ValueError(f"{activity['activity_id']}: {math.fsum(served.values())} of {activity['quantity']} "
                         f"{activity['unit']} have a market-based factor")


def compare(folder: Path) -> list[Row]:
    """Return each line of the published inventory next to the recomputed one: kg, difference, whether they agree.

    Raises ValueError: A quantity without its factor, a part without a place, or a meter whose split does not add up.
    """
    kg_by_line: dict[Line, list[float]] = defaultdict(list)
    for one in lines(folder):
        kg_by_line[one.line].append(one.kg)
    published = {(row["scope"], row["category"], row["scope2_method"]): row["co2e_kg"]
                 for row in rows(folder, "inventory") if row["rows"]}
    table = []
    for line in sorted(published.keys() | kg_by_line.keys()):
        kg, set_kg = math.fsum(kg_by_line[line]) if line in kg_by_line else math.nan, published.get(line, math.nan)
        table.append({"scope": line[0], "category": line[1], "scope2_method": line[2], "published_kg": set_kg,
                      "recomputed_kg": kg, "difference_kg": kg - set_kg,
                      "agrees": abs(kg - set_kg) <= TOLERANCE * math.fsum(map(abs, kg_by_line[line]))})
    return table


if __name__ == "__main__":
    result = compare(Path(sys.argv[1]))
    print(json.dumps(result, indent=1))  # noqa: T201  (a program of its own)
    sys.exit(not all(row["agrees"] for row in result))
