"""
Records that already are quantities: water, waste, freight, refrigerants, equipment, homeworking, and any activity.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from carbon.activities.amounts import converts, to_unit
from carbon.activities.draft import Draft
from carbon.activities.places import chosen_namesakes, with_ends
from carbon.activities.record_words import named
from carbon.activities.regions import with_region
from carbon.core.ghg_protocol import NO_CATEGORY, TIERS
from carbon.core.params import CompanyParams
from carbon.core.words import strip_accents

EXTENSIVE = ("quantity",)
FREIGHT_EXTENSIVE = ("quantity", "mass")
HOMEWORKING_EXTENSIVE = ("days",)
DAYS_A_YEAR = 366
_FIX = "correct the source file"
_TREATMENTS = {"incineration": "combustion", "energy_recovery": "combustion"}
_DIRECTIONS = {"inbound": 4, "outbound": 4, "sold": 9}
"""Transport that is bought is category 4, whichever way it goes; transport of sold goods that others buy is 9."""


def water(draft: Draft, params: CompanyParams) -> Draft:
    """
    water.supply or water.treatment [m3], category 1: bought services.
    """
    draft = draft.reject(~draft.rows["service"].isin(["supply", "treatment"]), "service_unknown",
                         "water is bought (supply) or sent to the sewer (treatment)", _FIX, "service")
    draft = _of_dimension(draft, "m3")
    return _done(draft, params, "water." + draft.rows["service"], group="water", scope="3", category=1)


def waste(draft: Draft, params: CompanyParams) -> Draft:
    """
    waste.<material>.<treatment> by mass, category 5.

    Outside the United States "recycling" is the loop that DESNZ publishes for the material (the closed one where it
    has both), said in `quality`.
    """
    for column in ("material", "treatment"):
        draft = draft.reject(draft.rows[column] == "", f"{column}_missing", f"waste without its {column}", _FIX, column)
    draft = with_region(_of_dimension(draft, "t"), params)
    material = named("waste.material", _slugs(draft.rows["material"]))
    treatment = _slugs(draft.rows["treatment"].replace(_TREATMENTS))
    loop = named("waste.recycling", material)
    assumed = (treatment == "recycling") & (loop != material) & (draft.rows["region"] != "US")
    note = pd.Series("", index=draft.rows.index, dtype="str").mask(assumed, "recycling loop not given")
    activity = "waste." + material + "." + treatment.mask(assumed, loop)
    return _done(draft.assign(quality=note), params, activity, group="waste", scope="3", category=5)


def freight(draft: Draft, params: CompanyParams) -> Draft:
    """
    freight.<mode> [tonne.km], category 4, or 9 for transport of sold goods that others pay.

    quantity = mass [t] x distance [km]; without a distance the great circle between the ends, said in `quality`.
    """
    draft = draft.reject(draft.rows["mode"] == "", "mode_missing", "freight without its mode", _FIX, "mode")
    draft = draft.reject(~draft.rows["direction"].isin(list(_DIRECTIONS)), "direction_unknown",
                         "inbound, outbound (bought by the company) or sold (paid by others)", _FIX, "direction")
    rows = draft.rows
    given = rows["quantity"].notna()
    wrong = given & ~rows["unit"].isin([u for u in rows["unit"].unique() if converts(u, "tonne.km")])
    draft = draft.reject(wrong, "unit_dimension", "freight is counted in tonne.km", _FIX, "unit")
    draft = draft.then(lambda d: _freight_work(d, params))
    rows = draft.rows
    mode = named("freight.mode", _slugs(rows["mode"], keep="."))
    category = rows["direction"].map(_DIRECTIONS)
    return _done(draft, params, "freight." + mode, group="freight", scope="3", category=category)


def _freight_work(draft: Draft, params: CompanyParams) -> Draft:
    rows = draft.rows
    home = {params.country, *params.sites.values()}
    needs = rows["quantity"].isna() & rows["distance"].isna()
    draft = draft.with_rows(with_ends(rows, needs, home=home, namesakes=params.travel.namesakes))
    rows = draft.rows
    km = to_unit(rows["distance"], rows["distance_unit"], "km")
    computed = km.isna()
    tonne_km = to_unit(rows["mass"], rows["mass_unit"], "t") * km.mask(computed, rows["great_circle_km"])
    given = to_unit(rows["quantity"], rows["unit"], "tonne.km")
    note = pd.Series(np.where(given.isna() & computed, "great circle", ""), index=rows.index, dtype="str")
    draft = draft.assign(quantity=given.mask(given.isna(), tonne_km), unit="tonne.km", quality=note)
    draft = chosen_namesakes(draft)
    return draft.reject(draft.rows["quantity"].isna(), "freight_incomplete",
                        "neither tonne.km, nor mass and a distance that is given or can be found",
                        "give tonne.km, or mass and distance with their units", "quantity")


def refrigerants(draft: Draft, params: CompanyParams) -> Draft:
    """
    refrigerant.<gas> [kg], scope 1: what escaped. A negative quantity is refused: recovered gas is no emission.
    """
    draft = draft.reject(draft.rows["gas"] == "", "gas_missing", "no refrigerant is named", _FIX, "gas")
    draft = draft.reject(draft.rows["quantity"] < 0, "refrigerant_negative",
                         "recovered gas is not a negative emission", "give the net loss, see refrigerant_balance_kg",
                         "quantity")
    draft = _of_dimension(draft, "kg")
    gas = draft.rows["gas"].str.lower().str.replace(r"[^a-z0-9]", "", regex=True)
    return _done(draft, params, "refrigerant." + gas, group="refrigerants", scope="1", category=NO_CATEGORY)


def equipment(draft: Draft, params: CompanyParams) -> Draft:
    """
    Items bought [unit], category 2. An item without a point is one of IT: "laptop" is it.laptop.
    """
    draft = draft.reject(draft.rows["item"] == "", "item_missing", "no item is named", _FIX, "item")
    draft = draft.end(draft.rows["second_hand"], "excluded", code="second_hand", column="item",
                      reason="second-hand: its making was counted by its first owner")
    item = named("equipment.item", _slugs(draft.rows["item"], keep="."))
    activity = item.mask(~item.str.contains(".", regex=False), "it." + item)
    return _done(draft.assign(unit=draft.rows["unit"].mask(draft.rows["unit"] == "", "unit")), params, activity,
                 group="equipment", scope="3", category=2)


def homeworking(draft: Draft, params: CompanyParams) -> Draft:
    """
    homeworking.total [FTE.hour], category 7: people x days x hours.
    """
    rows = draft.rows
    draft = draft.reject((rows["days"] < 0) | (rows["days"] > DAYS_A_YEAR), "days_impossible",
                         f"a year has no more than {DAYS_A_YEAR} days", _FIX, "days")
    draft = draft.reject((draft.rows["hours"] <= 0) | (draft.rows["hours"] > 24), "hours_impossible",
                         "hours a day lie between 0 and 24", _FIX, "hours")
    rows = draft.rows
    draft = draft.assign(quantity=rows["people"] * rows["days"] * rows["hours"], unit="FTE.hour", supplier="")
    return _done(draft, params, pd.Series("homeworking.total", index=draft.rows.index, dtype="str"),
                 group="homeworking", scope="3", category=7)


def general(draft: Draft, params: CompanyParams) -> Draft:
    """
    Any activity of the factor library with the scope, category and calculation method the record gives.
    """
    rows = draft.rows
    draft = draft.reject(rows["activity"] == "", "activity_missing", "no activity is named", _FIX, "activity")
    draft = draft.reject(~draft.rows["scope"].isin(["1", "2", "3"]), "scope_unknown", "scope must be 1, 2 or 3", _FIX,
                         "scope")
    third = draft.rows["scope"] == "3"
    fits = draft.rows["category"].between(1, 15).where(third, draft.rows["category"] == NO_CATEGORY)
    draft = draft.reject(~fits, "category_unknown", "scope 3 has the categories 1 to 15, scopes 1 and 2 have none",
                         _FIX, "category")
    draft = draft.reject(~draft.rows["method"].isin(TIERS), "method_unknown",
                         f"the method must be one of {', '.join(TIERS)}", _FIX, "method")
    rows = draft.rows
    return _done(draft, params, rows["activity"], group="", scope=rows["scope"], category=rows["category"],
                 tier=rows["method"])


def _of_dimension(draft: Draft, unit: str) -> Draft:
    written = draft.rows["unit"]
    fits = written.isin([u for u in written.unique() if converts(u, unit)])
    return draft.reject(~fits, "unit_dimension", f"not a unit that converts to {unit}", _FIX, "unit")


def _slugs(texts: pd.Series, *, keep: str = "") -> pd.Series:
    pattern = re.compile(rf"[^a-z0-9{re.escape(keep)}]+")
    slugs = {t: pattern.sub("_", strip_accents(t).lower()).strip("_") for t in texts.unique()}
    return texts.map(slugs).astype("str")


def _done(draft: Draft, params: CompanyParams, activity: pd.Series, *, group: str, scope: str | pd.Series,
          category: int | pd.Series, tier: str | pd.Series = "physical average") -> Draft:
    """
    The draft with the columns every activity has.
    """
    quality = draft.rows.get("quality", "")
    return with_region(draft.assign(activity=activity, group=group, scope=scope, category=category, tier=tier,
                                    quality=quality, rule="", contract=""), params)
