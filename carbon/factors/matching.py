"""
From activities to emission factors: one element for each distinct key, or a miss that says why.

A key is an activity, unit, region, year and scope. `resolve` answers a table of keys, in kg per unit of the activity;
`match_factors` makes the keys of a table of activities and gives each row the code of its key.
Rules: docs/methods, "Choosing a factor".
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import AmbiguousFactorError, MissingFactorError, UsageError
from carbon.core.params import FactorPolicy
from carbon.core.schemas import FACTORS, RESOLUTION, TEXT, retyped
from carbon.core.words_coded import common_codes, pairs_of
from carbon.factors import candidates, conversion, gwp_sets
from carbon.factors.matched import GAS_PARTS, KEY, KEYS, Matched, Resolved
from carbon.factors.misses import AMBIGUOUS, SHOWN_CANDIDATES, describe, listed, misses, unmatched, unsaid

_DENSE = 1 << 22
_READ = [c for c in FACTORS.columns if c not in ("label", "edition", "page", "licence", "verification", "notes")]
_RESOLVED = {c: "str" for c, kind in RESOLUTION.columns.items() if kind == TEXT}
_OF_KEY = ["key_id", "element_id", "source_id", "region_used", "valid_from", "gap", "reason", "steps", "conversion",
           "life_cycle"]
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
    asked = _checked_keys(keys)
    canonical = _as_objects(asked.assign(spelled=asked["unit"], unit=candidates.canonical_units(asked["unit"])))
    asked_for = _as_objects(library.table.loc[library.table["activity"].isin(canonical["activity"]), _READ])
    rows = candidates.without_contrails(asked_for, non_co2)
    elements = candidates.elements(rows, getattr(library, "overrides", ()))
    pairs = candidates.pair(canonical, elements, policy)
    best = candidates.best(pairs)
    chosen, tied = _one_each(best)
    used = rows[rows["element_id"].isin(chosen["element_id"])]
    used = gwp_sets.in_set(used, gwp=gwp, allow_mixed_gwp=allow_mixed_gwp)
    answers = _with_gwp_problems(conversion.convert_keys(chosen, policy=policy, fx=fx), used)
    refused = (answers["problem"] != "").to_numpy(bool)
    left_out = asked_for.loc[asked_for["part"] == "contrails", "element_id"] if non_co2 == "none" else ()
    table = _parts(_with_reasons(answers[~refused], set(left_out)), used)
    lost = canonical[~canonical["key_id"].isin(best["key_id"])]
    silent = lost["activity"].isin(list(optional))
    found = [_tied_misses(tied), _refused_misses(answers[refused], gwp), unsaid(lost[silent]),
             unmatched(lost[~silent], pairs, elements, policy, activities=library.table[["activity", "region"]])]
    said = [m for m in found if len(m)]
    table = RESOLUTION.validate(retyped(table, _RESOLVED))
    return Resolved(asked, table, misses(pd.concat(said) if said else pd.DataFrame()))


def _as_objects(table: pd.DataFrame) -> pd.DataFrame:
    """
    The same with texts as objects: keys are few, and every filter takes ten times as long on text arrays.
    """
    texts = [c for c, kind in zip(table.columns, table.dtypes, strict=True) if isinstance(kind, pd.StringDtype)]
    return table.assign(**{c: table[c].astype(object) for c in texts})


def _checked_keys(keys: pd.DataFrame) -> pd.DataFrame:
    if "key_id" not in keys.columns:
        keys = keys[KEY].drop_duplicates().sort_values(KEY).reset_index(drop=True)
        keys = keys.assign(key_id=np.arange(len(keys), dtype="int64"))
    return KEYS.validate(keys[["key_id", *KEY]])


def _one_each(best: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    alone = ~best["key_id"].duplicated(keep=False)
    return best[alone], best[~alone]


def _with_gwp_problems(answers: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """
    Answers whose element is frozen in another set, unaccepted, get the problem "gwp_mixed".
    """
    if used["gwp_ok"].all():
        return answers.assign(factor_set="")
    bad = used[~used["gwp_ok"]].drop_duplicates("element_id").set_index("element_id")["gwp_used"]
    factor_set = answers["element_id"].map(bad.to_dict()).astype("str")  # missing where nothing is bad
    problem = answers["problem"].where((answers["problem"] != "") | factor_set.isna(), "gwp_mixed")
    return answers.assign(problem=problem, factor_set=factor_set.fillna(""))


def _with_reasons(answers: pd.DataFrame, contrails_left_out: set[str]) -> pd.DataFrame:
    """
    Why each element was chosen: "exact", or words joined by "; ".
    """
    region, scope, life_cycle = (answers[c].to_numpy() for c in ("region", "scope", "life_cycle"))
    own_scope = (scope == "1") | (scope == "2")
    words = {
        "region fallback": answers["region_used"].to_numpy() != region,
        "older vintage": answers["vintage"].to_numpy() == candidates.OLDER,
        "later vintage": answers["vintage"].to_numpy() == candidates.LATER,
        "unsplit": answers["unsplit"].to_numpy() & own_scope & ~life_cycle,
        _LIFE_CYCLE: life_cycle & (scope == "2"),
        "contrails left out": answers["element_id"].isin(contrails_left_out).to_numpy(),
    }
    said = [np.where(where, word, "") for word, where in words.items()]
    return answers.assign(reason=conversion.joined(*said, answers["notes"].to_numpy()).array)


def _parts(answers: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """
    One row a key and factor part, in kg per unit of the activity.
    """
    left, right = pairs_of(*common_codes([answers["element_id"]], [used["element_id"]]))
    names = [used[c].to_numpy(str)[right] for c in ("factor_id", "part")]
    order = np.lexsort([*names, answers["key_id"].to_numpy()[left]])
    left, right = left[order], right[order]
    of_key = {c: answers[c].to_numpy()[left] for c in _OF_KEY}
    of_part = {c: used[c].to_numpy()[right] for c in (*_OF_PART, *GAS_PARTS, "gwp_note")}
    for gas in GAS_PARTS:
        of_part[gas] = of_part[gas] * of_key["conversion"]
    note = of_part.pop("gwp_note")
    reason = conversion.joined(of_key["reason"], np.where(note == gwp_sets.PUBLISHED, "", note))
    table = pd.DataFrame({**of_key, **of_part, "reason": reason.where(reason != "", "exact")})
    table = table.rename(columns={"valid_from": "factor_year", "gap": "vintage_gap"})
    return table[list(RESOLUTION.columns)]


def _tied_misses(tied: pd.DataFrame) -> pd.DataFrame:
    if tied.empty:
        return misses(tied)
    firsts = tied.assign(code=AMBIGUOUS).drop_duplicates("key_id")
    shown = tied[tied.groupby("key_id").cumcount() < SHOWN_CANDIDATES]
    by_key: dict[int, list[dict]] = {}
    for element in _as_elements(shown):
        by_key.setdefault(element["key_id"], []).append(element)
    return describe(firsts, [listed(by_key[key]) for key in firsts["key_id"]])


def _refused_misses(refused: pd.DataFrame, gwp: str) -> pd.DataFrame:
    if refused.empty:
        return misses(refused)
    return describe(refused.assign(code=refused["problem"], gwp=gwp), [listed([e]) for e in _as_elements(refused)])


def _as_elements(pairs: pd.DataFrame) -> list[dict]:
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
        values, uniques = pd.factorize(activities[column], sort=True)
        if (values < 0).any():
            raise UsageError(f"{int((values < 0).sum()):,} activities have no {column} (null)")
        code, first = _ranks(code * max(len(uniques), 1) + values)
    keys = activities[KEY].iloc[first].reset_index(drop=True)
    texts = {c: "str" for c in KEY if c != "year"}
    return code, retyped(keys, texts).assign(key_id=np.arange(len(keys), dtype="int64"))


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
