"""Example companies in each format of filing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from carbon.accounting.company import inventory_of, library_of
from carbon.params.files.project import find_project
from carbon.records.files.company import read_company
from carbon.reports.filings import beges_v5, esrs_e1, ghg_protocol, iso_14064_1, vsme

ROOT = Path(__file__).parents[2]
COUNTS = {m.FORMAT: m.count for m in (ghg_protocol, beges_v5, esrs_e1, iso_14064_1, vsme)}
EXAMPLES = [("petit-studio", 2024), ("nuage-logiciels", 2024), ("cap-conseil", 2023)]
each_example = pytest.mark.parametrize(("company", "year"), EXAMPLES, ids=str)


@cache
def example(company: str, year: int) -> Any:
    project = find_project(ROOT)
    records = read_company(company, year, project=project)
    return inventory_of(records, library_of(records, project))
