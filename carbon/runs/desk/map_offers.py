"""What a question about a file may be answered with: columns whose cells fit, sums of columns, words of a list."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby, permutations
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from babel.core import get_global

from carbon.core import packaged, units, vocabulary
from carbon.core.display import Displayed
from carbon.core.errors import FileRefused
from carbon.core.text_columns import Floats
from carbon.core.vocabulary import heading_key, is_word
from carbon.params.shapes.answers import codes
from carbon.params.shapes.company import FilePattern
from carbon.params.shapes.files import FEC
from carbon.records.files import fec
from carbon.records.files.file import any_grid, read_file
from carbon.records.grids.cells import Column, Grid
from carbon.records.headings.layout import heading_row, likeness
from carbon.records.headings.matching import Headings
from carbon.records.kinds import contract as kinds
from carbon.records.kinds.contract import DAY, NUMBER, TEXT, UNIT, WORD, Field
from carbon.records.kinds.faults import Faults
from carbon.records.rules.declared import COUNTS
from carbon.records.rules.second_numbers import is_state_before
from carbon.records.values.contract_columns import NIGHTS
from carbon.records.values.dates import parse_days
from carbon.records.values.fields import Context, read_field
from carbon.records.values.numbers import parse_numbers
from carbon.records.values.wide_headings import layouts_named
from carbon.runs.desk.map_entry import EVERY_ROW, Given

CORE = ("purchases", "energy", "travel")
"""Kinds that are always offered."""
MOST = 6
"""Offers of a question."""
LEAST_SHARE = 0.25
"""Share of the needed headings from which a kind is offered."""
LEAST_OF_LAW = 10
"""Columns of the FEC, of eighteen, from which it is offered."""
FILLED = 0.9
"""Share of rows with a debit or a credit for two columns to be the sides of a ledger."""
LIKE = 0.6
"""Likeness to a known heading from which a column is offered before a value for every row."""
LONGEST_STAY = 60
"""Nights that a stay in a hotel may last for two columns of days to be its ends."""
HEAD, MOST_FIT = 12, 300
"""First rows of a file that may be its headings; first cells by which a column is one of words or units."""
_FIGURE = re.compile(r"[-+(]?\s*\d")
_DOUBTS = ("number_ambiguous", "date_ambiguous")


@dataclass(frozen=True, repr=False)
class Offer(Displayed):
    """One answer to a question, and what speaks for it."""

    answer: str
    why: str


FIXED = {group: tuple(Offer(row["answer"], row["why"]) for row in rows) for group, rows in groupby(
    packaged.read_rows("carbon.runs", "data/offers.csv"), key=itemgetter("group"))}
"""Group of a key -> its answers."""


def _usual(words: str) -> list[str]:
    """Return the first words of a list that is too long to be offered whole."""
    return [offer.answer for offer in FIXED.get(f"words of {words}", ())]


@dataclass(frozen=True)
class Sheet:
    """A grid with its row of headings; `names` are those of all sheets of the file."""

    grid: Grid
    headings: Headings
    names: tuple[str, ...]
    first_row: int
    cells: list[str]

    @classmethod
    def of(cls, grid: Grid, headings: Headings, names: tuple[str, ...] = ()) -> Sheet:
        """Return a grid with the row that names most columns as its headings, or the declared one."""
        first_row, cells, _ = heading_row(grid, headings.options, names[0] if names else "", headings.recognise)
        return cls(grid, headings, names, first_row, cells)

    def samples(self, place: int, most: int) -> list[str]:
        """Return the first different filled cells of a column."""
        texts = self.grid.columns[place].below(self.first_row).distinct.texts.slice(0, max(200, most)).to_pylist()
        return [t.strip() for t in texts if t.strip()][:most]

    def may_be_headings(self) -> list[tuple[int, list[str]]]:
        """Return line and cells of each of the first rows without a number or a day."""
        rows = zip(self.grid.lines.tolist(), self.grid.head[:HEAD], strict=False)
        return [(line, filled) for line, row in rows if len(filled := [c for c in row if c.strip()]) > 1
                and not any(_FIGURE.match(c) for c in filled)]

    def numbers(self, place: int) -> Floats | None:
        """Return the numbers of a column, 0 where it is blank; None where a cell is no number, or all are blank."""
        distinct = self.grid.columns[place].below(self.first_row).distinct
        options = self.headings.options
        parsed = parse_numbers(distinct, decimal=options.decimal, thousands=options.thousands)
        flawed = any(p.code != "number_ambiguous" for p in parsed.problems.values())
        return None if flawed or parsed.blank.all() else np.nan_to_num(parsed.numbers)[distinct.codes]

    def days(self, place: int) -> list[np.datetime64]:
        """Return the days that the cells of a column prove, each with its period's first and last."""
        distinct = self.grid.columns[place].below(self.first_row).distinct
        parsed = parse_days(distinct)
        return [day for day in (*parsed.first, *parsed.last) if not np.isnat(day)]

    def holds(self, column: str, place: int) -> bool:
        """Return whether a column of the file can be the one that its heading names: its cells fit, or are blank."""
        spec = self.headings.contract.name_of[column]
        return spec.reads in (TEXT, kinds.PERSON) or not self.samples(place, 1) or self.fits(spec, place)

    def fits(self, spec: Field, place: int) -> bool:
        """Return whether every filled cell of a column can be a value of a field."""
        column = self.grid.columns[place].below(self.first_row)
        distinct = column.distinct
        texts = [t for t in distinct.texts.to_pylist() if t.strip()]
        if not texts:
            return False
        if spec.reads == DAY:
            return all(p.code in _DOUBTS for p in parse_days(distinct).problems.values())
        if spec.reads in (NUMBER, kinds.WHOLE):
            return self.numbers(place) is not None
        if spec.reads == TEXT:
            return self.numbers(place) is None and not self.fits(Field("", DAY), place)
        column = column.take(np.arange(min(len(column), MOST_FIT)))
        faults = Faults(len(column))
        read_field(spec, column, Context("", self.headings.options, faults, []))
        unread = len(faults.rows_with([f"{spec.name}_unknown", "unit_unknown", "unit_dimension"]))
        return 2 * unread < int((~column.blank()).sum())


