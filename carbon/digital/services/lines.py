"""Lines of `service_uses`: cloud machines, calls to models, metered kWh and everyday uses, as impacts of a service.

What no open figure covers stays a line: "not covered" with the reason, never zero.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import pandas as pd

from carbon.core import units
from carbon.core.errors import CarbonError, MethodError, MissingFactorError, UsageError
from carbon.core.params.company import FactorPolicy
from carbon.core.plain_numbers import refuse_no_number
from carbon.digital import packaged_tables
from carbon.digital.devices.factors import CATEGORY, band
from carbon.digital.electricity import GridFactor, cloud_grid, grid_factor
from carbon.digital.services.impacts import DATA_CENTRE, EMBODIED, LIFE_CYCLE, NETWORK, TERMINALS, USE
from carbon.factors import Library

ELECTRICITY, IT_ELECTRICITY, STATED, AI = "electricity", "it electricity", "stated", "ai"
METERED = (ELECTRICITY, IT_ELECTRICITY)
PROVIDERS = ("aws", "azure", "gcp")
UTILISATION, MACHINE_YEARS, HOURS_PER_YEAR = 0.5, 4.0, 8760.0
"""Load of a virtual machine, and life of its server, where nothing is known: Cloud Carbon Footprint's defaults."""
_STAGES = (("terminal_manufacture_kg", TERMINALS, EMBODIED), ("terminal_use_kg", TERMINALS, USE),
           ("network_kg", NETWORK, LIFE_CYCLE), ("data_centre_manufacture_kg", DATA_CENTRE, EMBODIED),
           ("data_centre_use_kg", DATA_CENTRE, USE))
GridOf = Callable[[str, int], GridFactor]
"""(country or cloud region, year) -> its grid factor."""


@dataclass(frozen=True)
class UseLine:
    """One line of `service_uses` within the year; `quantity` is the part of it that falls in the year."""

    item: str
    detail: str
    quantity: float
    unit: str
    zone: str
    vcpu: float = math.nan
    vcpu_host: float = math.nan
    pue: float = math.nan

    @property
    def name(self) -> str:
        """What the line is in a table of items."""
        return f"{self.item}: {self.detail}" if self.detail else self.item


@dataclass(frozen=True)
class Part:
    """Impact of one stage of a line [kg CO2e]; NaN with its reason where it is not covered."""

    tier: str
    step: str
    item: str
    value: float
    low: float
    high: float
    factor_ids: str
    reason: str = ""


def cloud_kwh(hours: float, vcpu: float, min_w: float, max_w: float, *, utilisation: float, pue: float) -> float:
    """Return hours x vCPU x (min + utilisation x (max - min)) / 1000 x PUE [kWh].

    References
    ----------
    Cloud Carbon Footprint, methodology, compute; watts per virtual CPU.
    """
    refuse_no_number("cloud machine", at_least=0, hours=hours, vcpu=vcpu, min_w=min_w, max_w=max_w)
    refuse_no_number("cloud machine", at_least=0, at_most=1, utilisation=utilisation)
    refuse_no_number("cloud machine", at_least=1, hint="PUE = total energy of the site / energy of its IT", pue=pue)
    return hours * vcpu * (min_w + utilisation * (max_w - min_w)) / 1000.0 * pue


def embodied_share(total: float, hours: float, lifespan_years: float, reserved: float, available: float) -> float:
    """Return M = TE x (TiR / EL) x (RR / ToR): the share of a machine's manufacture that a use of it takes.

    1,000 kg over four years, reserved for one hour: 1000 x 1 / (4 x 365 x 24) = 0.0285 kg, as in the specification.

    Parameters
    ----------
    total
        TE, embodied emissions of the whole machine; the result has its unit.
    hours, lifespan_years
        TiR, the hours reserved; EL, the life of the machine.
    reserved, available
        RR of ToR: e.g. virtual CPUs.

    References
    ----------
    ISO/IEC 21031:2024; Green Software Foundation, Software Carbon Intensity 1.1, "Embodied emissions".
    """
    refuse_no_number("share of manufacture", at_least=0, total=total, hours=hours)
    refuse_no_number("share of manufacture", over=0, lifespan_years=lifespan_years, available=available)
    refuse_no_number("share of manufacture", at_least=0, reserved=reserved)
    if reserved > available:
        raise MethodError(f"{reserved:g} reserved of a machine of {available:g}",
                          hint="no more is reserved than the machine has")
    return total * hours / (lifespan_years * HOURS_PER_YEAR) * reserved / available


