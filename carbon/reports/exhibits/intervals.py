"""What a report states of the intervals: their ends with two digits, what they hold, and those of change and gap.

All ends come from `accounting`: `InventoryUncertainty.of` for a figure, `accounting.intervals` for a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from carbon.accounting.intervals import interval_of_change, interval_of_gap
from carbon.accounting.uncertainty import InventoryUncertainty
from carbon.core.errors import CarbonError, MethodError
from carbon.core.units import KG_PER_T
from carbon.emissions.uncertainty.shown import Interval, decimals_of, shown_ends
from carbon.reports.exhibits.target_view import TargetView
from carbon.reports.words.figure_ids import total_name
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import phrase
from carbon.reports.words.sentence import Figure, Sentence, percent, sentence, tonnes
from carbon.trajectory import Target

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory
    from carbon.accounting.years.history import Inventories

_BASIS = "interval of the headline total"


def interval_sentences(
    inventory: Inventory, intervals: InventoryUncertainty, words: Words, digits: int
) -> list[Sentence]:
    """Return the interval of the headline total, what it holds, whose judgement, why the total is not its middle."""
    name = total_name(inventory.params.scope2_headline)
    if name not in set(intervals.table["figure"]):
        return []
    interval = intervals.of(name)
    total, low, high = (kg / KG_PER_T for kg in (interval.value_kg, interval.low_kg, interval.high_kg))
    if not low < high:
        return []
    ends: dict[str, Any] = _ends(words, interval)
    behind = {"total": total, "low": low, "high": high}
    lines = [sentence(words, "hero.interval", _BASIS, behind={"total": total}, **ends)] if low <= total <= high else []
    shares: dict[str, Any] = {who: percent(words, share, 0) for who, share in intervals.by(name).items()}
    lines.append(sentence(words, "hero.interval_about", _BASIS, **shares))
    above, below = high - total, total - low
    if lines and abs(above - below) > 0.1 * (above + below):
        key = "hero.interval_middle" if above > below else "hero.interval_lower"
        lines.append(sentence(words, key, _BASIS, behind=behind, above=tonnes(words, above, digits),
                              below=tonnes(words, below, digits)))
    return lines


def end_sentences(inventory: Inventory, intervals: InventoryUncertainty, words: Words) -> list[Sentence]:
    """Return the interval of the headline total at both ends of what factors of one publisher have in common, and with
    the uncertainty of the warming potentials.
    """
    name = total_name(inventory.params.scope2_headline)
    if name not in set(intervals.table["figure"]):
        return []
    total = intervals.of(name).value_kg / KG_PER_T
    ends = intervals.ends(name)
    lines = [shown_ends(low / KG_PER_T, total, high / KG_PER_T)
             for low, high in zip(ends["low_kg"], ends["high_kg"], strict=True)]
    parts: dict[str, Any] = {f"{end}_{which}": Figure(value, words.number(value, decimals_of(value)))
             for which, pair in zip(("apart", "together", "gwp"), lines[1:], strict=True)
             for end, value in zip(("low", "high"), pair, strict=True)}
    return [sentence(words, "hero.interval_ends", _BASIS, **parts)]


def change_sentence(inventory: Inventory, history: Inventories, words: Words) -> Sentence | None:
    """Return the interval of the change of the headline total since last year, or why it has none; None where last year
    has no figure.
    """
    year, last = inventory.year, inventory.year - 1
    if last not in history.years:
        return None
    events = _events_between(history, last, year)
    try:
        if last not in history.inventories:
            raise MethodError(f"{last} has a reported total and no records", hint="read the total of that year")
        if events:
            raise MethodError(f"a change from {last} to {year} crosses {', '.join(events)}", hint="read the bridge")
        change = interval_of_change(history.inventories[last], inventory,
                                    scope2_method=inventory.params.scope2_headline)
    except CarbonError as none:
        return sentence(words, "hero.no_change_interval", "change of the headline total", year=last,
                        behind={"this_year": year}, reason=phrase(none.what, words.language))
    key = "hero.change_unclear" if change.low_kg <= 0 <= change.high_kg else "hero.change_clear"
    return sentence(words, key, "change of the headline total", year=last, behind={"this_year": year},
                    **_ends(words, change, sign=True))


def gap_sentences(inventory: Inventory, history: Inventories, targets: Sequence[TargetView], words: Words
                  ) -> list[Sentence]:
    """Return the interval of the gap to each target that has one this year, or why the gap has none."""
    lines = []
    for view, params in zip(targets, inventory.params.targets, strict=False):
        if view.gap_t != view.gap_t or view.pathway is None:
            continue
        target = Target.from_params(params)
        try:
            gap = interval_of_gap(inventory, scope2_method=target.scope2_method, scopes=list(target.scopes),
                                    target_kg=float(view.pathway[inventory.year]),
                                    **_base(history, target.base_year, inventory.year, view))
        except CarbonError as none:
            lines.append(sentence(words, "hero.no_gap_interval", f"gap to {params.id}", target=view.label,
                                  behind={"gap": view.gap_t}, reason=phrase(none.what, words.language)))
            continue
        lines.append(sentence(words, "hero.gap_interval", f"gap to {params.id}", target=view.label,
                              **_ends(words, gap, sign=True)))
    return lines


def _base(history: Inventories, base_year: int, year: int, view: TargetView) -> dict[str, Any]:
    """Return the base year's inventory and emissions, where its records are known and no event lies between."""
    if base_year not in history.inventories or base_year == year or _events_between(history, base_year, year):
        return {}
    base_kg = float(view.course.series.get(base_year, float("nan")))
    return {"base": history.inventories[base_year], "base_kg": base_kg} if base_kg > 0 else {}


def _events_between(history: Inventories, first: int, last: int) -> list[str]:
    return [f"{what} ({year})" for what, year in history.breaks if first < year <= last]


def _ends(words: Words, interval: Interval, *, sign: bool = False) -> dict[str, Any]:
    show = words.signed if sign else words.number
    return {name: Figure(end, show(end, decimals_of(end))) for name, end in zip(("low", "high"), interval.shown_t,
                                                                             strict=True)}
