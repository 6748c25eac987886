"""Tables with a column a month: each month becomes a row."""

import pytest

from carbon.core.errors import FileRefused
from carbon.records.values.wide import unfolded
from carbon.records.values.wide_headings import may_be_a_period, months_named

START = "site;country;carrier;"


def months_down(grid, headings, name, **context):
    read = unfolded(grid, headings, name, **context)
    return None if read is None else read[0]


def table_of(grid):
    rows = [[*grid.headings], *([c.text[i].as_py() for c in grid.columns] for i in range(len(grid)))]
    return [";".join(row) for row in rows]


def test_each_month_is_a_row_with_its_quantity(grid_of, headings_of):
    """The unit of the headings, the line of the row; a month without any quantity is warned of and gives no row."""
    grid = grid_of(START + "2024-01 (kWh);2024-02 (kWh);2024-03 (kWh);Total\nLyon;FR;gas;1;2;;3\nPau;FR;gas;4;;;4\n")
    down = months_down(grid, headings_of("energy"), "a.csv")

    assert table_of(down) == [
        START + "date;quantity (kWh)", "Lyon;FR;gas;2024-01;1", "Pau;FR;gas;2024-01;4", "Lyon;FR;gas;2024-02;2",
        "Pau;FR;gas;2024-02;"]
    assert down.lines.tolist() == [2, 3, 2, 3]
    assert [w.code for w in down.warnings] == ["months_across", "month_empty"]


@pytest.mark.parametrize(("head", "cells", "year", "code"), [
    ("janvier;fevrier;mars", "1;2;3", "", "months_without_year"),
    ("2024-01;2024-02;2024-04", "1;2;3", "", "months_unclear"),
    ("2024-01;2024-02;2024-03;Q1", "1;2;3;6", "", "months_unclear"),
    ("2024-01;2024-02;01/2024", "1;2;3", "", "columns_ambiguous"),
    ("2024-01;2024-02;2024-03;Total", "1;2;3;9", "", "months_not_the_total"),
    ("2024-01;2024-02;2024-03", ";;", "", "no_rows"), ("janvier;fevrier;mars", "1;2;3", "2024", None)])
def test_months_without_one_meaning_are_refused(grid_of, headings_of, head, cells, year, code):
    """No year, a gap, a quarter too, a month twice, another total, nothing at all; the year of the path is enough."""
    grid = grid_of(f"{START}{head}\nLyon;FR;gas;{cells}\n")
    if code is None:
        assert table_of(months_down(grid, headings_of("energy"), "a.csv", year=year))[1] == "Lyon;FR;gas;2024-01;1"
        return
    with pytest.raises(FileRefused) as refused:
        months_down(grid, headings_of("energy"), "a.csv", year=year)
    assert refused.value.code == code


def test_other_tables_are_left_alone(grid_of, headings_of):
    """Two months are no table of months, and purchases have none."""
    assert months_down(grid_of(START + "2024-01;2024-02\nLyon;FR;gas;1;2\n"), headings_of("energy"), "a.csv") is None
    months = grid_of("supplier;2024-01;2024-02;2024-03\nMill;1;2;3\n")
    assert months_down(months, headings_of("purchases"), "a.csv") is None


@pytest.mark.parametrize(("heading", "month"), [
    ("2024-01", "2024-01"), ("01/2024", "2024-01"), ("janv. 2024", "2024-01"), ("Janvier", "-01"), ("Q1 2024", ""),
    ("market", "")])
def test_a_heading_names_its_month(heading, month):
    """A quarter is no month, but may be a period; a market is neither."""
    assert months_named([heading]) == ({0: (month, "")} if month else {})
    assert may_be_a_period(heading) == (heading != "market")


def test_short_months_count_only_in_a_row():
    """"janv-24" may be a day of January; three in a row are months."""
    assert months_named(["janv-24", "mars-24"]) == {}
    assert [m for m, _ in months_named(["janv-24", "févr-24", "mars-24"]).values()] == ["2024-01", "2024-02", "2024-03"]
