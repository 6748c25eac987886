"""Series that are the sum of some others: found over two independent numbers, never by chance, bounded in time."""

from __future__ import annotations

import time

import numpy as np
import pytest

from carbon.records.rules.sums import Amounts
from carbon.records.rules.sums_of_some import of_some

SIX = np.array([[120_413, 61_308], [45_207, 97_551], [88_019, 12_844], [30_511, 70_622], [64_980, 33_117],
                [99_402, 41_876]], dtype=float)
"""kWh of six sites: electricity, gas."""


def _found(table, named=()):
    """Return of each whole its parts."""
    sites, cells = table.shape
    declares = np.zeros((sites, sites), dtype=bool)
    for whole, part in named:
        declares[whole, part] = True
    found = of_some(np.tile(np.arange(cells), sites), np.repeat(np.arange(sites), cells),
                    Amounts.of(table.ravel(), measured=True), declares)
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
    """500 sites of twelve months without a sum take seconds at most; more are not searched."""
    table = np.random.default_rng(1).integers(1_000, 90_000, (501, 12)).astype(float)
    start = time.process_time()
    assert _found(table[:500]) == {}
    assert time.process_time() - start < 5
    assert _found(_with(table, (0, 1))) == {}
