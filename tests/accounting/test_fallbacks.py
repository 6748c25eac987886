"""Waste by another country's factor and boundary, electricity by a national average: warnings with their tonnes."""

from __future__ import annotations

import pandas as pd
import yaml

from carbon.accounting.company import inventory
from carbon.accounting.fallbacks import boundary_fallbacks, national_average_warning
from carbon.params.files.project import Project

WASTE = """period_start,period_end,site,material,treatment,quantity,unit
2024-01-01,2024-12-31,works,verre,valorisation énergétique,30000,kg
2024-01-01,2024-12-31,works,carton,enfouissement,10,t
2024-01-01,2024-12-31,works,emballages PET,incinération,1,t
2024-01-01,2024-12-31,works,vere,enfouissement,1,t
"""


def waste_inventory(root, country, text=WASTE):
    folder = root / "data" / "raw" / "waste" / "2024"
    for path in (folder, root / "params"):
        path.mkdir(parents=True)
    (root / "params" / "runs.yml").write_text("notebook: n.ipynb\nruns: [{company: waste, years: [2024]}]\n")
    params = {
        "company": "waste", "name": {"en": "Waste"}, "country": country, "currency": "EUR", "language": "en",
        "reporting_year_starts": "01-01", "consolidation": "operational_control", "base_year": 2024,
        "gwp": "AR5GWP100", "fx": "transaction_date", "scope2_headline": "location-based",
        "allow_mixed_gwp": ["ademe", "epa"], "factors": {
            "release": "2026.1", "regions": {country: [country, "GB"]}, "vintage": {"later": "refuse", "max_gap": 0},
            "price_basis": "as_is", "deflator": "none"},
        "travel": {"flight_bands": "desnz", "non_co2": "none", "rail": {"other": "rail.national"},
                   "flight_detour_km": 0, "rail_detour": 1.2, "road_detour": 1.3},
        "sites": {"works": country}, "files": [{"pattern": "waste.csv", "kind": "waste"}],
        "max_rejected_share": {"waste": {"rows": 1, "amount": 1}}}
    (root / "params" / "waste.yml").write_text(yaml.safe_dump(params))
    (folder / "waste.csv").write_text(text)
    return inventory("waste", 2024, project=Project(root))


def test_a_british_transport_only_factor_for_french_waste_is_no_silence(tmp_path):
    """The row names the boundary and the warning the tonnes; landfill has one boundary in both, PET has its own."""
    inv = waste_inventory(tmp_path, "FR")
    reasons = inv.emissions.set_index("activity")["reason"]
    assert reasons["waste.glass.combustion"] == "region fallback; boundary: transport only; converted"
    assert "region fallback" not in reasons["waste.packaging_pet.incineration"]
    warned = inv.warnings.loc[inv.warnings["code"] == "boundary_fallback", "text"].tolist()
    # 30 t x 6.41061 kg a tonne (DESNZ 2024) = 192.3 kg
    assert len(warned) == 1 and warned[0].startswith("30 t of waste in FR (0.192 t CO2e) are counted")
    assert "transport only (GB)" in warned[0] and "waste.glass.combustion" in warned[0]


def test_an_unknown_material_is_answered_with_the_choices_of_the_country(tmp_path):
    """Nearest first, of the regions where the row looks for its factor."""
    reject = waste_inventory(tmp_path, "FR").rejects.iloc[0]
    assert reject["value"] == "waste.vere.landfill"
    assert "nearest for FR: waste." in reject["what_to_do"]


def test_a_country_without_a_publisher_is_warned_of_every_boundary(tmp_path):
    """Whose landfills these are is not known either."""
    warned = waste_inventory(tmp_path, "DE").warnings["text"]
    assert warned.str.contains("own boundary: no packaged publisher").sum() == 2


def test_waste_by_its_own_country_is_no_fallback(make_emissions):
    """British waste by British factors, whatever they count."""
    row = {"activity": "waste.glass.combustion", "source_id": "desnz_2024", "unit": "t", "quantity": 5.0}
    assert boundary_fallbacks(make_emissions({**row, "region": "GB"})) == []
    assert len(boundary_fallbacks(make_emissions({**row, "region": "FR"}))) == 1


def test_the_warning_has_the_kwh_and_tonnes_of_each_country():
    """Each meter once, whatever the parts of its factor, by the location-based method; not those with a zone."""
    rows = pd.DataFrame([
        ("grid zone unknown: national average", "location-based", "US", "MWh", 2.0, 700.0, "combustion", "a"),
        ("grid zone unknown: national average", "location-based", "US", "MWh", 2.0, 20.0, "fugitive", "a"),
        ("unit slip suspected; grid zone unknown: national average", "location-based", "US", "kWh", 500.0, 180.0,
         "combustion", "b"),
        ("grid zone unknown: national average", "market-based", "US", "MWh", 2.0, 999.0, "combustion", "a"),
        ("", "location-based", "US-eGRID-RMPA", "kWh", 9.0, 9.0, "combustion", "c"),
    ], columns=["quality", "scope2_method", "region", "unit", "quantity", "co2e_kg", "part", "activity_id"])

    # 2 MWh + 500 kWh = 2,500 kWh; 700 + 20 + 180 = 900 kg = 0.9 t
    ((code, text),) = national_average_warning(rows)
    assert code == "zone_missing" and "2,500 kWh of electricity in US" in text and "0.9 t CO2e" in text
    assert "eGRID subregion" in text and national_average_warning(rows.iloc[4:]) == []
