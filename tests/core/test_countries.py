"""Countries by code and by their names in three languages; currencies and the region of their price index."""

import pytest

from carbon.core.countries import codes, country_code, currency_codes, price_areas


@pytest.mark.parametrize(("word", "code"), [
    ("France", "FR"), ("Allemagne", "DE"), ("Deutschland", "DE"), ("États-Unis", "US"), ("gb", "GB"), ("Narnia", "")])
def test_a_country_has_one_code_in_each_language(word, code):
    """An unknown name has no code; none is guessed."""
    assert country_code(word) == code


def test_every_code_has_two_capitals():
    """ISO 3166-1 alpha-2."""
    assert len(codes()) > 200 and all(len(c) == 2 and c.isupper() for c in codes())


def test_a_currency_of_one_economy_has_its_index_and_no_other():
    """Dollars of the United States are deflated by theirs; an unknown code is not in the table."""
    assert price_areas()["USD"] == "US" and price_areas()["GBP"] == "GB"
    assert {"EUR", "JPY"} <= currency_codes() and "XXX" not in currency_codes()
