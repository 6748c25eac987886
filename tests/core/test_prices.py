"""Price levels: pure inflation changes no tonne, and no index is made up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.core import packaged, prices
from carbon.core.errors import MoneyError


def _ratio(area, start, end, deflator="world_bank_gdp"):
    table = prices.price_ratio(pd.Series([area]), pd.Series([start]), pd.Series([end]), deflator=deflator)
    return table["price_ratio"].item()


def test_the_index_is_the_running_product():
    """Two years of French inflation."""
    # 2022: 3.22063217116909 %, 2023: 5.30357175264875 %
    assert _ratio("FR", 2021, 2023) == pytest.approx(1.0322063217116909 * 1.0530357175264875, rel=1e-14)
    assert _ratio("FR", 2023, 2021) == pytest.approx(1 / (1.0322063217116909 * 1.0530357175264875), rel=1e-14)


@settings(max_examples=100, deadline=None)
@given(spend=st.floats(1, 1e9), start=st.integers(1995, 2022), end=st.integers(1996, 2023))
def test_pure_inflation_changes_no_tonne(spend, start, end):
    """Spend that grows with the index has the same real amount in every year."""
    grown = spend * _ratio("FR", start, end)
    years = pd.Series([start, end])
    real = prices.deflate(pd.Series([spend, grown]), pd.Series(["FR", "FR"]), years, pd.Series([2010, 2010]),
                          deflator="world_bank_gdp")["real"]
    assert real.iloc[0] == pytest.approx(real.iloc[1], rel=1e-12)


@pytest.mark.parametrize(("area", "start", "end"), [("FR", 2024, 2023), ("FR", 2023, 2025), ("ZZ", 2020, 2021),
                                                    ("", 2020, 2021), ("FR", 0, 2021)])
def test_a_year_or_region_without_index_is_refused(area, start, end):
    """The series ends in 2023 and is never extended."""
    with pytest.raises(MoneyError, match="no price index"):
        prices.deflate(pd.Series([1.0]), pd.Series([area]), pd.Series([start]), pd.Series([end]),
                       deflator="world_bank_gdp")


def test_a_hole_in_the_series_breaks_it():
    """A year without figure inside a country's series joins nothing across it."""
    changes = packaged.read_csv(packaged.CORE, "data/deflators.csv", {"year": "integer", "change_pct": "amount"})
    spans = changes.groupby("region")["year"].agg(["min", "max", "size"])
    late = spans[spans["min"] > 1990].index[0]
    first = int(spans.loc[late, "min"])
    # the change of the first year joins it to the year before; the year before that one is not joined
    assert np.isfinite(_ratio(late, first - 1, first)) and np.isnan(_ratio(late, first - 2, first))


def test_without_deflation_the_gap_is_said():
    """Deflator "none" leaves the amount and counts the years."""
    steps = prices.deflate(pd.Series([100.0]), pd.Series(["FR"]), pd.Series([2025]), pd.Series([2023]), deflator="none")
    assert steps["real"].item() == 100.0 and steps["price_gap"].item() == -2
    with pytest.raises(MoneyError, match="Unknown deflator"):
        prices.price_ratio(pd.Series(["FR"]), pd.Series([2020]), pd.Series([2021]), deflator="cpi")


def test_the_area_is_the_country_of_the_factor_else_of_its_currency():
    """A French factor takes the French index; a world factor in dollars the American one."""
    assert prices.price_area("FR", "EUR") == "FR"
    assert prices.price_area("GLO", "USD") == "US"
    assert prices.price_area("GLO", "EUR") == "EMU"
    assert prices.price_area("GLO", "XOF") == ""


@pytest.mark.parametrize(("basis", "activity", "fit"), [
    ("purchaser", "purchase.naics.541511", "same"), ("basic", "purchase.nace.J62_63", "service"),
    ("basic", "purchase.nace.H49", "service"), ("basic", "purchase.nace.C10-C12", "differs"),
    ("basic", "purchase.nace.G46", "differs"), ("basic", "purchase.naics.541511", "differs"),
    ("", "purchase.nace.J62_63", "differs"),
])
def test_only_services_meet_basic_prices_as_they_are(basis, activity, fit):
    """Goods have margins between the basic and the purchaser price; an unknown basis fits nothing."""
    assert prices.basis_fits(basis, activity) == fit


def test_vat_and_margins_come_off():
    """net = gross - VAT; basic = purchaser - taxes - margins."""
    assert prices.net_of_vat(pd.Series([120.0, -120.0]), pd.Series([20.0, -20.0])).tolist() == [100.0, -100.0]
    parts = {"taxes": pd.Series([5.0]), "trade_margin": pd.Series([15.0]), "transport_margin": pd.Series([2.0])}
    assert prices.basic_price(pd.Series([100.0]), **parts).item() == 78.0


@pytest.mark.official
def test_the_deflator_is_not_the_consumer_index(shared_data):
    """French prices of 2023: the deflator rose 5.30 %, consumer prices 4.88 %; the packaged table is the first."""
    source = packaged.csv_text((shared_data / "prices" / "worldbank_gdp_deflator_annual_pct.csv").read_bytes())
    row = source[(source["Country Code"] == "FRA") & (source["Year"] == "2023")]
    assert _ratio("FR", 2022, 2023) == pytest.approx(1 + float(row["Inflation"].item()) / 100, rel=1e-14)
    assert _ratio("FR", 2022, 2023) == pytest.approx(1.0530, abs=5e-5)
