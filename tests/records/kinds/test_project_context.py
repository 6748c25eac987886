"""Facts about a file that its project gives."""

import pandas as pd

from carbon.records.kinds.project_context import ProjectContext


def test_the_year_begins_in_january_unless_the_project_gives_its_first_day():
    """A file that is checked alone has the calendar year."""
    assert ProjectContext().begins == (1, 1)
    assert ProjectContext(first_day=pd.Timestamp(2024, 4, 1)).begins == (4, 1)
