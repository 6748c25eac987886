"""Levers on the inventory's streams, and the plan of least cost that meets the targets."""

from __future__ import annotations

from carbon.core.public_names import lazy_room

_HOME = {
    "Lever": "carbon.params.shapes.levers", "plan": "carbon.levers.company", "streams": "carbon.levers.baseline",
    "carry_forward": "carbon.levers.baseline", "make_problem": "carbon.levers.problem",
    "least_cost": "carbon.levers.choose", "robust_plan": "carbon.levers.robust", "p_meet": "carbon.levers.chance",
    "side_by_side": "carbon.levers.company", "likely_plan": "carbon.levers.likely",
    "templates_table": "carbon.levers.model", "follow": "carbon.levers.record",
    "record_of": "carbon.levers.record",
}

__getattr__, __dir__ = lazy_room(__name__, _HOME)
