"""Values that a company's own indicators give to the datapoints that they declare, held against the filing's figures.

An indicator that contradicts the figure next to it gives no value: its line names both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from carbon.core.units import KG_PER_T
from carbon.reports.filings.counting import TOTAL
from carbon.reports.filings.ghg_protocol import lines_table
from carbon.reports.tables.scorecard import OF_INDICATOR
from carbon.reports.words.figure_ids import short, total_name
from carbon.reports.words.language import Words
from carbon.scorecards.catalogue import datapoints
from carbon.scorecards.linter import feeds_of

FRAMEWORK = {"esrs_e1": "ESRS", "vsme": "VSME", "beges_v5": "BEGES"}
"""Format -> beginning of the names of its datapoints."""
FILED, CONTRADICTED = "filed", "contradicted"
COLUMNS = ["figure_id", "datapoint", "asks_for", "indicator", "value", "unit", "numerator", "denominator", "state",
           "reason", "evidence_file", "set"]
TOLERANCE = 0.005
"""Roundings between an indicator and the figure that it is part of."""
_IN = {"kg CO2e": ("t CO2e", KG_PER_T), "t CO2e": ("t CO2e", 1.0), "kWh": ("MWh", 1000.0), "MWh": ("MWh", 1.0)}
_OF_EMISSIONS, _OF_ENERGY = ("ESRS E1-6", "VSME B3"), ("ESRS E1-5", "VSME B3")


def indicators_table(format: str, indicators: pd.DataFrame | None, tables: Mapping[str, pd.DataFrame], inventory: Any,
                     words: Words, of_set: str) -> pd.DataFrame | None:
    """Return the sheet of a filing that the indicators of its published set feed; None where none does.

    indicators: table of the set, None where the company has none; one of an earlier release does not state what the
    inventory contradicts, and nothing of it is filed. tables: those of the filing; an indicator may not exceed the
    figure of the datapoint that it feeds, in the same unit.

    Columns: figure_id (what `carbon explain` takes), datapoint, asks_for, indicator, value and parts (NaN where
    contradicted), unit, state, reason, evidence_file, set.
    """
    if indicators is None or "differs" not in indicators or format not in FRAMEWORK:
        return None
    computed = _computed(format, tables, inventory)
    lines = [_line(row, name, computed, inventory, words)
             for row in indicators[indicators["value"].notna()].to_dict("records")
             for name in feeds_of(row["feeds"]) if name in datapoints() and name.startswith(f"{FRAMEWORK[format]} ")]
    if not lines:
        return None
    return pd.DataFrame(lines, columns=COLUMNS[:-1]).sort_values(["datapoint", "figure_id"], ignore_index=True).assign(
        set=of_set)[COLUMNS]


def _line(row: Mapping[Any, Any], datapoint: str, computed: Mapping[tuple[str, str], float], inventory: Any,
          words: Words) -> tuple[object, ...]:
    reason = _contradiction(row, datapoint, computed, words)
    name = row[f"label_{words.language}"] or row["indicator_id"]
    parts = (row["value"], row["unit"], row["numerator"], row["denominator"])
    return (f"{inventory.company}/{inventory.year}/{OF_INDICATOR}{row['indicator_id']}", datapoint,
            datapoints()[datapoint][f"what_{words.language}"], name,
            *(parts if not reason else (float("nan"), row["unit"], float("nan"), float("nan"))),
            CONTRADICTED if reason else FILED, reason, row["evidence_uri"])


def _contradiction(row: Mapping[Any, Any], datapoint: str, computed: Mapping[tuple[str, str], float],
                   words: Words) -> str:
    """Return why a value cannot be filed: its table differs from the inventory, or it is more than the whole."""
    if row["differs"] and any(name == datapoint for name, _ in computed):
        return words("filing.indicator_differs", table=words.term("kind", row["evidence"]), difference=row["differs"])
    unit, per = _IN.get(row["numerator_unit"], ("", 1.0))
    own = row["numerator"] / per
    of_inventory = computed.get((row["about"], unit), float("nan")) if row["evidence"] == "inventory" else float("nan")
    whole = computed.get((datapoint, unit), float("nan"))
    if abs(own - of_inventory) > TOLERANCE * abs(of_inventory) or own > whole * (1 + TOLERANCE):
        figure = of_inventory if of_inventory == of_inventory else whole
        return words("filing.indicator_contradicts", own=words.number(own, 3), computed=words.number(figure, 3),
                     unit=words.unit(unit))
    return ""


def _computed(format: str, tables: Mapping[str, pd.DataFrame], inventory: Any) -> dict[tuple[str, str], float]:
    """Return (datapoint or figure, unit) -> the filing's own figure."""
    rows = lines_table(inventory)
    t = dict(zip(rows["figure_id"].map(short), rows["co2e_t"], strict=True))
    method = total_name(inventory.params.scope2_headline)
    figures = t | {TOTAL: t.get(method, float("nan")),
                   "scope1and2": t.get("scope1", float("nan")) + t.get(method.replace(TOTAL, "scope2"), float("nan"))}
    computed = {(name, "t CO2e"): value for name, value in figures.items()}
    if format == "beges_v5":
        posts = zip(tables["lines"]["post"], tables["lines"]["co2e_t"], strict=True)
        return computed | {(f"BEGES {post}", "t CO2e"): value for post, value in posts}
    totals = [value for name, value in t.items() if name.startswith(f"{TOTAL}-") and value == value]
    computed |= {(name, "t CO2e"): max(totals, default=float("nan")) for name in _OF_EMISSIONS}
    return computed | {(name, "MWh"): float(tables["energy"]["mwh"].sum(skipna=False)) for name in _OF_ENERGY}
