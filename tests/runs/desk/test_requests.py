"""Requests as a workbook, and its answers as lines of uncertainty.csv."""

from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from carbon.cli import app
from carbon.core.errors import ParamsError
from carbon.params.shapes.uncertainty import StatedUncertainty
from carbon.runs.desk import requests
from carbon.runs.desk.new_project import make_project

LINES = pd.DataFrame({
    "of": ["supplier", "", "meter"], "id": ["=ACME", "", "m1"], "who": ["=ACME", "air", "lyon"], "ask": ["a", "b", "c"],
    "effort": "low", "rows": 1, "co2e_kg": [9_000.0, 5_000.0, 100.0], "low_kg": 30_000.0, "high_kg": 58_000.0,
    "low_after_kg": 31_000.0, "high_after_kg": 52_000.0, "narrows": 0.2})


@pytest.fixture
def inventory(monkeypatch):
    monkeypatch.setattr(requests, "requests_of", lambda uncertainty, figure, n: LINES.head(n))
    intervals = SimpleNamespace(of=lambda figure: SimpleNamespace(value_kg=43_000.0))
    return SimpleNamespace(params=SimpleNamespace(scope2_headline="market-based"), uncertainty=lambda: intervals)


@pytest.fixture
def sheet(tmp_path, inventory):
    path = tmp_path / "requests.xlsx"
    assert requests.write_requests(inventory, path) == 3
    return path


def fill(path, **cells):
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book.active[place] = value
    book.save(path)


def test_answers_come_back_as_statements(sheet, tmp_path):
    """A name that looks like a formula stays itself; lines without an answer stay open; a second answer replaces."""
    head = [c.value for c in openpyxl.load_workbook(sheet).active[2]]
    assert head[-4:] == list(requests.ANSWERS)
    assert openpyxl.load_workbook(sheet).active["H3"].value == "30 to 58"
    fill(sheet, K3=15, N3="PCF 2025, p. 4", K5=1.5, N5="calibration")
    answers = requests.read_answers(sheet)

    assert [(a.of, a.id, a.percent) for a in answers] == [("supplier", "=ACME", 15.0), ("meter", "m1", 1.5)]
    file = tmp_path / "params" / "uncertainty.csv"
    assert requests.save_answers(answers, file) == 2
    later = StatedUncertainty(of="meter", id="m1", low_percent=-1, high_percent=2, evidence="new")
    assert requests.save_answers([later], file) == 2
    exact = StatedUncertainty(of="meter", id="m2", percent="0.2 %", evidence="class 0.2 S")
    assert requests.save_answers([exact], file) == 3
    table = pd.read_csv(file, dtype="str", keep_default_na=False).set_index("id")
    assert table.loc["m1", ["percent", "low_percent", "high_percent"]].tolist() == ["", "-1", "2"]
    assert table.loc["m2", "percent"] == "0.2 %"  # without its sign it would be asked when it is read


@pytest.mark.parametrize(("cells", "fault"), [
    ({"K3": 15}, "evidence"), ({"K3": -5, "N3": "x"}, "percent"), ({"K4": 5, "N4": "x"}, "other params"),
    ({"L3": -5, "N3": "x"}, "two ends"), ({"K3": 0.15, "N3": "x"}, "may be 15 %")])
def test_an_answer_that_is_none_is_rejected_with_its_row(sheet, cells, fault):
    """No evidence, a negative +-, half a range, a line whose answer belongs elsewhere, 15 % as a sheet stores it."""
    fill(sheet, **cells)
    with pytest.raises(ParamsError, match=fault) as wrong:
        requests.read_answers(sheet)
    assert "row " in str(wrong.value)


def test_a_french_workbook_is_in_french_and_read_back(tmp_path, inventory, monkeypatch):
    """Title, headings, requests, effort and intervals are French; names and ids stay, and the answer comes back."""
    ask = "a factor of the year itself (vintage 2023)"
    monkeypatch.setattr(requests, "requests_of", lambda *_: LINES.assign(ask=ask, low_kg=1_300.0, high_kg=58_000.0))
    path = tmp_path / "demandes.xlsx"
    requests.write_requests(inventory, path, language="fr")
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert rows[0][0].startswith("Demandes de données") and rows[1][3] == "Donnée à demander"
    assert rows[2][:2] == requests.KEYS and rows[5][:3] == ("meter", "m1", "lyon")
    assert rows[5][3:5] == ("un facteur de l’année même (vintage 2023)", "faible") and rows[5][7] == "de 1,3 à 58"
    fill(path, K6="12,5", N6="étalonnage")
    with pytest.raises(ParamsError, match=r"row 6: percent: .*'12,5'.*"):
        requests.read_answers(path)
    fill(path, K6=12.5)
    assert [(a.id, a.percent) for a in requests.read_answers(path)] == [("m1", 12.5)]


def test_another_workbook_is_no_sheet_of_requests(tmp_path):
    """The headings are named."""
    book = openpyxl.Workbook()
    book.active["A1"] = "something"
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(ParamsError, match="evidence"):
        requests.read_answers(tmp_path / "x.xlsx")


def test_the_verb_takes_answers_into_params(sheet, tmp_path, monkeypatch):
    """`carbon requests C/Y --answers`: the lines of uncertainty.csv; nothing for a company that is not there."""
    make_project(tmp_path / "new", example=True)
    monkeypatch.chdir(tmp_path / "new")
    monkeypatch.setenv("CARBON_PROJECT", str(tmp_path / "new"))
    fill(sheet, K3=15, N3="PCF 2025, p. 4")
    empty = CliRunner().invoke(app, ["requests", "nobody/2024", "--answers", str(sheet)])
    assert "nobody" in str(empty.exception) and not (tmp_path / "new/params/nobody").exists()
    taken = CliRunner().invoke(app, ["requests", "my-company/2024", "--answers", str(sheet)])
    assert taken.exit_code == 0 and "1 answers taken; params/my-company/uncertainty.csv has 1 lines" in taken.output
    both = CliRunner().invoke(app, ["requests", "my-company/2024", "--answers", "a.xlsx", "--sheet", "b.xlsx"])
    assert "--sheet and --answers at once" in str(both.exception)
