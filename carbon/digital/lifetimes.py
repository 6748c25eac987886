"""
How long a device lives: NumEcoEval's order, or the greater of age and planned life.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError
from carbon.digital.embodied import DAYS_PER_YEAR

NUMECOEVAL, MAX_RULE = "numecoeval", "max_of_age_and_planned"
RULES = (MAX_RULE, NUMECOEVAL)
FALLBACK_YEARS = 2.0
"""NumEcoEval: where neither dates nor a type's default are known."""
Floats = npt.NDArray[np.float64]


def age_years(purchased_on: pd.Series, retired_on: pd.Series, on: pd.Timestamp) -> pd.Series:
    """
    Age in years of 365 days: retirement - purchase once retired, else `on` - purchase. NaN without purchase date.
    """
    end = retired_on.where(retired_on.notna() & (retired_on <= on), on)
    return ((end - purchased_on).dt.days / DAYS_PER_YEAR).rename("age_years")


def lifespan_years(
    age: pd.Series, retired: pd.Series, planned: pd.Series, default: pd.Series, *, rule: str
) -> pd.Series:
    """
    Life of each device [years].

    numecoeval: age where a date is known (retired or in use), else the type's default, else 2; under 1 counts 1.
    max_of_age_and_planned: a retired device lived its age; one in use max(age, planned), planned being the type's
    default where none is given; without date the planned life.

    Parameters
    ----------
    age
        From `age_years`; NaN where no purchase date is known.
    retired
        Whether the device has left.

    Raises
    ------
    MethodError
        An unknown rule.

    References
    ----------
    NumEcoEval documentation, lifetime of equipment. The second rule is this project's: by the first, a young fleet
    looks heavy and improves by waiting.
    """
    if rule not in RULES:
        raise MethodError(f"Unknown lifespan_rule {rule!r}", hint=f"one of {', '.join(RULES)}")
    fallback = default.fillna(FALLBACK_YEARS)
    if rule == NUMECOEVAL:
        return age.fillna(fallback).clip(lower=1.0).rename("lifespan_years")
    planned = planned.fillna(fallback)
    in_use = np.fmax(age, planned)
    lived = age.where(retired & age.notna(), in_use)
    return lived.clip(lower=1.0 / DAYS_PER_YEAR).fillna(planned).rename("lifespan_years")
