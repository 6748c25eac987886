"""ISO 14064-1."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from carbon.reports.filings import iso_14064_1
from carbon.reports.words.language import Words


def test_a_post_that_only_the_company_knows_is_in_its_category(make: Any, history: Any):
    """Goods or services: 8.1 t of "thing.unknown" are in category 4 and in no subcategory, and params are asked which;
    BEGES refuses the same rows.
    """
    def renamed(activities: Any) -> Any:
        return activities.assign(activity=activities["activity"].replace({"purchase.nace.J62_63": "thing.unknown"}))

    tables = iso_14064_1.tables(make(renamed), history, Words("en"))
    lines = tables["lines"].set_index("iso_category")["co2e_t"]
    assert lines["4.x"] == pytest.approx(90_000 * 0.09 / 1000)
    assert lines["4"] == pytest.approx(lines[["4.1", "4.5", "4.x"]].sum(), rel=1e-12)
    asked = tables["not_stated"].set_index("what").loc["Posts that only the company knows"]
    assert "thing.unknown" in asked["text"] and asked["params"] == "beges_posts: {thing.unknown: '?'}"
    lacks = make(renamed)
    status = lacks.table["status"].mask(lacks.table["category"] == 1, "partly: lpg")
    lacks = dataclasses.replace(lacks, table=lacks.table.assign(status=status))
    states = iso_14064_1.categories_table(lacks, history, Words("en")).set_index("iso_category")
    assert states.loc[["4.x", "4", "total"], "status"].tolist() == ["partly"] * 3
    stated = make(renamed, beges_posts={"thing": "4.5"})
    assert "4.x" not in set(iso_14064_1.categories_table(stated, history, Words("en"))["iso_category"])


def test_significance_is_by_the_share_of_indirect_emissions(make: Any, history: Any):
    """1 t of electricity in 13.25 t of indirect emissions is 7.5 %: significant at 5 %, not at 10 %; a statement on the
    post goes before its size; without criteria nothing is judged.
    """
    def judged(**filing: Any) -> Any:
        table = iso_14064_1.tables(make(filing=filing), history, Words("en"))["significance"]
        return table.set_index("iso_category").loc["2.1"]

    indirect = 1.0 + 0.2 + 0.4 + 8_000 * 0.17 / 1000 + 0.09 + 8.1 + 2.1
    assert judged()["indirect_share"] == pytest.approx(1.0 / indirect)
    assert judged()["significance"] == "no criteria stated"
    for share, text in ((0.015, "significant: 1.5% of"), (0.05, "significant: 5% of"), (0.1, "below 10% of"),
                        (0.125, "below 12.5% of")):
        assert judged(significance={"share": share, "criteria": "size alone"})["significance"].startswith(text)
    own = judged(significance={"share": 0.1, "criteria": "size", "posts": {"2.1": "significant: our own contract"}})
    assert own["significance"] == "significant: our own contract"


def test_market_based_energy_is_next_to_the_iso_total(make: Any, history: Any):
    """The market-based line is in no total of the table."""
    table = iso_14064_1.categories_table(make(scope2_headline="location-based"), history, Words("en"))
    lines = table.set_index("iso_category")["co2e_t"]

    assert lines["total"] == pytest.approx(lines[[str(c) for c in range(1, 7)]].sum(), rel=1e-12)
    assert lines[iso_14064_1.MARKET_LINE] == 0.0
