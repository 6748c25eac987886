"""A change of factor release is a change of factors, a change of choice one of params, and nothing is called code that
no code changed.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from carbon.runs.review.causes import CAUSES, Changes, change_by_cause

ROOT = Path(__file__).parents[3]
NONE = frozenset()


def changes(**kwargs) -> Changes:
    """Nothing differs but what is given."""
    return Changes(**{"files": NONE, "parts": NONE, "releases": ("1", "1"), "params": False, "years": False,
                      "factors": NONE, "ids": (NONE, NONE)} | kwargs)


def row(**values) -> pd.DataFrame:
    """One paired row of 100 kWh: 50 kg by the factor `old`, 40 kg by the factor `new`."""
    return pd.DataFrame([{"kg_a": 50.0, "kg_b": 40.0, "quantity_a": 100.0, "quantity_b": 100.0, "unit_a": "kWh",
                          "unit_b": "kWh", "factor_id_a": "old", "factor_id_b": "new", "source_file_a": "f",
                          "source_file_b": "f", "_merge": "both", "known": True} | values])


def cause(differs: Changes, **values) -> str:
    """The one cause of a row's change, which has all of it."""
    rows = row(**values)
    parts = {name: float(kg[0]) for name, kg in change_by_cause(rows, differs).items()}
    moved = {name for name, kg in parts.items() if kg}
    assert sum(parts.values()) == float(rows["kg_b"].iloc[0] - rows["kg_a"].iloc[0]) and len(moved) == 1
    return moved.pop()


RELEASES = {"releases": ("1", "2"), "parts": frozenset({"params"}), "ids": (frozenset({"old"}),
                                                                         frozenset({"old", "new"}))}


def test_the_release_alone_moves_every_row_by_factors():
    """Also a row that only one set has, one in another unit, and one by a factor that both releases have."""
    alone = changes(**RELEASES)
    assert cause(alone) == "factors"
    assert cause(alone, factor_id_b="else") == "factors"
    assert cause(alone, quantity_b=360.0, unit_b="MJ") == "factors"
    assert cause(alone, _merge="right_only", kg_a=0.0, quantity_a=0.0, factor_id_a="") == "factors"


def test_with_another_choice_as_well_the_releases_prove_which_factors_are_new():
    """A factor that only the new release has, or a part calculated from it, came with the release; a choice between
    factors that both have is one of params.
    """
    mixed = changes(**RELEASES, params=True)
    assert cause(mixed) == "factors"
    assert cause(mixed, factor_id_b="derived.losses.FR.2024.source.new") == "factors"
    assert cause(mixed, factor_id_b="derived.upstream.new-minus-old") == "factors"
    both = changes(**RELEASES | {"ids": (frozenset({"old", "new"}),) * 2}, params=True)
    assert cause(both) == cause(both, factor_id_b="derived.losses.FR.2024.source.new") == "params"


def test_another_choice_is_one_of_params_and_no_code_is_named_that_did_not_change():
    """One release: `parts_from` is params. With the same factor another result is of the code if it changed, else of
    the inputs; an instrument in the company's own file is of the inputs.
    """
    assert cause(changes(parts=frozenset({"params"}), params=True)) == "params"
    assert cause(changes(parts=frozenset({"code"})), factor_id_b="old") == "code"
    contracts = changes(parts=frozenset({"inputs"}), files=frozenset({"contracts.csv"}))
    assert cause(contracts, factor_id_b="old") == cause(contracts) == "inputs"


def test_between_two_years_a_published_factor_of_each_year_is_one_of_factors():
    """The grid of 2024 after that of 2023; a supplier's own factor is not published, and came with the files."""
    years = changes(years=True, files=frozenset({"f"}), ids=(frozenset({"old", "new"}),) * 2)
    assert cause(years) == "factors"
    assert cause(years, factor_id_b="company.own") == "inputs"


def carbon(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "carbon.cli", *arguments], cwd=root, text=True, capture_output=True,
                          env={**os.environ, "CARBON_PROJECT": ""})


def published(root: Path, key: str, old: str = "", new: str = "") -> Path:
    """Publish with one line of the params changed."""
    path = root / "params" / f"{key.partition('/')[0]}.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    done = carbon(root, "run", "--only", key, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return (root / "data" / "processed" / key / "current").resolve()


def example(tmp_path: Path) -> Path:
    """A project of the example companies."""
    for part in ("params", "data/raw", "data/ledger"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "annual_report.ipynb", tmp_path / "notebooks")
    runs = tmp_path / "params" / "runs.yml"
    runs.write_text(runs.read_text(encoding="utf-8").replace("pdf: true", "pdf: false"), encoding="utf-8")
    return tmp_path


@pytest.mark.torture  # three published sets each; the causes of sets written by hand are in test_diff
@pytest.mark.parametrize("key", ["petit-studio/2025", "nuage-logiciels/2025"])
def test_the_release_of_an_example_moves_factors_and_parts_from_moves_params(tmp_path, key):
    """2026.1 to 2026.2 moves the losses of French power by the edition of 2024 after that of 2022, all of it named;
    another source of losses moves params.
    """
    root = example(tmp_path)
    company = root / "params" / f"{key.partition('/')[0]}.yml"  # a source that 2026.1 has not can have no place there
    company.write_text(company.read_text(encoding="utf-8").replace(", figaro_2026]", "]"), encoding="utf-8")
    first = published(root, key, "release: 2026.2", "release: 2026.1")
    second = published(root, key, "release: 2026.1", "release: 2026.2")
    third = published(root, key, "losses: [ademe_base_carbone, world_bank_wdi]", "losses: [world_bank_wdi]")

    found = json.loads(carbon(root, "diff", str(first), str(second), "--json").stdout)
    for line in found["figures"]:
        assert line["change_t"] == math.fsum(line[f"{c}_t"] for c in CAUSES)
        assert line["factors_t"] == line["change_t"] and line["params_t"] == line["code_t"] == line["inputs_t"] == 0
    total = next(line for line in found["figures"] if line["figure"] == "total-market")
    assert abs(total["change_t"]) > 0.001 and "release 2026.1 -> 2026.2" in found["changed"]["factors"]
    movers = found["factor_movers"]
    assert sum(m["total_market_t"] for m in movers) == pytest.approx(total["factors_t"], rel=1e-12)
    power = next(m for m in movers if (m["activity"], m["part"]) == ("electricity", "losses"))
    assert power["edition_a"].endswith(" 2022") and power["edition_b"].endswith(" 2024")

    lines = {line["figure"]: line for line in json.loads(
        carbon(root, "diff", str(second), str(third), "--json").stdout)["figures"]}
    assert lines["3.3"]["params_t"] == lines["3.3"]["change_t"] != 0 and lines["3.3"]["factors_t"] == 0
