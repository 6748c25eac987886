"""Registers of one meter (peak and off-peak, HP and HC, T1 and T2) in rows of their own.

Meter and register together name a series. That is certain only where all registers belong to one tariff structure,
and where no total among them would count their energy again. Words for registers and their parts:

    "Heures pleines" -> {"hours": "full"};  "HC" -> {"hours": "low"};  "T2" -> {"number t": "2"};  "TOT" -> a total
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from carbon.core.columns import group_codes
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats, Rows, Texts
from carbon.core.vocabulary import form_of, is_word, lists_of
from carbon.records.grids.cells import Grid
from carbon.records.rules.sheet import MOST_WORDS, Sheet, hours
from carbon.records.rules.sums import Amounts, across_series, within

_METER = ["company", "site", "carrier", "meter"]


@dataclass(frozen=True)
class _Read:
    """Readings with the name of their register in a column: days as whole numbers, rows of a meter together."""

    row: Rows
    meter: Rows
    text: Rows
    first: Rows
    last: Rows
    quantity: Floats
    unit: Rows


_Proved = tuple[Texts, Rows]
"""Name of the register of each row, "" where none is proved, and the rows that are totals of registers."""


def with_registers(sheet: Sheet) -> pd.DataFrame | None:
    """Return the readings with `register` filled in where it is certain; add a fault for each total among them.

    A meter's registers are certain where two or more have the same days, all belong to one tariff structure
    (`parts_of`), and every other row of the meter for days they have is their sum. Of numbered registers none
    may be the sum of the others, and their heading must name hours or tariffs. Else, or where
    params compose the meter of several columns, or readings have hours, the inventory rejects what overlaps.
    """
    headed = [column for column in sheet.unread_columns if is_word(column[2], HEADINGS)]
    if not headed or "meter" not in sheet.layout.columns or hours(sheet) is not None:
        return None
    table = sheet.table
    known_rows = sheet.sound_rows & (table["meter"] != "").to_numpy(dtype=bool)
    for column in ("quantity", "period_start", "period_end"):
        known_rows &= table[column].notna().to_numpy()
    rows = np.flatnonzero(known_rows)
    proved_columns = {column: one for column in headed
             if len(rows) and (one := _proved_by(table, sheet.body, column[0], rows)) is not None}
    telling = [(heading, one) for (_, heading, key), one in proved_columns.items()
               if not may_be_channels(key, {*one[0].tolist()} - {""})]
    # Several columns divide the same rows in the same way.
    ways = {(pd.factorize(one[0])[0].tobytes(), np.sort(one[1]).tobytes()) for one in proved_columns.values()}
    if not telling or len(ways) > 1:
        return None
    heading, (register, totals) = telling[-1]
    sheet.fault(totals, "quantity", "subtotal_suspected.registers")
    names = [name for name in dict.fromkeys(register.tolist()) if name]
    sheet.warn_of("registers_joined", rows=int((register != "").sum()), heading=heading, names=", ".join(names[:6]))
    return table.assign(register=pd.array(register.tolist(), dtype="str"))


def _proved_by(table: pd.DataFrame, body: Grid, position: int, rows: Rows) -> _Proved | None:
    """Return the registers that a column proves, and the totals among them; None where it proves none."""
    distinct = body.columns[position].take(rows).distinct
    texts = distinct.texts.to_pylist() if len(distinct.texts) <= MOST_WORDS else []
    text_parts = [parts_of(text) for text in texts]
    ways = sorted({way for parts in text_parts for way in parts} - {TOTAL})
    if not ways or sum(bool(parts) for parts in text_parts) < 2:
        return None
    meter = group_codes([table[c].take(rows) for c in _METER])
    order = np.argsort(meter, kind="stable")
    first, last = (table[c].to_numpy()[rows[order]].astype("datetime64[D]").astype(np.int64)
                   for c in ("period_start", "period_end"))
    readings = _Read(rows[order], np.unique(meter[order], return_inverse=True)[1],
                 distinct.codes[order].astype(np.intp), first, last, table["quantity"].to_numpy()[rows[order]],
                 pd.factorize(table["unit"].take(rows[order]))[0])
    way = _way_of_meters(readings, text_parts, ways)
    register, names = _named(texts, text_parts, ways)
    register_of_row = np.where(way[readings.meter] >= 0, register[way[readings.meter], readings.text], -1)
    numbered = np.array([*(w.startswith(NUMBERED) for w in ways), False])[way]
    several, with_a_sum = _meters_of_several(readings, register_of_row)
    proved_meters = several & ~(numbered & with_a_sum)
    is_total = np.array([TOTAL in parts for parts in text_parts])
    totals = _totals_of_registers(readings, register_of_row, proved_meters, is_total)
    part = proved_meters[readings.meter] & (register_of_row >= 0)
    of_rows = np.full(len(table), "", dtype=object)
    of_rows[readings.row[part]] = names[register_of_row[part]]
    return (of_rows, totals) if part.any() else None


def _way_of_meters(readings: _Read, text_parts: list[dict[str, str]], ways: list[str]) -> Rows:
    """Return of each meter the first tariff structure to which all its known registers belong, else -1."""
    of = np.array([[way in parts or not parts or TOTAL in parts for way in ways] for parts in text_parts], dtype=bool)
    names_part = np.array([bool(parts) and TOTAL not in parts for parts in text_parts])
    begins = np.unique(readings.meter, return_index=True)[1]
    common = np.logical_and.reduceat(of[readings.text], begins, axis=0)
    common &= np.logical_or.reduceat(names_part[readings.text], begins)[:, None]
    return np.where(common.any(axis=1), common.argmax(axis=1), -1)


def _named(texts: list[str], text_parts: list[dict[str, str]], ways: list[str]) -> tuple[Rows, Texts]:
    """Return the register's number for each tariff structure and cell, -1 for none, and one spelling of each name."""
    numbers: dict[tuple[str, str], int] = {}
    names: list[str] = []
    for text, parts in zip(texts, text_parts, strict=True):
        for way, part in parts.items():
            if way != TOTAL and (way, part) not in numbers:
                numbers[way, part] = len(names)
                names.append(text.strip())
    at = [[numbers.get((way, parts.get(way, "")), -1) for parts in text_parts] for way in ways]
    return np.array(at, dtype=np.intp), np.array(names, dtype=object)


