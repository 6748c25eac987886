"""A new project: the company's own name and year in every file, and nothing of anyone overwritten."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from carbon.core.errors import UsageError
from carbon.params.shapes.company import RunEntry
from carbon.runs.desk.new_project import NOTEBOOKS, OPENED_BY_HAND, make_project


def test_files_bear_the_name_and_the_year_of_the_company(tmp_path):
    """Params, raw files and notebooks of the named company; without the example, raw files have headings only."""
    names = make_project(tmp_path / "new", company="atelier-exemple", year=2023)

    assert {f"notebooks/{name}" for name in NOTEBOOKS} | {"params/atelier-exemple.yml", "params/runs.yml"} <= set(names)
    raw = [tmp_path / "new" / name for name in names if name.startswith("data/raw/")]
    assert raw and all("data/raw/atelier-exemple/2023/" in path.as_posix() for path in raw)
    assert {len(path.read_text(encoding="utf-8").splitlines()) for path in raw if path.suffix == ".csv"} == {1}
    texts = {name: (tmp_path / "new" / name).read_text(encoding="utf-8") for name in names}
    assert [name for name, text in texts.items() if "my-company" in text] == []
    for name, example in OPENED_BY_HAND.items():
        notebook = json.loads(texts[f"notebooks/{name}"])
        assert example not in texts[f"notebooks/{name}"] and "atelier-exemple" in texts[f"notebooks/{name}"]
        assert not any(cell.get("outputs") for cell in notebook["cells"])


def test_the_example_has_rows(tmp_path):
    """With the example, every raw file has more than its headings."""
    names = make_project(tmp_path / "new", example=True)
    raw = [tmp_path / "new" / name for name in names if name.startswith("data/raw/") and name.endswith(".csv")]
    assert raw and all(len(path.read_text(encoding="utf-8").splitlines()) > 1 for path in raw)


@pytest.mark.parametrize(("words", "message"), [
    ({"company": "../elsewhere"}, "is not a name for folders"),
    ({"company": "My Company"}, "is not a name for folders"),
    ({"year": 20024}, "20024 is not a reporting year")])
def test_names_and_years_that_params_do_not_accept_are_errors(tmp_path, words, message):
    """Before a file is written."""
    with pytest.raises(UsageError, match=message):
        make_project(tmp_path / "new", **words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["runs", "shared", "null", "con", "lpt1", "a/b", "", "x" * 62, "Été"])
def test_a_name_that_a_run_refuses_is_refused_before_a_file_is_written(tmp_path, name):
    """One list of names for `init` and for the schedule: else a new project could not be run."""
    with pytest.raises(UsageError, match="is not a name for folders"):
        make_project(tmp_path / "new", company=name)
    with pytest.raises(ValidationError):
        RunEntry(company=name, years=[2024])
    assert RunEntry(company="atelier-2", years=[2024]) and list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_empty_stays_as_it_is(tmp_path):
    """One file of somebody, or a file of that name: an error, and nothing is written."""
    (tmp_path / "notes.txt").write_text("mine")
    for folder in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(UsageError, match="is not an empty folder"):
            make_project(folder)
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]
