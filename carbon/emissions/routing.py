"""
Where each part of each activity goes: scope and category, or outside the scopes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import NO_CATEGORY, ROUTES, SCOPES

OUTSIDE = "outside"
"""Not counted: the asset itself is in category 2 in the year of purchase."""
_UNROUTED = "no place"


def route(
    scope: pd.Series, category: pd.Series, part: pd.Series
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """
    Scope and category of each pair of activity and part (methods 1.2).

    Scope 1 and 2: combustion and fugitive stay, upstream and losses go to category 3, manufacture goes outside.
    Scope 3: every part stays in the activity's category.

    Raises
    ------
    MethodError
        A part without a place in the activity's scope; a scope 3 activity without a category, or another scope
        with one.

    Source: `core.ghg_protocol.ROUTES`.
    """
    _check_category(scope, category)
    parts, names = pd.factorize(part)
    scopes = pd.Categorical(scope, categories=SCOPES).codes.astype(np.int64)
    to_scope, to_category = _table([str(n) for n in names])
    out = to_scope[scopes, parts]
    lost = out == _UNROUTED
    if lost.any():
        rows = pd.DataFrame({"scope": scope.array[lost], "part": part.array[lost]}).drop_duplicates()
        raise MethodError("Factor parts that have no place in their activity's scope", rows=rows,
                          hint="choose a factor without this part, or classify the activity in scope 3.")
    return out, np.where(scopes == SCOPES.index("3"), category.to_numpy(), to_category[scopes, parts])


def _table(parts: list[str]) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    to_scope = np.full((len(SCOPES), len(parts)), _UNROUTED, dtype=object)
    to_category = np.full((len(SCOPES), len(parts)), NO_CATEGORY, dtype=np.int64)
    to_scope[SCOPES.index("3")] = "3"
    for i, scope in enumerate(SCOPES[:2]):
        for j, part in enumerate(parts):
            if part in ROUTES[scope]:
                to_scope[i, j], to_category[i, j] = ROUTES[scope][part] or (OUTSIDE, NO_CATEGORY)
    return to_scope, to_category


def _check_category(scope: pd.Series, category: pd.Series) -> None:
    wrong = (scope == "3").to_numpy() == (category == NO_CATEGORY).to_numpy()
    if wrong.any():
        rows = pd.DataFrame({"scope": scope[wrong], "category": category[wrong]}).drop_duplicates()
        raise MethodError("A scope 3 activity needs a category 1 to 15, scope 1 and 2 have none (0)", rows=rows,
                          hint="correct `scope` and `category` of the rule in the company's params.")
