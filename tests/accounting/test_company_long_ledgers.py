"""Long ledgers take the whole path, piece by piece: the inventory of the short path, to the last bit."""

from dataclasses import fields, replace
from pathlib import Path

import pandas as pd
import pytest

from carbon.accounting.company import inventory_of, library_of
from carbon.activities import pipeline
from carbon.core.text_columns import with_text
from carbon.params.files.project import Project
from carbon.records.files.company import read_company

PROJECT = Project(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def read():
    """The records of the small example company, with dollars, and lines that nobody knows or decides."""
    records = read_company("petit-studio", 2024, project=PROJECT)
    bought = records.records["purchases"].copy()
    bought.loc[bought.index[::9], "currency"] = "USD"
    return replace(records, records={**records.records, "purchases": bought})


@pytest.fixture(scope="module")
def library(read):
    return library_of(read, PROJECT)


@pytest.fixture(scope="module")
def short(read, library):
    return inventory_of(read, library)


def as_categories(records):
    """As the reader of large files gives them: texts as codes into the words that occur."""
    def coded(table):
        texts = [c for c in table.columns if pd.api.types.is_string_dtype(table[c]) and c != "record_id"]
        return table.astype(dict.fromkeys(texts, "category"))
    return replace(records, records={kind: coded(table) for kind, table in records.records.items()})


def assert_same(found, expected):
    """Every table of two inventories, rows in order and numbers to the bit; ends of rows piece by piece, remarks
    apart.
    """
    for field in fields(expected):
        left, right = getattr(found, field.name), getattr(expected, field.name)
        left = with_text(left) if isinstance(left, pd.DataFrame) else left
        if field.name in ("ledger", "rejects"):
            left, right = (t.sort_values(list(t.columns), ignore_index=True) for t in (left, right))
        if isinstance(right, pd.DataFrame) and field.name != "warnings":
            pd.testing.assert_frame_equal(left, right, check_exact=True, obj=field.name)
    assert set(found.warnings["code"]) == set(expected.warnings["code"])
    for method in ("location-based", "market-based"):
        assert found.total(method) == expected.total(method)


@pytest.mark.parametrize("rows", [1, 100, 10**9])
def test_pieces_of_categories_give_the_short_path(read, library, short, monkeypatch, rows):
    """One row a piece, a hundred, or all at once; a row that waits for a decision and one without a factor among
    them.
    """
    monkeypatch.setattr(pipeline, "PIECE", rows if rows > 1 else 37)
    assert short.ledger["outcome"].nunique() >= 3
    assert len(short.unclassified)
    assert (short.activities["currency"] == "USD").any()
    assert_same(inventory_of(as_categories(read), library), short)


def test_the_report_of_categories_is_that_of_text(read, library, short):
    """Views, coverage, uncertainty and explanations: nothing behind the inventory minds how its records came."""
    coded = inventory_of(as_categories(read), library)

    for view in ("by_scope", "by_category", "by_site", "by_carrier", "by_tier", "coverage"):
        pd.testing.assert_frame_equal(getattr(coded, view)(), getattr(short, view)(), check_exact=True)
    pd.testing.assert_frame_equal(coded.by_supplier(10), short.by_supplier(10), check_exact=True)
    pd.testing.assert_frame_equal(coded.uncertainty().table, short.uncertainty().table, check_exact=True)
    assert str(coded) == str(short)
    assert str(coded.explain("3.1")) == str(short.explain("3.1"))


def test_workers_give_the_inventory_of_one_process(read, library, short, monkeypatch):
    """Pieces of 50 rows on two Dask workers: the same inventory to the last bit."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(pipeline, "PIECE", 50)
    monkeypatch.setattr(pipeline._Buying, "__call__", None)  # in this process; the workers have their own
    with (distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
          distributed.Client(cluster) as client):
        assert_same(inventory_of(as_categories(read), library, client=client), short)
