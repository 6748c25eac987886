"""Investments (category 15): emissions of investees, and the share of them that the investor answers for."""

from __future__ import annotations

import numpy as np

from carbon.activities.draft import Draft
from carbon.activities.kinds import attribution, of_others
from carbon.activities.kinds.attribution import ASSET_CLASSES, BUILDINGS, CORPORATE, SCORES, SOVEREIGN, VEHICLES
from carbon.activities.kinds.of_others import FIX
from carbon.core.columns import Rows
from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import REPORTED
from carbon.core.text_columns import Flags, Values, among, by_word, pick
from carbon.params.shapes.company import CompanyParams

LIFETIME = "project_lifetime"
_BY_AMOUNT = ("3b", "3c")
"""Options that need no value of the company: the sector's average is per unit of asset."""
_PROJECTS = ("project_finance", "debt_known_use", LIFETIME)
_LISTED = ("listed_equity",)
_EITHER = ("corporate_bond", "business_loan", "unlisted_equity", "managed", "debt_unknown_use")
_NEEDS = {**dict.fromkeys(_LISTED, "evic"), **dict.fromkeys(_EITHER, "evic (listed), or equity and debt (private)"),
          **dict.fromkeys(_PROJECTS, "project_cost, or equity and debt of the project"),
          **dict.fromkeys((*BUILDINGS, *VEHICLES), "value_at_origination"),
          **dict.fromkeys(SOVEREIGN, "ppp_gdp, the country's GDP by purchasing power parity in international dollars")}
"""Asset class -> the value that the outstanding amount is a share of."""
_SCOPES = {"1+2": "investments", "3": "investments: scope 3 of investees", "all_upstream": "investments: all upstream",
           "1": "investments: sovereign debt", "1_without_lulucf": "investments: sovereign debt"}
_TERRITORY = ("1", "1_without_lulucf")
"""Production emissions of a country: with land use, and without."""


def measured(draft: Draft, params: CompanyParams) -> Draft:
    """Measure investments: reported emissions, activity or revenue of the investee x attribution.

    attribution = share of equity, or outstanding amount / (EVIC, equity + debt, cost of the project, value at
    origination, GDP of the country by purchasing power parity); for PCAF's options 3b and 3c 1 (x asset turnover), the
    quantity being the outstanding amount. Of sovereign debt production emissions with land use count; those without it
    are excluded with their tonnes, since PCAF asks for both next to each other.

    `quality` holds PCAF's data quality score. Projected lifetime emissions are excluded with their tonnes: they are
    reported next to scope 3, never in it.

    References
    ----------
    Technical Guidance, chapter 15; PCAF Part A (2nd ed., 2022), chapters 5.1 to 5.7.
    """
    return draft.then(_options, _sovereign, lambda d: of_others.named(d, params), _fitting, _attributed,
                      _without_lifetime, _without_land_use,
                      lambda d: _remark_approach(d, params), _scored)


def _options(draft: Draft) -> Draft:
    draft = draft.reject(~among(draft.rows["asset_class"], ASSET_CLASSES), "asset_class_unknown",
                         f"the asset class must be one of {', '.join(ASSET_CLASSES)}", FIX, "asset_class")
    draft = draft.reject(~among(draft.rows["investee_scopes"], _SCOPES), "investee_scopes_unknown",
                         f"the scopes of the investee must be one of {', '.join(_SCOPES)}", FIX, "investee_scopes")
    draft = draft.assign(option=by_word(draft.rows["option"], lambda text: text.strip().lower()))
    pairs = draft.rows.groups(["asset_class", "option"])
    is_known = np.array([option in SCORES[of] for of, option in pairs.lines()], dtype=bool).take(pairs.number)
    choices = by_word(draft.rows["asset_class"], lambda of: f"one of {', '.join(SCORES[of])}: it gives the data "
                      "quality score of PCAF")
    return draft.reject(~is_known, "option_unknown", "no such option of this asset class", choices, "option")


