"""First and last day of each row: one date, two, or a declared period; years and quarters that are unclear."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from carbon.params.shapes.company import FilePattern
from carbon.records.files.company import read_company
from carbon.records.grids.cells import Column
from carbon.records.headings.layout import Layout
from carbon.records.kinds.contract import ProjectContext
from carbon.records.values.periods import clocks, settled_days


def test_a_year_is_ambiguous_where_the_company_has_another(folder):
    """"2024" is all its days for a company of calendar years; where the year begins in April it is rejected."""
    folder.params("- {pattern: '*.csv', kind: purchases, constants: {currency: EUR}}")
    folder.raw("a.csv", "year;supplier;amount;description\n2024;Mill;10.5;x\n")
    read = read_company("acme", 2024, project=folder.project)
    assert read.records["purchases"]["period_end"].tolist() == [pd.Timestamp(2024, 12, 31)]

    path = folder.project.root / "params/acme.yml"
    path.write_text(path.read_text().replace("reporting_year_starts: 01-01", "reporting_year_starts: 04-01"))
    read = read_company("acme", 2024, project=folder.project)
    assert read.rejects["code"].tolist() == ["date_ambiguous"]
    assert "04-01" in read.rejects["reason"].item()


def test_a_quarter_is_ambiguous_where_the_company_has_another_year(folder):
    """"Q1 2024" and "H1 2024" may be of the calendar year or of the company's own; a month and a week are certain."""
    folder.params("- {pattern: '*.csv', kind: purchases, constants: {currency: EUR}}")
    folder.raw("a.csv", "date;supplier;amount;description\nQ2 2024;Mill;10.5;x\nH1 2024;Mill;1;x\n2024-05;Mill;2;x\n"
                        "2024-W20;Mill;4;x\n")
    read = read_company("acme", 2024, project=folder.project)
    assert read.rejects.empty

    path = folder.project.root / "params/acme.yml"
    path.write_text(path.read_text().replace("reporting_year_starts: 01-01", "reporting_year_starts: 04-01"))
    read = read_company("acme", 2024, project=folder.project)
    assert read.rejects["code"].tolist() == ["date_ambiguous"] * 2
    assert read.rejects["source_line"].tolist() == [2, 3]


def test_one_o_clock_in_the_morning_is_not_one_in_the_afternoon():
    """Two readings of a day at 1:00 AM and 1:00 PM are two; the seconds of a whole minute change nothing."""
    read = clocks(Column(pa.array(["1/2/2024 1:00 AM", "1/2/2024 1:00 PM", "2024-01-02 13:00:00"])))

    assert read is not None and read.tolist() == ["1:00 AM", "1:00 PM", "13:00"]


def test_a_number_of_days_next_to_both_ends_is_no_date(folder):
    """"Jour" may be the days of a bill; between two ends that are stated it is not read."""
    folder.params("- {pattern: '*.csv', kind: energy, constants: {carrier: electricity, site: lyon}}")
    folder.raw("a.csv", "Date début;Date fin;Jour;kWh\n2024-01-05;2024-02-04;31;500\n")
    read = read_company("acme", 2024, project=folder.project)
    assert (len(read.records["energy"]), read.rejects.empty) == (1, True)


YEAR = ProjectContext(first_day=pd.Timestamp(2024, 1, 1), last_day=pd.Timestamp(2024, 12, 31))


def settle(grid_of, rows, headings=("date",), project=YEAR, **options):
    grid = grid_of("".join(f"{row}\n" for row in rows))
    layout = Layout(0, list(headings), {"date": 0}, len(headings))
    options = FilePattern.model_validate({"pattern": "*", "kind": "purchases", **options})
    columns, warned = settled_days({"date": grid.columns[0]}, grid, layout, options, project, "a.csv")
    return columns["date"].text.to_pylist(), [w.code for w in warned]


@pytest.mark.parametrize(("cells", "days"), [
    (["25/03/24", "01/04/24"], ["2024-03-25", "2024-04-01"]), (["24-03-31", ""], ["2024-03-31", ""]),
    (["31/03", "01/02"], ["2024-03-31", "2024-02-01"])])
def test_the_reporting_year_settles_what_it_leaves_one_reading(grid_of, cells, days):
    """Every cell lies in 2024 by one order of its parts and by no other."""
    assert settle(grid_of, cells) == (days, ["days_settled"])


@pytest.mark.parametrize("cells", [["01/02/24"], ["mars 24"], ["25/03/24", "25/03/23"], ["25/03/2024"],
                                   ["30/12", "31/12", "01/01", "02/01"]])
def test_what_two_readings_fit_stays_as_it_is(grid_of, cells):
    """Parts may be swapped, a month's 24 may be a day, a day lies outside, four digits prove themselves, days run past
    the year's end.
    """
    assert settle(grid_of, cells) == (cells, [])


def test_nothing_is_settled_without_a_year_or_against_a_declaration(grid_of):
    """A file that is checked alone has no reporting year; `date_format` decides where it is declared."""
    assert settle(grid_of, ["25/03/24"], project=ProjectContext())[1] == []
    assert settle(grid_of, ["25/03/24"], date_format="%d/%m/%y")[1] == []


def test_a_column_of_iso_days_settles_the_other(grid_of):
    """Each row's day is the same by one order; one row that disagrees leaves all as they are."""
    agree = settle(grid_of, ["03/04/24;2024-04-03", "05/06/24;2024-06-05"], ("date", "posted"), ProjectContext())
    assert agree == (["2024-04-03", "2024-06-05"], ["days_settled"])
    differ = settle(grid_of, ["03/04/24;2024-04-03", "05/06/24;2024-06-07"], ("date", "posted"), ProjectContext())
    assert differ[1] == []
