"""Properties of fuels: the only bridge between mass, volume and energy, and between HHV and LHV.

energy_HHV = mass x GCV;  energy_LHV = mass x NCV;  mass = volume / specific volume

Each record is one row of a publisher's table, with its cells: DESNZ, sheet "Fuel properties" (GB,
data/fuel_properties.csv); EPA's GHG Emission Factors Hub, table 1, and others (data/heat_contents.csv). A country's
own record goes first; where it has none for a conversion, that of GB is used, and `Fuel.country` states it.
Validity: typical fuels as sold in the record's country. DESNZ states neither temperature nor pressure of gas volumes;
of EPA's gases a billed cubic foot is taken as a standard one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from carbon.core import packaged
from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import UnitError
from carbon.core.text import spelled_like

VOLUMES = ("volume", "volume_scf", "volume_normal")
DIMENSIONS = ("mass", *VOLUMES, "energy_HHV", "energy_LHV", "energy")
FALLBACK = "GB"
BILLED_GROSS = {"US": ("therm", "Dth", "Btu", "kBtu", "mmBtu"), "GB": ("therm",)}
"""Units of energy in which a country bills fuels by gross calorific value alone: a bare one states its basis.

US: EPA, GHG Emission Factors Hub, table 1 ("Heat Content (HHV)"), and 40 CFR 98, table C-1 ("Default high
heat value"; 81 FR 89188, 9 December 2016). GB: Gas (Calculation of Thermal Energy) Regulations 1996, which bill gas by
its gross calorific value.
"""
_GJ_PER_T = Fraction(10**9, 1000)  # J/kg
_L_PER_T = Fraction(1, 10**6)  # m3/kg


@dataclass(frozen=True, repr=False)
class Fuel(HandsOut, Displayed):
    """One fuel of one country and edition: base units of each dimension in one amount of it; None without a figure.

    The amount is 1 kg in records of DESNZ, and what the publisher states the heat of in others.
    """

    fuel: str
    year: int
    amounts: Mapping[str, Fraction | None]
    citation: str
    country: str = FALLBACK

    def has(self, start: str, end: str) -> bool:
        """Return whether the record leads from a dimension to another; never from one kind of gas volume to another."""
        return bool(self.amounts.get(start) and self.amounts.get(end)) and not {start, end} <= set(VOLUMES)

    def bridge(self, start: str, end: str) -> Fraction:
        """Return the base units of dimension `end` in one base unit of `start`.

        Raises UnitError: The source has no density or calorific value for this fuel.
        """
        have, want = self.amounts.get(start), self.amounts.get(end)
        if not have or not want or not self.has(start, end):
            lacking = start if not have else end
            raise UnitError(f"No {lacking} property of {self.fuel} ({self.citation})", hint="convert it by hand, or "
                            "state it under `factors.heat_contents` in the company's params")
        return want / have


def properties(fuel: str, year: int | None = None, country: str = FALLBACK) -> Fuel:
    """Return the record of a fuel: the latest edition not after `year`, else the earliest; without a year the newest.

    Raises UnitError: No record for this fuel in this country.
    """
    editions = _records().get((fuel, country))
    if editions is None:
        known_fuels = sorted({name for name, place in _records() if place == country})
        similar = spelled_like(str(fuel), known_fuels)
        raise UnitError(f"No properties of fuel {fuel!r}", hint=f"known: {', '.join(similar or known_fuels)}")
    return _of_year(editions, year)


def _of_year(editions: list[Fuel], year: int | None) -> Fuel:
    if year is None:
        return editions[-1]
    return next((record for record in reversed(editions) if record.year <= year), editions[0])


def bridging(
    fuel: str, start: str, end: str, *, year: int | None = None, country: str = FALLBACK, own_fuels: Sequence[Fuel] = ()
) -> Fuel | None:
    """Return the record that leads from a dimension to another: the company's own, the country's, else that of GB.

    Returns None where none of them does.
    """
    mine = [record for record in own_fuels if record.fuel == fuel and record.country in ("", country)]
    published = [_of_year(_records()[fuel, place], year) for place in dict.fromkeys((country, FALLBACK))
                 if (fuel, place) in _records()]
    return next((record for record in (*mine, *published) if record.has(start, end)), None)


def has_energy(fuel: str) -> bool:
    """Return whether a fuel burns: some record has its gross calorific value. Steam and electricity have none."""
    return any(name == fuel and any(r.amounts.get("energy_HHV") for r in records)
               for (name, _), records in _records().items())


def labels() -> dict[str, str]:
    """Return fuel -> the label of DESNZ."""
    rows = packaged.read_csv(packaged.CORE, "data/fuel_properties.csv")
    return dict(zip(rows["fuel"], rows["label"], strict=True))


@lru_cache(maxsize=1)
def _records() -> dict[tuple[str, str], list[Fuel]]:
    records: dict[tuple[str, str], list[Fuel]] = {}
    for record in sorted([*_of_desnz(), *_of_others()], key=lambda record: (record.fuel, record.year)):
        records.setdefault((record.fuel, record.country), []).append(record)
    return records


def _of_desnz() -> Iterator[Fuel]:
    for row in packaged.read_rows(packaged.CORE, "data/fuel_properties.csv"):
        amounts = {"mass": Fraction(1), "volume": _figure(row["litres_per_t"], _L_PER_T),
                   "energy_HHV": _figure(row["gcv_gj_per_t"], _GJ_PER_T),
                   "energy_LHV": _figure(row["ncv_gj_per_t"], _GJ_PER_T)}
        yield Fuel(row["fuel"], int(row["edition"]), amounts, f"DESNZ {row['edition']}, Fuel properties!{row['cells']}")


def _of_others() -> Iterator[Fuel]:
    for row in packaged.read_rows(packaged.CORE, "data/heat_contents.csv"):
        amounts = {dimension: _figure(row[dimension], Fraction(1)) for dimension in DIMENSIONS if dimension in row}
        yield Fuel(row["fuel"], int(row["edition"]), amounts, f"{row['source']}: {row['printed']}", row["country"])


def _figure(cell: str, scale: Fraction) -> Fraction | None:
    return Fraction(cell) * scale if cell else None
