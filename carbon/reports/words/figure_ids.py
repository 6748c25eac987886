"""The ids that lead from a printed figure to its rows: `<company>/<year>/<name>`, as `carbon explain` takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

TOTALS = ("total-location", "total-market")
CHART = "chart/"
"""What the id of a chart begins with, before the exhibit's name: "chart/bridge"."""
_SCOPE = {("1", ""): "scope1", ("2", "location-based"): "scope2-location", ("2", "market-based"): "scope2-market",
          ("3", ""): "scope3"}


def figure_id(inventory: Inventory, name: str) -> str:
    """Return the full id of one figure of a company-year."""
    return f"{inventory.company}/{inventory.year}/{name}"


def total_name(scope2_method: str) -> str:
    """Return "total-location" or "total-market"."""
    return f"total-{scope2_method.removesuffix('-based')}"


def scope_id_name(scope: str, scope2_method: str) -> str:
    """Return "scope1", "scope2-location", "scope2-market" or "scope3"."""
    return _SCOPE[scope, scope2_method]


def short(identifier: str) -> str:
    """Return the id without company and year."""
    return identifier.split("/", 2)[-1]
