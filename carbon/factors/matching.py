"""
From activities to emission factors: one element for each distinct key, or a miss that says why.

A key is an activity, unit, region, year and scope. `resolve` answers a table of keys, in kg per unit of the activity;
`match_factors` makes the keys of a table of activities and gives each row the code of its key.
Rules: docs/methods, "Choosing a factor".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.rows import Rows, among, by_word, pick, rows_at, rows_of
from carbon.core.errors import AmbiguousFactorError, MissingFactorError, UsageError
from carbon.core.params import FactorPolicy
from carbon.core.schemas import FACTORS, RESOLUTION
from carbon.core.words_coded import as_text, common_codes, pairs_of, values_of
from carbon.factors import candidates, conversion, gwp_sets
from carbon.factors.matched import GAS_PARTS, KEY, KEYS, Matched, Resolved
from carbon.factors.misses import (
    AMBIGUOUS,
    SHOWN_CANDIDATES,
    describe,
    frame_of,
    listed,
    nothing,
    together,
    unmatched,
    unsaid,
)

_DENSE = 1 << 22
_READ = [c for c in FACTORS.columns if c not in ("label", "edition", "page", "licence", "verification", "notes")]
_OF_KEY = {"factor_year": "valid_from", "vintage_gap": "gap"} | {
    c: c for c in ("key_id", "element_id", "source_id", "region_used", "steps", "conversion", "life_cycle")}
"""Column of `schemas.RESOLUTION` -> column of the answers."""
_OF_PART = ["part", "factor_id", "gwp_used", "uncertainty_pct", "kyoto"]
_LIFE_CYCLE = "life-cycle grid factor accepted, category 3 is zero for these kWh"


class FactorTable(Protocol):
    """What matching needs of a library."""

    @property
    def table(self) -> pd.DataFrame:
        """`schemas.FACTORS`."""


def resolve(
    keys: pd.DataFrame, library: FactorTable, *, policy: FactorPolicy, gwp: str, allow_mixed_gwp: list[str],
    non_co2: str, fx: pd.DataFrame | None = None, optional: Collection[str] = (),
) -> Resolved:
    """
    The emission factor of each key, in kg per unit of the activity, by part.

    kg_per_unit = kg per unit of the factor x conversion

    Parameters
    ----------
    keys
        Distinct activity, unit, region, year, scope; key_id is numbered in their order where absent.
    policy
        Region chain, vintage, source preference, price basis, deflator, accepted life-cycle grids.
    gwp
        GWP set of the inventory. Required: the choice changes the result.
    allow_mixed_gwp
        Prefixes of factor_id or source_id accepted in another GWP set.
    non_co2
        "none" leaves the part `contrails` out, "as_published" keeps it. Required: the choice changes the result.
    fx
        The company's own exchange rates (`core.money.FX`).
    optional
        Activities for which it is no fault to have no factor: their misses have no words.

    Returns
    -------
    Resolved
        Every key is in `table` (one row a part) or in `misses`, never in both, never in neither.

    Raises
    ------
    TableError, MoneyError, MethodError
        The keys, the library or the rates break their contract. A key without a factor raises nothing here.

    References
    ----------
    GHG Protocol, Scope 3 Standard, ch. 7; the order of the rules is the project's own.
    """
    asked, factors = _checked_keys(keys), library.table
    keyed = rows_of(asked)
    keyed = keyed.assign(spelled=keyed["unit"], unit=by_word(keyed["unit"], candidates.canonical_unit))
    place = np.flatnonzero(factors["activity"].isin(asked["activity"]))
    asked_for = rows_at(factors, candidates.READ, place)
    counted = candidates.is_used(asked_for["part"], non_co2)
    elements = candidates.elements(asked_for.where(counted), getattr(library, "overrides", ()))
    pairs = candidates.pair(keyed, elements, policy)
    best = candidates.best(pairs)
    chosen, tied = _one_each(best)
    used = rows_at(factors, _READ, place[counted & among(asked_for["element_id"], chosen["element_id"])])
    used = used.assign(**gwp_sets.columns_in_set(used, gwp=gwp, allow_mixed_gwp=allow_mixed_gwp))
    answers = _with_gwp_problems(conversion.convert_keys(chosen, policy=policy, fx=fx), used)
    refused = np.asarray(answers["problem"] != "", dtype=bool)
    parts = _parts(_with_reasons(answers.where(~refused), asked_for["element_id"][~counted]), used)
    lost = keyed.where(~np.isin(keyed["key_id"], best["key_id"]))
    silent = among(lost["activity"], optional)
    found = [_tied_misses(tied), _refused_misses(answers.where(refused), gwp), unsaid(lost["key_id"][silent]),
             unmatched(lost.where(~silent), pairs, elements, policy, factors=factors)]
    return Resolved(asked, RESOLUTION.validate(parts), together(found))


def _checked_keys(keys: pd.DataFrame) -> pd.DataFrame:
    if "key_id" not in keys.columns:
        keys = keys[KEY].drop_duplicates().sort_values(KEY).reset_index(drop=True)
        keys = keys.assign(key_id=np.arange(len(keys), dtype="int64"))
    return KEYS.validate(keys if keys.columns.tolist() == ["key_id", *KEY] else keys[["key_id", *KEY]])


def _one_each(best: Rows) -> tuple[Rows, Rows]:
    _, key, count = np.unique(best["key_id"], return_inverse=True, return_counts=True)
    alone = count[key] == 1
    return best.where(alone), best.where(~alone)


def _with_gwp_problems(answers: Rows, used: Rows) -> Rows:
    """
    Answers whose element is frozen in another set, unaccepted, get the problem "gwp_mixed".
    """
    bad: dict[str, str] = {}
    for i in np.flatnonzero(~used["gwp_ok"]).tolist():
        bad.setdefault(used["element_id"][i], used["gwp_used"][i])
    frozen = among(answers["element_id"], bad) & np.asarray(answers["problem"] == "", dtype=bool)
    return answers.assign(problem=pick(frozen, "gwp_mixed", answers["problem"]),
                          factor_set=by_word(answers["element_id"], lambda name: bad.get(name, "")))


def _with_reasons(answers: Rows, contrails_left_out: Iterable[str]) -> Rows:
    """
    Why each element was chosen: "exact", or words joined by "; ".
    """
    scope, life_cycle = answers["scope"], answers["life_cycle"]
    own_scope = (scope == "1") | (scope == "2")
    words = {
        "region fallback": answers["region_used"] != answers["region"],
        "older vintage": answers["vintage"] == candidates.OLDER,
        "later vintage": answers["vintage"] == candidates.LATER,
        "unsplit": answers["unsplit"] & own_scope & ~life_cycle,
        _LIFE_CYCLE: life_cycle & (scope == "2"),
        "contrails left out": among(answers["element_id"], contrails_left_out),
    }
    said = [np.where(where, word, "") for word, where in words.items()]
    return answers.assign(reason=conversion.joined(*said, answers["notes"]))


def _parts(answers: Rows, used: Rows) -> dict[str, Any]:
    """
    One row a key and factor part, in kg per unit of the activity: the columns of `schemas.RESOLUTION`.
    """
    left, right = pairs_of(*common_codes([answers["element_id"]], [used["element_id"]]))
    names = [used[c].astype(str)[right] for c in ("factor_id", "part")]
    order = np.lexsort([*names, answers["key_id"][left]])
    left, right = left[order], right[order]
    note = used["gwp_note"][right]
    reason = conversion.joined(answers["reason"][left], np.where(note == gwp_sets.PUBLISHED, "", note))
    columns = {name: answers[c][left] for name, c in _OF_KEY.items()} | {c: used[c][right] for c in _OF_PART}
    columns |= {gas: used[gas][right] * columns["conversion"] for gas in GAS_PARTS}
    columns["reason"] = pick(np.asarray(reason == "", dtype=bool), "exact", reason)
    return Rows(columns, len(left)).arrays(RESOLUTION.columns)


def _tied_misses(rows: Rows) -> pd.DataFrame:
    if not len(rows):
        return nothing()
    tied = frame_of(rows)
    firsts = tied.assign(code=AMBIGUOUS).drop_duplicates("key_id")
    shown = tied[tied.groupby("key_id").cumcount() < SHOWN_CANDIDATES]
    by_key: dict[int, list[dict[Any, Any]]] = {}
    for element in _as_elements(shown):
        by_key.setdefault(element["key_id"], []).append(element)
    return describe(firsts, [listed(by_key[key]) for key in firsts["key_id"]])


def _refused_misses(rows: Rows, gwp: str) -> pd.DataFrame:
    if not len(rows):
        return nothing()
    refused = frame_of(rows)
    return describe(refused.assign(code=refused["problem"], gwp=gwp), [listed([e]) for e in _as_elements(refused)])


def _as_elements(pairs: pd.DataFrame) -> list[dict[Any, Any]]:
    side = pairs.drop(columns=["region", "unit"]).rename(columns={"region_used": "region", "factor_unit": "unit"})
    return side.to_dict("records")


def match_factors(
    activities: pd.DataFrame, library: FactorTable, *, policy: FactorPolicy, gwp: str, allow_mixed_gwp: list[str],
    non_co2: str, fx: pd.DataFrame | None = None, optional: Collection[str] = (), strict: bool = False,
) -> Matched:
    """
    The factor of each activity, worked out once for each distinct key.

    Parameters
    ----------
    activities
        `schemas.ACTIVITIES`; other tables serve too if they have the columns of a key.
    strict
        Raise for the first kind of miss, instead of listing them all in the result.

    Returns
    -------
    Matched
        resolved, and codes: the key_id of each row of `activities`, in its order.

    Raises
    ------
    MissingFactorError, AmbiguousFactorError
        Only with `strict`: the first five activities, and what to do.
    UsageError
        A column of the key is missing.

    Other parameters: see `resolve`.
    """
    missing = [c for c in KEY if c not in activities.columns]
    if missing:
        raise UsageError(f"The activities lack the columns {missing}", hint="cb.classify(records).activities has them")
    codes, keys = distinct_keys(activities)
    resolved = resolve(keys, library, policy=policy, gwp=gwp, allow_mixed_gwp=allow_mixed_gwp, non_co2=non_co2, fx=fx,
                       optional=optional)
    matched = Matched(resolved, codes)
    if strict and len(resolved.misses):
        raise _miss_error(activities, matched)
    return matched


def distinct_keys(activities: pd.DataFrame) -> tuple[npt.NDArray[np.int64], pd.DataFrame]:
    """
    The key_id of each row, and the table of distinct keys, sorted, so that row order does not matter.
    """
    code = np.zeros(len(activities), dtype="int64")
    first = np.zeros(min(len(activities), 1), dtype="int64")
    for column in KEY:  # each column in turn, so that the running code stays below rows x distinct values
        values, uniques = pd.factorize(values_of(activities[column]), sort=True)
        if (values < 0).any():
            raise UsageError(f"{int((values < 0).sum()):,} activities have no {column} (null)")
        code, first = _ranks(code * max(len(uniques), 1) + values)
    keys = {c: as_text(values_of(activities[c]).take(first)) for c in KEY}
    return code, pd.DataFrame({"key_id": np.arange(len(first), dtype="int64"), **keys}, copy=False)


def _ranks(codes: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """
    The rank of each code among the distinct ones, and where each of these stands; sorted only where they lie far apart.
    """
    bound = int(codes.max(initial=-1)) + 1
    if bound > _DENSE:
        _, first, rank = np.unique(codes, return_index=True, return_inverse=True)
        return rank, first
    at = np.full(bound, -1, dtype="int64")
    at[codes] = np.arange(len(codes))
    known = np.flatnonzero(at >= 0)
    first, at[known] = at[known], np.arange(len(known))
    return at[codes], first


def _miss_error(activities: pd.DataFrame, matched: Matched) -> MissingFactorError | AmbiguousFactorError:
    """
    The error for a run that must be complete: missing factors first, else ambiguous ones.
    """
    table = matched.resolved.misses
    ambiguous = table["code"] == AMBIGUOUS
    shown = table[~ambiguous] if (~ambiguous).any() else table
    rows = activities[np.isin(matched.codes, shown["key_id"])]
    rows = rows[[c for c in ("activity_id", *KEY[:4]) if c in rows.columns]]
    first = shown.iloc[0]
    hint = f"{first['reason']}; {first['what_to_do']}"
    if first["nearest"]:
        hint += f"\nNearest: {first['nearest']}"
    count = f"{len(rows):,} activit{'y has' if len(rows) == 1 else 'ies have'}"
    if (~ambiguous).any():
        return MissingFactorError(f"{count} no emission factor:", rows=rows, hint=hint)
    return AmbiguousFactorError(f"{count} several factors that fit equally well:", rows=rows, hint=hint)