def parts_of(line: UseLine, year: int, grid_of: GridOf) -> list[Part]:
    """Return the impacts of one line by tier and step; what has no figure is a part without a value."""
    try:
        if line.item in METERED:
            return list(_metered(line, year, grid_of))
        if line.item in PROVIDERS:
            return list(_machine(line, year, grid_of))
        if line.item == AI:
            return list(_call(line, year, grid_of))
        if line.item in _rows("uses", "use"):
            return list(_everyday(line))
    except CarbonError as error:
        return [_missing(line, f"{error.what}; {error.hint}" if error.hint else error.what)]
    return [_missing(line, "no open figure of such an item: give its kWh as a line `electricity`, if they are known")]


def _missing(line: UseLine, reason: str, step: str = LIFE_CYCLE, tier: str = DATA_CENTRE) -> Part:
    return Part(tier, step, line.name, math.nan, math.nan, math.nan, "", reason)


def in_unit(line: UseLine, unit: str) -> float:
    """Return the quantity in a unit of the same dimension, or in the counted thing that it names."""
    if line.unit == unit:
        return line.quantity
    return float(units.convert(line.quantity, line.unit, unit))


def _metered(line: UseLine, year: int, grid_of: GridOf) -> Iterator[Part]:
    grid, kwh = grid_of(line.zone, year), in_unit(line, "kWh")
    if line.item == IT_ELECTRICITY:
        refuse_no_number("it electricity", at_least=1, hint="give the service its PUE, or bill the whole site's kWh",
                         pue=line.pue)
        kwh *= line.pue
    kg = kwh * grid.kg_per_kwh
    yield Part(DATA_CENTRE, USE, line.name, kg, kg, kg, grid.factor_id)
    yield from _upstream(line, grid)


def _upstream(line: UseLine, grid: GridFactor) -> Iterator[Part]:
    """Yield the upstream of electricity as not covered, where the grid's factor is of its operation alone."""
    if grid.operation_only:
        named_line = replace(line, detail=f"{line.detail} (upstream of electricity)".strip())
        yield _missing(named_line, "the provider's factor of the region is of its operation alone", step=USE)


def _machine(line: UseLine, year: int, grid_of: GridOf) -> Iterator[Part]:
    machine = _machines().get((line.item, line.detail.casefold()))
    is_given = math.isfinite(line.vcpu)
    vcpu = line.vcpu if is_given else machine["vcpu"] if machine else math.nan
    if not math.isfinite(vcpu):
        yield _missing(line, "the name of the machine does not state its virtual CPUs: give vcpu")
        return
    hours, grid = in_unit(line, "h"), grid_of(line.zone, year)
    power = machine or _machines()[line.item, ""]
    pue = packaged_tables.figure("cloud_pue", line.item)
    value, low, high = (cloud_kwh(hours, vcpu, power["min_w"], power["max_w"], utilisation=load, pue=pue)
                        * grid.kg_per_kwh for load in (UTILISATION, 0.0, 1.0))
    yield Part(DATA_CENTRE, USE, line.name, value, low, high, f"cloud_machines:{line.item}; {grid.factor_id}")
    yield from _upstream(line, grid)
    host = line.vcpu_host if math.isfinite(line.vcpu_host) else machine["vcpu_host"] if machine else math.nan
    if machine is None or not math.isfinite(host):
        yield _missing(line, "no machine of that name: its manufacture is not known", step=EMBODIED)
        return
    kg = embodied_share(machine["embodied_kg"], hours, MACHINE_YEARS, vcpu, host)
    yield _banded(DATA_CENTRE, EMBODIED, line.name, kg, f"cloud_machines:{line.item}")


def _call(line: UseLine, year: int, grid_of: GridOf) -> Iterator[Part]:
    models = _rows("ai_calls", "model")
    row = models.get(line.detail.casefold())
    if row is None:
        yield _missing(line, f"no open figure of {line.detail or 'a model without a name'}; a figure of another model "
                             f"is not used (known: {', '.join(sorted(models))})")
        return
    calls = in_unit(line, row["unit"])
    if row["co2e_kg"]:
        kg = calls * float(row["co2e_kg"])
        yield _banded(DATA_CENTRE, LIFE_CYCLE, line.name, kg, f"ai_calls:{row['model']}")
        return
    grid = grid_of(line.zone, year)
    used_kg = calls * float(row["kwh"]) * grid.kg_per_kwh
    yield Part(DATA_CENTRE, USE, line.name, used_kg, used_kg, used_kg, f"ai_calls:{row['model']}; {grid.factor_id}")
    yield from _upstream(line, grid)
    yield _missing(line, "the maker states the energy of a call, not the manufacture of its machines", step=EMBODIED)


