"""The opening of the public page: one figure, how it compares, where it leads, what it is made of, what is not in
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from carbon.accounting.compile import AND
from carbon.core.ghg_protocol import CATEGORIES, SCOPE2_METHODS
from carbon.core.text_columns import listed
from carbon.emissions.energy_states import energy_states, without_factor
from carbon.reports.exhibits.headline import (
    Opening,
    company_name,
    items,
    left_out,
    scope_tonnes,
    tonnes_by_figure,
)
from carbon.reports.words.figure_ids import figure_id, total_name
from carbon.reports.words.language import MISSING, Words
from carbon.reports.words.phrases import phrase

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

_ONE = Markup(
    '<dl class="one"><div class="card"><dt>{label}</dt><dd{figure}>'
    '<strong>{text}</strong> <span class="unit">{unit}</span></dd><dd class="note">{note}</dd>'
    '<dd class="note"{other_figure}>{other}</dd></div></dl>'
)
_FIGURE = Markup(' data-figure-id="{}" data-value="{}"')
SAME = 0.005
"""A change below half a percent reads "about as much"."""


def plain(inventory: Inventory, headline: pd.DataFrame, opening: Opening) -> Markup:
    """Return the answer in everyday words, escaped."""
    tonnes = tonnes_by_figure(headline)
    parts = [_counted(inventory, tonnes, opening.digits, opening.words), *_left_out(inventory, opening.words)]
    text = Markup("").join(Markup("<p>{}</p>").format(part) for part in parts)
    return Markup('<div class="plain">{}{}{}{}</div>').format(
        _one(inventory, tonnes, opening.digits, opening), _aims(opening), text,
        left_out(opening.rejects, opening.words))


def _one(inventory: Inventory, tonnes: Mapping[str, float], digits: int, opening: Opening) -> Markup:
    words, method = opening.words, inventory.params.scope2_headline
    name, other = total_name(method), total_name(next(m for m in SCOPE2_METHODS if m != method))
    total, second = float(tonnes[name]), float(tonnes[other])
    label = words("plain.emitted", year=inventory.year, company=company_name(inventory, words))
    figures = [_FIGURE.format(figure_id(inventory, of), format(value + 0.0, ".15g")) if value == value else Markup("")
               for of, value in ((name, total), (other, second))]
    text = words.tonnes(total, digits) if total == total else words.term("status", "no records")
    return _ONE.format(label=label, figure=figures[0], text=text, unit=words("plain.tonnes") if total == total else "",
                       note=_compared(inventory, opening), other_figure=figures[1],
                       other=words(f"plain.by_{method.removesuffix('-based')}", other=words.tonnes(second, digits)))


def _compared(inventory: Inventory, opening: Opening) -> str:
    words, method = opening.words, inventory.params.scope2_headline
    columns = (listed(opening.changes[c]) for c in ("scope2_method", "since", "change_share"))
    shares = {since: share for of, since, share in zip(*columns, strict=True) if of == method}
    years = {"last year": inventory.year - 1, "base year": inventory.params.base_year}
    known_shares = {y: shares[since] for since, y in years.items() if since in shares}
    changes = [_with_constant(_change(share, year, words), share, year, opening)
               for year, share in known_shares.items() if share == share]
    return words("plain.compared", what=items(changes, words)) if changes else ""


def _with_constant(published: str, share: float, year: int, opening: Opening) -> str:
    """Return a change in words: at constant factors where they are known, next to the change as published."""
    words, constant = opening.words, opening.constants.get(year)
    if constant is None:
        return words("plain.published", change=published) if opening.constants else published
    if constant.share != constant.share:
        tonnes = words.tonnes(constant.change_t, opening.digits, sign=True)
        return words("plain.constant_t", tonnes=tonnes, year=year, published=words.percent(share, 1, sign=True))
    if abs(constant.share - share) < SAME:
        return words("plain.constant_too", change=published)
    causes = [constant.most_named] if constant.most else [
        step for step, _ in sorted(constant.outside, key=lambda pair: -abs(pair[1]))[:1]]
    return words("plain.constant", change=_change(constant.share, year, words),
                 published=words.percent(share, 1, sign=True), cause=items(causes, words))


def _change(share: float, year: int, words: Words) -> str:
    if abs(share) < SAME:
        return words("plain.same", year=year)
    return words("plain.less" if share < 0 else "plain.more", share=words.percent(abs(share), 1), year=year)


def _aims(opening: Opening) -> Markup:
    words, chances = opening.words, dict(opening.chances)
    lines = []
    for label, gap in opening.gaps:
        if gap != gap:
            continue
        where = words("plain.above" if gap > 0 else "plain.below", tonnes=words.tonnes(abs(gap), opening.digits))
        lines.append(words("plain.aim", target=label, where=where, chance=chances.get(label, "")).strip())
    listed = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup('<ul class="facts">{}</ul>').format(listed) if lines else Markup("")


def _counted(inventory: Inventory, tonnes: Mapping[str, float], digits: int, words: Words) -> str:
    """Return the three scopes in everyday words."""
    method = inventory.params.scope2_headline
    total = float(tonnes[total_name(method)])
    sentences = [words("plain.counted")]
    for scope in ("1", "2", "3"):
        value = scope_tonnes(tonnes, f"scope{scope}", method)
        if value != value:
            sentences.append(words(f"plain.no_scope{scope}"))
            continue
        share = words.percent(value / total, 0) if total > 0 else MISSING
        sentences.append(words(f"plain.scope{scope}", tonnes=words.tonnes(value, digits), share=share))
    return " ".join(sentences)


def _left_out(inventory: Inventory, words: Words) -> list[str]:
    categories = sorted(int(c) for c, s in inventory.params.categories.items() if s.status == "excluded")
    names = [words.term("category", CATEGORIES[c]) for c in categories]
    lines = [words("plain.left_out", names=items(names, words))] if names else []
    lacking = without_factor(energy_states(inventory.emissions))
    what = phrase(AND.join(lacking), words.language)
    return [*lines, *([words("plain.without_factor", what=what)] if lacking else [])]
