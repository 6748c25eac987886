"""Large delimited files read by columns: taken only where the careful reader gives the same grid."""

from __future__ import annotations

from carbon.core.params.company import FilePattern
from carbon.records.grids import bulk
from carbon.records.grids.sources import open_source
from carbon.records.headings.matching import Headings
from carbon.records.kinds.registry import KINDS

HEADINGS = "date;company;supplier;category;amount;currency;description\n"


def test_the_fast_reader_is_taken(tmp_path, monkeypatch):
    """A regular file is read by columns, quoted newlines counted; a quote inside a cell is left to the careful
    reader.
    """
    path = tmp_path / "a.csv"
    good = HEADINGS + 3 * '2024-03-13;Acme;Mill;paper;10.25;EUR;"two\nlines"\n'
    path.write_text(good, encoding="utf-8")
    monkeypatch.setattr(bulk, "SMALLEST", 0)
    headings = Headings(KINDS["purchases"], FilePattern(pattern="*", kind="purchases"))

    grid = bulk.read_bulk(open_source(path, "a.csv"), headings.recognise)
    assert grid is not None
    assert grid.lines.tolist() == [2, 4, 6]

    path.write_text(good.replace("Mill", '5" pipe'), encoding="utf-8")
    assert bulk.read_bulk(open_source(path, "a.csv"), headings.recognise) is None
