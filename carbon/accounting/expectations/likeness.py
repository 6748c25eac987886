"""What distinguishes the rows of one year from another's: a number made of their amounts and shares of their words.

number of the amounts = sum over rows of mix(bits of the amount) mod 2^64, its first 53 bits: equal for the same amounts
in any order, and otherwise by chance once in 10^15. mix: splitmix64 (Steele, Lea and Flood 2014, figure 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.copied import Pattern
from carbon.core.columns import Places, Rows, group_codes
from carbon.core.exact import exact_sum
from carbon.core.text_columns import Floats
from carbon.records.rules.sums import CHANCE, Amounts, of_all_others

ROWS_OF_A_YEAR = 6
"""Distinct amounts from which two years that have all of them in common are one file."""
PAIRS = 12
"""Pairs of rows from which a ratio that they share is no chance."""
ROWS_OF_A_SUM, FEWEST_OF_A_SUM = 4, 3
OF_ROUTES = ("travel", "freight", "commuting", "homeworking")
"""Kinds whose amounts are multiples of a distance."""
SHARES: Mapping[str, tuple[tuple[tuple[str, ...], str, str], ...]] = {
    "travel": ((("mode",), "cabin_class", "_amount"), (("mode",), "return", "trips")),
    "commuting": ((("site", "group"), "mode", "answers"),),
}
"""By kind: columns of the key, column of the words, and what the shares are of."""


def number_of_amounts(amount: Floats, at: Places, n: int) -> Floats:
    """Return a number of the amounts of each group, whatever their order; NaN for fewer than six distinct ones."""
    known_rows = np.flatnonzero(~np.isnan(amount) & (amount != 0))
    group, bits = at[known_rows], amount[known_rows].view(np.uint64).copy()
    distinct = np.unique(group_codes([group, amount[known_rows]]), return_index=True)[1]
    with np.errstate(over="ignore"):
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            bits = (bits ^ (bits >> np.uint64(shift))) * np.uint64(factor)
        bits ^= bits >> np.uint64(31)
        sums = np.zeros(n, dtype=np.uint64)
        np.add.at(sums, group, bits)
    enough = np.bincount(group[distinct], minlength=n) >= ROWS_OF_A_YEAR
    return np.where(enough, (sums >> np.uint64(11)).astype(np.float64), np.nan)


def shares_of_words(kind: str, rows: Rows) -> Iterator[Pattern]:
    """Yield the share of each word (the `_unit`) in a key, with the emissions of the key."""
    for columns, words, weight in SHARES.get(kind, ()):
        if words in rows and all(c in rows for c in columns):
            size = np.nan_to_num(np.abs(rows[weight].astype(np.float64)))
            text = rows.column(words).map(f"{words.replace('_', ' ')} {{}}".format)
            some = rows.assign(_unit=text, _size=size).where((size > 0) & (rows[words] != ""))
            key, word = some.groups(columns), some.groups([*columns, "_unit"])
            whole_size = exact_sum(some["_size"], key.number, len(key))
            kg = exact_sum(some["_kg"], key.number, len(key))
            of_word = exact_sum(some["_size"], word.number, len(word))
            at = key.number[word.first]
            yield Pattern(some, columns, m.SHARE, of_word / whole_size[at], kg[at], word)


def share_at_a_ratio(rows: Rows, words: Sequence[str]) -> tuple[float, float]:
    """Return the commonest ratio of two rows of the same day and words, and the share of |amounts| in such pairs.

    A budget next to the actuals, or the tax of each row as a row, is each row again, times the same. Equal amounts are
    repeated rows and no such pair; (nan, 0) of fewer than twelve pairs.
    """
    size = np.abs(np.nan_to_num(rows["_amount"]))
    days = [rows[c].astype("datetime64[D]").astype(np.int64) for c in ("period_start", "period_end")]
    code = group_codes([*(rows.column(c) for c in words if c in rows), *days])
    twice = np.flatnonzero((np.bincount(code)[code] == 2) & (size > 0))
    order = twice[np.lexsort((size[twice], code[twice]))]
    order = order[np.bincount(code[order], minlength=1)[code[order]] == 2]
    small, large = size[order[::2]], size[order[1::2]]
    ratio = np.round(small / large, 2)
    values, counts = np.unique(ratio[ratio < 1], return_counts=True)
    if not len(counts) or counts.max() < PAIRS:
        return float("nan"), 0.0
    common = values[counts.argmax()]
    return float(common), float((small + large)[ratio == common].sum() / size.sum())


def number_of_sums(kind: str, amount: Floats, at: Places, n: int) -> Floats:
    """Return how many rows of each group are the sum of all others of it, by the tolerance of all such searches.

    Of three rows only where its digits make that no chance: 1,500 is 1,000 and 500 more often than 1,517.23 is
    1,000.41 and 516.82. Three trips are 1, 1 and 2 people on one route, and no sum; so are loads.
    """
    amount, at = amount[amount != 0], at[amount != 0]
    others = of_all_others(at, Amounts.of(amount))
    may_be_chance = Amounts.of(np.round(amount, 2)).chance() * n >= CHANCE
    enough = np.where(may_be_chance | (kind in OF_ROUTES), ROWS_OF_A_SUM, FEWEST_OF_A_SUM)
    return np.bincount(at, weights=others >= enough - 1, minlength=n).astype(np.float64)
