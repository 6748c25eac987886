"""Which suppliers readers see by name: those that the company bought enough from in the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon.core.columns import Rows

if TYPE_CHECKING:
    from carbon.accounting.inventory_tables import InventoryTables


def named_suppliers(inventory: InventoryTables) -> frozenset[str]:
    """Return the suppliers whose purchases of the year reach `suppliers_named_from` of the params.

    purchases = sum of |amount| [currency of the company] over activities of spend, or over the records where that is
    more (a bill that a meter replaced is a purchase too). A supplier without an amount in this currency is not named,
    unless the params state 0.
    """
    limit, currency = inventory.params.suppliers_named_from, inventory.params.currency
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
