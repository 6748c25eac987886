"""Match activities to emission factors: one element for each distinct key, or a miss with its reason.

A key is an activity, unit, region, year and scope. `resolve` answers a table of keys, in kg per unit of the activity;
`match_factors` makes the keys of a table of activities and gives each row the code of its key.
Rules: docs/methods, "Choosing a factor".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.columns import Column, Rows, pairs_of
from carbon.core.display import Displayed, HandsOut, as_html
from carbon.core.errors import AmbiguousFactorError, MissingFactorError, UsageError
from carbon.core.ghg_protocol import LIFE_CYCLE
from carbon.core.schemas import FACTORS, INTEGER, RESOLUTION, TEXT, Table, require
from carbon.core.text_columns import among, by_word, listed, pick, values_of
from carbon.core.zones import country_of, supplier_of, supply_region
from carbon.factors import candidates, conversion, energy_parts, gwp_sets, nace
from carbon.factors.boundaries import boundary_of
from carbon.factors.misses import (
    AMBIGUOUS,
    OF_UNITS,
    SHOWN_CANDIDATES,
    describe,
    frame_of,
    in_words,
    nothing,
    together,
    unmatched,
    without_words,
)
from carbon.factors.printed_totals import gaps
from carbon.params.shapes.company import FactorPolicy

KEY = ["activity", "unit", "region", "year", "scope"]
KEYS = Table("keys", {
    "key_id": INTEGER, "activity": TEXT, "unit": TEXT, "region": TEXT, "year": INTEGER, "scope": TEXT,
}, key=("key_id",), choices={"scope": ("1", "2", "3")})
"""Distinct questions put to the factor library."""
GAS_PARTS = ["co2e_kg", "co2_kg", "ch4_kg", "n2o_kg", "biogenic_co2_kg"]
_OF_KEY = {"factor_year": "valid_from", "vintage_gap": "gap"} | {
    c: c for c in ("key_id", "element_id", "source_id", "region_used", "steps", "conversion", "life_cycle")}
"""Column of `schemas.RESOLUTION` -> column of the answers."""
_OF_PART = ["part", "factor_id", "gwp_used", "uncertainty_pct", "kyoto"]


@dataclass(frozen=True)
class Resolved(HandsOut):
    """Answers of `resolve`: keys, their factors (`schemas.RESOLUTION`), and the misses."""

    keys: pd.DataFrame
    table: pd.DataFrame
    misses: pd.DataFrame
    calculated: pd.DataFrame = field(default_factory=FACTORS.empty)
    """`schemas.FACTORS` of parts that are calculated from published factors (`factors.energy_parts`)."""

    def to_table(self) -> pd.DataFrame:
        """Return the answers with their questions, for a join in SQL.

        Columns: activity, unit, region, year, scope, part, factor_id, source_id, co2e_kg and gases [kg per unit of the
        activity], kyoto, reason. Keys without a factor are not in it (`misses`): a join drops their rows.
        `inventory.bulk.PerUnit.to_table` also gives the scope and category of each part.
        """
        answers = self.keys.merge(self.table, on="key_id", how="inner", validate="one_to_many")
        return answers[[*KEY, "part", "factor_id", "source_id", *GAS_PARTS, "kyoto", "reason"]]

    def __repr__(self) -> str:
        return f"Resolved({len(self.keys):,} keys, {len(self.table):,} factor parts, {len(self.misses):,} misses)"

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.table)


@dataclass(frozen=True)
class Matched(HandsOut, Displayed):
    """Activities with their factors: the answers, and for each activity row the key_id of its key."""

    resolved: Resolved
    codes: npt.NDArray[np.int64]

    def __repr__(self) -> str:
        return f"Matched({len(self.codes):,} activities, {self.resolved!r})"

    def to_table(self) -> pd.DataFrame:
        """Return the resolved join: see `Resolved.to_table`."""
        return self.resolved.to_table()

    def missing(self) -> npt.NDArray[np.bool_]:
        """Flag the activity rows whose key has no factor."""
        return np.isin(self.codes, self.resolved.misses["key_id"].to_numpy("int64"))

    def check(self, activities: pd.DataFrame, *, columns: Sequence[str] = KEY) -> None:
        """Check that the rows of a table have, one by one, the keys that were matched.

        Codes are in the order of the activities that were matched. Rows sorted, left out or combined since then would
        take each other's factors, and the total would look plausible.

        Raises UsageError: Another number of rows, or a row with another key; TableError: A column of the key is
        missing.
        """
        require(activities, list(columns), made_by="cb.classify")
        hint = "match the table as it is now: matched = cb.match_factors(activities, ...), then calculate from both"
        if len(activities) != len(self.codes):
            raise UsageError(f"{len(activities):,} activities, but {len(self.codes):,} were matched", hint=hint)
        keys = self.resolved.keys
        place = pd.Index(keys["key_id"]).get_indexer(self.codes)
        other = place < 0
        for column in columns:
            other |= _differs(activities[column], keys[column], place)
        if other.any():
            shown_columns = [c for c in ("activity_id", *KEY) if c in activities.columns]
            raise UsageError(f"{int(other.sum()):,} activities are not those that were matched, row by row:",
                             rows=activities.loc[other, shown_columns], hint=hint)


def _differs(values: pd.Series, keys: pd.Series, place: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Flag values that are not those of their keys; each distinct value is compared once."""
    column = Column.of(values)
    code_of = {word: code for code, word in enumerate(listed(column.distinct))}
    codes = [code_of.get(word, -1) for word in listed(keys)]
    return np.array([*codes, -1])[place] != column.codes


