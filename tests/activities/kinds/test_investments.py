"""Investments: attribution by class of asset, PCAF scores, and what is not in scope 3."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.activities import classify

NONE = float("nan")
MONEY = {"activity": "purchase.steel", "unit": "EUR", "gwp": "", "quantity": 1000.0}


def outcome(read, line):
    """kg (or money) and remark of the only activity of a line, or the code of its only ledger row."""
    result = classify(read(investments=[line]))
    if len(result.activities):
        row = result.activities.iloc[0]
        assert row["category"] == 15
        return row["quantity"], row["quality"]
    return result.ledger["code"].item()


@pytest.mark.parametrize(("change", "quantity", "score"), [
    ({}, 1000.0, "2 (option 1b)"),  # 10 t x 10 / 100
    ({"asset_class": "business_loan", "evic": NONE, "equity": 30.0, "debt": 20.0, "option": "1A"}, 2000.0,
     "1 (option 1a)"),
    # equity below zero counts as 0: 10 / 20
    ({"asset_class": "business_loan", "evic": NONE, "equity": -30.0, "debt": 20.0}, 5000.0, "2 (option 1b)"),
    ({"asset_class": "project_finance", "evic": NONE, "project_cost": 200.0}, 500.0, "2 (option 1b)"),
    ({"asset_class": "mortgage", "evic": NONE, "value_at_origination": 40.0, "option": "2b"}, 2500.0, "4 (option 2b)"),
    ({"asset_class": "motor_vehicle_loan", "evic": NONE, "value_at_origination": 20.0}, 5000.0, "1 (option 1b)"),
    ({"asset_class": "equity_share", "evic": NONE, "outstanding": NONE, "equity_share": 0.4}, 4000.0, "2 (option 1b)"),
    ({**MONEY, "option": "3a"}, 100.0, "4 (option 3a)"),
    ({**MONEY, "option": "3b", "evic": NONE}, 1000.0, "5 (option 3b)"),
    ({**MONEY, "option": "3c", "evic": NONE, "asset_turnover": 0.5}, 500.0, "5 (option 3c)"),
    ({"activity": "electricity", "unit": "kWh", "option": "2a"}, 1.0, "2 (option 2a)"),
])
def test_attribution_by_class(read, change, quantity, score):
    """Outstanding amount / value of the class, or share of equity; the score of PCAF is on the row."""
    found = outcome(read, change)
    assert found[0] == pytest.approx(quantity, rel=1e-12)
    assert f"PCAF score {score}" in found[1]


@pytest.mark.parametrize(("change", "code"), [
    ({"evic": 0.0}, "value_not_positive"), ({"evic": NONE}, "value_missing"), ({"evic": -5.0}, "value_not_positive"),
    ({"outstanding": 101.0}, "outstanding_above_value"), ({"outstanding": NONE}, "outstanding_missing"),
    ({"outstanding": -1.0}, "outstanding_missing"),
    ({"asset_class": "business_loan", "evic": NONE, "equity": 5.0}, "value_missing"),
    ({"asset_class": "business_loan", "evic": NONE, "equity": -5.0, "debt": 0.0}, "value_not_positive"),
    ({"asset_class": "mortgage"}, "value_missing"),
    ({"asset_class": "equity_share", "equity_share": 40.0}, "equity_share_impossible"),
    ({"asset_class": "equity_share"}, "equity_share_impossible"),
    ({"asset_class": "crypto"}, "asset_class_unknown"), ({"option": "4"}, "option_unknown"),
    ({"asset_class": "mortgage", "option": "3c", "value_at_origination": 40.0}, "option_unknown"),
    ({"option": "2a"}, "option_differs"), ({**MONEY, "option": "1a"}, "option_differs"),
    ({**MONEY, "option": "3c"}, "asset_turnover_missing"), ({"investee_scopes": "4"}, "investee_scopes_unknown"),
    ({"gwp": ""}, "gwp_missing"), ({"evidence": ""}, "evidence_missing"),
])
def test_what_is_not_certain_is_asked(read, change, code):
    """No value, a value of zero, an amount above it, an unknown class or option: rejected with a code of its own."""
    assert outcome(read, change) == code


def test_choices_are_named(read):
    """The message of an unknown option lists those of the class; that of a missing value what gives it."""
    ledger = classify(read(investments=[{"option": "4"}, {"evic": NONE}])).ledger
    assert "1a, 1b, 2a, 2b, 3a, 3b, 3c" in ledger["what_to_do"].iloc[0]
    assert ledger["what_to_do"].iloc[1] == "give evic"


def test_projected_lifetime_emissions_are_next_to_scope_3(read):
    """Example 15.5: 7,000,000 t x 30 years x 15 % = 31,500,000 t, in a remark and in the ledger, in no total."""
    line = {"asset_class": "project_lifetime", "quantity": 7_000_000.0, "lifetime_years": 30.0, "outstanding": 15.0,
            "evic": NONE, "project_cost": 100.0}
    result = classify(read(investments=[line, {}, {**line, "lifetime_years": NONE}]))

    assert len(result.activities) == 1
    assert result.ledger["code"].tolist() == ["lifetime_impossible", "lifetime_projection"]
    assert "31,500,000 t CO2e" in result.ledger["reason"].iloc[1]
    assert "report them next to scope 3" in result.warnings.set_index("code").loc["lifetime_projection", "text"]


def test_scope_3_of_investees_has_a_group_of_its_own(read):
    """PCAF asks for it apart; it is never mixed with scopes 1 and 2."""
    result = classify(read(investments=[{}, {"investee_scopes": "3"}]))
    assert result.activities["group"].tolist() == ["investments", "investments: scope 3 of investees"]


def test_equity_under_the_equity_share_approach_is_remarked_on(read):
    """Under that approach consolidated investments are in scopes 1 and 2 by their share already."""
    line = {"asset_class": "equity_share", "equity_share": 0.4, "evic": np.nan, "outstanding": np.nan}
    warnings = classify(read(investments=[line], consolidation="equity_share")).warnings
    assert warnings["code"].tolist() == ["equity_in_scopes"]
    assert classify(read(investments=[line])).warnings.empty


COUNTRY = {"asset_class": "sovereign_debt", "investee_scopes": "1", "option": "1a", "currency": "USD", "evic": NONE,
           "quantity": 61_451_586.0, "unit": "t", "outstanding": 1e6, "ppp_gdp": 579_762e6}


@pytest.mark.parametrize(("change", "tonnes", "score"), [
    # PCAF Part A (2022), table 5-20: 61,451,586 / 579,762 = 106 t, 42,654,105 / 469,182 = 91 t for a million dollars
    ({}, 106, 1), ({"quantity": 42_654_105.0, "ppp_gdp": 469_182e6, "option": "1b"}, 91, 2),
    ({"option": "3b"}, 106, 5)])
def test_sovereign_debt_by_the_output_of_the_country(read, change, tonnes, score):
    """Exposure / GDP by purchasing power parity x production emissions, printed to whole tonnes; the score of 5-26."""
    kg, quality = outcome(read, COUNTRY | change)
    assert round(kg / 1000) == tonnes
    assert f"PCAF score {score}" in quality


@pytest.mark.parametrize(("change", "code"), [
    ({"ppp_gdp": NONE}, "value_missing"), ({"ppp_gdp": 0.0}, "value_not_positive"),
    ({"outstanding": 1e12}, "outstanding_above_value"), ({"currency": "EUR"}, "currency_not_usd"),
    ({"investee_scopes": "1+2"}, "investee_scopes_differ"), ({"investee_scopes": "3"}, "investee_scopes_differ"),
    ({"option": "2b"}, "option_unknown"), ({"option": "2a"}, "option_differs"), ({"gwp": ""}, "gwp_missing"),
    ({"asset_class": "corporate_bond", "evic": 1e9}, "investee_scopes_differ"),
    ({"investee_scopes": "1_without_lulucf"}, "without_land_use")])
def test_sovereign_debt_that_cannot_be_attributed(read, change, code):
    """Without the country's output, in another money or of other scopes: a code; without land use: next to scope 3."""
    assert outcome(read, COUNTRY | change) == code
