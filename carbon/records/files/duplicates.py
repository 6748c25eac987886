"""What counts twice: the same file, row or invoice; across files a day of a meter, a journey, one kWh.

They are always listed; counted once where params declare `duplicates: reject`, kept where they declare `keep` or
nothing. The same bytes under two names are never right: they are refused unless params declare `keep`. What is
there again across files is a warning; the inventory rejects what is certain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from carbon.core.columns import Places, Rows, first_places, group_codes
from carbon.core.errors import FileRefused
from carbon.core.exact import exact_sum
from carbon.core.schemas import retyped
from carbon.core.text import fold
from carbon.core.text_columns import Flags, by_word, values_of, with_text
from carbon.core.units import kwh_of
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file_read import FileRead, TableRead
from carbon.records.kinds.contract import ACTIVITIES, ENTITIES, STATEMENTS
from carbon.records.kinds.messages import Warned, problem, refusal, warned
from carbon.records.rules.plausibility import returns_twice
from carbon.records.rules.registry import Rule, kinds_of
from carbon.records.rules.sheet import DAYS
from carbon.records.rules.sums import Amounts, whole_file


def settle_duplicates(reads: list[tuple[FilePattern, FileRead]], hashes: dict[str, str]) -> list[FileRead]:
    """Flag or reject the duplicates of a company-year, as each file's params declare. Raises FileRefused: `copies`."""
    for refused in copies(reads, hashes).values():
        raise refused
    kinds = [file_read.reads[0].contract.lands_in for _, file_read in reads]
    settled = {kind: iter(_settle([one for one, of in zip(reads, kinds, strict=True) if of == kind]))
               for kind in dict.fromkeys(kinds)}
    return [next(settled[kind]) for kind in kinds]


def copies(reads: list[tuple[FilePattern, FileRead]], hashes: dict[str, str]) -> dict[str, FileRefused]:
    """Return the files with the bytes of an earlier one that params do not keep, and those in which two entries of
    params count one cell, or one line where it is one record.
    """
    refused: dict[str, FileRefused] = {}
    first_names: dict[str, str] = {}
    for options, file_read in reads:
        first = first_names.setdefault(hashes[file_read.name], file_read.name)
        if first != file_read.name and options.duplicates != "keep":
            refused[file_read.name] = refusal("file_twice", file_read.name, first=first)
    names = Counter(file_read.name for _, file_read in reads)
    for name in (name for name, entries in names.items() if entries > 1):
        of_file = [file_read for _, file_read in reads if file_read.name == name]
        lines = pd.concat([one.records["record_id"].astype("str") for one in of_file], ignore_index=True)
        counted_cells = pd.concat([_cells(table) for one in of_file for table in one.reads], ignore_index=True)
        twice = pd.concat([lines[lines.duplicated().to_numpy()], counted_cells[counted_cells.duplicated().to_numpy()]])
        if len(twice):
            refused[name] = refusal("cell_counted_twice", name, count=len(twice), example=twice.iloc[0])
    return refused


def _cells(table_read: TableRead) -> pd.Series:
    """Return the counted cells of the kept rows: "Site Data!AS45"."""
    rows = np.flatnonzero(table_read.kept)
    if table_read.cells is not None:
        return f"{table_read.sheet}!" + table_read.cells.take(pa.array(rows)).to_pandas().astype("str")
    return f"{table_read.sheet}!{table_read.counted}" + pd.Series(table_read.lines[rows]).astype("str")


def unread_columns(reads: list[FileRead]) -> list[Warned]:
    """Return a warning a sheet of the columns of figures that no entry of params counts, where one has a layout."""
    warnings = []
    of_sheets: dict[tuple[str, str], list[TableRead]] = {}
    for file_read in reads:
        for table_read in file_read.reads:
            of_sheets.setdefault((file_read.name, table_read.sheet), []).append(table_read)
    for (name, sheet), tables in of_sheets.items():
        first, *others = [t.unread for t in tables if t.unread is not None] or [{}]
        counted = {t.counted for t in tables}
        left = {at: h for at, h in first.items() if at not in counted and all(at in other for other in others)}
        if left:
            listed = ", ".join(f"{at} {heading!r}" for at, heading in left.items())
            place = f"{name}#{sheet}" if sheet else name
            warnings.append(warned("columns_unread", place, count=len(left), listed=listed))
    return warnings


