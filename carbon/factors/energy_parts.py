"""Parts that the chosen factor of an energy lacks: its upstream, and its losses in transmission and distribution.

1. a published factor of the part (of grid electricity: for the same place, a zone's country included): the activity
   "<activity>.upstream", "<activity>.losses" or "<activity>.upstream_and_losses", or that part of a source named in
   `factors.parts_from`;
2. upstream of grid electricity: life cycle - combustion, of one pair of sources named in `factors.upstream_pairs`,
   both of one region, year and basis;
3. losses of grid electricity: (generation + upstream) x share / (1 - share), the share being of generation.

A life-cycle grid factor whose upstream is known is split: generation = life cycle - upstream. What remains unknown is
no line here: `emissions.energy_states` lists it with its kWh.

Source: GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), category 3; US EPA, eGRID Technical
Guide (gross grid loss is a share of generation).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from carbon.core import countries
from carbon.core.ghg_protocol import NO_LOSSES, NO_UPSTREAM, WITH_LOSSES
from carbon.core.schemas import FACTORS, RESOLUTION
from carbon.core.text_columns import by_word
from carbon.factors import grid_basis
from carbon.factors.grid_basis import DELIVERED, GENERATION
from carbon.params.shapes.company import FactorPolicy

Ask = Callable[[pd.DataFrame, pd.DataFrame, FactorPolicy], tuple[pd.DataFrame, pd.DataFrame]]
"""Keys, factors and policy -> their answers (`schemas.RESOLUTION`) and misses."""
ELECTRICITY = "electricity"
UPSTREAM, LOSSES = "upstream", "losses"
DERIVED = "derived."
"""Prefix of factor_id where the factor is calculated from published ones."""
ALONE = "published factor of this part alone"
ESTIMATE = "estimate: life-cycle minus combustion"
SPLIT = "life-cycle grid factor split: its upstream is in category 3"
BY_SHARE = "loss share of the grid"
_GAS = ["co2e_kg", "co2_kg", "ch4_kg", "n2o_kg", "biogenic_co2_kg"]
_SAID = ("ambiguous", "gwp_mixed")
"""Misses of a part that are stated: there is a factor, and it may not be used."""


def completed(
    keys: pd.DataFrame, chosen: pd.DataFrame, factors: pd.DataFrame, policy: FactorPolicy, ask: Ask
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the factors of keys with the parts they lack, and the factors (`schemas.FACTORS`) calculated for it.

    keys: key_id, activity, unit, region, year, scope. chosen: `schemas.RESOLUTION` of these keys, as published.
    factors: `schemas.FACTORS` of the library. ask: Chooses factors of a table by the company's own rules.
    """
    if not keys["scope"].isin(("1", "2")).any() or (facts := _facts(keys, chosen, policy)).empty:
        return chosen, FACTORS.empty()
    place = _same_place(policy, facts["region"])
    table = _with_delivered(chosen, facts)
    near = _near(factors, facts["activity"].unique())
    table = _published(table, facts[facts["grid"]], near, place, ask)
    table = _published(table, facts[~facts["grid"]], near, policy, ask)
    table, pairs = _by_pairs(table, facts, factors, place, ask)
    table, splits = _split(table, facts)
    table, losses = _by_share(table, facts, place)
    if table is chosen:
        return chosen, FACTORS.empty()
    table = table.sort_values(["key_id", "part", "factor_id"], ignore_index=True)
    return RESOLUTION.validate(table[list(RESOLUTION.columns)]), _as_factors([*pairs, *splits, *losses], keys, factors)


