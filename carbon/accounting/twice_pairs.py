"""Which activities of a company-year speak of the same thing: one search a kind of pair, over plain columns.

Two rows are a pair where days, site and supplier allow it: equal, or not stated on one side. What one document
states as a whole and in parts, and sites and files that are the sum of others, are found by the searches for sums of
`records.rules`. Nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.accounting.boundary.presence import named_by
from carbon.core import packaged
from carbon.core.columns import Rows, group_codes, pairs_of
from carbon.core.text import fold
from carbon.core.text_columns import Values, among, by_word
from carbon.core.units import kwh_of
from carbon.records.rules.purchase_checks import VAT_RATES, is_tax
from carbon.records.rules.sums import CHANCE, Amounts, of_all_others, of_some, whole_file, whole_series, within

Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
Records = Mapping[str, pd.DataFrame]

SAME, DAYS = "same supplier, overlapping days", "overlapping days; one side names no supplier"
_LEGAL = re.compile(r"\b(sarl|sas|sasu|sa|eurl|snc|gmbh|ag|kg|ltd|limited|plc|inc|llc|bv|nv|spa|srl|sl|ab|oy|as|aps)\b")
_SPELT, _MOST_EQUAL, _MOST_LINES = 3, 100, 100_000
_LITRES = ("L", "mL", "cL", "hL", "m3", "US gallon", "UK gallon")


@dataclass(frozen=True)
class Found:
    """A pair: the positions of the activities of its first and its second side, and on what they agree."""

    pair: str
    first: Places
    second: Places
    basis: str


_ON_LAND = r"travel:(rail|bus|coach|taxi|car|motorbike)\b.*"

@lru_cache(maxsize=1)
def _by_money_lines() -> list[dict[str, str]]:
    return packaged.read_rows("carbon.accounting", "data/spend_and_quantities.csv")


def found_pairs(activities: pd.DataFrame, records: Records) -> list[Found]:
    """Return the pairs among activities that would count, at most one for each line of the registry and basis.

    records: kind -> its table, for the words and documents of purchases.
    """
    rows = Rows(activities)
    if not len(rows):
        return []
    searches = (_by_money(rows, records), _litres_and_km(rows), _same_energy(rows), _tax_lines(rows, records),
                sites(rows), _files(rows))
    pairs = [pair for search in searches for pair in search if len(pair.first) and len(pair.second)]
    # A site in a file of its own is a file of totals as well: one cause, once.
    return list({(p.first.tobytes(), p.second.tobytes()): p for p in pairs[::-1]}.values())[::-1]


def _by_money(rows: Rows, records: Records) -> Iterator[Found]:
    combos = rows.groups(["kind", "activity"])
    names = [("", activity.removeprefix("purchase.")) if kind == "purchases" and activity.startswith("purchase.") else
             (f"{kind}:{activity}", "") for kind, activity in combos.lines()]
    is_taken, money = np.zeros(len(rows), dtype=bool), np.array([bool(spend) for _, spend in names])
    any_journey = any(re.fullmatch(_ON_LAND, quantity) for quantity, _ in names)
    for line in _by_money_lines():
        is_quantity, is_spend = (re.compile(line[side]).fullmatch for side in ("quantity", "spend"))
        quantities = np.array([bool(is_quantity(name)) for name, _ in names], dtype=bool)
        if not money.any() or not (quantities.any() or (line["words"] and any_journey)):
            continue
        spends = money & np.array([bool(is_spend(name)) for _, name in names], dtype=bool)
        spend = spends[combos.number] & ~is_taken
        if line["categories"]:
            spend &= np.isin(rows["category"], [int(number) for number in line["categories"].split()])
        if line["words"] and spend.any():
            spend[spend] = _naming(rows["record_id"][spend], records, line["words"])
            is_taken |= spend
        one = np.flatnonzero(quantities[combos.number])
        if line["pair"] == "energy" and len(one):  # what an energy supplier invoices, whatever its account
            spend |= money[combos.number] & _of_suppliers(rows, one)
        two = np.flatnonzero(spend)
        if not len(one) or not len(two):
            continue
        # A list that gives pieces and, for what has no factor, money is one document: its lines differ.
        files = rows.column("source_file")
        two = two[~np.isin(files.codes[two], np.unique(files.codes[one]))]
        keys = [by_word(rows.take(side)["supplier"], supplier_key) for side in (one, two)]
        keys[1] = _one_name(keys[1], keys[0])
        yield from _meeting(rows, line["pair"], one, two, keys, whole_months=line["pair"] != "energy")


def _of_suppliers(rows: Rows, quantity: Places) -> Flags:
    """Return the rows of the suppliers that some rows name, in any of their spellings."""
    keys = rows.by_word("supplier", supplier_key)
    of_quantity = keys[quantity]
    return np.asarray(among(_one_name(keys, of_quantity), set(of_quantity) - {""}))


def supplier_key(name: str) -> str:
    """Return a supplier's name without case, accents and legal form."""
    return " ".join(_LEGAL.sub(" ", fold(name)).split())


