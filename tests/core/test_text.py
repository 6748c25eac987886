"""Strings are compared without case and accents, and marked so that no spreadsheet runs them."""

import pytest

from carbon.core.text import as_written, fold, from_difference, instead, make_inert, spelled_like, strip_accents


@pytest.mark.parametrize(("text", "folded"), [
    ("Gare-de-l'Est", "gare de l est"), ("ŒUVRE", "oeuvre"), ("e\u0301te\u0301", "ete"), ("Straße 5", "strasse 5"),
    ("", ""), ("  a  b ", "a b")])
def test_equal_words_fold_to_one_spelling(text, folded):
    """Case, accents (composed or not), ligatures and punctuation make no difference."""
    assert fold(text) == folded


def test_letters_keep_their_case_without_accents():
    """Only the accent goes."""
    assert strip_accents("Électricité") == "Electricite"


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''=1", "+33 1", "-5", "@x", "\tx", "\uff1d1", "'", "plain", ""])
def test_a_marked_string_comes_back_as_it_was(text):
    """What a spreadsheet would run gets one apostrophe, and loses exactly that one."""
    assert as_written(make_inert(text)) == text
    assert not make_inert(text).startswith(("=", "+", "-", "@", "\t", "\uff1d"))


def test_a_name_written_wrongly_is_answered_with_the_one_meant():
    """Case does not matter, the nearest comes first; where none is near, what is known is listed, and how much more."""
    companies = ["petit-studio", "cap-conseil", "nuage-logiciels"]
    assert spelled_like("Petit-Stduio", companies) == ["petit-studio"]
    assert instead("cap-consiel", companies) == "did you mean cap-conseil?"
    assert instead("zzz", companies) == "known: petit-studio, cap-conseil, nuage-logiciels"
    assert instead("zzz", companies, otherwise="ask") == "ask" and instead("zzz", []) == "known: none"
    assert instead("zzz", [f"a{n}" for n in range(40)]).endswith("a10, a11, ... (40 in all)")


@pytest.mark.parametrize(("one", "two", "shown"), [
    ("short", "other", ("short", "other")),
    ("a " * 50 + "12 kWh", "a " * 50 + "13 kWh", ("…a a a 12 kWh", "…a a a 13 kWh")),
    ("", "x" * 30, ("", "x" * 19 + "…")), ("one\n two", "one two", ("one two", "one two")),
    ("a " * 50, "a " * 50 + "b", ("…a a a a", "…a a a a b"))])
def test_of_two_strings_the_difference_is_shown_within_a_width(one, two, shown):
    """From a few words before it, each on one line; a beginning or an end that is left out has a mark."""
    assert from_difference(one, two, 20) == shown


def test_a_difference_far_within_a_word_is_shown():
    """Two hashes, or lines of a table without blanks, that differ late: within the first 36 characters."""
    for before in ("x" * 200, "key: " + "x" * 60, "x" * 300 + " y "):
        one, two = from_difference(before + "1" + "z" * 90, before + "2" + "z" * 90, 120)
        for piece, digit in ((one, "1"), (two, "2")):
            assert 0 <= piece.rpartition(" ")[2].find(digit) < 36
