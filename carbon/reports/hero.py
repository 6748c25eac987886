"""
The opening of a report: the answer in one sentence and four numbers, and what is not in it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from carbon.core.ghg_protocol import SCOPE2_METHODS
from carbon.reports.coverage_tables import accepted_rejects_table
from carbon.reports.figure_ids import figure_id, total_name
from carbon.reports.words import MISSING, Words

_CARD = Markup(
    '<div class="card"><dt>{label}</dt><dd{figure}{value}><strong>{text}</strong> <span class="unit">{unit}</span>'
    "</dd><dd class=\"note\">{note}</dd></div>"
)


def hero(
    inventory: Any, headline: pd.DataFrame, changes: pd.DataFrame, gaps: list[tuple[str, float]], words: Words,
    digits: int,
) -> Markup:
    """
    The answer as HTML, every text escaped.
    """
    other = [m for m in SCOPE2_METHODS if m != inventory.params.scope2_headline]
    cards = [_total(inventory, headline, m, words, digits) for m in (inventory.params.scope2_headline, *other)]
    cards += [_change(inventory, changes, words), *(_gap(*gap, words, digits) for gap in gaps)]
    return Markup('<div class="hero"><p class="answer">{}</p><dl class="cards">{}</dl>{}</div>').format(
        _answer(inventory, headline, words, digits), Markup("").join(cards), _rejected(inventory, words)
    )


def _answer(inventory: Any, headline: pd.DataFrame, words: Words, digits: int) -> str:
    tonnes = headline.set_index("figure")["co2e_t"]
    name = inventory.params.name.get(words.language) or next(iter(inventory.params.name.values()), inventory.company)
    largest = max(("scope1", "scope2", "scope3"), key=lambda s: _scope(tonnes, s, inventory.params.scope2_headline))
    total = float(tonnes[total_name(inventory.params.scope2_headline)])
    if total <= 0:
        return words("hero.nothing", company=name, year=inventory.year)
    share = _scope(tonnes, largest, inventory.params.scope2_headline) / total
    return words(
        "hero.answer", company=name, year=inventory.year, total=words.number(total, digits),
        method=words.term("method", inventory.params.scope2_headline), share=words.percent(share, 0),
        scope=words(f"scope.{largest[-1]}"),
    )


def _scope(tonnes: pd.Series[Any], scope: str, method: str) -> float:
    return float(tonnes[f"scope2-{method.removesuffix('-based')}" if scope == "scope2" else scope])


def _total(inventory: Any, headline: pd.DataFrame, method: str, words: Words, digits: int) -> Markup:
    name = total_name(method)
    value = float(headline.set_index("figure")["co2e_t"][name])
    note = words("hero.headline_method" if method == inventory.params.scope2_headline else "hero.other_method")
    label = words(f"figure.{name.replace('-', '_')}")
    return _card(label, value, words.number(value, digits), words("unit.t_co2e"), note, figure_id(inventory, name))


def _change(inventory: Any, changes: pd.DataFrame, words: Words) -> Markup:
    rows = changes[changes["scope2_method"] == inventory.params.scope2_headline].set_index("since")
    label = words("hero.change", year=inventory.year - 1)
    last = float(rows["change_share"].get("last year", float("nan")))
    base = float(rows["change_share"].get("base year", float("nan")))
    note = words("hero.since_base", year=inventory.params.base_year, change=words.percent(base, 1, sign=True))
    reported = "base year" in rows.index and rows.loc["base year", "basis"] == "as reported then"
    note += f" ({words('basis.as_reported_then')})" if reported else ""
    return _card(label, last, words.percent(last, 1, sign=True), "", note if base == base else "", "")


def _gap(target: str, value: float, words: Words, digits: int) -> Markup:
    note = words("hero.no_gap") if value != value else words("hero.above" if value > 0 else "hero.below")
    return _card(words("hero.gap", target=target), value, words.signed(value, digits), words("unit.t_co2e"), note, "")


def _card(label: str, value: float, text: str, unit: str, note: str, identifier: str) -> Markup:
    known = value == value
    figure = Markup(' data-figure-id="{}"').format(identifier) if identifier and known else Markup("")
    number = Markup(' data-value="{}"').format(format(value + 0.0, ".15g")) if known else Markup("")
    return _CARD.format(label=label, figure=figure, value=number, text=text if known else MISSING,
                        unit=unit if known else "", note=note)


def _rejected(inventory: Any, words: Words) -> Markup:
    """
    What was rejected and accepted as such: on the first page, with its amount.
    """
    table = accepted_rejects_table(inventory)
    table = table[table["rejected"] != 0]
    if table.empty:
        return Markup('<p class="rejected">{}</p>').format(words("hero.no_rejects"))
    items = [
        words("hero.reject" if share == share else "hero.reject_plain", kind=words.term("kind", kind),
              unit=words.unit(unit), amount=words.number(amount, 0 if unit == "rows" else 2),
              share=words.percent(share, 2), accepted=words.percent(accepted, 2))
        for kind, unit, amount, share, accepted in table.itertuples(index=False)
    ]
    lines = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup('<div class="rejected"><p>{}</p><ul>{}</ul></div>').format(words("hero.rejects"), lines)
