"""Scope 2 twice from one meter: by the grid's average, and by the company's contracts (methods 1.4).

location = sum kWh x grid(region, year)
market = sum over instruments kWh_j x kg_per_kwh_j + kWh_rest x residual mix (or grid average, flagged)
sum kWh_j + kWh_rest = metered kWh

Source: GHG Protocol, Scope 2 Guidance (2015), chapters 6 and 7. The allocation (declared sites first, then pro
rata to kWh, a bill's kWh spread evenly over its days) is our own convention.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.exact import Floats, exact_total
from carbon.core.periods import share_by_days
from carbon.core.text_columns import with_text
from carbon.core.zones import market_of
from carbon.params.shapes.company import Instrument

ELECTRICITY = "electricity"
RESIDUAL_MIX = "electricity.residual"
ORDER_OF_USE = ("certificate", "contract", "supplier_rate", "residual_mix")
GRID_AVERAGE = "no residual mix published: grid average"
NETWORK_AVERAGE = "no contractual instrument: network average"


@dataclass(frozen=True, repr=False)
class Allocation(Displayed):
    """kwh[j, i] of instrument j used by row i, and the kWh that no instrument covers."""

    instruments: tuple[Instrument, ...]
    kwh: Floats
    rest_kwh: Floats


def residual_activities(activities: pd.DataFrame) -> pd.DataFrame:
    """Return the electricity of scope 2 under the name of the residual mix, to be matched with the library."""
    grid = with_text(activities[is_grid_electricity(activities)])
    return grid.assign(activity=RESIDUAL_MIX)


def is_grid_electricity(activities: pd.DataFrame) -> pd.Series:
    """Return which rows contractual instruments can serve: purchased electricity."""
    return (activities["scope"] == "2") & (activities["activity"] == ELECTRICITY)


def negative_energy(activities: pd.DataFrame) -> pd.Series:
    """Return which scope 2 rows are below zero: exported power is not negative scope 2."""
    return (activities["scope"] == "2") & (activities["quantity"] < 0)


def for_period(instruments: Sequence[Instrument], start: date, end: date) -> tuple[Instrument, ...]:
    """Cut the instruments to one reporting year: the consumption they serve, and their volume.

    contract, rate: volume_year = volume x days of the window in the year / days of the window
    with a vintage: volume_year = volume x days of generation that fall to the year / days of generation

    So a contract of three years cannot serve its whole volume in each of them, and a certificate serves the year in
    which its energy was generated. Generation before the window falls to its first day, after it to its last.
    """
    in_year = []
    for it in instruments:
        first, last = max(it.start, start), min(it.end, end)
        if first > last:
            continue
        cut = _cut(it, first, last)
        if cut is not None:
            in_year.append(it.model_copy(update={"start": first, "end": last, **cut}))
    return tuple(in_year)


def _cut(it: Instrument, first: date, last: date) -> dict[str, object] | None:
    """Return the volume and vintage of the days first to last of an instrument's window; None where it has none."""
    made_from, made_to, vintage = it.start, it.end, {}
    window_from, window_to = first, last
    if it.generated_from is not None and it.generated_to is not None:
        made_from, made_to = it.generated_from, it.generated_to
        window_from = made_from if first == it.start else max(first, made_from)
        window_to = made_to if last == it.end else min(last, made_to)
        window_from, window_to = max(window_from, made_from), min(window_to, made_to)
        if window_from > window_to:
            return None
        vintage = {"generated_from": window_from, "generated_to": window_to}
    share = ((window_to - window_from).days + 1) / ((made_to - made_from).days + 1)
    return {"volume_kwh": None if it.volume_kwh is None else it.volume_kwh * share, **vintage}


def allocate(meters: pd.DataFrame, instruments: Sequence[Instrument]) -> Allocation:
    """Allocate kWh to each instrument: never more than its volume, its window, its region or the meter.

    Instruments are used in the order certificate, contract, supplier rate, residual mix; within a kind those that
    name sites come first. An instrument too small for what it may serve is shared pro rata to kWh.

    Parameters
    ----------
    meters
        region, site, period_start, period_end, kwh [kWh]: one row a reading, any order.
    instruments
        From the company's params.

    Raises
    ------
    MethodError
        Negative kWh; an instrument listed twice, serving a site of another market, or with neither a volume nor
        sites.
    """
    _check_instruments(meters, instruments)
    if (meters["kwh"] < 0).any():
        raise MethodError("Negative kWh: exported power is not negative scope 2", rows=meters[meters["kwh"] < 0],
                          hint="report exported power separately; correct a meter by its own corrected reading.")
    ordered = tuple(sorted(instruments, key=lambda i: (ORDER_OF_USE.index(i.kind), not i.sites, i.id)))
    bounds = _bounds(ordered)
    left = _by_segment(meters, bounds)
    kwh = np.zeros((len(ordered), len(meters)))
    for j, instrument in enumerate(ordered):
        served = np.ix_(_segments_of(instrument, bounds), _may_serve(meters, instrument))
        got = left[served] * _share(instrument, left[served])
        left[served] -= got
        kwh[j, served[1][0]] = got.sum(axis=0)
    return Allocation(ordered, kwh, left.sum(axis=0))


