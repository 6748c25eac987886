"""Packaged tables: text stays text, numbers are numbers, each has its citation."""

from hashlib import sha256

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carbon.core import packaged
from carbon.core.errors import TableError

TABLES = packaged.names(packaged.CORE, "data", ".csv")


def test_text_is_never_taken_for_missing():
    """
    "NA" is Namibia, and "007" keeps its zeros.
    """
    table = packaged.csv_text(b"region,code,name\nNA,007,null\n,1e3,nan\n")
    assert table["region"].tolist() == ["NA", ""]
    assert table["code"].tolist() == ["007", "1e3"]
    assert table["name"].tolist() == ["null", "nan"]


def test_kinds_are_read_and_an_empty_number_is_missing():
    """A number may be empty and is then missing, never zero; the decimal is the nearest float."""
    text = packaged.csv_text(b"a,b,c,d,e\n0.1,,3,true,2024-02-29\n1e-3,2,-4,false,2023-12-31\n")
    kinds = {"a": "amount", "b": "number", "c": "integer", "d": "flag", "e": "day"}
    table = packaged.typed(text, kinds, "t.csv")
    assert table["a"].tolist() == [0.1, 0.001]
    assert np.isnan(table["b"].iloc[0]) and table["b"].iloc[1] == 2.0
    assert table["c"].tolist() == [3, -4] and table["d"].tolist() == [True, False]
    assert str(table["e"].dtype) == "datetime64[s]"


@pytest.mark.parametrize(("cell", "kind"), [
    ("", "amount"), ("x", "amount"), ("inf", "number"), ("NaN", "number"), ("1,5", "number"), ("1.5", "integer"),
    ("", "integer"), ("yes", "flag"), ("", "flag"), ("2024-02-30", "day"), ("", "day"), ("NA", "number"),
])
def test_a_cell_of_another_kind_is_refused(cell, kind):
    """Nothing is coerced: the error names the column."""
    text = packaged.csv_text(f'a,b\n"{cell}",1\n'.encode())
    with pytest.raises(TableError, match="column `a`"):
        packaged.typed(text, {"a": kind}, "t.csv")


def test_a_missing_file_is_named():
    """A file the package lacks is an error of ours, not a traceback of the import system."""
    with pytest.raises(TableError, match=r"no file data/nothing\.csv"):
        packaged.read_csv(packaged.CORE, "data/nothing.csv")
    assert packaged.names(packaged.CORE, "nowhere", ".csv") == []


@pytest.mark.parametrize("row", ["x", "x,y,z"])
def test_a_row_with_more_or_fewer_cells_than_headings_is_refused(monkeypatch, row):
    """A text with a comma and without quotes would lose what stands behind it."""
    monkeypatch.setattr(packaged, "read_text", lambda package, name: f'key,en\n"a","b, c"\n{row}\n')
    with pytest.raises(TableError, match=r"t\.csv of carbon\.core: row 2 below"):
        packaged.read_rows(packaged.CORE, "t.csv")


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_its_citation(name):
    """Title, publisher, edition, table, licence and date stand beside each table, and its hash where it was built."""
    citation = packaged.read_yaml(packaged.CORE, name.removesuffix(".csv") + ".yml")
    assert {"title", "publisher", "edition", "table", "licence", "date_fetched", "verification"} <= set(citation)
    if "table_sha256" in citation:
        assert citation["table_sha256"] == sha256(packaged.read_bytes(packaged.CORE, name)).hexdigest()


@pytest.mark.official
@pytest.mark.parametrize("name", ["fuel_properties", "deflators"])
def test_the_sources_are_the_files_beside_the_project(name, shared_data):
    """The sha256 of each citation is that of the publisher's file."""
    citation = packaged.read_yaml(packaged.CORE, f"data/{name}.yml")
    folder = shared_data / {"fuel_properties": "desnz", "deflators": "prices"}[name]
    for file, digest in citation["source_sha256"].items():
        assert sha256((folder / file).read_bytes()).hexdigest() == digest


KINDS = {"n": "number", "a": "amount", "i": "integer", "f": "flag"}
CELLS = st.one_of(st.sampled_from(["", "0.1", "1e-3", "nan", "inf", "-0", " 1", "1 ", "+1", "1_0", "007", "0x1", "true",
                                   "false", "True", "1.0", "9007199254740993", "1e400", "٣", '"7"', '"a\n1"']),
                  st.floats(allow_nan=False, allow_infinity=False).map(repr), st.integers(-10**6, 10**6).map(str))


def outcome(read, content):
    """The table, or what is wrong."""
    try:
        return read(content)
    except TableError as error:
        return str(error)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=4))
@example(rows=[("", "0.1", "0x1", "true")])
@settings(max_examples=200, deadline=None)
def test_the_quick_way_reads_what_the_long_way_reads(rows):
    """The same table bit for bit, or the same refusal."""
    content = ("t,n,a,i,f\n" + "".join(f"NA,{','.join(row)}\n" for row in rows)).encode()
    quick = outcome(lambda c: packaged.typed_csv(c, KINDS, "t.csv"), content)
    long = outcome(lambda c: packaged.typed(packaged.csv_text(c), KINDS, "t.csv"), content)
    if isinstance(long, str):
        assert quick == long
    else:
        pd.testing.assert_frame_equal(quick, long, check_exact=True)


def test_a_whole_number_that_a_float_cannot_hold_is_refused():
    """9007199254740993 would be read as 9007199254740992."""
    with pytest.raises(TableError, match="must be an integer"):
        packaged.typed_csv(b"i\n9007199254740993\n", {"i": "integer"}, "t.csv")


def test_some_columns_of_a_table_are_what_they_are_in_the_whole():
    """In the order of the file; and what Arrow leaves to the careful way is refused there as well."""
    content = b"a,b,c\nNA,0.25,x\n007,,y\n"
    whole = packaged.typed_csv(content, {"b": "number"}, "t.csv")
    pd.testing.assert_frame_equal(packaged.typed_csv(content, {"b": "number"}, "t.csv", only=("b", "a")),
                                  whole[["a", "b"]])
    with pytest.raises(TableError, match="`b` must be number"):
        packaged.typed_csv(content.replace(b"0.25", b"0x1p-2"), {"b": "number"}, "t.csv", only=("b", "a"))
