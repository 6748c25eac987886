"""The row of headings of a grid, where each column is, and the nearest names where one is missing or misspelt."""

from __future__ import annotations

import difflib
import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import accumulate

from carbon.core import vocabulary
from carbon.core.errors import FileRefused
from carbon.core.text import fold, spelled_like
from carbon.core.vocabulary import heading_key
from carbon.params.shapes.answers import ASKED
from carbon.params.shapes.company import FilePattern
from carbon.records.grids.cells import Grid
from carbon.records.headings import matching
from carbon.records.headings.known import headings_of
from carbon.records.headings.matching import TEMPLATE, Headings, key_of, units_in_cells
from carbon.records.kinds.contract import DIGITAL, NUMBER, Contract
from carbon.records.kinds.messages import Warned, refusal, warned

_PERIOD = {"period_start", "period_end"}
"""Together they replace a date."""


@dataclass(frozen=True)
class Layout:
    """Position of each column of the contract in the grid, and the units in the headings."""

    first_row: int
    headings: list[str]
    columns: dict[str, int]
    width: int
    """Cells in the row of headings as written."""
    units: dict[str, str] = field(default_factory=dict)
    stated_units: dict[str, str] = field(default_factory=dict)
    """Unit column that the file has -> the unit that a heading names as well."""
    joined: dict[str, list[str | int]] = field(default_factory=dict)
    """Column -> strings and positions whose cells make it up, e.g. "{city}, {country}"."""
    warnings: list[Warned] = field(default_factory=list)


def find_layout(grid: Grid, headings: Headings, name: str, needed: set[str]) -> Layout:
    """Find the row of headings of a grid, and its columns.

    `needed`: Columns the file must have.

    Raises FileRefused: No row of headings, a needed column missing (those found and the nearest are named) or twice.
    """
    options = headings.options
    if grid.headings is not None:
        return _layout(0, grid.headings, headings, name, needed, grid)
    rows = grid.head
    stop, cells, best = heading_row(grid, options, name, headings.recognise)
    if options.header_row is None and best < min(2, len(needed)):
        first = next((r for r in rows if any(r)), [])
        sought = [f.name for f in headings.contract.fields if f.needed]
        raise refusal("header_missing", name, kind=headings.contract.kind, rows=len(rows),
                      found_headings=_listed(first), needed=", ".join(sought),
                      facts={"columns": dict.fromkeys(sought, ASKED), "headings": _listed(first)})
    refuse_scale(rows[:max(stop - options.header_rows, 0)], headings, name, cells)
    return _layout(stop, cells, headings, name, needed, grid)


def heading_row(grid: Grid, options: FilePattern, name: str,
                score: Callable[[list[str]], int]) -> tuple[int, list[str], int]:
    """Return the first row below the headings, the headings, and the best score: declared, or the row that scores best.

    Raises FileRefused: `header_missing`: no such row as params declare.
    """
    if grid.headings is not None:
        return 0, grid.headings, score(grid.headings)
    rows = grid.head
    if options.header_row is not None:
        at = [i for i, line in enumerate(grid.lines.tolist()[:len(rows)]) if line == options.header_row]
        if not at:
            raise refusal("header_missing.declared", name, line=options.header_row)
        start, best = at[0], 0
    else:
        scores = [score(row) for row in rows]
        best = max(scores, default=0)
        start = (scores.index(best) if scores else 0) - (options.header_rows - 1)
    stop = start + options.header_rows
    return stop, _joined(rows[max(start, 0):stop]) if rows else [], best


def _joined(rows: list[list[str]]) -> list[str]:
    """Join several heading rows into one: upper titles reach over the empty cells to their right."""
    titles: list[Iterator[str]] = [accumulate(row, lambda reach, cell: cell or reach) for row in rows[:-1]]
    return [" ".join(filter(None, parts)) for parts in zip(*titles, rows[-1], strict=True)]


def _year_and_month(cells: list[str], columns: dict[str, int],
                    twice: dict[str, list[int]]) -> dict[str, list[str | int]]:
    """Join a date that a file gives as a year and a month in two columns, e.g. "2024-3"."""
    places = twice.get("date", [])
    year = [p for p in places if heading_key(cells[p]) in matching.YEARS]
    month = [p for p in places if heading_key(cells[p]) in matching.MONTHS]
    if len(places) != 2 or len(year) != 1 or len(month) != 1:
        return {}
    del twice["date"], columns["date"]
    return {"date": ["", year[0], "-", month[0], ""]}


def _layout(first_row: int, cells: list[str], headings: Headings, name: str, needed: set[str], grid: Grid) -> Layout:
    columns, units_said, twice = headings.match(cells)
    check_declared(cells, headings, name)
    refuse_mapped_amount(headings, name)
    returns = column_of_returns(grid, first_row, columns, headings.contract)
    columns |= {"return": returns} if returns is not None and "return" not in headings.options.constants else {}
    joined = headings.joined(cells) | _year_and_month(cells, columns, twice)
    units_said |= headings.summed_units(joined, cells, name)
    if twice:
        column, places = next(iter(twice.items()))
        which = ", ".join(f"{cells[p]!r} (column {p + 1})" for p in places)
        raise refusal("columns_ambiguous", name, column=column, which=which, columns=(column,),
                      facts={"column": column, "headings": which})
    refuse_other_currency(cells, columns, headings, name)
    constants = set(headings.options.constants)
    implied = {c: u for c, u in units_said.items() if c not in columns and c not in constants}
    have = set(columns) | set(implied) | set(joined)
    if unseen := [c for c, p in columns.items() if p in grid.hidden_columns and c not in headings.options.columns]:
        raise refusal("hidden_column", name, column=unseen[0], heading=cells[columns[unseen[0]]])
    signed = units_in_cells(grid, first_row, columns, headings.contract, needed - have)
    if missing := sorted(needed - have - signed - ({"date"} if have >= _PERIOD else set())):
        raise missing_columns(name, missing, cells, columns, headings)
    warnings = [*grid.warnings, *absent_columns(name, cells, columns, have, headings),
                *unread_headings(name, cells, columns, have, headings)]
    width = len(cells) if grid.widths is None or not first_row else int(grid.widths[first_row - 1])
    return Layout(first_row, cells, columns, width, implied, {c: u for c, u in units_said.items() if c not in implied},
                  joined, warnings)


