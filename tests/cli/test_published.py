"""Verbs on published sets: an empty project, exit codes, and what they print."""

import json

import pytest

from carbon.core.errors import CarbonError


@pytest.mark.parametrize("words", [
    ("verify",), ("explain", "petit-studio/2024/scope1"), ("diff", "petit-studio/2024", "petit-studio/2023"),
    ("review", "petit-studio/2024", "--sign", "accepted", "--by", "A"),
    ("file", "petit-studio/2024", "--format", "beges_v5"), ("file", "petit-studio/2024", "--format", "none"),
])
def test_without_a_published_set_every_verb_is_an_error(project, carbon, words):
    """Nothing is published: no verb answers from the records or from memory."""
    done = carbon(*words)
    assert isinstance(done.exception, CarbonError), done.output
    assert done.stdout == ""


def test_a_review_of_nothing_is_exit_two(project, carbon):
    """No published notebook can be compared: neither the same nor different."""
    done = carbon("review", "petit-studio/2024", "--json")
    assert done.exit_code == 2 and len(json.loads(done.stdout)["reviews"]) == 1


def test_one_damaged_set_is_exit_one(project, carbon, monkeypatch):
    """Each problem is on a line of its own; all sets intact is exit 0; JSON has the same rows."""
    whole = {"path": "data/processed/a/2024", "whole": True, "problems": [], "identity": "a" * 64, "named_by": []}
    damaged = {"path": "data/processed/b/2024", "whole": False, "problems": ["annual_report.html: other bytes"],
               "identity": "", "named_by": ["index.html"]}
    monkeypatch.setattr("carbon.runs.review.verify.verify", lambda *_: [whole, damaged])
    done = carbon("verify")
    assert done.exit_code == 1 and "1 of 2 sets intact" in done.stdout and "  annual_report.html: other" in done.stdout
    assert json.loads(carbon("verify", "--json").stdout)["sets"][1]["whole"] is False
    monkeypatch.setattr("carbon.runs.review.verify.verify", lambda *_: [whole])
    assert carbon("verify").exit_code == 0
