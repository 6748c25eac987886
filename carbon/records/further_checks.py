"""
Faults between the columns of the kinds beside purchases, energy and travel: what no survey, lorry or registry can say.

What the inventory would refuse of a row is refused here already, so that `carbon check` tells it where the file is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.columns import group_codes
from carbon.core.periods import latest_end_before
from carbon.core.text_columns import values_of
from carbon.records.faults import Problem, Warned
from carbon.records.fields import Context

Flags = npt.NDArray[np.bool_]

DAYS_A_YEAR, HOURS_A_DAY = 366, 24
AROUND_THE_EARTH_KM = 40_075
"""No leg of freight is longer, round the Cape or not."""
MOST_KG_PER_KWH = 3.0
"""No power station burns as much for one kWh: the figure is in grams, or for a MWh."""
SHORTEST_KM, LONGEST_KM = 0.1, 300.0
"""Ways to work beyond which a unit is likely another: metres for miles, a week's kilometres for one way."""
NEAR = 0.01
"""Share by which tonne-kilometres may differ from mass x distance before they are remarked on."""


def fault(context: Context, bad: Flags, column: str, problem: Problem) -> None:
    """
    The problem at each flagged row, with the cell as the file holds it.
    """
    rows = np.flatnonzero(bad)
    if len(rows):
        context.faults.add(rows, column, problem, context.raw_cells(column, rows))


def _outside(context: Context, table: pd.DataFrame, skip: Flags, column: str, problem: Problem,
             *, least: float = 0.0, most: float = np.inf) -> None:
    values = table[column].to_numpy(dtype=np.float64)
    fault(context, ((values < least) | (values > most)) & ~skip, column, problem)


def _fix(code: str, reason: str, what_to_do: str = "") -> Problem:
    return Problem(code, reason, what_to_do or "correct the cell in the source file")


_DAYS = _fix("days_impossible", f"a year has no more than {DAYS_A_YEAR} days, and none has fewer than 0")
_PEOPLE = "a number of people is not below zero"


