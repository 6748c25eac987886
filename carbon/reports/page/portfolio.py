"""The page of a portfolio: the newest report of each company, how intensities are distributed, and who is far off."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import pandas as pd
from markupsafe import Markup

from carbon.accounting.compile import AND
from carbon.reports.figures.bars import Bar, bars
from carbon.reports.figures.theme import LIGHT
from carbon.reports.page.index import anchor, at_stake, breaches_text, called, good, in_tonnes, rendered, totals_t
from carbon.reports.page.sanitise import clean_text
from carbon.reports.page.svg import clean_svg
from carbon.reports.tables.portfolio import MEASURES, compared, reason_of
from carbon.reports.words.language import MISSING, Words
from carbon.reports.words.phrases import phrase
from carbon.reports.words.sentence import Sentence, sentence

STEPS = (1, 2, 5)
"""Where the classes of a distribution begin, in each power of ten."""
WIDTH = 240.0
"""Of the drawing of one distribution [px]."""
STATES = {"1": "1", "2": "2-location", "3": "3"}
"""Scope -> its state in a run summary; one scope 2 method for all companies."""


def render_portfolio(summaries: Iterable[Mapping[str, Any]], *, language: str = "en") -> str:
    """Return the newest reports of companies, compared, as one offline page.

    Intensities are by the location-based method, which does not depend on contracts: one method for all companies.

    Parameters
    ----------
    summaries
        As in `render_index`; size {employees, revenue, currency, gwp} of a summary, None where they are not stated.
    """
    words = Words(language)
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(summaries, key=lambda row: (str(row["company"]), -int(row["year"]))):
        rows.setdefault(str(row["company"]), []).append(row)
    newest = {name: next(filter(good, of)) for name, of in rows.items() if any(map(good, of))}
    names = {name: clean_text(called(name, rows[name], words)) for name in newest}
    table = compared(pd.DataFrame([_line(name, row) for name, row in newest.items()], columns=_COLUMNS))
    ranking = [_ranked(newest[line["company"]], line, names, words) for line in _records(table)]
    return rendered(
        "portfolio.html.j2", words, groups=[group for measure in MEASURES for group in _groups(table, measure, words)],
        far=_far(table, names, words), lead=_lead(table, words),
        ranking=sorted(ranking, key=lambda line: (line["total"] != line["total"], -line["total"], line["name"])))


_MORE_OF_A_STATE = AND.removeprefix("; ")
_COLUMNS = ["company", "year", "gwp", "total_t", "employees", "revenue", "currency", "reason"]


def _line(company: str, row: Mapping[str, Any]) -> tuple[object, ...]:
    size, states = row.get("size") or {}, row.get("co2e_state") or {}
    numbers = [math.nan if size.get(name) is None else float(size[name]) for name in ("employees", "revenue")]
    total = totals_t(row.get("co2e_t") or {})["location"]
    return (company, int(row["year"]), str(size.get("gwp", "")), total, *numbers, str(size.get("currency", "")),
            reason_of({s: str(states.get(key, "")) for s, key in STATES.items()}))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in line.items()} for line in table.to_dict("records")]


def _lead(table: pd.DataFrame, words: Words) -> Sentence:
    """Return how many companies there are, and how many of them are compared by each measure."""
    by_employee, by_revenue = (int(table[f"{measure.rpartition('_')[0]}_times"].notna().sum()) for measure in MEASURES)
    return sentence(words, "portfolio.lead", "portfolio", companies=len(table), by_employee=by_employee,
                    by_revenue=by_revenue)


def _written(measure: str, line: Mapping[str, Any], words: Words) -> str:
    """Return an intensity with its unit; a dash where it is not known."""
    if line[measure] != line[measure]:
        return MISSING
    return words(f"portfolio.unit.{measure}", value=words.significant(line[measure]), currency=line["currency"])


def _ranked(row: Mapping[str, Any], line: Mapping[str, Any], names: Mapping[str, str], words: Words) -> dict[str, Any]:
    """Return one line of the ranking; each cell is (text, number to sort by), a number that is not known is last."""
    totals, stake = totals_t(row.get("co2e_t") or {}), at_stake(row)
    share = (row.get("constant_factors") or {}).get("share")
    cells = [(str(line["year"]), float(line["year"])), *((in_tonnes(t, words), t) for t in totals.values()),
             (MISSING if share is None else words.percent(float(share), 1, sign=True),
              math.nan if share is None else float(share)),
             (breaches_text(row, words), math.nan if stake is None else sum(stake))]
    for measure in MEASURES:
        times = line[f"{measure.rpartition('_')[0]}_times"]
        ratio = "" if times != times else f" ({words.significant(times)} ×)"
        cells.append((_written(measure, line, words) + ratio, times))
    return {"name": names[line["company"]], "anchor": anchor(line["company"]), "total": totals["location"],
            "cells": [(text, "" if value != value else repr(float(value))) for text, value in cells],
            "reason": words("text.list").join(_reason(part, words) for part in line["reason"].split("; ")
                                              if part and not part.startswith(_MORE_OF_A_STATE))}


def _reason(part: str, words: Words) -> str:
    """Return why a company is not compared, in the reader's language."""
    scope, _, state = part.removeprefix("scope ").partition(": ")
    if not part.startswith("scope "):
        return phrase(part, words.language)
    return f"{words(f'scope.{scope}')}{words('text.colon')}{words.term('status', state.partition(': ')[0])}"


