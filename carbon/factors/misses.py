"""Keys without a factor: the reason, what to do, and the nearest elements."""

from __future__ import annotations

import difflib
import heapq
import json
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import countries, fuels, prices, units
from carbon.core.columns import Rows
from carbon.core.schemas import retyped
from carbon.core.text import fold, spelled_like
from carbon.core.text_columns import same_text
from carbon.factors import gwp_sets
from carbon.factors.nace import nace_of
from carbon.factors.release_tables import renamed_activities
from carbon.factors.search_terms import stems, synonyms
from carbon.params.shapes.company import MOST_YEARS, FactorPolicy, Vintage

MISSES = ["key_id", "code", "reason", "what_to_do", "nearest", "facts"]
"""`facts`: what the answer of params names (`params.shapes.answers`), as JSON."""
AMBIGUOUS, OF_UNITS = "ambiguous", "ambiguous_unit"
"""Elements of several sources, or of one source for several units, are left after all ranks."""
SHOWN_CANDIDATES = 10
SHOWN_NEAREST = 5
SHOWN_WORDS = 12
_SETTLED = {"freight": "; freight_modes.{word} in the company's params settles the word for all rows",
            "freight.air": "; origin and destination of the row give the haul; freight_modes.air in the company's "
                           "params settles the word for all rows"}
"""Activity, or family of activities -> what settles a bare word."""
_WIDE = ("GLO", "EU27")
"""Areas that may contain a region; they are shown before another country."""
_OWN = "add a factor with its evidence to params/<company>/factors.csv"
_OTHER = " (factors.regions.other serves every region without a list of its own)"
_WHAT = {
    "unit_unknown": ("the unit {unit!r} is not known", "correct the unit in the record or the rule"),
    "activity": ("no factor for activity {activity}{instead}",
                 f"correct the record or the rule's activity{{offered}}, or {_OWN}"),
    "unit": ("no factor for {activity} per a unit that {unit} converts to",
             f"give the quantity in a unit shown (fuels in kWh need their basis: kWh_HHV or kWh_LHV), or {_OWN}"),
    "unit_of_gas": ("no factor for {activity} per a unit that {unit} converts to",
                    f"give the quantity in a unit shown (fuels in kWh need their basis: kWh_HHV or kWh_LHV), or {_OWN}"
                    "; or state its heat content under factors.heat_contents of the company's params, e.g. kWh_HHV per "
                    "Nm3 (0 °C) or per Sm3 (15 °C), which convert into one another; m3 and scf do not"),
    "region": ("no factor for {activity} in {chain}{instead}",
               f"list where else to look under factors.regions.{{region}} in the company's params{{other}}, or {_OWN}"
               "{offered}"),
    "region_unknown": ("the region {region!r} is not known", "write its ISO code{code_of}"),
    "part": ("factors for {activity} in {chain} have no direct part", _OWN),
    "life_cycle_grid": ("only life-cycle grid factors for {activity} in {chain}, which hold the upstream of category 3",
                        "name the region in factors.life_cycle_grid of the company's params, or " + _OWN),
    "year": ("no factor for {activity} in {chain} within the accepted years of {year}: the nearest is of "
             "{nearest_year}, {years} {side}, and {limit}",
             f"{{reach}}import a table of years nearer to {{year}} (carbon factors import), or {_OWN}"),
    AMBIGUOUS: ("several factors for {activity} in {region_used} fit equally well",
                "name one source in factors.prefer of the company's params"),
    OF_UNITS: ("factors for {activity} in {region_used} per {choices} fit {unit} equally well, by other properties of "
               "the fuel", "give the quantity in one of these units"),
    "gwp_mixed": ("factor {element_id} is CO2e of {factor_set}, and {gwp} is asked for",
                  "name the factor or its source in allow_mixed_gwp of the company's params, or " + _OWN),
    "unknown_currency": ("the currency of {unit} is not known", "correct the currency in the record"),
    "no_rate": ("no exchange rate from {unit} to {factor_unit} for {year}", "add it to params/<company>/fx.csv"),
    "no_price_index": ("no price index from {year} to {price_year} for {region_used}",
                       "set factors.deflator: none in the company's params; the gap is then printed"),
    "price_basis": ("factor {element_id} is at {price_basis} prices, the spend at purchaser prices",
                    "set factors.price_basis: as_is in the company's params; the share is then printed"),
}


