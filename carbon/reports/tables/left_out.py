"""What was read and rejected, and accepted as such: a line a kind of record, for the first page of a report."""

from __future__ import annotations

import re

import pandas as pd
from markupsafe import Markup

from carbon.core.text_columns import listed
from carbon.reports.words.language import Words

_CURRENCY = re.compile(r"[A-Z]{3}")


def left_out(rejects: pd.DataFrame, words: Words) -> Markup:
    """
    "Purchases: 3 rows (0.11% of those read; accepted: 1.00%); 491.40 EUR (...)", escaped; of `accepted_rejects_table`.
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
        said = words("hero.reject_row" if amount == 1 else "hero.reject_rows", amount=words.number(amount))
    elif _CURRENCY.fullmatch(unit):
        said = words("hero.reject_money", amount=words.number(amount, 2), unit=unit)
    else:
        key = "hero.reject_amount" if unit else "hero.reject_no_unit"
        said = words(key, amount=words.number(amount, 2), unit=words.unit(unit))
    if share != share:
        return said
    return said + " " + words("hero.reject_share", share=words.percent(share, 2), accepted=words.percent(accepted, 2))
