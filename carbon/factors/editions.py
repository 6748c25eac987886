"""Editions of one publication: which series a factor belongs to, and what an earlier edition gave for the same thing.

A published average that is published again changes totals without anybody doing anything. To name that change, the
same activity is computed with the factor of the earlier year: another edition's where each year has an edition (DESNZ,
eGRID), another reference year of one edition where one file holds many (Ember, the grid of the Base Carbone).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable
from typing import NamedTuple

import pandas as pd

from carbon.core.errors import UsageError
from carbon.factors.library import OWN_SOURCES

SAME, EDITION, REFERENCE_YEAR = "same factor", "another edition", "another reference year"
NONE, SEVERAL, OWN = "no earlier factor", "several earlier factors", "own factor"
_NUMBERS = re.compile(r"(_\d+)+$")
_THING = ["series", "activity", "region", "unit", "life_cycle", "price_basis"]
"""What two elements share that answer the same question in two years."""
COLUMNS = ["element_id", "series", "source_id", "valid_from", "earlier_id", "earlier_source", "earlier_from", "kind",
           "method_break"]


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


def earlier(table: pd.DataFrame, element_ids: Collection[str], year: int) -> pd.DataFrame:
    """Return, for factors in use, what their series gives for the same thing in an earlier year.

    The same thing: series, activity, region, unit, life-cycle boundary and price basis. Of its elements, the one whose
    validity holds the year; without one the latest that ended before it.

    Parameters
    ----------
    table
        `schemas.FACTORS` of the library that the factors are of.
    element_ids
        The factors in use (`Resolved.table.element_id`).
    year
        The earlier year.

    Returns
    -------
    DataFrame
        One row an element: element_id, series, source_id, valid_from; earlier_id, earlier_source and earlier_from of
        what stood in the year ("" and 0 where nothing did); kind ("same factor", "another edition", "another reference
        year", "no earlier factor", "several earlier factors", "own factor"); method_break, why the step between the two
        is the publisher's change of method, "" where it is not one.

    Raises
    ------
    UsageError
        An element that the table does not have.
    """
    elements = _elements(table)
    unknown = sorted(set(element_ids) - set(elements["element_id"]))
    if unknown:
        raise UsageError(f"The library has no elements {', '.join(unknown[:5])}",
                         hint="pass the library that chose them")
    used_rows = elements[elements["element_id"].isin(element_ids)]
    of_thing: dict[Hashable, pd.DataFrame] = dict(iter(elements[elements["valid_from"].le(year)].groupby(_THING)))
    found_rows = [_one(row, of_thing, year) for row in used_rows.to_dict("records")]
    return pd.DataFrame(found_rows, columns=COLUMNS).sort_values("element_id", ignore_index=True)


def _elements(table: pd.DataFrame) -> pd.DataFrame:
    columns = ["element_id", "source_id", "valid_from", "valid_to", *_THING[1:]]
    rows = table.drop_duplicates("element_id")[columns]
    series = {name: series_of(name) for name in rows["source_id"].unique()}
    return rows.assign(series=rows["source_id"].map(series).astype("str"))


def _one(row: dict[Hashable, object], of_thing: dict[Hashable, pd.DataFrame], year: int) -> dict[str, object]:
    kept_rows = {c: row[c] for c in COLUMNS[:4]} | {"earlier_id": "", "earlier_source": "", "earlier_from": 0,
                                               "method_break": ""}
    if not row["series"]:
        return {**kept_rows, "kind": OWN}
    rows = of_thing.get(tuple(row[c] for c in _THING))
    if rows is None:
        return {**kept_rows, "kind": NONE}
    holding = rows[rows["valid_to"].ge(year)]
    rows = holding if len(holding) else rows[rows["valid_to"].eq(rows["valid_to"].max())]
    rows = rows[rows["valid_from"].eq(rows["valid_from"].max())]
    if len(rows) > 1:
        is_same = row["element_id"] in set(rows["element_id"])
        return {**kept_rows, "kind": SAME if is_same else SEVERAL, "earlier_id": row["element_id"] if is_same else ""}
    first = rows.iloc[0]
    kind = (SAME if first["element_id"] == row["element_id"]
            else REFERENCE_YEAR if first["source_id"] == row["source_id"] else EDITION)
    return {**kept_rows, "kind": kind, "earlier_id": first["element_id"], "earlier_source": first["source_id"],
            "earlier_from": int(first["valid_from"]), "method_break": break_between(
                str(row["source_id"]), str(row["activity"]), str(row["region"]), int(first["valid_from"]),
                int(str(row["valid_from"])))}


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
