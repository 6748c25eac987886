"""The later year at the earlier year's factors, contracts and rates: each cause in its own step, by hand."""

import pandas as pd
import pytest
import republished as two

from carbon.accounting.years.bridge import FACTORS, STEPS, bridge
from carbon.accounting.years.constant_factors import rungs
from carbon.core import money
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.core.prices import price_ratio


def steps(start, end, **choices):
    made = bridge(start, end, **{"scope2_method": LOCATION, "driver": "none", **choices})
    return made, made.table.set_index("step")["kg"]


def only(kg, **expected):
    """These steps, and no other."""
    named = {step.replace("_", " "): value for step, value in expected.items()}
    assert {step: kg[step] for step in STEPS if abs(kg[step]) > 1e-9} == {
        step: pytest.approx(value) for step, value in named.items()}


def test_who_flew_more_did_not_reduce(tmp_path):
    """100,000 km at 0.20 kg, then 102,400 km at 0.18: 7.84 % less as published, 2.4 % more at constant factors; the
    edition is named with its kilograms.
    """
    start = two.year(tmp_path, 2024, things={"flight.average": 100_000})
    end = two.year(tmp_path, 2025, things={"flight.average": 102_400})
    made, kg = steps(start, end)
    only(kg, own_intensity=480.0, factor_editions=-2048.0)
    assert kg.iloc[-1] / kg.iloc[0] - 1 == pytest.approx(-0.0784)
    assert made.real_change == pytest.approx(0.024)
    assert made.moved_most == ("desnz_2024 → desnz_2025", pytest.approx(-2048.0))
    assert made.parts.iloc[0].tolist() == ["factor editions", "desnz_2024 → desnz_2025", pytest.approx(-2048.0),
                                           pytest.approx(18_432.0)]


def test_an_exchange_rate_is_no_change_of_the_company(tmp_path):
    """The same dollars on the same days: all of the change is the rate, and nothing is left at constant factors."""
    start, end = (two.year(tmp_path, y, dollars=10_000) for y in (2024, 2025))
    made, kg = steps(start, end)
    days = pd.to_datetime(pd.Series(["2024-03-03", "2024-09-03", "2025-03-03", "2025-09-03"]))
    rate = money.find_rates(pd.Series(["USD"] * 4), days, to="EUR", basis="transaction_date")["fx_rate"]
    moved = 5_000 * (rate[2] + rate[3] - rate[0] - rate[1]) * 0.10
    only(kg, exchange_rates_and_prices=moved)
    assert abs(moved) > 1
    assert made.real_change == pytest.approx(0.0, abs=1e-12)
    assert made.moved_most == ("exchange rate of USD", pytest.approx(moved))


def test_dollars_count_by_the_rates_of_the_earlier_year(tmp_path):
    """Twice the dollars: the growth at the earlier year's rates, whatever the dollar did."""
    start, end = two.year(tmp_path, 2024, dollars=10_000), two.year(tmp_path, 2025, dollars=20_000)
    made, kg = steps(start, end)
    assert made.real_change == pytest.approx(1.0)
    assert kg["own intensity"] == pytest.approx(start.total(LOCATION))
    assert kg["own intensity"] + kg["exchange rates and prices"] == pytest.approx(kg.iloc[-1] - kg.iloc[0])


def test_a_year_mean_is_the_rate_where_the_params_say_so(tmp_path):
    """fx: year_mean: the mean of each year, and the same dollars move by their difference."""
    project, choice = tmp_path, "fx: year_mean"
    try:
        two.PARAMS = (old := two.PARAMS).replace("fx: transaction_date", choice)
        start, end = (two.year(project, y, dollars=10_000) for y in (2024, 2025))
    finally:
        two.PARAMS = old
    rate = money.find_rates(pd.Series(["USD"] * 2), pd.Series([2024, 2025]), to="EUR", basis="year_mean")["fx_rate"]
    made, kg = steps(start, end)
    only(kg, exchange_rates_and_prices=10_000 * (rate[1] - rate[0]) * 0.10)
    assert made.real_change == pytest.approx(0.0, abs=1e-12)


def test_a_cleaner_grid_is_the_worlds(tmp_path):
    """2,000 kWh at 0.05, then at 0.04 of the same publication: -20 kg are the grid's, none the company's."""
    start, end = (two.year(tmp_path, y, kwh={"lyon": 2000}) for y in (2024, 2025))
    made, kg = steps(start, end)
    only(kg, grid=-20.0)
    assert made.real_change == pytest.approx(0.0, abs=1e-12)
    assert made.moved_most == ("", 0.0)
    assert made.parts["part"].tolist() == ["FR 2024 → 2025 (ember_owid_2026)"]


