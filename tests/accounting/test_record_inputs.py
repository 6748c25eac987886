"""The inputs of a formula next to the quantity that it gave."""

from __future__ import annotations

import pandas as pd

from carbon.accounting.record_inputs import with_inputs
from carbon.core import schemas


def test_inputs_are_those_of_the_record():
    """Numbers with their unit, words as they are, nothing for what is blank or for records without a formula."""
    given = {"record_id": "a:2", "franchise": "north", "activity": "electricity", "quantity": 100.0, "unit": "kWh",
             "area": 20.0, "area_unit": "m2", "total_area": 80.0, "total_area_unit": "m2", "occupied_share": 0.5}
    blank = {"text": "", "number": float("nan"), "amount": 0.0, "integer": 0, "day": pd.Timestamp("2024-01-01")}
    record = {c: given.get(c, blank[kind]) for c, kind in schemas.FRANCHISES.columns.items()}

    rows = with_inputs(pd.DataFrame({"record_id": ["a:2", "b:3"]}), {"franchises": pd.DataFrame([record])})

    assert rows["inputs"].tolist() == [
        "franchise north, activity electricity, quantity 100 kWh, area 20 m2, total_area 80 m2, occupied_share 0.5", ""]
