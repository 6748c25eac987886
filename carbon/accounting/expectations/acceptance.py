"""Breaches that a company accepts by name in its params, and those that a run does not publish without it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.bands import OWN_PAST
from carbon.accounting.expectations.measures import WHOLE, Line
from carbon.core.periods import reporting_year
from carbon.params.shapes.expected import Accepted

SLIPPED = " the years before: "
"""In the cause of a slip of one size: the same one of several meters is one error."""
SAME_VALUE = 0.05
"""How far a measure may move from the `value` that was accepted: beyond, it is another breach."""


def fails_of(breaches: Sequence[Line], *, least_kg: float) -> list[bool]:
    """Return whether a run does not publish each breach until it is accepted.

    Those with at least `least_kg` at stake [kg CO2e], alone or with others of the kind that slipped alike (eight meters
    ten times the years before), every total below zero, and months that are missing where earlier years have them.
    """
    slips: dict[tuple[str, str], list[float]] = {}
    for line in breaches:
        if line["fails"] and SLIPPED in line["cause"]:
            slips.setdefault((line["kind"], line["cause"]), []).append(line["at_stake_kg"])
    slips_kg = {of: math.fsum(kg) for of, kg in slips.items()}
    return [(line["fails"] and max(line["at_stake_kg"], slips_kg.get((line["kind"], line["cause"]), 0.0)) >= least_kg)
            or line["measure"] == m.TOTAL or (line["measure"] == m.MONTHS and line["basis"] == OWN_PAST)
            or (line["measure"] == m.LEVEL and line["value"] < 0 and line["dimension"] == WHOLE) for line in breaches]


def accepted_of(
    breaches: Sequence[Line], declared: Sequence[Accepted], *, year: int, year_starts: str,
) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the reason for which each breach is accepted ("" where it is not), and warnings on idle acceptances.

    An acceptance names its breach: one of several with the same code only with `key` (and `kind`). One with a `year` is
    for that year alone; one without is for the years that began by its day `on`.
    """
    reasons, warned = [""] * len(breaches), []
    start, _ = reporting_year(year, year_starts)
    for one in declared:
        if one.year not in (None, year) or start.date() > one.on:
            continue
        places = [at for at, line in enumerate(breaches) if _is_named(line, one)]
        if len(places) == 1:
            reasons[places[0]] = f"{one.reason} ({one.by}, {one.on})"
        elif places:
            keys = ", ".join(dict.fromkeys(f"{breaches[at]['kind']} {breaches[at]['key']}".strip() for at in places))
            warned.append(("acceptance_unclear", f"`expected` accepts {one.title} without saying which of {keys}: none "
                           "is accepted; write an entry each, with `kind`, `key` and `unit`"))
        else:
            warned.append(("acceptance_idle", f"`expected` accepts {one.title}, and {year} has no such breach: delete "
                           "the entry, or write the `year`, `key` and `value` that it is for"))
    return reasons, warned


def _is_named(line: Line, one: Accepted) -> bool:
    names = {"code": one.code, "kind": one.kind, "key": one.key, "unit": one.unit}
    if any(name is not None and line[column] != name for column, name in names.items()):
        return False
    return one.value is None or bool(
        abs(line["value"] - one.value) <= SAME_VALUE * max(abs(line["value"]), abs(one.value)))
