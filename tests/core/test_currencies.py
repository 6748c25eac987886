"""Currency codes and the region of their price index."""

from carbon.core.currencies import codes, price_areas


def test_a_currency_of_one_economy_has_its_index_and_no_other():
    """Dollars of the United States are deflated by theirs; an unknown code is not in the table."""
    assert price_areas()["USD"] == "US" and price_areas()["GBP"] == "GB"
    assert {"EUR", "JPY"} <= codes() and "XXX" not in codes()
