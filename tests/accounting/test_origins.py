"""The sources that each emission row depends on: meter, exchange rate, price index, model choice."""


import pandas as pd
from rows_of_spend import SPEND

from carbon.accounting.origins import with_origins


def origins(inventory, column):
    return with_origins(inventory, inventory.emissions)[column].tolist()


def test_a_reading_names_its_meter(make):
    """By record; a record without a meter has none."""
    inventory = make({"record_id": "r1"}, {"record_id": "r2"}, {"record_id": "r3"}, meters=[("r1", "m"), ("r2", "")])
    assert origins(inventory, "meter") == ["m", "", ""]


def test_spend_in_another_currency_rests_on_its_rate(make):
    """Dollars in a company of euros, by the company's basis or its own table; euros on a factor in pounds by a mean."""
    rows = [SPEND, SPEND, {**SPEND, "factor_id": "gbp"}, {}]
    inventory = make(*rows, currency=["USD", "EUR", "EUR", ""])
    assert origins(inventory, "exchange rate") == ["transaction_date USD>EUR", "", "year_mean EUR>GBP", ""]
    own = make(*rows, currency=["USD", "EUR", "EUR", ""], fx=pd.DataFrame({"currency": ["USD"]}))
    assert origins(own, "exchange rate")[0] == "company USD>EUR"


def test_prices_of_another_year_and_compromises_are_sources(make):
    """From the words of `reason`: the widest compromise counts, the rest is silent."""
    inventory = make({**SPEND, "reason": "older vintage; not deflated; price basis as is"},
                     {**SPEND, "reason": "deflated"},
                     {"reason": "region fallback; older vintage", "factor_id": "gb"},
                     {"reason": "exact"}, {"reason": "frozen in another GWP set", "gwp_used": "unstated"})
    assert origins(inventory, "price index") == ["not deflated, prices of 2023", "deflated, prices of 2023", "", "", ""]
    assert origins(inventory, "model choice") == [
        "vintage 2023", "", "region fallback FR>GB", "", "gwp unstated"]


def test_the_region_of_the_companys_own_factor_is_no_compromise(make):
    """It was brought for what it is used for; another year of it still is one."""
    rows = [{"reason": "region fallback", "factor_id": "gb"}, {"reason": "region fallback; older vintage",
                                                              "factor_id": "gb"}]
    inventory = make(*rows, own={"gb": "supplier-specific"})
    assert origins(inventory, "model choice") == ["", "vintage 2024"]
