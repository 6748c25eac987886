"""Files on the desk: answers by hand, by sheet and in a notebook, and the entry in the company's params."""

from __future__ import annotations

import shutil

import openpyxl
import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.runs.desk.file_maps import SHEET, open_desk, pattern_of
from carbon.runs.desk.new_project import make_project

LEDGER = "Buchungsdatum;Kreditor;Text;Soll;Haben\n15.01.2024;A;x;1.250,00;\n14.03.2024;A;y;;125,50\n"
ANSWERS = {"kind": "1", "columns.amount": "{Soll} - {Haben}"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "new"
    make_project(folder, company="acme")
    return folder


@pytest.fixture
def ledger(tmp_path, project):
    """A ledger that params do not declare, in the folder of its company and year."""
    for name in ("params", "data"):
        shutil.copytree(project / name, tmp_path / "new" / name)
    path = tmp_path / "new" / "data" / "raw" / "acme" / "2024" / "konto_2024.csv"
    path.write_text(LEDGER, encoding="utf-8")
    return path


def test_what_is_open_is_never_written(ledger):
    """Without an answer params stay as they are; a wrong answer is dropped and the question stays."""
    desk = open_desk([ledger])
    assert (desk.company, desk.save(), len(desk.open)) == ("acme", None, 2)
    one, question = desk.open[1]
    with pytest.raises(UsageError, match="no heading 'Sol'"):
        one.answer(desk.open[0][1], "purchases")
        one.answer(question, "Sol")
    assert "columns.amount" not in one.answers and question.key in [q.key for q in one.questions]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_sheet_is_filled_and_read_back(ledger, tmp_path, suffix):
    """Numbers of offers and values are answers; the entry is in params behind its reason, for each year's file."""
    desk, sheet = open_desk([ledger]), tmp_path / f"questions.{suffix}"
    assert desk.write_sheet(sheet) == 2
    with pytest.raises(UsageError, match="is there already"):
        desk.write_sheet(sheet)
    _fill(sheet)

    assert desk.read_sheet(sheet) == 2
    assert "+    columns:\n+      amount: '{Soll} - {Haben}' # each row fills one of the two\n" in desk.diff()
    assert desk.save() == desk.project.params_file("acme")
    again = open_desk([ledger])
    assert again.files[0].base.pattern == "konto_{year}.csv"
    assert (again.unsettled, again.diff(), again.files[0].map.rows["totals"]) == ([], "", {"EUR": "1124.5"})


def _fill(sheet):
    if sheet.suffix == ".csv":
        table = pd.read_csv(sheet, dtype="str", keep_default_na=False)
        table.assign(answer=table["key"].map(ANSWERS)).to_csv(sheet, index=False)
        return
    book = openpyxl.load_workbook(sheet)
    for row in [*book.active.iter_rows()][1:]:
        row[SHEET.index("answer")].value = ANSWERS[row[SHEET.index("key")].value]
    book.save(sheet)


def test_the_two_ends_of_a_reading_are_answered_one_after_the_other(tmp_path):
    """Headings that nothing knows, two columns of days: the first answer alone reads no row, and is taken."""
    path = tmp_path / "readings.csv"
    path.write_text("Meter,Read from,Read to,Usage (kWh)\nA1,01/04/2024,30/04/2024,210\nA1,01/05/2024,31/05/2024,99\n")
    desk = open_desk([path], kind="energy")
    desk.settle({"readings.csv": {"columns.period_end": "Read to", "columns.period_start": "Read from",
                                  "columns.carrier": "every row: electricity", "columns.site": "Meter"}})
    one, = desk.files
    assert {"period_start": "Read from", "period_end": "Read to"}.items() <= one.entry["columns"].items()
    assert not {q.key for q in one.questions} & {"columns.period_start", "columns.period_end", "columns.date"}


def test_names_of_files_are_patterns():
    """The year is any year, and what a pattern would read as its own sign is the sign itself."""
    assert pattern_of("a [1] 2024.csv", 2024) == "a [[]1] {year}.csv"


def test_files_without_a_company_are_shown_and_not_written(tmp_path, monkeypatch):
    """The YAML is there, what is open is a comment; writing needs a company."""
    path = tmp_path / "a.csv"
    path.write_text(LEDGER, encoding="utf-8")
    desk = open_desk([path], kind="purchases")
    assert "  - pattern: a.csv\n    kind: purchases\n  # ? columns.amount" in desk.yaml()
    desk.company = ""
    with pytest.raises(UsageError, match="No company"):
        desk.save()
    with pytest.raises(UsageError, match="no such file"):
        open_desk([tmp_path / "b.csv"])