def test_a_re_estimate_of_the_same_year_is_an_edition(tmp_path):
    """0.40 was published for 2024; the edition that gives 0.30 for 2025 now says 0.35 for 2024: of -100 kg on 1,000
    kWh, half is the edition and half the grid. Without the figure of 2024 in the newer edition, all is the grid of one
    series whose editions have a year each.
    """
    books = two.library(two.RE_ESTIMATED)
    start = two.year(tmp_path, 2024, kwh={"berlin": 1000}, books=two.library())
    end = two.year(tmp_path, 2025, kwh={"berlin": 1000}, books=books)
    assert start.total(LOCATION) == pytest.approx(400.0)
    _, kg = steps(start, end)
    only(kg, factor_editions=-50.0, grid=-50.0)
    _, kg = steps(start, two.year(tmp_path, 2025, kwh={"berlin": 1000}))
    only(kg, grid=-100.0)


def test_a_publishers_change_of_method_is_no_cleaner_grid(tmp_path):
    """The British grid of 2025 is the grid's change; that of 2026 is the publisher's method, an edition, and named."""
    start, end, later = (two.year(tmp_path, y, kwh={"london": 1000}) for y in (2024, 2025, 2026))
    only(steps(start, end)[1], grid=-20.0)
    made, kg = steps(end, later)
    only(kg, factor_editions=-50.0)
    assert "method" in made.moved_most[0]


def test_a_suppliers_factor_is_a_purchasing_choice(tmp_path):
    """1,000 EUR of hosting at 0.50, then 1,200 EUR at 0.45 of the supplier's own: +100 kg are the company's at constant
    factors, -60 kg the supplier's.
    """
    start, end = two.year(tmp_path, 2024, hosting=1000), two.year(tmp_path, 2025, hosting=1200)
    made, kg = steps(start, end)
    only(kg, own_intensity=100.0, supplier_and_company_factors=-60.0)
    assert made.real_change == pytest.approx(0.2)
    assert made.parts["part"].tolist() == ["host-24 → host-25"]


def test_what_has_no_earlier_factor_is_listed(tmp_path):
    """The ferry is in the later edition alone: its 50 kg move no step but activity, and are listed as such."""
    start = two.year(tmp_path, 2024, things={"flight.average": 1000})
    end = two.year(tmp_path, 2025, things={"flight.average": 1000, "ferry.foot": 1000})
    made, kg = steps(start, end)
    only(kg, factor_editions=-20.0, own_intensity=50.0)
    late = made.parts[made.parts["part"].str.startswith("no earlier factor")]
    assert late[["part", "kg", "of_kg"]].values.tolist() == [["no earlier factor: desnz_2025 of 2025", 0.0, 50.0]]


CONTRACT = """instruments:
  - {{id: C-{year}, kind: contract, region: FR, start: {year}-01-01, end: {year}-12-31, kg_per_kwh: {rate},
     sites: [lyon], evidence: contract, rate_basis: direct, registry: test, cancelled_for: repub,
     certificates: cancelled,
     certificate_numbers: [A{year}-001..A{year}-900], cancelled_on: {next}-03-01, generated_from: {year}-01-01,
     generated_to: {year}-12-31}}
"""


def contract(year, rate):
    return CONTRACT.format(year=year, rate=rate, next=year + 1)


def test_a_contract_that_goes_on_moves_nothing(tmp_path):
    """All kWh of a site at 0.01 kg by a contract renewed each year, 10 % more of them: the growth at the contract's
    rate; nothing of it is a change of contracts. A contract that begins is one, and a purchasing choice.
    """
    start = two.year(tmp_path, 2024, kwh={"lyon": 1000}, params=contract(2024, 0.01))
    end = two.year(tmp_path, 2025, kwh={"lyon": 1100}, params=contract(2025, 0.01))
    assert [inv.total(MARKET) for inv in (start, end)] == [pytest.approx(10.0), pytest.approx(11.0)]
    made, kg = steps(start, end, scope2_method=MARKET)
    only(kg, own_intensity=1.0)
    assert made.real_change == pytest.approx(0.1)
    none = two.year(tmp_path, 2024, kwh={"lyon": 1000})
    made, kg = steps(none, end, scope2_method=MARKET)
    only(kg, own_intensity=5.0, grid=-11.0, market_instruments=11.0 - 44.0)
    assert made.real_change == pytest.approx(0.1)
    only(steps(none, end)[1], own_intensity=5.0, grid=-11.0)


def test_states_are_those_before_where_a_step_changes_nothing(tmp_path):
    """Only flights: the four steps after the editions leave one table, so that their bars are 0 and not a rounding."""
    start, end = (two.year(tmp_path, y, things={"flight.average": 1000.1}) for y in (2024, 2025))
    states = rungs(start, end).states
    assert states[0] is not states[1]
    assert all(state is states[1] for state in states[2:])
    _, kg = steps(start, end)
    assert kg[["grid", "market instruments", "supplier and company factors", "exchange rates and prices"]].tolist() == [
        0.0] * 4
    assert kg[FACTORS].tolist() == [0.0] * 3


