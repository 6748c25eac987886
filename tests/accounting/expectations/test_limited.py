"""Measures with a published band: of rows beyond it the worst shows; without a second quantity nothing is claimed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.expectations.limited import Stated, _sites, limited, people_of
from carbon.accounting.expectations.names import (
    DAYS,
    HOME_CURRENCY,
    MARKET_PRICE,
    NIGHTS,
    REFILLED,
    SITE_PLACE,
    VAT_INSIDE,
    VAT_OF_ROWS,
)
from carbon.core.columns import Rows
from carbon.params.shapes.boundary import Answer

NOTHING = Stated(float("nan"), "FR", "EUR", {})


def rows(**columns: object) -> Rows:
    """Measurable rows of as many lines as their columns."""
    size = max(len(c) for c in columns.values() if isinstance(c, list))
    nothing = np.full(size, np.nan)
    base = {"site": "oven", "account": "6", "country": "FR", "currency": "EUR", "mode": "", "cabin_class": "",
            "group": "", "_unit": "", "meter": "m", "answers": nothing, "headcount": nothing, "people": nothing,
            "passengers": nothing, "distance": nothing, "distance_unit": "", "days": nothing,
            "_region": "FR", "_amount": nothing, "_money": nothing, "_vat": nothing, "_kg": np.ones(size),
            "_days": np.ones(size),
            "period_end": np.array(["2024-06-28"] * size, dtype="datetime64[ns]")}
    return Rows({name: _column(value, size) for name, value in {**base, **columns}.items()}, size)


def _column(value: object, size: int) -> object:
    """One word for all rows, or a list of words or numbers, as an array."""
    if isinstance(value, str):
        return np.full(size, value, dtype=object)
    return np.array(value, dtype=object if isinstance(value[0], str) else float) if isinstance(value, list) else value


def measured(kind: str, of: Rows, stated: Stated = NOTHING) -> dict[str, list[float]]:
    """The values of each measure, by its band."""
    return {str(found.rows["_unit"][0]): found.by_key.tolist() for found in limited(kind, of, stated)}


def bills(amounts: list[float], money: list[float], currency: str = "EUR") -> Rows:
    return rows(carrier="electricity", _unit="electricity:kWh", _amount=amounts, _money=money, currency=currency)


def test_the_price_of_one_reading_in_mwh_stands_for_that_row_alone():
    """Two bills at 0.2 EUR/kWh and one at 200: the last is beyond the band, and its row is the only one of the line."""
    found = next(of for of in limited("energy", bills([1000, 1000, 1], [200, 200, 200]), NOTHING)
                 if of.measure == MARKET_PRICE)
    assert found.by_key.tolist() == [200.0] and len(found.rows) == 1
    assert measured("energy", bills([1000, 1000], [200, 210]))["EUR/kWh of electricity in FR"] == [0.21]


def test_prices_are_compared_in_euro():
    """0.3 USD a kWh at 1.07 USD per euro (ECB, 28 June 2024: 1.0705)."""
    price = measured("energy", bills([1000.0], [300.0], "USD"))["EUR/kWh of electricity in FR"]
    assert price == pytest.approx([0.3 / 1.0705])


def test_a_currency_that_the_company_states_itself_has_prices():
    """13 dirham a kWh at the company's own 10.76 per euro are 1.21 EUR; without its rate there is no price at all."""
    bought = bills([1000.0], [13_000.0], "MAD")
    fx = pd.DataFrame({"currency": ["MAD"], "period": ["2024"], "per_eur": [10.76], "evidence": ["central bank"]})
    own = Stated(float("nan"), "MA", "MAD", {}, year=2024, fx=fx, fx_basis="year_mean")
    assert measured("energy", bought, own)["EUR/kWh of electricity in FR"] == pytest.approx([13 / 10.76])
    assert not any(unit.startswith("EUR/kWh") for unit in measured("energy", bought))


