"""Marks on rows of a company's tables by its own rules: "yes", "no", or "" where nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from carbon.core import vocabulary
from carbon.core.errors import UsageError
from carbon.core.text import fold
from carbon.digital.conditions import meets
from carbon.params.shapes.digital import Requirement

POSITIVE_TAGS = ("Green IT", "IT for Human")
OTHER = "other"
DAYS_PER_MONTH = 365.0 / 12
YES, NO, UNKNOWN = "yes", "no", ""


def marked(met: pd.Series, is_known: pd.Series | None = None) -> pd.Series:
    """Return "yes" or "no" for each row, "" where it is not known."""
    words = pd.Series(NO, index=met.index, dtype="str").mask(met.astype("bool"), YES)
    return words if is_known is None else words.where(is_known.astype("bool"), UNKNOWN)


def is_completed(training: pd.DataFrame, *, on: pd.Timestamp) -> pd.Series:
    """Return whether each person has completed the course by a day."""
    return training["completed_on"] <= on


def is_on_time(training: pd.DataFrame, *, on: pd.Timestamp, onboarding_days: float) -> pd.Series:
    """Return "yes" or "no" for people whose onboarding is over: completed within `onboarding_days`; else "not due"."""
    days = (training["completed_on"].where(is_completed(training, on=on)) - training["hired_on"]).dt.days
    late = days.isna() & ((on - training["hired_on"]).dt.days > onboarding_days)
    return marked(days <= onboarding_days).mask(days.isna() & ~late, "not due")


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
        rules = rules_of(policy, category)
        rows = purchases["category"] == category
        if rules:
            met |= rows & meets(purchases[rows], rules).reindex(purchases.index, fill_value=False)
    return met


def given_to(partners: pd.Series, routes: pd.Series) -> pd.Series:
    """Return to whom each device was given: "staff", "association", "other" (not given), "" where nobody states it."""
    words = vocabulary.words_of("recipient")
    names = partners.map(lambda text: next((words[word] for word in fold(text).split() if word in words), UNKNOWN))
    return names.astype("str").where(routes == "donated", routes.where(routes == "", "other"))
