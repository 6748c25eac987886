"""Datapoints of European standards (VSME, ESRS E1): one routing table from amounts to ids; what is missing.

The routing (data/eu_datapoints.csv) names for each datapoint its standard, paragraph, id, unit and amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from carbon.accounting.compile import PARTLY
from carbon.core import packaged
from carbon.core.periods import reporting_year
from carbon.reports.filings.amounts import BASE, NAN, NOT_ASKED, NOTED, RESTATED, TARGET, Amount
from carbon.reports.filings.counting import PACKAGE
from carbon.reports.filings.stated import remedy
from carbon.reports.words.language import Words

COLUMNS = ["figure_id", "requirement", "paragraph", "datapoint", "member", "period_start", "period_end", "value",
           "unit", "state", "set"]
KEPT = ["simplified", "decimals", "period", "amount"]
ABSENT = {"energy.own": "no_own_generation", "energy.nuclear": "no_origin", "energy.fossil": "no_origin",
          "energy.purchased.fossil": "no_origin", "production": "no_production", "high_impact": "no_high_impact"}
"""Beginning of an amount that an inventory may not have -> the gap it is then."""


@lru_cache(maxsize=4)
def routing(framework: str) -> pd.DataFrame:
    """Return the datapoints of a standard, in its order."""
    table = packaged.read_csv(PACKAGE, "data/eu_datapoints.csv")
    return table[table["framework"] == framework].reset_index(drop=True)


def facts_table(inventory: Any, amounts: Mapping[str, Amount], framework: str, of_set: str) -> pd.DataFrame:
    """Return the datapoints that have a value, one line each.

    Columns: figure_id (what `carbon explain` takes; several are parted by a blank), requirement, paragraph, datapoint,
    member, period_start, period_end, value, unit, state, set (identity of the published set), and of the routing
    simplified, decimals, period and amount.
    """
    routed = routing(framework)
    routed = routed[[name in amounts and not amounts[name].gap for name in routed["amount"]]]
    routed_amounts = [amounts[name] for name in routed["amount"]]
    starts = inventory.params.reporting_year_starts
    days = [reporting_year(amount.year, starts) for amount in routed_amounts]
    unit = routed["unit"].str.replace("currency", inventory.params.currency)
    return routed.assign(
        figure_id=[a.figures for a in routed_amounts],
        value=pd.Series([a.value for a in routed_amounts], routed.index, "float64"),
        period_start=pd.Series([first for first, _ in days], routed.index, "datetime64[s]"),
        period_end=pd.Series([last for _, last in days], routed.index, "datetime64[s]"),
        state=[a.detail if a.detail.startswith((*NOTED, RESTATED)) else "" for a in routed_amounts], unit=unit,
        set=of_set)[COLUMNS + KEPT]


def gaps_of(amounts: Mapping[str, Amount], framework: str, words: Words) -> list[tuple[str, str, str]]:
    """Return what a standard asks for and the records do not hold: (datapoints, text, lines of params)."""
    reasons: dict[tuple[str, str], list[str]] = {}
    routed = routing(framework)
    for datapoint, member, name in zip(routed["datapoint"], routed["member"], routed["amount"], strict=True):
        amount = amounts.get(name) or _absent(name)
        partial = amount.detail.startswith(PARTLY) and not amount.gap
        if partial or amount.gap not in ("", NOT_ASKED):
            text = words("gap.partly" if partial else f"gap.{amount.gap}", detail=amount.detail)
            params = remedy(amount.gap, *([amount.year] if amount.detail.isdigit() else []))
            names = reasons.setdefault((text, params), [])
            names.append(datapoint + (f" ({member.partition('=')[2]})" if member and not partial else ""))
    return [(", ".join(names), text, params) for (text, params), names in reasons.items()]


def _absent(name: str) -> Amount:
    of_target = name.endswith((BASE, TARGET)) or name in ("base_year", "target_year")
    gap = next((g for beginning, g in ABSENT.items() if name.startswith(beginning)), "no_target" if of_target else "")
    return Amount(NAN, 0, gap=gap or "no_figure")
