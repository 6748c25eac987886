"""Which activities of a company-year speak of the same thing: one search a kind of pair, over plain columns.

Two rows are a pair where days, site and supplier allow it: equal, or not stated on one side. What one document states
as a whole and in parts is found by the search for sums of `records.rules.sums`. Nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.columns import Rows, group_codes, pairs_of
from carbon.core.errors import UnitError
from carbon.core.text import fold
from carbon.core.text_columns import Values, among, by_word
from carbon.records.rules.purchase_checks import is_tax
from carbon.records.rules.sums import CHANCE, Amounts, across_series, within

Flags = npt.NDArray[np.bool_]
Records = Mapping[str, pd.DataFrame]

SAME, DAYS = "same supplier, overlapping days", "overlapping days; one side names no supplier"
_LEGAL = re.compile(r"\b(sarl|sas|sasu|sa|eurl|snc|gmbh|ag|kg|ltd|limited|plc|inc|llc|bv|nv|spa|srl|sl|ab|oy|as|aps)\b")
_PERIODS, _MOST_EQUAL, _MOST_LINES = 3, 100, 1_000_000
_RATES = np.array([2.1, 2.6, 3, 3.8, 4, 5, 5.5, 6, 7, 7.7, 8, 8.1, 9, 9.5, 10, 12, 13, 13.5, 14, 15, 16, 17, 18, 19, 20,
                   21, 22, 23, 24, 25, 25.5, 27]) / 100
"""Rates of value added tax in Europe (European Commission, Taxes in Europe Database; Switzerland, United Kingdom)."""


@dataclass(frozen=True)
class Found:
    """A pair: the positions of the activities of its first and its second side, and on what they agree."""

    pair: str
    first: npt.NDArray[np.intp]
    second: npt.NDArray[np.intp]
    basis: str


@dataclass(frozen=True)
class _ByMoney:
    """Spend (activity of a purchase, its category) that quantities (activity or kind) may hold as well.

    `words`: spend that names one of these counts for this line only.
    """

    pair: str
    spend: str
    quantity: str
    categories: tuple[int, ...] = ()
    words: str = ""


_LAND = r"nace\.H49.*|naics\.48[245].*|ademe2018\.land_transport.*"
_BY_MONEY = (
    _ByMoney("freight", ".*", r"freight\..*", (4, 9)),
    _ByMoney("travel", r"nace\.H51.*|naics\.481.*|ademe2018\.air.*", r"flight\..*", (6,)),
    _ByMoney("travel", _LAND, r"taxi\b.*", (6,), r"taxis?|cabs?|vtc|minicab|uber|bolt|chauffeur"),
    _ByMoney("travel", _LAND, r"rail\..*", (6,), r"rail(way)?|trains?|sncf|bahn|zug|tgv|eurostar|renfe|trenitalia"),
    _ByMoney("travel", _LAND, r"(bus|coach|rail\.(metro|light))\b.*", (6,), r"bus(es)?|coach|autocars?|metro|tram"),
    _ByMoney("travel", _LAND, r"(rail|bus|coach|taxi|car|motorbike)\b.*", (6,)),
    _ByMoney("travel", r"nace\.H50.*|naics\.483.*", r"ferry\..*", (6,)),
    _ByMoney("travel", r"nace\.I.*|naics\.721.*|ademe2018\.accommodation.*", "hotel_night", (6,)),
    _ByMoney("travel", r"nace\.N79.*|naics\.5615.*", r"(flight|rail)\..*|hotel_night", (6,)),
    _ByMoney("equipment", r"nace\.C2[67].*|naics\.33[45].*|ademe2018\.(computer|electr).*", r"equipment:.*|.*:it\..*"),
    _ByMoney("energy", r"nace\.(D|D35.*)|naics\.221[0-2]?|naics\.221|ademe2018\.electricity.*",
             r"energy:(electricity|natural_gas|district|steam|biogas|biomethane).*"),
    _ByMoney("energy", r"nace\.C19.*|naics\.324.*|ademe2018\.(refined|petroleum|coke).*",
             r"energy:(diesel|petrol|heating_oil|fuel_oil|gas_oil|lpg|kerosene|bio|burning_oil|coal|wood).*"),
    _ByMoney("water", r"nace\.E36.*|naics\.2213.*", r"water\..*"),
    _ByMoney("waste", r"nace\.E3[789].*|naics\.562.*", r"waste\..*", (5,)),
)


def found_pairs(activities: pd.DataFrame, records: Records) -> list[Found]:
    """Return the pairs among activities, at most one for each line of the registry and basis.

    Parameters
    ----------
    activities
        `schemas.ACTIVITIES` that would count.
    records
        Kind -> its table, for the words and documents of purchases.
    """
    rows = Rows(activities)
    if not len(rows):
        return []
    searches = (_by_money(rows, records), _litres_and_km(rows), _same_energy(rows), _tax_lines(rows, records),
                _sites(rows), _files(rows))
    pairs = [pair for search in searches for pair in search if len(pair.first) and len(pair.second)]
    # A site in a file of its own is a file of totals as well: one cause, once.
    return list({(p.first.tobytes(), p.second.tobytes()): p for p in pairs[::-1]}.values())[::-1]


def _by_money(rows: Rows, records: Records) -> Iterator[Found]:
    combos = rows.groups(["kind", "activity"])
    names = [(activity.removeprefix("purchase.") if kind == "purchases" and activity.startswith("purchase.") else "",
              "" if kind == "purchases" and activity.startswith("purchase.") else activity, f"{kind}:{activity}")
             for kind, activity in combos.lines()]
    if not any(spend for spend, _, _ in names) or all(spend for spend, _, _ in names):
        return
    money = np.array([bool(spend) for spend, _, _ in names])[combos.number]
    supplier = by_word(rows["supplier"], supplier_key)
    taken = np.zeros(len(rows), dtype=bool)
    for line in _BY_MONEY:
        of_line = [(bool(spend and re.fullmatch(line.spend, spend)), bool(activity and re.fullmatch(
            line.quantity, name if ":" in line.quantity else activity))) for spend, activity, name in names]
        spend, quantity = np.array(of_line)[combos.number].T & np.stack([~taken, ~money])
        if line.categories:
            spend &= np.isin(rows["category"].astype(np.int64), line.categories)
        if line.words and spend.any():
            spend[spend] = _naming(rows["record_id"][spend], records, line.words)
            taken |= spend
        if line.pair == "energy":  # what an energy supplier invoices, whatever its account
            spend |= money & among(_one_name(supplier, money, quantity), set(supplier[quantity]) - {""})
        # A list that gives pieces and, for what has no factor, money is one document: its lines differ.
        spend &= ~among(rows["source_file"], set(rows["source_file"][quantity]))
        if spend.any() and quantity.any():
            key = _one_name(supplier, spend, quantity)
            yield from _meeting(rows, line.pair, quantity, spend, key, whole_months=line.pair != "energy")


def supplier_key(name: str) -> str:
    """Return a supplier's name without case, accents and legal form."""
    return " ".join(_LEGAL.sub(" ", fold(name)).split())


