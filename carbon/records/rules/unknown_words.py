"""Columns of few words that are not read: which of their rows count is known of each word, or it is asked.

Rows that state that they are no records (cancelled, budgeted, paid, fed into the grid) are rejects until params state
of their word whether it counts (`rules.declared`). The marks are a table (data/marks.csv).

A word that is in no list may be the word for "cancelled". It counts where something proves that its column does not
decide what counts: the heading names people, places, codes or remarks; all words are known; the column states no more
than another one that is read. Else its rows are rejects until params state what the word means.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core import packaged
from carbon.core.columns import group_codes
from carbon.core.countries import country_words
from carbon.core.text import fold
from carbon.core.text_columns import Flags, values_of
from carbon.core.vocabulary import MONTHS, WEEKDAYS, currency, heading_key, is_word, words_of
from carbon.records.grids.cells import by_cell
from carbon.records.rules.declared import RETURN, answered
from carbon.records.rules.registers import HEADINGS as OF_REGISTERS
from carbon.records.rules.registers import parts_of
from carbon.records.rules.sheet import MOST_WORDS, Sheet

MOST, MANY = 30, 7
"""Words of a column that are asked for; words that are too many to be states under a heading that is not known."""
_HEAD, _VARIED, _LONG = 2000, 200, 100_000
"""Of the first rows of a file, distinct cells of no column of few words; rows beyond which no references are sought."""
_STATES = "status", "cancelled", "private", "with tax", "refunded"
_TYPES = "type", "meter type", "scenario", "budget", "energy direction", "energy flow", "tax basis"
_NOT_COUNTED = tuple(f"row {words}" for words in (
    "withdrawn", "withdrawn of travel", "not travelled", "not actual", "budget", "private", "payment", "order", "gross",
    "fed in", "produced", "sub-meter", "index", "total"))
_OF_LANDING = {"travel": (("row of a journey",), ()), "equipment": (("row owned", "device"), ("row not owned",))}
"""Table -> lists of words whose rows count there, as the return of a journey does, and of those whose rows do not."""
_WORD = re.compile(r"[^\W\d]+( [^\W\d]+){0,3}")
_REFERENCE = re.compile(r"\w\W+((?:[^\W\d]*[-/]?)\d[\w/-]+)\W*$")
"""Words and, behind them, a number of several digits or letters."""
_SAME = {"purchases": ("supplier", "category"), "travel": ("traveller", "origin", "destination", "mode")}
"""Columns whose words settle those of a column that never differs within them."""
_WITHIN = pd.Timedelta(days=14)
"""Days within which two rows of one supplier and amount are one purchase: recurring ones are a month apart."""
_SURPLUS = 3
"""Rows more than suppliers by which each word of a column repeats what the supplier states."""
_MOST_OF_ROWS = 0.7
"""Share of the rows from which a word is the common state of rows, and the others are exceptions; sites, projects and
ways to pay are of more even size."""
_SHOWN = 6


def flag_unknown_words(sheet: Sheet) -> None:
    """Add a fault for rows with a word that may state that they do not count; a warning where that is unlikely."""
    for position, heading, key in sheet.unread_columns:
        words = _words(sheet, position)
        if not words:
            continue
        asked_words, may_be_names = _asked(sheet, key, words)
        open_words = {w: rows for w in asked_words if (rows := words[w] & ~answered(sheet, position, heading)).any()}
        if not open_words:
            continue
        sizes = ", ".join(f"{_cell(sheet, position, rows)!r} {_size(sheet, rows)}"
                          for rows in [*open_words.values()][:_SHOWN])
        count = json.dumps({heading: [_cell(sheet, position, r) for r in open_words.values()]}, ensure_ascii=False)
        if may_be_names:
            sheet.warn_of("words_unread", heading=heading, sizes=sizes, count=count)
        else:
            one_way = RETURN in sheet.contract.name_of and not sheet.states(RETURN)
            sheet.fault_at(np.logical_or.reduce([*open_words.values()]), position, "row_unclear.return" if one_way else
                           "row_unclear", heading=heading, sizes=sizes, count=count)


def _words(sheet: Sheet, position: int) -> dict[str, Flags]:
    """Return folded word -> its rows that count, of a column of 2 to 30 words, a blank being one; else nothing."""
    column = sheet.body.columns[position]
    if len(sheet) > _HEAD and len(column.take(np.arange(len(sheet)) < _HEAD).distinct.texts) > _VARIED:
        return {}
    distinct = column.distinct
    if not 1 < len(distinct.texts) <= 4 * MOST:
        return {}
    is_counted = counting_rows(sheet) & sheet.not_excluded
    words: dict[str, Flags] = {}
    for i, text in enumerate(distinct.texts.to_pylist()):
        rows = (distinct.codes == i) & is_counted
        if rows.any():
            word = fold(text) or text.strip()
            words[word] = words[word] | rows if word in words else rows
    blank = words.pop("", None)
    # A lone word next to blanks is a mark; a column in which no word comes twice is of numbers or remarks.
    return words if 1 < len(words) <= MOST or (words and blank is not None and blank.sum() > 1) else {}


def _asked(sheet: Sheet, key: str, words: dict[str, Flags]) -> tuple[list[str], bool]:
    """Return the words of a column that are asked for, and whether they may as well be names."""
    of_marks = [m for m in MARKS if m.heads(sheet, key)]
    of_kind, withheld = _OF_LANDING.get(sheet.contract.lands_in, ((), ()))
    decided = [f"row {words}" for m in of_marks for words in (m.words, m.beside) if words not in ("", ANY)]

    def unknown_but(*lists: str) -> list[str]:
        return [w for w in words if not _known(w, *lists, *decided, *of_kind)]

    if key in {heading_key(heading) for heading in sheet.options.count_rows_where}:
        return unknown_but("row settled otherwise"), False  # params list what counts
    if withheld and is_word(key, "heading possession"):  # the number of a contract is no word
        return [w for w in unknown_but("row yes", "row no") if _WORD.match(w)], False
    if withheld and is_word(key, "heading attribute"):
        return [w for w in words if is_word(w, *withheld)], False
    flags = all(is_word(w, "row yes", "row no") for w in words)
    states = [w for w in words if is_word(w, "row withdrawn", "row not travelled", *withheld)]
    counting = [w for w in words if is_word(w, "row counts")]
    speaks = any(not is_word(w, "row names") for w in counting)  # OK is a state of America, too
    if is_word(key, "heading state or place") and not states and not speaks and any(map(_known, words)):
        return [], False  # Maine, TX: a place
    if _heads(key, _STATES):
        return unknown_but("row yes", "row no", "row settled otherwise"), False
    registers = sheet.contract.kind == "energy" and is_word(key, OF_REGISTERS)
    if _heads(key, _TYPES) or (registers and any(map(_WORD.fullmatch, words))):
        unknown = [w for w in unknown_but("row settled otherwise") if not parts_of(w)]
        return (unknown if _repeated(words, unknown) else []), len(unknown) > MANY
    if any(m.heading == "purpose" for m in of_marks):
        return (unknown if _repeated(words, unknown := unknown_but()) else []), True
    is_name = is_word(key, "heading name", "heading method")
    speaks_of_rows = states or flags or counting  # "Invoice *" is a name, "Invoice void" with yes and no is none
    if of_marks or (is_name and (key in words_of("heading name") or not speaks_of_rows)):
        return [], False
    others = unknown_but("row settled otherwise", "row yes", "row no")
    unknown = [*words] if flags else [w for w in words if _WORD.fullmatch(w) and (
        len(w) == 1 or w in others or is_word(w, *_NOT_COUNTED, *withheld))]
    if states or (speaks and not is_name):
        return unknown, False
    if not _repeated(words, unknown) or _says_no_more(sheet, words):
        return [], False
    return unknown, len(unknown) > MANY or not _is_uneven(sheet, words) or (is_name and not flags)


def warn_of_twins(sheet: Sheet) -> None:
    """Add a warning where each row with a word of a state is there once more with another: authorised, then cleared."""
    states = [(position, heading, words, key) for position, heading, key in sheet.unread_columns
              if (len(sheet) < _LONG or _heads(key, (*_STATES, *_TYPES))) and len(words := _words(sheet, position)) > 1
              and (_heads(key, (*_STATES, *_TYPES)) or all(map(_WORD.fullmatch, words)))]
    if not states:
        return
    table, rows = sheet.table, np.flatnonzero(sheet.sound_rows & counting_rows(sheet))
    day = table["period_start"].to_numpy()[rows]
    for position, heading, words, key in states:
        of_states, of_method = _heads(key, (*_STATES, *_TYPES)), is_word(key, "heading method")  # one measured twice
        same = {sheet.counted_column, *_SAME.get(sheet.contract.lands_in, ())} & {*table.columns} if not of_method \
            else {*table.select_dtypes("str").columns}
        keys = group_codes([values_of(table[c]).take(rows) for c in sorted(same)])
        for of_word, others in permutations(words.values(), 2):
            if of_word[rows].sum() < (2 if of_states else _SURPLUS) or not np.isin(
                    keys[of_word[rows]], keys[others[rows]]).all():
                continue
            one, other = (pd.DataFrame({"key": keys[w], "day": day[w], "met": 1}).dropna().sort_values("day")
                          for w in (of_word[rows], others[rows]))
            met = pd.merge_asof(one[["key", "day"]], other, on="day", by="key", direction="nearest",
                                tolerance=_WITHIN if of_states else pd.Timedelta(0))
            if len(met) and met["met"].notna().all():
                sheet.warn_of("rows_twice", heading=heading, size=_size(sheet, of_word), rows=len(one),
                              word=_cell(sheet, position, of_word), other=_cell(sheet, position, others))
                return


def warn_of_references(sheet: Sheet) -> None:
    """Add a warning of cells that name the number of another row of the same amount: "Reversed by A19"."""
    values = sheet.table[sheet.counted_column].to_numpy()
    cells = [(heading, text, np.flatnonzero(distinct.codes == i)) for position, heading, _ in sheet.unread_columns
             if len(sheet) < _LONG and len((distinct := sheet.body.columns[position].distinct).texts) <= MOST_WORDS
             for i, text in enumerate(distinct.texts.to_pylist()) if _REFERENCE.search(text)]
    numbers = [_REFERENCE.findall(text)[-1] for _, text, _ in cells]
    for distinct in (column.distinct for column in sheet.body.columns if cells):
        places = pc.index_in(pa.array(numbers), distinct.texts).to_pylist()
        for (heading, text, rows), place in zip(cells, places, strict=True):
            named = np.flatnonzero(distinct.codes == place) if place is not None and len(rows) == 1 else rows[:0]
            if len(named) == 1 and named[0] != rows[0] and values[named[0]] == values[rows[0]] != 0:
                sheet.warn_of("rows_twice.named", heading=heading, text=text, line=int(sheet.body.lines[named[0]]))
                return


def warn_of_serials(sheet: Sheet) -> None:
    """Add a warning of devices whose serial number another row has."""
    for position, heading, key in sheet.unread_columns:
        if is_word(key, "heading serial"):
            serial = pd.Series(by_cell(sheet.body.columns[position], fold)).where(sheet.sound_rows, "")
            sheet.warn_at(((serial != "") & serial.duplicated()).to_numpy(), "rows_twice.serial", heading=heading)


def _heads(key: str, names: tuple[str, ...]) -> bool:
    """Return whether a heading is in one of some lists; "Auftragsstatus", "Bokningsläge" are compounds of a status."""
    return is_word(key, *(f"heading {name}" for name in names)) or (
        "status" in names and key.endswith((*words_of("word of a compound status"),)))


def _known(word: str, *lists: str) -> bool:
    """Return whether a word states that its row counts, names something, or is settled by one of some lists."""
    return is_word(word, "row counts", "row names", *lists) or word in MONTHS or word in WEEKDAYS or \
        word in country_words() or currency(word) is not None


def _is_uneven(sheet: Sheet, words: dict[str, Flags]) -> bool:
    """Return whether one word, or a blank, is in most rows as a state is; a lone word is a mark."""
    n_counted, sizes = (counting_rows(sheet) & sheet.not_excluded).sum(), [int(rows.sum()) for rows in words.values()]
    return len(words) == 1 or max(*sizes, int(n_counted) - sum(sizes)) >= _MOST_OF_ROWS * int(n_counted)


def _repeated(words: dict[str, Flags], unknown: list[str]) -> bool:
    """Return whether a word is in several rows: a column that never repeats itself is of numbers or remarks."""
    return bool(unknown) and (len(words) == 1 or any(np.count_nonzero(rows) > 1 for rows in words.values()))


def _says_no_more(sheet: Sheet, words: dict[str, Flags]) -> bool:
    """Return whether the words never differ within a supplier or category, each repeated often enough to prove it."""
    rows = np.flatnonzero(np.logical_or.reduce([*words.values()]))
    word = np.zeros(len(sheet), dtype=np.intp)
    for i, flags in enumerate(words.values()):
        word[flags] = i + 1
    others = counting_rows(sheet) & sheet.not_excluded
    rows = np.flatnonzero(others) if others.sum() > len(rows) else rows
    for column in _SAME.get(sheet.contract.kind, ()):
        codes, names = pd.factorize(values_of(sheet.table[column]).take(rows))
        pairs = np.unique(np.stack([codes, word[rows]]), axis=1)
        often = np.bincount(word[rows]) - np.bincount(pairs[1], minlength=int(word[rows].max()) + 1)
        if pairs.shape[1] == len(names) > 1 and (often[np.unique(word[rows])] >= _SURPLUS).all():
            return True
    return False


def _cell(sheet: Sheet, position: int, rows: Flags) -> str:
    """Return the cell as its first row has it."""
    return str(sheet.body.columns[position].take(np.flatnonzero(rows)[:1]).text[0].as_py()).strip()


def _size(sheet: Sheet, rows: Flags) -> str:
    """Return the rows of a word, and the sum of what they count in each unit."""
    size = f"{int(rows.sum()):,} rows"
    column, unit = sheet.contract.measure
    if not column:
        return size
    table = sheet.table.loc[rows]
    units = table[unit].astype("str") if unit in table else pd.Series("", index=table.index)
    sums = table.groupby(units)[column].sum()
    return f"{size} ({' + '.join(f'{total:,.10g} {name}'.strip() for name, total in sums.items())})"


ANY = "*"
"""Any other word of the column without a part that is one of the mark's: "Card payment" is a payment too."""