def _far(table: pd.DataFrame, names: Mapping[str, str], words: Words) -> list[dict[str, str]]:
    """Return the companies that are far from their peers, the farthest first."""
    lines = []
    for measure in MEASURES:
        stem = measure.rpartition("_")[0]
        lines += [(abs(math.log(line[f"{stem}_times"])), {
            "name": names[line["company"]], "year": str(line["year"]), "value": _written(measure, line, words),
            "times": f"{words.significant(line[f'{stem}_times'])} ×", "peers": words.number(line[f"{stem}_peers"])})
            for line in _records(table[table[f"{stem}_far"] != ""])]
    return [line for _, line in sorted(lines, key=lambda pair: -pair[0])]


def _groups(table: pd.DataFrame, measure: str, words: Words) -> list[dict[str, Any]]:
    """Return the distribution of a measure over each group of peers, as a drawing."""
    stem, common = measure.rpartition("_")[0], list(MEASURES[measure][1])
    groups: list[dict[str, Any]] = []
    for _, peers in table[table[f"{stem}_times"].notna()].groupby(common, sort=True):
        first, values = peers.iloc[0], peers[measure]
        title = words(f"portfolio.of.{measure}", year=first["year"], currency=first["currency"],
                      gwp=first["gwp"].partition("GWP")[0])
        note = words("portfolio.median", n=words.number(len(peers)), median=words.significant(values.median()))
        svg = bars([Bar(name, ((float(n), LIGHT.actual),), words.number(n)) for name, n in _classes(values, words)],
                   WIDTH)
        groups.append({"title": title, "note": note, "drawing": clean_svg(
            svg, f"{title}. {note}", f"p{measure}{len(groups)}-") or Markup("")})
    return groups


def _classes(values: pd.Series, words: Words) -> list[tuple[str, int]]:
    """Return the classes of a distribution with their counts, from the lowest to the highest that has one."""
    # A logarithm just below a whole one is rounded to it: one power more than it gives.
    powers = range(math.floor(math.log10(values.min())) - 1, math.ceil(math.log10(values.max())) + 1)
    texts = {step * 10.0**power: words.number(step * 10.0**power, max(-power, 0)) for power in powers for step in STEPS}
    low = max(edge for edge in texts if edge <= values.min())
    edges = [edge for edge in texts if low <= edge <= values.max()]
    place = pd.cut(values, [*edges, math.inf], right=False, labels=False).value_counts()
    ends = [texts[edge] for edge in edges]
    names = [f"{a} – {b}" for a, b in pairwise(ends)] + [f"≥ {ends[-1]}"]
    return [(name, int(place.get(at, 0))) for at, name in enumerate(names)]
