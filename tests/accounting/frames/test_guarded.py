"""A comparison that can never be true is answered with the right form, never with an empty frame."""

import pandas as pd
import pytest

from carbon.accounting.frames.guarded import GuardedFrame
from carbon.core.errors import UsageError

FRAME = GuardedFrame({"scope": pd.array(["1", "3"], dtype="str"), "category": [0, 6], "co2e_kg": [1.5, 2.5],
                      "of": pd.Categorical(["a", "b"])})


@pytest.mark.parametrize("expression", [
    "scope == 3", "3 == scope", "scope in [1, 3]", "`scope` != 3", "category == 6 and scope == 3", "scope == @three",
    "of == 1", "category == '6'"])
def test_a_query_of_another_kind_states_the_right_form(expression):
    """Text with a number and a number with text, either way round, in lists and by a variable of the caller."""
    three = 3
    with pytest.raises(UsageError, match=r"scope == \"|of == \"|category == 6"):
        FRAME.query(expression)
    assert three


def test_a_mask_of_another_kind_states_the_right_form():
    """By the column itself, also after a selection."""
    for make in (lambda f: f[f.scope == 3], lambda f: f[f["scope"].isin([3])], lambda f: f[f["category"] == "6"],
                 lambda f: f[f["co2e_kg"] > 0].query("scope == 3"), lambda f: f[f.scope != 3]):
        with pytest.raises(UsageError, match="holds"):
            make(FRAME)


def test_what_can_be_true_is_answered():
    """Comparisons of the same kind, of columns and variables, are those of pandas."""
    wanted = "3"
    assert FRAME.query("scope == @wanted and category == 6")["co2e_kg"].tolist() == [2.5], wanted
    assert FRAME.query("scope.str.len() == 3").empty, "what is calculated first is compared as pandas does"
    assert FRAME.query("co2e_kg > category")["scope"].tolist() == ["1"]
    assert FRAME[FRAME.scope == "3"]["category"].tolist() == [6]
    assert FRAME["scope"].isin(["1"]).tolist() == [True, False]
    assert FRAME.groupby("scope")["co2e_kg"].sum().tolist() == [1.5, 2.5]


@pytest.mark.parametrize("ask", [lambda: FRAME["scop"], lambda: FRAME.scop, lambda: FRAME.query("scop == '1'")])
def test_a_misspelt_column_has_the_nearest_one_in_its_error(ask):
    """The error of pandas, whatever way the column is asked for, and the name as a note."""
    with pytest.raises((KeyError, AttributeError, NameError)) as raised:
        ask()
    assert raised.value.__notes__ == ["did you mean scope?"]


QUARTERS = GuardedFrame({"quarter": pd.array(["2025-Q1", "2025-Q1 to 2025-Q2", "2025-Q3"], dtype="str"),
                         "co2e_kg": [1.0, 2.0, 4.0]})


@pytest.mark.parametrize(("value", "hint"), [("2025-Q1", "pivot"), ("2025-Q2", "pivot"), ("Q3", "2024-Q1"),
                                             ("2025-07", "2024-Q1")])
def test_a_period_that_a_longer_one_holds_is_never_a_part_of_the_answer(value, hint):
    """A bill over two quarters is in neither label: by query, mask, order and list the days have to be asked for."""
    for ask in (lambda f: f.query(f"quarter == '{value}'"), lambda f: f.query(f"quarter in ['2025-Q3', '{value}']"),
                lambda f: f[f.quarter == value], lambda f: f[f["quarter"].isin([value])],
                lambda f: f[f.quarter < value],
                lambda f: f[f.quarter <= value], lambda f: f[f.quarter > value], lambda f: f[f.quarter >= value],
                lambda f: f[f.quarter.ge(value)], lambda f: f[f.quarter.between(value, "2025-Q3")],
                lambda f: f[f.quarter.between(left="2024-Q4", right=value)],
                lambda f: f.query(f"quarter >= '{value}'")):
        with pytest.raises(UsageError) as caught:
            ask(QUARTERS)
        assert hint in str(caught.value)


def test_a_period_that_no_longer_one_holds_is_answered():
    """Also the label of the longer period itself, and an order by an end that none has days in."""
    assert QUARTERS[QUARTERS.quarter >= "2025-Q3"]["co2e_kg"].tolist() == [4.0]
    assert QUARTERS[QUARTERS.quarter.between("2024-Q4", "2025-Q3", "left")]["co2e_kg"].tolist() == [1.0, 2.0]
    assert QUARTERS.query("quarter == '2025-Q3'")["co2e_kg"].tolist() == [4.0]
    assert QUARTERS[QUARTERS.quarter == "2025-Q1 to 2025-Q2"]["co2e_kg"].tolist() == [2.0]
