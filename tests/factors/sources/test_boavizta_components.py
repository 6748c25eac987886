"""Server components by the user's boaviztapi: formulas on invented figures, published cases on its own."""

from __future__ import annotations

import os
from importlib import metadata

import pytest
import yaml

from carbon.core.errors import FileRefused, UsageError
from carbon.factors.sources.boavizta_components import Chip, Memory, read_components, server_components

FOLDER = os.environ.get("BOAVIZTAPI_DATA")
INVENTED = {
    "cpu": {"gwp": {"die_impact": 0.02, "impact": 10.0}, "adp": {"die_impact": 6e-9, "impact": 0.02}},
    "ram": {"gwp": {"die_impact": 2.0, "impact": 5.0}, "adp": {"die_impact": 6e-5, "impact": 0.002}},
    "ssd": {"gwp": {"die_impact": 2.0, "impact": 6.0}, "adp": {"die_impact": 6e-5, "impact": 5e-4}},
    "hdd": {"gwp": {"impact": 30.0}, "adp": {"impact": 2e-4}},
    "motherboard": {"gwp": {"impact": 60.0}, "adp": {"impact": 4e-3}},
    "power_supply": {"gwp": {"impact": 24.0}, "adp": {"impact": 8e-3}},
    "assembly": {"gwp": {"impact": 7.0}, "adp": {"impact": 1e-6}},
    "case": {key: {"rack": {"impact": 150.0}, "blade": {"impact_blade_server": 30.0, "impact_blade_16_slots": 800.0}}
             for key in ("gwp", "adp")},
}
R740 = {"cpus": [Chip(2, 637.1)], "ram": [Memory(12, 32, 1.79)], "ssds": [Memory(1, 400, 50.6)], "hdds": 0,
        "power_supplies_kg": [2.99, 2.99], "case": "rack"}


def read(folder, factors):
    """The component factors of a folder that holds them."""
    (folder / "factors.yml").write_text(yaml.safe_dump(factors), encoding="utf-8")
    return read_components(folder)


def kg(table) -> dict[str, float]:
    """Climate change of each component."""
    return table.set_index("component")["climate_change"].to_dict()


def test_a_server_is_the_sum_of_its_components(tmp_path):
    """2 x (637.1 mm2 x 0.02 + 10) of processors, 12 x (32 / 1.79 x 2 + 5) of memory, 5.98 kg x 24 of supplies."""
    table = server_components(read(tmp_path, INVENTED), **R740)
    found = kg(table)
    assert found["cpu"] == pytest.approx(2 * (637.1 * 0.02 + 10))
    assert found["ram"] == pytest.approx(12 * (32 / 1.79 * 2 + 5))
    assert found["ssd"] == pytest.approx(400 / 50.6 * 2 + 6) and found["hdd"] == 0
    assert found["power_supply"] == pytest.approx(5.98 * 24)
    assert found["server"] == pytest.approx(sum(v for name, v in found.items() if name != "server"))
    assert table["source"].str.contains("AGPL").all()
    blade = server_components(read(tmp_path, INVENTED), **{**R740, "case": "blade"})
    assert kg(blade)["case"] == pytest.approx(30 + 800 / 16)


def test_a_die_impact_per_cm2_is_the_same_server(tmp_path):
    """Older versions write 2.0 per cm2 for what newer ones write as 0.02 per mm2; anything between is refused."""
    per_cm2 = {"gwp": {"die_impact": 2.0, "impact": 10.0}, "adp": {"die_impact": 6e-7, "impact": 0.02}}
    older = {**INVENTED, "cpu": per_cm2}
    newer = server_components(read(tmp_path, INVENTED), **R740)
    assert kg(server_components(read(tmp_path, older), **R740)) == pytest.approx(kg(newer))
    unclear = {**INVENTED, "cpu": {"gwp": {"die_impact": 200.0, "impact": 10.0}, "adp": {"die_impact": 0, "impact": 0}}}
    with pytest.raises(FileRefused, match="die impact"):
        server_components(read(tmp_path, unclear), **R740)


def test_a_file_without_a_component_is_refused(tmp_path):
    """A version with other names is refused by the component that it lacks; no folder and no package is a sentence."""
    with pytest.raises(FileRefused, match="no ssd"):
        read(tmp_path, {name: value for name, value in INVENTED.items() if name != "ssd"})
    with pytest.raises(UsageError, match="No case"):
        server_components(read(tmp_path, INVENTED), **{**R740, "case": "tower"})


def _installed() -> bool:
    try:
        return any(f.name == "factors.yml" for f in metadata.distribution("boaviztapi").files or [])
    except metadata.PackageNotFoundError:
        return False


@pytest.mark.official
@pytest.mark.skipif(FOLDER is None and not _installed(), reason="no boaviztapi, nor a folder in BOAVIZTAPI_DATA")
def test_the_published_cases_of_boavizta_are_met():
    """boaviztapi's own tests: 43.38 and 0.04081 for two processors, 534.6 and 0.0338 for twelve modules, 23.73 and
    0.001061 for a disk.
    """
    table = server_components(read_components(FOLDER), **R740).set_index("component")
    assert table["climate_change"][["cpu", "ram", "ssd"]].tolist() == pytest.approx([43.38, 534.6, 23.73], rel=1e-3)
    minerals = table["resource_minerals"][["cpu", "ram", "ssd"]].tolist()
    assert minerals == pytest.approx([0.04081, 0.0338, 0.001061], rel=1e-3)


@pytest.mark.official
@pytest.mark.skipif(FOLDER is None and not _installed(), reason="no boaviztapi, nor a folder in BOAVIZTAPI_DATA")
def test_more_published_components_of_boavizta_are_met():
    """boaviztapi (15878f04), tests/unit/compute/test_bottom_up.py: two processors of 24 cores of 24.5 mm2, a hard disk,
    two power supplies of 2.99 kg, a motherboard, the assembly and a blade's case.
    """
    parts = {**R740, "cpus": [Chip(2, 24 * 24.5)], "hdds": 1, "case": "blade"}
    table = server_components(read_components(FOLDER), **parts).set_index("component")
    published = {"cpu": (41.45, 0.04081), "hdd": (31.11, 0.00025), "power_supply": (145.3, 0.04963),
                 "motherboard": (66.1, 0.00369), "assembly": (6.68, 1.41e-6), "case": (85.9, 0.02767)}
    for name, values in published.items():
        row = table.loc[name, ["climate_change", "resource_minerals"]]
        assert row.astype(float).tolist() == pytest.approx(values, rel=3e-4), name
