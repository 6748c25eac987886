"""Checks of answers to surveys."""

from __future__ import annotations

import pytest

HOME = {"period_start": "2024-01-01", "period_end": "2024-12-31", "company": "Acme", "country": "FR", "people": "10",
        "days": "90", "hours": "7"}
WAY = {"period_start": "2024-01-01", "period_end": "2024-12-31", "company": "Acme", "group": "Lyon", "country": "FR",
       "headcount": "100", "answers": "40", "mode": "car", "distance": "10", "distance_unit": "km", "days": "200"}


@pytest.mark.parametrize(("kind", "change", "code"), [
    ("homeworking", {"days": "400"}, "days_impossible"), ("homeworking", {"hours": "25"}, "hours_impossible"),
    ("homeworking", {"people": "-1"}, "people_impossible"), ("homeworking", {}, None),
    ("commuting", {"distance": "-3"}, "distance_impossible"), ("commuting", {"answers": "140"}, "response_impossible"),
    ("commuting", {}, None)])
def test_answers_that_nobody_has(verdict, kind, change, code):
    """Days, hours, people and answers have limits."""
    row = (HOME if kind == "homeworking" else WAY) | change
    assert verdict(kind, row).rejected == ({2: code} if code else {})


def test_one_headcount_a_group(verdict):
    """Two headcounts leave the response rate unknown: every answer of the group is a reject."""
    read = verdict("commuting", WAY, WAY | {"headcount": "90", "mode": "rail"})
    assert read.rejected == {2: "response_rate_unknown", 3: "response_rate_unknown"}


def test_what_is_listed(verdict):
    """More days at home than the period has, and ways to work of hundreds of kilometres, count with a warning."""
    month = HOME | {"period_end": "2024-01-31"}
    assert "days_beyond_period" in verdict("homeworking", month).warned
    assert "distance_implausible" in verdict("commuting", WAY | {"distance": "900"}).warned
