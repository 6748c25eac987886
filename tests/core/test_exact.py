"""Exact sums: bit for bit what `math.fsum` gives, whatever the order, the chunks or the split."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carbon.core import exact
from carbon.core.errors import MethodError
from carbon.core.exact import ExactSums, exact_sum, exact_total

FINITE = st.floats(min_value=-1e250, max_value=1e250, allow_nan=False)


def fsum_by_group(values, groups, n):
    return np.array([math.fsum(v for v, g in zip(values, groups, strict=True) if g == i) for i in range(n)])


def wide(rng, rows):
    return rng.choice([-1.0, 1.0], rows) * rng.lognormal(0, 12, rows)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(FINITE, st.integers(0, 3)), max_size=60))
@example([(5e-324, 0), (1e-310, 0), (-1e-310, 0), (2e-320, 1)])
@example([(1e250, 0), (5e-324, 0), (-1e250, 0)])
@example([(-0.0, 0)])
def test_any_finite_values_sum_as_fsum_does(rows):
    """Tiny beside huge, denormals, cancellations: each group is the correctly rounded exact sum."""
    values, groups = [v for v, _ in rows], [g for _, g in rows]

    blocks = ExactSums(4)
    blocks.add(np.array(values, dtype=float), np.array(groups, dtype=int))
    few = exact_sum(values, groups, 4)

    assert blocks.totals().tobytes() == few.tobytes()
    assert few.tolist() == fsum_by_group(values, groups, 4).tolist()


@pytest.mark.parametrize(("rows", "n"), [(1, 1), (1_000, 7), (40_000, 3), (70_000, 50_000)])
def test_large_groups_sum_as_fsum_does(rows, n):
    """Several blocks, few groups or more groups than rows a block."""
    rng = np.random.default_rng(7)
    values, groups = wide(rng, rows), rng.integers(0, n, rows)
    order = np.argsort(groups, kind="stable")
    edges = np.searchsorted(groups[order], np.arange(n + 1))

    ordered = values[order].tolist()
    expected = [math.fsum(ordered[a:b]) for a, b in itertools.pairwise(edges)]

    assert exact_sum(values, groups, n).tolist() == expected


def test_order_does_not_matter():
    """A hundred shuffles give the same bits, where a plain sum gives several answers."""
    rng = np.random.default_rng(3)
    values, groups = wide(rng, 5_000), rng.integers(0, 5, 5_000)
    exact, plain = set(), set()
    for _ in range(100):
        order = rng.permutation(len(values))
        exact.add(exact_sum(values[order], groups[order], 5).tobytes())
        plain.add(float(values[order].sum()))

    assert len(exact) == 1
    assert len(plain) > 1  # the test would notice


@pytest.mark.parametrize("rows", [exact._FEW - 1, exact._FEW, exact._FEW + 1])
@pytest.mark.parametrize("n", [1, 9, exact._FEW, exact._FEW + 1])
def test_few_values_and_many_sum_to_the_same_bits(rows, n):
    """On both sides of the number of values, and of groups, from which sums go by blocks: what blocks give."""
    rng = np.random.default_rng(rows + n)
    values, groups = wide(rng, rows), rng.integers(0, n, rows)
    blocks = ExactSums(n)
    blocks.add(values, groups)

    assert exact_sum(values, groups, n).tobytes() == blocks.totals().tobytes()


@pytest.mark.parametrize("chunk", [1, 7, 1_000])
def test_chunks_and_merged_parts_do_not_matter(chunk):
    """Rows that come in chunks, or are summed apart and merged, give the bits of one call."""
    rng = np.random.default_rng(4)
    values, groups = wide(rng, 3_000), rng.integers(0, 5, 3_000)
    chunked, left, right = ExactSums(5), ExactSums(5), ExactSums(5)
    for i, start in enumerate(range(0, len(values), chunk)):
        rows = slice(start, start + chunk)
        chunked.add(values[rows], groups[rows])
        (left if i % 2 else right).add(values[rows], groups[rows])
    left.merge(right)

    whole = exact_sum(values, groups, 5).tobytes()
    assert chunked.totals().tobytes() == whole
    assert left.totals().tobytes() == whole


@pytest.mark.parametrize("top", [1.0, 2.0**-1000, 2.0**800])
def test_full_blocks_of_the_largest_values_sum_exactly(top):
    """The worst case for the width of the parts: every value just below a power of two, one sign, one group."""
    values = np.nextafter(top, 0) - np.arange(50_000) * top * 2.0**-53

    assert exact_total(values) == math.fsum(values)
    assert exact_total(-values) == -math.fsum(values)


@pytest.mark.parametrize(("rows", "top"), [(2, 1.0), (3, 2.0**800), (5, 2.0**-1000)])
def test_rows_of_values_are_added_to_the_same_groups(rows, top):
    """Several values a group entry: fsum of all of them, at the worst case for the width of the parts and for any
    size.
    """
    rng = np.random.default_rng(3)
    groups = rng.integers(0, 3, 40_000)
    largest = np.nextafter(top, 0) - np.arange(40_000) * top * 2.0**-53
    for values in (np.stack([largest] * rows), wide(rng, rows * 40_000).reshape(rows, -1)):
        sums = ExactSums(3)
        sums.add(values, groups)
        assert sums.totals().tolist() == [math.fsum(values[:, groups == g].ravel()) for g in range(3)]


def test_an_invoice_and_its_credit_note_leave_nothing():
    """Cancellation is complete: 1e15 + 0.1 - 1e15 is 0.1, not 0.125."""
    assert exact_total([1e15, 0.1, -1e15]) == 0.1
    assert exact_total([1e15, 0.1, -1e15, -0.1]) == 0.0


def test_rows_just_between_two_floats_round_to_even():
    """2^53 + 1 is a tie: it rounds to the even neighbour once, and a later crumb decides it."""
    assert exact_total([2.0**53, 1.0]) == 2.0**53
    assert exact_total([2.0**53, 1.0, 2.0**-60]) == 2.0**53 + 2.0


def test_nothing_sums_to_zero():
    """No rows, or a group without rows: 0, of the right length."""
    assert exact_sum([], [], 3).tolist() == [0.0, 0.0, 0.0]
    assert exact_sum([0.0, 1.0], [2, 2], 3).tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e300, -1e300])
def test_what_cannot_be_summed_is_refused(bad):
    """A missing, infinite or absurd value raises wherever it stands."""
    for values in ([bad], [1.0, bad], [bad, 1.0], [*[1.0] * 20_000, bad, *[2.0] * 20_000]):
        with pytest.raises(MethodError, match="missing, infinite or beyond"):
            exact_total(values)


def test_a_group_out_of_range_is_refused():
    """Groups are 0 ... n - 1 and as many as the values."""
    with pytest.raises(MethodError, match="out of range"):
        exact_sum([1.0], [3], 3)
    with pytest.raises(MethodError, match="whole numbers"):
        exact_sum([1.0], [-1], 3)
    with pytest.raises(MethodError, match="2 values but 1 groups"):
        exact_sum([1.0, 2.0], [0], 3)


@pytest.mark.parametrize("kind", ["spread", "on one grid", "cancelling", "near a tie"])
@pytest.mark.parametrize("pieces", [1, 2, 3, 13])
def test_many_sums_at_once_are_rounded_as_fsum_rounds_each(kind, pieces):
    """Columns of floats 2^120 apart, on one grid, cancelling to almost nothing, and half a unit from 1 but for
    2^-106.
    """
    rng = np.random.default_rng(pieces)
    columns = rng.standard_normal((pieces, 2_000)) * 2.0 ** rng.integers(-60, 60, (pieces, 2_000))
    if kind == "on one grid":
        columns = np.round(columns * 2.0**30) * 2.0**-30
    if kind == "cancelling" and pieces > 2:
        columns[2] = -columns[0] - columns[1]
    if kind == "near a tie":
        ends = [np.ones(2_000), rng.choice([1, -1, 3], 2_000) * 2.0**-53, rng.choice([0, 1, -1], 2_000) * 2.0**-106]
        columns = np.vstack([*ends, np.zeros((pieces, 2_000))])[:pieces]
    found = exact._rounded_sums(columns)
    assert found.tolist() == [math.fsum(column) for column in columns.T.tolist()]


def test_sums_of_many_small_pieces_and_of_many_sizes_stay_exact():
    """More pieces of one size than the recent sums hold, then more sizes than they keep: each time what `math.fsum`
    gives.
    """
    draw = np.random.default_rng(5)
    values = draw.uniform(1.0, 2.0, 1_300)
    sums = ExactSums(1)
    for value in values:
        sums.add(np.array([value]), np.array([0]))
    assert sums.totals().item() == math.fsum(values)
    sizes = [math.ldexp(1.0 + k / 64, 12 * k) for k in range(-35, 36)]
    wide = ExactSums(1)
    for value in [*sizes, *(-s for s in sizes[1:])]:
        wide.add(np.array([value]), np.array([0]))
    assert wide.totals().item() == sizes[0]


def test_sums_that_do_not_fit_together_are_refused():
    """As many groups as values; sums of other groups are not merged; a sum that has no room left says so."""
    with pytest.raises(MethodError, match="2 values but 1 groups"):
        ExactSums(1).add(np.ones(2), np.zeros(1, dtype=int))
    for groups, at in ((2, None), (1, np.array([3])), (1, np.array([0, 1]))):
        with pytest.raises(MethodError, match="cannot be merged"):
            ExactSums(3 if at is None else 2).merge(ExactSums(groups), at)
    full = ExactSums(1)
    full._room = 0
    full.add(np.ones(1), np.zeros(1, dtype=int))
    with pytest.raises(MethodError, match="Too many blocks"):
        full.totals()
