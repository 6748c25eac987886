"""How much base-year events weigh against the base, on plain numbers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number


def event_shares(delta_kg: ArrayLike, *, base_kg: float) -> dict[str, float]:
    """The three measures of a row of events since the last recalculation [shares of the base].

    single = largest |delta| / base;  net = |sum delta| / base;  gross = sum |delta| / base

    Parameters
    ----------
    delta_kg
        Change of the base year by each event [kg]; organic growth is none.

    Returns
    -------
    dict
        single, net, gross: gross is never below the others, so opposite changes do not hide each other.

    Raises
    ------
    MethodError
        No event, an unknown delta, a base of zero or less.

    References
    ----------
    GHG Protocol, Corporate Standard ch. 5 and appendix E; the threshold is the company's own policy.
    """
    refuse_no_number("significance", over=0, base_kg=base_kg, hint="a share of nothing does not exist")
    given = np.asarray(delta_kg)
    deltas = np.atleast_1d(given)
    refuse_no_number("significance", delta_kg=deltas if given.dtype.kind in "iuf" else delta_kg)
    if not len(deltas) or np.isnan(deltas.astype(float)).any():
        raise MethodError("no event, or one without its kilograms", hint="0 is a figure, an empty cell is not")
    return {"single": float(np.abs(deltas).max()) / base_kg, "net": abs(math.fsum(deltas)) / base_kg,
            "gross": math.fsum(np.abs(deltas)) / base_kg}
