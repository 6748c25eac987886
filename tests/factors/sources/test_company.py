"""Importers of plain tables: Ember, SDES, residual mixes, the project's own layout, PACT."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from carbon.core.errors import FileRefused, TableError, UsageError
from carbon.factors import library, sources
from carbon.factors.sources import company, ember, pact, residual_mix, sdes

OFFICIAL = Path(__file__).parents[4] / "shared" / "data"
OWN_HEAD = "factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,part,tier,evidence,element_id\n"


def official(name: str) -> Path:
    path = OFFICIAL / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    return path


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_ember_grams_become_kg_and_continents_are_left_out(tmp_path: Path):
    """Namibia ("NAM") is a country, not a missing value; a continent, an empty figure and an old year are left out."""
    path = written(tmp_path / "e.csv", "Entity,Code,Year,Carbon intensity\nNamibia,NAM,2023,50.5\nAsia,,2023,500\n"
                                       "France,FRA,2023,\nFrance,FRA,1999,60\nWorld,OWID_WRL,2023,470\n")
    found = ember.import_ember(path, since=2000)
    assert found.table.set_index("region")["co2e_kg"].to_dict() == {"NA": 0.0505, "GLO": 0.47}
    assert found.table["life_cycle"].all() and (found.read, found.kept) == (5, 2)
    assert set(found.left_out["reason"]) == {"not a country (continent, income group)", "no value", "before 2000"}


def test_sdes_ratios_are_per_euro_at_basic_prices(tmp_path: Path):
    """75 kg per thousand euros of 2023 = 0.075 kg per euro; the column of another model is left out."""
    path = written(tmp_path / "s.csv", "nace_a64,label,sdes_ges501_2023_kgco2e_per_keur,figaro_x\n"
                                       "J62_63,Programming,75,80\n")
    found = sdes.import_sdes(path)
    row = found.table.iloc[0]
    assert (row["activity"], row["co2e_kg"], row["price_year"], row["price_basis"]) == (
        "purchase.nace.J62_63", 0.075, 2023, "basic")
    assert found.left_out["reason"].tolist() == ["another model's column"]


def test_residual_mixes_come_with_evidence(tmp_path: Path):
    """724.56 g CO2/kWh = 0.72456 kg, CO2 only and said so; no evidence, no figure, no region: left out, never 0."""
    path = written(tmp_path / "r.csv", "region;year;g_co2_per_kwh;evidence\nDE;2024;724.56;edition 2024, table 2\n"
                                       "AT;2024;;table 2\nIT;2024;441.2;\nItaly;2024;441.2;table 2\n")
    found = residual_mix.import_residual_mix(path)
    row = found.table.iloc[0]
    assert (row["activity"], row["region"], row["notes"]) == ("electricity.residual", "DE", "CO2 only")
    assert row["co2e_kg"] == pytest.approx(0.72456) and found.kept == 1
    assert set(found.left_out["reason"]) == {"no figure", "no evidence", "no ISO code"}


def test_own_factors_are_the_top_tier(tmp_path: Path):
    """A supplier's figure joins the library with its tier and evidence; a figure of 0 is a figure."""
    path = written(tmp_path / "factors.csv",
                   OWN_HEAD + "acme-1,electricity,FR,kWh,0,2024,2024,combustion,measured,contract 7,\n")
    own = company.read_overrides(path)
    row = own.iloc[0]
    assert (row["co2e_kg"], row["page"]) == (0.0, "contract 7")
    assert (row["source_id"], row["element_id"]) == ("company", "acme-1")
    assert library.load().with_overrides(own).overrides == {"acme-1": "measured"}


@pytest.mark.parametrize("line, message", [
    ("a,steel,GLO,tt,1,2024,,total,,EPD,", "`unit` is unknown"),
    ("a,steel,GLO,t,,2024,,total,,EPD,", "`co2e_kg` is no number"),
    ("a,steel,GLO,t,1,2024,,total,,,", "`evidence` is empty"),
    ("a,steel,France,t,1,2024,,total,,EPD,", "`region` is no ISO"),
    ("a,steel,GLO,t,-1,2024,,total,,EPD,", "removals are never netted"),
    ("a,steel,GLO,t,1,2024,2020,total,,EPD,", "lies before"),
    ("a,steel,GLO,t,1,2024,,smoke,,EPD,", "`part` is not one of"),
    ("a,steel,GLO,t,1,2024,,total,best,EPD,", "`tier` is not one of"),
    ("a,it,GLO,EUR,1,2024,,total,,EPD,", "needs `price_year`"),
    ("a,steel,GLO,t,1,2024,,total,,EPD,e\nb,steel,GLO,t,1,2024,,upstream,,EPD,e",
     "an element has both a `total` and parts"),
])
def test_own_factors_are_checked_like_packaged_ones(tmp_path: Path, line: str, message: str):
    """Each fault is named with its line."""
    with pytest.raises(TableError, match=re.escape(message)) as caught:
        company.read_overrides(written(tmp_path / "factors.csv", OWN_HEAD + line + "\n"))
    assert "factors.csv" in str(caught.value) and " 2 " in str(caught.value)


