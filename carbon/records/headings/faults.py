"""Messages where headings are missing, misspelt or left unread: the columns found and the nearest names."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache

from carbon.core.errors import FileRefused
from carbon.core.params.answers import ASKED
from carbon.core.text import fold, spelled_like
from carbon.records.grids.cells import Grid
from carbon.records.headings.matching import OF_DOCUMENT, OF_LOCAL, TEMPLATE, Headings, key_of
from carbon.records.kinds import vocabulary
from carbon.records.kinds.contract import DIGITAL, NUMBER, Contract
from carbon.records.kinds.messages import Warned, refusal, warned
from carbon.records.kinds.vocabulary import heading_key

_BARE_PERCENT = re.compile(r"(?<![\d\s])\s*%")
_MISSPELT = 0.85
"""Likeness from which a heading is proposed as the column: a letter or two are other; what is less like is asked."""


def check_declared(cells: list[str], headings: Headings, name: str) -> None:
    """Refuse `columns` of params that name a field the kind does not have, or a heading the file does not have."""
    have = {key_of(c) for c in cells}
    for column, heading in headings.options.columns.items():
        if column not in headings.contract.name_of:
            raise unknown_column("params declare", column, headings.contract, name)
        pieces = TEMPLATE.findall(heading) or [heading]
        again = [p for p in pieces if len(pieces) > 1 and [key_of(c) for c in cells].count(key_of(p)) > 1]
        if again:
            raise refusal("columns_ambiguous.declared", name, heading=again[0], column=column)
        for piece in [p for p in pieces if key_of(p) not in have]:
            similar = ", ".join(map(repr, spelled_like(piece, cells, cutoff=0.4)))
            hint = f"nearest headings: {similar}" if similar else f"headings found: {_listed(cells)}"
            raise refusal("columns_missing.heading", name, piece=piece, column=column, hint=hint,
                          facts={"columns": {column: ASKED}, "headings": _listed(cells)})


def unknown_column(where: str, column: str, contract: Contract, name: str) -> FileRefused:
    """Return the refusal of a column that the kind does not have, with the nearest that it has."""
    names = spelled_like(column, contract.columns, n=1)
    hint = f"did you mean {names[0]!r}?" if names else f"known: {', '.join(contract.columns)}"
    return refusal("columns_unknown", name, where=where, column=column, kind=contract.kind, hint=hint)


def refuse_mapped_amount(headings: Headings, name: str) -> None:
    """Refuse a heading that params map to the amount and that states tax, or thousands, unless they swear to it.

    Raises FileRefused: `amount_with_tax`, `scale_above`.
    """
    heading, options = headings.options.columns.get("amount", ""), headings.options
    key = heading_key(heading)
    if is_scaled(heading) and not options.is_sworn("full_units"):
        raise refusal("scale_above.mapped", name, heading=heading)
    gross, _, tax = heading.partition(" - ")
    less_tax = len(TEMPLATE.findall(gross)) == 1 and TEMPLATE.fullmatch(tax)
    # Less the net amount the rest is the tax; a rate of tax ("% IVA") or its base is no amount of it.
    is_rate = vocabulary.holds(heading_key(tax), "heading tax rate") or _BARE_PERCENT.search(tax)
    is_net = vocabulary.holds(heading_key(gross if less_tax else heading), "word of net") or (
        less_tax and not is_rate and not vocabulary.holds(heading_key(tax), "word of net")
        and vocabulary.holds(heading_key(tax), "row tax", "word of tax", "heading tax within"))
    if vocabulary.holds(key, "heading gross") and not is_net and not options.is_sworn("net_of_tax", "tax_counts"):
        raise refusal("amount_with_tax.mapped", name, heading=heading)


def absent_columns(name: str, cells: list[str], columns: dict[str, int], have: set[str],
                   headings: Headings) -> list[Warned]:
    """Warn of columns that a declared file may lack, so that a misspelt heading is noticed."""
    soft = [f.name for f in headings.contract.fields if f.soft and f.name != "company"]
    absent = [c for c in soft if c not in have and c not in headings.options.constants]
    if not absent:
        return []
    hints = "; ".join(_hints(_nearest_headings(absent, cells, columns, headings)))
    return [warned("column_absent", name, hints=hints)]


def unread_headings(name: str, cells: list[str], columns: dict[str, int], have: set[str],
                    headings: Headings) -> list[Warned]:
    """Warn of unread headings with the words of a number that the file seems to lack, e.g. "Distance aller".

    A digital table is what its owner keeps: all of its unread headings are named, with the columns that it lacks.
    """
    lacking = tuple(f.name for f in headings.contract.fields
                    if f.reads == NUMBER and not (f.needed or f.filled) and f.name not in have)
    positions_read = set(columns.values())
    rest = [cell for i, cell in enumerate(cells) if i not in positions_read and cell]
    if headings.contract.kind in DIGITAL:
        other_days = {"period_start", "period_end"} if "date" in have else {"date"}
        columns_given = have | other_days | headings.contract.unread_persons(()) | set(headings.options.constants)
        absent = [c for c in headings.contract.columns if c not in columns_given]
        listed = {"headings": _listed(rest), "columns": _listed(absent)}
        return [warned("columns_left", name, **listed)] if rest and absent else []
    words = vocabulary.headings_of(headings.contract.kind, lacking)
    cell_of = {column: cell for cell in rest for word, column in words.items()
               if len(word) > 3 and f" {word} " in f" {heading_key(cell)} "}
    lengths = [cell for cell in rest if vocabulary.holds(heading_key(cell), "word of a length")]
    cell_of |= {"distance": lengths[-1]} if lengths and "distance" in lacking else {}
    back = [c for c in cells if "return" in headings.contract.name_of
            and vocabulary.is_word(heading_key(c), "heading way back")]
    returns = [warned("return_unsaid", name, heading=c) for c in back if "return" not in have]
    return [*returns, *(warned("column_unread", name, heading=cell, column=column) for column, cell in cell_of.items())]


def column_of_returns(grid: Grid, first_row: int, columns: dict[str, int], contract: Contract) -> int | None:
    """Return the column whose cells are all one way or return, whatever its heading; unread, it loses half a trip."""
    if "return" in columns or "return" not in contract.name_of:
        return None
    for position, column in enumerate(grid.columns):
        if position in columns.values():
            continue
        words = {fold(t) for t in column.below(first_row).distinct.texts.slice(0, 50).to_pylist()} - {""}
        names_ways = {"single", "return"} <= words or any(vocabulary.is_word(w, "row return") for w in words)
        if names_ways and all(vocabulary.canonical("flag", w) for w in words):
            return position
    return None


_SCALE = re.compile(r"\b[kKTM]\s?(?:€|£|\$|EUR\b|USD\b|GBP\b|CHF\b)|['’]000\b")


def is_scaled(text: str) -> bool:
    """Return whether a title, a heading or a cell states thousands or millions: "in thousands", "k€"."""
    return bool(_SCALE.search(text)) or vocabulary.holds(fold(text), "word of thousands")


def refuse_scale(rows: list[list[str]], headings: Headings, name: str, cells: list[str], where: str = "above") -> None:
    """Refuse a title or a remark "in thousands", "k€" or "TTC" near amounts: it may or may not apply to them.

    Under headings of amounts without tax (`cells`) "TTC" means others; with `header_row` in params the lines above the
    headings mean nothing.

    Raises FileRefused: The title.
    """
    net = any(vocabulary.holds(heading_key(cell), "word of net") for cell in cells)
    taxed = [] if net or headings.contract.measure[0] != "amount" else \
        [c for row in rows for c in row
         if vocabulary.is_word(fold(c), "line with tax") and not vocabulary.holds(heading_key(c), "word of net")]
    if taxed and headings.options.header_row is None:
        raise refusal("amount_with_tax.line", name, where=where, line=taxed[0][:80])
    scaled_cells = [cell for row in rows for cell in row if is_scaled(cell)]
    if scaled_cells and "amount" in headings.contract.name_of and headings.options.header_row is None:
        raise scaled(name, scaled_cells[0], where)


def scaled(name: str, line: str, where: str) -> FileRefused:
    """Return the refusal of a file with a line "in thousands" above or below its headings."""
    return refusal("scale_above.line", name, where=where, line=line[:80])


def missing_columns(name: str, missing: list[str], cells: list[str], columns: dict[str, int],
                    headings: Headings) -> FileRefused:
    """Return the refusal of a file without a needed column: what is missing, the nearest headings, all headings."""
    nearest_headings = _nearest_headings(missing, cells, columns, headings)
    proposed = {column: near[0] if near and likeness(near[0], column, headings) >= _MISSPELT else ASKED
                for column, near in nearest_headings.items()}
    return refusal("columns_missing", name, hints="; ".join(_hints(nearest_headings)), found_headings=_listed(cells),
                   columns=tuple(missing), facts={"columns": proposed, "headings": _listed(cells)})


def refuse_other_currency(cells: list[str], columns: dict[str, int], headings: Headings, name: str) -> None:
    """Refuse an amount in local currency with the currency of the document, and the reverse.

    An export of a ledger gives each amount twice. A plain "Currency" next to an amount in local currency is as a rule
    the document's; nothing decides it.

    Raises FileRefused: Both headings, and what to declare.
    """
    declared = {*headings.options.columns, *headings.options.constants}
    if not {"amount", "currency"} <= set(columns) or {"amount", "currency"} <= declared or "currency" in declared:
        return
    amount, currency = (cells[columns[c]] for c in ("amount", "currency"))
    _refuse_twin(cells, amount, headings, name)
    is_local = vocabulary.holds(heading_key(currency), OF_LOCAL)
    if vocabulary.holds(heading_key(amount), OF_DOCUMENT if is_local else OF_LOCAL):
        raise refusal("currency_of_another_amount", name, currency=currency, amount=amount,
                      facts={"headings": _listed(cells)})


def _refuse_twin(cells: list[str], amount: str, headings: Headings, name: str) -> None:
    """Refuse a plain amount next to one "in transaction currency" that has no currency: either may be in it."""
    column_of = vocabulary.headings_of(headings.contract.kind, headings.contract.columns)
    for family in (OF_LOCAL, OF_DOCUMENT):
        twins = [c for c in cells if vocabulary.holds(heading_key(c), family)]
        others = [c for c in twins if column_of.get(heading_key(c)) == "amount" and c != amount]
        if others and not vocabulary.holds(heading_key(amount), family) and \
                not any(column_of.get(heading_key(c)) == "currency" for c in twins):
            raise refusal("columns_ambiguous.currency", name, amount=amount, other=others[0],
                          columns=("amount", "currency"))


def _hints(nearest_headings: dict[str, list[str]]) -> list[str]:
    return [f"{column} (nearest: {', '.join(map(repr, near))})" if near else column
            for column, near in nearest_headings.items()]


def _nearest_headings(missing: list[str], cells: list[str], columns: dict[str, int],
                      headings: Headings) -> dict[str, list[str]]:
    positions_read = set(columns.values())
    free = [c for i, c in enumerate(cells) if i not in positions_read and c]
    nearest_headings = {}
    for column in missing:
        scored = sorted(((likeness(c, column, headings), c) for c in free), reverse=True)
        nearest_headings[column] = [c for score, c in scored[:3] if score > 0.4]
    return nearest_headings


def likeness(heading: str, column: str, headings: Headings) -> float:
    """Return how like a heading is to the known headings of a column, 0 to 1."""
    return _likeness(heading_key(heading), column, headings.contract.kind)


@lru_cache(maxsize=4096)
def _likeness(key: str, column: str, kind: str) -> float:
    best, matcher = 0.0, difflib.SequenceMatcher(None, key)
    for word in (w for w, c in vocabulary.headings_of(kind, (column,)).items() if c == column):
        matcher.set_seq2(word)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:  # bounds that cost less
            best = max(best, matcher.ratio())
    return best


def _listed(cells: list[str]) -> str:
    first_cells = [repr(c) for c in cells if c][:30]
    return ", ".join(first_cells) or "none"


def no_header(name: str, rows: list[list[str]], headings: Headings) -> FileRefused:
    """Return the refusal of a file in whose first rows no headings were found."""
    first = next((r for r in rows if any(r)), [])
    needed = [f.name for f in headings.contract.fields if f.needed]
    return refusal("header_missing", name, kind=headings.contract.kind, rows=len(rows), found_headings=_listed(first),
                   needed=", ".join(needed),
                   facts={"columns": dict.fromkeys(needed, ASKED), "headings": _listed(first)})
