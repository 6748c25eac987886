"""Columns that are not read and change what is counted: cents, taxes, tariffs, thousands, meters, other currencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from carbon.core.money import find_rates
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats, Texts
from carbon.core.vocabulary import currency, heading_key, holds, is_word
from carbon.records.grids.cells import Grid, many
from carbon.records.headings.layout import is_scaled
from carbon.records.rules.purchase_checks import VAT_RATES, names_tax
from carbon.records.rules.sheet import MOST_WORDS, Sheet
from carbon.records.values.numbers import parse_numbers

_MONEY = re.compile("[€£$]")
_FIRST = 1000
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
    cells = column.text if many(column) else column.distinct.texts
    for first in (_FIRST, None):  # a few of millions first: nearly every column is of more than one width
        texts = pc.utf8_ltrim(pc.utf8_trim_whitespace(cells[:first]), characters="+-")
        texts = texts.filter(pc.not_equal(texts, ""))
        widths = set(pc.min_max(pc.utf8_length(texts)).as_py().values())
        if len(widths) > 1 or ((widths := widths - {None}) and min(widths) < _PADDED):
            return
    if not widths or not pc.any(pc.starts_with(texts, "0")).as_py() or \
            not pc.all(pc.match_substring_regex(texts, "^[0-9]+$")).as_py():
        return
    example = pc.max(texts.filter(pc.starts_with(texts, "0"))).as_py()
    raise sheet.refusal("decimals_implied", example=example, counted_heading=counted_heading, whole=int(example),
                        cents=int(example) / 100)


def flag_scaled_rows(sheet: Sheet) -> None:
    """Add a fault for amounts of rows that state "k€" or "thousands" in a column of units or scales."""
    for position, _, key in sheet.headed_columns if counted_heading_of(sheet, "full_units") else ():
        if is_word(key, "heading scale"):
            scaled_rows = sheet.rows_where(
                position, lambda text: is_scaled(text) or is_word(fold(text), "row thousands"))
            sheet.fault_at(scaled_rows & (sheet.table["amount"] != 0).to_numpy(dtype=bool), position, "row_scaled")


def refuse_tariffs(sheet: Sheet) -> None:
    """Refuse energy of one tariff next to a quantity that is not stated to be the total, and is not their sum.

    Raises FileRefused: `tariffs_unread`: "Night kWh" next to kWh.
    """
    counted_heading = counted_heading_of(sheet, "all_tariffs")
    if counted_heading is None or holds(fold(counted_heading), "word of a total"):
        return
    values = sheet.table["quantity"].to_numpy()
    parts = [(i, h) for i, h, k in sheet.unread_columns
             if holds(k, "word of a tariff") and holds(k, "word of energy") and not holds(k, "word of no part")
             and not _MONEY.search(h)]
    part_sums = np.array([_numbers_at(sheet.body, i) for i, _ in parts])
    if not parts or np.isnan(part_sums).all() or not np.nansum(np.abs(part_sums)):
        return
    has_value = ~np.isnan(values)
    if not np.isclose(np.nansum(part_sums, axis=0), values, rtol=1e-4, atol=1.0)[has_value].all():
        raise sheet.refusal("tariffs_unread", heading=parts[0][1], counted_heading=counted_heading)


_FRACTION = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*[A]?\s*[/:]\s*(\d+)\s*[A]?\s*")
_MOST_READ = 8
_LEAST = 10.0
"""Quantity above which equal to index times factor, or to another index, is no coincidence of rounding."""
_MOST_METERS, _RUNNING = 50, 0.7
"""Rows of other meters between two readings of one; share of rows with which a running total goes on: a new year, or
another meter, begins again.
"""


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
    return bool((np.abs(values) > _LEAST).any()) and any(
        np.isclose(factor * step, values, rtol=1e-3, atol=1.0).all() for step in steps)


def refuse_states(sheet: Sheet) -> None:
    """Refuse states of a register next to the states before them, and a running total next to what it sums up.

    Raises FileRefused: `index_counted`: "Reading" next to "Reading before", "Use since January" next to "Use".
    """
    column, counted_heading = sheet.counted_column, counted_heading_of(sheet, "consumption")
    if counted_heading is None:
        return
    values = sheet.table[column].to_numpy()[:_ROWS]
    for heading, numbers in _unread_numbers(sheet)[0].items():
        if column == "quantity" and is_state_before(numbers, values):
            raise sheet.refusal("index_counted", heading=heading, counted_heading=counted_heading)
        if _is_running_total(values, numbers):
            raise sheet.refusal("index_counted.running", heading=heading, counted_heading=counted_heading,
                                column=column)


def warn_of_production(sheet: Sheet) -> None:
    """Add a warning where the heading of the quantities names energy that was produced or fed in."""
    counted_heading = counted_heading_of(sheet, "consumption")
    words = heading_key(counted_heading or "").split()
    if any(is_word(word, "row produced", "row fed in") for word in words) and (
            sheet.table["carrier"] == "electricity").any():
        sheet.warn_of("production_counted", heading=counted_heading)


def refuse_emissions(sheet: Sheet) -> None:
    """Refuse quantities and distances under a heading that names CO2, which every language writes in the same letters.

    A heading of emissions without it ("GHG, t") is not known by its name.

    Raises FileRefused: `emissions_counted`: "Carbon footprint (MTCO2e)" is declared as the kWh or km.
    """
    counted_heading = counted_heading_of(sheet, "consumption")
    if counted_heading is not None and "co2" in heading_key(counted_heading):
        raise sheet.refusal("emissions_counted", counted_heading=counted_heading, column=sheet.counted_column)


def is_state_before(before: Floats, now: Floats) -> bool:
    """Return whether numbers only rise from one column to the next, and most rows begin where another one ended.

    Rows of several meters are in turn, so that the next row of one may be some rows away, in either direction.
    """
    filled = ~np.isnan(before) & ~np.isnan(now)
    before, now = before[filled], now[filled]
    if len(now) < 2 or not (now > before).all():
        return False
    for step in range(1, min(len(now) // 2, _MOST_METERS) + 1):
        for ended, begins in ((now[:-step], before[step:]), (now[step:], before[:-step])):
            links = begins[(ended == begins) & (np.abs(begins) >= _LEAST)]
            if 2 * len(np.unique(links)) >= len(begins):  # no register has one state twice
                return True
    return False


def _is_running_total(total: Floats, parts: Floats) -> bool:
    """Return whether a column rises in most rows by the part of the row, which is not the total itself."""
    filled = ~np.isnan(total) & ~np.isnan(parts) & (parts != 0)
    total, parts = total[filled], parts[filled]
    return any(np.isclose(total[step:] - total[:-step], parts[step:], rtol=1e-6, atol=1e-9).mean() >= _RUNNING
               for step in range(1, min(len(total) // _FEWEST, _MOST_METERS) + 1))


_ROWS, _FEWEST = 5000, 3
"""Rows in which relations are sought, and the fewest that show one."""
_MOST_COLUMNS = 12
_SHARE, _TAXED = 0.95, 0.5
"""Share of rows that must show a relation; share of them that must hold a tax above zero."""
_NEAR_RATE, _CLEARLY = 0.04, 3.0
"""Difference (logarithm) of a booked rate from the day's, and how much nearer it is than to the rate the other way."""
_QUARTER = frozenset(["SEK", "DKK", "NOK"])
"""Currencies of countries with 25 % tax, which is 20 % of the amount that holds it."""


