"""Outcomes of the rows that were read."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.reports.tables import catalogue as tables
from carbon.reports.tables.coverage import counted_twice_table
from carbon.reports.words.language import Words


def test_the_four_outcomes_sum_to_what_was_read(inventory):
    """Rows and amounts: read = inventoried + set aside + excluded + rejected."""
    outcomes = ["inventoried", "set_aside", "excluded", "rejected"]
    for table in (tables.coverage_table(inventory), tables.amounts_table(inventory)):
        np.testing.assert_allclose(table[outcomes].sum(axis=1), table["read"], rtol=1e-15)
    purchases = tables.coverage_table(inventory).set_index("kind").loc["purchases", ["read", *outcomes]]
    assert purchases.tolist() == [5, 3, 1, 1, 0]


def test_rejected_shares_stand_beside_what_is_accepted(inventory):
    """One of three travel rows: 1/3 rejected, 0.4 accepted; a kind without a limit accepts nothing."""
    table = tables.accepted_rejects_table(inventory)
    rows = table[table["unit"] == "rows"].set_index("kind").loc["travel"]

    assert rows["share"] == pytest.approx(1 / 3)
    assert rows["accepted_share"] == 0.4


def test_pairs_are_shown_with_tonnes_in_the_language_of_the_report(inventory):
    """500 kg by quantity and 900 kg by money: half a tonne at stake, and no policy yet."""
    line = counted_twice_table(inventory, Words("fr")).iloc[0]
    assert (line["pair"], line["first"]) == ("fret", "données physiques\u00a0: 1 lignes de a.csv")
    assert (line["first_t"], line["second_t"], line["at_stake_t"], line["keep"]) == (0.5, 0.9, 0.5, "")