def _sovereign(draft: Draft) -> Draft:
    """Reject sovereign debt without its territory's scope 1, or not in US dollars, and that scope of other classes."""
    sovereign, territory = among(draft.rows["asset_class"], SOVEREIGN), among(draft.rows["investee_scopes"], _TERRITORY)
    draft = draft.reject(
        sovereign != territory, "investee_scopes_differ", pick(
            sovereign, "sovereign debt counts the production emissions of the country (scope 1 of its territory)",
            "scope 1 alone is that of a country: companies count scopes 1 and 2"),
        pick(sovereign, "write 1 for emissions with land use (LULUCF), \"1 without LULUCF\" for those without; scopes "
             "2 and 3 of a country (its imports) are not covered: report them apart", "write 1+2, 3 or all upstream"),
        "investee_scopes")
    rows = draft.rows
    other_money = among(rows["asset_class"], SOVEREIGN) & (rows["currency"] != "USD")
    return draft.reject(other_money, "currency_not_usd", "an exposure to a country is divided by international dollars",
                        "give outstanding in USD (the market rate of the day), and ppp_gdp in international dollars",
                        "currency")


def _without_land_use(draft: Draft) -> Draft:
    """Exclude emissions of countries without land use, with their tonnes: the same territory is counted with it."""
    no_land_use = draft.rows["investee_scopes"] == "1_without_lulucf"
    if not no_land_use.any():
        return draft
    words = by_word(draft.rows["quantity"], lambda kg: f"{kg / 1000:,.10g} t CO2e of a country without land use: "
                    "reported next to the figure with it")
    return draft.end(no_land_use, "excluded", code="without_land_use", reason=words, column="investee_scopes")


def _fitting(draft: Draft) -> Draft:
    """Reject options that differ from their data: option 1 of companies is reported, option 3 is money."""
    rows = draft.rows
    first = by_word(rows["option"], lambda option: option[:1])
    reported = by_word(rows["activity"], lambda a: a.startswith(REPORTED), np.bool_)
    money = np.asarray(by_word(rows["unit"], of_others.dimension) == "currency", dtype=bool)
    differs = ((first == "1") != reported) | ((first == "3") != money)
    # A country's proxy (3b) is the emissions of a similar country, not money.
    proxy = among(rows["asset_class"], SOVEREIGN) & (rows["option"] == "3b")
    checked = among(rows["asset_class"], (*CORPORATE, *SOVEREIGN)) & ~proxy
    return draft.reject(checked & differs, "option_differs",
                        "the option is not the one of its data: 1 reported emissions, 2 physical activity, 3 revenue "
                        "or assets in money", "correct the option, or the activity and its unit", "option")


def _value(rows: Rows) -> tuple[Values, Flags]:
    """Return the value that each amount is a share of (NaN where it is not given), and where equity is below zero."""
    of = rows["asset_class"]
    evic, equity, debt, cost, origin = (
        rows[c] for c in ("evic", "equity", "debt", "project_cost", "value_at_origination"))
    books = attribution.equity_plus_debt(equity, np.where(debt < 0, np.nan, debt))
    either = np.where(np.isnan(evic), books, evic)
    project = np.where(np.isnan(cost), books, cost)
    value = np.select([among(of, _LISTED), among(of, _EITHER), among(of, _PROJECTS), among(of, SOVEREIGN)],
                      [evic, either, project, rows["ppp_gdp"]], origin)
    return value, (equity < 0) & ~among(of, (*BUILDINGS, *VEHICLES, *SOVEREIGN))


def _attributed(draft: Draft) -> Draft:
    share = draft.rows["equity_share"]
    by_equity = draft.rows["asset_class"] == "equity_share"
    draft = draft.reject(by_equity & ~((share > 0) & (share <= 1)), "equity_share_impossible",
                         "a share of equity lies above 0 and not above 1", "write 40 % as 0.4 or \"40 %\"",
                         "equity_share")
    draft = _with_values(draft)
    rows = draft.rows
    value, negative = _value(rows)
    by_equity, by_amount = rows["asset_class"] == "equity_share", _by_amount(draft)
    turnover = np.where(rows["option"] == "3c", rows["asset_turnover"], 1.0)
    factor = np.where(by_equity, rows["equity_share"], np.where(by_amount, turnover, np.nan))
    open_rows = np.isnan(factor)
    factor[open_rows] = attribution.attribution_factor(rows["outstanding"][open_rows], value[open_rows])
    return of_others.remarked(of_others.scaled(draft, factor), open_rows & negative, "equity below zero counts as 0")


