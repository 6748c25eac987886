"""The opening of a report: the answer in one sentence and a few numbers, what moved it, what is not in it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from carbon.core.display import Displayed
from carbon.core.errors import TableError
from carbon.core.ghg_protocol import SCOPE2_METHODS
from carbon.core.text_columns import listed
from carbon.reports.words.figure_ids import figure_id, total_name
from carbon.reports.words.language import MISSING, Words

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

_CARD = Markup(
    '<div class="card"><dt>{label}</dt><dd{figure}{value}><strong>{text}</strong> <span class="unit">{unit}</span>'
    "</dd><dd class=\"note\">{note}</dd></div>"
)
_CURRENCY = re.compile(r"[A-Z]{3}")
SMALL = 0.0005
"""A change below it would read as "less than 0.1 %": it is shown with two digits."""


@dataclass(frozen=True, repr=False)
class Constant(Displayed):
    """The change since an earlier year at constant factors.

    share: of the restated earlier year, NaN where none exists; outside: (step, t) of what moved besides; most,
    most_named and most_t: the factor edition or exchange rate that moved most, as stated and for readers; "" and 0.0
    where none did.
    """

    since: int
    share: float
    change_t: float
    outside: tuple[tuple[str, float], ...]
    most: str
    most_named: str
    most_t: float


@dataclass(frozen=True)
class Opening:
    """What a report opens with besides its totals, already in words.

    gaps: (target, gap [t]); chances: (target, sentence); lines: what moved the total, its interval;
    rejects: `accepted_rejects_table`; constants: the change at constant factors, by earlier year.
    """

    words: Words
    digits: int
    changes: pd.DataFrame
    gaps: tuple[tuple[str, float], ...]
    chances: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    rejects: pd.DataFrame
    constants: Mapping[int, Constant] = field(default_factory=dict)


def hero(inventory: Inventory, headline: pd.DataFrame, opening: Opening) -> Markup:
    """Return the answer as HTML, every text escaped."""
    words, digits = opening.words, opening.digits
    other = [m for m in SCOPE2_METHODS if m != inventory.params.scope2_headline]
    tonnes = tonnes_by_figure(headline)
    cards = [_total(inventory, tonnes, m, words, digits) for m in (inventory.params.scope2_headline, *other)]
    cards += [_change(inventory, opening, words)]
    first = figure_id(inventory, "gap")
    cards += [_gap(*gap, "" if at else first, words, digits) for at, gap in enumerate(opening.gaps)]
    return Markup('<div class="hero"><p class="answer">{}</p><dl class="cards">{}</dl>{}{}</div>').format(
        _answer(inventory, tonnes, words, digits), Markup("").join(cards), _facts(opening),
        left_out(opening.rejects, words))


def numbered(heading: str, texts: Sequence[str]) -> Markup:
    """Return a short numbered list under its heading; nothing where it is empty."""
    return Markup('<h3>{}</h3><ol class="things">{}</ol>').format(heading, _list(texts)) if texts else Markup("")


def items(texts: Sequence[str], words: Words) -> str:
    """Join strings as a list in words: "a, b and c"."""
    if len(texts) < 2:
        return "".join(texts)
    return words("list.and", first=words("text.list").join(texts[:-1]), last=texts[-1])


def _facts(opening: Opening) -> Markup:
    colon, several = opening.words("text.colon"), len(opening.chances) > 1
    chances = [f"{label}{colon}{text[:1].lower() + text[1:]}" if several else text for label, text in opening.chances]
    lines = [*opening.lines[:1], *chances, *opening.lines[1:]]
    return Markup('<ul class="facts">{}</ul>').format(_list(lines)) if lines else Markup("")


def _list(texts: Sequence[str]) -> Markup:
    return Markup("").join(Markup("<li>{}</li>").format(text) for text in texts)


def company_name(inventory: Inventory, words: Words) -> str:
    """Return the company's name in the reader's language, else in the first it is given in."""
    names = inventory.params.name
    return str(names.get(words.language) or next(iter(names.values()), inventory.company))


def _answer(inventory: Inventory, tonnes: Mapping[str, float], words: Words, digits: int) -> str:
    name = company_name(inventory, words)
    method = inventory.params.scope2_headline
    known = [s for s in ("scope1", "scope2", "scope3") if not math.isnan(scope_tonnes(tonnes, s, method))]
    largest = max(known or ["scope1"], key=lambda s: scope_tonnes(tonnes, s, method))
    total = float(tonnes[total_name(method)])
    if not total > 0:
        return words("hero.nothing", company=name, year=inventory.year)
    share = scope_tonnes(tonnes, largest, method) / total
    return words(
        "hero.answer", company=name, year=inventory.year, total=words.tonnes(total, digits),
        method=words.term("method", method), share=words.percent(share, 0),
        scope=words(f"scope.{largest[-1]}").lower(),
    )


def tonnes_by_figure(headline: pd.DataFrame) -> dict[str, float]:
    """Return the tonnes of each figure of the headline [t].

    Raises TableError: A figure is listed twice.
    """
    tonnes = dict(zip(listed(headline["figure"]), headline["co2e_t"].tolist(), strict=True))
    if len(tonnes) != len(headline):
        raise TableError("Headline: a figure is listed twice", rows=headline[headline.duplicated("figure", keep=False)])
    return tonnes


def scope_tonnes(tonnes: Mapping[str, float], scope: str, method: str) -> float:
    """Return the tonnes of "scope1", "scope2" (by the method) or "scope3"."""
    return float(tonnes[f"scope2-{method.removesuffix('-based')}" if scope == "scope2" else scope])


def _total(inventory: Inventory, tonnes: Mapping[str, float], method: str, words: Words, digits: int) -> Markup:
    name = total_name(method)
    value = float(tonnes[name])
    note = words("hero.headline_method" if method == inventory.params.scope2_headline else "hero.other_method")
    label = words(f"figure.{name.replace('-', '_')}")
    return _card(label, value, words.tonnes(value, digits), words("unit.t_co2e"), note, figure_id(inventory, name))


def _change(inventory: Inventory, opening: Opening, words: Words) -> Markup:
    columns = (listed(opening.changes[c]) for c in ("scope2_method", "since", "change_share", "basis"))
    rows = {since: (share, basis) for method, since, share, basis in zip(*columns, strict=True)
            if method == inventory.params.scope2_headline}
    label = words("hero.change", year=inventory.year - 1)
    (last, _), (base, basis) = (rows.get(since, (float("nan"), "")) for since in ("last year", "base year"))
    note = words("hero.since_base", year=inventory.params.base_year, change=words.percent(base, 1, sign=True))
    note += f" ({words('basis.as_reported_then')})" if basis == "as reported then" else ""
    change_text = words.percent(last, 1 if abs(last) >= SMALL else 2, sign=True)
    notes = [_at_constant(opening, inventory.year - 1, words), note if base == base else ""]
    notes[1] += _at_constant(opening, inventory.params.base_year, words, "hero.base_constant") if base == base else ""
    return _card(label, last, change_text, "", words("text.list").join(filter(None, notes)), "")


def _at_constant(opening: Opening, since: int, words: Words, key: str = "hero.published") -> str:
    """Return the change at constant factors as a note; "" where it is not known."""
    constant = opening.constants.get(since)
    return "" if constant is None else words(key, constant=words.percent(constant.share, 1, sign=True))


def _gap(target: str, value: float, identifier: str, words: Words, digits: int) -> Markup:
    note = words("hero.no_gap") if value != value else words("hero.above" if value > 0 else "hero.below")
    tonnes_text = words.tonnes(value, digits, sign=True)
    return _card(words("hero.gap", target=target), value, tonnes_text, words("unit.t_co2e"), note, identifier)


def _card(label: str, value: float, text: str, unit: str, note: str, identifier: str) -> Markup:
    is_known = value == value
    figure = Markup(' data-figure-id="{}"').format(identifier) if identifier and is_known else Markup("")
    number = Markup(' data-value="{}"').format(format(value + 0.0, ".15g")) if is_known else Markup("")
    return _CARD.format(label=label, figure=figure, value=number, text=text if is_known else MISSING,
                        unit=unit if is_known else "", note=note)


def left_out(rejects: pd.DataFrame, words: Words) -> Markup:
    """Return the rejected rows and amounts that the company's limits allow, a line a kind of record, from
    `accepted_rejects_table`; escaped.
    """
    table = rejects[rejects["rejected"] != 0]
    if table.empty:
        return Markup('<p class="rejected">{}</p>').format(words("hero.no_rejects"))
    lines = [words("hero.reject_kind", kind=words.term("kind", kind),
                   parts=words("text.list").join(_part(*part, words) for part in parts))
             for kind, parts in _by_kind(table)]
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup('<div class="rejected"><p>{}</p><ul>{}</ul></div>').format(words("hero.rejects"), items)


def _by_kind(table: pd.DataFrame) -> list[tuple[str, list[tuple[str, float, float, float]]]]:
    parts: dict[str, list[tuple[str, float, float, float]]] = {}
    columns = (listed(table[name]) for name in ("kind", "unit", "rejected", "share", "accepted_share"))
    for kind, *part in zip(*columns, strict=True):
        parts.setdefault(kind, []).append(tuple(part))
    return list(parts.items())


def _part(unit: str, amount: float, share: float, accepted: float, words: Words) -> str:
    if unit == "rows":
        amount_text = words("hero.reject_row" if amount == 1 else "hero.reject_rows", amount=words.number(amount))
    elif _CURRENCY.fullmatch(unit):
        amount_text = words("hero.reject_money", amount=words.number(amount, 2), unit=unit)
    else:
        key = "hero.reject_amount" if unit else "hero.reject_no_unit"
        amount_text = words(key, amount=words.number(amount, 2), unit=words.unit(unit))
    if share != share:
        return amount_text
    share_text = words("hero.reject_share", share=words.percent(share, 2), accepted=words.percent(accepted, 2))
    return f"{amount_text} {share_text}"
