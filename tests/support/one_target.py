"""A target of -42 % in ten years, with what a test changes."""

from __future__ import annotations

from carbon.core.ghg_protocol import LOCATION
from carbon.trajectory import Target


def target(**changes: object) -> Target:
    given = {"id": "t", "scopes": ("1", "2"), "scope2_method": LOCATION, "base_year": 2020, "target_year": 2030,
             "reduction": 0.42, **changes}
    return Target(**given)
