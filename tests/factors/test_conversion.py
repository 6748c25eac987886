"""Monetary factors: exchange rate, deflation and price basis, in this order, each shown."""

import pandas as pd
import pytest

from carbon.core import money, prices
from carbon.factors import matching

NACE = {"activity": "purchase.nace.J62_63", "unit": "EUR", "part": "total", "price_year": 2023, "price_basis": "basic",
        "valid_from": 2023, "valid_to": 2023, "co2e_kg": 0.05, "factor_id": "nace"}
NAICS = {"activity": "purchase.naics.541511", "unit": "USD", "part": "total", "region": "US", "price_year": 2022,
         "price_basis": "purchaser", "valid_from": 2022, "co2e_kg": 0.1, "factor_id": "naics"}


@pytest.fixture
def ask(make_library, make_keys, make_policy):
    """The answer to one monetary key."""
    def resolve(spec, unit, year, *, region="FR", fx=None, **policy):
        key = make_keys((spec["activity"], unit, region, year, "3"))
        policy = {"deflator": "world_bank_gdp", **policy}
        return matching.resolve(key, make_library(spec), policy=make_policy(**policy), gwp="AR5GWP100",
                                allow_mixed_gwp=[], non_co2="none", fx=fx)

    return resolve


def test_the_same_euros_need_no_step(ask):
    """Spend of the price year in the factor's currency: the factor as it stands; the service is said."""
    row = ask(NACE, "EUR", 2023).table.iloc[0]
    assert row["conversion"] == 1.0 and row["reason"] == "exact" and "service" in row["steps"]


def test_kilo_euros_are_a_thousand(ask):
    """A factor per kEUR takes a thousandth per euro."""
    row = ask({**NACE, "unit": "kEUR", "co2e_kg": 50.0}, "EUR", 2023).table.iloc[0]
    assert row["conversion"] == 0.001 and row["co2e_kg"] == pytest.approx(0.05) and row["reason"] == "converted"


def test_exchange_then_deflation(ask):
    """Euros of 2023 on a factor per dollar of 2022: mean rate of 2023, then American prices back to 2022."""
    row = ask(NAICS, "EUR", 2023, region="US").table.iloc[0]
    rate = money.find_rates(pd.Series(["EUR"]), pd.Series([2023]), to="USD", basis="year_mean")["fx_rate"].item()
    # US deflator, 2023: 3.59839135378053 %
    assert row["conversion"] == pytest.approx(rate / 1.0359839135378053, rel=1e-12)
    assert row["reason"] == "converted; deflated"
    assert "ECB, mean of 2023" in row["steps"] and "World Bank GDP deflator, US" in row["steps"]


def test_pure_inflation_changes_no_tonne(ask):
    """Spend that grew with the price index emits what it did before."""
    spent = {year: ask({**NACE, "valid_from": 2015, "valid_to": 9999}, "EUR", year).table["co2e_kg"].item()
             for year in (2018, 2022)}
    growth = prices.price_ratio(pd.Series(["FR"]), pd.Series([2018]), pd.Series([2022]), deflator="world_bank_gdp")
    assert 100 * spent[2018] == pytest.approx(100 * growth["price_ratio"].item() * spent[2022], rel=1e-12)


def test_a_year_the_index_lacks_is_a_miss_or_a_printed_gap(ask):
    """2025 has no index: refused, or left as it is by name, with the years said."""
    miss = ask(NACE, "EUR", 2025).misses.iloc[0]
    assert miss["code"] == "no_price_index" and "deflator: none" in miss["what_to_do"] and "2023" in miss["reason"]
    row = ask(NACE, "EUR", 2025, deflator="none").table.iloc[0]
    assert row["conversion"] == 1.0 and "not deflated" in row["reason"]
    assert "spend of 2025 with a factor in prices of 2023" in row["steps"]


def test_a_factor_without_price_year_is_not_deflated_in_silence(ask):
    """No stated price year: refused with an index, said without."""
    assert ask({**NACE, "price_year": 0}, "EUR", 2023).misses["code"].item() == "no_price_index"
    row = ask({**NACE, "price_year": 0}, "EUR", 2023, deflator="none").table.iloc[0]
    assert "states no price year" in row["steps"]


def test_a_currency_without_rate_is_a_miss_until_the_company_brings_one(ask):
    """Dirhams need the company's own rate."""
    miss = ask(NACE, "MAD", 2023).misses.iloc[0]
    assert miss["code"] == "no_rate" and "fx.csv" in miss["what_to_do"]
    fx = pd.DataFrame({"currency": ["MAD"], "period": ["2023"], "per_eur": [10.0], "evidence": ["central bank"]})
    row = ask(NACE, "MAD", 2023, fx=fx).table.iloc[0]
    assert row["conversion"] == pytest.approx(0.1) and "company, mean of 2023" in row["steps"]


@pytest.mark.parametrize(("activity", "basis"), [("purchase.nace.C26", "basic"), ("purchase.nace.J62_63", "")])
def test_goods_at_basic_prices_need_as_is(ask, activity, basis):
    """Strict refuses a basis that differs or is unknown; as_is applies it and says so."""
    spec = {**NACE, "activity": activity, "price_basis": basis}
    miss = ask(spec, "EUR", 2023).misses.iloc[0]
    assert miss["code"] == "price_basis" and "as_is" in miss["what_to_do"]
    row = ask(spec, "EUR", 2023, price_basis="as_is").table.iloc[0]
    assert row["reason"] == "price basis as is" and row["conversion"] == 1.0


def test_money_never_meets_a_physical_factor(ask):
    """Euros do not convert to pieces."""
    assert ask({**NACE, "unit": "unit"}, "EUR", 2023).misses["code"].item() == "unit"
