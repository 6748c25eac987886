"""The JSON object of `carbon check`: files with their counts and totals, rejects, warnings."""

from __future__ import annotations

import json

import pytest
import yaml

from carbon.core.errors import FileRefused
from carbon.params.shapes.files import FilePattern
from carbon.records.files.file import read_file, read_records
from carbon.records.kinds.contract import ProjectContext
from carbon.runs.desk.checked import as_object, empty, plain_exclusions, refused_file, sound_text


@pytest.fixture
def bill(tmp_path):
    """One good row and one without a date."""
    path = tmp_path / "a.csv"
    path.write_text("date;company;supplier;category;amount;currency;description\n2024-03-01;acme;Mill;paper;2;EUR;x\n"
                    ";acme;Mill;paper;3;EUR;y\n")
    return read_records(path, "purchases")


def test_every_row_of_a_file_is_counted(bill):
    """Rows read are accepted or rejected, totals are strings, and the object is valid JSON without NaN."""
    checked = as_object([("a.csv", None, bill)], "purchases")
    (file,) = checked["files"]
    assert (file["rows_read"], file["rows_accepted"], file["rows_rejected"]) == (2, 1, 1)
    assert file["totals"] == {"EUR": "2"}
    (reject,) = json.loads(json.dumps(plain_exclusions(checked), allow_nan=False))["rejects"]
    assert (reject["source_line"], reject["code"], reject["source_sheet"]) == (3, "date_missing", None)
    assert (reject["stage"], reject["paste"].splitlines()[0]) == ("reader", "# params/<company>.yml")


def test_a_refused_file_has_its_reason_and_no_rows():
    """A refusal is an entry of its own, with what to do."""
    refused = FileRefused("a.csv: headings only", code="no_rows", what_to_do="send rows")
    checked = plain_exclusions(as_object([("a.csv", None, refused)], "energy"))
    assert checked == plain_exclusions(empty() | {"files": [refused_file("a.csv", "energy", refused, refused.code)]})
    assert checked["files"][0]["refused"] == {"code": "no_rows", "reason": "a.csv: headings only",
                                              "what_to_do": "send rows", "paste": ""}


def test_every_excluded_row_is_listed(tmp_path):
    """Each row that was understood and does not count has its line, reason and amount, as plain values."""
    path = tmp_path / "a.csv"
    path.write_text("date;company;supplier;category;amount;currency;description\n2024-03-01;acme;Mill;paper;2;EUR;x\n"
                    "2024-03-01;acme;Total;paper;2;EUR;y\n")
    options = FilePattern(pattern="*", kind="purchases", skip_rows_where={"supplier": ["Total"]})
    (file,) = plain_exclusions(as_object([("a.csv", None, read_records(path, "purchases", options=options))]))["files"]
    (line,) = file["excluded"]
    assert (line["source_line"], line["code"], line["amount"], line["unit"]) == (3, "subtotal", 2.0, "EUR")
    assert "skip_rows_where" in line["reason"] and file["rows_excluded"] == 1


def test_causes_of_a_file_of_several_kinds_are_answered_for_the_kind_they_are_of(tmp_path):
    """Such a file has an entry of params for each kind: a reject of the first is not pasted as one of the last."""
    name, path = "data/raw/acme/digital/estate.csv", tmp_path / "estate.csv"
    path.write_text("asset_id;category;purchased_on;status;condition_at_purchase\nA;laptop;03/02/2021;in use;new\n"
                    "B;laptop;2021-02-01;in usee;new\n")
    first, last = (FilePattern(pattern="estate.csv", kind=kind) for kind in ("assets", "hosting"))
    read = read_file(path, name, first, ProjectContext())
    refused = FileRefused("which?", code="columns_missing", what_to_do="name it", facts={"columns": {"kwh": "?"}})
    checked = as_object([(name, first, read), (name, first, refused), (name, last, refused)], company="acme")
    assert [file["kind"] for file in checked["files"]] == ["assets", "assets", "hosting"]
    entries = [yaml.safe_load(paste)["files"][0] for paste in (
        *(reject["paste"] for reject in checked["rejects"]), *(f["refused"]["paste"] for f in checked["files"][1:]))]
    assert [entry["kind"] for entry in entries] == ["assets", "assets", "assets", "hosting"]
    assert entries[1]["values"] == {"status": {"in usee": "in use"}}  # a list of words that assets alone have


def test_names_of_files_need_not_be_utf_8():
    """Stray bytes are escaped wherever they are in the object."""
    assert sound_text({"path": "a\udcff", "n": [1, "é"]}) == {"path": "a\\udcff", "n": [1, "é"]}
