"""Sums for readers: exact by group, and lines of a table in the order of their size."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from carbon.reports.tables.sums import largest_first, sum_by, tonnes_by

LINES = pd.DataFrame({"scope": list("312321"), "site": ["", "Lyon", "Évry", "", "Évry", "Lyon"],
                      "co2e_kg": [1e16, 1.0, 0.1, -1e16, 0.2, 1e-9]})


@pytest.mark.parametrize("kind", ["str", "category"])
@pytest.mark.parametrize("by", [["scope"], ["site", "scope"]])
def test_sums_are_those_of_the_rows_of_each_group(by, kind):
    """A sum by group is the correctly rounded sum of the group's own rows, indexed by the group, in sorted order."""
    expected = {key if len(by) > 1 else key[0]: math.fsum(part["co2e_kg"]) for key, part in LINES.groupby(by)}
    found = sum_by(LINES.astype(dict.fromkeys(by, kind)), by)

    assert found.to_dict() == expected
    assert list(found.index) == sorted(expected)
    assert list(found.index.names) == by
    assert tonnes_by(LINES, by).to_dict() == {key: kg / 1000 for key, kg in expected.items()}


def test_the_largest_line_is_first_and_an_unknown_one_last():
    """As pandas sorts a table: lines of the same size stay in order, a minus zero among them."""
    tonnes = [2.0, np.nan, -1.0, 2.0, 0.0, np.inf, -0.0, float("nan"), 1e-300, -np.inf, 2.0]
    lines = list(enumerate(tonnes))
    table = pd.DataFrame(lines, columns=["line", "co2e_t"]).sort_values("co2e_t", ascending=False, kind="stable")

    assert [line for line, _ in largest_first(lines, 1)] == table["line"].tolist()
    assert largest_first([], 1) == []
