"""Activities x factors -> emissions: each part of each activity, in its scope and category."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import schemas
from carbon.core.columns import ranks_of
from carbon.core.exact import Integers
from carbon.core.ghg_protocol import LOCATION, NO_METHOD, OWN_SOLD, ROUTES, SCOPES
from carbon.core.text_columns import stack, text_array, texts_at, texts_like
from carbon.emissions.kernel import expand, slots
from carbon.emissions.lines import KILOGRAMS, lines_of, to_emissions
from carbon.emissions.market import market_lines
from carbon.emissions.routing import OUTSIDE, check_category, fuels_sold, is_before_the_sale, route
from carbon.params.shapes.company import Instrument

if TYPE_CHECKING:
    from carbon.factors.matching import Matched


def calculate_emissions(
    activities: pd.DataFrame, matched: Matched, *, instruments: Sequence[Instrument], residual: Matched | None
) -> pd.DataFrame:
    """Calculate the emissions of each activity and factor part, by gas and as CO2 equivalent.

    co2e_kg = quantity x kg_per_unit;  gas_kg = quantity x gas_kg_per_unit

    Scope 2 rows are listed twice, location-based and market-based; upstream and losses of energy once, in
    category 3. Rows of gases that are not Kyoto gases have `kyoto` false and enter no total. Parts that are not
    counted at all are in `outside_the_scopes`.

    Parameters
    ----------
    activities
        `schemas.ACTIVITIES`.
    matched
        From `match_factors`: a key code for each activity, and the factors of each key.
    instruments
        Contracts and certificates of the market-based method, from the company's params; [] for none.
    residual
        `scope2.residual_activities` matched to residual mixes; None where none is published.

    Returns
    -------
    DataFrame
        `schemas.EMISSIONS` [kg], in the order of the activities.

    Raises
    ------
    MissingFactorError
        An activity without a factor.
    TableError
        A column of the activities is missing.
    UsageError
        The rows are not, one by one, those that were matched.
    MethodError
        A part that has no place in the scopes; negative scope 2 energy; an impossible instrument.

    References
    ----------
    GHG Protocol, Corporate Standard (2004) ch. 4 and 6; Scope 2 Guidance (2015) ch. 6.
    """
    schemas.require(activities, ["activity_id", "activity", "scope", "category", "quantity"], made_by="cb.classify")
    matched.check(activities)
    lines = _routed(activities, matched.resolved.table, matched.codes)
    is_outside = _is_outside(activities, lines)
    blocks = [lines[~is_outside] if is_outside.any() else lines]
    if (activities["scope"] == "2").any():
        blocks += market_lines(activities, matched, instruments=instruments, residual=residual)
    return to_emissions(activities, stack(blocks, emptied=True) if len(blocks) > 1 else blocks[0])


def outside_the_scopes(activities: pd.DataFrame, matched: Matched) -> pd.DataFrame:
    """Return the parts that are not counted, in kilograms: manufacture that is in category 2, upstream of fuels sold.

    Sum over scopes + this = sum over all parts of all activities.
    """
    outside_parts = {(scope, part) for scope, to in ROUTES.items() for part, post in to.items() if post is None}
    parts = matched.resolved.table["part"].isin([part for _, part in outside_parts])
    keys = matched.resolved.table.loc[parts, "key_id"].to_numpy()
    is_asset = np.isin(matched.codes, keys) & (activities["scope"] != "3").to_numpy()
    at = np.flatnonzero(is_asset | fuels_sold(activities))
    if not len(at):
        return schemas.EMISSIONS.empty()
    some = activities.take(at)
    lines = _routed(some, matched.resolved.table, matched.codes[at])
    return to_emissions(some, lines[_is_outside(some, lines)])


def _is_outside(activities: pd.DataFrame, lines: pd.DataFrame) -> npt.NDArray[np.bool_]:
    outside = (lines["scope"] == OUTSIDE).to_numpy(dtype=bool)
    return np.asarray(outside | is_before_the_sale(activities, lines["row"].to_numpy(), lines["part"]))


def _routed(activities: pd.DataFrame, resolution: pd.DataFrame, codes: Integers) -> pd.DataFrame:
    """Return one line for each part of each activity; scope 2 by the location-based method only."""
    row, entry = expand(codes, slots(resolution))
    check_category(activities["scope"], activities["category"])
    scopes = pd.Categorical(activities["scope"], categories=SCOPES).codes.astype(np.int64)[row]
    of_row, pair = ranks_of(scopes * len(resolution) + entry, len(SCOPES) * len(resolution))
    scope, category = route(*np.divmod(pair, max(len(resolution), 1)), resolution["part"])
    method = np.where(scope == "2", LOCATION, NO_METHOD)
    own_category = activities["category"].to_numpy()[row]
    lines = lines_of(
        resolution, row=row, entry=entry, quantity=activities["quantity"].to_numpy()[row],
        scope=texts_at(scope, of_row, like=activities), method=texts_at(method, of_row, like=activities),
        category=np.where(scopes == SCOPES.index("3"), own_category, category[of_row]), like=activities)
    return _without_sold(activities, lines)


def _without_sold(activities: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Set to zero the lines of own generation whose certificates were sold: no grid delivered it, nothing was burnt."""
    of_activity = np.asarray(activities["group"] == OWN_SOLD) if "group" in activities else np.zeros(0, dtype=bool)
    if not of_activity.any():
        return lines
    is_sold = of_activity[lines["row"].to_numpy()]
    numbers = {c: np.where(is_sold, 0.0, lines[c].to_numpy(np.float64)) for c in ("kg_per_unit", *KILOGRAMS)}
    note = "own generation, certificates sold: no emission on site"
    reason = np.where(is_sold, note, lines["reason"].astype("str"))
    reasons = pd.DataFrame({"reason": text_array(reason.astype(object))}, index=lines.index)
    return lines.assign(**numbers, reason=texts_like(reasons, activities)["reason"])
