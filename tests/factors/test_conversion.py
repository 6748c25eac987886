"""Units and money converted for a factor: fuels, exchange rate, deflation and price basis, each step shown."""

import pandas as pd
import pytest

from carbon.core import money, prices
from carbon.factors import matching


def test_a_unit_converts_once_and_is_shown(ask, one):
    """MWh take a factor per kWh, times 1000."""
    row = one(ask([{"factor_id": "a", "co2e_kg": 0.05}], [("electricity", "MWh", "FR", 2024, "2")]))
    # 0.05 kg/kWh x 1000 kWh/MWh = 50 kg/MWh
    assert row["conversion"] == 1000.0 and row["co2e_kg"] == 50.0
    assert row["reason"] == "converted" and row["steps"] == "1 MWh = 1000 kWh"


def test_a_fuel_bridges_with_its_record(ask, one):
    """Gas in m3 meets a factor per kWh gross by the properties of its year, and the step cites the cells."""
    row = one(ask([{"factor_id": "gas", "activity": "natural_gas", "unit": "kWh_HHV", "co2e_kg": 0.2}],
                   [("natural_gas", "m³", "FR", 2024, "1")]))
    # 11.18395 kWh/m3 x 0.2 kg/kWh
    assert row["co2e_kg"] == pytest.approx(1000 / 1255568.684 * 50.552 / 0.0036 * 0.2)
    assert "DESNZ 2024, Fuel properties!D31:G31" in row["steps"]


def test_both_routes_between_calorific_bases_agree(ask, one):
    """The same gas in kWh PCI and in kWh PCS gives the same kilograms."""
    specs = [{"factor_id": "gas", "activity": "natural_gas", "unit": "kWh_HHV", "co2e_kg": 0.18231}]
    net = one(ask(specs, [("natural_gas", "kWh PCI", "FR", 2024, "1")]))["co2e_kg"]
    assert net / 1.11 == pytest.approx(0.18231, rel=1e-14)  # PCS / PCI of French gas


NACE = {"activity": "purchase.nace.J62_63", "unit": "EUR", "part": "total", "price_year": 2023, "price_basis": "basic",
        "valid_from": 2023, "valid_to": 2023, "co2e_kg": 0.05, "factor_id": "nace"}
NAICS = {"activity": "purchase.naics.541511", "unit": "USD", "part": "total", "region": "US", "price_year": 2022,
         "price_basis": "purchaser", "valid_from": 2022, "co2e_kg": 0.1, "factor_id": "naics"}


@pytest.fixture
def ask_money(make_library, make_keys, make_policy):
    """The answer to one monetary key."""
    def resolve(spec, unit, year, *, region="FR", fx=None, **policy):
        key = make_keys((spec["activity"], unit, region, year, "3"))
        policy = {"deflator": "world_bank_gdp", **policy}
        return matching.resolve(key, make_library(spec), policy=make_policy(**policy), gwp="AR5GWP100",
                                allow_mixed_gwp=[], non_co2="none", fx=fx)

    return resolve


def test_the_same_euros_need_no_step(ask_money):
    """Spend of the price year in the factor's currency: the factor as it stands; the service is said."""
    row = ask_money(NACE, "EUR", 2023).table.iloc[0]
    assert row["conversion"] == 1.0 and row["reason"] == "exact" and "service" in row["steps"]


def test_kilo_euros_are_a_thousand(ask_money):
    """A factor per kEUR takes a thousandth per euro."""
    row = ask_money({**NACE, "unit": "kEUR", "co2e_kg": 50.0}, "EUR", 2023).table.iloc[0]
    assert row["conversion"] == 0.001 and row["co2e_kg"] == pytest.approx(0.05) and row["reason"] == "converted"


def test_exchange_then_deflation(ask_money):
    """Euros of 2023 on a factor per dollar of 2022: mean rate of 2023, then American prices back to 2022."""
    row = ask_money(NAICS, "EUR", 2023, region="US").table.iloc[0]
    rate = money.find_rates(pd.Series(["EUR"]), pd.Series([2023]), to="USD", basis="year_mean")["fx_rate"].item()
    # US deflator, 2023: 3.59839135378053 %
    assert row["conversion"] == pytest.approx(rate / 1.0359839135378053, rel=1e-12)
    assert row["reason"] == "converted; deflated"
    assert "ECB, mean of 2023" in row["steps"] and "World Bank GDP deflator, US" in row["steps"]


