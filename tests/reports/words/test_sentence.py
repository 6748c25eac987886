"""A sentence is printed only where its numbers make it true, and a number only as what it is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.core.errors import SentenceError, UsageError
from carbon.reports.words.language import LANGUAGES, Words
from carbon.reports.words.sentence import Figure, percent, prints, sentence, tonnes

SIZES = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)
BEHIND = {"now": 95.0, "then": 100.0, "this_year": 2025}


def less(**changes: object) -> object:
    """5 % less than the 100 t of 2024."""
    given_parts = {"share": percent(Words("en"), 0.05), "year": 2024, "behind": BEHIND} | changes
    return sentence(Words("en"), "plain.less", "headline total", **given_parts)  # type: ignore[arg-type]


def test_a_true_sentence_keeps_the_numbers_that_it_is_made_of():
    """95 t against 100 t: 1 - 95 / 100 = 5 % less, with both totals behind it and the basis."""
    made = less()

    assert str(made) == "5.0% less than in 2024"
    assert dict(made.numbers) == {"share": 0.05, "year": 2024.0, **BEHIND}
    assert made.basis == "headline total"


@pytest.mark.parametrize("changes", [
    {"behind": BEHIND | {"now": 105.0}},
    {"behind": BEHIND | {"now": 96.0}},
    {"behind": BEHIND | {"then": math.nan}},
    {"behind": BEHIND | {"now": -95.0}},
    {"behind": BEHIND | {"this_year": 2023}},
    {"share": Figure(0.05, "50.0%")},
    {"share": Figure(math.nan, "–")},
], ids=["more", "another share", "no earlier figure", "negative", "a later year", "misprinted", "unknown"])
def test_a_false_sentence_raises(changes: dict[str, object]):
    """Its words, its share, its year or its printed number are wrong: nothing is returned, and both are named."""
    with pytest.raises(SentenceError, match="less than in 2024") as error:
        less(**changes)
    assert "headline total" in str(error.value) and "now = " in str(error.value)


def test_a_sentence_without_a_test_cannot_be_printed():
    """A key that has no claim is an error of the code, whatever its numbers."""
    with pytest.raises(UsageError, match="No claim"):
        sentence(Words("en"), "hero.gap", "target", target="all")


@given(SIZES, st.integers(0, 3), st.sampled_from(LANGUAGES))
@settings(max_examples=300, deadline=None)
def test_what_is_printed_is_the_number(number: float, digits: int, language: str):
    """Tonnes, shares and counts of any size, in both languages, read back as the number they were printed from."""
    words = Words(language)
    for figure in (tonnes(words, number, digits), tonnes(words, number, digits, sign=True),
                   percent(words, number, digits), percent(words, number, digits, sign=True),
                   Figure(number, words.number(number, digits))):
        assert prints(figure, language), figure
        wrong = Figure(number * 1.5 + (0.0 if number else 1.0), figure.text)
        assert not prints(wrong, language) or "<" in figure.text or ">" in figure.text or abs(number) < 2, figure


@pytest.mark.parametrize(("number", "text"), [(0.0, "1"), (1e-9, "0"), (math.nan, "0"), (math.nan, "–"), (-5.0, "5"),
                                              (5.0, "< 0.1"), (0.05, "> −0.1"), (1234.0, "1.234"), (0.4, "0"),
                                              (math.inf, "1,000"), (0.05, "0.05%"), (5.0, "5 t")])
def test_a_wrong_print_is_seen(number: float, text: str):
    """Zero for what is not zero or not known, a lost sign, a lost bound, a decimal comma: none is the number."""
    assert not prints(Figure(number, text), "en")


@pytest.mark.parametrize(("share", "text"), [(0.1534, "15.3%"), (1.0, "100%"), (92.159, "9,220%"),
                                             (-78.57, "\N{MINUS SIGN}7,860%")])
def test_a_percentage_of_a_sentence_has_no_digits_that_say_nothing(share: float, text: str):
    """From 100 % on three significant figures, and still printed as what it is."""
    assert percent(Words("en"), share).text == text and prints(percent(Words("en"), share), "en")


def test_a_share_has_three_figures_from_a_hundred_percent_on():
    """197.9 % has four: 198 %; a whole is 100 %."""
    assert [str(percent(Words("en"), share, 1)) for share in (0.6721, 1.0, 1.9789, -1.239)] == [
        "67.2%", "100%", "198%", "−124%"]
