"""The numbers that the index draws: those of the report, from its manifest or its history."""

from __future__ import annotations

import pytest
from three_years import TARGET, history

from carbon.accounting.years.history import Inventories
from carbon.runs.company_year.trend import trend_of_history


def test_no_pathway_is_drawn_from_a_base_year_that_does_not_compare():
    """The GWP set changed after the base year and nothing was restated: the report refuses the pathway, and so does the
    drawing of a set that holds no numbers.
    """
    settings = {"scope2_headline": "location-based", "targets": [TARGET]}
    comparable = history()
    other = comparable.assign(gwp=comparable["gwp"].where(comparable["year"] < 2023, "AR6GWP100"))
    drawn, refused = (trend_of_history(Inventories("alpha", table), settings) for table in (comparable, other))

    assert drawn["pathway"]["2021"] == pytest.approx(3000.1 * 2 / 1000, rel=1e-15)
    assert refused["pathway"] is None and refused["tonnes"] == drawn["tonnes"]
