"""The market-based lines of scope 2: instruments first, then the residual mix, then the grid's average with a flag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import zones
from carbon.core.errors import MethodError, UnitError
from carbon.core.ghg_protocol import MARKET, NO_CATEGORY, ROUTES
from carbon.core.params.company import Instrument
from carbon.core.text_columns import by_word, values_of, with_text
from carbon.emissions import scope2
from carbon.emissions.kernel import expand, slots
from carbon.emissions.lines import lines_of

if TYPE_CHECKING:
    from carbon.factors.matching import Matched

INSTRUMENT = "instrument:"
"""Prefix of factor_id where the factor is the company's own contract."""
SOURCE = "company_instruments"
READ = ("activity_id", "activity", "quantity", "unit", "region", "site", "year", "scope", "period_start", "period_end")
"""Columns of an activity that the market-based method reads."""
_KWH = {"kWh": 1.0, "MWh": 1_000.0, "GWh": 1_000_000.0}


def market_lines(
    activities: pd.DataFrame, matched: Matched, *, instruments: Sequence[Instrument], residual: Matched | None
) -> list[pd.DataFrame]:
    """Return the lines of all scope 2 activities by the market-based method; their quantities sum to the metered ones.

    Raises MethodError: Negative energy; an impossible instrument; UnitError: Electricity in a unit that is not an
    energy.
    """
    negative = scope2.negative_energy(activities)
    if negative.any():
        raise MethodError(f"{int(negative.sum()):,} scope 2 activities are negative", rows=activities[negative][
            ["activity_id", "activity", "quantity", "unit", "site"]],
            hint="exported power is not negative scope 2: report it separately; correct a meter by its own reading.")
    of_grid = scope2.is_grid_electricity(activities)
    grid = np.flatnonzero(of_grid)
    electricity = activities[[c for c in READ if c in activities]].take(grid)
    if residual is not None:  # matched under the name of the residual mix, of the same meters otherwise
        residual.check(electricity, columns=("unit", "region", "year", "scope"))
    other = np.flatnonzero((activities["scope"] == "2") & ~of_grid)
    allocation, unit = scope2.allocate(meters(electricity), instruments), _kwh_per_unit(electricity)
    quantity = activities["quantity"].to_numpy()
    return [
        *_instrument_lines(grid, allocation, unit),
        *_rest_lines(matched, residual, grid, allocation, unit, metered=quantity[grid]),
        *_grid_lines(matched, other, quantity[other], note=scope2.NETWORK_AVERAGE),
    ]


def meters(electricity: pd.DataFrame) -> pd.DataFrame:
    """Convert readings to kWh, for `scope2.allocate`."""
    columns = {c: values_of(electricity[c]) for c in ("region", "site", "period_start", "period_end")}
    kwh = electricity["quantity"].to_numpy() * _kwh_per_unit(electricity)
    return with_text(pd.DataFrame({**columns, "kwh": kwh}))


def _kwh_per_unit(electricity: pd.DataFrame) -> npt.NDArray[np.float64]:
    kwh = by_word(electricity["unit"], lambda unit: _KWH.get(unit, np.nan), np.float64)
    if np.isnan(kwh).any():
        raise UnitError("Electricity must be in kWh, MWh or GWh", rows=electricity[np.isnan(kwh)][
            ["activity_id", "quantity", "unit"]], hint="convert the record's unit, or correct it.")
    return kwh


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
    unit: npt.NDArray[np.float64], *, metered: npt.NDArray[np.float64],
) -> list[pd.DataFrame]:
    """Return the lines of kWh that no instrument covers: the region's residual mix, else the grid's average."""
    rest = allocation.rest_kwh / unit
    left = rest > 0
    zero = (metered == 0) & ~left  # a meter at zero keeps its line
    mixed = _has_residual(len(grid), residual)
    lines = _grid_lines(matched, grid[(left | zero) & ~mixed], rest[(left | zero) & ~mixed], note=scope2.GRID_AVERAGE)
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
