"""The later year's activity with the earlier year's factors, contracts and rates, replaced one kind after the other.

then -> factor editions -> grid -> market instruments -> supplier and company factors -> exchange rates and prices: each
state is calculated again from the rows whose factor, contract or rate differs; the others are as published. The first
state is the later year "at constant factors".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting.instruments import assessed
from carbon.accounting.years.earlier_factors import EDITIONS, GRID, OWN, RATES, EarlierFactors, earlier_factors
from carbon.accounting.years.streams import VALUES, aligned, streams
from carbon.core import money
from carbon.core.columns import Rows
from carbon.core.countries import currency_codes
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import NO_METHOD, SCOPE2_METHODS
from carbon.core.periods import reporting_year, years_of_days
from carbon.core.text_columns import by_word, with_text
from carbon.core.zones import market_of
from carbon.emissions import calculate_emissions, scope2
from carbon.factors.matching import KEY, Matched, Resolved
from carbon.params.shapes.company import Instrument

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

INSTRUMENTS = "market instruments"
LADDER = (EDITIONS, GRID, INSTRUMENTS, OWN, RATES)
PARTS = {"step": "str", "part": "str", "scope2_method": "str", "kg": "float64", "of_kg": "float64"}
"""Columns of the causes within a step: kg it moved, and the later year's kg that it concerns."""
_ALIKE = [*KEY, "category", "site", "supplier", "group", "kind"]
"""What rows share that one row can be taken for."""
_CURRENCY, _THEN, _KEY = "record_currency", "then_quantity", "key_id"


@dataclass(frozen=True)
class Rungs:
    """States of the later year: `streams` of all rows, one table at constant factors and one after each step.

    A step that changes nothing leaves the table of the state before it. `parts`: the causes within each step.
    """

    states: tuple[pd.DataFrame, ...]
    parts: pd.DataFrame


def rungs(start: Inventory, end: Inventory) -> Rungs:
    """Calculate the later year at constant factors, and after each step of `LADDER`.

    start: The earlier year by the later year's parameters and library.
    end: The later year.

    Raises MethodError: An inventory without the keys it was matched by; an instrument that is impossible.
    """
    last = streams(end.emissions)
    factors = earlier_factors(start, end)
    contracts = _contracts(start, end)
    rows = _concerned(start, end, factors, contracts)
    if rows.empty:
        return Rungs((last,) * (len(LADDER) + 1), pd.DataFrame(columns=list(PARTS)).astype(PARTS))
    residual = _residual_codes(rows, end.keys)
    states = _emissions_by_state(rows, residual, end.keys, factors, contracts)
    some = {id(state): streams(state) for state in states}
    wholes = _whole([some[id(state)] for state in states], last)
    causes = {step: _causes(step, rows, residual, factors, (start.year, end.year)) for step in LADDER}
    return Rungs(wholes, _parts(states, rows, causes, factors))


def _emissions_by_state(
    rows: pd.DataFrame, residual: npt.NDArray[np.int64], keys: pd.DataFrame, factors: EarlierFactors,
    contracts: tuple[Sequence[Instrument], Sequence[Instrument]],
) -> list[pd.DataFrame]:
    """Return `schemas.EMISSIONS` of the rows in each state; a step that changes none of them repeats the last."""
    concerned = {*rows[_KEY].tolist(), *residual.tolist()}
    is_paid = (rows[_THEN] != rows["quantity"]).any()
    moves = {step: bool(factors.moves(step) & concerned) for step in LADDER}
    moves[INSTRUMENTS] = contracts[0] != contracts[1] and bool((rows["scope"] == "2").any())
    moves[RATES] |= bool(is_paid)
    states: list[pd.DataFrame] = []
    for n_steps in range(len(LADDER) + 1):
        steps = LADDER[:n_steps]
        if n_steps and not moves[steps[-1]]:
            states.append(states[-1])
            continue
        quantity = rows["quantity" if RATES in steps else _THEN]
        resolved = Resolved(keys, factors.after(steps), keys.iloc[:0])
        mixes = Matched(resolved, residual) if len(residual) else None
        states.append(calculate_emissions(
            rows.assign(quantity=quantity), Matched(resolved, rows[_KEY].to_numpy("int64")),
            instruments=contracts[INSTRUMENTS in steps], residual=mixes))
    return states


