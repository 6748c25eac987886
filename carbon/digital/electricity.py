"""Electricity of digital figures: the life-cycle grid factor by zone and year, and electricity contracts.

Contracts show both scope 2 figures, and the renewable share under contract. No offset enters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from carbon.core.digital_tables import ENERGY_CONTRACT
from carbon.core.display import Displayed
from carbon.core.errors import AmbiguousFactorError, MissingFactorError, TableError, UsageError
from carbon.factors import Library
from carbon.factors.matching import resolve
from carbon.factors.misses import AMBIGUOUS
from carbon.params.shapes.company import FactorPolicy

GRAMS_PER_KG = 1000.0


@dataclass(frozen=True, repr=False)
class GridFactor(Displayed):
    """kg_per_kwh [kg CO2e/kWh], and where it comes from, so that it can be printed under each table."""

    kg_per_kwh: float
    factor_id: str
    zone: str
    year: int
    source: str
    note: str = ""
    operation_only: bool = False
    """Whether the factor lacks the upstream of electricity."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.kg_per_kwh) and self.kg_per_kwh >= 0):
            raise UsageError(f"A grid factor of {self.kg_per_kwh} kg CO2e/kWh", hint="give a number, zero or more")

    @property
    def words(self) -> str:
        """One line for the foot of a table."""
        note = f"; {self.note}" if self.note else ""
        origin = f"{self.factor_id}, {self.source}{note}"
        return f"grid {self.zone} {self.year}: {self.kg_per_kwh:.6g} kg CO2e/kWh ({origin})"


def given_grid(kg_per_kwh: float, *, zone: str, year: int, source: str) -> GridFactor:
    """Return a grid factor of the user, who must name its source.

    Raises UsageError: No source; a negative or missing number.
    """
    if not source.strip():
        raise UsageError("A grid factor of your own needs its source", hint='source="supplier contract 2024, page 3"')
    return GridFactor(float(kg_per_kwh), "given", zone, year, source)


def grid_factor(library: Library, *, zone: str, year: int, policy: FactorPolicy, gwp: str) -> GridFactor:
    """Return the life-cycle factor of one kWh of a zone's grid, by the company's own rule of choosing factors.

    kg_per_kwh = sum over the element's parts (combustion, upstream, losses, or the life-cycle total)

    policy: Of the company: preferred sources and vintage; its region chains are not used: name a replacement zone.
    gwp: Factors whose CO2e is published in an unstated set are used as published, with a note.

    Raises MissingFactorError: No life-cycle factor of this zone within the vintage; AmbiguousFactorError: Several
    sources fit; name one in `factors.prefer`.
    """
    rows = library.table[(library.table["activity"] == "electricity") & (library.table["region"] == zone)]
    upstream = rows.loc[rows["life_cycle"] | (rows["part"] == "upstream"), "element_id"]
    pool = replace(library, table=rows[rows["element_id"].isin(upstream)])
    keys = pd.DataFrame({"key_id": [0], "activity": ["electricity"], "unit": ["kWh"], "region": [zone],
                         "year": [int(year)], "scope": ["3"]})
    keys = keys.astype(dict.fromkeys(("activity", "unit", "region", "scope"), "str"))
    resolution = resolve(keys, pool, policy=policy, gwp=gwp, allow_mixed_gwp=sorted(set(rows["source_id"])),
                         non_co2="as_published")
    if resolution.table.empty:
        reason = resolution.misses["reason"].iloc[0] if len(resolution.misses) else "none"
        if len(resolution.misses) and resolution.misses["code"].iloc[0] == AMBIGUOUS:
            raise AmbiguousFactorError(f"Life-cycle grid factor of zone {zone} for {year}: {reason}",
                                       hint="name one source in factors.prefer of the company's params")
        raise MissingFactorError(
            f"No life-cycle grid factor of zone {zone} for {year}: {reason}",
            hint="give one with given_grid(..., source=...), or add it to the company's factors.csv")
    first = resolution.table.iloc[0]
    note = "" if int(first["vintage_gap"]) == 0 else f"factor of {int(first['factor_year'])}"
    return GridFactor(float(resolution.table["co2e_kg"].sum()), str(first["element_id"]), zone,
                      int(first["factor_year"]), str(first["source_id"]), note)


