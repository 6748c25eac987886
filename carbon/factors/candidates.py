"""
Which elements of the library could serve a key, and which one does.

Filters, in this order: activity, unit (same dimension, or a bridge the key's fuel or currency gives), parts needed,
life-cycle grid, region chain, validity. Ranks, in this order: region, vintage, source preference, unit. What is left
after the ranks must be one element; otherwise nothing is chosen.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import fuels, units
from carbon.core.errors import TableError, UnitError
from carbon.core.params import FactorPolicy
from carbon.core.words_coded import common_codes, first_places, pairs_of

SAME, CONVERTED, BRIDGED, EXCHANGED, UNFIT = 0, 1, 2, 3, 9
"""How a key's unit meets a factor's: same unit, same dimension, by a fuel's properties, by an exchange rate, not."""
WITHIN, OLDER, LATER, OUTSIDE = 0, 1, 2, 9
"""How a key's year meets a factor's validity."""
DIRECT_PARTS = ("combustion", "fugitive", "total")
_SIDE_PARTS = ("losses", "contrails")
_ELEMENT = ["element_id", "activity", "region", "valid_from", "valid_to", "unit", "source_id", "life_cycle",
            "price_year", "price_basis"]


def without_contrails(table: pd.DataFrame, non_co2: str) -> pd.DataFrame:
    """
    The factor rows to use: all ("as_published"), or all but the parts `contrails` ("none").
    """
    if non_co2 not in ("none", "as_published"):
        raise TableError(f"non_co2 must be \"none\" or \"as_published\", is {non_co2!r}")
    return table[table["part"] != "contrails"] if non_co2 == "none" else table


def elements(table: pd.DataFrame, own: Collection[str] = ()) -> pd.DataFrame:
    """
    One row an element: what its parts have in common, and whether it has a direct part and a main part.

    `own` are the factor_ids that the company brought itself; they were declared by name, so they come before others.

    Raises
    ------
    TableError
        Parts of one element differ in activity, region, validity, unit, source or price year.
    """
    codes, ids = pd.factorize(table["element_id"])
    place = first_places(codes, len(ids))
    rows = table[_ELEMENT].take(place)
    for column in _ELEMENT[1:]:
        values = table[column].to_numpy()
        if (values != values[place][codes]).any():
            raise _torn(table)

    def has(part: pd.Series) -> npt.NDArray[np.bool_]:
        """
        Whether an element has such a part.
        """
        return np.bincount(codes[part.to_numpy()], minlength=len(ids)) > 0

    return rows.assign(
        own=has(table["factor_id"].isin(list(own))), direct=has(table["part"].isin(DIRECT_PARTS)),
        main=has(~table["part"].isin(_SIDE_PARTS)), unsplit=has(table["part"] == "total")).reset_index(drop=True)


def _torn(table: pd.DataFrame) -> TableError:
    rows = table[_ELEMENT].drop_duplicates()
    return TableError("Parts of one element do not agree", rows=rows[rows["element_id"].duplicated(keep=False)],
                      hint="correct the factor table")


def canonical_units(spelled: pd.Series) -> pd.Series:
    """
    Canonical unit of each text; "" where it is unknown.
    """
    return spelled.map({text: _canonical(text) for text in spelled.unique()}).astype("str")


@lru_cache(maxsize=4096)
def _canonical(text: str) -> str:
    try:
        return units.parse_unit(text)
    except UnitError:
        return ""


@lru_cache(maxsize=65536)
def unit_fit(key_unit: str, factor_unit: str, fuel: str) -> int:
    """
    How a key's unit meets a factor's: SAME, CONVERTED, BRIDGED, EXCHANGED or UNFIT.
    """
    if not key_unit:
        return UNFIT
    start, end = units.unit(key_unit), units.unit(factor_unit)
    if start.dimension == end.dimension:
        return SAME if start.name == end.name else CONVERTED
    if start.dimension.startswith("currency:") and end.dimension.startswith("currency:"):
        return EXCHANGED
    if {start.dimension, end.dimension} <= set(fuels.DIMENSIONS) and fuels.known(fuel):
        record = fuels.properties(fuel)
        return BRIDGED if record.per_kg[start.dimension] and record.per_kg[end.dimension] else UNFIT
    return UNFIT


