"""The amount of a row and its unit, as ledgers and totals show it.

purchases by currency; energy by carrier, with kWh, m3 and L kept apart; travel in km by mode, distance x passengers x
trips, room-nights, litres x trips of a car's fuel and fares of taxis. Totals are exact, summed before any rounding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.columns import Column
from carbon.core.places import DOOR_TO_DOOR, great_circle_km, locate
from carbon.core.text_columns import Flags, Floats, listed, text_array

Codes = npt.NDArray[np.integer]
Columns = pd.DataFrame | Mapping[str, Any]
"""A table, or its columns by name: Series or arrays."""

_ONE_UNIT = {"energy": "kWh", "energy_HHV": "kWh_HHV", "energy_LHV": "kWh_LHV", "mass": "kg", "distance": "km"}
_LITRES = frozenset({"mL", "cL", "L", "hL", "ML", "US gallon", "UK gallon", "bbl"})
_PAIRS = (("quantity", "unit"), ("amount", "currency"), ("volume", "unit"), ("revenue", "currency"))
MEASURED = ("amount", "currency", "carrier", "quantity", "unit", "mode", "distance", "distance_unit", "passengers",
            "trips", "nights", "origin", "destination", "co2e_t", "volume", "revenue", "units_sold")
"""All columns that an amount may be made of."""
PAID_MODES = ("taxi",)
"""Modes that a fare alone makes known: taxi by km or by spend."""
GREAT_CIRCLE = "km great circle"
_ONE = (Fraction(1),)
_KWH_BASIS = re.compile(r"^kWh_.HV$")
_BEYOND = 10**200  # no float holds an amount so many times
_PLACES = (2, 0, 1, 3, 4, 5, 6, 7, 8, 9)
"""Decimals tried, the commonest first."""


@dataclass(frozen=True)
class Measured:
    """Amounts of a table's rows as written, and which of a few labels and ratios each row has."""

    amount: Floats
    label: Codes
    """Place in `labels`, the units of totals."""
    labels: Sequence[str]
    ratio: Codes
    """Place in `ratios` [label's units per written unit]."""
    ratios: Sequence[Fraction]


def measured(kind: str, table: Columns) -> Measured:
    """Return amount, label and ratio of each row, worked out once for each distinct unit, mode or carrier."""
    return _MEASURES.get(kind, _plain)(table)


