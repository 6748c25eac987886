"""What each stream of emissions is held against, so that what nothing could contradict is stated.

A stream is what the rows of one key emit: electricity of a site, an account, a mode of travel. A band holds a stream
where it would tell a digit too many and a digit too few in it. With s the stream's share of what the band is of,

    held:  v (1 - 0.9 s) < low   and   v (1 + 9 s) > high,   v the value, at its inverse for prices

so that limits per person or square metre, which an error of ten passes, hold nothing, and a price holds the rows that
were paid for. Counts, months and repeated rows have bands of their own, and hold no amount.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.bands import MONTHS_A_YEAR, OWN_PAST, REGULAR, WITH_MOVED
from carbon.accounting.expectations.limits import limits_by_key
from carbon.accounting.expectations.measures import DIMENSIONS, SEPARATOR, WHOLE, Line, key_of
from carbon.core import packaged
from carbon.core.schemas import NUMBER
from carbon.core.text_columns import records_of

AMOUNTS_OF = (m.LEVEL, m.MARKET_PRICE, m.LEDGER_PRICE, m.PER_MONEY, m.LEDGER_MONEY, m.PER_PERSON, m.PER_AREA,
              m.REFILLED, m.SURVEYED)
"""Measures that rise or fall with what a stream emits."""
DIGIT = 10.0
NOTHING, PARTLY = "nothing", "in part"
NEAR_NOTHING, JOINED = 1e-6, ", "
ODD = (m.MONTHS, m.NEGATIVE, m.PEAK, m.ROWS)
SOME_ROWS, BILLS, TIMES, MOVED, MUCH = 12, 6, 5.0, 1.2, 5.0
"""Rows a year of a stream, and of a meter, from which a month without one is shown; times the next from which the
largest row is, times the years before from which an amount is, and times the share asked for from which any is.
"""


@dataclass(frozen=True)
class Held:
    """What streams are held against.

    lines: `EXPECTATIONS` of the year; streams: kind, dimension, key, co2e_kg (size of what its rows emit), free_kg
    (what of it is held against nothing), against: what holds it, `OWN_PAST` or measures, joined by ", "; `NOTHING`
    without; most of `free_kg` first. A mapping each.
    """

    lines: list[Line]
    streams: list[Line]

    @property
    def co2e_kg(self) -> float:
        """Emissions of all streams [kg CO2e]; signs do not cancel."""
        return math.fsum(stream["co2e_kg"] for stream in self.streams)

    @property
    def free_kg(self) -> float:
        """Emissions that are held against nothing [kg CO2e]."""
        return math.fsum(stream["free_kg"] for stream in self.streams)

    def read(self, share: float) -> list[Line]:
        """Return the streams as they were read that have a share of all emissions, or that nothing holds.

        amounts: the lines of the stream's amounts. Odd: months (of twelve) without rows, of all or of one `meter`, rows
        `below` zero (share), one many `times` the next; NaN where not odd. Nothing is claimed of them. Most at stake
        first; large: the share or more is at stake.
        """
        least_kg, amounts, out = share * self.co2e_kg, _levels(self.lines), []
        for stream, odd in zip(self.streams, _odd_rows(self.lines, self.streams), strict=True):
            # A comparison with NaN is false: of two, `max` returns the first.
            stake_kg = stream["co2e_kg"] * max(1.0, MONTHS_A_YEAR / odd["months"] - 1, 2 * odd["below"])
            large = stake_kg >= least_kg and stake_kg > 0
            if large or stream["free_kg"] > 0:
                out.append({**stream, **odd, "stake_kg": stake_kg, "large": large,
                            "amounts": amounts.get(key_of(stream), [])})
        return sorted(out, key=lambda stream: -stream["stake_kg"])

    def moved(self, share: float) -> list[Line]:
        """Return the amounts that are within the band of earlier years and moved `share` of all emissions or more.

        They are `MOVED` times as much as before, or as little, or moved `MUCH` times that share.

        times: the amount over the expected one; moved_kg: what it emits more, signed. Most first.
        """
        keys, least_kg, out = {key_of(stream) for stream in self.streams}, share * self.co2e_kg, []
        for line in (line for key, of in _levels(self.lines).items() if key in keys for line in of):
            if line["basis"] in (OWN_PAST, WITH_MOVED) and line["low"] <= line["value"] <= line["high"] and min(
                    line["value"], line["expected"]) > 0:
                times = line["value"] / line["expected"]
                moved_kg = line["co2e_kg"] * (1 - 1 / times)
                if abs(moved_kg) >= least_kg > 0 and (
                        abs(moved_kg) >= MUCH * least_kg or not 1 / MOVED <= times <= MOVED):
                    out.append({**line, "times": times, "moved_kg": moved_kg})
        return sorted(out, key=lambda line: -abs(line["moved_kg"]))

    def gone(self, share: float) -> list[Line]:
        """Return the streams that earlier years have and this one has not, and that no band misses, of `share` or more.

        A refill of one year may have no other in the next. moved_kg: what it emits less than in the last year with it.
        """
        least_kg, present = share * self.co2e_kg, dict[str, set[str]]()
        for line in self.lines:
            present.setdefault(line["kind"], set()).add(line["dimension"])
        streams = {(kind, stream_dimension(kind, of)) for kind, of in present.items()}
        gone = [{**line, "moved_kg": -line["before_kg"]} for line in self.lines
                if line["measure"] == m.LEVEL and line["rows"] == 0 and line["expected"] > 0
                and not line["value"] < line["low"] and abs(line["before_kg"]) >= least_kg
                and (line["kind"], line["dimension"]) in streams]
        return sorted(gone, key=lambda line: line["moved_kg"])

    def mistaken(self, share: float) -> list[Line]:
        """Return the streams of `share` or more whose amount may be another quantity, `asked`: both fit all bands.

        Litres of diesel may be kilograms, kWh reactive energy, purchases may hold their tax (`data/mistaken.csv`). A
        stream in several units has a line a unit, and a band of an amount is of its unit alone. moved_kg: what it
        would emit more as that quantity, signed.
        """
        least_kg, amounts, out = share * self.co2e_kg, _levels(self.lines), []
        taxed = {key_of(line) for line in self.lines if line["measure"] == m.VAT}
        bands: list[list[tuple[Line, float]]] = [[] for _ in self.streams]
        for band, at, part in _bands(self.lines, self.streams):
            bands[at].append((band, part))
        for other in _other_quantities():
            for stream, of_stream in zip(self.streams, bands, strict=True):
                for line in amounts.get(key_of(stream), []) if stream["kind"] == other["kind"] else []:
                    moved_kg = line["co2e_kg"] * (other["times"] - 1)
                    if line["unit"].startswith(other["unit"]) and moved_kg and abs(moved_kg) >= least_kg and not (
                            other["asked"] == "tax" and key_of(line) in taxed) and not any(
                            _tells(band, part, other["times"]) for band, part in of_stream
                            if band["measure"] != m.LEVEL or band["unit"] == line["unit"]):
                        out.append({**line, "asked": other["asked"], "moved_kg": moved_kg})
        return sorted(out, key=lambda line: -line["co2e_kg"])

    def against(self) -> list[str]:
        """Return what holds the stream of each amount of `EXPECTATIONS`; "" for all other measures."""
        words = {key_of(stream): stream["against"] for stream in self.streams}
        return [words.get(key_of(line), "") if line["measure"] == m.LEVEL else "" for line in self.lines]


@cache
def _other_quantities() -> list[Line]:
    return records_of(packaged.read_csv("carbon.accounting", "data/mistaken.csv", {"times": NUMBER}))


def held_of(table: pd.DataFrame) -> Held:
    """Return the streams of a year with these `EXPECTATIONS` and what each is held against."""
    lines = records_of(table)
    streams = _streams(lines)
    held_kg, names = [0.0] * len(streams), [dict[str, None]() for _ in streams]
    for band, at, share in _bands(lines, streams):
        if _tells(band, share, 1 / DIGIT, DIGIT):
            held_kg[at] = max(held_kg[at], min(streams[at]["co2e_kg"], abs(band["co2e_kg"])))
            names[at][OWN_PAST if band["basis"] in (OWN_PAST, WITH_MOVED) else band["measure"]] = None
    for stream, kg, of in zip(streams, held_kg, names, strict=True):
        free_kg = stream["co2e_kg"] - kg
        stream["free_kg"] = free_kg if free_kg > NEAR_NOTHING * stream["co2e_kg"] else 0.0
        stream["against"] = JOINED.join([*of, *([PARTLY] if stream["free_kg"] else [])]) if of else NOTHING
    return Held(lines, sorted(streams, key=lambda stream: (-stream["free_kg"], *key_of(stream))))


def _bands(lines: list[Line], streams: list[Line]) -> Iterator[tuple[Line, int, float]]:
    """Yield each band of an amount with the place of each stream that it is of, and the share of it that this is."""
    bands = [line for line in lines if line["measure"] in AMOUNTS_OF
             and line["low"] > 0 and line["high"] > 0 and line["value"] > 0]
    place_of = {key_of(stream): at for at, stream in enumerate(streams)}
    with_past = {key_of(band) for band in bands if band["measure"] == m.LEVEL and band["basis"] == OWN_PAST}
    for band in bands:
        is_moved = band["basis"] == WITH_MOVED  # made with what came: holds nothing of that itself
        if key_of(band) in place_of and not is_moved:
            yield band, place_of[key_of(band)], 1.0
        elif band["dimension"] == WHOLE:
            word = limits_by_key().get((band["kind"], band["measure"], band["unit"]), {"word": ""})["word"]
            of_band = [at for key, at in place_of.items() if key[0] == band["kind"] and (
                not word or word in key[2].split(SEPARATOR)) and (not is_moved or key in with_past)]
            kg = max([abs(band["co2e_kg"]), 1e-9, *(streams[at]["co2e_kg"] for at in of_band)])
            for at in of_band:
                yield band, at, streams[at]["co2e_kg"] / kg


def _levels(lines: list[Line]) -> dict[tuple[str, ...], list[Line]]:
    """Return the amounts that a year has by key, a line a unit."""
    levels: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        if line["measure"] == m.LEVEL and line["rows"] > 0:
            levels.setdefault(key_of(line), []).append(line)
    return levels


def _odd_rows(lines: list[Line], streams: list[Line]) -> Iterator[dict[str, float]]:
    """Yield months, those of one meter, share below zero, and the largest row over the next; NaN where not odd."""
    most, fewest = dict[tuple[str, tuple[str, ...]], float](), dict[tuple[str, str], float]()
    for line in lines:
        if line["measure"] in ODD:
            of = line["measure"], key_of(line)
            most[of] = max(most.get(of, 0.0), abs(line["value"]))
        if line["measure"] == m.MONTHS and line["rows"] >= BILLS and line["kind"] in REGULAR:
            of_meter = line["kind"], line["key"].rsplit(SEPARATOR, 1)[0]
            fewest[of_meter] = min(fewest.get(of_meter, math.inf), line["value"])
    for stream in streams:
        months, below, times, rows = (most.get((name, key_of(stream)), math.nan) for name in ODD)
        meter = fewest.get((stream["kind"], stream["key"]), math.nan)
        is_short = months < MONTHS_A_YEAR and (stream["kind"] in REGULAR or rows >= SOME_ROWS)
        yield {"months": months if is_short else math.nan, "below": below if below > 0 else math.nan,
               "meter": meter if meter < min(MONTHS_A_YEAR, months) else math.nan,
               "times": times if times >= TIMES else math.nan}


def _tells(band: Line, share: float, *times: float) -> bool:
    """Return whether each of these times the amount of a stream with a share of a value would be out of its band. A
    value that is out of it has a breach, which names the stream.
    """
    value, low, high = band["value"], band["low"], band["high"]
    moved = [1 + (factor - 1) * share for factor in times]
    moved = [value / of if band["measure"] in m.INVERSE else value * of for of in moved]
    return not low <= value <= high or all(of < low or of > high for of in moved)


def _streams(lines: list[Line]) -> list[Line]:
    """Return the size of what each stream of a kind emits; the rows that its words do not name are one, with key ""."""
    sizes: dict[str, dict[str, dict[str, list[float]]]] = {}
    for line in lines:
        if line["measure"] == m.ROWS and line["rows"] > 0:
            of_kind = sizes.setdefault(line["kind"], {}).setdefault(line["dimension"], {})
            of_kind.setdefault(line["key"], []).append(abs(line["co2e_kg"]))
    streams = []
    for kind, of in sizes.items():
        dimension = stream_dimension(kind, {*of})
        kg = {key: math.fsum(parts) for key, parts in of.get(dimension, of.get(WHOLE, {})).items()}
        whole_kg = math.fsum(chain.from_iterable(of.get(WHOLE, {}).values()))
        if dimension in of and whole_kg - math.fsum(kg.values()) > NEAR_NOTHING * whole_kg:
            kg[""] = whole_kg - math.fsum(kg.values())
        streams += [{"kind": kind, "dimension": dimension if dimension in of else WHOLE, "key": key, "co2e_kg": size}
                    for key, size in kg.items()]
    return streams


def stream_dimension(kind: str, present: set[str]) -> str:
    """Return the words that name a stream: of energy site and carrier, of others the first that the rows have."""
    names = [SEPARATOR.join(columns) for columns in DIMENSIONS.get(kind, ())]
    return next((name for name in (names[::-1] if kind == "energy" else names) if name in present), "")
