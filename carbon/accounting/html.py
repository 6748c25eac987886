"""The short view of an inventory in a notebook; no ids or addresses that change from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from carbon.core.schemas import OUTCOMES

__all__ = ["OUTCOMES", "inventory_html"]
_ID = {"Scope 1": "scope1", "Scope 2 (location-based)": "scope2-location", "Scope 2 (market-based)": "scope2-market",
       "Scope 3": "scope3", "Total (location-based)": "total-location", "Total (market-based)": "total-market"}


def inventory_html(
    company: str, year: int, gwp: str, lines: Sequence[tuple[str, float]], ledger: pd.DataFrame
) -> str:
    """A table of scopes and totals [t CO2e] with the id of each figure, and one line on the rows read."""
    key = f"{company}/{year}"
    body = "".join(
        f'<tr id="{escape(f"{key}/{_ID[name]}", quote=True)}"><th scope="row">{escape(name)}</th>'
        f"<td>{tonnes:,.1f}</td></tr>" for name, tonnes in lines)
    rows = ledger.loc[ledger["counts_row"], "outcome"].value_counts()
    ended = ", ".join(f"{rows.get(outcome, 0):,} {outcome}" for outcome in OUTCOMES)
    return (f"<table><caption>{escape(key)}: inventory [t CO2e, {escape(gwp)}]</caption>"
            f"<tbody>{body}</tbody></table><p>Rows: {escape(ended)}</p>")
