"""The result of an importer: every row accounted for, keys and labels in one form."""

import pandas as pd
import pytest

from carbon.core.errors import FileRefused, LedgerError
from carbon.factors.sources.imported import Imported, account, complete, joined, refused_if_unreadable, slug

FACTOR = {"factor_id": "a", "element_id": "a", "activity": "steel", "label": "Steel", "part": "total", "region": "GLO",
          "valid_from": 2024, "valid_to": 2024, "unit": "t", "co2e_kg": 1, "gwp_set": "AR6GWP100", "source_id": "s",
          "edition": "1", "page": "p. 1", "licence": "own", "verification": "original_file"}


def test_columns_that_a_source_lacks_take_their_defaults():
    """No gas split is a gap, not zero; no biogenic CO2 is zero; a gas is of the Kyoto basket."""
    row = complete(pd.DataFrame([FACTOR])).iloc[0]
    assert pd.isna(row["co2_kg"]) and (row["biogenic_co2_kg"], row["price_year"], row["kyoto"]) == (0.0, 0, True)


def test_rows_that_end_nowhere_are_an_error():
    """3 rows read, 1 kept and 1 left out: the third is missing, so nothing is returned."""
    left_out = account(pd.DataFrame({"reason": ["no value"], "example": ["line 2"]}))
    with pytest.raises(LedgerError, match="3 rows read, but 1 kept and 1 left out"):
        Imported(complete(pd.DataFrame([FACTOR])), 3, 1, left_out)


def test_left_out_rows_are_counted_by_reason_with_an_example():
    """Two rows of one reason are one line with the first of them; none is an empty table of the same columns."""
    rows = pd.DataFrame({"reason": ["b", "a", "b"], "example": ["one", "two", "three"]})
    assert account(rows).to_dict("records") == [{"reason": "a", "rows": 1, "example": "two"},
                                                {"reason": "b", "rows": 2, "example": "one"}]
    assert account(rows.iloc[:0]).columns.tolist() == ["reason", "rows", "example"]


def test_keys_and_labels_have_one_form():
    """Accents, case and signs do not make two keys of one word; an empty piece leaves no joint behind."""
    assert slug(pd.Series(["Électricité (moyenne)", "Long-haul"])).tolist() == ["electricite_moyenne", "long_haul"]
    assert joined(pd.Series(["a", "", "c"]), pd.Series(["x", "y", ""]), joint=", ").tolist() == ["a, x", "y", "c"]


def test_what_a_reader_raises_becomes_a_refusal_with_a_remedy(tmp_path):
    """A broken file is named with what it should have been; an error of the code itself is not hidden."""
    with pytest.raises(FileRefused, match=r"f\.csv: not a table: No columns") as refused, \
            refused_if_unreadable(tmp_path / "f.csv", "a table", remedy="save it as CSV"):
        raise pd.errors.EmptyDataError("No columns to parse\nmore")
    assert refused.value.what_to_do == "save it as CSV"
    with pytest.raises(KeyError), refused_if_unreadable(tmp_path / "f.csv", "a table", remedy=""):
        raise KeyError("x")
