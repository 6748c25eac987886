"""Rows that are the sum of other rows: by place, by days, across series, of some of them, and never by chance."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.accounting.boundary.presence import named_by
from carbon.accounting.expectations.patterns import holds_parts
from carbon.core.text import fold
from carbon.core.vocabulary import is_word
from carbon.records.rules import sums
from carbon.records.rules.sums import (
    Amounts,
    across_series,
    of_all_others,
    of_rows_beside,
    of_shorter_spans,
    of_some,
    whole_file,
    whole_series,
    within,
)

cents = st.integers(-10_000, 10_000)


def _spans(*rows):
    """Return spans of (group, first, last)."""
    return np.array(rows, dtype=np.int64).T


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(st.tuples(st.integers(0, 2), st.integers(-5, 20), st.integers(0, 6), cents), max_size=30),
       wholes=st.lists(st.tuples(st.integers(0, 2), st.integers(-5, 20), st.integers(0, 12)), min_size=1, max_size=10))
def test_within_is_what_a_loop_finds(parts, wholes):
    """Number and sum of the parts of a whole, and whether one touches it or reaches out, are those of a plain loop."""
    spans = np.array([(g, f, f + n) for g, f, n, _ in parts], dtype=np.int64).reshape(-1, 3).T
    ticks = np.array([c for *_, c in parts], dtype=np.int64)
    number, total, touched, clean = within(spans, ticks, _spans(*((g, f, f + n) for g, f, n in wholes)))
    for i, (group, first, days) in enumerate(wholes):
        last = first + days
        touching = [(f, f + n, c) for g, f, n, c in parts if g == group and f <= last and f + n >= first]
        inside = [c for f, to, c in touching if f >= first and to <= last]
        is_clean = len(inside) == len(touching)
        assert (touched[i], clean[i]) == (bool(touching), is_clean)
        assert (number[i], total[i]) == ((len(inside), sum(inside)) if is_clean else (0, 0))


@pytest.mark.parametrize(("values", "total", "is_sum"), [
    ([10.10, 20.20, 30.30], 60.60, True),     # 0.1 has no exact double; cents have
    ([10.10, 20.20, 30.30], 60.61, False),
    ([-10.10, 20.20, -30.30], -20.20, True),  # credits net off
    ([10.333, 10.333, 10.333], 31.00, True),  # a total printed in cents of parts that are not
    ([0.001, 0.002, 0.001], 0.006, False),    # half a cent is no tolerance for thousandths
    ([1e9 + 0.01, 1e9 + 0.02], 2e9 + 0.03, True), ([1e9 + 0.01, 1e9 + 0.02], 2e9 + 0.04, False)])
def test_money_is_summed_to_the_digit(values, total, is_sum):
    """A sum of money is exact to the cent, however large and of whatever sign."""
    amounts = Amounts.of(np.array([*values, total]))
    assert amounts.take([-1]).equal(amounts.ticks[:-1].sum(), np.array([len(values)])).item() is is_sum


@pytest.mark.parametrize(("values", "total", "is_sum"), [
    ([1201.4, 903.3, 1100.1], 3205.0, True),  # metered: 0.2 of 3,204.8 is 6e-5 of it
    ([120, 90, 110], 321.0, True),            # four roundings by half a unit add up to one
    ([120, 90, 110], 323.0, False), ([1, 2, 3], 7.0, False), ([1200, 900], 2102.0, False)])
def test_metered_quantities_are_rounded(values, total, is_sum):
    """A sum of metered quantities may miss what rounding to the printed digit adds up to, never a tenth of it."""
    amounts = Amounts.of(np.array([*values, total]), measured=True)
    assert amounts.take([-1]).equal(amounts.ticks[:-1].sum(), np.array([len(values)])).item() is is_sum


@settings(max_examples=200, deadline=None)
@given(values=st.lists(st.integers(1, 99_999), min_size=2, max_size=12), below=st.booleans(),
       other=st.lists(st.integers(1, 99_999), max_size=5))
def test_a_total_beside_its_rows(values, below, other):
    """A total below its rows, or above them, is the sum of those since the total before it, and of no others."""
    block = [*values, sum(values)] if below else [sum(values), *values]
    column = [*other, sum(other), *block] if below else [*block, sum(other), *other]
    totals = np.array([len(other), len(column) - 1] if below else [0, len(block)])
    parts = np.ones(len(column), dtype=bool)
    parts[totals] = False
    found = of_rows_beside(Amounts.of(np.array(column) / 100), parts, totals, totals)
    mine = found[0 if below else 2, 1 if below else 0]
    assert mine == len(values)


def test_sums_at_each_level():
    """A year, its quarters and their months: quarters and year are sums, months are none."""
    months = [(0, 30 * m, 30 * m + 29) for m in range(12)]
    quarters = [(0, 90 * q, 90 * q + 89) for q in range(4)]
    values = [100.25 + m for m in range(12)]
    column = np.array([*values, *(sum(values[3 * q:3 * q + 3]) for q in range(4)), sum(values)])
    is_sum, proved = of_shorter_spans(_spans(*months, *quarters, (0, 0, 359)), Amounts.of(column), np.ones(17, bool))
    assert is_sum.tolist() == [False] * 12 + [True] * 5
    assert proved.tolist() == is_sum.tolist()


def test_a_pair_of_small_amounts_proves_nothing():
    """10 + 20 = 30 among ten suppliers is a coincidence; 10.37 + 20.48 = 30.85 is none."""
    spans = np.concatenate([_spans((g, 0, 29), (g, 30, 59), (g, 0, 59)) for g in range(10)], axis=1)
    small = np.array([10, 20, 30] + [10, 20, 31] * 9, dtype=float)
    assert not of_shorter_spans(spans, Amounts.of(small), np.ones(30, bool))[1].any()
    odd = np.array([1037.21, 2048.34, 3085.55] + [1037, 2048, 31] * 9)
    assert np.flatnonzero(of_shorter_spans(spans, Amounts.of(odd), np.ones(30, bool))[1]).tolist() == [2]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("draw", ["small", "prices", "cents", "signed"])
def test_an_honest_ledger_has_no_sums(seed, draw):
    """100,000 rows of random amounts and periods of suppliers large and small: none is taken for the sum of others."""
    random = np.random.default_rng([23, seed])
    n = 100_000
    amount = {"small": lambda: random.integers(1, 100, n), "prices": lambda: random.choice([9.99, 19.99, 45.9, 100], n),
              "cents": lambda: np.round(random.lognormal(4, 1.2, n), 2),
              "signed": lambda: np.round(random.normal(0, 300, n), 2)}[draw]()
    group = random.integers(0, [20_000, 2_000, 30_000, 5_000][seed], n)
    length = random.choice([1, 30, 90, 180, 360], n, p=[.4, .4, .12, .05, .03])
    first = length * random.integers(0, 360 // length)
    proved = of_shorter_spans(np.stack([group, first, first + length - 1]), Amounts.of(np.asarray(amount, float)),
                              np.ones(n, dtype=bool))[1]
    assert not proved.any()


@pytest.mark.parametrize(("lines", "tax"), [
    ([100.0, 33.37, 26.67], [False, False, True]), ([100.0, 33.37, 26.68], [False, False, False]),
    ([-80.0, -16.0], [False, True]), ([5.0, -5.0, 0.0], [False] * 3), ([20.0], [False])],
    ids=["a fifth to the cent", "a cent more", "a credit note", "nothing", "alone"])
def test_a_tax_is_a_rate_of_all_other_lines_to_the_cent(lines, tax):
    """A fifth of 133.37 is 26.674; no line is a rate of nothing."""
    found = of_all_others(np.zeros(len(lines), dtype=np.int64), Amounts.of(np.array(lines)), np.array([0.055, 0.2]))
    assert (found > 0).tolist() == tax


PARTS = np.array([[10.0, 8, 12, 9, 11, 10], [20.0, 26, 18, 22, 24, 19], [7.0, 3, 9, 5, 4, 8]]).T


@pytest.mark.parametrize(("whole", "parts", "holds"), [
    (1.02 * PARTS.sum(axis=1), PARTS, True), (1.08 * PARTS.sum(axis=1), PARTS, False),
    (0.99 * PARTS.sum(axis=1), PARTS, False), (1.01 * PARTS[:, 0] + 1.01 * PARTS[:, 2], PARTS, True),
    (1.03 * PARTS[:, 1], PARTS[:, 1:2], True), (10.2 * np.ones(6), 10.0 * np.ones((6, 1)), False)],
    ids=["losses", "more than losses", "less", "of some", "of one", "two flat meters"])
def test_a_main_meter_reads_its_parts_and_losses(whole, parts, holds):
    """Two percent are lost; eight percent are another load; one meter that never varies proves nothing."""
    assert holds_parts(whole, parts, np.zeros(parts.shape[1], dtype=bool)) == holds


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.tuples(st.integers(0, 2), cents), max_size=12))
def test_the_sum_of_all_others_is_what_a_loop_finds(rows):
    """A row equals all others of its group together, zeros aside; alone in its group it is the sum of nothing."""
    groups, values = (np.array([row[i] for row in rows], dtype=np.int64) for i in (0, 1))
    rest = [[v for j, (g, v) in enumerate(rows) if g == group and j != i] for i, (group, _) in enumerate(rows)]
    expected = [len(other) if value and value == sum(other) else 0
                for (_, value), other in zip(rows, rest, strict=True)]
    assert of_all_others(groups, Amounts.of(values / 100)).tolist() == expected


def test_a_series_that_is_all_others():
    """In every cell one site is the sum of the others; a cell of two sites proves neither."""
    cell, series = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    values = np.array([1.5, 2.25, 3.75] * 3 + [1.0, 2.0, 4.0])
    cells, full, hits = across_series(cell, series, Amounts.of(values), least=3)
    assert (cells.tolist(), full.tolist(), hits.tolist()) == ([4] * 3, [4] * 3, [0, 0, 3])
    assert across_series(cell[:2], series[:2], Amounts.of(values[:2]), least=3)[1].tolist() == [0, 0]


WHOLES = [
    ("three cells", np.array([1.5, 2.25, 3.75] * 3), {}, [False, False, True]),
    ("two cells of few digits", np.array([1.0, 2, 3] * 2), {}, [False] * 3),
    ("two cells of few digits and its name", np.array([1.0, 2, 3] * 2), {"named": np.array([False, False, True])},
     [False, False, True]),
    ("one cell of many digits", np.array([1517.23, 516.82, 2034.05]), {}, [False, False, True]),
    ("the same, by cells alone", np.array([1517.23, 516.82, 2034.05]), {"by_digits": False}, [False] * 3),
    ("each is all others", np.array([0.0, 1.5, 1.5] * 3), {}, [False] * 3),
    ("one that may not be", np.array([1.5, 2.25, 3.75] * 3), {"may": np.array([True, True, False])}, [False] * 3),
]


@pytest.mark.parametrize(("values", "given", "expected"), [case[1:] for case in WHOLES], ids=[c[0] for c in WHOLES])
def test_the_one_series_that_is_the_sum_of_all_others(values, given, expected):
    """By three cells, by its name, or by digits that are no chance; of several, none."""
    cell, series = np.divmod(np.arange(len(values)), 3)
    assert whole_series(cell, series, Amounts.of(values), **given).tolist() == expected


def test_of_two_files_with_one_total_the_shorter_is_the_sum():
    """A month's list of 40 rows and its total; of two lists as long neither is."""
    cell, file = np.zeros(2, dtype=np.int64), np.arange(2)
    amounts = Amounts.of(np.array([81_517.23, 81_517.23]))
    assert whole_file(cell, file, amounts, np.array([40, 1])).tolist() == [False, True]
    assert not whole_file(cell, file, amounts, np.array([40, 40])).any()