def check_second_numbers(sheet: Sheet) -> None:
    """Refuse amounts that the columns next to them show to hold tax, or to be of another currency than their row's.

    Warn of numbers that nothing explains.

    Raises FileRefused: `amount_with_tax`: amount = other x (1 + rate of tax), or other = amount x rate / (1 + rate).
    `currency_of_another_amount`: the two numbers are each other at the rate of the day, the wrong way round.
    """
    column = sheet.counted_column
    amounts = sheet.table[column].to_numpy(dtype=np.float64)[:_ROWS]
    others, decimals = _unread_numbers(sheet)
    if column == "amount" and not sheet.options.is_sworn("net_of_tax", "tax_counts"):
        taxes = {sheet.layout.headings[sheet.layout.columns["vat"]]: sheet.table["vat"].to_numpy()[:_ROWS]} \
            if "vat" in sheet.layout.columns else {}
        taxes |= {h: others[h] for h in decimals}
        for heading, numbers in (taxes | dict(_sums_of_taxes(taxes))).items():
            _refuse_tax(sheet, amounts, heading, numbers)
    if column == "amount":
        for what, codes in _currencies(sheet):
            for numbers in others.values():
                _refuse_conversion(sheet, numbers, codes, what)
    for heading in decimals:
        numbers, more = others[heading], [others[name] for name in decimals if name != heading]
        filled = int((~np.isnan(numbers) & ~np.isnan(amounts) & (numbers != 0)).sum())
        if filled >= _FEWEST and not is_word(heading_key(heading), "heading number", "heading name") and \
                not _explained(amounts, numbers, more):
            sheet.warn_of("number_unread", heading=heading, sum=np.nansum(numbers), column=column,
                          counted=np.nansum(amounts))


