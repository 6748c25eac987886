"""Rows that share errors, on plain arrays: the full matrix for a few rows, to check the linear-time result against.

ln E_i = ln x_i + sum_k B_ik z_k, z_k independent standard normal; rows that share a column share its error.

Source: algebra; IPCC 2006 Guidelines vol. 1 ch. 3 with correlated inputs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number

MOST_ROWS = 2_000


def total_moments(kg: np.ndarray, loadings: np.ndarray) -> tuple[float, float]:
    """Calculate mean and standard deviation of a sum of rows that share errors [kg].

    S_ij = sum_k B_ik B_jk;  M_i = x_i exp(S_ii / 2);  mean = sum M_i;  variance = sum_ij M_i M_j (exp(S_ij) - 1)

    Parameters
    ----------
    kg
        x_i, the table value (median) of each row.
    loadings
        B: rows x sources of error [ln]; sigma = ln(GSD2) / 2.

    Raises
    ------
    MethodError
        Shapes that do not fit, unknown values, more than 2,000 rows.
    """
    x, b = _checked(kg, loadings)
    shared = b @ b.T
    mean = x * np.exp(np.diag(shared) / 2)
    variance = float(mean @ np.expm1(shared) @ mean)
    return float(mean.sum()), float(np.sqrt(max(variance, 0.0)))


def contribution_shares(kg: np.ndarray, loadings: np.ndarray) -> np.ndarray:
    """Calculate the share of each source of error in the variance of the total, to first order; they sum to 1.

    V_k = (sum_i w_i B_ik)^2 / sum over k of the same,  w_i = x_i / sum x

    Raises MethodError: As `total_moments`; rows without any error, or that sum to zero.
    """
    x, b = _checked(kg, loadings)
    squares = (x @ b) ** 2
    if not squares.sum() > 0:
        raise MethodError("the rows have no error, or their errors cancel: there are no shares to calculate",
                          hint="give each row the errors of its factor, meter or rate")
    return np.asarray(squares / squares.sum())


def _checked(kg: Any, loadings: Any) -> tuple[np.ndarray, np.ndarray]:
    refuse_no_number("shared errors", kg=kg, loadings=loadings)
    x, b = np.atleast_1d(np.asarray(kg, dtype=float)), np.atleast_2d(np.asarray(loadings, dtype=float))
    unknown = np.isnan(x).any() or np.isnan(b).any()
    if x.ndim != 1 or b.shape[0] != len(x) or not 0 < len(x) <= MOST_ROWS or unknown:
        raise MethodError(f"kg of shape {x.shape} and loadings of shape {b.shape} do not fit, or have an unknown value",
                          hint=f"one row of loadings a row of kg, at most {MOST_ROWS:,} rows")
    return x, b