class FactorTable(Protocol):
    """What matching needs of a library."""

    @property
    def table(self) -> pd.DataFrame:
        """The factors (`schemas.FACTORS`)."""


def resolve(
    keys: pd.DataFrame, library: FactorTable, *, policy: FactorPolicy, gwp: str, allow_mixed_gwp: list[str],
    non_co2: str, fx: pd.DataFrame | None = None, optional: Collection[str] = (),
) -> Resolved:
    """Return the emission factor of each key, in kg per unit of the activity, by part.

    kg_per_unit = kg per unit of the factor x conversion

    Energy of scopes 1 and 2 whose factor lacks upstream or losses takes them where they are known: see
    `factors.energy_parts`.

    keys: Distinct activity, unit, region, year, scope; key_id is numbered in their order where absent.
    policy: Region chain, vintage, source preference, price basis, deflator, accepted life-cycle grids.
    gwp: GWP set of the inventory. allow_mixed_gwp: Prefixes of factor_id or source_id accepted in another one.
    non_co2: "none" leaves the part `contrails` out, "as_published" keeps it.
    fx: The company's own exchange rates (`core.money.FX`). optional: Activities whose misses have no words.

    Every key is in `table` (one row a part) or in `misses`, never in both, never in neither.

    Raises TableError, MoneyError, MethodError: The keys, the library or the rates break their contract. A key without a
    factor raises nothing here.

    References
    ----------
    GHG Protocol, Scope 3 Standard, ch. 7; the order of the rules is the project's own.
    """
    distinct, own_ids = _checked_keys(keys), getattr(library, "overrides", ())
    ask = partial(answers_of, own_ids=own_ids, gwp=gwp, allow_mixed_gwp=allow_mixed_gwp, non_co2=non_co2, fx=fx)
    asked_keys = nace.in_their_country(distinct, library.table, own_ids, policy) if policy.by_country else distinct
    parts, misses = ask(asked_keys, Rows(library.table), policy, optional)
    if policy.by_country:
        parts = _with_own_category(parts, distinct, asked_keys)
    table, calculated = energy_parts.completed(distinct, parts, library.table, policy, ask)
    return Resolved(distinct, table, misses, calculated)


def _with_own_category(parts: pd.DataFrame, keys: pd.DataFrame, asked_keys: pd.DataFrame) -> pd.DataFrame:
    """Name the category of its own in the reason of each key that was asked as a NACE industry."""
    is_other = (keys["activity"] != asked_keys["activity"]).to_numpy()
    category = dict(zip(keys.loc[is_other, "key_id"], keys.loc[is_other, "activity"], strict=True))
    words = [f"{reason}; NACE industry of {category[key]}" if key in category else reason
             for key, reason in zip(parts["key_id"], parts["reason"], strict=True)]
    return parts.assign(reason=pd.array(words, dtype="str"))


