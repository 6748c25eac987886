"""`carbon factors import` and `carbon factors diff`: what another side would move in reports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

ROOT = Path(__file__).resolve().parents[2]
HEAD = "factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,gwp_set,source_id,edition,licence,evidence\n"
GAS = "ademe-gas-2024,natural_gas,FR,kWh_HHV,0.3,2024,2024,,ademe_impact_gas,2024,invented,p. 1\n"


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """The smallest example company, its year 2024 only, in a project of its own."""
    shutil.copytree(ROOT / "params" / "petit-studio", tmp_path / "params" / "petit-studio")
    shutil.copy(ROOT / "params" / "petit-studio.yml", tmp_path / "params")
    shutil.copytree(ROOT / "data" / "raw" / "petit-studio", tmp_path / "data" / "raw" / "petit-studio")
    (tmp_path / "params" / "runs.yml").write_text(
        "notebook: notebooks/annual_report.ipynb\nruns:\n  - {company: petit-studio, years: [2024]}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def carbon(*arguments: str):
    from carbon.cli import app

    return CliRunner().invoke(app, list(arguments))


def test_the_tonnes_another_factor_moves_are_quantity_times_the_difference(project):
    """A gas factor of the very year takes the place of the older one: kWh x (0.3 - old) / 1000, in that report only."""
    from carbon.inventory import inventory

    (project / "gas.csv").write_text(HEAD + GAS)
    assert carbon("factors", "import", "own", "gas.csv").exit_code == 0
    done = carbon("factors", "diff", "2026.1", "2026.1+own-gas", "--runs", "params/runs.yml", "--json")
    assert done.exit_code == 1, done.output
    said = json.loads(done.stdout)
    gas = inventory("petit-studio", 2024).emissions.query("activity == 'natural_gas'")
    kwh = gas.drop_duplicates("activity_id")["quantity"].sum()
    before = gas["co2e_kg"].sum() / 1000
    move, = said["moved"]
    assert move["company"] == "petit-studio" and move["activity"] == "natural_gas"
    assert move["moved_t"] == pytest.approx(kwh * 0.3 / 1000 - before, rel=1e-9)
    assert said["by_run"] == [{"company": "petit-studio", "year": 2024, "moved_t": move["moved_t"], "keys": 1}]
    assert said["factors"][0]["factor_id"] == "ademe-gas-2024" and said["failed"] == {}


def test_a_tie_with_the_other_side_is_the_reason_given(project):
    """A second factor of equal rank leaves the gas without one: the loss is listed with why."""
    (project / "gas.csv").write_text(HEAD + GAS.replace("ademe_impact_gas", "ademe_gas"))
    carbon("factors", "import", "own", "gas.csv")
    done = carbon("factors", "diff", "2026.1", "2026.1+own-gas", "--runs", "params/runs.yml", "--json")
    move, = json.loads(done.stdout)["moved"]
    assert move["new_t"] is None and "several factors for natural_gas in FR fit equally well" in move["why"]


def test_a_company_year_that_cannot_be_read_is_named_and_not_counted_as_unmoved(project):
    """A report whose records are refused was not judged; that is said."""
    (project / "gas.csv").write_text(HEAD + GAS)
    carbon("factors", "import", "own", "gas.csv")
    energy = project / "data" / "raw" / "petit-studio" / "2024" / "gaz.csv"
    energy.write_bytes(b"\0")
    done = carbon("factors", "diff", "2026.1", "2026.1+own-gas", "--runs", "params/runs.yml")
    assert done.exit_code == 1
    assert "petit-studio/2024: not compared" in done.output


def test_equal_sides_say_so_and_end_with_zero(project):
    """Nothing differs, nothing moves: exit 0, in words."""
    done = carbon("factors", "diff", "2026.1", "2026.1", "--runs", "params/runs.yml")
    assert (done.exit_code, "No factor differs." in done.output, "No report moves." in done.output) == (0, True, True)
