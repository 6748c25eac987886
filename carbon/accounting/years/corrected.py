"""The yearly totals of a history with what factors moved taken out, and the years in which they moved much.

corrected(last) = published(last);  corrected(y) = corrected(y + 1) x restated(y) / (restated(y) + left of the change)

A chained index, so that each yearly change is the one that the bridge shows: at constant factors (activity, mix and
intensity alone), or without factor editions and rates (grid, contracts and supplier factors are left in).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.years.bridge import BOUNDARY, FACTORS, METHOD, START
from carbon.accounting.years.constant_factors import LADDER
from carbon.accounting.years.earlier_factors import EDITIONS, RATES
from carbon.core.errors import MethodError
from carbon.core.schemas import FLAG, INTEGER, NUMBER, TEXT, Table

AT = {"published": (), "editions": (EDITIONS, RATES), "constant factors": LADDER}
"""Choice -> the steps of the bridge that are taken out."""
CORRECTED = Table("corrected", {
    "year": INTEGER, "published_kg": NUMBER, "corrected_kg": NUMBER, "moved_kg": NUMBER, "is_break": FLAG,
    "most": TEXT,
}, key=("year",))
"""One year with records. moved_kg: what the steps taken out moved since the year before; is_break: at least the
company's significance threshold of the year before; most: the edition or rate that moved most, "" where none did.
"""


def corrected_series(history: Any, scopes: tuple[str, ...], scope2_method: str, *, at: str) -> pd.DataFrame:
    """Return the totals of the years with records as published, and corrected to the last year's factors: `CORRECTED`.

    Parameters
    ----------
    history
        `Inventories`.
    at
        "published": nothing is taken out; "editions": re-published averages, rates and prices; "constant factors": all
        five steps from editions to rates. Required: a series that is fitted or judged states its choice.

    Raises
    ------
    MethodError
        An unknown choice; a restated year of these scopes that is not positive: no share of it exists.
    """
    if at not in AT:
        raise MethodError(f"unknown correction {at!r}", hint=f"one of {', '.join(AT)}")
    years = sorted(history.inventories)
    links = {later: history.bridge(earlier, later, scope2_method=scope2_method, driver="none")
             for earlier, later in pairwise(years)}
    share = history.inventories[years[-1]].params.significant_share if years else 0.0
    published = history.plain_series(list(scopes), scope2_method)
    ratio, moved, is_break = 1.0, dict.fromkeys(years, 0.0), dict.fromkeys(years, False)
    corrected = {years[-1]: float(published[years[-1]])} if years else {}
    for later in reversed(years[1:]):
        rows = links[later].streams[links[later].streams["scope"].isin(list(scopes))]
        restated, gone_kg, kept_kg = (math.fsum(rows[list(columns)].to_numpy().ravel().tolist()) for columns in (
            (START, BOUNDARY, METHOD), AT[at], [s for s in (*LADDER, *FACTORS) if s not in AT[at]]))
        if not (restated > 0 and restated + kept_kg > 0):
            raise MethodError(f"the restated start of {links[later].years[0]} is {restated:,.1f} kg; no share of it "
                              "exists",
                              hint="take the series as published")
        ratio *= restated / (restated + kept_kg)
        corrected[links[later].years[0]] = float(published[years[-1]]) * ratio
        moved[later], is_break[later] = gone_kg, abs(gone_kg) >= share * restated > 0
    most = {later: link.moved_most[0] for later, link in links.items()}
    table = pd.DataFrame({
        "year": np.array(years, dtype=np.int64), "published_kg": [float(published[y]) for y in years],
        "corrected_kg": [corrected[y] for y in years], "moved_kg": [moved[y] for y in years],
        "is_break": [is_break[y] for y in years], "most": [most.get(y, "") for y in years]})
    return CORRECTED.validate(table.astype(dict(CORRECTED.dtypes)))
