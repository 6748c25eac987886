"""Factors of an earlier year for the keys of a later one, and the cause of each difference between the two.

A key (activity, unit, region, scope) of the later year is asked again as of the earlier year, by the later year's
rules: published averages then take the edition of that year, or the nearest earlier one. A difference is

- `EDITIONS`: a published average was published again, or another publication answers;
- `GRID`: two reference years of one publication of grid electricity or heat, by one method;
- `OWN`: a factor of the company or of its supplier;
- `RATES`: the exchange rate or the price level by which money meets its factor.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from carbon.core import units
from carbon.core.errors import MethodError
from carbon.core.schemas import RESOLUTION
from carbon.emissions.scope2 import RESIDUAL_MIX
from carbon.factors import resolve
from carbon.factors.candidates import DIRECT_PARTS
from carbon.factors.editions import break_between, series_of
from carbon.factors.library import OWN_SOURCES
from carbon.factors.matching import KEY

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory
    from carbon.factors import Library

EDITIONS, GRID, OWN = "factor editions", "grid", "supplier and company factors"
RATES = "exchange rates and prices"
NO_EARLIER = "no earlier factor"
PURCHASED = ("electricity", "district_heat", "district_cooling", "steam")
GRIDS = tuple(f"{carrier}{part}" for carrier in PURCHASED
              for part in ("", ".upstream", ".losses", ".upstream_and_losses", ".residual"))
"""Energy from a grid or a network, and its parts."""
_MAIN = ["element_id", "source_id", "factor_year", "region_used", "conversion"]
_THEN, _AGAIN, _NOW = "then", "again", "now"
"""State of a key: the earlier year's factor; the later year's, as of the earlier year; the later year's."""
_FOREVER = 100


class Move(NamedTuple):
    """What becomes of the factor of a key in one step: `state` holds from this step on, `part` names the cause."""

    state: str
    part: str


@dataclass(frozen=True)
class EarlierFactors:
    """Factors of keys in their states (`schemas.RESOLUTION`), and the changes of each key by step.

    `late`: keys whose factor has no earlier edition, with the words that name it.
    """

    tables: Mapping[str, pd.DataFrame]
    changes: Mapping[int, Mapping[str, Move]]
    late: Mapping[int, tuple[str, str]]

    def after(self, steps: Collection[str]) -> pd.DataFrame:
        """Return the factors of all keys after these steps; after none, those of the earlier year."""
        state = dict.fromkeys(self.changes, _THEN)
        for key, changes in self.changes.items():
            for step, change in changes.items():
                state[key] = change.state if step in steps else state[key]
        parts = []
        for name, table in self.tables.items():
            in_state = table["key_id"].map(lambda key, name=name: state.get(key, _NOW) == name)
            parts.append(table[in_state.astype(bool)])
        return RESOLUTION.validate(pd.concat(parts, ignore_index=True))

    def moves(self, step: str) -> frozenset[int]:
        """Return the keys that a step changes."""
        return frozenset(key for key, changes in self.changes.items() if step in changes)


def earlier_factors(start: Inventory, end: Inventory) -> EarlierFactors:
    """Ask the keys of the later inventory as of the earlier year, and state the cause of each difference.

    start: The earlier year by the later year's parameters and library (`rerun.with_methods_of`): its answers are used.
    end: The later year.

    Raises MethodError: An inventory that does not hold the keys it was matched by.
    """
    if len(end.activities) and not len(end.keys):
        raise MethodError(f"{end.company} {end.year} does not hold the keys its factors were chosen for",
                          hint="compute it again with carbon.accounting.inventory")
    keys = end.keys
    asked_keys = keys.assign(year=keys["year"] - (end.year - start.year), later_year=keys["year"])
    then, now = _answered(asked_keys, start, end), end.resolution
    differing = _differing(then, now)
    of_then, of_now = _main(then), _main(now)
    again = _asked_again(asked_keys[asked_keys["key_id"].isin(differing)], of_then, of_now, end)
    of_again = _main(again)
    changes: dict[int, dict[str, Move]] = {}
    late: dict[int, tuple[str, str]] = {}
    for key in asked_keys.to_dict("records"):
        number = int(key["key_id"])
        main, main_again, main_now = (of.get(number) for of in (of_then, of_again, of_now))
        if main_now is not None and _is_late(key, main):
            late[number] = _late(main or main_now)
        if number in differing:
            changes[number] = _changes(key, main, main_again, main_now, late.get(number))
    return EarlierFactors({_THEN: then, _AGAIN: again, _NOW: now}, {k: c for k, c in changes.items() if c}, late)