def _one_name(supplier: Values, spend: Flags, quantity: Flags) -> Values:
    """Return suppliers with the name that quantities have where one name holds all words of the other."""
    holding: dict[str, list[str]] = {}
    for name in sorted(set(supplier[quantity])):
        for word in name.split():
            holding.setdefault(word, []).append(name)
    same = {}
    for name in set(supplier[spend]):
        words = set(name.split())
        near = [other for word in sorted(words) for other in holding.get(word, ())
                if words >= set(other.split()) or words <= set(other.split())]
        same[name] = near[0] if near else name
    return by_word(supplier, lambda name: same.get(name, name))


def _naming(ids: Values, records: Records, words: str) -> Flags:
    """Return which purchases name one of some words in supplier, category or description."""
    table, pattern = records["purchases"], re.compile(rf".*\b({words})\b.*")
    table = table[table["record_id"].isin(ids)].drop_duplicates("record_id").set_index("record_id")
    hits = np.zeros(len(table), dtype=bool)
    for column in ("supplier", "category", "description"):
        hits |= by_word(table[column], lambda text: bool(pattern.fullmatch(fold(text))), bool)
    return np.asarray(pd.Series(hits, index=table.index).reindex(ids, fill_value=False).to_numpy(dtype=bool))


def _meeting(rows: Rows, pair: str, first: Flags, second: Flags, key: Values, *, whole_months: bool) -> Iterator[Found]:
    """Yield rows of two sides that share days: of equal keys (an invoice may come a month later), then without one."""
    one, two = np.flatnonzero(first), np.flatnonzero(second)
    if not len(one) or not len(two):
        return
    for named, basis in ((True, SAME), (False, DAYS)):
        at = [_days(rows, side, whole_months, lag=named and is_invoice)
              for side, is_invoice in ((one, False), (two, whole_months))]
        flags = [_touched(rows, key, named, mine, other, *spans) for mine, other, spans in (
            (one, two, at), (two, one, at[::-1]))]
        if flags[0].any():
            yield Found(pair, one[flags[0]], two[flags[1]], basis)
        two = two[~flags[1]]


