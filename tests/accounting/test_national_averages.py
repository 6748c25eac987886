"""Electricity at a national average where the country has grid zones."""

from __future__ import annotations

import pandas as pd

from carbon.accounting.national_averages import national_average_warning


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
