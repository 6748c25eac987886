"""The change at constant factors next to the change as published: since last year, and since a computed base year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from carbon.accounting.years.bridge import BOUNDARY, FACTORS, Bridge
from carbon.core.errors import MethodError
from carbon.core.units import KG_PER_T
from carbon.reports.exhibits.headline import Constant
from carbon.reports.tables.bridge import step_name
from carbon.reports.words.editions import named
from carbon.reports.words.language import Words
from carbon.reports.words.sentence import items, percent, sentence, tonnes

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory
    from carbon.accounting.years.history import Inventories
    from carbon.trajectory import Target


def bridge_since(history: Inventories, since: int, year: int, scope2_method: str) -> Bridge | None:
    """Return the bridge between two years of a history; None where one of them, or one between, has no records."""
    on_the_way = {y for y in history.years if since <= y <= year} | {since, year}
    if since >= year or not on_the_way <= set(history.inventories):
        return None
    driver = "employees" if history.params is not None and {*range(since, year + 1)} <= {
        *history.params.employees} else "none"
    return history.bridge(since, year, scope2_method=scope2_method, driver=driver)


def constants_of(inventory: Inventory, history: Inventories, words: Words) -> dict[int, Constant]:
    """Return the change of the headline total at constant factors, by earlier year: last year's and the base year's."""
    changes = {}
    for since in (inventory.year - 1, inventory.params.base_year):
        bridge = bridge_since(history, since, inventory.year, inventory.params.scope2_headline)
        if bridge is not None:
            sources = None if inventory.library is None else inventory.library.sources
            titles = {} if sources is None else dict(zip(sources["source_id"], sources["title"], strict=True))
            changes[since] = _constant(bridge, titles, words)
    return changes


def _constant(bridge: Bridge, titles: Mapping[str, str], words: Words) -> Constant:
    kg = bridge.table.set_index("step")["kg"].iloc[1:-1]
    outside = tuple((step_name(str(step), bridge, words), moved / KG_PER_T) for step, moved in kg.items()
                    if step not in FACTORS and moved != 0)
    most, most_kg = bridge.moved_most
    ends = bridge.table["kg"]
    published = float(ends.iloc[-1] / ends.iloc[0]) - 1 if ends.iloc[0] > 0 else math.nan
    return Constant(bridge.years[0], _share(bridge), bridge.constant_kg / KG_PER_T, outside, most,
                    named(most, titles, words), most_kg / KG_PER_T, published, step_name(BOUNDARY, bridge, words))


def _share(bridge: Bridge) -> float:
    try:
        return bridge.real_change
    except MethodError:
        return math.nan


def constant_sentence(constant: Constant, year: int, words: Words, digits: int) -> str:
    """Return the change at constant factors, what is not in it, and what moved most, as sentences."""
    figures, of = {"tonnes": tonnes(words, constant.change_t, digits, sign=True)}, "change at constant factors"
    has_share = constant.share == constant.share
    if has_share:
        figures["share"] = percent(words, constant.share, 1, sign=True)
    texts = [sentence(words, "hero.constant" if has_share else "hero.constant_t", of, year=constant.since, **figures,
                      behind={"this_year": float(year)})]
    if constant.outside:
        steps = [sentence(words, "hero.moved_step", of, step=step, change=tonnes(words, t, digits, sign=True))
                 for step, t in constant.outside]
        texts.append(sentence(words, "hero.outside", of, steps=items(steps, words),
                              behind={"steps_listed": float(len(steps))}))
    if constant.most:
        is_main = constant.cause(restated=False) == constant.most_named
        texts.append(sentence(words, "hero.most" if is_main else "hero.most_of", of, what=constant.most_named,
                              change=tonnes(words, constant.most_t, digits, sign=True)))
    return " ".join(map(str, texts))


def progress_of(target: Target, history: Inventories, year: int) -> tuple[int, float] | None:
    """Return year and share of the change of a target's scopes at constant factors: since its base year, else last
    year; None where neither has records, or no share exists.
    """
    base = target.base_year if not target.base_years else year
    for since in (base, year - 1):
        bridge = bridge_since(history, since, year, target.scope2_method)
        if bridge is not None:
            try:
                return since, bridge.real_change_of(target.scopes)
            except MethodError:
                return None
    return None
