"""Server components by Boavizta's method, with the factors of the user's own `boaviztapi`; none is packaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from carbon.core.errors import FileRefused, UsageError
from carbon.core.plain_numbers import refuse_no_number
from carbon.factors.sources.boavizta import LICENCE, PACKAGE, contents_of

FACTORS_FILE = "factors.yml"
CRITERIA = {"gwp": "climate_change", "adp": "resource_minerals"}
"""Key of their file -> our criterion [kg CO2e, kg Sb eq]."""
_NEEDED = {"cpu": ("die_impact", "impact"), "ram": ("die_impact", "impact"), "ssd": ("die_impact", "impact"),
           "hdd": ("impact",), "motherboard": ("impact",), "power_supply": ("impact",), "assembly": ("impact",)}
MM2_PER_CM2 = 100.0


@dataclass(frozen=True)
class Chip:
    """Some processors: units, and the area of the die of one [mm2]."""

    units: float
    die_mm2: float


@dataclass(frozen=True)
class Memory:
    """Some memory modules or solid-state disks: units, capacity of one [GB] and density [GB/cm2]."""

    units: float
    capacity_gb: float
    density_gb_per_cm2: float


def read_components(folder: Path | str | None = None) -> dict[str, Any]:
    """Read the component factors of the user's boaviztapi: component -> criterion -> its figures.

    Parameters
    ----------
    folder
        Where `factors.yml` lies, at any depth; by default the installed package's own.

    Raises
    ------
    UsageError
        The package is not installed and no folder is given.
    FileRefused
        The file is missing, or lacks a component.
    """
    version, contents = contents_of(None if folder is None else Path(folder), (FACTORS_FILE,))
    factors = yaml.safe_load(contents[FACTORS_FILE])
    for component, keys in _NEEDED.items():
        found = factors.get(component) if isinstance(factors, dict) else None
        if not isinstance(found, dict) or any(k not in (found.get(c) or {}) for c in CRITERIA for k in keys):
            raise FileRefused(f"{PACKAGE}: {FACTORS_FILE} has no {component} in both criteria", code="columns_unknown",
                              what_to_do="this reader knows the component factors of versions 0.2 to 1.3")
    return {"source": f"{PACKAGE} {version}, {LICENCE}", **factors}


def server_components(
    factors: Mapping[str, Any], *, cpus: Sequence[Chip], ram: Sequence[Memory], ssds: Sequence[Memory], hdds: float,
    power_supplies_kg: Sequence[float], case: str,
) -> pd.DataFrame:
    """Calculate the manufacture of one server from its components.

    cpu = units x (die x die_impact + impact);  ram, ssd = units x (capacity / density x die_impact + impact);
    hdd = units x impact;  power supply = kg x impact;  motherboard, assembly and case once

    Parameters
    ----------
    factors
        From `read_components`.
    power_supplies_kg
        Mass of each power supply [kg].
    case
        "rack", or "blade" (with a sixteenth of its chassis).

    Returns
    -------
    DataFrame
        component, climate_change [kg CO2e], resource_minerals [kg Sb eq], source; the last row is "server", their sum.

    Raises
    ------
    UsageError
        Another case; a part that is negative or no number.

    References
    ----------
    Boavizta, methodology of the bottom-up API: https://doc.api.boavizta.org (components).
    """
    refuse_no_number("hard disks", at_least=0, hdds=hdds)
    for part in (*ram, *ssds):
        refuse_no_number("memory", at_least=0, units=part.units, capacity_gb=part.capacity_gb)
        refuse_no_number("memory", over=0, density_gb_per_cm2=part.density_gb_per_cm2)
    for chip in cpus:
        refuse_no_number("processor", at_least=0, units=chip.units, die_mm2=chip.die_mm2)
    rows = {name: {"climate_change": 0.0, "resource_minerals": 0.0} for name in (
        "cpu", "ram", "ssd", "hdd", "power_supply", "motherboard", "assembly", "case")}
    per_mm2 = _scale_of_dies(factors)
    for key, criterion in CRITERIA.items():
        of = {name: factors[name][key] for name in _NEEDED}
        die = of["cpu"]["die_impact"] * per_mm2
        values = {
            "cpu": sum(c.units * (c.die_mm2 * die + of["cpu"]["impact"]) for c in cpus),
            "ram": sum(_memory(m, of["ram"]) for m in ram), "ssd": sum(_memory(m, of["ssd"]) for m in ssds),
            "hdd": hdds * of["hdd"]["impact"], "power_supply": sum(power_supplies_kg) * of["power_supply"]["impact"],
            "motherboard": of["motherboard"]["impact"], "assembly": of["assembly"]["impact"],
            "case": _case(factors, key, case)}
        for name, value in values.items():
            rows[name][criterion] = float(value)
    table = pd.DataFrame([{"component": name, **row} for name, row in rows.items()])
    total = {"component": "server", **{c: table[c].sum() for c in CRITERIA.values()}}
    return pd.concat([table, pd.DataFrame([total])], ignore_index=True).assign(source=str(factors["source"]))


def _memory(part: Memory, of: Mapping[str, float]) -> float:
    return part.units * (part.capacity_gb / part.density_gb_per_cm2 * of["die_impact"] + of["impact"])


def _scale_of_dies(factors: Mapping[str, Any]) -> float:
    """Return what makes the die impact of a processor one per mm2: versions write it per cm2 or per mm2.

    Which one shows next to the die impact of memory, which every version writes per cm2.

    Raises FileRefused: It is neither.
    """
    ratio = factors["cpu"]["gwp"]["die_impact"] / factors["ram"]["gwp"]["die_impact"]
    for scale in (1.0 / MM2_PER_CM2, 1.0):
        if 0.05 < ratio * scale * MM2_PER_CM2 < 5.0:
            return scale
    raise FileRefused(f"{PACKAGE}: the die impact of a processor is {ratio:g} times that of memory",
                      code="columns_unknown", what_to_do="its unit is not known: bring a figure of your own")


def _case(factors: Mapping[str, Any], key: str, case: str) -> float:
    of = factors["case"][key]
    if case == "rack":
        return float(of["rack"]["impact"])
    if case == "blade":
        return float(of["blade"]["impact_blade_server"]) + float(of["blade"]["impact_blade_16_slots"]) / 16.0
    raise UsageError(f"No case {case!r}", hint="rack or blade")