def _one_name(spend: Values, quantity: Values) -> Values:
    """Return suppliers of spend with the name that quantities have, where one name holds all words of the other."""
    holding: dict[str, list[str]] = {}
    for name in sorted(set(quantity)):
        for word in name.split():
            holding.setdefault(word, []).append(name)

    def of_quantity(name: str) -> str:
        words = set(name.split())
        return next((other for word in sorted(words) for other in holding.get(word, ())
                     if words >= set(other.split()) or words <= set(other.split())), name)
    return by_word(spend, of_quantity)


def _naming(ids: Values, records: Records, words: str) -> Flags:
    """Return which purchases name one of some words in supplier, category or description."""
    table, pattern = records["purchases"], re.compile(rf".*\b({words})\b.*")
    table = table[table["record_id"].isin(ids)].drop_duplicates("record_id").set_index("record_id")
    hits = np.zeros(len(table), dtype=bool)
    for column in ("supplier", "category", "description"):
        hits |= by_word(table[column], lambda text: bool(pattern.fullmatch(fold(text))), bool)
    return np.asarray(pd.Series(hits, index=table.index).reindex(ids, fill_value=False).to_numpy(dtype=bool))


def _meeting(
    rows: Rows, pair: str, one: Places, two: Places, keys: list[Values], *, whole_months: bool,
) -> Iterator[Found]:
    """Yield rows of two sides that share days: of equal keys (an invoice may come a month later), then without one."""
    first, second = rows.take(one), rows.take(two)
    for by_name, basis in ((True, SAME), (False, DAYS)):
        sides = ((first, keys[0], _days(first, whole_months, lag=False)),
                 (second, keys[1], _days(second, whole_months, lag=by_name and whole_months)))
        flags = [_touched(mine, other, by_name) for mine, other in (sides, sides[::-1])]
        if flags[0].any():
            yield Found(pair, one[flags[0]], two[flags[1]], basis)
        two, second, keys = two[~flags[1]], second.take(np.flatnonzero(~flags[1])), [keys[0], keys[1][~flags[1]]]


def _days(rows: Rows, whole_months: bool, *, lag: bool) -> Values:
    """Return first and last day of rows, [2, n]; of whole months, and the one before with `lag`."""
    first, last = (rows[c].astype("datetime64[D]") for c in ("period_start", "period_end"))
    if whole_months:
        month, day = np.timedelta64(1, "M"), np.timedelta64(1, "D")
        first = (first.astype("datetime64[M]") - int(lag) * month).astype("datetime64[D]")
        last = (last.astype("datetime64[M]") + month).astype("datetime64[D]") - day
    return np.stack([first, last]).astype(np.int64)


def _touched(mine: tuple[Rows, Values, Values], other: tuple[Rows, Values, Values], by_name: bool) -> Flags:
    """Return which rows share a day with one of the others, with equal or unstated site; and key, where `by_name`."""
    hits = np.zeros(len(mine[0]), dtype=bool)
    words = [(key, by_word(rows["site"], fold)) for rows, key, _ in (mine, other)]
    for ways in product((0,) if by_name else (1, 2), (0, 1, 2)):  # equal; not stated by mine; not stated by the other
        left, right = (np.ones(len(rows), dtype=bool) for rows, _, _ in (mine, other))
        groups = [np.zeros(len(left) + len(right), dtype=np.int64)]
        for way, ours, theirs in zip(ways, *words, strict=True):
            left &= (ours == "") if way == 1 else (ours != "") if way == 0 else True
            right &= (theirs == "") if way == 2 else (theirs != "") if way == 0 else True
            groups += [np.concatenate([ours, theirs])] if way == 0 else []
        if left.any() and right.any():
            code = np.split(group_codes(groups), [len(left)])
            spans = [np.vstack([part[side], days[:, side]]) for part, side, (_, _, days) in zip(
                code, (left, right), (mine, other), strict=True)]
            hits[left] |= within(spans[1], np.zeros(spans[1].shape[1], dtype=np.int64), spans[0])[2]
    return hits


