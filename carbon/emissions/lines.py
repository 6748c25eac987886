"""
Emission lines in the making: what a factor gives, before the activity's own columns are put beside it.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import schemas

KILOGRAMS = ("co2_kg", "ch4_kg", "n2o_kg", "co2e_kg", "biogenic_co2_kg")
_OF_THE_FACTOR = ["part", "factor_id", "source_id", *KILOGRAMS, "reason", "gwp_used", "kyoto"]
OF_THE_ACTIVITY = ("activity_id", "record_id", "source_file", "source_line", "company", "year", "activity", "unit",
                   "tier", "quality", "kind", "site", "supplier", "group", "region")
Rows = npt.NDArray[np.integer]


def lines_of(
    resolution: pd.DataFrame, *, row: Rows, entry: Rows, quantity: npt.NDArray[np.float64], scope: object,
    category: object, method: object, note: str = "",
) -> pd.DataFrame:
    """
    Lines for pairs of (activity row, resolution row), each with its own quantity [unit of the activity].

    co2e_kg = quantity x kg_per_unit, and so for each gas. `note` is added to the reason of the factor's choice.
    """
    found = resolution[_OF_THE_FACTOR].take(cast("npt.NDArray[np.intp]", entry))
    kilograms = {c: found[c].to_numpy(np.float64) * quantity for c in KILOGRAMS}
    reason = found["reason"] if not note else found["reason"].where(found["reason"] != "exact", "").add(
        np.where(found["reason"] == "exact", "", "; ")).add(note)
    return pd.DataFrame({
        "row": row, "part": found["part"].array, "scope": _text(scope, len(row)),
        "category": _whole(category, len(row)), "scope2_method": _text(method, len(row)),
        "factor_id": found["factor_id"].array, "source_id": found["source_id"].array, "quantity": quantity,
        "kg_per_unit": found["co2e_kg"].to_numpy(np.float64), **kilograms, "reason": reason.array,
        "gwp_used": found["gwp_used"].array, "kyoto": found["kyoto"].to_numpy(bool),
    })


def to_emissions(activities: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """
    `schemas.EMISSIONS` in the order of the activities: the lines with their activity's columns beside them.
    """
    row, told = lines["row"].to_numpy(), lines.drop(columns="row")
    if (np.diff(row) < 0).any():
        order = np.argsort(row, kind="stable")
        row, told = row[order], told.take(order)
    own = activities[list(OF_THE_ACTIVITY)]
    if len(row) != len(own) or (np.diff(row) != 1).any():  # where each activity has one line, they stand as they are
        own = own.take(row)
    return schemas.EMISSIONS.validate(pd.concat([own.reset_index(drop=True), told.reset_index(drop=True)], axis=1))


def _text(value: object, n: int) -> pd.api.extensions.ExtensionArray:
    """
    One word for all lines, or a word each, in the text type of the tables.
    """
    values = [value] * n if isinstance(value, str) else value
    return pd.array(values, dtype="str")  # type: ignore[call-overload]


def _whole(value: object, n: int) -> npt.NDArray[np.int64]:
    return np.broadcast_to(np.asarray(value, dtype=np.int64), (n,)).copy()
