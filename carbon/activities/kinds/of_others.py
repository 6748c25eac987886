"""Quantities of another company: the activity that its words name, emissions that it reported, and the share of them.

What leased assets, shared logistics, processors, franchises and investees have in common. Each step rejects what is not
certain; a quantity becomes the company's share of it, and `quality` gives the rule.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from carbon.activities.amounts import of_unit, to_unit
from carbon.activities.draft import Draft, days_from
from carbon.activities.kinds import allocation, energy
from carbon.activities.kinds.regions import with_region
from carbon.core import units, vocabulary
from carbon.core.columns import Rows
from carbon.core.errors import UnitError
from carbon.core.ghg_protocol import GWP_SETS, REPORTED
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Values, among, by_word, pick
from carbon.params.shapes.company import CompanyParams

FIX = "correct the source file"
EXTENSIVE = ("quantity",)
_GWP = re.compile(r"\bar ?([0-9])")
_MONEY = "currency"
_OF_CO2E = re.compile(r"(?i)[ .]*(?:co[2₂][ -]?e(?:q\.?)?|(?:é|e)q\.? ?co[2₂])$")
"""What a mass of reported emissions is of: "tCO2e", "kg CO₂eq", "t éq. CO2"; "t CO2" without the other gases is not."""


def named(draft: Draft, params: CompanyParams) -> Draft:
    """Name the activity of each row: a carrier, reported emissions [kg CO2e], or a key of the factor library.

    "gaz naturel" is natural_gas. "Reported emissions" need mass, GWP set and evidence: they are counted as they are,
    in the set they were calculated with, and rejected by the factor library where the inventory has another one.
    """
    draft = draft.reject(draft.rows["activity"] == "", "activity_missing", "no activity is named", FIX, "activity")
    draft = draft.reject(~(draft.rows["quantity"] >= 0), "quantity_negative",
                         "a quantity of others is not below zero: avoided emissions are never netted", FIX, "quantity")
    draft = draft.then(_reported)
    if not len(draft.rows):
        return draft
    rows, activity_of = draft.rows, energy.carriers()["activity"].to_dict()
    carrier = by_word(rows["activity"], lambda w: activity_of.get(vocabulary.canonical("carrier", w) or "", ""))
    activity = pick(rows["_reported"], rows["activity"], pick(carrier == "", rows["activity"], carrier))
    tier = pick(by_word(rows["unit"], dimension) == _MONEY, "spend", "supplier-specific")
    draft = with_region(draft.assign(activity=activity, tier=tier, quality="", rule="", contract=""), params)
    return draft.assign(region=pick(draft.rows["_reported"], "GLO", draft.rows["region"]))


def _reported(draft: Draft) -> Draft:
    is_report = by_word(draft.rows["activity"], lambda w: vocabulary.canonical("report", w) is not None, np.bool_)
    draft = draft.assign(_reported=is_report, _set=by_word(draft.rows["gwp"], gwp_set))
    of_mass = by_word(draft.rows["unit"], lambda text: _OF_CO2E.sub("", text))
    draft = draft.assign(unit=pick(is_report, of_mass, draft.rows["unit"]))
    draft = draft.reject(draft.rows["_reported"] & ~of_unit(draft.rows["unit"], "kg"), "unit_dimension",
                         "reported emissions are a mass of CO2e", "give kg, t or kt", "unit")
    draft = draft.reject(draft.rows["_reported"] & (draft.rows["_set"] == ""), "gwp_missing",
                         "reported emissions without the GWP set they were calculated with",
                         f"one of {', '.join(GWP_SETS)}, as the report states it", "gwp")
    draft = draft.reject(draft.rows["_reported"] & (draft.rows["evidence"] == ""), "evidence_missing",
                         "reported emissions without evidence", "name the report and its year", "evidence")
    rows = draft.rows
    kg = to_unit(rows["quantity"], rows["unit"], "kg")
    return draft.assign(
        activity=pick(rows["_reported"], REPORTED + rows["_set"], rows["activity"]),
        quantity=np.where(rows["_reported"], kg, rows["quantity"]), unit=pick(rows["_reported"], "kg", rows["unit"]))


def gwp_set(text: str) -> str:
    """Return the GWP set that words name ("AR5", "AR5GWP100"), "" where they name none."""
    match = _GWP.search(fold(text))
    name = f"AR{match[1]}GWP100" if match else ""
    return name if name in GWP_SETS else ""


def dimension(unit_text: str) -> str:
    """Return the dimension of a written unit, "currency" for money, "" where it is unknown."""
    try:
        return units.unit(unit_text).dimension.partition(":")[0]
    except UnitError:
        return ""


def remarked(draft: Draft, where: Flags, text: str | Values) -> Draft:
    """Add words to `quality` where flagged; words already there stay."""
    quality = draft.rows["quality"]
    joined = pick(quality == "", text, quality + "; " + np.asarray(text, dtype=object))
    return draft.assign(quality=pick(where, joined, quality))


def scaled(draft: Draft, factor: npt.NDArray[np.float64]) -> Draft:
    """Multiply the quantity of each row; NaN leaves it as it is."""
    return draft.assign(quantity=draft.rows["quantity"] * np.where(np.isnan(factor), 1.0, factor))


def with_space(draft: Draft) -> Draft:
    """Scale each quantity by `allocation.leased_share` where an area is given; areas without one are metered apart."""
    rows = draft.rows
    has_space = ~(np.isnan(rows["area"]) & np.isnan(rows["total_area"]) & np.isnan(rows["occupied_share"]))
    lacks = np.isnan(rows["area"]) | np.isnan(rows["total_area"]) | np.isnan(rows["occupied_share"])
    draft = draft.reject(has_space & lacks, "space_incomplete", "a share of a building needs its three numbers",
                         "give area, total_area and occupied_share (1 where the building is fully let), or none of "
                         "them where the space is metered apart", "occupied_share")
    draft = _in_one_unit(draft, "area", "total_area")
    rows = draft.rows
    outside = ~np.isnan(rows["occupied_share"]) & ~((rows["occupied_share"] > 0) & (rows["occupied_share"] <= 1))
    draft = draft.reject(outside, "occupied_share_impossible", "the occupied share lies above 0 and not above 1",
                         "write 75 % as 0.75 or \"75 %\"", "occupied_share")
    draft = draft.reject((draft.rows["area"] < 0) | (draft.rows["total_area"] <= 0), "area_impossible",
                         "an area below zero, or a building without any", FIX, "area")
    rows = draft.rows
    above = rows["area"] > rows["total_area"] * rows["occupied_share"]
    draft = draft.reject(above, "area_above_total", "the leased area is above the occupied area of the building",
                         "give both areas in one unit, and the share of the building that is let", "area")
    rows = draft.rows
    if np.isnan(rows["area"]).all():
        return draft
    share = allocation.leased_share(rows["area"], rows["total_area"], rows["occupied_share"])
    return remarked(scaled(draft, share), ~np.isnan(share), "share of area and occupied space")


def with_part(draft: Draft, remark: str = "share of the whole") -> Draft:
    """Scale each quantity by `allocation.allocated_share` where part and total are given."""
    rows = draft.rows
    draft = draft.reject(np.isnan(rows["part"]) != np.isnan(rows["total"]), "part_incomplete",
                         "a share needs part and total", "give both, in one unit, or none", "part")
    draft = _in_one_unit(draft, "part", "total")
    draft = draft.reject((draft.rows["part"] < 0) | (draft.rows["total"] <= 0), "part_impossible",
                         "a part below zero, or a total that is not above it", FIX, "part")
    draft = draft.reject(draft.rows["part"] > draft.rows["total"], "part_above_total",
                         "the company's part is above the total", "give both in one unit", "part")
    rows = draft.rows
    if np.isnan(rows["part"]).all():
        return draft
    share = allocation.allocated_share(rows["part"], rows["total"])
    return remarked(scaled(draft, share), ~np.isnan(share), remark)


def _in_one_unit(draft: Draft, one: str, other: str) -> Draft:
    """Convert `other` to the unit of `one`; rows where only one unit is written, or of two dimensions, are rejected."""
    pairs = draft.rows.groups([f"{one}_unit", f"{other}_unit"])
    ratios = np.array([_ratio(mine, theirs) for mine, theirs in pairs.lines()], dtype=np.float64).take(pairs.number)
    has_size = ~np.isnan(draft.rows[one])
    draft = draft.reject(has_size & np.isnan(ratios), "units_differ",
                         f"{one} and {other} are not in units that compare",
                         "write both units, or neither where they are the same", f"{other}_unit")
    ratio = ratios[~(has_size & np.isnan(ratios))]
    return draft.assign(**{other: draft.rows[other] * np.where(np.isnan(ratio), 1.0, ratio)})


def _ratio(unit: str, other: str) -> float:
    if unit == other:
        return 1.0
    comparable = dimension(unit) != "" and dimension(unit) == dimension(other)
    return float(units.ratio(other, unit)) if comparable else float("nan")


def by_year(draft: Draft, params: CompanyParams) -> Draft:
    """Scale floor areas and numbers of assets, whose averages are per year, to the days of their period.

    quantity = m2 or pieces x days of the period / days of its reporting year
    """
    yearly = among(by_word(draft.rows["unit"], dimension), ("area", "count"))
    days = days_from(draft.rows["period_start"], draft.rows["period_end"]) + 1
    draft = draft.reject(yearly & (days == 1), "period_missing", "an average per m2 or per piece is that of a year",
                         "give period_start and period_end of the days in the year", "period_start")
    rows = draft.rows
    yearly = among(by_word(rows["unit"], dimension), ("area", "count"))
    days = days_from(rows["period_start"], rows["period_end"]) + 1
    share = np.where(yearly, days / _days_of_year(rows, params.reporting_year_starts), 1.0)
    draft = scaled(draft, share).assign(tier=pick(yearly, "physical average", rows["tier"]))
    return remarked(draft, yearly & (share < 1), "part of the year")


def _days_of_year(rows: Rows, starts: str) -> npt.NDArray[np.int64]:
    """Return the days of the reporting year that holds each row's first day."""
    day = rows["period_start"].astype("datetime64[D]")
    calendar = day.astype("datetime64[Y]").astype(np.int64) + 1970
    begin = {y: np.datetime64(f"{y}-{starts}") for year in np.unique(calendar).tolist()
             for y in range(year - 1, year + 3)}
    first = np.where(day < by_word(calendar, begin.__getitem__, "datetime64[D]"), calendar - 1, calendar)
    return by_word(first, lambda y: (begin[y + 1] - begin[y]).astype(np.int64), np.int64)


def done(draft: Draft, *, category: int | Values, group: str | Values) -> Draft:
    """Return the draft with the columns every activity has: scope 3, its category and its group."""
    return draft.assign(scope="3", category=category, group=group)
