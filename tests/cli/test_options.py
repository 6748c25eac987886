"""What all verbs share: company and year, one JSON value, lines without terminal control, tables."""

import json

import pandas as pd
import pytest

from carbon.cli import options
from carbon.core.errors import UsageError


def test_company_and_year_are_read_in_one_form_only():
    """A year of four digits after a company's name in small letters; everything else is an error."""
    assert options.company_year("petit-studio/2024") == ("petit-studio", 2024)
    for text in ("petit-studio", "petit-studio/24", "Petit/2024", "../2024", "a/2024/x"):
        with pytest.raises(UsageError, match="is not company/year"):
            options.company_year(text)


def test_without_a_company_all_of_runs_yml(project):
    """The default of every verb: each company and year of the runs file."""
    assert options.company_years(None) == [("petit-studio", 2024)]


def test_a_runs_file_of_no_project_is_an_error(project):
    """A copy of runs.yml elsewhere would run another project than it seems to."""
    assert options.project_of(project / "params" / "runs.yml").root == project
    (project / "runs.yml").write_text("runs: []\n")
    for name, message in (("runs.yml", "is not a project's params/runs.yml"), ("none.yml", "does not exist")):
        with pytest.raises(UsageError, match=message):
            options.project_of(project / name)


def test_json_has_no_nan_and_people_see_no_zero_for_a_gap(capsys):
    """A missing number is null in JSON and an empty cell in a table; small numbers keep their digits."""
    table = pd.DataFrame({"name": ["a", "b"], "kg": [0.00012345, float("nan")]})
    options.print_json(options.rows(table))
    assert json.loads(capsys.readouterr().out) == [{"name": "a", "kg": 0.00012345}, {"name": "b", "kg": None}]
    options.show_table(table)
    shown = capsys.readouterr().out
    assert "0.00012345" in shown and "nan" not in shown


def test_numbers_of_numpy_are_plain_in_json(capsys):
    """A count worked out by numpy prints as a number, a path as its text."""
    options.print_json({"rows": pd.Series([3]).sum()})
    assert json.loads(capsys.readouterr().out) == {"rows": 3}


def test_shares_and_ends_of_intervals_have_the_digits_of_pages(capsys):
    """0.52 is 52 %, -18.0 is 18 with two digits, and what is unknown stays empty."""
    table = pd.DataFrame({"achieved_share": [0.5231, None], "low_t": [-18.0, None], "high_t": [0.5, 3.0]})
    options.show_words(table, "fr", "title.requests_sheet")
    shown = capsys.readouterr().out
    assert "52\xa0%" in shown.replace("\u202f", "\xa0") and "\u221218 " in shown and "0,50" in shown
    assert "nan" not in shown and "18,00" not in shown