class _Main(NamedTuple):
    """The main part of a key's factor."""

    element_id: str
    source_id: str
    factor_year: int
    region_used: str
    conversion: float

    @property
    def own(self) -> bool:
        return self.source_id.startswith(OWN_SOURCES)


def _main(table: pd.DataFrame) -> dict[int, _Main]:
    """Return the main part of each key: the direct one, else the first."""
    rows = table.assign(side=~table["part"].isin(DIRECT_PARTS)).sort_values(["key_id", "side"], kind="stable")
    rows = rows.drop_duplicates("key_id")
    lines = rows[["key_id", *_MAIN]].itertuples(index=False, name=None)
    return {int(key): _Main(*values) for key, *values in lines}


def _answered(asked_keys: pd.DataFrame, start: Inventory, end: Inventory) -> pd.DataFrame:
    """Return `schemas.RESOLUTION` of the keys: the earlier inventory's answers, and new ones where it did not ask."""
    pairs = asked_keys.merge(start.keys, on=KEY, how="left", suffixes=("", "_start"))
    known_keys = pairs.dropna(subset=["key_id_start"])
    rows = start.resolution.merge(known_keys[["key_id", "key_id_start"]].rename(
        columns={"key_id": "own", "key_id_start": "key_id"}), on="key_id", how="inner")
    rows = rows.assign(key_id=rows["own"]).drop(columns="own")
    new = asked_keys[asked_keys["key_id"].isin(pairs.loc[pairs["key_id_start"].isna(), "key_id"])]
    parts = [rows, *([_resolved(new, end)] if len(new) else [])]
    return pd.concat(parts, ignore_index=True)[list(RESOLUTION.columns)]


def _resolved(asked_keys: pd.DataFrame, end: Inventory, library: Library | None = None, *, any_year: bool = False
              ) -> pd.DataFrame:
    """Return `schemas.RESOLUTION` of keys by the later year's parameters; keys without a factor have no row."""
    params, library = end.params, library or end.library
    policy = params.factors
    if any_year:
        vintage = policy.vintage.model_copy(update={"later": "allow", "max_gap": _FOREVER, "older_max_gap": _FOREVER})
        policy = policy.model_copy(update={"vintage": vintage})
    if library is None:
        raise MethodError(f"{end.company} {end.year} does not hold its factor library",
                          hint="compute it again with carbon.accounting.inventory")
    return resolve(asked_keys, library, policy=policy, gwp=params.gwp, allow_mixed_gwp=params.allow_mixed_gwp,
                   non_co2=params.travel.non_co2, fx=end.fx, optional=tuple(asked_keys["activity"].unique())).table


def _differing(then: pd.DataFrame, now: pd.DataFrame) -> frozenset[int]:
    """Return the keys whose factors differ between two tables in a part, an element or a number."""
    columns = ["key_id", "part", "factor_id", "co2e_kg", "kyoto"]
    all_factors = pd.concat([then[columns], now[columns]], ignore_index=True)
    return frozenset(all_factors.loc[~all_factors.duplicated(keep=False), "key_id"].tolist())


def _asked_again(
    asked_keys: pd.DataFrame, of_then: Mapping[int, _Main], of_now: Mapping[int, _Main], end: Inventory
) -> pd.DataFrame:
    """Return what the later year's own elements (of money) and publications (of grids) give as of the earlier year."""
    elements, sources, numbers = set(), set(), []
    # Without deflator, money of the factor's own currency meets it by no rate in any year.
    is_nominal = end.params.factors.deflator == "none"
    for key in asked_keys.to_dict("records"):
        then, now = of_then.get(key["key_id"]), of_now.get(key["key_id"])
        if now is None or (then is not None and then.element_id == now.element_id):
            continue
        if _is_money(key) and not (is_nominal and then is not None and then.conversion == now.conversion == 1):
            elements.add(now.element_id)
        elif _is_grid(key) and not now.own and then is not None and then.source_id != now.source_id:
            sources.add(now.source_id)
        else:
            continue
        numbers.append(key["key_id"])
    if not numbers:
        return RESOLUTION.empty()
    if end.library is None:
        raise MethodError(f"{end.company} {end.year} does not hold its factor library",
                          hint="compute both inventories with cb.inventory or cb.inventories")
    table = end.library.table
    grids = table["activity"].isin(GRIDS) & table["source_id"].isin(sources)
    library = replace(end.library, table=table[table["element_id"].isin(elements) | grids].reset_index(drop=True))
    return _resolved(asked_keys[asked_keys["key_id"].isin(numbers)], end, library, any_year=True)