PATH_TIME = ("year", "month")


def with_path(options: FilePattern, parts: dict[str, str], contract: Contract, name: str) -> FilePattern:
    """Return the options with the named parts of the path as constants; declared options outrank the path.

    Raises FileRefused: `constants` or `values` name a column that the kind does not have.
    """
    for key, group in (("constants", options.constants), ("values", options.model_dump()["values"])):
        for column in group:
            if column not in contract.name_of:
                raise unknown_column(f"`{key}` in params name", column, contract, name)
    of_path = {k: v for k, v in parts.items() if k in contract.name_of and k not in PATH_TIME}
    return options.model_copy(update={"constants": {**of_path, **options.constants}}) if of_path else options


def dated_by_path(options: FilePattern, parts: dict[str, str], layout: Layout, name: str) -> FilePattern:
    """Return the options with the path's year (and month) as the period, where the file has no dates of its own."""
    dated = {"date", "period_start"} & {*layout.columns, *layout.joined}
    if "year" not in parts or options.period is not None or dated:
        return options
    if not re.fullmatch(r"(19|20)\d{2}", parts["year"]) or not re.fullmatch(r"0?[1-9]|1[0-2]", parts.get("month", "1")):
        raise refusal("path_unfit", name, year=parts["year"], month=parts.get("month", ""))
    return options.model_copy(update={"period": days_of(parts["year"], parts.get("month"))})


def days_of(year: str, month: str | None) -> tuple[date, date]:
    """Return first and last day of a year, or of one month of it."""
    first, last = (1, 12) if month is None else (int(month), int(month))
    return date(int(year), first, 1), date(int(year), last, monthrange(int(year), last)[1])


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
    """Refuse a heading that params map to what counts and that states tax, or thousands, unless they swear to it.

    Raises FileRefused: `amount_with_tax`, `scale_above`.
    """
    options, column = headings.options, headings.contract.measure[0]
    heading = options.columns.get(column, "")
    if is_scaled(heading) and not options.is_sworn("full_units"):
        raise refusal("scale_above.mapped", name, heading=heading, column=column)
    key = heading_key(heading := options.columns.get("amount", ""))
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
    hints = "; ".join(_hints(_nearest_headings(absent, cells, columns, headings)))
    return [warned("column_absent", name, hints=hints)] if absent else []


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
    words = headings_of(headings.contract.kind, lacking)
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

    Under headings of amounts without tax (`cells`) "TTC" means others; params may swear to either.

    Raises FileRefused: The title.
    """
    net = any(vocabulary.holds(heading_key(cell), "word of net") for cell in cells)
    taxed = [] if net or headings.contract.measure[0] != "amount" else \
        [c for row in rows for c in row if vocabulary.is_word(fold(c), "line with tax")
         and not vocabulary.holds(heading_key(c), "word of net")]
    if taxed and not headings.options.is_sworn("net_of_tax", "tax_counts"):
        raise refusal("amount_with_tax.line", name, where=where, line=taxed[0][:80])
    scaled_cells = [cell for row in rows for cell in row if is_scaled(cell)]
    if scaled_cells and "amount" in headings.contract.name_of and not headings.options.is_sworn("full_units"):
        raise refusal("scale_above.line", name, where=where, line=scaled_cells[0][:80])


def missing_columns(name: str, missing: list[str], cells: list[str], columns: dict[str, int],
                    headings: Headings) -> FileRefused:
    """Return the refusal of a file without a needed column: what is missing, the nearest headings, all headings."""
    nearest_headings = _nearest_headings(missing, cells, columns, headings)
    proposed = {column: near[0] if near and likeness(near[0], column, headings.contract.kind) >= _MISSPELT else ASKED
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
    is_local = vocabulary.holds(heading_key(currency), matching.OF_LOCAL)
    if vocabulary.holds(heading_key(amount), matching.OF_DOCUMENT if is_local else matching.OF_LOCAL):
        raise refusal("currency_of_another_amount", name, currency=currency, amount=amount,
                      facts={"headings": _listed(cells)})


def _refuse_twin(cells: list[str], amount: str, headings: Headings, name: str) -> None:
    """Refuse a plain amount next to one "in transaction currency" that has no currency: either may be in it."""
    column_of = headings_of(headings.contract.kind, headings.contract.columns)
    for family in (matching.OF_LOCAL, matching.OF_DOCUMENT):
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
        scored = sorted(((likeness(c, column, headings.contract.kind), c) for c in free), reverse=True)
        nearest_headings[column] = [c for score, c in scored[:3] if score > 0.4]
    return nearest_headings


@lru_cache(maxsize=4096)
def likeness(heading: str, column: str, kind: str) -> float:
    """Return how like a heading is to the known headings of a column of a kind, 0 to 1."""
    best, matcher = 0.0, difflib.SequenceMatcher(None, heading_key(heading))
    for word in (w for w, c in headings_of(kind, (column,)).items() if c == column):
        matcher.set_seq2(word)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:  # bounds that cost less
            best = max(best, matcher.ratio())
    return best


def _listed(cells: list[str]) -> str:
    return ", ".join([repr(c) for c in cells if c][:30]) or "none"