def _litres_and_km(rows: Rows) -> Iterator[Found]:
    """Yield litres of scope 1 without a vehicle, and km of cars by the same fuel or an unknown one."""
    kinds = {kind: np.flatnonzero(rows.column("kind").among(kind)) for kind in ("energy", "travel")}
    sides = []
    for kind, at in kinds.items():
        side = rows.take(at)
        fuel, unit = by_word(side["activity"], _road_fuel), side["unit"]
        counts = (fuel != "-") & (unit == "km" if kind == "travel" else (side["scope"] == "1") & among(unit, _LITRES))
        sides.append((at[counts], fuel[counts]))
    (litres, of_litres), (km, of_km) = sides
    if len(litres) and len(km):
        yield from (Found(f.pair, f.first, f.second, "same fuel, overlapping months" if f.basis == SAME else
                          "overlapping months; the fuel is not stated")
                    for f in _meeting(rows, "litres_km", litres, km, [of_litres, of_km], whole_months=True))


def _road_fuel(activity: str) -> str:
    """Return the fuel of litres or of a car's km, "" where it is not stated, "-" for anything else."""
    if re.fullmatch(r"(diesel|petrol|bioethanol|e85|lpg)(\..*)?", activity):
        return activity.partition(".")[0]
    if not re.match(r"(company_)?(car|van|motorbike)\b", activity) or "electric" in activity:
        return "-"
    end = activity.rpartition(".")[2]
    return end if end in ("diesel", "petrol", "lpg") else ""


def _same_energy(every: Rows) -> Iterator[Found]:
    """Yield equal kWh of days within one another, one site or none, in two scopes, kinds or files."""
    physical = np.flatnonzero(~every.column("kind").among("purchases"))
    rows = every.take(physical)
    kwh = rows["quantity"] * by_word(rows["unit"], kwh_of, np.float64)
    at = np.flatnonzero(~np.isnan(kwh) & (kwh > 0))
    if len(at) < 2:
        return
    scope_kind_file = group_codes([rows[c][at] for c in ("scope", "kind", "source_file")])
    amounts = Amounts.of(kwh[at])
    value = group_codes([amounts.ticks])
    differs = np.unique(np.stack([value, scope_kind_file]), axis=1)[0]
    several = (np.bincount(differs)[value] > 1) & (np.bincount(value)[value] <= _MOST_EQUAL)
    scope = rows["scope"][at]
    several &= (amounts.chance() < CHANCE) | (np.bincount(np.unique(np.stack([value, group_codes([scope])]), axis=1)[0],
                                                          minlength=int(value.max()) + 1)[value] > 1)
    at = at[several]
    left, right = pairs_of([value[several]], [value[several]])
    one, two = at[left], at[right]
    rank = np.where(rows["kind"] == "energy", 0, 1) * len(rows) + np.arange(len(rows))
    site = by_word(rows["site"], fold)
    may_be_one = (rank[one] < rank[two]) & ((site[one] == site[two]) | (site[one] == "") | (site[two] == ""))
    may_be_one &= (rows["scope"][one] != rows["scope"][two]) | (
        rows["source_file"][one] != rows["source_file"][two]) | (
        rows["kind"][one] != rows["kind"][two])
    first, last = rows["period_start"], rows["period_end"]
    inside = ((first[one] >= first[two]) & (last[one] <= last[two])) | (
        (first[two] >= first[one]) & (last[two] <= last[one]))
    hits = may_be_one & inside
    yield Found("same_energy", physical[np.unique(one[hits])], physical[np.unique(two[hits])],
                "equal kWh of the same days")


