"""Checks of answers to surveys: days, hours, people and ways to work that nobody has."""

from __future__ import annotations

import pandas as pd

from carbon.records.rules.shared_checks import fix, in_unit, outside
from carbon.records.rules.sheet import Sheet

DAYS_A_YEAR, HOURS_A_DAY = 366, 24
SHORTEST_KM, LONGEST_KM = 0.1, 300.0
"""Ways to work beyond which a unit is likely another: metres for miles, a week's kilometres for one way."""
_DAYS = fix("days_impossible", f"a year has no more than {DAYS_A_YEAR} days, and none has fewer than 0")
_PEOPLE = fix("people_impossible", "a number of people is not below zero")


def check_homeworking(sheet: Sheet) -> None:
    """Add a fault for people, days and hours that no year has, a warning of more days than the period has."""
    table = sheet.table
    outside(sheet, "people", _PEOPLE)
    outside(sheet, "days", _DAYS, most=DAYS_A_YEAR)
    hours = table["hours"].to_numpy()
    sheet.fault(((hours <= 0) | (hours > HOURS_A_DAY)) & sheet.not_excluded, "hours", fix(
        "hours_impossible", f"hours are those of one day: more than 0, no more than {HOURS_A_DAY}"))
    days = (table["period_end"] - table["period_start"]).dt.days.to_numpy() + 1
    odd = (days > 1) & (table["days"].to_numpy() > days) & sheet.not_excluded
    if odd.any():
        sheet.warn("days_beyond_period", f"{int(odd.sum()):,} rows have more days at home than their period has days; "
                   "give the days of the period")


def check_commuting(sheet: Sheet) -> None:
    """Add a fault for ways to work that nobody has, and where a group has more answers than people in one year."""
    table = sheet.table
    outside(sheet, "days", _DAYS, most=DAYS_A_YEAR)
    outside(sheet, "distance", fix("distance_impossible", "no way to work is negative"))
    km = in_unit(table, "distance", "distance_unit", "km")
    odd = sheet.not_excluded & (((km > 0) & (km < SHORTEST_KM)) | (km > LONGEST_KM))
    if odd.any():
        sheet.warn("distance_implausible", f"{int(odd.sum()):,} ways to work of less than {SHORTEST_KM:g} km or more "
                   f"than {LONGEST_KM:g}; check the unit")
    for column in ("answers", "headcount"):
        outside(sheet, column, _PEOPLE)
    sound = sheet.not_excluded & ~sheet.faulty("answers", "headcount")
    by = table.loc[sound, ["company", "group", "period_start", "period_end"]].astype({"company": "str", "group": "str"})
    groups = pd.Series(list(by.itertuples(index=False, name=None)), index=by.index, dtype=object)
    headcount, answers = (table.loc[sound, c] for c in ("headcount", "answers"))
    two = headcount.groupby(groups).transform("nunique") > 1
    more = ~two & (answers.groupby(groups).transform("sum") > headcount.groupby(groups).transform("max"))
    sheet.fault(two.reindex(table.index, fill_value=False).to_numpy(), "headcount", fix(
        "response_rate_unknown", "the headcount of the group is stated in two ways", "give one headcount a group"))
    sheet.fault(more.reindex(table.index, fill_value=False).to_numpy(), "answers", fix(
        "response_impossible", "the group has more answers than people", "correct `answers` or `headcount`"))
