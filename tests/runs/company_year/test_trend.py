"""The numbers that the index draws are those of the report."""

from __future__ import annotations

import pytest
from three_years import TARGET, history, trend_of_history


def test_no_pathway_is_drawn_from_a_base_year_that_does_not_compare():
    """The GWP set changed after the base year and nothing was restated: the report refuses the pathway."""
    settings = {"scope2_headline": "location-based", "targets": [TARGET]}
    comparable = history()
    other = comparable.assign(gwp=comparable["gwp"].where(comparable["year"] < 2023, "AR6GWP100"))
    drawn, refused = (trend_of_history(table, settings) for table in (comparable, other))

    assert drawn["pathway"]["2021"] == pytest.approx(3000.1 * 2 / 1000, rel=1e-15)
    assert refused["pathway"] is None and refused["tonnes"] == drawn["tonnes"]


def test_a_year_without_records_is_null_with_its_state_and_one_without_a_scope_says_so():
    """2022 has no records of the target's scopes, 2021 is reported without scope 2: neither is drawn at zero. A table
    of an earlier release has 0 there.
    """
    settings = {"scope2_headline": "location-based", "targets": [TARGET]}
    table = history()
    table = table[~((table["year"] == 2021) & (table["scope"] == "2"))]
    thin = (table["year"] == 2022) & table["scope"].isin(["1", "2"])
    for zero in (float("nan"), 0.0):
        table.loc[thin, ["co2e_kg", "status"]] = zero, "no records"
        trend = trend_of_history(table, settings)
        assert trend["tonnes"] == {"2021": None, "2022": None, "2023": pytest.approx(2 * 1.9999)}
        assert trend["states"] == {"2021": "a scope is not reported", "2022": "no records"}
