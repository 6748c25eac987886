"""Names of files without what changes from month to month, and rows that are the sum of others."""

import numpy as np
import pytest

from carbon.accounting.boundary.presence import _is_sum, file_key
from carbon.core.columns import Column


@pytest.mark.parametrize(("name", "key"), [
    ("data/raw/acme/2024/FEC_mars_20240331.txt", "FEC_*_*.txt"),
    ("data/raw/acme/2025/FEC_avril_20250430.txt", "FEC_*_*.txt"),
    ("data/raw/acme/2024/lyon/energy.csv", "lyon/energy.csv"), ("marseille.csv", "marseille.csv"),
    ("over-500-apr-jun-2014.csv", "over-*-*-*-*.csv")])
def test_a_file_is_named_without_folder_numbers_and_months(name, key):
    """Twelve months, or two years, are one name; "marseille" begins with no month."""
    assert file_key(name) == key


def _flags(kwh, months=4):
    """Flags of the sites whose monthly kWh are given."""
    site = np.repeat(np.array([*kwh], dtype=object), months)
    amount = np.concatenate([np.asarray(values, dtype=float) for values in kwh.values()])
    first = np.tile(np.array([f"2024-{m:02}-01" for m in range(1, months + 1)], dtype="datetime64[D]"), len(kwh))
    words = {"site": Column.of(site), "stream": Column.of(np.full(len(site), "electricity kWh", dtype=object))}
    return sorted(set(site[_is_sum("site", words, amount, {"period_start": first, "period_end": first}, "energy")]))


def test_a_site_is_a_sum_of_all_others_or_of_those_that_carry_its_name():
    """A group of all sites; "Lyon" of its two halves next to Nice; no sum of other amounts."""
    north, south, nice = [101, 87, 93, 64], [33, 41, 57, 12], [7, 9, 11, 8]
    lyon = np.add(north, south)
    assert _flags({"Lyon north": north, "Lyon south": south, "Group": lyon}) == ["Group"]
    assert _flags({"Lyon north": north, "Lyon south": south, "Lyon": lyon, "Nice": nice}) == ["Lyon"]
    assert _flags({"Lyon north": north, "Lyon south": south, "Lyon": lyon + 5, "Nice": nice}) == []


@pytest.mark.parametrize(("north", "south"), [([100] * 4, [200] * 4), ([101, -50, 93, 64], [33, 41, 57, 12])])
def test_flat_months_and_credits_are_a_sum_too(north, south):
    """Estimates that are the same each month, and a month with more credited than used: Lyon holds its halves."""
    halves = {"Lyon north": north, "Lyon south": south, "Lyon": np.add(north, south), "Nice": [7, 9, 11, 8]}
    assert _flags(halves) == ["Lyon"]
    assert _flags({**halves, "Lyon": np.add(north, south) + 5}) == []