def test_unknown_columns_are_refused(tmp_path: Path):
    """A misspelt column would be a silent default."""
    with pytest.raises(FileRefused, match=re.escape("unknown columns ['valid_form']")):
        company.read_overrides(written(tmp_path / "f.csv", OWN_HEAD.replace("valid_to", "valid_form")))


PRODUCT = {"id": "0001", "specVersion": "3.0.0", "version": 2,
           "companyName": "Invented Steel", "productNameCompany": "Coil",
           "validityPeriodStart": "2024-01-01T00:00:00Z", "validityPeriodEnd": "2026-12-31T00:00:00Z",
           "pcf": {"declaredUnitOfMeasurement": "kilogram", "declaredUnitAmount": "1000",
                   "pcfExcludingBiogenicUptake": "1420.5", "geographyCountry": "DE",
                   "ipccCharacterizationFactors": ["AR6"]}}


def test_a_product_footprint_becomes_a_factor(tmp_path: Path):
    """1,420.5 kg per 1,000 kg = 1.4205 kg per kg, valid 2024 to 2026, in AR6."""
    found = pact.read_pact(written(tmp_path / "p.json", json.dumps(PRODUCT)), activity="material.steel").iloc[0]
    assert (found["co2e_kg"], found["unit"], found["region"], found["gwp_set"]) == (1.4205, "kg", "DE", "AR6GWP100")
    assert (found["valid_from"], found["valid_to"], found["tier"]) == (2024, 2026, "supplier-specific")


@pytest.mark.parametrize("change, code", [
    ({"specVersion": "2.1.0"}, "pact_version"),
    ({"pcf": {**PRODUCT["pcf"], "declaredUnitOfMeasurement": "bushel"}}, "pact_unit"),
    ({"pcf": {**PRODUCT["pcf"], "pcfExcludingBiogenicUptake": "much"}}, "pact_number"), ({"pcf": None}, "not_pact"),
])
def test_other_footprints_are_refused(tmp_path: Path, change: dict[str, object], code: str):
    """Another version, unit or shape is named, and nothing is guessed."""
    product = {k: v for k, v in {**PRODUCT, **change}.items() if v is not None}
    with pytest.raises(FileRefused) as caught:
        pact.read_pact(written(tmp_path / "p.json", json.dumps(product)), activity="material.steel")
    assert caught.value.code == code


def test_importers_are_found_by_name(tmp_path: Path):
    """The command line's names; an unknown one lists them."""
    path = written(tmp_path / "f.csv", OWN_HEAD + "a,material.steel,GLO,t,1,2024,,total,,EPD,\n")
    assert len(sources.import_source("own", path).table) == 1
    with pytest.raises(UsageError, match="No importer 'oracle'"):
        sources.import_source("oracle", path)


@pytest.mark.official
def test_official_ember_table():
    """6,332 lines; Germany 2023 is 362.92 g in the file, read by another way."""
    path = official("owid_ember/carbon-intensity-electricity.csv")
    found = ember.import_ember(path)
    assert found.read == 6332 and found.kept == len(found.table) and found.table["region"].nunique() > 200
    lines = pd.read_csv(path).query("Code == 'DEU' and Year == 2023")
    kg = found.table.set_index("page").loc["DEU:2023", "co2e_kg"]
    assert kg == pytest.approx(lines.iloc[0, 3] / 1000) == pytest.approx(0.36292)


@pytest.mark.official
def test_official_sdes_table():
    """62 sectors and the household one, two years: 126 ratios; J62_63 is 75 kg/kEUR in 2023."""
    found = sdes.import_sdes(official("sdes_ges501/sdes_ges501_fr_nace_a64_2022_2023.csv"))
    assert (found.read, found.kept) == (189, 126)
    assert found.table.set_index("factor_id").loc["sdes-fr-nace-j62-63-2023", "co2e_kg"] == 0.075
