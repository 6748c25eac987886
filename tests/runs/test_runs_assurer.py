"""What an assurer does without this software: figures redone with plain arithmetic, an archived year run again."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import random
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent


DEARER_THAN_2023 = 1 + Fraction("1.99904942291463") / 100
"""Consumer prices of France, 2024 over 2023 (World Bank, FP.CPI.TOTL.ZG): the factors are in euros of 2023."""


def table(folder: Path, name: str) -> list[dict]:
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


def exact(value: object) -> Fraction:
    """A number as it is written, without a rounding of its own."""
    return Fraction(str(value))


def belongs(row: dict, name: str) -> bool:
    """The rows that a figure's name says, in the words of the Corporate Standard."""
    kind, _, method = name.partition("-")
    of_method = row["scope2_method"] in ("", f"{method}-based") if method in ("location", "market") else True
    if kind == "total":
        return of_method
    if kind in ("scope1", "scope2", "scope3"):
        return row["scope"] == kind[-1] and of_method
    return row["scope"] == "3" and name == f"3.{row['category']}"


def figures(folder: Path) -> dict[str, float]:
    manifest = json.loads((folder / "manifest.json").read_text())
    plain = {name.split("/", 2)[2]: kg for name, kg in manifest["figures"].items()}
    return {name: kg for name, kg in plain.items() if "/" not in name and name.startswith(("scope", "total", "3."))}


def in_raw_lines(root: Path, row: dict) -> Fraction:
    """The quantity of a row from the line of the file it names, by what stands in that line."""
    with (root / row["source_file"]).open(encoding="utf-8", newline="") as file:
        line = list(csv.DictReader(file))[row["source_line"] - 2]
    if row["kind"] == "energy":
        return exact(line["quantity"])
    if row["kind"] == "purchases":
        return exact(line["amount"]) / DEARER_THAN_2023
    times = exact(line["trips"]) * exact(line["passengers"]) * (2 if line["return"] == "yes" else 1)
    if line["nights"]:
        return exact(line["nights"]) * exact(line["trips"])
    if line["distance"]:
        return exact(line["distance"]) * times
    airports = {"LYS": (45.7256, 5.0811), "LIS": (38.7813, -9.1359)}
    (lat, lon), (lat2, lon2) = (map(math.radians, airports[line[end]]) for end in ("origin", "destination"))
    angle = math.acos(math.sin(lat) * math.sin(lat2) + math.cos(lat) * math.cos(lat2) * math.cos(lon2 - lon))
    stated = yaml.safe_load((root / "params" / f"{row['company']}.yml").read_text())
    return (exact(6371.0088 * angle) + exact(stated["travel"]["flight_detour_km"])) * times


def test_every_figure_is_redone_from_the_lines_of_the_files(published_once):
    """Lines of the CSV files x the published factor, summed by hand: each figure of the report, none without a row. The
    airports of the one flight without a distance come from a map, so its kilometres agree to a part in a thousand.
    """
    folder = published_once / "data" / "processed" / "my-company" / "2024" / "current"
    factors = {row["factor_id"]: exact(row["co2e_kg"]) for row in table(folder, "factors")}
    hashes = {row["source_file"]: row["sha256"] for row in table(folder, "sources")}
    assert {name: hashlib.sha256((published_once / name).read_bytes()).hexdigest() for name in hashes} == hashes
    rows = table(folder, "emissions")
    told = figures(folder)
    assert len(told) == 21 and sum(kg is not None and kg > 0 for kg in told.values()) == 8
    for name, kg in told.items():
        own = [r for r in rows if belongs(r, name)]
        if kg is None:
            assert own == [], name  # no records have no figure, and whatever has none has no row
            continue
        redone = float(sum(in_raw_lines(published_once, r) * factors[r["factor_id"]] for r in own))
        flown = any(r["activity"].startswith("flight") for r in own)
        assert kg == pytest.approx(redone, rel=1e-3 if flown else 1e-12, abs=1e-12), name