def _settle(reads: list[tuple[FilePattern, FileRead]]) -> list[FileRead]:
    tables = _with_clocks([file_read for _, file_read in reads])
    sizes, row = [len(t) for t in tables], repeated_rows(tables)
    alone = [_invoice_twice([table], np.zeros(len(table), np.intp)) for table in tables]
    invoice = np.concatenate([row[:0], *alone])
    if len(tables) > 1:
        invoice |= _invoice_twice(tables, np.repeat(np.arange(len(tables)), sizes))
    invoice &= ~row
    of_files = [np.split(flags, np.cumsum(sizes)[:-1]) for flags in (row, invoice)]
    return [_apply(*read, *flags) for read, *flags in zip(reads, *of_files, strict=True)]


def _with_clocks(reads: list[FileRead]) -> list[pd.DataFrame]:
    """Return the kept rows, with their time of day where a file has one: equal rows at two hours are two readings."""
    clocks = [file_read.clocks for file_read in reads]
    if all(c is None for c in clocks):
        return [file_read.kept_rows for file_read in reads]
    return [retyped(file_read.kept_rows.assign(_clock="" if c is None else c.to_numpy()), {"_clock": "str"})
            for file_read, c in zip(reads, clocks, strict=True)]


_SLICE, _IN_A_FILE = 1 << 20, 1 << 17
"""Rows that are compared at once; of more, first in the columns that tell most rows apart. Rows of a file in which no
other spelling of an invoice is sought: it takes a second for 300,000.
"""


def repeated_rows(tables: list[pd.DataFrame]) -> Flags:
    """Return the rows that equal an earlier row of the same or an earlier table in every column."""
    def flagged() -> list[pd.DataFrame]:
        of_tables = np.split(flags, np.cumsum([len(t) for t in tables])[:-1])
        return [t[of_table] for t, of_table in zip(tables, of_tables, strict=False)]  # of no table: []

    is_long = sum(map(len, tables)) > _SLICE
    flags = _alike([t[_telling(tables)] for t in tables]) if is_long else _alike(tables, kinds="bifM")
    if flags.any():
        flags[flags] = _alike(flagged())
    if flags.any():  # equal hashes are only candidates: the rows themselves decide
        flags[flags] = pd.concat(map(with_text, flagged()), ignore_index=True).duplicated()
    return flags