def _by_amount(draft: Draft) -> Flags:
    return among(draft.rows["option"], _BY_AMOUNT) & among(draft.rows["asset_class"], CORPORATE)


def _with_values(draft: Draft) -> Draft:
    """Reject amounts without the value they are a share of, values of zero, and amounts above their value."""
    def shared(draft: Draft) -> Flags:
        return np.asarray((draft.rows["asset_class"] != "equity_share") & ~_by_amount(draft), dtype=bool)

    needs = by_word(draft.rows["asset_class"], lambda of: "give " + _NEEDS.get(of, "equity_share"))
    draft = draft.reject(shared(draft) & np.isnan(_value(draft.rows)[0]), "value_missing",
                         "the value that the outstanding amount is a share of is not given", needs, "outstanding")
    needs = by_word(draft.rows["asset_class"], lambda of: "give " + _NEEDS.get(of, "equity_share"))
    draft = draft.reject(shared(draft) & ~(_value(draft.rows)[0] > 0), "value_not_positive",
                         "the value that the outstanding amount is a share of is not above zero", needs, "outstanding")
    draft = draft.reject(shared(draft) & ~(draft.rows["outstanding"] >= 0), "outstanding_missing",
                         "no outstanding amount, or one below zero", "give the amount at the same day as the value",
                         "outstanding")
    draft = draft.reject(shared(draft) & (draft.rows["outstanding"] > _value(draft.rows)[0]), "outstanding_above_value",
                         "the outstanding amount is above the value of the company, project or asset",
                         "give both in one currency and unit, at the same day", "outstanding")
    turnover = (draft.rows["option"] == "3c") & ~(draft.rows["asset_turnover"] > 0) & _by_amount(draft)
    return draft.reject(turnover, "asset_turnover_missing", "option 3c without the asset turnover of the sector",
                        "give asset_turnover above zero, or option 3b with a factor per unit of asset",
                        "asset_turnover")


def _without_lifetime(draft: Draft) -> Draft:
    """Exclude projected lifetime emissions with their tonnes, which are reported next to scope 3."""
    lifetime = draft.rows["asset_class"] == LIFETIME
    reported = by_word(draft.rows["activity"], lambda a: a.startswith(REPORTED), np.bool_)
    years = draft.rows["lifetime_years"]
    draft = draft.reject(lifetime & (~reported | ~(years > 0)), "lifetime_impossible",
                         "projected lifetime emissions need the projected emissions a year and a life above zero",
                         "give reported emissions a year and lifetime_years", "lifetime_years")
    rows = draft.rows
    lifetime = np.asarray(rows["asset_class"] == LIFETIME, dtype=bool)
    if not lifetime.any():
        return draft
    kg = rows["quantity"] * np.where(lifetime, rows["lifetime_years"], 0.0)
    words = by_word(kg, lambda value: f"{value / 1000:,.10g} t CO2e projected over the life of the project: reported "
                    "next to scope 3, in the year of its first financing")
    total = exact_total(kg[lifetime]) / 1000
    return draft.end(lifetime, "excluded", code="lifetime_projection", reason=words, column="lifetime_years").warn(
        "lifetime_projection", f"{total:,.10g} t CO2e are projected over the lives of {int(lifetime.sum()):,} projects "
        "first financed in the year: report them next to scope 3 (category 15)")


def _remark_approach(draft: Draft, params: CompanyParams) -> Draft:
    shared = draft.rows["asset_class"] == "equity_share"
    if params.consolidation != "equity_share" or not shared.any():
        return draft
    names = ", ".join(sorted({*draft.rows["investee"][shared]})[:5])
    return draft.warn("equity_in_scopes", f"{int(shared.sum()):,} equity investments are in category 15, and under the "
                      f"equity share approach those consolidated are in scopes 1 and 2 already: {names}")


def _scored(draft: Draft) -> Draft:
    rows = draft.rows
    pairs = rows.groups(["asset_class", "option"])
    words = np.array([f"PCAF score {SCORES[of][option]} (option {option})" for of, option in pairs.lines()],
                     dtype=object).take(pairs.number)
    draft = of_others.remarked(draft, np.ones(len(rows), dtype=bool), words)
    group = by_word(rows["investee_scopes"], _SCOPES.__getitem__)
    return of_others.done(draft, category=15, group=pick(group == "", "investments", group))
