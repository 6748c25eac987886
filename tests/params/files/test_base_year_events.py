"""The ledger of base-year events on disk: read with its hash, or refused with the line and the remedy."""

from pathlib import Path

import pytest

from carbon.core.errors import FileRefused
from carbon.params.files.company_overrides import FILE, read_base_year_events
from carbon.params.files.project import Project, sha256_of

HEAD = "event_id,kind,date,entity,year,scope,category,scope2_method,delta_kg,reason,evidence,recorded_on\n"
LINE = "e1,divestment,2021-01-01,Sold,2020,1,0,,-120.5,sold,contract,2021-02-01\n"


@pytest.fixture
def write(tmp_path: Path):
    def put(text: str) -> Project:
        folder = tmp_path / "data" / "ledger" / "c"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text(text, encoding="utf-8")
        return Project(tmp_path)

    return put


def test_events_are_read_with_the_hash_of_their_file(write):
    """The hash is what a published report names as its input."""
    project = write(HEAD + LINE)
    events, inputs = read_base_year_events(project, "c")

    assert events[["delta_kg", "year"]].to_numpy().tolist() == [[-120.5, 2020.0]]
    assert inputs == {"data/ledger/c/base_year_events.csv": sha256_of(project.ledger("c") / FILE)}


def test_a_company_without_a_ledger_has_no_events(tmp_path: Path):
    """Nothing is an empty, typed table, and no input."""
    events, inputs = read_base_year_events(Project(tmp_path), "c")

    assert (len(events), inputs) == (0, {})


def test_an_empty_delta_is_unknown_and_not_zero(write):
    """Only a number is a number."""
    events, _ = read_base_year_events(write(HEAD + LINE.replace("-120.5", "").replace("divestment", "method")), "c")

    assert events["delta_kg"].isna().all()


@pytest.mark.parametrize(("text", "message"), [
    (HEAD.replace("evidence,", "") + LINE.replace("contract,", ""), "missing columns"),
    (HEAD + LINE.replace("2021-01-01", "01/01/2021"), "line 2: `date`"),
    (HEAD + LINE.replace("-120.5", "-120,5"), "cells"),
    (HEAD + LINE.replace("-120.5", "much"), "line 2: `delta_kg`"),
    (HEAD + LINE.replace(",2020,", ",2020.5,"), "line 2: `year`"),
    ("", "no rows"),
])
def test_a_line_that_cannot_be_read_is_refused_with_its_place(write, text: str, message: str):
    """A ledger with a doubt is no ledger."""
    with pytest.raises(FileRefused, match=message):
        read_base_year_events(write(text), "c")
