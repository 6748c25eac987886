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

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from carbon.core import countries
from carbon.core.columns import Rows
from carbon.core.ghg_protocol import NO_LOSSES, NO_UPSTREAM, WITH_LOSSES
from carbon.core.schemas import FACTORS, RESOLUTION
from carbon.core.text_columns import lines_of, text_array
from carbon.factors import grid_basis
from carbon.factors.candidates import in_chains
from carbon.factors.grid_basis import DELIVERED, GENERATION
from carbon.params.shapes.company import FactorPolicy

Ask = Callable[[pd.DataFrame, Rows, FactorPolicy, Collection[str]], tuple[pd.DataFrame, pd.DataFrame]]
"""Keys, factors, policy and activities whose misses have no words -> answers (`schemas.RESOLUTION`) and misses."""
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


class _Energy(NamedTuple):
    """A key of energy bought or burnt, its place among the keys, and whether its factor is one total, and one of the
    life cycle of bought energy, which is split where its upstream is known.
    """

    at: int
    key: int
    activity: str
    region: str
    year: int
    basis: str
    is_bought: bool
    is_grid: bool
    is_total: bool
    is_whole: bool


_Ask = Callable[[list[_Energy], Rows], tuple[pd.DataFrame, dict[int, str]]]
"""Keys and factors -> the answers, and of each key whose factor may not be used, why."""


