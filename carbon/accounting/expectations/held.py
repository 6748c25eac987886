"""What each stream of emissions is held against, so that what nothing could contradict is stated.

A stream is what the rows of one key emit: electricity of a site, an account, a mode of travel. A band holds a stream
where it would tell a digit too many and a digit too few in it. With s the stream's share of what the band is of,

    held:  v (1 - 0.9 s) < low   and   v (1 + 9 s) > high,   v the value, at its inverse for prices

so that limits per person or square metre, which an error of ten passes, hold nothing, and a price holds the rows that
were paid for. Counts, months and repeated rows have bands of their own, and hold no amount.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.bands import MONTHS_A_YEAR, OWN_PAST, REGULAR, WITH_MOVED
from carbon.accounting.expectations.limits import limits_by_key
from carbon.accounting.expectations.measures import DIMENSIONS, SEPARATOR, WHOLE
from carbon.core import packaged
from carbon.core.schemas import NUMBER
from carbon.core.text_columns import lines_of, listed, records_of, text_array

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

AMOUNTS_OF = (m.LEVEL, m.MARKET_PRICE, m.LEDGER_PRICE, m.PER_MONEY, m.LEDGER_MONEY, m.PER_PERSON, m.PER_AREA,
              m.REFILLED, m.SURVEYED)
"""Measures that rise or fall with what a stream emits."""
DIGIT = 10.0
NOTHING, PARTLY = "nothing", "in part"
NEAR_NOTHING, JOINED = 1e-6, ", "
ODD = ("months", "meter", "below", "times")
SOME_ROWS, BILLS, TIMES, MOVED, MUCH = 12, 6, 5.0, 1.2, 5.0
"""Rows a year of a stream, and of a meter, from which a month without one is shown; times the next from which the
largest row is, times the years before from which an amount is, and times the share asked for from which any is.
"""
_KEY = ["kind", "dimension", "key"]


@dataclass(frozen=True)
class Held:
    """What streams are held against.

    streams: kind, dimension, key, co2e_kg (size of what its rows emit), free_kg (what of it is held against nothing),
    against: what holds it, `OWN_PAST` or measures, joined by ", "; `NOTHING` without; most of `free_kg` first.
    """

    streams: pd.DataFrame

    @property
    def co2e_kg(self) -> float:
        """Emissions of all streams [kg CO2e]; signs do not cancel."""
        return float(self.streams["co2e_kg"].sum())

    @property
    def free_kg(self) -> float:
        """Emissions that are held against nothing [kg CO2e]."""
        return float(self.streams["free_kg"].sum())

    def read(self, table: pd.DataFrame, share: float) -> pd.DataFrame:
        """Return the streams as they were read that have a share of all emissions, or that nothing holds.

        Odd: months (of twelve) without rows, of all or of one `meter`, rows `below` zero (share), one many `times` the
        next; NaN where not odd. Nothing is claimed of them. A line each, most at stake first; large: the share or more
        is at stake.
        """
        streams = self.streams.assign(**_odd_rows(table, self.streams))
        lost_share = (MONTHS_A_YEAR / streams["months"] - 1).fillna(0.0)
        below_zero = 2 * streams["below"].fillna(0.0)
        streams["stake_kg"] = streams["co2e_kg"] * np.maximum(1.0, np.maximum(lost_share, below_zero))
        streams["large"] = (streams["stake_kg"] >= share * self.co2e_kg) & (streams["stake_kg"] > 0)
        streams = streams[streams["large"] | (streams["free_kg"] > 0)].sort_values(
            "stake_kg", ascending=False, kind="stable")
        return streams[[*_KEY, "co2e_kg", "free_kg", "against", "stake_kg", "large", *ODD]].merge(
            _levels(table).drop(columns="co2e_kg"), on=_KEY, how="left")

    def moved(self, table: pd.DataFrame, share: float) -> pd.DataFrame:
        """Return the amounts that are within the band of earlier years and moved `share` of all emissions or more.

        They are `MOVED` times as much as before, or as little, or moved `MUCH` times that share.

        times: the amount over the expected one; moved_kg: what it emits more, signed. Most first.
        """
        levels = _levels(table).merge(self.streams[_KEY], on=_KEY)
        levels = levels[levels["basis"].isin([OWN_PAST, WITH_MOVED])]
        levels = levels[levels["value"].between(levels["low"], levels["high"])]
        times = levels["value"] / levels["expected"]
        levels = levels.assign(times=times, moved_kg=levels["co2e_kg"] * (1 - 1 / times))
        moved = levels["moved_kg"].abs() / (share * self.co2e_kg)
        is_moved = (moved >= 1) & (~times.between(1 / MOVED, MOVED) | (moved >= MUCH))
        return levels[is_moved].sort_values("moved_kg", key=np.abs, ascending=False, kind="stable")

    def gone(self, table: pd.DataFrame, share: float) -> pd.DataFrame:
        """Return the streams that earlier years have and this one has not, and that no band misses, of `share` or more.

        A refill of one year may have no other in the next. moved_kg: what it emits less than in the last year with it.
        """
        levels = table[(table["measure"] == m.LEVEL) & (table["rows"] == 0) & (table["expected"] > 0)]
        levels = levels[~(levels["value"] < levels["low"]) & (levels["before_kg"].abs() >= share * self.co2e_kg)]
        dimensions = {kind: stream_dimension(str(kind), {*of}) for kind, of in table.groupby("kind")["dimension"]}
        levels = levels[levels["dimension"] == levels["kind"].map(dimensions)]
        return levels.assign(moved_kg=-levels["before_kg"]).sort_values("moved_kg", kind="stable")

    def mistaken(self, table: pd.DataFrame, share: float) -> pd.DataFrame:
        """Return the streams of `share` or more whose amount may be another quantity, `asked`: both fit all bands.

        Litres of diesel may be kilograms, kWh reactive energy, purchases may hold their tax (`data/mistaken.csv`). A
        stream in several units has a line a unit, and a band of an amount is of its unit alone. moved_kg: what it
        would emit more as that quantity, signed.
        """
        amounts = self.streams[_KEY].assign(at=range(len(self.streams))).merge(_levels(table), on=_KEY)
        taxed = {*lines_of(table.loc[table["measure"] == m.VAT, _KEY], _KEY)}
        bands, rows = list(_bands(table, self.streams)), [amounts.iloc[:0].assign(asked="", moved_kg=0.0)]
        lines, kg = lines_of(amounts, ["kind", "unit", "at"]), amounts["co2e_kg"].to_numpy()
        has_tax = np.array([key in taxed for key in lines_of(amounts, _KEY)], dtype=bool)
        for other in _other_quantities():
            may_be = np.array([kind == other["kind"] and unit.startswith(other["unit"]) for kind, unit, _ in lines],
                              dtype=bool)
            moved_kg = kg * (other["times"] - 1)
            may_be &= (np.abs(moved_kg) >= share * self.co2e_kg) & (moved_kg != 0)
            if not may_be.any():
                continue
            if other["asked"] == "tax":
                may_be &= ~has_tax
            told_places = {(place, band["unit"] if band["measure"] == m.LEVEL else "") for band, at, part in bands
                           for place in at[_tells(band, part, other["times"])].tolist()}
            may_be &= np.array([not {(place, unit), (place, "")} & told_places for _, unit, place in lines], dtype=bool)
            rows.append(amounts.assign(asked=other["asked"], moved_kg=moved_kg)[may_be])
        return pd.concat(rows).drop(columns="at").sort_values("co2e_kg", ascending=False, kind="stable")

    def against(self, table: pd.DataFrame) -> npt.NDArray[np.object_]:
        """Return what holds the stream of each amount of `EXPECTATIONS`; "" for all other measures."""
        words = dict(zip(lines_of(self.streams, _KEY), listed(self.streams["against"]), strict=True))
        return np.array([words.get(tuple(key), "") if measure == m.LEVEL else "" for measure, *key in
                         lines_of(table, ["measure", *_KEY])], dtype=object)


@cache
def _other_quantities() -> list[dict[Hashable, Any]]:
    return records_of(packaged.read_csv("carbon.accounting", "data/mistaken.csv", {"times": NUMBER}))


def held_of(table: pd.DataFrame) -> Held:
    """Return the streams of a year with these `EXPECTATIONS` and what each is held against."""
    streams = _streams(table)
    size, held_kg = streams["co2e_kg"].to_numpy(), np.zeros(len(streams))
    names: list[dict[str, None]] = [{} for _ in range(len(streams))]
    for band, of_band, share in _bands(table, streams):
        name = OWN_PAST if band["basis"] in (OWN_PAST, WITH_MOVED) else str(band["measure"])
        for at in of_band[_tells(band, share, 1 / DIGIT, DIGIT)].tolist():
            held_kg[at] = max(held_kg[at], min(size[at], abs(band["co2e_kg"])))
            names[at][name] = None
    free = np.where(size - held_kg > NEAR_NOTHING * size, size - held_kg, 0.0)
    against = [JOINED.join([*of, *([PARTLY] if left > 0 else [])]) if of else NOTHING
               for of, left in zip(names, free.tolist(), strict=True)]
    out = streams.assign(free_kg=free, against=text_array(against))
    return Held(out.sort_values(["free_kg", *_KEY], ascending=[False, True, True, True]).reset_index(drop=True))


def _bands(table: pd.DataFrame, streams: pd.DataFrame) -> Iterator[tuple[dict[Any, Any], Places, Floats]]:
    """Yield each band of an amount, the places of the streams that it is of, and the share of it that each is."""
    bands = table[table["measure"].isin(AMOUNTS_OF) & (table["low"] > 0) & (table["high"] > 0) & (table["value"] > 0)]
    keys = lines_of(streams, _KEY)
    place_of, size = {key: at for at, key in enumerate(keys)}, streams["co2e_kg"].to_numpy()
    lines = list(zip(lines_of(bands, _KEY), records_of(bands), strict=True))
    with_past = {key for key, band in lines if band["measure"] == m.LEVEL and band["basis"] == OWN_PAST}
    for of_band, band in lines:
        is_moved = band["basis"] == WITH_MOVED  # made with what came: holds nothing of that itself
        if of_band in place_of and not is_moved:
            yield band, np.array([place_of[of_band]]), np.ones(1)
        elif band["dimension"] == WHOLE:
            word = limits_by_key().get((band["kind"], band["measure"], band["unit"]), {"word": ""})["word"]
            at = np.flatnonzero([
                key[0] == band["kind"] and (not word or word in key[2].split(SEPARATOR)) and (
                    not is_moved or key in with_past) for key in keys])
            yield band, at, np.minimum(size[at] / max(abs(band["co2e_kg"]), size[at].max(initial=0.0), 1e-9), 1.0)


def _levels(table: pd.DataFrame) -> pd.DataFrame:
    """Return the amounts that a year has, a line a key and unit."""
    columns = [*_KEY, "measure", "unit", "value", "co2e_kg", "expected", "low", "high", "basis"]
    return table.loc[(table["measure"] == m.LEVEL) & (table["rows"] > 0), columns].astype({"unit": "str"})


def _odd_rows(table: pd.DataFrame, streams: pd.DataFrame) -> dict[str, Floats]:
    """Return months, those of one meter, share below zero, and the largest row over the next; NaN where not odd."""
    keys, most = lines_of(streams, _KEY), dict[tuple[str, ...], float]()
    for line, size in zip(lines_of(table, ["measure", *_KEY]), table["value"].abs().tolist(), strict=True):
        if line[0] in (m.MONTHS, m.NEGATIVE, m.PEAK, m.ROWS):
            most[line] = np.fmax(most.get(line, np.nan), size)

    def of(measure: str) -> Floats:
        return np.array([most.get((measure, *key), np.nan) for key in keys], dtype=np.float64)

    months, below, times = of(m.MONTHS), of(m.NEGATIVE), of(m.PEAK)
    meters = table[(table["measure"] == m.MONTHS) & (table["rows"] >= BILLS) & table["kind"].isin(REGULAR)]
    fewest: dict[tuple[str, str], float] = {}
    for kind, key, number in lines_of(meters, ["kind", "key", "value"]):
        of_meter = kind, key.rsplit(SEPARATOR, 1)[0]
        fewest[of_meter] = np.fmin(fewest.get(of_meter, np.nan), number)
    meter = np.array([fewest.get((kind, key), np.nan) for kind, _, key in keys], dtype=np.float64)
    is_short = (months < MONTHS_A_YEAR) & (streams["kind"].isin(REGULAR).to_numpy() | (of(m.ROWS) >= SOME_ROWS))
    return {"months": np.where(is_short, months, np.nan), "below": np.where(below > 0, below, np.nan),
            "meter": np.where(meter < np.fmin(months, MONTHS_A_YEAR), meter, np.nan),
            "times": np.where(times >= TIMES, times, np.nan)}


def _tells(band: Mapping[Any, Any], share: Floats, *times: float) -> npt.NDArray[np.bool_]:
    """Return where each of these times the amount of a stream with a share of a value would be out of its band. A value
    that is out of it has a breach, which names the stream.
    """
    value, low, high = (float(band[name]) for name in ("value", "low", "high"))
    is_out = np.full(len(share), True)
    for factor in times:
        moved = 1 + (factor - 1) * share
        moved = value / moved if band["measure"] in m.INVERSE else value * moved
        is_out &= (moved < low) | (moved > high)
    return np.asarray(is_out | (not low <= value <= high), dtype=bool)


def _streams(table: pd.DataFrame) -> pd.DataFrame:
    """Return the size of what each stream of a kind emits; the rows that its words do not name are one, with key ""."""
    rows = table.loc[(table["measure"] == m.ROWS) & (table["rows"] > 0), [*_KEY, "co2e_kg"]]
    size = rows["co2e_kg"].abs().groupby([rows[c] for c in _KEY], sort=False).sum().reset_index()
    parts = [size.iloc[:0]]
    for kind, of_kind in size.groupby("kind", sort=False):
        dimension = stream_dimension(str(kind), {*of_kind["dimension"]})
        whole_year, named_streams = (of_kind[of_kind["dimension"] == name] for name in (WHOLE, dimension))
        rest = float(whole_year["co2e_kg"].sum() - named_streams["co2e_kg"].sum())
        parts.append(named_streams if len(named_streams) else whole_year)
        if len(named_streams) and rest > NEAR_NOTHING * float(whole_year["co2e_kg"].sum()):
            parts.append(whole_year.head(1).assign(dimension=dimension, co2e_kg=rest))
    return pd.concat(parts, ignore_index=True)


def stream_dimension(kind: str, present: set[str]) -> str:
    """Return the words that name a stream: of energy site and carrier, of others the first that the rows have."""
    names = [SEPARATOR.join(columns) for columns in DIMENSIONS.get(kind, ())]
    return next((name for name in (names[::-1] if kind == "energy" else names) if name in present), "")
