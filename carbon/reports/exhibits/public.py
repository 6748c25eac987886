"""The opening of the public page: one figure, how it compares, where it leads, what is in it and what is not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from carbon.accounting.compile import NO_RECORDS, state_of
from carbon.core.columns import Rows
from carbon.core.ghg_protocol import CATEGORIES, NO_METHOD, SCOPE2_METHODS
from carbon.core.text_columns import lines_of
from carbon.core.zones import zone_name
from carbon.emissions.energy_states import NO_FACTOR, without_factor
from carbon.reports.exhibits.headline import (
    MOST_TARGETS,
    Opening,
    answer,
    company_name,
    compared,
    others_in_words,
    scope_tonnes,
    tonnes_by_figure,
    with_constant,
)
from carbon.reports.exhibits.unexpected import left_out, to_check
from carbon.reports.tables.inventory import carrier_of
from carbon.reports.tables.sums import counted_rows
from carbon.reports.words.figure_ids import figure_id, total_name
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import phrase
from carbon.reports.words.sentence import Sentence, check_printed, items, percent, sentence, tonnes

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

_ONE = Markup(
    '<dl class="one"><div class="card"><dt>{label}</dt><dd{figure}>'
    '<strong>{text}</strong> <span class="unit">{unit}</span></dd><dd class="note">{note}</dd></div></dl>'
)
_FIGURE = Markup(' data-figure-id="{}" data-value="{}"')


def plain(headline: pd.DataFrame, inventory: Inventory, opening: Opening) -> Markup:
    """Return the answer in everyday words, escaped."""
    figures = tonnes_by_figure(headline)
    words = opening.words
    counted_fold = Markup('<details class="more"><summary>{}</summary><p>{}</p>{}</details>').format(
        words("plain.what"), _counted(inventory, figures, opening.digits, words), _other(inventory, figures, opening))
    text = Markup("").join(Markup("<p>{}</p>").format(part) for part in _left_out(inventory, words))
    return Markup('<div class="plain">{}{}{}{}{}{}</div>').format(
        _one(inventory, figures, opening), to_check(inventory, words, opening.digits, opening.streams, is_public=True),
        _aims(opening), text, counted_fold, left_out(opening.rejects, words, is_folded=True))


def _one(inventory: Inventory, figures: Mapping[str, float], opening: Opening) -> Markup:
    words, digits, name = opening.words, opening.digits, total_name(inventory.params.scope2_headline)
    total = float(figures[name])
    # "Emitted" is true of a positive total alone.
    label = words("plain.emitted" if total > 0 else "plain.total", year=inventory.year,
                  company=company_name(inventory, words))
    text = check_printed(tonnes(words, total, digits), words.language, label) if total == total else \
        words.term("status", "no records")
    note = _compared(inventory, figures, opening) if total > 0 else answer(inventory, figures, opening)
    return _ONE.format(label=label, figure=_id_of(inventory, name, total), text=text,
                       unit=words("plain.tonne" if words.singular(total, text) else "plain.tonnes") if total == total
                       else "", note=note)


def _other(inventory: Inventory, figures: Mapping[str, float], opening: Opening) -> Markup:
    """Return every other figure of the headline with its id, and how electricity is counted."""
    words, first = opening.words, total_name(inventory.params.scope2_headline)
    second = float(figures[total_name(next(m for m in SCOPE2_METHODS if m != inventory.params.scope2_headline))])
    lines = Markup("").join(
        Markup("<dt>{}</dt><dd{}>{}</dd>").format(
            words(f"figure.{name.replace('-', '_')}"), _id_of(inventory, name, value),
            f"{tonnes(words, value, opening.digits)} t" if value == value else words.term("status", "no records"))
        for name, value in figures.items() if name != first and name.startswith(("scope", "total")))
    return Markup('<p>{}</p><dl class="facts">{}</dl>').format(_by_method(inventory, figures, second, opening), lines)


def _id_of(inventory: Inventory, name: str, value: float) -> Markup:
    return _FIGURE.format(figure_id(inventory, name), format(value + 0.0, ".15g")) if value == value else Markup("")


def _by_method(inventory: Inventory, figures: Mapping[str, float], second: float, opening: Opening) -> Sentence | str:
    """Return how electricity is counted, with the total by the method that is no headline; "" without electricity."""
    words, method = opening.words, inventory.params.scope2_headline
    if math.isnan(scope_tonnes(figures, "scope2", method)) or math.isnan(second):
        return ""
    contracts = inventory.instruments[inventory.instruments["instrument"] != ""]
    kwh, place = float(contracts["allocated_kwh"].sum()), method.removesuffix("-based")
    key = f"plain.by_{place}" if kwh > 0 else f"plain.no_contract_{place}"
    return sentence(words, key, "total by the other scope 2 method", other=tonnes(words, second, opening.digits),
                    behind={"contract_kwh": kwh})


def _compared(inventory: Inventory, figures: Mapping[str, float], opening: Opening) -> str:
    words = opening.words
    by_year = {c.then_year: c for c in compared(opening.changes, figures, inventory.params.scope2_headline).values()}
    changes = [with_constant(c, inventory.year, opening) for c in by_year.values() if c.change_share == c.change_share]
    return words("plain.compared", what=words("text.list").join(changes)) if changes else ""


def _aims(opening: Opening) -> Markup:
    """Return how far each target is; of many, those after the first ones folded and without their chances."""
    words, chances = opening.words, dict(opening.chances)
    known_gaps = [(label, gap) for label, gap in opening.gaps if gap == gap or label in opening.unjudged]
    lines = [Markup("<li>{}</li>").format(words(
        "plain.aim", target=label, where=_where(label, gap, opening),
        chance=chances.get(label, "") if at < MOST_TARGETS and gap == gap else "").strip())
        for at, (label, gap) in enumerate(known_gaps)]
    first, rest = (Markup('<ul class="facts">{}</ul>').format(Markup("").join(part)) if part else Markup("")
                   for part in (lines[:MOST_TARGETS], lines[MOST_TARGETS:]))
    fold = Markup('{}<details class="more"><summary>{}</summary>{}</details>')
    return fold.format(first, others_in_words(known_gaps[MOST_TARGETS:], words), rest) if rest else first


def _where(label: str, gap: float, opening: Opening) -> Sentence:
    size: dict[str, Any] = {"tonnes": tonnes(opening.words, abs(gap), opening.digits)} if gap and gap == gap else {}
    return sentence(opening.words, f"plain.{opening.where(label, gap)}", f"gap to target {label}",
                    behind={"gap": gap} if gap == gap else {"changes": 1.0}, **size)


def _counted(inventory: Inventory, figures: Mapping[str, float], digits: int, words: Words) -> str:
    """Return the three scopes in everyday words."""
    method = inventory.params.scope2_headline
    total = float(figures[total_name(method)])
    scopes = {scope: scope_tonnes(figures, f"scope{scope}", method) for scope in ("1", "2", "3")}
    rows, least = counted_rows(inventory.emissions, method), min(scopes.values(), key=lambda v: (v != v, v))
    rejected = float((inventory.ledger["outcome"] == "rejected").sum())
    sentences = [words("plain.counted")]
    for scope, value in scopes.items():
        number = float(len(rows.where(scope=scope)))
        if value != value:
            key = f"plain.no_figure{scope}" if rejected or not _no_records(inventory, scope, method) else \
                f"plain.no_scope{scope}"
            behind = {"rows": number} | ({} if "figure" in key else {"rejected": rejected})
            sentences.append(str(sentence(words, key, f"scope {scope}", behind=behind)))
            continue
        amount: dict[str, Any] = {"tonnes": tonnes(words, value, digits)}
        if total > 0 and least >= 0:
            part = sentence(words, "plain.part", f"scope {scope}", share=percent(words, value / total, 0), **amount,
                            behind={"total": total, "least": least})
        else:
            part = sentence(words, "plain.amount", f"scope {scope}", **amount)
        sentences.append(words(f"plain.scope{scope}", amount=part))
    return " ".join(sentences)


def _no_records(inventory: Inventory, scope: str, method: str) -> bool:
    """Return whether a scope lacks records, and not factors or figures of its own."""
    of = inventory.table[(inventory.table["scope"] == scope)
                         & inventory.table["scope2_method"].isin((NO_METHOD, method))]
    return state_of(of["status"].tolist(), 0) == NO_RECORDS


def _left_out(inventory: Inventory, words: Words) -> list[Sentence]:
    of_category = {c: n for scope, c, n in lines_of(inventory.table, ("scope", "category", "rows")) if scope == "3"}
    rows = {int(c): of_category.get(c, 0) for c, s in inventory.params.categories.items() if s.status == "excluded"}
    # A category that the company calls excluded and that has rows is counted.
    names = [words.term("category", CATEGORIES[c]) for c in sorted(rows) if not rows[c]]
    lines = [sentence(words, "plain.left_out", "categories of scope 3", names=items(names, words), behind={
        "rows": 0.0 if not names else float(sum(n for n in rows.values() if not n)),
        "categories": float(len(names))})] if names else []
    states = Rows(inventory.energy_states()).where(state=NO_FACTOR)
    if lacking := without_factor(states.assign(
            activity=states.by_word("activity", lambda name: words.term("carrier", carrier_of(name)).lower()),
            unit=states.by_word("unit", lambda unit: words.term("unit", unit)),
            region=states.by_word("region", zone_name)).frame()) if len(states) else []:
        what = items([phrase(text, words.language) for text in lacking], words)
        lines.append(sentence(words, "plain.without_factor", "energy", what=what,
                              behind={"lacking": float(len(lacking))}))
    return lines
