"""Phrases of words: in any order, all covered, of one meaning."""

from __future__ import annotations

import pytest

from carbon.activities.classification.words import Phrases, significant

LIST = Phrases(["water", "water testing", "electricity", "gas", "licence*"], ["E36", "M71", "D35", "D35", "J58"])


@pytest.mark.parametrize(("text", "expected"), [
    ("Water", 0), ("testing of the water 2024", 1), ("Gas & Electricity charges", 2), ("electricity, March", 2),
    ("licences", 4), ("water and gas", None), ("water cooler", None), ("", None), ("charges", None)])
def test_phrases_of_one_meaning_cover_every_word(text, expected):
    """The longest phrase counts; a word left over or a second meaning gives none; months do not count."""
    assert LIST.read(text) == expected


def test_what_a_part_of_a_string_names_is_known_too():
    """"water cooler" is no water supply, but nothing else either: what contradicts water contradicts it."""
    assert LIST.said("water cooler") == {"E36"}
    assert LIST.said("water testing kit") == {"M71"}


def test_plural_endings_and_small_words_are_not_compared():
    """"supplies" is supply, "gas" and "business" keep their s."""
    assert significant("The Supplies of Gas, Businesses & business 12") == {"supply", "gas", "businesse", "business"}


def test_a_word_that_is_a_month_in_another_language_remains():
    """"Set", "LED" and "Mac" are months in dates of other languages; in a line they are what was bought."""
    assert significant("Mac set LED janvier") == {"mac", "set", "led"}
