"""Results show as one line of text, and in a notebook as escaped tables."""

import contextlib
import gc
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from carbon.core.display import (
    FEW,
    LONGEST,
    MOST_ROWS,
    Displayed,
    HandsOut,
    as_html,
    one_line,
    replaced,
    value_text,
)


@dataclass(repr=False)
class Result(Displayed):
    name: str
    share: float
    table: pd.DataFrame
    _hidden: int = 0


def result(rows: int = 2, name: str = "<b>") -> Result:
    return Result(name, 0.5, pd.DataFrame({"co2e_kg": np.arange(rows, dtype=float)}))


def test_a_result_is_one_line_of_its_public_fields():
    """A table is given by its size; private fields do not show."""
    assert repr(result()) == "Result(name=<b>, share=0.5, table=2 rows)"


def test_no_string_of_a_file_breaks_the_line_or_becomes_markup():
    """Control characters are escapes, long lines are cut, HTML is escaped."""
    assert one_line("a\nb\x1b[2J") == r"a\nb\x1b[2J"
    assert len(one_line("x" * 1_000)) == LONGEST
    assert "<b>" not in result()._repr_html_() and "&lt;b&gt;" in result()._repr_html_()
    assert "<i>" not in as_html("<i>", {"<i>": "<i>"}, notes=["<i>"])


def test_a_long_table_shows_its_first_rows_and_states_how_many_there_are():
    """Nothing is cut in silence."""
    assert f"{MOST_ROWS} of 1,000 rows" in result(1_000)._repr_html_()
    assert "rows</p>" not in result(MOST_ROWS)._repr_html_()


def test_values_are_short():
    """Numbers with six digits; long arrays by their shape; empty ones as none."""
    assert value_text(1234.5678) == "1,234.57"
    assert value_text(np.arange(FEW + 1)) == "9 values" and value_text(np.arange(2)) == "0, 1"
    assert value_text({}) == value_text([]) == value_text("") == value_text(None) == "none"
    assert value_text({"b", "a"}) == "a, b"


@dataclass(frozen=True)
class Holder(HandsOut):
    table: pd.DataFrame
    series: pd.Series
    tables: dict[str, pd.DataFrame]


def held():
    table = pd.DataFrame({
        "kg": [1.0, 2.0], "n": [1, 2], "flag": [True, False], "text": pd.array(["a", "b"], dtype="str"),
        "word": pd.Categorical(["u", "v"]), "day": pd.to_datetime(["2024-01-01", "2024-02-01"]),
        "steps": pd.array([1, None], dtype="Int64")})
    return Holder(table, table["kg"].copy(), {"more": table.copy()})


@pytest.mark.filterwarnings("ignore::pandas.errors.ChainedAssignmentError")
def test_what_is_handed_out_changes_nothing():
    """Neither by columns, cells and arrays, nor by a table of a mapping; a reader's copy can be written."""
    holder, other = held(), held()
    for reach in (lambda: holder.table, lambda: holder.tables["more"]):
        written = reach()
        written["kg"] *= 2
        written.loc[0, "word"] = "v"
        written.iloc[:, 1] = 0
        assert written["kg"].tolist() == [2.0, 4.0]
        for name in other.table:
            for array in (reach()[name].array, reach()[name].values, reach()[name].to_numpy()):
                with contextlib.suppress(ValueError):
                    array[0] = array[1]
        reach()["steps"].array._mask[:] = True
        pd.testing.assert_frame_equal(reach(), other.table)
    with pytest.raises(ValueError, match="read-only"):
        holder.series.array[0] = 9.0
    holder.tables.clear()
    assert holder.series.tolist() == [1.0, 2.0] and list(holder.tables) == ["more"]


def test_a_copy_can_be_written_after_its_holder_is_gone():
    """What is held lives as long as what was handed out."""
    table = held().table
    gc.collect()
    table.loc[0, "kg"] = 5.0
    assert table["kg"].tolist() == [5.0, 2.0]


def test_an_array_with_gaps_cannot_be_unlocked_either():
    """Each second row of a table: its column is a view with steps, which is held without them."""
    holder = Holder(pd.DataFrame({"kg": np.arange(6.0)}).iloc[::2], pd.Series(np.arange(6.0))[::2], {})
    for array in (holder.table["kg"].to_numpy(), holder.series.to_numpy()):
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.setflags(write=True)
    assert holder.table["kg"].tolist() == holder.series.tolist() == [0.0, 2.0, 4.0]


def test_a_held_result_is_not_asked_for_what_it_lacks():
    """A result that looks for the nearest name before it refuses one costs nothing where it is held in a list."""
    class Asked:
        def __getattr__(self, name: str) -> None:
            raise LookupError(f"asked for {name}")

    class Years(HandsOut):
        def __init__(self) -> None:
            self.held, self.by_year = [Asked()], {2024: Asked()}

    years = Years()
    assert len(years.held) == 1 and list(years.by_year) == [2024]


def test_a_changed_field_leaves_the_other_tables_where_they_are():
    """A result with another field holds the very tables of the first, and hands them out as copies as that does."""
    first = held()
    assert first.table["kg"].tolist() == [1.0, 2.0]
    second = replaced(first, series=pd.Series([3.0]))
    assert vars(second)["table"] is vars(first)["table"] and second.series.tolist() == [3.0]
    written = second.table
    written["kg"] *= 2
    assert first.table["kg"].tolist() == second.table["kg"].tolist() == [1.0, 2.0]