def ledger_amounts(kind: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return `labelled_amounts` as a table: amount, unit, index of `table`."""
    amounts, label, labels = labelled_amounts(kind, table)
    return pd.DataFrame({"amount": amounts, "unit": text_array(labels).take(label)}, index=table.index, copy=False)


def labelled_amounts(kind: str, table: Columns) -> tuple[Floats, Codes, list[str]]:
    """Return each row's amount for the ledger, the position of its unit, and the units; NaN and "" where unreadable.

    A trip without a distance has its great circle x passengers x trips, under a label of its own ("air:km great
    circle"), where both ends are found: so that what is lost of flights can be held against what is kept.
    """
    per_row = measured(kind, table)
    amounts, label, labels = per_row.amount.copy(), per_row.label, list(per_row.labels)
    for place, ratio in enumerate(per_row.ratios):
        if ratio != 1:
            of_ratio = per_row.ratio == place
            amounts[of_ratio] = units.scale(amounts[of_ratio], ratio) if ratio < _BEYOND else np.nan
    if kind == "travel":
        computed = _great_circles(table, np.isnan(amounts))
        mode, modes = pd.factorize(table["mode"])
        label = np.where(np.isnan(computed), label, mode + len(labels))
        labels += [f"{mode}:{GREAT_CIRCLE}" for mode in modes]
        amounts = np.where(np.isnan(computed), amounts, computed)
    return amounts, np.where(np.isnan(amounts), len(labels), label), [*labels, ""]


def _great_circles(table: Columns, unmeasured: Flags) -> Floats:
    """Return great circle x passengers x trips [km] of trips without a distance; NaN where an end is not found."""
    km = np.full(len(unmeasured), np.nan)
    rows = np.flatnonzero(unmeasured & np.isnan(_numbers(table, "distance")))
    legs = zip(*(table[c].take(rows).tolist() for c in ("mode", "origin", "destination")), strict=True)
    times = _numbers(table, "passengers") * _numbers(table, "trips")
    km[rows] = np.array([_great_circle(*leg) for leg in legs]) * times[rows]
    return km


def _numbers(table: Columns, name: str) -> Floats:
    return np.asarray(table[name], dtype=np.float64)


@lru_cache(maxsize=1 << 16)
def _great_circle(mode: str, origin: str, destination: str) -> float:
    if mode in ("", "hotel") or not (origin and destination):
        return np.nan
    a, b = (locate(place, air=mode == "air", road=mode in DOOR_TO_DOOR) for place in (origin, destination))
    km = float(great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude)) if a.found and b.found else np.nan
    return km or np.nan


def totals(kind: str, table: pd.DataFrame) -> dict[str, str]:
    """Return the exact sums of a table's rows by unit, as plain decimals."""
    amounts = measured(kind, table)
    several = len(amounts.ratios) > 1
    group = amounts.label * len(amounts.ratios) + amounts.ratio if several else amounts.label
    sums: dict[str, Fraction] = {}
    for key in pd.unique(group).tolist():
        name, size = amounts.labels[key // len(amounts.ratios)], amounts.ratios[key % len(amounts.ratios)]
        of_group = amounts.amount[group == key] if name else amounts.amount[:0]
        if np.isnan(of_group).any():
            of_group = of_group[~np.isnan(of_group)]
        if len(of_group):
            exact = Fraction(exact_decimal_sum(of_group))
            sums[name] = sums.get(name, Fraction(0)) + exact * size
    if kind == "energy":
        sums = _in_kwh(sums, table)
    return {unit: plain(value) for unit, value in sorted(sums.items())}


def _in_kwh(sums: dict[str, Fraction], table: pd.DataFrame) -> dict[str, Fraction]:
    """Convert sums in GJ, therms and the like to kWh, where that is a finite decimal and no row gives gross or net."""
    # Strings, where long tables hold categories, which accept no new words.
    pairs = table[["carrier", "unit"]].drop_duplicates().astype("str")
    based = pairs["unit"].map(lambda u: u != "" and units.unit(u).dimension in ("energy_HHV", "energy_LHV"))
    bases = set(pairs.loc[based.astype(bool), "carrier"])
    ratio_of: dict[str, Fraction] = {}
    for label, value in sums.items():
        carrier, _, unit = label.rpartition(":")
        if carrier not in bases and units.unit(unit).dimension == "energy" and \
                _finite(value * units.ratio(unit, "kWh")):
            label, value = f"{carrier}:kWh", value * units.ratio(unit, "kWh")
        ratio_of[label] = ratio_of.get(label, Fraction(0)) + value
    return ratio_of


def difference(declared: str, sums: dict[str, str]) -> str:
    """Return how a declared sum ("123.45 EUR", or "123.45" of the only unit) differs from the sums read; else ""."""
    number, _, unit = declared.strip().partition(" ")
    unit = unit.strip() or (next(iter(sums)) if len(sums) == 1 else "")
    sum_here = sums.get(unit, "0")
    if Decimal(sum_here) == Decimal(number):
        return ""
    return f"the rows read sum to {sum_here} {unit or sums}, params declare {declared}"


def plain(value: Fraction) -> str:
    """Return a fraction as a decimal without exponent or trailing zeros, exact where it has a finite decimal form."""
    with localcontext() as context:
        context.prec = 60
        text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def exact_decimal_sum(values: Floats) -> Decimal:
    """Return the exact sum of the decimals that the values were written as (the shortest that is each float)."""
    total, left = Decimal(0), values
    for places in _PLACES:
        scale = 10.0**places
        if not len(left):
            break
        with np.errstate(over="ignore"):  # what overflows is summed one by one below
            scaled = np.rint(left * scale)
        exact = (np.abs(scaled) < 2.0**53) & (scaled / scale == left)
        integers = scaled[exact].astype(np.int64)
        total += Decimal(int((integers >> 20).sum()) * (1 << 20) + int((integers & 0xFFFFF).sum())).scaleb(-places)
        left = left[~exact]
    distinct, counts = np.unique(left, return_counts=True)
    for value, count in zip(distinct.tolist(), counts.tolist(), strict=True):
        total += Decimal(repr(value)) * count
    return total


def _in_unit(table: Columns, amount: str, unit: str) -> Measured:
    """Return amounts in the unit or currency of their row."""
    column, amounts = Column.of(table[unit]), _numbers(table, amount)
    return Measured(amounts, column.codes, listed(column.words), np.zeros(len(amounts), dtype=np.int8), _ONE)


def _in_one(amounts: Floats, unit: str) -> Measured:
    """Return amounts that are all in one unit."""
    nothing = np.zeros(len(amounts), dtype=np.intp)
    return Measured(amounts, nothing, (unit,), nothing, _ONE)


def _plain(table: Columns) -> Measured:
    if "co2e_t" in table:
        return _in_one(_numbers(table, "co2e_t"), "tCO2e")
    for amount, unit in _PAIRS:
        if amount in table and unit in table:
            return _in_unit(table, amount, unit)
    rows = len(next(iter(table.values())) if isinstance(table, Mapping) else table)
    return _in_one(np.full(rows, np.nan), "")


def _energy(table: Columns) -> Measured:
    carrier, carriers = pd.factorize(table["carrier"])
    unit, unit_words = pd.factorize(table["unit"])
    unit_labels = [_label(u) for u in unit_words]
    pairs, at = np.unique(carrier * max(len(unit_words), 1) + unit, return_inverse=True)
    pair_names = [(carriers[pair // len(unit_words)], unit_labels[pair % len(unit_words)][0]) for pair in pairs]
    # Gross and net kWh of one carrier are told apart only where a file has both.
    kwh = Counter(carrier for carrier, label in dict.fromkeys(pair_names) if label.startswith("kWh"))
    labels = ["" if not (carrier and label) else f"{carrier}:{label}" if kwh[carrier] > 1 else
              f"{carrier}:{_KWH_BASIS.sub('kWh', label)}" for carrier, label in pair_names]
    return Measured(_numbers(table, "quantity"), at, labels, unit, [ratio for _, ratio in unit_labels])


@lru_cache(maxsize=1024)
def _label(unit: str) -> tuple[str, Fraction]:
    if not unit:
        return "", Fraction(1)
    unit_row = units.unit(unit)
    if unit in _LITRES:
        return "L", units.ratio(unit, "L")
    target = _ONE_UNIT.get(unit_row.dimension, unit)
    ratio = units.ratio(unit, target)
    return (target, ratio) if _finite(ratio) else (unit, Fraction(1))


def _finite(ratio: Fraction) -> bool:
    rest = ratio.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def paid_only(table: Columns) -> Flags:
    """Flag trips with a fare and no distance: taxis paid in a currency."""
    mode, modes = pd.factorize(table["mode"])
    taxi = np.array([*(m in PAID_MODES for m in modes), False])[mode]
    if not taxi.any():
        return taxi
    distance, amount = (_numbers(table, c) for c in ("distance", "amount"))
    has_fare = ~np.isnan(amount) & (amount != 0) & np.asarray(table["currency"] != "", dtype=bool)
    return taxi & np.isnan(distance) & has_fare


def by_litres(table: Columns) -> Flags:
    """Flag trips whose distance column holds the fuel burnt, in a unit of volume."""
    unit, unit_words = pd.factorize(table["distance_unit"])
    return np.array([*(u != "" and units.unit(u).dimension == "volume" for u in unit_words), False])[unit]


def _travel(table: Columns) -> Measured:
    # How often a distance was travelled is part of the ratio, so that the product is exact in totals.
    mode, modes = pd.factorize(table["mode"])
    unit, unit_words = pd.factorize(table["distance_unit"])
    currency, currencies = pd.factorize(table["currency"])
    hotel, known_mode = np.asarray(modes == "hotel")[mode], np.asarray(modes != "")[mode]
    fare_only, fuel = paid_only(table), by_litres(table)
    # Who shares a car changes nothing about its fuel, nor about the fare of a taxi.
    passengers, trips = _numbers(table, "passengers"), _numbers(table, "trips")
    passengers = np.where((hotel & np.isnan(passengers)) | fare_only | fuel, 1.0, passengers)
    trips = np.where(hotel | fare_only, 1.0, trips)
    amount, nights, distance = (_numbers(table, c) for c in ("amount", "nights", "distance"))
    amount = np.where(fare_only, amount, np.where(hotel, nights, distance))
    unit = np.where(fare_only, len(unit_words) + 1, np.where(hotel, len(unit_words), unit))
    has_unit = np.array([*(u != "" for u in unit_words), True, True])[unit]
    measurable = known_mode & has_unit & ~np.isnan(amount) & ~np.isnan(passengers) & ~np.isnan(trips)
    ratio, ratios = _trip_ratios(unit, [*unit_words, "night", ""], passengers, trips, measurable)
    after = [":km", ":L", ":night", *(f":{c}" for c in currencies)]
    kind = np.where(fare_only, currency + 3, np.select([hotel, fuel], [2, 1], 0))
    pairs, label = np.unique(np.where(measurable, mode * len(after) + kind, -1), return_inverse=True)
    labels = [modes[pair // len(after)] + after[pair % len(after)] if pair >= 0 else "" for pair in pairs]
    return Measured(np.where(measurable, amount, np.nan), label, labels, ratio, ratios)


def _trip_ratios(unit: Codes, unit_words: Sequence[str], passengers: Floats, trips: Floats,
                 measurable: Flags) -> tuple[Codes, list[Fraction]]:
    """Return the ratio of the unit x passengers x trips, once a combination; 1 where a row cannot be measured."""
    person, persons = pd.factorize(passengers)
    trip, times = pd.factorize(trips)
    code = (unit * max(len(persons), 1) + person) * max(len(times), 1) + trip
    distinct, at = np.unique(np.where(measurable, code, -1), return_inverse=True)
    ratios = []
    for combination in distinct.tolist():
        first, t = divmod(combination, max(len(times), 1))
        u, p = divmod(first, max(len(persons), 1))
        ratios.append(Fraction(1) if combination < 0 else
                      _trip_ratio(unit_words[u]) * Fraction(repr(float(persons[p]))) * Fraction(repr(float(times[t]))))
    return at, ratios


def _trip_ratio(unit: str) -> Fraction:
    return Fraction(1) if unit in ("night", "") else \
        units.ratio(unit, "L" if units.unit(unit).dimension == "volume" else "km")


_MEASURES: dict[str, Callable[[Columns], Measured]] = {
    "purchases": partial(_in_unit, amount="amount", unit="currency"), "energy": _energy, "travel": _travel,
    "product_use": lambda table: _in_one(_numbers(table, "units_sold"), "unit")}