def _telling(tables: list[pd.DataFrame]) -> list[str]:
    """Return the four columns of all tables with most different values in a thousand rows of each, spread over it."""
    variety = pd.concat([t.iloc[::len(t) // 1000 + 1].nunique() for t in tables], axis=1).dropna().sum(axis=1)
    return variety.sort_values(ascending=False, kind="stable").index[:4].tolist()


def _alike(tables: list[pd.DataFrame], kinds: str = "bifMO") -> Flags:
    """Return the rows whose hash another row has, in columns of some kinds: strings take longest to hash."""
    slices = [t.iloc[start:start + _SLICE] for t in tables for start in range(0, len(t), _SLICE)]
    keys = np.concatenate([np.empty(0, np.uint64), *(_row_keys(t, kinds) for t in slices)])
    ordered = np.sort(keys)
    any_alike = (ordered[1:] == ordered[:-1]).any()  # the cheaper question
    return pd.Index(keys).duplicated(keep=False) if any_alike else np.zeros(len(keys), dtype=bool)


def _row_keys(table: pd.DataFrame, kinds: str) -> npt.NDArray[np.uint64]:
    """Return a hash of each row, in which a refund of nothing, -0.0, equals a purchase of nothing."""
    keys = np.zeros(len(table), dtype=np.uint64)
    for values in (values_of(column) for _, column in table.items() if column.dtype.kind in kinds):
        keys = keys * np.uint64(31) ^ pd.util.hash_array(values + 0.0 if values.dtype.kind == "f" else values)
    return keys


def _invoice_twice(tables: list[pd.DataFrame], file: Places) -> Flags:
    """Return the lines of an invoice that an earlier file already holds, or that a file alone holds in two spellings.
    Supplier and number are the same, and so is the amount of the line or of all its lines. Case, accents and
    punctuation make no other supplier and no other invoice; within a file the first word of a supplier, and the day.
    """
    twice = np.zeros(len(file), dtype=bool)
    if not tables or "invoice" not in tables[0].columns or (len(tables) == 1 and len(file) > _IN_A_FILE):
        return twice
    is_alone = len(tables) == 1
    names = ["supplier", "invoice", "amount", "currency", *["period_start"][:is_alone]]
    rows = Rows(tables[0] if is_alone else pd.concat([with_text(t[names]) for t in tables], ignore_index=True))
    at = np.flatnonzero(~(rows.column("invoice").among("") | rows.column("supplier").among("")))
    rows = rows.take(at)
    # "F-1" and "F1" are one number.
    key = group_codes([
        rows.column("supplier").map((lambda name: fold(name).partition(" ")[0]) if is_alone else fold),
        rows.column("invoice").map(lambda number: fold(number).replace(" ", "")), *map(rows.column, names[3:])])
    file = group_codes(list(map(rows.column, ("invoice", "supplier")))) if is_alone else file[at]
    of_file = group_codes([key, file])
    first_lines = first_places(of_file, int(of_file.max(initial=-1)) + 1)
    several = np.flatnonzero(np.bincount(key[first_lines])[key] > 1)
    at, key, file, of_file, amounts = (v.take(several) for v in (at, key, file, of_file, rows["amount"]))
    whole = exact_sum(amounts, of_file, len(first_lines)).round(6)
    for amount in (amounts, whole[of_file]):
        group, first = group_codes([key, amount]), np.full(len(at), len(twice))
        np.minimum.at(first, group, file)
        twice[at[first[group] != file]] = True
    return twice


def _apply(options: FilePattern, file_read: FileRead, row: Flags, invoice: Flags) -> FileRead:
    twice = row | invoice
    if not twice.any():
        return file_read
    if options.duplicates == "reject":
        why = np.where(row, "the same as an earlier row", "the invoice is already there").astype(object)
        return replace(file_read, repeated=twice, why=why)
    warning = warned("duplicate_rows" if row.any() else "duplicate_rows.invoice", file_read.name, rows=int(twice.sum()))
    return replace(file_read, warnings=[*file_read.warnings, warning]) if options.duplicates is None else file_read


MOST = 1_000_000
"""Readings beyond which files are not compared; the inventory still checks the named meters."""


def strangers(reads: Sequence[FileRead], company_names: Iterable[str]) -> list[Warned]:
    """Warn of names under `company` of a group that are neither the company's own nor an entity's."""
    names = {fold(name) for name in company_names}
    listed = [file_read for file_read in reads if file_read.kind == ENTITIES.kind]
    if not listed:
        return []
    names |= {fold(name) for file_read in listed for name in _counted(file_read)["entity"].unique()}
    warnings = []
    for file_read in reads:
        rows = _counted(file_read)
        if "company" in rows and file_read.kind not in STATEMENTS:
            unknown = sorted(n for n in rows["company"].astype("str").unique() if fold(n) not in names)
            if unknown:
                warnings.append(warned("entity_unknown", file_read.name, names=", ".join(map(repr, unknown[:5]))))
    return warnings


def _counted(file_read: FileRead) -> pd.DataFrame:
    """Return the rows that go on, without those that another row repeats and params count once."""
    return file_read.kept_rows if file_read.repeated is None else file_read.kept_rows[~file_read.repeated]


def meters_across(reads: Sequence[FileRead]) -> Iterator[Warned]:
    """Warn of days of one meter, or of a site and carrier where a file names no meter, that two files have."""
    if len(reads) < 2:
        return
    if (count := sum(len(file_read.kept_rows) for file_read in reads)) > MOST:
        yield Warned("files_not_compared", f"{count:,} readings in {len(reads)} files: days that two files have were "
                     "not sought among so many; the inventory holds the named meters")
        return
    places = [_places(file_read) for file_read in reads]
    file_counts = Counter(place for file_places in places for place in file_places)
    reads = [file_read for file_read, file_places in zip(reads, places, strict=True)
             if any(file_counts[place] > 1 for place in file_places)]
    if not reads:
        return
    parts = [_periods(file_read).assign(file=place) for place, file_read in enumerate(reads)]
    table = pd.concat(parts, ignore_index=True).dropna(subset=[*DAYS])
    examples: dict[tuple[int, int], str] = {}
    for (_, site, carrier), group in table.groupby(["company", "site", "carrier"], sort=True):
        for one, two, day in _shared_days(group):
            examples.setdefault((one, two), f"{site} {carrier} from {day:%Y-%m-%d}")
    for (one, two), example in examples.items():
        yield warned("period_overlap.files", reads[two].name, other=reads[one].name, example=example)


def _places(file_read: FileRead) -> set[tuple[str, str, str]]:
    """Return company, site and carrier of the readings; files that share none have no day of a meter in common."""
    rows = _counted(file_read)
    columns = [values_of(rows[c]) for c in ("company", "site", "carrier")]
    first = np.unique(group_codes(columns), return_index=True)[1]
    keys = zip(*(column.take(first).tolist() for column in columns), strict=True)
    return {(company, fold(site), carrier) for company, site, carrier in keys}


def _periods(file_read: FileRead) -> pd.DataFrame:
    rows = _counted(file_read)
    placed = (rows["site"] != "") | (rows["meter"] != "")
    rows = rows.loc[(rows["quantity"] > 0) & placed, ["company", "site", "carrier", "meter", *DAYS]]
    rows = rows.astype({"company": "str", "site": "str", "carrier": "str", "meter": "str"}).drop_duplicates()
    return rows.assign(**{c: by_word(rows[c], fold) for c in ("site", "meter")})


def _shared_days(group: pd.DataFrame) -> Iterator[tuple[int, int, pd.Timestamp]]:
    """Yield pairs of files with the first day both have, for one site and carrier; two named meters are two."""
    for one, two in combinations(sorted(group["file"].unique().tolist()), 2):
        a, b = group[group["file"] == one], group[group["file"] == two]
        for meter in sorted({*a["meter"], *b["meter"]}):
            day = _first_shared(*(side[side["meter"].isin([meter, ""])] for side in (a, b)))
            if day is not None:
                yield one, two, day
                break


def _first_shared(a: pd.DataFrame, b: pd.DataFrame) -> pd.Timestamp | None:
    if a.empty or b.empty:
        return None
    a = a.sort_values("period_start")
    first, until = a["period_start"].to_numpy(), np.maximum.accumulate(a["period_end"].to_numpy())
    starts = b["period_start"].to_numpy()
    begun = np.searchsorted(first, b["period_end"].to_numpy(), side="right")
    shared = np.flatnonzero((begun > 0) & (until[begun - 1] >= starts))
    if not len(shared):
        return None
    start = starts[shared[0]]
    return pd.Timestamp(max(start, first[np.searchsorted(until, start)]))


def _returns(reads: Sequence[FileRead]) -> Iterator[Warned]:
    """Warn of return journeys in one file whose two ways are in another."""
    trips = [_counted(file_read) for file_read in reads]
    if len(trips) < 2:
        return
    columns = ["mode", "origin", "destination", "period_start", "return"]
    every = returns_twice(pd.concat([t[columns] for t in trips], ignore_index=True))
    more = len(every) - sum(len(returns_twice(t[columns])) for t in trips)
    if more > 0:
        text = problem("return_twice.files", rows=more, row=every.iloc[0]).reason  # of no single file
        yield Warned("return_twice", text)


def _two_scopes(reads: Sequence[FileRead]) -> Iterator[Warned]:
    """Warn of energy that is both a meter's and an activity's, for the same days and no other site."""
    kinds = {file_read.kind for file_read in reads}
    if ACTIVITIES.kind not in kinds or len(kinds) == 1:
        return
    metered, again = ([_kwh(file_read) for file_read in reads
                       if (file_read.kind == ACTIVITIES.kind) == as_activity and 0 < len(file_read.kept_rows) <= MOST]
                      for as_activity in (False, True))
    if not metered or not again:
        return
    pairs = pd.concat(metered).merge(pd.concat(again), on=["kwh", *DAYS], suffixes=("", "_2"), validate="many_to_many")
    pairs = pairs[(pairs["site"] == pairs["site_2"]) | (pairs["site"] == "") | (pairs["site_2"] == "")]
    if len(pairs):
        yield warned("two_scopes", pairs["name_2"].iloc[0], rows=len(pairs), row=pairs.iloc[0])


def _kwh(file_read: FileRead) -> pd.DataFrame:
    rows = _counted(file_read)
    ratio = by_word(values_of(rows["unit"]), lambda unit: np.nan if (kwh := kwh_of(unit)) is None else kwh, np.float64)
    table = pd.DataFrame({"kwh": (rows["quantity"] * ratio).round(6), "site": by_word(values_of(rows["site"]), fold),
                          "name": file_read.name, **{c: rows[c] for c in DAYS}})
    return table[table["kwh"].notna() & (table["kwh"] != 0)]


def _sums_of_files(reads: Sequence[FileRead]) -> Iterator[Warned]:
    """Warn of a file that sums up the other files of its kind: each of its totals is theirs, to the last digit. Of two
    files with equal totals the one with fewer rows is the sum; with as many rows neither is.
    """
    for kind in sorted({file_read.kind for file_read in reads}):
        files = [file_read for file_read in reads if file_read.kind == kind and len(file_read.kept_rows)]
        if len(files) < 2:
            continue
        lines = [(label, at, float(total)) for at, one in enumerate(files) for label, total in one.totals.items()]
        labels, series, totals = (np.array(column) for column in zip(*lines, strict=True))
        rows = np.array([len(file_read.kept_rows) for file_read in files])
        for at in np.flatnonzero(whole_file(group_codes([labels]), series, Amounts.of(totals), rows)).tolist():
            label, _, total = max((line for line in lines if line[1] == at), key=lambda line: abs(line[2]))
            others = ", ".join(file_read.name for i, file_read in enumerate(files) if i != at)
            yield warned("sum_of_files", files[at].name, total=total, label=label, others=others)


BETWEEN_FILES: tuple[Rule[Sequence[FileRead]], ...] = (
    Rule(610, "meters_of_two_files", frozenset({"energy"}), "Days of one meter in two files count twice.",
         meters_across, "files_not_compared period_overlap"),
    Rule(620, "returns_of_two_files", kinds_of(lands_in="travel"), "A return may be two one-ways in another file.",
         _returns, "return_twice"),
    Rule(630, "two_scopes", kinds_of(lands_in="energy") | {ACTIVITIES.kind}, "One kWh belongs to one scope.",
         _two_scopes, "two_scopes"),
    Rule(640, "sums_of_files", kinds_of(counts="amount") | kinds_of(counts="quantity"), "A summary next to the files "
         "that it sums up counts every row twice.", _sums_of_files, "sum_of_files"),
)
"""Fuel is bought on days, and no meter counts it: it is not among `meters_of_two_files`."""


def across_files(reads: Sequence[FileRead]) -> list[Warned]:
    """Return the warnings of what one file has and another has again, from the files alone."""
    return [warned for rule in BETWEEN_FILES
            for warned in rule.apply([file_read for file_read in reads if file_read.kind in rule.kinds])]
