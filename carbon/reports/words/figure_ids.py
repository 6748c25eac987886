"""The ids that lead from a printed figure to its rows: `<company>/<year>/<name>`, as `carbon explain` takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon.core.ghg_protocol import SCOPE_FIGURES

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

ID = "figure_id"
"""The column of a table that holds the id of each line."""
CHART = "chart/"
"""What the id of a chart begins with, before the exhibit's name: "chart/bridge"."""
_SCOPE = {line: name for name, line in SCOPE_FIGURES.items()}


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