def test_a_million_rows_are_compared_in_a_few_sorts():
    """A million rows of months, quarters and years take the time of five sorts; thirty are too many."""
    random = np.random.default_rng(5)
    n = 1_000_000
    length = random.choice([30, 90, 360], n)
    first = length * random.integers(0, 360 // length)
    spans = np.stack([random.integers(0, 100_000, n), first, first + length - 1])
    amounts = Amounts.of(np.round(random.lognormal(5, 1.5, n), 2))
    started = time.process_time()
    np.lexsort(spans)
    sorted_at = time.process_time()
    of_shorter_spans(spans, amounts, np.ones(n, dtype=bool))
    assert time.process_time() - sorted_at < 30 * (sorted_at - started)


SIX = np.array([[120_413, 61_308], [45_207, 97_551], [88_019, 12_844], [30_511, 70_622], [64_980, 33_117],
                [99_402, 41_876]], dtype=float)
"""kWh of six sites: electricity, gas."""


def _found(table, named=(), **which):
    """Return of each whole its parts."""
    sites, cells = table.shape
    declares = np.zeros((sites, sites), dtype=bool)
    for whole, part in named:
        declares[whole, part] = True
    found = of_some(np.tile(np.arange(cells), sites), np.repeat(np.arange(sites), cells),
                    Amounts.of(table.ravel(), measured=True), declares, **which)
    return {whole: parts.tolist() for whole, parts in found}


def _with(table, *wholes):
    """Return a table with the sums of some of its rows below it."""
    for parts in wholes:
        table = np.vstack([table, table[list(parts)].sum(axis=0)])
    return table


def test_some_sites_over_two_carriers():
    """Lyon and brest of six, in electricity and in gas; a kWh of rounding in one is no difference, a hundred is."""
    table = _with(SIX, (0, 3))
    assert _found(table) == {6: [0, 3]}
    assert _found(table + np.array([[0, 0]] * 6 + [[1, 0]])) == {6: [0, 3]}
    assert _found(table + np.array([[0, 0]] * 6 + [[0, 100]])) == {}


def test_one_number_is_no_proof_unless_a_name_declares_the_parts():
    """165,620 of 120,413 and 45,207 alone may be chance; months or a price that go along with it add nothing."""
    one = _with(SIX[:, :1], (0, 1))
    assert _found(one) == {}
    assert _found(np.rint(one * np.array([1.0, 0.5, 0.25]))) == {}
    assert _found(one, named=[(6, 0), (6, 1)]) == {6: [0, 1]}
    assert _found(one, named=[(6, 0), (6, 2)]) == {}
    assert _found(one, named=[(6, 0), (6, 1)], of_strangers=False) == {6: [0, 1]}
    assert _found(_with(SIX, (0, 3)), of_strangers=False) == {}


def test_a_country_is_the_sum_of_its_sites_and_not_of_its_regions():
    """Two regions of two and three sites, and the country of both: each whole has sites as parts."""
    months = SIX @ np.array([[1.0, 0.2, 0.9], [0.3, 1.0, 0.1]]).round(1)
    assert _found(_with(np.rint(months), (0, 1), (2, 3, 4), (0, 1, 2, 3, 4))) == {
        6: [0, 1], 7: [2, 3, 4], 8: [0, 1, 2, 3, 4]}


def test_a_run_of_many_sites_below_its_heading():
    """Forty sites under a region among ninety: more than any search of sets reaches, but a run."""
    table = np.random.default_rng(5).integers(1_000, 90_000, (90, 2)).astype(float)
    table = np.vstack([table[:30], table[30:70].sum(axis=0), table[30:]])
    assert _found(table) == {30: list(range(31, 71))}


def test_a_site_in_two_spellings_is_no_sum():
    """A twin leaves nothing for a second part; nor does a part too small to show in the sum count as one."""
    assert _found(np.vstack([SIX, SIX[:1], [[1.0, 1.0]]])) == {}


KINDS = {
    "lognormal": lambda r, n, m: np.exp(r.normal(9, 1.2, (n, 1))) * np.exp(r.normal(0, 0.3, (n, m))),
    "alike": lambda r, n, m: 1000 + r.normal(0, 10, (n, m)),
    "one season": lambda r, n, m: np.exp(r.normal(8, 1, (n, 1))) * (1 + 0.4 * np.cos(np.arange(m) / 2)) * np.exp(
        r.normal(0, 0.02, (n, m))),
    "round": lambda r, n, m: np.round(np.exp(r.normal(6, 1.5, (n, m))), -1),
    "few sizes": lambda r, n, m: r.choice([500.0, 1000, 2000, 3000], (n, 1)) + r.integers(-1, 2, (n, m)),
    "fifties": lambda r, n, m: r.integers(1, 40, (n, m)) * 50.0,
    "far apart": lambda r, n, m: np.exp(r.normal(9, 2.5, (n, 1))) * np.exp(r.normal(0, 0.1, (n, m)))}


@pytest.mark.parametrize("kind", KINDS)
def test_honest_tables_hold_no_sum_and_a_sum_put_into_them_is_found(kind):
    """Of sites that are unequal in three numbers or more, every sum put in is found; of honest tables, none."""
    rng = np.random.default_rng(25)
    for _ in range(30):
        table = np.rint(KINDS[kind](rng, int(rng.integers(3, 13)), int(rng.choice([1, 2, 3, 6, 12]))))
        assert _found(table) == {}
        parts = tuple(range(int(rng.integers(2, min(6, len(table)) + 1))))
        found = _found(_with(table, parts))
        assert set(found) <= {len(table)}
        if kind in ("lognormal", "far apart") and table.shape[1] > 2 and table.shape[0] < 8:
            assert found == {len(table): list(parts)}


def test_the_search_is_bounded():
    """500 sites of twelve months without a sum take a moment and not an hour; more are not searched."""
    table = np.random.default_rng(1).integers(1_000, 90_000, (501, 12)).astype(float)
    start = time.process_time()
    assert _found(table[:500]) == {}
    assert time.process_time() - start < 20
    assert _found(_with(table, (0, 1))) == {}


def test_a_name_holds_those_that_have_all_its_words_and_more():
    """By the definition, pair by pair, for names of few words, totals and blanks."""
    kinds = ["Lyon", "Paris", "hall", "A", "B", "total", "all sites", "group"]
    random = np.random.default_rng(4)
    for _ in range(40):
        names = np.array([" ".join(random.choice(kinds, random.integers(0, 4))) for _ in range(12)], dtype=object)
        words = [set() if is_word(fold(name), "row all sites") else
                 {word for word in fold(name).split() if not is_word(word, "row is a total")} for name in names]
        assert named_by(names).tolist() == [[one < part for part in words] for one in words]


@pytest.mark.parametrize(("values", "ends"), [
    ([1.61, 1.02, 2.63, 1.53, 2.07, 3.60, 3.07, 1.94, 5.01], [2, 5, 8]),
    ([1.61, 1.02, 2.63, 1.53, 2.07, 3.60, 3.07, 1.94, 5.01, 11.24], [2, 5, 8, 9]),
    ([10.10, 20.20, 30.30, 60.60], [3]), ([1.61, 1.02, 2.63, 7.77], []), ([5.0] * 6, []), ([], [])])
def test_totals_of_groups_are_known_by_no_word(values, ends):
    """Each is the sum of all rows since the one before, and the last one of all groups; one alone is a coincidence."""
    assert sums.ends_of_groups(np.array(values)).tolist() == ends


@pytest.mark.parametrize(("values", "ends"), [
    ([18.31, 29.80, 48.11, 12.34, 18.70, 31.04, 79.15], [2, 5, 6]), ([18.31, 29.80, 48.11, 79.15], []), ([], []),
    ([5.0] * 9, []), ([18.31, 29.80, 48.11, 12.34, 18.70, 31.04, 79.15] * 50, [])])
def test_sums_of_sums_are_known_in_a_short_list(values, ends):
    """A sum of two rows or more right above it may be a part of the next level; few, or of equal rows, are chance."""
    assert sums.ends_of_levels(np.array(values)).tolist() == ends
