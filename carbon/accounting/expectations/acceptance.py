"""Breaches that a company accepts by name in its params, and those that a run does not publish without it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.bands import OWN_PAST
from carbon.accounting.expectations.measures import WHOLE
from carbon.core.periods import reporting_year
from carbon.params.shapes.expected import Accepted

Flags = npt.NDArray[np.bool_]
SLIPPED = " the years before: "
"""In the cause of a slip of one size: the same one of several meters is one error."""
SAME_VALUE = 0.05
"""How far a measure may move from the `value` that was accepted: beyond, it is another breach."""


def fails_of(breaches: pd.DataFrame, *, least_kg: float) -> Flags:
    """Flag breaches that a run does not publish until they are accepted.

    Those with at least `least_kg` at stake [kg CO2e], alone or with others of the kind that slipped alike (eight meters
    ten times the years before), every total below zero, and months that are missing where earlier years have them.
    """
    measure = breaches["measure"]
    below = (breaches["value"] < 0) & (breaches["dimension"] == WHOLE)
    negative = (measure == m.TOTAL) | ((measure == m.LEVEL) & below)
    short = (measure == m.MONTHS) & (breaches["basis"] == OWN_PAST)
    slipped = breaches["fails"] & breaches["cause"].str.contains(SLIPPED, regex=False)
    slips_kg = breaches["at_stake_kg"].where(slipped, 0.0)
    together_kg = slips_kg.groupby([breaches["kind"], breaches["cause"]]).transform("sum")
    large = ((breaches["at_stake_kg"] >= least_kg) & breaches["fails"]) | (slipped & (together_kg >= least_kg))
    return np.asarray(large | negative | short, dtype=bool)


def accepted_of(
    breaches: pd.DataFrame, declared: Sequence[Accepted], *, year: int, year_starts: str,
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
        places = np.flatnonzero(_named(breaches, one))
        if len(places) == 1:
            reasons[places[0]] = f"{one.reason} ({one.by}, {one.on})"
        elif len(places):
            named = breaches.iloc[places]
            keys = ", ".join(dict.fromkeys((named["kind"] + " " + named["key"]).str.strip().tolist()))
            warned.append(("acceptance_unclear", f"`expected` accepts {one.title} without saying which of {keys}: none "
                           "is accepted; write an entry each, with `kind`, `key` and `unit`"))
        else:
            warned.append(("acceptance_idle", f"`expected` accepts {one.title}, and {year} has no such breach: delete "
                           "the entry, or write the `year`, `key` and `value` that it is for"))
    return reasons, warned


def _named(breaches: pd.DataFrame, one: Accepted) -> Flags:
    mask = (breaches["code"] == one.code).to_numpy()
    for column, name in (("kind", one.kind), ("key", one.key), ("unit", one.unit)):
        if name is not None:
            mask = mask & (breaches[column] == name).to_numpy()
    if one.value is not None:
        values = breaches["value"].to_numpy()
        mask = mask & (np.abs(values - one.value) <= SAME_VALUE * np.maximum(np.abs(values), abs(one.value)))
    return np.asarray(mask, dtype=bool)
