"""`carbon map` and `carbon init --from`: nothing is guessed, nothing is saved without a word."""

import json
from pathlib import Path

import pytest

EXPORTS = Path(__file__).parents[1] / "runs" / "desk" / "exports"
LEDGER = "Buchungsdatum;Kreditor;Text;Soll;Haben\n15.01.2024;A;x;1.250,00;\n14.03.2024;A;y;;125,50\n"


@pytest.fixture
def ledger(project, monkeypatch):
    monkeypatch.chdir(project)
    path = project / "data" / "raw" / "petit-studio" / "2024" / "konto.csv"
    path.write_text(LEDGER, encoding="utf-8")
    return path


def test_what_is_open_is_listed_and_nothing_is_saved(ledger, carbon, project):
    """Without a terminal, and with --yes, questions stay questions: exit 1, params unchanged; JSON has them too."""
    before = (project / "params" / "petit-studio.yml").read_text(encoding="utf-8")
    shown = carbon("map", str(ledger), "--kind", "purchases", "--yes")
    assert shown.exit_code == 1 and "? columns.amount: Which column is `amount`?" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    found = json.loads(carbon("map", str(ledger), "--json").stdout)
    assert found["company"] == "petit-studio"
    assert [q["key"] for q in found["files"][0]["questions"]] == ["kind", "columns.amount"]
    assert (project / "params" / "petit-studio.yml").read_text(encoding="utf-8") == before


def test_a_filled_sheet_is_saved(ledger, carbon, project, tmp_path):
    """The answers of a sheet are shown as a change and, with --yes, are in params: exit 0."""
    sheet = tmp_path / "questions.csv"
    assert carbon("map", str(ledger), "--sheet", str(sheet)).exit_code == 1
    lines = sheet.read_text(encoding="utf-8-sig").splitlines()
    answers = ("answer", "purchases", "{Soll} - {Haben}")
    assert all(line.endswith(",") for line in lines[1:])
    sheet.write_text("\n".join([lines[0], *(f"{x}{y}" for x, y in zip(lines[1:], answers[1:], strict=True))]))

    shown = carbon("map", str(ledger), "--answers", str(sheet), "--yes")

    assert shown.exit_code == 0 and "+      amount: '{Soll} - {Haben}'" in shown.stdout
    assert "konto.csv" in (project / "params" / "petit-studio.yml").read_text(encoding="utf-8")
    assert "1124.5 EUR" in carbon("map", str(ledger)).stdout


def test_a_project_from_exports_without_answers(tmp_path, carbon):
    """The country must be stated; questions are comments, and the exit code is that of open questions."""
    folder = tmp_path / "new"
    refused = carbon("init", str(folder), "--from", str(EXPORTS / "gb"), "--json")
    assert "country" in str(refused.exception) and not folder.exists()
    found = carbon("init", str(folder), "--from", *map(str, sorted((EXPORTS / "gb").iterdir())), "--country", "GB",
                   "--company", "acme", "--json")
    assert found.exit_code == 1 and json.loads(found.stdout)["root"] == str(folder)
    assert "# ? kind" in (folder / "params" / "acme.yml").read_text(encoding="utf-8")
