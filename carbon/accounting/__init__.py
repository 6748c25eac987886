"""Inventories: one company-year (`company`), several years (`years`), any figure explained (`explain`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon.core.public_names import lazy_room

if TYPE_CHECKING:
    from carbon.accounting.company import inventory, inventory_of
    from carbon.accounting.compile import compile_inventory
    from carbon.accounting.result import Inventory
    from carbon.accounting.years.history import Inventories, inventories

_HOME = {
    "inventory": "company", "inventory_of": "company", "compile_inventory": "compile", "Inventory": "result",
    "inventories": "carbon.accounting.years.history", "Inventories": "carbon.accounting.years.history",
}

__all__ = ["Inventories", "Inventory", "compile_inventory", "inventories", "inventory", "inventory_of"]
__getattr__, __dir__ = lazy_room(__name__, _HOME)
