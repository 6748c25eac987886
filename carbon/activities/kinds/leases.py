"""Leased assets (categories 8 and 13), franchises (14) and shared vehicles and stores (4 and 9)."""

from __future__ import annotations

import numpy as np

from carbon.activities.amounts import to_unit
from carbon.activities.draft import Draft
from carbon.activities.kinds import allocation, of_others
from carbon.activities.kinds.of_others import FIX
from carbon.core.text_columns import among, by_word, pick
from carbon.params.shapes.company import CompanyParams

_CATEGORY = {"lessee": 8, "lessor": 13}
_GROUP = {"lessee": "upstream leased assets", "lessor": "downstream leased assets"}
_DIRECTIONS = {"inbound": 4, "outbound": 4, "sold": 9}
_DIMENSIONS = {"mass": ("mass",), "volume": ("volume",), "area": ("area",), "distance": ("distance",),
               "work": ("freight",), "pieces": ("count", "pallet", "container"),
               "time": ("time", "volume_time", "area_time", "pallet_time", "container_time")}
"""What goods are shared by -> the dimensions of part and total."""
_BASE = {"volume": "m3", "area": "m2", "pallet": "pallet", "container": "TEU"}
"""Dimension of goods stored -> their unit; with the days, "m3.day"."""


def leased(draft: Draft, params: CompanyParams) -> Draft:
    """Measure leased assets: the energy of the asset, its reported emissions or its area, and the share of it.

    quantity x area / (total area x occupied share), or x part / total; an area or number x share of the year.
    A lease whose asset is within the consolidation approach belongs to scopes 1 and 2 and is rejected.

    References
    ----------
    Scope 3 Standard (2011), appendix A, tables A.1 and A.2; Technical Guidance, chapters 8 and 13.
    """
    return draft.then(
        lambda d: _outside_the_approach(d, params), lambda d: of_others.named(d, params), of_others.with_space,
        of_others.with_part, lambda d: of_others.by_year(d, params),
        lambda d: of_others.done(d, category=by_word(d.rows["role"], _CATEGORY.__getitem__, np.int64),
                                 group=by_word(d.rows["role"], _GROUP.__getitem__)))


def _outside_the_approach(draft: Draft, params: CompanyParams) -> Draft:
    for column, words in (("role", _CATEGORY), ("lease", ("operating", "finance"))):
        draft = draft.reject(~among(draft.rows[column], words), f"{column}_unknown",
                             f"{column} must be one of {', '.join(words)}", FIX, column)
    rows = draft.rows
    lessee, finance = rows["role"] == "lessee", rows["lease"] == "finance"
    if params.consolidation == "operational_control":
        inside = lessee & (finance | (rows["no_control"] == ""))
        remedy = ("give its energy as `energy` or `fuel` of a site; for an operating lease without operational control "
                  "state why in `no_control`")
    else:
        inside = np.where(lessee, finance, ~finance)
        remedy = "give its energy as `energy` or `fuel` of a site"
    approach = params.consolidation.replace("_", " ")
    draft = draft.reject(
        inside, "lease_within_approach", "the " + rows["role"] + " of this " + rows["lease"] + " lease has control "
        f"under {approach}: scopes 1 and 2, not category 8 or 13", remedy, "lease")
    has_reason = draft.rows["no_control"] != ""
    if has_reason.any():
        names = ", ".join(sorted({*draft.rows["asset"][has_reason]})[:5])
        draft = draft.warn("lease_without_control", f"{int(has_reason.sum()):,} rows of leased assets without control "
                           f"are in scope 3, which the report must disclose and justify: {names}")
    return draft


def franchises(draft: Draft, params: CompanyParams) -> Draft:
    """Measure franchises: reported emissions or energy (or a share of a building's), or area or number by an average.

    Totals of a sample are extrapolated: x number in the group / number sampled.

    References
    ----------
    Technical Guidance, chapter 14, formulas 14.1 to 14.5.
    """
    return draft.then(
        lambda d: of_others.named(d, params), of_others.with_space, _extrapolated,
        lambda d: of_others.by_year(d, params), lambda d: of_others.done(d, category=14, group="franchises"))


