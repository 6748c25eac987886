"""Breaches of what is expected of a year that the company has looked at and accepts, each by its name."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from carbon.params.shapes.types import Model, Year

_Text = Annotated[str, Field(min_length=1, pattern=r"\S")]


class Accepted(Model):
    """One breach that is right as it is: which, why, who looked at it, and when."""

    code: _Text
    """Code of the breach, e.g. amount_unexpected."""
    reason: _Text
    by: _Text
    on: date
    year: Year | None = None
    """Reporting year; without it, each year that began by the day `on`."""
    kind: str | None = None
    key: str | None = None
    unit: str | None = None
    """Kind of record, key and unit as the breach prints them; needed where several breaches have the code."""
    value: float | None = None
    """The value that was looked at: one that moves by more than 5 % is another breach."""

    @property
    def title(self) -> str:
        """Return the entry in words: amount_unexpected of purchases 218100."""
        of = " ".join(word for word in (self.kind, self.key) if word)
        return f"{self.code} of {of}" if of else self.code