def kinds_by_headings(path: Path, name: str, options_of: Callable[[str], FilePattern]) -> list[str]:
    """Return the kinds with a quarter of whose needed headings in the file, those with most headings first.

    Raises FileRefused: The file cannot be opened as a table.
    """
    readers = {kind: Headings(contract, options_of(kind)) for kind, contract in kinds.KINDS.items()
               if kind not in kinds.DIGITAL}
    grid = any_grid(path, name, lambda row: max(fec.recognise(row), *(h.recognise(row) for h in readers.values())))
    scores = {}
    for kind, headings in readers.items():
        needed = {f.name for f in headings.contract.fields if f.needed and not f.soft} | {headings.contract.measure[0]}
        needed -= {""}
        have = max((_held(row, headings) for row in grid.head if headings.recognise(row)), key=len, default=set())
        scores[kind] = (len(have), len(needed & have) / len(needed))
    likely_kinds = [kind for kind, (_, share) in scores.items() if share >= LEAST_SHARE]
    of_law = [FEC] if max(map(fec.recognise, grid.head), default=0) >= LEAST_OF_LAW else []
    return [*of_law, *sorted(likely_kinds, key=lambda kind: (scores[kind][0], kind in CORE, scores[kind][1]),
                             reverse=True)]


def _held(row: list[str], headings: Headings) -> set[str]:
    """Return the columns that a row of headings has: by name, by a unit of energy, by months."""
    named_columns, stated_units, _ = headings.match(row)
    have = {*named_columns, *stated_units} | ({"date"} if {"period_start", "period_end"} <= {*named_columns} else set())
    if headings.contract.kind == kinds.ENERGY.kind:  # kilometres and tonnes are of many kinds, kWh are of one
        found_units = [units.find(headings.unit_in("quantity", cell)) for cell in row if cell]
        stated_dimensions = {unit.dimension for unit in found_units if unit}
        have |= {"quantity", "unit"} if stated_dimensions & {"energy", "power"} else set()
    return have | ({"date", headings.contract.measure[0]} if any(
        layout.get("headings") == "date" for layout in layouts_named(row, headings)) else set())


