"""Emission lines: kilograms by factor part, then joined with the columns of their activity."""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import schemas
from carbon.core.text_columns import Array, Arrays, arrays_of, listed, same_text, texts_at, values_of

KILOGRAMS = ("co2_kg", "ch4_kg", "n2o_kg", "co2e_kg", "biogenic_co2_kg")
OF_THE_ACTIVITY = ("activity_id", "record_id", "source_file", "source_line", "company", "year", "activity", "unit",
                   "tier", "quality", "kind", "site", "supplier", "group", "region")
Rows = npt.NDArray[np.integer]


def lines_of(
    resolution: pd.DataFrame, *, row: Rows, entry: Rows, quantity: npt.NDArray[np.float64], scope: str | Array,
    category: object, method: str | Array, like: pd.DataFrame | None = None,
    note: str = "",
) -> pd.DataFrame:
    """Return lines for pairs of (activity row, resolution row), each with its own quantity [unit of the activity].

    co2e_kg = quantity x kg_per_unit, and so for each gas. `note` is added to the reason of the factor's choice.
    Strings are stored as those of the activities (`like`), else as plain strings.
    """
    at = cast("npt.NDArray[np.intp]", entry)
    columns = Arrays(resolution)
    numbers = {c: columns[c].take(at) for c in KILOGRAMS}
    texts = {c: texts_at(columns[c], at, like=like) for c in ("part", "factor_id", "source_id", "gwp_used")}
    reason = listed(columns["reason"])
    if note:
        reason = [f"{text}; {note}" if text != "exact" else note for text in reason]
    return pd.DataFrame({
        "row": row, "part": texts["part"], "scope": _text(scope, len(row), like),
        "category": np.full(len(row), category, dtype=np.int64), "scope2_method": _text(method, len(row), like),
        "factor_id": texts["factor_id"], "source_id": texts["source_id"], "quantity": quantity,
        "kg_per_unit": numbers["co2e_kg"], **{c: kg * quantity for c, kg in numbers.items()},
        "reason": texts_at(reason, at, like=like), "gwp_used": texts["gwp_used"],
        "kyoto": columns["kyoto"].take(at),
    }, copy=False)


def to_emissions(activities: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Return `schemas.EMISSIONS` in the order of the activities: the lines with the columns of their activity."""
    columns = dict(zip(lines.columns, arrays_of(lines), strict=True))
    if (np.diff(columns["row"]) < 0).any():
        order = np.argsort(columns["row"], kind="stable")
        columns = {name: values.take(order) for name, values in columns.items()}
    row, of_activity = columns["row"], {name: values_of(activities[name]) for name in OF_THE_ACTIVITY}
    # Where each activity has one line, its columns are not taken again.
    if len(row) != len(activities) or (np.diff(row) != 1).any():
        is_one = of_activity["activity_id"].equals(of_activity["record_id"])
        of_activity = {name: values.take(row) for name, values in of_activity.items()}
        of_activity["activity_id"] = of_activity["record_id" if is_one else "activity_id"]
    columns |= of_activity
    return schemas.EMISSIONS.validate({name: columns[name] for name in schemas.EMISSIONS.columns})


def _text(value: str | Array, n: int, like: pd.DataFrame | None) -> Array:
    """Return one word for all lines, or the words of each."""
    return same_text(value, n, like=like) if isinstance(value, str) else value
