"""The page of signatures."""

from __future__ import annotations

import pytest

from carbon.reports.page.signoff import render_signoff
from carbon.reports.words.language import Words

SIGNATURES = [{"figure": "scope1", "state": "accepted", "by": "A. Martin", "note": "checked",
               "at": "2025-03-01T10:00:00", "set": name, "identity": digit * 64, "current": name == "new"}
              for name, digit in (("old", "a"), ("new", "b"))]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_signature_on_another_set_is_marked(language: str, page):
    """One line a signature, in the order given; only the one on the published set is called that."""
    words = Words(language)
    text = page(render_signoff("acme", 2024, "accepted", SIGNATURES, language=language)).text
    sets = [words("signoff.other_set", identity="a" * 12), words("signoff.this_set", identity="b" * 12)]

    assert [part for part in text if part in sets] == sets
    assert text.count("A. Martin") == 2 and "acme 2024" in text


def test_a_year_without_signatures_has_its_state_and_an_empty_table(page):
    """Nobody signed: the page says the state and that the table has no line."""
    words = Words("en")
    text = " ".join(page(render_signoff("acme", 2024, "open", [], language="en")).text)

    assert words("signoff.state", state=words.term("signoff_state", "open")) in text
    assert words("table.empty") in text
