"""The test of each sentence of a first page, by its key: a function of the numbers that it is made of.

A claim works its numbers out anew: "5 % less" of both totals, not of the share that is printed. Unknown numbers (NaN)
make every comparison false, so that a sentence on a figure without records is not printed unless it is about that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

Claim = Callable[..., bool]
NEAR = 1e-9
"""Share of a number by which two exact sums may differ."""
SAME = 0.005
"""A change below half a percent reads "about as much"."""
LIKELY = {"very_unlikely": (0.0, 0.1), "unlikely": (0.1, 0.33), "about_as_likely_as_not": (0.33, 0.66),
          "likely": (0.66, 0.9), "very_likely": (0.9, 1.0)}
"""The IPCC's words for probabilities, by their key in strings.csv (Mastrandrea et al. 2010)."""


def near(a: float, b: float, size: float = 0.0) -> bool:
    """Return whether two numbers are the same but for rounding, next to the size of what they are the sum of."""
    return abs(a - b) <= NEAR * max(abs(a), abs(b), size)


def _with_records(scopes: Mapping[str, float]) -> list[float]:
    return [value for value in scopes.values() if not math.isnan(value)]


def _adds_up(total: float, scopes: Mapping[str, float]) -> bool:
    scope_totals = _with_records(scopes)
    return bool(scope_totals) and near(total, math.fsum(scope_totals), max(map(abs, scope_totals)))


def _answer(total: float, share: float, largest: float, year: float, **scopes: float) -> bool:
    """Total is positive, no scope is negative, and the scope that is named has the largest share."""
    scope_totals = _with_records(scopes)
    return (total > 0 and _adds_up(total, scopes) and min(scope_totals) >= 0 and largest == max(scope_totals)
            and near(share, largest / total) and year > 0)


def _mixed(total: float, plus: float, minus: float, year: float, **scopes: float) -> bool:
    scope_totals = _with_records(scopes)
    return (total > 0 and minus > 0 and _adds_up(total, scopes) and year > 0
            and near(plus, math.fsum(v for v in scope_totals if v > 0))
            and near(minus, -math.fsum(v for v in scope_totals if v < 0)))


def _changed(share: float, now: float, then: float) -> bool:
    """Both totals are known, the earlier one is positive, and the share is worked out from them."""
    return then > 0 and near(share, abs(now - then) / then, max(now, then) / then)


def _part(tonnes: float, share: float, total: float, least: float) -> bool:
    """Test that a share is given of a positive total without a negative part, and no other."""
    return total > 0 and least >= 0 and 0 <= share <= 1 and near(share, tonnes / total)


def _known(**numbers: float) -> bool:
    return all(math.isfinite(number) for number in numbers.values())