def offers_for(column: str, sheet: Sheet, defaults: Mapping[str, str], *, again: bool = False) -> tuple[Offer, ...]:
    """Return what a column may be: sums, the unread columns whose cells fit, the company's value for every row.

    `again`: the column that is read already is offered too. A column read as what the kind does not need comes last.
    """
    spec = sheet.headings.contract.name_of[column]
    contract, declared = sheet.headings.contract, sheet.headings.options.columns
    taken_places = {p: c for c, p in sheet.headings.match(sheet.cells)[0].items()
                    if not (again and c == column) and (c in declared or sheet.holds(c, p))}
    spare = {p for p, c in taken_places.items()
             if c not in declared and (contract.name_of[c].soft or not contract.name_of[c].needed)}
    free = [i for i, cell in enumerate(sheet.cells) if cell and (i not in taken_places or i in spare)]
    named_place = sheet.headings.match(sheet.cells)[0].get(column)  # its words may be answered one by one
    places = [i for i in free if sheet.fits(spec, i) or (i == named_place and spec.reads == WORD)]
    few = vocabulary.few(spec.words) if spec.reads == WORD and not places else ()
    words = few or _usual(spec.words) if spec.reads == WORD and not places else \
        [u for u in _usual(UNIT) if units.unit(u).dimension in spec.dimensions] if spec.reads == UNIT else ()
    # Words of another language under an unknown heading: they may be answered one by one too.
    places = places or [i for i in free if few and sheet.fits(Field("", TEXT), i) and len(sheet.samples(i, 16)) < 16]
    scores = {i: likeness(sheet.cells[i], spec.name, contract.kind) for i in places}
    unit_at = {i: _unit_of(spec, sheet, i) for i in scores}
    of_unit = {i: unit for i, unit in unit_at.items() if unit}
    fitting = sorted((i for i in scores if unit_at[i] is not None), key=lambda i: (
        i in spare, i not in of_unit,
        spec.reads == TEXT and sheet.grid.columns[i].below(sheet.first_row).blank().mean() > 0.5, -scores[i]))
    columns = [Offer(sheet.cells[i], "e.g. " + ", ".join(sheet.samples(i, 2))) for i in fitting]
    n_alike = 0 if column in COUNTS else len(of_unit) or \
        sum(score >= LIKE for i, score in scores.items() if i not in spare)
    sums = _stays(sheet) if column == NIGHTS else [] if spec.reads != NUMBER or \
        column != sheet.headings.contract.measure[0] else \
        [*_sides(sheet, fitting), *_states(sheet, fitting), *_tariffs(sheet, of_unit)]
    constants = [Offer(EVERY_ROW + defaults[column], "of the company")] if column in defaults else \
        [Offer(f"{EVERY_ROW}1", "")] if column in COUNTS else []
    offers = (*sums, *columns[:n_alike], *constants, *columns[n_alike:])[:MOST]
    return (*offers, *(Offer(EVERY_ROW + word, "") for word in words))


def _sides(sheet: Sheet, places: list[int]) -> list[Offer]:
    """Return differences of two columns where each row fills one, as debit and credit; the larger side first."""
    offers = []
    filled = {i: n for i in places if (n := sheet.numbers(i)) is not None}
    sides = [i for i in filled if is_word(heading_key(sheet.cells[i]), "heading sign side")]
    for a, b in permutations(sides if len(sides) == 2 else [i for i, n in filled.items() if (n != 0).any()], 2):
        one, other = filled[a] != 0, filled[b] != 0
        is_total = one & other  # only a line of totals fills both
        totals = all(np.allclose(filled[x][is_total], filled[x][~is_total].sum()) for x in (a, b))
        if totals and (one | other).mean() > FILLED and filled[a].sum() >= filled[b].sum():
            offers += [Offer(f"{{{sheet.cells[x]}}} - {{{sheet.cells[y]}}}", "each row fills one of the two")
                       for x, y in ((a, b), (b, a))]
    return list(dict.fromkeys(offers))[:2]


def _states(sheet: Sheet, places: list[int]) -> list[Offer]:
    """Return the differences of two columns that are the states of a register before and after each row."""
    numbers = {i: n for i in places if (n := sheet.numbers(i)) is not None}
    return [Offer(f"{{{sheet.cells[b]}}} - {{{sheet.cells[a]}}}", "the states of a register, after and before")
            for a, b in permutations(numbers, 2) if is_state_before(numbers[a], numbers[b])]


def _stays(sheet: Sheet) -> list[Offer]:
    """Return the differences of two columns of days, where one is one to some nights after the other in each row."""
    day = Field("", DAY)
    places = [i for i, cell in enumerate(sheet.cells) if cell and sheet.fits(day, i)]
    offers = []
    for start, end in permutations(places, 2):
        columns = [sheet.grid.columns[i].below(sheet.first_row) for i in (end, start)]
        distinct = Column.stacked(columns).distinct
        days = parse_days(distinct).first[distinct.codes].reshape(2, -1)
        nights = (days[0] - days[1]).astype("timedelta64[D]").astype(float)
        nights = nights[~np.isnan(nights)]
        if len(nights) and (nights > 0).all() and (nights <= LONGEST_STAY).all():
            offers.append(Offer(f"{{{sheet.cells[end]}}} - {{{sheet.cells[start]}}}",
                                f"the nights between them, e.g. {nights[0]:.0f}"))
    return offers


