"""Capital goods in two views."""

import pandas as pd
import pytest

from carbon.emissions.capital_goods import capital_goods_views


def test_both_views_of_capital_goods_sum_to_the_same():
    """90 kg in 2020 and 30 in 2021 over three years: 30, 40, 40, 10 kg. Both views sum to 120."""
    views = capital_goods_views(pd.Series([90.0, 30.0], index=[2020, 2021]), depreciation_years=3)

    assert views["year"].tolist() == [2020, 2021, 2022, 2023]
    assert views["amortised_kg"].tolist() == pytest.approx([30, 40, 40, 10])
    assert views["purchase_year_kg"].tolist() == [90, 30, 0, 0]
    assert views["moving_average_kg"].tolist()[:2] == pytest.approx([90, 60])