def answers_of(
    keys: pd.DataFrame | Rows, factors: Rows, policy: FactorPolicy, optional: Collection[str], *,
    own_ids: Collection[str], gwp: str, allow_mixed_gwp: list[str], non_co2: str, fx: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `schemas.RESOLUTION` of the keys by these factors, and the misses.

    keys: `KEYS`, and `model` where each prefers a source of its own to those of the policy.
    """
    key_rows = keys if isinstance(keys, Rows) else Rows(keys)
    key_rows = key_rows.assign(spelled=key_rows["unit"], unit=candidates.stated_units(key_rows))
    of_activities = factors.where(activity=key_rows["activity"])
    places = zip(key_rows["region"].tolist(), key_rows["scope"].tolist(), strict=True)
    asked_for = candidates.in_chains(of_activities, places, policy)
    is_counted = candidates.is_used(asked_for["part"], non_co2)
    elements = candidates.elements(asked_for.where(is_counted), own_ids)
    pairs = candidates.pair(key_rows, elements, policy)
    best = candidates.best(pairs)
    single, ties = _one_each(best)
    factor_rows = asked_for.where(is_counted & among(asked_for["element_id"], single["element_id"]))
    factor_rows = factor_rows.assign(**gwp_sets.columns_in_set(factor_rows, gwp=gwp, allow_mixed_gwp=allow_mixed_gwp))
    answers = _with_gwp_problems(conversion.convert_keys(single, policy=policy, fx=fx, factors=asked_for), factor_rows)
    is_rejected = np.asarray(answers["problem"] != "", dtype=bool)
    gap_of = gaps(asked_for.where(among(asked_for["element_id"], single["element_id"])))
    answers = answers.assign(parts_miss=by_word(answers["element_id"], lambda name: gap_of.get(name, "")))
    parts = _parts(_with_reasons(answers.where(~is_rejected), asked_for["element_id"][~is_counted]), factor_rows)
    no_element = key_rows.where(~np.isin(key_rows["key_id"], best["key_id"]))
    silent = among(no_element["activity"], optional)
    if not silent.all():  # words of a miss name the factors of other regions
        elements = candidates.elements(of_activities.where(candidates.is_used(of_activities["part"], non_co2)), own_ids)
    misses = [_tied_misses(ties), _rejected_misses(answers.where(is_rejected), gwp),
              without_words(no_element["key_id"][silent]),
              unmatched(no_element.where(~silent), pairs, elements, policy, factors=factors)]
    return RESOLUTION.validate(parts), together(misses)


def _checked_keys(keys: pd.DataFrame) -> pd.DataFrame:
    if "key_id" not in keys.columns:
        keys = keys[KEY].drop_duplicates().sort_values(KEY).reset_index(drop=True)
        keys = keys.assign(key_id=np.arange(len(keys), dtype="int64"))
    return KEYS.validate(keys if keys.columns.tolist() == ["key_id", *KEY] else keys[["key_id", *KEY]])


def _one_each(best: Rows) -> tuple[Rows, Rows]:
    _, key, count = np.unique(best["key_id"], return_inverse=True, return_counts=True)
    is_single = count[key] == 1
    return best.where(is_single), best.where(~is_single)


def _with_gwp_problems(answers: Rows, factor_rows: Rows) -> Rows:
    """Give answers whose element is frozen in another set, unaccepted, the problem "gwp_mixed"."""
    frozen_sets: dict[str, str] = {}
    for i in np.flatnonzero(~factor_rows["gwp_ok"]).tolist():
        frozen_sets.setdefault(factor_rows["element_id"][i], factor_rows["gwp_used"][i])
    is_frozen = among(answers["element_id"], frozen_sets) & np.asarray(answers["problem"] == "", dtype=bool)
    return answers.assign(problem=pick(is_frozen, "gwp_mixed", answers["problem"]),
                          factor_set=by_word(answers["element_id"], lambda name: frozen_sets.get(name, "")))


def _with_reasons(answers: Rows, contrails_left_out: Iterable[str]) -> Rows:
    """Add why each element was chosen: "exact", or words joined by "; "."""
    scope, life_cycle = answers["scope"], answers["life_cycle"]
    own_scope = (scope == "1") | (scope == "2")
    place, supplier = answers["region_used"], by_word(answers["region"], supplier_of)
    supply = by_word(supplier, lambda country: supply_region(country) if country else "")
    demand = pick(supplier == "", "", by_word(answers["region"], country_of))
    words = {
        "region fallback": (place != answers["region"]) & (place != supply) & (place != demand),
        "country of supply": place == supply, "country of demand": place == demand,
        "older vintage": answers["vintage"] == candidates.OLDER,
        "later vintage": answers["vintage"] == candidates.LATER,
        "unsplit": answers["unsplit"] & own_scope & ~life_cycle,
        LIFE_CYCLE: life_cycle & (scope == "2"),
        "contrails left out": among(answers["element_id"], contrails_left_out),
    }
    reasons = [np.where(where, word, "") for word, where in words.items()]
    reasons += [_boundaries(answers), answers["parts_miss"], answers["notes"]]
    return answers.assign(reason=conversion.joined(*reasons))


def _boundaries(answers: Rows) -> Any:
    """Return the boundary of each waste factor in words; "" for other factors."""
    pairs = zip(answers["source_id"].tolist(), answers["activity"].tolist(), strict=True)
    return np.array([f"boundary: {words}" if (words := boundary_of(*pair)) else "" for pair in pairs], dtype=object)


def _parts(answers: Rows, factor_rows: Rows) -> dict[str, Any]:
    """Return one row a key and factor part, in kg per unit of the activity: the columns of `schemas.RESOLUTION`."""
    answer_at, factor_at = pairs_of([answers["element_id"]], [factor_rows["element_id"]])
    names = [factor_rows[c].astype(str)[factor_at] for c in ("factor_id", "part")]
    order = np.lexsort([*names, answers["key_id"][answer_at]])
    answer_at, factor_at = answer_at[order], factor_at[order]
    note = factor_rows["gwp_note"][factor_at]
    reason = conversion.joined(answers["reason"][answer_at], np.where(note == gwp_sets.PUBLISHED, "", note))
    columns = {name: answers[c][answer_at] for name, c in _OF_KEY.items()}
    columns |= {c: factor_rows[c][factor_at] for c in _OF_PART}
    columns |= {gas: factor_rows[gas][factor_at] * columns["conversion"] for gas in GAS_PARTS}
    columns["reason"] = pick(np.asarray(reason == "", dtype=bool), "exact", reason)
    return Rows(columns, len(answer_at)).arrays(RESOLUTION.columns)


def _tied_misses(rows: Rows) -> pd.DataFrame:
    if not len(rows):
        return nothing()
    ties = frame_of(rows)
    is_one_source = ties.groupby("key_id")["source_id"].transform("nunique") == 1
    firsts = ties.assign(code=np.where(is_one_source, OF_UNITS, AMBIGUOUS)).drop_duplicates("key_id")
    few = ties[ties.groupby("key_id").cumcount() < SHOWN_CANDIDATES]
    by_key: dict[int, list[dict[Any, Any]]] = {}
    for element in _as_elements(few):
        by_key.setdefault(element["key_id"], []).append(element)
    choices = [", ".join(dict.fromkeys(e["unit" if code == OF_UNITS else "source_id"] for e in by_key[key]))
               for key, code in zip(firsts["key_id"], firsts["code"], strict=True)]
    return describe(firsts.assign(choices=choices), [in_words(by_key[key]) for key in firsts["key_id"]])


def _rejected_misses(rows: Rows, gwp: str) -> pd.DataFrame:
    if not len(rows):
        return nothing()
    answers = frame_of(rows)
    return describe(answers.assign(code=answers["problem"], gwp=gwp), [in_words([e]) for e in _as_elements(answers)])


def _as_elements(pairs: pd.DataFrame) -> list[dict[Any, Any]]:
    side = pairs.drop(columns=["region", "unit"]).rename(columns={"region_used": "region", "factor_unit": "unit"})
    return side.to_dict("records")


def match_factors(
    activities: pd.DataFrame, library: FactorTable, *, policy: FactorPolicy, gwp: str, allow_mixed_gwp: list[str],
    non_co2: str, fx: pd.DataFrame | None = None, optional: Collection[str] = (), strict: bool = False,
) -> Matched:
    """Match each activity to its factor, once for each distinct key.

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
    answers = resolve(keys, library, policy=policy, gwp=gwp, allow_mixed_gwp=allow_mixed_gwp, non_co2=non_co2, fx=fx,
                      optional=optional)
    result = Matched(answers, codes)
    if strict and len(answers.misses):
        raise _miss_error(activities, result)
    return result


def distinct_keys(activities: pd.DataFrame) -> tuple[npt.NDArray[np.int64], pd.DataFrame]:
    """Return the key_id of each row, and the distinct keys, sorted, so that row order does not matter."""
    for column in KEY:
        nulls = int(pd.isna(values_of(activities[column])).sum())
        if nulls:
            raise UsageError(f"{nulls:,} activities have no {column} (null)")
    groups = Rows(activities).groups(KEY)
    columns = {name: key.array() for name, key in zip(KEY, groups.keys(), strict=True)}
    return groups.number, pd.DataFrame({"key_id": np.arange(len(groups)), **columns}, copy=False)


def _miss_error(activities: pd.DataFrame, result: Matched) -> MissingFactorError | AmbiguousFactorError:
    """Return the error for a run that must be complete: missing factors first, else ambiguous ones."""
    table = result.resolved.misses
    ambiguous = table["code"].isin([AMBIGUOUS, OF_UNITS])
    misses = table[~ambiguous] if (~ambiguous).any() else table
    rows = activities[np.isin(result.codes, misses["key_id"])]
    rows = rows[[c for c in ("activity_id", *KEY[:4]) if c in rows.columns]]
    first = misses.iloc[0]
    hint = f"{first['reason']}; {first['what_to_do']}"
    if first["nearest"]:
        hint += f"\nNearest: {first['nearest']}"
    count = f"{len(rows):,} activit{'y has' if len(rows) == 1 else 'ies have'}"
    if (~ambiguous).any():
        return MissingFactorError(f"{count} no emission factor:", rows=rows, hint=hint)
    return AmbiguousFactorError(f"{count} several factors that fit equally well:", rows=rows, hint=hint)