def _extrapolated(draft: Draft) -> Draft:
    sampled, size = draft.rows["sampled"], draft.rows["group_size"]
    draft = draft.reject(np.isnan(sampled) != np.isnan(size), "sample_incomplete",
                         "a sample needs the number sampled and the number in its group", "give both or none",
                         "sampled")
    draft = draft.reject((draft.rows["sampled"] <= 0) | (draft.rows["sampled"] > draft.rows["group_size"]),
                         "sample_impossible", "a sample of none, or of more than its group", FIX, "sampled")
    rows = draft.rows
    partial = rows["sampled"] < rows["group_size"]
    if np.isnan(rows["sampled"]).all():
        return draft
    ratio = allocation.extrapolated(np.ones(len(rows)), sampled=rows["sampled"], group_size=rows["group_size"])
    draft = of_others.scaled(draft, ratio).assign(tier=pick(partial, "extrapolated", rows["tier"]))
    return of_others.remarked(draft, partial, "extrapolated from a sample")


def logistics(draft: Draft, params: CompanyParams) -> Draft:
    """Measure shared vehicles and stores: the company's part of their energy, or goods stored x days by an average.

    quantity x part / total, by the stated basis; goods stored [m3, m2, pallet, TEU] x days. Category 4 for what the
    company buys, 9 for what others pay after the sale.

    References
    ----------
    Technical Guidance, chapter 4 (formulas 4.4, 4.8, 4.9) and chapter 9.
    """
    draft = draft.reject(~among(draft.rows["direction"], _DIRECTIONS), "direction_unknown",
                         "inbound, outbound (bought by the company) or sold (paid by others)", FIX, "direction")
    return draft.then(
        lambda d: of_others.named(d, params), _stored, _on_its_basis,
        lambda d: of_others.with_part(d, "share of the whole"),
        lambda d: of_others.done(d, category=by_word(d.rows["direction"], _DIRECTIONS.__getitem__, np.int64),
                                 group="shared logistics"))


def _on_its_basis(draft: Draft) -> Draft:
    shared = ~np.isnan(draft.rows["part"])
    choices = f"one of {', '.join(_DIMENSIONS)}"
    draft = draft.reject(shared & (draft.rows["basis"] == ""), "basis_missing",
                         "a share without the basis it is made on", choices, "basis")
    pairs = draft.rows.groups(["basis", "part_unit"])
    fits = np.array([of_others.dimension(unit) in _DIMENSIONS.get(basis, ()) for basis, unit in pairs.lines()],
                    dtype=bool).take(pairs.number)
    shared = ~np.isnan(draft.rows["part"])
    return draft.reject(shared & ~fits, "basis_differs", "the unit of the part is not one of its basis",
                        "mass in t, volume in m3, time in m3.day or pallet.day, work in tonne.km", "part_unit")


def _stored(draft: Draft) -> Draft:
    """Multiply goods stored by their days: m3 becomes m3.day; a store's average without days is rejected."""
    kind = by_word(draft.rows["unit"], of_others.dimension)
    goods, days = among(kind, _BASE), draft.rows["days"]
    is_store = goods & by_word(draft.rows["activity"], lambda a: a.startswith("storage"), np.bool_)
    draft = draft.reject(is_store & np.isnan(days), "days_missing", "goods stored without the days they are stored",
                         "give the mean number of days in `days`", "days")
    kind = by_word(draft.rows["unit"], of_others.dimension)
    impossible = ~np.isnan(draft.rows["days"]) & ((draft.rows["days"] < 0) | ~among(kind, _BASE))
    draft = draft.reject(impossible, "days_impossible", "days below zero, or of what is not stored goods",
                         "give goods in m3, m2, pallets or TEU with their days; energy of a store without days", "days")
    rows = draft.rows
    has_days = ~np.isnan(rows["days"])
    base = by_word(rows["unit"], lambda unit: _BASE.get(of_others.dimension(unit), unit))
    ratio = np.ones(len(rows))
    for unit in dict.fromkeys(base[has_days].tolist()):
        ratio = np.where(base == unit, to_unit(rows["days"], rows["unit"], unit), ratio)
    draft = of_others.scaled(draft, np.where(has_days, ratio, 1.0))
    draft = draft.assign(unit=pick(has_days, base + ".day", rows["unit"]),
                         tier=pick(has_days, "physical average", rows["tier"]))
    return of_others.remarked(draft, has_days, "mean days stored")
