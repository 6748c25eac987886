"""Lines of use: cloud machines, calls to models, metered kWh; what has no figure stays a line."""

from __future__ import annotations

import math

import pytest

from carbon.core.errors import CarbonError, MethodError
from carbon.digital.electricity import given_grid
from carbon.digital.services.lines import UseLine, cloud_kwh, defaults_of, embodied_share, parts_of, zone_grid
from carbon.digital.services.standalone import _standalone
from carbon.factors import load


def grid(zone: str, year: int):
    """Every zone on 0.05 kg a kWh."""
    return given_grid(0.05, zone=zone, year=year, source="a test")


def parts(item: str, detail: str, quantity: float, unit: str, **more) -> dict[tuple[str, str], tuple[float, str]]:
    """Value and reason of each tier and step of a line."""
    line = UseLine(item, detail, quantity, unit, more.pop("zone", "FR"), **more)
    return {(p.tier, p.step): (p.value, p.reason) for p in parts_of(line, 2025, grid)}


def test_the_share_of_a_machine_is_that_of_the_specification():
    """1,000 kg over four years, one hour: 1000 x 1 / (4 x 365 x 24) = 0.0285 kg (SCI 1.1); for 8 of 64, an eighth."""
    assert embodied_share(1000, 1, 4, 1, 1) == pytest.approx(1000 / 35040)
    assert round(1000 * embodied_share(1000, 1, 4, 1, 1)) in (28, 29)
    assert embodied_share(1000, 1, 4, 8, 64) == pytest.approx(1000 / 35040 / 8)
    with pytest.raises(MethodError):
        embodied_share(1000, 1, 4, 65, 64)


def test_a_cloud_machine_by_hand():
    """n2-standard-8 for 100 h: 8 x (0.6646 + 0.5 x 3.3506) W x 1.1; 1888.46 kg x 100 h / 35,040 h x 8 / 128."""
    kwh = 100 * 8 * (0.6646 + 0.5 * (4.0152 - 0.6646)) / 1000 * 1.1
    assert cloud_kwh(100, 8, 0.6646, 4.0152, utilisation=0.5, pue=1.1) == pytest.approx(kwh)
    found = parts("gcp", "n2-standard-8", 100, "h", zone="europe-west9")
    assert found["data centre", "use"][0] == pytest.approx(kwh * 0.05)
    assert found["data centre", "embodied"][0] == pytest.approx(1888.46 * 100 / 35040 * 8 / 128)
    names = defaults_of(UseLine("gcp", "n2-standard-8", 100, "h", "FR"))
    assert {n.rsplit(" ", 1)[-1] for n in names} == {
        "utilisation", "machine_lifespan_years", "pue", "vcpu", "vcpu_host"}


def test_a_machine_whose_name_states_no_cpus_is_asked_about():
    """t3.medium has no number in its name; with vcpu given it has its use, and an unknown machine lacks manufacture."""
    assert "give vcpu" in parts("aws", "t3.medium", 1, "h")["data centre", "life cycle"][1]
    assert parts("aws", "t3.medium", 1, "h", vcpu=2.0)["data centre", "use"][0] > 0
    unknown = parts("aws", "z9.huge", 1, "h", vcpu=2.0)
    assert unknown["data centre", "use"][0] > 0 and math.isnan(unknown["data centre", "embodied"][0])


def test_a_call_to_a_model_has_a_figure_only_of_that_model():
    """Mistral Large 2: 1.14 g an answer; Gemini: 0.24 Wh, manufacture not covered; another model: not covered."""
    assert parts("ai", "Mistral-Large-2", 1000, "response")["data centre", "life cycle"][0] == pytest.approx(1.14)
    gemini = parts("ai", "gemini-apps", 1000, "prompt")
    assert gemini["data centre", "use"][0] == pytest.approx(0.24 * 0.05)
    assert math.isnan(gemini["data centre", "embodied"][0])
    value, reason = parts("ai", "gpt-9", 1000, "response")["data centre", "life cycle"]
    assert math.isnan(value) and "gpt-9" in reason
    assert math.isnan(parts("saas", "Suite", 50, "user")["data centre", "life cycle"][0])


def test_metered_kilowatt_hours_are_converted_and_computers_take_the_pue():
    """1.2 MWh of the site is 60 kg; of the computers, at a PUE of 1.5, 90 kg; without a PUE it is not covered."""
    assert parts("electricity", "Host", 1.2, "MWh")["data centre", "use"][0] == pytest.approx(60)
    assert parts("it electricity", "Host", 1.2, "MWh", pue=1.5)["data centre", "use"][0] == pytest.approx(90)
    assert math.isnan(parts("it electricity", "Host", 1.2, "MWh")["data centre", "life cycle"][0])
    assert math.isnan(parts("electricity", "Host", 5, "kg")["data centre", "life cycle"][0])


def test_everyday_uses_fall_on_their_tiers():
    """Two hours of video: 55.6 g of network of the published table."""
    assert parts("streaming", "", 2, "h")["network", "life cycle"][0] == pytest.approx(2 * 0.02780804)


def test_a_cloud_region_has_its_providers_grid_else_its_countrys():
    """Google's Paris and Frankfurt differ and lack the upstream; Amazon's Paris is France, and a typo is refused."""
    policy, gwp = _standalone()
    library = load(policy.release)

    def of(zone):
        return zone_grid(library, zone=zone, year=2024, policy=policy, gwp=gwp)

    paris, frankfurt = of("europe-west9"), of("europe-west3")
    assert paris.operation_only and frankfurt.kg_per_kwh > 3 * paris.kg_per_kwh
    assert of("eu-west-3").kg_per_kwh == of("FR").kg_per_kwh and "country, FR" in of("eu-west-3").note
    with pytest.raises(CarbonError, match="no known region"):
        of("europe-west99")
    line = UseLine("gcp", "n2-standard-8", 1.0, "h", "europe-west9")
    missing = [p.reason for p in parts_of(line, 2024, lambda zone, year: of(zone)) if math.isnan(p.value)]
    assert len(missing) == 1 and "operation alone" in missing[0]


def test_an_unknown_machine_lists_the_mean_watts_that_it_takes():
    """No such machine at the provider: its virtual CPUs draw the mean of all, which is among the defaults."""
    line = UseLine("aws", "x9.invented", 10.0, "h", "FR", vcpu=4.0)
    assert [value for name, value in defaults_of(line).items() if "watts of a vCPU" in name] == ["1.01 to 3.81"]
    assert not any("watts" in name for name in defaults_of(UseLine("aws", "m5.large", 10.0, "h", "FR")))