CLAIMS: dict[str, Claim] = {
    "hero.answer": _answer,
    "hero.happened": lambda total, year, **scopes: (
        total > 0 and _adds_up(total, scopes) and min(_with_records(scopes)) >= 0 and year > 0),
    **dict.fromkeys(("hero.between", "hero.interval"), lambda low, high, total: low <= total <= high),
    "hero.now": lambda cut, start: cut > 0 and start > 0,
    "hero.now_start": lambda cut, start: not cut > 0 and start > 0,
    "hero.now_none": lambda actions, start: actions == 0 and start > 0,
    "hero.no_plan": lambda actions, year: actions == 0 < year,
    "finding.moved": lambda change, largest, since, this_year: abs(change) == largest > 0 and since < this_year,
    "finding.above": lambda gap, least, most: gap == most > 0 and least <= most,
    **dict.fromkeys(("finding.below_one", "finding.below"), lambda gap, least, most: least <= gap == most < 0),
    "finding.largest": lambda share, before: share == before > 0,
    "finding.largest_alike": lambda share, least: share >= least > 0 and share - least <= 2 * SAME,
    "finding.next": lambda share, before: 0 < share <= before,
    "chart.largest": lambda tonnes, most: tonnes == most,
    "chart.emitted": lambda tonnes, year: math.isfinite(tonnes) and year > 0,
    "chart.above": lambda tonnes, gap, signed, year: gap == signed > 0 and math.isfinite(tonnes) and year > 0,
    "chart.below": lambda tonnes, gap, signed, year: -gap == signed < 0 and math.isfinite(tonnes) and year > 0,
    **dict.fromkeys(("chart.at", "chart.base"),
                    lambda tonnes, signed, year: signed == 0 and math.isfinite(tonnes) and year > 0),
    "chart.history": lambda then, now, first, last: first < last and _known(then=then, now=now),
    "chart.step": lambda change, largest: abs(change) == largest > 0,
    "chart.coverage": lambda read, rejected: 0 <= rejected <= read,
    "chart.wedge": lambda tonnes, most, year: tonnes == most > 0 and year > 0,
    "chart.running": lambda running, actions, year: 0 <= running <= actions and year > 0,
    "chart.age": lambda devices, most, stock: 0 < devices == most <= stock,
    "chart.threshold": lambda tonnes, most, hours: tonnes == most > 0 and hours > 0,
    "chart.month": lambda tonnes, most: tonnes == most > 0,
    "hero.mixed": _mixed,
    "hero.zero": lambda total, rows, year: total == 0 and rows > 0 and year > 0,
    "hero.negative": lambda total, year: total < 0 and year > 0,
    "hero.nothing": lambda total, rows, year: math.isnan(total) and rows == 0 and year > 0,
    "hero.interval_about": lambda publisher, company, default: (
        near(publisher + company + default, 1.0) and min(publisher, company, default) >= 0),
    "hero.interval_middle": lambda total, low, high, above, below: (
        near(above, high - total, high) and near(below, total - low, high) and above > below >= 0),
    "hero.interval_lower": lambda total, low, high, above, below: (
        near(above, high - total, high) and near(below, total - low, high) and below > above >= 0),
    "hero.interval_ends": lambda low_apart, high_apart, low_together, high_together, low_gwp, high_gwp: (
        low_apart <= high_apart and low_together <= high_together and low_gwp <= high_gwp),
    "hero.change_clear": lambda low, high, year, this_year: low <= high and low * high >= 0 and year < this_year,
    "hero.change_unclear": lambda low, high, year, this_year: low <= 0 <= high and year < this_year,
    "hero.no_change_interval": lambda year, this_year: year < this_year,
    "hero.no_gap_interval": lambda gap: gap == gap,
    "hero.gap_interval": lambda low, high: low <= high,
    "hero.above": lambda gap: gap > 0,
    "hero.below": lambda gap: gap < 0,
    **dict.fromkeys(("hero.at", "hero.base", "plain.at", "plain.base"), lambda gap: gap == 0),
    **dict.fromkeys(("hero.off_track", "hero.off_track_of"),
                    lambda gap, most, above, targets, year: gap == most > 0 and 1 <= above <= targets and year > 0),
    "hero.on_track": lambda most, above, targets, year: most <= 0 == above < targets and year > 0,
    "hero.target": lambda reduction, target_year, base_year: -1 <= reduction < 0 and base_year < target_year,
    "hero.no_gap": lambda gap: math.isnan(gap),
    **dict.fromkeys(("hero.not_judged", "plain.not_judged"), lambda changes: changes > 0),
    "boundary.open": lambda count, stake, since: count > 0 and stake >= 0 and since > 0,
    "hero.since_base": lambda change, now, then, year, this_year: (
        then > 0 and near(change, (now - then) / then, max(abs(now), then) / then) and year < this_year),
    "hero.no_year": lambda then, year: math.isnan(then) and year > 0,
    "hero.no_share": lambda then, year: then <= 0 and year > 0,
    **dict.fromkeys(("hero.moved", "hero.moved_restated"), lambda since, this_year, first, largest: (
        since < this_year and first == largest > 0)),
    **dict.fromkeys(("hero.moved_step", "hero.most", "hero.most_of"),
                    lambda change: change != 0 and math.isfinite(change)),
    "hero.constant": lambda share, tonnes, year, this_year: year < this_year and share * tonnes >= 0 and (
        (share == 0) == (tonnes == 0)),
    "hero.constant_t": lambda tonnes, year, this_year: year < this_year and math.isfinite(tonnes),
    "hero.outside": lambda steps_listed: steps_listed > 0,
    "hero.base_constant": lambda constant, change: constant * change >= 0,
    **dict.fromkeys(("plain.constant", "plain.constant_short"), lambda published, published_share, constant_share: (
        published == published_share and abs(published_share - constant_share) >= SAME)),
    "plain.constant_t": lambda tonnes, published, year, this_year: year < this_year and _known(t=tonnes, p=published),
    "plain.constant_too": lambda published_share, constant_share: abs(published_share - constant_share) < SAME,
    "hero.no_rejects": lambda rejected: rejected == 0,
    "hero.rejects": lambda rejected, over: rejected > 0 and over == 0,
    "hero.rejects_over": lambda rejected, over: rejected >= over > 0,
    "hero.reject_share": lambda share, accepted: 0 <= share <= 1 and 0 <= accepted <= 1,
    "hero.thing": lambda cut, start, year: cut > 0 and start <= year,
    "hero.ask": lambda tonnes, share: math.isfinite(tonnes) and 0 < share <= 1,
    "plain.less": lambda share, now, then, year, this_year: (
        0 <= now < then and share >= SAME and _changed(share, now, then) and year < this_year),
    "plain.more": lambda share, now, then, year, this_year: (
        now > then and share >= SAME and _changed(share, now, then) and year < this_year),
    "plain.same": lambda now, then, year, this_year: then > 0 and abs(now - then) < SAME * then and year < this_year,
    "plain.above": lambda tonnes, gap: gap > 0 and tonnes == gap,
    "plain.below": lambda tonnes, gap: gap < 0 and tonnes == -gap,
    **dict.fromkeys(("plain.by_location", "plain.by_market"),
                    lambda other, contract_kwh: math.isfinite(other) and contract_kwh > 0),
    **dict.fromkeys(("plain.no_contract_location", "plain.no_contract_market"),
                    lambda other, contract_kwh: math.isfinite(other) and contract_kwh == 0),
    "plain.part": _part,
    "plain.amount": _known,
    "plain.left_out": lambda rows, categories: rows == 0 and categories > 0,
    "plain.without_factor": lambda lacking: lacking > 0,
    "trajectory.probability": lambda probability, low, high, year: 0 <= low <= probability <= high <= 1 and year > 0,
    "step.trip": lambda count, hours, each, kg, limit: kg > 0 and hours < limit and near(each * count, kg),
    "step.device": lambda today, kept, kg: kg > 0 and kept > today > 0,
    "step.rank": lambda first, kg: first >= kg > 0,
    "breach.above": lambda value, limit, stake: value > limit and stake > 0,
    "breach.below": lambda value, limit, stake: value < limit and stake > 0,
    "breach.nothing": lambda value, limit, stake: value == 0 < limit and stake > 0,
    "breach.lacking": lambda value, low, stake: value == 0 < low and stake > 0,
    "breach.gone": lambda value, expected, stake: value == 0 < expected and stake > 0,
    "breach.gone_place": lambda value, stake: value == 0 and stake > 0,
    **dict.fromkeys(("breach.negative", "breach.negative_total"), lambda value, stake: value < 0 and stake > 0),
    "breach.other": lambda value, low, high, stake: not low <= value <= high and stake > 0 and math.isfinite(value),
    "breach.year_repeated": lambda value, high, stake: value > high and stake > 0,
    **dict.fromkeys(("breach.more", "breach.more_public"), lambda more, shown: more > 0 and shown > 0),
    "breach.accepted": lambda accepted: accepted > 0,
    "breach.none": lambda years, share, breaches: years > 0 and breaches == 0 and 0 < share < 1,
    "breach.no_past": lambda years: years == 0,
    "breach.implied": lambda people, count: people > 0 and count > 0,
    "breach.times": lambda times, stake, emitted: times >= 2 and near(stake, emitted * (1 - 1 / times), abs(emitted)),
    "breach.change": lambda change, stake, emitted: -1 < change < 1 and near(
        stake, emitted * (1 - 1 / (1 + change)), abs(emitted) / (1 + change)),
    "breach.moved": lambda share, count: 0 < share < 1 and count > 0,
    **{f"breach.{name}": lambda count: count > 0
       for name in ("absent", "meters", "mistaken", "not_now", "smaller", "unspent", "zero")},
    "breach.read": lambda stake: stake > 0,
    "breach.without": lambda count, stake: count > 0 and stake >= 0,
    "plain.other_aims": lambda targets, above: targets > 0 and 0 <= above <= targets,
    "breach.unheld": lambda share, held, total, largest: (
        0 < largest <= held * (1 + NEAR) and held <= total * (1 + NEAR) and near(share, held / total)),
    "portfolio.lead": lambda companies, by_employee, by_revenue: 0 <= max(by_employee, by_revenue) <= companies,
    "index.lead": lambda reports, companies, listed: 0 <= companies <= reports <= listed,
    **{f"plain.no_scope{scope}": lambda rows, rejected: rows == 0 and rejected == 0 for scope in "123"},
    **{f"plain.no_figure{scope}": lambda rows: rows == 0 for scope in "123"},
}
"""Key of a sentence -> whether its numbers make it true."""
