"""The share of an investee's emissions that an investor answers for, and PCAF's data quality, as plain functions.

Sources: GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), chapter 15; PCAF, The Global GHG
Accounting and Reporting Standard Part A: Financed Emissions (2nd ed., 2022).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from carbon.core.errors import MethodError
from carbon.core.exact import exact_total
from carbon.core.plain_numbers import refuse_no_number, share_of

CORPORATE = ("listed_equity", "corporate_bond", "business_loan", "unlisted_equity", "project_finance", "managed",
             "equity_share", "debt_known_use", "debt_unknown_use", "project_lifetime")
BUILDINGS = ("commercial_real_estate", "mortgage")
VEHICLES = ("motor_vehicle_loan",)
SOVEREIGN = ("sovereign_debt",)
ASSET_CLASSES = (*CORPORATE, *BUILDINGS, *VEHICLES, *SOVEREIGN)
_SCORES_OF = (
    (CORPORATE, {"1a": 1, "1b": 2, "2a": 2, "2b": 3, "3a": 4, "3b": 5, "3c": 5}),
    (BUILDINGS, {"1a": 1, "1b": 2, "2a": 3, "2b": 4, "3": 5}),
    (VEHICLES, {"1a": 1, "1b": 1, "2a": 2, "2b": 3, "3a": 4, "3b": 5}),
    (SOVEREIGN, {"1a": 1, "1b": 2, "2a": 3, "3a": 4, "3b": 5}))
SCORES: dict[str, dict[str, int]] = {name: scores for names, scores in _SCORES_OF for name in names}
"""Asset class -> option -> score, 1 the best. PCAF Part A (2022), tables 5-3, 5-7, 5-10, 5-14, 5-15, 5-16 and 5-26
(annex 10.1); investments that PCAF has no class for take the options of companies and projects.
"""


def evic(*, ordinary_shares: Any, preferred_shares: Any, debt: Any, minority_interests: Any) -> Any:
    """Calculate the enterprise value including cash of a listed company [currency].

    EVIC = market capitalisation of ordinary and preferred shares + book value of debt and minority interests

    Cash is not deducted, so that the shares of all investors sum to 1.

    References
    ----------
    PCAF Part A (2022), ch. 5.1 and box 5.
    """
    refuse_no_number("EVIC", at_least=0, ordinary_shares=ordinary_shares, preferred_shares=preferred_shares, debt=debt,
                     minority_interests=minority_interests)
    return ordinary_shares + preferred_shares + debt + minority_interests


def equity_plus_debt(equity: Any, debt: Any) -> Any:
    """Calculate the value of a private company or project [currency]: equity + debt; negative equity counts as 0.

    References
    ----------
    PCAF Part A (2022), ch. 5.2 and 5.3, footnotes 90 and 121.
    """
    refuse_no_number("value of a company", equity=equity)
    refuse_no_number("value of a company", at_least=0, debt=debt)
    return np.maximum(equity, 0.0) + debt


def attribution_factor(outstanding: Any, value: Any) -> Any:
    """Calculate the share of an investee's emissions that is attributed to an investor.

    attribution = outstanding amount / value;  value: EVIC (listed), equity + debt (private companies and projects),
    value of the property or vehicle at origination (mortgages, real estate, vehicle loans), GDP by purchasing power
    parity [international dollars] of the country (sovereign debt in US dollars)

    Raises
    ------
    MethodError
        A value that is not above zero, a negative amount, an amount above the value.

    References
    ----------
    PCAF Part A (2022), ch. 5.1 to 5.7; Technical Guidance, formula 15.3 (share of total project costs).
    """
    return share_of("attribution", outstanding, value, names=("outstanding", "value"),
                    hint="give both in one currency and unit (thousands?), the value at the same day")


def financed_kg(emissions_kg: Any, *, attribution: Any) -> Any:
    """Calculate financed emissions, also by share of equity or of project costs [kg CO2e].

    kg = emissions of the investee or project in the year x attribution

    References
    ----------
    Technical Guidance, formulas 15.1 and 15.3; PCAF Part A (2022), ch. 5.
    """
    refuse_no_number("financed emissions", at_least=0, emissions_kg=emissions_kg)
    refuse_no_number("financed emissions", at_least=0, at_most=1, attribution=attribution)
    return emissions_kg * attribution


def financed_by_revenue_kg(revenue: Any, *, kg_per_revenue: Any, attribution: Any) -> Any:
    """Calculate financed emissions from revenue, or construction cost of a project, by a sector's average [kg CO2e].

    kg = revenue of the investee in the sector x kg per unit of revenue x attribution

    A sector's factor of an input-output model holds all upstream emissions unless it was disaggregated: state which.

    References
    ----------
    Technical Guidance, formulas 15.2 and 15.4; PCAF Part A (2022), option 3a.
    """
    refuse_no_number("financed emissions", at_least=0, revenue=revenue, kg_per_revenue=kg_per_revenue)
    return financed_kg(revenue * kg_per_revenue, attribution=attribution)


def financed_by_assets_kg(outstanding: Any, *, kg_per_asset: Any, asset_turnover: Any) -> Any:
    """Calculate financed emissions from the amount alone and a sector's average [kg CO2e].

    kg = outstanding amount x asset turnover of the sector x kg per unit;  turnover 1: the factor is per unit of asset

    References
    ----------
    PCAF Part A (2022), options 3b (per asset) and 3c (per revenue, with the sector's asset turnover).
    """
    refuse_no_number("financed emissions", at_least=0, outstanding=outstanding, kg_per_asset=kg_per_asset)
    refuse_no_number("financed emissions", over=0, asset_turnover=asset_turnover)
    return outstanding * asset_turnover * kg_per_asset


def project_lifetime_kg(yearly_kg: Any, *, lifetime_years: Any, attribution: Any) -> Any:
    """Calculate the projected lifetime emissions of a project in the year of its first financing [kg CO2e].

    kg = projected emissions a year x years of life x share of total project costs

    Reported next to scope 3, never in it, by the initial sponsor or lender and in that year alone; not discounted.

    References
    ----------
    Technical Guidance, ch. 15, "Method for calculating projected total lifetime emissions", and example 15.5.
    """
    refuse_no_number("projected emissions", over=0, lifetime_years=lifetime_years)
    return financed_kg(yearly_kg, attribution=attribution) * lifetime_years


def pcaf_score(asset_class: str, option: str) -> int:
    """Return PCAF's data quality score of an option, 1 (best) to 5.

    Raises MethodError: An asset class or option that the standard does not have; the choices are named.
    """
    if not isinstance(asset_class, str) or not isinstance(option, str):
        raise MethodError(f"an asset class and an option are words, not {asset_class!r} and {option!r}",
                          hint='e.g. pcaf_score("listed_equity", "1a")')
    if asset_class not in SCORES:
        raise MethodError(f"{asset_class!r} is not an asset class", hint=f"one of {', '.join(ASSET_CLASSES)}")
    if option not in SCORES[asset_class]:
        raise MethodError(f"{option!r} is not an option of {asset_class}",
                          hint=f"one of {', '.join(SCORES[asset_class])}")
    return SCORES[asset_class][option]


def weighted_pcaf_score(outstanding: Any, scores: Any) -> float:
    """Calculate the data quality score of a portfolio.

    score = sum of (outstanding x score) / sum of outstanding

    Raises
    ------
    MethodError
        Scores outside 1 to 5, no amount, or a number of scores that is not that of the amounts.

    References
    ----------
    PCAF Part A (2022), ch. 6, box 8.
    """
    refuse_no_number("data quality score", at_least=0, outstanding=outstanding)
    refuse_no_number("data quality score", at_least=1, at_most=5, scores=scores)
    amounts, score = (np.ravel(np.asarray(v, dtype=float)) for v in (outstanding, scores))
    if len(amounts) != len(score) or not exact_total(amounts) > 0:
        raise MethodError(f"{len(amounts)} amounts and {len(score)} scores, or no amount above zero",
                          hint="give the outstanding amount and the score of each investment")
    return float(exact_total(amounts * score) / exact_total(amounts))