def warn_of_negative(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    """
    Quantities below zero, which net off.
    """
    negative = (table["quantity"].to_numpy() < 0) & ~skip
    if negative.any():
        context.warnings.append(Warned("quantity_negative", f"{context.name}: {int(negative.sum()):,} negative "
                                       "quantities; they net off"))


def _overlapping(table: pd.DataFrame, columns: list[str], rows: Flags) -> Flags:
    """
    Rows whose days another row above, by day, already has for the same columns; an open end is always and ever.
    """
    first = table["period_start"].fillna(pd.Timestamp(1900, 1, 1)).to_numpy()
    last = table["period_end"].fillna(pd.Timestamp(2200, 1, 1)).to_numpy()
    at = np.flatnonzero(rows)
    group = group_codes([values_of(table[c]).take(at) for c in columns])
    ranked = np.lexsort([last[at], first[at], group])
    again = np.zeros(len(table), dtype=bool)
    again[at[ranked]] = first[at][ranked] <= latest_end_before(group[ranked], last[at][ranked])
    return again


def _check_water(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    warn_of_negative(table, context, skip)
    again = _overlapping(table, ["company", "site", "service", "supplier"], ~skip)
    if again.any():
        first = table.iloc[int(np.argmax(again))]
        context.warnings.append(Warned(
            "period_overlap", f"{context.name}: {int(again.sum()):,} periods hold days that another row has for the "
            f"same water, e.g. {first['site']} {first['service']} from {first['period_start']:%Y-%m-%d}: two meters, "
            "or a bill that counts twice"))


def _check_refrigerants(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    _outside(context, table, skip, "quantity", _fix(
        "refrigerant_negative", "recovered gas is not a negative emission", "give the net loss of the balance"))


def _check_freight(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    """
    Work that is given or can be worked out, over a distance that a leg can have.
    """
    warn_of_negative(table, context, skip)
    km = _in(table, "distance", "distance_unit", "km")
    fault(context, ((km < 0) | (km > AROUND_THE_EARTH_KM)) & ~skip, "distance", _fix(
        "distance_impossible", f"no leg is negative or longer than {AROUND_THE_EARTH_KM:,} km: tonnes x the kilometres "
        "of many journeys would be far too much", "give one row a journey, or tonne.km"))
    tonnes, given = _in(table, "mass", "mass_unit", "t"), table["quantity"].to_numpy()
    ends = ((table["origin"] != "") & (table["destination"] != "")).to_numpy()
    known = ~np.isnan(given) | (~np.isnan(tonnes) & (~np.isnan(km) | (ends & table["distance"].isna().to_numpy())))
    sound = ~_faulty(context, "quantity", "unit", "mass", "mass_unit", "distance", "distance_unit")
    fault(context, ~known & sound & ~skip, "quantity", _fix(
        "freight_incomplete", "neither tonne.km, nor mass and a distance or both ends",
        "give tonne.km, or mass and distance with their units"))
    _warn_of_work(_in(table, "quantity", "unit", "tonne.km"), tonnes * km, context, skip)


def _warn_of_work(given: npt.NDArray[np.float64], worked: npt.NDArray[np.float64], context: Context,
                  skip: Flags) -> None:
    with np.errstate(invalid="ignore"):
        odd = (np.abs(given - worked) > NEAR * np.abs(worked)) & ~skip
    if odd.any():
        at = int(np.argmax(odd))
        context.warnings.append(Warned(
            "freight_differs", f"{context.name}: {int(odd.sum()):,} rows whose tonne.km are not their mass x distance, "
            f"e.g. {given[at]:,.6g} given, {worked[at]:,.6g} worked out; what is given counts"))


def _in(table: pd.DataFrame, column: str, unit_column: str, target: str) -> npt.NDArray[np.float64]:
    """
    A column in one unit; missing where the unit is none of that dimension.
    """
    out, values = np.full(len(table), np.nan), table[column].to_numpy(dtype=np.float64)
    for unit in table[unit_column].unique():
        if unit and units.unit(unit).dimension == units.unit(target).dimension:
            here = (table[unit_column] == unit).to_numpy()
            out[here] = units.convert(values[here], unit, target)
    return out


def _faulty(context: Context, *columns: str) -> Flags:
    return np.logical_or.reduce([context.faults.in_column(c) for c in columns])


def _check_homeworking(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    _outside(context, table, skip, "people", _fix("people_impossible", _PEOPLE))
    _outside(context, table, skip, "days", _DAYS, most=DAYS_A_YEAR)
    hours = table["hours"].to_numpy()
    fault(context, ((hours <= 0) | (hours > HOURS_A_DAY)) & ~skip, "hours", _fix(
        "hours_impossible", f"hours are those of one day: more than 0, no more than {HOURS_A_DAY}"))
    days = (table["period_end"] - table["period_start"]).dt.days.to_numpy() + 1
    odd = (days > 1) & (table["days"].to_numpy() > days) & ~skip
    if odd.any():
        context.warnings.append(Warned("days_beyond_period", f"{context.name}: {int(odd.sum()):,} rows have more days "
                                       "at home than their period has days; give the days of the period"))


def _check_commuting(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    """
    Answers no more than people, in each row and in each group of one year.
    """
    _outside(context, table, skip, "days", _DAYS, most=DAYS_A_YEAR)
    _outside(context, table, skip, "distance", _fix("distance_impossible", "no way to work is negative"))
    km = _in(table, "distance", "distance_unit", "km")
    odd = ~skip & (((km > 0) & (km < SHORTEST_KM)) | (km > LONGEST_KM))
    if odd.any():
        context.warnings.append(Warned("distance_implausible", f"{context.name}: {int(odd.sum()):,} ways to work of "
                                       f"less than {SHORTEST_KM:g} km or more than {LONGEST_KM:g}; check the unit"))
    for column in ("answers", "headcount"):
        _outside(context, table, skip, column, _fix("people_impossible", _PEOPLE))
    sound = ~skip & ~_faulty(context, "answers", "headcount")
    by = table.loc[sound, ["company", "group", "period_start", "period_end"]].astype({"company": "str", "group": "str"})
    groups = pd.Series(list(by.itertuples(index=False, name=None)), index=by.index, dtype=object)
    stated, answers = (table.loc[sound, c] for c in ("headcount", "answers"))
    two = stated.groupby(groups).transform("nunique") > 1
    more = ~two & (answers.groupby(groups).transform("sum") > stated.groupby(groups).transform("max"))
    fault(context, two.reindex(table.index, fill_value=False).to_numpy(), "headcount", _fix(
        "response_rate_unknown", "the headcount of the group is said in two ways", "give one headcount a group"))
    fault(context, more.reindex(table.index, fill_value=False).to_numpy(), "answers", _fix(
        "response_impossible", "the group has more answers than people", "correct `answers` or `headcount`"))


def _check_headcount(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    _outside(context, table, skip, "employees", _fix("people_impossible", _PEOPLE))
    unpriced = table["revenue"].notna() & (table["currency"] == "") & ~_faulty(context, "currency")
    fault(context, unpriced.to_numpy() & ~skip, "currency", _fix("currency_missing", "revenue without its currency"))
    # The same line twice is a duplicate like any other: kept, and said.
    said = table[~skip].drop_duplicates(["year", "company", "employees", "revenue", "currency"])
    twice = said.duplicated(["year", "company"], keep=False).reindex(table.index, fill_value=False).to_numpy()
    fault(context, twice, "year", _fix("duplicate", "the same year with another number", "keep one row a year"))


def _check_instruments(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    for column, least in (("kg_per_kwh", 0.0), ("volume", 0.0)):
        _outside(context, table, skip, column, _fix(f"{column}_negative", f"`{column}` is below zero"), least=least)
    _outside(context, table, skip, "kg_per_kwh", _fix(
        "kg_per_kwh_implausible", f"no kWh emits more than {MOST_KG_PER_KWH:g} kg: grams, or kilograms a MWh",
        "write kilograms for one kWh"), least=-np.inf, most=MOST_KG_PER_KWH)
    bare = table["volume"].notna() & (table["unit"] == "") & ~_faulty(context, "unit")
    fault(context, bare.to_numpy() & ~skip, "unit", _fix("unit_missing", "a volume without its unit"))
    boundless = table["volume"].isna() & (table["site"] == "") & (table["instrument"] != "residual_mix")
    fault(context, boundless.to_numpy() & ~skip & ~_faulty(context, "volume", "instrument"), "volume", _fix(
        "volume_missing", "neither a volume nor a site: how many kWh it covers is not known",
        "give `volume` or `site`"))
    twice = table["id"].astype("str").where(table["id"] != "").mask(skip)
    fault(context, (twice.notna() & twice.duplicated()).to_numpy(), "id", _fix(
        "duplicate", "the same instrument a second time: it serves once", "keep one row, or give each its own serial"))


def _check_activities(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    warn_of_negative(table, context, skip)
    category = table["category"].fillna(0).to_numpy(dtype=np.float64)
    third = (table["scope"] == "3").to_numpy()
    fits = np.where(third, (category >= 1) & (category <= 15), category == 0)
    fault(context, ~fits & ~skip & ~_faulty(context, "scope", "category"), "category", _fix(
        "category_unknown", "scope 3 has the categories 1 to 15, scopes 1 and 2 have none"))


def _check_entities(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    _outside(context, table, skip, "share", _fix("share_impossible", "a share lies between 0 and 1",
                                                 "write 50 % as 0.5"), most=1.0)
    # The same line twice is a duplicate like any other: kept, and said.
    once = ~table.duplicated(["entity", "share", "control", "period_start", "period_end"]).to_numpy() & ~skip
    fault(context, _overlapping(table, ["entity"], once), "period_start", _fix(
        "period_overlap", "the entity has two weights on one day",
        "let each period of an entity end on the day before the next begins"))


def _check_reported(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    ok = ~skip & ~_faulty(context, "scope")
    third = (table["scope"] == "3").to_numpy()
    given = table["category"].fillna(0).to_numpy()
    fault(context, ok & third & ~np.isin(given, range(16)), "category", _fix(
        "category_unknown", "a scope 3 category is 1 to 15", "correct the category"))
    fault(context, ok & ~third & (given != 0), "category", _fix(
        "category_unknown", "scope 1 and 2 have no category", "leave the category blank, or 0"))
    known = table["scope2_method"].isin(["location-based", "market-based"]).to_numpy()
    fault(context, (table["scope"] == "2").to_numpy() & ~known & ~skip, "scope2_method", _fix(
        "scope2_method_unknown", "scope 2 is location-based or market-based", "name the method"))
    same = group_codes([table[c] for c in ("year", "scope", "category", "scope2_method")])
    twice = pd.Series(same).duplicated().to_numpy() & ~skip
    fault(context, twice, "year", _fix("duplicate", "the same year, scope, category and method a second time",
                                       "keep one row"))
    split = table["year"].isin(table.loc[ok & third & (given > 0), "year"]).to_numpy()
    fault(context, ok & third & (given == 0) & split & ~twice, "category", _fix(
        "scope3_twice", "scope 3 as a total beside its categories of the same year: it would count twice",
        "keep the total (category 0) or the categories"))
    _outside(context, table, skip, "co2e_t", _fix("co2e_negative", "emissions are not below zero: removals and credits "
                                                  "are no part of an inventory"))


FURTHER: dict[str, Callable[[pd.DataFrame, Context, Flags], None]] = {
    "water": _check_water, "waste": warn_of_negative, "refrigerants": _check_refrigerants,
    "freight": _check_freight, "equipment": warn_of_negative, "homeworking": _check_homeworking,
    "commuting": _check_commuting, "headcount": _check_headcount, "instruments": _check_instruments,
    "activities": _check_activities, "entities": _check_entities, "reported_inventories": _check_reported}
"""Kind -> faults between its columns."""