def _residual_codes(rows: pd.DataFrame, keys: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the key of the residual mix of each reading of grid electricity."""
    readings = scope2.residual_activities(rows)[KEY]
    number = {tuple(key): i for i, *key in keys[["key_id", *KEY]].itertuples(index=False, name=None)}
    return np.array([number[tuple(key)] for key in readings.itertuples(index=False, name=None)], dtype=np.int64)


def _concerned(
    start: Inventory, end: Inventory, factors: EarlierFactors,
    contracts: tuple[Sequence[Instrument], Sequence[Instrument]],
) -> pd.DataFrame:
    """Return the activities whose factor, contract or rate may differ, rows that are alike as one.

    Columns besides `schemas.ACTIVITIES`: key_id; then_quantity, by the earlier year's exchange rates; record_currency,
    "" where no rate applies. Rows of scope 2 stay apart: contracts serve readings by site and day.
    """
    rows = Rows(end.activities)
    groups = rows.groups(KEY)
    number = {tuple(key): i for i, *key in end.keys[["key_id", *KEY]].itertuples(index=False, name=None)}
    of_group = np.array([number[tuple(line)] for line in groups.lines()], dtype=np.int64)
    key_id = of_group[groups.number] if len(of_group) else np.zeros(0, dtype=np.int64)
    currency = _foreign_currency(rows)
    wanted_keys = {*factors.changes, *factors.late}
    residual = {i for i in factors.changes if end.keys["activity"].iloc[i] == scope2.RESIDUAL_MIX}
    second = np.asarray(rows["scope"] == "2", dtype=bool)
    is_on_contract = second if contracts[0] or contracts[1] or residual else np.zeros(len(rows), dtype=bool)
    at = np.flatnonzero(np.isin(key_id, list(wanted_keys)) | (currency != "") | is_on_contract)
    some = end.activities.iloc[at].assign(**{_KEY: key_id[at], _CURRENCY: currency[at]})
    some = with_text(some.reset_index(drop=True))
    some[_THEN] = some["quantity"].to_numpy() * _earlier_rate(some, end, end.year - start.year)
    is_scope2 = some["scope"] == "2"
    return pd.concat([some[is_scope2], _condensed(some[~is_scope2])], ignore_index=True)


def _condensed(rows: pd.DataFrame) -> pd.DataFrame:
    if rows.empty:
        return rows
    groups = Rows(rows).groups([*_ALIKE, _CURRENCY])
    sums = {c: exact_sum(rows[c].to_numpy(dtype=float), groups.number, len(groups)) for c in ("quantity", _THEN)}
    return rows.iloc[groups.first].reset_index(drop=True).assign(**sums)


def _foreign_currency(rows: Rows) -> npt.NDArray[np.object_]:
    """Return the currency of each record that was exchanged into the company's, "" of the others."""
    key_codes = currency_codes()
    unit, currency = rows["unit"], by_word(rows["record_unit"], lambda text: str(text).rpartition(":")[2])
    exchanged = by_word(unit, key_codes.__contains__, np.bool_) & by_word(currency, key_codes.__contains__, np.bool_)
    return np.where(exchanged & (unit != currency), currency, "").astype(object)


def _earlier_rate(rows: pd.DataFrame, end: Inventory, years: int) -> npt.NDArray[np.float64]:
    """Return rate of the earlier year / rate of the later for each row; 1 where one of them is not known.
    transaction_date: the rate of the same day so many years before; year_mean: the mean of that year.
    """
    at = np.flatnonzero((rows[_CURRENCY] != "").to_numpy())
    ratio = np.ones(len(rows))
    if not len(at):
        return ratio
    some = rows.iloc[at]
    day = some["period_end"]
    then = day - pd.DateOffset(years=years)
    by_day = end.params.fx == "transaction_date"
    for to in some["unit"].unique():
        of = (some["unit"] == to).to_numpy()
        starts = end.params.reporting_year_starts
        years_of = pd.Series(years_of_days(day.to_numpy(), starts), index=day.index)
        whens = (then, day) if by_day else (years_of - years, years_of)
        rates = [money.find_rates(some[_CURRENCY][of], when[of], to=to, basis=end.params.fx, fx=end.fx,
                                  starts=starts)["fx_rate"].to_numpy(dtype=float) for when in whens]
        ratio[at[of]] = np.where(np.isfinite(rates[0]) & np.isfinite(rates[1]), rates[0] / rates[1], 1.0)
    return ratio


def _contracts(start: Inventory, end: Inventory) -> tuple[Sequence[Instrument], Sequence[Instrument]]:
    """Return the instruments that count in the earlier year, moved to the later one, and those of the later."""
    then, now = (_applied(inventory) for inventory in (start, end))
    years = end.year - start.year
    places = end.activities.loc[end.activities["scope"] == "2", ["site", "region"]].drop_duplicates()
    region = {site: market_of(place) for site, place in places.itertuples(index=False, name=None)}
    moved = []
    for it in then:
        # A site that moved to another market since cannot be served by a contract of the old one.
        sites = [s for s in it.sites if region.get(s, market_of(it.region)) == market_of(it.region)]
        if it.sites and not sites:
            continue
        days = {name: (pd.Timestamp(day) + pd.DateOffset(years=years)).date() for name, day in it
                if isinstance(day, date)}
        moved.append(it.model_copy(update={**days, "sites": sites}))
    return tuple(moved), now


def _applied(inventory: Inventory) -> tuple[Instrument, ...]:
    days = (d.date() for d in reporting_year(inventory.year, inventory.params.reporting_year_starts))
    return assessed(inventory.params, inventory.activities, *days).applied


def _whole(some: Sequence[pd.DataFrame], last: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    """Return the streams of all rows in each state: those as published, less the concerned rows, plus their state.
    Where the concerned rows are the whole stream, the state is theirs alone, free of rounding.
    """
    labels, (full, *tables) = aligned([last, *some])
    full_values, now = full.to_numpy(), tables[-1].to_numpy()
    is_all = np.isclose(full_values, now, rtol=1e-12, atol=0.0)
    rows_by_state: dict[int, pd.DataFrame] = {id(some[-1]): last}
    for table, values in zip(some, tables, strict=True):
        if id(table) not in rows_by_state:
            state = np.where(is_all, values, full_values - (now - values))
            state = np.where(values.to_numpy() == now, full_values, state)
            rows_by_state[id(table)] = labels.assign(**dict(zip(VALUES, state.T, strict=True)))
    return tuple(rows_by_state[id(table)] for table in some)


def _parts(
    states: Sequence[pd.DataFrame], rows: pd.DataFrame, causes: Mapping[str, Sequence[str]], factors: EarlierFactors
) -> pd.DataFrame:
    """Return the kilograms that each cause moved, by step and scope 2 method; and what has no earlier factor."""
    stated_parts = {key: {change.part for change in changes.values()} for key, changes in factors.changes.items()}
    late = [(step, "" if words in stated_parts.get(key, ()) else words) for key, (step, words) in
            ((key, factors.late.get(key, ("", ""))) for key in rows[_KEY].tolist())]
    lines = []
    for method in SCOPE2_METHODS:
        kg = {id(state): _kg_by_row(state, method).reindex(rows["activity_id"], fill_value=0.0).to_numpy()
              for state in states}
        of = {"scope2_method": method, "of_kg": kg[id(states[-1])]}
        lines += [pd.DataFrame({"step": step, "part": causes[step], "kg": kg[id(after)] - kg[id(before)], **of})
                  for step, (before, after) in zip(LADDER, pairwise(states), strict=True) if before is not after]
        lines.append(pd.DataFrame({"step": [s for s, _ in late], "part": [p for _, p in late], "kg": 0.0, **of}))
    table = pd.concat(lines, ignore_index=True)
    without = {words for _, words in late} - {""}
    table = table[(table["kg"] != 0) | table["part"].isin(without)].astype(PARTS)
    return table.groupby(["step", "part", "scope2_method"], sort=False, as_index=False)[["kg", "of_kg"]].sum()


def _causes(
    step: str, rows: pd.DataFrame, residual: npt.NDArray[np.int64], factors: EarlierFactors, years: tuple[int, int]
) -> list[str]:
    """Return the words of what moves each row in a step, "" where nothing does."""
    if step == INSTRUMENTS:
        words = f"contracts of {years[0]} → contracts of {years[1]}"
        return [words if scope == "2" else "" for scope in rows["scope"]]
    mix_of = dict(zip(np.flatnonzero(scope2.is_grid_electricity(rows)).tolist(), residual.tolist(), strict=True))
    part_of = {key: changes[step].part for key, changes in factors.changes.items() if step in changes}
    words_of = [part_of.get(key) or part_of.get(mix_of.get(at, -1), "") for at, key in enumerate(rows[_KEY].tolist())]
    if step != RATES:
        return words_of
    return [f"exchange rate of {currency}" if currency else words
            for currency, words in zip(rows[_CURRENCY].tolist(), words_of, strict=True)]


def _kg_by_row(emissions: pd.DataFrame, method: str) -> pd.Series:
    rows = emissions[emissions["kyoto"] & emissions["scope2_method"].isin([NO_METHOD, method])]
    return rows.groupby("activity_id", observed=True)["co2e_kg"].sum()
