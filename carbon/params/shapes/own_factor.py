"""What a company's own factor is for, as the choice of an activity sees it: activity, region, unit and years."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from carbon.params.shapes.types import Model


class OwnFactor(Model):
    """One factor of params/<company>/factors.csv, without its figure."""

    activity: Annotated[str, Field(min_length=1)]
    region: str
    unit: str
    valid_from: int
    valid_to: int = 9999

    def holds_in(self, year: int) -> bool:
        """Return whether the factor is valid in a year."""
        return self.valid_from <= year <= self.valid_to
