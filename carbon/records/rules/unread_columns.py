"""Columns that are not read and change what is counted: cents, taxes, tariffs, thousands, meters, other currencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations

import numpy as np
import pyarrow.compute as pc

from carbon.core import units
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats
from carbon.core.vocabulary import currency, heading_key, holds, is_word
from carbon.records.grids.cells import Grid, many
from carbon.records.headings.layout import is_scaled
from carbon.records.rules.purchase_checks import names_tax
from carbon.records.rules.sheet import MOST_WORDS, Sheet, has_year
from carbon.records.values.numbers import parse_numbers

_MONEY = re.compile("[€£$]")
_PADDED = 4
"""Digits from which an amount that begins with zero is filled up to a width."""


def counted_heading_of(sheet: Sheet, *sworn: str) -> str | None:
    """Return the heading of the column that counts; None where the file has none, or params swear to it."""
    column = sheet.counted_column
    is_asked = column in sheet.layout.columns and not sheet.options.is_sworn(*sworn)
    return sheet.layout.headings[sheet.layout.columns[column]] if is_asked else None


def refuse_split_amounts(sheet: Sheet) -> None:
    """Refuse amounts that another column makes unclear.

    Raises FileRefused: `amount_split`: 1234 next to 50 cents, where the cents are not the amount once more.
    `amount_with_tax`: a column "including VAT". `columns_ambiguous`: "Amount HT" next to "Amount".
    """
    counted_heading = counted_heading_of(sheet)
    for position, heading, key in sheet.unread_columns if counted_heading is not None else ():
        counted_key = heading_key(counted_heading)
        if "amount" not in sheet.options.columns and is_word(counted_key, "word of an amount") and \
                holds(key, "word of an amount") and holds(key, "word of net"):
            raise sheet.refusal("columns_ambiguous.net", counted_heading=counted_heading, heading=heading, facts={
                "column": "amount", "headings": f"{counted_heading!r} or {heading!r}"})
        is_cents = holds(key, "word of cents") and not holds(key, "word of a price")
        if is_word(key, "heading tax within") and (is_cents or not holds(counted_key, "word of net")):
            if not sheet.options.is_sworn("net_of_tax", "tax_counts") and _second_amounts(sheet, position)[0].size:
                raise sheet.refusal("amount_with_tax.column", heading=heading, counted_heading=counted_heading)
        elif is_cents and not is_word(key, "heading tax within") and not sheet.options.is_sworn("whole_amounts"):
            amounts, cents = _second_amounts(sheet, position)
            if not np.isclose(cents, 100 * amounts, rtol=1e-12, atol=0.005).all():
                raise sheet.refusal("amount_split", heading=heading, counted_heading=counted_heading)


def _second_amounts(sheet: Sheet, position: int) -> tuple[Floats, Floats]:
    """Return the amounts of the rows that have another number in a column, and that number."""
    values, others = sheet.table["amount"].to_numpy(), _numbers_at(sheet.body, position)
    in_both = ~np.isnan(others) & ~np.isnan(values) & (others != 0)
    return values[in_both], others[in_both]


def _numbers_at(body: Grid, position: int) -> Floats:
    distinct = body.columns[position].distinct
    return parse_numbers(distinct).numbers[distinct.codes]


def refuse_padded_amounts(sheet: Sheet) -> None:
    """Refuse amounts filled with zeros to one width and without a decimal mark: the last two digits may be cents.

    Raises FileRefused: `decimals_implied`: 000012345.
    """
    counted_heading = counted_heading_of(sheet, "whole_amounts")
    if counted_heading is None or sheet.options.decimal:
        return
    column = sheet.body.columns[sheet.layout.columns["amount"]]
    whole = column.text if many(column) else column.distinct.texts
    for cells in (whole[:1000], whole):  # a few of millions first: nearly every column is of more than one width
        texts = pc.utf8_ltrim(pc.utf8_trim_whitespace(cells), "+-")
        texts = texts.filter(pc.not_equal(texts, ""))
        widths = pc.min_max(pc.utf8_length(texts)).as_py()
        if widths["min"] != widths["max"]:
            return
    if (widths["max"] or 0) < _PADDED or not (
            pc.any(pc.starts_with(texts, "0")).as_py() and pc.all(pc.match_substring_regex(texts, "^[0-9]+$")).as_py()):
        return
    example = pc.max(texts.filter(pc.starts_with(texts, "0"))).as_py()
    raise sheet.refusal("decimals_implied", example=example, counted_heading=counted_heading, whole=int(example),
                        cents=int(example) / 100)


def flag_scaled_rows(sheet: Sheet) -> None:
    """Add a fault for amounts of rows that state "k€" or "thousands" in a column of units or scales."""
    for position, _, key in sheet.headed_columns if counted_heading_of(sheet, "full_units") else ():
        if is_word(key, "heading scale"):
            scaled_rows = sheet.rows_where(position, lambda t: is_scaled(t) or is_word(fold(t), "row thousands"))
            sheet.fault_at(scaled_rows & (sheet.table["amount"] != 0).to_numpy(dtype=bool), position, "row_scaled")


def refuse_tariffs(sheet: Sheet) -> None:
    """Refuse energy of one tariff next to a quantity that is not stated to be the total, and is not their sum.

    Raises FileRefused: `tariffs_unread`: "Night kWh" next to kWh.
    """
    counted_heading = counted_heading_of(sheet, "all_tariffs")
    if counted_heading is None or holds(fold(counted_heading), "word of a total"):
        return
    values = sheet.table["quantity"].to_numpy()
    parts = [(i, h) for i, h, k in sheet.unread_columns if holds(k, "word of a tariff") and holds(k, "word of energy")
             and not holds(k, "word of no part") and not _MONEY.search(h)]
    part_sums = np.array([_numbers_at(sheet.body, i) for i, _ in parts])
    if not parts or np.isnan(part_sums).all() or not np.nansum(np.abs(part_sums)):
        return
    has_value = ~np.isnan(values)
    if not np.isclose(np.nansum(part_sums, axis=0), values, rtol=1e-4, atol=1.0)[has_value].all():
        raise sheet.refusal("tariffs_unread", heading=parts[0][1], counted_heading=counted_heading)


_FRACTION = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*[A]?\s*[/:]\s*(\d+)\s*[A]?\s*")
_MOST_READ = 8
LEAST = 10.0
"""Quantity above which equal to index times factor, or to another index, is no coincidence of rounding."""


def refuse_multipliers(sheet: Sheet) -> None:
    """Refuse a factor other than one next to a quantity, unless quantity = factor x (index - index before) in each row.

    Raises FileRefused: `multiplier_unread`: a coefficient of the meter.
    """
    counted_heading, values = counted_heading_of(sheet, "factor_applied"), sheet.table["quantity"].to_numpy()
    for position, heading, key in sheet.unread_columns if counted_heading is not None else ():
        is_ratio = is_word(key, "heading ratio")
        # Of other factors, which may be of emission, only whole numbers above one are a multiplier.
        if not (is_ratio or is_word(key, "heading any factor")):
            continue
        factor = _factors(sheet.body, position)
        odd = ~np.isnan(factor) & (factor != 1) & ~np.isnan(values) & (values != 0)
        if not is_ratio:
            odd &= (factor > 1) & (factor == np.trunc(factor))
        if odd.any() and not _proved(values[odd], factor[odd], sheet, odd):
            at = int(np.argmax(odd))
            raise sheet.refusal("multiplier_unread", heading=heading, factor=factor[at],
                                counted_heading=counted_heading, quantity=values[at], product=factor[at] * values[at])


def _factors(body: Grid, position: int) -> Floats:
    """Return the numbers of a column, "200/5" as 40."""
    distinct = body.columns[position].distinct
    numbers = parse_numbers(distinct).numbers.copy()
    texts = distinct.texts.to_pylist() if len(distinct.texts) <= MOST_WORDS else []
    for i, text in enumerate(texts):
        parts = _FRACTION.fullmatch(text)
        if parts and float(parts[2]):
            numbers[i] = float(parts[1].replace(",", ".")) / float(parts[2])
    return numbers[distinct.codes]


def _proved(values: Floats, factor: Floats, sheet: Sheet, odd: Flags) -> bool:
    """Return whether factor x a column of differences, or x one index less another, is the quantity."""
    index_columns = [_factors(sheet.body, i)[odd] for i, _, k in sheet.unread_columns
                     if holds(k, "word of an index") or k.endswith("stand")]
    index_columns = index_columns[:_MOST_READ]
    steps = [*index_columns, *(b - a for a, b in permutations(index_columns, 2))]
    return bool((np.abs(values) > LEAST).any()) and any(
        np.isclose(factor * step, values, rtol=1e-3, atol=1.0).all() for step in steps)


def check_counted_heading(sheet: Sheet) -> None:
    """Refuse quantities under a heading that names CO2, in every language alike; warn where it names energy fed in.

    A heading of emissions without CO2 ("GHG, t") is not known by its name. One that states more than is read, in
    brackets ("lakh"), by a rate ("kWh/m2") or a mean, adds a warning.

    Raises FileRefused: `emissions_counted`: "Carbon footprint (MTCO2e)" is declared as the kWh or km.
    """
    counted_heading, of_power = counted_heading_of(sheet, "consumption"), sheet.contract.kind == "energy"
    key = heading_key(counted_heading or "")
    parts = [] if sheet.options.source else [*_unread_parts(counted_heading or "", sheet)]
    if parts:
        sheet.warn_of("heading_unclear", heading=counted_heading, part=parts[0], column=sheet.counted_column)
    if "co2" in key:
        raise sheet.refusal("emissions_counted", counted_heading=counted_heading, column=sheet.counted_column)
    if any(is_word(word, "row produced", "row fed in") for word in key.split()) and of_power and (
            sheet.table["carrier"] == "electricity").any():
        sheet.warn_of("production_counted", heading=counted_heading)


_BRACKETED, _RATE = re.compile(r"[(\[]([^()\[\]]+)"), re.compile(r"([^\W\d_]+|[€$£]) ?(?:/|\bper\b) ?(\d* ?[^\W\d]\w*)")


def _unread_parts(heading: str, sheet: Sheet) -> Iterator[str]:
    """Yield what a heading states of its numbers and nothing reads: a scale, a rate, a mean, short tons, a year."""
    yield from (year for year in re.findall(r"\b(?:19|20)\d\d\b", heading) if not has_year(sheet, year))
    for over, under in _RATE.findall(heading):
        rate_of, unit = units.find(under), units.find(over)
        if (unit or currency(over)) and not names_tax(under) and (not rate_of or rate_of != unit):
            yield f"{over}/{under}"
    for part in _BRACKETED.findall(heading):
        if not (units.find(part) or currency(part) or names_tax(part) or holds(fold(part), "word of net")):
            yield part
    short = ("ton", "tons") if "US" in sheet.project.home else ()
    yield from (word for word in heading_key(heading).split() if word in short or is_word(word, "word of a mean"))
