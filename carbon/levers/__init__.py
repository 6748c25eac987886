"""
What could be done: levers on the inventory's streams, and the plan of least cost that meets the targets.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from carbon.core.boxed import as_public

_HOME = {
    "Lever": "carbon.core.lever_params", "plan": "carbon.levers.company", "streams": "carbon.levers.streams",
    "carry_forward": "carbon.levers.baseline", "make_problem": "carbon.levers.problem",
    "least_cost": "carbon.levers.choose", "robust_plan": "carbon.levers.robust", "p_meet": "carbon.levers.chance",
    "templates_table": "carbon.levers.templates", "follow": "carbon.levers.followed",
    "record_of": "carbon.levers.record",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return as_public(getattr(import_module(_HOME[name]), name), __name__)
    raise AttributeError(f"carbon.levers has no {name!r}; it has: {', '.join(__all__)}")
