"""Market-based lines of scope 2: instruments first, then the residual mix, then the grid average with a flag."""


import pytest
from one_meter import POWER, instrument, totals

from carbon.core.errors import MethodError, UnitError
from carbon.emissions.market import meters


def test_one_meter_gives_two_figures_and_category_3_once(make_activities, emissions_of):
    """Generation stands twice, losses and upstream once."""
    emissions = emissions_of(make_activities(POWER))
    lines = {(e.part, e.scope, e.category, e.scope2_method): e.co2e_kg for e in emissions.itertuples()}

    assert lines == {
        ("combustion", "2", 0, "location-based"): 50.0,  # 1000 kWh x 0.05
        ("combustion", "2", 0, "market-based"): 50.0,
        ("losses", "3", 3, ""): 4.0,
        ("upstream", "3", 3, ""): 10.0,
    }


def test_without_instruments_the_residual_mix_is_taken(make_activities, emissions_of):
    """All kWh take the residual mix; the location figure does not move."""
    emissions = emissions_of(make_activities(POWER), residual=[{"co2e_kg": 0.08}])

    assert totals(emissions) == {"location-based": 50.0, "market-based": 80.0}


def test_no_residual_mix_is_the_grid_average_with_a_flag(make_activities, emissions_of):
    """Never zero: the grid's average, and the line says so."""
    emissions = emissions_of(make_activities(POWER))
    market = emissions[emissions["scope2_method"] == "market-based"]

    assert market["reason"].item() == "no residual mix published: grid average"
    assert market["co2e_kg"].item() == 50.0


def test_the_residual_mix_of_another_region_is_not_taken(make_activities, emissions_of):
    """A fallback along the region chain would say nothing of this region's market."""
    emissions = emissions_of(make_activities(POWER), residual=[{"co2e_kg": 0.4, "region_used": "EU27"}])

    assert totals(emissions)["market-based"] == 50.0


def test_a_zone_takes_the_residual_mix_of_its_country(make_activities, emissions_of):
    """A country is the market of its zones; a country never takes the mix of one of its zones."""
    mix = [{"co2e_kg": 0.081, "region_used": "AU"}]
    zone = emissions_of(make_activities({**POWER, "region": "AU-NSW"}), residual=mix)
    assert totals(zone)["market-based"] == pytest.approx(81.0)
    country = emissions_of(make_activities({**POWER, "region": "AU"}), residual=[{**mix[0], "region_used": "AU-NSW"}])
    assert totals(country)["market-based"] == 50.0


def test_a_zero_carbon_contract_gives_zero(make_activities, emissions_of):
    """Zero is the contract's figure, not the grid's; category 3 stays."""
    emissions = emissions_of(make_activities(POWER), instrument(), residual=[{"co2e_kg": 0.08}])

    assert totals(emissions) == {"location-based": 50.0, "market-based": 0.0}
    assert emissions.loc[emissions["category"] == 3, "co2e_kg"].sum() == 14.0
    assert "instrument:GO-1" in emissions["factor_id"].tolist()


def test_a_residual_mix_of_the_company_replaces_the_librarys(make_activities, emissions_of):
    """kind residual_mix: all kWh of the region that nothing else covers."""
    own = instrument(id="aib", kind="residual_mix", kg_per_kwh=0.06, volume_kwh=None)
    emissions = emissions_of(make_activities(POWER), own, residual=[{"co2e_kg": 0.08}])

    assert totals(emissions)["market-based"] == 60.0


def test_negative_energy_is_refused(make_activities, emissions_of):
    """Exported power is not negative scope 2."""
    with pytest.raises(MethodError, match="are negative"):
        emissions_of(make_activities({**POWER, "quantity": -5.0}))


def test_power_is_not_energy(make_activities, emissions_of):
    """kW cannot be set against certificates."""
    with pytest.raises(UnitError, match="kWh, MWh or GWh"):
        emissions_of(make_activities({**POWER, "unit": "kW"}))


def test_megawatt_hours_meet_kilowatt_hours(make_activities, emissions_of):
    """1 MWh with a certificate of 400 kWh: 0.6 MWh take the grid's 50 kg/MWh = 30 kg."""
    factors = {"electricity": [{"part": "combustion", "co2e_kg": 50.0}]}
    emissions = emissions_of(make_activities({**POWER, "quantity": 1.0, "unit": "MWh"}), instrument(volume_kwh=400.0),
                             factors=factors)

    assert totals(emissions)["market-based"] == pytest.approx(30.0)


def test_district_heat_has_two_figures_too(make_activities, emissions_of):
    """Without a contract the network's average, flagged; certificates of power do not serve heat."""
    heat = {**POWER, "activity": "district_heat"}
    emissions = emissions_of(make_activities(heat), instrument(),
                             factors={"district_heat": [{"part": "combustion", "co2e_kg": 0.1}]})

    assert totals(emissions) == {"location-based": 100.0, "market-based": 100.0}
    assert emissions["reason"].tolist() == ["exact", "no contractual instrument: network average"]


def test_heat_has_its_own_instruments(make_activities, emissions_of):
    """600 of 1000 kWh of heat at 0.02, the rest at the network's 0.1: 12 + 40 = 52 kg; location-based stays."""
    heat = {**POWER, "activity": "district_heat", "unit": "MWh", "quantity": 1.0}
    emissions = emissions_of(make_activities(heat), instrument(carrier="heat", volume_kwh=600.0, kg_per_kwh=0.02),
                             factors={"district_heat": [{"part": "combustion", "co2e_kg": 100.0}]})

    assert totals(emissions) == {"location-based": 100.0, "market-based": pytest.approx(52.0)}


def test_steam_by_mass_is_served_by_no_instrument(make_activities, emissions_of):
    """Kilograms of steam have no kWh: they keep the network's average."""
    steam = {**POWER, "activity": "steam", "unit": "kg"}
    emissions = emissions_of(make_activities(steam), instrument(carrier="steam"),
                             factors={"steam": [{"part": "combustion", "co2e_kg": 0.1}]})

    assert totals(emissions)["market-based"] == 100.0


def test_a_claim_without_proof_is_not_zero(make_activities, emissions_of):
    """A green tariff whose certificates nobody accounts for raises an error with the remedy: it lowers no figure."""
    tariff = instrument(kind="supplier_rate", certificates="", delivered_rate=False)
    with pytest.raises(MethodError, match="is not stated") as refused:
        emissions_of(make_activities(POWER), tariff)
    assert "delivered_rate" in str(refused.value)


def test_a_meter_at_zero_keeps_both_lines(make_activities, emissions_of):
    """Zero is a reading: it stands in both methods."""
    emissions = emissions_of(make_activities({**POWER, "quantity": 0.0}), instrument())

    assert emissions.loc[emissions["scope"] == "2", "scope2_method"].tolist() == ["location-based", "market-based"]


@pytest.mark.parametrize("unit", [None, "m3", ""])
def test_electricity_in_no_unit_of_it_takes_no_other_rows(make_activities, unit):
    """A reading without a unit, or in one that is not electricity's, is refused by name; MWh and kWh are told apart."""
    readings = make_activities(POWER, {**POWER, "unit": "MWh"})
    assert meters(readings)["kwh"].tolist() == [1000.0, 1_000_000.0]

    readings.loc[1, "unit"] = unit
    with pytest.raises(UnitError, match="Electricity must be in kWh") as refused:
        meters(readings)
    assert "a1" in str(refused.value) and "a0" not in str(refused.value)
