"""One plain sentence on each target of a plan: how likely it is kept, and by what."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from carbon.core.units import KG_PER_T
from carbon.levers.result import Plan
from carbon.trajectory.words import bounded

NO_P = "no probability: "
"""How the reason for a missing probability may begin: next to the sentence that there is none it is left out."""
PROBABLY, EVEN = 0.67, 0.33
"""From two thirds a target is called probably met, up to a third probably missed (the likelihood scale's "likely")."""


def verdicts(plan: Plan, chances: Mapping[str, float], *, reason: str = "", records: Mapping[str, str] | None = None
             ) -> pd.DataFrame:
    """Return one sentence a limit, on its tightest entry: target, year (0: budget), p (NaN: unknown), verdict.

    An even chance is called that, whatever the middle path is.

    chances: P of each limit by its name; without those that are unknown.
    reason, records: Why P is unknown; or by limit the record of P, or why it is unknown.
    """
    over = (plan.excess["kg"] - plan.excess["limit_kg"]) / plan.excess["limit_kg"].abs().clip(lower=1.0)
    tightest = plan.excess.loc[over.groupby(plan.excess["limit"], sort=False).idxmax()]
    rows = []
    for limit, year, limit_kg, kg in zip(*(tightest[c] for c in ("limit", "year", "limit_kg", "kg")), strict=True):
        p = chances.get(limit)
        record = (records or {}).get(limit, reason if p is None else "")
        when = "budget" if year == 0 else str(year)
        sizes = f"{_tonnes(kg)} t on the middle path, limit {_tonnes(limit_kg)} t"
        rows.append((limit, int(year), float("nan") if p is None else float(p),
                     f"{limit}, {when}: {_words(p, kg <= limit_kg, record)}; {sizes}"))
    return pd.DataFrame(rows, columns=["target", "year", "p", "verdict"])


def _tonnes(kg: float) -> str:
    tonnes = kg / KG_PER_T
    return f"{tonnes:,.1f}" if abs(tonnes) >= 10 else f"{tonnes:.3g}"  # 1.17 t of 1.18 t are not one number


def _words(p: float | None, within: bool, record: str) -> str:
    if p is None:
        why = record.removeprefix(NO_P)
        return f"{'kept' if within else 'missed'} on the middle path, how likely is unknown ({why})"
    sign, rounded = bounded(p)
    share, like = f"{sign}{rounded:.0%}", f"; {record}" if record else ""
    if p >= PROBABLY:
        return f"will probably be met ({share}{like})"
    return f"will probably be missed ({share} that it is met{like})" if p <= EVEN else f"an even chance ({share}{like})"
