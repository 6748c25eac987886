"""The numbers that the index draws: those of the report, from its manifest or its history."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.accounting.years.history import Inventories
from carbon.core.schemas import HISTORY
from carbon.runs.company_year.trend import trend_of_history

TARGET = {"id": "near", "label": {"en": "Near-term target", "fr": "Objectif"}, "scopes": ["1", "2"], "scope2_method":
          "market-based", "base_year": 2021, "target_year": 2030, "reduction": 0.42}


def history() -> pd.DataFrame:
    years = ((2021, 3000.1, "reported"), (2022, 2000.7, "computed"), (2023, 1999.9, "computed"))
    lines = [("alpha", year, scope, 0, method, kg, status, "AR5GWP100", "", "") for year, kg, status in years
             for scope, method in (("1", ""), ("2", "location-based"), ("2", "market-based"), ("3", ""))]
    return HISTORY.validate(pd.DataFrame(lines, columns=list(HISTORY.columns)))


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