def _is_money(key: Mapping[Hashable, object]) -> bool:
    return units.unit(str(key["unit"])).dimension.startswith("currency:")


def _is_grid(key: Mapping[Hashable, object]) -> bool:
    return key["activity"] in GRIDS


def _is_late(key: Mapping[Hashable, object], then: _Main | None) -> bool:
    """Return whether nothing was published for a key up to the earlier year."""
    return key["activity"] != RESIDUAL_MIX and (then is None or then.factor_year > int(str(key["year"])))


def _late(main: _Main) -> tuple[str, str]:
    """Return step and words of a factor without an earlier one."""
    return OWN if main.own else EDITIONS, f"{NO_EARLIER}: {main.source_id} of {main.factor_year}"


def _changes(
    key: Mapping[Hashable, object], then: _Main | None, again: _Main | None, now: _Main | None,
    late: tuple[str, str] | None,
) -> dict[str, Move]:
    """Return the changes of one key by step; none where the later year's factor is all that is known."""
    if key["activity"] == RESIDUAL_MIX and (then is None or now is None):
        return {EDITIONS: Move(_NOW, f"residual mix of {key['region']}: {_name(then)} → {_name(now)}")}
    if now is None:
        return {}
    rates = Move(_NOW, f"{key['unit']}: exchange rates and prices, {key['year']} → {key['later_year']}")
    if _is_money(key):
        is_priced = again is not None and again.element_id == now.element_id
        if then is not None and then.element_id == now.element_id:
            return {RATES: rates}
        if then is None:
            return {}
        step, part = _published(then, now)
        return {step: Move(_AGAIN, part), RATES: rates} if is_priced else {step: Move(_NOW, part)}
    if then is None:
        return {}
    step, part = _published(then, now)
    if then.element_id == now.element_id and then.conversion != now.conversion:
        part = f"conversion of {key['unit']} of {key['activity']}: {key['year']} → {key['later_year']}"
    if step == OWN or not _is_grid(key):
        return {step: Move(_NOW, late[1] if late else part)}
    return _grid(key, then, again, now)


def _published(then: _Main, now: _Main) -> tuple[str, str]:
    """Return the step of a change between two elements, and its words."""
    if then.own or now.own:
        return OWN, f"{then.element_id} → {now.element_id}"
    if then.source_id != now.source_id:
        return EDITIONS, f"{then.source_id} → {now.source_id}"
    if then.factor_year != now.factor_year:
        return EDITIONS, f"{now.source_id}: {then.factor_year} → {now.factor_year}"
    return EDITIONS, f"{then.element_id} → {now.element_id}"


def _grid(key: Mapping[Hashable, object], then: _Main, again: _Main | None, now: _Main) -> dict[str, Move]:
    """Split the change of a grid factor: re-estimate, change of method or of publication, and the grid itself."""
    why = break_between(now.source_id, str(key["activity"]), now.region_used, then.factor_year, now.factor_year)
    step, tail = (EDITIONS, f": {why}") if why else (GRID, "")
    words = f"{now.region_used} {then.factor_year} → {now.factor_year} ({now.source_id}){tail}"
    if then.region_used == now.region_used and then.source_id == now.source_id:
        return {step: Move(_NOW, words)}
    within = again is not None and again.factor_year <= int(str(key["year"])) and (
        again.source_id, again.region_used) == (now.source_id, now.region_used)
    if within and again is not None and again.factor_year < now.factor_year:
        again_words = f"{now.region_used} {again.factor_year} → {now.factor_year} ({now.source_id}){tail}"
        edition = Move(_AGAIN, f"{then.source_id} → {now.source_id} for {again.factor_year}")
        return {EDITIONS: edition if step == GRID else Move(_NOW, again_words)} | (
            {GRID: Move(_NOW, again_words)} if step == GRID else {})
    if then.region_used == now.region_used and series_of(then.source_id) == series_of(now.source_id):
        return {step: Move(_NOW, f"{now.region_used}: {then.source_id} → {now.source_id}{tail}")}
    return {EDITIONS: Move(_NOW, f"{then.region_used}, {then.source_id} → {now.region_used}, {now.source_id}")}


def _name(main: _Main | None) -> str:
    return "none" if main is None else main.source_id
