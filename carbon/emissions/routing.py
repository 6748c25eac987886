"""Where each part of each activity goes: scope and category, or outside the scopes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import FUEL_SOLD, NO_CATEGORY, NOT_OF_FUELS_SOLD, ROUTES, SCOPES

OUTSIDE = "outside"
"""Not counted: the asset itself is in category 2 in the year of purchase."""
_UNROUTED = "no place"


def route(
    scope: npt.NDArray[np.int64], entry: npt.NDArray[np.int64], part: pd.Series
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """Return scope and category for pairs of an activity's scope and a factor's part (methods 1.2).

    Scope 1 and 2: combustion and fugitive stay, upstream and losses go to category 3, manufacture goes outside.
    Scope 3: every part stays in the activity's own category (0 here).

    Parameters
    ----------
    scope
        Place in `SCOPES` of each pair.
    entry
        Place in `part` of each pair.

    Raises
    ------
    MethodError
        A part without a place in the activity's scope.

    Source: `core.ghg_protocol.ROUTES`.
    """
    parts, names = pd.factorize(part)
    to_scope, to_category = _table([str(n) for n in names])
    at = parts[entry]
    out = to_scope[scope, at]
    unrouted = out == _UNROUTED
    if unrouted.any():
        rows = pd.DataFrame({"scope": np.array(SCOPES)[scope[unrouted]], "part": np.asarray(names)[at[unrouted]]})
        raise MethodError("Factor parts that have no place in their activity's scope", rows=rows.drop_duplicates(),
                          hint="choose a factor without this part, or classify the activity in scope 3.")
    return out, to_category[scope, at]


def _table(parts: list[str]) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    to_scope = np.full((len(SCOPES), len(parts)), _UNROUTED, dtype=object)
    to_category = np.full((len(SCOPES), len(parts)), NO_CATEGORY, dtype=np.int64)
    to_scope[SCOPES.index("3")] = "3"
    for i, scope in enumerate(SCOPES[:2]):
        for j, part in enumerate(parts):
            if part in ROUTES[scope]:
                to_scope[i, j], to_category[i, j] = ROUTES[scope][part] or (OUTSIDE, NO_CATEGORY)
    return to_scope, to_category


def fuels_sold(activities: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Flag activities that are fuels which the company sells."""
    return ((activities["group"] == FUEL_SOLD) & (activities["kind"] == "product_use")).to_numpy(dtype=bool)


def is_before_the_sale(
    activities: pd.DataFrame, row: npt.NDArray[np.integer], part: pd.Series
) -> npt.NDArray[np.bool_]:
    """Flag lines of fuels sold that are upstream of their sale: they are in the seller's other scopes already."""
    is_sold = fuels_sold(activities)
    if not is_sold.any():
        return np.zeros(len(row), dtype=bool)
    return is_sold[row] & part.isin(NOT_OF_FUELS_SOLD).to_numpy(dtype=bool)


def check_category(scope: pd.Series, category: pd.Series) -> None:
    """Raise for scope 3 activities without a category, and others with one."""
    misplaced = (scope == "3").to_numpy() == (category == NO_CATEGORY).to_numpy()
    if misplaced.any():
        rows = pd.DataFrame({"scope": scope[misplaced], "category": category[misplaced]}).drop_duplicates()
        raise MethodError("A scope 3 activity needs a category 1 to 15, scope 1 and 2 have none (0)", rows=rows,
                          hint="correct `scope` and `category` of the rule in the company's params.")
