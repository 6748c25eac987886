"""The workbook for an auditor: values, years, rows, commitments, and what of the evidence is there."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.params.files.project import Project
from carbon.reports.exhibits.digital import Attempt
from carbon.reports.words.language import Words
from carbon.runs.desk import dossier
from carbon.scorecards.company import indicators_of
from tests.reports.exhibits.test_governance import COMMITMENTS, INDICATOR
from tests.support.estate import records, table


def report(found, digital):
    return SimpleNamespace(words=Words("fr"), indicators_found=Attempt(found, ""), digital=digital,
                           exhibit=lambda name: SimpleNamespace(table=pd.DataFrame()))


def test_rows_and_evidence_are_in_the_workbook(tmp_path, monkeypatch):
    """Each row with file and line; a file of the evidence with its hash, a link unopened, a missing one named, nothing
    outside the project opened.
    """
    (tmp_path / "p" / "data").mkdir(parents=True)
    (tmp_path / "p" / "data" / "training.csv").write_bytes(b"x")
    (tmp_path / "secret").write_bytes(b"y")
    people = table("training", {"person_id": "1", "hired_on": "2020-01-01", "course": "nr",
                                "completed_on": "2024-01-01"})
    kept = records(indicators={"indicators": [INDICATOR]}, commitments=COMMITMENTS, training=people,
                   policies={"training_course": "nr", "onboarding_days": 60})
    commitment = COMMITMENTS.commitments[0].model_copy(update={"evidence": ["https://x.example/a", "../secret"]})
    kept.commitments = COMMITMENTS.model_copy(update={"commitments": [commitment]})
    found = indicators_of(kept, 2024, inventory=None)
    monkeypatch.setattr(dossier, "annual_report", lambda company, year: report(found, kept))
    sheets = dossier.write_dossier(Project(tmp_path / "p"), "c", 2024, tmp_path / "d.xlsx")

    assert sheets == {"history": 2, "rows": 1, "evidence": 3}
    book = openpyxl.load_workbook(BytesIO((tmp_path / "d.xlsx").read_bytes()))
    lines = [row[:3] for row in book["evidence"].iter_rows(min_row=4, values_only=True)]
    assert lines == [("data/training.csv", "file", sha256(b"x").hexdigest()), ("https://x.example/a", "link", None),
                     ("../secret", "missing", None)]


def test_nothing_to_show_writes_nothing(tmp_path, monkeypatch):
    """Neither commitments nor indicators: an error with the two files, and no workbook."""
    monkeypatch.setattr(dossier, "annual_report", lambda company, year: report(None, records()))
    with pytest.raises(UsageError, match="neither commitments nor indicators"):
        dossier.write_dossier(Project(tmp_path), "c", 2024, tmp_path / "d.xlsx")
    assert not (tmp_path / "d.xlsx").exists()
