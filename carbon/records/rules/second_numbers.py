"""Second numbers of a row, known by arithmetic: register states, running totals, taxes, conversions, near copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from carbon.core import units
from carbon.core.money import find_rates
from carbon.core.text_columns import Flags, Floats, Texts
from carbon.core.vocabulary import currency, heading_key, holds, is_word
from carbon.records.rules.purchase_checks import VAT_RATES, names_tax
from carbon.records.rules.sheet import MOST_WORDS, Sheet
from carbon.records.rules.unread_columns import LEAST, counted_heading_of
from carbon.records.values.numbers import parse_numbers

_MOST_METERS, _RUNNING = 50, 0.7
"""Rows of other meters between two readings of one; share of rows with which a running total goes on: a new year, or
another meter, begins again.
"""
_ROWS, _FEWEST = 5000, 3
"""Rows in which relations are sought, and the fewest that show one."""
_MOST_COLUMNS, _MOST_PIECES = 12, 100
_SHARE, _TAXED = 0.95, 0.5
"""Share of rows that must show a relation; share of them that must hold a tax above zero."""
_COPIED, _VARIED = 0.5, 3
"""Share of rows, and how many values, that a column must repeat to be a second version of what counts."""
_NEAR_RATE, _CLEARLY = 0.04, 3.0
"""Difference (logarithm) of a booked rate from the day's, and how much nearer it is than to the rate the other way."""
_KWH_A_M3 = 8.2, 13.1
"""Gross calorific values of natural gas: of lean L-gas (Zukunft Gas, "Gasverbrauch umrechnen": 8.2 to 12.25), of the
richest H-gas of DVGW G 260. Biomethane that is fed into the grid has those of its grid.
"""
_PARTLY = "waste", "freight", "travel"
"""Kinds whose number may hold more than the record: a container, private kilometres."""
_TRADED = "EUR", "USD", "GBP", "CHF", "JPY", "CNY"
_QUARTER = frozenset(["SEK", "DKK", "NOK"])
"""Currencies of countries with 25 % tax, which is 20 % of the amount that holds it."""


def refuse_states(sheet: Sheet) -> None:
    """Refuse states of a register next to the states before them, and a running total next to what it sums up.

    Raises FileRefused: `index_counted`: "Reading" next to "Reading before", "Use since January" next to "Use".
    """
    column, counted_heading = sheet.counted_column, counted_heading_of(sheet, "consumption")
    if counted_heading is None:
        return
    values, words = sheet.table[column].to_numpy()[:_ROWS], {"column": column, "counted_heading": counted_heading}
    for heading, numbers in _unread_numbers(sheet)[0].items():
        if column == "quantity" and is_state_before(numbers, values):
            raise sheet.refusal("index_counted", heading=heading, **words)
        if _is_running_total(values, numbers):
            raise sheet.refusal("index_counted.running", heading=heading, **words)


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
            links = begins[(ended == begins) & (np.abs(begins) >= LEAST)]
            if 2 * len(np.unique(links)) >= len(begins):  # no register has one state twice
                return True
    return False


