"""Findings of a year: three of them for the first screen, and the sentence over each chart."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import pandas as pd
from markupsafe import Markup

from carbon.core.columns import Rows
from carbon.core.text_columns import listed, records_of
from carbon.reports.exhibits.target_view import TargetView
from carbon.reports.figures.icicle import SUPPLIER, level_of, name_of
from carbon.reports.tables.sums import table_of
from carbon.reports.words.claims import near
from carbon.reports.words.language import Words
from carbon.reports.words.sentence import Figure, percent, sentence, significant, tonnes

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

MOST = 3
_KINDS = {"figure": "str", "what": "str", "exhibit": "str", "value": "float64"}
Finding = tuple[str, str, str, float]


def findings_table(inventory: Inventory, targets: list[TargetView], bridge: pd.DataFrame, icicle: pd.DataFrame,
                   words: Words, digits: int) -> pd.DataFrame:
    """Return the three findings of the year: what moved the total, the target that is furthest above its pathway, and
    where most is emitted.

    Columns: figure (as printed), what (a sentence), exhibit (where it comes from), value.
    """
    found = [*_moved(bridge, inventory.year, words, digits), *_gap(targets, words, digits), *_largest(icicle, words)]
    return table_of(found[:MOST], _KINDS)


def findings_html(table: pd.DataFrame, words: Words) -> Markup:
    """Return the findings as a list of links; nothing where there is none."""
    lines = Markup("").join(
        Markup('<li><a href="#table-{}"><strong data-value="{}">{}</strong> <span>{}</span></a></li>').format(
            exhibit, format(value + 0.0, ".15g"), figure, what)
        for figure, what, exhibit, value in zip(*(listed(table[c]) for c in _KINDS), strict=True))
    heading = words("exhibit.findings")
    return Markup('<h3>{}</h3><ol class="findings">{}</ol>').format(heading, lines) if lines else lines


def _moved(bridge: pd.DataFrame, year: int, words: Words, digits: int) -> list[Finding]:
    steps = steps_of(bridge)
    if not steps:
        return []
    (moved, step), *_ = steps
    change = tonnes(words, moved, digits, sign=True)
    what = sentence(words, "finding.moved", "bridge", step=step, since=year - 1, behind={
        "change": moved, "largest": max(abs(t) for t, _ in steps), "this_year": float(year)})
    return [(words("finding.tonnes", tonnes=change), _upper(str(what)), "bridge", change.number)]


def steps_of(bridge: pd.DataFrame) -> list[tuple[float, str]]:
    """Return what changed the total, largest first."""
    steps = [(t, str(step)) for t, step in zip(bridge["change_t"].tolist(), listed(bridge["step"]), strict=True)
             if t == t and t != 0]
    return sorted(steps, key=lambda pair: -abs(pair[0]))


def _gap(targets: Sequence[TargetView], words: Words, digits: int) -> list[Finding]:
    # In its base year a target has no gap.
    gaps = [(view.gap_t, view.label) for view in targets if abs(view.gap_t) > 0]
    if not gaps:
        return []
    gap, label = max(gaps)
    key = "finding.above" if gap > 0 else "finding.below" if len(gaps) == len(targets) > 1 else "finding.below_one"
    what = sentence(words, key, f"gap to target {label}", target=label, behind={
        "gap": gap, "least": min(g for g, _ in gaps), "most": max(g for g, _ in gaps)})
    shown = tonnes(words, gap, digits, sign=True)
    return [(words("finding.tonnes", tonnes=shown), str(what), "trajectory", gap)]


def _shares(icicle: pd.DataFrame, words: Words) -> list[tuple[float, str, str]]:
    """Return share of a positive total, name and exhibit of scope 1, scope 2 and the categories of scope 3, largest
    first.
    """
    lines = [line for line in cast("list[dict[str, Any]]", records_of(icicle))
             if level_of(line) != SUPPLIER and not (line["scope"] == "3" and not line["name"])]
    return sorted(((float(line["share"]), name_of(line, words), "categories" if line["name"] else "scopes")
                   for line in lines if float(line["share"]) > 0), reverse=True)


def _largest(icicle: pd.DataFrame, words: Words) -> list[Finding]:
    """Return the parts of the total, largest first."""
    shares = _shares(icicle, words)
    return [(str(percent(words, share, 0)), str(sentence(
        words, "finding.largest" if not at else "finding.next", "shares of the total", name=name,
        behind={"share": share, "before": shares[at - 1][0] if at else share})), exhibit, share)
        for at, (share, name, exhibit) in enumerate(shares)]


def finding_of(name: str, table: pd.DataFrame, words: Words) -> str:
    """Return what the chart of an exhibit shows, from its table; "" where a sentence would state too little."""
    return _FINDINGS[name](table, words) if name in _FINDINGS else ""


def _largest_line(column: str, vocabulary: str) -> Callable[[pd.DataFrame, Words], str]:
    def find(table: pd.DataFrame, words: Words) -> str:
        lines = [(value, words.term(vocabulary, name)) for name, value in zip(
            listed(table[column]), table["co2e_t"].tolist(), strict=True) if value == value and name != "(others)"]
        total = math.fsum(value for value in table["co2e_t"].tolist() if value == value)
        if not lines or min(value for value, _ in lines) < 0 or not total > 0:
            return ""
        value, name = max(lines)
        return str(sentence(words, "chart.largest", column, name=name, tonnes=significant(words, value),
                            behind={"most": max(v for v, _ in lines)}))

    return find


def _of_scopes(table: pd.DataFrame, words: Words) -> str:
    totals = [(value, method) for scope, method, value in zip(
        listed(table["scope"]), listed(table["scope2_method"]), table["co2e_t"].tolist(), strict=True)
        if scope == "total" and value == value]
    parts = [words("chart.total", tonnes=significant(words, value), method=words.term("method", method))
             for value, method in totals]
    return words("text.list").join(parts)


def _of_years(table: pd.DataFrame, words: Words) -> str:
    """Return the last figure of a target and where it is against what the target allows."""
    lines = records_of(table)
    known_years = [line for line in lines if line["co2e_t"] == line["co2e_t"]]
    if not known_years:
        return ""
    last = known_years[-1]
    gap, emitted = float(last["gap_t"]), significant(words, float(last["co2e_t"]))
    label: dict[str, Any] = {"target": str(last["target"]), "year": int(last["year"]), "tonnes": emitted}
    if gap != gap:
        return str(sentence(words, "chart.emitted", "target", **label))
    size = {"gap": significant(words, abs(gap))} if gap else {}
    is_base = last["year"] == min((of["year"] for of in lines if of["pathway_t"] == of["pathway_t"]), default=None)
    key = "chart.above" if gap > 0 else "chart.below" if gap < 0 else "chart.base" if is_base else "chart.at"
    return str(sentence(words, key, "target", **label, **size, behind={"signed": gap}))


def _of_history(table: pd.DataFrame, words: Words) -> str:
    rows = Rows(table).where(table["co2e_t"].notna().to_numpy())
    sums, pairs = rows.sums(["year"], "co2e_t"), rows.groups(["year", "scope"]).lines()
    scopes = {year: {scope for of, scope in pairs if of == year} for year in sums}
    # A year of other scopes than the last is no start of the same line.
    years = [year for year in sums if scopes[year] == scopes[max(sums)]]
    if len(years) < 2:
        return ""
    first, last = years[0], years[-1]
    then, now = (significant(words, sums[year]) for year in (first, last))
    return str(sentence(words, "chart.history", "all scopes", first=first, last=last, then=then, now=now))


def _of_bridge(table: pd.DataFrame, words: Words) -> str:
    steps = steps_of(table)
    if not steps:
        return ""
    (change, step), *_ = steps
    shown = Figure(change, words.signed(float(f"{change:.3g}"), max(2 - math.floor(math.log10(abs(change))), 0)))
    return str(sentence(words, "chart.step", "bridge", step=_upper(step), change=shown,
                        behind={"largest": max(abs(t) for t, _ in steps)}))


def _of_coverage(table: pd.DataFrame, words: Words) -> str:
    rows_read, rejected = float(table["read"].sum()), float(table["rejected"].sum())
    return str(sentence(words, "chart.coverage", "rows read", read=Figure(rows_read, words.number(rows_read)),
                        rejected=Figure(rejected, words.number(rejected))))


def _of_icicle(table: pd.DataFrame, words: Words) -> str:
    shares = _shares(table, words)
    # Of two parts that are printed alike, neither is the largest for a reader.
    alike = [(share, name) for share, name, _ in shares if words.percent(share, 0) == words.percent(shares[0][0], 0)]
    if len(alike) > 1:
        return str(sentence(words, "finding.largest_alike", "shares of the total", share=percent(words, alike[0][0], 0),
                            names=words("text.list").join(name for _, name in alike), behind={"least": alike[-1][0]}))
    largest = _largest(table, words)
    return f"{largest[0][0]}{words('text.colon')}{largest[0][1]}" if largest else ""


def _of_months(table: pd.DataFrame, words: Words) -> str:
    sums = Rows(table).sums(["month"], "co2e_t")
    value, highest = max((t, name) for name, t in sums.items())
    month = words.month(highest, "MMMM")
    # A bill of a year is spread by days: its longest months are no finding.
    if sum(near(t, value) for t in sums.values()) > 1:
        return ""
    return str(sentence(words, "chart.month", "energy", month=month, tonnes=significant(words, value),
                        behind={"most": value})) if value > 0 else ""


def _of_wedges(table: pd.DataFrame, words: Words) -> str:
    """Return the action that cuts most of what the chart shows: the target that the plan cuts most."""
    heads = {head: words(f"plan.{head}") for head in ("baseline", "plan", "target", "gap")}
    last_year = table[table["year"] == table["year"].max()]
    tonnes = {(target, what): t for target, what, t in zip(
        listed(last_year["target"]), listed(last_year["what"]), last_year["co2e_t"].tolist(), strict=True)}
    if len(tonnes) < len(last_year):  # an action has the name of a line of the chart: nothing certain to state
        return ""
    shown = max((t for t, what in tonnes if what == heads["baseline"]),
                key=lambda t: tonnes[t, heads["baseline"]] - tonnes[t, heads["plan"]])
    cuts = [(t, what) for (target, what), t in tonnes.items() if target == shown and what not in heads.values()]
    if not cuts or not max(cuts)[0] > 0:
        return ""
    cut, action = max(cuts)
    return str(sentence(words, "chart.wedge", "wedges", action=action, year=int(last_year["year"].iloc[0]),
                        tonnes=significant(words, cut), behind={"most": max(t for t, _ in cuts)}))


def _of_calendar(table: pd.DataFrame, words: Words) -> str:
    first = int(table["year"].min())
    running = table[(table["year"] == first) & (table["effect_share"] > 0)]["action"].nunique()
    return str(sentence(words, "chart.running", "calendar", year=first, running=running,
                        actions=int(table["action"].nunique())))


def _of_ages(table: pd.DataFrame, words: Words) -> str:
    stock = table.groupby("age")["units"].sum()
    most, age = max((units, age) for age, units in zip(listed(stock.index), stock.tolist(), strict=True))
    if age == words("device.no_date"):
        return ""
    counts = {name: Figure(float(n), words.number(n)) for name, n in (("devices", most), ("stock", stock.sum()))}
    return str(sentence(words, "chart.age", "devices", age=age, behind={"most": float(stock.max())}, **counts))


def _of_thresholds(table: pd.DataFrame, words: Words) -> str:
    most, hours = max(zip(table["net_avoided_t"].tolist(), table["hours"].tolist(), strict=True),
                      key=lambda pair: (pair[0], -pair[1]))
    return str(sentence(words, "chart.threshold", "travel rule", hours=Figure(hours, words.tick(hours)),
                        tonnes=significant(words, most), behind={"most": most})) if most > 0 else ""


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


_FINDINGS: dict[str, Callable[[pd.DataFrame, Words], str]] = {
    "scopes": _of_scopes, "categories": _largest_line("name", "category"), "years": _of_years,
    "scopes_by_year": _of_history, "bridge": _of_bridge, "icicle": _of_icicle, "icicle_public": _of_icicle,
    "travel": _largest_line("mode", "mode"), "suppliers": _largest_line("supplier", "supplier"),
    "energy_by_month": _of_months, "coverage": _of_coverage, "wedges": _of_wedges, "calendar": _of_calendar,
    "fleet_ages": _of_ages, "thresholds": _of_thresholds}
