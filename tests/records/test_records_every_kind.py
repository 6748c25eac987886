"""What must hold for a file of any kind in any form: each row ends once, and what is kept is what was written.

Each example draws a table of one kind with good and faulty cells, writes it in one form, and holds what is read against
what was drawn: so files that differ in form only give equal records in all but their origin.
"""

from __future__ import annotations

import csv
import io
import os
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_records
from carbon.records.kinds.contract import DIGITAL, KINDS

MANY = int(os.environ.get("CARBON_EXAMPLES", "10"))
ORIGIN = ["record_id", "source_file", "source_sheet", "source_line"]
DAY, NUMBER, YEAR, WORDS, SERIAL = "the day", "the number", "the year", "the words", "the serial"
"""Cells of a standard row that are drawn."""
_SITE = {"company": "Acme", "site": "Liège, quai n° 7", "country": "FR"}
_PERIOD = {"period_start": DAY, "period_end": DAY}

STANDARD = {
    "purchases": {"date": DAY, "company": "Acme", "supplier": WORDS, "category": "NA", "amount": NUMBER,
                  "currency": "EUR", "description": "007"},
    "energy": {**_PERIOD, **_SITE, "supplier": WORDS, "carrier": "electricity", "quantity": NUMBER, "unit": "kWh",
               "meter": SERIAL, "contract": "1E5"},
    "travel": {"date": DAY, "company": "Acme", "mode": "rail", "origin": WORDS, "destination": "NAN",
               "distance": NUMBER, "distance_unit": "km", "cabin_class": "economy", "passengers": "1", "trips": "1"},
    "fuel": {"date": DAY, **_SITE, "carrier": "diesel", "quantity": NUMBER, "unit": "L", "supplier": WORDS},
    "hotel_nights": {"date": DAY, "company": "Acme", "country": "FR", "nights": NUMBER, "destination": WORDS},
    "water": {**_PERIOD, **_SITE, "service": "supply", "quantity": NUMBER, "unit": "m3",
              "supplier": WORDS},
    "waste": {"date": DAY, **_SITE, "material": WORDS, "treatment": "landfill", "quantity": NUMBER, "unit": "t"},
    "freight": {"date": DAY, **_SITE, "mode": WORDS, "direction": "inbound", "quantity": NUMBER, "unit": "tonne.km"},
    "refrigerants": {"date": DAY, **_SITE, "gas": WORDS, "quantity": NUMBER, "unit": "kg"},
    "equipment": {"date": DAY, **_SITE, "item": WORDS, "quantity": NUMBER, "unit": "unit", "second_hand": "no"},
    "homeworking": {"date": DAY, **_SITE, "group": WORDS, "people": NUMBER, "days": "100", "hours": "7"},
    "commuting": {**_PERIOD, **_SITE, "group": WORDS, "headcount": "1000000000", "answers": NUMBER, "mode": "car",
                  "distance": "12.5", "distance_unit": "km", "days": "200"},
    "activities": {"date": DAY, **_SITE, "activity": "use.server", "quantity": NUMBER, "unit": "kWh", "scope": "3",
                   "category": "11", "method": "estimated", "description": WORDS},
    "instruments": {"id": SERIAL, "instrument": "certificate", "region": "FR", "period_start": DAY, "period_end": DAY,
                    "site": "Liège", "kg_per_kwh": "0", "volume": NUMBER, "unit": "kWh", "evidence": WORDS},
    "headcount": {"year": YEAR, "company": "Acme", "employees": "10", "revenue": NUMBER, "currency": "EUR",
                  "source": WORDS},
    "reported_inventories": {"year": YEAR, "scope": "3", "category": "6", "scope2_method": "", "co2e_t": NUMBER,
                             "gwp": "AR5GWP100", "boundary": "siège", "source": WORDS},
    "leased_assets": {**_PERIOD, **_SITE, "asset": WORDS, "role": "lessor", "lease": "finance",
                      "activity": "electricity", "quantity": NUMBER, "unit": "kWh"},
    "shared_logistics": {**_PERIOD, **_SITE, "asset": WORDS, "direction": "inbound", "activity": "electricity",
                         "quantity": NUMBER, "unit": "kWh"},
    "processing": {**_PERIOD, **_SITE, "product": WORDS, "activity": "electricity", "quantity": NUMBER, "unit": "kWh"},
    "product_use": {**_PERIOD, **_SITE, "product": WORDS, "phase": "direct", "units_sold": NUMBER,
                    "activity": "electricity", "quantity": "0.5", "unit": "kWh", "lifetime_uses": "1000",
                    "grid": "constant"},
    "end_of_life": {**_PERIOD, **_SITE, "product": WORDS, "material": "paper", "treatment": "landfill",
                    "quantity": NUMBER, "unit": "t", "share": "1"},
    "franchises": {**_PERIOD, **_SITE, "franchise": WORDS, "activity": "electricity", "quantity": NUMBER,
                   "unit": "kWh"},
    "investments": {**_PERIOD, **_SITE, "investee": WORDS, "asset_class": "listed equity", "investee_scopes": "1+2",
                    "option": "1b", "activity": "reported emissions", "quantity": NUMBER, "unit": "t", "gwp": "AR5",
                    "evidence": "report", "outstanding": "10", "evic": "100", "currency": "EUR"},
    "entities": {"entity": SERIAL, "share": NUMBER, "control": "full", "period_start": DAY, "source": WORDS},
}
BAD_WORD = {"purchases": ("currency", "XYZ"), "energy": ("carrier", "sunshine"), "travel": ("mode", "rocket"),
            "fuel": ("unit", "kW"), "hotel_nights": ("country", "Atlantis"), "water": ("service", "rain"),
            "waste": ("treatment", "vanished"), "freight": ("direction", "sideways"), "refrigerants": ("unit", "L"),
            "equipment": ("second_hand", "perhaps"), "homeworking": ("country", "Atlantis"),
            "commuting": ("mode", "rocket"), "activities": ("activity", ""), "instruments": ("instrument", "promise"),
            "headcount": ("currency", "XYZ"), "reported_inventories": ("scope", "4"), "entities": ("control", "much"),
            "leased_assets": ("role", "neighbour"), "shared_logistics": ("direction", "sideways"),
            "processing": ("country", "Atlantis"), "product_use": ("phase", "later"),
            "end_of_life": ("treatment", "vanished"), "franchises": ("country", "Atlantis"),
            "investments": ("asset_class", "crypto")}
