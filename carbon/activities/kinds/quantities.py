"""Records that already are quantities: water, waste, freight, refrigerants, equipment, homeworking, any activity."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd

from carbon.activities.amounts import of_unit, to_unit
from carbon.activities.classification.rules import PACKAGE
from carbon.activities.draft import Draft
from carbon.activities.kinds.places import chosen_namesakes, with_ends
from carbon.activities.kinds.regions import with_region
from carbon.core import packaged
from carbon.core.ghg_protocol import NO_CATEGORY, TIERS
from carbon.core.params.company import CompanyParams
from carbon.core.text import strip_accents
from carbon.core.text_columns import Values, among, by_word, pick
from carbon.records.rules.survey_checks import DAYS_A_YEAR, HOURS_A_DAY

EXTENSIVE = ("quantity",)
FREIGHT_EXTENSIVE = ("quantity", "mass")
HOMEWORKING_EXTENSIVE = ("days",)
_FIX = "correct the source file"
_TREATMENTS = {"incineration": "combustion", "energy_recovery": "combustion"}
_DIRECTIONS = {"inbound": 4, "outbound": 4, "sold": 9}
"""Transport that is bought is category 4, whichever way it goes; transport of sold goods that others buy is 9."""


def water(draft: Draft, params: CompanyParams) -> Draft:
    """Measure water: water.supply or water.treatment [m3], category 1, bought services."""
    draft = draft.reject(~among(draft.rows["service"], ("supply", "treatment")), "service_unknown",
                         "water is bought (supply) or sent to the sewer (treatment)", _FIX, "service")
    draft = _of_dimension(draft, "m3")
    return _done(draft, params, "water." + draft.rows["service"], group="water", scope="3", category=1)


def waste(draft: Draft, params: CompanyParams) -> Draft:
    """Measure waste: waste.<material>.<treatment> by mass, category 5.

    Outside the United States "recycling" is the loop that DESNZ publishes for the material (the closed one where it
    has both), noted in `quality`.
    """
    for column in ("material", "treatment"):
        draft = draft.reject(draft.rows[column] == "", f"{column}_missing", f"waste without its {column}", _FIX, column)
    draft = with_region(_of_dimension(draft, "t"), params)
    rows = draft.rows
    material = named("waste.material", _slugs(rows["material"]))
    treatment = _slugs(by_word(rows["treatment"], lambda t: _TREATMENTS.get(t, t)))
    loop = named("waste.recycling", material)
    assumed = (treatment == "recycling") & (loop != material) & (rows["region"] != "US")
    activity = "waste." + material + "." + pick(assumed, loop, treatment)
    return _done(draft.assign(quality=pick(assumed, "recycling loop not given", "")), params, activity,
                 group="waste", scope="3", category=5)


def freight(draft: Draft, params: CompanyParams) -> Draft:
    """Measure freight: freight.<mode> [tonne.km], category 4, or 9 for transport of sold goods that others pay.

    quantity = mass [t] x distance [km]; without a distance the great circle between the ends, noted in `quality`.
    """
    draft = draft.reject(draft.rows["mode"] == "", "mode_missing", "freight without its mode", _FIX, "mode")
    draft = draft.reject(~among(draft.rows["direction"], _DIRECTIONS), "direction_unknown",
                         "inbound, outbound (bought by the company) or sold (paid by others)", _FIX, "direction")
    other_dimension = ~np.isnan(draft.rows["quantity"]) & ~of_unit(draft.rows["unit"], "tonne.km")
    draft = draft.reject(other_dimension, "unit_dimension", "freight is counted in tonne.km", _FIX, "unit")
    draft = draft.then(lambda d: _freight_work(d, params))
    rows = draft.rows
    mode = named("freight.mode", _slugs(rows["mode"], keep="."))
    category = by_word(rows["direction"], _DIRECTIONS.__getitem__, np.int64)
    return _done(draft, params, "freight." + mode, group="freight", scope="3", category=category)


def _freight_work(draft: Draft, params: CompanyParams) -> Draft:
    rows = draft.rows
    home = params.home
    needs = np.isnan(rows["quantity"]) & np.isnan(rows["distance"])
    rows = with_ends(rows, needs, home=home, namesakes=params.travel.namesakes)
    km = to_unit(rows["distance"], rows["distance_unit"], "km")
    computed = np.isnan(km)
    tonne_km = to_unit(rows["mass"], rows["mass_unit"], "t") * np.where(computed, rows["great_circle_km"], km)
    stated_work = to_unit(rows["quantity"], rows["unit"], "tonne.km")
    draft = draft.with_rows(rows.assign(
        quantity=np.where(np.isnan(stated_work), tonne_km, stated_work), unit="tonne.km",
        quality=pick(np.isnan(stated_work) & computed, "great circle", "")))
    draft = chosen_namesakes(draft)
    return draft.reject(np.isnan(draft.rows["quantity"]), "freight_incomplete",
                        "neither tonne.km, nor mass and a distance that is given or can be found",
                        "give tonne.km, or mass and distance with their units", "quantity")


def refrigerants(draft: Draft, params: CompanyParams) -> Draft:
    """Measure escaped refrigerants: refrigerant.<gas> [kg], scope 1; a negative quantity is rejected."""
    draft = draft.reject(draft.rows["gas"] == "", "gas_missing", "no refrigerant is named", _FIX, "gas")
    draft = draft.reject(draft.rows["quantity"] < 0, "refrigerant_negative",
                         "recovered gas is not a negative emission", "give the net loss, see refrigerant_balance_kg",
                         "quantity")
    draft = _of_dimension(draft, "kg")
    gas = by_word(draft.rows["gas"], lambda g: re.sub(r"[^a-z0-9]", "", g.lower()))
    return _done(draft, params, "refrigerant." + gas, group="refrigerants", scope="1", category=NO_CATEGORY)


def equipment(draft: Draft, params: CompanyParams) -> Draft:
    """Measure items bought [unit], category 2. An item without a point is one of IT: "laptop" is it.laptop."""
    draft = draft.reject(draft.rows["item"] == "", "item_missing", "no item is named", _FIX, "item")
    draft = draft.end(draft.rows["second_hand"], "excluded", code="second_hand", column="item",
                      reason="second-hand: its making was counted by its first owner")
    item = named("equipment.item", _slugs(draft.rows["item"], keep="."))
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
    word = _slugs(draft.rows["method"])
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


def _slugs(texts: Values, *, keep: str = "") -> Values:
    pattern = re.compile(rf"[^a-z0-9{re.escape(keep)}]+")
    return by_word(texts, lambda t: pattern.sub("_", strip_accents(t).lower()).strip("_"))


def _done(draft: Draft, params: CompanyParams, activity: str | Values, *, group: str, scope: str | Values,
          category: int | Values, tier: str | Values = "physical average") -> Draft:
    """Return the draft with the columns every activity has."""
    quality = draft.rows.get("quality", "")
    return with_region(draft.assign(activity=activity, group=group, scope=scope, category=category, tier=tier,
                                    quality=quality, rule="", contract=""), params)


@cache
def record_words() -> pd.DataFrame:
    """Load field, word, language, name: the meaning of a word in a field of a list; other words are names already."""
    return packaged.read_csv(PACKAGE, "data/record_words.csv")


def named(field: str, slugs: Values) -> Values:
    """Replace each word of a field by its activity's name, e.g. "carton" by paper_and_board_board; others stay."""
    names = _names(field)
    return by_word(slugs, lambda s: names.get(s, s))


@cache
def _names(field: str) -> dict[str, str]:
    table = record_words()
    rows = table[table["field"] == field]
    return dict(zip(rows["word"], rows["name"], strict=True))
