"""The FEC, the ledger file that French law prescribes, as purchases.

amount = debit - credit. Lines of class 6 and acquisitions of class 2 are purchases; every other line is excluded with
its account class, so that purchases + excluded + rejected = ledger, to the cent.

Source: Livre des procedures fiscales, art. A. 47 A-1 (18 columns, tab or pipe, decimal comma, days AAAAMMJJ).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from carbon.core import schemas
from carbon.core.columns import group_codes
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats, Ints, Rows, Values, as_text, by_word, same_text, text_array
from carbon.core.vocabulary import holds
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file_read import TableRead, body_of, table_read
from carbon.records.grids.cells import Column, Grid
from carbon.records.headings.layout import Layout, find_layout
from carbon.records.headings.matching import Headings
from carbon.records.kinds.contract import DAY, NUMBER, PURCHASES, Contract, Field, ProjectContext
from carbon.records.kinds.faults import Excluded, Faults
from carbon.records.kinds.messages import Warned, problem, refusal
from carbon.records.rules.registry import Stage, apply_rules
from carbon.records.rules.sheet import Sheet
from carbon.records.values.fields import Context, read_field
from carbon.records.values.numbers import decimal_sums, parse_numbers
from carbon.records.values.periods import DaysOf, read_day

LAW_ORDER = ("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum",
             "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet",
             "ValidDate", "Montantdevise", "Idevise")
_AMOUNTS = {"Debit", "Credit"}
_ONE_AMOUNT = {"Montant", "Sens"}
CURRENCY = "EUR"
"""The law keeps these books in euros; Montantdevise repeats an amount in another currency."""
Lines = Mapping[str, Any]
"""Column of the law, and "amount" -> its values, a line each."""

FEC_LINES = Contract("fec", schemas.PURCHASES, (
    *(Field(c, NUMBER if c in _AMOUNTS else DAY if c == "EcritureDate" else "text", needed=c not in _AMOUNTS,
            filled=c == "CompteNum") for c in LAW_ORDER),
    Field("Montant", NUMBER), Field("Sens"),
), dated="none")


def recognise(row: list[str]) -> int:
    """Count the law's columns that a row names; eighteen cells with a day in the fourth count as law order."""
    law_columns = {c.lower() for c in (*LAW_ORDER, *_ONE_AMOUNT)}
    named_columns = sum(cell.strip().lower() in law_columns for cell in row)
    return named_columns or (1 if _is_law_order(row) else 0)


def is_quoted(text: str) -> bool:
    """Return whether a file quotes its cells: the law knows no quotes, and cells are quoted only if headings are."""
    return text.lstrip("\ufeff")[:1] == '"'


def _is_law_order(row: list[str]) -> bool:
    return len(row) >= len(LAW_ORDER) and bool(re.fullmatch(r"(19|20)\d{6}", row[3].strip()))


def read_fec(grid: Grid, options: FilePattern, project: ProjectContext, name: str) -> TableRead:
    """Read a ledger file. Raises FileRefused: A column of the law is missing, or there are no lines."""
    grid, body, layout, warnings = _lines(grid, options, name)
    columns, faults = {c: body.columns[i] for c, i in layout.columns.items()}, Faults(len(body))
    sheet = Sheet(name, options, faults, warnings, columns, grid=grid, body=body, layout=layout,
                  headings=Headings(FEC_LINES, options), project=project, excluded=Excluded(len(body)))
    apply_rules(sheet, Stage.CELLS)
    sheet.options = _with_decimal(columns, options)
    lines = {f.name: as_text(read_field(f, columns[f.name], sheet)) for f in FEC_LINES.fields
             if f.name in columns and f.reads != DAY}
    for column, currencies in sheet.stated_units.items():
        foreign = np.flatnonzero((currencies != "") & (currencies != CURRENCY))
        faults.add(foreign, column, problem("currency_conflict"), sheet.raw_cells(column, foreign))
    lines["amount"] = _amounts(lines, sheet)
    day = read_day("EcritureDate", columns, sheet, last=False, is_filled=True, periods=False)
    entry = group_codes([lines["JournalCode"], lines["EcritureNum"], day.astype("int64")])
    sound = ~faults.bad_rows()
    _settle_both(lines, sound, _check_balance(lines, entry, faults), sheet)
    account = Accounts(lines["CompteNum"])
    nameless = np.flatnonzero(~account.begin(*"0123456789") & (lines["CompteNum"] != ""))
    faults.add(nameless, "CompteNum", problem("account_unknown_class"), lines["CompteNum"].take(nameless))
    sheet.table = _purchases(lines, account, day, entry, options.constants.get("company", project.company))
    _exclude(lines, account, entry, ~faults.bad_rows(), sheet)
    return table_read(sheet, PURCHASES)


