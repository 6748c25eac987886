"""The verbs of responsible digital: help with an example, one JSON value, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from carbon.cli import digital

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app(monkeypatch):
    monkeypatch.chdir(ROOT)
    whole = typer.Typer()
    whole.command("service")(digital.service)
    whole.add_typer(digital.indicators_app, name="indicators")
    return whole


@pytest.mark.parametrize("verb", ["service", "indicators check", "indicators show"])
def test_help_has_an_example(app, verb):
    """
    Every verb shows how it is called, and --json.
    """
    shown = CliRunner().invoke(app, [*verb.split(), "--help"]).output
    assert f"Example: carbon {verb}" in " ".join(shown.split()) and "--json" in shown


def test_service_prints_one_json_value_with_its_defaults(app):
    """
    The order of magnitude, its range, the levers, and every default that stood in.
    """
    arguments = ["service", "params/petit-studio/service.yml", "--company", "petit-studio", "--json"]
    found = json.loads(CliRunner().invoke(app, arguments).stdout)
    assert found["low_co2e_kg"] < found["co2e_kg"] < found["high_co2e_kg"]
    assert found["defaults"]["mobile_share"] == "0.3" and found["covered"] is True
    assert "order of magnitude: about" in CliRunner().invoke(app, arguments[:-1]).stdout


def test_a_valid_catalogue_exits_zero_and_a_broken_one_exits_one(app, monkeypatch):
    """
    Errors are exit 1; the table names them.
    """
    assert CliRunner().invoke(app, ["indicators", "check", "petit-studio"]).exit_code == 0
    import pandas as pd

    from carbon.indicators import company

    broken = pd.DataFrame([("x", "K-RAW", "error", "no raw unit")], columns=["indicator", "rule", "severity", "what"])
    monkeypatch.setattr(company, "company_check", lambda name: broken)
    result = CliRunner().invoke(app, ["indicators", "check", "petit-studio", "--json"])
    assert result.exit_code == 1 and json.loads(result.stdout)[0]["rule"] == "K-RAW"