def _unread_numbers(sheet: Sheet) -> tuple[dict[str, Floats], list[str]]:
    """Return heading -> numbers of the first rows, of each unread column of them; and the headings of those with
    decimals, or named a tax.
    """
    numbers, decimals = dict[str, Floats](), list[str]()
    for position, heading, _ in sheet.unread_columns:
        if len(decimals) == _MOST_COLUMNS:
            break
        distinct = sheet.body.columns[position].take(np.arange(min(len(sheet), _ROWS))).distinct
        parsed = parse_numbers(distinct)
        if len(distinct.texts) == 1 or parsed.problems:
            continue
        numbers[heading] = parsed.numbers[distinct.codes]
        # Whole numbers without a thousand of their own may be codes, years, counts: nothing is told from them alone.
        if not (np.nan_to_num(parsed.numbers) % 1 == 0).all() or names_tax(heading):
            decimals.append(heading)
    return numbers, decimals


def _currencies(sheet: Sheet) -> Iterator[tuple[str, Texts]]:
    """Yield the currencies that amounts may be in instead of their row's: the company's, those of an unread column."""
    if home := sheet.project.currency:
        yield f"the company ({home})", np.full(min(len(sheet), _ROWS), home, dtype=object)
    for position, heading, _ in sheet.unread_columns:
        distinct = sheet.body.columns[position].take(np.arange(min(len(sheet), _ROWS))).distinct
        texts = [text.strip() for text in distinct.texts.to_pylist()] if len(distinct.texts) <= MOST_WORDS else []
        if any(texts) and all(currency(text) for text in texts if text):
            yield repr(heading), np.array([currency(text) or "" for text in texts], dtype=object)[distinct.codes]


def _refuse_conversion(sheet: Sheet, other: Floats, codes: Texts, what: str) -> None:
    """Refuse amounts that most rows in another currency show to be in `codes`: other = amount x rate to the row's.

    The rows in that currency itself have the same number twice. Without such a row a discount could be a rate.
    """
    amounts, of_row, days = (sheet.table[c].to_numpy()[:_ROWS] for c in ("amount", "currency", "period_start"))
    is_known = (amounts > 0) & (other > 0) & (of_row != "") & ~np.isnat(days)
    is_own = (codes == of_row) | (codes == "")  # a ledger leaves its own currency blank
    rows, own_rows = np.flatnonzero(is_known & ~is_own), is_known & is_own
    if not own_rows.any() or not np.isclose(amounts[own_rows], other[own_rows]).all():
        return
    n_converted = 0
    for code in pd.unique(of_row[rows]):
        at = rows[of_row[rows] == code]
        rates = find_rates(pd.Series(codes[at]), pd.Series(days[at]), to=code, basis="transaction_date")["fx_rate"]
        ratio, rate = other[at] / amounts[at], rates.to_numpy()
        off, off_otherwise = np.abs(np.log(ratio / rate)), np.abs(np.log(ratio * rate))
        n_converted += int(((off < _NEAR_RATE) & (_CLEARLY * off < off_otherwise)).sum())
    if 2 * n_converted > len(rows):
        headings = sheet.layout.headings
        amount = sheet.options.columns.get("amount") or headings[sheet.layout.columns["amount"]]
        raise sheet.refusal("currency_of_another_amount.rates", amount=amount, stated=of_row[rows[0]], what=what,
                            facts={"headings": ", ".join(map(repr, headings))})