def _facts(keys: pd.DataFrame, factors: pd.DataFrame, policy: FactorPolicy) -> pd.DataFrame:
    """Return the keys of energy bought or burnt: key, whether its factor is one total of the life cycle, basis."""
    has = factors.assign(burnt=factors["part"] == "combustion", total=factors["part"] == "total")
    of_key = has.groupby("key_id").agg(burnt=("burnt", "any"), total=("total", "any"), life_cycle=("life_cycle", "any"),
                                       source_id=("source_id", "first"))
    facts = keys.merge(of_key, left_on="key_id", right_index=True, how="inner", validate="one_to_one")
    facts = facts[(facts["scope"] == "2") | ((facts["scope"] == "1") & facts["burnt"])]
    basis = {source: grid_basis.basis_of(source, policy) for source in facts["source_id"].unique()}
    is_bought = facts["scope"] == "2"
    facts = facts.assign(basis=facts["source_id"].map(basis), grid=is_bought & (facts["activity"] == ELECTRICITY),
                         whole=facts["total"] & facts["life_cycle"] & is_bought)
    return facts.set_index("key_id", drop=False)


def _same_place(policy: FactorPolicy, regions: Iterable[str]) -> FactorPolicy:
    """Return the policy by which a grid has parts of its own place only: a zone ("US-eGRID-RMPA"), then its country."""
    codes = countries.codes()
    chains = {region: list(dict.fromkeys([region, *(c for c in [region.partition("-")[0]] if c in codes)]))
              for region in set(regions)}
    return policy.model_copy(update={"regions": chains})


