"""The market-based lines of scope 2: instruments first, then the residual mix, then the grid's average with a flag.

Heat, steam and cooling have no residual mix: what no instrument covers takes the network's average, with a flag
(Scope 2 Guidance, 2015, appendix A).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units, zones
from carbon.core.errors import MethodError, UnitError
from carbon.core.ghg_protocol import MARKET, NO_CATEGORY, ROUTES
from carbon.core.text_columns import by_word, values_of, with_text
from carbon.emissions import scope2
from carbon.emissions.kernel import expand, slots
from carbon.emissions.lines import lines_of
from carbon.emissions.quality_criteria import unmet_of_itself
from carbon.emissions.scope2 import ELECTRICITY
from carbon.params.shapes.company import Instrument

if TYPE_CHECKING:
    from carbon.factors.matching import Matched

INSTRUMENT = "instrument:"
"""Prefix of factor_id where the factor is the company's own contract."""
SOURCE = "company_instruments"
READ = ("activity_id", "activity", "quantity", "unit", "region", "site", "year", "scope", "period_start", "period_end")
"""Columns of an activity that the market-based method reads."""


def market_lines(
    activities: pd.DataFrame, matched: Matched, *, instruments: Sequence[Instrument], residual: Matched | None
) -> list[pd.DataFrame]:
    """Return the lines of all scope 2 activities by the market-based method; their quantities sum to the metered ones.

    Raises MethodError: Negative energy; an impossible instrument, or one without evidence; UnitError: Electricity in a
    unit that is not an energy.
    """
    _refuse_unproved(instruments)
    negative = scope2.negative_energy(activities)
    if negative.any():
        raise MethodError(f"{int(negative.sum()):,} scope 2 activities are negative", rows=activities[negative][
            ["activity_id", "activity", "quantity", "unit", "site"]],
            hint="exported power is not negative scope 2: report it separately; correct a meter by its own reading.")
    left, readings = np.array(activities["scope"] == "2"), activities[[c for c in READ if c in activities]]
    lines = []
    for carrier in (ELECTRICITY, *sorted({i.carrier for i in instruments} - {ELECTRICITY})):
        at = served_rows(activities, carrier)
        left[at] = False
        of_carrier = readings.take(at)
        if residual is not None and carrier == ELECTRICITY:  # matched under the name of the residual mix
            residual.check(of_carrier, columns=("unit", "region", "year", "scope"))
        allocation = scope2.allocate(meters(of_carrier), [i for i in instruments if i.carrier == carrier])
        unit, metered = kwh_per_unit(of_carrier), of_carrier["quantity"].to_numpy()
        of_grid = carrier == ELECTRICITY
        lines += [*_instrument_lines(at, allocation, unit),
                  *_rest_lines(matched, residual if of_grid else None, at, allocation, unit, metered=metered,
                               note=scope2.GRID_AVERAGE if of_grid else scope2.NETWORK_AVERAGE)]
    other = np.flatnonzero(left)
    return [*lines, *_grid_lines(matched, other, activities["quantity"].to_numpy()[other], note=scope2.NETWORK_AVERAGE)]


def _refuse_unproved(instruments: Sequence[Instrument]) -> None:
    for it in instruments:
        faults = unmet_of_itself(it)
        if faults:
            raise MethodError(f"Instrument {it.id} cannot be applied: {'; '.join(f.reason for f in faults)}",
                              hint="; ".join(f.remedy for f in faults))


def served_rows(activities: pd.DataFrame, carrier: str) -> npt.NDArray[np.intp]:
    """Return the places of the scope 2 rows that instruments of a carrier can serve: purchased energy.

    Steam by mass has no kWh, and no instrument can serve it.
    """
    def is_served(name: str) -> bool:
        return name == carrier if carrier == ELECTRICITY else name.partition(".")[0] == carrier
    of_carrier = by_word(activities["activity"], is_served, np.bool_) & (activities["scope"] == "2").to_numpy()
    if carrier != ELECTRICITY:
        of_carrier &= by_word(activities["unit"], lambda unit: not np.isnan(_kwh(unit)), np.bool_)
    return np.flatnonzero(of_carrier)


def meters(readings: pd.DataFrame) -> pd.DataFrame:
    """Convert readings to kWh, for `scope2.allocate`."""
    columns = {c: values_of(readings[c]) for c in ("region", "site", "period_start", "period_end")}
    kwh = readings["quantity"].to_numpy() * kwh_per_unit(readings)
    return with_text(pd.DataFrame({**columns, "kwh": kwh}))


