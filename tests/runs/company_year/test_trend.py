"""The numbers that the index draws are those of the report."""

from __future__ import annotations

import pytest
from three_years import TARGET, history, trend_of_history

ALL = {**TARGET, "scopes": ["1", "2", "3"], "scope2_method": "location-based"}
REST = {**TARGET, "id": "rest", "scopes": ["3"], "reduction": 0.25}


def trend(table, *targets, headline="location-based"):
    return trend_of_history(table, {"scope2_headline": headline, "targets": list(targets)})


def test_no_pathway_is_drawn_from_a_base_year_that_does_not_compare():
    """The GWP set changed after the base year and nothing was restated: the report refuses the pathway."""
    comparable = history()
    other = comparable.assign(gwp=comparable["gwp"].where(comparable["year"] < 2023, "AR6GWP100"))
    drawn, refused = (trend(table, ALL) for table in (comparable, other))

    assert drawn["pathway"]["2021"] == pytest.approx(3000.1 * 3 / 1000, rel=1e-15)
    assert refused["pathway"] is None and refused["tonnes"] == drawn["tonnes"]


def test_the_total_is_drawn_and_what_targets_together_allow_where_each_scope_has_one():
    """A target of scopes 1 and 2 is 5 % of many a company: its line alone would pass for the company's. With one of
    scope 3 next to it, 42 % and 25 % less in 2030 are allowed together: 2 x 0.58 + 0.75 of 3 x the base.
    """
    market = {"headline": "market-based"}
    alone, both = trend(history(), TARGET, **market), trend(history(), TARGET, REST, **market)
    assert alone["figure"] == "total-market" and alone["tonnes"] == both["tonnes"]
    assert both["tonnes"]["2021"] == pytest.approx(3 * 3.0001) and both["reported"] == [2021]
    assert both["pathway"]["2030"] == pytest.approx(3.0001 * (2 * 0.58 + 0.75))
    assert alone["pathway"] is None
    # Scope 2 by another method than the total's; a scope in two targets.
    assert trend(history(), TARGET, REST)["pathway"] is None
    assert trend(history(), TARGET, REST, {**REST, "id": "again"}, **market)["pathway"] is None


def test_a_year_without_records_is_null_with_its_state_and_one_without_a_scope_says_so():
    """2022 has no records, 2021 is reported without scope 2: neither is drawn at zero. A table of an earlier
    release has 0 there.
    """
    table = history()
    table = table[~((table["year"] == 2021) & (table["scope"] == "2"))]
    for zero in (float("nan"), 0.0):
        table.loc[table["year"] == 2022, ["co2e_kg", "status"]] = zero, "no records"
        drawn = trend(table, TARGET)
        assert drawn["tonnes"] == {"2021": None, "2022": None, "2023": pytest.approx(3 * 1.9999)}
        assert drawn["states"] == {"2021": "a scope is not reported", "2022": "no records"}


def test_a_year_that_lacks_a_scope_of_the_last_year_is_no_total():
    """Scopes 1 and 2 without records in 2022 leave scope 3 alone: drawn as the total, it would be a fall by two thirds.
    A scope that the last year lacks as well is no part of the line.
    """
    table = history()
    some = table["scope"].isin(["1", "2"])
    table.loc[some & (table["year"] == 2022), ["co2e_kg", "status"]] = float("nan"), "no records"
    drawn = trend(table)
    assert drawn["tonnes"]["2022"] is None
    assert drawn["states"]["2022"] == "a scope is not reported" and drawn["tonnes"]["2023"] == pytest.approx(3 * 1.9999)
    never = history()
    never.loc[never["scope"] == "1", ["co2e_kg", "status"]] = float("nan"), "no records"
    assert trend(never)["tonnes"]["2022"] == pytest.approx(2 * 2.0007)
