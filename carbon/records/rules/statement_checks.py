"""Checks of what a company states: headcount, certificates, entities, reported inventories, answers to surveys."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import ValidationError

from carbon.core.columns import group_codes
from carbon.core.errors import UnitError
from carbon.core.params.instrument import MOST_KG_PER_KWH
from carbon.records.kinds.instruments import instrument_of_record
from carbon.records.rules.shared_checks import fix, in_unit, outside, overlapping
from carbon.records.rules.sheet import Sheet

_PEOPLE = fix("people_impossible", "a number of people is not below zero")


def check_headcount(sheet: Sheet) -> None:
    """Add a fault for people below zero, revenue without a currency, and a year with two numbers."""
    table = sheet.table
    outside(sheet, "employees", _PEOPLE)
    unpriced = table["revenue"].notna() & (table["currency"] == "") & ~sheet.faulty("currency")
    sheet.fault(unpriced.to_numpy() & sheet.not_excluded, "currency",
                fix("currency_missing", "revenue without its currency"))
    # The same line twice is a duplicate like any other: kept, with a warning.
    statements = table[sheet.not_excluded].drop_duplicates(["year", "company", "employees", "revenue", "currency"])
    twice = statements.duplicated(["year", "company"], keep=False).reindex(table.index, fill_value=False).to_numpy()
    sheet.fault(twice, "year", fix("duplicate", "the same year with another number", "keep one row a year"))


def check_instruments(sheet: Sheet) -> None:
    """Add a fault for certificates that no power station issues, that cover nothing known, or that serve twice."""
    table = sheet.table
    for column, least in (("kg_per_kwh", 0.0), ("volume", 0.0)):
        outside(sheet, column, fix(f"{column}_negative", f"`{column}` is below zero"), least=least)
    outside(sheet, "kg_per_kwh", fix(
        "kg_per_kwh_implausible", f"no kWh emits more than {MOST_KG_PER_KWH:g} kg: grams, or kilograms a MWh",
        "write kilograms for one kWh"), least=-np.inf, most=MOST_KG_PER_KWH)
    bare = table["volume"].notna() & (table["unit"] == "") & ~sheet.faulty("unit")
    sheet.fault(bare.to_numpy() & sheet.not_excluded, "unit", fix("unit_missing", "a volume without its unit"))
    sheet.fault((table["volume"] == 0).to_numpy() & sheet.not_excluded, "volume", fix(
        "volume_zero", "a volume of 0 covers nothing", "give the volume, or leave the row out"))
    boundless = table["volume"].isna() & (table["site"] == "") & (table["instrument"] != "residual_mix")
    sheet.fault(boundless.to_numpy() & sheet.not_excluded & ~sheet.faulty("volume", "instrument"), "volume", fix(
        "volume_missing", "neither a volume nor a site: how many kWh it covers is not known",
        "give `volume` or `site`"))
    twice = table["id"].astype("str").where(table["id"] != "").mask(sheet.excluded.flags)
    sheet.fault((twice.notna() & twice.duplicated()).to_numpy(), "id", fix(
        "duplicate", "the same instrument a second time: it serves once", "keep one row, or give each its own serial"))
    _check_evidence(sheet)


def _check_evidence(sheet: Sheet) -> None:
    """Add a fault for rows whose evidence contradicts itself, as params would: `core.params.instrument`."""
    at = np.flatnonzero(sheet.not_excluded & ~sheet.faulty(*sheet.contract.columns))
    for row, line in zip(at.tolist(), sheet.table.iloc[at].to_dict("records"), strict=True):
        try:
            instrument_of_record(line)
        except UnitError:
            continue  # a fault of its own
        except ValidationError as wrong:
            for error in wrong.errors():
                reason = str(error["msg"]).removeprefix("Value error, ")
                column = next((str(p) for p in error["loc"] if str(p) in sheet.contract.columns), "id")
                sheet.fault(np.array([row]), column, fix("instrument_impossible", reason))


def check_entities(sheet: Sheet) -> None:
    """Add a fault for shares outside 0 to 1, and for entities with two weights on one day."""
    table = sheet.table
    outside(sheet, "share", fix("share_impossible", "a share lies between 0 and 1", "write 50 % as 0.5"), most=1.0)
    # The same line twice is a duplicate like any other: kept, with a warning.
    again = table.duplicated(["entity", "share", "control", "period_start", "period_end"]).to_numpy()
    sheet.fault(overlapping(table, ["entity"], sheet.not_excluded & ~again), "period_start", fix(
        "period_overlap", "the entity has two weights on one day",
        "let each period of an entity end on the day before the next begins"))


def check_reported(sheet: Sheet) -> None:
    """Add a fault for scopes, categories and methods that do not fit, or that are reported twice."""
    table = sheet.table
    ok = sheet.not_excluded & ~sheet.faulty("scope")
    third = (table["scope"] == "3").to_numpy()
    categories = table["category"].fillna(0).to_numpy()
    sheet.fault(ok & third & ~np.isin(categories, range(16)), "category", fix(
        "category_unknown", "a scope 3 category is 1 to 15", "correct the category"))
    sheet.fault(ok & ~third & (categories != 0), "category", fix(
        "category_unknown", "scope 1 and 2 have no category", "leave the category blank, or 0"))
    known_method = table["scope2_method"].isin(["location-based", "market-based"]).to_numpy()
    sheet.fault((table["scope"] == "2").to_numpy() & ~known_method & sheet.not_excluded, "scope2_method", fix(
        "scope2_method_unknown", "scope 2 is location-based or market-based", "name the method"))
    statement = group_codes([table[c] for c in ("year", "scope", "category", "scope2_method")])
    twice = pd.Series(statement).duplicated().to_numpy() & sheet.not_excluded
    sheet.fault(twice, "year", fix("duplicate", "the same year, scope, category and method a second time",
                                   "keep one row"))
    split = table["year"].isin(table.loc[ok & third & (categories > 0), "year"]).to_numpy()
    sheet.fault(ok & third & (categories == 0) & split & ~twice, "category", fix(
        "scope3_twice", "scope 3 as a total next to its categories of the same year: it would count twice",
        "keep the total (category 0) or the categories"))
    outside(sheet, "co2e_t", fix("co2e_negative", "emissions are not below zero: removals and credits "
                                         "are no part of an inventory"))


DAYS_A_YEAR, HOURS_A_DAY = 366, 24
SHORTEST_KM, LONGEST_KM = 0.1, 300.0
"""Ways to work beyond which a unit is likely another: metres for miles, a week's kilometres for one way."""
_DAYS = fix("days_impossible", f"a year has no more than {DAYS_A_YEAR} days, and none has fewer than 0")


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
