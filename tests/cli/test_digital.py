"""The verbs of responsible digital: help with an example, one JSON value, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from carbon.cli import digital
from carbon.core.errors import CarbonError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app(monkeypatch):
    monkeypatch.chdir(ROOT)
    whole = typer.Typer()
    whole.command("service")(digital.service)
    whole.add_typer(digital.indicators_app, name="indicators")
    return whole


@pytest.mark.parametrize("verb", ["service", "indicators check", "indicators show", "indicators export"])
def test_help_has_an_example(app, verb):
    """Every verb shows how it is called, and --json."""
    shown = CliRunner().invoke(app, [*verb.split(), "--help"]).output
    assert f"Example: carbon {verb}" in " ".join(shown.split()) and "--json" in shown


def test_service_prints_one_json_value_with_its_defaults(app):
    """The order of magnitude, its range, the levers, and every default that stood in."""
    arguments = ["service", "params/petit-studio/service.yml", "--company", "petit-studio", "--json"]
    found = json.loads(CliRunner().invoke(app, arguments).stdout)
    assert found["low_co2e_kg"] < found["co2e_kg"] < found["high_co2e_kg"]
    assert found["defaults"]["mobile_share"] == "0.3" and found["covered"] is True
    assert "order of magnitude: about" in CliRunner().invoke(app, arguments[:-1]).stdout


ANSWERS = """service_id: shop
year: 2025
users: 1000
hours_per_user: 10
gb_per_user: 2
servers: [{quantity: 2}]
storage: [{disks: 4}]
allocation: active_hours
"""
CRITERIA = """item,step,criterion,value,low,high,unit,per,lifespan_years,region,source,licence
laptop,manufacture,resource_minerals,0.01,,,kg Sb eq,unit,5,FR,supplier sheet,own use
"""


@pytest.fixture
def alone(app, tmp_path, monkeypatch):
    """A folder that is no project, with one file of answers; calls the verb on it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARBON_PROJECT", "")
    (tmp_path / "answers.yml").write_text(ANSWERS, encoding="utf-8")

    def call(*more: str):
        return CliRunner().invoke(app, ["service", "answers.yml", *more])

    return call


def test_a_service_needs_no_company_and_says_what_was_chosen_for_it(alone, monkeypatch):
    """From a file alone: every default answer, and release, GWP set, vintage and preference of the factors."""
    from carbon.params.files.project import Project

    found = json.loads(alone("--json").stdout)
    assert found["covered"] is True and found["co2e_kg"] > 0
    assert set(found["defaults"]) == {"devices", "zone", "mobile_share", "pue", "datacentre_zone",
                                      "server_lifespan_years"}
    assert set(found["choices"]) == {"release", "gwp", "vintage", "prefer"}
    text = alone().stdout
    assert "no company: chosen for it release" in text and "mobile_share = 0.3" in text
    assert [c["impact"] for c in found["criteria"] if c["criterion"] != "climate_change"] == [None] * 4
    monkeypatch.setattr(Project, "params_file", None)
    assert alone().exit_code == 0  # no parameter file is looked for


def test_another_country_and_further_criteria_come_by_option(alone, tmp_path):
    """A lever for each country named; minerals of laptops from the user's table, with the rest not covered."""
    (tmp_path / "own.csv").write_text(CRITERIA, encoding="utf-8")
    found = json.loads(alone("--host", "DE", "--criteria", "own.csv", "--json").stdout)
    assert any(lever["lever_id"] == "host_in_DE" for lever in found["levers"])
    minerals = next(c for c in found["criteria"] if c["criterion"] == "resource_minerals")
    # 1000 users x 10 h x 0.6 x 0.01 kg / (5 years x 365 days x 3 h)
    assert minerals["impact"] == pytest.approx(1000 * 10 * 0.6 * 0.01 / (5 * 365 * 3)) and minerals["whole"] is False


@pytest.mark.parametrize(("wrong", "more", "said"), [
    (("users: 1000", "users: lots"), (), ("answers.yml:3", "users", "lots")),
    (("quantity: 2", "quantity: -1"), (), ("answers.yml:6", "servers.0.quantity")),
    (("gb_per_user: 2", "mb_per_visit: 2"), (), ("gb_per_user",)),
    (("users: 1000\n", ""), (), ("users", "missing")),
    (("users: 1000", "users: 1000\ndevices: {laptop: 0.5}"), (), ("shares of devices sum to 0.5",)),
    (("users: 1000", "users: 1000\ndevices: {abacus: 1}"), (), ("abacus", "laptop")),
    (("users: 1000", "users: 1000\nzone: AQ"), (), ("AQ", "grid factor")),
    (("x", "x"), ("--criteria", "none.csv"), ("none.csv",)),
])
def test_a_bad_answer_is_named_with_what_to_do(alone, tmp_path, wrong, more, said):
    """Not a number, negative, one of two missing, shares that do not sum to 1, a word nobody knows: never a figure."""
    path = tmp_path / "answers.yml"
    path.write_text(ANSWERS.replace(*wrong), encoding="utf-8")
    result = alone(*more)
    assert isinstance(result.exception, CarbonError) and result.stdout == ""
    for word in said:
        assert word in str(result.exception)


def test_a_valid_catalogue_exits_zero_and_a_broken_one_exits_one(app, monkeypatch):
    """Errors are exit 1; the table names them."""
    assert CliRunner().invoke(app, ["indicators", "check", "petit-studio"]).exit_code == 0
    import pandas as pd

    broken = pd.DataFrame([("x", "K-RAW", "error", "no raw unit")], columns=["indicator", "rule", "severity", "what"])
    monkeypatch.setattr(digital, "_found", lambda name, year: SimpleNamespace(violations=broken))
    result = CliRunner().invoke(app, ["indicators", "check", "petit-studio", "--json"])
    assert result.exit_code == 1 and json.loads(result.stdout)[0]["rule"] == "K-RAW"
    # without a company, every one that runs.yml names: each row says whose it is
    every = json.loads(CliRunner().invoke(app, ["indicators", "check", "--json"]).stdout)
    assert [row["company"] for row in every] == ["petit-studio", "nuage-logiciels", "cap-conseil"]


def test_the_scorecard_of_a_company_is_of_its_last_year(app):
    """Without --year the last of runs.yml; a company that is not there needs one."""
    found = json.loads(CliRunner().invoke(app, ["indicators", "show", "petit-studio", "--json"]).stdout)
    assert found and {(row["company"], row["year"]) for row in found} == {("petit-studio", 2025)}
    refused = CliRunner().invoke(app, ["indicators", "show", "nobody"]).exception
    assert isinstance(refused, CarbonError) and "--year" in str(refused)