def _unit_of(spec: Field, sheet: Sheet, place: int) -> str | None:
    """Return the unit in a heading, "" where it names none; None where a column cannot be measured in it."""
    text = sheet.headings.unit_in(spec.name, sheet.cells[place]) if spec.reads == NUMBER else ""
    dimensions = sheet.headings.contract.name_of[spec.unit_column].dimensions if text else ()
    unit = units.find(text) if dimensions else None
    by_a_curve = unit is not None and unit.dimension == "power" and "energy" in dimensions
    return text if unit is None or unit.dimension in dimensions or by_a_curve else None


def _tariffs(sheet: Sheet, of_unit: Mapping[int, str]) -> list[Offer]:
    """Return the sum of the columns whose headings name one unit; of those that are not the sum of the others."""
    # Columns of money are no parts of each other: net, tax and balance are side by side as well.
    is_money = sheet.headings.contract.measure[0] == "amount"
    numbers = {i: n for i in of_unit if not is_money and (n := sheet.numbers(i)) is not None}
    of_one_unit = defaultdict[Any, list[int]](list)
    for i in sorted(numbers):
        of_one_unit[units.find(of_unit[i]) or of_unit[i]].append(i)
    offers = []
    for columns in (c for c in of_one_unit.values() if len(c) > 1):
        total = sum(numbers[i] for i in columns)
        total_columns = [i for i in columns if np.any(total) and np.allclose(2 * numbers[i], total)]
        parts = [i for i in columns if i not in total_columns]
        why = f"the parts of {sheet.cells[total_columns[0]]}" if total_columns else "columns of one unit, side by side"
        alike = [[i for i in parts if _first_word(sheet.cells[i]) == word]
                 for word in dict.fromkeys(_first_word(sheet.cells[i]) for i in parts)]
        offers += [Offer(" + ".join(f"{{{sheet.cells[i]}}}" for i in some), why)
                   for some in (*(a for a in alike if len(a) < len(parts)), parts) if len(some) > 1]
    return offers


def _first_word(heading: str) -> str:
    return heading_key(heading).partition(" ")[0]


def word_offers(spec: Field, word: str) -> tuple[Offer, ...]:
    """Return the canonical words nearest to a word, then the others of a short list."""
    if spec.reads == kinds.FLAG:
        return Offer("true", ""), Offer("false", "")
    if spec.reads != WORD:
        return ()
    near_words, few = vocabulary.nearest(spec.words, word), vocabulary.few(spec.words)
    others = few or ([] if near_words else _usual(spec.words))
    return (*(Offer(w, "nearest") for w in near_words), *(Offer(w, "") for w in others if w not in near_words))


def layout_offers(sheet: Sheet, file: Given) -> tuple[Offer, ...]:
    """Return the layouts that the headings of a table may be of, each with what it reads."""
    if sheet.headings.options.layout is not None:
        return ()
    return _tried(layouts_named(sheet.cells, sheet.headings, file.context.sites), sheet, file, whole=False)


def curve_offers(sheet: Sheet, file: Given) -> tuple[Offer, ...]:
    """Return how rows in a unit of power may be a load curve: those ways by which all of it is read."""
    countries = file.context.home or {file.defaults.get("country", "")}
    zones = get_global("territory_zones").get(next(iter(countries)), ()) if len(countries) == 1 else ()
    ways: list[dict[str, str]] = [{}, {"stamps": "start"}, {"stamps": "end"}]
    ways += [{**way, "time_zone": zone} for way in ways for zone in zones if len(zones) == 1]
    offers = _tried([{"curve": {"measures": "power", **way}} for way in ways], sheet, file, whole=True)
    by_result: dict[str, Offer] = {}
    for offer in offers:  # of ways that read the same, the one that states least
        by_result.setdefault(offer.why, offer)
    return tuple(by_result.values())


def _tried(layouts: list[dict[str, Any]], sheet: Sheet, file: Given, *, whole: bool) -> tuple[Offer, ...]:
    """Return the layouts that the reader takes; without `whole`, also those that lack what may be asked next."""
    offers = []
    for layout in layouts:
        text = json.dumps(layout).replace('"', "")
        options = file.with_answer("layout", text).options(sheet.headings.contract.kind)
        try:
            file_read = read_file(file.path, file.name, options, file.context)
        except FileRefused as refused:
            if not whole and refused.code in codes():
                offers.append(Offer(text, ""))
            continue
        if not (whole and file_read.rows_rejected):
            sums = ", ".join(f"{value} {unit}" for unit, value in file_read.totals.items())
            offers.append(Offer(text, f"{file_read.rows_accepted:,} of {file_read.rows_read:,} records; {sums}"))
    return tuple(offers)
