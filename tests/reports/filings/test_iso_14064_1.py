"""ISO 14064-1."""

from __future__ import annotations

from typing import Any

import pytest

from carbon.core import packaged
from carbon.core.ghg_protocol import CATEGORIES
from carbon.reports.filings import iso_14064_1
from carbon.reports.words.language import Words


def test_iso_categories_are_the_axes_of_the_french_posts():
    """Two tables of the same thing: ISO category = first digit of the post, for every scope and category."""
    posts = packaged.read_csv("carbon.reports", "data/beges_v5_routing.csv", {"category": "integer"})
    axes = posts.assign(axis=posts["post"].str[0]).drop_duplicates(["scope", "category", "axis"])
    found = {(s, c): a for s, c, a in zip(axes["scope"], axes["category"], axes["axis"], strict=True)}

    assert found == {key: str(value) for key, value in iso_14064_1.routing().items()}
    assert {c for s, c in found if s == "3"} == set(CATEGORIES)


def test_market_based_energy_stands_beside_the_iso_total(make: Any):
    """The market-based line is in no total of the table."""
    table = iso_14064_1.categories_table(make(scope2_headline="location-based"), Words("en"))
    lines = table.set_index("iso_category")["co2e_t"]

    assert lines["total"] == pytest.approx(lines[[str(c) for c in range(1, 7)]].sum(), rel=1e-12)
    assert lines[iso_14064_1.MARKET_LINE] == 0.0
