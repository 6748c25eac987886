"""Editions of one publication: which series a factor belongs to, and where its publisher changed the method.

Another edition where each year has one (DESNZ, eGRID), another reference year of one edition where a file holds many
(Ember, the grid of the Base Carbone).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from carbon.factors.library import OWN_SOURCES

_NUMBERS = re.compile(r"(_\d+)+$")


class MethodBreak(NamedTuple):
    """A publisher's change of method: the step between two years is no change of the world."""

    series: str
    activity: str
    region: str
    since: int
    why: str


METHOD_BREAKS = (
    MethodBreak("desnz", "electricity", "GB", 2026, "the publisher's method for UK grid electricity changed in 2026"),
)


def series_of(source_id: str) -> str:
    """Return the series of a publication: its source_id without the numbers of its edition.

    desnz_2025 and desnz_2024 are of the series "desnz"; ember_owid_2026, one edition with many reference years, is
    "ember_owid". What a company brought itself is of no series: "".
    """
    return "" if source_id.startswith(OWN_SOURCES) else _NUMBERS.sub("", source_id)


def break_between(source_id: str, activity: str, region: str, earlier_from: int, later_from: int) -> str:
    """Return why the publisher's method changed between two years of a series, "" where it did not.

    Parameters
    ----------
    source_id, activity, region
        Of the later factor.
    earlier_from, later_from
        First years of validity of both.
    """
    asked_series = (series_of(source_id), activity, region)
    return next((b.why for b in METHOD_BREAKS
                 if (b.series, b.activity, b.region) == asked_series and earlier_from < b.since <= later_from), "")
