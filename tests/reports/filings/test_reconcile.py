"""Reconciliation of two formats."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import pytest
from example_filings import COUNTS, each_example, example

from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import LOCATION
from carbon.reports.filings import reconciliation
from carbon.reports.filings.reconcile import reconciliation_table
from carbon.reports.words.language import Words

PAIRS = list(itertools.combinations(COUNTS, 2))
LARGE = "cap-conseil"
"""Its rows are counted in each format, and every format is compared with the next one only."""


def closes(table: pd.DataFrame) -> None:
    """The sheet by itself: total a - total b - all differences above is nothing."""
    lines, total = table.iloc[:-2], table.iloc[-2]
    whole = exact_total([total["co2e_t_a"], -total["co2e_t_b"], *(-lines["difference_t"])])
    assert abs(whole) <= 1e-9 * max(1.0, total["co2e_t_a"])
    assert lines["co2e_t_a"].sum() == pytest.approx(total["co2e_t_a"], rel=1e-12)
    assert lines["co2e_t_b"].sum() == pytest.approx(total["co2e_t_b"], rel=1e-12)


@each_example
def test_any_two_formats_are_reconciled_to_zero(company: str, year: int):
    """The differences between two totals are rows that one counts and the other does not; nothing is left."""
    counts = {name: count(example(company, year)) for name, count in COUNTS.items()}
    for a, b in itertools.pairwise(COUNTS) if company == LARGE else PAIRS:
        closes(reconciliation_table(counts[a], counts[b], Words("en")))


def test_another_scope_2_method_is_the_difference_the_sheet_names(inventory: Any):
    """Headline market-based (0 kg) against BEGES location-based: 20,000 kWh x 0.05 = 1,000 kg are in the second
    only.
    """
    table = reconciliation(inventory, "ghg_protocol", "beges_v5")
    total = table[table["line_a"] == "total"].iloc[0]

    assert total["difference_t"] == pytest.approx(-1.0)
    named = table[table["why"] == Words("en")("filing.method_b")]
    assert named["difference_t"].tolist() == pytest.approx([-1.0])
    assert named["scope2_method"].tolist() == [LOCATION]