def test_years_of_one_edition_have_no_edition_step(tmp_path):
    """A factor valid in both years is the same in both: 0, and shown."""
    books = two.library(two.factor("both", "flight.average", "passenger.km", 0.2, "desnz_2024", 2020, valid_to=9999),
                        without=("flight-24", "flight-25"))
    start, end = (two.year(tmp_path, y, things={"flight.average": q}, books=books) for y, q in ((2024, 9), (2025, 12)))
    made, kg = steps(start, end)
    only(kg, own_intensity=0.6)
    assert made.table["step"].tolist()[1:-1] == STEPS
    assert made.parts.empty


def test_the_change_of_a_history_is_given_at_constant_factors_too(tmp_path):
    """Less as published, more at constant factors, and the edition is named; backwards the kilograms change their
    sign. One scope has its own share.
    """
    start = two.year(tmp_path, 2024, things={"flight.average": 100_000}, kwh={"lyon": 1000})
    end = two.year(tmp_path, 2025, things={"flight.average": 102_400}, kwh={"lyon": 2000})
    history = two.history(start, end)
    change = history.change(2024, 2025, scope2_method=LOCATION)
    assert change.share == pytest.approx((102_400 * 0.18 + 80) / 20_050 - 1)
    assert change.constant_kg == pytest.approx(480 + 50)
    assert change.constant_share == pytest.approx(530 / 20_050)
    assert change.moved_most == "desnz_2024 → desnz_2025"
    assert "at constant factors +0.5 t CO2e (+2.6%), most moved by desnz_2024" in repr(change)
    back = history.change(2025, 2024, scope2_method=LOCATION)
    assert back.constant_kg == pytest.approx(-530.0)
    assert back.constant_share == pytest.approx(-530 / 20_580)
    made = history.bridge(2024, 2025, scope2_method=LOCATION, driver="none")
    assert made.real_change_of(["3"]) == pytest.approx(0.024)
    assert made.real_change_of(["1", "2", "3"]) == pytest.approx(made.real_change)
    assert made.real_change_of(["2"]) == pytest.approx(1.0)
    assert history.bridge(2024, 2025, scope2_method=LOCATION, driver="none") is made


def level(area, year):
    """The price level of a year against 2018."""
    years = pd.Series([2018]), pd.Series([year])
    return float(price_ratio(pd.Series([area]), *years, deflator="world_bank_gdp")["price_ratio"].iloc[0])


def test_a_price_level_is_no_change_of_the_company(tmp_path, monkeypatch):
    """The same euros of 2022 and 2023 by one factor in prices of 2018: the price level moved, nothing else did. With a
    new edition in prices of 2020: its step is at the prices of 2022, and the rest is the price level.
    """
    monkeypatch.setattr(two, "PARAMS", two.PARAMS.replace("deflator: none", "deflator: world_bank_gdp"))
    own = ("host-24", "host-25")
    one = two.factor("host", "purchase.hosting", "EUR", 0.5, "ademe_1", 2018, valid_to=9999, price_year=2018,
                     price_basis="purchaser")
    start, end = (two.year(tmp_path, y, hosting=1000, books=two.library(one, without=own)) for y in (2022, 2023))
    made, kg = steps(start, end)
    only(kg, exchange_rates_and_prices=500 * (1 / level("FR", 2023) - 1 / level("FR", 2022)))
    assert made.real_change == pytest.approx(0.0, abs=1e-12)
    assert made.moved_most[0] == "EUR: exchange rates and prices, 2022 → 2023"
    new = two.factor("host-new", "purchase.hosting", "EUR", 0.45, "ademe_2", 2023, valid_to=9999, price_year=2020,
                     price_basis="purchaser")
    old = {**one, "valid_to": 2022}
    start, end = (two.year(tmp_path, y, hosting=1000, books=two.library(old, new, without=own)) for y in (2022, 2023))
    _, kg = steps(start, end)
    then = 500 / level("FR", 2022)
    again, now = (450 * level("FR", 2020) / level("FR", y) for y in (2022, 2023))
    only(kg, factor_editions=again - then, exchange_rates_and_prices=now - again)


def test_a_year_that_is_no_calendar_year_asks_its_own_keys(tmp_path, monkeypatch):
    """April to March: the flights of one reporting year lie in two calendar years, each with its edition; the same
    kilometres a year later move by the editions alone.
    """
    monkeypatch.setattr(two, "PARAMS", two.PARAMS.replace('reporting_year_starts: "01-01"',
                                                          'reporting_year_starts: "04-01"'))
    books = two.library(two.factor("flight-23", "flight.average", "passenger.km", 0.22, "desnz_2023", 2023))
    inventories = []
    for y in (2024, 2025):
        two.year(tmp_path, y, things={"flight.average": 36_500}, books=books)
        path = tmp_path / "data" / "raw" / two.COMPANY / str(y) / "things.csv"
        path.write_text(path.read_text().replace(f"{y}-01-01,{y}-12-31", f"{y - 1}-04-01,{y}-03-31"))
        inventories.append(two.read(tmp_path, y, books))
    made, kg = steps(*inventories)
    assert kg["factor editions"] == pytest.approx(kg.iloc[-1] - kg.iloc[0])
    assert kg["factor editions"] < -1
    assert made.real_change == pytest.approx(0.0, abs=2e-5)
