"""Kinds of record for what others run: leases, shared logistics, the life of sold products, franchises, investments.

Source of the columns: GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), chapters 4 and 8 to
15; PCAF Part A (2nd ed., 2022).
"""

from __future__ import annotations

from carbon.core import schemas
from carbon.records.kinds.contract import CURRENCY, NUMBER, UNIT, WORD, Contract, Field, dated, sized

_COUNTRY = Field("country", WORD, words="country")
_MEASURE = ("quantity", "unit")


def _of_others() -> tuple[Field, ...]:
    """Return the fields of an activity of another company, or of the emissions that it reported."""
    return (Field("activity", needed=True, filled=True),
            Field("quantity", NUMBER, needed=True, filled=True, unit_column="unit"),
            Field("unit", UNIT, needed=True, filled=True), Field("gwp"), Field("evidence"), Field("supplier"))


def _part_of_total() -> tuple[Field, ...]:
    return (*sized("part"), *sized("total"))


_SPACE = (*sized("area", "area"), *sized("total_area", "area"), Field("occupied_share", NUMBER, share=True))

LEASED_ASSETS = Contract("leased_assets", schemas.LEASED_ASSETS, (
    *dated(), Field("site"), _COUNTRY, Field("asset", needed=True, filled=True),
    Field("role", WORD, needed=True, filled=True, words="lease_role"),
    Field("lease", WORD, needed=True, filled=True, words="lease"), Field("no_control"), *_of_others(), *_SPACE,
    *_part_of_total(),
), dated="period", measure=_MEASURE)
"""Leased space, vehicles and machines outside scopes 1 and 2: category 8 (lessee) or 13 (lessor)."""

SHARED_LOGISTICS = Contract("shared_logistics", schemas.SHARED_LOGISTICS, (
    *dated(), Field("site"), _COUNTRY, Field("asset", needed=True, filled=True),
    Field("direction", WORD, needed=True, filled=True, words="direction"), *_of_others(),
    Field("basis", WORD, words="basis"), *_part_of_total(), Field("days", NUMBER),
), dated="period", measure=_MEASURE)
"""A shared vehicle or store (its fuel, power, refrigerant) and the company's part of it: category 4 or 9."""

PROCESSING = Contract("processing", schemas.PROCESSING, (
    *dated(), Field("site"), _COUNTRY, Field("product", needed=True, filled=True), *_of_others(),
    Field("units_sold", NUMBER), *_part_of_total(),
), dated="period", measure=_MEASURE)
"""Processing of sold intermediate products by others: category 10."""

PRODUCT_USE = Contract("product_use", schemas.PRODUCT_USE, (
    *dated(), Field("site"), _COUNTRY, Field("product", needed=True, filled=True),
    Field("phase", WORD, needed=True, filled=True, words="use_phase"),
    Field("units_sold", NUMBER, needed=True, filled=True), *_of_others(),
    Field("lifetime_uses", NUMBER), Field("uses_per_year", NUMBER), Field("lifetime_years", NUMBER),
    Field("share", NUMBER, share=True), *_part_of_total(), Field("grid", WORD, words="grid"),
    Field("grid_decline", NUMBER, share=True), Field("grid_source"),
), dated="period", measure=("units_sold", ""))
"""Products sold in the year and what they use over their lives: category 11."""

END_OF_LIFE = Contract("end_of_life", schemas.END_OF_LIFE, (
    *dated(), Field("site"), _COUNTRY, Field("product", needed=True, filled=True),
    Field("material", needed=True, filled=True),
    Field("treatment", WORD, needed=True, filled=True, words="treatment"),
    Field("quantity", NUMBER, needed=True, filled=True, unit_column="unit"),
    Field("unit", UNIT, needed=True, filled=True, dimensions=("mass",)), Field("units_sold", NUMBER),
    Field("share", NUMBER, needed=True, filled=True, share=True),
), dated="period", measure=_MEASURE)
"""Mass of sold products (and their packaging) by material, and the share that goes to each treatment: category 12."""

FRANCHISES = Contract("franchises", schemas.FRANCHISES, (
    *dated(), Field("site"), _COUNTRY, Field("franchise", needed=True, filled=True), *_of_others(), *_SPACE,
    Field("sampled", NUMBER), Field("group_size", NUMBER),
), dated="period", measure=_MEASURE)
"""Franchises: their reported scopes 1 and 2, their energy, or their area or number by an average: category 14."""

INVESTMENTS = Contract("investments", schemas.INVESTMENTS, (
    *dated(), Field("site"), _COUNTRY, Field("investee", needed=True, filled=True),
    Field("asset_class", WORD, needed=True, filled=True, words="asset_class"),
    Field("investee_scopes", WORD, needed=True, filled=True, words="investee_scopes"),
    Field("option", needed=True, filled=True), *_of_others(),
    Field("outstanding", NUMBER, unit_column="currency"), Field("evic", NUMBER), Field("equity", NUMBER),
    Field("debt", NUMBER), Field("project_cost", NUMBER), Field("value_at_origination", NUMBER),
    Field("currency", CURRENCY), Field("equity_share", NUMBER, share=True), Field("asset_turnover", NUMBER),
    Field("lifetime_years", NUMBER), Field("ppp_gdp", NUMBER),
), dated="period", measure=_MEASURE)
"""Investments: emissions, activity or revenue of the investee, and the share of it: category 15."""

DOWNSTREAM = (LEASED_ASSETS, SHARED_LOGISTICS, PROCESSING, PRODUCT_USE, END_OF_LIFE, FRANCHISES, INVESTMENTS)
