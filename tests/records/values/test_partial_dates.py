"""Days without a century, settled by the reporting year or by a second column of days."""

import pandas as pd
import pytest

from carbon.core.params.company import FilePattern
from carbon.records.headings.layout import Layout
from carbon.records.kinds.project_context import ProjectContext
from carbon.records.values.partial_dates import settled_days

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
