"""Facts that params and the path of a file state of every row."""

from __future__ import annotations

import pandas as pd

from carbon.records.kinds.project_context import ProjectContext

YEAR = {"first_day": pd.Timestamp(2024, 1, 1), "last_day": pd.Timestamp(2024, 12, 31), "declared": True}


def test_every_row_belongs_to_the_company(verdict):
    """Rows take the company of the project, with a warning where they name several; a group keeps their own."""
    rows = [{"company": "Acme"}, {"company": "Other"}]
    one = verdict("purchases", *rows, project=ProjectContext("acme", **YEAR))
    group = verdict("purchases", *rows, project=ProjectContext("acme", group=True, **YEAR))
    assert (one.records["company"].tolist(), one.warned) == (["acme", "acme"], {"companies_several"})
    assert group.records["company"].tolist() == ["Acme", "Other"]


def test_the_country_is_that_of_the_site(tmp_path, verdict):
    """Without a country in the file, the site's counts; a site that params do not list is a reject."""
    from carbon.core.params.company import FilePattern
    from carbon.records.files.file import read_file

    path = tmp_path / "e.csv"
    path.write_text("period_start;period_end;site;carrier;quantity;unit\n2024-01-01;2024-01-31;lyon;electricity;5;kWh\n"
                    "2024-01-01;2024-01-31;nice;electricity;6;kWh\n")
    context = ProjectContext("acme", sites={"lyon": "FR"}, **YEAR)
    read = read_file(path, "e.csv", FilePattern(pattern="*", kind="energy"), context)
    assert read.records["country"].tolist() == ["FR"]
    assert read.rejects[["source_line", "code"]].to_numpy().tolist() == [[3, "site_unknown"]]


def test_rows_that_differ_from_their_path(verdict):
    """A column that contradicts the path is a reject; days of another year of the folder are listed."""
    site = ProjectContext("acme", from_path={"site": "Paris"}, **YEAR)
    assert set(verdict("energy", {}, {"site": "paris", "meter": "B"}, project=site).rejected.values()) == {
        "path_conflict"}
    month = ProjectContext("acme", from_path={"year": "2024", "month": "2"}, **YEAR)
    assert "path_differs" in verdict("energy", {}, project=month).warned
