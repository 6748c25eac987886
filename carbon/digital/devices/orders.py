"""The devices of a stock list and the lines of orders, paired one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from carbon.core.text import fold

Days = tuple[pd.Timestamp, pd.Timestamp]
NEAR_DAYS = 92
"""A device is entered in the stock list at most so many days before or after its order: three months (ours)."""
SHOWN = 5
"""Rows that a cause names; the others are a number."""


class Paired(NamedTuple):
    """One category in a year: devices listed and ordered, and those without a partner, by id or by order."""

    listed: int
    ordered: int
    devices: list[str]
    orders: list[str]


class _Unit(NamedTuple):
    date: pd.Timestamp
    model: str
    name: str
    in_year: bool


def unmatched(stock: pd.DataFrame, orders: pd.DataFrame, days: Days) -> dict[str, Paired]:
    """Pair the devices bought in a year with the units ordered, by category; the same model first, then any.

    A device and an order are a pair where their days are at most `NEAR_DAYS` apart. What is left of the year is paired
    with what is left of the months before and after it.
    """
    near_days = (days[0] - pd.Timedelta(days=NEAR_DAYS), days[1] + pd.Timedelta(days=NEAR_DAYS))
    pairs_found = {}
    for category in sorted({*_of_year(stock, "purchased_on", days), *_of_year(orders, "date", days)}):
        devices = _devices(stock[stock["category"] == category], near_days, days)
        units = _ordered(orders[orders["category"] == category], near_days, days)
        of_year = [d for d in devices if d.in_year], [u for u in units if u.in_year]
        alone_units, unlisted = _paired(*of_year)
        outside = _paired([d for d in devices if not d.in_year], [u for u in units if not u.in_year])
        unpaired = [d.name for d in _paired(alone_units, outside[1])[0]]
        pairs_found[category] = Paired(len(of_year[0]), len(of_year[1]), unpaired,
                                 [u.name for u in _paired(outside[0], unlisted)[1]])
    return pairs_found


def as_listed(names: Iterable[str]) -> str:
    """Return a few names, and how many more there are."""
    texts = list(names)
    more = f" (+{len(texts) - SHOWN})" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more


def _of_year(table: pd.DataFrame, column: str, days: Days) -> set[str]:
    return set(table.loc[table[column].between(*days), "category"])


def _devices(stock: pd.DataFrame, near_days: Days, days: Days) -> list[_Unit]:
    rows = stock[stock["purchased_on"].between(*near_days)].sort_values(["purchased_on", "asset_id"])
    return [_Unit(date, fold(model), name, days[0] <= date <= days[1]) for date, model, name in zip(
        rows["purchased_on"], rows["model"], rows["asset_id"], strict=True)]


def _ordered(orders: pd.DataFrame, near_days: Days, days: Days) -> list[_Unit]:
    rows = orders[orders["date"].between(*near_days)].sort_values("date", kind="stable")
    return [_Unit(date, fold(model), f"{model} {date:%Y-%m-%d}".strip(), days[0] <= date <= days[1])
            for date, model, quantity in zip(rows["date"], rows["model"], rows["quantity"], strict=True)
            for _ in range(int(quantity))]


def _paired(devices: list[_Unit], units: list[_Unit]) -> tuple[list[_Unit], list[_Unit]]:
    """Return the devices and units that are left once those of one model, and then any, are paired."""
    for by_model in (True, False):
        left: tuple[list[_Unit], list[_Unit]] = [], []
        for model in sorted({unit.model for unit in (*devices, *units)}) if by_model else [""]:
            both_lists = [[u for u in rows if not by_model or u.model == model] for rows in (devices, units)]
            for rest, rows in zip(left, _in_order(*both_lists), strict=True):
                rest.extend(rows)
        devices, units = (sorted(rest, key=lambda unit: unit.date) for rest in left)
    return devices, units


def _in_order(devices: list[_Unit], units: list[_Unit]) -> tuple[list[_Unit], list[_Unit]]:
    """Return what is left of two lists in the order of their days, once near neighbours are paired."""
    alone_units: tuple[list[_Unit], list[_Unit]] = [], []
    at_device = at_unit = 0
    while at_device < len(devices) and at_unit < len(units):
        days_apart = (devices[at_device].date - units[at_unit].date).days
        if days_apart > NEAR_DAYS:
            alone_units[1].append(units[at_unit])
        elif days_apart < -NEAR_DAYS:
            alone_units[0].append(devices[at_device])
        at_device += days_apart <= NEAR_DAYS
        at_unit += days_apart >= -NEAR_DAYS
    return [*alone_units[0], *devices[at_device:]], [*alone_units[1], *units[at_unit:]]