def test_each_country_has_its_prices_and_one_without_figures_those_of_all():
    """0.8 EUR/kWh is plausible somewhere, not in Finland; India has no figures here. A ledger is one total."""
    bought = bills([1000.0] * 4, [800.0, 810.0, 820.0, 830.0]).assign(
        _region=np.array(["FI", "SE", "IN", "US-HI"], dtype=object))
    assert {unit: price for unit, price in measured("energy", bought).items() if unit.startswith("EUR")} == {
        "EUR/kWh of electricity": [0.82], "EUR/kWh of electricity in FI": [0.8],
        "EUR/kWh of electricity in SE": [0.81], "EUR/kWh of electricity in US": [0.83]}
    stated = Stated(float("nan"), "FR", "EUR", {}, spend={"energy:electricity": 800.0})
    of_two = measured("energy", bought.assign(_money=np.full(4, np.nan)), stated)
    assert of_two == {"EUR/kWh of electricity in the ledger": [pytest.approx(0.2)]}


def test_without_money_or_people_nothing_is_claimed():
    """kWh alone have no price and no kWh a person; credits and bills without kWh have no price either."""
    assert measured("energy", bills([1000.0], [float("nan")])) == {}
    assert measured("energy", bills([-1000.0, 0.0], [-200.0, 30.0])) == {}
    assert measured("energy", bills([1000.0], [float("nan")]), Stated(10, "FR", "EUR", {})) == {
        "kWh of electricity a person": [100.0]}


def test_a_lorry_of_one_day_goes_no_further_than_a_continent():
    """Of loads of one day the farthest: 24,000 km is a digit too many. Km of a vehicle without a load, and a month's,
    are no journey.
    """
    loads = rows(mode="hgv", distance=[2400.0, 24_000.0, 30_000.0, 40_000.0], distance_unit="km", _unit="tonne.km",
                 mass=[12.0, 9.0, float("nan"), 10.0], mass_unit="t", _days=[1.0, 1.0, 1.0, 30.0])
    assert measured("freight", loads)["km by road in one row of a day"] == [24_000.0]


def test_the_longest_trip_of_a_mode_and_of_its_finer_ones():
    """A company car is held against the band of cars; miles are converted; a year's km in one row are no trip."""
    trips = rows(mode=["car.company", "car", "car"], distance=[100, 200, 30_000], distance_unit=["mile", "km", "km"],
                 nights=[np.nan] * 3, _days=[1, 1, 365])
    assert measured("travel", trips)["km by car"] == pytest.approx([200.0, 100 * 1.609344])


@pytest.mark.parametrize(("kind", "of", "band", "value"), [
    ("travel", {"mode": "hotel", "nights": [30.0, 60.0], "distance": [np.nan] * 2, "distance_unit": "",
                "_days": [1.0, 1.0]}, NIGHTS, 45.0),
    ("commuting", {"days": [200.0, 5.0], "answers": [3.0, 1.0], "distance": [5.0, 5.0], "distance_unit": "km",
                   "group": "all"}, DAYS, 151.25),
    ("refrigerants", {"gas": "R-134a", "_unit": "kg", "_amount": [1000.0, 2000.0]}, REFILLED, 3000.0),
    ("purchases", {"_amount": [100.0, 100.0, 100.0], "_vat": [20.0, 10.0, 0.0]}, VAT_OF_ROWS, 0.15),
    ("purchases", {"_amount": [120.0, 110.0, 100.0], "_vat": [20.0, 10.0, 20.0]}, VAT_INSIDE, 230 / 330),
    ("purchases", {"_amount": [1.0, 1.0, 1.0], "currency": ["USD", "EUR", "USD"], "country": ["FR", "FR", "US"]},
     HOME_CURRENCY, 0.5),
    ("energy", {"carrier": "electricity", "_unit": "electricity:kWh", "_amount": [1.0, 1.0],
                "_region": ["PL", "FR-84"]}, SITE_PLACE, 0.5)])
