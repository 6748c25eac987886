"""
Open rows as columns: what goes in comes out, and a column of another length is refused.
"""

import numpy as np
import pandas as pd
import pytest

from carbon.activities.rows import among, by_word, pick, rows_at, rows_of, stacked_rows

TABLE = pd.DataFrame({"site": pd.Series(["lyon", "", "lyon"], dtype="str"), "kwh": [1.0, np.nan, 3.0],
                      "unit": pd.Categorical(["kWh", "MWh", "kWh"])})


def test_a_table_comes_back_as_it_went_in_with_codes_as_their_words():
    """
    Texts, numbers and days keep their type; codes into words become the words.
    """
    rows = rows_of(TABLE)
    back = rows.table(["site", "kwh", "unit"])
    pd.testing.assert_frame_equal(back, TABLE.astype({"unit": "str"}))
    assert rows.where(np.array([True, False, True]))["site"].tolist() == ["lyon", "lyon"]


def test_rows_at_some_places_are_those_of_the_whole_table():
    """
    In the order asked for, twice where asked twice, by place and not by label; none where none is asked for.
    """
    labelled = TABLE.set_axis([2, 0, 2], axis=0)
    for at in (np.array([2, 1, 2]), np.array([], dtype=np.intp)):
        found, whole = rows_at(labelled, ["unit", "kwh", "site"], at), rows_of(TABLE).take(at)
        assert list(found.columns) == ["unit", "kwh", "site"]
        for name in found.columns:
            assert found[name].dtype == whole[name].dtype
            np.testing.assert_array_equal(found[name], whole[name])


def test_a_column_of_another_length_is_refused_and_one_value_stands_for_all():
    """
    A row less in a column would shift every quantity below it.
    """
    rows = rows_of(TABLE)
    assert rows.assign(tier="spend")["tier"].tolist() == ["spend"] * 3
    with pytest.raises(ValueError, match="3 open rows became 2"):
        rows.assign(kwh=np.array([1.0, 2.0]))


def test_rows_stand_below_one_another_in_the_order_of_the_parts():
    """
    Nothing is sorted and nothing is lost.
    """
    rows = rows_of(TABLE)
    both = stacked_rows([rows.where(rows["site"] == ""), rows], ["site", "kwh"])
    assert both["site"].tolist() == ["", "lyon", "", "lyon"]
    assert len(both) == 4


def test_each_different_text_is_asked_once():
    """
    A ledger of a million lines costs what its distinct suppliers cost; none at all is no fault.
    """
    asked: list[str] = []
    sites = rows_of(TABLE)["site"]
    assert by_word(sites, lambda s: asked.append(s) or s.upper()).tolist() == ["LYON", "", "LYON"]
    assert asked == ["lyon", ""]
    assert by_word(sites[:0], len, np.int64).tolist() == []
    assert among(sites, ["lyon"]).tolist() == [True, False, True]
    assert pick(sites == "", "company", sites).tolist() == ["lyon", "company", "lyon"]
