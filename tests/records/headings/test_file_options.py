"""The options of one file: what params declare outranks what its path gives."""

from datetime import date

import pytest

from carbon.core.errors import FileRefused
from carbon.core.params.company import FilePattern
from carbon.records.headings.file_options import dated_by_path, days_of, with_path
from carbon.records.headings.layout import Layout
from carbon.records.kinds.registry import KINDS

ENERGY = KINDS["energy"]


def options_of(**options):
    return FilePattern.model_validate({"pattern": "*", "kind": "energy", **options})


def test_parts_of_the_path_are_constants_unless_declared():
    """Parts that the kind does not have, and the year, are no constants."""
    parts = {"site": "lyon", "country": "FR", "year": "2024", "folder": "x"}
    assert with_path(options_of(constants={"country": "BE"}), parts, ENERGY, "a.csv").constants == {
        "site": "lyon", "country": "BE"}
    with pytest.raises(FileRefused, match="did you mean 'country'"):
        with_path(options_of(constants={"contry": "FR"}), {}, ENERGY, "a.csv")


@pytest.mark.parametrize(("columns", "period"), [({}, (date(2024, 2, 1), date(2024, 2, 29))), ({"date": 0}, None)])
def test_the_path_dates_a_file_without_dates(columns, period):
    """All days of the month in the path, where no column has a date."""
    layout = Layout(1, [], columns, 0)
    assert dated_by_path(options_of(), {"year": "2024", "month": "2"}, layout, "a.csv").period == period
    declared = options_of(period=["2023-01-01", "2023-12-31"])
    assert dated_by_path(declared, {"year": "2024"}, layout, "a.csv").period == declared.period


def test_a_path_that_is_no_year_is_refused():
    """A thirteenth month is no month."""
    assert days_of("2024", None) == (date(2024, 1, 1), date(2024, 12, 31))
    with pytest.raises(FileRefused) as refused:
        dated_by_path(options_of(), {"year": "2024", "month": "13"}, Layout(1, [], {}, 0), "a.csv")
    assert refused.value.code == "path_unfit"
