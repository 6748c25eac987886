"""A person is a keyed hash; the salt leaves the environment before a notebook can show it, and still hashes."""

from __future__ import annotations

import os

import pytest

from carbon.core.errors import UsageError
from carbon.records.values import persons


def test_the_salt_that_was_kept_hashes_and_is_in_the_environment_no_more(monkeypatch):
    """The same pseudonym before and after; another salt gives another; case aside, one person is one hash."""
    monkeypatch.setattr(persons, "_kept", [])
    monkeypatch.setenv("CARBON_SALT", "a salt of sixteen")
    before = persons.pseudonym("Traveller One")
    persons.keep_salt()
    assert "CARBON_SALT" not in os.environ and persons.pseudonym("TRAVELLER ONE") == before
    monkeypatch.setattr(persons, "_kept", ["another salt of sixteen"])
    assert persons.pseudonym("Traveller One") != before


def test_without_a_salt_or_with_a_short_one_no_name_is_hashed(monkeypatch):
    """A salt of fifteen characters is none."""
    for salt, words in (("", "no salt"), ("x" * 15, "15 characters, fewer than 16")):
        monkeypatch.setattr(persons, "_kept", [salt])
        with pytest.raises(UsageError, match=words):
            persons.pseudonym("Traveller One")
