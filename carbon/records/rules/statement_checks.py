"""Checks of what a company states: headcount, certificates, entities, reported inventories, surveys, digital estate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from carbon.core import units
from carbon.core.columns import group_codes
from carbon.core.vocabulary import canonical
from carbon.params.shapes.instrument import Instrument
from carbon.records.rules.sheet import Sheet, in_unit, overlapping


def check_headcount(sheet: Sheet) -> None:
    """Add a fault for revenue without a currency, and for a year with two numbers."""
    table = sheet.table
    unpriced = table["revenue"].notna() & (table["currency"] == "") & ~sheet.faulty("currency")
    sheet.fault(unpriced.to_numpy(), "currency", "currency_missing")
    # The same line twice is a duplicate like any other: kept, with a warning.
    statements = table[sheet.not_excluded].drop_duplicates(["year", "company", "employees", "revenue", "currency"])
    twice = statements.duplicated(["year", "company"], keep=False).reindex(table.index, fill_value=False).to_numpy()
    sheet.fault(twice, "year", "duplicate.headcount")


def check_instruments(sheet: Sheet) -> None:
    """Add a fault for certificates that cover nothing known, that contradict themselves, or that serve twice."""
    table = sheet.table
    bare = table["volume"].notna() & (table["unit"] == "") & ~sheet.faulty("unit")
    sheet.fault(bare.to_numpy(), "unit", "unit_missing")
    sheet.fault((table["volume"] == 0).to_numpy(), "volume", "volume_zero")
    boundless = table["volume"].isna() & (table["site"] == "") & (table["instrument"] != "residual_mix")
    sheet.fault(boundless.to_numpy() & ~sheet.faulty("volume", "instrument"), "volume", "volume_missing")
    twice = table["id"].astype("str").where(table["id"] != "").mask(sheet.excluded.flags)
    sheet.fault((twice.notna() & twice.duplicated()).to_numpy(), "id", "duplicate.instruments")
    _check_evidence(sheet)


def _check_evidence(sheet: Sheet) -> None:
    """Add a fault for rows whose evidence contradicts itself, as params would: `params.shapes.instrument`."""
    at = np.flatnonzero(sheet.not_excluded & ~sheet.faulty(*sheet.contract.columns))
    for row, line in zip(at.tolist(), sheet.table.iloc[at].to_dict("records"), strict=True):
        try:
            instrument_of_record(line)
        except ValidationError as wrong:
            for error in wrong.errors():
                reason = str(error["msg"]).removeprefix("Value error, ")
                column = next((str(p) for p in error["loc"] if str(p) in sheet.contract.columns), "id")
                sheet.fault(np.array([row]), column, "instrument_impossible", reason=reason)


def check_entities(sheet: Sheet) -> None:
    """Add a fault for entities with two weights on one day."""
    table = sheet.table
    # The same line twice is a duplicate like any other: kept, with a warning.
    again = table.duplicated(["entity", "share", "control", "period_start", "period_end"]).to_numpy()
    sheet.fault(overlapping(table, ["entity"], sheet.not_excluded & ~again), "period_start", "period_overlap.entities")


def check_reported(sheet: Sheet) -> None:
    """Add a fault for scopes, categories and methods that do not fit, or that are reported twice."""
    table = sheet.table
    ok = sheet.not_excluded & ~sheet.faulty("scope")
    third = (table["scope"] == "3").to_numpy()
    categories = table["category"].fillna(0).to_numpy()
    sheet.fault(ok & third & ~np.isin(categories, range(16)), "category", "category_unknown.of_scope_3")
    sheet.fault(ok & ~third & (categories != 0), "category", "category_unknown.of_other_scopes")
    known_method = table["scope2_method"].isin(["location-based", "market-based"]).to_numpy()
    sheet.fault((table["scope"] == "2").to_numpy() & ~known_method, "scope2_method", "scope2_method_unknown")
    statement = group_codes([table[c] for c in ("year", "scope", "category", "scope2_method")])
    twice = pd.Series(statement).duplicated().to_numpy() & sheet.not_excluded
    sheet.fault(twice, "year", "duplicate.reported")
    split = table["year"].isin(table.loc[ok & third & (categories > 0), "year"]).to_numpy()
    sheet.fault(ok & third & (categories == 0) & split & ~twice, "category", "scope3_twice")


DAYS_A_YEAR, HOURS_A_DAY = 366, 24
SHORTEST_KM, LONGEST_KM = 0.1, 300.0
"""Ways to work beyond which a unit is likely another: metres for miles, a week's kilometres for one way."""


def check_homeworking(sheet: Sheet) -> None:
    """Add a fault for hours that no day has, a warning of more days than the period has."""
    table = sheet.table
    hours = table["hours"].to_numpy()
    sheet.fault((hours <= 0) | (hours > HOURS_A_DAY), "hours", "hours_impossible", most=HOURS_A_DAY)
    days = (table["period_end"] - table["period_start"]).dt.days.to_numpy() + 1
    sheet.warn_at((days > 1) & (table["days"].to_numpy() > days), "days_beyond_period")


