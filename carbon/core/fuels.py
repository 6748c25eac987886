"""Properties of fuels: the only bridge between mass, volume and energy, and between HHV and LHV.

energy_HHV = mass x GCV;  energy_LHV = mass x NCV;  mass = volume / specific volume

Each record is one row of the DESNZ sheet "Fuel properties" of one edition, with its cells (data/fuel_properties.csv).
Validity: typical fuels as sold in the United Kingdom; the sheet does not state temperature and pressure of gas volumes.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from carbon.core import packaged
from carbon.core.display import Displayed
from carbon.core.errors import UnitError

DIMENSIONS = ("mass", "volume", "energy_HHV", "energy_LHV")
_GJ_PER_T = Fraction(10**9, 1000)  # J/kg
_L_PER_T = Fraction(1, 10**6)  # m3/kg


@dataclass(frozen=True, repr=False)
class Fuel(Displayed):
    """One fuel in one edition: base units of each dimension in one kg; None where the source gives no figure."""

    fuel: str
    year: int
    per_kg: dict[str, Fraction | None]
    citation: str

    def bridge(self, start: str, end: str) -> Fraction:
        """Return the base units of dimension `end` in one base unit of `start`.

        Raises UnitError: The source has no density or calorific value for this fuel.
        """
        have, want = self.per_kg[start], self.per_kg[end]
        if not have or not want:
            lacking = start if not have else end
            raise UnitError(f"No {lacking} property of {self.fuel} ({self.citation})", hint="convert it by hand")
        return want / have


def properties(fuel: str, year: int | None = None) -> Fuel:
    """Return the record of a fuel: the latest edition not after `year`, else the earliest; without a year the newest.

    Raises UnitError: No record for this fuel.
    """
    editions = _records().get(fuel)
    if editions is None:
        similar = difflib.get_close_matches(str(fuel), list(_records()), n=3)
        raise UnitError(f"No properties of fuel {fuel!r}", hint=f"known: {', '.join(similar or sorted(_records()))}")
    if year is None:
        return editions[-1]
    return next((record for record in reversed(editions) if record.year <= year), editions[0])


def known(fuel: str) -> bool:
    """Return whether a fuel (the activity's name) has a record."""
    return fuel in _records()


def labels() -> dict[str, str]:
    """Return fuel -> the publisher's own label."""
    rows = packaged.read_csv(packaged.CORE, "data/fuel_properties.csv")
    return dict(zip(rows["fuel"], rows["label"], strict=True))


@lru_cache(maxsize=1)
def _records() -> dict[str, list[Fuel]]:
    rows = packaged.read_rows(packaged.CORE, "data/fuel_properties.csv")
    records: dict[str, list[Fuel]] = {}
    for row in sorted(rows, key=lambda row: (row["fuel"], int(row["edition"]))):
        per_kg = {
            "mass": Fraction(1),
            "volume": _figure(row["litres_per_t"], _L_PER_T),
            "energy_HHV": _figure(row["gcv_gj_per_t"], _GJ_PER_T),
            "energy_LHV": _figure(row["ncv_gj_per_t"], _GJ_PER_T),
        }
        citation = f"DESNZ {row['edition']}, Fuel properties!{row['cells']}"
        record = Fuel(row["fuel"], int(row["edition"]), per_kg, citation)
        records.setdefault(record.fuel, []).append(record)
    return records


def _figure(cell: str, scale: Fraction) -> Fraction | None:
    return Fraction(cell) * scale if cell else None
