"""Numbers next to the one that counts: what each is, by arithmetic, or that it is not known.

A column of numbers that is not read may be the amount without its tax, the tax in it, a part that is added to it, or
of no consequence. Arithmetic over the rows settles most of them; what it shows to change the amount refuses the file,
and what it leaves open is listed with its sum.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import FileRefused
from carbon.records.headings.faults import swear
from carbon.records.kinds.vocabulary import heading_key, is_word
from carbon.records.rules.purchase_checks import VAT_RATES
from carbon.records.rules.sheet import Sheet
from carbon.records.values.numbers import parse_numbers

Floats = npt.NDArray[np.float64]

_ROWS, _FEWEST = 5000, 3
"""Rows in which relations are sought, and the fewest that show one."""
_MOST_COLUMNS = 12
_SHARE, _TAXED = 0.95, 0.5
"""Share of rows that must show a relation; share of them that must hold a tax above zero."""
_QUARTER = frozenset(["SEK", "DKK", "NOK"])
"""Currencies of countries with 25 % tax, which is 20 % of the amount that holds it."""


def check_second_numbers(sheet: Sheet) -> None:
    """Refuse amounts that the columns next to them show to hold tax; warn of numbers that nothing explains.

    Raises FileRefused: `amount_with_tax`: amount = other x (1 + rate of tax), or other = amount x rate / (1 + rate).
    """
    column = sheet.counted_column
    counted = sheet.table[column].to_numpy(dtype=np.float64)[:_ROWS]
    others = _numbers(sheet)
    if column == "amount" and not sheet.options.is_sworn("net_of_tax", "tax_counts"):
        taxes = {sheet.layout.headings[sheet.layout.columns["vat"]]: sheet.table["vat"].to_numpy()[:_ROWS]} \
            if "vat" in sheet.layout.columns else {}
        for heading, numbers in (others | taxes).items():
            _refuse_tax(sheet, counted, heading, numbers)
    for heading, numbers in others.items():
        more = [n for name, n in others.items() if name != heading]
        filled = int((~np.isnan(numbers) & ~np.isnan(counted) & (numbers != 0)).sum())
        if filled >= _FEWEST and not is_word(heading_key(heading), "heading number", "heading name") and \
                not _explained(counted, numbers, more):
            sheet.warn("number_unread", f"{heading!r} is a column of numbers that is not read (sum of its first rows "
                       f"{np.nansum(numbers):,.10g}, of `{column}` {np.nansum(counted):,.10g}), and nothing shows what "
                       "it is: a part that is missing, or of no consequence")


def _numbers(sheet: Sheet) -> dict[str, Floats]:
    """Return heading -> numbers of the first rows, of each unread column of numbers with decimals."""
    numbers: dict[str, Floats] = {}
    for position, heading, _ in sheet.unread_columns:
        if len(numbers) == _MOST_COLUMNS:
            break
        distinct = sheet.body.columns[position].take(np.arange(min(len(sheet), _ROWS))).distinct()
        parsed = parse_numbers(distinct)
        whole = np.nan_to_num(parsed.numbers) % 1 == 0
        # Whole numbers without a thousand of their own may be codes, years, counts: nothing is told from them.
        if len(distinct.texts) > 1 and not parsed.problems and not whole.all():
            numbers[heading] = parsed.numbers[distinct.codes]
    return numbers


def _refuse_tax(sheet: Sheet, counted: Floats, heading: str, other: Floats) -> None:
    both = ~np.isnan(counted) & ~np.isnan(other) & (counted != 0) & (other != 0) & (np.abs(counted) > 1)
    if both.sum() < _FEWEST:
        return
    money, beside = counted[both], other[both]
    with np.errstate(divide="ignore", invalid="ignore"):
        of_net, share_of_gross, share_of_net = (_rates(shares, money) for shares in (
            money / beside - 1, beside / (money - beside), beside / money))
    holds_net = _is_tax(of_net)
    nordic = set(sheet.table["currency"].iloc[:_ROWS].unique()) <= _QUARTER
    holds_tax = _is_tax(share_of_gross) and (nordic or not _is_tax(share_of_net))
    if holds_net or holds_tax:
        what = "the amount without its tax" if holds_net else "the tax in it"
        raise FileRefused(f"{sheet.name}: {heading!r} next to the amount is {what}, row by row", code="amount_with_tax",
                          what_to_do="map the amounts without tax under `columns: {amount: ...}` in params; or state "
                          f"{swear('tax_counts')} where the tax is not recovered")


def _rates(shares: Floats, money: Floats) -> Floats:
    """Return the rate of tax that each share is, to the cent of its amount; NaN where it is not a rate."""
    rates = np.array([0.0, *VAT_RATES])
    nearest = rates[np.abs(shares[:, None] - rates).argmin(axis=1)]
    return np.where(np.abs(shares - nearest) <= 0.0002 + 0.011 / np.abs(money), nearest, np.nan)


def _is_tax(rates: Floats) -> bool:
    """Return whether nearly all rows have a rate, of two kinds: one ratio for all may be a rate of exchange."""
    known = rates[~np.isnan(rates)]
    return len(known) >= _SHARE * len(rates) and float(np.mean(known > 0)) >= _TAXED and len(np.unique(known)) > 1


def _explained(counted: Floats, other: Floats, more: list[Floats]) -> bool:
    """Return whether arithmetic states what a column is: one ratio, a rate of tax, a sum, product or balance."""
    both = ~np.isnan(counted) & ~np.isnan(other) & (counted != 0)
    money, beside = counted[both], other[both]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = pd.Series(beside / money)
        taxes = [_rates(beside / money, money), _rates(beside / money - 1, money), _rates(money / beside - 1, money)]
    if ratio.round(3).value_counts(normalize=True).max() >= _SHARE:
        return True
    if any(np.mean(~np.isnan(rates)) >= _SHARE for rates in taxes):
        return True
    steps = np.diff(other)
    if _mostly(steps, counted[1:]) or _mostly(-steps, counted[1:]) or _mostly(-steps, counted[:-1]):
        return True
    # A total of the amount and of something that is no tax shows that the amount is a part: that is no explanation.
    return any(_mostly(other + third, counted) or any(_mostly(a * b, c) for a, b, c in permutations(
        (counted, other, third))) for third in more)


def _mostly(left: Floats, right: Floats) -> bool:
    known = ~np.isnan(left) & ~np.isnan(right)
    return bool(known.sum() >= _FEWEST) and float(np.mean(np.isclose(left[known], right[known], rtol=1e-3,
                                                                       atol=0.02))) >= _SHARE
