"""Facts about a file that its project gives, not the file itself."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from carbon.core.display import Displayed


@dataclass(frozen=True, repr=False)
class ProjectContext(Displayed):
    """Facts that a project gives about a file; empty where a file is checked alone."""

    company: str = ""
    first_day: pd.Timestamp | None = None
    last_day: pd.Timestamp | None = None
    sites: dict[str, str] = field(default_factory=dict)
    declared: bool = False
    from_path: dict[str, str] = field(default_factory=dict)
    group: bool = False
    """The company has entities: `company` of a row names the one it belongs to."""

    home: frozenset[str] = frozenset()
    """Countries of the company and its sites."""
    currency: str = ""
    namesakes: str = "refuse"

    @property
    def begins(self) -> tuple[int, int]:
        """Return month and day on which the reporting year begins."""
        return (1, 1) if self.first_day is None else (self.first_day.month, self.first_day.day)
