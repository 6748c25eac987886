"""The pathway that each record requires, year by year, to compare with a target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from carbon.trajectory.rulesets import Ruleset, ruleset
from carbon.trajectory.situation import Situation
from carbon.trajectory.targets import Target


def required_pathways(target: Target, facts: Situation, rules: Sequence[str]) -> pd.DataFrame:
    """Return the emissions that each record allows for the target's scopes, from base year to target year [kg].

    By contraction where the record has a yearly rate for each of the scopes (never below its residual); by the record's
    own years where it refers to one that the history has. Records that give no pathway have no column.

    Returns
    -------
    DataFrame
        Indexed by year: `target` and one column a record; `attrs["left_out"]` names the records without a pathway.
    """
    path = target.pathway(float(facts.base_kg.sum()))
    table = pd.DataFrame({"target": path})
    left_out = []
    for name in rules:
        column = _contraction(target, facts, ruleset(name), path.index)
        column = _reference(target, facts, ruleset(name), path.index) if column is None else column
        if column is None:
            left_out.append(name)
        else:
            table[name] = column
    table.attrs["left_out"] = tuple(left_out)
    return table


def _contraction(target: Target, facts: Situation, rules: Ruleset, years: pd.Index) -> np.ndarray | None:
    rates = {s: rules.rate(s, base_year=target.base_year, target_year=target.target_year) for s in target.scopes}
    if any(r is None for r in rates.values()):
        return None
    residual = rules.params.get("residual", 0)
    passed = years.to_numpy() - target.base_year
    # A scope without records in the base year has no path of its own.
    return np.sum([float(facts.base_kg[s]) * np.maximum(1 - (r or 0) * passed, residual) for s, r in rates.items()
                   if not np.isnan(facts.base_kg[s])], axis=0)


def _reference(target: Target, facts: Situation, rules: Ruleset, years: pd.Index) -> np.ndarray | None:
    first, cuts = rules.params.get("reference_year"), rules.params.get("reduction")
    if first not in facts.years.index or not isinstance(cuts, dict):
        return None
    known_years = [first, *sorted(cuts)]
    cut = np.interp(years.to_numpy(), known_years, [0, *(cuts[y] for y in sorted(cuts))])
    # The record requires nothing before its own reference year or after its last year.
    silent = (years.to_numpy() < first) | (years.to_numpy() > known_years[-1])
    return np.where(silent, np.nan, (1 - cut) * float(facts.years.loc[first].sum()))
