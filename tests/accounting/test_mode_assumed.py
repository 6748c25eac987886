"""A bare word of freight that the params declare a mode for is counted, and a warning states its tonnes."""

from __future__ import annotations

import pytest
import yaml

from carbon.accounting.company import inventory
from carbon.params.files.project import Project

FREIGHT = """date,site,mode,direction,mass,mass_unit,distance,distance_unit
2024-03-01,works,sea,inbound,10,t,1000,km
2024-03-02,works,Fret maritime,inbound,10,t,1000,km
2024-03-03,works,parcels,inbound,1,t,100,km
"""


def freight_inventory(root, declared):
    folder = root / "data" / "raw" / "moves" / "2024"
    for path in (folder, root / "params"):
        path.mkdir(parents=True)
    (root / "params" / "runs.yml").write_text("notebook: n.ipynb\nruns: [{company: moves, years: [2024]}]\n")
    params = {
        "company": "moves", "name": {"en": "Moves"}, "country": "GB", "currency": "GBP", "language": "en",
        "reporting_year_starts": "01-01", "consolidation": "operational_control", "base_year": 2024,
        "gwp": "AR5GWP100", "fx": "transaction_date", "scope2_headline": "location-based", "factors": {
            "release": "2026.2", "regions": {"GB": ["GB"]}, "vintage": {"later": "refuse", "max_gap": 0},
            "price_basis": "as_is", "deflator": "none"},
        "travel": {"flight_bands": "desnz", "non_co2": "none", "rail": {"other": "rail.national"},
                   "flight_detour_km": 0, "rail_detour": 1.2, "road_detour": 1.3},
        "sites": {"works": "GB"}, "files": [{"pattern": "freight.csv", "kind": "freight"}], "freight_modes": declared,
        "max_rejected_share": {"freight": {"rows": 1, "amount": 1}}}
    (root / "params" / "moves.yml").write_text(yaml.safe_dump(params))
    (folder / "freight.csv").write_text(FREIGHT)
    return inventory("moves", 2024, project=Project(root))


def test_a_declared_word_is_counted_with_its_tonnes_in_a_warning(tmp_path):
    """2 x 10,000 tonne.km by the average container ship of DESNZ 2024 (0.01612 kg) and its upstream (0.00365)."""
    inv = freight_inventory(tmp_path, {"sea": "container_ship"})
    text = inv.warnings.set_index("code")["text"]["mode_assumed"]
    tonnes = float(text.rpartition(": ")[2].removesuffix(" t CO2e"))
    assert text.startswith("assumed: sea is freight.sea.container_ship.average (freight_modes): ")
    assert tonnes == pytest.approx(inv.emissions["co2e_kg"].sum() / 1000, abs=5e-4)
    assert tonnes == pytest.approx(20_000 * (0.01612 + 0.00365) / 1000, abs=5e-4)
    assert set(inv.emissions["quality"]) == {"assumed: sea is freight.sea.container_ship.average (freight_modes)"}


def test_undeclared_words_are_rejected_with_the_line_that_settles_them(tmp_path):
    """"parcels" has no mode of its own: the reject names the kinds and `freight_modes`."""
    rejects = freight_inventory(tmp_path, {}).rejects
    asked = dict(zip(rejects["value"], rejects["what_to_do"], strict=True))
    assert set(asked) == {"freight.sea", "freight.parcels"}
    assert "freight_modes.parcels" in asked["freight.parcels"] and "freight.van.*" in asked["freight.parcels"]
    assert "freight.sea.container_ship.average" in asked["freight.sea"]
