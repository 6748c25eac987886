"""Tables over several years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core.ghg_protocol import MARKET
from carbon.reports.tables import catalogue as tables


def test_a_change_across_gwp_sets_is_not_computed():
    """Both figures are shown, their difference is not."""
    history = pd.DataFrame({"year": [2019, 2023, 2024], "gwp": ["AR4GWP100", "AR5GWP100", "AR5GWP100"],
                            "status": ["reported", "computed", "computed"], "source": ""})
    series = {MARKET: pd.Series([1000.0, 2000.0, 3000.0], index=[2019, 2023, 2024])}
    table = tables.change_table(series, history, year=2024, base_year=2019).set_index("since")

    assert table.loc["last year", "change_t"] == 1.0
    assert table.loc["last year", "basis"] == "same method"
    assert table.loc["base year", "then_t"] == 1.0
    assert np.isnan(table.loc["base year", "change_t"])
    assert table.loc["base year", "basis"] == "another GWP set"
