"""
Emissions -> inventory: one company-year (`company`), several years (`history`), any figure explained (`explain`).

The room can be called: once it is loaded, `carbon.inventory` is this module, and `cb.inventory("petit-studio", 2024)`
must stay the arrow an analyst types.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from carbon.accounting.compile import compile_inventory
from carbon.core.boxed import as_public, box_all
from carbon.core.lazy_room import callable_room

if TYPE_CHECKING:
    from carbon.accounting.company import inventory, inventory_of
    from carbon.accounting.history import Inventories, inventories
    from carbon.accounting.result import Inventory

_HOME = {"inventory": "company", "inventory_of": "company", "inventories": "history", "Inventories": "history",
         "Inventory": "result"}

__all__ = ["Inventories", "Inventory", "compile_inventory", "inventories", "inventory", "inventory_of"]
box_all(globals(), __all__)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return as_public(getattr(import_module(f"{__name__}.{_HOME[name]}"), name), __name__)
    raise AttributeError(f"carbon.inventory has no {name!r}")


callable_room(__name__, "company")
