"""
What a row stands for: an amount and its unit, as ledgers and totals show it.

purchases by currency; energy by carrier, with kWh, m3 and L kept apart; travel in km by mode, distance x passengers x
trips, room-nights, litres x trips of a car's fuel and fares of taxis. Totals are exact decimals, summed before any
rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.distances import great_circle_km
from carbon.core.places import locate

_ONE_UNIT = {"energy": "kWh", "energy_HHV": "kWh_HHV", "energy_LHV": "kWh_LHV", "mass": "kg", "distance": "km"}
_LITRES = frozenset({"mL", "cL", "L", "hL", "ML", "US gallon", "UK gallon", "bbl"})
_PAIRS = (("quantity", "unit"), ("amount", "currency"), ("volume", "unit"), ("revenue", "currency"))
PAID_MODES = ("taxi",)
"""Modes that a fare alone makes known: taxi by km or by spend."""
GREAT_CIRCLE = "km great circle"
_BEYOND = 10**200  # no float holds an amount so many times
_PLACES = (2, 0, 1, 3, 4, 5, 6, 7, 8, 9)
"""Decimals tried, the commonest first."""


def measured(kind: str, table: pd.DataFrame) -> pd.DataFrame:
    """
    Of each row: `amount` as written, `unit` (the label of totals), `ratio` [label's units per written unit].
    """
    return _MEASURES.get(kind, _plain)(table)


def ledger_amounts(kind: str, table: pd.DataFrame) -> pd.DataFrame:
    """
    Amount [unit] of each row for the ledger; NaN and "" where it cannot be read.

    A trip without a distance has its great circle x passengers x trips, under a label of its own ("air:km great
    circle"), where both ends are found: so that what is lost of flights can be held against what is kept.
    """
    found = measured(kind, table)
    amounts = found["amount"].to_numpy(copy=True)
    for ratio in found["ratio"].unique():
        if ratio != 1:
            here = (found["ratio"] == ratio).to_numpy()
            amounts[here] = units.scale(amounts[here], ratio) if ratio < _BEYOND else np.nan
    unit = found["unit"].astype("str")
    if kind == "travel":
        computed = _great_circles(table, np.isnan(amounts))
        label = table["mode"].astype("str") + f":{GREAT_CIRCLE}"
        unit, amounts = unit.where(np.isnan(computed), label), np.where(np.isnan(computed), amounts, computed)
    return pd.DataFrame({"amount": amounts, "unit": unit.where(~np.isnan(amounts), "")})


def _great_circles(table: pd.DataFrame, wanted: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """
    Great circle x passengers x trips [km] of trips without a distance; NaN where there is one, or an end is not found.
    """
    km = np.full(len(table), np.nan)
    moving = (table["mode"] != "hotel") & (table["mode"] != "") & table["distance"].isna()
    moving &= (table["origin"] != "") & (table["destination"] != "")
    rows = np.flatnonzero(wanted & moving.to_numpy())
    if not len(rows):
        return km
    ends = table.iloc[rows][["mode", "origin", "destination"]].astype("str")
    trips = ends.assign(mode=ends["mode"] == "air").drop_duplicates()
    legs = {leg: _great_circle(*leg) for leg in trips.itertuples(index=False, name=None)}
    keys = zip(ends["mode"] == "air", ends["origin"], ends["destination"], strict=True)
    length = np.array([legs[k] for k in keys])
    times = (table["passengers"] * table["trips"]).to_numpy()[rows]
    km[rows] = length * times
    return km


@lru_cache(maxsize=4096)
def _great_circle(air: bool, origin: str, destination: str) -> float:
    a, b = (locate(place, air=air) for place in (origin, destination))
    found = float(great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude)) if a.found and b.found else np.nan
    return found or float("nan")


def totals(kind: str, table: pd.DataFrame) -> dict[str, str]:
    """
    Exact sums by unit of the rows of a table, as plain decimal text.
    """
    found = measured(kind, table)
    amounts = found["amount"].to_numpy()
    unit, units_found = pd.factorize(found["unit"])
    ratio, ratios = pd.factorize(found["ratio"]) if found["ratio"].dtype == object else (0, np.array([1]))
    group = unit.astype(np.int32) * len(ratios) + ratio
    group[np.isnan(amounts)] = -1
    sums: dict[str, Fraction] = {}
    for key in np.unique(group[group >= 0]).tolist():
        name, size = str(units_found[key // len(ratios)]), Fraction(str(ratios[key % len(ratios)]))
        if name:
            exact = Fraction(exact_decimal_sum(amounts[group == key]))
            sums[name] = sums.get(name, Fraction(0)) + exact * size
    if kind == "energy":
        sums = _in_kwh(sums, table)
    return {unit: plain(value) for unit, value in sorted(sums.items())}


def _in_kwh(sums: dict[str, Fraction], table: pd.DataFrame) -> dict[str, Fraction]:
    """
    Sums in GJ, therms and the like in kWh, where that is a finite decimal and nobody says gross or net.
    """
    pairs = _as_text(table[["carrier", "unit"]].drop_duplicates(), "carrier", "unit")
    based = pairs["unit"].map(lambda u: u != "" and units.unit(u).dimension in ("energy_HHV", "energy_LHV"))
    bases = set(pairs.loc[based.astype(bool), "carrier"])
    found: dict[str, Fraction] = {}
    for label, value in sums.items():
        carrier, _, unit = label.rpartition(":")
        if carrier not in bases and units.unit(unit).dimension == "energy" and \
                _finite(value * units.ratio(unit, "kWh")):
            label, value = f"{carrier}:kWh", value * units.ratio(unit, "kWh")
        found[label] = found.get(label, Fraction(0)) + value
    return found


def difference(declared: str, sums: dict[str, str]) -> str:
    """
    How a declared sum ("123.45 EUR", or "123.45" of the only unit) differs from the sums read; "" where it does not.
    """
    number, _, unit = declared.strip().partition(" ")
    unit = unit.strip() or (next(iter(sums)) if len(sums) == 1 else "")
    read = sums.get(unit, "0")
    if Decimal(read) == Decimal(number):
        return ""
    return f"the rows read sum to {read} {unit or sums}, params declare {declared}"


def plain(value: Fraction) -> str:
    """
    A fraction as decimal text without exponent or trailing zeros, exact where it has a finite decimal form.
    """
    with localcontext() as context:
        context.prec = 60
        text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def exact_decimal_sum(values: npt.NDArray[np.float64]) -> Decimal:
    """
    Sum of the decimals that the values were written as (the shortest that is each float), exactly.
    """
    total, left = Decimal(0), values
    for places in _PLACES:
        scale = 10.0**places
        if not len(left):
            break
        scaled = np.rint(left * scale)
        exact = (np.abs(scaled) < 2.0**53) & (scaled / scale == left)
        whole = scaled[exact].astype(np.int64)
        total += Decimal(int((whole >> 20).sum()) * (1 << 20) + int((whole & 0xFFFFF).sum())).scaleb(-places)
        left = left[~exact]
    distinct, counts = np.unique(left, return_counts=True)
    for value, count in zip(distinct.tolist(), counts.tolist(), strict=True):
        total += Decimal(repr(value)) * count
    return total


def _frame(amount: pd.Series, unit: pd.Series, ratio: pd.Series | int = 1) -> pd.DataFrame:
    return pd.DataFrame({"amount": amount, "unit": unit, "ratio": ratio})


def _money(table: pd.DataFrame) -> pd.DataFrame:
    return _frame(table["amount"], table["currency"])


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    if "co2e_t" in table.columns:
        return _frame(table["co2e_t"], pd.Series("tCO2e", index=table.index, dtype="str"))
    for amount, unit in _PAIRS:
        if amount in table.columns and unit in table.columns:
            return _frame(table[amount], table[unit])
    return _frame(pd.Series(np.nan, table.index), pd.Series("", table.index, dtype="str"))


def _as_text(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """
    The table with text where long tables hold categories, which take no new words.
    """
    return table.assign(**{c: table[c].astype("str") for c in columns})


def _energy(table: pd.DataFrame) -> pd.DataFrame:
    table = _as_text(table, "carrier", "unit")
    labels, ratios = {}, {}
    for unit in table["unit"].unique():
        labels[unit], ratios[unit] = _label(unit)
    # Gross and net kWh of one carrier are told apart only where a file has both.
    mixed = table.groupby("carrier")["unit"].unique().map(
        lambda found: len({labels[u] for u in found if labels[u].startswith("kWh")}) > 1).to_dict()
    unit = table["unit"].map(labels)
    short = ~table["carrier"].map(mixed).astype(bool)
    unit = unit.where(~short, unit.str.replace(r"^kWh_.HV$", "kWh", regex=True))
    known = (table["carrier"] != "") & (table["unit"] != "")
    label = (table["carrier"] + ":" + unit).where(known, "")
    return _frame(table["quantity"], label, table["unit"].map(ratios).astype(object))


def _label(unit: str) -> tuple[str, Fraction]:
    if not unit:
        return "", Fraction(1)
    found = units.unit(unit)
    if unit in _LITRES:
        return "L", units.ratio(unit, "L")
    target = _ONE_UNIT.get(found.dimension, unit)
    ratio = units.ratio(unit, target)
    return (target, ratio) if _finite(ratio) else (unit, Fraction(1))


def _finite(ratio: Fraction) -> bool:
    rest = ratio.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def paid_only(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """
    Trips known by what was paid alone: a taxi with a fare in a currency, and no distance.
    """
    fare = table["amount"].notna() & (table["amount"] != 0) & (table["currency"] != "")
    return (table["mode"].isin(PAID_MODES) & table["distance"].isna() & fare).to_numpy(dtype=bool)


def by_litres(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """
    Trips whose distance column holds the fuel burnt, in a unit of volume.
    """
    volumes = [u for u in table["distance_unit"].unique() if u and units.unit(u).dimension == "volume"]
    return table["distance_unit"].isin(volumes).to_numpy(dtype=bool)


def _travel(table: pd.DataFrame) -> pd.DataFrame:
    # How often a distance was travelled is part of the ratio, so that the product is exact in totals.
    table = _as_text(table, "mode", "distance_unit", "currency")
    hotel = (table["mode"] == "hotel").to_numpy()
    paid, fuel = paid_only(table), by_litres(table)
    # Who shares a car changes nothing about its fuel, nor about the fare of a taxi.
    passengers = table["passengers"].where(~hotel | table["passengers"].notna(), 1.0).mask(paid | fuel, 1.0)
    trips = table["trips"].mask(hotel | paid, 1.0)
    amount = table["nights"].where(hotel, table["distance"]).mask(paid, table["amount"])
    unit = table["distance_unit"].mask(hotel, "night").mask(paid, "")
    known = (table["mode"] != "") & amount.notna() & passengers.notna() & trips.notna()
    measurable = known.to_numpy() & (paid | (unit != "").to_numpy())
    times = pd.DataFrame({"unit": unit, "passengers": passengers, "trips": trips})
    exact = {(u, p, t): _trip_ratio(u) * Fraction(repr(p)) * Fraction(repr(t))
             for u, p, t in times[measurable].drop_duplicates().itertuples(index=False)}
    keys = pd.MultiIndex.from_frame(times)
    ratio = pd.Series(keys.map(exact).to_numpy(dtype=object), index=table.index).where(measurable, Fraction(1))
    label = table["mode"] + np.select([hotel, fuel], [":night", ":L"], ":km")
    label = label.mask(paid, table["mode"] + ":" + table["currency"])
    return _frame(amount.where(measurable), label.where(measurable, ""), ratio)


def _trip_ratio(unit: str) -> Fraction:
    if unit in ("night", ""):
        return Fraction(1)
    return units.ratio(unit, "L" if units.unit(unit).dimension == "volume" else "km")


_MEASURES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "purchases": _money, "energy": _energy, "travel": _travel}
