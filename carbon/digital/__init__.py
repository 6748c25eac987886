"""
Responsible digital: the fleet of devices, a digital service, planetary budgets, and train or plane.

Names are loaded when first used, so that `import carbon` stays quick.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_HOME = {
    "fleet": "fleet", "Fleet": "fleet", "company_fleet": "company", "grid_factor": "grid", "GridFactor": "grid",
    "given_grid": "grid", "service": "service", "Service": "service", "company_service": "company",
    "person_budget": "planetary_boundaries", "page_estimate": "page", "eco_index": "page",
    "travel_policy": "travel_policy",
    "company_travel_policy": "company", "fleet_of": "company", "service_of": "company", "travel_policy_of": "company",
    "contracts_of": "company", "standalone_service": "company", "unmet": "conditions", "meets": "conditions",
    "questions": "answers", "service_form": "form",
}


class _Room(ModuleType):
    """
    `digital.fleet` is the function, although the module of that name is loaded too: import would bind the module.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Room


def __getattr__(name: str) -> Any:
    if name == "read_digital":
        return import_module("carbon.records.digital").read_digital
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*_HOME, "read_digital"])
