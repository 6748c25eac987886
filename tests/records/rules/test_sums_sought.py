"""Rows, lines and columns that sum up others: which sums are sought, and what they reject."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.core import packaged
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_file
from carbon.records.kinds.contract import KINDS, ProjectContext
from carbon.records.kinds.messages import problem
from carbon.records.rules.sums import Amounts
from carbon.records.rules.sums_sought import sums_of_periods

LAYOUT = {"columns": {f"Stream {c} (t)": {"material": c} for c in "ABCD"}}


@pytest.fixture
def read(tmp_path):
    """Read a table of four waste streams [lines, 4]."""
    def run(table, **layout):
        path = tmp_path / "a.csv"
        path.write_text("site;" + ";".join(LAYOUT["columns"]) + "\n" + "".join(
            ";".join([f"s{i}", *map(str, row)]) + "\n" for i, row in enumerate(table)))
        return read_file(path, "a.csv", FilePattern.model_validate({
            "pattern": "*", "kind": "waste", "period": ["2024-01-01", "2024-12-31"], "layout": LAYOUT | layout,
            "constants": {"country": "GB", "treatment": "landfill"}}), ProjectContext("acme", declared=True))
    return run


def test_a_column_that_is_the_sum_of_some_others_is_rejected(read):
    """A + C = D in every line of many digits; B is a stream of its own."""
    table = np.random.default_rng(1).integers(100, 900, (8, 4))
    table[:, 3] = table[:, 0] + table[:, 2]
    one = read(table)
    assert one.totals == {"t": str(table[:, :3].sum())}
    assert set(one.rejects["code"]) == {"subtotal_suspected"}
    assert set(one.rejects["record_id"].str.slice(6, 7)) == {"E"}
    assert "the column E is the sum of the columns B, D in 8 lines" in one.warnings[0].text


def test_columns_that_add_up_in_some_lines_alone_count(read):
    """One line that differs, or small numbers that add up by chance, is no total."""
    table = np.random.default_rng(1).integers(100, 900, (8, 4))
    table[:, 3] = table[:, 0] + table[:, 2]
    table[5, 3] += 1
    assert read(table).rejects.empty
    assert read([[1, 2, 3, 6], [1, 1, 1, 3]]).rejects.empty


@pytest.mark.parametrize("at", [0, 5])
def test_a_line_that_sums_all_others_is_rejected(read, at):
    """Above or below, without a word for it; a line that is the sum in one column alone counts."""
    table = np.random.default_rng(2).integers(100, 900, (5, 4))
    one = read(np.insert(table, at, table.sum(axis=0), axis=0))
    assert one.totals == {"t": str(table.sum())}
    assert set(one.rejects["source_line"]) == {at + 2}
    assert len(one.rejects) == 4

    by_chance = np.vstack([table, np.add(table.sum(axis=0), np.arange(4))])
    assert read(by_chance).rejects.empty


def test_a_column_that_is_another_once_more_is_rejected(read):
    """The same stream in kg and in t, or by name and by code: only where all that the records state is the same."""
    table = np.random.default_rng(3).integers(100, 900, (6, 4))
    table[:, 1] = table[:, 0]
    assert read(table).rejects.empty  # two materials
    same = {"columns": {h: v | ({"material": "A"} if h[7] in "AB" else {}) for h, v in LAYOUT["columns"].items()}}
    one = read(table, **same)
    assert set(one.rejects["record_id"].str.slice(6, 7)) == {"C"}
    assert len(one.rejects) == 6


def test_sums_of_shorter_rows_at_each_level():
    """A quarter of three months and a half-year of two quarters are sums; a single row within another is none."""
    spans = np.array([(0, 30 * m, 30 * m + 27) for m in range(6)] + [(0, 0, 87), (0, 90, 177), (0, 0, 177)]).T
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 6.0, 15.5, 21.0])
    assert np.flatnonzero(sums_of_periods(None, spans, Amounts.of(values, measured=True))[0]).tolist() == [6]
    values[7], values[8] = 15.0, 21.0
    assert np.flatnonzero(sums_of_periods(None, spans, Amounts.of(values, measured=True))[0]).tolist() == [6, 7, 8]


def test_every_search_names_columns_of_its_kind():
    """A column that a kind does not have would fail on its first file."""
    for search in packaged.read_rows("carbon.records", "data/sums.csv"):
        named = " ".join(search[part] for part in ("series", "cells", "filled", "alone"))
        columns = {*named.replace("|", " ").split()}
        known = {*KINDS[search["kind"]].table.columns, "meters"}
        assert columns <= known, search
        assert problem(search["message"]).what_to_do
