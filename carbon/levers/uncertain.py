"""
Uncertain levers on plain numbers: the normal chance constraint, and Bertsimas and Sim's budget of uncertainty.

`robust` and `chance` stand on the plan's own problem, with products instead of sums; these are the linear forms that a
textbook gives, for levers whose cuts [kg or t] simply add.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number


def chance_margin(mean: ArrayLike, sd: ArrayLike, *, need: float, probability: float) -> float:
    """
    By how much the chosen levers keep the need with a probability; negative where they do not [unit of the cuts].

    margin = sum mu - z sqrt(sum sd^2) - need,  z the normal quantile of the probability; levers are independent

    Parameters
    ----------
    mean, sd
        Expected cut of each chosen lever, and its standard deviation.
    need
        What must be cut in all.

    Raises
    ------
    MethodError
        Arrays that do not fit, unknown values, a negative sd, no probability between 0 and 1.
    """
    mu, spread = _pair("chance constraint", mean, sd)
    refuse_no_number("chance constraint", need=need)
    refuse_no_number("chance constraint", over=0, probability=probability, hint="a share between 0 and 1")
    if not probability < 1:
        raise MethodError(f"a probability of {probability} asks for an endless margin", hint="a share between 0 and 1")
    return float(mu.sum() - ndtri(probability) * np.sqrt((spread**2).sum()) - need)


def chance_of(mean: ArrayLike, sd: ArrayLike, *, need: float) -> float:
    """
    Chance that the chosen levers cut what is needed: P = F((sum mu - need) / sqrt(sum sd^2)); independent, normal.
    """
    mu, spread = _pair("chance", mean, sd)
    refuse_no_number("chance", need=need)
    total = float(np.sqrt((spread**2).sum()))
    margin = float(mu.sum() - need)
    return float(ndtr(margin / total)) if total > 0 else float(margin >= 0)


def protection(deviation: ArrayLike, *, gamma: float) -> float:
    """
    Worst loss when at most Gamma levers disappoint at once, a fractional one in part [unit of the cuts].

    max over sets of at most Gamma of sum dev = min over q, p >= 0 with q + p_j >= dev_j of Gamma q + sum p_j

    = the floor(Gamma) largest deviations + (Gamma - floor(Gamma)) x the next one

    Raises
    ------
    MethodError
        A negative or unknown deviation or gamma.

    References
    ----------
    Bertsimas and Sim 2004, Operations Research 52:35.
    """
    dev = _many("protection", deviation, at_least=0)
    refuse_no_number("protection", at_least=0, gamma=gamma)
    largest = np.sort(dev)[::-1]
    whole = int(min(np.floor(gamma), len(dev)))
    part = float(gamma - whole) * float(largest[whole]) if whole < len(dev) else 0.0
    return float(largest[:whole].sum()) + part


def robust_margin(mean: ArrayLike, deviation: ArrayLike, *, need: float, gamma: float) -> float:
    """
    By how much the chosen levers keep the need whichever Gamma of them disappoint: sum mu - protection - need.
    """
    mu, dev = _pair("robust constraint", mean, deviation)
    refuse_no_number("robust constraint", need=need)
    return float(mu.sum()) - protection(dev, gamma=gamma) - need


def _pair(what: str, mean: ArrayLike, spread: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    mu, sd = _many(what, mean), _many(what, spread, at_least=0)
    if len(mu) != len(sd):
        raise MethodError(f"{what}: {len(mu)} cuts and {len(sd)} spreads", hint="one spread a lever")
    return mu, sd


def _many(what: str, values: ArrayLike, *, at_least: float | None = None) -> np.ndarray:
    array = np.asarray(values)
    refuse_no_number(what, at_least=at_least, values=array if array.dtype.kind in "iuf" else values)
    if array.ndim != 1 or np.isnan(array.astype(float)).any():
        raise MethodError(f"{what}: one known number a lever is needed, not {values!r}", hint="a list of numbers")
    return array.astype(float)
