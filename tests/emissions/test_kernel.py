"""The kernel: the sums of the lines, without the lines, to the last bit."""

import math

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError, MissingFactorError
from carbon.core.exact import ExactSums
from carbon.emissions.kernel import apply, expand, slots


@pytest.fixture
def resolution():
    """Four keys: one part, two parts, three parts, and key 3 with one part that is not counted."""
    return pd.DataFrame({
        "key_id": [2, 0, 1, 2, 1, 2, 3], "part": list("abcdefg"),
        "co2e_kg": [0.11, 2.37, 1e-7, 1e6 / 3, 0.2, 0.0, 5.0],
    })


GROUPS = np.array([0, 1, 2, 0, 1, 2, -1])


def data(rows, seed=11):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 4, rows), rng.lognormal(3, 4, rows) * rng.choice([-1, 1], rows)


def listed(codes, quantity, resolution):
    """The lines themselves, summed by fsum: what the kernel must equal bit for bit."""
    row, entry = expand(codes, slots(resolution))
    kg = quantity[row] * resolution["co2e_kg"].to_numpy()[entry]
    return [math.fsum(kg[GROUPS[entry] == g]) for g in range(3)]


def test_every_part_of_every_activity_is_listed_once(resolution):
    """Pairs come in the order of the activities, then of the table."""
    row, entry = expand(np.array([2, 0, 2]), slots(resolution))

    assert row.tolist() == [0, 0, 0, 1, 2, 2, 2]
    assert resolution["part"].to_numpy()[entry].tolist() == ["a", "d", "f", "b", "a", "d", "f"]


@pytest.mark.parametrize("rows", [1, 100, 70_000])
def test_totals_are_the_exact_sums_of_the_lines(resolution, rows):
    """The kernel without lines and `math.fsum` over the lines give the same bits."""
    codes, quantity = data(rows)

    assert apply(codes, quantity, resolution, groups=GROUPS, n=3).tolist() == listed(codes, quantity, resolution)


@pytest.mark.parametrize("seed", range(6))
def test_parts_that_share_a_group_and_parts_that_do_not_sum_alike(seed):
    """Any parts to any groups, some not counted, some zero: parts summed together give the bits of the lines one by
    one.
    """
    rng = np.random.default_rng(seed)
    key = np.repeat(np.arange(6), rng.integers(1, 5, 6))
    resolution = pd.DataFrame({"key_id": key, "part": "p", "co2e_kg": rng.choice([0.0, 0.1, 7 / 3, 1e-9], len(key))})
    groups = rng.integers(-1 if seed else 0, 1 + seed % 3, len(key))
    codes, quantity = rng.integers(0, 6, 20_000), rng.lognormal(3, 4, 20_000)
    row, entry = expand(codes, slots(resolution))
    kg = quantity[row] * resolution["co2e_kg"].to_numpy()[entry]

    assert apply(codes, quantity, resolution, groups=groups, n=3).tolist() == [
        math.fsum(kg[groups[entry] == g]) for g in range(3)]


def test_order_and_chunks_do_not_matter(resolution):
    """Shuffled, or in chunks of 1, 7 and 1000 rows into running sums: the same bits."""
    codes, quantity = data(3_000)
    whole = apply(codes, quantity, resolution, groups=GROUPS, n=3).tobytes()
    order = np.random.default_rng(1).permutation(len(codes))
    assert apply(codes[order], quantity[order], resolution, groups=GROUPS, n=3).tobytes() == whole
    for chunk in (1, 7, 1_000):
        sums = ExactSums(3)
        for start in range(0, len(codes), chunk):
            rows = slice(start, start + chunk)
            totals = apply(codes[rows], quantity[rows], resolution, groups=GROUPS, n=3, into=sums)
        assert totals.tobytes() == whole


def test_a_second_grouping_of_the_rows_sums_to_the_first(resolution):
    """By site and by group: each site's totals are the exact sums of its own rows."""
    codes, quantity = data(2_000)
    site = np.arange(len(codes)) % 4
    table = apply(codes, quantity, resolution, groups=GROUPS, n=3, row_groups=site, n_row_groups=4).reshape(4, 3)

    for i in range(4):
        assert table[i].tolist() == listed(codes[site == i], quantity[site == i], resolution)


def test_a_code_without_a_factor_is_refused(resolution):
    """Unknown codes raise, beyond the table or within it; so do negative ones."""
    for code in (4, 99):
        with pytest.raises(MissingFactorError, match="1 activities have no emission factor"):
            apply(np.array([0, code]), np.ones(2), resolution, groups=GROUPS, n=3)
    with pytest.raises(MissingFactorError):
        apply(np.array([2]), np.ones(1), resolution[resolution["key_id"] != 2], groups=GROUPS[[1, 2, 4, 6]], n=3)
    with pytest.raises(MethodError, match="0 or more"):
        apply(np.array([-1]), np.ones(1), resolution, groups=GROUPS, n=3)


def test_a_missing_quantity_is_refused(resolution):
    """NaN never becomes zero."""
    with pytest.raises(MethodError, match="missing"):
        apply(np.array([0]), np.array([np.nan]), resolution, groups=GROUPS, n=3)


def test_no_rows_are_zero(resolution):
    """An empty ledger has the total 0."""
    none = np.array([], dtype=np.int64)
    assert apply(none, none.astype(float), resolution, groups=GROUPS, n=3).tolist() == [0.0, 0.0, 0.0]