def together(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Concatenate misses of several kinds, sorted by key."""
    tables = [part for part in parts if len(part)]
    return _typed(pd.concat(tables)) if len(tables) > 1 else tables[0] if tables else nothing()


def nothing() -> pd.DataFrame:
    """Return an empty table of misses."""
    return _nothing().copy(deep=False)


@cache
def _nothing() -> pd.DataFrame:
    return _typed(pd.DataFrame())


def frame_of(rows: Rows) -> pd.DataFrame:
    """Return rows as a DataFrame."""
    return pd.DataFrame({name: pd.Series(values, dtype=values.dtype) for name, values in rows.items()})


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    table = retyped(rows.reindex(columns=MISSES), {"key_id": "int64", **dict.fromkeys(MISSES[1:], "str")})
    return table.sort_values("key_id").reset_index(drop=True)


def without_words(key_ids: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return misses without words, for keys that may lack a factor."""
    if not len(key_ids):
        return nothing()
    blank = same_text("", len(key_ids))
    return pd.DataFrame({"key_id": np.sort(key_ids), **dict.fromkeys(MISSES[1:], blank)})


def describe(rows: pd.DataFrame, nearest_factors: list[str]) -> pd.DataFrame:
    """Return the misses of rows that carry `code` and the fields that their sentence names."""
    sentences = [_sentence(row) for row in rows.to_dict("records")]
    table = pd.DataFrame({"key_id": rows["key_id"].to_numpy(), "code": rows["code"].to_numpy(),
                          "reason": [r for r, _ in sentences], "what_to_do": [w for _, w in sentences],
                          "nearest": nearest_factors, "facts": [_facts(row) for row in rows.to_dict("records")]})
    return _typed(table)


def _facts(row: dict[Any, Any]) -> str:
    """Return the facts of a miss: the region and where else to look, the vintage that reaches, the source."""
    names = ("region", "regions", "vintage", "nearest_year", "choices")
    facts = {name: row[name] for name in names if row.get(name)}
    return json.dumps(facts | ({"source": row["source_id"]} if row["code"] == "gwp_mixed" else {}))


def _sentence(row: dict[Any, Any]) -> tuple[str, str]:
    code = "region_unknown" if row["code"] == "region" and _no_region(row["region"]) else row["code"]
    reason, what_to_do = _WHAT["unit_of_gas" if code == "unit" and _is_gas(row) else code]
    if row["code"] == "no_price_index":
        reason += f" (the series ends in {prices.last_year()})"
    other = _OTHER if row.get("scope") == "3" else ""
    iso = countries.country_code(row["region"]) if code == "region_unknown" else ""
    own_set = row.get("factor_set")
    fields = {"instead": "", "offered": "", **row, "other": other, "price_basis": row.get("price_basis") or "unstated",
              "code_of": f" {iso}" if iso else ", e.g. FR", "unit": row.get("spelled", row.get("unit")),
              "factor_set": "an unstated GWP set" if own_set == gwp_sets.UNSTATED else own_set}
    return reason.format(**fields), what_to_do.format(**fields)


def _is_gas(row: dict[Any, Any]) -> bool:
    """Return whether a key is a volume of a fuel at a temperature, which is no bare volume."""
    unit = units.find(str(row.get("unit", "")))
    return unit is not None and unit.dimension in fuels.VOLUMES[1:] and fuels.has_energy(str(row.get("activity", "")))


def _no_region(region: str) -> bool:
    """Return whether this is a country's name, or two letters that are no code; areas are longer ("EU27", "US-CA")."""
    return region not in countries.codes() and (len(region) == 2 or bool(countries.country_code(region)))


def unmatched(
    no_element: Rows, tried_pairs: Rows, known_elements: Rows, policy: FactorPolicy, *, factors: Rows
) -> pd.DataFrame:
    """Return the misses of keys that no element serves, each with the filter that left none.

    `known_elements` are those of the keys' activities; `factors` the table of the library, to suggest from.
    """
    if not len(no_element):
        return nothing()
    keys, pairs, elements = (frame_of(rows) for rows in (no_element, tried_pairs, known_elements))
    activities = factors.frame(["activity", "region"])
    elements_of: dict[str, list[dict[Any, Any]]] = {}
    for element in elements[elements["activity"].isin(keys["activity"])].to_dict("records"):
        elements_of.setdefault(element["activity"], []).append(element)
    pairs = pairs[pairs["key_id"].isin(keys["key_id"])]
    tallies, years = _tallies(pairs), _nearest_years(pairs, policy)
    rows = [{**key, **years.get(key["key_id"], {}),
             "code": _code(key, key["activity"] in elements_of, tallies.get(key["key_id"])),
             "chain": " > ".join(policy.chain(key["region"], key["scope"])) or "no region"}
            for key in keys.to_dict("records")]
    codes = {key["code"] for key in rows}
    names = tuple(activities["activity"].drop_duplicates()) if "activity" in codes else ()
    others = {a for key in rows if key["code"] in ("activity", "region") for a in other_names(key["activity"])}
    other_factors = activities[activities["activity"].isin(others)] if others else activities.iloc[:0]
    available = set(zip(other_factors["activity"], other_factors["region"], strict=True))
    rows = [{**key, "instead": _instead(key, policy, available), "offered": _offered(key, policy, activities)}
            for key in rows]
    rows = [{**key, "regions": _wider(key, policy, elements_of)} for key in rows]
    nearest_factors = [", ".join(_close(key["activity"], names)) if key["code"] == "activity" else
                       _nearest(key["code"], key, elements_of) for key in rows]
    return describe(pd.DataFrame(rows), nearest_factors)


def _wider(key: dict[Any, Any], policy: FactorPolicy, elements_of: dict[str, list[dict[Any, Any]]]) -> list[str]:
    """Return the regions of a key and the nearest other one with a factor; a grid is never that of another country."""
    regions = {element["region"] for element in elements_of.get(key["activity"], ())}
    wide = [region for region in _WIDE if region in regions]
    others = wide if key["scope"] == "2" else [*wide, *sorted(regions)]
    return [*policy.chain(key["region"], key["scope"]), others[0]] if key["code"] == "region" and others else []


def _instead(key: dict[Any, Any], policy: FactorPolicy, available: set[tuple[str, str]]) -> str:
    """Name other activities that the words of this one may mean and that have a factor in its regions. GB has no
    heating_oil: DESNZ publishes it as burning_oil (kerosene) or gas_oil.
    """
    regions = policy.chain(key["region"], key["scope"])
    others = [a for a in other_names(key["activity"]) if any((a, region) in available for region in regions)]
    if key["code"] == "activity" and key["activity"] in renamed_activities():
        return f" ({renamed_activities()[key['activity']]})"
    return f" (there it may be {' or '.join(others)}: name the one)" if others else ""


def _offered(key: dict[Any, Any], policy: FactorPolicy, activities: pd.DataFrame) -> str:
    """Name the choices that the key's regions have in the family of an activity (waste, freight). A bare word
    ("freight.sea") has the names below it, a word of its own one of each kind of the family where they are few; else
    the nearest: the same beginning (waste.glass), then the same end (landfill), then by spelling.
    """
    head, *rest = key["activity"].split(".")
    if key["code"] not in ("activity", "region") or not rest:
        return ""
    family = activities[activities["activity"].str.startswith(f"{head}.")]
    is_in_chain = family["region"].isin(policy.chain(key["region"], key["scope"]))
    elsewhere = key["code"] == "activity" and not is_in_chain.any()
    kin = family.loc[is_in_chain | elsewhere, "activity"].drop_duplicates().tolist()
    choices = (_one_a_word(f"{key['activity']}.", kin) or _with_word(rest, kin) or _one_a_word(f"{head}.", kin)
               or _nearest_names(key, kin))
    if not choices:
        return ""
    settled = _SETTLED.get(key["activity"], _SETTLED.get(head, "")) if key["code"] == "activity" else ""
    where = "of other regions" if elsewhere else f"for {key['region']}"
    return f"; nearest {where}: {', '.join(choices)}" + settled.format(word=".".join(rest)) * (not elsewhere)


def _one_a_word(start: str, names: list[str]) -> list[str]:
    """Return one name for each next word after a beginning, its average where there is one; none for many words.
    "freight.sea." has container_ship, bulk_carrier ...; "freight." has air, hgv, rail, sea, van.
    """
    by_word: dict[str, list[str]] = {}
    for name in names:
        if name.startswith(start):
            by_word.setdefault(start + name.removeprefix(start).split(".")[0], []).append(name)
    if len(by_word) > SHOWN_WORDS:
        return []
    return [kin[0] if len(kin) == 1 else next((n for n in (word, f"{word}.average") if n in kin), f"{word}.*")
            for word, kin in sorted(by_word.items())]


def _with_word(rest: list[str], names: list[str]) -> list[str]:
    """Return one name of each kind whose own name holds a bare word: "tanker" is in chemical_tanker and lng_tanker."""
    kinds = {part for name in names for part in name.split(".") if rest[0] in part.split("_")}
    ends = (f".{kind}" for kind in sorted(kinds) if len(rest) == 1 and len(kinds) <= SHOWN_WORDS)
    holders = {end: [n for n in names if f"{end}." in f"{n}."] for end in ends}
    return [min(kin, key=lambda n: (not n.endswith(".average"), len(n), n)) for kin in holders.values()]


def _nearest_names(key: dict[Any, Any], kin: list[str]) -> list[str]:
    parts = key["activity"].split(".")

    def distance(name: str) -> tuple[int, bool, float, str]:
        words = name.split(".")
        shared = next((i for i, (a, b) in enumerate(zip(words, parts, strict=False)) if a != b), len(words))
        return -shared, words[-1] != parts[-1], -difflib.SequenceMatcher(None, name, key["activity"]).ratio(), name

    return heapq.nsmallest(SHOWN_NEAREST, kin, key=distance)


def other_names(activity: str) -> list[str]:
    """Return the other activities that the words of an activity's name may mean, or the industry of its category."""
    if industry := nace_of(activity):
        return [industry]
    return [a for a in synonyms().get(stems(activity.replace("_", " ")), ()) if a != activity]


def _tallies(pairs: pd.DataFrame) -> dict[int, dict[str, bool]]:
    """Return whether a pair of each key passes the unit filter, then the part filter too, then life-cycle."""
    unit = pairs["ok_unit"]
    part = unit & pairs["ok_part"]
    flags = pd.DataFrame({"key_id": pairs["key_id"], "unit": unit, "part": part, "life": part & pairs["ok_life"]})
    of_key = flags.groupby("key_id").any()
    # pandas' stubs let keys of records be anything; here they are names of columns.
    return {int(key): row for key, row in zip(of_key.index, of_key.to_dict("records"), strict=True)}  # type: ignore[misc]


def _nearest_years(pairs: pd.DataFrame, policy: FactorPolicy) -> dict[int, dict[str, Any]]:
    """Return, for each key that only the years keep from a factor, the nearest one, the limit and what reaches it."""
    fit = pairs[pairs["ok_unit"] & pairs["ok_part"] & pairs["ok_life"]]
    order = fit.assign(away=fit["gap"].abs()).sort_values(["away", "region_rank", "element_id"], kind="stable")
    first = order.drop_duplicates("key_id")
    columns = (first[c].tolist() for c in ("key_id", "valid_from", "valid_to", "gap"))
    return {key: _beyond(end if gap > 0 else start, gap, policy.vintage)
            for key, start, end, gap in zip(*columns, strict=True)}


def _beyond(year: int, gap: int, vintage: Vintage) -> dict[str, Any]:
    """Return the words of a factor whose year lies beyond the accepted ones; `gap` [years] is positive if earlier."""
    key = "older_max_gap" if gap > 0 else "max_gap"
    years_away, limit = abs(gap), getattr(vintage, key)
    refused = gap < 0 and vintage.later == "refuse"
    wider = f"{'later: allow and ' * refused}{key}: {years_away}"
    return {
        "nearest_year": str(year), "years": f"{years_away} year{'s' * (years_away != 1)}",
        "side": "earlier" if gap > 0 else "later",
        "limit": "factors.vintage.later is refuse" if refused else f"factors.vintage.{key} is {limit}",
        # No policy may accept more than 50 years.
        "vintage": {**({"later": "allow"} if refused else {}), key: years_away} if years_away <= MOST_YEARS else {},
        "reach": f"set {wider} under factors.vintage in the company's params, " if years_away <= MOST_YEARS else "",
    }


def _code(key: dict[Any, Any], is_known: bool, tally: dict[str, bool] | None) -> str:
    if not key["unit"]:
        return "unit_unknown"
    if not is_known:
        return "activity"
    if tally is None:
        return "region"
    if not tally["unit"]:
        return "unit"
    if not tally["part"]:
        return "part"
    return "year" if tally["life"] else "life_cycle_grid"


def _nearest(code: str, key: dict[Any, Any], elements_of: dict[str, list[dict[Any, Any]]]) -> str:
    if code == "unit_unknown":
        return ", ".join(units.nearest(key["spelled"])) if key["spelled"] else ""
    elements = elements_of[key["activity"]]
    if code == "unit":
        return ", ".join(sorted({e["unit"] for e in elements})[:SHOWN_NEAREST])

    def distance(element: dict[Any, Any]) -> tuple[Any, ...]:
        """Rank an element by region, then wide regions, then years away."""
        years_away = abs(element["valid_from"] - key["year"])
        wide = element["region"] not in _WIDE
        return element["region"] != key["region"], wide, years_away, element["region"], element["element_id"]

    return in_words(heapq.nsmallest(SHOWN_NEAREST, elements, key=distance))


@lru_cache(maxsize=256)
def _close(activity: str, names: tuple[str, ...]) -> list[str]:
    """Return activities that end in this word ("r134a"), else those spelled nearest, of the same first word first."""
    word = fold(activity).replace(" ", "")
    if ends := [name for name in names if fold(name.rpartition(".")[2]).replace(" ", "") == word]:
        return ends[:SHOWN_NEAREST]
    kin = [name for name in names if name.split(".")[0] == activity.split(".")[0]]
    return spelled_like(activity, kin or names, n=SHOWN_NEAREST, cutoff=0.5 if kin else 0.65)


def in_words(elements: Iterable[dict[Any, Any]]) -> str:
    """Return elements in words: id, source, region, validity, unit; joined by " | "."""
    return " | ".join(
        f"{e['element_id']} ({e['source_id']}, {e['region']}, {_validity(e)}, per {e['unit']})" for e in elements)


def _validity(element: dict[Any, Any]) -> str:
    start, end = element["valid_from"], element["valid_to"]
    if start == end:
        return str(start)
    return f"from {start}" if end == 9999 else f"{start}-{end}"
