"""Ember's carbon intensity of electricity."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.factors.sources import ember


def test_ember_grams_become_kg_and_continents_are_left_out(write):
    """Namibia ("NAM") is a country, not a missing value; a continent, an empty figure and an old year are left out."""
    path = write("e.csv", "Entity,Code,Year,Carbon intensity\nNamibia,NAM,2023,50.5\nAsia,,2023,500\n"
                                       "France,FRA,2023,\nFrance,FRA,1999,60\nWorld,OWID_WRL,2023,470\n"
                          "Kosovo,OWID_KOS,2023,900\n")
    found = ember.import_ember(path, since=2000)
    assert found.table.set_index("region")["co2e_kg"].to_dict() == {"NA": 0.0505, "GLO": 0.47, "XK": 0.9}
    assert found.table["life_cycle"].all() and (found.read, found.kept) == (6, 3)
    assert set(found.left_out["reason"]) == {"not a country (continent, income group)", "no value", "before 2000"}


@pytest.mark.official
def test_official_ember_table(official):
    """6,332 lines; Germany 2023 is 362.92 g in the file, read by another way."""
    path = official("owid_ember/carbon-intensity-electricity.csv")
    found = ember.import_ember(path)
    assert found.read == 6332 and found.kept == len(found.table) and found.table["region"].nunique() > 200
    lines = pd.read_csv(path).query("Code == 'DEU' and Year == 2023")
    kg = found.table.set_index("page").loc["DEU:2023", "co2e_kg"]
    assert kg == pytest.approx(lines.iloc[0, 3] / 1000) == pytest.approx(0.36292)
