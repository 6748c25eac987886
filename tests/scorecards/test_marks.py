"""Marks of rows by a company's rules."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.params.shapes.digital import Requirement
from carbon.scorecards import marks
from tests.support.estate import table

ON = pd.Timestamp(2024, 12, 31)


def test_onboarding_is_not_judged_while_it_lasts():
    """Done in time, done late, overdue, and still within the days."""
    people = table("training", {"hired_on": "2024-01-01", "completed_on": "2024-02-01"},
                   {"hired_on": "2024-01-01", "completed_on": "2024-08-01"}, {"hired_on": "2024-01-01"},
                   {"hired_on": "2024-12-15"})
    assert marks.is_on_time(people, on=ON, onboarding_days=90).tolist() == ["yes", "no", "no", "not due"]


def test_maintained_by_contract_or_by_commit():
    """A contract that runs, a commit within twelve months, neither, and a commit that is still to come."""
    rows = table("solutions", {"maintained_until": "2025-06-30"}, {"last_commit_on": "2024-06-30"},
                 {"maintained_until": "2023-12-31", "last_commit_on": "2023-01-01"}, {"last_commit_on": "2025-06-30"})
    assert marks.is_maintained(rows, on=ON, active_months=12).tolist() == [True, True, False, False]


def test_purchases_are_judged_by_the_rule_of_their_category():
    """Laptops by theirs, phones by `other`, and without any rule there is no rate."""
    rows = table("it_purchases", {"category": "laptop", "support_years": 8}, {"category": "laptop", "support_years": 5},
                 {"category": "smartphone", "condition": "refurbished"})
    policy = {"laptop": [Requirement(column="support_years", operator=">=", value="8")],
              "other": [Requirement(column="condition", operator="=", value="refurbished")]}
    assert marks.meets_purchasing(rows, policy).tolist() == [True, False, True]
    with pytest.raises(UsageError, match="No rule for purchases"):
        marks.meets_purchasing(rows, {})


def test_to_whom_a_device_was_given_is_read_from_its_partner():
    """Staff and associations by their words in both languages; an unknown partner is neither, and counts as unknown."""
    partners = pd.Series(["Salariés", "asso Ordis", "the staff", "Dupont et fils", "association", ""])
    routes = pd.Series(["donated", "donated", "donated", "donated", "sold", ""])
    assert marks.given_to(partners, routes).tolist() == ["staff", "association", "staff", "", "other", ""]