def _tax_lines(rows: Rows, records: Records) -> Iterator[Found]:
    """Yield lines that are, to the cent, a rate of tax on all others of their document. A document is an invoice of a
    supplier, or what a supplier's file gives for one day. Without a word for a tax, a line must be no coincidence among
    all that were compared.
    """
    table = records.get("purchases")
    at = np.flatnonzero(rows.column("kind").among("purchases"))
    if table is None or len(at) < 2:
        return
    if len(at) > _MOST_LINES:  # of so many, the suppliers with a line that names a tax
        lines_read, names_tax = Rows(table), np.zeros(len(table), dtype=bool)
        for name in ("category", "description"):
            names_tax |= lines_read.by_word(name, is_tax, bool)
        at = at[rows.column("supplier").among(set(lines_read["supplier"][names_tax]) if names_tax.any() else ())[at]]
    at = at[rows.take(at)["supplier"] != ""]
    if len(at) < 2:
        return
    ids = (pa.array(texts, pa.large_string()) for texts in (rows["record_id"][at], table["record_id"]))
    lines = Rows(table).take(pc.index_in(*ids).to_numpy())  # of a record, its first line
    document = group_codes([*(rows[c][at] for c in ("supplier", "record_unit", "period_start", "source_file")),
                            lines["invoice"]])
    amounts = Amounts.of(rows["record_amount"][at])
    names_tax = by_word(lines["category"], is_tax, bool) | by_word(lines["description"], is_tax, bool)
    compared = int((np.bincount(document)[document] > 1).sum())
    tax = (of_all_others(document, amounts, VAT_RATES) > 0) & (
        names_tax | (amounts.chance() * len(VAT_RATES) * compared < CHANCE))
    net = np.isin(document, document[tax]) & ~tax
    yield Found("vat", at[net], at[tax], "one document, exactly a rate of tax")


def sites(rows: Rows) -> Iterator[Found]:
    """Yield the rows of a site that is the sum of other sites, over all files, and those of these.

    Of energy: in three periods or more of all others. Of energy, water and waste: of some others (`of_some`), in the
    periods of all carriers, of one carrier, else over the year. A whole within a larger one is on both sides.
    """
    for kind in ("energy", "water", "waste"):
        at = np.flatnonzero(rows.column("kind").among(kind))
        at = at[rows.take(at)["site"] != ""]
        side = rows.take(at)
        if not len(at):
            continue
        site = group_codes([by_word(side["site"], fold)])
        carrier = group_codes([side[c] for c in ("activity", "unit")])
        cell = group_codes([carrier, side["period_start"], side["period_end"]])
        amounts = Amounts.of(side["quantity"], measured=True)
        if kind == "energy":
            is_whole = whole_series(cell, site, amounts, by_digits=False)
            if is_whole.any():
                others = ~is_whole[site] & np.isin(cell, cell[is_whole[site]])
                yield Found("sites", at[is_whole[site]], at[others], "the sum of all other sites in each period")
                continue
        every = np.ones(len(at), dtype=bool)
        carriers = [carrier == one for one in range(int(carrier.max()) + 1)]
        tried_cells = [(cell, every), *((cell, one) for one in carriers if len(carriers) > 1), (carrier, every)]
        yield from _wholes(side["site"], at, site, amounts, tried_cells)


def _wholes(
    names: Values, at: Places, site: Places, amounts: Amounts, tried_cells: list[tuple[Places, Flags]],
) -> Iterator[Found]:
    """Yield the sites that are the sum of some others, by the first of the cells and rows tried that shows it."""
    sums: dict[int, tuple[Flags, Places]] = {}
    named_pairs = named_by(names[np.unique(site, return_index=True)[1]])
    for cell, counts in tried_cells:
        rows = np.flatnonzero(counts & ~np.isin(site, [*sums]))
        among, series = np.unique(site[rows], return_inverse=True)
        pairs = named_pairs[np.ix_(among, among)]
        for total, parts in of_some(group_codes([cell[rows]]), series, amounts.take(rows), pairs):
            sums[int(among[total])] = counts & np.isin(cell, cell[counts & (site == among[total])]), among[parts]
    for total, (in_cells, parts) in sums.items():
        within_it = [other for other, (_, of_other) in sums.items() if other != total and set(of_other) <= set(parts)]
        others = in_cells & np.isin(site, [*parts, *within_it])
        spelt = ", ".join(str(names[np.flatnonzero(site == part)[0]]) for part in parts[:_SPELT])
        yield Found("sites", at[in_cells & (site == total)], at[others],
                    f"the sum of the sites {spelt}{', ...' if len(parts) > _SPELT else ''}")


def _files(rows: Rows) -> Iterator[Found]:
    """Yield the rows of a file whose totals are those of the other files of its kind, to the last digit."""
    groups = rows.groups(["kind", "source_file"])
    kinds = [kind for kind, _ in groups.lines()]
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        at = np.flatnonzero(np.array([k == kind for k in kinds])[groups.number] & ~np.isnan(rows["record_amount"]))
        file, side = group_codes([groups.number[at]]), rows.take(at)
        if len(np.unique(file)) > 1:
            is_whole = whole_file(group_codes([side["record_unit"]]), file, Amounts.of(side["record_amount"]),
                                  np.bincount(file))[file]
            yield Found("files", at[is_whole], at[~is_whole], "the sum of all other files")
