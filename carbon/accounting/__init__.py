"""
Emissions -> inventory: one company-year (`company`), several years (`history`), any figure explained (`explain`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon.core.lazy_room import lazy_room

if TYPE_CHECKING:
    from carbon.accounting.company import inventory, inventory_of
    from carbon.accounting.compile import compile_inventory
    from carbon.accounting.history import Inventories, inventories
    from carbon.accounting.result import Inventory

_HOME = {"inventory": "company", "inventory_of": "company", "compile_inventory": "compile", "inventories": "history",
         "Inventories": "history", "Inventory": "result"}

__all__ = ["Inventories", "Inventory", "compile_inventory", "inventories", "inventory", "inventory_of"]
__getattr__, __dir__ = lazy_room(__name__, _HOME)