def _days(rows: Rows, at: Values, whole_months: bool, *, lag: bool) -> Values:
    """Return first and last day of some rows, [2, n]; of whole months, and the one before with `lag`."""
    first, last = (rows[c][at].astype("datetime64[D]") for c in ("period_start", "period_end"))
    if whole_months:
        first = (first.astype("datetime64[M]") - int(lag)).astype("datetime64[D]")
        last = (last.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
    return np.stack([first, last]).astype(np.int64)


def _touched(rows: Rows, key: Values, named: bool, mine: Values, other: Values, days: Values, days_of_other: Values,
             ) -> Flags:
    """Return which rows share a day with one of the others, with equal or unstated site; and key, where `named`."""
    hits = np.zeros(len(mine), dtype=bool)
    site = by_word(rows["site"], fold)
    for by_key, by_site in product((0,) if named else (1, 2), (0, 1, 2)):
        left, right = np.ones(len(mine), dtype=bool), np.ones(len(other), dtype=bool)
        groups = [np.zeros(len(mine) + len(other), dtype=np.int64)]
        for way, words in ((by_key, key), (by_site, site)):
            blank, blank_of_other = words[mine] == "", words[other] == ""
            if way == 0:
                left &= ~blank
                right &= ~blank_of_other
                groups.append(np.concatenate([words[mine], words[other]]))
            else:
                (left if way == 1 else right)[:] &= blank if way == 1 else blank_of_other
        if left.any() and right.any():
            code = group_codes(groups)
            spans = [np.vstack([part[side], of[:, side]]) for part, side, of in (
                (code[:len(mine)], left, days), (code[len(mine):], right, days_of_other))]
            hits[left] |= within(spans[1], np.zeros(spans[1].shape[1], dtype=np.int64), spans[0])[2]
    return hits


def _litres_and_km(rows: Rows) -> Iterator[Found]:
    """Yield litres of scope 1 without a vehicle, and km of cars by the same fuel or an unknown one."""
    fuel = by_word(rows["activity"], _road_fuel)
    litres = (rows["kind"] == "energy") & (rows["scope"] == "1") & (fuel != "-") & \
        by_word(rows["unit"], lambda u: units.unit(u).dimension == "volume" if u else False, bool)
    km = (rows["kind"] == "travel") & (rows["unit"] == "km") & (fuel != "-")
    yield from (Found(f.pair, f.first, f.second, "same fuel, overlapping months" if f.basis == SAME else
                      "overlapping months; the fuel is not stated")
                for f in _meeting(rows, "litres_km", litres, km, fuel, whole_months=True))


def _road_fuel(activity: str) -> str:
    """Return the fuel of litres or of a car's km, "" where it is not stated, "-" for anything else."""
    if re.fullmatch(r"(diesel|petrol|bioethanol|e85|lpg)(\..*)?", activity):
        return activity.partition(".")[0]
    if not re.match(r"(company_)?(car|van|motorbike)\b", activity) or "electric" in activity:
        return "-"
    end = activity.rpartition(".")[2]
    return end if end in ("diesel", "petrol", "lpg") else ""


def _same_energy(rows: Rows) -> Iterator[Found]:
    """Yield equal kWh of days within one another, one site or none, in two scopes, kinds or files."""
    kwh = rows["quantity"] * by_word(rows["unit"], kwh_of, np.float64)
    at = np.flatnonzero(~np.isnan(kwh) & (kwh > 0) & (rows["kind"] != "purchases"))
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
    same = (rank[one] < rank[two]) & ((site[one] == site[two]) | (site[one] == "") | (site[two] == ""))
    same &= (rows["scope"][one] != rows["scope"][two]) | (rows["source_file"][one] != rows["source_file"][two]) | (
        rows["kind"][one] != rows["kind"][two])
    first, last = rows["period_start"], rows["period_end"]
    inside = ((first[one] >= first[two]) & (last[one] <= last[two])) | (
        (first[two] >= first[one]) & (last[two] <= last[one]))
    hits = same & inside
    yield Found("same_energy", np.unique(one[hits]), np.unique(two[hits]), "equal kWh of the same days")


def kwh_of(text: str) -> float:
    """Return kWh per unit, by the heating value that the unit states; NaN for a unit of no energy."""
    try:
        dimension = units.unit(text).dimension
    except UnitError:
        return float("nan")
    target = {"energy": "kWh", "energy_HHV": "kWh_HHV", "energy_LHV": "kWh_LHV"}.get(dimension)
    return float(units.ratio(text, target)) if target else float("nan")


def _tax_lines(rows: Rows, records: Records) -> Iterator[Found]:
    """Yield lines that are, to the cent, a rate of tax on all others of their document.

    A document is an invoice of a supplier, or what a supplier's file gives for one day. Without a word for a tax, a
    line must be no coincidence among all that were compared.
    """
    table = records.get("purchases")
    at = np.flatnonzero((rows["kind"] == "purchases") & (rows["supplier"] != ""))
    if table is None or len(at) < 2:
        return
    if len(at) > _MOST_LINES:  # of so many, the suppliers with a line that names a tax
        names_tax = by_word(table["category"], is_tax, bool) | by_word(table["description"], is_tax, bool)
        at = at[among(rows["supplier"][at], set(table["supplier"][names_tax]))]
    lines = table.drop_duplicates("record_id").set_index("record_id").reindex(rows["record_id"][at])
    document = group_codes([rows[c][at] for c in ("supplier", "record_unit", "period_start", "source_file")] +
                           [lines["invoice"].to_numpy(dtype=object)])
    amounts = Amounts.of(rows["record_amount"][at])
    total = np.zeros(int(document.max()) + 1, dtype=np.int64)
    np.add.at(total, document, amounts.ticks)
    rest = (total[document] - amounts.ticks) * amounts.tick
    several = (np.bincount(document)[document] > 1) & (rest != 0)
    value = amounts.ticks * amounts.tick
    exact = several & (np.abs(value[:, None] - _RATES * rest[:, None]) <= 0.005 + 1e-9).any(axis=1) & (value != 0)
    stated = by_word(lines["category"], is_tax, bool) | by_word(lines["description"], is_tax, bool)
    chance = amounts.chance() * len(_RATES) * max(int(several.sum()), 1)
    tax = exact & (stated | (chance < CHANCE))
    net = np.isin(document, document[tax]) & ~tax
    yield Found("vat", at[net], at[tax], "one document, exactly a rate of tax")


def _sites(rows: Rows) -> Iterator[Found]:
    """Yield the energy of a site that is, in three periods or more, the sum of all other sites, over all files."""
    at = np.flatnonzero((rows["kind"] == "energy") & (rows["site"] != "") & ~np.isnan(rows["quantity"]))
    if not len(at):
        return
    site = group_codes([by_word(rows["site"], fold)[at]])
    cell = group_codes([rows[c][at] for c in ("activity", "unit", "period_start", "period_end")])
    in_cells, _, hits = across_series(cell, site, Amounts.of(rows["quantity"][at], measured=True), least=3)
    whole = (hits == in_cells) & (hits >= _PERIODS)
    if whole.sum() == 1:
        others = ~whole[site] & np.isin(cell, cell[whole[site]])
        yield Found("sites", at[whole[site]], at[others], "the sum of all other sites in each period")


def _files(rows: Rows) -> Iterator[Found]:
    """Yield the rows of a file whose totals are those of the other files of its kind, to the last digit."""
    for kind in sorted(set(rows["kind"])):
        at = np.flatnonzero((rows["kind"] == kind) & ~np.isnan(rows["record_amount"]))
        file = group_codes([rows["source_file"][at]])
        files = int(file.max(initial=-1)) + 1
        if files < 2:
            continue
        cell = group_codes([rows["record_unit"][at]])
        amounts = Amounts.of(rows["record_amount"][at])
        in_cells, _, hits = across_series(cell, file, amounts, least=min(files, 3))
        total = np.zeros(files, dtype=np.int64)
        np.add.at(total, file, np.abs(amounts.ticks))
        size = np.bincount(file)
        odd = Amounts(total, amounts.tick).chance() * files < CHANCE
        whole = (hits > 0) & (hits == in_cells) & odd & ((size < size.max()) | (files > 2))
        if whole.sum() == 1:
            yield Found("files", at[whole[file]], at[~whole[file]], "the sum of all other files")
