"""Sources of quantities: what is stated of a supplier, a record, a meter or a survey, and which of them holds."""

import math

import pandas as pd
import pytest

from carbon.emissions.uncertainty.defaults import uncertain_rows_of
from carbon.params.shapes.uncertainty import StatedUncertainty

ROW = {"factor_id": "f", "activity": "diesel", "part": "combustion", "tier": "measured", "site": "lyon", "unit": "L",
       "supplier": "A", "group": "north", "quality": "", "year": 2024, "co2e_kg": 1.0, "source_id": "s", "meter": "m1"}


def quantity(row, *stated):
    rows = uncertain_rows_of(pd.DataFrame([{**ROW, **row}]), {}, split_years=False, statements=[
        StatedUncertainty(of=of, id=name, percent=percent, evidence="e") for of, name, percent in stated])
    return rows, rows.sources.iloc[rows.codes[rows.kinds.index("quantity"), 0]]


@pytest.mark.parametrize(("row", "stated", "percent", "evidence"), [
    ({}, [], 2.0, ""), ({}, [("meter", "m1", 3)], 3.0, "e"), ({}, [("meter", "m2", 3)], 2.0, ""),
    ({}, [("activity", "diesel", 9), ("meter", "m1", 3)], 3.0, "e"),
    ({"stated_pct": 7.0}, [("meter", "m1", 3)], 7.0, "column uncertainty_pct of the record"),
    ({"stated_pct": 7.0}, [("supplier", "A", 12)], 12.0, "e"),
    ({"tier": "extrapolated"}, [("survey", "north", 25)], 25.0, "e"),
    ({"tier": "estimated"}, [("activity", "diesel", 40)], 40.0, "e")])
def test_the_nearest_statement_holds(row, stated, percent, evidence):
    """Supplier (its whole figure), then the record, meter, survey, activity, else the default of the tier."""
    _, source = quantity(row, *stated)

    assert source["spread"] == pytest.approx(math.log(1 + percent / 100) / 2)
    assert source["evidence"] == evidence


def test_a_suppliers_statement_is_of_its_whole_figure():
    """Factor and all else are in its +- already: nothing is added to it."""
    rows, _ = quantity({"price index": "deflated, prices of 2023"}, ("supplier", "A", 12))

    assert (rows.codes >= 0).sum() == 1
    other, _ = quantity({"price index": "deflated, prices of 2023"}, ("supplier", "B", 12))
    assert (other.codes >= 0).sum() == 3


def test_the_measured_spread_of_models_goes_before_the_default():
    """"models x1.4" states its gsd2; a choice without a measured one takes the table's."""
    rows = pd.DataFrame([{**ROW, "model choice": "models x1.4: a, b"}, {**ROW, "model choice": "vintage 2020"}])
    found = uncertain_rows_of(rows, {}, split_years=False)
    spread = found.sources.iloc[found.codes[found.kinds.index("model choice")]]["spread"].tolist()

    assert spread == pytest.approx([math.log(1.4) / 2, math.log(1.05) / 2])
