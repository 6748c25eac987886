"""What a set contains besides the report: the tables, the workbook and the figures of one company-year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from carbon.runs.publish.sheets import Sheets


@dataclass(frozen=True)
class Content:
    """The outputs of one company-year, before they are written."""

    tables: Mapping[str, pd.DataFrame]
    """{name: table}, written as <name>.parquet."""
    files: Mapping[str, bytes]
    """{name: bytes}, e.g. workbook.xlsx and rejects.csv."""
    figures: Mapping[str, float | None]
    """{figure id: value [kg CO2e]}: the totals that notebook, HTML and tables must agree on; None without rows."""
    summary: Mapping[str, Any]
    """Fields of the run summary: rows, rejected amounts, co2e_t by scope, gap, shares."""
    render: Callable[[Any], Mapping[str, str]]
    """{file name: page} of a normalised notebook; the first is the one for the company's own audience."""
    check: Callable[[Path, Mapping[str, pa.Table | Sheets]], None]
    """Raises when the files of a stage do not agree with the figures; also gets, by file name, the tables and the
    sheets of workbooks that were read back from the stage already.
    """
    inputs: Mapping[str, str] = field(default_factory=dict)
    """{path: sha256} of the files that were read."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Choices needed to interpret the published tables, e.g. the scope 2 method of the headline."""
    release: str = ""
    """Factor release."""
    trend: Mapping[str, Any] | None = None
    """What the index draws of the company (`company_year.trend`); None where there is nothing to draw."""
    states: Mapping[str, str] = field(default_factory=dict)
    """{figure id: state} of the figures that may have no number: scopes, totals and categories."""


def rejects_of_failure(source: str, project: Any, company: str, year: int) -> bytes:
    """Return the rejects of a company-year that failed because of them, as CSV; b"" where its source has none."""
    rejects_function = getattr(import_module(source.partition(":")[0]), "rejects_of_failure", None)
    return b"" if rejects_function is None else bytes(rejects_function(project, company, year))


def load_source(name: str) -> Any:
    """Import the function named `module:function`, e.g. one that returns a Content for (project, company, year)."""
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


def sharing(name: str) -> Callable[[Any, str, Sequence[int]], None] | None:
    """Return the function `share(project, company, years)` of a source, for what years have in common; else None."""
    return getattr(import_module(name.partition(":")[0]), "share", None)
