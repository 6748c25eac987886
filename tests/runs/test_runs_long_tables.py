"""Long published tables are read back piece by piece: the same verdicts and row hashes as of the whole."""

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import RunError, TableError
from carbon.runs import reconcile, row_hashes
from carbon.runs.content import Content
from carbon.runs.parquet import pieces_of, read_table, to_parquet


def table(rows=1_000):
    words = pd.Categorical(np.array(["a", "é", ""])[np.arange(rows) % 3])
    return pd.DataFrame({"word": words, "name": [f"n{i}" for i in range(rows)], "kg": np.arange(rows) / 7,
                         "day": pd.Timestamp("2024-02-29"), "whole": np.arange(rows)})


def staged(folder, written, meant):
    (folder / "emissions.parquet").write_bytes(to_parquet(written))
    content = Content({"emissions": meant}, {}, {}, {}, lambda document: {}, lambda path, read: None)
    return reconcile.check_stage(folder, content)


@pytest.mark.parametrize("piece", [1, 7, 999, 5_000])
def test_row_hashes_do_not_depend_on_the_pieces(tmp_path, monkeypatch, piece):
    """
    Read in pieces of any size, each row has the hash it has in the whole table.
    """
    path = tmp_path / "emissions.parquet"
    path.write_bytes(to_parquet(table()))
    whole = row_hashes.sheets_of(path)[""]
    monkeypatch.setattr(row_hashes, "PIECE", piece)

    assert len(set(whole.tolist())) == 1_000
    assert row_hashes.sheets_of(path)[""].tolist() == whole.tolist()
    assert row_hashes._of_frame(table()).tolist() == whole.tolist()


def test_a_long_table_is_held_against_what_was_meant_without_being_kept(tmp_path, monkeypatch):
    """
    Rows and columns are checked, and the table does not stay in memory.
    """
    monkeypatch.setattr(reconcile, "LONG", 10)
    monkeypatch.setattr(reconcile, "PIECE", 300)

    assert staged(tmp_path, table(), table()) == {}
    for other in (table(999), table().rename(columns={"kg": "t"}), table().iloc[:0]):
        with pytest.raises(RunError, match="does not hold the rows"):
            staged(tmp_path, other, table())


def test_damage_is_found_in_pieces_as_in_the_whole(tmp_path):
    """
    A flipped byte anywhere in the pages: where the whole table is refused, so are its pieces.
    """
    whole, path = to_parquet(table()), tmp_path / "emissions.parquet"
    refused = 0
    for at in range(len(whole) // 40, len(whole), len(whole) // 40):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1:])
        try:
            read_table(path)
        except TableError:
            refused += 1
            with pytest.raises(TableError, match=r"emissions\.parquet cannot be read"):
                list(pieces_of(path, 300))
    assert refused > 20