def _with_decimal(columns: dict[str, Column], options: FilePattern) -> FilePattern:
    """Set the decimal mark that both amount columns prove, else the comma that the law prescribes."""
    if options.decimal is not None:
        return options
    amounts = [Column(columns[c].distinct.texts) for c in ("Debit", "Credit", "Montant") if c in columns]
    texts, parsed = Column.stacked(amounts).text, parse_numbers(Column.stacked(amounts).distinct)
    # A point before three digits is no decimal comma, and the law knows no thousands: nothing decides.
    odd = pc.any(pc.match_substring_regex(texts, r"^\s*-?[1-9]\d{0,2}\.\d{3}\s*$")).as_py()
    proved = {"decimal '.' proved": ".", "decimal ',' proved": ","}.get(parsed.convention)
    mark = proved or (None if odd or parsed.convention == "mixed decimals" else ",")
    return options.model_copy(update={"decimal": mark})


def _lines(grid: Grid, options: FilePattern, name: str) -> tuple[Grid, Grid, Layout, list[Warned]]:
    head = grid.head
    if options.header_row is None and head and not any(recognise(r) > 1 for r in head) and _is_law_order(head[0]):
        extra = [""] * (len(grid.columns) - len(LAW_ORDER))
        grid = replace(grid, headings=[*LAW_ORDER, *extra])
    needed = {f.name for f in FEC_LINES.fields if f.needed}
    layout = find_layout(grid, Headings(FEC_LINES, options), name, needed)
    have = set(layout.columns)
    if not have >= _AMOUNTS and not have >= _ONE_AMOUNT:
        raise refusal("columns_missing.fec", name)
    body, warnings = body_of(grid, layout, name)
    return grid, body, layout, warnings


def _amounts(lines: Lines, context: Context) -> Floats:
    """Calculate debit - credit, or the amount with the sign of its sense; a faulty cell has no amount."""
    bad = context.faults.bad_rows()
    if "Debit" in lines and "Credit" in lines:
        debit, credit = lines["Debit"], lines["Credit"]
        neither = np.isnan(debit) & np.isnan(credit)
        context.faults.add(np.flatnonzero(neither & ~bad), "Debit", problem("amount_missing"))
        faulty = context.faults.in_column("Debit") | context.faults.in_column("Credit")
        return np.where(neither | faulty, np.nan, _minus(np.nan_to_num(debit), np.nan_to_num(credit)))
    signs = {"d": 1.0, "debit": 1.0, "1": 1.0, "c": -1.0, "credit": -1.0}
    sense = by_word(lines["Sens"], lambda word: -1.0 if word == "-1" else signs.get(fold(word), np.nan), np.float64)
    unknown = np.flatnonzero(np.isnan(sense))
    context.faults.add(unknown, "Sens", problem("sens_unknown"), lines["Sens"].take(unknown))
    context.faults.add(np.flatnonzero(np.isnan(lines["Montant"]) & ~bad), "Montant", problem("amount_missing"))
    return np.asarray(lines["Montant"] * sense)


def _minus(debit: Floats, credit: Floats) -> Floats:
    # One of the two is zero on a sound line: the other is kept to the last bit, and 0 - 0 is 0. Of two the difference
    # is that of the decimals: 0.3 - 0.1 is 0.2.
    net, two_sided = (debit - credit) + 0.0, np.flatnonzero((debit != 0) & (credit != 0))
    if len(two_sided):
        sums, at = decimal_sums(np.stack([debit[two_sided], -credit[two_sided]]))
        net[two_sided] = np.array(sums, dtype=np.float64)[at]
    return net