@dataclass(frozen=True)
class Mark:
    """Words of a column of types or states by which a row is no record; `kinds` "" are all."""

    kinds: str
    heading: str
    words: str
    """List of words; "": any cell that does not state no."""
    beside: str
    """Words that other cells of the column must have for the mark to apply; ANY: any words; "": no condition."""
    only: str
    """yes: no cell of the column may hold other words."""
    message: str

    def heads(self, sheet: Sheet, key: str) -> bool:
        """Return whether a column of this heading may hold the words."""
        return (not self.kinds or sheet.contract.kind in self.kinds.split()) and _heads(key, (self.heading,)) and not (
            sheet.contract.kind == "equipment" and is_word(key, "heading attribute"))

    def states(self, text: str) -> bool:
        """Return whether a cell holds one of the words."""
        word = fold(text) or text.strip()
        return is_word(word, f"row {self.words}") if self.words else bool(word) and not is_word(word, "row no")


MARKS = tuple(Mark(**row) for row in packaged.read_rows("carbon.records", "data/marks.csv"))


def flag_row_types(sheet: Sheet) -> None:
    """Add a fault for each row that counts for something and states by its type or status that it is no record."""
    for position, heading, key in sheet.headed_columns:
        for mark in MARKS:
            if mark.heads(sheet, key) and (met := _marked(sheet, position, mark)).any():
                sheet.fault_at(met & counting_rows(sheet) & ~answered(sheet, position, heading), position, mark.message)


def counting_rows(sheet: Sheet) -> Flags:
    """Return the rows that would add to a total: a refund, a negative number of trips, subtracts as it should."""
    column = sheet.counted_column
    counts = (sheet.table[column] != 0).to_numpy(dtype=bool) if column else np.ones(len(sheet), dtype=bool)
    for column in {"passengers", "trips"} & {*sheet.table.columns}:
        counts = counts & ~(sheet.table[column] < 0).to_numpy(dtype=bool)
    return counts


def _marked(sheet: Sheet, position: int, mark: Mark) -> Flags:
    hits = sheet.rows_where(position, mark.states)
    if mark.beside and hits.any():
        texts = sheet.body.columns[position].distinct.texts.to_pylist()
        other_matches = [not any(map(mark.states, fold(t).split())) if mark.beside == ANY else
                         is_word(fold(t), f"row {mark.beside}") for t in texts if fold(t) and not mark.states(t)]
        if not any(other_matches) or (mark.only and not all(other_matches)):
            return np.zeros(len(sheet), dtype=bool)
    return hits
