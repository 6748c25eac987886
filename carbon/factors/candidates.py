"""The elements of the library that fit a key, and the best of them.

Filters, in this order: activity, unit (same dimension, or a bridge the key's fuel or currency gives), parts needed,
life-cycle grid, region chain, validity. Ranks, in this order: the company's own valid in the year, region, for money
the preferred source, vintage, source preference, unit. What is left after the ranks must be one element; otherwise
nothing is chosen. Money ranks the source before the vintage, because another model in another year would look like a
change of emissions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import fuels, units
from carbon.core.columns import Rows, first_places, pairs_of
from carbon.core.errors import TableError, UnitError
from carbon.core.prices import MONEY
from carbon.core.text_columns import Flags, Values, among, by_word
from carbon.core.zones import country_of
from carbon.params.shapes.company import FactorPolicy

SAME, CONVERTED, BRIDGED, EXCHANGED, UNFIT = 0, 1, 2, 3, 9
"""How a key's unit meets a factor's: same unit, same dimension, by a fuel's properties, by an exchange rate, not."""
WITHIN, OLDER, LATER, OUTSIDE = 0, 1, 2, 9
"""How a key's year meets a factor's validity."""
DIRECT_PARTS = ("combustion", "fugitive", "total")
_SIDE_PARTS = ("losses", "contrails")
_ELEMENT = ["element_id", "activity", "region", "valid_from", "valid_to", "unit", "source_id", "life_cycle",
            "price_year", "price_basis"]


def is_used(part: Values, non_co2: str) -> Flags:
    """Flag the parts of factors to use: all ("as_published"), or all but `contrails` ("none")."""
    if non_co2 not in ("none", "as_published"):
        raise TableError(f"non_co2 must be \"none\" or \"as_published\", is {non_co2!r}")
    return np.asarray(part != "contrails", dtype=bool) if non_co2 == "none" else np.ones(len(part), dtype=bool)


def in_chains(parts: Rows, places: Iterable[tuple[str, str]], policy: FactorPolicy) -> Rows:
    """Return the parts of elements with a part in the chain of some (region, scope): 100, where all have 7,000."""
    of_chain = parts.column("region").among({region for place in {*places} for region in policy.chain(*place)})
    return parts.where(among(parts["element_id"], parts["element_id"][of_chain]))


def elements(parts: Rows, company_ids: Collection[str] = ()) -> Rows:
    """Return one row an element: what its parts have in common, and whether it has a direct part and a main part.

    `company_ids` are the factor_ids of the company's own factors; they rank before others.

    Raises TableError: Parts of one element differ in activity, region, validity, unit, source or price year.
    """
    codes, ids = pd.factorize(parts["element_id"])
    place = first_places(codes, len(ids))
    several = np.flatnonzero(place[codes] != np.arange(len(codes)))  # beyond the first of their element
    first = place[codes[several]]
    if any((parts[c][several] != parts[c][first]).any() for c in _ELEMENT[1:]):
        raise _torn(parts)

    def has(part: Flags) -> Flags:
        return np.bincount(codes[part], minlength=len(ids)) > 0

    rows, part = Rows({c: parts[c].take(place) for c in _ELEMENT}, len(place)), parts["part"]
    return rows.assign(
        own=has(np.array([name in company_ids for name in parts["factor_id"].tolist()], dtype=bool)),
        direct=has(among(part, DIRECT_PARTS)), main=has(~among(part, _SIDE_PARTS)),
        unsplit=has(np.asarray(part == "total", dtype=bool)))


def _torn(parts: Rows) -> TableError:
    rows = parts.frame(_ELEMENT).drop_duplicates()
    return TableError("Parts of one element do not agree", rows=rows[rows["element_id"].duplicated(keep=False)],
                      hint="correct the factor table")


def stated_units(keys: Rows) -> Values:
    """Return the canonical unit of each key; of fuels with the basis by which the key's country bills a bare one.

    A therm of natural gas in the United States is therm_HHV (`fuels.BILLED_GROSS`).
    """
    rows = list(zip(*(keys[c].tolist() for c in ("unit", "activity", "region")), strict=True))
    unit_of = {row: _stated_unit(*row) for row in dict.fromkeys(rows)}
    return np.array([unit_of[row] for row in rows], dtype=object)


def _stated_unit(text: str, activity: str, region: str) -> str:
    unit = canonical_unit(text)
    is_gross = unit in fuels.BILLED_GROSS.get(country_of(region), ())
    return f"{unit}_HHV" if is_gross and fuels.has_energy(activity) else unit


@lru_cache(maxsize=4096)
def canonical_unit(text: str) -> str:
    """Return the canonical unit of a string; "" where it is unknown."""
    try:
        return units.parse_unit(text)
    except UnitError:
        return ""


def unit_fit(
    key_unit: str, factor_unit: str, fuel: str, *, country: str = fuels.FALLBACK, own_fuels: Sequence[fuels.Fuel] = ()
) -> int:
    """Return how a key's unit fits a factor's: SAME, CONVERTED, BRIDGED, EXCHANGED or UNFIT.

    `country` and `own_fuels`: whose properties of the fuel bridge its units, as in `fuels.bridging`.
    """
    if not key_unit:
        return UNFIT
    start, end = units.unit(key_unit), units.unit(factor_unit)
    if start.dimension == end.dimension:
        return SAME if start.name == end.name else CONVERTED
    if start.dimension.startswith("currency:") and end.dimension.startswith("currency:"):
        return EXCHANGED
    bridged = fuels.bridging(fuel, start.dimension, end.dimension, country=country, own_fuels=own_fuels)
    return BRIDGED if bridged else UNFIT


