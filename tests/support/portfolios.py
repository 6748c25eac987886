"""Run summaries of companies to compare: the same totals but for their revenue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def portfolio_of(tonnes_per_million: Sequence[float], *, name: str = "body", currency: str = "EUR", **changes: Any
                 ) -> list[dict[str, Any]]:
    """One company a number: its tonnes per million of revenue, 2 t per employee; `changes` go to each."""
    states = dict.fromkeys(("1", "2-location", "2-market", "3", "total-location", "total-market"), "computed")
    return [{"company": f"{name}-{at}", "year": 2024, "status": "ok", "co2e_state": states,
             "co2e_t": {"total-location": 500.0, "total-market": 400.0},
             "size": {"employees": 250.0, "revenue": 500e6 / t, "currency": currency, "gwp": "AR6GWP100"}} | changes
            for at, t in enumerate(tonnes_per_million)]