def test_pure_inflation_changes_no_tonne(ask_money):
    """Spend that grew with the price index emits what it did before."""
    spent = {year: ask_money({**NACE, "valid_from": 2015, "valid_to": 9999}, "EUR", year).table["co2e_kg"].item()
             for year in (2018, 2022)}
    growth = prices.price_ratio(pd.Series(["FR"]), pd.Series([2018]), pd.Series([2022]), deflator="world_bank_gdp")
    assert 100 * spent[2018] == pytest.approx(100 * growth["price_ratio"].item() * spent[2022], rel=1e-12)


def test_a_year_the_index_lacks_is_a_miss_or_a_printed_gap(ask_money):
    """2025 has no index: refused, or left as it is by name, with the years said."""
    miss = ask_money(NACE, "EUR", 2025).misses.iloc[0]
    assert miss["code"] == "no_price_index" and "deflator: none" in miss["what_to_do"] and "2023" in miss["reason"]
    row = ask_money(NACE, "EUR", 2025, deflator="none").table.iloc[0]
    assert row["conversion"] == 1.0 and "not deflated" in row["reason"]
    assert "spend of 2025 with a factor in prices of 2023" in row["steps"]


def test_a_factor_without_price_year_is_not_deflated_in_silence(ask_money):
    """No stated price year: refused with an index, said without."""
    assert ask_money({**NACE, "price_year": 0}, "EUR", 2023).misses["code"].item() == "no_price_index"
    row = ask_money({**NACE, "price_year": 0}, "EUR", 2023, deflator="none").table.iloc[0]
    assert "states no price year" in row["steps"]


def test_a_currency_without_rate_is_a_miss_until_the_company_brings_one(ask_money):
    """Dirhams need the company's own rate."""
    miss = ask_money(NACE, "MAD", 2023).misses.iloc[0]
    assert miss["code"] == "no_rate" and "fx.csv" in miss["what_to_do"]
    fx = pd.DataFrame({"currency": ["MAD"], "period": ["2023"], "per_eur": [10.0], "evidence": ["central bank"]})
    row = ask_money(NACE, "MAD", 2023, fx=fx).table.iloc[0]
    assert row["conversion"] == pytest.approx(0.1) and "company, mean of 2023" in row["steps"]


@pytest.mark.parametrize(("activity", "basis"), [("purchase.nace.C26", "basic"), ("purchase.nace.J62_63", "")])
def test_goods_at_basic_prices_need_as_is(ask_money, activity, basis):
    """Strict refuses a basis that differs or is unknown; as_is applies it and says so."""
    spec = {**NACE, "activity": activity, "price_basis": basis}
    miss = ask_money(spec, "EUR", 2023).misses.iloc[0]
    assert miss["code"] == "price_basis" and "as_is" in miss["what_to_do"]
    row = ask_money(spec, "EUR", 2023, price_basis="as_is").table.iloc[0]
    assert row["reason"] == "price basis as is" and row["conversion"] == 1.0


def test_money_never_meets_a_physical_factor(ask_money):
    """Euros do not convert to pieces."""
    assert ask_money({**NACE, "unit": "unit"}, "EUR", 2023).misses["code"].item() == "unit"


GAS = {"factor_id": "gas", "activity": "natural_gas", "unit": "kWh_HHV", "co2e_kg": 0.2, "region": "GLO"}
ANYWHERE = {country: [country, "GLO"] for country in ("US", "FR", "DE", "GB")}


@pytest.mark.parametrize(("unit", "country", "kwh", "reason", "cited"), [
    ("Mcf", "US", 1000 * 0.001026 * 1055.05585262 / 3.6, "converted", "EPA GHG Emission Factors Hub 2024"),
    ("kWh_LHV", "FR", 1.11, "converted", "Base Carbone"),
    ("kWh_LHV", "GB", 50.552 / 45.627, "converted", "DESNZ 2024"),
    ("kWh_LHV", "DE", 50.552 / 45.627, "converted; heat content of GB", "DESNZ 2024"),
])
def test_a_fuel_bridges_by_the_heat_content_of_its_country(ask, one, unit, country, kwh, reason, cited):
    """The key's country decides; where it has no figure, that of Great Britain is used and named."""
    row = one(ask([GAS], [("natural_gas", unit, country, 2024, "1")], regions=ANYWHERE))
    assert row["co2e_kg"] == pytest.approx(kwh * 0.2, rel=1e-12) and cited in row["steps"]
    assert row["reason"] == f"region fallback; {reason}"