def _share(instrument: Instrument, available: Floats) -> float:
    """Return the part of the available kWh that the instrument's volume covers; exactly 1 when it covers all."""
    total = exact_total(available.ravel())
    if instrument.volume_kwh is None or instrument.volume_kwh >= total:
        return 1.0
    return instrument.volume_kwh / total


def _bounds(instruments: Sequence[Instrument]) -> npt.NDArray[np.int64]:
    """Return the days on which a window opens or closes: between two of them, each instrument is valid or not."""
    days = {d.toordinal() for i in instruments for d in (i.start,)} | {i.end.toordinal() + 1 for i in instruments}
    return np.array([np.iinfo(np.int32).min, *sorted(days), np.iinfo(np.int32).max], dtype=np.int64)


def _by_segment(meters: pd.DataFrame, bounds: npt.NDArray[np.int64]) -> Floats:
    """Return the kWh of each row between two bounds, by days; the segments of a row sum to its kWh exactly."""
    epoch = date(1970, 1, 1).toordinal()
    start = meters["period_start"].to_numpy("datetime64[D]").astype(np.int64) + epoch
    days = meters["period_end"].to_numpy("datetime64[D]").astype(np.int64) + epoch + 1 - start
    kwh = meters["kwh"].to_numpy(dtype=np.float64)
    edges = [np.clip(b - start, 0, days) for b in bounds]
    return np.array([share_by_days(kwh, first=a, stop=b, days=days) for a, b in pairwise(edges)])


def _segments_of(instrument: Instrument, bounds: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    first, stop = instrument.start.toordinal(), instrument.end.toordinal() + 1
    return np.flatnonzero((bounds[:-1] >= first) & (bounds[1:] <= stop))


def _may_serve(meters: pd.DataFrame, instrument: Instrument) -> npt.NDArray[np.intp]:
    served = _in_market(meters, instrument)
    if instrument.sites:
        served &= meters["site"].isin(instrument.sites)
    return np.flatnonzero(served)


def _in_market(meters: pd.DataFrame, instrument: Instrument) -> pd.Series:
    """Return which meters are in the instrument's market: zones of one country are one market (`core.zones`)."""
    return meters["region"].map(market_of) == market_of(instrument.region)


def _check_instruments(meters: pd.DataFrame, instruments: Sequence[Instrument]) -> None:
    ids = [i.id for i in instruments]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise MethodError(f"Instruments listed twice: {twice}; a certificate serves once",
                          hint="remove the duplicate under `instruments` in the company's params.")
    for it in instruments:
        where = f"Instrument {it.id}"
        if it.volume_kwh is None and not it.sites and it.kind != "residual_mix":
            raise MethodError(f"{where} has neither a volume nor sites: how many kWh it covers is not known",
                              hint="give volume_kwh or sites under `instruments` in the company's params.")
        elsewhere = meters["site"].isin(it.sites) & ~_in_market(meters, it)
        if elsewhere.any():
            raise MethodError(f"{where} is of region {it.region} but names sites of another region",
                              rows=meters[elsewhere].drop_duplicates(["site", "region"])[["site", "region"]],
                              hint="an instrument serves its own market only; correct sites or region.")


def instrument_use(allocation: Allocation, carrier: str = ELECTRICITY) -> pd.DataFrame:
    """Return the kWh of each instrument: volume, allocated, unused; and the kWh that no instrument covers."""
    rows = [{"instrument": it.id, "kind": it.kind, "region": it.region, "kg_per_kwh": it.kg_per_kwh,
             "volume_kwh": np.nan if it.volume_kwh is None else it.volume_kwh,
             "allocated_kwh": exact_total(kwh), "evidence": it.evidence, "carrier": it.carrier}
            for it, kwh in zip(allocation.instruments, allocation.kwh, strict=True)]
    rest = {"instrument": "", "kind": "uncovered", "region": "", "kg_per_kwh": np.nan, "volume_kwh": np.nan,
            "allocated_kwh": exact_total(allocation.rest_kwh), "evidence": "", "carrier": carrier}
    table = pd.DataFrame([*rows, rest])
    table.insert(6, "unused_kwh", table["volume_kwh"] - table["allocated_kwh"])
    return table
