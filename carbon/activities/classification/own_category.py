"""The scope 3 category that an activity has of its own, for rules that name none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from carbon.core import packaged
from carbon.core.ghg_protocol import NO_CATEGORY
from carbon.params.shapes.company import Rule

GOODS_AND_SERVICES = 1


@dataclass(frozen=True)
class Place:
    """Scope and category of a rule's purchases; `unclear` is why they are not known, `assumed` what was assumed."""

    scope: str
    category: int
    unclear: str = ""
    assumed: str = ""


def place(rule: Rule) -> Place:
    """Return the scope and category of a purchase rule: its own, else those of its activity.

    Flights are category 6, freight is 4, waste is 5. An activity of several categories (a transport sector by money),
    and fuels and power without a scope, have no place of their own: `unclear`. One that the table does not know (a
    company's own factor) is counted as goods and services: `assumed`.
    """
    activity = rule.activity or (rule.otherwise.activity if rule.otherwise else "")
    category = rule.otherwise.category if rule.otherwise else rule.category
    scope = rule.scope or "3"
    if scope != "3" or not activity:
        return Place(scope, NO_CATEGORY)
    if category:
        return Place(scope, category)
    entry = _entry(activity)
    if entry is None:
        return Place(scope, GOODS_AND_SERVICES, assumed=f"{activity} is an activity of the company's own")
    others = " or ".join(entry["or"].split())
    if entry["category"]:
        assumed = f"{activity} may be of category {others} too ({entry['why']})" if others else ""
        return Place(scope, int(entry["category"]), assumed=assumed)
    choice = f"may be of category {others}" if others else "has no scope 3 category of its own"
    return Place(scope, NO_CATEGORY, unclear=f"{activity} {choice} ({entry['why']})")


@cache
def _entry(activity: str) -> dict[str, str] | None:
    """Return the line of the longest prefix of an activity; a star fits any ending, else whole words count."""
    fitting = [prefix for prefix in _table() if activity == prefix or activity.startswith(
        prefix.removesuffix("*") if prefix.endswith("*") else f"{prefix}.")]
    return _table()[max(fitting, key=len)] if fitting else None


@cache
def _table() -> dict[str, dict[str, str]]:
    return {line["activity"]: line for line in packaged.read_rows("carbon.activities", "data/activity_categories.csv")}