def _check_balance(lines: Lines, entry: Rows, faults: Faults) -> Flags:
    """Check that debit equals credit in each entry, in whole cents; an entry with an unreadable line is not checked.
    Returns one flag a line: its entry was checked and balances. A program that numbers entries by journal over several
    days is checked without the day.
    """
    cents = np.rint(np.nan_to_num(lines["amount"]) * 100).astype(np.int64)
    by_number = group_codes([lines["JournalCode"], lines["EcritureNum"]])
    open_day, open_number = sums(cents, entry) != 0, sums(cents, by_number) != 0
    checkable = (sums(faults.bad_rows(), entry) == 0) & (sums(faults.bad_rows(), by_number) == 0)
    balanced = checkable & ~(open_day & open_number)
    unbalanced = np.flatnonzero(checkable & ~balanced)
    faults.add(unbalanced, "EcritureNum", problem("entry_unbalanced"), lines["EcritureNum"].take(unbalanced))
    return balanced


def _settle_both(lines: Lines, sound: Flags, balanced: Flags, context: Context) -> None:
    """Count a line with a debit and a credit for the difference where its entry then balances; else add a fault."""
    if not {*lines} >= _AMOUNTS:
        return
    two_sided = (np.nan_to_num(lines["Debit"]) != 0) & (np.nan_to_num(lines["Credit"]) != 0) & sound
    proved = balanced & (lines["amount"] != 0)  # a line that is nothing proves nothing: a total of both
    context.faults.add(np.flatnonzero(two_sided & ~proved), "Debit", problem("debit_and_credit"))
    netted = two_sided & proved
    if netted.any():
        context.warn_of("debit_and_credit.netted", lines=int(netted.sum()))


def _purchases(lines: Lines, account: Accounts, day: DaysOf, entry: Rows, company: str) -> pd.DataFrame:
    rows = len(entry)
    text, missing = same_text("", rows), np.full(rows, np.nan)
    return pd.DataFrame({
        "company": same_text(company, rows), "period_start": day, "period_end": day,
        "supplier": _suppliers(lines, account, entry), "category": lines["CompteLib"],
        "description": lines["EcritureLib"], "account": lines["CompteNum"], "amount": lines["amount"],
        "currency": same_text(CURRENCY, rows), "vat": missing, "quantity": missing, "unit": text, "country": text,
        "invoice": lines["PieceRef"], "site": text, "supplier_country": text}, copy=False)


def _suppliers(lines: Lines, account: Accounts, entry: Rows) -> Any:
    """Return the third party of each line: its own, or the one supplier (account 40) of its entry."""
    name_codes, names = pd.factorize(lines["CompAuxLib"])
    has_name = np.asarray(names != "").take(name_codes)
    third = account.begin("40") & has_name
    lowest, highest = np.full(int(entry.max(initial=0)) + 1, len(names)), np.full(int(entry.max(initial=0)) + 1, -1)
    np.minimum.at(lowest, entry[third], name_codes[third])
    np.maximum.at(highest, entry[third], name_codes[third])
    only = np.where(lowest == highest, lowest, len(names))
    return text_array([*np.asarray(names, dtype=object), ""]).take(np.where(has_name, name_codes, only[entry]))


def _exclude(lines: Lines, account: Accounts, entry: Rows, sound: Flags, sheet: Sheet) -> None:
    number = lines["CompteNum"]
    sheet.exclude(opening(lines, account, entry) & sound, "opening_entry", "JournalCode", lines["JournalCode"])
    sheet.exclude(closing(lines, account, entry) & sound, "closing_entry", "EcritureLib", lines["EcritureLib"])
    other = sound & ~acquisitions(lines, account, entry)
    for code in ("account_class_1", "account_class_2", "account_class_3", "account_class_4", "account_class_5",
                 "account_class_7", "account_class_8", "account_class_9"):
        sheet.exclude(account.begin(code[-1]) & other, code, "CompteNum", number)
    sheet.exclude(~account.begin(*"123456789") & sound, "account_unknown_class.excluded", "CompteNum", number)


