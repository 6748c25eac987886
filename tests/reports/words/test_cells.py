"""Words of the cells of a table."""

from __future__ import annotations

import pandas as pd

from carbon.reports.words.cells import cell_words, in_words
from carbon.reports.words.language import Words


def test_the_workbook_says_what_the_page_says():
    """Words of the vocabularies are translated in the workbook too; ids, numbers and own texts are not touched."""
    table = pd.DataFrame({"figure_id": ["a/2024/scope1"], "scope2_method": ["location-based"], "label": ["LPG"],
                          "supplier": ["Purchase of Construction"], "co2e_t": [1.5]})
    said = in_words(table, Words("fr"))
    assert said["scope2_method"].cells == (Words("fr").term("method", "location-based"),) != ("location-based",)
    assert said["supplier"].cells == tuple(table["supplier"])
    assert said["figure_id"].cells == tuple(table["figure_id"]) and said["co2e_t"].cells == (1.5,)


def test_a_number_without_a_unit_claims_none():
    """A number of months has no unit: its cell is empty, and no unit that was not read."""
    assert cell_words("unit", "", Words("fr")) == ""
    assert cell_words("unit", "kWh_HHV", Words("fr")) == "kWh PCS"