def test_means_sums_and_shares(kind: str, of: dict[str, object], band: str, value: float):
    """Worked by hand: means of stays and days by answers, sums of refills, VAT over amounts, odd rows over all."""
    stated = Stated(float("nan"), "FR", "EUR", {"oven": "FR"})
    assert [found.by_key.tolist() for found in limited(kind, rows(**of), stated) if found.measure == band] == [
        pytest.approx([value])]


def test_the_ledgers_money_is_held_against_the_meters_energy():
    """24,000 EUR of bills for 120,000 kWh are 0.2 a kWh; where some of the carrier has another unit, nothing is."""
    stated = Stated(float("nan"), "FR", "EUR", {}, spend={"energy:electricity": 24_000.0, "energy:natural_gas": 500.0})
    metered = bills([70_000.0, 50_000.0], [float("nan")] * 2)
    assert measured("energy", metered, stated) == {"EUR/kWh of electricity in the ledger in FR": [pytest.approx(0.2)]}
    gas = rows(carrier="natural_gas", _unit=["natural_gas:kWh HHV", "natural_gas:m3"], _amount=[1000.0, 50.0],
               _kg=[200.0, 100.0])
    assert measured("energy", gas, stated) == {"kg CO2e per EUR of natural gas in the ledger": [pytest.approx(0.6)]}


def test_a_site_with_its_floor_area_has_kwh_a_square_metre():
    """6,000 kWh on 40 m2; a site without an area has none."""
    stated = Stated(float("nan"), "FR", "EUR", {}, areas={"oven": 40.0})
    metered = bills([4000.0, 2000.0], [float("nan")] * 2)
    assert measured("energy", metered, stated) == {"kWh of electricity a square metre": [150.0],
                                                    "kWh of electricity a square metre of a building": [150.0]}
    assert measured("energy", metered.assign(site="shop"), stated) == {}


def test_a_survey_is_held_against_the_employees_and_a_mean_way():
    """Each headcount once: 300 people of 30; the mean way by answers, of ten or more."""
    survey = rows(group=["a", "a", "b"], headcount=[200.0, 200.0, 100.0], answers=[10.0, 5.0, 5.0],
                  distance=[10.0, 20.0, 40.0], distance_unit="km", days=[200.0] * 3)
    of = measured("commuting", survey, Stated(float("nan"), "FR", "EUR", {}, employees=30.0))
    assert of["headcount of the survey over the employees"] == [10.0]
    assert of["km one way, mean of the answers"] == [pytest.approx(20.0)]


def test_people_come_from_params_then_from_the_survey():
    """A headcount stands in each row of its group and counts once; without either, nobody is known."""
    survey = pd.DataFrame({"site": ["a", "a", "b"], "group": ["", "", ""], "headcount": [30.0, 30.0, 12.0]})
    assert people_of({2024: 40}, 2024, {"commuting": survey}) == 40
    assert people_of({2023: 40}, 2024, {"commuting": survey}) == 42
    assert np.isnan(people_of({}, 2024, {}))


def test_only_measures_with_a_limit_are_made():
    """Of a kind without published bands there is none."""
    assert measured("refrigerants", rows(gas="unheard-of", _unit="t", _amount=[3.0])) == {}


def test_the_sites_of_params_that_no_record_names():
    """Lyon has energy, Lille water alone; Brest has nothing and is asked for, unless params say when it came or went,
    or energy names no site of params at all.
    """
    records = {"energy": pd.DataFrame({"site": ["Lyon"]}), "water": pd.DataFrame({"site": ["lille"]})}

    def of(*answers: tuple[int, str], **changed: pd.DataFrame) -> object:
        params = SimpleNamespace(sites=dict.fromkeys(("lyon", "lille", "brest")), boundary=[
            Answer(site="brest", year=year, word=word) for year, word in answers])
        return _sites(params, 2024, records | changed)

    assert of() == of((2024, "opened")) == of((2025, "closed")) == (("lille",), ("brest",))
    assert of((2025, "opened")) == of((2024, "closed")) == (("lille",), ())
    assert of(energy=pd.DataFrame({"site": ["elsewhere"]})) == (("lille",), ())
