"""Rows that are not records, or are incomplete: headings, ruled lines, hidden rows, other years, totals and remarks.

A row with the word "total" that equals the sum of rows above it is not a record. Where it is also incomplete as a
record it is excluded; where it is complete (a supplier may be called Total) it is rejected. Rows declared under
`skip_rows_where` are excluded before.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from carbon.core import units
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats, Rows
from carbon.core.vocabulary import currency, is_word, net
from carbon.records.grids.cells import Grid, filled_cells, matches
from carbon.records.headings.layout import is_scaled, refuse_scale
from carbon.records.kinds.contract import CURRENCY, DAY, NUMBER, UNIT
from carbon.records.kinds.messages import problem
from carbon.records.rules.sheet import Sheet
from carbon.records.rules.sums import Amounts, ends_of_groups, ends_of_levels, of_rows_beside


def exclude_repeated_headings(sheet: Sheet) -> None:
    """Exclude the rows that are the row of headings once more."""
    is_heading = np.ones(len(sheet), dtype=bool)
    for heading, column in zip(sheet.layout.headings, sheet.body.columns, strict=False):
        if heading and is_heading.any():
            is_heading &= column.equals(heading)
    sheet.exclude(is_heading, "header_repeated")


def exclude_ruled_lines(sheet: Sheet) -> None:
    """Exclude the rows of dashes and the like, which lists drawn with characters have between their rows."""
    ruled = np.ones(len(sheet), dtype=bool)
    for column in sheet.body.columns:
        distinct = column.distinct  # no row below the headings is blank in all columns
        drawn = pc.match_substring_regex(distinct.texts, r"^\s*(?:[-=_+]{3,}[-=_+\s]*)?$")
        ruled &= np.asarray(drawn).astype(bool)[distinct.codes]
        if not ruled.any():
            return
    sheet.exclude(ruled, "ruled_line")


def flag_widths(sheet: Sheet) -> None:
    """Add a fault for rows with fewer or more cells than headings."""
    body, layout = sheet.body, sheet.layout
    if body.widths is None:
        return
    last_heading = max((i + 1 for i, h in enumerate(layout.headings) if h), default=0)
    sheet.fault(body.widths < last_heading, "", "row_too_short")
    longer = body.widths > layout.width
    if longer.any():
        extra = filled_cells(body.columns[layout.width:], len(body))
        sheet.fault(longer & extra, "", "row_too_long")


def flag_hidden(sheet: Sheet) -> None:
    """Add a fault for rows that the workbook hides; or, as `hidden_rows` of params states, exclude or count them."""
    hidden = sheet.body.hidden
    if hidden is None or not hidden.any():
        return
    if sheet.options.hidden_rows is None:
        sheet.fault(hidden, "", "hidden_row")
    elif sheet.options.hidden_rows == "exclude":
        sheet.exclude(hidden, "hidden_row.excluded")
    else:
        sheet.warn_of("hidden_row.counted", rows=int(hidden.sum()))


def _of_other_years(sheet: Sheet) -> Flags:
    """Return the rows entirely outside the reporting year; none where no year is known."""
    first, last, table = sheet.project.first_day, sheet.project.last_day, sheet.table
    if first is None or last is None or "period_start" not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return np.asarray((table["period_end"].to_numpy() < first.to_datetime64())
                      | (table["period_start"].to_numpy() > last.to_datetime64()))


def reject_other_years(sheet: Sheet) -> None:
    """Add a fault for rows of other years, where params declare `out_of_year: reject`."""
    if sheet.options.out_of_year == "reject":
        sheet.fault(_of_other_years(sheet), "date", "out_of_year")


def drop_faults_of_excluded(sheet: Sheet) -> None:
    """Drop the faults of excluded rows."""
    lines = sheet.fault_lines
    remaining = sheet.not_excluded[lines["row"].to_numpy(dtype=np.intp)]
    sheet.fault_lines = lines if remaining.all() else lines[remaining].reset_index(drop=True)


def exclude_other_years(sheet: Sheet) -> None:
    """Exclude the rows of other years that are no rejects, with the day of each."""
    outside = _of_other_years(sheet) & ~sheet.rejected
    if outside.any():
        days = sheet.table["period_start"].dt.strftime("%Y-%m-%d").fillna("").astype("str")
        sheet.exclude(outside, "out_of_year.excluded", "date", days, project=sheet.project)


_MISPLACED = ("not_a_number", "date_unreadable")
"""Faults of a row of headings, or of a remark, that is read as a record."""
_SOUGHT, _KEPT, _AMOUNT = 200, 3, re.compile(r"-?[\d\s.,']+")


def flag_second_tables(sheet: Sheet) -> None:
    """Add a fault for every row below a second row of headings that keeps the columns but not the one that counts.

    A row of headings that names the same columns in other words is excluded as the headings once more.

    Raises FileRefused: `scale_above`, `unit_conflict`: a row of units right below the headings states "k€" or "MWh".
    """
    layout, body = sheet.layout, sheet.body
    if sheet.counted_column not in layout.columns:
        return
    rows = sheet.faults.rows_with(_MISPLACED)
    if len(rows) and not rows[0]:
        _settle_units_below(sheet, body.row(0)[layout.columns[sheet.counted_column]])
    for row in rows[sheet.not_excluded[rows]][:_SOUGHT].tolist():
        cells = body.row(row)
        matched_columns, units, _ = sheet.headings.match(cells)
        kept_columns = [c for c, at in matched_columns.items() if layout.columns.get(c) == at]
        own_place, below = layout.columns[sheet.counted_column], body.row(min(row + 1, len(body) - 1))
        place = matched_columns.get(sheet.counted_column, own_place)
        # Rows below may be of either order where both places hold a number.
        has_moved = len(matched_columns) >= _KEPT and place != own_place and _AMOUNT.fullmatch(below[place].strip())
        if len(kept_columns) < _KEPT and not has_moved:
            continue
        row_numbers = np.arange(len(body))
        if sheet.counted_column in kept_columns and units == {**layout.units, **layout.stated_units}:
            sheet.exclude(row_numbers == row, "header_repeated.in_other_words")
        else:
            sheet.fault(row_numbers > row, sheet.counted_column, "headings_changed")
            return


def _settle_units_below(sheet: Sheet, cell: str) -> None:
    """Exclude a row with the declared unit of all rows. Raises FileRefused: `scale_above`, `unit_conflict`: another."""
    if is_scaled(cell):
        raise sheet.refusal("scale_above.line", where="below", line=cell[:80])
    unit, column = units.find(cell), sheet.contract.measure[1]
    no_numbers = all(units.find(c) or not re.search(r"\d", c) for c in sheet.body.row(0))
    if unit and no_numbers and column in sheet.options.constants:
        if {*sheet.table[column].iloc[1:].unique()} != {unit.name}:
            raise sheet.refusal("unit_conflict.below", stated_unit=cell, column=column)
        sheet.exclude(np.arange(len(sheet)) == 0, "header_repeated.units")


_MOST_SOUGHT, _FEW_TEXTS = 5000, 300
_MOST_NOTES, _MOST_BELOW = 10_000, 50
REMARK = "remark"
"""Code of rows between others that are only a remark."""
_DATES = re.compile(r"\b\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d{2}\b|\b(?:19|20)\d{2}(?:-\d\d(?:-\d\d)?)?\b")
_TOTAL_LISTS = (("row is a total", "row balance"), ("row all sites",), ("row begins as a total",))
_TOTAL_WORDS = (*sum(_TOTAL_LISTS, ()), "row carried on")
_PHRASE = re.compile(r"[^\W\d_]{2}.*\s.*[^\W\d_]{2}", re.DOTALL)


def settle_totals(sheet: Sheet) -> None:
    """Exclude remarks and the totals that are not records; add a fault for rows that may be either.

    A complete row is unclear where its words are no name ("grand total", "opening balance"), where some row of the
    file proves to be a total of several, or where it equals the sum of several rows above or below and is named a
    total, begins with the word, names all sites or names nothing at all.
    """
    column, body, excluded, faults = sheet.counted_column, sheet.body, sheet.excluded, sheet.faults
    if not column:
        return
    values, bad, field = sheet.table[column].to_numpy(), faults.bad_rows(), sheet.contract.name_of
    # No word is sought in columns that were read as numbers; a row of totals may fill others as a record does.
    numbers = {i for c, i in sheet.layout.columns.items() if field[c].reads == NUMBER and c not in faults.columns()}
    quiet = {i for c, i in sheet.layout.columns.items() if c == "company" or field[c].reads in (DAY, CURRENCY, UNIT)}
    methods = {i for i, _, key in sheet.unread_columns if is_word(key, "heading method")}  # "sum of meters" is no total
    total_words, hints = _total_words(body, numbers | methods, bad)
    exclude_remarks(sheet, values)
    candidates = [i for i in total_words if not np.isnan(values[i])][:_MOST_SOUGHT]
    # An incomplete last row that holds only numbers is a total without a word.
    silent = _wordless(values, body, numbers, ~bad | excluded.flags)
    candidates = candidates or [row for row in silent if row == len(body) - 1 > 1]
    hints |= _wordless(values, body, numbers | quiet, bad | excluded.flags)
    hints = {row: text for row, text in hints.items() if row not in total_words}
    plain_rows = ~np.isnan(values) & ~excluded.flags
    for rows in (counted := np.flatnonzero(plain_rows & ~bad), counted[::-1]):  # below their groups, or above
        ends = np.union1d(ends_of_groups(values[rows]), ends_of_levels(values[rows[:len(rows) * (body.cells is None)]]))
        sheet.fault(rows[ends], column, "subtotal_suspected.groups")
    if not candidates and not hints:
        return
    amounts = Amounts.of(values, measured=column == "quantity")
    _suspect(sheet, values, amounts, hints, candidates)
    if not candidates:
        return
    plain_rows[candidates] = False
    at = np.array(candidates)
    balances = [i for i in candidates if is_word(fold(total_words.get(i, "")), "row balance", "row carried on")]
    with_balances = plain_rows | np.isin(np.arange(len(values)), balances)
    above = np.vstack([of_rows_beside(amounts, rows, at, at)[:2] for rows in (plain_rows, with_balances)])
    heads = (of_rows_beside(amounts, plain_rows & ~bad, at, at)[2:] > 1).any(axis=0) & (values[at] != 0)
    _settle(sheet, total_words, candidates, above, heads)


def _settle(sheet: Sheet, total_words: dict[int, str], candidates: list[int], above: Rows, heads: Flags) -> None:
    """Exclude incomplete rows named total that equal rows above; add a fault for complete ones that may be a total."""
    column, bad, proved = sheet.counted_column, sheet.faults.bad_rows(), (above > 1).any()
    verdicts = np.stack([(above > 0).any(axis=0), (above > 1).any(axis=0), heads], axis=1)
    for row, (fitting, several, head) in zip(candidates, verdicts.tolist(), strict=True):
        stated_text = total_words.get(row, "nothing")
        balance, carried = (is_word(fold(stated_text), f"row {words}") for words in ("balance", "carried on"))
        if bad[row] and (several if balance or carried else fitting):
            sheet.exclude(np.arange(len(sheet)) == row, "subtotal.named", column, stated_text=stated_text)
        elif not bad[row] and (balance or proved or head or is_word(fold(stated_text), "row never a name")):
            message = "balance_row" if balance else "subtotal_suspected.named"
            sheet.faults.add(np.array([row]), column, problem(message), stated_text)


def _suspect(sheet: Sheet, values: Floats, amounts: Amounts, hints: dict[int, str], candidates: list[int]) -> None:
    """Add a fault for complete rows with a hint of a total that equal the sum of two rows or more above or below."""
    plain_rows = ~np.isnan(values) & sheet.sound_rows
    plain_rows[candidates] = False
    at = np.array([r for r in sorted(hints) if plain_rows[r] and values[r]][:_MOST_SOUGHT], dtype=np.intp)
    numbers = [of_rows_beside(amounts, plain_rows, at, np.array(candidates, dtype=np.intp))[:2]]
    for with_named in (False, True):  # each group has its total; an account's holds what was carried into it
        plain_rows[at], plain_rows[candidates] = False, with_named
        numbers.append(of_rows_beside(amounts, plain_rows, at, at))
    parts = np.vstack(numbers).max(axis=0)
    for row, number in zip(at.tolist(), parts.tolist(), strict=True):  # of one row where others are proved
        if number > 1 or (number and hints[row] and (parts > 1).any()):
            sheet.faults.add(np.array([row]), sheet.counted_column, problem("subtotal_suspected.named"), hints[row])


def _wordless(values: Floats, body: Grid, ignored: set[int], out: Flags) -> dict[int, str]:
    """Return rows that name nothing, outside `ignored` columns; no row where half the file is written so."""
    silent = ~np.isnan(values) & ~out
    for position, column in enumerate(body.columns):
        if position not in ignored and silent.any():
            silent &= column.blank()
    rows = np.flatnonzero(silent)
    return dict.fromkeys(rows.tolist(), "") if 2 * len(rows) < len(body) else {}


def exclude_remarks(sheet: Sheet, values: Floats) -> None:
    """Exclude remarks: rows whose only cell is a phrase where a day or a number belongs.

    They are below the table or between rows. A phrase is two words or more, or the number of a page. Between rows it
    may hold no other number but dates and years: a row that may state an amount stays a reject. A phrase in a column
    of words may be the rest of a damaged row, and stays a reject too, except below the table after an empty line.
    """
    body, faults, excluded = sheet.body, sheet.faults, sheet.excluded
    misplaced = faults.rows_with(_MISPLACED)
    lone = _lone_phrases(body, misplaced[np.isnan(values[misplaced]) & ~excluded.flags[misplaced]])
    remarks = np.zeros(len(body), dtype=bool)
    remarks[[*lone]] = True
    end = len(body)
    while end and (remarks[end - 1] or excluded.flags[end - 1]):
        end -= 1
    below = remarks.copy()
    below[:end] = False
    below |= _after_a_gap(values, body, faults.bad_rows() & ~excluded.flags, end)
    sheet.exclude(below, "note")
    between = {row: text for row, text in lone.items() if not below[row] and (
        _is_page(text) or not re.search(r"\d", _DATES.sub("", text)))}
    if between:
        texts = pd.Series(between).reindex(range(len(body)), fill_value="")
        sheet.exclude((texts != "").to_numpy(dtype=bool), "remark.between", "", texts)


def _after_a_gap(values: Floats, body: Grid, bad: Flags, end: int) -> Flags:
    """Return the rows of one phrase each below the table after an empty line, e.g. "Source: bills of the supplier"."""
    flags = np.zeros(len(body), dtype=bool)
    first = end
    while first and end - first < _MOST_BELOW and bad[first - 1] and np.isnan(values[first - 1]):
        first -= 1
    if first == len(body) or not first:
        return flags
    phrases = _lone_phrases(body, np.arange(first, end))
    after = len(body)
    for row in range(end - 1, first - 1, -1):
        if row not in phrases:
            break
        if body.lines[row] - body.lines[row - 1] > 1:
            after = row
    flags[after:end] = True
    return flags


def _lone_phrases(body: Grid, rows: Rows) -> dict[int, str]:
    """Return the rows whose only filled cell is a phrase of two words or more, with the phrase."""
    if not len(rows):
        return {}
    texts = [pc.utf8_trim_whitespace(c.take(rows).strings) for c in body.columns]
    filled = sum(np.asarray(pc.not_equal(t, "")).astype(int) for t in texts)
    single = np.flatnonzero(filled == 1)[:_MOST_NOTES]
    phrases = {int(rows[i]): "".join(t[int(i)].as_py() for t in texts) for i in single}
    return {row: text for row, text in phrases.items() if _PHRASE.search(text) or _is_page(text)}


def _is_page(text: str) -> bool:
    return is_word(fold(text), "row page")


def warn_of_remarks(sheet: Sheet) -> None:
    """Add a warning where remarks between rows were not read: they may speak of them.

    Raises FileRefused: `scale_above`: a remark between or below the rows states that the amounts are in thousands.
    """
    refuse_scale([[sheet.grid.sheet]], sheet.headings, sheet.name, sheet.layout.headings)
    remarks = sheet.excluded.cells_of(REMARK)
    remark_rows = [sheet.body.row(row) for row, _ in [*remarks, *sheet.excluded.cells_of("note")][:_MOST_SOUGHT]]
    refuse_scale(remark_rows, sheet.headings, sheet.name, sheet.layout.headings, "below")
    misplaced = sheet.faults.rows_with((*_MISPLACED, "date_serial"))
    lone = [filled[0] for row in misplaced[sheet.not_excluded[misplaced]][:_SOUGHT].tolist()
            if len(filled := [c.strip() for c in sheet.body.row(row) if c.strip()]) == 1]
    sections = [text for text in lone if (text.isupper() and currency(text)) or re.fullmatch(r"(19|20)\d\d", text)]
    if sections:
        sheet.warn_of("section_unread", shown=", ".join(map(repr, sections[:_KEPT])))
    if remarks:
        row, text = remarks[0]
        sheet.warn_of(REMARK, rows=len(remarks), line=int(sheet.body.lines[row]), text=text[:80])


def _total_words(body: Grid, numbers: set[int], bad: Flags) -> tuple[dict[int, str], dict[int, str]]:
    """Return the rows with a cell that is only the word total, with the cell; and rows where a cell only hints at one.
    A row that is no complete record may hold more words, e.g. "Total général (2 lignes)", or the asterisks of SAP.
    """
    stated_totals: dict[int, str] = {}
    hints: dict[int, str] = {}
    columns = [column.distinct for position, column in enumerate(body.columns) if position not in numbers]
    if sum(len(distinct.texts) for distinct in columns) > _FEW_TEXTS:
        met = matches([distinct.texts for distinct in columns], net(*_TOTAL_WORDS) + r"|^\s*\*+\s*$")
    else:  # the pattern takes as long to compile
        met = [np.ones(len(distinct.texts), dtype=bool) for distinct in columns]
    for distinct, hits in zip(columns, met, strict=True):
        for code in np.flatnonzero(hits).tolist():
            text = distinct.texts[code].as_py()
            folded_text = fold(text)
            stars = set(text.strip()) == {"*"}
            if stars or is_word(folded_text, *_TOTAL_WORDS):
                is_total, hint, part = (is_word(folded_text, *names) for names in _TOTAL_LISTS)
                part |= stars
                for row in np.flatnonzero(distinct.codes == code).tolist():
                    if is_total or (bad[row] and not hint):
                        stated_totals.setdefault(row, text.strip())
                    elif hint or part:
                        hints.setdefault(row, text.strip())
    return dict(sorted(stated_totals.items())), hints