def completed(
    keys: pd.DataFrame, chosen: pd.DataFrame, factors: pd.DataFrame, policy: FactorPolicy, ask: Ask
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the factors of keys with the parts they lack, and the factors (`schemas.FACTORS`) calculated for it.

    keys: key_id, activity, unit, region, year, scope. chosen: `schemas.RESOLUTION` of these keys, as published.
    factors: `schemas.FACTORS` of the library. ask: Chooses factors of a table by the company's own rules.
    """
    if not (energy := _energy(keys, chosen, policy)):
        return chosen, FACTORS.empty()
    place = _same_place(policy, (it.region for it in energy))
    delivered = {it.key: WITH_LOSSES for it in energy if it.basis == DELIVERED and it.is_bought}
    table = _told(chosen, delivered, LOSSES)  # the losses are inside, where they are no part of their own
    suffixes = ("", f".{UPSTREAM}", f".{UPSTREAM}_and_{LOSSES}", f".{LOSSES}")
    near_factors = Rows(factors).where(activity=[it.activity + suffix for it in energy for suffix in suffixes])
    for some, by in (([it for it in energy if it.is_grid], place), ([it for it in energy if not it.is_grid], policy)):
        places = ((it.region, "2" if it.is_bought else "1") for it in some)
        table = _published(table, some, in_chains(near_factors, places, by), by, partial(_asked, keys, by, ask))
    table, pairs = _by_pairs(table, energy, factors, place, partial(_asked, keys, place, ask))
    table, splits = _split(table, energy)
    table, losses = _by_share(table, energy, place)
    if table is chosen:
        return chosen, FACTORS.empty()
    table = table.sort_values(["key_id", "part", "factor_id"], ignore_index=True)
    return RESOLUTION.validate(table), _as_factors([*pairs, *splits, *losses], keys, factors)


def _energy(keys: pd.DataFrame, factors: pd.DataFrame, policy: FactorPolicy) -> list[_Energy]:
    """Return the keys of energy bought or burnt that have a factor."""
    columns = ["key_id", "activity", "region", "year", "scope"]
    own_scope = [(at, *line) for at, line in enumerate(lines_of(keys, columns)) if line[-1] in ("1", "2")]
    parts: dict[int, list[tuple[Any, ...]]] = {}
    for key, *of_part in lines_of(factors, ["key_id", "part", "source_id", "life_cycle"]) if own_scope else ():
        parts.setdefault(key, []).append(tuple(of_part))
    basis_of = cache(lambda source: grid_basis.basis_of(source, policy))
    energy = []
    for at, key, activity, region, year, scope in (line for line in own_scope if line[1] in parts):
        names, sources, life_cycles = zip(*parts[key], strict=True)
        is_total, is_bought = "total" in names, scope == "2"
        if is_bought or "combustion" in names:
            energy.append(_Energy(at, key, activity, region, year, basis_of(sources[0]), is_bought,
                                  is_bought and activity == ELECTRICITY, is_total,
                                  is_total and is_bought and any(life_cycles)))
    return energy


def _same_place(policy: FactorPolicy, regions: Iterable[str]) -> FactorPolicy:
    """Return the policy by which a grid has parts of its own place only: a zone ("US-eGRID-RMPA"), then its country."""
    codes = countries.codes()
    chains = {region: list(dict.fromkeys([region, *(c for c in [region.partition("-")[0]] if c in codes)]))
              for region in set(regions)}
    return policy.model_copy(update={"regions": chains})


def _lacking(table: pd.DataFrame, energy: list[_Energy], part: str) -> list[_Energy]:
    """Return the keys whose factor neither has this part nor holds it inside."""
    has = {key for key, name, reason in lines_of(table, ["key_id", "part", "reason"])
           if name == part or (part == LOSSES and WITH_LOSSES in reason)}
    return [it for it in energy if it.key not in has and (it.is_whole or not it.is_total)
            and not (part == LOSSES and it.basis == DELIVERED)]


def _published(table: pd.DataFrame, energy: list[_Energy], factors: Rows, policy: FactorPolicy,
               ask: _Ask) -> pd.DataFrame:
    """Add published factors of a part, chosen in the regions of the policy."""
    for part, with_losses in ((UPSTREAM, False), (UPSTREAM, True), (LOSSES, False)) if energy else ():
        asked_keys = [it for it in _lacking(table, energy, part) if not (with_losses and it.is_whole)]
        rows = _of_part(factors, {it.activity for it in asked_keys}, part, with_losses, policy)
        if not (asked_keys and len(rows)):
            continue
        answers, why = ask(asked_keys, rows)
        note = f"{ALONE}; {WITH_LOSSES}" if with_losses else ALONE
        answers = answers.assign(part=part, reason=[_joined(text, note) for text in answers["reason"]])
        table = pd.concat([table, answers], ignore_index=True) if len(answers) else table
        table = _told(table, why, part, NO_LOSSES if part == LOSSES else NO_UPSTREAM)
    return table


def _asked(keys: pd.DataFrame, policy: FactorPolicy, ask: Ask, energy: list[_Energy],
           factors: Rows) -> tuple[pd.DataFrame, dict[int, str]]:
    """Return the answers to some keys, and of each whose factor may not be used, why."""
    answers, misses = ask(keys.take([it.at for it in energy]), factors, policy, {it.activity for it in energy})
    lines = lines_of(misses, ["key_id", "code", "reason"]) if len(misses) else []
    return answers, {key: reason for key, code, reason in lines if code in _SAID}


def _of_part(factors: Rows, activities: Collection[str], part: str, with_losses: bool, policy: FactorPolicy) -> Rows:
    """Return the factors of a part under the name of the activity itself, as if each were a direct factor."""
    suffix = f".{part}_and_{LOSSES}" if with_losses else f".{part}"
    activity_of = {f"{activity}{suffix}": activity for activity in activities}
    prefixes = () if with_losses else tuple(policy.parts_from.get(part, ()))  # type: ignore[call-overload]
    names, parts, sources = (factors[c].tolist() for c in ("activity", "part", "source_id"))
    at = [i for i, name in enumerate(names) if name in activity_of]
    at += [i for i, name in enumerate(names) if name in activities and parts[i] == part
           and sources[i].startswith(prefixes)]
    activity = np.array([activity_of.get(names[i], names[i]) for i in at], dtype=object)
    return factors.take(np.array(at, dtype=np.intp)).assign(activity=activity, part="combustion", life_cycle=False)


def _by_pairs(
    table: pd.DataFrame, energy: list[_Energy], factors: pd.DataFrame, policy: FactorPolicy, ask: _Ask
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Add the upstream of grid electricity as the difference of the pair that the policy names for its region."""
    of_pair: dict[tuple[str, str], list[_Energy]] = {}
    for it in _lacking(table, energy, UPSTREAM):
        pairs = (policy.upstream_pairs.get(region) for region in policy.chain(it.region, "2"))
        if it.is_grid and (pair := next(filter(None, pairs), None)):
            of_pair.setdefault(pair, []).append(it)
    differences = []
    for pair, asked_keys in sorted(of_pair.items()):
        rows, why = _differences(asked_keys, pair, factors, policy, ask)
        table = _told(table, why, UPSTREAM, NO_UPSTREAM)
        differences += [rows] if len(rows) else []
    return (pd.concat([table, *differences], ignore_index=True), differences) if differences else (table, differences)


def _differences(
    energy: list[_Energy], pair: tuple[str, str], factors: pd.DataFrame, policy: FactorPolicy, ask: _Ask
) -> tuple[pd.DataFrame, dict[int, str]]:
    """Return life cycle - combustion for each key, and why there is none; both of one region, year and basis."""
    grid = factors[factors["activity"] == ELECTRICITY]
    life = grid[grid["source_id"].str.startswith(pair[0]) & grid["life_cycle"]]
    direct = grid[grid["source_id"].str.startswith(pair[1]) & ~grid["life_cycle"] & (grid["part"] == "combustion")]
    when = ["region", "valid_from", "valid_to"]
    common = life[when].merge(direct[when]).drop_duplicates()
    sides = [ask(energy, Rows(rows.merge(common, on=when)).assign(part="combustion", life_cycle=False))
             for rows in (life, direct)]
    merged = sides[0][0].merge(sides[1][0], on=["key_id", "region_used", "factor_year"], suffixes=("", "_direct"),
                               validate="one_to_one")
    why = dict.fromkeys((it.key for it in energy), f"{' and '.join(pair)} have no common region and year")
    why |= sides[0][1] | sides[1][1]
    bases = [merged[c].map(lambda source: grid_basis.basis_of(source, policy))
             for c in ("source_id", "source_id_direct")]
    same_basis = (bases[0] == bases[1]) & (bases[0] != grid_basis.UNSTATED)
    why |= dict.fromkeys(merged.loc[~same_basis, "key_id"].tolist(),
                         f"{' and '.join(pair)} are not stated on one basis (factors.grid_basis)")
    negative = merged["co2e_kg"] < merged["co2e_kg_direct"]
    why |= dict.fromkeys(merged.loc[same_basis & negative, "key_id"].tolist(),
                         f"{pair[0]} is below {pair[1]}: a negative upstream is refused")
    good = merged[same_basis & ~negative]
    return _subtracted(good), {key: text for key, text in why.items() if key not in {*good["key_id"].tolist()}}


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


def _split(table: pd.DataFrame, energy: list[_Energy]) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Split life-cycle totals whose upstream is known: what is left of the total is the generation. An upstream above
    the total is not used: it stays inside the total, and the reason states it.
    """
    unsplit_keys = [it.key for it in energy if it.is_whole]
    if not unsplit_keys or not ((table["part"] == UPSTREAM) & table["key_id"].isin(unsplit_keys)).any():
        return table, []
    is_upstream = (table["part"] == UPSTREAM) & table["key_id"].isin(unsplit_keys)
    upstream = table[is_upstream].groupby("key_id")[_GAS].sum(min_count=1)
    is_total = (table["part"] == "total") & table["key_id"].isin(upstream.index)
    total = table[is_total].set_index("key_id")
    left = total[_GAS] - upstream.loc[total.index, _GAS]
    too_large = left.index[left["co2e_kg"] < 0]
    table = _told(table[~(is_upstream & table["key_id"].isin(too_large))].reset_index(drop=True), dict.fromkeys(
        too_large.tolist(), "the upstream is above the life-cycle factor"), UPSTREAM, NO_UPSTREAM)
    total = total.drop(too_large)
    names = f"{DERIVED}generation." + total["element_id"] + "-minus-" + pd.Series(
        table[table["part"] == UPSTREAM].groupby("key_id")["element_id"].first()).reindex(total.index)
    generation = total.assign(**left.drop(too_large), part="combustion", factor_id=names, element_id=names, steps=[
        f"{a} - its upstream" for a in total["factor_id"]], reason=SPLIT).reset_index()
    rest = table[~((table["part"] == "total") & table["key_id"].isin(total.index))]
    return pd.concat([rest, generation], ignore_index=True), [generation] if len(generation) else []


def _by_share(
    table: pd.DataFrame, energy: list[_Energy], policy: FactorPolicy
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Add losses of grid electricity: (generation + upstream) x share / (1 - share)."""
    why: dict[int, str] = {}
    shares: dict[int, tuple[_Energy, grid_basis.LossShare]] = {}
    share_of = cache(lambda region, year: grid_basis.loss_share(
        policy.chain(region, "2"), year, policy, grid_basis.loss_shares(policy.release)))
    for it in _lacking(table, energy, LOSSES):
        share = share_of(it.region, it.year) if it.is_grid else ""
        if isinstance(share, str):
            why |= {it.key: share} if share else {}
        elif it.basis != GENERATION:
            why[it.key] = "whether a kWh of this source is generated or delivered is not stated (factors.grid_basis)"
        else:
            shares[it.key] = it, share
    table = _told(table, why, LOSSES, NO_LOSSES)
    if not shares:
        return table, []
    rows = _lost(table[table["key_id"].isin(list(shares))], shares)
    return pd.concat([table, rows], ignore_index=True), [rows]


def _lost(table: pd.DataFrame, shares: dict[int, tuple[_Energy, grid_basis.LossShare]]) -> pd.DataFrame:
    """Return the losses of each key [kg per unit], from all of its parts."""
    groups = table.groupby("key_id")
    per_unit = groups[_GAS].sum(min_count=1)
    per_unit = per_unit.where(groups[_GAS].count().eq(groups.size(), axis=0))  # a gas is known if every part states it
    first = groups.first()
    lines = [shares[key] for key in first.index.tolist()]
    elements = groups["element_id"].agg(lambda ids: "+".join(dict.fromkeys(ids))).tolist()
    names = [f"{DERIVED}{LOSSES}.{match.region}.{match.year}.{match.source_id}.{text}"
             for (_, match), text in zip(lines, elements, strict=True)]
    words = [_joined(BY_SHARE, "region fallback" if match.region != it.region else "exact",
                     "older vintage" if match.year < it.year else "later vintage" if match.year > it.year else "exact")
             for it, match in lines]
    steps = [f"{match.share:.4g} / (1 - {match.share:.4g}) of {text}"
             for (_, match), text in zip(lines, elements, strict=True)]
    ratio = np.array([match.share / (1 - match.share) for _, match in lines])
    return first.assign(
        **{c: per_unit[c] * ratio for c in _GAS}, part=LOSSES, factor_id=names, element_id=names, steps=steps,
        source_id=[match.source_id for _, match in lines], region_used=[match.region for _, match in lines],
        factor_year=[match.year for _, match in lines], reason=words, uncertainty_pct=np.nan,
        vintage_gap=[it.year - match.year for it, match in lines], life_cycle=False,
    ).reset_index()[list(RESOLUTION.columns)]


def _told(table: pd.DataFrame, why: Mapping[int, str], part: str, prefix: str = "") -> pd.DataFrame:
    """Add to the reason of generation what is stated of a part of its key; a key that has the part keeps silent."""
    lines = lines_of(table, ["key_id", "part", "reason"]) if why else []
    silent = {key for key, name, _ in lines if name == part}
    reasons = [_joined(reason, f"{prefix}{why[key]}") if key in why and key not in silent
               and name in ("combustion", "total") else reason for key, name, reason in lines]
    return table if reasons == [reason for *_, reason in lines] else table.assign(reason=text_array(reasons))


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
