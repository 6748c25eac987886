"""The words of probabilities at their limits."""


import pytest

from carbon.trajectory import likelihood
from carbon.trajectory.words import probability_text


@pytest.mark.parametrize(("p", "word"), [
    (0.0, "very unlikely"), (0.0999, "very unlikely"), (0.10, "unlikely"), (0.3299, "unlikely"),
    (0.33, "about as likely as not"), (0.66, "about as likely as not"), (0.6601, "likely"), (0.90, "likely"),
    (0.9001, "very likely"), (1.0, "very likely")])
def test_each_limit_belongs_to_its_word(p: float, word: str):
    """IPCC, AR5 guidance note: very unlikely below 10 %, unlikely below 33 %, likely above 66 %, very likely above
    90 %.
    """
    assert likelihood(p) == word


def test_percent_stand_beside_the_word_from_eight_years_on():
    """Seven years: the word alone; eight: whole percent as well."""
    assert probability_text(0.954, years=7) == "very likely"
    assert probability_text(0.954, years=8) == "very likely (95%)"


def test_no_probability_is_printed_as_none_or_certain():
    """Every draw kept the limit, or none did: the number still says that no forecast is certain."""
    assert probability_text(1.0, years=9) == "very likely (> 98%)"
    assert probability_text(0.001, years=9) == "very unlikely (< 2%)"


def test_likelihood_words_follow_the_scale():
    """The edges of the IPCC scale."""
    assert [likelihood(p) for p in (0.05, 0.2, 0.5, 0.8, 0.95)] == [
        "very unlikely", "unlikely", "about as likely as not", "likely", "very likely"]
