"""Exact sums of emission rows by any column: the views of one total, which all agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pandas as pd

from carbon.core.columns import Rows
from carbon.core.errors import UsageError
from carbon.core.exact import exact_sum, exact_total
from carbon.core.ghg_protocol import NO_METHOD, SCOPE2_METHODS
from carbon.core.text_columns import Flags

if TYPE_CHECKING:
    from carbon.accounting.inventory_tables import InventoryTables

_NAMED: WeakKeyDictionary[InventoryTables, frozenset[str]] = WeakKeyDictionary()


def counted(emissions: pd.DataFrame, *, scope2_method: str) -> pd.DataFrame:
    """Return the rows of one total: Kyoto gases, and scope 2 by one method.

    Raises UsageError: Unknown scope 2 method: the choice changes the total and has no default.
    """
    return chosen(emissions, _of_total(emissions, scope2_method))


def counted_rows(emissions: pd.DataFrame, *, scope2_method: str) -> Rows:
    """Return `counted` as `Rows`: no column is taken before it is asked for."""
    return Rows(emissions).where(_of_total(emissions, scope2_method))


def _of_total(emissions: pd.DataFrame, scope2_method: str) -> Flags:
    if scope2_method not in SCOPE2_METHODS:
        raise UsageError(f"scope2_method {scope2_method!r} is unknown", hint=f"one of {', '.join(SCOPE2_METHODS)}")
    return is_counted(emissions, scope2_method)


def is_counted(emissions: pd.DataFrame, scope2_method: str) -> Flags:
    """Return a mask of the rows of one total."""
    rows = Rows(emissions)
    return rows["kyoto"] & rows.column("scope2_method").among((NO_METHOD, scope2_method))


def chosen(rows: pd.DataFrame, mask: pd.Series | Flags) -> pd.DataFrame:
    """Return the rows of a mask; the table itself where it is all of them, which a copy would hold twice."""
    return rows if mask.all() else rows[mask]


def total_kg(rows: pd.DataFrame) -> float:
    """Return the correctly rounded exact sum of co2e_kg [kg CO2e]."""
    return exact_total(rows["co2e_kg"].to_numpy())


def sum_kg_by(table: pd.DataFrame | Rows, by: Sequence[str], column: str = "co2e_kg") -> pd.DataFrame:
    """Sum a kg column exactly by group: the columns of `by`, the sum, and the number of rows."""
    rows = table if isinstance(table, Rows) else Rows(table)
    groups = rows.groups(by)
    sums = exact_sum(rows[column], groups.number, len(groups))
    return groups.frame(by).assign(**{column: sums}, rows=groups.counts())


def named_suppliers(inventory: InventoryTables) -> frozenset[str]:
    """Return the suppliers whose purchases of the year reach `suppliers_named_from` of the params.

    purchases = sum of |amount| [currency of the company] over activities of spend, or over the records where that is
    more (a bill that a meter replaced is a purchase too). A supplier without an amount in this currency is not named,
    unless the params state 0.

    Raises UsageError: A published set, which holds neither the amounts of records nor this choice.
    """
    if inventory not in _NAMED:
        _NAMED[inventory] = _named(inventory)
    return _NAMED[inventory]


def _named(inventory: InventoryTables) -> frozenset[str]:
    limit, currency = inventory.params.suppliers_named_from, inventory.params.currency
    if not currency:
        raise UsageError("which suppliers may be named: a published set holds neither purchases nor params",
                         hint=f"compute it: cb.inventory({inventory.company!r}, {inventory.year})")
    if limit == 0:
        return frozenset(name for name in Rows(inventory.emissions).groups(["supplier"]).lines() if name)
    amounts: dict[str, float] = {}
    tables = [(inventory.activities, "quantity", "unit"),
              *((records, "amount", "currency") for records in inventory.records.values()
                if {"supplier", "amount", "currency"} <= {*records.columns})]
    for table, amount, unit in tables:
        rows = Rows(table).where(**{unit: currency})
        rows = rows.assign(size=abs(rows[amount])).where(rows[amount] == rows[amount])
        for name, size in rows.sums(["supplier"], "size").items():
            amounts[name] = max(amounts.get(name, 0.0), size)
    return frozenset(name for name, size in amounts.items() if name and size >= limit)
