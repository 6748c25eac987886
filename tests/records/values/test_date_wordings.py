"""Rarer ways of writing days and periods that are certain."""

from datetime import date

import pytest

from carbon.records.values.date_wordings import ends, part_of_a_year, rewritten, unclear_wording, week


@pytest.mark.parametrize(("text", "two"), [
    ("01/01/2024 - 31/01/2024", ("01/01/2024", "31/01/2024")), ("2024-01-01/2024-01-31", ("2024-01-01", "2024-01-31")),
    ("du 01.01.2024 au 31.01.2024", ("01.01.2024", "31.01.2024")), ("2024-01-01 10:00:00", None),
    ("01/2024-02/2024", None)])
def test_a_period_in_one_cell_has_two_full_days(text, two):
    """Two months or a clock time are no two days."""
    assert ends(text) == two


@pytest.mark.parametrize(("text", "days"), [
    ("2024-W01", (date(2024, 1, 1), date(2024, 1, 7))), ("KW 7 2024", (date(2024, 2, 12), date(2024, 2, 18))),
    ("semaine 7 2024", (date(2024, 2, 12), date(2024, 2, 18))), ("2024-W01-3", (date(2024, 1, 3), date(2024, 1, 3))),
    ("2024-W53", ""), ("week 7 2024", None)])
def test_a_week_is_that_of_its_standard(text, days):
    """ISO 8601 has 52 weeks in 2024; an English week may begin on a Sunday."""
    assert week(text) == days
    assert bool(unclear_wording(text)) == (days is None)


@pytest.mark.parametrize(("text", "part"), [("Q1/2024", (2024, 1, 3)), ("2ème trimestre 2024", (2024, 4, 3)),
                                            ("H2 2024", (2024, 7, 6)), ("2024-Q4", (2024, 10, 3)), ("Q5 2024", None)])
def test_a_quarter_or_half_is_its_months(text, part):
    """Year, first month, number of months."""
    assert part_of_a_year(text) == part


@pytest.mark.parametrize(("text", "common"), [
    ("15/Jan/2024", "15 Jan 2024"), ("2024年3月5日", "2024-3-5"), ("5 de marzo de 2024", "5 marzo 2024"),
    ("2024M03", "2024-03"), ("2024. 3. 5.", "2024. 3. 5"), ("2024-03-05", "2024-03-05")])
def test_another_way_of_writing_a_day_is_the_common_one(text, common):
    """Any other string stays as it is."""
    assert rewritten(text) == common


@pytest.mark.parametrize("text", ["S1 2024", "FY24", "2023/24", "exercice 2024"])
def test_a_wording_with_two_meanings_has_its_reason(text):
    """A semester or a week, a year that may begin in any month."""
    assert unclear_wording(text)