@pytest.mark.torture
@pytest.mark.parametrize("company", ["petit-studio", "nuage-logiciels", "cap-conseil"])
def test_twenty_figures_are_redone_from_the_published_folder(tmp_path, company):
    """Of each example company, 20 figures drawn at random: published rows x factors, in exact fractions."""
    root = tmp_path / "project"
    for part in ("params", "notebooks", "data/raw", "data/ledger"):
        shutil.copytree(ROOT / part, root / part)
    done = carbon(root, "run", "--only", f"{company}/2024")
    assert done.returncode == 0, done.stdout + done.stderr
    folder = root / "data" / "processed" / company / "2024" / "current"
    rows = table(folder, "emissions")
    told = figures(folder)
    for name in random.Random(company).sample(sorted(told), 20):
        own = [r for r in rows if belongs(r, name)]
        if told[name] is None:
            assert own == [], name  # no records have no figure
            continue
        redone = sum((exact(r["quantity"]) * exact(r["kg_per_unit"]) for r in own if r["kyoto"]), Fraction(0))
        assert told[name] == pytest.approx(float(redone), rel=1e-12, abs=1e-9), name


def carbon(root: Path, *words: str, package: Path | None = None) -> subprocess.CompletedProcess[str]:
    paths = [str(package)] if package else []
    return subprocess.run([sys.executable, "-m", "carbon.cli", *words], cwd=root, text=True, capture_output=True,
                          env={**os.environ, "CARBON_PROJECT": "", "PYTHONPATH": os.pathsep.join(
                              [*paths, *filter(None, [os.environ.get("PYTHONPATH")])])})


TOLD = """
from carbon.factors.library import load, newest
kg = [load(r).table.set_index("factor_id")["co2e_kg"]["ember-fr-electricity-2024"] for r in ("2026.1", newest())]
print(newest(), *map(repr, map(float, kg)))
"""


@pytest.fixture
def newer_package(tmp_path: Path) -> Path:
    """A copy of the package, as compiled, with a later release, in which every factor of electricity is twice as high.
    """
    root = tmp_path / "package"
    shutil.copytree(ROOT / "carbon", root / "carbon")
    data = root / "carbon" / "factors" / "data"
    shutil.copytree(data / "2026.1", data / "2099.1")
    power = data / "2099.1" / "electricity.csv"
    lines = list(csv.DictReader(power.read_text().splitlines()))
    with power.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({**line, "co2e_kg": repr(2 * float(line["co2e_kg"]))} for line in lines)
    known = yaml.safe_load((data / "releases.yml").read_text())
    known["2099.1"] = {"status": "cut", "tables": {
        theme: {"file": entry["file"].replace("2026.1", "2099.1"),
                "sha256": hashlib.sha256((data / entry["file"].replace("2026.1", "2099.1")).read_bytes()).hexdigest()}
        for theme, entry in known["2026.1"]["tables"].items()}}
    (data / "releases.yml").write_text(yaml.safe_dump(known))
    return root


def test_an_archived_year_is_run_again_with_its_old_release(published_once, newer_package, tmp_path):
    """A package that carries a later release, in which electricity is twice as high, publishes the year of the old
    release again: the same bytes in every file but the manifest, which names the package's tables. The later release is
    the newest of that package and its factor is the double: it was there to be taken by mistake.
    """
    root = tmp_path / "project"
    shutil.copytree(published_once, root, symlinks=True, ignore=shutil.ignore_patterns("processed"))
    assert carbon(root, "run", package=newer_package).returncode == 0
    old, again = (r / "data" / "processed" / "my-company" / "2024" / "current" for r in (published_once, root))
    assert {p.name for p in old.iterdir()} == {p.name for p in again.iterdir()}
    changed = [p.name for p in sorted(old.iterdir()) if p.read_bytes() != (again / p.name).read_bytes()]
    assert changed == ["manifest.json"]
    before, after = (json.loads((f / "manifest.json").read_text()) for f in (old, again))
    different = {key for key in before if before[key] != after[key]}
    assert different <= {"dependencies", "digest"} and "dependencies" in different
    assert {k for k, v in before["dependencies"].items() if v != after["dependencies"][k]} == {"factors"}

    told = subprocess.run([sys.executable, "-c", TOLD], cwd=newer_package, text=True, capture_output=True, check=True,
                          env={**os.environ, "PYTHONPATH": str(newer_package)}).stdout.split()
    assert told[0] == "2099.1" and float(told[2]) == 2 * float(told[1]) > 0