def check_commuting(sheet: Sheet) -> None:
    """Add a warning of ways to work that nobody has, a fault where a group has more answers than people in a year."""
    table = sheet.table
    km = in_unit(table, "distance", "distance_unit", "km")
    sheet.warn_at(((km > 0) & (km < SHORTEST_KM)) | (km > LONGEST_KM), "distance_implausible.commuting",
                  least=SHORTEST_KM, most=LONGEST_KM)
    sound = sheet.not_excluded & ~sheet.faulty("answers", "headcount")
    by = table.loc[sound, ["company", "group", "period_start", "period_end"]].astype({"company": "str", "group": "str"})
    groups = pd.Series(list(by.itertuples(index=False, name=None)), index=by.index, dtype=object)
    headcount, answers = (table.loc[sound, c] for c in ("headcount", "answers"))
    two = headcount.groupby(groups).transform("nunique") > 1
    more = ~two & (answers.groupby(groups).transform("sum") > headcount.groupby(groups).transform("max"))
    sheet.fault(two.reindex(table.index, fill_value=False).to_numpy(), "headcount", "response_rate_unknown")
    sheet.fault(more.reindex(table.index, fill_value=False).to_numpy(), "answers", "response_impossible")


_SAME = ("id", "region", "kg_per_kwh", "evidence", "carrier", "rate_basis", "registry", "certificates", "cancelled_for",
         "technology", "plant", "delivery", "plant_max_age_years", "delivered_rate")
_DAYS = {"start": "period_start", "end": "period_end", "generated_from": "generated_from",
         "generated_to": "generated_to", "cancelled_on": "cancelled_on", "commissioned": "commissioned"}


def instrument_of_record(line: Mapping[Any, Any]) -> Instrument:
    """Return the instrument of a row of `schemas.INSTRUMENTS`: volume [unit] becomes kWh.

    Raises ValueError: See `params.shapes.instrument.Instrument`; UnitError: A unit that is not an energy.
    """
    values = {name: None if pd.isna(line[name]) else line[name] for name in (*_SAME, *_DAYS.values(), "volume")}
    days = {name: day and day.date() for name, of in _DAYS.items() for day in (values[of],)}
    volume = None if values["volume"] is None else float(units.convert(line["volume"], line["unit"], "kWh"))
    numbers = [text for text in re.split(r"\s*[;,\n]\s*", line["certificate_numbers"]) if text]
    fields = {**{name: values[name] for name in _SAME}, **days, "kind": line["instrument"], "volume_kwh": volume,
              "certificate_numbers": numbers, "sites": [line["site"]] if line["site"] else []}
    return Instrument(**{name: value for name, value in fields.items() if value not in ("", None, [])})


RGAA_CRITERIA = 106
_COUNTS = ["compliant", "non_compliant", "not_applicable", "untested"]
_IN_ORDER = (("purchased_on", "retired_on"), ("purchased_on", "in_service_on"), ("hired_on", "left_on"),
             ("delivered_on", "retired_on"), ("delivered_on", "last_commit_on"), ("period_start", "period_end"))
"""Pairs of days: the second is not before the first."""
_SHARED = {"devices": "device", "zone": "country"}
"""Column of services -> the list of the words that it has, one or several with shares."""
_MIDDLE = pd.Timestamp(2050, 1, 1)


def check_digital(sheet: Sheet) -> None:
    """Add a fault for days in the wrong order, impossible shares, a key twice and audits of other criteria.

    A warning names devices of no known kind, which figures of computers, screens and phones lack.
    """
    table = sheet.table
    for first, then in _IN_ORDER:
        if {first, then} <= {*table.columns}:
            sheet.fault((table[then] < table[first]).to_numpy(), then, "days_reversed", first=first, then=then)
    for column, words in _SHARED.items() if sheet.contract.kind == "services" else ():
        is_wrong = table[column].map(partial(_shares_fault, words=words))
        sheet.fault(is_wrong.to_numpy(dtype=bool), column, "shares_wrong", column=column)
    if sheet.contract.kind in ("assets", "it_purchases"):
        categories = table["category"].astype("str")[sheet.not_excluded]
        numbers = ", ".join(f"{word!r} {count:,}" for word, count in categories.value_counts().items()
                            if word and canonical("device", str(word)) is None)
        if numbers:
            sheet.warn_of("device_unknown", numbers=numbers)
    if sheet.contract.kind == "rgaa_audits":
        counts = table[_COUNTS].sum(axis=1, skipna=False)
        sheet.fault((counts.notna() & (counts != RGAA_CRITERIA)).to_numpy(), "untested", "criteria_missing")
    _check_keys(sheet, table)


def _shares_fault(text: str, words: str) -> bool:
    """Return whether several words are neither one name of a list nor names with shares that sum to one."""
    from carbon.params.shapes.digital import shares_of  # with the models of parameters that few companies have

    if len(text.split()) < 2 or canonical(words, text):
        return False
    try:
        return abs(sum(shares_of(text).values()) - 1.0) > 1e-6
    except ValueError:
        return True


def _check_keys(sheet: Sheet, table: pd.DataFrame) -> None:
    """Add a fault for a key that an earlier row has, also where the two rows differ; for periods, on any common day. Of
    two periods that differ nobody knows which one is true: both have the fault.
    """
    key = [c for c in sheet.contract.table.key if c != "period_start"]
    if not key:
        return
    rows = np.flatnonzero(sheet.not_excluded)
    twice = np.zeros(len(table), dtype=bool)
    if "period_start" in sheet.contract.table.key:
        twice[rows] = table.iloc[rows].duplicated().to_numpy()
        different = sheet.not_excluded & ~twice
        # What overlaps a later row overlaps an earlier one of the rows from last to first in reversed time.
        start, end = (_MIDDLE - (table[c] - _MIDDLE) for c in ("period_end", "period_start"))
        back = table.assign(period_start=start, period_end=end).iloc[::-1]
        twice |= overlapping(table, key, different) | overlapping(back, key, different[::-1])[::-1]
    else:
        twice[rows] = pd.Series(group_codes([table[c].take(rows) for c in key])).duplicated().to_numpy()
    sheet.fault(twice, key[0], "duplicate.digital", key=", ".join(key))
