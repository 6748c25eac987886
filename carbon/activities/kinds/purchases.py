"""Purchases: the activity of each line, in the company's currency."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.activities.classification import charts, rules
from carbon.activities.draft import Draft
from carbon.activities.kinds.regions import GRID, HEAT, with_region
from carbon.core import money
from carbon.core.columns import Rows
from carbon.core.periods import years_of_days
from carbon.core.prices import MONEY
from carbon.core.text_columns import Values, among, by_word, pick, text_array
from carbon.core.zones import bought_from, country_of
from carbon.params.shapes.company import CompanyParams

EXTENSIVE = ("amount", "vat", "quantity")


def classified(draft: Draft, params: CompanyParams) -> Draft:
    """Classify each line by its first matching rule; excluded, unknown and undecided lines end with their reason."""
    draft = draft.with_rows(rules.decide(draft.rows, params.rules, account_map=params.account_map))
    draft = draft.end(draft.rows["decision"] == charts.EXCLUDE, "excluded", code="excluded_by_rule", column="account",
                      reason=lambda gone: gone["rule_reason"] + " (rule " + gone["rule"] + ")")
    reads = "account" if params.account_map == rules.NO_MAP else charts.load_chart(params.account_map).column
    draft = draft.reject(draft.rows["decision"] == charts.REVIEW, "needs_review",
                         lambda gone: f"the {reads} alone does not identify it: " + gone["rule_reason"],
                         "add a rule for it to the company's params, or decide in `carbon classify`", "account")
    draft = _placed(draft)
    return draft.reject(draft.rows["decision"] == "", "unclassified", "no rule identifies it",
                        "add a rule for its supplier or account to the company's params, or decide in "
                        "`carbon classify`", "account")


def _placed(draft: Draft) -> Draft:
    """Reject lines whose rule names no category and whose activity has none of its own; remark on assumed ones."""
    draft = draft.reject(draft.rows["unclear"] != "", "category_unclear",
                         lambda gone: "rule " + gone["rule"] + " names no scope or category, and " + gone["unclear"],
                         "give `category:` (and `scope:` where it is not 3) in the rule of the company's params",
                         "account")
    for rule, assumed, category in draft.rows.where(draft.rows["assumed"] != "").groups(
            ["rule", "assumed", "category"]).lines():
        lines = draft.rows.where((draft.rows["rule"] == rule) & (draft.rows["assumed"] == assumed))
        sums = lines.frame(["currency", "amount"]).groupby("currency")["amount"].sum()
        amounts = ", ".join(f"{amount:,.2f} {currency}" for currency, amount in sums.items())
        draft = draft.warn("category_assumed", f"rule {rule!r} names no category: {len(lines)} purchases ({amounts}) "
                           f"are counted in category {category}; {assumed}: give `category:` in the rule")
    return draft


_NO_RATE = {
    "transaction_date": ("no exchange rate near this day", "add the rates of its days with their evidence to "
                         "params/<company>/fx.csv; the mean of a year is used with `fx: year_mean` alone"),
    "year_mean": ("no exchange rate of this year", "add the mean of the reporting year with its evidence to "
                  "params/<company>/fx.csv")}
"""Reason and remedy of an amount without a rate."""


def measured(draft: Draft, params: CompanyParams, fx: pd.DataFrame | None) -> Draft:
    """Set quantity and unit of each line: its amount in the company's currency, or its quantity where the rule asks.

    quantity = amount x fx_rate [company currency]; credit notes stay negative.

    Parameters
    ----------
    fx
        The company's own exchange rates, `core.money.FX`, or None.
    """
    rows = draft.rows
    missing = rows["use_quantity"] & (np.isnan(rows["quantity"]) | (rows["unit"] == ""))
    draft = draft.reject(missing, "quantity_missing", "the rule counts quantities, the line has none",
                         "give quantity and unit in the source file, or drop `use_quantity` from the rule", "quantity")
    draft = in_company_currency(draft, params, fx)
    rows = draft.rows
    physical, tier = rows["use_quantity"], rows["tier"]
    draft = draft.assign(quantity=np.where(physical, rows["quantity"], rows["amount"] * rows["fx_rate"]),
                         unit=pick(physical, rows["unit"], params.currency), quality="", contract="",
                         tier=pick(tier == "", pick(physical, "physical average", "spend"), tier))
    return _from_suppliers(with_region(draft, params), draft.rows["region"])


def _from_suppliers(draft: Draft, of_rules: Values) -> Draft:
    """Set the region of purchases whose supplier produces in another country than they are bought in. Money keeps both
    countries ("FR-from-DE"): its factor is of what the supplier's country produces, else of what the buyer's country
    buys. Goods without a country of their own take the supplier's; what is burnt, and power and heat, are used at home.
    The region of a rule remains.
    """
    rows, supplier = draft.rows, draft.rows["supplier_country"]
    is_foreign = (supplier != "") & (supplier != by_word(rows["region"], country_of)) & (of_rules == "")
    if not is_foreign.any():
        return draft
    pairs = rows.groups(["region", "supplier_country"])
    both = np.array([bought_from(country_of(place), other) for place, other in pairs.lines()], dtype=object)
    is_money = by_word(rows["activity"], lambda name: name.startswith(MONEY), np.bool_)
    unsaid = (rows["country"] == "") | rows["_of_entity"] if "_of_entity" in rows else rows["country"] == ""
    is_made = unsaid & (rows["scope"] == "3") & ~among(rows["activity"], {*GRID, *HEAT})
    made_there = pick(is_made, supplier, rows["region"])
    return draft.assign(region=pick(is_foreign, pick(is_money, both.take(pairs.number), made_there), rows["region"]))


def in_company_currency(draft: Draft, params: CompanyParams, fx: pd.DataFrame | None) -> Draft:
    """Set each line's fx_rate [company currency per unit of its own], fx_date and fx_source, by `params.fx`.

    A line whose currency is blank or unknown, or has no rate near its day, is rejected: it is never summed as it is.
    """
    last = draft.rows["period_end"]
    starts = params.reporting_year_starts
    when = last if params.fx == "transaction_date" else years_of_days(last, starts)
    rates = money.find_rates(pd.Series(text_array(draft.rows["currency"])), pd.Series(when), to=params.currency,
                             basis=params.fx, fx=fx, starts=starts)
    draft = draft.assign(**Rows(rates))
    draft = draft.reject(draft.rows["fx_code"] == "unknown_currency", "currency_unknown",
                         "the currency is blank or no ISO 4217 code", "correct it in the source file", "currency")
    return draft.reject(draft.rows["fx_code"] == "no_rate", "no_rate", *_NO_RATE[params.fx], "currency")