def _with_delivered(table: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Say of factors per delivered kWh that the losses are inside, where they are no part of their own."""
    inside = facts.loc[(facts["basis"] == DELIVERED) & (facts["scope"] == "2"), "key_id"]
    return _told(table, pd.Series(WITH_LOSSES, index=inside, dtype=object), LOSSES)


def _lacking(table: pd.DataFrame, facts: pd.DataFrame, part: str) -> pd.DataFrame:
    """Return the keys whose factor neither has this part nor holds it inside."""
    inside = (facts["total"] & ~facts["whole"]).to_numpy()
    has = (table["part"] == part).to_numpy()
    if part == LOSSES:
        inside = inside | (facts["basis"] == DELIVERED).to_numpy()
        has = has | by_word(table["reason"], lambda reason: WITH_LOSSES in reason, np.bool_)
    return facts[~inside & ~np.isin(facts["key_id"].to_numpy(), table["key_id"].to_numpy()[has])]


def _published(
    table: pd.DataFrame, facts: pd.DataFrame, factors: pd.DataFrame, policy: FactorPolicy, ask: Ask
) -> pd.DataFrame:
    """Add published factors of a part, chosen in the regions of the policy."""
    for part, with_losses in ((UPSTREAM, False), (UPSTREAM, True), (LOSSES, False)):
        keys = _lacking(table, facts, part)
        keys = keys[~keys["whole"]] if with_losses else keys
        if keys.empty:
            continue
        rows = _of_part(factors, keys["activity"].unique(), part, with_losses, policy)
        if rows.empty:
            continue
        answers, misses = ask(keys, rows, policy)
        note = f"{ALONE}; {WITH_LOSSES}" if with_losses else ALONE
        answers = answers.assign(part=part, reason=[_joined(text, note) for text in answers["reason"]])
        table = pd.concat([table, answers], ignore_index=True) if len(answers) else table
        why = misses[misses["code"].isin(_SAID)].set_index("key_id")["reason"]
        table = _told(table, why, part, NO_LOSSES if part == LOSSES else NO_UPSTREAM)
    return table


def _near(factors: pd.DataFrame, activities: Iterable[str]) -> pd.DataFrame:
    """Return the factors of activities and of their parts: the library is searched once, not for each part."""
    suffixes = ("", f".{UPSTREAM}", f".{UPSTREAM}_and_{LOSSES}", f".{LOSSES}")
    return factors[factors["activity"].isin([a + suffix for a in activities for suffix in suffixes])]


def _of_part(
    factors: pd.DataFrame, activities: Iterable[str], part: str, with_losses: bool, policy: FactorPolicy
) -> pd.DataFrame:
    """Return the factors of a part under the name of the activity itself, as if each were a direct factor."""
    suffix = f".{part}_and_{LOSSES}" if with_losses else f".{part}"
    activity_of = {f"{activity}{suffix}": activity for activity in activities}
    rows = factors[factors["activity"].isin(activity_of)]
    rows = rows.assign(activity=rows["activity"].map(activity_of))
    prefixes = tuple(policy.parts_from.get(part, ())) if not with_losses else ()  # type: ignore[call-overload]
    if prefixes:
        of_source = factors[factors["activity"].isin(list(activities)) & (factors["part"] == part)
                            & factors["source_id"].str.startswith(prefixes)]
        rows = pd.concat([rows, of_source], ignore_index=True)
    return rows.assign(part="combustion", life_cycle=False)


def _by_pairs(
    table: pd.DataFrame, facts: pd.DataFrame, factors: pd.DataFrame, policy: FactorPolicy, ask: Ask
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Add the upstream of grid electricity as the difference of the pair that the policy names for its region."""
    keys = _lacking(table, facts, UPSTREAM)
    keys = keys[keys["grid"]]
    pair_of = {region: next((policy.upstream_pairs[r] for r in policy.chain(region, "2") if r in policy.upstream_pairs),
                            None) for region in keys["region"].unique()}
    differences = []
    for pair in sorted({pair for pair in pair_of.values() if pair}):
        of_pair = keys[keys["region"].map(pair_of) == pair]
        rows, why = _differences(of_pair, pair, factors, policy, ask)
        table = _told(table, why, UPSTREAM, NO_UPSTREAM)
        differences += [rows] if len(rows) else []
    return (pd.concat([table, *differences], ignore_index=True), differences) if differences else (table, differences)


def _differences(
    keys: pd.DataFrame, pair: tuple[str, str], factors: pd.DataFrame, policy: FactorPolicy, ask: Ask
) -> tuple[pd.DataFrame, pd.Series]:
    """Return life cycle - combustion for each key, and why there is none; both of one region, year and basis."""
    grid = factors[factors["activity"] == ELECTRICITY]
    life = grid[grid["source_id"].str.startswith(pair[0]) & grid["life_cycle"]]
    direct = grid[grid["source_id"].str.startswith(pair[1]) & ~grid["life_cycle"] & (grid["part"] == "combustion")]
    when = ["region", "valid_from", "valid_to"]
    common = life[when].merge(direct[when]).drop_duplicates()
    sides = []
    for rows in (life, direct):
        rows = rows.merge(common, on=when).assign(part="combustion", life_cycle=False)
        answers, misses = ask(keys, rows, policy)
        sides.append((answers, misses[misses["code"].isin(_SAID)].set_index("key_id")["reason"]))
    merged = sides[0][0].merge(sides[1][0], on=["key_id", "region_used", "factor_year"], suffixes=("", "_direct"),
                               validate="one_to_one")
    why = pd.Series(f"{' and '.join(pair)} have no common region and year", index=keys["key_id"])
    for _, stated_reasons in sides:
        why.update(stated_reasons)
    bases = [merged[c].map(lambda source: grid_basis.basis_of(source, policy))
             for c in ("source_id", "source_id_direct")]
    same_basis = (bases[0] == bases[1]) & (bases[0] != grid_basis.UNSTATED)
    why.update(pd.Series(f"{' and '.join(pair)} are not stated on one basis (factors.grid_basis)",
                         index=merged.loc[~same_basis, "key_id"], dtype=object))
    negative = merged["co2e_kg"] < merged["co2e_kg_direct"]
    why.update(pd.Series(f"{pair[0]} is below {pair[1]}: a negative upstream is refused",
                         index=merged.loc[same_basis & negative, "key_id"], dtype=object))
    good = merged[same_basis & ~negative]
    return _subtracted(good), why.drop(good["key_id"])


def _subtracted(merged: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, Any] = {c: merged[c] - merged[f"{c}_direct"] for c in _GAS}
    names = [f"{DERIVED}{UPSTREAM}.{a}-minus-{b}" for a, b in
             zip(merged["element_id"], merged["element_id_direct"], strict=True)]
    steps = [f"{a} {x:.6g} - {b} {y:.6g} kg per unit" for a, x, b, y in zip(
        merged["factor_id"], merged["co2e_kg"], merged["factor_id_direct"], merged["co2e_kg_direct"], strict=True)]
    sources = merged["source_id"] + "-minus-" + merged["source_id_direct"]
    return merged.assign(
        **columns, part=UPSTREAM, element_id=names, factor_id=names, source_id=sources, steps=steps,
        reason=[_joined(text, ESTIMATE) for text in merged["reason"]], uncertainty_pct=np.nan, life_cycle=False,
    )[list(RESOLUTION.columns)]


def _split(table: pd.DataFrame, facts: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Split life-cycle totals whose upstream is known: what is left of the total is the generation. An upstream above
    the total is not used: it stays inside the total, and the reason states it.
    """
    unsplit_keys = facts.loc[facts["whole"], "key_id"]
    is_upstream = (table["part"] == UPSTREAM) & table["key_id"].isin(unsplit_keys)
    if not is_upstream.any():
        return table, []
    upstream = table[is_upstream].groupby("key_id")[_GAS].sum(min_count=1)
    is_total = (table["part"] == "total") & table["key_id"].isin(upstream.index)
    total = table[is_total].set_index("key_id")
    left = total[_GAS] - upstream.loc[total.index, _GAS]
    too_large = left.index[left["co2e_kg"] < 0]
    table = _told(table[~(is_upstream & table["key_id"].isin(too_large))].reset_index(drop=True), pd.Series(
        "the upstream is above the life-cycle factor", index=too_large, dtype=object), UPSTREAM, NO_UPSTREAM)
    total = total.drop(too_large)
    names = f"{DERIVED}generation." + total["element_id"] + "-minus-" + pd.Series(
        table[table["part"] == UPSTREAM].groupby("key_id")["element_id"].first()).reindex(total.index)
    generation = total.assign(**left.drop(too_large), part="combustion", factor_id=names, element_id=names, steps=[
        f"{a} - its upstream" for a in total["factor_id"]], reason=SPLIT).reset_index()
    rest = table[~((table["part"] == "total") & table["key_id"].isin(total.index))]
    return pd.concat([rest, generation], ignore_index=True), [generation] if len(generation) else []


def _by_share(
    table: pd.DataFrame, facts: pd.DataFrame, policy: FactorPolicy
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Add losses of grid electricity: (generation + upstream) x share / (1 - share)."""
    keys = _lacking(table, facts, LOSSES)
    keys = keys[keys["grid"]]
    if keys.empty:
        return table, []
    shares = grid_basis.loss_shares(policy.release)
    share_of = {(region, year): grid_basis.loss_share(policy.chain(region, "2"), year, policy, shares)
             for region, year in zip(keys["region"].tolist(), keys["year"].tolist(), strict=True)}
    answers = pd.Series([share_of[pair] for pair in zip(keys["region"], keys["year"], strict=True)],
                        index=keys["key_id"], dtype=object)
    is_word = answers.map(lambda answer: isinstance(answer, str)).astype(bool)
    unstated = (keys["basis"] != GENERATION).to_numpy() & ~is_word.to_numpy()
    answers[unstated] = ("whether a kWh of this source is generated or delivered is not stated (factors.grid_basis)")
    table = _told(table, answers[is_word & answers.map(lambda answer: answer != "")], LOSSES, NO_LOSSES)
    table = _told(table, answers[unstated], LOSSES, NO_LOSSES)
    is_word |= unstated
    shares_found = answers[~is_word]
    if shares_found.empty:
        return table, []
    rows = _lost(table[table["key_id"].isin(shares_found.index)], keys.loc[shares_found.index], shares_found)
    return pd.concat([table, rows], ignore_index=True), [rows]


def _lost(table: pd.DataFrame, keys: pd.DataFrame, shares: pd.Series) -> pd.DataFrame:
    """Return the losses of each key [kg per unit], from all of its parts."""
    groups = table.groupby("key_id")
    per_unit = groups[_GAS].sum(min_count=1)
    per_unit = per_unit.where(groups[_GAS].count().eq(groups.size(), axis=0))  # a gas is known if every part states it
    first, share = groups.first(), shares.map(lambda match: match.share).astype("float64")
    elements = groups["element_id"].agg(lambda ids: "+".join(dict.fromkeys(ids)))
    places = shares.map(lambda match: f"{match.region}.{match.year}.{match.source_id}")
    names = f"{DERIVED}{LOSSES}." + places + "." + elements
    words = [_joined(BY_SHARE, *(["region fallback"] if match.region != region else []),
                     *(["older vintage"] if match.year < year else ["later vintage"] if match.year > year else []))
             for match, region, year in zip(shares, keys["region"], keys["year"], strict=True)]
    steps = [f"{match.share:.4g} / (1 - {match.share:.4g}) of {text}" for match, text in zip(
        shares, elements, strict=True)]
    ratio = share / (1 - share)
    return first.assign(
        **{c: per_unit[c] * ratio for c in _GAS}, part=LOSSES, factor_id=names, element_id=names, steps=steps,
        source_id=shares.map(lambda match: match.source_id), region_used=shares.map(lambda match: match.region),
        factor_year=shares.map(lambda match: match.year).astype("int64"), reason=words, uncertainty_pct=np.nan,
        vintage_gap=keys["year"] - shares.map(lambda match: match.year).astype("int64"), life_cycle=False,
    ).reset_index()[list(RESOLUTION.columns)]


def _told(table: pd.DataFrame, why: pd.Series, part: str, prefix: str = "") -> pd.DataFrame:
    """Add to the reason of generation what is stated of a part of its key; a key that has the part keeps silent."""
    why = why[~why.index.isin(table.loc[table["part"] == part, "key_id"])]
    rows = table["part"].isin(["combustion", "total"]) & table["key_id"].isin(why.index)
    if not rows.any():
        return table
    reasons = [_joined(text, f"{prefix}{why[key]}") for text, key in
               zip(table.loc[rows, "reason"], table.loc[rows, "key_id"], strict=True)]
    table = table.copy()
    table.loc[rows, "reason"] = reasons
    return table


def _joined(*texts: str) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text != "exact")) or "exact"


def _method(reason: str) -> str:
    """Return how a part was calculated, without the words on place and year."""
    return next((words for words in (BY_SHARE, ESTIMATE, SPLIT) if words in reason), reason)


def _as_factors(parts: list[pd.DataFrame], keys: pd.DataFrame, factors: pd.DataFrame) -> pd.DataFrame:
    """Return calculated factors in the columns of published ones, per unit of the key."""
    if not parts:
        return FACTORS.empty()
    rows = pd.concat(parts, ignore_index=True).merge(keys[["key_id", "activity", "unit"]], on="key_id", how="left")
    rows = rows.drop_duplicates("factor_id", ignore_index=True)
    columns: dict[str, Any] = {
        "label": rows["reason"].map(_method), "region": rows["region_used"], "page": rows["steps"],
        "gwp_set": rows["gwp_used"],
        "notes": "calculated", "verification": "calculated", "valid_from": rows["factor_year"],
        "valid_to": rows["factor_year"], "price_year": 0, "ch4_fossil_kg": rows["ch4_kg"], "ch4_nonfossil_kg": np.nan,
        **dict.fromkeys(("composition", "price_basis", "edition", "licence"), "")}
    return FACTORS.validate(rows.assign(**columns)[list(FACTORS.columns)])
