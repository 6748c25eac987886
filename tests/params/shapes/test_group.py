"""Weights of the entities of a group, day by day."""

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.core.errors import ParamsError
from carbon.params.shapes.group import WHOLE, group_of, weights


def entities(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({
        "source_file": "e.csv", "source_line": [2, 3], "entity": ["Fille", "Sœur"], "share": [0.5, 0.25],
        "control": ["operational", "none"], "country": "", "period_start": pd.to_datetime(["2024-07-01", "NaT"]),
        "period_end": pd.to_datetime(["NaT", "NaT"])}).assign(**columns)


def group(approach: str, **columns: object):
    params = SimpleNamespace(consolidation=approach, company="mere", name={"fr": "Mère"})
    return group_of(params, entities(**columns))


@pytest.mark.parametrize(("approach", "millionths"), [
    ("operational_control", [WHOLE, 0]), ("equity_share", [WHOLE // 2, WHOLE // 4])])
def test_control_counts_all_or_nothing_and_equity_its_share(approach, millionths):
    """GHG Protocol Corporate Standard, ch. 3."""
    assert group(approach).table["weight"].tolist() == millionths


def test_an_entity_counts_from_its_first_day_and_the_parent_always():
    """Half a year of an entity that joined in July; every day of the parent."""
    rows = pd.DataFrame({"period_start": pd.to_datetime(["2024-01-01"] * 3),
                         "period_end": pd.to_datetime(["2024-12-31"] * 3)})
    found = weights(rows, pd.Series(["fille", "soeur", "mere"]), group("operational_control"))
    assert found.tolist() == [184 * WHOLE, 0, 366 * WHOLE]


@pytest.mark.parametrize(("columns", "said"), [
    ({"share": [50.0, 0.1]}, "not between 0 and 1"), ({"control": ["joint", "none"]}, "does not decide"),
    ({"entity": ["Fille", "FILLE"]}, "two weights on one day")])
def test_entities_that_decide_nothing_or_twice_raise(columns, said):
    """The rows are named."""
    with pytest.raises(ParamsError, match=said):
        group("operational_control", **columns)


def test_no_entities_are_no_group():
    """A company alone counts fully without weights."""
    assert group_of(SimpleNamespace(), None) is None