def cloud_grid(library: Library, *, activity: str, zone: str, year: int, policy: FactorPolicy) -> GridFactor:
    """Return the factor that a cloud provider publishes of one region's grid, the year nearest within the vintage.

    Raises MissingFactorError: No year of it within the vintage.
    """
    rows = library.table[library.table["activity"] == activity]
    older, gaps = rows["valid_from"] <= year, (rows["valid_from"] - year).abs()
    rule = policy.vintage
    usable = rows[(older & (gaps <= rule.older_max_gap)) | (~older & (rule.later == "allow") & (gaps <= rule.max_gap))]
    if usable.empty:
        raise MissingFactorError(f"No factor of the cloud region {zone} for {year}",
                                 hint="write the country as its zone: the grid is then that of the country")
    row = usable.loc[gaps[usable.index].idxmin()]
    operation = str(row["part"]) != "total"
    note = "operation alone, without the upstream of electricity" if operation else ""
    return GridFactor(float(row["co2e_kg"]), str(row["element_id"]), zone, int(row["valid_from"]),
                      str(row["source_id"]), note, operation_only=operation)


def with_metered(contracts: pd.DataFrame, kwh_by_site: Mapping[str, float]) -> pd.DataFrame:
    """Return contracts whose blank kWh are those of the meters of their site.

    Raises TableError: No meter has the site, or another contract of the site is valid as well.
    """
    blank = contracts["kwh"].isna()
    shared = contracts["site"].duplicated(keep=False) & contracts["site"].isin(contracts.loc[blank, "site"])
    _check(contracts, shared, "contracts of a site with several, and no kWh for one of them",
           "give the kWh of each: which meter a contract serves is not known")
    unmetered = blank & ~contracts["site"].isin(list(kwh_by_site))
    _check(contracts, unmetered, "contracts without kWh, of sites without electricity in the inventory",
           "give their kWh, or write the site as the meters do")
    return contracts.assign(kwh=contracts["kwh"].fillna(contracts["site"].map(dict(kwh_by_site)).astype("float64")))


def proved(contracts: pd.DataFrame) -> pd.DataFrame:
    """Return contracts, checked, with renewable_kwh: what their proof covers.

    Raises TableError: As `contracts_table`.
    """
    open_end = pd.Series(pd.NaT, contracts.index, dtype="datetime64[s]")
    table = ENERGY_CONTRACT.validate(contracts.assign(
        **{c: open_end for c in ("period_start", "period_end") if c not in contracts}))
    without_method = table["market_g_per_kwh"].notna() & (table["method"] == "")
    _check(table, without_method, "market-based figures without a method",
           "name in `method` how the supplier computed it")
    _check(table, ~table["renewable_share"].between(0, 1) | (table["kwh"] < 0), "shares or kWh out of range",
           "a share lies between 0 and 1, kWh are not negative")
    return table.assign(renewable_kwh=table["kwh"] * table["renewable_share"].where(table["proof"] != "", 0.0))


def contracts_table(contracts: pd.DataFrame, grids: Mapping[str, GridFactor]) -> pd.DataFrame:
    """Return each contract with its location-based and market-based kg, in two columns.

    site, supplier, kwh, renewable_kwh (under proof), location_co2e_kg, market_co2e_kg (NaN where the supplier states
    none), method, proof.

    Raises TableError: A market figure without the label of its method (one supplier published 7.0 and 12.4 g/kWh for
    one year by two methods), a share beyond 0 to 1; MissingFactorError: No grid factor of a contract's zone was given.
    """
    table = proved(contracts)
    missing = sorted(set(table["zone"]) - set(grids))
    if missing:
        raise MissingFactorError(f"No grid factor of zone {', '.join(missing) or '(none given)'}",
                                 hint="fill `zone` in energy_contracts.csv, and resolve its factor")
    per_kwh = table["zone"].map({zone: g.kg_per_kwh for zone, g in grids.items()})
    return table.assign(
        location_co2e_kg=table["kwh"] * per_kwh,
        market_co2e_kg=table["kwh"] * table["market_g_per_kwh"] / GRAMS_PER_KG,
    )[["site", "supplier", "kwh", "renewable_kwh", "location_co2e_kg", "market_co2e_kg", "method", "proof"]]


def _check(table: pd.DataFrame, bad: pd.Series, what: str, hint: str) -> None:
    if bad.any():
        raise TableError(f"energy_contracts: {int(bad.sum())} {what}", rows=table[bad], hint=hint)