def _sums_of_taxes(numbers: dict[str, Floats]) -> Iterator[tuple[str, Floats]]:
    """Yield the sum of the columns that are named taxes, where there are several: GST + PST."""
    named = [heading for heading in numbers if names_tax(heading)]
    if len(named) > 1:
        yield " + ".join(named), np.sum([np.nan_to_num(numbers[heading]) for heading in named], axis=0)


def _refuse_tax(sheet: Sheet, amounts: Floats, heading: str, other: Floats) -> None:
    has_both = ~np.isnan(amounts) & ~np.isnan(other) & (amounts != 0) & (other != 0) & (np.abs(amounts) > 1)
    if has_both.sum() < (1 if names_tax(heading) else _FEWEST):
        return
    money, others = amounts[has_both], other[has_both]
    others = -others if (np.sign(others) == -np.sign(money)).all() else others  # some ledgers book tax against it
    with np.errstate(divide="ignore", invalid="ignore"):
        of_net, share_of_gross, share_of_net = (_tax_rates(shares, money) for shares in (
            money / others - 1, others / (money - others), others / money))
    holds_net = _is_tax(of_net, names_tax(heading))
    nordic = set(sheet.table["currency"].iloc[:_ROWS].unique()) <= _QUARTER
    holds_tax = _is_tax(share_of_gross, names_tax(heading)) and (nordic or not _is_tax(share_of_net, True))
    if holds_net or holds_tax:
        what = "the amount without its tax" if holds_net else "the tax in it"
        raise sheet.refusal("amount_with_tax.arithmetic", heading=heading, what=what)


def _tax_rates(shares: Floats, money: Floats) -> Floats:
    """Return the rate of tax that each share is, to the cent of its amount; NaN where it is not a rate."""
    rates = np.array([0.0, *VAT_RATES])
    closest = rates[np.abs(shares[:, None] - rates).argmin(axis=1)]
    return np.where(np.abs(shares - closest) <= 0.0002 + 0.011 / np.abs(money), closest, np.nan)


def _is_tax(rates: Floats, is_named: bool) -> bool:
    """Return whether nearly all rows have a rate, of two kinds where no heading names a tax: one ratio for all may be
    a rate of exchange.
    """
    filled = rates[~np.isnan(rates)]
    return len(filled) > 0 and len(filled) >= _SHARE * len(rates) and float(np.mean(filled > 0)) >= _TAXED and (
        is_named or len(np.unique(filled)) > 1)


def _explained(amounts: Floats, other: Floats, more: list[Floats]) -> bool:
    """Return whether arithmetic states what a column is: one ratio, a rate of tax, a sum, product or balance."""
    has_both = ~np.isnan(amounts) & ~np.isnan(other) & (amounts != 0)
    money, others = amounts[has_both], other[has_both]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = pd.Series(others / money)
        taxes = [_tax_rates(share, money) for share in (others / money, others / money - 1, money / others - 1)]
    if ratio.round(3).value_counts(normalize=True).max() >= _SHARE:
        return True
    if any(np.mean(~np.isnan(rates)) >= _SHARE for rates in taxes):
        return True
    steps = np.diff(other)
    if _mostly(steps, amounts[1:]) or _mostly(-steps, amounts[1:]) or _mostly(-steps, amounts[:-1]):
        return True
    # A total of the amount and of something that is no tax shows that the amount is a part: that is no explanation.
    return any(_mostly(other + third, amounts) or any(_mostly(a * b, c) for a, b, c in permutations(
        (amounts, other, third))) for third in more)


def _mostly(left: Floats, right: Floats) -> bool:
    filled = ~np.isnan(left) & ~np.isnan(right)
    return bool(filled.sum() >= _FEWEST) and float(np.mean(np.isclose(left[filled], right[filled], rtol=1e-3,
                                                                       atol=0.02))) >= _SHARE