def _everyday(line: UseLine) -> Iterator[Part]:
    row = _rows("uses", "use")[line.item]
    number = in_unit(line, row["unit"])
    for column, tier, step in _STAGES:
        if row[column]:
            yield _banded(tier, step, line.name, number * float(row[column]), f"uses:{line.item}")


def _banded(tier: str, step: str, item: str, kg: float, factor_ids: str) -> Part:
    down, up = band(CATEGORY, "")
    return Part(tier, step, item, kg, kg / down, kg * up, factor_ids)


def defaults_of(line: UseLine) -> dict[str, str]:
    """Return what replaces an answer that the line does not give: name -> value."""
    if line.item not in PROVIDERS:
        return {}
    machine = _machines().get((line.item, line.detail.casefold()))
    default_of = {"utilisation": f"{UTILISATION:g}", "machine_lifespan_years": f"{MACHINE_YEARS:g}",
                  "pue": f"{packaged_tables.figure('cloud_pue', line.item):g}"}
    if machine is None and math.isfinite(line.vcpu):
        power = _machines()[line.item, ""]
        default_of[f"watts of a vCPU, mean of {line.item}"] = f"{power['min_w']:.3g} to {power['max_w']:.3g}"
    if machine and not math.isfinite(line.vcpu):
        default_of["vcpu"] = f"{machine['vcpu']:g}"
    if machine and not math.isfinite(line.vcpu_host):
        default_of["vcpu_host"] = f"{machine['vcpu_host']:g}"
    return {f"{line.name}: {name}": value for name, value in default_of.items() if value != "nan"}


@cache
def _machines() -> Mapping[tuple[str, str], dict[str, float]]:
    """Return the machines by provider and name; the name "" has the mean power of a provider's machines."""
    table = packaged_tables.load("cloud_machines")
    numbers = ["vcpu", "vcpu_host", "embodied_kg", "min_w", "max_w"]
    values = table[numbers].to_numpy(dtype="float64").tolist()
    rows = {(str(provider), str(machine).casefold()): dict(zip(numbers, row, strict=True))
            for provider, machine, row in zip(table["provider"], table["machine"], values, strict=True)}
    for provider, power in table.groupby("provider")[["min_w", "max_w"]].mean().iterrows():
        rows[str(provider), ""] = {str(column): float(watts) for column, watts in power.items()}
    return rows


@cache
def _rows(name: str, key: str) -> Mapping[str, dict[str, str]]:
    """Return the rows of a packaged table as text, by one column; a blank cell is ""."""
    table = packaged_tables.load(name).astype("str").replace("nan", "")
    return {str(row[key]): {str(c): str(v) for c, v in row.items()} for row in table.to_dict("records")}


def zone_grid(library: Library, *, zone: str, year: int, policy: FactorPolicy, gwp: str) -> GridFactor:
    """Return the grid factor of a country, or of a cloud provider's region.

    A region has the factor that its provider publishes, else that of its country, which the note states.

    Raises MissingFactorError: No factor of the zone; a region that the packaged table does not know.
    """
    if re.fullmatch(r"[A-Z]{2}", zone):
        return grid_factor(library, zone=zone, year=year, policy=policy, gwp=gwp)
    row = _rows("cloud_regions", "cloud_region").get(zone)
    if row is None:
        raise MissingFactorError(f"{zone!r} is no country and no known region of a cloud provider",
                                 hint="write two letters, e.g. FR, or the region as its provider names it")
    country = row["zone"]
    if row["activity"]:
        return cloud_grid(library, activity=row["activity"], zone=zone, year=year, policy=policy)
    grid = grid_factor(library, zone=country, year=year, policy=policy, gwp=gwp)
    return replace(grid, zone=zone, note="; ".join(filter(None, (grid.note, f"that of the country, {country}"))))


def refuse_doubles(versions: Iterable[tuple[str, str, pd.Timestamp, pd.Timestamp]]) -> None:
    """Raise where two versions (service, version, start, end) have one name or a day in common: each would count twice.

    Raises UsageError: Which service, and what to do.
    """
    for (service, name, start, end), (other, other_name, other_start, other_end) in combinations(versions, 2):
        # A blank day is open: it is before and after nothing.
        if service == other and (name == other_name or not (end < other_start or other_end < start)):
            raise UsageError(f"Service {service}: two versions have one name or a day in common",
                             hint="name each version, and end one before the next; service.yml is a version of its own")
