"""Energy of a company-year in MWh, by kind and origin, from the rows of its inventory.

Fuels are at their lower heating value. Purchased energy is renewable only where a contract states a renewable source;
all other is non-renewable. What a fuel is, is packaged data (data/energy_kinds.csv). A row without an energy is listed
with its reason, and no sum that it belongs to is given.

Source: delegated regulation (EU) 2023/2772, annex I, ESRS E1 par. 37 and 38, AR 32 (lower heating value; origin of
purchased energy); VSME (recommendation (EU) 2025/1710, annex I) par. 29.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd

from carbon.accounting.compile import COMPUTED, states_by_figure
from carbon.core import packaged, units
from carbon.core.errors import RunError, UnitError
from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import LOCATION, MARKET, OWN_SOLD
from carbon.core.zones import country_of
from carbon.emissions.market import INSTRUMENT
from carbon.reports.filings.counting import PACKAGE, longest_prefix
from carbon.reports.tables.sums import in_scopes

MWH = "MWh_LHV"
FUEL, OWN, PURCHASED = "fuel", "own", ("electricity", "heat")
RENEWABLE, NON_RENEWABLE, MIXED, CONTRACT = "renewable", "non_renewable", "mixed", "contract"
NONE, UNMETERED, UNKNOWN = "none", "unmetered", "unknown"
TECHNOLOGY = "technology:"
COLUMNS = ["energy_kind", "energy_origin", "activity", "unit", "region", "quantity", "mwh", "rows", "gap"]
CLOSED = 1e-9
"""Share of the metered quantity that rounding may leave between the two methods of scope 2."""


def energy_table(inventory: Any) -> pd.DataFrame:
    """Return the energy of scopes 1 and 2 and of own generation, one line a kind, origin, activity, unit and region.

    Columns: energy_kind (fuel, electricity, heat, own; "unmetered" and "unknown" have no MWh), energy_origin
    (renewable, coal, oil, gas, other_fossil, mixed, non_renewable), activity, unit, region, quantity, mwh (NaN: see
    `gap`), rows, gap ("", or the code of why there is no MWh).

    Raises
    ------
    RunError
        The two methods of scope 2 have unlike quantities.
    """
    rows = in_scopes(inventory.emissions)
    burnt = rows[rows["scope"] == "1"].drop_duplicates("activity_id")
    burnt = burnt.join(_kinds(burnt["activity"]))
    parts = [burnt[burnt["energy_kind"] != NONE], _purchased(rows, inventory), _own(inventory)]
    keys = ["energy_kind", "energy_origin", "activity", "unit", "region"]
    energy_rows = pd.concat([part[[*keys, "quantity"]] for part in parts])
    table = energy_rows.groupby(keys, sort=True)["quantity"].agg([exact_total, "size"]).reset_index()
    table = table.rename(columns={"exact_total": "quantity", "size": "rows"}, errors="raise")
    columns = (table[name] for name in ("energy_kind", "activity", "unit", "region", "quantity"))
    converted = [_mwh(*line, inventory=inventory) for line in zip(*columns, strict=True)]
    return table.assign(mwh=pd.Series([mwh for mwh, _ in converted], table.index, "float64"),
                        gap=pd.Series([gap for _, gap in converted], table.index, "str"))[COLUMNS]


def energy_sums(inventory: Any, table: pd.DataFrame) -> dict[str, tuple[float, str]]:
    """Return MWh by kind and origin, as the datapoints name them, each with the code of what it lacks.

    "energy" is the total; "energy.fuel.renewable" a kind by origin; a sum that lacks a row, or a kind without any,
    is NaN. Own generation that no record names is absent.
    """
    states = states_by_figure(inventory.table)
    of_fuel = _gap(table, FUEL, (FUEL, UNMETERED, UNKNOWN), states["scope1"])
    of_purchased = _gap(table, "electricity", PURCHASED, states["scope2-location"])
    of_kind = {FUEL: of_fuel, "electricity": of_purchased, "purchased": of_purchased}
    lacking = of_fuel or of_purchased
    sums: dict[str, tuple[float, str]] = {"energy": _sum(table, lacking), "energy.renewable": _sum(
        table[table["energy_origin"] == RENEWABLE], lacking or _mixed(table))}
    selections = {"electricity": ("electricity",), "purchased": PURCHASED, FUEL: (FUEL,), OWN: (OWN,)}
    for name, kinds in selections.items():
        rows, gap = table[table["energy_kind"].isin(kinds)], of_kind.get(name, "")
        if name == OWN and rows.empty:
            continue
        sums[f"energy.{name}"] = _sum(rows, gap)
        gap = gap or _mixed(rows)
        sums[f"energy.{name}.{RENEWABLE}"] = _sum(rows[rows["energy_origin"] == RENEWABLE], gap)
        sums[f"energy.{name}.{NON_RENEWABLE}"] = _sum(rows[rows["energy_origin"] != RENEWABLE], gap)
        if name == FUEL:
            sums |= {f"energy.{FUEL}.{o}": _sum(rows[rows["energy_origin"] == o], gap)
                     for o in ("coal", "oil", "gas", "other_fossil")}
    return sums


def _sum(rows: pd.DataFrame, gap: str) -> tuple[float, str]:
    return (float("nan") if gap else exact_total(rows["mwh"]), gap)


def _gap(table: pd.DataFrame, kind: str, kinds: tuple[str, ...], state: str) -> str:
    """Return the code of what the energy of some kinds lacks, "" for nothing: no record of a kind is no zero."""
    gaps = table.loc[table["energy_kind"].isin(kinds) & (table["gap"] != ""), "gap"]
    if len(gaps):
        return str(gaps.iloc[0])
    if not (table["energy_kind"] == kind).any():
        return f"energy_no_{kind}"
    return "" if state == COMPUTED else "energy_incomplete"


def _mixed(rows: pd.DataFrame) -> str:
    return "mixed" if (rows["energy_origin"] == MIXED).any() else ""


@lru_cache(maxsize=1)
def _routing() -> dict[str, tuple[str, str]]:
    table = packaged.read_csv(PACKAGE, "data/energy_kinds.csv")
    return {activity: (kind, origin) for activity, kind, origin in table.itertuples(index=False, name=None)}


def _kinds(activities: pd.Series[Any]) -> pd.DataFrame:
    routing = _routing()
    kind_of = {a: routing.get(longest_prefix(routing, a), (UNKNOWN, "")) for a in activities.unique()}
    columns = ["energy_kind", "energy_origin"]
    return pd.DataFrame([kind_of[a] for a in activities], index=activities.index, columns=columns, dtype="str")


def _purchased(rows: pd.DataFrame, inventory: Any) -> pd.DataFrame:
    """Return the rows of scope 2 by the contract that covers them; their quantities are the metered ones."""
    market = rows[rows["scope2_method"] == MARKET]
    market = market.assign(instrument=market["factor_id"].where(market["factor_id"].str.startswith(INSTRUMENT), ""))
    market = market.drop_duplicates(["activity_id", "instrument"])
    metered = rows[rows["scope2_method"] == LOCATION].drop_duplicates("activity_id")
    difference = exact_total(metered["quantity"]) - exact_total(market["quantity"])
    if abs(difference) > CLOSED * max(1.0, exact_total(metered["quantity"].abs())):
        raise RunError(f"Scope 2 has {difference:g} units more by the location-based method than by the market-based")
    covered = market["instrument"].str.removeprefix(INSTRUMENT)
    renewable = covered.isin(renewable_contracts(inventory))
    certificates_sold = market["group"] == OWN_SOLD
    kinds = _kinds(market["activity"])["energy_kind"]
    return market.assign(energy_kind=kinds.mask(certificates_sold, OWN),
                         energy_origin=renewable.map({True: RENEWABLE, False: NON_RENEWABLE}))


def renewable_contracts(inventory: Any) -> set[str]:
    """Return the contracts of the company's params whose technology is a renewable one."""
    return {i.id for i in inventory.params.instruments
            if i.kind != "residual_mix" and f"{TECHNOLOGY}{i.technology.strip().casefold()}" in _routing()}


def _own(inventory: Any) -> pd.DataFrame:
    """Return own generation used on site: the ledger has it, since it emits nothing."""
    ledger = inventory.ledger
    own_rows = ledger[ledger["code"] == "own_generation"]
    carrier, unit = (own_rows["unit"].map(lambda text, at=at: text.rpartition(":")[at]).astype("str") for at in (0, 2))
    return pd.DataFrame({"energy_kind": OWN, "energy_origin": RENEWABLE, "activity": carrier, "region": "",
                         "unit": unit, "quantity": own_rows["amount"]}, index=own_rows.index)


def _mwh(kind: str, activity: str, unit: str, region: str, quantity: float, *, inventory: Any) -> tuple[float, str]:
    """Return the MWh of a quantity, or NaN and the code of why there is none."""
    if kind in (UNMETERED, UNKNOWN):
        return float("nan"), f"energy_{kind}"
    try:
        if kind != FUEL:
            return units.convert(quantity, unit, "MWh"), ""
        return units.convert(quantity, unit, MWH, fuel=activity, year=inventory.year, country=country_of(region),
                             own_fuels=inventory.params.factors.own_fuels), ""
    except UnitError:
        return float("nan"), "energy_bridge"
