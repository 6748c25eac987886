"""Tables of params: UTF-8 with commas; another heading, cell or key refuses the file by its line."""

from __future__ import annotations

import pytest

from carbon.core.errors import FileRefused
from carbon.core.schemas import DAY, INTEGER, NUMBER, TEXT, Table
from carbon.records.params.company_overrides import read_table

TABLE = Table("times", {"place": TEXT, "year": INTEGER, "minutes": NUMBER, "day": DAY}, key=("place",))
GOOD = "place,year,minutes,day\nNord,2024,1.5,\nSud,2024,,2024-02-29\n"


def test_a_good_table_is_read_with_its_types():
    """Numbers, text, an empty number and an empty day that stay missing."""
    table = read_table(GOOD.encode(), TABLE, "t.csv", needed_days=())
    assert table["minutes"].isna().tolist() == [False, True] and table["day"].isna().tolist() == [True, False]
    assert table["year"].tolist() == [2024, 2024] and str(table["year"].dtype) == "int64"


@pytest.mark.parametrize(("text", "what"), [
    (GOOD.replace("place", "where"), "missing columns ['place'], unknown columns ['where']"),
    (GOOD.replace("1.5", "1,5"), "not as many cells"),
    (GOOD.replace("1.5", "low"), "line 2: `minutes` = 'low'"),
    (GOOD.replace("2024,1", "2024.5,1"), "line 2: `year` = '2024.5' is not a whole number"),
    (GOOD.replace("2024-02-29", "29/02/2024"), "line 3: `day` = '29/02/2024'"),
    (GOOD.replace("Sud", "Nord"), "place is not unique"),
    ("", "no rows"),
])
def test_a_bad_table_is_refused_with_its_place(text, what):
    """Nothing is guessed or dropped."""
    with pytest.raises(FileRefused) as refused:
        read_table(text.encode(), TABLE, "t.csv", needed_days=())
    assert what in str(refused.value)