def pair(keys: Rows, library: Rows, policy: FactorPolicy) -> Rows:
    """Return all pairs of a key and an element of its activity in its region chain, with the verdict of each filter.

    Columns added: region_rank, fit, vintage, gap [years, > 0 older, < 0 later], source_rank, and the flags
    ok_unit, ok_part, ok_life, ok_year.
    """
    by_region = _chained(keys, policy)
    left, right = pairs_of([by_region["activity"], by_region["region_used"]], [library["activity"], library["region"]])
    side = {"factor_unit" if c == "unit" else c: library[c].take(right) for c in library
            if c not in ("activity", "region")}
    return _judge(by_region.take(left).assign(**side), policy)


def _chained(keys: Rows, policy: FactorPolicy) -> Rows:
    """Repeat each key for each region of its chain, with the region's rank."""
    places = list(zip(keys["region"].tolist(), keys["scope"].tolist(), strict=True))
    chains = {key: policy.chain(*key) for key in dict.fromkeys(places)}
    many = [len(chains[key]) for key in places]
    regions = np.array([region for key in places for region in chains[key]], dtype=object)
    ranks = [rank for n in many for rank in range(n)]
    rows = keys.take(np.repeat(np.arange(len(keys)), many))
    return rows.assign(region_used=regions, region_rank=np.array(ranks, "int64"))


def _judge(pairs: Rows, policy: FactorPolicy) -> Rows:
    fit, scope2 = unit_fits(pairs, policy), np.asarray(pairs["scope"] == "2", dtype=bool)
    of_energy = scope2 | np.asarray(pairs["scope"] == "1", dtype=bool)
    vintage, gap = _vintages(pairs, policy)
    return pairs.assign(
        fit=fit, vintage=vintage, gap=gap, source_rank=_source_ranks(pairs, policy.prefer),
        ok_unit=fit != UNFIT, ok_part=np.where(of_energy, pairs["direct"], pairs["main"]),
        ok_year=vintage != OUTSIDE,
        ok_life=~(scope2 & pairs["life_cycle"]) | among(pairs["region_used"], policy.life_cycle_grid))


def unit_fits(pairs: Rows, policy: FactorPolicy) -> npt.NDArray[np.int64]:
    """Return `unit_fit` of each pair."""
    rows = list(zip(*(pairs[c].tolist() for c in ("unit", "factor_unit", "activity", "region")), strict=True))
    own_fuels = policy.own_fuels
    fit_of = {(unit, other, fuel, region): unit_fit(unit, other, fuel, country=country_of(region), own_fuels=own_fuels)
              for unit, other, fuel, region in dict.fromkeys(rows)}
    return np.array([fit_of[row] for row in rows], "int64")


def _vintages(pairs: Rows, policy: FactorPolicy) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    year, start, end = (pairs[c] for c in ("year", "valid_from", "valid_to"))
    gap = np.where(start > year, year - start, np.where(end < year, year - end, 0))
    vintage = np.full(len(pairs), OUTSIDE)
    vintage[gap == 0] = WITHIN
    vintage[(gap > 0) & (gap <= policy.vintage.older_max_gap)] = OLDER
    if policy.vintage.later == "allow":
        vintage[(gap < 0) & (-gap <= policy.vintage.max_gap)] = LATER
    return vintage, gap


def _source_ranks(pairs: Rows, prefer: list[str]) -> npt.NDArray[np.int64]:
    ranks = by_word(pairs["source_id"], lambda name: next(
        (i for i, prefix in enumerate(prefer) if name.startswith(prefix)), len(prefer)), np.int64)
    if "model" in pairs:
        names = zip(pairs["source_id"].tolist(), pairs["model"].tolist(), strict=True)
        ranks = np.where([name.startswith(model) for name, model in names], 0, ranks + 1)
    return np.where(pairs["own"], -1, ranks)


def best(pairs: Rows) -> Rows:
    """Return the best pairs of each key: one row where the choice is made, several where they are equal."""
    ok = pairs["ok_unit"] & pairs["ok_part"] & pairs["ok_life"] & pairs["ok_year"]
    vintage, start = pairs["vintage"], pairs["valid_from"]
    # Older: the latest that starts before the year. Later: the first that starts after it.
    nearness = np.where(vintage == OLDER, -start, np.where(vintage == LATER, start, 0))
    at, key = np.flatnonzero(ok), pd.factorize(pairs["key_id"])[0]
    # The company's own factor goes before any published one of its chain; one out of date ranks like the others.
    published = ~(pairs["own"] & (vintage == WITHIN))
    ranks = {**pairs, "published": published.astype(np.int64), "nearness": nearness}
    for name in ("published", "region_rank", "model", "vintage", "nearness", "source_rank", "fit"):
        rank = _models(pairs, at, key) if name == "model" else ranks[name]
        least = _least(rank, at, key)
        at = at[rank[at] == least[key[at]]]
    best_pairs = pairs.take(at)
    return best_pairs.take(np.lexsort([best_pairs["element_id"].astype(str), best_pairs["key_id"]]))


def _least(rank: npt.NDArray[np.int64], at: npt.NDArray[np.intp], key: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Return the least rank of each key among some rows."""
    least = np.full(len(rank), np.iinfo("int64").max)
    np.minimum.at(least, key[at], rank[at])
    return least


def _models(pairs: Rows, at: npt.NDArray[np.intp], key: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Return how far the source of a factor for money is behind the first of its key; 0 for other and own factors."""
    is_model = by_word(pairs["activity"], lambda name: name.startswith(MONEY), np.bool_) & ~pairs["own"]
    least = _least(pairs["source_rank"], at[is_model[at]], key)
    return np.where(is_model, pairs["source_rank"] - least[key], 0)