"""A cell of each kind that no reader may take for another."""
BLANK_IS_NONE = ("instruments", "headcount")
"""Kinds whose number may be left blank."""
BAD_NUMBERS = ("abc", "", "#REF!", "1.2.3", "5k", "1/2")

words = st.text("abcéàüœ -'&.07NA\"\n;,", min_size=1, max_size=12).map(str.strip).filter(
    lambda t: t and t[0] not in "'-")
good = st.integers(1, 2 * 10**6).map(lambda n: str(Decimal(n).scaleb(-2)))
days = st.dates(date(2000, 1, 1), date(2040, 12, 31))
sound = st.tuples(days, good, st.just(False), words)
faulty = st.tuples(days, good | st.sampled_from(BAD_NUMBERS), st.booleans(), words)
rows = st.lists(sound, min_size=1, max_size=5) | st.lists(sound | faulty, min_size=1, max_size=5)


def test_every_kind_is_tried():
    """No kind of record is without its standard row; those of the digital estate are tried in files/test_digital.py."""
    assert set(STANDARD) == set(KINDS) - DIGITAL == set(BAD_WORD)


def _written(kind, table):
    """The cells of the rows drawn, as text."""
    standard = STANDARD[kind]
    column, word = BAD_WORD[kind]
    lines = []
    for number, (day, amount, wrong, text) in enumerate(table):
        drawn = {DAY: day.isoformat(), NUMBER: amount, YEAR: str(2000 + number), WORDS: text,
                 SERIAL: f"N-{number}"}
        row = {c: drawn.get(v, v) for c, v in standard.items()}
        lines.append(list((row | ({column: word} if wrong else {})).values()))
    return lines


def _possible(kind, amount):
    """A number that its column may hold: a share has no whole part."""
    return f"{Decimal(amount) % 1:f}" if kind == "entities" and _is_number(amount) else amount


def _csv(separator, encoding="utf-8", line_end="\n", mark="."):
    def write(kind, lines):
        at = list(STANDARD[kind].values()).index(NUMBER)
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=separator, lineterminator=line_end)
        writer.writerow(STANDARD[kind])
        writer.writerows([[c.replace(".", mark) if i == at and _is_number(c) else c for i, c in enumerate(line)]
                          for line in lines])
        return "a.csv", buffer.getvalue().encode(encoding)
    return write


def _is_number(cell):
    return cell.replace(".", "", 1).isdigit()


def _typed(kind, line):
    """Days as days and numbers as numbers, where they are."""
    marks = STANDARD[kind].values()
    return [date.fromisoformat(c) if m == DAY else float(c) if m == NUMBER and _is_number(c) else int(c) if m == YEAR
            else c for m, c in zip(marks, line, strict=True)]


def _workbook(kind, lines):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(STANDARD[kind]))
    for line in lines:
        cells = [openpyxl.cell.WriteOnlyCell(sheet, value) for value in _typed(kind, line)]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
        sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return "a.xlsx", buffer.getvalue()


