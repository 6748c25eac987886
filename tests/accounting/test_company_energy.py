"""Category 3 of a company's energy: whatever the country, each kWh is counted, inside a named figure, or listed."""

import pandas as pd
import pytest

from carbon.accounting.bulk import PerUnit
from carbon.accounting.company import inventory
from carbon.factors import grid_basis
from carbon.params.files.project import Project

PARAMS = """
company: c
name: {{en: C}}
country: FR
currency: EUR
language: en
reporting_year_starts: "01-01"
consolidation: operational_control
base_year: 2023
gwp: AR5GWP100
allow_mixed_gwp: [ademe, ember, eea]
fx: transaction_date
scope2_headline: market-based
factors:
  release: 2026.1
  regions: {{}}
  vintage: {{later: allow, max_gap: 3}}
  price_basis: as_is
  deflator: none
  prefer: [{prefer}]
{factors}
travel:
  flight_bands: ademe
  non_co2: as_published
  rail: {{other: rail.national}}
  flight_detour_km: 95
  rail_detour: 1.2
  road_detour: 1.3
sites: {{plant: {country}}}
files: [{{pattern: energy.csv, kind: energy}}]
{more}
"""
CERTIFICATE = """instruments:
  - {id: GO-1, kind: certificate, region: %s, start: 2023-01-01, end: 2023-12-31, kg_per_kwh: 0, volume_kwh: 120000,
     sites: [plant], rate_basis: direct, registry: registry of the test, certificate_numbers: [T-1..T-120],
     generated_from: 2023-01-01, generated_to: 2023-12-31, cancelled_for: c, cancelled_on: 2024-02-01,
     evidence: cancelled for the test}
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """The inventory of one site with 120,000 kWh of electricity (or other energy) in 2023."""
    monkeypatch.setattr(grid_basis, "loss_shares", lambda release: pd.DataFrame(
        [("US", 2023, 0.051, "epa_egrid_2023", "Table 1")],
        columns=["region", "year", "loss_share", "source_id", "page"]))

    def make(country, prefer, *, factors="", more="", energy="electricity,2023-01-01,2023-12-31,120000,kWh"):
        factors += "" if "parts_from" in factors else "\n  parts_from: {losses: [epa_egrid]}"
        raw = tmp_path / "data" / "raw" / "c" / "2023"
        raw.mkdir(parents=True)
        (tmp_path / "params").mkdir()
        (tmp_path / "params" / "runs.yml").write_text(
            "notebook: notebooks/annual_report.ipynb\nruns: [{company: c, years: [2023]}]\n")
        (tmp_path / "params" / "c.yml").write_text(PARAMS.format(
            country=country, prefer=prefer, factors=factors, more=more))
        (raw / "energy.csv").write_text(f"site,carrier,period_start,period_end,quantity,unit\nplant,{energy}\n")
        return inventory("c", 2023, project=Project(tmp_path))
    return make


def status(inv, category=3):
    return inv.by_category().set_index("category").loc[category, "status"]


def parts(inv):
    table = inv.energy_states()
    return {part: tuple(sorted(of["state"])) for part, of in table.groupby("part")}


def test_a_us_site_on_egrid_has_losses_and_names_the_kwh_without_upstream(site):
    """eGRID is combustion only: losses by the gross grid loss, upstream without a factor; never "no records"."""
    inv = site("US", "epa_egrid")
    assert parts(inv) == {"generation": ("counted",), "upstream": ("no factor",), "losses": ("counted",)}
    assert status(inv) == "partly: upstream of 120,000 kWh of electricity in US"
    lost = inv.emissions.loc[inv.emissions["part"] == "losses", "co2e_kg"].sum()
    assert lost == pytest.approx(120_000 * 0.351642 * 0.051 / 0.949, rel=1e-5)
    assert (inv.warnings["code"] == "energy_without_factor").sum() == 1
    scope3 = inv.by_scope().set_index("scope").loc["3"]
    assert scope3["status"] == status(inv) and scope3["co2e_kg"] == pytest.approx(lost)
    used = inv.explain("3.3")
    assert used.factors["page"].iloc[0].startswith("0.051 / (1 - 0.051) of epa-egrid-2023")
    assert "epa_egrid_2023" in set(inv.factor_sources["source_id"])


def test_a_named_pair_completes_the_us_site_and_is_said_to_be_an_estimate(site):
    """Ember minus eGRID of 2023: 0.39289 - 0.351642 kg/kWh, and its losses; the warning has the tonnes."""
    inv = site("US", "epa_egrid", factors="  upstream_pairs: {US: [ember, epa_egrid]}")
    assert status(inv) == "computed"
    rows = inv.emissions.set_index("part")
    upstream = 120_000 * (0.39289 - 0.351642)
    assert rows.loc["upstream", "co2e_kg"] == pytest.approx(upstream, rel=1e-4)
    assert rows.loc["losses", "co2e_kg"] == pytest.approx(120_000 * 0.39289 * 0.051 / 0.949, rel=1e-4)
    warned = inv.warnings.set_index("code").loc["upstream_estimated", "text"]
    assert f"{upstream / 1000:,.3g} t of upstream in US are an estimate" in warned
    assert "ember" in rows.loc["upstream", "factor_id"] and "epa-egrid" in rows.loc["upstream", "factor_id"]


def test_a_german_site_on_the_direct_factor_says_what_is_missing(site):
    """EEA is combustion only, and there is no loss share here: category 3 has no figure, and its kWh."""
    inv = site("DE", "eea")
    assert status(inv) == "no factor: upstream and losses of 120,000 kWh of electricity in DE"
    assert inv.by_category()["co2e_kg"].isna().all()
    assert inv.by_scope().set_index("scope").loc["3", "status"] == status(inv)
    assert inv.explain("3.3").formula == f"no rows: {status(inv)}"


def test_a_publisher_with_parts_is_complete(site):
    """DESNZ states generation, upstream and losses: nothing is added, nothing is missing."""
    inv = site("GB", "desnz")
    assert parts(inv) == dict.fromkeys(("generation", "upstream", "losses"), ("counted",))
    assert status(inv) == "computed" and "energy_without_factor" not in set(inv.warnings["code"])


def test_parts_of_another_source_of_the_same_place_by_name(site):
    """France 2023 by EEA is combustion only: upstream and losses of Base Carbone 2022 where the params name it."""
    inv = site("FR", "eea", factors="  parts_from: {upstream: [ademe_base], losses: [ademe_base]}")
    assert status(inv) == "computed"
    rows = inv.emissions.set_index("part")
    assert rows.loc["upstream", "co2e_kg"] == pytest.approx(120_000 * 0.0135)
    assert rows.loc["losses", "co2e_kg"] == pytest.approx(120_000 * 0.00474)
    assert "published factor of this part alone" in rows.loc["losses", "reason"]
    assert "older vintage" in rows.loc["losses", "reason"]


def test_a_certificate_on_a_life_cycle_grid_removes_the_generation_only(site):
    """120,000 kWh under a certificate: scope 2 market-based is 0, and their upstream is listed, not gone."""
    inv = site("DE", "ember", factors="  life_cycle_grid: [DE]", more=CERTIFICATE % "DE")
    assert inv.by_scope().set_index("scope2_method").loc["market-based", "co2e_kg"] == 0
    assert "upstream and losses of 120,000 kWh of electricity in DE" in status(inv)


def test_with_a_named_pair_it_stays_in_category_3_of_both_totals(site):
    """The life-cycle factor is split: the location-based total is the life cycle, the market-based one its upstream."""
    inv = site("DE", "ember", factors="  life_cycle_grid: [DE]\n  upstream_pairs: {DE: [ember, eea]}",
               more=CERTIFICATE % "DE")
    assert inv.total("location-based") == pytest.approx(120_000 * 0.36292, rel=1e-6)
    assert inv.total("market-based") == pytest.approx(120_000 * (0.36292 - 0.329), rel=1e-6)
    assert status(inv) == "partly: losses of 120,000 kWh of electricity in DE"


def test_a_life_cycle_grid_without_certificate_holds_its_upstream(site):
    """Ember is per generated kWh: the upstream is inside scope 2, the losses are not in any figure."""
    inv = site("DE", "ember", factors="  life_cycle_grid: [DE]")
    assert parts(inv) == {"generation": ("counted",), "upstream": ("inside another figure",), "losses": ("no factor",)}
    assert "its upstream is inside this figure" in inv.emissions["reason"].iloc[0]


def test_a_scope_without_records_is_no_zero(site):
    """No fuel: scope 1 reads "no records" in every view, and its figure is missing."""
    inv = site("GB", "desnz")
    one = inv.by_scope().set_index("scope").loc["1"]
    assert one["status"] == "no records" and pd.isna(one["co2e_kg"])
    assert "no records" in str(inv).splitlines()[1] and "Scope 1" in str(inv).splitlines()[1]
    assert inv.explain("scope1").formula == "no rows: no records"


def test_heat_and_fuel_of_combustion_factors_are_listed_too(site):
    """US steam by EPA: its upstream and losses have no factor."""
    inv = site("US", "epa", energy="steam,2023-01-01,2023-12-31,120000,kWh")
    assert parts(inv) == {"generation": ("counted",), "upstream": ("no factor",), "losses": ("no factor",)}


def test_long_ledgers_and_sql_have_the_same_parts(site):
    """One unit of the key, by the path of long ledgers, times the kWh is the inventory, line by line."""
    inv = site("US", "epa_egrid", factors="  upstream_pairs: {US: [ember, epa_egrid]}")
    keys = pd.DataFrame([{"activity": "electricity", "unit": "kWh", "scope": "2", "category": 0, "region": "US",
                          "year": 2023}])
    joined = PerUnit(inv.params, inv.library).to_table(keys)
    by = ["part", "scope2_method"]
    kg = joined.assign(co2e_kg=joined["kg_per_unit"] * 120_000).groupby(by)["co2e_kg"].sum()
    pd.testing.assert_series_equal(kg, inv.emissions.groupby(by)["co2e_kg"].sum(), rtol=1e-12)
    assert set(joined["part"]) == {"combustion", "upstream", "losses"}


def test_calculated_parts_have_an_uncertainty(site):
    """They are drawn like any factor, and are never offered as factors to choose from."""
    inv = site("US", "epa_egrid", factors="  upstream_pairs: {US: [ember, epa_egrid]}")
    interval = inv.uncertainty().table.set_index("figure").loc["3.3"]
    assert interval["low_kg"] < interval["co2e_kg"] < interval["high_kg"]
    assert not inv.library.table["factor_id"].str.startswith("derived.").any()
