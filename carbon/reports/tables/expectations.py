"""What was expected of a year, and what does not fit: a line a measure, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.accounting.expectations.held import JOINED, NOTHING
from carbon.accounting.expectations.names import is_share
from carbon.core.text_columns import listed, records_of
from carbon.core.units import KG_PER_T
from carbon.reports.tables.sums import table_of
from carbon.reports.words.breaches import basis, cause, measure_name, scale_of, subject, unit_of
from carbon.reports.words.language import Words, term_key

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

ENGLISH = Words("en")
NUMBERS = ("measured", "expected", "low", "high")
SHOWN = 40
"""Measures that are listed where all of them fit; `Inventory.expectations()` has every one."""
_COLUMNS = {"subject": "str", "measure": "str", "measured": "float64", "unit": "str",
            **dict.fromkeys(NUMBERS[1:], "float64"), "basis": "str"}


def breaches_table(inventory: Inventory, *, words: Words = ENGLISH) -> pd.DataFrame:
    """Return the measures that are out of their band, most tonnes at stake first, accepted ones included.

    Columns: subject (records and key), measure, measured, unit (shares in %), expected, low, high (NaN: no such end),
    basis, at_stake_t, cause, example (file and line), accepted (the reason in params, who and when; "" without).
    """
    table = inventory.breaches()
    more = {"at_stake_t": (table["at_stake_kg"] / KG_PER_T).tolist(),
            "cause": [cause(line, words) for line in records_of(table)],
            "example": listed(table["example"]), "accepted": listed(table["accepted"])}
    return _lines(table, words, more, {"at_stake_t": "float64", "cause": "str", "example": "str", "accepted": "str"})


def expectations_table(inventory: Inventory, *, words: Words = ENGLISH, n: int = SHOWN) -> pd.DataFrame:
    """Return n measures next to their band: those out of it, then those with the most emissions.

    Amounts without a band are among them where nothing holds their emissions.

    Columns: subject, measure, measured, unit, expected, low, high, basis, co2e_t (of the records of the year),
    held_against (of an amount: the earlier years, prices or second sources that hold what it emits, or nothing).
    """
    table = inventory.expectations()
    table = table[table["low"].notna() | table["high"].notna() | (table["held_against"] == NOTHING)]
    fits = (table["breach"] == "").to_numpy()
    order = np.lexsort((-table["co2e_kg"].abs().to_numpy(), fits))[:max(n, int((~fits).sum()))]
    table = table.iloc[order]
    against: list[object] = [JOINED.join(words.term("held" if words.has(f"held.{term_key(part)}") else "measure", part)
                                         for part in text.split(JOINED)) for text in listed(table["held_against"])]
    return _lines(table, words, {"co2e_t": (table["co2e_kg"] / KG_PER_T).tolist(), "held_against": against},
                  {"co2e_t": "float64", "held_against": "str"})


def boundary_table(inventory: Inventory, *, words: Words = ENGLISH) -> pd.DataFrame:
    """Return sites, entities, meters and files that came, went or changed their name, most tonnes first.

    Columns: level, name, change, since (year), other (name), at_stake_t [t CO2e], word (the answer in params; ""
    without), line (of `boundary` in params, to paste where it is still asked).
    """
    table = inventory.boundary()
    terms = {name: [words.term(f"boundary_{name}", text) for text in listed(table[name])]
             for name in ("level", "change", "word")}
    lines = table["yaml"].where(table["is_open"], "")
    return table_of(list(zip(
        terms["level"], listed(table["name"]), terms["change"], table["since"].tolist(), listed(table["other"]),
        (table["co2e_kg"] / KG_PER_T).tolist(), terms["word"], listed(lines), strict=True)),
        {"level": "str", "name": "str", "change": "str", "since": "int64", "other": "str", "at_stake_t": "float64",
         "word": "str", "line": "str"})


def _lines(table: pd.DataFrame, words: Words, more: Mapping[str, list[Any]], kinds: dict[str, str]) -> pd.DataFrame:
    lines = records_of(table)
    # A share reads in percent, emissions in tonnes.
    scale = np.array([100.0 if is_share(str(line["measure"])) else scale_of(line) for line in lines])
    numbers = [(table["value" if name == "measured" else name].to_numpy() * scale).tolist() for name in NUMBERS]
    texts = [[of(line, words) for line in lines] for of in (subject, measure_name, unit_of, basis)]
    columns = [*texts[:2], numbers[0], texts[2], *numbers[1:], texts[3], *more.values()]
    return table_of(list(zip(*columns, strict=True)), _COLUMNS | kinds)
