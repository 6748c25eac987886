"""Every total follows a second time from quantity x conversion x factor, by a program without code of the first."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import pandas as pd
import pytest

from carbon.accounting import inventory
from carbon.runs.publish.parquet import TABLES, to_parquet
from carbon.runs.review import second_path
from carbon.runs.review.second_path import LOCATION, MARKET, compare, lines

READ = ("activities", "resolution", "keys", "factors", "emissions", "inventory")
POWER = ("electricity", "MWh", "FR", 2024, "2")
RESIDUAL = ("electricity.residual", "MWh", "FR", 2024, "2")


def activity(name: str, key: tuple, quantity: float, *, category: int = 0, group: str = "", kind: str = "energy"):
    return {"activity_id": name, **dict(zip(second_path.KEY, key, strict=True)), "quantity": quantity,
            "category": category, "group": group, "kind": kind}


def part(key_id: int, factor_id: str, part: str, *, conversion: float = 1.0, reason: str = "exact"):
    return {"key_id": key_id, "factor_id": factor_id, "element_id": factor_id.split("/")[0], "part": part,
            "conversion": conversion, "reason": reason, "gwp_used": "AR5GWP100"}


def factor(factor_id: str, kg: float, *, unit: str = "kWh", composition: str = "", kyoto: bool = True, **gases: float):
    columns = dict.fromkeys(("co2_kg", "ch4_fossil_kg", "ch4_nonfossil_kg", "n2o_kg"), math.nan)
    return {"factor_id": factor_id, "element_id": factor_id.split("/")[0], "co2e_kg": kg, "unit": unit,
            "composition": composition, "kyoto": kyoto, **columns, **gases}


def split(name: str, factor_id: str, quantity: float):
    return {"activity_id": name, "factor_id": factor_id, "scope2_method": MARKET, "quantity": quantity}


WORLD = {
    "activities": [
        activity("power", POWER, 2.0), activity("sold", POWER, 1.0, group="electricity.own_sold"),
        activity("gas", ("leak.r407c", "t", "FR", 2024, "1"), 0.002),
        activity("old", ("leak.r22", "kg", "FR", 2024, "1"), 3.0),
        activity("boiler", ("natural_gas", "kWh", "FR", 2024, "1"), 100.0),
        activity("fuel", ("diesel", "L", "FR", 2024, "3"), 10.0, category=11, group="fuels sold", kind="product_use"),
        activity("car", ("car", "km", "FR", 2024, "1"), 50.0)],
    "keys": [{"key_id": at, **dict(zip(second_path.KEY, key, strict=True))} for at, key in enumerate((
        POWER, RESIDUAL, ("leak.r407c", "t", "FR", 2024, "1"), ("leak.r22", "kg", "FR", 2024, "1"),
        ("natural_gas", "kWh", "FR", 2024, "1"), ("diesel", "L", "FR", 2024, "3"), ("car", "km", "FR", 2024, "1")))],
    "resolution": [
        part(0, "grid/c", "combustion", conversion=1000.0), part(0, "grid/u", "upstream", conversion=1000.0),
        part(1, "residual/c", "combustion", conversion=1000.0),
        part(2, "r407c/f", "fugitive", conversion=1000.0, reason="converted; recomputed from gases"),
        part(3, "r22/f", "fugitive"), part(4, "ch4/c", "combustion", reason="recomputed from gases"),
        part(5, "diesel/c", "combustion"), part(5, "diesel/u", "upstream"),
        part(6, "car/u", "use"), part(6, "car/m", "manufacture")],
    "factors": [
        factor("grid/c", 0.05), factor("grid/u", 0.01), factor("residual/c", 0.06), factor("instrument:WIND", 0.0),
        factor("r407c/f", 1774.0, unit="kg", composition="HFC-32:0.23;HFC-125:0.25;HFC-134a:0.52"),
        factor("r22/f", 1760.0, unit="kg", kyoto=False),
        factor("ch4/c", 9.9, co2_kg=0.2, ch4_nonfossil_kg=0.001, n2o_kg=0.0001),
        factor("diesel/c", 2.5, unit="L"), factor("diesel/u", 0.6, unit="L"), factor("car/u", 0.2, unit="km"),
        factor("car/m", 0.04, unit="km")],
    "emissions": [split("power", "instrument:WIND", 0.5), split("power", "residual/c", 1.5),
                  split("sold", "residual/c", 1.0)],
    "inventory": [],
}
BY_HAND = {
    # 2 MWh x 1000 x 0.05; own generation whose certificates were sold is no emission on site.
    ("2", 0, LOCATION): 100.0,
    # 0.5 MWh of wind at 0, 1.5 MWh and the sold MWh at the residual mix: 2.5 x 1000 x 0.06.
    ("2", 0, MARKET): 150.0,
    # 2 MWh x 1000 x 0.01.
    ("3", 3, ""): 20.0,
    # 2 kg of R-407C by AR5: 0.23 x 677 + 0.25 x 3170 + 0.52 x 1300 = 1624.21 (not the 1774 of AR4); HCFC-22 is outside;
    # 100 x (0.2 + 0.001 x 28 + 0.0001 x 265); 50 km x 0.2, and not the manufacture of the company's own car.
    ("1", 0, ""): 2 * 1624.21 + 100 * (0.2 + 0.028 + 0.0265) + 10.0,
    # 10 L x 2.5; what was emitted before the sale is in the seller's other scopes.
    ("3", 11, ""): 25.0,
}


def write(folder: Path, world: dict) -> Path:
    for name, rows in world.items():
        (folder / f"{name}.parquet").write_bytes(to_parquet(pd.DataFrame(rows)))
    return folder


def stated(kilograms: dict) -> list[dict]:
    return [{"scope": s, "category": c, "scope2_method": m, "co2e_kg": kg, "rows": 1}
            for (s, c, m), kg in kilograms.items()]


def test_totals_are_those_worked_by_hand(tmp_path):
    """Conversions, blends, gases, contracts, residual mix, own generation sold and parts outside, each by hand."""
    found = compare(write(tmp_path, {**WORLD, "inventory": stated(BY_HAND)}))
    assert {(r["scope"], r["category"], r["scope2_method"]) for r in found} == set(BY_HAND)
    assert [r for r in found if not r["agrees"]] == []


@pytest.mark.parametrize("line", BY_HAND)
def test_a_total_that_is_a_little_wrong_differs(tmp_path, line):
    """A billionth of a line is a difference; a line that the inventory lacks, or has on its own, is one too."""
    wrong = {**BY_HAND, line: BY_HAND[line] * (1 + 1e-9)}
    without = {key: kg for key, kg in BY_HAND.items() if key != line}
    for kilograms, others in ((wrong, []), (without, []), ({**BY_HAND, ("3", 5, ""): 1.0}, [("3", 5, "")])):
        found = compare(write(tmp_path, {**WORLD, "inventory": stated(kilograms)}))
        differing = [(r["scope"], r["category"], r["scope2_method"]) for r in found if not r["agrees"]]
        assert differing == (others or [line])


@pytest.mark.parametrize(("table", "rows", "reason"), [
    ("emissions", [split("power", "instrument:WIND", 0.5), split("power", "residual/c", 1.4),
                   split("sold", "residual/c", 1.0)], r"power: 1\.9 of 2\.0 MWh"),
    ("emissions", [split("power", "car/u", 2.0), split("sold", "residual/c", 1.0)], "car/u is no factor of this meter"),
    ("resolution", [r for r in WORLD["resolution"] if r["key_id"] != 4], "boiler: no factor"),
    ("resolution", [*WORLD["resolution"], part(4, "ch4/c", "contrails")], "contrails has no place in scope 1"),
])
def test_what_does_not_follow_ends_with_its_activity(tmp_path, table, rows, reason):
    """A meter that is not wholly served, a foreign factor, an activity without one, a part without a place."""
    with pytest.raises(ValueError, match=reason):
        list(lines(write(tmp_path, {**WORLD, table: rows})))


@pytest.mark.parametrize("company", ["petit-studio", "nuage-logiciels"])
def test_totals_of_the_example_companies_follow(tmp_path, company):
    """Every line of every scope of a real inventory, and no more kilograms than its tables have."""
    of = inventory(company, 2024)
    for name in READ:
        (tmp_path / f"{name}.parquet").write_bytes(to_parquet(getattr(of, TABLES[name])))
    found = compare(tmp_path)
    assert len(found) == int((of.table["rows"] > 0).sum()) >= 8
    assert [r for r in found if not r["agrees"]] == []


def test_the_second_path_is_short_and_has_no_room_of_this_project():
    """At most 200 lines of code to read, and no import that the first path uses for its arithmetic."""
    text = Path(second_path.__file__).read_text(encoding="utf-8")
    imported = {name for node in ast.walk(ast.parse(text)) for name in (
        [a.name for a in node.names] if isinstance(node, ast.Import)
        else [node.module] if isinstance(node, ast.ImportFrom) else [])}
    assert not [name for name in imported if name.startswith(("carbon", "numpy", "pandas"))]
    assert len(text.splitlines()) <= 200
