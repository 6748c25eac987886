"""An impact compared with one person's yearly share of the planet's limits.

It is never "a share of the planet" for a company.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.errors import UsageError
from carbon.core.plain_numbers import refuse_no_number
from carbon.digital import packaged_tables

POPULATION = 6_916_183_482
"""World in 2010: the convention of Sala et al. 2020. 8e9 gives budgets 14 % smaller."""


def budget_per_person(criterion: str, *, population: float = POPULATION) -> float:
    """Return global limit / population [unit of the criterion, a year]; NaN without an agreed limit (land use).

    Raises UsageError: An unknown criterion or a population of zero or less.

    References
    ----------
    Sala et al. 2020, J. Environ. Manage., PMC7315131.
    """
    refuse_no_number("budget of a person", population=population)
    if not population > 0:
        raise UsageError(f"A population of {population}", hint="people in the world, e.g. 8e9")
    if not isinstance(criterion, str):
        raise UsageError(f"Unknown criterion {criterion!r}", hint=f"one of {', '.join(_rows())}")
    return float(_row(criterion)["global_limit_per_year"]) / population


def person_budget(impacts: Mapping[str, float] | float, *, users: float | None = None,
                  population: float = POPULATION) -> pd.DataFrame:
    """Return yearly impacts in person-budgets, and per user in percent of one.

    ratio = impact / (limit / population)

    Parameters
    ----------
    impacts
        Criterion -> impact a year; a number alone is climate change [kg CO2e]. NaN is "not covered".
    users
        With it, also percent of one person's budget per user; over zero.

    Returns
    -------
    DataFrame
        criterion, name, unit, impact, budget_per_person, person_budgets, percent_per_user (NaN without users),
        headline.

    Raises UsageError: An unknown criterion; MethodError: No users or nobody in the world; an impact that is a string or
    infinite.
    """
    if users is not None:
        refuse_no_number("percent per user", over=0, users=users, hint="leave `users` out where nobody is counted")
    by_criterion = dict(impacts) if isinstance(impacts, Mapping) else {"climate_change": impacts}
    rows = []
    for criterion, impact in by_criterion.items():
        if impact is not None and not _missing(impact):
            refuse_no_number(f"person-budgets, {criterion}", impact=impact)
        impact = math.nan if impact is None else float(impact)
        row, budget = _row(criterion), budget_per_person(criterion, population=population)
        ratio = impact / budget
        percent = math.nan if users is None else 100 * ratio / users
        rows.append((criterion, row["name"], row["unit"], float(impact), budget, ratio, percent,
                     row["headline"] == "true"))
    return pd.DataFrame(rows, columns=["criterion", "name", "unit", "impact", "budget_per_person", "person_budgets",
                                       "percent_per_user", "headline"])


def single_score(impacts: Mapping[str, float]) -> float:
    """Return the EF 3.1 single score: sum(impact / normalisation x weight) over 16 criteria [weighted person-years].

    NaN ("not covered") where one criterion is missing: a score of fewer criteria is another score.
    """
    if not isinstance(impacts, Mapping):
        raise UsageError(f"a score is of impacts by criterion, not of {impacts!r}", hint="{criterion: impact, ...}")
    for criterion, impact in impacts.items():
        _row(criterion)
        if not _missing(impact):
            refuse_no_number(f"single score, {criterion}", impact=impact)
    table = packaged_tables.load("planetary_boundaries").set_index("criterion")
    values = pd.Series(dict(impacts), dtype="float64").reindex(table.index)
    if values.isna().any():
        return math.nan
    return float((values / table["ef31_normalisation"] * table["ef31_weight"]).sum())


def _missing(impact: Any) -> bool:
    return isinstance(impact, float | np.floating) and math.isnan(impact)


@cache
def _rows() -> dict[str, dict[str, Any]]:
    table = packaged_tables.load("planetary_boundaries").set_index("criterion")
    return {str(k): dict(row) for k, row in table.iterrows()}


def _row(criterion: str) -> dict[str, Any]:
    if criterion not in _rows():
        raise UsageError(f"Unknown criterion {criterion!r}", hint=f"one of {', '.join(_rows())}")
    return _rows()[criterion]