def test_the_companys_own_heat_content_goes_first(ask, one, miss_of):
    """A normal cubic metre has no published figure and is asked; the company's bill answers, in its country only."""
    key = [("natural_gas", "Nm3", "FR", 2024, "1")]
    assert miss_of(ask([GAS], key, regions=ANYWHERE))["code"] == "unit"
    bill = {"fuel": "natural_gas", "amount": 11.2, "unit": "kWh_HHV", "per": "Nm3", "country": "FR", "evidence": "bill"}
    row = one(ask([GAS], key, regions=ANYWHERE, heat_contents=[bill]))
    assert row["conversion"] == pytest.approx(11.2, rel=1e-14) and "bill" in row["steps"]
    elsewhere = [("natural_gas", "Nm3", "DE", 2024, "1")]
    assert miss_of(ask([GAS], elsewhere, regions=ANYWHERE, heat_contents=[bill]))["code"] == "unit"


@pytest.mark.parametrize(("unit", "per", "kwh"), [
    # ISO 13443: a m3 at 15 °C holds 273.15 / 288.15 of the gas of one at 0 °C, both at 101.325 kPa
    ("Sm3", "Nm3", 11.2 * 273.15 / 288.15), ("Nm3", "Sm3", 11.2 * 288.15 / 273.15), ("Sm3", "Sm3", 11.2),
    ("m3", "m3", 11.2), ("m3", "Nm3", None), ("scf", "Sm3", None), ("Nm3", "m3", None)])
def test_gas_converts_between_stated_temperatures_only(ask, one, miss_of, unit, per, kwh):
    """0 and 15 °C convert by the ideal gas; a bare m3 has no temperature, and is asked about."""
    bill = {"fuel": "natural_gas", "amount": 11.2, "unit": "kWh_HHV", "per": per, "evidence": "bill"}
    answer = ask([GAS], [("natural_gas", unit, "FR", 2024, "1")], regions=ANYWHERE, heat_contents=[bill])
    if kwh is not None:
        assert one(answer)["conversion"] == pytest.approx(kwh, rel=1e-14)
    elif unit == "m3":
        # DESNZ has a figure of the bare m3: it is another country's, and said to be.
        assert "heat content of GB" in one(answer)["reason"]
    else:
        miss = miss_of(answer)
        assert miss["code"] == "unit" and "factors.heat_contents" in miss["what_to_do"]


@pytest.mark.parametrize(("unit", "country", "kwh"), [
    ("therm", "US", 100_000 * 1055.05585262 / 3.6e6), ("MMBtu", "US", 1055.05585262 / 3.6),
    ("therms", "GB", 29.3071070172),
    ("therm", "FR", None), ("kWh", "US", None), ("mmBtu", "GB", None),
])
def test_a_bare_therm_of_gas_is_gross_where_it_is_billed_so(ask, one, miss_of, unit, country, kwh):
    """American units of gas and the British therm state their basis; all others are asked."""
    answer = ask([GAS], [("natural_gas", unit, country, 2024, "1")], regions=ANYWHERE)
    if kwh is None:
        assert miss_of(answer)["code"] == "unit"
    else:
        assert one(answer)["co2e_kg"] == pytest.approx(kwh * 0.2, rel=1e-11)


def test_energy_that_is_no_fuel_has_no_calorific_basis(ask, one):
    """An American mmBtu of steam stays a mmBtu."""
    steam = {"factor_id": "s", "activity": "steam", "unit": "mmBtu", "region": "US", "co2e_kg": 66.4}
    assert one(ask([steam], [("steam", "kBtu", "US", 2024, "2")]))["co2e_kg"] == pytest.approx(0.0664)


MACHINES = {"activity": "purchase.nace.C28", "unit": "EUR", "part": "total", "region": "DE", "price_year": 2023,
            "price_basis": "basic", "valid_from": 2023, "valid_to": 2023, "co2e_kg": 0.24598, "factor_id": "de-c28",
            "source_id": "figaro_2026"}
LATER = {"later": "allow", "max_gap": 5}


