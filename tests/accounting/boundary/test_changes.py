"""What came, went, changed its name or contains others between two years, and what is no change of the boundary."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.accounting.boundary.changes import changes_between

N = {}


def _day(text):
    return pd.Timestamp(text)


CASES = {
    "nothing moved": ([("Lyon", 20, N)], [("Lyon", 31, N)], []),
    "case, accents and punctuation": ([("Saint-Étienne", 20, N)], [("SAINT ETIENNE", 20, N)], []),
    "a site opened": ([("Lyon", 20, N)], [("Lyon", 20, N), ("Nice", 5, N)], [("site", "Nice", "came", "")]),
    "a site closed": ([("Lyon", 20, N), ("Nice", 5, N)], [("Lyon", 20, N)], [("site", "Nice", "went", "")]),
    "plural": ([("Main office", 20, N)], [("Main offices", 21, N)],
               [("site", "Main offices", "renamed", "Main office")]),
    "abbreviation": ([("North bldg", 9, N), ("Lyon", 2, N)], [("North building", 8, N), ("Lyon", 2, N)],
                     [("site", "North building", "renamed", "North bldg")]),
    "order of words": ([("Part-Dieu Lyon", 9, N)], [("Lyon Part-Dieu", 12, N)],
                       [("site", "Lyon Part-Dieu", "renamed", "Part-Dieu Lyon")]),
    "two halls with numbers are two": ([("Hall 1", 20, N)], [("Hall 12", 2, N)],
                                       [("site", "Hall 1", "went", ""), ("site", "Hall 12", "came", "")]),
    "one renamed and another closed": (
        [("Lyon", 20, N), ("Nice", 5, N), ("Brest", 4, N)], [("Lyon Gerland", 18, N), ("Brest", 4, N)],
        [("site", "Lyon Gerland", "renamed", "Lyon"), ("site", "Nice", "went", "")]),
    "another name altogether, at the same level": (
        [("Tour A", 20, N), ("Nice", 5, N)], [("Campus Sud", 19, N), ("Nice", 5, N)],
        [("site", "Campus Sud", "renamed", "Tour A")]),
    "a meter replaced": (
        [("Lyon", 20, {"meter": "M1"}), ("Lyon", 3, {"meter": "M2"})],
        [("Lyon", 18, {"meter": "M9"}), ("Lyon", 3, {"meter": "M2"})], [("meter", "M9", "renamed", "M1")]),
    "a meter replaced within the year": (
        [("Lyon", 20, {"meter": "M1"})],
        [("Lyon", 10, {"meter": "M1", "last": _day("2025-06-30")}),
         ("Lyon", 11, {"meter": "M9", "first": _day("2025-07-01")})], [("meter", "M9", "renamed", "M1")]),
    "the rest of a replaced meter, a year later": (
        [("Lyon", 10, {"meter": "M1", "last": _day("2024-06-30")}),
         ("Lyon", 11, {"meter": "M9", "first": _day("2024-07-01")})],
        [("Lyon", 22, {"meter": "M9"})], [("meter", "M1", "renamed", "M9")]),
    "the meters of a site that closed": (
        [("Lyon", 2, {"meter": "M1"}), ("Nice", 5, {"meter": "M2"})], [("Lyon", 2, {"meter": "M1"})],
        [("site", "Nice", "went", "")]),
    "no journeys this year": ([("Lyon", 20, N), ("Nice", 5, {"kind": "travel", "file": "trips.csv"}),
                               ("Lyon", 5, {"kind": "travel", "file": "trips.csv"})],
                              [("Lyon", 20, N), ("Lyon", 5, {"kind": "travel", "file": "trips.csv"})], []),
    "part of a year is no change": ([("Lyon", 5, {"first": _day("2024-07-01")})], [("Lyon", 11, N)], []),
    "a total in one year only": (
        [("Lyon", 20, N), ("Nice", 5, N)],
        [("Lyon", 20, N), ("Nice", 5, N), ("Group", 25, {"sums_site": True})],
        [("site", "Group", "contains others", "")]),
    "a meter that got sub-meters": (
        [("Lyon", 20, {"meter": "M0"})],
        [("Lyon", 20, {"meter": "M0", "sums_meter": True}), ("Lyon", 12, {"meter": "M1"}),
         ("Lyon", 8, {"meter": "M2"})],
        [("meter", "M0", "contains others", ""), ("meter", "M1", "came", ""), ("meter", "M2", "came", "")]),
    "a meter that had its sub-meters before": (
        [("Lyon", 20, {"meter": "M0", "sums_meter": True}), ("Lyon", 20, {"meter": "M1"})],
        [("Lyon", 20, {"meter": "M0", "sums_meter": True}), ("Lyon", 20, {"meter": "M1"})], []),
    "names where there were none": ([("", 25, N)], [("Lyon", 20, N), ("Nice", 6, N)], []),
    "a new kind of record is asked as a file": (
        [("Lyon", 20, N)], [("Lyon", 20, N), ("Lyon", 3, {"kind": "commuting", "file": "survey.csv"}),
                            ("Home", 3, {"kind": "commuting", "file": "survey.csv"})],
        [("file", "survey.csv", "came", "")]),
    "another name of the only file": (
        [("", 20, {"kind": "purchases", "file": "FEC*.txt"})], [("", 22, {"kind": "purchases", "file": "ledger.csv"})],
        []),
    "the ledger of a subsidiary went": (
        [("", 20, {"kind": "purchases", "file": "paris.csv"}), ("", 9, {"kind": "purchases", "file": "lyon.csv"})],
        [("", 22, {"kind": "purchases", "file": "paris.csv"})], [("file", "lyon.csv", "went", "")]),
    "a file split in two": (
        [("", 20, {"kind": "purchases", "file": "all.csv"}), ("", 9, {"kind": "purchases", "file": "cards.csv"})],
        [("", 12, {"kind": "purchases", "file": "one.csv"}), ("", 9, {"kind": "purchases", "file": "two.csv"}),
         ("", 9, {"kind": "purchases", "file": "cards.csv"})],
        [("file", "one.csv", "came", "all.csv"), ("file", "two.csv", "came", "all.csv")]),
    "sites moved to files of their own": (
        [("Lyon", 20, N), ("Nice", 5, N)], [("Lyon", 20, {"file": "lyon.csv"}), ("Nice", 5, {"file": "nice.csv"})], []),
    "sites merged": (
        [("Lyon north", 12, N), ("Lyon south", 9, N), ("Nice", 5, N)], [("Lyon", 20, N), ("Nice", 5, N)],
        [("site", "Lyon north", "went", "Lyon"), ("site", "Lyon south", "went", "Lyon")]),
    "an entity with its sites and files": (
        [("Lyon", 20, {"entity": "A"})],
        [("Lyon", 20, {"entity": "A"}), ("Nice", 5, {"entity": "B", "file": "b.csv", "meter": "M"})],
        [("entity", "B", "came", "")]),
}


@pytest.mark.parametrize("case", CASES)
def test_each_change_is_found_once_and_nothing_else_is(of_year, case):
    """Level, name, change and the name it may have had are those that the case states; no other line."""
    before, after, expected = CASES[case]

    found = changes_between(of_year(2024, *before), of_year(2025, *after), years=(2024, 2025))

    assert sorted(found[["level", "name", "change", "other"]].itertuples(index=False, name=None)) == sorted(expected)