def _meters_of_several(readings: _Read, register_of_row: Rows) -> Flags:
    """Return the meters [2, meters] that have two registers or more for the same days, and those with a register that
    always equals the sum of the others.
    """
    part = register_of_row >= 0
    meter, amounts = readings.meter[part], Amounts.of(readings.quantity[part], measured=True)
    period = group_codes([meter, readings.first[part], readings.last[part]])
    pair, series = np.unique(np.stack([meter, register_of_row[part]]), axis=1, return_inverse=True)
    _, shared, hits = across_series(period, series.ravel(), amounts, least=2)
    meters = np.zeros((2, int(readings.meter.max()) + 1), dtype=bool)
    meters[0, pair[0][shared > 0]] = True
    meters[1, pair[0][(shared > 0) & (shared == hits)]] = True
    return meters


def _totals_of_registers(readings: _Read, register_of_row: Rows, proved_meters: Flags, total: Flags) -> Rows:
    """Return rows named as a total that equal the registers within their days; other meters leave `proved_meters`. A
    row for days that no register has stays as it is.
    """
    others = np.flatnonzero((register_of_row < 0) & proved_meters[readings.meter])
    parts = np.flatnonzero(register_of_row >= 0)
    spans = np.stack([readings.meter, readings.first, readings.last])
    of_unit = np.stack([group_codes([readings.meter, readings.unit]), readings.first, readings.last])
    amounts = Amounts.of(readings.quantity, measured=True)
    all_units, _, touched, clean = within(spans[:, parts], amounts.ticks[parts], spans[:, others])
    number, sums, _, _ = within(of_unit[:, parts], amounts.ticks[parts], of_unit[:, others])
    is_sum = total[readings.text[others]] & clean & (number == all_units) & amounts.take(others).equal(sums, number)
    proved_meters[readings.meter[others[touched & ~is_sum]]] = False
    totals = others[touched & is_sum]
    return readings.row[totals[proved_meters[readings.meter[totals]]]]


TOTAL = "total"
NUMBERED = "number"
"""Beginning of the ways whose registers have a number and no meaning."""
HEADINGS = "heading tariff register"
"""List of the headings of a column of registers; the words of its cells decide."""
_WAY = "register "
"""Lists of words, one for each way to part the hours: word -> part."""
_NUMBER = re.compile(r"(t|r|p|f|e|rate |register |reg |tariff? |cadran |index |poste |fascia |registre |)0?([1-9])"
                     r"|(?:1 )?(?:[01] )?1 8 ([1-9])(?: 255)?")
_ANY_NUMBER = re.compile(r"((e|r|register|reg|index|registre) ?)?0?[1-9]")


def may_be_channels(heading: str, names: Iterable[str]) -> bool:
    """Return whether registers have a number only and may not divide the hours: 1 may be energy drawn, 2 fed in."""
    return is_word(heading, "heading channel") and all(_ANY_NUMBER.fullmatch(fold(name)) for name in names)


@lru_cache(maxsize=4096)
def parts_of(text: str) -> dict[str, str]:
    """Return way to part the hours -> which of its parts the register is; empty where its word is not known.

    A total is part of no way: {TOTAL: ""}.
    """
    folded = fold(text)
    if is_word(folded, "row all hours", "row is a total"):
        return {TOTAL: ""}
    if number := _NUMBER.fullmatch(folded):
        of, which, obis = number.groups()
        return {f"{NUMBERED} {'obis' if obis else of}".strip(): which or obis}
    parts = {name.removeprefix(_WAY): form_of(folded, name) for name in lists_of(_WAY)}
    return {way: part for way, part in parts.items() if part}
