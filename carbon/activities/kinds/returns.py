"""Returns that may stand twice: as one line, and as the two ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from carbon.activities.draft import Draft
from carbon.core.columns import group_codes

_RETURN_DAYS = 45
_LEG = ["mode", "traveller", "origin", "destination"]


def remark_returns(draft: Draft) -> Draft:
    """Remark on a return that stands beside two one-way trips between the same places; nothing is changed."""
    rows = draft.rows
    named = rows["origin"] != ""
    legs, both = rows.where(~rows["return"] & (rows["mode"] != "hotel") & named), rows.where(rows["return"] & named)
    if not (len(legs) and len(both)):
        return draft
    same = group_codes([np.concatenate([part[c] for part in (both, legs)]) for c in (*_LEG, "period_start")])
    out = both.where(np.isin(same[:len(both)], same[len(both):]))
    if not len(out):
        return draft
    hits = _also_back(out.frame(["record_id", *_LEG, "period_start"]), legs.frame([*_LEG, "period_start"]))
    if not len(hits):
        return draft
    return draft.warn("return_twice", f"{len(hits)} return trips also stand as two one-way trips, e.g. {hits[0]}: "
                      "remove one of the two")


def _also_back(returns: pd.DataFrame, legs: pd.DataFrame) -> Any:
    """record_id of the returns whose way out is a leg, and whose way back is another within a few weeks."""
    out = returns.merge(legs, on=[*_LEG, "period_start"], validate="many_to_many")
    back = legs.rename(columns={"origin": "destination", "destination": "origin", "period_start": "period_start_back"})
    found = out.merge(back, on=_LEG, validate="many_to_many")
    later = (found["period_start_back"] - found["period_start"]).dt.days
    return found.loc[(later >= 0) & (later <= _RETURN_DAYS), "record_id"].unique()
