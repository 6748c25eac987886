"""Edge out: which company-years are stale, the notebook run, and the one writer of published sets."""

from __future__ import annotations

from typing import Any

__all__ = ["run"]


def __getattr__(name: str) -> Any:
    # `carbon --help` and `carbon verify` must not pay for papermill.
    if name == "run":
        from carbon.runs.schedule.session import run

        return run
    raise AttributeError(f"module 'carbon.runs' has no attribute '{name}'")
