"""Facts that params and the path of a file state of rows, and whether the rows of a word count."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.core.params.company import FilePattern
from carbon.records.files.file import read_file
from carbon.records.kinds.project_context import ProjectContext
from carbon.records.rules.declared import fold_glob

YEAR = {"first_day": pd.Timestamp(2024, 1, 1), "last_day": pd.Timestamp(2024, 12, 31), "declared": True}
ROWS = [{"Stav": "x"}, {"Stav": "x"}, {"Stav": "dobropis", "amount": "4"}, {"Stav": "vratka", "amount": "3"}]


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


def test_rows_that_params_declare(verdict):
    """A declared subtotal is excluded, whatever its case and accents."""
    rows = [{}, {"supplier": "SOUS-TOTAL Été"}]
    assert verdict("purchases", *rows, options={"skip_rows_where": {"supplier": ["sous-total*"]}}).excluded == {
        3: "subtotal"}
    assert fold_glob("  ÉTÉ  * ") == "ete *"


@pytest.mark.parametrize("option", ["skip_rows_where", "count_rows_where", "minus_rows_where"])
def test_a_column_that_is_not_there_refuses_the_file(verdict, option):
    """A statement on a column that the file lacks states nothing: whoever wrote it meant another."""
    assert verdict("purchases", {}, options={option: {"Nature": ["x"]}}).refused == "columns_missing"


def test_each_word_has_its_answer(verdict):
    """Of one column some words count, some below zero, some not at all; what is answered is asked no more."""
    read = verdict("purchases", *ROWS, options={"count_rows_where": {"Stav": ["x"]}, "minus_rows_where": {
        "stav": ["DOBROPIS"]}, "skip_rows_where": {"Stav": ["vratka"]}})
    assert read.records["amount"].tolist() == [10.25, 10.25, -4.0]
    assert (read.rejected, read.excluded) == ({}, {5: "subtotal"})


def test_a_row_below_zero_is_not_turned_twice(verdict):
    """Where the number has its sign already, either the file or params are wrong."""
    rows = [{"Stav": "x"}, {"Stav": "x"}, {"Stav": "dobropis", "amount": "-4"}]
    answers = {"count_rows_where": {"Stav": ["x"]}, "minus_rows_where": {"Stav": ["dobropis"]}}
    assert verdict("purchases", *rows, options=answers).rejected == {4: "minus_already"}


def test_a_mark_that_params_answer_counts(verdict):
    """"Cancelled" may be the name of a department that pays: the company decides."""
    rows = [{"Status": "Posted"}, {"Status": "Cancelled"}]
    assert verdict("purchases", *rows).rejected == {3: "row_withdrawn"}
    assert verdict("purchases", *rows, options={"count_rows_where": {"Status": ["cancel*"]}}).rejected == {}


def test_a_column_without_a_heading_is_answered_by_its_blank_name(verdict):
    """A blank heading is named as it is written: by nothing."""
    rows = [{"": "", "amount": "1"}, {"": "", "amount": "2"}, {"": "zrušené", "amount": "3"}]
    assert verdict("purchases", *rows).rejected == {4: "row_unclear"}
    assert verdict("purchases", *rows, options={"skip_rows_where": {"": ["zrusene"]}}).excluded == {4: "subtotal"}


def test_journeys_below_zero(verdict):
    """A refunded journey takes its trips off."""
    rows = [{"Stav": "x", "trips": "2"}, {"Stav": "x"}, {"Stav": "vratka"}]
    read = verdict("travel", *rows, options={"count_rows_where": {"Stav": ["x"]}, "minus_rows_where": {
        "Stav": ["vratka"]}})
    assert read.records["trips"].tolist() == [2, 1, -1]


def test_words_that_are_no_quantity_are_lines_of_the_ledger(tmp_path):
    """Each word has its reason; blind to case and runs of space, and 0 stays a record."""
    (tmp_path / "a.csv").write_text("site;A (t);B (t);C (t);D (t)\ns;Not  applicable;0;n/a;3\n")
    one = read_file(tmp_path / "a.csv", "a.csv", FilePattern.model_validate({
        "pattern": "*", "kind": "waste", "period": ["2024-01-01", "2024-12-31"],
        "constants": {"country": "GB", "treatment": "landfill"},
        "layout": {"columns": {f"{c} (t)": {"material": c} for c in "ABCD"},
                   "not_available": {"not applicable": "no such stream", "N/A": "unknown"}}}),
        ProjectContext("acme", declared=True))
    assert one.rejects.empty
    assert one.ledger[["record_id", "reason"]].to_numpy().tolist() == [
        ["a.csv:B2", "'not applicable' is no quantity: no such stream"], ["a.csv:D2", "'N/A' is no quantity: unknown"]]
    assert one.records["quantity"].tolist() == [0, 3]
