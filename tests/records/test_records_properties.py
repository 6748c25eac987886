"""What must hold for any file: the ledger adds up, both readers agree, every written form is one number."""

from __future__ import annotations

import csv
import io
import os
from datetime import date
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from carbon.records.files.file import read_records
from carbon.records.grids import cells
from carbon.records.grids import delimited as bulk
from carbon.records.grids.cells import Column
from carbon.records.kinds.contract import KINDS
from carbon.records.kinds.measures import exact_decimal_sum
from carbon.records.values import fields
from carbon.records.values.numbers import parse_numbers

COLUMNS = ["date", "company", "supplier", "category", "amount", "currency", "description"]
MANY = int(os.environ.get("CARBON_EXAMPLES", "200"))
"""Examples of each property that writes files, for each kind; `make torture` asks for 10,000."""
ANY_FILE = settings(max_examples=MANY, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEWER = settings(parent=ANY_FILE, max_examples=max(20, MANY // 10))
"""`test_records_every_kind` holds the same accounts for every kind, 10 files each."""

cents = st.integers(-10**9, 10**9)
days = st.dates(date(2000, 1, 1), date(2040, 12, 31))


def _text(table, separator, line_end="\n"):
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator=line_end)
    writer.writerows([COLUMNS, *table])
    return buffer.getvalue()


cell = st.one_of(st.sampled_from(["12.50", "-3", "1,234", "", "abc", "1E3", "(4.25)", "€ 5", "7 kWh", "0.1", "NaN"]),
                 cents.map(lambda c: f"{c / 100:.2f}"))
day = st.one_of(st.sampled_from(["2024-02-30", "45000", "", "03/04/2024", "2024-05-06", "31 mars 2024"]),
                days.map(date.isoformat))
currency = st.sampled_from(["EUR", "GBP", "", "XYZ", "eur"])


KINDS_OF_FILE = {
    "purchases": (";".join(COLUMNS), lambda d, n, u: f"{d};Acme;Mill;paper;{n};{u};x",
                  st.sampled_from(["EUR", "GBP", "", "XYZ", "eur"])),
    "energy": ("date;company;site;country;carrier;quantity;unit", lambda d, n, u: f"{d};Acme;Lyon;FR;gas;{n};{u}",
               st.sampled_from(["kWh", "kWh", "m3", "kW", "", "gallon"])),
    "travel": ("date;company;mode;origin;destination;distance;distance_unit;cabin_class;passengers;trips",
               lambda d, n, u: f"{d};Acme;rail;Lyon;Nice;{n};{u};;1;1", st.sampled_from(["km", "km", "", "mi", "L"]))}


@pytest.mark.parametrize("kind", KINDS_OF_FILE)
@FEWER
@given(data=st.data())
def test_every_row_ends_once_and_amounts_add_up(kind, data, tmp_path):
    """read = accepted + rejected; one counted reject a rejected row; readable amounts = records + ledger, exactly."""
    heading, line, unit = KINDS_OF_FILE[kind]
    table = data.draw(st.lists(st.tuples(day, cell, unit), min_size=1, max_size=15))
    path = tmp_path / "a.csv"
    path.write_text("\n".join([heading, *(line(*row) for row in table)]) + "\n", encoding="utf-8")

    read = read_records(path, kind)

    assert read.rows_read == len(table) == len(read.records) + len(read.ledger)
    assert read.rows_read == read.rows_accepted + read.rows_rejected
    lines = [*read.records["source_line"], *read.ledger["source_line"]]
    assert sorted(lines) == list(range(2, len(table) + 2))
    assert set(read.rejects["source_line"]) == set(read.ledger["source_line"])
    assert read.rejects.loc[read.rejects["counts_row"], "source_line"].is_unique
    written = _readable(table, "kWh" if kind == "energy" else "")
    column = KINDS[kind].measure[0]
    kept = read.records[column].astype(object).where(read.records[column].notna(), None).tolist()
    assert kept == [written[n - 2] for n in read.records["source_line"]]
    if kind == "purchases":
        kept = sum((Decimal(v) for v in read.totals.values()), Decimal(0))
        lost = exact_decimal_sum(read.ledger["amount"].dropna().to_numpy())
        assert kept + lost == sum((Decimal(repr(v)) for v in written if v is not None), Decimal(0))


def _readable(table, unit):
    """The number of each row, None where it has none; a unit of the kind may stand behind it."""
    column = Column(pa.array([n.removesuffix(f" {unit}") if unit else n for _, n, _ in table])).distinct
    found = parse_numbers(column)
    return [None if c in found.problems or found.numbers[c] != found.numbers[c] else float(found.numbers[c])
            for c in column.codes]


awkward = st.text("ab;\"\n,é 1.", max_size=8)


@FEWER
@given(table=st.lists(st.tuples(day, awkward, cell, currency, awkward), min_size=1, max_size=12),
       ending=st.sampled_from(["\n", "\r\n"]))
def test_the_fast_reader_agrees_with_the_careful_one(table, ending, tmp_path):
    """A file read by columns gives the rows, lines, faults and totals that it gives when read row by row."""
    path = tmp_path / "a.csv"
    text = _text([[d, "Acme", s, "paper", a, c, t] for d, s, a, c, t in table], ";", ending)
    path.write_bytes(text.encode())
    careful = _outcome(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "SMALLEST", 0)
        patch.setattr(cells, "_MANY", 0)
        patch.setattr(fields, "LONG", 0)
        fast = _outcome(path)
    for one, other in zip(careful, fast, strict=True):
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
        else:
            assert one == other


def _outcome(path):
    from carbon.core.errors import FileRefused

    try:
        read = read_records(path, "purchases")
    except FileRefused as refused:
        return [refused.code]
    return [*map(_uncoded, (read.records, read.ledger, read.rejects)), read.totals]


def _uncoded(table):
    coded = [c for c in table.columns if isinstance(table[c].dtype, pd.CategoricalDtype)]
    return table.astype(dict.fromkeys(coded, "str"))


@pytest.mark.torture
@pytest.mark.parametrize(("promise", "given"), [
    (test_the_fast_reader_agrees_with_the_careful_one, {}),
    *((test_every_row_ends_once_and_amounts_add_up, {"kind": kind}) for kind in KINDS_OF_FILE)],
    ids=lambda g: g.__name__[5:] if callable(g) else g.get("kind", "purchases"))
def test_at_length(promise, given, part, tmp_path):
    """The same promises over 10,000 files each; a slice (CARBON_SLICE) makes its share of them from its own seed."""
    number, count = part
    promise._hypothesis_internal_use_settings = settings(promise._hypothesis_internal_use_settings,
                                                         max_examples=-(-10_000 // count))
    seed(number)(promise)(tmp_path=tmp_path, **given)