def _is_running_total(total: Floats, parts: Floats) -> bool:
    """Return whether a column rises in most rows by the part of the row, which is not the total itself."""
    filled = ~np.isnan(total) & ~np.isnan(parts) & (parts != 0)
    total, parts = total[filled], parts[filled]
    return any(np.isclose(total[step:] - total[:-step], parts[step:], rtol=1e-6, atol=1e-9).mean() >= _RUNNING
               for step in range(1, min(len(total) // _FEWEST, _MOST_METERS) + 1))


def refuse_wholes_and_means(sheet: Sheet) -> None:
    """Refuse what a row repeats of its whole document, and what one piece costs or one day uses.

    Raises FileRefused: `whole_counted`: the same number in rows whose parts, another column, sum to it, or whose shares
    sum to a hundred. `mean_counted`: a third column = number x pieces, or number x days of the row.
    """
    column, counted_heading = sheet.counted_column, counted_heading_of(sheet, "consumption")
    if counted_heading is None:
        return
    values, numbers = sheet.table[column].to_numpy(dtype=np.float64)[:_ROWS], _unread_numbers(sheet)[0]
    words = {"counted_heading": counted_heading, "column": column}
    for heading in (h for h, other in numbers.items() if _is_of_runs(values, other)):
        raise sheet.refusal("whole_counted", heading=heading, **words)
    for heading, share in ((h, s) for h in numbers for s in numbers.values()):
        if (share > 0).any() and _mostly((values * (1 - share / 100))[share != 0], numbers[heading][share != 0]):
            raise sheet.refusal("whole_counted.reduced", heading=heading, **words)
    if column == "amount" and "quantity" in sheet.layout.columns:
        numbers[sheet.layout.headings[sheet.layout.columns["quantity"]]] = sheet.table["quantity"].to_numpy()[:_ROWS]
    key = heading_key(counted_heading)
    names_price = column == "amount" and holds(key, "word of a price") and not holds(key, "word of a total")
    first, last = (sheet.table[c].iloc[:_ROWS] for c in ("period_start", "period_end"))
    days = (last - first).dt.days.to_numpy()
    for heading, times in numbers.items():
        filled = ~np.isnan(values) & ~np.isnan(times)
        counts = times[filled]
        if len(np.unique(counts)) > 1 and 1 <= counts.min() < _MOST_PIECES and (counts % 1 == 0).all():
            is_product = any(_mostly(price * times, values) for price in numbers.values())
            if names_price and is_word(heading_key(heading), "heading number") and not is_product:
                raise sheet.refusal("mean_counted.price", heading=heading, **words)
            of_days, more = column == "amount" or np.isin(counts - days[filled], (0, 1)).mean() >= _SHARE, times != 1
            for product in (h for h, n in numbers.items() if of_days and _mostly((values * times)[more], n[more])):
                raise sheet.refusal("mean_counted", heading=heading, product=product, **words)


def _is_of_runs(values: Floats, other: Floats) -> bool:
    """Return whether runs of rows with one number have parts that sum to it, or differing shares that sum to 100."""
    filled = ~np.isnan(values) & ~np.isnan(other) & (values != 0)
    values, other = values[filled], other[filled]
    starts = np.flatnonzero(np.diff(values, prepend=np.nan) != 0)
    if not 1 < len(starts) < len(values):
        return False
    sums, several = np.add.reduceat(other, starts), np.diff(np.append(starts, len(values))) > 1
    varied = several & (np.maximum.reduceat(other, starts) > np.minimum.reduceat(other, starts))
    are_wholes = ((np.isclose(sums, w, rtol=1e-6, atol=1e-4) & (other > 0).all(), proof) for w, proof in (
        (values[starts], several), (100.0, varied), (1.0, varied)))
    return any(min(w.mean(), w[several].mean()) >= _SHARE and (w & proof).any() for w, proof in are_wholes)


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
        named = [h for h in taxes if names_tax(h)]  # GST + PST
        several = np.sum([np.nan_to_num(taxes[h]) for h in named], axis=0)
        for heading, numbers in (taxes | ({" + ".join(named): several} if len(named) > 1 else {})).items():
            _refuse_tax(sheet, amounts, heading, numbers)
        for heading in _nets_of_hidden_taxes(amounts, others | taxes):
            raise sheet.refusal("amount_with_tax.arithmetic", heading=heading, what="the amount without its tax")
    if column == "amount":
        for what, codes in _currencies(sheet):
            for numbers in others.values():
                _refuse_conversion(sheet, numbers, codes, what)
        _warn_of_rates(sheet, others)
    _warn_of_swaps(sheet, amounts, others)
    settled = _of_gas(sheet, amounts, others) if sheet.contract.lands_in == "energy" else set()
    may_count, sums = column == "amount" or sheet.contract.lands_in == "energy", sheet.contract.kind not in _PARTLY
    for heading in (h for h in decimals if h not in settled):
        numbers, more = others[heading], [others[name] for name in decimals if name != heading]
        filled = int((~np.isnan(numbers) & ~np.isnan(amounts) & (numbers != 0)).sum())
        is_like, unit = _is_like_counted(sheet, heading), sheet.headings.unit_in(column, heading)
        ratios = not unit or unit != sheet.headings.unit_in(column, counted_heading_of(sheet) or "")
        if (is_like or (may_count and not is_word(heading_key(heading), "heading number", "heading name"))) and \
                filled >= _FEWEST - is_like and not _explained(amounts, numbers, more, sums, ratios):
            sheet.warn_of("number_unread", heading=heading, sum=np.nansum(numbers), column=column,
                          counted=np.nansum(amounts))


def _of_gas(sheet: Sheet, quantities: Floats, others: dict[str, Floats]) -> set[str]:
    """Return headings of what gas is in kWh next to its m3, or in m3 next to its kWh; warn of kWh that are not read.

    Raises FileRefused: `unit_conflict.calorific`: the other number shows that the unit of the rows is not theirs.
    """
    table, settled = sheet.table.iloc[:_ROWS], set[str]()
    of_gas = table["carrier"].isin(["natural_gas", "biomethane"]).to_numpy(dtype=bool) & (quantities != 0)
    names = table["unit"][of_gas].unique()
    if len(names) != 1 or not names[0]:
        return settled
    unit, (least, most) = units.unit(names[0]), _KWH_A_M3
    in_m3 = unit.dimension == "volume"
    quantities = quantities[of_gas] * float(unit.ratio / units.unit("m3" if in_m3 else "kWh").ratio)
    for heading, numbers in others.items():
        ratio = pd.Series(numbers[of_gas] / quantities).dropna()
        is_money = holds(heading_key(heading), "word of an amount", "word of a price")
        if len(ratio) < _FEWEST or not (ratio > 0).all() or is_money:
            continue
        larger, in_mwh, smaller = (r.between(least, most).all() for r in (ratio, 1000 * ratio, 1 / ratio))
        if (larger or in_mwh) if in_m3 else smaller:
            settled.add(heading)
            if in_m3:
                sheet.warn_of("energy_unread", heading=heading, ratio=ratio.median() * (1 if larger else 1000))
        elif (larger or smaller) and not sheet.options.is_sworn("declared_unit"):
            raise sheet.refusal("unit_conflict.calorific", heading=heading, ratio=ratio.median(), unit=names[0],
                                column=sheet.counted_column)
    return settled


def warn_of_near_copies(sheet: Sheet) -> None:
    """Add a warning of a column that repeats what counts in most rows, differs in others, and no word explains it."""
    column = sheet.counted_column
    if column not in sheet.layout.columns and column not in sheet.layout.joined:
        return
    values = sheet.table[column].to_numpy(dtype=np.float64)[:_ROWS]
    for heading, numbers in _unread_numbers(sheet)[0].items():
        has_both = ~np.isnan(values) & ~np.isnan(numbers) & sheet.not_excluded[:_ROWS]
        same = np.isclose(values, numbers, rtol=1e-9, atol=0.0)
        is_copy = (same & has_both & (values != 0)).sum() >= max(_COPIED * has_both.sum(), _FEWEST)
        differ = has_both & ~same
        if is_copy and differ.any() and len(np.unique(values[same & has_both])) >= _VARIED and not _told_apart(
                sheet, differ, has_both):
            sheet.warn_of("near_copy", heading=heading, column=column, rows=int(differ.sum()),
                          sum=numbers[has_both].sum(), counted=values[has_both].sum())
            return


def _told_apart(sheet: Sheet, differ: Flags, of_rows: Flags) -> bool:
    """Return whether all rows of each word of a column are the same or all of them differ, as with a currency."""
    for position, *_ in sheet.headed_columns:
        distinct = sheet.body.columns[position].take(np.flatnonzero(of_rows)).distinct
        n_words = len(distinct.texts)
        if n_words * _FEWEST <= len(distinct.codes):
            rows, differing = (np.bincount(distinct.codes, w, n_words) for w in (None, differ[of_rows]))
            if ((differing == 0) | (differing == rows)).all():
                return True
    return False


def _unread_numbers(sheet: Sheet) -> tuple[dict[str, Floats], list[str]]:
    """Return heading -> first numbers of each unread column; and the headings with decimals, of a tax or as counted."""
    numbers, decimals = dict[str, Floats](), list[str]()
    for position, heading, _ in sheet.unread_columns:
        if len(decimals) == _MOST_COLUMNS:
            break
        distinct = sheet.body.columns[position].take(np.arange(min(len(sheet), _ROWS))).distinct
        of_shares = not names_tax(heading) and pc.any(pc.match_substring(distinct.texts, "%")).as_py()
        parsed = parse_numbers(replace(distinct, texts=pc.replace_substring(distinct.texts, "%", "")) if of_shares else
                               distinct)
        if (len(distinct.texts) == 1 and not (of_shares and parsed.numbers[0] < 100)) or parsed.problems:
            continue
        numbers[heading] = parsed.numbers[distinct.codes]
        # Whole numbers without a thousand of their own may be codes, years, counts: nothing is told from them alone.
        if not (np.nan_to_num(parsed.numbers) % 1 == 0).all() or of_shares or names_tax(heading) or _is_like_counted(
                sheet, heading):
            decimals.append(heading)
    return numbers, decimals


def _is_like_counted(sheet: Sheet, heading: str) -> bool:
    """Return whether a heading names a unit of what counts, its words and more ("Qty returned"), or pieces of a row."""
    column, places = sheet.counted_column, sheet.layout.columns
    key = heading_key(sheet.layout.headings[places[column]] if column in places else heading)
    more = {*key.split()} < {*heading_key(heading).split()}
    if sheet.contract.lands_in in ("travel", "equipment") and {"trips", "passengers"}.isdisjoint(places):
        more |= holds(heading_key(heading), "word of pieces")  # tickets, how many are in a box
    return column != "amount" and (more or bool(sheet.headings.unit_in(column, heading)))


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


def _warn_of_swaps(sheet: Sheet, amounts: Floats, others: dict[str, Floats]) -> None:
    """Add a warning of rows in which two numbers have changed places: their usual ratio is upside down."""
    for heading, numbers in others.items():
        ratio = pd.Series(numbers / np.where(amounts > 0, amounts, np.nan)).where(numbers > 0)
        usual = ratio.median()
        is_usual, is_swapped = ((ratio * by - 1).abs() < _NEAR_RATE for by in (1 / usual, usual))
        if abs(usual - 1) > _NEAR_RATE and is_usual.sum() > max(_FEWEST, _COPIED * ratio.count()):
            sheet.warn_at(np.flatnonzero(is_swapped), "numbers_swapped", heading=heading, column=sheet.counted_column)


def _warn_of_rates(sheet: Sheet, others: dict[str, Floats]) -> None:
    """Add a warning of a column of ones and of rates of the day of one currency: its rows may be in that one."""
    own, days = (sheet.table[c].iloc[:_ROWS] for c in ("currency", "period_start"))
    known = days.notna().to_numpy() & (own == own.iloc[0]).all() & bool(own.iloc[0])
    for heading, numbers in others.items():
        rows = np.flatnonzero(known & (numbers > 0) & (numbers != 1) & (numbers == 1).any() & (numbers % 1 > 0).any())
        for code in (c for c in _TRADED if len(rows) and c != own.iloc[0]):
            rates = find_rates(pd.Series([code] * len(rows)), days.iloc[rows].reset_index(drop=True), to=own.iloc[0],
                               basis="transaction_date")["fx_rate"].to_numpy()
            if (np.abs(np.log(numbers[rows] / rates)) < _NEAR_RATE).all():
                sheet.warn_at(rows, "rate_unread", heading=heading, code=code, stated=own.iloc[0])


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


def _nets_of_hidden_taxes(amounts: Floats, others: dict[str, Floats]) -> Iterator[str]:
    """Yield headings of net amounts whose tax is in the amounts, with a third number: withheld, a discount, a tip."""
    for heading, tax in ((h, n) for h, n in others.items() if names_tax(h)):
        for net_heading, net in others.items():
            filled = ~np.isnan(net) & ~np.isnan(tax) & (net != 0)
            rates, rest = _tax_rates(tax[filled] / net[filled], net[filled]), amounts - net - tax
            if filled.sum() >= _FEWEST and _is_tax(rates, True) and any(
                    _mostly(third, rest) or _mostly(-third, rest) for name, third in others.items()
                    if name not in (net_heading, heading)):
                yield net_heading


def _tax_rates(shares: Floats, money: Floats) -> Floats:
    """Return the rate of tax that each share is, to the cent of its amount; NaN where it is not a rate."""
    rates = np.array([0.0, *VAT_RATES])
    closest = rates[np.abs(shares[:, None] - rates).argmin(axis=1)]
    return np.where(np.abs(shares - closest) <= 0.0002 + 0.011 / np.abs(money), closest, np.nan)


def _is_tax(rates: Floats, is_named: bool) -> bool:
    """Return whether nearly all rows have a rate, of two kinds where no heading names a tax: one may be of exchange."""
    filled = rates[~np.isnan(rates)]
    return len(filled) > 0 and len(filled) >= _SHARE * len(rates) and float(np.mean(filled > 0)) >= _TAXED and (
        is_named or len(np.unique(filled)) > 1)


def _explained(amounts: Floats, other: Floats, more: list[Floats], sums: bool, ratios: bool) -> bool:
    """Return whether arithmetic states what a column is: one ratio or a rate of tax (where `ratios` explain it), a sum
    (`sums`), a product or balance; what is the amount once more in most rows has its own rule.
    """
    has_both = ~np.isnan(amounts) & ~np.isnan(other) & (amounts != 0)
    money, others = amounts[has_both], other[has_both]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = pd.Series(others / money)
        taxes = [_tax_rates(share, money) for share in (others / money, others / money - 1, money / others - 1)]
    of_one = ratio.round(3).value_counts(normalize=True).max() >= _SHARE
    of_tax = any(np.mean(~np.isnan(rates)) >= _SHARE for rates in taxes)
    if np.isclose(ratio, 1).mean() >= _COPIED or (ratios and (of_one or of_tax)):
        return True
    steps = np.diff(other)
    if _mostly(steps, amounts[1:]) or _mostly(-steps, amounts[1:]) or _mostly(-steps, amounts[:-1]):
        return True
    # A total of the amount and of something that is no tax shows that the amount is a part: that is no explanation.
    return any((sums and _mostly(other + third, amounts)) or any(_mostly(a * b, c) for a, b, c in permutations(
        (amounts, other, third))) for third in more)


def _mostly(left: Floats, right: Floats) -> bool:
    filled = ~np.isnan(left) & ~np.isnan(right)
    return bool(filled.sum() >= _FEWEST) and float(np.mean(np.isclose(left[filled], right[filled], rtol=1e-3,
                                                                       atol=0.02))) >= _SHARE