def kwh_per_unit(readings: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the kWh of one unit of each reading.

    Raises UnitError: A unit that is not an energy.
    """
    kwh = by_word(readings["unit"], _kwh, np.float64)
    if np.isnan(kwh).any():
        raise UnitError("Electricity must be in kWh, MWh or GWh", rows=readings[np.isnan(kwh)][
            ["activity_id", "quantity", "unit"]], hint="convert the record's unit, or correct it.")
    return kwh


def _kwh(unit: str) -> float:
    try:
        return float(units.convert(1.0, unit, "kWh"))
    except UnitError:
        return np.nan


def _instrument_lines(
    grid: npt.NDArray[np.intp], allocation: scope2.Allocation, unit: npt.NDArray[np.float64]
) -> list[pd.DataFrame]:
    blocks = []
    for instrument, kwh in zip(allocation.instruments, allocation.kwh, strict=True):
        served = np.flatnonzero(kwh)
        if len(served):
            blocks.append(_of_instrument(instrument, grid[served], kwh[served] / unit[served], unit[served]))
    return blocks


def _of_instrument(
    instrument: Instrument, row: npt.NDArray[np.intp], quantity: npt.NDArray[np.float64],
    kwh_per_unit: npt.NDArray[np.float64],
) -> pd.DataFrame:
    """Return the lines of a contract; at zero its gases are zero too, above zero only its CO2e is known."""
    kg_per_unit = instrument.kg_per_kwh * kwh_per_unit
    gas = 0.0 if instrument.kg_per_kwh == 0 else np.nan
    return pd.DataFrame({
        "row": row, "part": "combustion", "scope": "2", "category": NO_CATEGORY, "scope2_method": MARKET,
        "factor_id": INSTRUMENT + instrument.id, "source_id": SOURCE, "quantity": quantity,
        "kg_per_unit": kg_per_unit, "co2_kg": gas, "ch4_kg": gas, "n2o_kg": gas, "co2e_kg": quantity * kg_per_unit,
        "biogenic_co2_kg": 0.0, "reason": f"{instrument.kind} {instrument.id}", "gwp_used": "not stated",
        "kyoto": True,
    })


def _rest_lines(
    matched: Matched, residual: Matched | None, grid: npt.NDArray[np.intp], allocation: scope2.Allocation,
    unit: npt.NDArray[np.float64], *, metered: npt.NDArray[np.float64], note: str,
) -> list[pd.DataFrame]:
    """Return the lines of kWh that no instrument covers: the region's residual mix, else the grid's average."""
    rest = allocation.rest_kwh / unit
    left = rest > 0
    zero = (metered == 0) & ~left  # a meter at zero keeps its line
    mixed = _has_residual(len(grid), residual)
    lines = _grid_lines(matched, grid[(left | zero) & ~mixed], rest[(left | zero) & ~mixed], note=note)
    if residual is not None and mixed.any():
        at = np.flatnonzero((left | zero) & mixed)
        lines.append(_lines_in_scope2(residual, at, grid[at], rest[at], note=""))
    return lines


def _has_residual(rows: int, residual: Matched | None) -> npt.NDArray[np.bool_]:
    """Return which rows have a residual mix of their own region, or of the country of their zone; no other is used."""
    if residual is None or not len(residual.resolved.table):
        return np.zeros(rows, dtype=bool)
    table = residual.resolved.table
    keys = residual.resolved.keys
    region = dict(zip(keys["key_id"].tolist(), keys["region"].tolist(), strict=True))
    used_regions = zip(table["key_id"].tolist(), table["region_used"].tolist(), strict=True)
    return np.isin(residual.codes, [key for key, place in used_regions if zones.contains(place, region[key])])


def _grid_lines(
    matched: Matched, row: npt.NDArray[np.intp], quantity: npt.NDArray[np.float64], *, note: str
) -> list[pd.DataFrame]:
    return [_lines_in_scope2(matched, row, row, quantity, note=note)] if len(row) else []


def _lines_in_scope2(
    matched: Matched, at: npt.NDArray[np.intp], row: npt.NDArray[np.intp], quantity: npt.NDArray[np.float64], *,
    note: str,
) -> pd.DataFrame:
    """Return lines of the generation parts only: upstream and losses are in category 3 once, from the same kWh."""
    resolution = matched.resolved.table
    pair, entry = expand(matched.codes[at], slots(resolution))
    generation = [p for p, to in ROUTES["2"].items() if to == ("2", NO_CATEGORY)]
    is_generation = resolution["part"].isin(generation).to_numpy()[entry]
    pair, entry = pair[is_generation], entry[is_generation]
    return lines_of(resolution, row=row[pair], entry=entry, quantity=quantity[pair], scope="2",
                    category=NO_CATEGORY, method=MARKET, note=note)
