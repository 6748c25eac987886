"""Marks on rows of a company's tables by its own rules: "yes", "no", or "" where nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from carbon.core import vocabulary
from carbon.core.errors import UsageError
from carbon.core.text import fold
from carbon.core.text_columns import Array, text_array
from carbon.digital.conditions import rows_that_meet
from carbon.params.shapes.digital import Requirement

POSITIVE_TAGS = ("Green IT", "IT for Human")
OTHER = "other"
DAYS_PER_MONTH = 365.0 / 12
YES, NO, UNKNOWN = "yes", "no", ""


def marked(met: Any, is_known: Any = True) -> Array:
    """Return "yes" or "no" for each row, "" where it is not known."""
    place = np.where(np.asarray(is_known, dtype=bool), np.where(np.asarray(met, dtype=bool), 1, 2), 0)
    return text_array([UNKNOWN, YES, NO]).take(place)


def is_completed(training: pd.DataFrame, *, on: pd.Timestamp) -> pd.Series:
    """Return whether each person has completed the course by a day."""
    return training["completed_on"] <= on


def is_on_time(training: pd.DataFrame, *, on: pd.Timestamp, onboarding_days: float) -> pd.Series:
    """Return "yes" or "no" for people whose onboarding is over: completed within `onboarding_days`; else "not due"."""
    days = (training["completed_on"].where(is_completed(training, on=on)) - training["hired_on"]).dt.days
    late = days.isna() & ((on - training["hired_on"]).dt.days > onboarding_days)
    return pd.Series(marked(days <= onboarding_days), index=days.index).mask(days.isna() & ~late, "not due")


def is_maintained(solutions: pd.DataFrame, *, on: pd.Timestamp, active_months: float) -> pd.Series:
    """Return whether each solution has a live maintenance contract or a commit within `active_months`.

    The definition is this project's: no official one was found.
    """
    commit = solutions["last_commit_on"]
    recent = (commit <= on) & ((on - commit).dt.days <= active_months * DAYS_PER_MONTH)
    return (solutions["maintained_until"] >= on) | recent


def rules_of(policy: Mapping[str, Sequence[Requirement]], category: str) -> Sequence[Requirement]:
    """Return the rules of a category of purchases, else those of "other"."""
    return policy.get(category, policy.get(OTHER, ()))


def meets_purchasing(purchases: pd.DataFrame, policy: Mapping[str, Sequence[Requirement]]) -> pd.Series:
    """Return whether each purchase meets the rule of its category; other categories have the rule "other".

    A category without a rule meets none.

    Raises UsageError: No rule at all.
    """
    if not any(policy.values()):
        raise UsageError("No rule for purchases", hint="write `purchasing` in digital_policies.yml")
    met = pd.Series(False, index=purchases.index)
    for category in purchases["category"].unique():
        rows = purchases["category"] == category
        if rules := rules_of(policy, category):
            met |= rows & rows_that_meet(purchases, rules)
    return met


def given_to(partners: pd.Series, routes: pd.Series) -> pd.Series:
    """Return to whom each device was given: "staff", "association", "other" (not given), "" where nobody states it."""
    words = vocabulary.words_of("recipient")
    names = partners.map(lambda text: next((words[word] for word in fold(text).split() if word in words), UNKNOWN))
    return names.astype("str").where(routes == "donated", routes.where(routes == "", "other"))
