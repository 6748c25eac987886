"""One company-year as a job for another process, and its outcome; both are passed as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import IO, Any

OK, FAILED, SKIPPED, PENDING = "ok", "failed", "skipped", "pending"
PUBLISH = "carbon.runs.company_year.publication:publish"
SOURCE = "carbon.runs.company_year.inventory_content:of_company_year"


class _Keyed:
    company: str
    year: int

    @property
    def key(self) -> str:
        """Return the key "company/year"."""
        return f"{self.company}/{self.year}"

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)  # type: ignore[call-overload]  # both are dataclasses


@dataclass(frozen=True)
class Job(_Keyed):
    """One company-year to publish."""

    root: str
    company: str
    year: int
    engine: str
    timeout: int
    memory_mb: int
    """Limit above what the process holds at its start [MiB]; 0 is no limit."""
    source: str
    """`module:function` that gives the tables, see company_year/content.py."""
    force: bool = False
    doubted: bool = False
    """The journal names another identity than the current set has: run again, and put what differs aside."""
    work: str = PUBLISH
    """`module:function` that does the work on the job and returns its Outcome."""
    folder: str = ""
    """Where other work than publishing writes its stage."""


@dataclass(frozen=True)
class Outcome(_Keyed):
    """How one company-year ended."""

    company: str
    year: int
    status: str
    reason: str = ""
    summary: dict[str, Any] = field(default_factory=dict)
    """Fields of the run summary: rows, rejected amounts, co2e_t by scope, shares."""
    manifest_sha256: str = ""
    """Identity of the published set."""
    set: str = ""
    """Name of its folder."""
    path: str = ""
    """The published page, relative to the project root."""
    seconds: float = 0.0
    peak_mb: float = 0.0
    attempts: int = 1
    locked: bool = False


def emit(stream: IO[str], event: str, **fields: Any) -> None:
    """Write one event as a JSON line."""
    stream.write(json.dumps({"event": event, **fields}) + "\n")
    stream.flush()
