"""Sold products after their sale: processing (category 10), use (11) and end of life (12)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from carbon.activities.draft import Draft
from carbon.activities.kinds import of_others, product_life, quantities
from carbon.activities.kinds.of_others import FIX
from carbon.core import periods
from carbon.core.columns import Rows, group_codes
from carbon.core.ghg_protocol import FUEL_SOLD
from carbon.core.text_columns import Flags, Values, among, by_word, pick
from carbon.params.shapes.company import CompanyParams

USE_EXTENSIVE = ("units_sold",)
ELECTRICITY = "electricity"
_GROUPS = {"direct": "use of sold products", "indirect": "indirect use phase (optional)", "fuel_sold": FUEL_SOLD,
           "gas_contained": "gases in sold products"}
_GRIDS = ("constant", "declining", "path")
_A_PIECE = ("fuel_sold", "gas_contained")
"""Phases whose quantity is that of a piece, not of a use."""
_THOUSANDTHS = 1000
"""Parts of a year in which lives are divided, so that the parts sum exactly."""
LONGEST_LIFE = 200
"""Years: buildings last a century; beyond two a life is a slip of unit, months for years."""


def processing(draft: Draft, params: CompanyParams) -> Draft:
    """Measure processing by others: mass sold, or the processor's energy and waste, and the company's share of it.

    quantity (x units sold) x part / total

    References
    ----------
    Technical Guidance, chapter 10, formulas 10.1 and 10.2.
    """
    return draft.then(
        _with_pieces, lambda d: of_others.named(d, params), _per_piece, of_others.with_part,
        lambda d: of_others.done(d, category=10, group="processing of sold products"))


def _with_pieces(draft: Draft) -> Draft:
    return draft.reject(draft.rows["units_sold"] < 0, "units_impossible", "fewer than no units sold", FIX, "units_sold")


def _per_piece(draft: Draft) -> Draft:
    pieces = draft.rows["units_sold"]
    return of_others.remarked(of_others.scaled(draft, pieces), ~np.isnan(pieces), "quantity per unit sold")


def use(draft: Draft, params: CompanyParams) -> Draft:
    """Measure the use of products sold in the year, over their whole life: category 11.

    quantity = units sold x uses over the life x quantity per use x share x part / total

    Electricity needs the country of use and the choice of its grid: `constant` is the grid of the reporting year;
    `declining` weights the kWh of year k by (1 - decline)^k, and `path` takes the activity electricity.<year> of each
    year, which the company's own factors give: one activity a year of life, all in this year's inventory. Indirect use
    is optional and has a group of its own; of fuels sold only the combustion is counted.

    References
    ----------
    Technical Guidance, chapter 11, formulas 11.1 to 11.5.
    """
    return draft.then(
        _with_pieces, _phases, _uses, lambda d: _of_named(d, params), of_others.with_part, _grids, _in_years,
        lambda d: of_others.done(d.assign(tier="estimated"), category=11,
                                 group=by_word(d.rows["phase"], _GROUPS.__getitem__)))


def _phases(draft: Draft) -> Draft:
    draft = draft.reject(~among(draft.rows["phase"], _GROUPS), "phase_unknown",
                         f"the phase must be one of {', '.join(_GROUPS)}", FIX, "phase")
    share = draft.rows["share"]
    return draft.reject((share < 0) | (share > 1), "share_impossible", "a share lies between 0 and 1",
                        "write 40 % as 0.4 or \"40 %\"", "share")


def _uses(draft: Draft) -> Draft:
    """Count the uses of each piece over its life: given, or uses a year x years; 1 for fuels and gases."""
    for column, reason in (("lifetime_uses", "fewer uses than none"), ("uses_per_year", "fewer uses than none")):
        draft = draft.reject(draft.rows[column] < 0, "uses_impossible", reason, FIX, column)
    years = draft.rows["lifetime_years"]
    draft = draft.reject((years <= 0) | (years > LONGEST_LIFE), "lifetime_impossible",
                         f"a life is longer than 0 and not longer than {LONGEST_LIFE} years", FIX, "lifetime_years")
    rows = draft.rows
    piece, total = among(rows["phase"], _A_PIECE), rows["lifetime_uses"]
    by_years = rows["uses_per_year"] * rows["lifetime_years"]
    draft = draft.assign(_uses=np.where(piece & np.isnan(total) & np.isnan(by_years), 1.0,
                                        np.where(np.isnan(total), by_years, total)))
    twice = ~np.isnan(draft.rows["lifetime_uses"]) & ~np.isnan(draft.rows["uses_per_year"])
    draft = draft.reject(twice, "uses_twice", "the uses are given over the life and per year",
                         "give lifetime_uses, or uses_per_year with lifetime_years", "lifetime_uses")
    return draft.reject(np.isnan(draft.rows["_uses"]), "uses_missing", "the uses over the life are not given",
                        "give lifetime_uses, or uses_per_year with lifetime_years", "lifetime_uses")


def _of_named(draft: Draft, params: CompanyParams) -> Draft:
    draft = of_others.named(draft, params)
    if not len(draft.rows):
        return draft
    rows = draft.rows
    share = np.where(np.isnan(rows["share"]), 1.0, rows["share"])
    unknown = (rows["phase"] == "gas_contained") & np.isnan(rows["share"])
    draft = draft.assign(quantity=product_life.lifetime_quantity(
        rows["units_sold"], lifetime_uses=rows["_uses"], quantity_per_use=rows["quantity"], share=share))
    return of_others.remarked(draft, unknown, "share released not known: all of it")


def _is_electric(draft: Draft) -> Flags:
    return np.asarray(draft.rows["activity"] == ELECTRICITY, dtype=bool)


def _grids(draft: Draft) -> Draft:
    """Reject electricity without its place, its choice of grid, or what the choice needs."""
    draft = draft.reject(_is_electric(draft) & (draft.rows["country"] == ""), "country_missing",
                         "electricity without the country where the products are used", "give the country", "country")
    draft = draft.reject(_is_electric(draft) & ~among(draft.rows["grid"], _GRIDS), "grid_missing",
                         "which grid the years of the life take is not given",
                         f"one of {', '.join(_GRIDS)}: the grid of the reporting year, or a declared path", "grid")
    rows = draft.rows
    by_years = _is_electric(draft) & (rows["grid"] != "constant")
    draft = draft.reject(by_years & np.isnan(rows["lifetime_years"]), "lifetime_missing",
                         "a grid that changes needs the years of the life", "give lifetime_years", "lifetime_years")
    rows = draft.rows
    declining = _is_electric(draft) & (rows["grid"] == "declining")
    bad = ~((rows["grid_decline"] >= 0) & (rows["grid_decline"] < 1))
    draft = draft.reject(declining & bad, "grid_decline_impossible",
                         "a declining grid needs its yearly decline, from 0 to below 1",
                         "write 3 % a year as 0.03 or \"3 %\"", "grid_decline")
    rows = draft.rows
    changing = _is_electric(draft) & (rows["grid"] != "constant")
    return draft.reject(changing & (rows["grid_source"] == ""), "grid_source_missing",
                        "a declared grid path without its source", "name the publication in grid_source", "grid_source")


def _in_years(draft: Draft) -> Draft:
    """Repeat each row whose grid changes for each year of its life; the parts sum to the whole exactly."""
    rows, electric = draft.rows, _is_electric(draft)
    draft = of_others.remarked(draft, electric & (rows["grid"] == "constant"), "grid of the reporting year constant")
    changing = electric & (rows["grid"] != "constant")
    if not changing.any():
        return draft
    life = np.where(changing, np.rint(rows["lifetime_years"] * _THOUSANDTHS), _THOUSANDTHS).astype(np.int64)
    times = np.maximum(-(-life // _THOUSANDTHS), 1)
    at = np.repeat(np.arange(len(rows)), times)
    year = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    first, days = year * _THOUSANDTHS, np.maximum(life, 1)[at]
    stop = np.minimum(first + _THOUSANDTHS, days)
    parted = {c: periods.share_by_days(draft.rows[c][at].astype(np.float64), first=first, stop=stop, days=days)
              for c in ("quantity", "record_amount")}
    return replace(draft, rows=_of_years(draft, at, year, parted))


def _of_years(draft: Draft, at: npt.NDArray[np.intp], year: npt.NDArray[np.int64], parted: dict[str, Values]) -> Rows:
    rows = draft.rows.take(at).assign(**parted)
    calendar = rows["period_start"].astype("datetime64[Y]").astype(np.int64) + 1970 + year
    use_year = by_word(calendar, str)
    declining, path = rows["grid"] == "declining", rows["grid"] == "path"
    electric = np.asarray(rows["activity"] == ELECTRICITY, dtype=bool)
    weight = np.where(electric & declining, (1.0 - rows["grid_decline"]) ** year, 1.0)
    on_path = electric & path & (year > 0)
    changing = electric & (declining | path)
    percent = by_word(100 * rows["grid_decline"], lambda p: f"{p:g} %")
    words = pick(declining, "use in " + use_year + ", kWh weighted by a grid declining " + percent + " a year",
                 "use in " + use_year + ", declared grid path")
    quality = rows["quality"]
    return rows.assign(
        quantity=rows["quantity"] * weight, activity=pick(on_path, f"{ELECTRICITY}." + use_year, rows["activity"]),
        activity_id=pick(changing & (year > 0), rows["record_id"] + ":" + use_year, rows["record_id"]),
        quality=pick(changing, pick(quality == "", words, quality + "; " + words), quality))


def end_of_life(draft: Draft, params: CompanyParams) -> Draft:
    """Measure the end of life of products sold in the year: mass x share of each treatment, category 12.

    The shares of a product's material sum to 1, or all its rows are rejected. Nothing is counted for a share of 0.

    References
    ----------
    Technical Guidance, chapter 12, formula 12.1.
    """
    return draft.then(_with_pieces, _whole_shares, _per_mass, lambda d: quantities.waste(d, params),
                      lambda d: of_others.done(d.assign(tier="estimated"), category=12, group="end of life"))


def _whole_shares(draft: Draft) -> Draft:
    share = draft.rows["share"]
    draft = draft.reject(~((share >= 0) & (share <= 1)), "share_impossible", "a share lies between 0 and 1",
                         "write 90 % as 0.9 or \"90 %\"", "share")
    draft = draft.reject(draft.rows["quantity"] < 0, "quantity_negative", "a mass below zero", FIX, "quantity")
    rows = draft.rows
    if not len(rows):
        return draft
    of_one = ["company", "product", "material", "country", "period_start", "period_end"]
    group = group_codes([rows[c] for c in of_one])
    total = np.bincount(group, rows["share"])[group]
    # Of one mass: rows of one material that give two masses would divide neither.
    mass = rows["quantity"] * np.where(np.isnan(rows["units_sold"]), 1.0, rows["units_sold"])
    low, high = (ufunc_at(mass, group) for ufunc_at in (_least, _most))
    draft = draft.reject(np.abs(total - 1.0) > product_life.SHARES_TOLERANCE, "shares_not_whole",
                         "the shares of the treatments of a material sum to " + by_word(total, lambda s: f"{s:.4g}")
                         + ", not to 1", "give a row for each treatment, with the shares of one product and material",
                         "share")
    is_whole = np.abs(total - 1.0) <= product_life.SHARES_TOLERANCE
    draft = draft.reject((low != high)[is_whole], "mass_differs", "the rows of one material give different masses",
                         "give the whole mass sold in each row, and the share of the treatment", "quantity")
    return draft.end(draft.rows["share"] == 0, "excluded", code="share_zero", column="share",
                     reason="nothing goes to this treatment")


def _least(values: Values, group: npt.NDArray[np.intp]) -> Values:
    out = np.full(group.max() + 1, np.inf)
    np.minimum.at(out, group, values)
    return out[group]


def _most(values: Values, group: npt.NDArray[np.intp]) -> Values:
    return -_least(-values, group)


def _per_mass(draft: Draft) -> Draft:
    pieces = draft.rows["units_sold"]
    return draft.assign(quantity=draft.rows["quantity"] * draft.rows["share"] * np.where(np.isnan(pieces), 1.0, pieces))
