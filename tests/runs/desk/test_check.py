"""`carbon check` on paths without a project: folders, links, what is no data file, and calls that say too little."""

from __future__ import annotations

import pytest

from carbon.core.errors import UsageError
from carbon.runs.desk.check import check_paths
from carbon.runs.desk.checked import exit_code

BILL = "date;company;supplier;category;amount;currency;description\n2024-03-01;acme;Mill;paper;{};EUR;x\n"


def test_a_folder_is_its_data_files(tmp_path):
    """Data files of a folder are read, the others named; a folder without any is refused: no records are not zero."""
    (tmp_path / "sent").mkdir()
    (tmp_path / "none").mkdir()
    (tmp_path / "sent" / "a.csv").write_text(BILL.format("10.25"))
    (tmp_path / "sent" / "note.docx").write_text("x")

    checked = check_paths([tmp_path / "sent", tmp_path / "none"], kind="purchases")

    found = {f["path"].rsplit("/", 1)[-1]: f for f in checked["files"]}
    assert found["a.csv"]["totals"] == {"EUR": "10.25"}
    assert (exit_code(checked), found["none"]["refused"]["code"]) == (2, "folder_empty")
    assert [w["code"] for w in checked["warnings"] if "note.docx" in w["text"]] == ["file_skipped"]


def test_a_link_out_of_the_folder(tmp_path):
    """A link that leads out of the folder refuses the folder: what stands there was not sent."""
    (tmp_path / "sent").mkdir()
    (tmp_path / "secret.csv").write_text(BILL.format("1.00"))
    (tmp_path / "sent" / "a.csv").symlink_to(tmp_path / "secret.csv")

    checked = check_paths([tmp_path / "sent"], kind="purchases")

    assert (exit_code(checked), [f["refused"]["code"] for f in checked["files"]]) == (2, ["link_outside"])


@pytest.mark.parametrize(("paths", "given", "message"), [
    ([], {"kind": "purchases"}, "No path to check"), ([], {"kind": "params"}, "No parameter file"),
    (["a.csv"], {"kind": "purchases", "year": 99999}, "No reporting year 99999"),
    (["a.csv"], {"kind": "purchase"}, "Unknown kind 'purchase'")])
def test_calls_that_say_too_little(paths, given, message):
    """What cannot be checked is an error of the call, and no empty answer."""
    with pytest.raises(UsageError, match=message):
        check_paths(paths, **given)
