"""Records that already are quantities: water, waste, refrigerants, equipment, homeworking, any activity."""

from __future__ import annotations

import re

import numpy as np

from carbon.activities.amounts import of_unit
from carbon.activities.draft import Draft
from carbon.activities.kinds.flights import also
from carbon.activities.kinds.named import in_country, named, slugs
from carbon.activities.kinds.regions import with_region
from carbon.core.ghg_protocol import NO_CATEGORY, TIERS
from carbon.core.text_columns import Values, among, by_word, pick
from carbon.params.shapes.company import CompanyParams
from carbon.records.rules.statement_checks import DAYS_A_YEAR, HOURS_A_DAY

EXTENSIVE = ("quantity",)
HOMEWORKING_EXTENSIVE = ("days",)
_FIX = "correct the source file"
_TREATMENTS = {"incineration": "combustion", "energy_recovery": "combustion"}


def water(draft: Draft, params: CompanyParams) -> Draft:
    """Measure water [m3]: water.supply is category 1, a purchase; water.treatment is category 5, wastewater.

    Source: GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), category 5.
    """
    draft = draft.reject(~among(draft.rows["service"], ("supply", "treatment")), "service_unknown",
                         "water is bought (supply) or sent to the sewer (treatment)", _FIX, "service")
    draft = _of_dimension(draft, "m3")
    category = by_word(draft.rows["service"], {"supply": 1, "treatment": 5}.__getitem__, np.int64)
    return _done(draft, params, "water." + draft.rows["service"], group="water", scope="3", category=category)


def waste(draft: Draft, params: CompanyParams) -> Draft:
    """Measure waste: waste.<material>.<treatment> by mass, category 5.

    Materials and treatments have the names of the country's own publisher (data/country_words.csv). Outside the United
    States "recycling" is the loop that DESNZ publishes for the material (the closed one where it has both). Both are
    noted in `quality` where they assume something; what the factor counts is noted in `reason`.
    """
    for column in ("material", "treatment"):
        draft = draft.reject(draft.rows[column] == "", f"{column}_missing", f"waste without its {column}", _FIX, column)
    draft = with_region(_of_dimension(draft, "t"), params)
    rows = draft.rows
    release = params.factors.release
    material, remark = in_country("waste.material", named("waste.material", slugs(rows["material"])), rows["region"],
                                  release)
    treatment = slugs(by_word(rows["treatment"], lambda t: _TREATMENTS.get(t, t)))
    loop = named("waste.recycling", material)
    assumed = (treatment == "recycling") & (loop != material) & (rows["region"] != "US")
    name, _ = in_country("waste.activity", material + "." + pick(assumed, loop, treatment), rows["region"], release)
    quality = also(pick(assumed, "recycling loop not given", ""), remark)
    return _done(draft.assign(quality=quality), params, "waste." + name, group="waste", scope="3", category=5)


def refrigerants(draft: Draft, params: CompanyParams) -> Draft:
    """Measure escaped refrigerants: refrigerant.<gas> [kg], scope 1; a negative quantity is rejected."""
    draft = draft.reject(draft.rows["gas"] == "", "gas_missing", "no refrigerant is named", _FIX, "gas")
    draft = draft.reject(draft.rows["quantity"] < 0, "refrigerant_negative",
                         "recovered gas is not a negative emission", "give the net loss, see refrigerant_balance_kg",
                         "quantity")
    draft = _of_dimension(draft, "kg")
    gas = by_word(draft.rows["gas"], _gas_name)
    return _done(draft, params, "refrigerant." + gas, group="refrigerants", scope="1", category=NO_CATEGORY)


def _gas_name(text: str) -> str:
    """Return a gas by its number in ISO 817: "HFO-1234ze(E)" is R-1234ze."""
    return re.sub(r"^hfo(?=\d)", "r", re.sub(r"[^a-z0-9]", "", text.lower().removesuffix("(e)")))


def equipment(draft: Draft, params: CompanyParams) -> Draft:
    """Measure items bought [unit], category 2. An item without a point is one of IT: "laptop" is it.laptop."""
    draft = draft.reject(draft.rows["item"] == "", "item_missing", "no item is named", _FIX, "item")
    draft = draft.end(draft.rows["second_hand"], "excluded", code="second_hand", column="item",
                      reason="second-hand: its making was counted by its first owner")
    item = named("equipment.item", slugs(draft.rows["item"], keep="."))
    unit = draft.rows["unit"]
    return _done(draft.assign(unit=pick(unit == "", "unit", unit)), params,
                 by_word(item, lambda i: i if "." in i else f"it.{i}"), group="equipment", scope="3", category=2)


def homeworking(draft: Draft, params: CompanyParams) -> Draft:
    """Measure homeworking: homeworking.total [FTE.hour], category 7, people x days x hours."""
    rows = draft.rows
    draft = draft.reject((rows["days"] < 0) | (rows["days"] > DAYS_A_YEAR), "days_impossible",
                         f"a year has no more than {DAYS_A_YEAR} days", _FIX, "days")
    draft = draft.reject((draft.rows["hours"] <= 0) | (draft.rows["hours"] > HOURS_A_DAY), "hours_impossible",
                         "hours a day lie between 0 and 24", _FIX, "hours")
    rows = draft.rows
    draft = draft.assign(quantity=rows["people"] * rows["days"] * rows["hours"], unit="FTE.hour", supplier="")
    return _done(draft, params, "homeworking.total", group="homeworking", scope="3", category=7)


def general(draft: Draft, params: CompanyParams) -> Draft:
    """Measure any activity of the factor library with the scope, category and calculation method of the record.

    The method is a tier of ours or a name of the Scope 3 Technical Guidance: "average-data" is a physical average.
    """
    draft = draft.reject(draft.rows["activity"] == "", "activity_missing", "no activity is named", _FIX, "activity")
    draft = draft.reject(~among(draft.rows["scope"], ("1", "2", "3")), "scope_unknown", "scope must be 1, 2 or 3", _FIX,
                         "scope")
    category = draft.rows["category"]
    fits = np.where(draft.rows["scope"] == "3", (category >= 1) & (category <= 15), category == NO_CATEGORY)
    draft = draft.reject(~fits, "category_unknown", "scope 3 has the categories 1 to 15, scopes 1 and 2 have none",
                         _FIX, "category")
    word = slugs(draft.rows["method"])
    tier = named("activities.method", word)
    draft = draft.assign(method=pick(tier != word, tier, draft.rows["method"]))
    draft = draft.reject(~among(draft.rows["method"], TIERS), "method_unknown",
                         f"the method must be one of {', '.join(TIERS)}", _FIX, "method")
    rows = draft.rows
    return _done(draft, params, rows["activity"], group="", scope=rows["scope"], category=rows["category"],
                 tier=rows["method"])


def _of_dimension(draft: Draft, unit: str) -> Draft:
    return draft.reject(~of_unit(draft.rows["unit"], unit), "unit_dimension", f"not a unit that converts to {unit}",
                        _FIX, "unit")


def _done(draft: Draft, params: CompanyParams, activity: str | Values, *, group: str, scope: str | Values,
          category: int | Values, tier: str | Values = "physical average") -> Draft:
    """Return the draft with the columns every activity has."""
    quality = draft.rows.get("quality", "")
    return with_region(draft.assign(activity=activity, group=group, scope=scope, category=category, tier=tier,
                                    quality=quality, rule="", contract=""), params)
