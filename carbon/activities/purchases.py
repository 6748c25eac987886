"""
Purchases: what each line is, in the company's currency.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.activities import rules
from carbon.activities.draft import Draft
from carbon.activities.regions import with_region
from carbon.core import money
from carbon.core.params import CompanyParams

EXTENSIVE = ("amount", "vat", "quantity")


def classified(draft: Draft, params: CompanyParams) -> Draft:
    """
    The decision of the first rule for each line; excluded, unknown and undecided lines end with their reason.
    """
    draft = draft.with_rows(rules.decide(draft.rows, params.rules, account_map=params.account_map))
    rows = draft.rows
    draft = draft.end(rows["decision"] == rules.EXCLUDE, "excluded", code="excluded_by_rule", column="account",
                      reason=rows["rule_reason"] + " (rule " + rows["rule"] + ")")
    rows = draft.rows
    draft = draft.reject(rows["decision"] == rules.REVIEW, "needs_review",
                         "the account alone does not say what it is: " + rows["rule_reason"],
                         "add a rule for it to the company's params, or decide in `carbon classify`", "account")
    return draft.reject(draft.rows["decision"] == "", "unclassified", "no rule says what it is",
                        "add a rule for its supplier or account to the company's params, or decide in "
                        "`carbon classify`", "account")


def measured(draft: Draft, params: CompanyParams, fx: pd.DataFrame | None) -> Draft:
    """
    Quantity and unit of each line: its amount in the company's currency, or its own quantity where the rule asks.

    quantity = amount x fx_rate [company currency]; credit notes stay negative.

    Parameters
    ----------
    fx
        The company's own exchange rates, `core.money.FX`, or None.
    """
    rows = draft.rows
    missing = rows["use_quantity"] & (rows["quantity"].isna() | (rows["unit"] == ""))
    draft = draft.reject(missing, "quantity_missing", "the rule counts quantities, the line has none",
                         "give quantity and unit in the source file, or drop `use_quantity` from the rule", "quantity")
    draft = in_company_currency(draft, params, fx)
    rows = draft.rows
    physical = rows["use_quantity"]
    quantity = rows["quantity"].where(physical, rows["amount"] * rows["fx_rate"])
    usual = pd.Series(np.where(physical, "physical average", "spend"), index=rows.index)
    draft = draft.assign(quantity=quantity, unit=rows["unit"].where(physical, params.currency),
                         tier=rows["tier"].mask(rows["tier"] == "", usual), quality="", contract="")
    return with_region(draft, params)


def in_company_currency(draft: Draft, params: CompanyParams, fx: pd.DataFrame | None) -> Draft:
    """
    Each line's fx_rate [company currency per unit of its own], fx_date and fx_source, by `params.fx`.

    A line whose currency is blank or unknown, or has no rate near its day, is rejected: it is never summed as it is.
    """
    rows = draft.rows
    when = rows["period_end"] if params.fx == "transaction_date" else rows["period_end"].dt.year
    rates = money.find_rates(rows["currency"], when, to=params.currency, basis=params.fx, fx=fx)
    draft = draft.assign(**{c: rates[c].array for c in rates.columns})
    draft = draft.reject(draft.rows["fx_code"] == "unknown_currency", "currency_unknown",
                         "the currency is blank or no ISO 4217 code", "correct it in the source file", "currency")
    return draft.reject(draft.rows["fx_code"] == "no_rate", "no_rate", "no exchange rate near this day",
                        "add the rate with its evidence to params/<company>/fx.csv", "currency")
