"""A file of a few rows, each a standard row of its kind with some cells changed, and its verdict."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

import pandas as pd
import pytest
from standard_rows import STANDARD

from carbon.core.errors import FileRefused
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_file
from carbon.records.kinds.contract import ProjectContext


@dataclass(frozen=True)
class Verdict:
    """What the reader decided: codes by line of the file, codes of warnings, and the records."""

    rejected: dict[int, str] = field(default_factory=dict)
    excluded: dict[int, str] = field(default_factory=dict)
    warned: set[str] = field(default_factory=set)
    refused: str = ""
    records: pd.DataFrame = field(default_factory=pd.DataFrame)


@pytest.fixture
def verdict(tmp_path):
    """verdict("energy", {...}, {...}, options={...}, project=...): line 2 is the first row; None is no cell."""
    def read(kind, *rows, options=None, project=None):
        table = pd.DataFrame([{c: v for c, v in {**STANDARD.get(kind, {}), **row}.items() if v is not None}
                              for row in rows]).fillna("")
        path = tmp_path / "data.csv"
        table.to_csv(path, sep=";", index=False, quoting=csv.QUOTE_MINIMAL)
        pattern = FilePattern.model_validate({"pattern": "*", "kind": kind, **(options or {})})
        try:
            file = read_file(path, "data.csv", pattern, project or ProjectContext())
        except FileRefused as refused:
            return Verdict(refused=refused.code)
        codes = file.rejects.groupby("source_line")["code"].agg(lambda c: " ".join(sorted(set(c))))
        excluded = file.ledger[file.ledger["outcome"] == "excluded"]
        return Verdict(codes.to_dict(), dict(zip(excluded["source_line"], excluded["code"], strict=True)),
                       {w.code for w in file.warnings}, "", file.records)
    return read
