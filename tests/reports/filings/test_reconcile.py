"""Reconciliation of two formats."""

from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from carbon.accounting.company import inventory_of, library_of
from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import LOCATION
from carbon.records.files.company import read_company
from carbon.records.params.project import find_project
from carbon.reports.filings import beges_v5, esrs_e1, ghg_protocol, iso_14064_1, reconciliation
from carbon.reports.words.language import Words

ROOT = Path(__file__).parents[3]
COUNTS = {m.FORMAT: m.count for m in (ghg_protocol, beges_v5, esrs_e1, iso_14064_1)}
PAIRS = list(itertools.permutations(COUNTS, 2))
EXAMPLES = [("petit-studio", 2024), ("nuage-logiciels", 2024), ("cap-conseil", 2023)]
each_example = pytest.mark.parametrize(("company", "year"), EXAMPLES, ids=str)


@cache
def example(company: str, year: int) -> Any:
    project = find_project(ROOT)
    records = read_company(company, year, project=project)
    return inventory_of(records, library_of(records, project))


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
    inv = example(company, year)
    for a, b in PAIRS:
        closes(reconciliation(inv, a, b))


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
