"""carbon: company records become emissions, inventories, trajectories and reviewable reports.

    import carbon as cb
    inv = cb.inventory("petit-studio", 2024)

Names are loaded on first use, so that `import carbon` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from carbon.core.public_names import as_public, refuse_other_program
from carbon.core.text import spelled_like

refuse_other_program(__path__)

__version__ = "0.3.0"

_HOME = {
    # the arrows
    "read_company": "carbon.records.files.company",
    "read_records": "carbon.records.files.file",
    "map": "carbon.runs.desk.file_maps",
    "classify": "carbon.activities",
    "match_factors": "carbon.factors",
    "calculate_emissions": "carbon.emissions",
    "compile_inventory": "carbon.accounting",
    # in one call
    "inventory": "carbon.accounting",
    "inventories": "carbon.accounting",
    "published": "carbon.runs.review.published",
    "annual_report": "carbon.reports.exhibits.annual",
    "explain": "carbon.accounting.company",
    "what_if": "carbon.accounting.scenarios.chain",
    # small questions
    "estimate": "carbon.factors",
    "convert": "carbon.core.units",
    "gwp": "carbon.factors",
    "great_circle_km": "carbon.core.places",
    # trajectory
    "Target": "carbon.trajectory",
    "fit": "carbon.trajectory",
    "gap": "carbon.trajectory",
    "required_rate": "carbon.trajectory",
    "backtest": "carbon.trajectory",
    "restate": "carbon.accounting.years.restated",
    "bridge": "carbon.accounting.years.bridge",
    # levers
    "Lever": "carbon.levers",
    "plan": "carbon.levers",
    # digital
    "fleet": "carbon.digital",
    "service": "carbon.digital",
    "travel_policy": "carbon.digital",
    "person_budget": "carbon.digital",
    "company_fleet": "carbon.digital",
    "company_service": "carbon.digital",
    "company_travel_policy": "carbon.digital",
    "page_estimate": "carbon.digital",
    "read_digital": "carbon.records.files.digital",
    "indicators": "carbon.scorecards",
    "CarbonError": "carbon.core.errors",
}
"""Public name -> the room or module that has it. No public name is a package's, but those of `_ROOMS`."""
_ROOMS = {"factors": "carbon.factors", "tables": "carbon.reports.tables.catalogue",
          "figures": "carbon.reports.figures.catalogue"}

__all__ = ["__version__", *sorted(_HOME), *sorted(_ROOMS)]


def __getattr__(name: str) -> Any:
    if name in _ROOMS or name in _HOME:
        room = import_module(_ROOMS.get(name) or _HOME[name])
        return room if name in _ROOMS else as_public(getattr(room, name), __name__)
    near = spelled_like(name, __all__, n=1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    raise AttributeError(f"carbon has no {name!r}; {meant}it has: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
