"""Devices and the travel rule on a page; each kind of device has one colour in all figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from carbon.digital.devices.fleet import Fleet
from carbon.digital.travel_policy import TravelPolicy
from carbon.reports.figures.bars import Bar, Stack, bars, columns
from carbon.reports.figures.theme import LIGHT
from carbon.reports.tables.digital import thresholds_table
from carbon.reports.tables.fleet import age_band, age_pyramid_table
from carbon.reports.words.language import Words

ORDER = ("laptop", "desktop", "monitor", "smartphone", "tablet", "printer")
"""Categories in the order of the colours; any other is pale."""


def in_order(categories: Iterable[Any]) -> list[str]:
    """Return categories in the order of their colours, others by name after them."""
    return sorted(categories, key=lambda c: (ORDER.index(c) if c in ORDER else len(ORDER), c))


def ages_chart(table: pd.DataFrame, width: float, *, words: Words, attempt: Any) -> str:
    """Return the devices in stock by age and kind, the youngest at the foot. Table: `age_pyramid_table`."""
    fleet: Fleet = attempt.result
    stock = age_pyramid_table(fleet).set_index("age")
    kinds = in_order(stock.columns)
    colours = {kind: LIGHT.ordered[ORDER.index(kind)] if kind in ORDER else LIGHT.pale for kind in kinds}
    lines = [Bar(age_band(str(age), words), tuple((float(line[kind]), colours[kind]) for kind in kinds),
                 words.number(float(line.sum()))) for age, line in reversed([*stock.iterrows()])]
    return bars(lines, width, keys=[(colours[kind], words.term("device", kind)) for kind in kinds])


def thresholds_chart(table: pd.DataFrame, width: float, *, words: Words, attempt: Any) -> str:
    """Return what each threshold of the travel rule would avoid, and how much of it hotel nights would add again.

    Table: `thresholds_table`.
    """
    policy: TravelPolicy = attempt.result
    curve = thresholds_table(policy).sort_values("hours")
    layers = [(LIGHT.actual, words("digital_figure.rule_now", hours=words.tick(policy.hours))),
              (LIGHT.fan, words("digital_figure.other_rule")), (LIGHT.pale, words("digital_figure.nights_add"))]
    rows = [(hours, (left, 0.0, avoided - max(left, 0.0)) if hours == policy.hours else (
        0.0, left, avoided - max(left, 0.0))) for hours, avoided, left in zip(
            *(curve[c].tolist() for c in ("hours", "avoided_t", "net_avoided_t")), strict=True)]
    drawn = [at for at in range(3) if any(parts[at] for _, parts in rows)]  # a rule between two thresholds has no bar
    stacks = [Stack(f"{words.tick(hours)} h", tuple(parts[at] for at in drawn)) for hours, parts in rows]
    return columns(stacks, [layers[at] for at in drawn], width, words)