def pair(keys: pd.DataFrame, library: pd.DataFrame, policy: FactorPolicy) -> pd.DataFrame:
    """
    All pairs of a key and an element of its activity in its region chain, with the verdict of each filter.

    Columns added: region_rank, fit, vintage, gap [years, > 0 older, < 0 later], source_rank, and the flags
    ok_unit, ok_part, ok_life, ok_year.
    """
    chained = _chained(keys, policy)
    left, right = pairs_of(*common_codes(
        [chained["activity"], chained["region_used"]], [library["activity"], library["region"]]))
    side = library.drop(columns=["activity", "region"]).rename(columns={"unit": "factor_unit"})
    pairs = pd.concat([t.take(at).reset_index(drop=True) for t, at in ((chained, left), (side, right))], axis=1)
    return _judge(pairs, policy)


def _chained(keys: pd.DataFrame, policy: FactorPolicy) -> pd.DataFrame:
    """
    Each key once for each region of its chain, with the region's rank.
    """
    asked = list(zip(keys["region"].tolist(), keys["scope"].tolist(), strict=True))
    chains = {key: policy.chain(*key) for key in dict.fromkeys(asked)}
    many = [len(chains[key]) for key in asked]
    used = pd.Series([region for key in asked for region in chains[key]], dtype=object)
    ranks = [rank for n in many for rank in range(n)]
    rows = keys.take(np.repeat(np.arange(len(keys)), many)).reset_index(drop=True)
    return rows.assign(region_used=used, region_rank=np.array(ranks, "int64"))


def _judge(pairs: pd.DataFrame, policy: FactorPolicy) -> pd.DataFrame:
    fit = unit_fits(pairs)
    scope = pairs["scope"].to_numpy(dtype=object)
    scope2 = scope == "2"
    direct = np.where((scope == "1") | scope2, pairs["direct"], pairs["main"])
    vintage, gap = _vintages(pairs, policy)
    return pairs.assign(
        fit=fit, vintage=vintage, gap=gap, source_rank=_source_ranks(pairs, policy.prefer),
        ok_unit=fit != UNFIT, ok_part=direct.astype(bool), ok_year=vintage != OUTSIDE,
        ok_life=~(scope2 & pairs["life_cycle"].to_numpy(bool)) | pairs["region_used"].isin(policy.life_cycle_grid))


def unit_fits(pairs: pd.DataFrame) -> np.ndarray:
    """
    `unit_fit` of each pair, which remembers each triple of key unit, factor unit and activity.
    """
    rows = zip(*(pairs[c].tolist() for c in ("unit", "factor_unit", "activity")), strict=True)
    return np.array([unit_fit(*row) for row in rows], "int64")


def _vintages(pairs: pd.DataFrame, policy: FactorPolicy) -> tuple[np.ndarray, np.ndarray]:
    year, start, end = (pairs[c].to_numpy("int64") for c in ("year", "valid_from", "valid_to"))
    gap = np.where(start > year, year - start, np.where(end < year, year - end, 0))
    vintage = np.full(len(pairs), OUTSIDE)
    vintage[gap == 0] = WITHIN
    vintage[(gap > 0) & (gap <= policy.vintage.older_max_gap)] = OLDER
    if policy.vintage.later == "allow":
        vintage[(gap < 0) & (-gap <= policy.vintage.max_gap)] = LATER
    return vintage, gap


def _source_ranks(pairs: pd.DataFrame, prefer: list[str]) -> npt.NDArray[np.int64]:
    code, names = pd.factorize(pairs["source_id"])
    ranks = [next((i for i, prefix in enumerate(prefer) if name.startswith(prefix)), len(prefer)) for name in names]
    return np.where(pairs["own"].to_numpy(bool), -1, np.array(ranks, "int64")[code])


def best(pairs: pd.DataFrame) -> pd.DataFrame:
    """
    For each key the pairs that no rule puts behind another: one row where the choice is made, several where not.
    """
    ok = (pairs["ok_unit"] & pairs["ok_part"] & pairs["ok_life"] & pairs["ok_year"]).to_numpy(bool)
    vintage, start = pairs["vintage"].to_numpy(), pairs["valid_from"].to_numpy()
    # Older: the latest that starts before the year. Later: the first that starts after it.
    nearness = np.where(vintage == OLDER, -start, np.where(vintage == LATER, start, 0))
    at, key = np.flatnonzero(ok), pd.factorize(pairs["key_id"])[0]
    for name in ("region_rank", "vintage", "nearness", "source_rank", "fit"):
        rank = nearness if name == "nearness" else pairs[name].to_numpy("int64")
        least = np.full(len(pairs), np.iinfo("int64").max)
        np.minimum.at(least, key[at], rank[at])
        at = at[rank[at] == least[key[at]]]
    chosen = pairs.take(at).assign(nearness=nearness[at])
    return chosen.sort_values(["key_id", "element_id"], kind="stable")
