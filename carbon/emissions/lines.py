"""
Emission lines in the making: what a factor gives, before the activity's own columns are put beside it.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import schemas
from carbon.core.words_coded import any_coded, one_id, same_text, spread, text_array

KILOGRAMS = ("co2_kg", "ch4_kg", "n2o_kg", "co2e_kg", "biogenic_co2_kg")
OF_THE_ACTIVITY = ("activity_id", "record_id", "source_file", "source_line", "company", "year", "activity", "unit",
                   "tier", "quality", "kind", "site", "supplier", "group", "region")
Rows = npt.NDArray[np.integer]


def lines_of(
    resolution: pd.DataFrame, *, row: Rows, entry: Rows, quantity: npt.NDArray[np.float64], scope: object,
    category: object, method: object, note: str = "", coded: bool = False,
) -> pd.DataFrame:
    """
    Lines for pairs of (activity row, resolution row), each with its own quantity [unit of the activity].

    co2e_kg = quantity x kg_per_unit, and so for each gas. `note` is added to the reason of the factor's choice. Texts
    are codes into their words where the activities' own ones are (`coded`).
    """
    at = cast("npt.NDArray[np.intp]", entry)
    numbers = {c: resolution[c].to_numpy(np.float64).take(at) for c in KILOGRAMS}
    kg_per_unit = numbers["co2e_kg"]
    reason = resolution["reason"]
    if note:
        said = [f"{text}; {note}" if text != "exact" else note for text in reason.tolist()]
        reason = pd.Series(text_array(said), copy=False)

    def told(words: pd.Series) -> object:
        """
        Words of each resolution as words of each row; codes where the activities hold codes.
        """
        return spread(words, at) if coded else words.array.take(at)

    return pd.DataFrame({
        "row": row, "part": told(resolution["part"]), "scope": _text(scope, len(row), coded),
        "category": _whole(category, len(row)), "scope2_method": _text(method, len(row), coded),
        "factor_id": told(resolution["factor_id"]), "source_id": told(resolution["source_id"]), "quantity": quantity,
        "kg_per_unit": kg_per_unit, **{c: kg * quantity for c, kg in numbers.items()}, "reason": told(reason),
        "gwp_used": told(resolution["gwp_used"]), "kyoto": resolution["kyoto"].to_numpy(bool).take(at),
    }, copy=False)


def to_emissions(activities: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """
    `schemas.EMISSIONS` in the order of the activities: the lines with their activity's columns beside them.
    """
    row, told = lines["row"].to_numpy(), lines.drop(columns="row")
    if (np.diff(row) < 0).any():
        order = np.argsort(row, kind="stable")
        row, told = row[order], told.take(order)
    own, coded = activities[list(OF_THE_ACTIVITY)], any_coded(activities)
    if len(row) != len(own) or (np.diff(row) != 1).any():  # where each activity has one line, they stand as they are
        own = own.take(row)
        if coded:  # one text for both, where an activity bears the name of its record
            own = one_id(own)
    return schemas.EMISSIONS.validate(pd.concat([own.reset_index(drop=True), told.reset_index(drop=True)], axis=1))


def _text(value: object, n: int, coded: bool) -> pd.api.extensions.ExtensionArray:
    """
    One word for all lines, or a word each, in the text type of the tables.
    """
    if isinstance(value, str) and coded:
        return pd.Categorical.from_codes(np.zeros(n, dtype=np.int8), pd.Index([value], dtype="str"))
    if isinstance(value, pd.Categorical):
        return value
    return same_text(value, n) if isinstance(value, str) else text_array(value)


def _whole(value: object, n: int) -> npt.NDArray[np.int64]:
    return np.broadcast_to(np.asarray(value, dtype=np.int64), (n,)).copy()