def _parquet(kind, lines):
    columns = {}
    for name, values in zip(STANDARD[kind], zip(*(_typed(kind, line) for line in lines), strict=True), strict=True):
        alike = len({type(v) for v in values}) == 1
        columns[name] = pa.array(values if alike else [str(v) for v in values])
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return "a.parquet", buffer.getvalue()


FORMS = {"semicolon": (_csv(";"), {}), "comma": (_csv(","), {}), "tab": (_csv("\t"), {}),
         "comma for decimals": (_csv(";", mark=","), {}), "utf-16": (_csv(";", "utf-16"), {}),
         "mark": (_csv("|", "utf-8-sig", "\r\n"), {}), "cp1252": (_csv(";", "cp1252"), {"encoding": "cp1252"}),
         "workbook": (_workbook, {}), "parquet": (_parquet, {})}


@cache
def _template(kind):
    """The standard row of a kind as it is read, and the label of its totals."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(_csv(";")(kind, _written(kind, [(date(2024, 3, 13), "0.5", False, "x")]))[1])
        read = read_records(path, kind)
        return read.records.drop(columns=ORIGIN), dict(read.totals)


def _lines(table, form):
    """The line of a file on which each row begins: words may hold line ends."""
    if form in ("parquet", "workbook"):
        return lambda n: n + (1 if form == "parquet" else 2)
    return lambda n: n + 2 + sum(text.count("\n") for *_, text in table[:n])


def _expected(kind, kept):
    table = _template(kind)[0]
    table = table.take([0] * len(kept)).reset_index(drop=True)
    number, free = (next(c for c, v in STANDARD[kind].items() if v == drawn) for drawn in (NUMBER, WORDS))
    table[number] = [float(amount) if amount else float("nan") for _, _, amount, _ in kept]
    table[free] = pd.Series([text for *_, text in kept], dtype="str")
    for serial in (c for c, v in STANDARD[kind].items() if v == SERIAL):
        table[serial] = pd.Series([f"N-{n}" for n, *_ in kept], dtype="str")
    if YEAR in STANDARD[kind].values():
        return table.assign(year=pd.Series([2000 + n for n, *_ in kept], dtype="int64"))
    days = pd.Series([day for _, day, *_ in kept], dtype="datetime64[s]")
    ends = {"entities": ["period_start"]}.get(kind, ["period_start", "period_end"])
    return table.assign(**dict.fromkeys(ends, days))


@pytest.mark.parametrize("kind", STANDARD)
@settings(max_examples=MANY, database=None, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=rows, form=st.sampled_from(sorted(FORMS)))
def test_a_file_of_any_kind_in_any_form(kind, table, form, tmp_path):
    """Good rows are records equal to what was written, the others are rejects, each line once; totals are exact."""
    table = [(day, _possible(kind, amount), wrong, text) for day, amount, wrong, text in table]
    write, told = FORMS[form]
    name, data = write(kind, _written(kind, table))
    path = tmp_path / name
    path.write_bytes(data)

    read = read_records(path, kind, options=FilePattern(pattern="*", kind=kind, **told))

    fit = [not wrong and (_is_number(amount) or (not amount and kind in BLANK_IS_NONE))
           for _, amount, wrong, _ in table]
    kept = [(n, day, amount, text) for n, ((day, amount, _, text), fits) in enumerate(zip(table, fit, strict=True))
            if fits]
    row = _lines(table, form)
    assert read.records["source_line"].tolist() == [row(n) for n, *_ in kept]
    assert read.ledger["source_line"].tolist() == [row(n) for n, fits in enumerate(fit) if not fits]
    assert read.rows_read == len(table) == len(read.records) + len(read.ledger)
    assert read.rows_read == read.rows_accepted + read.rows_rejected
    assert read.rejects["counts_row"].sum() == read.rows_rejected
    found, expected = read.records.drop(columns=ORIGIN), _expected(kind, kept)
    if not found.equals(expected):  # a tenth of the time of what says where they differ
        pd.testing.assert_frame_equal(found, expected, obj=f"{kind} {form}")
    label = next(iter(_template(kind)[1]), None)
    amounts = [Decimal(amount) for _, _, amount, _ in kept if amount]
    assert {k: Decimal(v) for k, v in read.totals.items()} == ({label: sum(amounts)} if label and amounts else {})


@pytest.mark.torture
@pytest.mark.parametrize("kind", STANDARD)
def test_at_length(kind, part, tmp_path):
    """The same promise over 10,000 files of each kind; a slice (CARBON_SLICE) makes its share of them."""
    number, count = part
    promise = test_a_file_of_any_kind_in_any_form
    promise._hypothesis_internal_use_settings = settings(promise._hypothesis_internal_use_settings,
                                                         max_examples=-(-10_000 // count))
    seed(number)(promise)(kind=kind, tmp_path=tmp_path)