_OPENING = re.compile(r"(J?AN\d*|ANV|ANOUV\w*|J?RAN|REPORT|OUV|OUVERTURE)")
_OPENING_JOURNAL = re.compile(r"(journal (des? )?)?(a ?n|r ?a ?n)( \d{4})?")
_OPENS, _CLOSES, _OTHER = "word of an opening entry", "word of a closing entry", "word of another journal"
"""Other: what a journal of a code like AN is called where it is no opening: achats Nantes."""
_ASSETS = ("20", "21", "22", "23")


class Accounts:
    """The account of each line, tested once for each different one."""

    def __init__(self, accounts: Values) -> None:
        self._codes, distinct = pd.factorize(accounts)
        self._numbers = [str(number) for number in np.asarray(distinct, dtype=object)]

    def begin(self, *prefixes: str) -> Flags:
        """Return the lines whose account begins with one of some digits."""
        return np.array([number.startswith(prefixes) for number in self._numbers], dtype=bool).take(self._codes)


def opening(lines: Lines, account: Accounts, entry: Rows) -> Flags:
    """Return the lines of opening balances.

    They are those of an opening journal, balances labelled an opening, and entries with capital (class 1) that all are.
    """
    journal = by_word(lines["JournalCode"], lambda c: bool(_OPENING.fullmatch(c.upper().strip())), np.bool_)
    journal &= ~_has_words(lines["JournalLib"], _OTHER)
    journal |= by_word(lines["JournalLib"],
                       lambda text: _OPENING_JOURNAL.fullmatch(_folded(text)) is not None, np.bool_)
    opening_lines = _has_words(lines["EcritureLib"], _OPENS)
    opening_entries = (sums(~opening_lines, entry) == 0) & (sums(account.begin("1"), entry) > 0)
    journal |= _has_words(lines["JournalLib"], _OPENS)
    return journal | (opening_lines & account.begin(*"12345")) | opening_entries


_folded = lru_cache(maxsize=16_384)(fold)
"""Each label is compared with several lists of words."""


def _has_words(texts: Values, words: str) -> Flags:
    return by_word(texts, lambda text: holds(_folded(text), words), np.bool_)


def closing(lines: Lines, account: Accounts, entry: Rows) -> Flags:
    """Return the entries that carry charges and income to the result or the closing balance (accounts 12 and 89).

    They hold nothing else, or their label names a closing.
    """
    closing_lines = _has_words(lines["JournalLib"], _CLOSES) | _has_words(lines["EcritureLib"], _CLOSES)
    result = account.begin("12", "89")
    other = ~result & ~account.begin("6", "7")
    return (sums(result, entry) > 0) & ((sums(closing_lines, entry) > 0) | (sums(other, entry) == 0))


def acquisitions(lines: Lines, account: Accounts, entry: Rows) -> Flags:
    """Return the lines of assets bought.

    The other side of their entry is not another asset, depreciation, a disposal, or capital and the opening balance.
    The account of a sole trader (108) pays as a bank does.
    """
    amount = lines["amount"]
    asset = account.begin(*_ASSETS)
    capital = account.begin("10", "11", "12", "89") & ~account.begin("108")
    moved = (asset & (amount < 0)) | account.begin("28", "29", "675", "775") | capital
    third = account.begin("40", "51", "53", "46", "45", "421", "467")
    bought_assets = (sums(moved, entry) == 0) & asset
    returned = asset & (sums(third, entry) > 0) & (sums(asset & (amount > 0), entry) == 0) & (
        sums(account.begin("28", "675", "775"), entry) == 0)
    return bought_assets | returned


def sums(values: Ints | Flags, groups: Rows) -> Ints:
    """Return the sum of the values of each row's group, or the number of its flags, in whole numbers."""
    sums = np.zeros(int(groups.max(initial=0)) + 1, dtype=np.int64)
    np.add.at(sums, groups, values)
    return sums[groups]