def test_a_german_invoice_of_2025_by_hand(make_library, make_keys, make_policy):
    """10,000 EUR of 2025 without VAT, machinery from Germany: to prices of 2023, to purchaser prices, to kg."""
    # German consumer prices rose 2.2564981433876 % in 2024; 2025 has no index yet and stays as it is, which is named.
    # The model has 245.98 kg/kEUR at basic prices and 220.00 at purchaser prices: 220 / 245.98 of the basic factor.
    # 10,000 EUR / 1.022564981433876 x 0.24598 kg/EUR x (220 / 245.98) = 2,151.45 kg
    bought = {**MACHINES, "factor_id": "de-c28-p", "price_basis": "purchaser", "co2e_kg": 0.22,
              "source_id": "figaro_purchaser"}
    found = matching.resolve(
        make_keys(("purchase.nace.C28", "EUR", "DE", 2025, "3")), make_library(MACHINES, bought), gwp="AR5GWP100",
        policy=make_policy(price_basis="purchaser", deflator="world_bank", prefer=["figaro_2026"]),
        allow_mixed_gwp=[], non_co2="none")
    row = found.table.iloc[0]
    assert row["factor_id"] == "de-c28" and 10_000 * row["co2e_kg"] == pytest.approx(2151.45, abs=0.01)
    assert row["reason"] == "older vintage; deflated; not deflated; price basis converted"
    assert "then consumer prices, DE" in row["steps"] and "not deflated after 2024: spend of 2025" in row["steps"]
    # The factor at purchaser prices itself gives the same kilograms, and is converted by nothing more.
    named = matching.resolve(
        make_keys(("purchase.nace.C28", "EUR", "DE", 2025, "3")), make_library(MACHINES, bought), gwp="AR5GWP100",
        policy=make_policy(price_basis="purchaser", deflator="world_bank", prefer=["figaro_purchaser"]),
        allow_mixed_gwp=[], non_co2="none").table.iloc[0]
    assert named["co2e_kg"] == pytest.approx(row["co2e_kg"], rel=1e-12) and "basic to" not in named["steps"]


def test_goods_without_a_published_ratio_are_priced_as_they_are_and_say_so(ask_money):
    """`purchaser` invents no margin: without two published factors the basic price is taken, and named."""
    row = ask_money(MACHINES, "EUR", 2023, region="DE", price_basis="purchaser").table.iloc[0]
    assert row["conversion"] == 1.0 and row["reason"] == "price basis as is"


@pytest.mark.parametrize(("of", "bought_in"), [("GB", "GB"), ("GB-supply", "FR-from-GB")])
def test_prices_of_another_currency_are_deflated_in_it(ask_money, of, bought_in):
    """Euros spent in Britain, or in France on a British supplier: sterling of 2024 back to 2023 by British prices, and
    euros again at the rate of 2023.
    """
    row = ask_money({**MACHINES, "region": of}, "EUR", 2024, region=bought_in, price_basis="as_is",
                    deflator="world_bank").table.iloc[0]
    rates = money.find_rates(pd.Series(["EUR"] * 2), pd.Series([2024, 2023]), to="GBP", basis="year_mean")["fx_rate"]
    # British consumer prices rose 3.2715729463592 % in 2024.
    assert row["conversion"] == pytest.approx(rates[0] / 1.032715729463592 / rates[1], rel=1e-12)
    assert "GB, in GBP" in row["steps"]


def test_one_model_for_all_years(make_library, make_keys, make_policy):
    """The preferred model prices money of each year, also where another has a factor of the year itself."""
    other = {**MACHINES, "factor_id": "other", "source_id": "other", "valid_from": 2022, "valid_to": 2022}
    keys = make_keys(*(("purchase.nace.C28", "EUR", "DE", year, "3") for year in (2022, 2023)))
    policy = {"price_basis": "as_is", "vintage": LATER}
    chosen = matching.resolve(keys, make_library(MACHINES, other), gwp="AR5GWP100", allow_mixed_gwp=[], non_co2="none",
                              policy=make_policy(prefer=["figaro_2026", "other"], **policy))
    assert chosen.table["factor_id"].tolist() == ["de-c28", "de-c28"]
    same_year = {**other, "valid_from": 2023, "valid_to": 2023}
    asked = matching.resolve(keys, make_library(MACHINES, same_year), gwp="AR5GWP100", allow_mixed_gwp=[],
                             non_co2="none", policy=make_policy(**policy))
    assert set(asked.misses["code"]) == {"ambiguous"}
