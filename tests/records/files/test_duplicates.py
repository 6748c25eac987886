"""The same row or invoice twice: listed, counted once where params declare it."""

from __future__ import annotations

import pandas as pd
import pytest
from checked_files import BILLS
from checked_files import warnings_of as _checked

from carbon.records.files.duplicates import repeated_rows


@pytest.mark.parametrize(("again", "twice"), [
    ("2024-03-02;acme;MILL ;paper;100.00;EUR;f1;other words\n", True),
    ("2024-03-01;acme;Mill;paper;60.00;EUR;F-1;a\n2024-03-01;acme;Mill;paper;40.00;EUR;F-1;b\n", True),
    ("2024-03-01;acme;Mill;paper;60.00;EUR;F-1;a\n", False),
    ("2024-03-01;acme;Mill;paper;100.00;USD;F-1;a\n", False),
    ("2024-03-01;acme;Mine;paper;100.00;EUR;F-1;a\n", False),
])
def test_an_invoice_that_another_file_has(folder, again, twice):
    """An invoice in two files is found in other spelling and in other lines of the same sum; another sum is another
    thing.
    """
    found = _checked(folder, "purchases", a=BILLS + "2024-03-01;acme;Mill;paper;100.00;EUR;F-1;x\n", b=BILLS + again)

    assert ("duplicate_rows" in found) is twice


def test_rows_that_are_equal_in_every_column():
    """The second of two equal rows is flagged, in one table or across two, whether text is coded or not."""
    table = pd.DataFrame({"supplier": ["Mill", "Mill", "Mill"], "amount": [1.5, 1.5, 2.0]})
    coded = table.astype({"supplier": "category"})
    assert repeated_rows([table]).tolist() == [False, True, False]
    assert repeated_rows([coded, table.iloc[2:]]).tolist() == [False, True, False, True]
    assert repeated_rows([]).tolist() == []


def test_minus_zero_is_zero():
    """A refund of nothing equals a purchase of nothing."""
    assert repeated_rows([pd.DataFrame({"amount": [0.0, -0.0]})]).tolist() == [False, True]
