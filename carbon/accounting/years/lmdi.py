"""Index decomposition: the exact contribution of each factor of a product to a change.

V = sum_i prod_k x_ki. Effects sum to the change of V, whatever appears, disappears or stays equal.
"""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from carbon.core.errors import MethodError

SHAPLEY_FACTORS = 6


def logarithmic_mean(a: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Return L(a, b) = (a - b) / ln(a / b), with its limits L(a, a) = a and L(0, b) = 0.

    Up to a ratio of 2, (a - b) / log1p((a - b) / b): the difference is exact there. Beyond, (a - b) / ln(a / b), and
    (a - b) / (ln a - ln b) where the ratio overflows. Good to a few units in the last place at ratios from 1e-20 to
    1e20 and beyond.

    Raises MethodError: Values of different signs have no logarithmic mean.
    """
    if any(np.asarray(v).dtype.kind not in "iuf" for v in (a, b)):
        raise MethodError("a logarithmic mean is of numbers", hint="give numbers, arrays or Series")
    a, b = np.broadcast_arrays(np.asarray(a, dtype=float), np.asarray(b, dtype=float))
    if (np.sign(a) * np.sign(b) < 0).any():
        hint = "decompose credits as their own series"
        raise MethodError("values of opposite sign have no logarithmic mean", hint=hint)
    result = np.zeros(a.shape)
    neither_zero = (a != 0) & (b != 0)
    larger, smaller = (f(np.abs(a[neither_zero]), np.abs(b[neither_zero])) for f in (np.maximum, np.minimum))
    difference = larger - smaller
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = larger / smaller
        logarithm = np.where(np.isinf(ratio), np.log(larger) - np.log(smaller), np.log(ratio))
        logarithm = np.where(ratio <= 2, np.log1p(difference / smaller), logarithm)
        mean = np.where(difference == 0, larger, difference / logarithm)
    result[neither_zero] = np.sign(a[neither_zero]) * mean
    return result


def _values(table: pd.DataFrame) -> np.ndarray:
    values = table.to_numpy(dtype=float)
    zero = (values == 0).any(axis=1)
    # Where one factor is zero the product is zero, even if another (kg per nothing) is undefined.
    return np.where(zero, 0.0, values.prod(axis=1))


def lmdi(start: pd.DataFrame, end: pd.DataFrame) -> pd.DataFrame:
    """Return the additive LMDI-I effects of each factor on each source, which sum to V_T - V_0.

    dV_ki = L(V_iT, V_i0) ln(x_kiT / x_ki0). For a source that appears or disappears the factor that is zero takes the
    whole change; several zeros share it equally.

    Parameters
    ----------
    start, end
        One row a source (same index), one column a factor; the product of the columns is the source's value.
        A factor may be NaN only where another factor of that row is zero.

    Raises
    ------
    MethodError
        Different indexes or columns; a source that changes sign; a value that is not a number.

    References
    ----------
    Ang 2005, Energy Policy 33:867; Wood and Lenzen 2006, Energy Policy 34:1326 (the limits at zero).
    """
    if not (start.index.equals(end.index) and start.columns.equals(end.columns)):
        raise MethodError("LMDI needs the same sources and factors at both ends",
                          hint="reindex both tables to all sources, with 0 where one is absent")
    v0, v1 = _values(start), _values(end)
    if not (np.isfinite(v0).all() and np.isfinite(v1).all()):
        raise MethodError("a factor is not a number although no other factor of its source is zero",
                          hint="leave the source out, or give the factor; a missing factor is not zero")
    x0, x1 = start.to_numpy(dtype=float), end.to_numpy(dtype=float)
    effects = np.zeros(x0.shape)
    in_both_years = (v0 != 0) & (v1 != 0)
    ratio = x1[in_both_years] / x0[in_both_years]
    if (ratio <= 0).any():
        raise MethodError("a factor changes sign", hint="decompose credits as their own series")
    effects[in_both_years] = logarithmic_mean(v1[in_both_years], v0[in_both_years])[:, None] * np.log(ratio)
    for values, other, change in ((x0, in_both_years, v1), (x1, in_both_years, -v0)):
        born = ~other & (change != 0)
        zeros = values[born] == 0
        effects[born] += zeros * (change[born] / zeros.sum(axis=1))[:, None]
    return pd.DataFrame(effects, index=start.index, columns=start.columns)


def lmdi_multiplicative(start: pd.DataFrame, end: pd.DataFrame) -> pd.Series:
    """Return D_k = exp(sum_i dV_ki / L(V_T, V_0)); the D_k multiply to V_T / V_0.

    Raises MethodError: A total that is zero or negative.
    """
    total0, total1 = float(_values(start).sum()), float(_values(end).sum())
    if min(total0, total1) <= 0:
        raise MethodError("the multiplicative form needs positive totals at both ends",
                          hint="take the additive form, `lmdi`")
    return np.exp(lmdi(start, end).sum() / float(logarithmic_mean(total1, total0)))


def shapley(start: pd.DataFrame, end: pd.DataFrame) -> pd.DataFrame:
    """Return the mean over all orders of changing one factor at a time: exact, additive, also with zeros and negatives.

    For sources that appear or disappear it invents intensity effects; prefer `lmdi` there.

    Raises MethodError: More than six factors (720 orders).
    """
    names = list(start.columns)
    if len(names) > SHAPLEY_FACTORS:
        raise MethodError(f"Shapley with {len(names)} factors would need {factorial(len(names)):,} orders",
                          hint="take `lmdi`, or at most six factors")
    effects = pd.DataFrame(0.0, index=start.index, columns=names)
    for order in permutations(names):
        now = start
        for name in order:
            changed = now.assign(**{name: end[name]})
            effects[name] += (_values(changed) - _values(now)) / factorial(len(names))
            now = changed
    return effects
